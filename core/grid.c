// SPDX-License-Identifier: GPL-3.0-or-later
// The grid in W&B's order: indices of leaves in lexicographic order, the last leaf fastest. Index
// vectors that differ only in inactive leaves are one point: the one where those are 0. So a leaf
// above 0 asks its parents for values that switch it on, and they theirs; since all these demands
// are for one leaf's value each, they tell at once whether a begun vector can be completed, and no
// search ever runs into a dead end.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/space_private.h"

struct demand { // that `child`, if it is active, makes of a parent through one of its conditions
    size_t child;
    const struct wn_matches *matches; // indices of the parent that satisfy it
};

struct demands {
    struct demand *items;
    size_t count, capacity;
};

struct wn_grid {
    const struct wn_space *space;
    struct wn_domains domains;
    struct demands *demands; // upon each leaf
    uint64_t *index;         // of each leaf's value
    bool *needed;            // scratch: must be active for the begun vector to stand
    bool started, ended, conditional;
};

// ---- leaves that a grid can walk ----------------------------------------------------------------

static uint64_t grid_size(const struct wn_param *param) {
    return param->dist->grid_count(&param->args);
}

static double grid_number(const struct wn_param *param, uint64_t index) {
    struct wn_scalar x = param->dist->grid_value(&param->args, index);
    return param->kind == WN_KIND_FLOAT ? x.number : (double)x.integer;
}

// Numbers rise with their index.
bool wn_param_grid_index(const struct wn_param *param, const struct wn_value *value,
                         uint64_t *index) {
    struct wn_scalar scalar;
    double number;
    if (!param->dist->grid || !grid_size(param) || wn_param_fit(param, value, &scalar) != WN_FITS)
        return false;
    *index = (uint64_t)scalar.integer;
    if (param->kind == WN_KIND_CHOICE)
        return true;
    if (!wn_value_number(value, &number))
        return false;
    uint64_t low = 0, high = grid_size(param) - 1;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (grid_number(param, middle) < number)
            low = middle + 1;
        else
            high = middle;
    }
    *index = low;
    return grid_number(param, low) == number;
}

static void refuse(const struct wn_param *param, struct wn_diags *diags) {
    char *path = wn_format("parameters.%s", param->name);
    wn_diag_add(diags, WN_ERROR, param->line, param->column, path,
                "a grid cannot enumerate %s; give values, whole min and max, or q_uniform",
                param->dist->name);
    free(path);
}

// The steps of such a grid would be no integers, which all values of the leaf are.
static bool starts_between(const struct wn_param *param) {
    bool stepped = (param->dist->optional & WN_KEY_Q) && param->kind == WN_KIND_INT;
    return stepped && param->args.min != floor(param->args.min);
}

static void refuse_start(const struct wn_param *param, struct wn_diags *diags) {
    char *path = wn_format("parameters.%s.q", param->name);
    wn_diag_add(diags, WN_ERROR, param->line, param->column, path,
                "is an integer, but a grid would start at min = %g; write q as %g.0",
                param->args.min, param->args.q);
    free(path);
}

static bool all_enumerable(const struct wn_space *space, struct wn_diags *diags) {
    size_t before = diags->errors;
    for (size_t i = 0; i < space->count; i++) {
        const struct wn_param *param = &space->params[i];
        if (!param->dist->grid)
            refuse(param, diags);
        else if (starts_between(param))
            refuse_start(param, diags);
    }
    return diags->errors == before;
}

static void note_demands(struct wn_grid *grid, size_t child) {
    const struct wn_param *param = &grid->space->params[child];
    for (size_t k = 0; k < param->when_count; k++) {
        struct demands *upon = &grid->demands[param->when[k].parent];
        *WN_PUSH(upon->items, upon->count, upon->capacity) =
            (struct demand){child, &grid->domains.matches[child][k]};
        grid->conditional = true;
    }
}

enum wn_status wn_grid_new(const struct wn_space *space, struct wn_grid **grid,
                           struct wn_diags *diags) {
    *grid = NULL;
    if (!all_enumerable(space, diags))
        return WN_BAD_INPUT;
    struct wn_grid *new = wn_calloc(1, sizeof *new);
    new->space = space;
    wn_domains_init(&new->domains, space, grid_size, wn_param_grid_index);
    new->demands = wn_calloc(space->count, sizeof *new->demands);
    new->index = wn_calloc(space->count, sizeof *new->index);
    new->needed = wn_calloc(space->count, sizeof *new->needed);
    for (size_t i = 0; i < space->count; i++)
        note_demands(new, i);
    *grid = new;
    return WN_OK;
}

