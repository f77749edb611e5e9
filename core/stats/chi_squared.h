// SPDX-License-Identifier: GPL-3.0-or-later
// Counts of categories compared: two rows with each other, or one with what was expected.
#ifndef WN_STATS_CHI_SQUARED_H
#define WN_STATS_CHI_SQUARED_H

#include <stddef.h>

#include "core/base/err.h"

struct wn_chi_squared {
    size_t df;
    double chi2, p;        // Pearson (1900), without Yates's correction
    double g, p_g;         // likelihood ratio (Wilks 1938)
    double yates, p_yates; // Yates (1934); NaN but for two categories
    double least_expected;
    size_t cells_below_5;
    double cramers_v;
    double distance; // total variation: half the sum of differences of shares
    // As evidently has it: the second row against shares of the first that are taken as exact. Too
    // small by construction.
    double p_one_way;
    double p_exact; // Freeman and Halton (1951); NaN: too many tables
    // By the gamma distribution that has the statistic's mean and variance over all tables with
    // these margins (Haldane 1940; Dawson 1954): holds where cells expect few. NaN: fewer than
    // four.
    double p_margins;
};

// Whether two rows of counts come from one distribution. Categories that neither has are left out.
enum wn_status wn_chi_squared(const double *a, const double *b, size_t count,
                              struct wn_chi_squared *test, struct wn_err *err);

struct wn_fit {
    double chi2, p;
    size_t df;
};

// Whether counts have the proportions of `weights`: sample-ratio mismatch, as Fabijan et al. (2019)
// test it. A weight of 0 takes no members.
enum wn_status wn_sample_ratio(const double *observed, const double *weights, size_t count,
                               struct wn_fit *fit, struct wn_err *err);

#endif
