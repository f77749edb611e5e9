// SPDX-License-Identifier: GPL-3.0-or-later
// The normal distribution and the one whose logarithm is normal. Their ends are cut off at
// u = 2^-53 and 1 - 2^-53 (about 8.2 sigma on either side), so that every value is finite and both
// tails are alike; sigma 0 is the point mu. Inside these bounds GSL reports no errors.
#include <float.h>
#include <gsl/gsl_cdf.h>
#include <math.h>

#include "core/dists/curve.h"

static double normal_at(const struct wn_dist_args *args, double u) {
    double z = gsl_cdf_ugaussian_Pinv(wn_dist_clip(u, 0x1p-53, 1 - 0x1p-53));
    return wn_dist_clip(args->mu + args->sigma * z, -DBL_MAX, DBL_MAX);
}

static double normal_below(const struct wn_dist_args *args, double x) {
    if (args->sigma > 0)
        return gsl_cdf_ugaussian_P((x - args->mu) / args->sigma);
    return x < args->mu ? 0 : 1;
}

static double log_normal_at(const struct wn_dist_args *args, double u) {
    return fmin(exp(normal_at(args, u)), DBL_MAX);
}

static double log_normal_below(const struct wn_dist_args *args, double x) {
    return x > 0 ? normal_below(args, log(x)) : 0;
}

static const struct wn_curve bell = {
    .at = normal_at,
    .below = normal_below,
    .unbounded = true,
};
static const struct wn_curve log_bell = {
    .at = log_normal_at,
    .below = log_normal_below,
    .unbounded = true,
};

WN_SMOOTH(normal, bell)
WN_SMOOTH(log_normal, log_bell)
WN_QUANTISED(q_normal, bell)
WN_QUANTISED(q_log_normal, log_bell)

const struct wn_dist wn_dist_normal = {
    .name = "normal",
    .summary = "normal with mean mu and standard deviation sigma",
    .optional = WN_KEY_MU | WN_KEY_SIGMA,
    .kind = wn_kind_float,
    .quantile = normal_quantile,
    .cdf = normal_cdf,
    .cardinality = normal_cardinality,
};

const struct wn_dist wn_dist_q_normal = {
    .name = "q_normal",
    .summary = "normal, rounded to a multiple of q",
    .optional = WN_KEY_MU | WN_KEY_SIGMA | WN_KEY_Q,
    .kind = wn_kind_step,
    .quantile = q_normal_quantile,
    .cdf = q_normal_cdf,
    .cardinality = q_normal_cardinality,
};

const struct wn_dist wn_dist_log_normal = {
    .name = "log_normal",
    .summary = "exp of a normal number",
    .optional = WN_KEY_MU | WN_KEY_SIGMA,
    .kind = wn_kind_float,
    .quantile = log_normal_quantile,
    .cdf = log_normal_cdf,
    .cardinality = log_normal_cardinality,
};

const struct wn_dist wn_dist_q_log_normal = {
    .name = "q_log_normal",
    .summary = "log_normal, rounded to a multiple of q",
    .optional = WN_KEY_MU | WN_KEY_SIGMA | WN_KEY_Q,
    .kind = wn_kind_step,
    .quantile = q_log_normal_quantile,
    .cdf = q_log_normal_cdf,
    .cardinality = q_log_normal_cardinality,
};
