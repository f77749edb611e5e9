// SPDX-License-Identifier: GPL-3.0-or-later
// Warps of the unit interval, for functions that change faster at one end of it than at the other
// (Snoek, Swersky, Zemel and Adams 2014, who take another family): with c > 0
//   w(x) = x / (x + c (1 - x)),
// which moves logit(x) by -log(c). It is the identity where c = 1, also of whole numbers outside,
// its inverse has 1 / c, and its slope is 1 / c at 0 and c at 1, so that no end is torn apart.
#ifndef WN_GP_WARP_H
#define WN_GP_WARP_H

#include <stddef.h>

double wn_warp(double x, double c);
// dw / dx.
double wn_warp_slope(double x, double c);
// dw / d log(c), of w.
double wn_warp_by_log(double warped);
// A coordinate for each c, to out.
void wn_warp_point(const double *c, size_t dimensions, const double *point, double *out);

#endif
