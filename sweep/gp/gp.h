// SPDX-License-Identifier: GPL-3.0-or-later
// A Gaussian process of mean zero, conditioned on observations: its likelihood with gradient, and
// its prediction (Rasmussen and Williams 2006, chapters 2.2 and 5.4.1).
// theta, of length 2 dimensions + 2, holds logarithms: of the inverse squared lengthscale of each
// dimension, of the signal variance, of the noise variance, and of what each dimension is warped
// by (sweep/gp/warp.h). Those of names are 0 and stay so, as their gradient is 0.
#ifndef WN_GP_H
#define WN_GP_H

#include "sweep/gp/kernel.h"

// The length of theta.
static inline size_t wn_theta_count(size_t dimensions) {
    return 2 * dimensions + 2;
}

struct wn_gp_data { // borrowed by whatever is made of it
    struct wn_points points;
    const double *y;        // of each point
    const double *variance; // of each point's noise, known, on top of theta's; NULL: none
};

// ---- likelihood ---------------------------------------------------------------------------------

struct wn_likelihood; // the memory that its evaluation needs
struct wn_likelihood *wn_likelihood_new(const struct wn_gp_data *data);
// -log p(y | theta), and its gradient by theta where gradient is not NULL. False where the
// covariance is not positive definite.
bool wn_likelihood_negative(struct wn_likelihood *likelihood, const double *theta, double *value,
                            double *gradient);
void wn_likelihood_free(struct wn_likelihood *likelihood);

// ---- the process --------------------------------------------------------------------------------

struct wn_gp {
    const struct wn_gp_data *data;
    double *weights; // exp(theta) of the dimensions
    double *warps;   // the same, of what they are warped by
    double *x;
    struct wn_points points; // those of data, at x: warped
    struct wn_kernel kernel;
    double noise;
    double *factor; // lower Cholesky factor of the covariance with noise, by columns
    double *alpha;  // covariance^-1 y
};

// NULL where the covariance is not positive definite, even with the noise raised a hundredfold.
struct wn_gp *wn_gp_new(const struct wn_gp_data *data, const double *theta);
// Mean and variance of the function (without noise) at a point.
void wn_gp_predict(const struct wn_gp *gp, const double *point, double *mean, double *variance);
void wn_gp_free(struct wn_gp *gp);

#endif
