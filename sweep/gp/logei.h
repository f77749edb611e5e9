// SPDX-License-Identifier: GPL-3.0-or-later
// The logarithm of expected improvement, for minimising: of E[max(0, best - f)] with f normal, in a
// form that neither underflows nor cancels (Ament et al. 2023, Unexpected improvements to expected
// improvement for Bayesian optimization, eq. 9), and of its mean over several draws.
#ifndef WN_GP_LOGEI_H
#define WN_GP_LOGEI_H

#include <stddef.h>

// log(phi(z) + z Phi(z)) and, where slope is not NULL, its derivative by z.
double wn_log_improvement(double z, double *slope);

// log of the mean over draws of the expected improvement on bests[draw] of a normal value with
// mean means[draw] and standard deviation `deviation`. Where by_means is not NULL, the derivatives.
double wn_log_ei(const double *means, const double *bests, size_t draws, double deviation,
                 double *by_means, double *by_deviation);

#endif
