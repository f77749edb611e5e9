// SPDX-License-Identifier: GPL-3.0-or-later
// Trials side by side: a column each, and a row for everything in which they differ. Its place has
// the numbers of marked trials as text, and the trial that was under the cursor.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/numbers.h"
#include "core/value.h"
#include "tui/screens/compare.h"
#include "tui/tui.h"

#define MOST_TRIALS 16
#define GAP 2
#define LEAST_WIDTH 8

enum { OPEN = WN_ACTION_OWN, ALL, COPY };

static const struct wn_binding bindings[] = {
    {OPEN, "Enter", "trial", "open the trial of the column"},
    {ALL, "a", "all rows", "also the rows that are the same in all trials, or not"},
    {COPY, "y", "copy", "what is shown, into the clipboard"},
    {0},
};

struct state {
    int64_t sweep;
    char *where, *named;            // the trials as an expression, and as their place tells them
    struct wn_compare_query *model; // NULL: nothing was loaded yet
    bool all;
    size_t column, row; // of the cursor: a trial, and the first row shown
};

// ---- loading ------------------------------------------------------------------------------------

// Appends the numbers of a text as "97,88", read and not copied; returns how many there were.
static int add_numbers(struct wn_str *out, const char *text) {
    int count = 0;
    while (text && *text && count < MOST_TRIALS) {
        char *end;
        long long number = strtoll(text, &end, 10);
        if (end == text)
            break;
        wn_str_addf(out, "%s%lld", count++ ? "," : "", number);
        text = end + (*end == ',');
    }
    return count;
}

// Several trials that are named are compared with one another, else the place's own with the one
// that is named, or with the best two.
static char *expression(const struct wn_place *place) {
    struct wn_str where = {0};
    wn_str_add(&where, "trial IN (");
    int named = add_numbers(&where, place->text);
    if (named < 2 && place->trial >= 0)
        wn_str_addf(&where, "%s%lld", named ? "," : "", (long long)place->trial);
    wn_str_add(&where, named == 0 ? ") OR rank <= 2" : ")");
    return wn_str_take(&where);
}

static void *open_screen(const struct wn_place *place) {
    struct state *state = wn_calloc(1, sizeof *state);
    state->sweep = place->sweep;
    state->where = expression(place);
    state->named = place->text ? wn_strdup(place->text) : NULL;
    return state;
}

static void release(struct wn_compare_query *query) {
    if (!query)
        return;
    wn_board_free(query->board);
    free(query->where);
    free(query->name);
    free(query);
}

static void close_screen(void *context) {
    struct state *state = context;
    release(state->model);
    free(state->where);
    free(state->named);
    free(state);
}

static void *ask(const void *context, struct wn_extent extent) {
    const struct state *state = context;
    struct wn_compare_query *query = wn_calloc(1, sizeof *query);
    (void)extent;
    query->sweep = state->sweep;
    query->where = wn_strdup(state->where);
    return query;
}

static enum wn_status load(struct wn_store *store, void *context, struct wn_err *err) {
    struct wn_compare_query *query = context;
    struct wn_sweep_row sweep;
    enum wn_status status = wn_store_get_sweep(store, query->sweep, &sweep, err);
    if (status != WN_OK)
        return status;
    query->name = wn_strdup(sweep.name);
    const struct wn_board_options options = {.where = query->where};
    status = wn_board_load(store, &sweep, &options, &query->board, err);
    wn_sweep_row_clear(&sweep);
    return status;
}

static void take(void *context, void *query) {
    struct state *state = context;
    release(state ? state->model : query);
    if (state)
        state->model = query;
}

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

static bool is_told(const struct state *state, size_t column) {
    const struct wn_board *board = state->model->board;
    bool head = strcmp(board->columns[column].name, "trial") == 0;
    bool differs = wn_board_shows(board, column) && !is_same(board, column);
    return !head && (state->all || differs);
}

// ---- drawing ------------------------------------------------------------------------------------

struct table {
    const struct state *state;
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

static size_t rows_told(const struct state *state) {
    size_t rows = 0;
    for (size_t i = 0; i < state->model->board->column_count; i++)
        rows += is_told(state, i);
    return rows;
}

static void draw(const void *context, const struct wn_view *view) {
    const struct state *state = context;
    const struct wn_pane *pane = &view->pane;
    if (!state->model)
        return;
    const struct wn_board *board = state->model->board;
    wn_putf(pane, 0, 1, WN_PLAIN, "%s %s compare", state->model->name,
            wn_glyph(pane->canvas, WN_GLYPH_ARROW));
    if (board->row_count < 2) {
        wn_put(pane, 2, 2, WN_HEAD, "Nothing to compare yet.");
        wn_put(pane, 4, 2, WN_PLAIN, "Mark trials on the board with Space, then come back.");
        return;
    }
    struct table table = {.state = state, .pane = pane};
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

// ---- acting -------------------------------------------------------------------------------------

static struct wn_place place(const void *context) {
    const struct state *state = context;
    const struct wn_board *board = state->model ? state->model->board : NULL;
    bool there = board && state->column < board->row_count;
    return (struct wn_place){.sweep = state->sweep,
                             .trial = there ? board->rows[state->column].trial : -1,
                             .text = state->named};
}

static void copy(const struct state *state, struct wn_tui *tui) {
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

static void open_trial(const struct state *state, struct wn_tui *tui) {
    const struct wn_screen *trial = wn_screen_find("trial");
    struct wn_place where = place(state);
    if (trial && where.trial >= 0)
        wn_tui_go(tui, trial, &where);
}

static bool act(void *context, struct wn_tui *tui, int action, const struct wn_key *key) {
    struct state *state = context;
    size_t trials = state->model ? state->model->board->row_count : 0;
    (void)key;
    if (action == WN_MOVE_LEFT)
        state->column -= state->column > 0;
    else if (action == WN_MOVE_RIGHT)
        state->column += state->column + 1 < trials;
    else if (action == OPEN)
        open_trial(state, tui);
    else if (action == ALL)
        state->all = !state->all;
    else if (action == COPY && state->model)
        copy(state, tui);
    else
        return wn_move_cursor(action, 10, state->model ? rows_told(state) : 0, &state->row);
    return true;
}

const struct wn_screen wn_screen_compare = {
    .name = "compare",
    .tab = "Compare",
    .of_sweep = true,
    .bindings = bindings,
    .open = open_screen,
    .close = close_screen,
    .ask = ask,
    .load = load,
    .take = take,
    .draw = draw,
    .act = act,
    .place = place,
};
