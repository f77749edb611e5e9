// SPDX-License-Identifier: GPL-3.0-or-later
// Less noise in a comparison by what was known of each member before it.
#ifndef WN_STATS_CUPED_H
#define WN_STATS_CUPED_H

#include "core/stats/t_test.h"

struct wn_cuped {
    double theta;          // of both arms together: cov(y, x) / var(x)
    double variance_left;  // var(adjusted) / var(y) = 1 - corr(x, y)^2
    double mean_a, mean_b; // adjusted
    struct wn_t_test test; // Welch's, of B minus A
};

// Deng, Xu, Kohavi and Walker, Improving the sensitivity of online controlled experiments by
// utilizing pre-experiment data (2013), eq. 3 to 5: y - theta (x - mean of x). Of clean pairs in
// each arm; overwrites y.
enum wn_status wn_cuped(struct wn_sample y_a, struct wn_sample x_a, struct wn_sample y_b,
                        struct wn_sample x_b, struct wn_cuped *cuped, struct wn_err *err);

#endif
