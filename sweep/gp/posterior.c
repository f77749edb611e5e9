// SPDX-License-Identifier: GPL-3.0-or-later
// With K_y the covariance of the observations with noise, a draw is a draw f of the prior at all
// points, corrected by K(all, observed) u, where u = K_y^-1 (y - f(observed) - noise drawn). With
// f = L z it follows that the weights of a draw are K^-1 (f + K(all, observed) u) = L^-T z + (u,
// 0).
#include "sweep/gp/posterior.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "sweep/gp/linalg.h"
#include "sweep/gp/warp.h"

static const double jitter = 1e-6;           // of the signal variance
static const double small_noise = 1e-4;      // of the signal variance: no need to draw
static const double least_deviation = 1e-10; // of the signal's

static struct wn_posterior *copy_process(const struct wn_gp *gp, const double *pending,
                                         size_t count, size_t draws) {
    const struct wn_points *observed = &gp->points;
    size_t n = observed->count + count, d = observed->dimensions;
    struct wn_posterior *posterior = wn_calloc(1, sizeof *posterior);
    posterior->x = wn_calloc(n * d, sizeof(double));
    for (size_t k = 0; k < d; k++) {
        memcpy(posterior->x + k * n, observed->x + k * observed->count,
               observed->count * sizeof(double));
        for (size_t i = 0; i < count; i++)
            posterior->x[k * n + observed->count + i] = wn_warp(pending[i * d + k], gp->warps[k]);
    }
    posterior->points = (struct wn_points){
        .count = n, .dimensions = d, .x = posterior->x, .nominal = observed->nominal};
    posterior->weights = wn_calloc(d, sizeof(double));
    memcpy(posterior->weights, gp->weights, d * sizeof(double));
    posterior->warps = wn_calloc(d, sizeof(double));
    memcpy(posterior->warps, gp->warps, d * sizeof(double));
    posterior->kernel = gp->kernel;
    posterior->kernel.weights = posterior->weights;
    posterior->draws = draws;
    posterior->factor = wn_calloc(n * n, sizeof(double));
    posterior->alpha = wn_calloc(n * draws, sizeof(double));
    posterior->best = wn_calloc(draws, sizeof(double));
    return posterior;
}

void wn_posterior_free(struct wn_posterior *posterior) {
    if (!posterior)
        return;
    free(posterior->x);
    free(posterior->weights);
    free(posterior->warps);
    free(posterior->factor);
    free(posterior->alpha);
    free(posterior->best);
    free(posterior);
}

static struct wn_posterior *certain(const struct wn_gp *gp) {
    size_t n = gp->data->points.count;
    struct wn_posterior *posterior = copy_process(gp, NULL, 0, 1);
    memcpy(posterior->factor, gp->factor, n * n * sizeof(double));
    memcpy(posterior->alpha, gp->alpha, n * sizeof(double));
    posterior->best[0] = INFINITY;
    for (size_t i = 0; i < n; i++)
        posterior->best[0] = fmin(posterior->best[0], gp->data->y[i]);
    return posterior;
}

// Whole, as products with its columns are wanted.
static void fill_covariance(const struct wn_posterior *posterior, double *covariance) {
    size_t n = posterior->points.count;
    wn_kernel_matrix(&posterior->kernel, &posterior->points, covariance, NULL);
    for (size_t j = 0; j < n; j++) {
        covariance[j * n + j] += jitter * posterior->kernel.signal;
        for (size_t i = j + 1; i < n; i++)
            covariance[i * n + j] = covariance[j * n + i];
    }
}

static double draw_normal(struct wn_rng *rng) {
    return gsl_cdf_ugaussian_Pinv(wn_rng_uniform(rng));
}

// One draw's weights and least value. covariance: of all points, whole.
static void draw(struct wn_posterior *posterior, const struct wn_gp *gp, const double *covariance,
                 struct wn_rng *rng, size_t index) {
    size_t n = posterior->points.count, observed = gp->data->points.count;
    double *alpha = posterior->alpha + index * n;
    double *value = wn_calloc(n, sizeof *value), *u = wn_calloc(n, sizeof *u);
    for (size_t i = 0; i < n; i++)
        value[i] = alpha[i] = draw_normal(rng);
    wn_multiply_lower(posterior->factor, n, value, 1);
    wn_solve_lower_transposed(posterior->factor, n, alpha, 1);
    for (size_t i = 0; i < observed; i++) {
        double known = gp->data->variance ? gp->data->variance[i] : 0;
        u[i] = gp->data->y[i] - value[i] - sqrt(gp->noise + known) * draw_normal(rng);
    }
    wn_solve_lower(gp->factor, observed, u, 1);
    wn_solve_lower_transposed(gp->factor, observed, u, 1);
    posterior->best[index] = INFINITY;
    for (size_t i = 0; i < n; i++) {
        alpha[i] += u[i];
        value[i] += wn_dot(covariance + i * n, u, observed);
        posterior->best[index] = fmin(posterior->best[index], value[i]);
    }
    free(value);
    free(u);
}

