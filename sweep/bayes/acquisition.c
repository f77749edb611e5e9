// SPDX-License-Identifier: GPL-3.0-or-later
// Many points are looked at in blocks, as matrices.
#include "sweep/bayes/acquisition.h"

#include <gsl/gsl_sf_erf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "sweep/gp/logei.h"

enum { BLOCK = 128 };
static const double log_sqrt_2_pi = 0.9189385332046727;

// ---- success ------------------------------------------------------------------------------------

// log P(N(mean, deviation^2 + noise) < most), and its derivatives by mean and deviation.
static double log_success(const struct wn_acquisition *acquisition, double mean, double deviation,
                          double *by_mean, double *by_deviation) {
    double variance = deviation * deviation + acquisition->noise, spread = sqrt(variance);
    double t = (acquisition->most - mean) / spread;
    double log_below = gsl_sf_log_erfc(-t * M_SQRT1_2) - M_LN2;
    double hazard = exp(-0.5 * t * t - log_sqrt_2_pi - log_below);
    *by_mean = -hazard / spread;
    *by_deviation = -hazard * t * deviation / variance;
    return log_below;
}

// ---- many points --------------------------------------------------------------------------------

// What a posterior says of some of the points, and where their values go.
struct block {
    const struct wn_acquisition *acquisition;
    const struct wn_posterior *posterior;
    double *means, *deviations, *values;
    size_t count;
};

static void set_improvement(const struct block *block) {
    size_t draws = block->posterior->draws;
    for (size_t i = 0; i < block->count; i++)
        block->values[i] = wn_log_ei(block->means + i * draws, block->posterior->best, draws,
                                     block->deviations[i], NULL, NULL);
}

static void add_success(const struct block *block) {
    double by_mean, by_deviation;
    for (size_t i = 0; i < block->count; i++)
        block->values[i] += log_success(block->acquisition, block->means[i], block->deviations[i],
                                        &by_mean, &by_deviation);
}

static void each_block(const struct wn_acquisition *acquisition,
                       const struct wn_posterior *posterior, const double *points, size_t count,
                       double *values, void (*use)(const struct block *block)) {
    struct block block = {
        .acquisition = acquisition,
        .posterior = posterior,
        .means = wn_calloc(BLOCK * posterior->draws, sizeof(double)),
        .deviations = wn_calloc(BLOCK, sizeof(double)),
    };
    double *scratch = wn_calloc(BLOCK * posterior->points.count, sizeof *scratch);
    for (size_t done = 0; done < count; done += BLOCK) {
        block.count = count - done < BLOCK ? count - done : BLOCK;
        block.values = values + done;
        wn_posterior_predict(posterior, points + done * posterior->points.dimensions, block.count,
                             block.means, block.deviations, scratch);
        use(&block);
    }
    free(block.means);
    free(block.deviations);
    free(scratch);
}

void wn_acquisition_all(const struct wn_acquisition *acquisition, size_t most_draws,
                        const double *points, size_t count, double *values) {
    struct wn_posterior objective = *acquisition->objective; // the first draws of it
    if (objective.draws > most_draws)
        objective.draws = most_draws;
    each_block(acquisition, &objective, points, count, values, set_improvement);
    if (acquisition->failure)
        each_block(acquisition, acquisition->failure, points, count, values, add_success);
}

// ---- one point ----------------------------------------------------------------------------------

struct wn_acquisition_at {
    const struct wn_acquisition *acquisition;
    struct wn_posterior_at *objective, *failure;
    double *by_means, *gradient;
};

struct wn_acquisition_at *wn_acquisition_at_new(const struct wn_acquisition *acquisition) {
    const struct wn_posterior *objective = acquisition->objective;
    struct wn_acquisition_at *at = wn_malloc(sizeof *at);
    *at = (struct wn_acquisition_at){
        .acquisition = acquisition,
        .objective = wn_posterior_at_new(objective),
        .failure = acquisition->failure ? wn_posterior_at_new(acquisition->failure) : NULL,
        .by_means = wn_calloc(objective->draws, sizeof(double)),
        .gradient = wn_calloc(objective->points.dimensions, sizeof(double)),
    };
    return at;
}

void wn_acquisition_at_free(struct wn_acquisition_at *at) {
    wn_posterior_at_free(at->objective);
    if (at->failure)
        wn_posterior_at_free(at->failure);
    free(at->by_means);
    free(at->gradient);
    free(at);
}

static double look_at_success(struct wn_acquisition_at *at, const double *point, double *gradient) {
    double by_mean, by_deviation;
    wn_posterior_look(at->failure, point);
    double value = log_success(at->acquisition, at->failure->means[0], at->failure->deviation,
                               &by_mean, &by_deviation);
    wn_posterior_slope(at->failure, &by_mean, by_deviation, at->gradient);
    for (size_t k = 0; k < at->failure->posterior->points.dimensions; k++)
        gradient[k] += at->gradient[k];
    return value;
}

double wn_acquisition_look(struct wn_acquisition_at *at, const double *point, double *gradient) {
    const struct wn_posterior *objective = at->acquisition->objective;
    double by_deviation;
    wn_posterior_look(at->objective, point);
    double value = wn_log_ei(at->objective->means, objective->best, objective->draws,
                             at->objective->deviation, at->by_means, &by_deviation);
    wn_posterior_slope(at->objective, at->by_means, by_deviation, gradient);
    return at->failure ? value + look_at_success(at, point, gradient) : value;
}
