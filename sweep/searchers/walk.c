// SPDX-License-Identifier: GPL-3.0-or-later
// An odometer over the leaves, parents before children, so that what a leaf's turn does to later
// ones is only to switch them on and off. Inactive leaves rest at their first value, unmoved.
#include "sweep/searchers/walk.h"

#include <stdlib.h>

#include "core/base/mem.h"

struct wn_walk {
    const struct wn_space *space;
    struct wn_config *config;
};

static double position(const struct wn_param *param, struct wn_scalar scalar) {
    return param->kind == WN_KIND_FLOAT ? scalar.number : (double)scalar.integer;
}

static struct wn_scalar value_at(const struct wn_param *param, double u) {
    return param->dist->quantile(&param->args, u);
}

// The next value of a discrete leaf. The inverse CDF never falls, so halving between the middle of
// this value's interval and 1 finds where the next one begins.
static bool next_value(const struct wn_param *param, struct wn_scalar *scalar) {
    double here = position(param, *scalar);
    double low = param->dist->cdf(&param->args, *scalar), high = 1;
    if (!(position(param, value_at(param, high)) > here))
        return false;
    for (double middle; (middle = low + (high - low) / 2) > low && middle < high;) {
        if (position(param, value_at(param, middle)) > here)
            high = middle;
        else
            low = middle;
    }
    *scalar = value_at(param, high);
    return true;
}

// Puts the leaves from place `from` in the topological order on to their first values.
static void rewind_from(struct wn_walk *walk, size_t from) {
    const struct wn_space *space = walk->space;
    for (size_t i = from; i < space->count; i++) {
        size_t leaf = space->topological[i];
        walk->config->values[leaf] = value_at(&space->params[leaf], 0);
    }
    wn_space_activate(space, walk->config);
}

struct wn_walk *wn_walk_new(const struct wn_space *space) {
    struct wn_walk *walk = wn_calloc(1, sizeof *walk);
    *walk = (struct wn_walk){.space = space, .config = wn_config_new(space)};
    rewind_from(walk, 0);
    return walk;
}

const struct wn_config *wn_walk_at(const struct wn_walk *walk) {
    return walk->config;
}

bool wn_walk_step(struct wn_walk *walk) {
    for (size_t i = walk->space->count; i-- > 0;) {
        size_t leaf = walk->space->topological[i];
        if (walk->config->active[leaf] &&
            next_value(&walk->space->params[leaf], &walk->config->values[leaf])) {
            rewind_from(walk, i + 1);
            return true;
        }
    }
    return false;
}

void wn_walk_free(struct wn_walk *walk) {
    if (!walk)
        return;
    wn_config_free(walk->config);
    free(walk);
}
