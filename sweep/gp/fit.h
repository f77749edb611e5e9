// SPDX-License-Identifier: GPL-3.0-or-later
// The hyperparameters of a Gaussian process: those of the highest posterior density, found by
// L-BFGS with analytic gradients. Expects standardised observations of the unit cube.
// Priors: on each weight w (an inverse squared lengthscale) exp(-0.1 (w0 / w + w / w0)), as
// Optuna's GPSampler has it with w0 = 1, so that neither extreme is reached without evidence; w0
// falls with the number of dimensions, as typical distances grow (Hvarfner, Hellsten and Nardi
// 2024). On the signal variance Gamma(2, 1); on the noise variance log-normal around 1e-4, never
// below 1e-6; on what a dimension is warped by log-normal around 1, the
// identity.
#ifndef WN_GP_FIT_H
#define WN_GP_FIT_H

#include "sweep/gp/gp.h"

// A theta to begin with where nothing is known: the mode of the prior.
void wn_gp_start(size_t dimensions, double *theta);

// Improves theta, which has to lie within the bounds of the search, as a former result does, with
// at most so many evaluations of the likelihood. Returns minus the log of the posterior density
// there (without its constant), infinite where theta is of no use.
double wn_gp_fit(const struct wn_gp_data *data, double *theta, int evaluations);

// -log of the prior density and its gradient, which is added to.
double wn_gp_prior(size_t dimensions, const double *theta, double *gradient);

#endif
