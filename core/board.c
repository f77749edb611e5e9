// SPDX-License-Identifier: GPL-3.0-or-later
// A whole board, or the first rows of one: chosen and ordered by the database where it can (then
// no more than those are read), else in memory.
#include "core/board.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/board_private.h"

// ---- in memory ----------------------------------------------------------------------------------

static int by_score(const void *left, const void *right) {
    const struct wn_board_row *a = left, *b = right;
    if (isnan(a->score) || isnan(b->score)) {
        int order = isnan(a->score) - isnan(b->score);
        return order ? order : (a->trial > b->trial) - (a->trial < b->trial);
    }
    if (a->score != b->score)
        return a->score < b->score ? -1 : 1;
    return (a->trial > b->trial) - (a->trial < b->trial);
}

static void rank(struct wn_board *board) {
    if (board->row_count)
        qsort(board->rows, board->row_count, sizeof *board->rows, by_score);
    for (size_t i = 0; i < board->row_count && !isnan(board->rows[i].score); i++)
        board->rows[i].cells[WN_COLUMN_RANK] = wn_value_int((int64_t)i + 1);
}

static void cut(struct wn_board *board, int64_t top) {
    while (top && board->row_count > (size_t)top)
        wn_board_row_clear(&board->rows[--board->row_count], board->column_count);
}

// Ranks, filter and order of a board that was read whole.
static enum wn_status arrange(struct wn_board_reader *reader,
                              const struct wn_board_options *options) {
    struct wn_board *board = reader->board;
    struct wn_board_order order;
    enum wn_status status = wn_board_read_all(reader);
    if (status != WN_OK)
        return status;
    rank(board);
    if (options->where)
        status = wn_board_filter(board, options->where, reader->err);
    if (status == WN_OK && options->sort)
        status = wn_board_order_parse(board, reader->sweep, options->sort, &order, reader->err);
    if (status == WN_OK && options->sort)
        wn_board_sort(board, &order);
    if (status == WN_OK)
        cut(board, options->top);
    return status;
}

// ---- by the database ----------------------------------------------------------------------------

static enum wn_status choose(struct wn_board_reader *reader, const struct wn_board_options *options,
                             bool *able) {
    struct wn_board_rows rows = {0};
    enum wn_status status = wn_board_choose_rows(reader, options, &rows, able);
    if (status == WN_OK && *able)
        status = wn_board_read_some(reader, rows.numbers, rows.count);
    free(rows.numbers);
    wn_board_give_ranks(reader, 0);
    return status;
}

// ---- the whole ----------------------------------------------------------------------------------

// Versions, columns and rows of one moment.
static enum wn_status read_board(struct wn_board_reader *reader,
                                 const struct wn_board_options *options) {
    bool able = false;
    enum wn_status status = wn_board_reader_open(reader);
    if (status == WN_OK)
        status = wn_board_find_fronts(reader);
    if (status == WN_OK && options->top)
        status = choose(reader, options, &able);
    if (status == WN_OK && !able)
        status = arrange(reader, options);
    if (status == WN_OK && options->column_count)
        status =
            wn_board_choose(reader->board, options->columns, options->column_count, reader->err);
    return status;
}

enum wn_status wn_board_load(struct wn_store *store, const struct wn_sweep_row *sweep,
                             const struct wn_board_options *options, struct wn_board **board,
                             struct wn_err *err) {
    struct wn_board_reader reader = {
        .store = store, .sweep = sweep, .err = err, .split = options->trials};
    enum wn_status status = wn_store_begin_read(store, err);
    if (status != WN_OK)
        return status;
    status = read_board(&reader, options);
    wn_store_rollback(store); // it only read
    if (status == WN_OK) {
        *board = reader.board;
        reader.board = NULL;
    }
    wn_board_reader_close(&reader);
    return status;
}

void wn_board_row_clear(struct wn_board_row *row, size_t columns) {
    for (size_t i = 0; i < columns; i++)
        wn_value_clear(&row->cells[i]);
    free(row->cells);
    free(row->reason);
    wn_value_clear(&row->params);
}

void wn_board_free(struct wn_board *board) {
    if (!board)
        return;
    for (size_t i = 0; i < board->row_count; i++)
        wn_board_row_clear(&board->rows[i], board->column_count);
    for (size_t i = 0; i < board->column_count; i++)
        free(board->columns[i].name);
    free(board->rows);
    free(board->columns);
    free(board->sweep);
    free(board->objective);
    free(board);
}
