// SPDX-License-Identifier: GPL-3.0-or-later
// Asynchronous successive halving, the variant that stops instead of pausing. Rungs are at
// min_iter * eta^k (min_iter default 1) below max_iter. A trial that comes to a rung goes on if it
// is among the best 1/eta of those that came there before it and itself, rounded down but at least
// the best one; equal values go on. It is judged once at each rung, never between them.
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/diag.h"
#include "core/base/mem.h"
#include "sweep/scheduler.h"
#include "sweep/schedulers/ladder.h"

enum { MOST_RUNGS = 1000 }; // tried; rungs beyond any trial's reach are left out

struct asha {
    struct wn_ladder ladder;
    double eta;
};

static enum wn_status create(const struct wn_early_terminate *settings, void **state,
                             struct wn_diags *diags) {
    assert(settings->eta > 1);
    int64_t min_iter = settings->has_min_iter ? settings->min_iter : 1;
    double end = settings->has_max_iter ? (double)settings->max_iter : INFINITY;
    if ((double)min_iter >= end) {
        wn_diag_add(diags, WN_ERROR, settings->line, settings->column, "early_terminate",
                    "min_iter must be below max_iter (%lld >= %lld)", (long long)min_iter,
                    (long long)settings->max_iter);
        return WN_BAD_INPUT;
    }
    if (settings->has_s)
        wn_diag_add(diags, WN_WARNING, settings->line, settings->column, "early_terminate",
                    "s has no effect with type asha");
    struct asha *asha = wn_calloc(1, sizeof *asha);
    asha->eta = settings->eta;
    wn_ladder_climb(&asha->ladder, (double)min_iter, settings->eta, end, MOST_RUNGS);
    *state = asha;
    return WN_OK;
}

static struct wn_verdict report(void *state, int64_t trial, int64_t count, double value) {
    struct asha *asha = state;
    struct wn_verdict verdict = {0};
    struct wn_track *track = wn_ladder_follow(&asha->ladder, trial, count, value);
    struct wn_rung *rung = wn_ladder_rung(&asha->ladder, count);
    if (!track || !rung || rung->at != count)
        return verdict;
    wn_rung_add(rung, value);
    size_t promoted = (size_t)((double)rung->count / asha->eta);
    promoted = promoted ? promoted : 1;
    verdict.stop = value > rung->values[promoted - 1];
    if (verdict.stop)
        snprintf(verdict.reason, sizeof verdict.reason,
                 "asha: number %zu of %zu at iteration %lld, only the best %zu go on",
                 wn_rung_below(rung, value) + 1, rung->count, (long long)rung->at, promoted);
    return verdict;
}

static size_t brackets(const void *state, int64_t *at, size_t room) {
    return wn_ladder_list(&((const struct asha *)state)->ladder, at, room);
}

static void release(void *state) {
    wn_ladder_free(&((struct asha *)state)->ladder);
    free(state);
}

const struct wn_scheduler_type wn_scheduler_asha = {
    .name = "asha",
    .summary = "stops what is not among the best 1/eta when it comes to a rung",
    .paper = "Li et al. 2020, A system for massively parallel hyperparameter tuning, MLSys",
    .create = create,
    .report = report,
    .brackets = brackets,
    .free = release,
};
