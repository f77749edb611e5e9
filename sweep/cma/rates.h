// SPDX-License-Identifier: GPL-3.0-or-later
// How much CMA-ES learns from what: the weights of ranks and the learning rates, of which all but
// the population are functions of it and the number of dimensions (Hansen 2016, table 1).
#ifndef WN_CMA_RATES_H
#define WN_CMA_RATES_H

#include <stdbool.h>
#include <stddef.h>

struct wn_cma_rates {
    size_t population, parents; // the first have weights above 0
    double *weights;            // of each rank, the best first; those of the parents sum to 1
    double weight_sum;          // of all of them
    double effective;           // mu_eff
    double step_path, damping;  // c_sigma, d_sigma
    double path, one, many;     // c_c, c_1, c_mu
    double random_length;       // the mean length of a standard normal vector
};

// n: dimensions of the Gaussian; all: with those that are names. population 0: the default one.
// separable: the covariance is a diagonal, of which more can be learnt at a time.
void wn_cma_set_rates(struct wn_cma_rates *rates, size_t n, size_t all, size_t population,
                      bool separable);
void wn_cma_copy_rates(struct wn_cma_rates *to, const struct wn_cma_rates *from);
void wn_cma_free_rates(struct wn_cma_rates *rates);

#endif
