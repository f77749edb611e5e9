// SPDX-License-Identifier: GPL-3.0-or-later
// Values rise, so a coordinate's is found by bisection.
#include "sweep/bins.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

double wn_bin_begin(const struct wn_feature *feature, size_t i) {
    if (i == 0 || i == feature->level_count)
        return i ? 1 : 0;
    return (feature->levels[i - 1] + feature->levels[i]) / 2;
}

size_t wn_bin_of(const struct wn_feature *feature, double coordinate) {
    size_t low = 0, high = feature->level_count - 1;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (coordinate > wn_bin_begin(feature, middle + 1))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

double wn_gaussian_share(double middle, double width, double low, double high) {
    return gsl_cdf_ugaussian_P((high - middle) / width) -
           gsl_cdf_ugaussian_P((low - middle) / width);
}

// Where it has nothing between them, as far as a double can tell, the nearer end.
double wn_gaussian_between(struct wn_rng *rng, double middle, double width, double low,
                           double high) {
    double below = gsl_cdf_ugaussian_P((low - middle) / width);
    double share = gsl_cdf_ugaussian_P((high - middle) / width) - below;
    double x = middle + width * gsl_cdf_ugaussian_Pinv(below + wn_rng_uniform(rng) * share);
    return fmin(fmax(x, low), high);
}
