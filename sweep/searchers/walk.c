// SPDX-License-Identifier: GPL-3.0-or-later
// An odometer over the leaves, parents before children, so that what a leaf's turn does to later
// ones is only to switch them on and off. Inactive leaves rest at their first value, unmoved.
#include "sweep/searchers/walk.h"

#include <stdlib.h>

#include "core/base/mem.h"
#include "sweep/searchers/levels.h"

struct wn_walk {
    const struct wn_space *space;
    struct wn_config *config;
};

// Puts the leaves from place `from` in the topological order on to their first values.
static void rewind_from(struct wn_walk *walk, size_t from) {
    const struct wn_space *space = walk->space;
    for (size_t i = from; i < space->count; i++) {
        size_t leaf = space->topological[i];
        walk->config->values[leaf] = wn_level_first(&space->params[leaf]);
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
            wn_level_next(&walk->space->params[leaf], &walk->config->values[leaf])) {
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
