// SPDX-License-Identifier: GPL-3.0-or-later
// Shared by board.c (reading rows), board_view.c (filter, order and choice of columns in memory)
// and board_select.c (filter and order by the database).
#ifndef WN_BOARD_PRIVATE_H
#define WN_BOARD_PRIVATE_H

#include "core/board.h"

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
    WN_COLUMNS_AFTER,
};

void wn_board_row_clear(struct wn_board_row *row, size_t columns);

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

// board_select.c: which rows `where` keeps, in the order of `sort`, at most `top` of them.
struct wn_board_query { // all borrowed but numbers
    struct wn_store *store;
    const struct wn_sweep_row *sweep;
    const struct wn_spec *spec;
    const struct wn_board *board; // its columns
    const struct wn_board_options *options;
    int64_t *numbers; // of the rows' first trials; the caller frees
    size_t count, capacity;
};
// *able is false where only a full board can tell: it speaks of ranks, or sorts by a parameter
// whose values are of several types.
enum wn_status wn_board_select(struct wn_board_query *query, bool *able, struct wn_err *err);

// board_view.c: what is left of a full board by the options, in their order.
enum wn_status wn_board_filter(struct wn_board *board, const char *where, struct wn_err *err);
void wn_board_sort(struct wn_board *board, const struct wn_board_order *order);
enum wn_status wn_board_choose(struct wn_board *board, const char *const *names, size_t count,
                               struct wn_err *err);

#endif
