// SPDX-License-Identifier: GPL-3.0-or-later
// How numbers are distributed, in bounded memory: all of them while they are few, then the sketch
// of Karnin, Lang and Liberty, Optimal quantile approximation in streams (2016): level h holds
// values that stand for 2^h each, and a level that is full passes every second of its sorted values
// up. Which of the two is a coin's choice, so that errors of ranks have mean 0; the squares of
// their bounds add up, and by Hoeffding's inequality that bounds the error of every rank.
#ifndef WN_DATA_QUANTILES_H
#define WN_DATA_QUANTILES_H

#include <stdint.h>

#include "core/base/rng.h"
#include "core/stats/sample.h"

enum { WN_QUANTILES_LEVELS = 48, WN_QUANTILES_K = 2048, WN_QUANTILES_ALL = 200000 };

struct wn_quantiles {
    struct wn_quantiles_level {
        double *values; // sorted, but those of level 0
        size_t count, capacity;
    } levels[WN_QUANTILES_LEVELS];
    int level_count;
    uint64_t count;  // of all that was added
    size_t kept;     // values in all levels
    size_t all_upto; // so many are kept as they are
    double squares;  // of the weights of all compactions
    struct wn_rng coin;
};

// Keeps the first `all_upto` values as they are.
struct wn_quantiles wn_quantiles_new(size_t all_upto);
void wn_quantiles_add(struct wn_quantiles *sketch, double value);
void wn_quantiles_add_many(struct wn_quantiles *sketch, double value, uint64_t times);
void wn_quantiles_merge(struct wn_quantiles *sketch, const struct wn_quantiles *other);
// No more values than a sketch needs: what a profile saves.
void wn_quantiles_shrink(struct wn_quantiles *sketch);
// The values upward, with how many each stands for where they are not one each. wn_quantiles_free()
// does not release it: wn_sample_free_weighted() does.
struct wn_sample wn_quantiles_sample(const struct wn_quantiles *sketch);
// By how much a share of values below any number may be off, all shares at once, but with
// probability 1e-4; 0: all values are there.
double wn_quantiles_error(const struct wn_quantiles *sketch);
void wn_quantiles_free(struct wn_quantiles *sketch);

#endif
