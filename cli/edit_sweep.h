// SPDX-License-Identifier: GPL-3.0-or-later
// What winnow edit and winnow set share: the words after the sweep change its spec.
#ifndef WN_CLI_EDIT_SWEEP_H
#define WN_CLI_EDIT_SWEEP_H

#include "cli/args.h"

// Mistakes are told as winnow run tells them, and then nothing is stored. `settings`: the words are
// KEY=VALUE, otherwise NAME=RANGE.
enum wn_status wn_edit_sweep(struct wn_invocation *invocation, bool settings, struct wn_err *err);

#endif
