// SPDX-License-Identifier: GPL-3.0-or-later
// How an attempt ended: its exit record, what it reported and what was asked of it decide its state
// and a sentence why. Pure functions.
#ifndef WN_OUTCOME_H
#define WN_OUTCOME_H

#include "core/spec.h"
#include "core/store/store.h"
#include "sweep/trialfiles.h"

struct wn_evidence {
    const struct wn_spec *spec;
    const struct wn_exit_record *record; // NULL: the supervisor vanished without one
    const struct wn_summary *objective;  // NULL: never reported
    const char *names;                   // of what it reported, for messages; or NULL
    const char *command;                 // the program, for messages
    const char *start_hint;              // what to write where it cannot be started, or NULL
    const char *condemned;               // why a scheduler told it to stop, or NULL
    const char *killed_by;               // who ended it alone, or NULL
    const char *start_failure;           // why no process could be made at all, or NULL
    bool disk_was_low;                   // while it ran, and it may be tried again for that
};

struct wn_outcome {
    enum wn_trial_state state;
    double objective; // NaN: none
    char reason[512]; // "" where the state says all
};

void wn_outcome_decide(const struct wn_evidence *evidence, struct wn_outcome *outcome);

// The objective's value that counts: the best over the history, or the last. NaN: none.
double wn_objective_value(const struct wn_objective *objective, const struct wn_summary *summary);

// Whether a trial that ended so has a result that stands. Who was cancelled with the sweep, or
// lost, runs again; who was killed alone by a person (`killed_by`, NULL: nobody) does not.
bool wn_outcome_is_accepted(enum wn_trial_state state, const char *killed_by);

// Whether a retry could help: the fault may lie with the machine or with luck.
bool wn_outcome_spends_retry(enum wn_trial_state state);
// Tried again without spending a retry: the trial itself did nothing wrong.
bool wn_outcome_is_interruption(enum wn_trial_state state);

// Seconds to wait before attempt number `attempt` (from 1): 1, 2, 4, ... at most 60.
double wn_retry_delay(int64_t attempt);

#endif
