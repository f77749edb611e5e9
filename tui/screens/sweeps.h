// SPDX-License-Identifier: GPL-3.0-or-later
// The first screen, in parts: sweeps.c (keys), sweeps_load.c (its query), sweeps_list.c (the list)
// and sweeps_pane.c (the sweep under the cursor, below the list or beside it). Tests hand it
// queries of their own.
#ifndef WN_SCREEN_SWEEPS_H
#define WN_SCREEN_SWEEPS_H

#include "core/chart.h"
#include "tui/screen.h"

enum { WN_SWEEPS_SPARK = 8 };

struct wn_sweeps_line {
    struct wn_sweep_row row;
    const char *state;             // as shown
    double spark[WN_SWEEPS_SPARK]; // the best so far
    double rate;                   // trials that end in a second, lately; 0: unknown
    char *waits;                   // why it does not go on though it runs; or NULL
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
    char *filter;   // only sweeps with this text; or NULL
    struct wn_extent extent;
    // Of all sweeps, whatever the filter says.
    char *folder; // of the project
    size_t all, running;
    int64_t trials; // that run
    // Of the sweep `shown`, 0: there is none.
    int64_t shown;
    struct wn_history history;
    char *best_params; // "C 31.6   gamma 0.0178"; NULL: there is no best one
};

struct wn_sweeps_box {
    int top, left, rows, columns; // no rows: it is not there
};
struct wn_sweeps_layout {
    int head; // rows above all: the project, and how much runs
    struct wn_sweeps_box list, pane;
    bool beside; // the pane is at the right of the list
};
struct wn_sweeps_layout wn_sweeps_lay_out(struct wn_extent extent, size_t count);

// Lists only sweeps with this text, once they are loaded anew; NULL: all.
void wn_sweeps_filter(void *state, const char *text);

enum wn_status wn_sweeps_load(struct wn_store *store, struct wn_sweeps_query *query,
                              struct wn_err *err);
void wn_sweeps_release(struct wn_sweeps_query *query);

void wn_sweeps_draw_list(const struct wn_sweeps_query *query, size_t cursor,
                         const struct wn_pane *pane);
// The sweep at a row of the list's pane; query->count: none.
size_t wn_sweeps_at(const struct wn_sweeps_query *query, size_t cursor, int rows, int row);
void wn_sweeps_draw_pane(const struct wn_sweeps_query *query, const struct wn_pane *pane);

#endif
