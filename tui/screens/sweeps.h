// SPDX-License-Identifier: GPL-3.0-or-later
// The query of the first screen, for tests that hand it one, and what sweeps_pane.c draws below the
// list: the sweep under the cursor.
#ifndef WN_SCREEN_SWEEPS_H
#define WN_SCREEN_SWEEPS_H

#include "core/chart.h"
#include "tui/screen.h"

enum { WN_SWEEPS_SPARK = 8 };

struct wn_sweeps_line {
    struct wn_sweep_row row;
    const char *state;             // as shown
    double spark[WN_SWEEPS_SPARK]; // the best so far
};

struct wn_sweeps_known { // a sparkline that is right as long as no more trials ended
    int64_t sweep, ended;
    double spark[WN_SWEEPS_SPARK];
};

struct wn_sweeps_query { // on the heap; the screen frees it
    struct wn_sweeps_line *sweeps;
    size_t count, capacity;
    struct wn_sweeps_known *known; // of the query before
    size_t known_count;
    int64_t chosen; // 0: the first one
    struct wn_extent extent;
    int64_t shown; // the sweep that the rest is of, 0: there is none
    struct wn_history history;
    char *best_params; // "C 31.6   gamma 0.0178"; NULL: there is no best one
};

// Rows of the list, with its titles, when there are so many sweeps; the rest is the pane's.
int wn_sweeps_list_rows(int rows, size_t count);
// How many trials of a sweep are over.
int64_t wn_sweeps_ended(const struct wn_sweep_row *row);
// Loads sparklines, and what the pane shows of the chosen sweep.
enum wn_status wn_sweeps_load_curves(struct wn_store *store, struct wn_sweeps_query *query,
                                     struct wn_err *err);
void wn_sweeps_draw_pane(const struct wn_sweeps_query *query, const struct wn_pane *pane);

#endif
