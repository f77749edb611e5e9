// SPDX-License-Identifier: GPL-3.0-or-later
// A t test that may be looked at after every value. Its values are differences of pairs, so the
// same seeds on both sides take out what both have in common; their variance need not be known.
#ifndef WN_STATS_ANYTIME_H
#define WN_STATS_ANYTIME_H

#include "core/stats/sample.h"

// The test martingale of Wang and Ramdas, Anytime-valid t-tests and confidence sequences for
// Gaussian means with unknown variance (2025): a Gaussian mixture of variance `spread`
// over the effect in standard deviations, the right Haar measure over the standard deviation; the
// same as Lindon, Ham, Tingley and Bojinov (2024) have for one coefficient. Exact from the second
// value on where values are normal, and never far off where they are symmetric, as differences of
// two sides are that are alike.
struct wn_anytime {
    double evidence;   // logarithm of the Bayes factor against "the mean is 0"; 0 below two values
    double p;          // exp(-evidence), at most 1. Valid at the moment one stops; the least of all
                       // so far is valid too
    double half_width; // of the confidence sequence around the mean; infinite while it says nothing
};

// The spread that winnow uses where nothing else is said: tightest for differences of about one
// standard deviation, and within a few values of the best one from a half to two.
#define WN_ANYTIME_SPREAD 1.0

struct wn_anytime wn_anytime_t(struct wn_moments moments, double spread, double alpha);

// After how many values it would be decided, if mean and variance stay as they are: the interval
// leaves 0 out, or lies within +-least (0: that never happens). 0: not within `most` values.
size_t wn_anytime_needed(struct wn_moments moments, double spread, double alpha, double least,
                         size_t most);

#endif
