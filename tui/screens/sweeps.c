// SPDX-License-Identifier: GPL-3.0-or-later
// The first screen: every sweep of the store, newest first, and how each is going.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/numbers.h"
#include "sweep/standing.h"
#include "tui/screens/sweeps.h"
#include "tui/tui.h"
#include "tui/widgets/bar.h"
#include "tui/widgets/columns.h"
#include "tui/widgets/spark.h"

enum {
    OPEN = WN_ACTION_OWN,
    NEW,
    PAUSE,
    STOP,
    RESUME,
    DELETE,
};

static const struct wn_binding bindings[] = {
    {OPEN, "Enter Right l", "open", "the leaderboard of the sweep"},
    {NEW, "n", "new", "a new sweep: the launch form", .writes = true},
    {PAUSE, "p", "pause", "pause the sweep, or go on where it is paused", .writes = true},
    {STOP, "s", "stop", "let running trials end and start no more", .writes = true},
    {RESUME, "r", "resume", "go on with a sweep that was stopped or interrupted", .writes = true},
    {DELETE, "d Delete", "delete", "remove the sweep and all of its trials", .writes = true},
    {0},
};

struct state {
    struct wn_sweeps_query *model; // NULL: nothing was loaded yet
    size_t cursor;
    int64_t chosen; // the sweep under the cursor: it stays there when others come
};

// ---- loading ------------------------------------------------------------------------------------

static void *open_screen(const struct wn_place *place) {
    (void)place;
    return wn_calloc(1, sizeof(struct state));
}

static void release(struct wn_sweeps_query *query) {
    if (!query)
        return;
    for (size_t i = 0; i < query->count; i++)
        wn_sweep_row_clear(&query->sweeps[i].row);
    free(query->sweeps);
    wn_history_clear(&query->history);
    free(query->known);
    free(query->best_params);
    free(query);
}

static void close_screen(void *context) {
    struct state *state = context;
    release(state->model);
    free(state);
}

static void *ask(const void *context, struct wn_extent extent) {
    const struct state *state = context;
    const struct wn_sweeps_query *model = state->model;
    struct wn_sweeps_query *query = wn_calloc(1, sizeof *query);
    query->extent = extent;
    query->chosen = state->chosen;
    query->known_count = model ? model->count : 0;
    query->known = wn_calloc(query->known_count + 1, sizeof *query->known);
    for (size_t i = 0; i < query->known_count; i++) {
        const struct wn_sweeps_line *line = &model->sweeps[i];
        struct wn_sweeps_known *known = &query->known[i];
        *known =
            (struct wn_sweeps_known){.sweep = line->row.id, .ended = wn_sweeps_ended(&line->row)};
        memcpy(known->spark, line->spark, sizeof known->spark);
    }
    return query;
}

static bool stale(const void *context, struct wn_extent extent) {
    const struct state *state = context;
    const struct wn_sweeps_query *model = state->model;
    return !model || model->extent.rows != extent.rows || model->extent.columns != extent.columns ||
           (model->count && state->chosen && model->chosen != state->chosen &&
            model->shown != state->chosen);
}

struct reading {
    struct wn_store *store;
    struct wn_sweeps_query *query;
};

static bool add(void *context, const struct wn_sweep_row *row) {
    struct reading *reading = context;
    struct wn_sweeps_query *query = reading->query;
    struct wn_sweeps_line *line = WN_PUSH(query->sweeps, query->count, query->capacity);
    struct wn_err err;
    // A copy of its own: the row is borrowed.
    if (wn_store_get_sweep(reading->store, row->id, &line->row, &err) != WN_OK) {
        query->count--;
        return true;
    }
    line->state = wn_sweep_shown_state(reading->store, &line->row);
    return true;
}

static enum wn_status load(struct wn_store *store, void *query, struct wn_err *err) {
    struct reading reading = {store, query};
    enum wn_status status = wn_store_each_sweep(store, add, &reading, err);
    return status == WN_OK ? wn_sweeps_load_curves(store, query, err) : status;
}

static void take(void *context, void *query) {
    struct state *state = context;
    if (!state) {
        release(query);
        return;
    }
    release(state->model);
    state->model = query;
    for (size_t i = 0; i < state->model->count; i++)
        if (state->model->sweeps[i].row.id == state->chosen)
            state->cursor = i;
    if (state->cursor >= state->model->count)
        state->cursor = state->model->count ? state->model->count - 1 : 0;
    if (state->model->count)
        state->chosen = state->model->sweeps[state->cursor].row.id;
}

// ---- drawing ------------------------------------------------------------------------------------

enum { NAME, METHOD, STATE, PROGRESS, SHARE, METRIC, BEST, SPARK, ETA, COLUMNS };

