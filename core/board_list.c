// SPDX-License-Identifier: GPL-3.0-or-later
// A list keeps a reader open (its columns, the versions of the spec) and the numbers of the rows.
#include "core/board_list.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/board_private.h"

struct wn_board_list {
    struct wn_sweep_row sweep;
    struct wn_board_reader reader; // its store and err only during a call
    struct wn_board_rows rows;
};

// ---- making -------------------------------------------------------------------------------------

// The order of a board that only memory can sort or filter.
static enum wn_status choose_in_memory(struct wn_board_list *list,
                                       const struct wn_board_options *options) {
    struct wn_board_reader *reader = &list->reader;
    struct wn_board *board;
    enum wn_status status =
        wn_board_load(reader->store, reader->sweep, options, &board, reader->err);
    if (status != WN_OK)
        return status;
    for (size_t i = 0; i < board->row_count; i++)
        *WN_PUSH(list->rows.numbers, list->rows.count, list->rows.capacity) =
            (uint32_t)board->rows[i].trial;
    list->rows.total = list->rows.count;
    wn_board_free(board);
    return WN_OK;
}

static enum wn_status read_order(struct wn_board_list *list, struct wn_board_options *options,
                                 bool *able) {
    struct wn_board_reader *reader = &list->reader;
    enum wn_status status =
        wn_store_get_sweep(reader->store, list->sweep.id, &list->sweep, reader->err);
    if (status == WN_OK)
        status = wn_board_reader_open(reader);
    if (status == WN_OK)
        status = wn_board_find_fronts(reader);
    if (status == WN_OK && !wn_board_by_rank(reader, options))
        options->top = 0;
    if (status == WN_OK)
        status = wn_board_choose_rows(reader, options, &list->rows, able);
    return status;
}

enum wn_status wn_board_list_new(struct wn_store *store, int64_t sweep,
                                 const struct wn_board_options *options,
                                 struct wn_board_list **list, struct wn_err *err) {
    struct wn_board_options wanted = *options;
    wanted.column_count = 0;
    struct wn_board_list *made = wn_calloc(1, sizeof *made);
    bool able = true;
    made->sweep.id = sweep;
    made->reader = (struct wn_board_reader){
        .store = store, .sweep = &made->sweep, .err = err, .split = options->trials};
    enum wn_status status = wn_store_begin_read(store, err);
    if (status == WN_OK) {
        status = read_order(made, &wanted, &able);
        wn_store_rollback(store); // it only read
    }
    if (status == WN_OK && !able)
        status = choose_in_memory(made, &wanted);
    if (status == WN_OK)
        *list = made;
    else
        wn_board_list_free(made);
    return status;
}

void wn_board_list_free(struct wn_board_list *list) {
    if (!list)
        return;
    wn_board_reader_close(&list->reader);
    wn_sweep_row_clear(&list->sweep);
    free(list->rows.numbers);
    free(list);
}

// ---- asking -------------------------------------------------------------------------------------

const struct wn_sweep_row *wn_board_list_sweep(const struct wn_board_list *list) {
    return &list->sweep;
}

const struct wn_board *wn_board_list_columns(const struct wn_board_list *list) {
    return list->reader.board;
}

size_t wn_board_list_count(const struct wn_board_list *list) {
    return list->rows.total;
}

size_t wn_board_list_known(const struct wn_board_list *list) {
    return list->rows.count;
}

int64_t wn_board_list_trial(const struct wn_board_list *list, size_t place) {
    return place < list->rows.count ? (int64_t)list->rows.numbers[place] : -1;
}

ptrdiff_t wn_board_list_place(const struct wn_board_list *list, int64_t trial) {
    int64_t first = trial - trial % list->reader.repeats;
    for (size_t i = 0; i < list->rows.count; i++)
        if (list->rows.numbers[i] == first)
            return (ptrdiff_t)i;
    return -1;
}

// ---- a page -------------------------------------------------------------------------------------

