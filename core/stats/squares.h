// SPDX-License-Identifier: GPL-3.0-or-later
// Tests that add up squared gaps of empirical distribution functions: Cramer and von Mises's of two
// samples, Anderson and Darling's of several, which weighs the tails more.
#ifndef WN_STATS_SQUARES_H
#define WN_STATS_SQUARES_H

#include "core/base/err.h"
#include "core/stats/sample.h"

struct wn_cramer {
    double t;
    double p_limit; // the limiting law of T, shifted to its mean and scaled to its variance
    double p_exact; // NaN: ties, or more than 20 values a side
    double p;
    const char *method;
};

// Of sorted samples: Anderson (1962), eq. 8 to 10, with midranks. The limit is Csorgo and Faraway's
// (1996), eq. 1.3; the exact law by Xiao, Gordon and Yakovlev (2007).
enum wn_status wn_cramer(const struct wn_sample *x, const struct wn_sample *y,
                         struct wn_cramer *test, struct wn_err *err);

struct wn_anderson {
    double midrank, right; // standardised statistics: ties as midranks, and from the right
    double p;              // of the first, from the published table: never outside 0.001 to 0.25
};

// Of sorted samples: Scholz and Stephens (1987), eq. 7 and 6, their table 2.
enum wn_status wn_anderson(const struct wn_sample *samples, size_t count, struct wn_anderson *test,
                           struct wn_err *err);

#endif
