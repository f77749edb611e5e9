// SPDX-License-Identifier: GPL-3.0-or-later
// The first screen: every sweep of the store, newest first, and how each is going.
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "sweep/pace.h"
#include "tui/app.h"
#include "tui/screens/sweeps.h"

enum {
    OPEN = WN_ACTION_OWN,
    NEW,
    PAUSE,
    STOP,
    STOP_NOW,
    RESUME,
    DELETE,
    FILTER,
};

static const struct wn_binding bindings[] = {
    {OPEN, "Enter Right l", "open", "the leaderboard of the sweep"},
    {NEW, "n", "new", "a new sweep: the launch form", .writes = true},
    {PAUSE, "p", "pause", "pause the sweep, or go on where it is paused", .writes = true},
    {STOP, "s", "stop", "let running trials end and start no more", .writes = true},
    {STOP_NOW, "S", NULL, "end running trials, too", .writes = true},
    {RESUME, "r", "resume", "go on with a sweep that was stopped or interrupted", .writes = true},
    {DELETE, "d Delete", "delete", "remove the sweep and all of its trials", .writes = true},
    {FILTER, "/", "filter", "only sweeps with a text: in name, method, state, objective or file"},
    {0},
};

// Those of the moment, by how the sweep under the cursor stands.
static const struct wn_hint hints_of_none[] = {
    {NEW, "new sweep"},
    {0},
};
static const struct wn_hint hints_of_running[] = {
    {OPEN, "open"}, {NEW, "new"}, {PAUSE, "pause"}, {STOP, "stop"}, {FILTER, "filter"}, {0},
};
static const struct wn_hint hints_of_paused[] = {
    {OPEN, "open"}, {NEW, "new"}, {PAUSE, "go on"}, {STOP, "stop"}, {FILTER, "filter"}, {0},
};
static const struct wn_hint hints_of_stopped[] = {
    {OPEN, "open"}, {NEW, "new"}, {RESUME, "resume"}, {DELETE, "delete"}, {FILTER, "filter"}, {0},
};
static const struct wn_hint hints_of_ended[] = {
    {OPEN, "open"}, {NEW, "new"}, {DELETE, "delete"}, {FILTER, "filter"}, {0},
};

struct state {
    struct wn_sweeps_query *model; // NULL: nothing was loaded yet
    size_t cursor;
    int64_t chosen; // the sweep under the cursor: it stays there when others come
    char *filter;   // or NULL
};

// ---- loading ------------------------------------------------------------------------------------

static void *open_screen(const struct wn_place *place) {
    (void)place;
    return wn_calloc(1, sizeof(struct state));
}

static void close_screen(void *context) {
    struct state *state = context;
    wn_sweeps_release(state->model);
    free(state->filter);
    free(state);
}

static void *ask(const void *context, struct wn_extent extent) {
    const struct state *state = context;
    const struct wn_sweeps_query *model = state->model;
    struct wn_sweeps_query *query = wn_calloc(1, sizeof *query);
    query->extent = extent;
    query->chosen = state->chosen;
    query->filter = state->filter ? wn_strdup(state->filter) : NULL;
    query->known_count = model ? model->count : 0;
    query->known = wn_calloc(query->known_count + 1, sizeof *query->known);
    for (size_t i = 0; i < query->known_count; i++) {
        const struct wn_sweeps_line *line = &model->sweeps[i];
        struct wn_sweeps_known *known = &query->known[i];
        *known =
            (struct wn_sweeps_known){.sweep = line->row.id, .ended = wn_sweep_ended(&line->row)};
        memcpy(known->spark, line->spark, sizeof known->spark);
    }
    return query;
}

