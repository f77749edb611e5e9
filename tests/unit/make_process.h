// SPDX-License-Identifier: GPL-3.0-or-later
// Gaussian processes for tests, made of reproducible random numbers in the way that
// tests/data/make_gp_reference.py makes them, and gradients by differences to check others with.
#ifndef WN_TEST_MAKE_PROCESS_H
#define WN_TEST_MAKE_PROCESS_H

#include "tests/unit/check.h"

#include "core/base/mem.h"
#include "core/base/rng.h"
#include "sweep/gp/gp.h"

enum { NAMES = 3 }; // different ones in a dimension of names

struct shape {
    uint64_t seed;
    size_t count, dimensions, names;
    double noise, known, near;
    double warp; // most, as logarithm
};

struct process {
    double *x, *y, *variance, *theta;
    bool *nominal;
    struct wn_gp_data data;
};

static inline double made(uint64_t seed, uint64_t index) {
    return (double)(wn_mix64((seed << 32) + index) >> 11) * 0x1p-53;
}

// Points first... of the sequence of a seed, point after point.
static inline double *make_points(const struct shape *shape, size_t total) {
    size_t d = shape->dimensions;
    double *points = wn_calloc(total * d, sizeof *points);
    for (size_t i = 0; i < total; i++)
        for (size_t k = 0; k < d; k++) {
            double *at = &points[i * d + k], number = made(shape->seed, i * d + k);
            *at = k < shape->names ? floor(number * NAMES) : number;
            if (shape->near > 0 && i && i % 5 == 0)
                *at = points[(i - 1) * d + k] + shape->near;
        }
    return points;
}

static inline void make_theta(const struct shape *shape, double *theta) {
    size_t d = shape->dimensions;
    for (size_t k = 0; k < d; k++)
        theta[k] = 3 * made(shape->seed + 1000, k) - 1.5 - log((double)d) / 2;
    theta[d] = 2 * made(shape->seed + 1000, d) - 1;
    theta[d + 1] = log(shape->noise);
    for (size_t k = shape->names; k < d; k++)
        theta[d + 2 + k] = shape->warp * (2 * made(shape->seed + 4000, k) - 1);
}

static inline struct process make_process(const struct shape *shape) {
    size_t n = shape->count, d = shape->dimensions;
    struct process process = {
        .x = wn_calloc(n * d, sizeof(double)),
        .y = wn_calloc(n, sizeof(double)),
        .variance = wn_calloc(n, sizeof(double)),
        .theta = wn_calloc(wn_theta_count(d), sizeof(double)),
        .nominal = wn_calloc(d, sizeof(bool)),
    };
    double *points = make_points(shape, n);
    for (size_t i = 0; i < n; i++) {
        double sum = 0;
        for (size_t k = 0; k < d; k++)
            sum += process.x[k * n + i] = points[i * d + k];
        process.y[i] = sin(3 * sum) + 0.3 * points[i * d] +
                       (made(shape->seed + 3000, i) - 0.5) * sqrt(shape->noise);
        process.variance[i] = shape->known * made(shape->seed + 2000, i);
    }
    free(points);
    for (size_t k = 0; k < shape->names; k++)
        process.nominal[k] = true;
    make_theta(shape, process.theta);
    process.data = (struct wn_gp_data){
        .points = {.count = n, .dimensions = d, .x = process.x, .nominal = process.nominal},
        .y = process.y,
        .variance = shape->known > 0 ? process.variance : NULL,
    };
    return process;
}

static inline void free_process(struct process *process) {
    free(process->x);
    free(process->y);
    free(process->variance);
    free(process->theta);
    free(process->nominal);
}

static inline void assert_near(double value, double expected, double tolerance, const char *what) {
    if (!(fabs(value - expected) <= tolerance * fmax(1, fabs(expected))))
        fail_msg("%s: %.17g, not %.17g", what, value, expected);
}

// The slope of a function of x[0..] along x[k], by central differences.
static inline double slope_along(double (*function)(void *context, const double *x), void *context,
                                 double *x, size_t k) {
    const double step = 1e-5;
    double at = x[k];
    x[k] = at + step;
    double above = function(context, x);
    x[k] = at - step;
    double below = function(context, x);
    x[k] = at;
    return (above - below) / (2 * step);
}

#endif
