// SPDX-License-Identifier: GPL-3.0-or-later
// The leaderboard of a sweep: one row per configuration (repeats are its mean and standard error),
// best first, those without a result after them in order of number. A board owns all it holds.
#ifndef WN_BOARD_H
#define WN_BOARD_H

#include "core/spec.h"
#include "core/store/store.h"

enum wn_board_group { WN_BOARD_FIXED, WN_BOARD_PARAM, WN_BOARD_METRIC };

struct wn_board_column {
    enum wn_board_group group;
    char *name;  // "rank", "param.lr", "metric.loss"
    bool number; // what it shows are numbers
    bool same;   // it says the same of each configuration of the sweep, or nothing
};

struct wn_board_row {
    int64_t trial;          // of its repeat 0
    double score;           // lower is better; NaN: does not rank
    struct wn_value params; // nested as the spec nests
    struct wn_value *cells; // one per column; WN_NULL where there is nothing
    char *reason;           // why the trial of its state ended, or what it waits for; or NULL
};

struct wn_board {
    char *sweep, *objective;
    bool chosen;                          // the columns were named by whoever asks
    struct wn_board_column *columns;      // rank trial state objective se, params, metrics, then
    size_t column_count, column_capacity; // started ended duration exit host tags; and
    // with several objectives front: 1 is the Pareto front, 2 is behind it alone, and so on; then
    // confirmed, the mean of running it again, where winnow confirm or winnow ab did
    struct wn_board_row *rows;
    size_t row_count, row_capacity;
};

struct wn_board_options { // all optional
    int64_t top;          // at most so many rows; 0: all
    const char *sort;  // a column's name; "-" before it: largest first, "+": smallest; NULL: rank
    const char *where; // expression over columns; parameters and metrics also by their bare names
    const char *const *columns; // only these, in this order
    size_t column_count;
    bool trials; // repeats are rows of their own
};

// Reads the board; of the top N no more than those where the database can find them.
// WN_BAD_INPUT for names and expressions that are not understood.
enum wn_status wn_board_load(struct wn_store *store, const struct wn_sweep_row *sweep,
                             const struct wn_board_options *options, struct wn_board **board,
                             struct wn_err *err);
void wn_board_free(struct wn_board *board);

// Whether people want to see the column: those named, else all but times and hosts and what says
// the same in each row.
bool wn_board_shows(const struct wn_board *board, size_t column);
// What a column is called for them: "lr" of "param.lr", the objective by its name.
const char *wn_board_title(const struct wn_board *board, size_t column);
// Index of the column that `name` means ("lr", "param.lr", "objective"), or -1.
ptrdiff_t wn_board_column(const struct wn_board *board, const char *name);

#endif
