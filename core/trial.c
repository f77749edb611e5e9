// SPDX-License-Identifier: GPL-3.0-or-later
// Names of states, from the one table.
#include "core/trial.h"

#include <stddef.h>
#include <string.h>

static const struct {
    const char *name;
    bool ended;
} states[] = {
#define X(id, name, ended, meaning) {name, ended},
#include "core/trial.def"
#undef X
};

static const char *const sweep_states[WN_SWEEP_STATES] = {
    [WN_SWEEP_RUNNING] = "running",   [WN_SWEEP_PAUSED] = "paused", [WN_SWEEP_STOPPED] = "stopped",
    [WN_SWEEP_FINISHED] = "finished", [WN_SWEEP_FAILED] = "failed",
};

const char *wn_trial_state_name(enum wn_trial_state state) {
    return states[state].name;
}

bool wn_trial_state_parse(const char *name, enum wn_trial_state *state) {
    for (size_t i = 0; i < WN_TRIAL_STATES; i++)
        if (strcmp(states[i].name, name) == 0) {
            *state = (enum wn_trial_state)i;
            return true;
        }
    return false;
}

bool wn_trial_ended(enum wn_trial_state state) {
    return states[state].ended;
}

bool wn_trial_counts(enum wn_trial_state state) {
    return state == WN_TRIAL_FINISHED || state == WN_TRIAL_STOPPED;
}

bool wn_trial_failed(enum wn_trial_state state) {
    return wn_trial_ended(state) && !wn_trial_counts(state) && state != WN_TRIAL_KILLED;
}

const char *wn_sweep_state_name(enum wn_sweep_state state) {
    return sweep_states[state];
}

bool wn_sweep_state_parse(const char *name, enum wn_sweep_state *state) {
    for (size_t i = 0; i < WN_SWEEP_STATES; i++)
        if (strcmp(sweep_states[i], name) == 0) {
            *state = (enum wn_sweep_state)i;
            return true;
        }
    return false;
}
