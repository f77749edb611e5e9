// SPDX-License-Identifier: GPL-3.0-or-later
// A comparison of two data sets while they are read: the worst columns so far, drawn on the
// terminal again and again in place. Nothing but lines of text and a cursor moved up, so that
// whoever interrupts it finds the terminal as it was.
#ifndef WN_CLI_DRIFT_LIVE_H
#define WN_CLI_DRIFT_LIVE_H

#include "cli/data_side.h"
#include "cli/drift_print.h"

struct wn_drift_live {
    struct wn_output *out; // a terminal
    double next;           // monotonic seconds
    int *widths;           // of the lines that are shown
    size_t count, capacity;
};

struct wn_drift_live wn_drift_live_new(struct wn_output *out);
// Reads both sides to their end, by turns, and shows what is known so far; after it
// wn_data_side_read() has nothing left to read.
void wn_drift_live_read(struct wn_drift_live *live, struct wn_data_side *ref,
                        struct wn_data_side *cur, const struct wn_drift_setup *setup);

#endif
