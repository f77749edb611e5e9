// SPDX-License-Identifier: GPL-3.0-or-later
// Keys of mappings: duplicates, which PyYAML lets pass silently, and merge keys (`<<`). Both look
// keys up in a sorted index, so that mappings of any size cost no more than sorting them.
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/doc_private.h"

// ---- an index of keys ---------------------------------------------------------------------------

struct index {
    const struct wn_value **keys; // sorted by text, then by place
    size_t count;
};

static int by_text(const void *left, const void *right) {
    const struct wn_value *const *a = left, *const *b = right;
    return strcmp((*a)->string.text, (*b)->string.text);
}

static int by_text_and_place(const void *left, const void *right) {
    const struct wn_value *const *a = left, *const *b = right;
    int order = by_text(left, right);
    return order ? order : (*a > *b) - (*a < *b);
}

static struct index index_of(const struct wn_value *map) {
    struct index index = {wn_calloc(map->list.count, sizeof *index.keys), map->list.count};
    for (size_t i = 0; i < index.count; i++)
        index.keys[i] = &map->list.keys[i];
    qsort(index.keys, index.count, sizeof *index.keys, by_text_and_place);
    return index;
}

// Where each key of `other` stands in `map`; -1: nowhere. The caller frees.
static ptrdiff_t *positions(const struct wn_value *map, const struct wn_value *other) {
    struct index index = index_of(map);
    ptrdiff_t *places = wn_calloc(other->list.count, sizeof *places);
    for (size_t i = 0; i < other->list.count; i++) {
        const struct wn_value *key = &other->list.keys[i], **found = NULL;
        if (index.count)
            found = bsearch(&key, index.keys, index.count, sizeof *index.keys, by_text);
        places[i] = found ? *found - map->list.keys : -1;
    }
    free(index.keys);
    return places;
}

// ---- duplicates ---------------------------------------------------------------------------------

void wn_doc_find_duplicates(const struct wn_value *map, struct wn_diags *diags) {
    struct index index = index_of(map);
    for (size_t i = 1; i < index.count; i++) {
        const struct wn_value *first = index.keys[i - 1], *again = index.keys[i];
        if (strcmp(first->string.text, again->string.text) == 0)
            wn_diag_add(diags, WN_ERROR, again->line, again->column, "",
                        "the key %.64s is given twice, before on line %d; keep one of them",
                        again->string.text, first->line);
    }
    free(index.keys);
}

// ---- merge keys ---------------------------------------------------------------------------------

static bool is_merge_key(const struct wn_value *key) {
    return !key->quoted && strcmp(key->string.text, "<<") == 0;
}

static void take_entry(struct wn_value *to, struct wn_value *from, size_t at) {
    to->list.keys[to->list.count] = from->list.keys[at];
    to->list.items[to->list.count++] = from->list.items[at];
    from->list.keys[at] = from->list.items[at] = (struct wn_value){0};
}

// The entries of `base`, replaced by those of `over` with the same key, then what only `over` has:
// the order in which Python's dictionaries come out. Empties both. An entry moved away has no key.
static struct wn_value overlay(struct wn_value *base, struct wn_value *over) {
    size_t room = base->list.count + over->list.count;
    struct wn_value both = {.type = WN_MAP, .line = over->line, .column = over->column};
    both.list.keys = wn_calloc(room, sizeof *both.list.keys);
    both.list.items = wn_calloc(room, sizeof *both.list.items);
    ptrdiff_t *places = positions(over, base);
    for (size_t i = 0; i < base->list.count; i++)
        if (places[i] < 0)
            take_entry(&both, base, i);
        else if (over->list.keys[places[i]].type == WN_STRING)
            take_entry(&both, over, (size_t)places[i]);
    for (size_t i = 0; i < over->list.count; i++)
        if (over->list.keys[i].type == WN_STRING)
            take_entry(&both, over, i);
    free(places);
    wn_value_clear(base);
    wn_value_clear(over);
    return both;
}

// Takes the entry `<<` out; false where there is none.
static bool take_merge(struct wn_value *map, struct wn_value *from) {
    size_t at = 0;
    while (at < map->list.count && !is_merge_key(&map->list.keys[at]))
        at++;
    if (at == map->list.count)
        return false;
    size_t after = --map->list.count - at;
    *from = map->list.items[at];
    wn_value_clear(&map->list.keys[at]);
    memmove(&map->list.keys[at], &map->list.keys[at + 1], after * sizeof *map->list.keys);
    memmove(&map->list.items[at], &map->list.items[at + 1], after * sizeof *map->list.items);
    return true;
}

static bool all_maps(const struct wn_value *maps, size_t count, struct wn_diags *diags) {
    for (size_t i = 0; i < count; i++)
        if (maps[i].type != WN_MAP) {
            wn_diag_add(diags, WN_ERROR, maps[i].line, maps[i].column, "<<",
                        "must be a mapping or a list of mappings");
            return false;
        }
    return true;
}

bool wn_doc_merge(struct wn_value *map, struct wn_diags *diags) {
    struct wn_value from;
    if (!take_merge(map, &from))
        return true;
    bool list = from.type == WN_LIST;
    struct wn_value *maps = list ? from.list.items : &from;
    size_t count = list ? from.list.count : 1;
    bool good = all_maps(maps, count, diags);
    struct wn_value merged = {.type = WN_MAP};
    while (good && count-- > 0) // of several maps the first one wins
        merged = overlay(&merged, &maps[count]);
    if (good)
        *map = overlay(&merged, map);
    wn_value_clear(&from);
    return good;
}
