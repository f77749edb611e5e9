// SPDX-License-Identifier: GPL-3.0-or-later
// How a sweep stands, told from its row and from whether a runner holds its lock.
#ifndef WN_STANDING_H
#define WN_STANDING_H

#include "core/store/store.h"

// True while a runner owns the sweep.
bool wn_sweep_alive(const struct wn_store *store, int64_t sweep);
// "running", "interrupted" (said to run, but no runner lives), "paused" (by a person, or
// for want of disk), "stopped", ...
const char *wn_sweep_shown_state(const struct wn_store *store, const struct wn_sweep_row *row);

#endif