static const struct {
    const char *title;
    enum wn_align align;
    int wanted, least, spare;
} columns[COLUMNS] = {
    [NAME] = {"SWEEP", WN_LEFT, 18, 10, 0},
    [METHOD] = {"METHOD", WN_LEFT, 7, 6, 6},
    [STATE] = {"STATE", WN_LEFT, 13, 10, 0},
    [PROGRESS] = {"PROGRESS", WN_LEFT, 10, 6, 2},
    [SHARE] = {"", WN_RIGHT, 4, 4, 1},
    [METRIC] = {"BEST", WN_LEFT, 9, 6, 4},
    [BEST] = {"", WN_RIGHT, 8, 8, 0},
    [SPARK] = {"SO FAR", WN_LEFT, WN_SWEEPS_SPARK, WN_SWEEPS_SPARK, 5},
    [ETA] = {"ETA", WN_RIGHT, 6, 6, 3},
};

static double share_of(const struct wn_sweep_row *row) {
    double share = row->declared > 0 ? (double)wn_sweeps_ended(row) / (double)row->declared : NAN;
    return share > 1 ? 1 : share;
}

static bool works(const struct wn_sweeps_line *line) {
    return strcmp(line->state, "running") == 0;
}

static void eta_text(const struct wn_sweeps_line *line, double now, char *out, int room) {
    const struct wn_sweep_row *row = &line->row;
    int64_t ended = wn_sweeps_ended(row), left = row->declared - ended;
    double spent = now - row->started;
    out[0] = '\0';
    if (works(line) && row->declared > 0 && ended > 0 && left > 0 && spent > 0)
        wn_duration_text(spent * (double)left / (double)ended, out, room);
}

static struct wn_span span_of(const struct wn_fit *fits, int column, int row) {
    return (struct wn_span){.row = row,
                            .column = 1 + fits[column].left,
                            .columns = fits[column].width,
                            .align = columns[column].align};
}

static void draw_line(const struct wn_sweeps_line *line, const struct wn_view *view,
                      const struct wn_fit *fits, int row) {
    const struct wn_pane *pane = &view->pane;
    const struct wn_sweep_row *sweep = &line->row;
    char text[32];
    double share = share_of(sweep);
    wn_put_span(pane, span_of(fits, NAME, row), WN_PLAIN, sweep->name);
    if (fits[METHOD].width)
        wn_put_span(pane, span_of(fits, METHOD, row), WN_DIM, sweep->method);
    wn_put_sweep_state(pane, span_of(fits, STATE, row), line->state);
    if (fits[PROGRESS].width && !isnan(share))
        wn_put_bar(pane, span_of(fits, PROGRESS, row), share);
    if (fits[SHARE].width && !isnan(share)) {
        snprintf(text, sizeof text, "%d%%", (int)(share * 100));
        wn_put_span(pane, span_of(fits, SHARE, row), WN_PLAIN, text);
    }
    if (fits[METRIC].width)
        wn_put_span(pane, span_of(fits, METRIC, row), WN_DIM, sweep->objective);
    if (sweep->has_best)
        wn_put_span(pane, span_of(fits, BEST, row), WN_PLAIN, wn_number_brief(sweep->best, text));
    if (fits[SPARK].width && sweep->has_best)
        wn_spark_draw(pane, span_of(fits, SPARK, row), works(line) ? WN_ACCENT : WN_DIM,
                      line->spark);
    eta_text(line, view->now, text, sizeof text);
    if (fits[ETA].width)
        wn_put_span(pane, span_of(fits, ETA, row), WN_PLAIN, text);
}

static void draw_empty(const struct wn_view *view) {
    const struct wn_pane *pane = &view->pane;
    wn_put(pane, 2, 2, WN_HEAD, "No sweeps here yet.");
    wn_put(pane, 4, 2, WN_PLAIN, "n  makes one of a sweep file or a command");
    wn_put(pane, 6, 2, WN_DIM, "or from a shell:");
    wn_put(pane, 7, 2, WN_PLAIN, "winnow run sweep.yaml");
    wn_put(pane, 8, 2, WN_PLAIN,
           "winnow run --minimize loss -p 'lr=log(1e-5,0.1)' -- ./train --lr {lr}");
}

static void draw_titles(const struct wn_pane *pane, const struct wn_fit *fits) {
    for (int i = 0; i < COLUMNS; i++)
        if (fits[i].width)
            wn_put_span(pane, span_of(fits, i, 0), WN_HEAD, columns[i].title);
}

static size_t first_shown(const struct state *state, int rows) {
    size_t shown = (size_t)rows - 1; // without the titles
    return state->cursor >= shown ? state->cursor - shown + 1 : 0;
}

