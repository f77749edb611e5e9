// SPDX-License-Identifier: GPL-3.0-or-later
// Values: making, copying, comparing and hashing them. Texts of values are in value_text.c.
#include "core/value.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/rng.h"

const char *wn_type_name(enum wn_type type) {
    static const char *const names[] = {
        [WN_NULL] = "nothing",   [WN_BOOL] = "true/false", [WN_INT] = "an integer",
        [WN_FLOAT] = "a number", [WN_STRING] = "a text",   [WN_LIST] = "a list",
        [WN_MAP] = "a mapping",
    };
    return names[type];
}

struct wn_value wn_value_int(int64_t integer) {
    return (struct wn_value){.type = WN_INT, .integer = integer};
}

struct wn_value wn_value_float(double number) {
    return (struct wn_value){.type = WN_FLOAT, .number = number};
}

struct wn_value wn_value_string(const char *text) {
    return (struct wn_value){.type = WN_STRING, .string.text = wn_strdup(text)};
}

static bool is_container(const struct wn_value *value) {
    return value->type == WN_LIST || value->type == WN_MAP;
}

static struct wn_value *copy_all(const struct wn_value *items, size_t count) {
    struct wn_value *copies = wn_calloc(count, sizeof *copies);
    for (size_t i = 0; i < count; i++)
        copies[i] = wn_value_copy(&items[i]);
    return copies;
}

struct wn_value wn_value_copy(const struct wn_value *value) {
    struct wn_value copy = *value;
    if (value->type == WN_STRING)
        copy.string.text = wn_strdup(value->string.text);
    if (is_container(value))
        copy.list.items = copy_all(value->list.items, value->list.count);
    if (value->type == WN_MAP)
        copy.list.keys = copy_all(value->list.keys, value->list.count);
    return copy;
}

static void clear_all(struct wn_value *items, size_t count) {
    for (size_t i = 0; i < count; i++)
        wn_value_clear(&items[i]);
    free(items);
}

void wn_value_clear(struct wn_value *value) {
    if (value->type == WN_STRING)
        free(value->string.text);
    if (is_container(value))
        clear_all(value->list.items, value->list.count);
    if (value->type == WN_MAP)
        clear_all(value->list.keys, value->list.count);
    *value = (struct wn_value){0};
}

const struct wn_value *wn_value_get(const struct wn_value *map, const char *key) {
    if (!map || map->type != WN_MAP)
        return NULL;
    for (size_t i = 0; i < map->list.count; i++)
        if (strcmp(map->list.keys[i].string.text, key) == 0)
            return &map->list.items[i];
    return NULL;
}

struct wn_value *wn_value_entry(struct wn_value *map, const char *key) {
    if (map->type != WN_MAP) {
        wn_value_clear(map);
        map->type = WN_MAP;
        map->list.items = map->list.keys = NULL;
        map->list.count = 0;
    }
    size_t count = map->list.count;
    for (size_t i = 0; i < count; i++)
        if (strcmp(map->list.keys[i].string.text, key) == 0)
            return &map->list.items[i];
    map->list.items = wn_realloc(map->list.items, (count + 1) * sizeof *map->list.items);
    map->list.keys = wn_realloc(map->list.keys, (count + 1) * sizeof *map->list.keys);
    map->list.keys[count] = wn_value_string(key);
    map->list.keys[count].quoted = true;
    map->list.items[count] = (struct wn_value){0};
    map->list.count++;
    return &map->list.items[count];
}

void wn_value_put(struct wn_value *map, const char *key, struct wn_value value) {
    struct wn_value *slot = wn_value_entry(map, key);
    wn_value_clear(slot);
    *slot = value;
}

void wn_value_drop(struct wn_value *map, const char *key) {
    const struct wn_value *found = wn_value_get(map, key);
    if (!found)
        return;
    size_t at = (size_t)(found - map->list.items), after = map->list.count - at - 1;
    wn_value_clear(&map->list.items[at]);
    wn_value_clear(&map->list.keys[at]);
    memmove(&map->list.items[at], &map->list.items[at + 1], after * sizeof *map->list.items);
    memmove(&map->list.keys[at], &map->list.keys[at + 1], after * sizeof *map->list.keys);
    map->list.count--;
}

struct walk {
    struct wn_str path;
    void (*each)(void *context, const char *path, const struct wn_value *leaf);
    void *context;
};

static void walk(struct walk *walking, const struct wn_value *value) {
    size_t length = walking->path.length;
    if (value->type != WN_MAP || !value->list.count) {
        walking->each(walking->context, wn_str_text(&walking->path), value);
        return;
    }
    for (size_t i = 0; i < value->list.count; i++) {
        if (length)
            wn_str_add_char(&walking->path, '.');
        wn_str_add(&walking->path, value->list.keys[i].string.text);
        walk(walking, &value->list.items[i]);
        walking->path.text[walking->path.length = length] = '\0';
    }
}

void wn_value_each_leaf(const struct wn_value *value,
                        void (*each)(void *context, const char *path, const struct wn_value *leaf),
                        void *context) {
    struct walk walking = {.each = each, .context = context};
    walk(&walking, value);
    wn_str_free(&walking.path);
}

bool wn_value_number(const struct wn_value *value, double *number) {
    if (value->type == WN_INT)
        *number = (double)value->integer;
    else if (value->type == WN_FLOAT)
        *number = value->number;
    else
        return false;
    return true;
}

