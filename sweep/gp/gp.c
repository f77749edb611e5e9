// SPDX-License-Identifier: GPL-3.0-or-later
// Only lower triangles are computed, column by column.
#include "sweep/gp/gp.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "sweep/gp/linalg.h"

static const double log_2_pi = 1.8378770664093453;

static double noise_of(const struct wn_gp_data *data, double noise, size_t i) {
    return noise + (data->variance ? data->variance[i] : 0);
}

// ---- likelihood ---------------------------------------------------------------------------------

struct wn_likelihood {
    const struct wn_gp_data *data;
    double *kernel, *slopes, *inverse; // by columns, lower triangles
    double *weights, *alpha;
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
        .alpha = wn_calloc(n, sizeof(double)),
    };
    return likelihood;
}

void wn_likelihood_free(struct wn_likelihood *likelihood) {
    free(likelihood->kernel);
    free(likelihood->slopes);
    free(likelihood->inverse);
    free(likelihood->weights);
    free(likelihood->alpha);
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

// The sum over pairs of a triangle's elements times the squared differences in one dimension.
static double sum_differences(const double *triangle, const double *x, size_t n, bool nominal) {
    double sum = 0;
    for (size_t j = 0; j < n; j++) {
        const double *column = triangle + j * n;
        double at = x[j], part = 0;
        if (nominal)
            for (size_t i = j + 1; i < n; i++)
                part += x[i] != at ? column[i] : 0;
        else
            for (size_t i = j + 1; i < n; i++)
                part += column[i] * (x[i] - at) * (x[i] - at);
        sum += part;
    }
    return sum;
}

static void fill_gradient(struct wn_likelihood *likelihood, double noise, double *gradient) {
    const struct wn_points *points = &likelihood->data->points;
    size_t n = points->count, d = points->dimensions;
    wn_cholesky_inverse(likelihood->inverse, n);
    gradient[d] = turn_to_slopes(likelihood);
    double trace = 0;
    for (size_t i = 0; i < n; i++)
        trace += likelihood->inverse[i * n + i];
    gradient[d + 1] = 0.5 * noise * trace;
    for (size_t k = 0; k < d; k++)
        gradient[k] =
            likelihood->weights[k] *
            sum_differences(likelihood->inverse, points->x + k * n, n, points->nominal[k]);
}

bool wn_likelihood_negative(struct wn_likelihood *likelihood, const double *theta, double *value,
                            double *gradient) {
    const struct wn_gp_data *data = likelihood->data;
    size_t n = data->points.count, d = data->points.dimensions;
    for (size_t k = 0; k < d; k++)
        likelihood->weights[k] = exp(theta[k]);
    struct wn_kernel kernel = {.weights = likelihood->weights, .signal = exp(theta[d])};
    double noise = exp(theta[d + 1]);
    wn_kernel_matrix(&kernel, &data->points, likelihood->kernel, likelihood->slopes);
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
    wn_kernel_matrix(&gp->kernel, &gp->data->points, gp->factor, NULL);
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
    size_t n = gp->data->points.count;
    double *k = wn_calloc(n, sizeof *k);
    wn_kernel_distances(&gp->kernel, &gp->data->points, 0, point, k);
    wn_kernel_of_distances(&gp->kernel, n, k, NULL);
    *mean = wn_dot(k, gp->alpha, n);
    wn_solve_lower(gp->factor, n, k, 1);
    *variance = fmax(0, gp->kernel.signal - wn_dot(k, k, n));
    free(k);
}

void wn_gp_free(struct wn_gp *gp) {
    if (!gp)
        return;
    free(gp->weights);
    free(gp->factor);
    free(gp->alpha);
    free(gp);
}
