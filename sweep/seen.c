// SPDX-License-Identifier: GPL-3.0-or-later
// A set of hashes: open addressing, at most half full, 0 marks a free slot (no configuration has
// it).
#include <assert.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/base/rng.h"
#include "sweep/searcher.h"

struct wn_seen {
    uint64_t *slots;
    size_t slot_count, count; // slot_count is a power of two
};

enum { FIRST_SLOTS = 64 };

struct wn_seen *wn_seen_new(void) {
    struct wn_seen *seen = wn_calloc(1, sizeof *seen);
    seen->slot_count = FIRST_SLOTS;
    seen->slots = wn_calloc(seen->slot_count, sizeof *seen->slots);
    return seen;
}

void wn_seen_free(struct wn_seen *seen) {
    if (!seen)
        return;
    free(seen->slots);
    free(seen);
}

// Where the hash is, or the free slot where it belongs.
static uint64_t *slot_of(const struct wn_seen *seen, uint64_t hash) {
    size_t mask = seen->slot_count - 1, at = wn_mix64(hash) & mask;
    while (seen->slots[at] && seen->slots[at] != hash)
        at = (at + 1) & mask;
    return &seen->slots[at];
}

static void grow(struct wn_seen *seen) {
    uint64_t *old = seen->slots;
    size_t old_count = seen->slot_count;
    seen->slot_count *= 2;
    seen->slots = wn_calloc(seen->slot_count, sizeof *seen->slots);
    for (size_t i = 0; i < old_count; i++)
        if (old[i])
            *slot_of(seen, old[i]) = old[i];
    free(old);
}

bool wn_seen_add(struct wn_seen *seen, uint64_t hash) {
    assert(hash);
    uint64_t *slot = slot_of(seen, hash);
    if (*slot)
        return false;
    *slot = hash;
    seen->count++;
    if (seen->count * 2 > seen->slot_count)
        grow(seen);
    return true;
}

bool wn_seen_has(const struct wn_seen *seen, uint64_t hash) {
    return *slot_of(seen, hash) != 0;
}

size_t wn_seen_count(const struct wn_seen *seen) {
    return seen->count;
}
