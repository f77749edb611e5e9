// SPDX-License-Identifier: GPL-3.0-or-later
// The log of a trial: where it lies, and how it ends.
#ifndef WN_CLI_LOG_END_H
#define WN_CLI_LOG_END_H

#include "core/store/store.h"

// The caller frees.
char *wn_log_path(const struct wn_store *store, int64_t sweep, int64_t trial, int64_t attempt);
// Reads the last `room` bytes, or fewer where there are fewer; 0 where there is no log.
size_t wn_log_end(const char *path, char *bytes, size_t room);
// Where a command failed by itself its last line usually says why.
bool wn_log_tells_why(const struct wn_trial_row *row);
// The last line with something on it, cut and escaped for a terminal; "" where there is none. The
// caller frees.
char *wn_log_last_line(const struct wn_store *store, const struct wn_trial_row *row);

#endif
