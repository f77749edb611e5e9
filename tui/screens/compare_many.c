// SPDX-License-Identifier: GPL-3.0-or-later
// More trials than two side by side: a column each, and a row for everything in which they differ.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/numbers.h"
#include "core/value.h"
#include "tui/screens/compare_private.h"

#define GAP 2
#define LEAST_WIDTH 8

// ---- what differs -------------------------------------------------------------------------------

static void cell_text(const struct wn_value *value, struct wn_str *out) {
    wn_str_clear(out);
    if (value->type == WN_NULL)
        wn_str_add(out, "-");
    else
        wn_value_people(out, value);
}

static bool is_same(const struct wn_board *board, size_t column) {
    for (size_t i = 1; i < board->row_count; i++)
        if (!wn_value_equal(&board->rows[0].cells[column], &board->rows[i].cells[column]))
            return false;
    return true;
}

static bool is_told(const struct wn_compare_state *state, size_t column) {
    const struct wn_board *board = state->model->board;
    bool head = strcmp(board->columns[column].name, "trial") == 0;
    bool differs = wn_board_shows(board, column) && !is_same(board, column);
    return !head && (state->all || differs);
}

// ---- drawing ------------------------------------------------------------------------------------

struct table {
    const struct wn_compare_state *state;
    const struct wn_pane *pane;
    int title_width, width; // of the names, and of each trial
};

static struct wn_span cell_span(const struct table *table, size_t trial, int row) {
    return (struct wn_span){
        .row = row,
        .column = 1 + table->title_width + GAP + (int)trial * (table->width + GAP),
        .columns = table->width,
        .align = WN_RIGHT,
    };
}

static void measure(struct table *table) {
    const struct wn_board *board = table->state->model->board;
    const struct wn_canvas *canvas = table->pane->canvas;
    struct wn_str text = {0};
    table->title_width = table->width = LEAST_WIDTH;
    for (size_t i = 0; i < board->column_count; i++) {
        if (!is_told(table->state, i))
            continue;
        int title = wn_canvas_width(canvas, wn_board_title(board, i));
        table->title_width = title > table->title_width ? title : table->title_width;
        for (size_t j = 0; j < board->row_count; j++) {
            cell_text(&board->rows[j].cells[i], &text);
            int width = wn_canvas_width(canvas, wn_str_text(&text));
            table->width = width > table->width ? width : table->width;
        }
    }
    wn_str_free(&text);
    int trials = board->row_count ? (int)board->row_count : 1, columns = table->pane->columns;
    if (table->title_width > columns / 3)
        table->title_width = columns / 3;
    int room = (columns - 1 - table->title_width) / trials - GAP;
    if (table->width > room)
        table->width = room < LEAST_WIDTH ? LEAST_WIDTH : room;
}

static void draw_row(const struct table *table, size_t column, int row) {
    const struct wn_board *board = table->state->model->board;
    struct wn_str text = {0};
    struct wn_span title = {.row = row, .column = 1, .columns = table->title_width};
    bool same = is_same(board, column);
    wn_put_span(table->pane, title, WN_DIM, wn_board_title(board, column));
    for (size_t i = 0; i < board->row_count; i++) {
        cell_text(&board->rows[i].cells[column], &text);
        wn_put_span(table->pane, cell_span(table, i, row), same ? WN_DIM : WN_PLAIN,
                    wn_str_text(&text));
    }
    wn_str_free(&text);
}

static void draw_heads(const struct table *table, int row) {
    const struct wn_board *board = table->state->model->board;
    for (size_t i = 0; i < board->row_count; i++) {
        char text[32];
        struct wn_span span = cell_span(table, i, row);
        snprintf(text, sizeof text, "#%lld", (long long)board->rows[i].trial);
        wn_put_span(table->pane, span, WN_HEAD, text);
        if (i == table->state->column)
            wn_mark(table->pane, span, WN_ACCENT, WN_REVERSE);
    }
}

size_t wn_compare_many_rows(const struct wn_compare_state *state) {
    size_t rows = 0;
    for (size_t i = 0; i < state->model->board->column_count; i++)
        rows += is_told(state, i);
    return rows;
}

void wn_compare_draw_many(const struct wn_compare_state *state, const struct wn_view *view) {
    const struct wn_pane *pane = &view->pane;
    const struct wn_board *board = state->model->board;
    struct table table = {.state = state, .pane = pane};
    wn_putf(pane, 0, 1, WN_PLAIN, "%s %s compare", state->model->name,
            wn_glyph(pane->canvas, WN_GLYPH_ARROW));
    measure(&table);
    draw_heads(&table, 2);
    int row = 3;
    size_t skip = state->row;
    for (size_t i = 0; i < board->column_count && row < pane->rows; i++) {
        if (!is_told(state, i) || (skip > 0 && skip--))
            continue;
        draw_row(&table, i, row++);
    }
    if (!state->all && row + 1 < pane->rows)
        wn_put(pane, row + 1, 1, WN_DIM, "the rest is the same in all of them; a shows it");
}

// ---- copying ------------------------------------------------------------------------------------

void wn_compare_copy_many(const struct wn_compare_state *state, struct wn_tui *tui) {
    const struct wn_board *board = state->model->board;
    struct wn_str text = {0}, cell = {0};
    for (size_t i = 0; i < board->column_count; i++) {
        if (!is_told(state, i) && strcmp(board->columns[i].name, "trial") != 0)
            continue;
        wn_str_add(&text, wn_board_title(board, i));
        for (size_t j = 0; j < board->row_count; j++) {
            cell_text(&board->rows[j].cells[i], &cell);
            wn_str_addf(&text, "\t%s", wn_str_text(&cell));
        }
        wn_str_add_char(&text, '\n');
    }
    wn_tui_copy(tui, wn_str_text(&text), "the comparison");
    wn_str_free(&text);
    wn_str_free(&cell);
}
