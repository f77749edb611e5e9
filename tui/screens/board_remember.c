// SPDX-License-Identifier: GPL-3.0-or-later
// What whoever looks has made of the leaderboard, as JSON, for the next dashboard: the order, the
// filter and the columns where they were arranged by hand. What was searched for, marked or pinned
// is of the moment.
#include <cjson/cJSON.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "tui/screens/board_private.h"

enum { MOST_COLUMNS = 500, WIDEST = 200 };

static void add_text(cJSON *view, const char *name, const char *text) {
    if (text)
        cJSON_AddStringToObject(view, name, text);
}

static void add_flag(cJSON *view, const char *name, bool set) {
    if (set)
        cJSON_AddTrueToObject(view, name);
}

static void add_columns(cJSON *view, const struct wn_board_setup *setup) {
    cJSON *columns = cJSON_AddArrayToObject(view, "columns");
    for (size_t i = 0; i < setup->count; i++) {
        const struct wn_board_item *item = &setup->items[i];
        cJSON *column = cJSON_CreateObject();
        cJSON_AddItemToArray(columns, column);
        cJSON_AddStringToObject(column, "name", item->name);
        if (item->width)
            cJSON_AddNumberToObject(column, "width", item->width);
        if (item->chosen)
            cJSON_AddBoolToObject(column, "shown", !item->hidden);
    }
}

cJSON *wn_board_remember(const void *context) {
    const struct wn_board_state *state = context;
    cJSON *view = cJSON_CreateObject();
    add_text(view, "sort", state->look.sort);
    add_text(view, "filter", state->look.where);
    add_flag(view, "trials", state->look.trials);
    add_flag(view, "front", state->look.front);
    add_flag(view, "narrow", state->side_hidden);
    if (state->setup.arranged)
        add_columns(view, &state->setup);
    return view;
}

static char *text_of(const cJSON *view, const char *name) {
    const cJSON *found = cJSON_GetObjectItemCaseSensitive(view, name);
    return cJSON_IsString(found) && *found->valuestring ? wn_strdup(found->valuestring) : NULL;
}

static bool flag_of(const cJSON *view, const char *name) {
    return cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(view, name));
}

static void restore_column(struct wn_board_setup *setup, const cJSON *column) {
    char *name = text_of(column, "name");
    if (!name || setup->count >= MOST_COLUMNS || wn_board_setup_knows(setup, name)) {
        free(name);
        return;
    }
    const cJSON *width = cJSON_GetObjectItemCaseSensitive(column, "width");
    const cJSON *shown = cJSON_GetObjectItemCaseSensitive(column, "shown");
    int columns = cJSON_IsNumber(width) ? width->valueint : 0;
    *WN_PUSH(setup->items, setup->count, setup->capacity) =
        (struct wn_board_item){.name = name,
                               .width = columns < 0 || columns > WIDEST ? 0 : columns,
                               .chosen = cJSON_IsBool(shown),
                               .hidden = cJSON_IsFalse(shown)};
}

void wn_board_restore(void *context, const cJSON *view) {
    struct wn_board_state *state = context;
    const cJSON *column, *columns = cJSON_GetObjectItemCaseSensitive(view, "columns");
    state->look.sort = text_of(view, "sort");
    state->look.where = text_of(view, "filter");
    state->look.trials = flag_of(view, "trials");
    state->look.front = flag_of(view, "front");
    state->side_hidden = flag_of(view, "narrow");
    state->setup.arranged = cJSON_IsArray(columns);
    cJSON_ArrayForEach(column, columns) {
        restore_column(&state->setup, column);
    }
}
