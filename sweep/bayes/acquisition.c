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

struct block {
    double *means, *deviations, *scratch;
};

static struct block new_block(const struct wn_posterior *posterior) {
    return (struct block){
        .means = wn_calloc(BLOCK * posterior->draws, sizeof(double)),
        .deviations = wn_calloc(BLOCK, sizeof(double)),
        .scratch = wn_calloc(BLOCK * posterior->points.count, sizeof(double)),
    };
}

static void free_block(struct block *block) {
    free(block->means);
    free(block->deviations);
    free(block->scratch);
}

static void fill_improvement(const struct wn_posterior *posterior, const double *points,
                             size_t count, double *values) {
    size_t d = posterior->points.dimensions;
    struct block block = new_block(posterior);
    for (size_t done = 0; done < count; done += BLOCK) {
        size_t part = count - done < BLOCK ? count - done : BLOCK;
        wn_posterior_predict(posterior, points + done * d, part, block.means, block.deviations,
                             block.scratch);
        for (size_t i = 0; i < part; i++)
            values[done + i] = wn_log_ei(block.means + i * posterior->draws, posterior->best,
                                         posterior->draws, block.deviations[i], NULL, NULL);
    }
    free_block(&block);
}

static void add_success(const struct wn_acquisition *acquisition, const double *points,
                        size_t count, double *values) {
    const struct wn_posterior *failure = acquisition->failure;
    size_t d = failure->points.dimensions;
    double by_mean, by_deviation;
    struct block block = new_block(failure);
    for (size_t done = 0; done < count; done += BLOCK) {
        size_t part = count - done < BLOCK ? count - done : BLOCK;
        wn_posterior_predict(failure, points + done * d, part, block.means, block.deviations,
                             block.scratch);
        for (size_t i = 0; i < part; i++)
            values[done + i] += log_success(acquisition, block.means[i], block.deviations[i],
                                            &by_mean, &by_deviation);
    }
    free_block(&block);
}

void wn_acquisition_all(const struct wn_acquisition *acquisition, const double *points,
                        size_t count, double *values) {
    fill_improvement(acquisition->objective, points, count, values);
    if (acquisition->failure)
        add_success(acquisition, points, count, values);
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
