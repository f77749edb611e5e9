// SPDX-License-Identifier: GPL-3.0-or-later
// How large a difference is, whatever its unit. Differences are x minus y.
#ifndef WN_STATS_EFFECT_H
#define WN_STATS_EFFECT_H

#include "core/base/err.h"
#include "core/stats/sample.h"

struct wn_effect {
    double cohens_d;    // by the pooled standard deviation (Cohen 1988)
    double hedges_g;    // d times J(df), exactly (Hedges 1981, eq. 6e)
    double hedges_near; // d times 1 - 3 / (4 df - 1)
    double glass_delta; // by the standard deviation of y; NaN where that is 0 or unknown
};

// WN_NO: no standard deviation to divide by.
enum wn_status wn_effect(struct wn_moments x, struct wn_moments y, struct wn_effect *effect,
                         struct wn_err *err);

struct wn_dominance {
    double cliffs_delta; // P(x > y) - P(x < y) (Cliff 1993)
    double a12;          // P(x > y) + P(x = y) / 2 (Vargha and Delaney 2000)
};

// Of sorted samples; neither may be empty.
struct wn_dominance wn_dominance(const struct wn_sample *x, const struct wn_sample *y);

#endif
