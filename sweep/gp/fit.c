// SPDX-License-Identifier: GPL-3.0-or-later
// NLopt's return code tells nothing of use: a search that ended in rounding errors has a good point
// all the same. So the best point seen is kept beside it.
#include "sweep/gp/fit.h"

#include <math.h>
#include <nlopt.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

static const double weight_strength = 0.1, usual_dimensions = 6;
static const double log_noise_mean = -9.210340371976182, log_noise_sd = 1.5; // around 1e-4
static const double log_warp_sd = 0.3, most_log_warp = 3;
static const double most_log = 9, least_log_noise = -13.815510557964274; // 1e-6
static const double hopeless = 1e10;                                     // finite, for NLopt

// ---- the prior ----------------------------------------------------------------------------------

static double usual_log_weight(size_t dimensions) {
    return -fmax(0, log((double)dimensions / usual_dimensions));
}

void wn_gp_start(size_t dimensions, double *theta) {
    for (size_t k = 0; k < dimensions; k++)
        theta[k] = usual_log_weight(dimensions);
    theta[dimensions] = 0;
    theta[dimensions + 1] = log_noise_mean;
    for (size_t k = 0; k < dimensions; k++)
        theta[dimensions + 2 + k] = 0;
}

double wn_gp_prior(size_t dimensions, const double *theta, double *gradient) {
    double usual = usual_log_weight(dimensions), sum = 0;
    for (size_t k = 0; k < dimensions; k++) {
        double over = exp(theta[k] - usual), under = 1 / over;
        sum += weight_strength * (over + under);
        gradient[k] += weight_strength * (over - under);
    }
    double log_signal = theta[dimensions], signal = exp(log_signal);
    double off = (theta[dimensions + 1] - log_noise_mean) / log_noise_sd;
    gradient[dimensions] += signal - 1;
    gradient[dimensions + 1] += off / log_noise_sd;
    for (size_t i = dimensions + 2; i < wn_theta_count(dimensions); i++) {
        double bent = theta[i] / log_warp_sd;
        gradient[i] += bent / log_warp_sd;
        sum += 0.5 * bent * bent;
    }
    return sum + signal - log_signal + 0.5 * off * off;
}

// ---- the search ---------------------------------------------------------------------------------

struct search {
    struct wn_likelihood *likelihood;
    size_t dimensions;
    double *gradient;
    double *best; // theta
    double least; // found there
};

static double evaluate(unsigned count, const double *theta, double *gradient, void *context) {
    struct search *search = context;
    double value;
    double *by = gradient ? gradient : search->gradient;
    memset(by, 0, count * sizeof *by);
    if (!wn_likelihood_negative(search->likelihood, theta, &value, by))
        return hopeless;
    value += wn_gp_prior(search->dimensions, theta, by);
    if (!(value < hopeless))
        return hopeless;
    if (value < search->least) {
        search->least = value;
        memcpy(search->best, theta, count * sizeof *theta);
    }
    return value;
}

static void set_bounds(nlopt_opt optimizer, size_t dimensions) {
    size_t count = wn_theta_count(dimensions);
    double *bounds = wn_calloc(count, sizeof *bounds);
    for (size_t i = 0; i < count; i++)
        bounds[i] = i < dimensions + 2 ? most_log : most_log_warp;
    nlopt_set_upper_bounds(optimizer, bounds);
    for (size_t i = 0; i < count; i++)
        bounds[i] = -bounds[i];
    bounds[dimensions + 1] = least_log_noise;
    nlopt_set_lower_bounds(optimizer, bounds);
    free(bounds);
}

double wn_gp_fit(const struct wn_gp_data *data, double *theta, int evaluations) {
    unsigned count = (unsigned)wn_theta_count(data->points.dimensions);
    struct search search = {
        .likelihood = wn_likelihood_new(data),
        .dimensions = data->points.dimensions,
        .gradient = wn_calloc(count, sizeof *search.gradient),
        .best = wn_calloc(count, sizeof *search.best),
        .least = INFINITY,
    };
    nlopt_opt optimizer = nlopt_create(NLOPT_LD_LBFGS, count);
    if (!optimizer)
        wn_out_of_memory();
    set_bounds(optimizer, data->points.dimensions);
    nlopt_set_min_objective(optimizer, evaluate, &search);
    nlopt_set_maxeval(optimizer, evaluations);
    nlopt_set_ftol_abs(optimizer, 1e-4);
    double value;
    nlopt_optimize(optimizer, theta, &value);
    nlopt_destroy(optimizer);
    if (isfinite(search.least))
        memcpy(theta, search.best, count * sizeof *theta);
    wn_likelihood_free(search.likelihood);
    free(search.gradient);
    free(search.best);
    return search.least;
}
