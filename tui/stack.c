// SPDX-License-Identifier: GPL-3.0-or-later
// The screens that are open, one upon the other, and the way between them.
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "tui/app.h"

static const struct wn_screen *const screens[] = {
#define X(name) &wn_screen_##name,
#include "tui/screens.def"
#undef X
};

const struct wn_screen *wn_screen_at(size_t index) {
    return index < sizeof screens / sizeof screens[0] ? screens[index] : NULL;
}

const struct wn_screen *wn_screen_find(const char *name) {
    const struct wn_screen *screen;
    for (size_t i = 0; (screen = wn_screen_at(i)) != NULL; i++)
        if (strcmp(screen->name, name) == 0)
            return screen;
    return NULL;
}

const struct wn_binding *wn_screen_binding(const struct wn_screen *screen, int action) {
    const struct wn_binding *const tables[] = {screen->bindings, wn_app_bindings,
                                               wn_motion_bindings};
    const struct wn_binding *found = NULL;
    for (size_t i = 0; !found && i < sizeof tables / sizeof tables[0]; i++)
        found = wn_binding_find(tables[i], action);
    return found;
}

struct wn_open_screen *wn_tui_top(struct wn_tui *tui) {
    return &tui->stack[tui->depth - 1];
}

static void close_top(struct wn_tui *tui) {
    struct wn_open_screen *top = wn_tui_top(tui);
    if (top->screen->remember)
        wn_views_put(&tui->views, top->screen->name, top->place.sweep,
                     top->screen->remember(top->state));
    top->screen->close(top->state);
    free(top->place.text);
    tui->depth--;
}

void wn_tui_close_all(struct wn_tui *tui) {
    while (tui->depth)
        close_top(tui);
    free(tui->stack);
    tui->stack = NULL;
    tui->capacity = 0;
}

static bool same_text(const char *a, const char *b) {
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool is_at(const struct wn_open_screen *open, const struct wn_screen *screen,
                  const struct wn_place *place) {
    return open->screen == screen && open->place.sweep == place->sweep &&
           open->place.trial == place->trial && same_text(open->place.text, place->text);
}

// What was loaded meanwhile may be old.
static void show_top(struct wn_tui *tui) {
    struct wn_open_screen *top = wn_tui_top(tui);
    top->wanted = top->screen->ask != NULL;
    tui->dirty = true;
}

void wn_tui_go(struct wn_tui *tui, const struct wn_screen *screen, const struct wn_place *place) {
    static const struct wn_place nowhere = {.trial = -1};
    place = place ? place : &nowhere;
    size_t at = tui->depth;
    while (at > 0 && !is_at(&tui->stack[at - 1], screen, place))
        at--;
    if (at > 0) {
        while (tui->depth > at)
            close_top(tui);
        show_top(tui);
        return;
    }
    struct wn_open_screen *open = WN_PUSH(tui->stack, tui->depth, tui->capacity);
    open->screen = screen;
    open->place = *place;
    open->place.text = place->text ? wn_strdup(place->text) : NULL;
    open->serial = ++tui->serials;
    open->state = screen->open(&open->place);
    const struct cJSON *view = wn_views_get(&tui->views, screen->name, place->sweep);
    if (view && screen->restore)
        screen->restore(open->state, view);
    show_top(tui);
}

void wn_tui_back(struct wn_tui *tui) {
    if (tui->depth < 2)
        return;
    close_top(tui);
    show_top(tui);
}

void wn_tui_reload(struct wn_tui *tui) {
    struct wn_open_screen *top = wn_tui_top(tui);
    top->wanted = top->screen->ask != NULL;
    tui->dirty = true;
}
