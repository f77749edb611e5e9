// SPDX-License-Identifier: GPL-3.0-or-later
// A Parzen estimator: a density over the configurations of a space, as a mixture of one kernel
// around each of some of them and a broad one (Bergstra et al. 2011, 4.1). A kernel is a product
// over the parameters, so what goes together in a good configuration stays together (the
// multivariate form: Falkner, Klein and Hutter 2018; Watanabe 2023, 3.3.3). A parameter that is
// switched off in the kernel's configuration, but not in the one looked at, is as the broad kernel
// has it: each kernel is a density over the whole space, whatever its conditions.
#ifndef WN_TPE_PARZEN_H
#define WN_TPE_PARZEN_H

#include "core/base/rng.h"
#include "sweep/bayes/features.h"

struct wn_kernel { // borrowed while the estimator lives
    const double *point;
    const bool *active; // of each leaf
    double weight;      // > 0; the broad kernel has the mean of them
};

struct wn_parzen;

// single: the bandwidth of a kernel that is the only one.
struct wn_parzen *wn_parzen_new(const struct wn_features *features, const struct wn_kernel *kernels,
                                size_t count, double single);
void wn_parzen_free(struct wn_parzen *parzen);

// Draws a place in the unit interval for each leaf.
void wn_parzen_draw(const struct wn_parzen *parzen, struct wn_rng *rng, double *unit);
// The logarithm of the density at a configuration's point.
double wn_parzen_log(const struct wn_parzen *parzen, const double *point, const bool *active);

#endif
