// SPDX-License-Identifier: GPL-3.0-or-later
// Uniform between min and max, smooth or in steps of q. A grid over q_uniform is numpy's
// arange(min, max, q), as in W&B: it starts at min and leaves max out, while random values are
// multiples of q near it.
#include <math.h>

#include "core/dists/curve.h"

static double at(const struct wn_dist_args *args, double u) {
    return wn_dist_lerp(args->min, args->max, u);
}

static double below(const struct wn_dist_args *args, double x) {
    double half = x / 2 - args->min / 2, width = args->max / 2 - args->min / 2; // no overflow
    return width > 0 ? wn_dist_clip(half / width, 0, 1) : 0.5;
}

static const struct wn_curve curve = {.at = at, .below = below};

WN_SMOOTH(uniform, curve)
WN_QUANTISED(q_uniform, curve)

static uint64_t arange_count(const struct wn_dist_args *args) {
    return (uint64_t)wn_dist_clip(ceil((args->max - args->min) / args->q), 1, 0x1p63);
}

// numpy takes the difference of the first two elements, not q, as the step.
static struct wn_scalar arange_value(const struct wn_dist_args *args, uint64_t index) {
    double step = (args->min + args->q) - args->min;
    double x = args->min + (double)index * step;
    if (args->q_is_int)
        return (struct wn_scalar){
            .integer = (int64_t)wn_dist_clip(x, -WN_DIST_INT_MAX, WN_DIST_INT_MAX),
        };
    return (struct wn_scalar){.number = x};
}

const struct wn_dist wn_dist_uniform = {
    .name = "uniform",
    .summary = "a number from min to max",
    .required = WN_KEY_MIN | WN_KEY_MAX,
    .kind = wn_kind_float,
    .quantile = uniform_quantile,
    .cdf = uniform_cdf,
    .cardinality = uniform_cardinality,
};

const struct wn_dist wn_dist_q_uniform = {
    .name = "q_uniform",
    .summary = "a multiple of q from about min to max",
    .required = WN_KEY_MIN | WN_KEY_MAX,
    .optional = WN_KEY_Q,
    .grid = true,
    .kind = wn_kind_step,
    .quantile = q_uniform_quantile,
    .cdf = q_uniform_cdf,
    .cardinality = q_uniform_cardinality,
    .grid_count = arange_count,
    .grid_value = arange_value,
};
