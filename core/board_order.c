// SPDX-License-Identifier: GPL-3.0-or-later
// Which rows a board has and in which order, as numbers of trials: 100,000 of them are 400 kB. By
// rank, and without a filter, they come from the index; else board_select.c asks the database.
#include <math.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/board_private.h"

static void add_row(struct wn_board_rows *rows, int64_t number) {
    *WN_PUSH(rows->numbers, rows->count, rows->capacity) = (uint32_t)number;
}

// ---- ranks --------------------------------------------------------------------------------------

enum wn_status wn_board_make_room(struct wn_board_reader *reader,
                                  struct wn_board_numbers *numbers) {
    int64_t last;
    enum wn_status status =
        wn_store_last_trial(reader->store, reader->sweep->id, &last, reader->err);
    if (status != WN_OK || last < 0)
        return status;
    numbers->count = (size_t)(last / reader->repeats) + 1;
    numbers->items = wn_calloc(numbers->count, sizeof *numbers->items);
    return WN_OK;
}

struct ranking {
    struct wn_board_reader *reader;
    uint32_t rank;
};

static bool give_rank(void *context, int64_t number, double score) {
    (void)score;
    struct ranking *ranking = context;
    struct wn_board_numbers *ranks = &ranking->reader->ranks;
    ranks->items[number / ranking->reader->repeats] = ++ranking->rank;
    return true;
}

static bool give_rank_apart(void *context, int64_t number, const double *values) {
    (void)values;
    return give_rank(context, number, NAN);
}

// Each trial by its own objective: no index knows that.
static enum wn_status rank_apart(struct wn_board_reader *reader, struct ranking *ranking) {
    char *objective = wn_board_source(reader, WN_COLUMN_OBJECTIVE);
    char *condition = wn_format("%s IS NOT NULL", objective);
    char *order = wn_format("%s %s, t.id", objective, reader->sweep->maximize ? "DESC" : "ASC");
    const struct wn_selection selection = {.condition = condition, .order = order, .limit = -1};
    enum wn_status status = wn_store_each_selected(reader->store, reader->sweep->id, &selection,
                                                   give_rank_apart, ranking, reader->err);
    free(objective);
    free(condition);
    free(order);
    return status;
}

enum wn_status wn_board_find_ranks(struct wn_board_reader *reader) {
    struct ranking ranking = {.reader = reader};
    enum wn_status status = wn_board_make_room(reader, &reader->ranks);
    if (status != WN_OK || !reader->ranks.count)
        return status;
    return reader->split ? rank_apart(reader, &ranking)
                         : wn_store_each_score(reader->store, reader->sweep->id, -1, give_rank,
                                               &ranking, reader->err);
}

void wn_board_give_ranks(struct wn_board_reader *reader, size_t from) {
    struct wn_board *board = reader->board;
    for (size_t i = 0; i < board->row_count; i++) {
        struct wn_board_row *row = &board->rows[i];
        uint32_t rank = wn_board_number_of(&reader->ranks, row->trial, reader->repeats);
        if (!reader->ranks.count && !isnan(row->score))
            rank = (uint32_t)(from + i) + 1;
        if (rank)
            row->cells[WN_COLUMN_RANK] = wn_value_int(rank);
    }
}

// ---- by rank ------------------------------------------------------------------------------------

static bool keep_ranked(void *context, int64_t number, double score) {
    (void)score;
    add_row(context, number);
    return true;
}

static bool keep_selected(void *context, int64_t number, const double *values) {
    (void)values;
    add_row(context, number);
    return true;
}

// Rows without a score, in order of their numbers. Where each number is taken they are those that
// did not come yet; else the table is read, which takes longer.
static enum wn_status add_unranked(struct wn_board_reader *reader, struct wn_board_rows *rows,
                                   bool gaps) {
    if (gaps) {
        const struct wn_selection rest = {
            .condition = "t.repeat = 0 AND t.score IS NULL", .order = "t.id", .limit = -1};
        return wn_store_each_selected(reader->store, reader->sweep->id, &rest, keep_selected, rows,
                                      reader->err);
    }
    size_t ranked = rows->count;
    bool *taken = wn_calloc(rows->total, sizeof *taken);
    for (size_t i = 0; i < ranked; i++)
        taken[rows->numbers[i] / reader->repeats] = true;
    for (size_t i = 0; i < rows->total; i++)
        if (!taken[i])
            add_row(rows, (int64_t)i * reader->repeats);
    free(taken);
    return WN_OK;
}

static enum wn_status choose_by_index(struct wn_board_reader *reader, int64_t top,
                                      struct wn_board_rows *rows) {
    int64_t trials = 0, last;
    int64_t sweep = reader->sweep->id;
    enum wn_status status = wn_store_last_trial(reader->store, sweep, &last, reader->err);
    if (status != WN_OK)
        return status;
    for (int i = 0; i < WN_TRIAL_STATES; i++)
        trials += reader->sweep->counts[i];
    bool gaps = trials != last + 1;
    rows->total = last < 0 ? 0 : (size_t)(last / reader->repeats) + 1;
    rows->capacity = top && (size_t)top < rows->total ? (size_t)top : rows->total;
    rows->numbers = wn_calloc(rows->capacity, sizeof *rows->numbers);
    status =
        wn_store_each_score(reader->store, sweep, top ? top : -1, keep_ranked, rows, reader->err);
    bool more = !top || rows->count < (size_t)top;
    if (status == WN_OK && more)
        status = add_unranked(reader, rows, gaps);
    if (gaps && more)
        rows->total = rows->count;
    if (top && rows->count > (size_t)top)
        rows->count = (size_t)top;
    return status;
}

// ---- any order ----------------------------------------------------------------------------------

bool wn_board_by_rank(const struct wn_board_reader *reader,
                      const struct wn_board_options *options) {
    struct wn_board_order order;
    struct wn_err unknown;
    if (options->where || reader->split)
        return false;
    return !options->sort || (wn_board_order_parse(reader->board, reader->sweep, options->sort,
                                                   &order, &unknown) == WN_OK &&
                              order.column == WN_COLUMN_RANK && order.sign > 0);
}

enum wn_status wn_board_choose_rows(struct wn_board_reader *reader,
                                    const struct wn_board_options *options,
                                    struct wn_board_rows *rows, bool *able) {
    *able = true;
    if (wn_board_by_rank(reader, options))
        return choose_by_index(reader, options->top, rows);
    enum wn_status status = wn_board_find_ranks(reader);
    if (status == WN_OK)
        status = wn_board_select(reader, options, rows, able);
    rows->total = rows->count;
    return status;
}
