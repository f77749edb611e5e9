// SPDX-License-Identifier: GPL-3.0-or-later
// Early stopping as W&B's sweeps do it. At each bracket the threshold is the value that the best
// 1/eta of all trials reached there; a trial above the threshold of its largest bracket is stopped.
// Thresholds move as trials arrive. A trial is judged at its own reports only, each time against
// the threshold of that moment.
// After Li, Jamieson, DeSalvo, Rostamizadeh, Talwalkar: Hyperband, JMLR 18 (2018).
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/diag.h"
#include "core/base/mem.h"
#include "sweep/scheduler.h"
#include "sweep/schedulers/ladder.h"

enum { BRACKETS = 100 }; // as many as W&B makes from min_iter

struct hyperband {
    struct wn_ladder ladder;
    double eta;
    bool strict;
};

// max_iter / eta^k for k = s..1, as far as that is a whole iteration.
static void descend(struct wn_ladder *ladder, const struct wn_early_terminate *settings) {
    int64_t at[64];
    size_t count = 0;
    double band = (double)settings->max_iter;
    for (int64_t k = 0; k < settings->s && count < sizeof at / sizeof *at; k++) {
        band /= settings->eta;
        if (band < 1)
            break;
        at[count++] = (int64_t)band;
    }
    while (count--)
        wn_ladder_add(ladder, at[count]);
}

static enum wn_status create(const struct wn_early_terminate *settings, void **state,
                             struct wn_diags *diags) {
    assert(settings->eta > 1);
    int line = settings->line, column = settings->column;
    if (settings->has_max_iter ? !settings->has_s : !settings->has_min_iter) {
        wn_diag_add(diags, WN_ERROR, line, column, "early_terminate",
                    settings->has_max_iter ? "max_iter needs s, the number of brackets"
                                           : "needs min_iter, or max_iter with s");
        return WN_BAD_INPUT;
    }
    struct hyperband *hyperband = wn_calloc(1, sizeof *hyperband);
    hyperband->eta = settings->eta;
    hyperband->strict = settings->strict;
    if (settings->has_max_iter)
        descend(&hyperband->ladder, settings);
    else
        wn_ladder_climb(&hyperband->ladder, (double)settings->min_iter, settings->eta, INFINITY,
                        BRACKETS);
    if (!hyperband->ladder.rung_count)
        wn_diag_add(diags, WN_WARNING, line, column, "early_terminate",
                    "stops nothing: max_iter %lld, s %lld and eta %g leave no bracket",
                    (long long)settings->max_iter, (long long)settings->s, settings->eta);
    *state = hyperband;
    return WN_OK;
}

static struct wn_verdict report(void *state, int64_t trial, int64_t count, double value) {
    struct hyperband *hyperband = state;
    struct wn_verdict verdict = {0};
    struct wn_track *track = wn_ladder_follow(&hyperband->ladder, trial, count, value);
    struct wn_rung *rung = wn_ladder_rung(&hyperband->ladder, count);
    if (!track || !rung)
        return verdict;
    if (rung->at == count) {
        track->at_rung = value;
        wn_rung_add(rung, value);
    }
    // W&B's own arithmetic, so that its rounding is ours; the last value is the most there is.
    size_t last = rung->count - 1, index = (size_t)((1 / hyperband->eta) * (double)rung->count);
    double compared = hyperband->strict ? track->at_rung : track->best;
    verdict.stop = compared > rung->values[index < last ? index : last];
    if (verdict.stop)
        snprintf(verdict.reason, sizeof verdict.reason,
                 "hyperband: number %zu of %zu at iteration %lld, only the best %zu go on",
                 wn_rung_below(rung, compared) + 1, rung->count, (long long)rung->at, index + 1);
    return verdict;
}

static size_t brackets(const void *state, int64_t *at, size_t room) {
    return wn_ladder_list(&((const struct hyperband *)state)->ladder, at, room);
}

static void release(void *state) {
    wn_ladder_free(&((struct hyperband *)state)->ladder);
    free(state);
}

const struct wn_scheduler_type wn_scheduler_hyperband = {
    .name = "hyperband",
    .summary = "stops what is not among the best 1/eta at its bracket, as W&B does",
    .paper = "Li et al. 2018, Hyperband: a novel bandit-based approach to hyperparameter "
             "optimization, JMLR 18",
    .create = create,
    .report = report,
    .brackets = brackets,
    .free = release,
};
