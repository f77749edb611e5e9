// SPDX-License-Identifier: GPL-3.0-or-later
// The vocabulary of trials and sweeps: states, and the plain rows that the store reads and writes.
#ifndef WN_TRIAL_H
#define WN_TRIAL_H

#include <stdbool.h>
#include <stdint.h>

enum wn_trial_state {
#define X(id, name, ended, meaning) WN_TRIAL_##id,
#include "core/trial.def"
#undef X
    WN_TRIAL_STATES
};

const char *wn_trial_state_name(enum wn_trial_state state);
bool wn_trial_state_parse(const char *name, enum wn_trial_state *state);
bool wn_trial_ended(enum wn_trial_state state);
// finished or stopped: its objective ranks and feeds the searcher.
bool wn_trial_counts(enum wn_trial_state state);
// It ended without a result, and nobody ended it.
bool wn_trial_failed(enum wn_trial_state state);

enum wn_sweep_state {
    WN_SWEEP_RUNNING,  // a runner owns it; where none holds its lock, readers show "interrupted"
    WN_SWEEP_PAUSED,   // a runner owns it and starts no new trials until told
    WN_SWEEP_STOPPED,  // drained or cancelled; `winnow resume` goes on
    WN_SWEEP_FINISHED, // budget spent, space exhausted or until reached
    WN_SWEEP_FAILED,   // fail-fast ended it
    WN_SWEEP_STATES
};
const char *wn_sweep_state_name(enum wn_sweep_state state);
bool wn_sweep_state_parse(const char *name, enum wn_sweep_state *state);

#endif
