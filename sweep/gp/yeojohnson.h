// SPDX-License-Identifier: GPL-3.0-or-later
// The power transform of Yeo and Johnson 2000 (Biometrika 87), fitted by maximum likelihood to
// values scaled by their quartiles, and standardised: what is skewed becomes as normal as one power
// can make it, and its order stays. What is far above all others (as of trials that diverged) takes
// no part in the scaling, and counts as no more than ten thousand of its units.
#ifndef WN_GP_YEOJOHNSON_H
#define WN_GP_YEOJOHNSON_H

#include <stddef.h>

struct wn_yeojohnson {
    int exponent;         // values are divided by 2 to this power, so that no square overflows
    double center, scale; // of what that makes of them
    double lambda;
    double mean, deviation; // of the transformed
};

// Of finite values. Where they are all equal, everything becomes 0.
struct wn_yeojohnson wn_yeojohnson_fit(const double *values, size_t count);
double wn_yeojohnson_apply(const struct wn_yeojohnson *transform, double value);
// Its derivative there.
double wn_yeojohnson_slope(const struct wn_yeojohnson *transform, double value);
// Yeo and Johnson's psi alone.
double wn_yeojohnson_psi(double lambda, double value);

#endif
