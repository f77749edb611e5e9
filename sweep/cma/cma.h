// SPDX-License-Identifier: GPL-3.0-or-later
// The distribution that CMA-ES draws from and moves: a Gaussian over the coordinates that are
// numbers, adapted as in Hansen 2016 (The CMA evolution strategy: a tutorial, arXiv 1604.00772)
// with negative weights, and a probability for each name of those that are names, as in Hamano,
// Saito, Nomura, Uchida and Shirakawa 2024 (CatCMA, GECCO). It knows ranks only, never values, and
// trials that did not come from it as well as those that did.
#ifndef WN_CMA_H
#define WN_CMA_H

#include "core/base/rng.h"
#include "sweep/bayes/features.h"

struct wn_cma_start {
    const struct wn_features *features; // borrowed
    size_t population;                  // 0: as many as the tutorial says
    const double *point;                // begins around this one,
    const bool *active;                 // as far as it has values; NULL: around the middle
};

struct wn_cma_trial {
    const double *point;
    const bool *active; // of each leaf
    struct wn_rng rng;  // of its own: for what the point does not tell
};

struct wn_cma;

struct wn_cma *wn_cma_new(const struct wn_cma_start *start);
struct wn_cma *wn_cma_copy(const struct wn_cma *cma);
void wn_cma_free(struct wn_cma *cma);

size_t wn_cma_population(const struct wn_cma *cma);
// Learns from so many trials as the population has, the best first.
void wn_cma_update(struct wn_cma *cma, struct wn_cma_trial *ranked);
// Draws a place in the unit interval for each leaf.
void wn_cma_draw(const struct wn_cma *cma, struct wn_rng *rng, double *unit);
// It is too narrow or too thin to find anything more.
bool wn_cma_converged(const struct wn_cma *cma);

#endif
