// SPDX-License-Identifier: GPL-3.0-or-later
// What surrounds every screen: the tabs above it, where there is room, and the keys of the moment
// below, or a message in their place.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/app.h"

#define TABS_FROM 16 // rows

int wn_chrome_top(const struct wn_canvas *canvas) {
    return canvas->rows >= TABS_FROM;
}

static void draw_tabs(struct wn_tui *tui, const struct wn_pane *whole) {
    int column = 1 + wn_put(whole, 0, 1, WN_ACCENT, "winnow") + 2;
    const struct wn_screen *screen, *top = wn_tui_top(tui)->screen;
    wn_mark(whole, (struct wn_span){.column = 1, .columns = 6}, WN_PLAIN, WN_BOLD);
    for (size_t i = 0; (screen = wn_screen_at(i)) != NULL && screen->tab; i++) {
        bool here = screen == top;
        int start = column;
        column +=
            wn_putf(whole, 0, column, here ? WN_PLAIN : WN_DIM, " %zu %s ", i + 1, screen->tab);
        struct wn_span span = {.column = start, .columns = column - start};
        wn_mark(whole, span, WN_PLAIN, here ? WN_REVERSE : 0);
    }
    struct wn_span left = {
        .column = column + 2, .columns = whole->columns - column - 3, .align = WN_RIGHT};
    char text[48] = "read only";
    if (tui->commands)
        snprintf(text, sizeof text, "%zu command%s at work", tui->commands,
                 tui->commands == 1 ? "" : "s");
    if (left.columns > 12 && (tui->options->read_only || tui->commands))
        wn_put_span(whole, left, WN_DIM, text);
}

// ---- keys of the moment -------------------------------------------------------------------------

struct footer {
    const struct wn_tui *tui;
    const struct wn_pane *whole;
    int row, column, end;
};

static void shown_key(const struct wn_canvas *canvas, const char *keys, char *out) {
    size_t length = strcspn(keys, " ");
    length = length < 15 ? length : 15;
    memcpy(out, keys, length);
    out[length] = '\0';
    if (strcmp(out, "Enter") == 0 && !canvas->ascii)
        strcpy(out, wn_glyph(canvas, WN_GLYPH_ENTER));
}

// False: there is no room for it, nor for what comes after it.
static bool put_key(struct footer *footer, const struct wn_binding *binding, const char *label) {
    const struct wn_pane *whole = footer->whole;
    char key[16];
    if (!label || (binding->writes && wn_tui_read_only(footer->tui)))
        return true;
    shown_key(whole->canvas, binding->keys, key);
    int width = wn_canvas_width(whole->canvas, key) + 1 + wn_canvas_width(whole->canvas, label);
    if (footer->column + width > footer->end)
        return false;
    footer->column += wn_put(whole, footer->row, footer->column, WN_ACCENT, key) + 1;
    footer->column += wn_put(whole, footer->row, footer->column, WN_PLAIN, label) + 2;
    return true;
}

static void put_bindings(struct footer *footer, const struct wn_binding *binding) {
    while (binding->action && put_key(footer, binding, binding->label))
        binding++;
}

static void put_hints(struct footer *footer, const struct wn_screen *screen,
                      const struct wn_hint *hint) {
    const struct wn_binding *binding;
    for (; hint->action; hint++)
        if ((binding = wn_screen_binding(screen, hint->action)) != NULL &&
            !put_key(footer, binding, hint->label))
            return;
}

static void draw_footer(struct wn_tui *tui, const struct wn_pane *whole) {
    static const char help[] = "? help";
    struct footer footer = {.tui = tui,
                            .whole = whole,
                            .row = whole->rows - 1,
                            .column = 1,
                            .end = whole->columns - (int)sizeof help - 1};
    const struct wn_open_screen *top = wn_tui_top(tui);
    bool alone = false;
    const struct wn_hint *hints =
        top->screen->hints ? top->screen->hints(top->state, &alone) : NULL;
    if (hints)
        put_hints(&footer, top->screen, hints);
    else
        put_bindings(&footer, top->screen->bindings);
    if (alone)
        return;
    put_bindings(&footer, wn_app_bindings);
    int column = whole->columns - (int)sizeof help;
    wn_put(whole, footer.row, column, WN_ACCENT, "?");
    wn_put(whole, footer.row, column + 2, WN_PLAIN, "help");
}

static void draw_message(const struct wn_tui *tui, const struct wn_pane *whole) {
    struct wn_span span = {.row = whole->rows - 1, .column = 1, .columns = whole->columns - 2};
    wn_put_span(whole, span, tui->message_look, tui->message);
}

void wn_chrome_draw(struct wn_tui *tui, const struct wn_pane *whole) {
    if (wn_chrome_top(whole->canvas))
        draw_tabs(tui, whole);
    if (tui->message)
        draw_message(tui, whole);
    else
        draw_footer(tui, whole);
    wn_modal_draw(&tui->modal, whole);
}
