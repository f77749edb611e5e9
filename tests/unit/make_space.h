// SPDX-License-Identifier: GPL-3.0-or-later
// Spaces for tests, built by hand: one call per leaf, conditions upon the leaf added last.
#ifndef WN_TEST_MAKE_SPACE_H
#define WN_TEST_MAKE_SPACE_H

#include "tests/unit/check.h"

#include "core/base/diag.h"
#include "core/base/mem.h"
#include "core/base/rng.h"
#include "core/space.h"

static inline struct wn_value from_json(const char *json) {
    struct wn_value value;
    struct wn_err err = {0};
    if (wn_value_parse_json(json, &value, &err) != WN_OK)
        fail_msg("%s: %s", json, err.text);
    return value;
}

// Adds a leaf; `name` is its path with dots, `args` are taken over.
static inline void add_leaf(struct wn_space *space, const char *name, const char *dist,
                            struct wn_dist_args args) {
    struct wn_param param = {.name = wn_strdup(name), .args = args, .line = 7, .column = 3};
    size_t capacity = 0;
    char *copy = wn_strdup(name), *rest = copy;
    for (char *part; (part = strsep(&rest, "."));)
        *WN_PUSH(param.path, param.depth, capacity) = wn_strdup(part);
    free(copy);
    param.dist = wn_dist_find(dist);
    assert_non_null(param.dist);
    wn_space_add(space, &param);
}

static inline void add_choices(struct wn_space *space, const char *name, const char *json) {
    struct wn_value list = from_json(json);
    add_leaf(space, name, list.list.count == 1 ? "constant" : "categorical",
             (struct wn_dist_args){.values = list.list.items, .count = list.list.count});
}

static inline void add_range(struct wn_space *space, const char *name, const char *dist, double min,
                             double max) {
    add_leaf(space, name, dist,
             (struct wn_dist_args){
                 .min = min, .max = max, .q = 1, .q_is_int = true, .sigma = 1, .a = 2, .b = 3});
}

static inline void add_when(struct wn_space *space, const char *parent, const char *json) {
    struct wn_param *param = &space->params[space->count - 1];
    struct wn_value list = from_json(json);
    param->when = wn_realloc(param->when, (param->when_count + 1) * sizeof *param->when);
    param->when[param->when_count++] = (struct wn_when){.parent_name = wn_strdup(parent),
                                                        .values = list.list.items,
                                                        .count = list.list.count,
                                                        .line = 7,
                                                        .column = 3};
}

static inline void finish(struct wn_space *space) {
    struct wn_diags diags = {.file = "test"};
    if (wn_space_finish(space, &diags) != WN_OK)
        fail_msg("%s", diags.items[0].text);
    wn_diags_free(&diags);
}

// Up to `most` leaves a, in.l, ... with conditions upon one another that never go in a circle;
// parents may sort before or after their children. Only choices and integers where `finite`.
static inline struct wn_space *random_space(struct wn_rng *rng, size_t most, bool finite) {
    static const char *const infinite[] = {"uniform", "log_uniform_values", "q_uniform",
                                           "normal",  "q_log_normal",       "beta"};
    struct wn_space *space = wn_space_new();
    size_t count = 1 + wn_rng_below(rng, most), shift = wn_rng_below(rng, 26);
    char names[26][8];
    for (size_t i = 0; i < count; i++) {
        // A name later in the alphabet for every other parent.
        char letter = (char)('a' + (i * 11 + shift) % 26);
        snprintf(names[i], sizeof names[i], wn_rng_below(rng, 3) ? "%c" : "in.%c", letter);
        if (!finite && wn_rng_below(rng, 3) == 0)
            add_range(space, names[i], infinite[wn_rng_below(rng, 6)], 1, 9);
        else if (wn_rng_below(rng, 3) == 0)
            add_range(space, names[i], "int_uniform", 0, (double)(1 + wn_rng_below(rng, 2)));
        else
            add_choices(space, names[i], wn_rng_below(rng, 5) ? "[0, 1, 2]" : "[1]");
        for (size_t k = 0; i && k < 2; k++) {
            size_t parent = wn_rng_below(rng, i);
            const struct wn_param *above = &space->params[parent];
            if (wn_rng_below(rng, 2) || strcmp(above->dist->name, "categorical") != 0)
                continue;
            add_when(space, names[parent], wn_rng_below(rng, 2) ? "[1]" : "[0, 2]");
        }
    }
    finish(space);
    return space;
}

#endif