void wn_grid_free(struct wn_grid *grid) {
    if (!grid)
        return;
    for (size_t i = 0; i < grid->space->count; i++)
        free(grid->demands[i].items);
    free(grid->demands);
    free(grid->index);
    free(grid->needed);
    wn_domains_free(&grid->domains);
    free(grid);
}

uint64_t wn_grid_count(const struct wn_grid *grid) {
    return wn_domains_count(&grid->domains);
}

// ---- walking ------------------------------------------------------------------------------------

static bool meets_demands(const struct wn_grid *grid, size_t leaf, uint64_t index) {
    const struct demands *upon = &grid->demands[leaf];
    for (size_t i = 0; i < upon->count; i++)
        if (grid->needed[upon->items[i].child] && !wn_matches_have(upon->items[i].matches, index))
            return false;
    return true;
}

static const struct wn_matches *first_demand(const struct wn_grid *grid, size_t leaf) {
    const struct demands *upon = &grid->demands[leaf];
    for (size_t i = 0; i < upon->count; i++)
        if (grid->needed[upon->items[i].child])
            return upon->items[i].matches;
    return NULL;
}

// The smallest index from `from` on that all demands upon the leaf allow.
static bool next_index(const struct wn_grid *grid, size_t leaf, uint64_t from, uint64_t *index) {
    const struct wn_matches *asked = first_demand(grid, leaf);
    *index = from;
    if (!asked)
        return from < grid->domains.sizes[leaf];
    for (size_t i = 0; i < asked->count; i++)
        if (asked->keys[i] >= from && meets_demands(grid, leaf, asked->keys[i])) {
            *index = asked->keys[i];
            return true;
        }
    return false;
}

static void need(struct wn_grid *grid, size_t leaf) {
    const struct wn_param *param = &grid->space->params[leaf];
    for (size_t k = 0; k < param->when_count; k++)
        grid->needed[param->when[k].parent] = true;
}

// Fills `needed` from leaves 0..settled-1, children first, so that demands spread upwards; true
// where the remaining leaves can be chosen so that all demands are met.
static bool can_stand(struct wn_grid *grid, size_t settled) {
    uint64_t ignored;
    if (!grid->conditional)
        return true;
    for (size_t i = 0; i < grid->space->count; i++)
        grid->needed[i] = i < settled && grid->index[i] > 0;
    for (size_t i = grid->space->count; i-- > 0;) {
        size_t leaf = grid->space->topological[i];
        bool met = leaf < settled ? meets_demands(grid, leaf, grid->index[leaf])
                                  : next_index(grid, leaf, 0, &ignored);
        if (!met)
            return false;
        if (grid->needed[leaf])
            need(grid, leaf);
    }
    return true;
}

// Settles leaf after leaf at its smallest possible index.
static void fill(struct wn_grid *grid, size_t from) {
    for (size_t leaf = from; leaf < grid->space->count; leaf++) {
        grid->index[leaf] = 0;
        if (!can_stand(grid, leaf + 1) && can_stand(grid, leaf))
            next_index(grid, leaf, 0, &grid->index[leaf]);
    }
}

// Raises one leaf, the earlier ones staying as they are; false where it is at its last index.
static bool raise(struct wn_grid *grid, size_t leaf) {
    uint64_t old = grid->index[leaf];
    bool stands = can_stand(grid, leaf) && next_index(grid, leaf, old + 1, &grid->index[leaf]) &&
                  can_stand(grid, leaf + 1);
    if (!stands)
        grid->index[leaf] = old;
    return stands;
}

static bool advance(struct wn_grid *grid) {
    for (size_t leaf = grid->space->count; leaf-- > 0;)
        if (raise(grid, leaf)) {
            fill(grid, leaf + 1);
            return true;
        }
    return false;
}

bool wn_grid_next(struct wn_grid *grid, struct wn_config *config) {
    grid->ended = grid->ended || (grid->started && !advance(grid));
    if (grid->ended)
        return false;
    grid->started = true;
    for (size_t i = 0; i < grid->space->count; i++) {
        const struct wn_param *param = &grid->space->params[i];
        config->values[i] = param->dist->grid_value(&param->args, grid->index[i]);
    }
    wn_space_activate(grid->space, config);
    return true;
}
