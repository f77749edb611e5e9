// SPDX-License-Identifier: GPL-3.0-or-later
// All keys of the screen below, from the same rows as the footer. Enter does what the row says.
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "tui/app.h"

enum { DO = WN_ACTION_OWN, FILTER };

static const struct wn_binding bindings[] = {
    {DO, "Enter", "do it", "go back and do what the row says"},
    {FILTER, "/", "filter", "only rows with a text"},
    {0},
};

struct state {
    const struct wn_screen *screen; // that the keys are of
    const struct wn_binding **rows;
    size_t count, capacity;
    size_t cursor;
    char *filter;
};

static void add(struct state *state, const struct wn_binding *binding) {
    for (; binding->action; binding++) {
        bool shown = !state->filter || strcasestr(binding->help, state->filter) ||
                     strcasestr(binding->keys, state->filter);
        if (shown)
            *WN_PUSH(state->rows, state->count, state->capacity) = binding;
    }
}

static void list(struct state *state) {
    state->count = state->cursor = 0;
    add(state, state->screen->bindings);
    add(state, wn_app_bindings);
    add(state, wn_motion_bindings);
}

static void *open_screen(const struct wn_place *place) {
    struct state *state = wn_calloc(1, sizeof *state);
    const struct wn_screen *screen = place->text ? wn_screen_find(place->text) : NULL;
    state->screen = screen ? screen : &wn_screen_help;
    list(state);
    return state;
}

static void close_screen(void *context) {
    struct state *state = context;
    free(state->rows);
    free(state->filter);
    free(state);
}

static void draw(const void *context, const struct wn_view *view) {
    const struct state *state = context;
    const struct wn_pane *pane = &view->pane;
    size_t shown = (size_t)(pane->rows > 2 ? pane->rows - 2 : 1);
    size_t top = state->cursor >= shown ? state->cursor - shown + 1 : 0;
    wn_putf(pane, 0, 1, WN_HEAD, "Keys of %s%s%s", state->screen->name,
            state->filter ? "   with " : "", state->filter ? state->filter : "");
    for (size_t i = top; i < state->count && i < top + shown; i++) {
        int row = 2 + (int)(i - top);
        const struct wn_binding *binding = state->rows[i];
        bool refused = view->read_only && binding->writes;
        struct wn_span keys = {.row = row, .column = 2, .columns = 18};
        wn_put_span(pane, keys, refused ? WN_DIM : WN_ACCENT, binding->keys);
        wn_put(pane, row, 22, refused ? WN_DIM : WN_PLAIN, binding->help);
        if (i == state->cursor)
            wn_mark(pane, (struct wn_span){.row = row, .columns = pane->columns}, WN_PLAIN,
                    WN_REVERSE);
    }
}

static void entered(void *context, struct wn_tui *tui, const char *text) {
    struct state *state = context;
    (void)tui;
    free(state->filter);
    state->filter = *text ? wn_strdup(text) : NULL;
    list(state);
}

static void do_it(struct wn_tui *tui, const struct wn_binding *binding) {
    int action = binding->action;
    bool refused = binding->writes && wn_tui_read_only(tui);
    wn_tui_back(tui);
    if (!refused)
        wn_tui_act(tui, action, &(struct wn_key){0});
}

static bool act(void *context, struct wn_tui *tui, int action, const struct wn_key *key) {
    struct state *state = context;
    (void)key;
    if (wn_move_cursor(action, 15, state->count, &state->cursor))
        return true;
    if (action == DO && state->cursor < state->count)
        do_it(tui, state->rows[state->cursor]);
    else if (action == FILTER)
        wn_tui_prompt_live(tui, "/", state->filter, entered);
    else
        return false;
    return true;
}

const struct wn_screen wn_screen_help = {
    .name = "help",
    .bindings = bindings,
    .open = open_screen,
    .close = close_screen,
    .draw = draw,
    .act = act,
};
