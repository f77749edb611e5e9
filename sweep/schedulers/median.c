// SPDX-License-Identifier: GPL-3.0-or-later
// Google Vizier's median stopping rule: a trial is stopped at iteration s if its best value by s is
// worse than the median, over the other trials that came as far as s, of their mean value up to s.
// Vizier takes completed trials only; here all that reached s count, running or not, so that the
// first of many parallel trials need not end before anything can be stopped.
// Compared are iterations from min_iter (default 5) on where at least 5 other trials came by. Of
// large iterations only those that are compared whose highest five bits alone are set, 16 per
// doubling, which bounds the memory to a few hundred values per trial.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/diag.h"
#include "core/base/mem.h"
#include "sweep/scheduler.h"
#include "sweep/schedulers/ladder.h"

enum { WARM_UP = 5, OTHERS = 5, PER_DOUBLING = 16, DOUBLINGS = 45 };

static enum wn_status create(const struct wn_early_terminate *settings, void **state,
                             struct wn_diags *diags) {
    if (settings->has_max_iter || settings->has_s)
        wn_diag_add(diags, WN_WARNING, settings->line, settings->column, "early_terminate",
                    "%s has no effect with type median", settings->has_max_iter ? "max_iter" : "s");
    struct wn_ladder *ladder = wn_calloc(1, sizeof *ladder);
    int64_t first = settings->has_min_iter ? settings->min_iter : WARM_UP;
    int64_t at = 1, step = 1;
    for (int i = 0; i < PER_DOUBLING * DOUBLINGS; i++, at += step) {
        if (at >= first)
            wn_ladder_add(ladder, at);
        if (at == (int64_t)2 * PER_DOUBLING * step)
            step *= 2;
    }
    *state = ladder;
    return WN_OK;
}

static double median(const struct wn_rung *rung) {
    const double *middle = rung->values + rung->count / 2;
    return rung->count % 2 ? *middle : middle[-1] / 2 + *middle / 2;
}

static struct wn_verdict report(void *state, int64_t trial, int64_t count, double value) {
    struct wn_ladder *ladder = state;
    struct wn_verdict verdict = {0};
    const struct wn_track *track = wn_ladder_follow(ladder, trial, count, value);
    struct wn_rung *rung = wn_ladder_rung(ladder, count);
    if (!track || !rung || rung->at != count)
        return verdict;
    verdict.stop = rung->count >= OTHERS && track->best > median(rung);
    if (verdict.stop)
        snprintf(verdict.reason, sizeof verdict.reason,
                 "median: its best by iteration %lld is worse than the median of the means of %zu "
                 "other trials",
                 (long long)count, rung->count);
    wn_rung_add(rung, track->sum / (double)track->count);
    return verdict;
}

static void release(void *state) {
    wn_ladder_free(state);
    free(state);
}

const struct wn_scheduler_type wn_scheduler_median = {
    .name = "median",
    .summary = "stops what is worse than the median of the others so far",
    .paper = "Golovin et al. 2017, Google Vizier: a service for black-box optimization, KDD",
    .create = create,
    .report = report,
    .free = release,
};
