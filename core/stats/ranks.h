// SPDX-License-Identifier: GPL-3.0-or-later
// Tests that look at ranks alone: Mann and Whitney's of two samples, Wilcoxon's of pairs, and the
// shift that goes with the first. Differences are x minus y.
#ifndef WN_STATS_RANKS_H
#define WN_STATS_RANKS_H

#include "core/base/err.h"
#include "core/stats/sample.h"

struct wn_mann_whitney {
    double u1, u2; // pairs with x > y, with x < y; a tie counts half to each
    bool ties;
    // Two-sided by the normal limit with the variance that ties leave (Lehmann 1975, eq. 1.35),
    // with and without the continuity correction; one-sided (x is less) with it.
    double p_normal_cc, p_normal, p_less_cc;
    double p_exact; // by the distribution over all splits, ties kept; NaN: not computed
    double p;       // the one to use
    const char *method;
};

// Of sorted samples: Mann and Whitney (1947). Exact up to 50 values a side by the shift algorithm
// of Streitberg and Roehmel (1986).
enum wn_status wn_mann_whitney(const struct wn_sample *x, const struct wn_sample *y,
                               struct wn_mann_whitney *test, struct wn_err *err);

struct wn_shift {
    double estimate, low, high; // interval NaN: not computed
};

// The median of all differences of sorted samples, and the interval that inverts the exact test
// (Hodges and Lehmann 1963; Bauer 1972); NaN where there are more than a quarter million, or ties.
struct wn_shift wn_hodges_lehmann(const struct wn_sample *x, const struct wn_sample *y,
                                  double conf);

struct wn_wilcoxon {
    double w_plus, w_minus; // sums of the ranks of positive, of negative differences
    size_t nonzero;
    double p_normal, p_normal_cc; // two-sided, with the variance that ties leave
    double p_exact;               // NaN: not computed
    bool ties;                    // among the differences, or some of them zero
    double p;
    const char *method;
};

// Of clean pairs, overwriting x: Wilcoxon (1945). Zero differences are dropped; with `pratt` they
// are ranked first (Pratt 1959). Exact up to 100 differences, but not with `pratt` and zeros.
enum wn_status wn_wilcoxon(struct wn_sample x, struct wn_sample y, bool pratt,
                           struct wn_wilcoxon *test, struct wn_err *err);

#endif
