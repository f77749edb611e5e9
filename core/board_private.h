// SPDX-License-Identifier: GPL-3.0-or-later
// Shared by board.c and board_list.c (what is asked for), board_read.c (columns and rows),
// board_order.c (which rows, in which order), board_select.c (the same by the database),
// board_front.c (several objectives) and board_view.c (filter and order in memory).
#ifndef WN_BOARD_PRIVATE_H
#define WN_BOARD_PRIVATE_H

#include "core/board.h"
#include "core/versions.h"

enum wn_fixed_column { // before parameters and metrics
    WN_COLUMN_RANK,
    WN_COLUMN_TRIAL,
    WN_COLUMN_STATE,
    WN_COLUMN_OBJECTIVE,
    WN_COLUMN_SE,
    WN_COLUMNS_BEFORE,
};
enum wn_last_column { // after them
    WN_COLUMN_STARTED,
    WN_COLUMN_ENDED,
    WN_COLUMN_DURATION,
    WN_COLUMN_EXIT,
    WN_COLUMN_HOST,
    WN_COLUMN_TAGS,
    WN_COLUMN_FRONT,     // only where there are several objectives
    WN_COLUMN_CONFIRMED, // only where it was run again
    WN_COLUMNS_AFTER,
};

void wn_board_row_clear(struct wn_board_row *row, size_t columns);

// ---- board_read.c -------------------------------------------------------------------------------

struct wn_board_numbers { // something of each row, by (number of its first trial / repeats)
    uint32_t *items;      // 0: nothing
    size_t count;
};

struct wn_confirmed { // what running a configuration again gave
    int64_t params_hash;
    double mean;
};

struct wn_board_reader {
    struct wn_store *store; // borrowed, as are sweep and err
    const struct wn_sweep_row *sweep;
    struct wn_err *err;
    bool split;      // repeats are rows of their own; set before opening
    int64_t repeats; // of one row
    struct wn_versions versions;
    const struct wn_spec *spec;            // the newest
    struct wn_config *config;              // scratch
    struct wn_board *board;                // columns, and the rows read so far
    size_t params, metrics;                // how many columns of each
    const char *last_metric;               // columns of metrics end with it; NULL: there are all
    bool tagged;                           // there is a tag
    struct wn_board_numbers ranks, fronts; // empty until they are asked for
    struct wn_confirmed *confirmed;        // the newest last
    size_t confirmed_count, confirmed_capacity;
    int64_t first; // trial that counts[0] is about
    bool *counts;  // its values count in a mean over repeats
    size_t trial_count, trial_capacity;
    uint32_t *averaged; // row by row, metric by metric: values in the mean so far
    size_t averaged_capacity;
    enum wn_status status;
};

// Versions and columns, as `split` is set. Close it also where this fails.
enum wn_status wn_board_reader_open(struct wn_board_reader *reader);
void wn_board_reader_close(struct wn_board_reader *reader);
// A board without rows and with the reader's columns, but of metrics only the first ones.
struct wn_board *wn_board_copy_columns(const struct wn_board_reader *reader, size_t metrics);
// Rows for reader->board, without ranks: all in order of their numbers, or those of these first
// trials in this order.
enum wn_status wn_board_read_all(struct wn_board_reader *reader);
enum wn_status wn_board_read_some(struct wn_board_reader *reader, const uint32_t *numbers,
                                  size_t count);
// For bsearch() by a trial's number.
int wn_board_row_by_trial(const void *number, const void *row);

static inline uint32_t wn_board_number_of(const struct wn_board_numbers *numbers, int64_t trial,
                                          int64_t repeats) {
    size_t at = (size_t)(trial / repeats);
    return at < numbers->count ? numbers->items[at] : 0;
}

// ---- names and columns: board_view.c ------------------------------------------------------------

// What an expression over columns may name: full names, and bare ones where they are not taken.
struct wn_board_names {
    const char **names; // borrowed from the columns
    size_t *columns;    // the column of each
    size_t count;
};
// Of thousands of metrics only those that `text` may mean, for SQLite allows 2,000 columns.
void wn_board_names_offer(struct wn_board_names *names, const struct wn_board *board,
                          const char *text);
void wn_board_names_free(struct wn_board_names *names);

struct wn_board_order {
    size_t column;
    int sign; // -1: the largest first
};
enum wn_status wn_board_order_parse(const struct wn_board *board, const struct wn_sweep_row *sweep,
                                    const char *by, struct wn_board_order *order,
                                    struct wn_err *err);

// ---- which rows: board_order.c, board_select.c, board_front.c -----------------------------------

struct wn_board_rows { // chosen ones
    uint32_t *numbers; // of their first trials, in order; the owner frees
    size_t count, capacity;
    size_t total; // how many there are: more than `count` where only the first ones were asked for
};
// The rows that `options` ask for: all, or the first options->top at least. *able is false where
// only a full board can tell: it sorts by a parameter whose values are of several types, or names
// what the database cannot.
enum wn_status wn_board_choose_rows(struct wn_board_reader *reader,
                                    const struct wn_board_options *options,
                                    struct wn_board_rows *rows, bool *able);
// Whether that is the order of the index, without a filter.
bool wn_board_by_rank(const struct wn_board_reader *reader, const struct wn_board_options *options);
// Room for a number of each row there is, all 0.
enum wn_status wn_board_make_room(struct wn_board_reader *reader, struct wn_board_numbers *numbers);
// Fill reader->ranks, and reader->fronts where there are several objectives.
enum wn_status wn_board_find_ranks(struct wn_board_reader *reader);
enum wn_status wn_board_find_fronts(struct wn_board_reader *reader);
// Ranks for the rows read. Where no ranks were looked for the board is in their order, and its
// first row at place `from` of it.
void wn_board_give_ranks(struct wn_board_reader *reader, size_t from);

// Rows by the database. Ranks and fronts must be known where the options speak of them.
enum wn_status wn_board_select(struct wn_board_reader *reader,
                               const struct wn_board_options *options, struct wn_board_rows *rows,
                               bool *able);
// The condition of all rows; an SQL expression of what a column shows, NULL: there is none. The
// caller frees.
const char *wn_board_each_row(const struct wn_board_reader *reader);
char *wn_board_source(const struct wn_board_reader *reader, size_t column);
char *wn_board_metric_source(const struct wn_board_reader *reader, const char *metric);

// Fronts of `count` points of `dimensions` values each, smaller is better: 1 where no other point
// dominates, 2 where only those of 1 do, and so on. NaN must not be among them.
void wn_board_fronts(const double *values, size_t dimensions, uint32_t *fronts, size_t count);

// ---- in memory: board_view.c --------------------------------------------------------------------

// What is left of a full board by the options, in their order.
enum wn_status wn_board_filter(struct wn_board *board, const char *where, struct wn_err *err);
void wn_board_sort(struct wn_board *board, const struct wn_board_order *order);
enum wn_status wn_board_choose(struct wn_board *board, const char *const *names, size_t count,
                               struct wn_err *err);

#endif
