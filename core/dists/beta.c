// SPDX-License-Identifier: GPL-3.0-or-later
// The beta distribution on [0, 1]. The inverse bisects GSL's CDF over the doubles themselves, for
// GSL's own inverse gives up (and calls its error handler) on extreme shapes. Shapes are kept where
// the CDF was found to answer without errors; 0 becomes a point mass at an end, as in the limit.
#include <gsl/gsl_cdf.h>
#include <math.h>

#include "core/dists/curve.h"

static double shape(double given) {
    return wn_dist_clip(given, 1e-12, 1e12);
}

static double below(const struct wn_dist_args *args, double x) {
    return wn_dist_clip(gsl_cdf_beta_P(wn_dist_clip(x, 0, 1), shape(args->a), shape(args->b)), 0,
                        1);
}

struct level {
    const struct wn_dist_args *args;
    double u;
};

static bool level_reached(const void *what, double x) {
    const struct level *level = what;
    return below(level->args, x) >= level->u;
}

static double at(const struct wn_dist_args *args, double u) {
    struct level level = {args, u};
    return u > 0 && u < 1 ? wn_dist_first(level_reached, &level) : u;
}

static const struct wn_curve curve = {.at = at, .below = below};

WN_SMOOTH(beta, curve)
WN_QUANTISED(q_beta, curve)

const struct wn_dist wn_dist_beta = {
    .name = "beta",
    .summary = "beta with shapes a and b, from 0 to 1",
    .optional = WN_KEY_A | WN_KEY_B,
    .kind = wn_kind_float,
    .quantile = beta_quantile,
    .cdf = beta_cdf,
    .cardinality = beta_cardinality,
};

const struct wn_dist wn_dist_q_beta = {
    .name = "q_beta",
    .summary = "beta, rounded to a multiple of q",
    .optional = WN_KEY_A | WN_KEY_B | WN_KEY_Q,
    .kind = wn_kind_step,
    .quantile = q_beta_quantile,
    .cdf = q_beta_cdf,
    .cardinality = q_beta_cardinality,
};
