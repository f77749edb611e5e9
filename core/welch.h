// SPDX-License-Identifier: GPL-3.0-or-later
// Welch's t-test: whether two means with standard errors differ.
#ifndef WN_WELCH_H
#define WN_WELCH_H

#include <stdint.h>

struct wn_mean {
    double mean, se; // se NaN or 0: not known
    int64_t count;   // values that it is the mean of
};

// The two-sided p-value; NaN where either mean has no standard error.
double wn_welch_p(struct wn_mean a, struct wn_mean b);

#endif