static void give_ranks(const struct wn_board_list *list, struct wn_board_row *rows, size_t count) {
    const struct wn_board_reader *reader = &list->reader;
    for (size_t i = 0; i < count; i++) {
        int64_t rank = wn_board_number_of(&reader->ranks, rows[i].trial, reader->repeats);
        if (!reader->ranks.count && !isnan(rows[i].score))
            rank = wn_board_list_place(list, rows[i].trial) + 1;
        if (rank > 0)
            rows[i].cells[WN_COLUMN_RANK] = wn_value_int(rank);
    }
}

static enum wn_status read_rows(struct wn_board_list *list, struct wn_board_span span) {
    struct wn_board_reader *reader = &list->reader;
    size_t from = span.from < list->rows.count ? span.from : list->rows.count;
    size_t most = list->rows.count - from;
    enum wn_status status;
    if (span.trials) {
        status = wn_board_read_some(reader, span.trials, span.count);
        give_ranks(list, reader->board->rows, reader->board->row_count);
    } else {
        status = wn_board_read_some(reader, list->rows.numbers + from,
                                    span.count < most ? span.count : most);
        wn_board_give_ranks(reader, from);
    }
    return status;
}

static void begin_page(struct wn_board_reader *reader, const struct wn_board *columns) {
    size_t metrics = reader->metrics;
    if (metrics > WN_BOARD_LIST_METRICS) {
        metrics = WN_BOARD_LIST_METRICS;
        size_t last = WN_COLUMNS_BEFORE + reader->params + metrics - 1;
        reader->last_metric = columns->columns[last].name + strlen("metric.");
    }
    reader->board = wn_board_copy_columns(reader, metrics);
    reader->metrics = metrics;
}

enum wn_status wn_board_list_page(struct wn_board_list *list, struct wn_store *store,
                                  struct wn_board_span span, struct wn_board **board,
                                  struct wn_err *err) {
    struct wn_board_reader *reader = &list->reader;
    struct wn_board *columns = reader->board;
    size_t metrics = reader->metrics;
    enum wn_status status = wn_store_begin_read(store, err);
    if (status != WN_OK)
        return status;
    reader->store = store;
    reader->err = err;
    begin_page(reader, columns);
    status = read_rows(list, span);
    wn_store_rollback(store); // it only read
    reader->metrics = metrics;
    reader->last_metric = NULL;
    if (status == WN_OK)
        *board = reader->board;
    else
        wn_board_free(reader->board);
    reader->board = columns;
    return status;
}

// ---- text ---------------------------------------------------------------------------------------

// Not what says the same of each row, and no numbers for a word that is part of none.
static bool is_searched(const struct wn_board_column *column, bool word) {
    static const char *const names[] = {"trial", "state", "objective", "exit", "host", "tags"};
    if (column->same || (word && column->number))
        return false;
    if (column->group != WN_BOARD_FIXED)
        return column->group == WN_BOARD_PARAM && !strpbrk(column->name, "\"\\");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(column->name, names[i]) == 0)
            return true;
    return false;
}

void wn_board_text_condition(struct wn_str *where, const struct wn_board *board, const char *text) {
    struct wn_str pattern = {0};
    bool word = text[strspn(text, "0123456789.+-eE")] != '\0';
    for (; *text; text++) {
        wn_str_add(&pattern, strchr("%_\\", *text) ? "\\" : "");
        wn_str_add_char(&pattern, *text);
        wn_str_add(&pattern, *text == '\'' ? "'" : "");
    }
    const char *separator = "(";
    for (size_t i = 0; i < board->column_count; i++) {
        if (!is_searched(&board->columns[i], word))
            continue;
        wn_str_addf(where, "%s\"%s\" LIKE '%%%s%%' ESCAPE '\\'", separator, board->columns[i].name,
                    wn_str_text(&pattern));
        separator = " OR ";
    }
    wn_str_add(where, ")");
    wn_str_free(&pattern);
}