static bool has_noise(const struct wn_gp *gp) {
    double most = gp->noise;
    for (size_t i = 0; gp->data->variance && i < gp->data->points.count; i++)
        most = fmax(most, gp->noise + gp->data->variance[i]);
    return most > small_noise * gp->kernel.signal;
}

struct wn_posterior *wn_posterior_new(const struct wn_gp *gp, const double *pending, size_t count,
                                      size_t draws, struct wn_rng rng) {
    if (!draws || (!count && !has_noise(gp)))
        return certain(gp);
    struct wn_posterior *posterior = copy_process(gp, pending, count, draws);
    size_t n = posterior->points.count;
    double *covariance = wn_calloc(n * n, sizeof *covariance);
    fill_covariance(posterior, covariance);
    memcpy(posterior->factor, covariance, n * n * sizeof *covariance);
    bool definite = wn_cholesky(posterior->factor, n);
    for (size_t i = 0; i < draws && definite; i++)
        draw(posterior, gp, covariance, &rng, i);
    free(covariance);
    if (definite)
        return posterior;
    wn_posterior_free(posterior);
    return NULL;
}

// ---- predictions --------------------------------------------------------------------------------

static double deviation_of(const struct wn_posterior *posterior, double explained) {
    double signal = posterior->kernel.signal;
    return sqrt(fmax(signal - explained, least_deviation * signal));
}

void wn_posterior_predict(const struct wn_posterior *posterior, const double *points, size_t count,
                          double *means, double *deviations, double *scratch) {
    size_t n = posterior->points.count, d = posterior->points.dimensions;
    double *warped = wn_calloc(d, sizeof *warped);
    for (size_t j = 0; j < count; j++) {
        wn_warp_point(posterior->warps, d, points + j * d, warped);
        wn_kernel_distances(&posterior->kernel, &posterior->points, 0, warped, scratch + j * n);
        wn_kernel_of_distances(&posterior->kernel, n, scratch + j * n, NULL);
    }
    free(warped);
    wn_multiply_transposed(posterior->alpha, scratch, n, posterior->draws, count, means);
    wn_solve_lower(posterior->factor, n, scratch, count);
    for (size_t j = 0; j < count; j++)
        deviations[j] = deviation_of(posterior, wn_dot(scratch + j * n, scratch + j * n, n));
}

struct wn_posterior_at *wn_posterior_at_new(const struct wn_posterior *posterior) {
    size_t n = posterior->points.count;
    struct wn_posterior_at *at = wn_malloc(sizeof *at);
    *at = (struct wn_posterior_at){
        .posterior = posterior,
        .warped = wn_calloc(posterior->points.dimensions, sizeof(double)),
        .means = wn_calloc(posterior->draws, sizeof(double)),
        .solved = wn_calloc(n, sizeof(double)),
        .slopes = wn_calloc(n, sizeof(double)),
        .alpha = wn_calloc(n, sizeof(double)),
    };
    return at;
}

void wn_posterior_at_free(struct wn_posterior_at *at) {
    free(at->warped);
    free(at->means);
    free(at->solved);
    free(at->slopes);
    free(at->alpha);
    free(at);
}

void wn_posterior_look(struct wn_posterior_at *at, const double *point) {
    const struct wn_posterior *posterior = at->posterior;
    size_t n = posterior->points.count;
    at->point = point;
    wn_warp_point(posterior->warps, posterior->points.dimensions, point, at->warped);
    wn_kernel_distances(&posterior->kernel, &posterior->points, 0, at->warped, at->solved);
    wn_kernel_of_distances(&posterior->kernel, n, at->solved, at->slopes);
    wn_multiply_transposed(posterior->alpha, at->solved, n, posterior->draws, 1, at->means);
    wn_solve_lower(posterior->factor, n, at->solved, 1);
    at->deviation = deviation_of(posterior, wn_dot(at->solved, at->solved, n));
    wn_solve_lower_transposed(posterior->factor, n, at->solved, 1);
}

// d mean = sum alpha_i dk_i, d deviation = -(sum solved_i dk_i) / deviation, and
// dk_i = slope_i w 2 (x - x_i) dx, where x is warped.
void wn_posterior_slope(struct wn_posterior_at *at, const double *by_means, double by_deviation,
                        double *gradient) {
    const struct wn_posterior *posterior = at->posterior;
    const struct wn_points *points = &posterior->points;
    size_t n = points->count;
    memset(at->alpha, 0, n * sizeof *at->alpha);
    for (size_t m = 0; m < posterior->draws; m++)
        for (size_t i = 0; i < n; i++)
            at->alpha[i] += by_means[m] * posterior->alpha[m * n + i];
    for (size_t i = 0; i < n; i++)
        at->alpha[i] =
            2 * at->slopes[i] * (at->alpha[i] - by_deviation / at->deviation * at->solved[i]);
    for (size_t k = 0; k < points->dimensions; k++) {
        const double *x = points->x + k * n;
        double sum = 0;
        for (size_t i = 0; i < n && !points->nominal[k]; i++)
            sum += at->alpha[i] * (at->warped[k] - x[i]);
        gradient[k] =
            sum * posterior->weights[k] * wn_warp_slope(at->point[k], posterior->warps[k]);
    }
}
