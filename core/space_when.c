// SPDX-License-Identifier: GPL-3.0-or-later
// Conditions: finds the parent each one names, checks that the parent can take the values asked
// for, and orders the leaves so that parents come before their children. A name is looked up like a
// variable: among the siblings first, then outwards to the top.
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/space_private.h"

struct place { // of a condition, for messages
    const struct wn_space *space;
    const struct wn_param *param;
    const struct wn_when *when;
    struct wn_diags *diags;
};

// How far down the condition was written: on the leaf, or on a group around it.
static size_t depth_of(const struct wn_param *param, const struct wn_when *when) {
    return when->depth ? when->depth : param->depth;
}

static void complain(const struct place *place, const struct wn_value *at, const char *text) {
    const struct wn_param *param = place->param;
    struct wn_str path = {0};
    wn_str_add(&path, "parameters");
    for (size_t i = 0; i < depth_of(param, place->when); i++)
        wn_str_addf(&path, ".%s", param->path[i]);
    wn_str_addf(&path, ".when.%s", place->when->parent_name);
    bool placed = at && at->line;
    wn_diag_add(place->diags, WN_ERROR, placed ? at->line : place->when->line,
                placed ? at->column : place->when->column, wn_str_text(&path), "%s", text);
    wn_str_free(&path);
}

// The leaf that a condition's name means, or -1.
static int look_up(const struct wn_space *space, const struct wn_param *param,
                   const struct wn_when *when) {
    const char *name = when->parent_name;
    for (size_t scope = depth_of(param, when); scope-- > 0;) {
        struct wn_str full = {0};
        for (size_t i = 0; i < scope; i++)
            wn_str_addf(&full, "%s.", param->path[i]);
        wn_str_add(&full, name);
        int found = wn_space_index(space, wn_str_text(&full));
        wn_str_free(&full);
        if (found >= 0)
            return found;
    }
    return -1;
}

static void complain_of_parent(const struct place *place) {
    const struct wn_space *space = place->space;
    const char **names = wn_calloc(space->count, sizeof *names);
    for (size_t i = 0; i < space->count; i++)
        names[i] = space->params[i].name;
    const char *close = NULL;
    if (!wn_diags_full(place->diags))
        close = wn_closest(place->when->parent_name, names, space->count);
    char *text = close ? wn_format("there is no parameter %s (did you mean %s?)",
                                   place->when->parent_name, close)
                       : wn_format("there is no parameter %s", place->when->parent_name);
    complain(place, NULL, text);
    free(text);
    free(names);
}

static const char *closest_choice(const struct wn_param *parent, const struct wn_value *value,
                                  const struct wn_diags *diags) {
    const char *close = NULL;
    const char **texts = wn_calloc(parent->args.count, sizeof *texts);
    size_t count = 0;
    for (size_t i = 0; i < parent->args.count; i++)
        if (parent->args.values[i].type == WN_STRING)
            texts[count++] = parent->args.values[i].string.text;
    if (value->type == WN_STRING && !wn_diags_full(diags))
        close = wn_closest(value->string.text, texts, count);
    free(texts);
    return close;
}

static void complain_of_value(const struct place *place, const struct wn_value *value) {
    const struct wn_param *parent = &place->space->params[place->when->parent];
    const char *close = closest_choice(parent, value, place->diags);
    struct wn_str text = {0};
    wn_str_addf(&text, "%s is never ", parent->name);
    wn_value_json(&text, value, WN_JSON_COMPACT);
    if (close)
        wn_str_addf(&text, " (did you mean %s?)", close);
    complain(place, value, wn_str_text(&text));
    wn_str_free(&text);
}

static bool can_be(const struct wn_param *param, const struct wn_value *value) {
    struct wn_scalar scalar;
    uint64_t index;
    return wn_param_fit(param, value, &scalar) == WN_FITS &&
           (wn_param_draws(param, scalar) || wn_param_grid_index(param, value, &index));
}

static bool resolve(const struct place *place, struct wn_when *when) {
    int parent = look_up(place->space, place->param, when);
    if (parent < 0) {
        complain_of_parent(place);
        return false;
    }
    when->parent = (size_t)parent;
    if (when->count == 0)
        complain(place, NULL, "lists no value, so the parameter would never be active");
    for (size_t i = 0; i < when->count; i++)
        if (!can_be(&place->space->params[parent], &when->values[i]))
            complain_of_value(place, &when->values[i]);
    return true;
}

