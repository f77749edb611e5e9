// SPDX-License-Identifier: GPL-3.0-or-later
// The permutation test of two means. The sum over the smaller side decides everything, so a random
// split is a partial shuffle of as many values.
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/rng.h"
#include "core/stats/resample.h"

enum { BLOCK = 512 };

struct splits {
    double *pool;         // both samples, the smaller one first, less their common mean
    size_t count, chosen; // of all values, of the smaller side
    double seen, slack;   // sum over the smaller side; sums as near as this are equal
    size_t all, low, high, far;
};

static void judge(struct splits *splits, double sum) {
    splits->all++;
    splits->low += sum <= splits->seen + splits->slack;
    splits->high += sum >= splits->seen - splits->slack;
    splits->far += fabs(sum) >= fabs(splits->seen) - splits->slack;
}

// ---- all of them --------------------------------------------------------------------------------

// Adds every way to choose `left` more values from `from` on.
static void choose(struct splits *splits, size_t from, size_t left, double sum) {
    if (left == 0) {
        judge(splits, sum);
        return;
    }
    for (size_t i = from; i + left <= splits->count; i++)
        choose(splits, i + 1, left - 1, sum + splits->pool[i]);
}

// Whether there are at most `most` splits.
static bool are_few(size_t count, size_t chosen, size_t most) {
    double ways = 1;
    for (size_t i = 1; i <= chosen && ways <= (double)most; i++)
        ways *= (double)(count - chosen + i) / (double)i;
    return ways <= (double)most + 0.5;
}

// ---- random ones --------------------------------------------------------------------------------

// Steps are drawn a block at a time, so that the processor can fetch ahead.
static double shuffled_sum(struct splits *splits, struct wn_rng *rng) {
    uint32_t steps[BLOCK];
    double sum = 0, *pool = splits->pool;
    for (size_t i = 0, take; i < splits->chosen; i += take) {
        take = splits->chosen - i < BLOCK ? splits->chosen - i : BLOCK;
        wn_rng_falling(rng, (uint32_t)(splits->count - i), steps, take);
        for (size_t k = 0; k < take; k++) {
            double *other = &pool[i + k + steps[k]], taken = *other;
            *other = pool[i + k];
            pool[i + k] = taken;
            sum += taken;
        }
    }
    return sum;
}

// ---- the test -----------------------------------------------------------------------------------

static struct splits splits_new(const struct wn_sample *small, const struct wn_sample *large) {
    struct splits splits = {.count = small->count + large->count, .chosen = small->count};
    splits.pool = wn_malloc(splits.count * sizeof *splits.pool);
    memcpy(splits.pool, small->values, small->count * sizeof *splits.pool);
    memcpy(splits.pool + small->count, large->values, large->count * sizeof *splits.pool);
    double mean = wn_moments_of(splits.pool, splits.count).mean, size = 0;
    for (size_t i = 0; i < splits.count; i++) {
        splits.pool[i] -= mean;
        size += fabs(splits.pool[i]);
        splits.seen += i < splits.chosen ? splits.pool[i] : 0;
    }
    splits.slack = 8 * DBL_EPSILON * (size + fabs(mean));
    return splits;
}

enum wn_status wn_permutation(const struct wn_sample *x, const struct wn_sample *y,
                              size_t resamples, uint64_t seed, struct wn_permutation *test,
                              struct wn_err *err) {
    *test = (struct wn_permutation){0};
    if (x->count == 0 || y->count == 0)
        return wn_fail(err, WN_NO, "no values in %s", x->count == 0 ? "x" : "y");
    if (x->count + y->count > UINT32_MAX)
        return wn_fail(err, WN_BAD_INPUT, "more than 4 billion values");
    bool swapped = x->count > y->count;
    struct splits splits = splits_new(swapped ? y : x, swapped ? x : y);
    test->diff = wn_moments_of(x->values, x->count).mean - wn_moments_of(y->values, y->count).mean;
    test->exact = are_few(splits.count, splits.chosen, resamples);
    if (test->exact) {
        choose(&splits, 0, splits.chosen, 0);
    } else {
        struct wn_rng rng = wn_rng_new(seed, 0);
        judge(&splits, splits.seen);
        for (size_t i = 0; i < resamples; i++)
            judge(&splits, shuffled_sum(&splits, &rng));
    }
    test->count = (double)splits.all;
    test->p = (double)splits.far / test->count;
    test->p_less = (double)(swapped ? splits.high : splits.low) / test->count;
    test->p_greater = (double)(swapped ? splits.low : splits.high) / test->count;
    free(splits.pool);
    return WN_OK;
}
