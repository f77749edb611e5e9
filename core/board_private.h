// SPDX-License-Identifier: GPL-3.0-or-later
// Shared by board.c (reading rows) and board_view.c (filter, order, choice of columns).
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
    WN_COLUMNS_AFTER,
};

void wn_board_row_clear(struct wn_board_row *row, size_t columns);

// board_view.c: what is left of a full board by the options, in their order.
enum wn_status wn_board_filter(struct wn_board *board, const char *where, struct wn_err *err);
enum wn_status wn_board_sort(struct wn_board *board, const struct wn_sweep_row *sweep,
                             const char *by, struct wn_err *err);
enum wn_status wn_board_choose(struct wn_board *board, const char *const *names, size_t count,
                               struct wn_err *err);

#endif
