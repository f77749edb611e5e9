// SPDX-License-Identifier: GPL-3.0-or-later
// Which columns the leaderboard shows, in which order and how wide. The order of the screen is not
// the board's: what was searched for and what came out stand together, how it ran comes after them.
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "tui/screens/board_private.h"

enum { MOST_METRICS = 12, MOST_ITEMS = 500 }; // metrics shown unasked; columns to choose from

void wn_board_setup_free(struct wn_board_setup *setup) {
    for (size_t i = 0; i < setup->count; i++)
        free(setup->items[i].name);
    free(setup->items);
}

// ---- order --------------------------------------------------------------------------------------

static const struct {
    const char *name, *title;
} fixed[] = { // in the order of the screen; metrics and parameters stand before "state"
    {"rank", "RANK"},  {"trial", "#"},     {"objective", NULL}, {"se", NULL},
    {"front", "PF"},   {"state", "STATE"}, {"age", "AGE"},      {"duration", "TIME"},
    {"tags", "TAGS"},  {"exit", "EXIT"},   {"host", "HOST"},    {"started", "STARTED"},
    {"ended", "ENDED"}};
enum { BEFORE_STATE = 5, FIXED = sizeof fixed / sizeof *fixed };

static int fixed_index(const char *name) {
    for (int i = 0; i < FIXED; i++)
        if (strcmp(fixed[i].name, name) == 0)
            return i;
    return -1;
}

// Where an item stands by default; those alike keep the order of the board.
static int order_of(const char *name) {
    int index = fixed_index(name);
    if (index >= 0)
        return index < BEFORE_STATE ? index : index + 2;
    return wn_starts_with(name, "metric.") ? BEFORE_STATE : BEFORE_STATE + 1;
}

bool wn_board_setup_knows(const struct wn_board_setup *setup, const char *name) {
    for (size_t i = 0; i < setup->count; i++)
        if (strcmp(setup->items[i].name, name) == 0)
            return true;
    return false;
}

static void add_item(struct wn_board_setup *setup, const char *name) {
    if (setup->count >= MOST_ITEMS || wn_board_setup_knows(setup, name))
        return;
    size_t at = setup->count;
    while (at > 0 && order_of(setup->items[at - 1].name) > order_of(name))
        at--;
    (void)WN_PUSH(setup->items, setup->count, setup->capacity);
    memmove(setup->items + at + 1, setup->items + at,
            (setup->count - 1 - at) * sizeof *setup->items);
    setup->items[at] = (struct wn_board_item){.name = wn_strdup(name)};
    setup->focus += setup->count > 1 && setup->focus >= at;
}

static void hide_most_metrics(struct wn_board_setup *setup) {
    size_t metrics = 0;
    for (size_t i = 0; i < setup->count; i++) {
        struct wn_board_item *item = &setup->items[i];
        if (!item->chosen && wn_starts_with(item->name, "metric."))
            item->hidden = ++metrics > MOST_METRICS;
    }
}

static ptrdiff_t column_of(const struct wn_board_item *item, const struct wn_board *columns) {
    for (size_t i = 0; i < columns->column_count; i++)
        if (strcmp(columns->columns[i].name, item->name) == 0)
            return (ptrdiff_t)i;
    return -1;
}

// What was remembered of columns that the sweep has no more, or not yet.
static void forget_unknown(struct wn_board_setup *setup, const struct wn_board *columns) {
    size_t kept = 0;
    for (size_t i = 0; i < setup->count; i++) {
        struct wn_board_item item = setup->items[i];
        if (strcmp(item.name, "age") == 0 || column_of(&item, columns) >= 0)
            setup->items[kept++] = item;
        else
            free(item.name);
    }
    setup->count = kept;
}

void wn_board_setup_merge(struct wn_board_setup *setup, const struct wn_board *columns) {
    bool fresh = setup->known == 0;
    if (setup->known == columns->column_count)
        return;
    if (fresh)
        forget_unknown(setup, columns);
    setup->known = columns->column_count;
    add_item(setup, "age");
    for (size_t i = 0; i < columns->column_count; i++)
        if (columns->columns[i].group == WN_BOARD_FIXED)
            add_item(setup, columns->columns[i].name);
    for (size_t i = 0; i < columns->column_count; i++)
        add_item(setup, columns->columns[i].name);
    hide_most_metrics(setup);
    for (size_t i = 0; i < setup->count && fresh; i++)
        if (strcmp(setup->items[i].name, "objective") == 0)
            setup->focus = i;
}

// ---- items --------------------------------------------------------------------------------------

bool wn_board_item_shown(const struct wn_board_item *item, const struct wn_board *columns) {
    ptrdiff_t column = column_of(item, columns);
    if (item->chosen || item->hidden)
        return !item->hidden;
    return column < 0 || wn_board_shows(columns, (size_t)column);
}

const char *wn_board_item_title(const struct wn_board_item *item, const struct wn_board *columns,
                                const struct wn_canvas *canvas) {
    int index = fixed_index(item->name);
    if (index >= 0 && fixed[index].title)
        return fixed[index].title;
    if (strcmp(item->name, "se") == 0)
        return wn_glyph(canvas, WN_GLYPH_PLUS_MINUS);
    ptrdiff_t column = column_of(item, columns);
    return column < 0 ? item->name : wn_board_title(columns, (size_t)column);
}

// The youngest began or ended last.
char *wn_board_item_sort(const struct wn_board_item *item, bool descending) {
    if (strcmp(item->name, "age") == 0)
        return wn_strdup(descending ? "+started" : "-started");
    if (strcmp(item->name, "rank") == 0 && !descending)
        return NULL;
    return wn_format("%c%s", descending ? '-' : '+', item->name);
}

// ---- focus --------------------------------------------------------------------------------------

static size_t neighbour(const struct wn_board_setup *setup, const struct wn_board *columns,
                        int by) {
    size_t at = setup->focus;
    while (by < 0 ? at > 0 : at + 1 < setup->count) {
        at += (size_t)by;
        if (wn_board_item_shown(&setup->items[at], columns))
            return at;
    }
    return setup->focus;
}

void wn_board_focus(struct wn_board_setup *setup, const struct wn_board *columns, int by) {
    setup->focus = neighbour(setup, columns, by);
}

void wn_board_move_item(struct wn_board_setup *setup, const struct wn_board *columns, int by) {
    size_t other = neighbour(setup, columns, by);
    if (setup->focus >= setup->count)
        return;
    setup->arranged = true;
    struct wn_board_item moved = setup->items[setup->focus];
    setup->items[setup->focus] = setup->items[other];
    setup->items[other] = moved;
    setup->focus = other;
}
