// SPDX-License-Identifier: GPL-3.0-or-later
// The logs of a sweep, from its row in the store.
#ifndef WN_CLI_LOG_END_H
#define WN_CLI_LOG_END_H

#include "core/store/store.h"
#include "sweep/logs.h"

// The caller frees with wn_logs_free().
struct wn_logs *wn_sweep_logs(const struct wn_store *store, int64_t sweep);

#endif
