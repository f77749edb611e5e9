// SPDX-License-Identifier: GPL-3.0-or-later
// The logs of a sweep, from its row in the store, and how they end.
#ifndef WN_CLI_LOG_END_H
#define WN_CLI_LOG_END_H

#include "core/store/store.h"
#include "sweep/logs.h"

// The caller frees with wn_logs_free().
struct wn_logs *wn_sweep_logs(const struct wn_store *store, int64_t sweep);
// Where a command failed by itself its last line usually says why.
bool wn_log_tells_why(const struct wn_trial_row *row);
// The last line with something on it, cut and escaped for a terminal; "" where there is none. The
// caller frees.
char *wn_log_last_line(struct wn_logs *logs, const struct wn_trial_row *row);

#endif