// ---- equality and hash --------------------------------------------------------------------------

// Whether the double of the same value exists: not so for most integers beyond 2^53.
static bool is_exact(const struct wn_value *number) {
    double near;
    wn_value_number(number, &near);
    return number->type == WN_FLOAT || (near < 0x1p63 && (int64_t)near == number->integer);
}

static bool numbers_equal(const struct wn_value *a, const struct wn_value *b) {
    if (a->type == WN_INT && b->type == WN_INT)
        return a->integer == b->integer;
    if (!is_exact(a) || !is_exact(b))
        return false;
    double x = 0, y = 0;
    wn_value_number(a, &x);
    wn_value_number(b, &y);
    return x == y || (isnan(x) && isnan(y));
}

static bool is_number(const struct wn_value *value) {
    return value->type == WN_INT || value->type == WN_FLOAT;
}

static bool lists_equal(const struct wn_value *a, const struct wn_value *b) {
    for (size_t i = 0; i < a->list.count; i++)
        if (!wn_value_equal(&a->list.items[i], &b->list.items[i]))
            return false;
    return true;
}

static bool maps_equal(const struct wn_value *a, const struct wn_value *b) {
    for (size_t i = 0; i < a->list.count; i++) {
        const struct wn_value *other = wn_value_get(b, a->list.keys[i].string.text);
        if (!other || !wn_value_equal(&a->list.items[i], other))
            return false;
    }
    return true;
}

bool wn_value_equal(const struct wn_value *a, const struct wn_value *b) {
    if (is_number(a) && is_number(b))
        return numbers_equal(a, b);
    if (a->type != b->type)
        return false;
    switch (a->type) {
    case WN_NULL:
        return true;
    case WN_BOOL:
        return a->boolean == b->boolean;
    case WN_STRING:
        return strcmp(a->string.text, b->string.text) == 0;
    case WN_LIST:
        return a->list.count == b->list.count && lists_equal(a, b);
    default:
        return a->list.count == b->list.count && maps_equal(a, b);
    }
}

static uint64_t hash_text(const char *text) {
    uint64_t hash = UINT64_C(0xcbf29ce484222325); // FNV-1a
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
    return wn_mix64(hash);
}

// Integers hash as the double they equal, so that 1 and 1.0 agree.
static uint64_t hash_number(const struct wn_value *value) {
    double number;
    if (!is_exact(value))
        return wn_mix64((uint64_t)value->integer ^ 0x5bd1);
    wn_value_number(value, &number);
    number = isnan(number) ? NAN : number + 0.0; // one NaN, one zero
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    return wn_mix64(bits ^ 0x9e37);
}

static uint64_t hash_container(const struct wn_value *value) {
    uint64_t hash = wn_mix64(value->type + value->list.count * 31);
    for (size_t i = 0; i < value->list.count; i++) {
        uint64_t item = wn_value_hash(&value->list.items[i]);
        if (value->type == WN_MAP) // the order of keys does not count
            hash += wn_mix64(item ^ hash_text(value->list.keys[i].string.text) * 3);
        else
            hash = wn_mix64(hash ^ item) + i;
    }
    return wn_mix64(hash);
}

uint64_t wn_value_hash(const struct wn_value *value) {
    switch (value->type) {
    case WN_NULL:
        return wn_mix64(1);
    case WN_BOOL:
        return wn_mix64(value->boolean ? 3 : 2);
    case WN_INT:
    case WN_FLOAT:
        return hash_number(value);
    case WN_STRING:
        return hash_text(value->string.text);
    default:
        return hash_container(value);
    }
}

// ---- order --------------------------------------------------------------------------------------

static int rank_of(enum wn_type type) {
    return type == WN_FLOAT ? WN_INT : (int)type;
}

static int compare_numbers(const struct wn_value *a, const struct wn_value *b) {
    double x = 0, y = 0;
    wn_value_number(a, &x);
    wn_value_number(b, &y);
    if (isnan(x) || isnan(y))
        return isnan(x) - isnan(y); // NaN last
    return (x > y) - (x < y);
}

static int compare_lists(const struct wn_value *a, const struct wn_value *b) {
    size_t common = a->list.count < b->list.count ? a->list.count : b->list.count;
    for (size_t i = 0; i < common; i++) {
        int order = a->type == WN_MAP ? wn_value_compare(&a->list.keys[i], &b->list.keys[i]) : 0;
        if (!order)
            order = wn_value_compare(&a->list.items[i], &b->list.items[i]);
        if (order)
            return order;
    }
    return (a->list.count > b->list.count) - (a->list.count < b->list.count);
}

static int compare_texts(const char *a, const char *b) {
    int order = strcmp(a, b); // its size differs between libraries
    return (order > 0) - (order < 0);
}

int wn_value_compare(const struct wn_value *a, const struct wn_value *b) {
    if (rank_of(a->type) != rank_of(b->type))
        return rank_of(a->type) < rank_of(b->type) ? -1 : 1;
    switch (a->type) {
    case WN_NULL:
        return 0;
    case WN_BOOL:
        return a->boolean - b->boolean;
    case WN_INT:
    case WN_FLOAT:
        return compare_numbers(a, b);
    case WN_STRING:
        return compare_texts(a->string.text, b->string.text);
    default:
        return compare_lists(a, b);
    }
}
