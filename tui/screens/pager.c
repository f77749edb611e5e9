// SPDX-License-Identifier: GPL-3.0-or-later
// A long text, to be read and searched. Its place is the text: a line for the title, then the rest.
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "tui/tui.h"

enum { SEARCH = WN_ACTION_OWN, NEXT, PREVIOUS, COPY };

static const struct wn_binding bindings[] = {
    {SEARCH, "/", "search", "find a text"},
    {NEXT, "n", "next", "the next place where it is found"},
    {PREVIOUS, "N", NULL, "the one before"},
    {COPY, "y", "copy", "the whole text into the clipboard"},
    {0},
};

struct state {
    char *title, *text;
    const char **lines; // within `text`, which has NULs for newlines
    size_t count, capacity;
    size_t top;
    char *sought;
};

static void *open_screen(const struct wn_place *place) {
    struct state *state = wn_calloc(1, sizeof *state);
    const char *text = place->text ? place->text : "", *end = strchr(text, '\n');
    state->title = end ? wn_strndup(text, (size_t)(end - text)) : wn_strdup(text);
    state->text = wn_strdup(end ? end + 1 : "");
    for (char *line = state->text; line && *line;) {
        *WN_PUSH(state->lines, state->count, state->capacity) = line;
        line = strchr(line, '\n');
        if (line)
            *line++ = '\0';
    }
    return state;
}

static void close_screen(void *context) {
    struct state *state = context;
    free(state->title);
    free(state->text);
    free(state->lines);
    free(state->sought);
    free(state);
}

static void mark_found(const struct wn_pane *pane, int row, const char *line, const char *sought) {
    const char *at = sought && *sought ? strcasestr(line, sought) : NULL;
    if (!at)
        return;
    char *head = wn_strndup(line, (size_t)(at - line));
    struct wn_span span = {.row = row,
                           .column = 1 + wn_canvas_width(pane->canvas, head),
                           .columns = wn_canvas_width(pane->canvas, sought)};
    wn_mark(pane, span, WN_WARN, WN_REVERSE);
    free(head);
}

static void draw(const void *context, const struct wn_view *view) {
    const struct state *state = context;
    const struct wn_pane *pane = &view->pane;
    wn_put(pane, 0, 1, WN_HEAD, state->title);
    for (int row = 1; row < pane->rows; row++) {
        size_t at = state->top + (size_t)row - 1;
        if (at >= state->count)
            break;
        wn_put(pane, row, 1, WN_PLAIN, state->lines[at]);
        mark_found(pane, row, state->lines[at], state->sought);
    }
}

static void seek(struct state *state, struct wn_tui *tui, bool forward) {
    if (!state->sought || !*state->sought)
        return;
    for (size_t i = 1; i <= state->count; i++) {
        size_t at = (forward ? state->top + i : state->top + state->count - i) % state->count;
        if (strcasestr(state->lines[at], state->sought)) {
            state->top = at;
            return;
        }
    }
    wn_tui_say(tui, WN_WARN, "%s is not there", state->sought);
}

static void entered(void *context, struct wn_tui *tui, const char *text) {
    struct state *state = context;
    free(state->sought);
    state->sought = wn_strdup(text);
    seek(state, tui, true);
}

static void copy(const struct state *state, struct wn_tui *tui) {
    struct wn_str text = {0};
    for (size_t i = 0; i < state->count; i++)
        wn_str_addf(&text, "%s\n", state->lines[i]);
    wn_tui_copy(tui, wn_str_text(&text), "the text");
    wn_str_free(&text);
}

// The text scrolls at once: there is no cursor.
static void scroll(struct state *state, int action) {
    wn_move_cursor(action, 20, state->count, &state->top);
}

static bool act(void *context, struct wn_tui *tui, int action, const struct wn_key *key) {
    struct state *state = context;
    (void)key;
    switch (action) {
    case SEARCH:
        wn_tui_prompt(tui, "/", state->sought, entered);
        return true;
    case NEXT:
    case PREVIOUS:
        seek(state, tui, action == NEXT);
        return true;
    case COPY:
        copy(state, tui);
        return true;
    default:
        scroll(state, action);
        return action < WN_ACTION_APP;
    }
}

const struct wn_screen wn_screen_pager = {
    .name = "pager",
    .bindings = bindings,
    .open = open_screen,
    .close = close_screen,
    .draw = draw,
    .act = act,
};
