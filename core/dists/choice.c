// SPDX-License-Identifier: GPL-3.0-or-later
// Constants and categories. The scalar is an index into args->values; a constant is a category of
// one. W&B: without probabilities the smallest i with (i+1)/n >= u, with them the first i with
// u < p[0] + ... + p[i].
#include <math.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/dists/curve.h"

// Entries of the list as written, and which value each one is.
static size_t entries(const struct wn_dist_args *args) {
    return args->picks ? args->pick_count : args->count;
}

static size_t value_of(const struct wn_dist_args *args, size_t entry) {
    return args->picks ? args->picks[entry] : entry;
}

static struct wn_scalar chosen(const struct wn_dist_args *args, size_t entry) {
    return (struct wn_scalar){.integer = (int64_t)value_of(args, entry)};
}

static double share(const struct wn_dist_args *args, size_t entry) {
    return args->probabilities ? args->probabilities[entry] : 1.0 / (double)entries(args);
}

// The first entry that is the value and can come at all, else just the first one.
static size_t entry_of(const struct wn_dist_args *args, struct wn_scalar x) {
    size_t count = entries(args), rare = count;
    if (!args->picks)
        return (size_t)x.integer;
    for (size_t i = 0; i < count; i++) {
        if (value_of(args, i) != (size_t)x.integer)
            continue;
        if (share(args, i) > 0)
            return i;
        rare = i < rare ? i : rare;
    }
    return rare;
}

static struct wn_scalar equal_quantile(const struct wn_dist_args *args, double u) {
    return chosen(args, (size_t)wn_dist_pick(entries(args), u));
}

static double equal_cdf(const struct wn_dist_args *args, struct wn_scalar x) {
    return ((double)entry_of(args, x) + 0.5) / (double)entries(args);
}

static uint64_t count_of_values(const struct wn_dist_args *args) {
    return args->count;
}

static struct wn_scalar nth_value(const struct wn_dist_args *args, uint64_t index) {
    (void)args;
    return (struct wn_scalar){.integer = (int64_t)index};
}

// Falls back to the last value that can come at all, where u is 1 or the sum falls short of it.
static struct wn_scalar weighted_entry(const struct wn_dist_args *args, double u) {
    double sum = 0;
    size_t last = 0;
    for (size_t i = 0; i < entries(args); i++) {
        sum += share(args, i);
        if (u < sum)
            return (struct wn_scalar){.integer = (int64_t)i};
        if (share(args, i) > 0)
            last = i;
    }
    return (struct wn_scalar){.integer = (int64_t)last};
}

static struct wn_scalar weighted_quantile(const struct wn_dist_args *args, double u) {
    return chosen(args, (size_t)weighted_entry(args, u).integer);
}

static double weighted_cdf(const struct wn_dist_args *args, struct wn_scalar x) {
    size_t entry = entry_of(args, x);
    double below = 0;
    for (size_t i = 0; i < entry; i++)
        below += share(args, i);
    double above = fmin(below + share(args, entry), 1);
    return wn_dist_exact(args, WN_KIND_CHOICE, weighted_entry,
                         (struct wn_scalar){.integer = (int64_t)entry},
                         below + (above - below) / 2);
}

static uint64_t count_of_likely(const struct wn_dist_args *args) {
    bool *likely = wn_calloc(args->count, sizeof *likely);
    uint64_t count = 0;
    for (size_t entry = 0; entry < entries(args); entry++) {
        bool *it = &likely[value_of(args, entry)];
        count += !*it && share(args, entry) > 0;
        *it = *it || share(args, entry) > 0;
    }
    free(likely);
    return count;
}

const struct wn_dist wn_dist_constant = {
    .name = "constant",
    .summary = "one value, the same in every trial",
    .required = WN_KEY_VALUE,
    .grid = true,
    .kind = wn_kind_choice,
    .quantile = equal_quantile,
    .cdf = equal_cdf,
    .cardinality = count_of_values,
    .grid_count = count_of_values,
    .grid_value = nth_value,
};

const struct wn_dist wn_dist_categorical = {
    .name = "categorical",
    .summary = "one of the values, all equally likely",
    .required = WN_KEY_VALUES,
    .grid = true,
    .kind = wn_kind_choice,
    .quantile = equal_quantile,
    .cdf = equal_cdf,
    .cardinality = count_of_values,
    .grid_count = count_of_values,
    .grid_value = nth_value,
};

const struct wn_dist wn_dist_categorical_w_probabilities = {
    .name = "categorical_w_probabilities",
    .summary = "one of the values, each with its probability",
    .required = WN_KEY_VALUES | WN_KEY_PROBABILITIES,
    .kind = wn_kind_choice,
    .quantile = weighted_quantile,
    .cdf = weighted_cdf,
    .cardinality = count_of_likely,
};
