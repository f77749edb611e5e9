// SPDX-License-Identifier: GPL-3.0-or-later
// Building a space: leaves are added in any order, then sorted by their paths, name by name in code
// point order, and looked up by their dotted names.
#include "core/space.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/space_private.h"

struct wn_space *wn_space_new(void) {
    return wn_calloc(1, sizeof(struct wn_space));
}

void wn_space_add(struct wn_space *space, struct wn_param *param) {
    *WN_PUSH(space->params, space->count, space->capacity) = *param;
    *param = (struct wn_param){0};
}

// strcmp() on UTF-8 is code point order.
static int compare_paths(const void *a, const void *b) {
    const struct wn_param *left = a, *right = b;
    for (size_t i = 0; i < left->depth && i < right->depth; i++) {
        int order = strcmp(left->path[i], right->path[i]);
        if (order)
            return order;
    }
    return (left->depth > right->depth) - (left->depth < right->depth);
}

static int compare_names(const void *a, const void *b, void *params) {
    const struct wn_param *all = params;
    return strcmp(all[*(const size_t *)a].name, all[*(const size_t *)b].name);
}

static void index_names(struct wn_space *space) {
    space->by_name = wn_calloc(space->count, sizeof *space->by_name);
    for (size_t i = 0; i < space->count; i++)
        space->by_name[i] = i;
    qsort_r(space->by_name, space->count, sizeof *space->by_name, compare_names, space->params);
}

static int compare_choices(const void *a, const void *b) {
    const struct wn_choice *left = a, *right = b;
    return (left->hash > right->hash) - (left->hash < right->hash);
}

static void index_choices(struct wn_param *param) {
    if (param->kind != WN_KIND_CHOICE)
        return;
    param->sorted = wn_calloc(param->args.count, sizeof *param->sorted);
    for (size_t i = 0; i < param->args.count; i++)
        param->sorted[i] = (struct wn_choice){wn_value_hash(&param->args.values[i]), i};
    qsort(param->sorted, param->args.count, sizeof *param->sorted, compare_choices);
}

// A name with a dot may spell the path of a nested one.
static void refuse_twins(const struct wn_space *space, struct wn_diags *diags) {
    for (size_t i = 1; i < space->count; i++) {
        const struct wn_param *param = &space->params[space->by_name[i]];
        if (strcmp(param->name, space->params[space->by_name[i - 1]].name) == 0)
            wn_diag_add(diags, WN_ERROR, param->line, param->column, "parameters",
                        "two parameters are called %s (one nested, one with a dot in its name); "
                        "rename one",
                        param->name);
    }
}

enum wn_status wn_space_finish(struct wn_space *space, struct wn_diags *diags) {
    size_t before = diags->errors;
    if (space->count)
        qsort(space->params, space->count, sizeof *space->params, compare_paths);
    for (size_t i = 0; i < space->count; i++) {
        space->params[i].kind = space->params[i].dist->kind(&space->params[i].args);
        index_choices(&space->params[i]);
    }
    index_names(space);
    refuse_twins(space, diags);
    wn_space_resolve(space, diags);
    return diags->errors > before ? WN_BAD_INPUT : WN_OK;
}

int wn_space_index(const struct wn_space *space, const char *name) {
    size_t low = 0, high = space->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(name, space->params[space->by_name[middle]].name);
        if (order == 0)
            return (int)space->by_name[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return -1;
}

static void clear_values(struct wn_value *values, size_t count) {
    for (size_t i = 0; i < count; i++)
        wn_value_clear(&values[i]);
    free(values);
}

void wn_param_clear(struct wn_param *param) {
    for (size_t i = 0; i < param->depth; i++)
        free(param->path[i]);
    free(param->path);
    free(param->name);
    clear_values(param->args.values, param->args.count);
    free(param->args.probabilities);
    free(param->args.picks);
    free(param->sorted);
    for (size_t i = 0; i < param->when_count; i++) {
        free(param->when[i].parent_name);
        clear_values(param->when[i].values, param->when[i].count);
    }
    free(param->when);
    *param = (struct wn_param){0};
}

static void free_expressions(struct wn_expr **expressions, size_t count) {
    for (size_t i = 0; i < count; i++)
        wn_expr_free(expressions[i]);
    free(expressions);
}

void wn_space_free(struct wn_space *space) {
    if (!space)
        return;
    for (size_t i = 0; i < space->count; i++)
        wn_param_clear(&space->params[i]);
    free(space->params);
    free(space->topological);
    free(space->by_name);
    free_expressions(space->constraints, space->constraint_count);
    free_expressions(space->forbidden, space->forbidden_count);
    free(space);
}
