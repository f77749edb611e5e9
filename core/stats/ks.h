// SPDX-License-Identifier: GPL-3.0-or-later
// Kolmogorov and Smirnov's two-sample test: whether two samples come from one distribution.
#ifndef WN_STATS_KS_H
#define WN_STATS_KS_H

#include <stdbool.h>

#include "core/base/err.h"
#include "core/stats/sample.h"

struct wn_ks {
    double d;     // the largest gap of the two empirical distribution functions, behind all ties
    double where; // the value at which it is reached first
    bool ties;    // between or within the samples
    // NaN: not computed. The first counts lattice paths (Hodges 1957) as if there were no ties, the
    // second only those that the ties leave (Schroer and Trenkler 1995); then the limit that ties
    // leave (Wood and Altavela 1978) where they matter, the distribution of one sample of mn/(m+n),
    // and its limit.
    double p_exact, p_exact_ties, p_ties, p_one_sample, p_limit;
    double p; // the one to use
    const char *method;
};

// Of sorted samples, perhaps with weights. Exact up to 10,000 values a side, with ties up to 25
// million pairs.
enum wn_status wn_ks(const struct wn_sample *x, const struct wn_sample *y, struct wn_ks *ks,
                     struct wn_err *err);

// The p-value of a gap `d` by the limit that ties leave; NaN where they do not matter: there are a
// thousand distinct values or more, and none that has a hundredth of all.
double wn_ks_ties_tail(const struct wn_sample *x, const struct wn_sample *y, double d);

#endif
