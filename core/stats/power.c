// SPDX-License-Identifier: GPL-3.0-or-later
// Power and sample sizes, found by bisection.
#include "core/stats/power.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdbool.h>

#include "core/stats/quadrature.h"

static const double largest_n = 1e12, largest_d = 1e6;

// ---- the noncentral t distribution --------------------------------------------------------------

struct spread { // the density of S, in logarithms, against that at its mode
    double df, mode, t, shift, low;
};

static double log_density(const void *context, double s) {
    const struct spread *spread = context;
    double s0 = spread->mode, unit = spread->df > 1 ? s0 : 1;
    double power = spread->df == 1 ? 0 : (spread->df - 1) * log(s / unit);
    return power - spread->df * (s - s0) * (s + s0) / 2;
}

static double density_at(const void *context, double from_low, double to_high) {
    (void)to_high;
    const struct spread *spread = context;
    return exp(log_density(spread, spread->low + from_low));
}

static double tail_at(const void *context, double from_low, double to_high) {
    const struct spread *spread = context;
    double s = spread->low + from_low;
    return density_at(context, from_low, to_high) *
           gsl_cdf_ugaussian_P(spread->shift - spread->t * s);
}

double wn_noncentral_t_tail(double t, double df, double shift) {
    struct spread spread = {df, df > 1 ? sqrt((df - 1) / df) : 0, t, shift, 0};
    const double nothing = -50; // of the density's logarithm
    if (df > 1)
        spread.low = wn_bisect(log_density, &spread, nothing, spread.mode, 0);
    double high = wn_bisect(log_density, &spread, nothing, spread.mode, spread.mode + 12);
    return wn_integrate(&(struct wn_integrand){tail_at, &spread}, spread.low, high) /
           wn_integrate(&(struct wn_integrand){density_at, &spread}, spread.low, high);
}

// ---- means --------------------------------------------------------------------------------------

double wn_t_power(const struct wn_t_design *design, double n1, double d) {
    double n2 = design->ratio * n1, df = n1 + n2 - 2, shift = d / sqrt(1 / n1 + 1 / n2);
    bool both = design->tails == WN_TWO_SIDED;
    double critical = gsl_cdf_tdist_Qinv(both ? design->alpha / 2 : design->alpha, df);
    double above = design->tails != WN_SMALLER ? wn_noncentral_t_tail(critical, df, shift) : 0;
    double below = design->tails != WN_LARGER ? wn_noncentral_t_tail(critical, df, -shift) : 0;
    return fmin(above + below, 1);
}

struct search {
    const struct wn_t_design *design;
    double fixed;
};

static double power_of_n(const void *context, double n1) {
    const struct search *search = context;
    return wn_t_power(search->design, n1, search->fixed);
}

static double power_of_d(const void *context, double d) {
    const struct search *search = context;
    return wn_t_power(search->design, search->fixed, d);
}

static enum wn_status check_power(double alpha, double power, struct wn_err *err) {
    if (power > alpha)
        return WN_OK;
    return wn_fail(err, WN_NO, "a power of %g is had without any values: it must be above alpha",
                   power);
}

enum wn_status wn_t_size(const struct wn_t_design *design, double d, double power, double *n1,
                         struct wn_err *err) {
    struct search search = {design, d};
    double least = fmax(2, 2.5 / (1 + design->ratio)); // some degrees of freedom must be left
    *n1 = NAN;
    if (d == 0)
        return wn_fail(err, WN_NO, "no sample size detects an effect of 0");
    if ((design->tails == WN_LARGER && d < 0) || (design->tails == WN_SMALLER && d > 0))
        return wn_fail(err, WN_NO, "no sample size: the effect points the other way");
    if (check_power(design->alpha, power, err) != WN_OK)
        return WN_NO;
    double most = least * 2;
    while (most < largest_n && power_of_n(&search, most) < power)
        most *= 4;
    if (most >= largest_n)
        return wn_fail(err, WN_NO, "no sample size below %g detects so small an effect", largest_n);
    *n1 = power_of_n(&search, least) >= power ? least
                                              : wn_bisect(power_of_n, &search, power, least, most);
    return WN_OK;
}

static double power_of_pairs(const void *context, double pairs) {
    const struct search *search = context;
    double df = pairs - 1, shift = search->fixed * sqrt(pairs);
    double critical = gsl_cdf_tdist_Qinv(search->design->alpha / 2, df);
    return wn_noncentral_t_tail(critical, df, shift) + wn_noncentral_t_tail(critical, df, -shift);
}

enum wn_status wn_paired_size(double alpha, double dz, double power, double *pairs,
                              struct wn_err *err) {
    const struct wn_t_design design = {.ratio = 1, .alpha = alpha, .tails = WN_TWO_SIDED};
    struct search search = {&design, dz};
    *pairs = NAN;
    if (dz == 0)
        return wn_fail(err, WN_NO, "no number of pairs detects an effect of 0");
    if (check_power(alpha, power, err) != WN_OK)
        return WN_NO;
    double most = 4;
    while (most < largest_n && power_of_pairs(&search, most) < power)
        most *= 4;
    if (most >= largest_n)
        return wn_fail(err, WN_NO, "no number of pairs below %g detects so small an effect",
                       largest_n);
    *pairs = power_of_pairs(&search, 2) >= power
                 ? 2
                 : wn_bisect(power_of_pairs, &search, power, 2, most);
    return WN_OK;
}

enum wn_status wn_t_effect(const struct wn_t_design *design, double n1, double power, double *d,
                           struct wn_err *err) {
    struct search search = {design, n1};
    double sign = design->tails == WN_SMALLER ? -1 : 1, most = 1;
    *d = NAN;
    if (n1 < 2 || n1 * (1 + design->ratio) <= 2)
        return wn_fail(err, WN_NO, "fewer than two values: no variance");
    if (check_power(design->alpha, power, err) != WN_OK)
        return WN_NO;
    while (most < largest_d && power_of_d(&search, sign * most) < power)
        most *= 4;
    if (most >= largest_d)
        return wn_fail(err, WN_NO, "no effect is found with so few values");
    *d = wn_bisect(power_of_d, &search, power, 0, sign * most);
    return WN_OK;
}

// ---- shares -------------------------------------------------------------------------------------

struct z_search {
    double h, alpha;
};

static double z_power(const void *context, double n) {
    const struct z_search *search = context;
    double critical = gsl_cdf_ugaussian_Qinv(search->alpha / 2), shift = search->h * sqrt(n / 2);
    return gsl_cdf_ugaussian_P(shift - critical) + gsl_cdf_ugaussian_P(-shift - critical);
}

enum wn_status wn_share_sizes(double p1, double p2, double alpha, double power,
                              struct wn_share_sizes *sizes, struct wn_err *err) {
    *sizes = (struct wn_share_sizes){NAN, NAN};
    if (p1 == p2)
        return wn_fail(err, WN_NO, "no sample size detects a difference of 0");
    if (check_power(alpha, power, err) != WN_OK)
        return WN_NO;
    double a = gsl_cdf_ugaussian_Qinv(alpha / 2), b = gsl_cdf_ugaussian_Pinv(power);
    double middle = (p1 + p2) / 2;
    double root = a * sqrt(2 * middle * (1 - middle)) + b * sqrt(p1 * (1 - p1) + p2 * (1 - p2));
    sizes->pooled = pow(root / (p1 - p2), 2);
    struct z_search search = {2 * fabs(asin(sqrt(p1)) - asin(sqrt(p2))), alpha};
    sizes->arcsine = wn_bisect(z_power, &search, power, 0, 1e18);
    return WN_OK;
}
