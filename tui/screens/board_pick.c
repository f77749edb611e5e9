// SPDX-License-Identifier: GPL-3.0-or-later
// The list of columns: which are shown, in which order, how wide.
#include <string.h>

#include "tui/screens/board_private.h"
#include "tui/widgets/box.h"

enum { WIDTH = 44, FRAME = 2 };

static void draw_item(const struct wn_board_state *state, const struct wn_pane *box, int row,
                      size_t index) {
    const struct wn_board_item *item = &state->setup.items[index];
    const struct wn_board *page = state->model->page;
    struct wn_span span = {.row = row, .column = 2, .columns = box->columns - 4};
    bool shown = wn_board_item_shown(item, page);
    wn_put(box, row, 2, shown ? WN_GOOD : WN_DIM, shown ? "[x]" : "[ ]");
    wn_put_span(box, (struct wn_span){.row = row, .column = 6, .columns = box->columns - 20},
                shown ? WN_PLAIN : WN_DIM, item->name);
    if (item->width)
        wn_putf(box, row, box->columns - 13, WN_DIM, "%d wide", item->width);
    if (index == state->pick)
        wn_mark(box, span, WN_PLAIN, WN_REVERSE);
}

void wn_board_draw_pick(const struct wn_board_state *state, const struct wn_pane *pane) {
    const struct wn_board_setup *setup = &state->setup;
    int width = WIDTH < pane->columns ? WIDTH : pane->columns;
    int rows =
        (int)setup->count + FRAME + 1 < pane->rows ? (int)setup->count + FRAME + 1 : pane->rows;
    struct wn_pane box =
        wn_pane_part(pane, (pane->rows - rows) / 2, (pane->columns - width) / 2, rows, width);
    size_t room = rows > FRAME + 1 ? (size_t)(rows - FRAME - 1) : 1;
    size_t top = state->pick >= room ? state->pick - room + 1 : 0;
    wn_put_box(&box, "Columns");
    for (size_t i = 0; i < room && top + i < setup->count; i++)
        draw_item(state, &box, 1 + (int)i, top + i);
    wn_put(&box, rows - 2, 2, WN_DIM, "Space shows  < > moves  + - widens  Esc");
}

// ---- keys ---------------------------------------------------------------------------------------

void wn_board_widen(struct wn_board_state *state, size_t index, int by) {
    struct wn_board_item *item = &state->setup.items[index];
    int width = item->width ? item->width : item->grown;
    for (size_t i = 0; i < state->drawn->layout.count && !item->width; i++)
        if (state->drawn->layout.shown[i].item == index)
            width = state->drawn->layout.shown[i].span.columns;
    width += by;
    state->setup.arranged = true;
    item->width = width < 2 ? 2 : width > 200 ? 200 : width;
}

static void move_item(struct wn_board_state *state, int by) {
    struct wn_board_setup *setup = &state->setup;
    if (by < 0 ? state->pick == 0 : state->pick + 1 >= setup->count)
        return;
    size_t other = by < 0 ? state->pick - 1 : state->pick + 1;
    struct wn_board_item moved = setup->items[state->pick];
    setup->items[state->pick] = setup->items[other];
    setup->items[other] = moved;
    state->pick = other;
    setup->arranged = true;
}

static void toggle(struct wn_board_state *state) {
    struct wn_board_item *item = &state->setup.items[state->pick];
    item->hidden = wn_board_item_shown(item, state->model->page);
    item->chosen = true;
    state->setup.arranged = true;
}

bool wn_board_pick_key(struct wn_board_state *state, const struct wn_key *key) {
    char name[16];
    wn_key_name(key, name);
    if (!state->picking)
        return false;
    if (strcmp(name, "Esc") == 0 || strcmp(name, "Enter") == 0 || strcmp(name, "c") == 0 ||
        strcmp(name, "q") == 0)
        state->picking = false;
    else if (strcmp(name, "Space") == 0)
        toggle(state);
    else if (strcmp(name, "<") == 0 || strcmp(name, "K") == 0)
        move_item(state, -1);
    else if (strcmp(name, ">") == 0 || strcmp(name, "J") == 0)
        move_item(state, 1);
    else if (strcmp(name, "+") == 0 || strcmp(name, "-") == 0)
        wn_board_widen(state, state->pick, *name == '+' ? 1 : -1);
    else if (strcmp(name, "0") == 0)
        state->setup.items[state->pick].width = 0;
    else
        wn_move_cursor(wn_binding_action(wn_motion_bindings, key), 10, state->setup.count,
                       &state->pick);
    return strcmp(name, "^C") != 0 && strcmp(name, "^Z") != 0 && strcmp(name, "^L") != 0;
}
