// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers in parentheses are equations of Hansen 2016.
#include "sweep/cma/rates.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

static const double most_at_once = 0.5;

// The square of the sum over the sum of the squares.
static double effective_count(const double *weights, size_t count) {
    double sum = 0, squares = 0;
    for (size_t i = 0; i < count; i++) {
        sum += weights[i];
        squares += weights[i] * weights[i];
    }
    return squares > 0 ? sum * sum / squares : 0;
}

// (49)
static void set_raw_weights(struct wn_cma_rates *rates) {
    size_t count = rates->population;
    rates->parents = count / 2;
    rates->weights = wn_calloc(count, sizeof *rates->weights);
    for (size_t i = 0; i < count; i++)
        rates->weights[i] = log((double)(count + 1) / 2) - log((double)i + 1);
}

// (50) to (53): the positive ones sum to 1, the negative ones to as much as keeps C positive.
static void scale_weights(struct wn_cma_rates *rates, double n) {
    size_t count = rates->population, parents = rates->parents;
    double positive = 0, negative = 0;
    for (size_t i = 0; i < count; i++)
        *(i < parents ? &positive : &negative) += fabs(rates->weights[i]);
    double opposed = effective_count(rates->weights + parents, count - parents);
    double most = fmin(1 + rates->one / rates->many, 1 + 2 * opposed / (rates->effective + 2));
    most = fmin(most, (1 - rates->one - rates->many) / (n * rates->many));
    rates->weight_sum = 0;
    for (size_t i = 0; i < count; i++) {
        rates->weights[i] *= i < parents ? 1 / positive : most / negative;
        rates->weight_sum += rates->weights[i];
    }
}

void wn_cma_set_rates(struct wn_cma_rates *rates, size_t dimensions, size_t all, size_t population,
                      bool separable) {
    double n = fmax((double)dimensions, 1);
    *rates = (struct wn_cma_rates){.population = population};
    if (!population) // (48), but with two thirds of its logarithm: trials are few
        rates->population = 4 + (size_t)(2 * log(fmax((double)all, 1)));
    set_raw_weights(rates);
    double effective = rates->effective = effective_count(rates->weights, rates->parents);
    rates->step_path = (effective + 2) / (n + effective + 5); // (55)
    rates->damping = 1 + 2 * fmax(0, sqrt((effective - 1) / (n + 1)) - 1) + rates->step_path;
    rates->path = (4 + effective / n) / (n + 4 + 2 * effective / n); // (56)
    rates->one = 2 / ((n + 1.3) * (n + 1.3) + effective);            // (57)
    rates->many = 2 * (0.25 + effective + 1 / effective - 2) / ((n + 2) * (n + 2) + effective);
    if (separable) {
        double faster = (n + 2) / 3; // Ros and Hansen 2008, sec. 3
        rates->one = fmin(rates->one * faster, most_at_once);
        rates->many = fmin(rates->many * faster, most_at_once);
    }
    rates->many = fmin(1 - rates->one, rates->many); // (58)
    rates->random_length = sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n));
    scale_weights(rates, n);
}

void wn_cma_copy_rates(struct wn_cma_rates *to, const struct wn_cma_rates *from) {
    *to = *from;
    to->weights = wn_calloc(from->population, sizeof *to->weights);
    memcpy(to->weights, from->weights, from->population * sizeof *to->weights);
}

void wn_cma_free_rates(struct wn_cma_rates *rates) {
    free(rates->weights);
}
