// SPDX-License-Identifier: GPL-3.0-or-later
// Pairing by sorted keys.
#include "core/compare/pairs.h"

#include <stdlib.h>

#include "core/base/mem.h"

struct keyed {
    uint64_t key;
    size_t unit;
};

static int by_key(const void *left, const void *right) {
    uint64_t a = ((const struct keyed *)left)->key, b = ((const struct keyed *)right)->key;
    return (a > b) - (a < b);
}

// A parameter that has one value throughout A and another throughout B is what is compared: it is
// taken out of the keys.
static uint64_t shares_apart(const struct wn_compare_side *side,
                             const struct wn_compare_side *other) {
    uint64_t sum = 0;
    for (size_t i = 0; i < side->params.count; i++) {
        const struct wn_param_values *param = &side->params.items[i];
        const struct wn_param_values *twin = wn_param_table_find(&other->params, param->name);
        bool apart = !twin || (wn_param_is_constant(&other->params, twin) &&
                               twin->hashes[0] != param->hashes[0]);
        if (apart && wn_param_is_constant(&side->params, param))
            sum += wn_param_share(param);
    }
    return sum;
}

static struct keyed *sorted_keys(const struct wn_compare_side *side,
                                 const struct wn_compare_side *other) {
    uint64_t shares = side->of_trials ? 0 : shares_apart(side, other);
    struct keyed *keys = wn_malloc((side->unit_count + 1) * sizeof *keys);
    for (size_t i = 0; i < side->unit_count; i++)
        keys[i] = (struct keyed){side->units[i].key - shares, i};
    if (side->unit_count)
        qsort(keys, side->unit_count, sizeof *keys, by_key);
    return keys;
}

static bool are_unique(const struct keyed *keys, size_t count) {
    for (size_t i = 1; i < count; i++)
        if (keys[i].key == keys[i - 1].key)
            return false;
    return true;
}

struct couple {
    size_t a, b;
};

static int by_a(const void *left, const void *right) {
    size_t a = ((const struct couple *)left)->a, b = ((const struct couple *)right)->a;
    return (a > b) - (a < b);
}

static void match(const struct keyed *x, size_t xs, const struct keyed *y, size_t ys,
                  struct wn_pairs *pairs) {
    size_t least = xs < ys ? xs : ys, count = 0;
    struct couple *couples = wn_malloc((least + 1) * sizeof *couples);
    for (size_t i = 0, k = 0; i < xs && k < ys;) {
        bool x_first = x[i].key < y[k].key, y_first = y[k].key < x[i].key;
        if (!x_first && !y_first)
            couples[count++] = (struct couple){x[i].unit, y[k].unit};
        i += !y_first;
        k += !x_first;
    }
    if (count == least && count >= 2) {
        qsort(couples, count, sizeof *couples, by_a);
        pairs->count = count;
        pairs->a = wn_malloc(count * sizeof *pairs->a);
        pairs->b = wn_malloc(count * sizeof *pairs->b);
        for (size_t i = 0; i < count; i++) {
            pairs->a[i] = couples[i].a;
            pairs->b[i] = couples[i].b;
        }
    }
    free(couples);
}

void wn_pairs_find(const struct wn_compare_side *a, const struct wn_compare_side *b,
                   struct wn_pairs *pairs) {
    *pairs = (struct wn_pairs){0};
    if (a->of_trials != b->of_trials)
        return;
    struct keyed *x = sorted_keys(a, b), *y = sorted_keys(b, a);
    if (are_unique(x, a->unit_count) && are_unique(y, b->unit_count))
        match(x, a->unit_count, y, b->unit_count, pairs);
    free(x);
    free(y);
}

void wn_pairs_free(struct wn_pairs *pairs) {
    free(pairs->a);
    free(pairs->b);
    *pairs = (struct wn_pairs){0};
}
