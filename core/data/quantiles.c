// SPDX-License-Identifier: GPL-3.0-or-later
// Invariants: the weights of all values add up to `count`; levels above 0 are sorted.
#include "core/data/quantiles.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

enum { LEAST_CAPACITY = 64 };

struct wn_quantiles wn_quantiles_new(size_t all_upto) {
    return (struct wn_quantiles){
        .level_count = 1, .all_upto = all_upto, .coin = wn_rng_new(all_upto, 0x6b6c6c)};
}

void wn_quantiles_free(struct wn_quantiles *sketch) {
    for (int h = 0; h < WN_QUANTILES_LEVELS; h++)
        free(sketch->levels[h].values);
    *sketch = (struct wn_quantiles){0};
}

// The bottom level is a buffer that is worth sorting; above it capacities fall by 2/3 downward from
// the top, as in the paper.
static size_t capacity_of(const struct wn_quantiles *sketch, int level) {
    double share = pow(2.0 / 3, sketch->level_count - 1 - level);
    size_t capacity = (size_t)ceil(WN_QUANTILES_K * share);
    if (level == 0)
        return WN_QUANTILES_K;
    return capacity > LEAST_CAPACITY ? capacity : LEAST_CAPACITY;
}

// Takes `count` sorted values, every `step`-th of them, into a sorted level.
static void merge_up(struct wn_quantiles_level *level, const double *from, size_t count,
                     size_t step) {
    size_t added = (count + step - 1) / step, i = level->count, j = added;
    wn_grow(&level->values, &level->capacity, i + added, sizeof *level->values);
    for (size_t to = i + added; j > 0; to--) {
        double value = from[(j - 1) * step];
        bool own = i > 0 && level->values[i - 1] > value;
        level->values[to - 1] = own ? level->values[--i] : value;
        j -= !own;
    }
    level->count += added;
}

// Passes every second value of a level up. An odd one out stays.
static void compact(struct wn_quantiles *sketch, int h) {
    struct wn_quantiles_level *level = &sketch->levels[h];
    assert(h + 1 < WN_QUANTILES_LEVELS);
    if (h == 0)
        wn_sort(level->values, level->count);
    size_t odd = level->count & 1, pairs = level->count / 2;
    size_t first = odd + (wn_rng_next(&sketch->coin) >> 63);
    if (h + 1 == sketch->level_count)
        sketch->level_count++;
    merge_up(&sketch->levels[h + 1], level->values + first, 2 * pairs - (first - odd), 2);
    level->count = odd;
    sketch->kept -= pairs;
    sketch->squares += ldexp(1, 2 * h);
}

static void compact_full(struct wn_quantiles *sketch) {
    for (int h = 0; h < sketch->level_count; h++)
        if (sketch->levels[h].count >= capacity_of(sketch, h) && sketch->levels[h].count > 1)
            compact(sketch, h);
}

static void add_at(struct wn_quantiles *sketch, int h, double value) {
    struct wn_quantiles_level *level = &sketch->levels[h];
    sketch->level_count = h < sketch->level_count ? sketch->level_count : h + 1;
    if (h > 0) {
        merge_up(level, &value, 1, 1);
    } else {
        wn_grow(&level->values, &level->capacity, level->count + 1, sizeof *level->values);
        level->values[level->count++] = value;
    }
    sketch->kept++;
}

// Once there are too many the buffer becomes a sketch by and by: it is what compact() is made for.
static void settle(struct wn_quantiles *sketch) {
    if (sketch->count <= sketch->all_upto)
        return;
    struct wn_quantiles_level *level = &sketch->levels[0];
    if (level->capacity > 4 * (size_t)WN_QUANTILES_K) { // the buffer of all values
        struct wn_quantiles_level all = *level;
        *level = (struct wn_quantiles_level){0};
        sketch->kept -= all.count;
        for (size_t i = 0; i < all.count; i++) {
            add_at(sketch, 0, all.values[i]);
            if (level->count >= WN_QUANTILES_K)
                compact_full(sketch);
        }
        free(all.values);
    }
    if (level->count >= WN_QUANTILES_K)
        compact_full(sketch);
}

void wn_quantiles_add(struct wn_quantiles *sketch, double value) {
    add_at(sketch, 0, value);
    sketch->count++;
    settle(sketch);
}

void wn_quantiles_add_many(struct wn_quantiles *sketch, double value, uint64_t times) {
    sketch->count += times;
    if (sketch->count <= sketch->all_upto) {
        for (uint64_t i = 0; i < times; i++)
            add_at(sketch, 0, value);
        return;
    }
    for (int h = 0; times >> h; h++)
        if (times >> h & 1)
            add_at(sketch, h, value);
    settle(sketch);
    compact_full(sketch);
}

void wn_quantiles_merge(struct wn_quantiles *sketch, const struct wn_quantiles *other) {
    sketch->count += other->count;
    sketch->squares += other->squares;
    if (sketch->level_count < other->level_count)
        sketch->level_count = other->level_count;
    for (int h = 0; h < other->level_count; h++) {
        const struct wn_quantiles_level *level = &other->levels[h];
        for (size_t i = 0; i < level->count && h == 0; i++)
            add_at(sketch, 0, level->values[i]);
        if (h > 0 && level->count) {
            merge_up(&sketch->levels[h], level->values, level->count, 1);
            sketch->kept += level->count;
        }
    }
    settle(sketch);
    if (sketch->count > sketch->all_upto)
        compact_full(sketch);
}

void wn_quantiles_shrink(struct wn_quantiles *sketch) {
    sketch->all_upto = 3 * (size_t)WN_QUANTILES_K;
    settle(sketch);
}

// ---- reading it ---------------------------------------------------------------------------------

struct weighted {
    double value;
    size_t weight;
};

static int by_value(const void *a, const void *b) {
    double x = ((const struct weighted *)a)->value, y = ((const struct weighted *)b)->value;
    return (x > y) - (x < y);
}

struct wn_sample wn_quantiles_sample(const struct wn_quantiles *sketch) {
    struct wn_sample sample = {.values = wn_malloc((sketch->kept + 1) * sizeof(double)),
                               .count = sketch->kept};
    if (sketch->kept == sketch->count) {
        if (sketch->kept)
            memcpy(sample.values, sketch->levels[0].values, sketch->kept * sizeof(double));
        wn_sort(sample.values, sample.count);
        return sample;
    }
    struct weighted *all = wn_malloc(sketch->kept * sizeof *all);
    size_t count = 0;
    for (int h = 0; h < sketch->level_count; h++)
        for (size_t i = 0; i < sketch->levels[h].count; i++)
            all[count++] = (struct weighted){sketch->levels[h].values[i], (size_t)1 << h};
    assert(count == sketch->kept);
    qsort(all, count, sizeof *all, by_value);
    sample.weights = wn_malloc(count * sizeof *sample.weights);
    for (size_t i = 0; i < count; i++) {
        sample.values[i] = all[i].value;
        sample.weights[i] = all[i].weight;
    }
    free(all);
    return sample;
}

double wn_quantiles_error(const struct wn_quantiles *sketch) {
    const double ways = 2e4; // 2 / delta
    if (sketch->squares == 0 || sketch->count == 0)
        return 0;
    return fmin(sqrt(2 * sketch->squares * log(ways)) / (double)sketch->count, 1);
}
