// SPDX-License-Identifier: GPL-3.0-or-later
// The Matern-5/2 kernel with a lengthscale per dimension (Rasmussen and Williams 2006, eq. 4.17):
//   k(r) = s (1 + a + a^2 / 3) exp(-a),  a = sqrt(5) r,  r^2 = sum over k of w_k d_k^2,
// where w_k is the inverse of the squared lengthscale, s the signal variance, and d_k the
// difference of two points in dimension k: of numbers, or 0 and 1 where the dimension holds names.
#ifndef WN_GP_KERNEL_H
#define WN_GP_KERNEL_H

#include <stdbool.h>
#include <stddef.h>

struct wn_points {
    size_t count, dimensions;
    const double *x;     // x[k * count + i]: dimension k of point i
    const bool *nominal; // of each dimension: its values are names, which are equal or not
};

struct wn_kernel {
    const double *weights; // w, of each dimension
    double signal;         // s
};

// r^2 between one point (a coordinate per dimension) and points first..count-1, to out[0...].
void wn_kernel_distances(const struct wn_kernel *kernel, const struct wn_points *points,
                         size_t first, const double *point, double *out);
// In place, r^2 to k; where slopes is not NULL, dk/dr^2 goes there.
void wn_kernel_of_distances(const struct wn_kernel *kernel, size_t count, double *values,
                            double *slopes);
// The lower triangle, by columns, of k between all points, and of the slopes where not NULL.
void wn_kernel_matrix(const struct wn_kernel *kernel, const struct wn_points *points,
                      double *values, double *slopes);

#endif
