// SPDX-License-Identifier: GPL-3.0-or-later
// Asking something of a sweep: a row in the store, which its runner obeys and answers; or, where no
// runner works on it and the act needs none, carried out here under the owner's lock. Either way
// the row stays as the record of who asked what.
#ifndef WN_CLI_REQUEST_H
#define WN_CLI_REQUEST_H

#include "cli/common.h"

struct wn_wish {          // borrowed
    const char *verb;     // as sweep/runner/obey.c knows it
    int64_t trial;        // -1: the whole sweep
    const char *argument; // or NULL
    bool quiet;           // an answer is printed only where it is a refusal
    bool at_once;         // done here and now, also beside a runner, which is not concerned
    // Carries it out in a transaction, and appends to `answer` what was done. NULL: it needs a
    // runner.
    enum wn_status (*still)(struct wn_store *store, const struct wn_sweep_row *sweep,
                            const struct wn_request_row *request, struct wn_str *answer,
                            struct wn_err *err);
};

// Asks, waits for the answer and prints it. WN_NO: it was refused, and err says why.
enum wn_status wn_ask_sweep(struct wn_invocation *invocation, struct wn_store *store,
                            const struct wn_sweep_row *sweep, const struct wn_wish *wish,
                            struct wn_err *err);

// The same for a command whose first operand is the sweep.
enum wn_status wn_ask(struct wn_invocation *invocation, const struct wn_wish *wish,
                      struct wn_err *err);
// And whose further ones are trials, each of which takes the place of wish->trial.
enum wn_status wn_ask_about_trials(struct wn_invocation *invocation, const struct wn_wish *wish,
                                   struct wn_err *err);

#endif
