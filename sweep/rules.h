// SPDX-License-Identifier: GPL-3.0-or-later
// When a sweep is over before its space is: budgets, a target, a plateau, or nothing but failures.
// Told of each ended configuration, it answers whether to go on. Pure; the caller brings the time.
#ifndef WN_RULES_H
#define WN_RULES_H

#include "core/spec.h"
#include "core/trial.h"

struct wn_rules {
    const struct wn_spec *spec; // borrowed
    bool has_best;
    double best;        // objective in its own direction
    int64_t best_trial; // its repeat 0
    int64_t since_best; // configurations that ended since the best was found
    int64_t ended;      // configurations that ended
    int64_t succeeded;  // of those, how many had a result
    int64_t failed_in_a_row;
};

enum wn_ruling { WN_GO_ON, WN_ENOUGH, WN_HOPELESS };

// A configuration ended: `objective` is the mean over its repeats, NaN where none counts; `trial`
// is its repeat 0. True where it is a new best.
bool wn_rules_observe(struct wn_rules *rules, double objective, int64_t trial);

// The space was changed: what a row of failures or a plateau said of the old one holds no more.
void wn_rules_begin_anew(struct wn_rules *rules);

// Whether new configurations should be started, given how many were asked for and how many seconds
// runners have worked on the sweep. `reason` (at least 160 bytes) says why not.
enum wn_ruling wn_rules_judge(const struct wn_rules *rules, int64_t asked, double seconds,
                              char *reason);

#endif
