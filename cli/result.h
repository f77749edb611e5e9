// SPDX-License-Identifier: GPL-3.0-or-later
// What a sweep that ran configurations again found: a race who is better, a confirmation how much
// of a leaderboard's best was luck.
#ifndef WN_CLI_RESULT_H
#define WN_CLI_RESULT_H

#include "cli/args.h"
#include "core/spec.h"
#include "core/store/store.h"

// Prints it as a table, or as JSON where that is asked for. WN_NO: B is not better (of two), no
// single one is left (of more); the first one does not stay first (a confirmation).
enum wn_status wn_result_of_race(struct wn_invocation *invocation, struct wn_store *store,
                                 const struct wn_sweep_row *sweep, const struct wn_spec *spec,
                                 struct wn_err *err);
enum wn_status wn_result_of_confirmation(struct wn_invocation *invocation, struct wn_store *store,
                                         const struct wn_sweep_row *sweep, struct wn_err *err);

#endif
