// SPDX-License-Identifier: GPL-3.0-or-later
// What winnow edit and winnow set share: the words after the sweep change its spec.
#ifndef WN_CLI_EDIT_SWEEP_H
#define WN_CLI_EDIT_SWEEP_H

#include "cli/common.h"
#include "core/spec.h"

// Mistakes are told as winnow run tells them, and then nothing is stored. `settings`: the words are
// KEY=VALUE, otherwise NAME=RANGE.
enum wn_status wn_edit_sweep(struct wn_invocation *invocation, bool settings, struct wn_err *err);

// Makes the hooks of a sweep that no runner works on those of `spec`: a file may differ in them and
// still be of that sweep.
enum wn_status wn_edit_hooks(struct wn_invocation *invocation, struct wn_store *store,
                             const struct wn_sweep_row *sweep, const struct wn_spec *spec,
                             struct wn_err *err);

#endif
