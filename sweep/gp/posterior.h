// SPDX-License-Identifier: GPL-3.0-or-later
// What a Gaussian process believes of the function, in a form that is quick to ask: as one or more
// equally likely conditional processes that share a variance and differ in their means. One is
// enough where the noise is negligible and nothing is pending. Otherwise each is conditioned on a
// joint draw of the function's values at all points, observed and pending, by Matheron's rule
// (Wilson et al. 2021, Pathwise conditioning of Gaussian processes, eq. 11), as the noisy expected
// improvement of Letham et al. 2019 asks for; for pending points these are fantasies (Snoek,
// Larochelle and Adams 2012).
#ifndef WN_GP_POSTERIOR_H
#define WN_GP_POSTERIOR_H

#include "core/base/rng.h"
#include "sweep/gp/gp.h"

struct wn_posterior {
    struct wn_points points; // observed, then pending; warped
    double *x;               // of points
    double *weights, *warps;
    struct wn_kernel kernel;
    size_t draws;
    double *factor; // of the covariance of points
    double *alpha;  // [draw][point]
    double *best;   // [draw]: the least value at any of points, observed or drawn
};

// pending: count times a coordinate per dimension, point after point. draws: of the function, where
// any are needed; 0: the mean alone is asked for, and nothing is pending. NULL where a covariance
// is not positive definite.
struct wn_posterior *wn_posterior_new(const struct wn_gp *gp, const double *pending, size_t count,
                                      size_t draws, struct wn_rng rng);
void wn_posterior_free(struct wn_posterior *posterior);

// For `count` points, point after point: means[point * draws + draw], deviations[point].
// scratch: (points.count * count) numbers.
void wn_posterior_predict(const struct wn_posterior *posterior, const double *points, size_t count,
                          double *means, double *deviations, double *scratch);

// At one point, with what the gradients of means and deviation are made of.
struct wn_posterior_at {
    const struct wn_posterior *posterior;
    const double *point;
    double *warped;   // the point
    double *means;    // [draw]
    double deviation; // standard
    double *solved;   // covariance^-1 k
    double *slopes;   // dk/dr^2
    double *alpha;    // scratch
};
struct wn_posterior_at *wn_posterior_at_new(const struct wn_posterior *posterior);
void wn_posterior_look(struct wn_posterior_at *at, const double *point);
// The gradient of (sum over draws of by_means[draw] mean) + by_deviation deviation, by the point's
// coordinates; 0 in dimensions of names. Of the point last looked at.
void wn_posterior_slope(struct wn_posterior_at *at, const double *by_means, double by_deviation,
                        double *gradient);
void wn_posterior_at_free(struct wn_posterior_at *at);

#endif
