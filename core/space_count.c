// SPDX-License-Identifier: GPL-3.0-or-later
// Counts the different active combinations of a space. Leaves that no condition connects multiply;
// within a connected part the topmost leaf is settled, value by value as far as its children tell
// its values apart, and what then remains falls into smaller parts. Counts are exact; beyond 2^53
// and for infinite leaves that can be active they are WN_ENDLESS.
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/space_private.h"

#define MOST (UINT64_C(1) << 53)
enum { MOST_VISITS = 2 * 1000 * 1000 }; // of leaves: some 0.1 s

static uint64_t add(uint64_t a, uint64_t b) {
    return a > MOST || b > MOST || a + b > MOST ? WN_ENDLESS : a + b;
}

static uint64_t multiply(uint64_t a, uint64_t b) {
    uint64_t product;
    if (a == 0 || b == 0)
        return 0;
    return __builtin_mul_overflow(a, b, &product) || product > MOST ? WN_ENDLESS : product;
}

// ---- domains ------------------------------------------------------------------------------------

static int compare_keys(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static void sort_unique(struct wn_matches *matches) {
    if (matches->count == 0)
        return;
    qsort(matches->keys, matches->count, sizeof *matches->keys, compare_keys);
    size_t kept = 1;
    for (size_t i = 1; i < matches->count; i++)
        if (matches->keys[i] != matches->keys[kept - 1])
            matches->keys[kept++] = matches->keys[i];
    matches->count = kept;
}

static struct wn_matches match(const struct wn_space *space, const struct wn_when *when,
                               wn_key_of *key) {
    struct wn_matches matches = {.keys = wn_calloc(when->count, sizeof *matches.keys)};
    for (size_t i = 0; i < when->count; i++)
        if (key(&space->params[when->parent], &when->values[i], &matches.keys[matches.count]))
            matches.count++;
    sort_unique(&matches);
    return matches;
}

void wn_domains_init(struct wn_domains *domains, const struct wn_space *space, wn_size_of *size,
                     wn_key_of *key) {
    domains->space = space;
    domains->sizes = wn_calloc(space->count, sizeof *domains->sizes);
    domains->matches = wn_calloc(space->count, sizeof *domains->matches);
    for (size_t i = 0; i < space->count; i++) {
        const struct wn_param *param = &space->params[i];
        uint64_t values = size(param);
        domains->sizes[i] = values && values <= MOST ? values : WN_ENDLESS;
        domains->matches[i] = wn_calloc(param->when_count, sizeof **domains->matches);
        for (size_t k = 0; k < param->when_count; k++)
            domains->matches[i][k] = match(space, &param->when[k], key);
    }
}

void wn_domains_free(struct wn_domains *domains) {
    if (!domains->space)
        return;
    for (size_t i = 0; i < domains->space->count; i++) {
        for (size_t k = 0; k < domains->space->params[i].when_count; k++)
            free(domains->matches[i][k].keys);
        free(domains->matches[i]);
    }
    free(domains->matches);
    free(domains->sizes);
}

bool wn_matches_have(const struct wn_matches *matches, uint64_t key) {
    return matches->count && bsearch(&key, matches->keys, matches->count, sizeof key, compare_keys);
}

// ---- counting -----------------------------------------------------------------------------------

enum state {
    OPEN,
    OFF,
    ON,
    ON_OTHER
}; // ON: has the value in `keys`; ON_OTHER: one nobody asks for

struct counter {
    const struct wn_domains *domains;
    enum state *states;
    uint64_t *keys;
    size_t *up;      // union-find over leaves: towards the one that stands for the part
    uint64_t visits; // of leaves so far
};

struct member {
    size_t leaf, part, order;
};

// Leaves, parents before children; within one call sorted into parts.
struct members {
    struct member *items;
    size_t count;
};

static uint64_t count_all(struct counter *counter, struct members leaves);

static bool meets(const struct counter *counter, size_t leaf, size_t condition) {
    size_t parent = counter->domains->space->params[leaf].when[condition].parent;
    return counter->states[parent] == ON &&
           wn_matches_have(&counter->domains->matches[leaf][condition], counter->keys[parent]);
}

// Whether a settled parent switches the leaf off. Open parents do not, yet.
static bool is_off(const struct counter *counter, size_t leaf) {
    const struct wn_param *param = &counter->domains->space->params[leaf];
    for (size_t k = 0; k < param->when_count; k++)
        if (counter->states[param->when[k].parent] != OPEN && !meets(counter, leaf, k))
            return true;
    return false;
}

static size_t part_of(struct counter *counter, size_t leaf) {
    while (counter->up[leaf] != leaf)
        leaf = counter->up[leaf] = counter->up[counter->up[leaf]];
    return leaf;
}

static void join_parents(struct counter *counter, size_t leaf) {
    const struct wn_param *param = &counter->domains->space->params[leaf];
    for (size_t k = 0; k < param->when_count; k++)
        if (counter->states[param->when[k].parent] == OPEN)
            counter->up[part_of(counter, param->when[k].parent)] = leaf;
}

static int compare_members(const void *a, const void *b) {
    const struct member *x = a, *y = b;
    if (x->part != y->part)
        return x->part < y->part ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

// Switches off what can be and sorts the rest by connected parts.
static struct members split(struct counter *counter, struct members leaves) {
    struct members open = {.items = wn_calloc(leaves.count, sizeof *open.items)};
    for (size_t i = 0; i < leaves.count; i++) {
        size_t leaf = leaves.items[i].leaf;
        counter->up[leaf] = leaf;
        if (is_off(counter, leaf)) {
            counter->states[leaf] = OFF;
            continue;
        }
        join_parents(counter, leaf);
        open.items[open.count] = (struct member){.leaf = leaf, .order = open.count};
        open.count++;
    }
    for (size_t i = 0; i < open.count; i++)
        open.items[i].part = part_of(counter, open.items[i].leaf);
    qsort(open.items, open.count, sizeof *open.items, compare_members);
    return open;
}

// What conditions of `rest` ask of `leaf`, as one set.
static struct wn_matches asked_for(const struct counter *counter, size_t leaf,
                                   struct members rest) {
    struct wn_matches all = {0};
    size_t capacity = 0;
    for (size_t i = 0; i < rest.count; i++) {
        size_t child = rest.items[i].leaf;
        const struct wn_param *param = &counter->domains->space->params[child];
        for (size_t k = 0; k < param->when_count; k++) {
            const struct wn_matches *one = &counter->domains->matches[child][k];
            for (size_t m = 0; param->when[k].parent == leaf && m < one->count; m++)
                *WN_PUSH(all.keys, all.count, capacity) = one->keys[m];
        }
    }
    sort_unique(&all);
    return all;
}

// A connected part: its first leaf has no open parent, so it is active whatever comes.
static uint64_t count_part(struct counter *counter, struct members part) {
    size_t leaf = part.items[0].leaf;
    struct members rest = {part.items + 1, part.count - 1};
    uint64_t size = counter->domains->sizes[leaf], total = 0;
    if (size == WN_ENDLESS || rest.count == 0)
        return size;
    struct wn_matches asked = asked_for(counter, leaf, rest);
    counter->states[leaf] = ON;
    for (size_t i = 0; i < asked.count && total != WN_ENDLESS; i++) {
        counter->keys[leaf] = asked.keys[i];
        total = add(total, count_all(counter, rest));
    }
    counter->states[leaf] = ON_OTHER;
    if (size > asked.count && total != WN_ENDLESS)
        total = add(total, multiply(size - asked.count, count_all(counter, rest)));
    counter->states[leaf] = OPEN;
    free(asked.keys);
    return total;
}

static uint64_t count_all(struct counter *counter, struct members leaves) {
    counter->visits += leaves.count;
    if (counter->visits > MOST_VISITS)
        return WN_ENDLESS;
    struct members open = split(counter, leaves);
    uint64_t total = 1;
    for (size_t first = 0, end; first < open.count && total != WN_ENDLESS; first = end) {
        for (end = first + 1; end < open.count && open.items[end].part == open.items[first].part;)
            end++;
        total =
            multiply(total, count_part(counter, (struct members){open.items + first, end - first}));
    }
    for (size_t i = 0; i < leaves.count; i++)
        counter->states[leaves.items[i].leaf] = OPEN;
    free(open.items);
    return total;
}

uint64_t wn_domains_count(const struct wn_domains *domains) {
    size_t count = domains->space->count;
    struct counter counter = {
        .domains = domains,
        .states = wn_calloc(count, sizeof *counter.states),
        .keys = wn_calloc(count, sizeof *counter.keys),
        .up = wn_calloc(count, sizeof *counter.up),
    };
    struct members all = {wn_calloc(count, sizeof *all.items), count};
    for (size_t i = 0; i < count; i++)
        all.items[i].leaf = domains->space->topological[i];
    uint64_t total = count_all(&counter, all);
    free(all.items);
    free(counter.states);
    free(counter.keys);
    free(counter.up);
    return total == WN_ENDLESS ? 0 : total;
}

// ---- cardinality --------------------------------------------------------------------------------

static uint64_t different_values(const struct wn_param *param) {
    return param->dist->cardinality(&param->args);
}

// A discrete value is its own key. (Those of an infinite leaf are never looked at.)
static bool drawn_key(const struct wn_param *param, const struct wn_value *value, uint64_t *key) {
    struct wn_scalar x;
    if (wn_param_fit(param, value, &x) != WN_FITS)
        return false;
    memcpy(key, &x, sizeof *key);
    return wn_param_draws(param, x);
}

uint64_t wn_space_cardinality(const struct wn_space *space) {
    struct wn_domains domains;
    wn_domains_init(&domains, space, different_values, drawn_key);
    uint64_t count = wn_domains_count(&domains);
    wn_domains_free(&domains);
    return count;
}
