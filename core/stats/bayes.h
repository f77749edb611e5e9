// SPDX-License-Identifier: GPL-3.0-or-later
// How likely B is better than A, given what was seen, and what it costs to choose wrongly. More is
// better.
#ifndef WN_STATS_BAYES_H
#define WN_STATS_BAYES_H

#include "core/base/err.h"
#include "core/stats/proportions.h"
#include "core/stats/sample.h"

struct wn_posterior {
    double mean, low, high; // equal-tailed credible interval
};

struct wn_better {
    double p;              // P(B > A)
    double loss_b, loss_a; // expected loss of choosing B: E max(A - B, 0); of choosing A
    struct wn_posterior a, b;
};

// Of shares, with independent Beta(alpha, beta) priors: Beta(alpha + hits, beta + misses). As in
// Stucchio, Bayesian A/B Testing at VWO (2015), but integrated exactly. Priors of at least 0.05, up
// to a billion trials.
enum wn_status wn_better_share(struct wn_share a, struct wn_share b, const double prior[2],
                               double conf, struct wn_better *better, struct wn_err *err);

// Of means, with the flat prior on both means and logarithms of standard deviations (Behrens and
// Fisher; Box and Tiao 1973, 2.5): each mean is t-distributed around the sample's with n - 1
// degrees of freedom. A loss is NaN where it has no mean (two values).
enum wn_status wn_better_mean(struct wn_moments a, struct wn_moments b, double conf,
                              struct wn_better *better, struct wn_err *err);

// Beta's distribution function, by the continued fraction of Didonato and Morris (1992); `rest` is
// 1 - x, told apart because it may be small.
double wn_beta_cdf(double x, double rest, double a, double b);

#endif
