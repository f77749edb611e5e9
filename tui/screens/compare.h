// SPDX-License-Identifier: GPL-3.0-or-later
// The query of the comparison, for tests that hand it one.
#ifndef WN_SCREEN_COMPARE_H
#define WN_SCREEN_COMPARE_H

#include "core/board.h"
#include "tui/screen.h"

struct wn_compare_query { // on the heap; the screen frees it
    int64_t sweep;
    char *where;            // the trials, as an expression
    char *name;             // of the sweep
    struct wn_board *board; // a row per trial
};

#endif
