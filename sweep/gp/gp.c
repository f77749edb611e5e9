// SPDX-License-Identifier: GPL-3.0-or-later
// Only lower triangles are computed, column by column.
#include "sweep/gp/gp.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "sweep/gp/linalg.h"
#include "sweep/gp/warp.h"

static const double log_2_pi = 1.8378770664093453;

static double noise_of(const struct wn_gp_data *data, double noise, size_t i) {
    return noise + (data->variance ? data->variance[i] : 0);
}

// The points, warped by exp(theta), which goes to warps.
static struct wn_points warp_points(const struct wn_points *points, const double *theta,
                                    double *warps, double *x) {
    size_t n = points->count, d = points->dimensions;
    for (size_t k = 0; k < d; k++) {
        warps[k] = exp(theta[k]);
        for (size_t i = k * n; i < (k + 1) * n; i++)
            x[i] = wn_warp(points->x[i], warps[k]);
    }
    return (struct wn_points){.count = n, .dimensions = d, .x = x, .nominal = points->nominal};
}

// ---- likelihood ---------------------------------------------------------------------------------

struct wn_likelihood {
    const struct wn_gp_data *data;
    double *kernel, *slopes, *inverse; // by columns, lower triangles
    double *weights, *warps, *alpha;
    double *x;        // warped
    double *products; // of the triangle in `inverse` with x
    double *sums;     // of its rows: its product with ones
    double *ones;
};

struct wn_likelihood *wn_likelihood_new(const struct wn_gp_data *data) {
    size_t n = data->points.count, d = data->points.dimensions;
    struct wn_likelihood *likelihood = wn_malloc(sizeof *likelihood);
    *likelihood = (struct wn_likelihood){
        .data = data,
        .kernel = wn_calloc(n * n, sizeof(double)),
        .slopes = wn_calloc(n * n, sizeof(double)),
        .inverse = wn_calloc(n * n, sizeof(double)),
        .weights = wn_calloc(d, sizeof(double)),
        .warps = wn_calloc(d, sizeof(double)),
        .alpha = wn_calloc(n, sizeof(double)),
        .x = wn_calloc(n * d, sizeof(double)),
        .products = wn_calloc(n * d, sizeof(double)),
        .sums = wn_calloc(n, sizeof(double)),
        .ones = wn_calloc(n, sizeof(double)),
    };
    for (size_t i = 0; i < n; i++)
        likelihood->ones[i] = 1;
    return likelihood;
}

void wn_likelihood_free(struct wn_likelihood *likelihood) {
    free(likelihood->kernel);
    free(likelihood->slopes);
    free(likelihood->inverse);
    free(likelihood->weights);
    free(likelihood->warps);
    free(likelihood->alpha);
    free(likelihood->x);
    free(likelihood->products);
    free(likelihood->sums);
    free(likelihood->ones);
    free(likelihood);
}

// From K^-1 to (K^-1 - alpha alpha^T), whose product with dK / d theta has half the gradient as its
// trace; multiplied by the kernel's slopes where off the diagonal.
static double turn_to_slopes(struct wn_likelihood *likelihood) {
    size_t n = likelihood->data->points.count;
    double by_signal = 0;
    for (size_t j = 0; j < n; j++) {
        double *column = likelihood->inverse + j * n;
        const double *kernel = likelihood->kernel + j * n, *slopes = likelihood->slopes + j * n;
        double alpha = likelihood->alpha[j];
        column[j] -= alpha * alpha;
        by_signal += 0.5 * column[j] * kernel[j];
        for (size_t i = j + 1; i < n; i++) {
            double weight = column[i] - alpha * likelihood->alpha[i];
            by_signal += weight * kernel[i];
            column[i] = weight * slopes[i];
        }
    }
    return by_signal;
}

// The sum over pairs of a triangle's elements where the names of a dimension differ.
static double sum_different(const double *triangle, const double *names, size_t n) {
    double sum = 0;
    for (size_t j = 0; j < n; j++) {
        const double *column = triangle + j * n;
        for (size_t i = j + 1; i < n; i++)
            sum += names[i] != names[j] ? column[i] : 0;
    }
    return sum;
}

// With T the symmetric matrix of a triangle, the gradient by coordinate x_i of dimension k is
// 2 w_k sum over j of T_ij (x_i - x_j). That by log(w_k), which is w_k times the sum over pairs of
// T_ij (x_i - x_j)^2, is half of the sum of x_i times it.
static void fill_by_numbers(struct wn_likelihood *likelihood, size_t k, double *gradient) {
    size_t n = likelihood->data->points.count, d = likelihood->data->points.dimensions;
    const double *x = likelihood->x + k * n, *products = likelihood->products + k * n;
    double by_weight = 0, by_warp = 0;
    for (size_t i = 0; i < n; i++) {
        double pull = x[i] * likelihood->sums[i] - products[i];
        by_weight += pull * x[i];
        by_warp += pull * wn_warp_by_log(x[i]);
    }
    gradient[k] = likelihood->weights[k] * by_weight;
    gradient[d + 2 + k] = 2 * likelihood->weights[k] * by_warp;
}