static bool same_text(const char *a, const char *b) {
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool stale(const void *context, struct wn_extent extent) {
    const struct state *state = context;
    const struct wn_sweeps_query *model = state->model;
    if (model && !same_text(model->filter, state->filter))
        return true;
    return !model || model->extent.rows != extent.rows || model->extent.columns != extent.columns ||
           (model->count && state->chosen && model->chosen != state->chosen &&
            model->shown != state->chosen);
}

static enum wn_status load(struct wn_store *store, void *query, struct wn_err *err) {
    return wn_sweeps_load(store, query, err);
}

static void take(void *context, void *query) {
    struct state *state = context;
    if (!state) {
        wn_sweeps_release(query);
        return;
    }
    wn_sweeps_release(state->model);
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

static void draw_empty(const struct wn_view *view) {
    const struct wn_pane *pane = &view->pane;
    wn_put(pane, 2, 2, WN_HEAD, "No sweeps here yet.");
    wn_put(pane, 4, 2, WN_PLAIN, "n  makes one of a sweep file or a command");
    wn_put(pane, 6, 2, WN_DIM, "or from a shell:");
    wn_put(pane, 7, 2, WN_PLAIN, "winnow run sweep.yaml");
    wn_put(pane, 8, 2, WN_PLAIN,
           "winnow run --minimize loss -p 'lr=log(1e-5,0.1)' -- ./train --lr {lr}");
}

static struct wn_pane part_of(const struct wn_pane *pane, const struct wn_sweeps_box *box) {
    return wn_pane_part(pane, box->top, box->left, box->rows, box->columns);
}

// Where we are, and how much runs.
static void draw_head(const struct wn_sweeps_query *model, const struct wn_pane *pane) {
    struct wn_str text = {0};
    if (model->filter)
        wn_str_addf(&text, "%zu of %zu with %s", model->count, model->all, model->filter);
    else
        wn_str_addf(&text, "%zu sweep%s", model->all, model->all == 1 ? "" : "s");
    if (model->running)
        wn_str_addf(&text, ", %zu running", model->running);
    if (model->trials)
        wn_str_addf(&text, ", %lld trial%s at once", (long long)model->trials,
                    model->trials == 1 ? "" : "s");
    int width = wn_canvas_width(pane->canvas, wn_str_text(&text));
    int right = pane->columns - 1 - width;
    struct wn_span folder = {.column = 1, .columns = right - 3, .align = WN_MIDDLE};
    if (folder.columns > 8 && model->folder)
        wn_put_span(pane, folder, WN_DIM, model->folder);
    wn_put(pane, 0, right > 1 ? right : 1, model->filter ? WN_ACCENT : WN_DIM, wn_str_text(&text));
    wn_str_free(&text);
}

static void draw_parts(const struct state *state, const struct wn_pane *pane) {
    const struct wn_sweeps_query *model = state->model;
    const struct wn_sweeps_layout layout =
        wn_sweeps_lay_out((struct wn_extent){pane->rows, pane->columns}, model->count);
    struct wn_pane list = part_of(pane, &layout.list), below = part_of(pane, &layout.pane);
    if (layout.head)
        draw_head(model, pane);
    wn_sweeps_draw_list(model, state->cursor, &list);
    if (layout.pane.rows == 0)
        return;
    if (!layout.beside)
        wn_put_rule(pane, layout.pane.top - 1);
    for (int row = 0; layout.beside && row < layout.pane.rows; row++)
        wn_put_glyph(pane, layout.pane.top + row, layout.pane.left - 2, WN_DIM,
                     wn_glyph(pane->canvas, WN_GLYPH_BAR));
    wn_sweeps_draw_pane(model, &below);
}

static void draw(const void *context, const struct wn_view *view) {
    const struct state *state = context;
    const struct wn_sweeps_query *model = state->model;
    if (model && (model->count || model->filter))
        draw_parts(state, &view->pane);
    else if (!view->loading)
        draw_empty(view);
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

static bool is_alive(const struct wn_sweeps_line *line) {
    return strcmp(line->state, "running") == 0 || strcmp(line->state, "paused") == 0 ||
           strcmp(line->state, "waiting") == 0;
}

static void confirm(const struct wn_sweeps_line *line, struct wn_tui *tui, int action) {
    const char *name = line->row.name;
    long long running = (long long)line->row.counts[WN_TRIAL_RUNNING], all = running;
    all += (long long)line->row.counts[WN_TRIAL_QUEUED] + (long long)wn_sweep_ended(&line->row);
    char *question;
    if (action == DELETE)
        question = wn_format("Delete %s with its %lld trials for good?", name, all);
    else if (action == STOP)
        question = wn_format("Stop %s? Its running trials end first.", name);
    else
        question = wn_format("Stop %s, and end its %lld running trials?", name, running);
    if (action == DELETE)
        wn_tui_confirm(tui, question, (const char *[]){"rm", "--yes", name, NULL});
    else
        wn_tui_confirm(tui, question,
                       (const char *[]){"stop", name, action == STOP_NOW ? "--now" : NULL, NULL});
    free(question);
}

// What would be refused is not asked for.
static void act_on(const struct wn_sweeps_line *line, struct wn_tui *tui, int action) {
    const char *name = line->row.name;
    bool alive = is_alive(line), paused = line->row.state == WN_SWEEP_PAUSED;
    if (action == DELETE && alive)
        wn_tui_say(tui, WN_WARN, "%s is %s: stop it first", name, line->state);
    else if (action == RESUME && alive && !paused)
        wn_tui_say(tui, WN_WARN, "%s is %s already", name, line->state);
    else if ((action == STOP || action == STOP_NOW || action == PAUSE) && !alive)
        wn_tui_say(tui, WN_WARN, "%s is not running: it is %s", name, line->state);
    else if (action == PAUSE || (action == RESUME && alive))
        wn_tui_command(tui, (const char *[]){paused ? "unpause" : "pause", name, NULL});
    else if (action == RESUME)
        wn_tui_command(tui, (const char *[]){"resume", "--detach", name, NULL});
    else
        confirm(line, tui, action);
}

static const struct wn_hint *hints(const void *state, bool *alone) {
    const struct wn_sweeps_line *line = chosen_line(state);
    (void)alone;
    if (!line)
        return hints_of_none;
    if (line->row.state == WN_SWEEP_PAUSED && is_alive(line))
        return hints_of_paused;
    if (is_alive(line))
        return hints_of_running;
    return strcmp(line->state, "finished") == 0 ? hints_of_ended : hints_of_stopped;
}

static void open_board(struct state *state, struct wn_tui *tui) {
    const struct wn_screen *board = wn_screen_find("board");
    struct wn_place where = place(state);
    if (board && where.sweep)
        wn_tui_go(tui, board, &where);
}

static void open_form(struct wn_tui *tui) {
    const struct wn_screen *launch = wn_screen_find("launch");
    if (launch && !wn_tui_read_only(tui))
        wn_tui_go(tui, launch, NULL);
}

static void choose_row(struct state *state, const struct wn_key *key) {
    const struct wn_sweeps_query *model = state->model;
    if (!model)
        return;
    const struct wn_sweeps_box list = wn_sweeps_lay_out(model->extent, model->count).list;
    size_t at = wn_sweeps_at(model, state->cursor, list.rows, key->row - list.top);
    if (at < model->count && key->column < list.columns)
        state->cursor = at;
}

void wn_sweeps_filter(void *context, const char *text) {
    struct state *state = context;
    free(state->filter);
    state->filter = text && *text ? wn_strdup(text) : NULL;
}

static void on_filter(void *state, struct wn_tui *tui, const char *text) {
    (void)tui;
    wn_sweeps_filter(state, text);
}

static bool act(void *context, struct wn_tui *tui, int action, const struct wn_key *key) {
    struct state *state = context;
    size_t count = state->model ? state->model->count : 0;
    if (action == WN_CLICK || action == WN_DOUBLE_CLICK)
        choose_row(state, key);
    if (wn_move_cursor(action, 10, count, &state->cursor) || action == WN_CLICK)
        state->chosen = place(state).sweep;
    else if (action == NEW || (action == OPEN && count == 0 && !state->filter))
        open_form(tui);
    else if (action == OPEN || action == WN_DOUBLE_CLICK)
        open_board(state, tui);
    else if (action == FILTER)
        wn_tui_prompt_live(tui, "/", state->filter, on_filter);
    else if (action == WN_APP_BACK && state->filter)
        wn_sweeps_filter(state, NULL);
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
    .hints = hints,
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
