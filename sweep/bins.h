// SPDX-License-Identifier: GPL-3.0-or-later
// The interval from 0 to 1 as a feature of numbers shares it out among its values, where they can
// be listed: each has what is nearer to it than to any other. And draws between two ends.
#ifndef WN_BINS_H
#define WN_BINS_H

#include "core/base/rng.h"
#include "sweep/bayes/features.h"

// Which of the values a coordinate is nearest to.
size_t wn_bin_of(const struct wn_feature *feature, double coordinate);
// Where the share of the i-th value begins; for i = level_count, where that of the last one ends.
double wn_bin_begin(const struct wn_feature *feature, size_t i);

// What a Gaussian has between two ends.
double wn_gaussian_share(double middle, double width, double low, double high);
// A draw of a Gaussian that is cut off at both ends.
double wn_gaussian_between(struct wn_rng *rng, double middle, double width, double low,
                           double high);

#endif
