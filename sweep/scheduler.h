// SPDX-License-Identifier: GPL-3.0-or-later
// A scheduler decides after each report whether a running trial goes on. It sees minimised values
// (negated where the objective is maximised) and is, like a searcher, a function of what it was
// told. One file per scheduler in sweep/schedulers/, one line in schedulers.def.
#ifndef WN_SCHEDULER_H
#define WN_SCHEDULER_H

#include "core/spec.h"

struct wn_verdict {
    bool stop;
    char reason[160]; // "hyperband: number 7 of 9 at iteration 3, only the best 4 go on"
};

struct wn_scheduler_type {
    const char *name, *summary, *paper;
    // Checks the settings; what is wrong or useless goes to diags at the settings' place.
    enum wn_status (*create)(const struct wn_early_terminate *settings, void **state,
                             struct wn_diags *diags);
    // The `count`-th finite value (from 1) of `trial`'s objective. Values of trials that already
    // ended are told too, when history is replayed (their verdict is ignored).
    struct wn_verdict (*report)(void *state, int64_t trial, int64_t count, double value);
    void (*end)(void *state, int64_t trial); // the trial reports no more; may be NULL
    // The iterations at which trials are compared, ascending, at most `room`; for `plan`. May be
    // NULL.
    size_t (*brackets)(const void *state, int64_t *at, size_t room);
    void (*free)(void *state);
};

const struct wn_scheduler_type *wn_scheduler_find(const char *type);
const struct wn_scheduler_type *const *wn_scheduler_all(size_t *count);
// The type that `word` most likely means, or NULL.
const char *wn_scheduler_closest(const char *word);

#endif
