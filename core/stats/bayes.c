// SPDX-License-Identifier: GPL-3.0-or-later
// Posteriors of means, which are t-distributed.
#include "core/stats/bayes.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>

#include "core/stats/quadrature.h"

struct around { // mean + scale * t
    double mean, scale, df;
};

struct pair {
    const struct around *a, *b;
};

// Far out in the tail, where GSL's inverse finds nothing: the density there is K t^-(df + 1).
static double far_quantile(double share, double df) {
    double log_k =
        lgamma((df + 1) / 2) - lgamma(df / 2) - log(df * M_PI) / 2 + (df + 1) / 2 * log(df);
    return exp((log_k - log(df) - log(share)) / df);
}

// The value of B that a share of `below` lies below.
static double quantile(const struct around *side, double below, double above) {
    double share = fmin(below, above), t = gsl_cdf_tdist_Qinv(share, side->df);
    if (isnan(t))
        t = far_quantile(share, side->df);
    return side->mean + side->scale * (below < above ? -t : t);
}

static double a_below(const void *context, double below, double above) {
    const struct pair *pair = context;
    double value = quantile(pair->b, below, above);
    return gsl_cdf_tdist_P((value - pair->a->mean) / pair->a->scale, pair->a->df);
}

// E max(A - value, 0), which a t distribution has in closed form.
static double a_beyond(const void *context, double below, double above) {
    const struct pair *pair = context;
    const struct around *a = pair->a;
    double c = (quantile(pair->b, below, above) - a->mean) / a->scale;
    double beyond =
        (a->df + c * c) / (a->df - 1) * gsl_ran_tdist_pdf(c, a->df) - c * gsl_cdf_tdist_Q(c, a->df);
    return a->scale * fmax(beyond, 0);
}

static double loss(const struct around *a, const struct around *b) {
    struct pair pair = {a, b};
    return a->df > 1 && b->df > 1 ? wn_integrate(&(struct wn_integrand){a_beyond, &pair}, 0, 1)
                                  : NAN;
}

static struct wn_posterior posterior(const struct around *side, double conf) {
    double half = side->scale * gsl_cdf_tdist_Qinv((1 - conf) / 2, side->df);
    return (struct wn_posterior){side->mean, side->mean - half, side->mean + half};
}

static enum wn_status check(struct wn_moments side, const char *name, struct wn_err *err) {
    if (side.count == 0)
        return wn_fail(err, WN_NO, "no values in %s", name);
    if (side.count == 1)
        return wn_fail(err, WN_NO, "%s has one value: no variance", name);
    return side.variance > 0 ? WN_OK : wn_fail(err, WN_NO, "%s has zero variance", name);
}

static struct around around_of(struct wn_moments side) {
    return (struct around){side.mean, sqrt(side.variance / (double)side.count),
                           (double)(side.count - 1)};
}

enum wn_status wn_better_mean(struct wn_moments a, struct wn_moments b, double conf,
                              struct wn_better *better, struct wn_err *err) {
    if (check(a, "x", err) != WN_OK || check(b, "y", err) != WN_OK)
        return WN_NO;
    struct around first = around_of(a), second = around_of(b);
    struct pair pair = {&first, &second};
    better->p = fmin(wn_integrate(&(struct wn_integrand){a_below, &pair}, 0, 1), 1);
    better->loss_b = loss(&first, &second);
    better->loss_a = loss(&second, &first);
    better->a = posterior(&first, conf);
    better->b = posterior(&second, conf);
    return WN_OK;
}
