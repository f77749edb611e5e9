// SPDX-License-Identifier: GPL-3.0-or-later
// Invariant: nothing that the walk has passed is fresh, or ever will be. So the walk needs no
// replaying: started anew over the same configurations noted, it comes to stand at the same place.
#include "sweep/searchers/fresh.h"

#include <stdlib.h>

#include "core/base/mem.h"
#include "sweep/searchers/walk.h"

enum {
    MOST_TRIES = 100000,
    TRIES_PER_POINT = 64,      // in a small space: its rarer points get their chance, too
    MOST_DISALLOWED = 1 << 20, // passed in a row, about a second: then nothing is left
};

struct wn_fresh {
    const struct wn_space *space;
    struct wn_seen *seen;
    uint64_t cardinality; // 0: infinite
    struct wn_walk *walk; // NULL: not begun
    bool walked;          // to the end
};

struct wn_fresh *wn_fresh_new(const struct wn_space *space) {
    struct wn_fresh *fresh = wn_calloc(1, sizeof *fresh);
    *fresh = (struct wn_fresh){
        .space = space,
        .seen = wn_seen_new(),
        .cardinality = wn_space_cardinality(space),
    };
    return fresh;
}

void wn_fresh_free(struct wn_fresh *fresh) {
    wn_seen_free(fresh->seen);
    wn_walk_free(fresh->walk);
    free(fresh);
}

int64_t wn_fresh_tries(const struct wn_fresh *fresh) {
    bool small = fresh->cardinality && fresh->cardinality < MOST_TRIES / TRIES_PER_POINT;
    return small ? (int64_t)fresh->cardinality * TRIES_PER_POINT : MOST_TRIES;
}

static bool is_out(const struct wn_fresh *fresh, const struct wn_config *config) {
    return wn_seen_has(fresh->seen, wn_space_hash(fresh->space, config));
}

bool wn_fresh_is(const struct wn_fresh *fresh, const struct wn_config *config) {
    return !is_out(fresh, config) && wn_space_allows(fresh->space, config);
}

void wn_fresh_note(struct wn_fresh *fresh, const struct wn_config *config) {
    wn_seen_add(fresh->seen, wn_space_hash(fresh->space, config));
}

static void copy_config(const struct wn_space *space, struct wn_config *to,
                        const struct wn_config *from) {
    for (size_t i = 0; i < space->count; i++) {
        to->values[i] = from->values[i];
        to->active[i] = from->active[i];
    }
}

bool wn_fresh_find(struct wn_fresh *fresh, struct wn_config *config) {
    if (!fresh->cardinality)
        return false;
    if (!fresh->walk)
        fresh->walk = wn_walk_new(fresh->space);
    for (int64_t disallowed = 0; !fresh->walked && disallowed < MOST_DISALLOWED;) {
        const struct wn_config *here = wn_walk_at(fresh->walk);
        bool out = is_out(fresh, here);
        if (!out && wn_space_allows(fresh->space, here)) {
            copy_config(fresh->space, config, here);
            return true;
        }
        disallowed = out ? 0 : disallowed + 1;
        fresh->walked = !wn_walk_step(fresh->walk);
    }
    return false;
}