static void fill_by_dimensions(struct wn_likelihood *likelihood, double *gradient) {
    const struct wn_points *points = &likelihood->data->points;
    size_t n = points->count, d = points->dimensions;
    double *triangle = likelihood->inverse;
    for (size_t i = 0; i < n; i++)
        triangle[i * n + i] = 0;
    wn_multiply_symmetric(triangle, n, likelihood->ones, 1, likelihood->sums);
    wn_multiply_symmetric(triangle, n, likelihood->x, d, likelihood->products);
    for (size_t k = 0; k < d; k++) {
        if (!points->nominal[k]) {
            fill_by_numbers(likelihood, k, gradient);
            continue;
        }
        gradient[k] = likelihood->weights[k] * sum_different(triangle, likelihood->x + k * n, n);
        gradient[d + 2 + k] = 0;
    }
}

static void fill_gradient(struct wn_likelihood *likelihood, double noise, double *gradient) {
    size_t n = likelihood->data->points.count, d = likelihood->data->points.dimensions;
    wn_cholesky_inverse(likelihood->inverse, n);
    gradient[d] = turn_to_slopes(likelihood);
    double trace = 0;
    for (size_t i = 0; i < n; i++)
        trace += likelihood->inverse[i * n + i];
    gradient[d + 1] = 0.5 * noise * trace;
    fill_by_dimensions(likelihood, gradient);
}

bool wn_likelihood_negative(struct wn_likelihood *likelihood, const double *theta, double *value,
                            double *gradient) {
    const struct wn_gp_data *data = likelihood->data;
    size_t n = data->points.count, d = data->points.dimensions;
    for (size_t k = 0; k < d; k++)
        likelihood->weights[k] = exp(theta[k]);
    struct wn_kernel kernel = {.weights = likelihood->weights, .signal = exp(theta[d])};
    double noise = exp(theta[d + 1]);
    struct wn_points points =
        warp_points(&data->points, theta + d + 2, likelihood->warps, likelihood->x);
    wn_kernel_matrix(&kernel, &points, likelihood->kernel, likelihood->slopes);
    double *factor = likelihood->inverse;
    memcpy(factor, likelihood->kernel, n * n * sizeof *factor);
    for (size_t i = 0; i < n; i++)
        factor[i * n + i] += noise_of(data, noise, i);
    if (!wn_cholesky(factor, n))
        return false;
    memcpy(likelihood->alpha, data->y, n * sizeof(double));
    wn_solve_lower(factor, n, likelihood->alpha, 1);
    double fit = wn_dot(likelihood->alpha, likelihood->alpha, n);
    *value = 0.5 * (fit + wn_cholesky_log_determinant(factor, n) + (double)n * log_2_pi);
    wn_solve_lower_transposed(factor, n, likelihood->alpha, 1);
    if (gradient)
        fill_gradient(likelihood, noise, gradient);
    return isfinite(*value);
}

// ---- the process --------------------------------------------------------------------------------

static bool factorise(struct wn_gp *gp) {
    size_t n = gp->data->points.count;
    wn_kernel_matrix(&gp->kernel, &gp->points, gp->factor, NULL);
    for (size_t i = 0; i < n; i++)
        gp->factor[i * n + i] += noise_of(gp->data, gp->noise, i);
    return wn_cholesky(gp->factor, n);
}

struct wn_gp *wn_gp_new(const struct wn_gp_data *data, const double *theta) {
    enum { RAISES = 2 };
    size_t n = data->points.count, d = data->points.dimensions;
    struct wn_gp *gp = wn_calloc(1, sizeof *gp);
    gp->data = data;
    gp->weights = wn_calloc(d, sizeof *gp->weights);
    for (size_t k = 0; k < d; k++)
        gp->weights[k] = exp(theta[k]);
    gp->kernel = (struct wn_kernel){.weights = gp->weights, .signal = exp(theta[d])};
    gp->noise = exp(theta[d + 1]);
    gp->warps = wn_calloc(d, sizeof *gp->warps);
    gp->x = wn_calloc(n * d, sizeof *gp->x);
    gp->points = warp_points(&data->points, theta + d + 2, gp->warps, gp->x);
    gp->factor = wn_calloc(n * n, sizeof *gp->factor);
    gp->alpha = wn_calloc(n, sizeof *gp->alpha);
    bool definite = factorise(gp);
    for (int i = 0; i < RAISES && !definite; i++) {
        gp->noise *= 10;
        definite = factorise(gp);
    }
    if (!definite) {
        wn_gp_free(gp);
        return NULL;
    }
    memcpy(gp->alpha, data->y, n * sizeof *gp->alpha);
    wn_solve_lower(gp->factor, n, gp->alpha, 1);
    wn_solve_lower_transposed(gp->factor, n, gp->alpha, 1);
    return gp;
}

void wn_gp_predict(const struct wn_gp *gp, const double *point, double *mean, double *variance) {
    size_t n = gp->points.count, d = gp->points.dimensions;
    double *k = wn_calloc(n, sizeof *k), *warped = wn_calloc(d, sizeof *warped);
    wn_warp_point(gp->warps, d, point, warped);
    wn_kernel_distances(&gp->kernel, &gp->points, 0, warped, k);
    wn_kernel_of_distances(&gp->kernel, n, k, NULL);
    *mean = wn_dot(k, gp->alpha, n);
    wn_solve_lower(gp->factor, n, k, 1);
    *variance = fmax(0, gp->kernel.signal - wn_dot(k, k, n));
    free(k);
    free(warped);
}

void wn_gp_free(struct wn_gp *gp) {
    if (!gp)
        return;
    free(gp->weights);
    free(gp->warps);
    free(gp->x);
    free(gp->factor);
    free(gp->alpha);
    free(gp);
}
