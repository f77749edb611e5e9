// SPDX-License-Identifier: GPL-3.0-or-later
// A few divisions: cheap enough for every point that is looked at.
#include "sweep/gp/warp.h"

double wn_warp(double x, double c) {
    return x / (x + c * (1 - x));
}

double wn_warp_slope(double x, double c) {
    double below = x + c * (1 - x);
    return c / (below * below);
}

double wn_warp_by_log(double warped) {
    return -warped * (1 - warped);
}

void wn_warp_point(const double *c, size_t dimensions, const double *point, double *out) {
    for (size_t k = 0; k < dimensions; k++)
        out[k] = wn_warp(point[k], c[k]);
}
