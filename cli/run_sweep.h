// SPDX-License-Identifier: GPL-3.0-or-later
// What `run` and `resume` share: running a sweep in the foreground with its progress on stderr and
// its result on stdout, or handing it to a runner of its own.
#ifndef WN_CLI_RUN_SWEEP_H
#define WN_CLI_RUN_SWEEP_H

#include "cli/args.h"
#include "core/spec.h"
#include "core/store/store.h"

// --detach, --quiet, --json.
extern const struct wn_option wn_run_sweep_options[];

// Waits some seconds for a runner that was told to stop, and says so; then reads the row again. A
// runner that goes on is left to wn_run_sweep(), which refuses.
enum wn_status wn_await_stopping(struct wn_store *store, struct wn_sweep_row *sweep,
                                 struct wn_err *err);

// Runs the sweep here, or detached where that option was given. `retry_failed`: failed trials once
// more. WN_NO where nothing finished or the sweep failed.
enum wn_status wn_run_sweep(struct wn_invocation *invocation, struct wn_store *store,
                            const struct wn_sweep_row *sweep, const struct wn_spec *spec,
                            bool retry_failed, struct wn_err *err);

#endif
