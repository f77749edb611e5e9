// SPDX-License-Identifier: GPL-3.0-or-later
// Integers from min to max, both included: equally likely, or with equal steps on a log scale (then
// each integer i has the share of [i - 1/2, i + 1/2] on that scale). Both can be enumerated.
#include <math.h>

#include "core/dists/curve.h"

static double bounded(double x) {
    return wn_dist_clip(x, -WN_DIST_INT_MAX, WN_DIST_INT_MAX);
}

static uint64_t width(const struct wn_dist_args *args) {
    return (uint64_t)fmax(bounded(args->max) - bounded(args->min) + 1, 1);
}

static uint64_t count_of_integers(const struct wn_dist_args *args) {
    return width(args) <= (uint64_t)WN_DIST_INT_MAX ? width(args) : 0;
}

static struct wn_scalar nth_integer(const struct wn_dist_args *args, uint64_t index) {
    return (struct wn_scalar){.integer = (int64_t)bounded(args->min) + (int64_t)index};
}

static struct wn_scalar uniform_quantile(const struct wn_dist_args *args, double u) {
    return nth_integer(args, wn_dist_pick(width(args), u));
}

static double uniform_cdf(const struct wn_dist_args *args, struct wn_scalar x) {
    double middle = ((double)x.integer - args->min + 0.5) / (double)width(args);
    return wn_dist_exact(args, WN_KIND_INT, uniform_quantile, x, middle);
}

static struct wn_scalar log_quantile(const struct wn_dist_args *args, double u) {
    double low = bounded(args->min), high = bounded(args->max);
    double x = exp(wn_dist_lerp(log(low - 0.5), log(high + 0.5), u));
    return (struct wn_scalar){.integer = (int64_t)wn_dist_clip(floor(x + 0.5), low, high)};
}

static double log_cdf(const struct wn_dist_args *args, struct wn_scalar x) {
    double low = log(args->min - 0.5), high = log(args->max + 0.5), i = (double)x.integer;
    double middle = (log(i - 0.5) + log(i + 0.5)) / 2;
    return wn_dist_exact(args, WN_KIND_INT, log_quantile, x, (middle - low) / (high - low));
}

const struct wn_dist wn_dist_int_uniform = {
    .name = "int_uniform",
    .summary = "an integer from min to max, all equally likely",
    .required = WN_KEY_MIN | WN_KEY_MAX,
    .integer_bounds = true,
    .grid = true,
    .kind = wn_kind_int,
    .quantile = uniform_quantile,
    .cdf = uniform_cdf,
    .cardinality = count_of_integers,
    .grid_count = count_of_integers,
    .grid_value = nth_integer,
};

const struct wn_dist wn_dist_int_log_uniform_values = {
    .name = "int_log_uniform_values",
    .summary = "an integer from min to max, uniform on a log scale (not in W&B)",
    .required = WN_KEY_MIN | WN_KEY_MAX,
    .integer_bounds = true,
    .positive_bounds = true,
    .grid = true,
    .kind = wn_kind_int,
    .quantile = log_quantile,
    .cdf = log_cdf,
    .cardinality = count_of_integers,
    .grid_count = count_of_integers,
    .grid_value = nth_integer,
};
