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

// The next choice from `index` on that can come at all; a list may hold one twice, so that the
// inverse CDF tells nothing about the order.
static bool next_choice(const struct wn_param *param, int64_t index, struct wn_scalar *scalar) {
    for (; index < (int64_t)param->args.count; index++) {
        struct wn_scalar choice = {.integer = index};
        if (value_at(param, param->dist->cdf(&param->args, choice)).integer == index) {
            *scalar = choice;
            return true;
        }
    }
    return false;
}

static struct wn_scalar first_value(const struct wn_param *param) {
    struct wn_scalar scalar = value_at(param, 0);
    if (param->kind == WN_KIND_CHOICE)
        next_choice(param, 0, &scalar);
    return scalar;
}

// The next value of a discrete leaf. The inverse CDF of numbers never falls, so halving between the
// middle of this value's interval and 1 finds where the next one begins.
static bool next_value(const struct wn_param *param, struct wn_scalar *scalar) {
    if (param->kind == WN_KIND_CHOICE)
        return next_choice(param, scalar->integer + 1, scalar);
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
        walk->config->values[leaf] = first_value(&space->params[leaf]);
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
