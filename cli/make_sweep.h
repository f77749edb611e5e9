// SPDX-License-Identifier: GPL-3.0-or-later
// Making a sweep of a spec, for the commands that do: whether it can be run here, and its row.
#ifndef WN_CLI_MAKE_SWEEP_H
#define WN_CLI_MAKE_SWEEP_H

#include "core/spec.h"
#include "core/store/store.h"

// What cannot be run here is told on stderr, with its place.
enum wn_status wn_sweep_check(const struct wn_spec *spec, const char *file, struct wn_err *err);
// In the store, with its folder, for the working directory. The caller clears the row.
enum wn_status wn_sweep_make(struct wn_store *store, const struct wn_spec *spec, const char *name,
                             const char *file, struct wn_sweep_row *sweep, struct wn_err *err);

#endif
