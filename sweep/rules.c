// SPDX-License-Identifier: GPL-3.0-or-later
// The rules that end a sweep early.
#include "sweep/rules.h"

#include <math.h>
#include <stdio.h>

enum { REASON_SIZE = 160 };

static bool better(const struct wn_rules *rules, double a, double b) {
    return rules->spec->objectives->maximize ? a > b : a < b;
}

bool wn_rules_observe(struct wn_rules *rules, double objective, int64_t trial) {
    rules->ended++;
    rules->since_best++;
    if (isnan(objective)) {
        rules->failed_in_a_row++;
        return false;
    }
    rules->succeeded++;
    rules->failed_in_a_row = 0;
    if (rules->has_best && !better(rules, objective, rules->best))
        return false;
    rules->has_best = true;
    rules->best = objective;
    rules->best_trial = trial;
    rules->since_best = 0;
    return true;
}

void wn_rules_begin_anew(struct wn_rules *rules) {
    rules->failed_in_a_row = rules->since_best = rules->succeeded = 0;
}

static bool target_reached(const struct wn_rules *rules) {
    const struct wn_until *until = &rules->spec->until;
    return until->has_target && rules->has_best && !better(rules, until->target, rules->best);
}

enum wn_ruling wn_rules_judge(const struct wn_rules *rules, int64_t asked, double seconds,
                              char *reason) {
    const struct wn_spec *spec = rules->spec;
    reason[0] = '\0';
    if (target_reached(rules))
        snprintf(reason, REASON_SIZE, "target reached: %s %g", spec->objectives->name, rules->best);
    else if (spec->until.plateau && rules->has_best && rules->since_best >= spec->until.plateau)
        snprintf(reason, REASON_SIZE, "no better %s in %lld configurations", spec->objectives->name,
                 (long long)rules->since_best);
    else if (spec->max_configurations && asked >= spec->max_configurations)
        snprintf(reason, REASON_SIZE, "budget of %lld configurations spent",
                 (long long)spec->max_configurations);
    else if (spec->max_seconds > 0 && seconds >= spec->max_seconds)
        snprintf(reason, REASON_SIZE, "time budget of %g s spent", spec->max_seconds);
    if (reason[0])
        return WN_ENOUGH;
    if (spec->fail_fast && rules->failed_in_a_row >= spec->fail_fast) {
        snprintf(reason, REASON_SIZE, "%s %lld configurations failed",
                 rules->succeeded ? "the last" : "all of the first",
                 (long long)rules->failed_in_a_row);
        return WN_HOPELESS;
    }
    return WN_GO_ON;
}
