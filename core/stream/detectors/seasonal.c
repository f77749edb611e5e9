// SPDX-License-Identifier: GPL-3.0-or-later
// Changes beside the daily and weekly ups and downs. From the first values it learns the cycle that
// they have, if any, and how far they stray from it; then it adds up what goes beyond (CUSUM, Page
// 1954), and after an alarm it learns anew, so that one event is one alarm.
#include <gsl/gsl_multifit.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/stats/sample.h"
#include "core/stream/detector.h"

enum {
    LEARN = 600,  // values: two days of every five minutes
    SHORTEST = 8, // a cycle
    OUTLIER = 4,  // deviations that one value counts for at most
    HARMONICS = 3,
    STEPS = 60, // in which a period is looked for on either side
};

static const double slack = 0.5, threshold = 20; // in deviations
static const double least_likeness = 0.3;        // of a cycle and the one before
static const double pace = 0.1;                  // at which the cycle follows what is seen

struct season {
    double learned[LEARN];
    size_t count; // of them; LEARN: it watches
    double period;
    size_t bins;         // of a cycle, about a value each
    double cycle[LEARN]; // what is expected in each
    double since;        // values since the cycle began
    double deviation;    // of one value, autocorrelation taken in
    double up, down;
    bool fired;
};

// ---- learning -----------------------------------------------------------------------------------

// Reorders the values.
static double median(double *values, size_t count) {
    wn_sort(values, count);
    return wn_quantile(values, count, 0.5);
}

static double median_of(const double *values, size_t count) {
    double copy[LEARN];
    memcpy(copy, values, count * sizeof *copy);
    return median(copy, count);
}

// How much alike values are that lie `lag` apart: 1 where they are equal, 0 where they have nothing
// to do with each other. By differences, as de Cheveigne and Kawahara (2002) find a pitch: products
// would depend on which part of a cycle is seen twice.
static double likeness(const double *values, size_t lag, double variance) {
    double squares = 0;
    for (size_t i = 0; i + lag < LEARN; i++)
        squares += (values[i + lag] - values[i]) * (values[i + lag] - values[i]);
    return variance > 0 ? 1 - squares / (double)(LEARN - lag) / (2 * variance) : 0;
}

// What a smooth cycle of this period leaves unexplained: a few harmonics, by least squares.
static double unexplained(const double *values, double period) {
    gsl_matrix *waves = gsl_matrix_alloc(LEARN, 2 * HARMONICS + 1);
    gsl_matrix *covariance = gsl_matrix_alloc(2 * HARMONICS + 1, 2 * HARMONICS + 1);
    gsl_vector *weights = gsl_vector_alloc(2 * HARMONICS + 1);
    gsl_multifit_linear_workspace *work = gsl_multifit_linear_alloc(LEARN, 2 * HARMONICS + 1);
    gsl_vector_const_view seen = gsl_vector_const_view_array(values, LEARN);
    double rest = INFINITY;
    for (size_t i = 0; i < LEARN; i++) {
        gsl_matrix_set(waves, i, 0, 1);
        for (size_t k = 1; k <= HARMONICS; k++) {
            double angle = 2 * M_PI * (double)(k * i) / period;
            gsl_matrix_set(waves, i, 2 * k - 1, cos(angle));
            gsl_matrix_set(waves, i, 2 * k, sin(angle));
        }
    }
    gsl_multifit_linear(waves, &seen.vector, weights, covariance, &rest, work);
    gsl_multifit_linear_free(work);
    gsl_vector_free(weights);
    gsl_matrix_free(covariance);
    gsl_matrix_free(waves);
    return rest;
}

// Noise moves the best lag by some, and two cycles later a small error is a large one.
static double refine(const double *values, size_t lag) {
    double best = INFINITY, period = (double)lag;
    for (int step = -STEPS; step <= STEPS; step++) {
        double candidate = (double)lag * (1 + 0.1 * step / STEPS);
        double rest = unexplained(values, candidate);
        if (rest < best) {
            best = rest;
            period = candidate;
        }
    }
    return period;
}

// The lag at which values are most like themselves, once they were unlike; 1: there is no cycle,
// only a level.
static double find_period(const double *values) {
    double variance = wn_moments_of(values, LEARN).variance, best = least_likeness;
    size_t period = 0, lag = 1;
    while (lag < LEARN / 2 && likeness(values, lag, variance) >= 0.1)
        lag++;
    for (lag = lag < SHORTEST ? SHORTEST : lag; lag < LEARN / 2; lag++) {
        double like = likeness(values, lag, variance);
        if (like > best) {
            best = like;
            period = lag;
        }
    }
    return period ? (double)period : 1;
}

