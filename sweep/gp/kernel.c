// SPDX-License-Identifier: GPL-3.0-or-later
// The loops over points are the innermost and plain, so that the compiler makes vector code of
// them.
#include "sweep/gp/kernel.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

static void add_numbers(double weight, double at, const double *x, size_t count, double *out) {
    for (size_t i = 0; i < count; i++)
        out[i] += weight * (x[i] - at) * (x[i] - at);
}

static void add_names(double weight, double at, const double *x, size_t count, double *out) {
    for (size_t i = 0; i < count; i++)
        out[i] += x[i] != at ? weight : 0;
}

void wn_kernel_distances(const struct wn_kernel *kernel, const struct wn_points *points,
                         size_t first, const double *point, double *out) {
    size_t count = points->count - first;
    memset(out, 0, count * sizeof *out);
    for (size_t k = 0; k < points->dimensions; k++) {
        const double *x = points->x + k * points->count + first;
        if (points->nominal[k])
            add_names(kernel->weights[k], point[k], x, count, out);
        else
            add_numbers(kernel->weights[k], point[k], x, count, out);
    }
}

void wn_kernel_of_distances(const struct wn_kernel *kernel, size_t count, double *values,
                            double *slopes) {
    for (size_t i = 0; i < count; i++) {
        double squared = values[i], a = sqrt(5 * squared);
        double decayed = kernel->signal * exp(-a);
        values[i] = (1 + a + 5.0 / 3 * squared) * decayed;
        if (slopes)
            slopes[i] = -5.0 / 6 * (1 + a) * decayed;
    }
}

void wn_kernel_matrix(const struct wn_kernel *kernel, const struct wn_points *points,
                      double *values, double *slopes) {
    size_t n = points->count;
    double *point = wn_calloc(points->dimensions, sizeof *point);
    for (size_t j = 0; j < n; j++) {
        size_t diagonal = j * n + j;
        for (size_t k = 0; k < points->dimensions; k++)
            point[k] = points->x[k * n + j];
        wn_kernel_distances(kernel, points, j, point, values + diagonal);
        wn_kernel_of_distances(kernel, n - j, values + diagonal, slopes ? slopes + diagonal : NULL);
    }
    free(point);
}