static bool resolve_all(struct wn_space *space, struct wn_diags *diags) {
    bool found = true;
    for (size_t i = 0; i < space->count; i++) {
        struct wn_param *param = &space->params[i];
        for (size_t k = 0; k < param->when_count; k++) {
            struct place place = {space, param, &param->when[k], diags};
            found &= resolve(&place, &param->when[k]);
        }
    }
    return found;
}

// ---- parents before children --------------------------------------------------------------------

struct edges { // conditions as lists by parent: first[parent] -> edge -> next[edge] ...
    size_t *first, *next, *child;
    size_t *missing; // of each leaf: conditions whose parent is not placed yet
};

enum { NONE = -1 };

static void edges_init(struct edges *edges, const struct wn_space *space) {
    size_t total = 0;
    for (size_t i = 0; i < space->count; i++)
        total += space->params[i].when_count;
    edges->first = wn_calloc(space->count, sizeof *edges->first);
    edges->missing = wn_calloc(space->count, sizeof *edges->missing);
    edges->next = wn_calloc(total, sizeof *edges->next);
    edges->child = wn_calloc(total, sizeof *edges->child);
    for (size_t i = 0; i < space->count; i++)
        edges->first[i] = (size_t)NONE;
    for (size_t child = space->count, edge = 0; child-- > 0;)
        for (size_t k = 0; k < space->params[child].when_count; k++, edge++) {
            size_t parent = space->params[child].when[k].parent;
            edges->child[edge] = child;
            edges->next[edge] = edges->first[parent];
            edges->first[parent] = edge;
            edges->missing[child]++;
        }
}

static void edges_free(struct edges *edges) {
    free(edges->first);
    free(edges->next);
    free(edges->child);
    free(edges->missing);
}

// Kahn's algorithm; returns how many leaves could be placed.
static size_t place_leaves(const struct wn_space *space, struct edges *edges) {
    size_t placed = 0;
    for (size_t i = 0; i < space->count; i++)
        if (edges->missing[i] == 0)
            space->topological[placed++] = i;
    for (size_t done = 0; done < placed; done++) {
        size_t edge = edges->first[space->topological[done]];
        for (; edge != (size_t)NONE; edge = edges->next[edge])
            if (--edges->missing[edges->child[edge]] == 0)
                space->topological[placed++] = edges->child[edge];
    }
    return placed;
}

static size_t unplaced_parent(const struct wn_space *space, const struct edges *edges,
                              size_t leaf) {
    const struct wn_param *param = &space->params[leaf];
    size_t k = 0;
    while (edges->missing[param->when[k].parent] == 0)
        k++;
    return param->when[k].parent;
}

// Every leaf that could not be placed has a parent of its kind: going up often enough ends in a
// ring.
static void complain_of_ring(const struct wn_space *space, const struct edges *edges,
                             struct wn_diags *diags) {
    size_t leaf = 0;
    while (edges->missing[leaf] == 0)
        leaf++;
    for (size_t i = 0; i < space->count; i++)
        leaf = unplaced_parent(space, edges, leaf);
    const struct wn_param *param = &space->params[leaf];
    struct wn_str ring = {0};
    size_t at = leaf;
    do {
        at = unplaced_parent(space, edges, at);
        wn_str_addf(&ring, " needs %s", space->params[at].name);
    } while (at != leaf && ring.length < 200);
    char *path = wn_format("parameters.%s.when", param->name);
    wn_diag_add(diags, WN_ERROR, param->line, param->column, path,
                "the conditions go in a circle: %s%s", param->name, wn_str_text(&ring));
    free(path);
    wn_str_free(&ring);
}

void wn_space_resolve(struct wn_space *space, struct wn_diags *diags) {
    space->topological = wn_calloc(space->count, sizeof *space->topological);
    if (!resolve_all(space, diags))
        return;
    struct edges edges;
    edges_init(&edges, space);
    if (place_leaves(space, &edges) < space->count)
        complain_of_ring(space, &edges, diags);
    edges_free(&edges);
}
