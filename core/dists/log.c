// SPDX-License-Identifier: GPL-3.0-or-later
// Uniform on a log scale. The plain forms take min and max as natural exponents (W&B's first
// version, which it warns of), the _values forms as values. The inverse form of exponents runs from
// exp(-max) to exp(-min); that of values is log_uniform_values by another route.
#include <float.h>
#include <math.h>

#include "core/dists/curve.h"

static double power_between(double low, double high, double u) {
    return fmin(exp(wn_dist_lerp(low, high, u)), DBL_MAX);
}

static double share_below(double low, double high, double x) {
    if (x <= 0)
        return 0;
    return high > low ? wn_dist_clip((log(x) - low) / (high - low), 0, 1) : 0.5;
}

static double exponent_at(const struct wn_dist_args *args, double u) {
    return power_between(args->min, args->max, u);
}

static double exponent_below(const struct wn_dist_args *args, double x) {
    return share_below(args->min, args->max, x);
}

static double inverse_at(const struct wn_dist_args *args, double u) {
    return power_between(-args->max, -args->min, u);
}

static double inverse_below(const struct wn_dist_args *args, double x) {
    return share_below(-args->max, -args->min, x);
}

static double value_at(const struct wn_dist_args *args, double u) {
    double x = power_between(log(args->min), log(args->max), u);
    return wn_dist_clip(x, args->min, args->max);
}

static double value_below(const struct wn_dist_args *args, double x) {
    return share_below(log(args->min), log(args->max), x);
}

static const struct wn_curve exponents = {.at = exponent_at, .below = exponent_below};
static const struct wn_curve inverse = {.at = inverse_at, .below = inverse_below};
static const struct wn_curve values = {.at = value_at, .below = value_below};

WN_SMOOTH(log_uniform, exponents)
WN_SMOOTH(inv_log_uniform, inverse)
WN_SMOOTH(log_uniform_values, values)
WN_QUANTISED(q_log_uniform, exponents)
WN_QUANTISED(q_log_uniform_values, values)

const struct wn_dist wn_dist_log_uniform = {
    .name = "log_uniform",
    .summary = "exp of a number from min to max",
    .required = WN_KEY_MIN | WN_KEY_MAX,
    .deprecated = true,
    .kind = wn_kind_float,
    .quantile = log_uniform_quantile,
    .cdf = log_uniform_cdf,
    .cardinality = log_uniform_cardinality,
};

const struct wn_dist wn_dist_log_uniform_values = {
    .name = "log_uniform_values",
    .summary = "a number from min to max, uniform on a log scale",
    .required = WN_KEY_MIN | WN_KEY_MAX,
    .positive_bounds = true,
    .kind = wn_kind_float,
    .quantile = log_uniform_values_quantile,
    .cdf = log_uniform_values_cdf,
    .cardinality = log_uniform_values_cardinality,
};

const struct wn_dist wn_dist_q_log_uniform = {
    .name = "q_log_uniform",
    .summary = "log_uniform, rounded to a multiple of q",
    .required = WN_KEY_MIN | WN_KEY_MAX,
    .optional = WN_KEY_Q,
    .deprecated = true,
    .kind = wn_kind_step,
    .quantile = q_log_uniform_quantile,
    .cdf = q_log_uniform_cdf,
    .cardinality = q_log_uniform_cardinality,
};

const struct wn_dist wn_dist_q_log_uniform_values = {
    .name = "q_log_uniform_values",
    .summary = "log_uniform_values, rounded to a multiple of q",
    .required = WN_KEY_MIN | WN_KEY_MAX,
    .optional = WN_KEY_Q,
    .positive_bounds = true,
    .kind = wn_kind_step,
    .quantile = q_log_uniform_values_quantile,
    .cdf = q_log_uniform_values_cdf,
    .cardinality = q_log_uniform_values_cardinality,
};

const struct wn_dist wn_dist_inv_log_uniform = {
    .name = "inv_log_uniform",
    .summary = "1 / exp of a number from min to max",
    .required = WN_KEY_MIN | WN_KEY_MAX,
    .deprecated = true,
    .kind = wn_kind_float,
    .quantile = inv_log_uniform_quantile,
    .cdf = inv_log_uniform_cdf,
    .cardinality = inv_log_uniform_cardinality,
};

const struct wn_dist wn_dist_inv_log_uniform_values = {
    .name = "inv_log_uniform_values",
    .summary = "the same as log_uniform_values",
    .required = WN_KEY_MIN | WN_KEY_MAX,
    .positive_bounds = true,
    .kind = wn_kind_float,
    .quantile = log_uniform_values_quantile,
    .cdf = log_uniform_values_cdf,
    .cardinality = log_uniform_values_cardinality,
};
