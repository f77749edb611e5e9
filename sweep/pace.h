// SPDX-License-Identifier: GPL-3.0-or-later
// How fast a sweep goes, and how far it is.
#ifndef WN_PACE_H
#define WN_PACE_H

#include "core/store/store.h"

int64_t wn_sweep_ended(const struct wn_sweep_row *row); // trials
// Of the trials declared, at most 1; NaN: it is not known how many there will be.
double wn_sweep_share(const struct wn_sweep_row *row);
// Trials that end in a second, lately, by the newest ones of the run of now; 0: not known.
double wn_sweep_rate(struct wn_store *store, const struct wn_sweep_row *row, double now);
// Seconds until all have ended, at that rate; 0: not known.
double wn_sweep_left(const struct wn_sweep_row *row, double rate);

#endif
