// SPDX-License-Identifier: GPL-3.0-or-later
// Two shares of successes compared. Differences are the first minus the second.
#ifndef WN_STATS_PROPORTIONS_H
#define WN_STATS_PROPORTIONS_H

#include "core/base/err.h"

struct wn_share {
    double hits, all; // whole numbers; hits at most all
};

struct wn_interval {
    double low, high;
};

struct wn_two_shares {
    double diff, z, p;           // z by the pooled share, p two-sided; NaN: all or none are hits
    double odds_ratio;           // as it is; infinite, or NaN for 0/0
    double cohens_h;             // 2 asin(sqrt(p1)) - 2 asin(sqrt(p2)) (Cohen 1988)
    struct wn_interval wald;     // by the standard error of the difference
    struct wn_interval newcombe; // of two Wilson intervals (Newcombe 1998, method 10)
    struct wn_interval agresti_caffo; // Wald's with a hit and a miss added to each side (2000)
    struct wn_interval score;         // Miettinen and Nurminen (1985)
};

// WN_NO: z is not defined; all else is set where there are trials on both sides.
enum wn_status wn_two_shares(struct wn_share a, struct wn_share b, double conf,
                             struct wn_two_shares *test, struct wn_err *err);

struct wn_fisher {
    double p, p_less, p_greater; // two-sided: all tables that are no more probable
};

// Fisher's exact test (1935). Both sides together may have 1e11 trials: more is NaN. Below 1e-300
// it is 0.
struct wn_fisher wn_fisher(struct wn_share a, struct wn_share b);

#endif
