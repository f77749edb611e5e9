// SPDX-License-Identifier: GPL-3.0-or-later
// Handing a sweep to a runner that has a session of its own, so that it outlives this terminal.
#ifndef WN_CLI_DETACH_H
#define WN_CLI_DETACH_H

#include "cli/args.h"
#include "core/store/store.h"

// Starts `winnow resume` for the sweep in a new session, with its output in the sweep's runner.log,
// and waits until it owns the sweep. Fails with what it printed where it ended before that.
enum wn_status wn_detach(const struct wn_invocation *invocation, const struct wn_store *store,
                         const struct wn_sweep_row *sweep, bool retry_failed, struct wn_err *err);

#endif
