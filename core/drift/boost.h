// SPDX-License-Identifier: GPL-3.0-or-later
// Gradient-boosted trees for a yes or no: Friedman, Greedy function approximation (2001), with
// Newton's steps and the penalty of Chen and Guestrin, XGBoost (2016), on features cut into bins.
// Small on purpose: shallow trees, few of them, no randomness.
#ifndef WN_DRIFT_BOOST_H
#define WN_DRIFT_BOOST_H

#include <stddef.h>

enum { WN_BOOST_BINS = 32 };

struct wn_boost_data {
    const unsigned char *bins; // feature by feature, of every row
    const unsigned char *yes;  // 0 or 1 of every row
    size_t rows, features;
};

// Learns from the rows where `train` is not 0, and writes the score of every row; adds to `gains`
// how much each feature improved the fit.
void wn_boost(const struct wn_boost_data *data, const unsigned char *train, double *scores,
              double *gains);

#endif
