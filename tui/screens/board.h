// SPDX-License-Identifier: GPL-3.0-or-later
// The query of the leaderboard, for tests that hand it one.
#ifndef WN_SCREEN_BOARD_H
#define WN_SCREEN_BOARD_H

#include "core/board.h"
#include "tui/screen.h"

struct wn_board_cache;
struct wn_board_sheet;
struct wn_board_side;

struct wn_board_look { // which rows, and in which order; owns its texts
    char *sort;        // as of wn_board_options; NULL: by rank
    char *where;       // NULL: all
    char *text;        // rows with this word; NULL: all
    bool trials;       // repeats are rows of their own
    bool front;        // of several objectives only the Pareto front
};

enum { WN_BOARD_SPARK = 12 };

struct wn_board_query { // on the heap; the screen frees it
    // Asked: the place of the cursor and of the first row on the screen, rows of the screen
    int64_t sweep;
    struct wn_board_look look;
    uint64_t looks, moves; // how many of each there were: tells an answer that came too late
    size_t cursor, top, rows;
    size_t ahead;   // rows that are loaded from the page before the screen on
    int64_t follow; // the cursor stays on this trial, whatever its place; -1: at its place
    uint32_t *pins; // trials of the rows that stay on top
    size_t pin_count;
    struct wn_board_cache *cache; // NULL: nothing is kept for the next query
    struct wn_board_side *side;   // what else to tell of the trial under the cursor; NULL: nothing
    // Answered: cursor and top, and
    double moment; // when; Unix seconds
    struct wn_sweep_row row;
    const char *state;              // of the sweep, as shown
    double rate;                    // trials that end in a second, lately; 0: not known
    char *problem;                  // why filter and order were not used; or NULL
    struct wn_board *page, *pinned; // rows from place `from` on; those of the pins
    struct wn_board *leaders;       // with repeats: the best few configurations
    size_t from, total;             // total: of rows
    double spark[WN_BOARD_SPARK];   // the best so far; NaN: none
    struct wn_board_sheet *sheet;   // how they are written; the screen makes it
};

#endif
