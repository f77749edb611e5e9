// SPDX-License-Identifier: GPL-3.0-or-later
// The query of the first screen, for tests that hand it one.
#ifndef WN_SCREEN_SWEEPS_H
#define WN_SCREEN_SWEEPS_H

#include "tui/screen.h"

struct wn_sweeps_line {
    struct wn_sweep_row row;
    const char *state; // as shown
};

struct wn_sweeps_query { // on the heap; the screen frees it
    struct wn_sweeps_line *sweeps;
    size_t count, capacity;
};

#endif