static void draw(const void *context, const struct wn_view *view) {
    const struct state *state = context;
    const struct wn_sweeps_query *model = state->model;
    const struct wn_pane *pane = &view->pane;
    if (!model || model->count == 0) {
        if (!view->loading)
            draw_empty(view);
        return;
    }
    struct wn_fit fits[COLUMNS];
    for (int i = 0; i < COLUMNS; i++)
        fits[i] = (struct wn_fit){columns[i].wanted, columns[i].least, columns[i].spare, 0, 0};
    wn_columns_fit(fits, COLUMNS, pane->columns - 2, 2);
    draw_titles(pane, fits);
    int rows = wn_sweeps_list_rows(pane->rows, model->count);
    size_t shown = (size_t)rows - 1, top = first_shown(state, rows);
    for (size_t i = top; i < model->count && i < top + shown; i++) {
        int row = 1 + (int)(i - top);
        draw_line(&model->sweeps[i], view, fits, row);
        if (i == state->cursor) {
            wn_put_glyph(pane, row, 0, WN_ACCENT, wn_glyph(pane->canvas, WN_GLYPH_SELECTED));
            wn_mark(pane, (struct wn_span){.row = row, .column = 1, .columns = pane->columns - 1},
                    WN_PLAIN, WN_REVERSE);
        }
    }
    struct wn_pane below = wn_pane_part(pane, rows + 1, 0, pane->rows - rows - 1, pane->columns);
    if (rows < pane->rows)
        wn_put_rule(pane, rows);
    wn_sweeps_draw_pane(model, &below);
}

// ---- acting -------------------------------------------------------------------------------------

static const struct wn_sweeps_line *chosen_line(const struct state *state) {
    return state->model && state->cursor < state->model->count
               ? &state->model->sweeps[state->cursor]
               : NULL;
}

static struct wn_place place(const void *state) {
    const struct wn_sweeps_line *line = chosen_line(state);
    return (struct wn_place){.sweep = line ? line->row.id : 0, .trial = -1};
}

static void act_on(const struct wn_sweeps_line *line, struct wn_tui *tui, int action) {
    const char *name = line->row.name;
    char *question =
        wn_format(action == DELETE ? "Delete %s and all of its trials?" : "Stop %s?", name);
    bool paused = line->row.state == WN_SWEEP_PAUSED;
    if (action == PAUSE)
        wn_tui_command(tui, (const char *[]){paused ? "unpause" : "pause", name, NULL});
    else if (action == RESUME)
        wn_tui_command(tui, (const char *[]){"resume", "--detach", name, NULL});
    else if (action == STOP)
        wn_tui_confirm(tui, question, (const char *[]){"stop", name, NULL});
    else
        wn_tui_confirm(tui, question, (const char *[]){"rm", "--yes", name, NULL});
    free(question);
}

static void open_board(struct state *state, struct wn_tui *tui) {
    const struct wn_screen *board = wn_screen_find("board");
    struct wn_place where = place(state);
    if (board && where.sweep)
        wn_tui_go(tui, board, &where);
}

static void choose_row(struct state *state, int row) {
    const struct wn_sweeps_query *model = state->model;
    int rows = model ? wn_sweeps_list_rows(model->extent.rows, model->count) : 0;
    size_t at = row >= 1 ? first_shown(state, rows) + (size_t)(row - 1) : 0;
    if (row >= 1 && row < rows && at < model->count)
        state->cursor = at;
}

static bool act(void *context, struct wn_tui *tui, int action, const struct wn_key *key) {
    struct state *state = context;
    size_t count = state->model ? state->model->count : 0;
    const struct wn_screen *launch = wn_screen_find("launch");
    if (action == WN_CLICK || action == WN_DOUBLE_CLICK)
        choose_row(state, key->row);
    if (wn_move_cursor(action, 10, count, &state->cursor) || action == WN_CLICK)
        state->chosen = place(state).sweep;
    else if (action == OPEN || action == WN_DOUBLE_CLICK)
        open_board(state, tui);
    else if (action == NEW && launch)
        wn_tui_go(tui, launch, NULL);
    else if (action > NEW && action <= DELETE && chosen_line(state))
        act_on(chosen_line(state), tui, action);
    else
        return false;
    return true;
}

const struct wn_screen wn_screen_sweeps = {
    .name = "sweeps",
    .tab = "Sweeps",
    .bindings = bindings,
    .open = open_screen,
    .close = close_screen,
    .ask = ask,
    .load = load,
    .take = take,
    .stale = stale,
    .draw = draw,
    .act = act,
    .place = place,
};