// A bin is no narrower than a value, so that none is empty; what falls on its edge belongs to it.
static size_t bin_of(const struct season *season, double since) {
    double part = fmod(since, season->period) / season->period;
    size_t bin = (size_t)(part * (double)season->bins + 1e-9);
    return bin < season->bins ? bin : season->bins - 1;
}

static void learn_cycle(struct season *season) {
    double same[LEARN];
    for (size_t bin = 0; bin < season->bins; bin++) {
        size_t count = 0;
        for (size_t i = 0; i < LEARN; i++)
            if (bin_of(season, (double)i) == bin)
                same[count++] = season->learned[i];
        season->cycle[bin] =
            season->bins > 1 ? median(same, count) : wn_moments_of(season->learned, LEARN).mean;
    }
}

// Of values that follow each other closely a sum strays farther.
static double inflation(const double *rest) {
    struct wn_moments moments = wn_moments_of(rest, LEARN);
    double product = 0, all = moments.variance * (LEARN - 1);
    for (size_t i = 0; i + 1 < LEARN; i++)
        product += (rest[i] - moments.mean) * (rest[i + 1] - moments.mean);
    double like = all > 0 ? fmin(fmax(product / all, 0), 0.95) : 0;
    return sqrt((1 + like) / (1 - like));
}

// The median distance from the cycle, as a standard deviation; a few cycles fit too well, and many
// equal values leave only the variance.
static double learn_deviation(const struct season *season) {
    double rest[LEARN], far[LEARN], cycles = LEARN / season->period;
    for (size_t i = 0; i < LEARN; i++)
        rest[i] = season->learned[i] - season->cycle[bin_of(season, (double)i)];
    double centre = median_of(rest, LEARN);
    for (size_t i = 0; i < LEARN; i++)
        far[i] = fabs(rest[i] - centre);
    double robust = 1.4826 * median(far, LEARN);
    double whole = sqrt(wn_moments_of(rest, LEARN).variance);
    double deviation = robust > 0 ? fmax(robust, whole / 2) : whole;
    double fit = season->bins > 1 ? sqrt(cycles / (cycles - 1)) : 1;
    return deviation > 0 ? deviation * fit * inflation(rest) : 1e-9 * fmax(1, fabs(centre));
}

static void learn_with(struct season *season, double period) {
    season->period = period;
    season->bins = (size_t)floor(period);
    learn_cycle(season);
    season->deviation = learn_deviation(season);
}

// The likest lag is right where a cycle has edges, the best fit where it is smooth.
static void learn(struct season *season) {
    double period = find_period(season->learned);
    learn_with(season, period);
    if (season->bins > 1) {
        double before = season->deviation;
        learn_with(season, refine(season->learned, (size_t)period));
        if (season->deviation > before)
            learn_with(season, period);
    }
    season->since = LEARN;
}

// ---- watching -----------------------------------------------------------------------------------

static void follow(struct season *season, double *expected, double value) {
    double most = 2 * season->deviation;
    if (season->bins > 1)
        *expected += pace * fmax(-most, fmin(most, value - *expected));
    season->since++;
}

static bool add(void *state, double value) {
    struct season *season = state;
    if (season->fired)
        *season = (struct season){0};
    if (season->count < LEARN) {
        season->learned[season->count++] = value;
        if (season->count == LEARN)
            learn(season);
        return false;
    }
    double *expected = &season->cycle[bin_of(season, season->since)];
    double far = fmax(-OUTLIER, fmin(OUTLIER, (value - *expected) / season->deviation));
    season->up = fmax(0, season->up + far - slack);
    season->down = fmax(0, season->down - far - slack);
    follow(season, expected, value);
    season->fired = season->up > threshold || season->down > threshold;
    return season->fired;
}

static void *create(void) {
    return wn_calloc(1, sizeof(struct season));
}

const struct wn_detector_type wn_detector_seasonal = {
    .name = "seasonal",
    .summary = "it strays from the daily cycle of its first 600 values",
    .paper = "Page 1954, of what the cycle leaves",
    .create = create,
    .add = add,
    .free = free,
};
