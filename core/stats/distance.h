// SPDX-License-Identifier: GPL-3.0-or-later
// How far two distributions lie apart: of samples as they are, of samples in bins, of counts, all
// of which may have weights. The reference comes first. Natural logarithms unless said otherwise.
#ifndef WN_STATS_DISTANCE_H
#define WN_STATS_DISTANCE_H

#include "core/base/err.h"
#include "core/stats/sample.h"

struct wn_transport {
    double wasserstein; // the area between the distribution functions (Vallender 1974)
    double normed;      // the same over the reference's standard deviation (by n), at least 0.001
    double energy;      // sqrt(2 integral of (F - G)^2) (Szekely and Rizzo 2013)
};

// Of sorted samples that are not empty.
struct wn_transport wn_transport(const struct wn_sample *ref, const struct wn_sample *cur);

// Shares of both sides in the same bins or categories.
struct wn_shares {
    double *ref, *cur;
    size_t count;
};

// Shares of counts, both sides of which have some. wn_shares_free() releases them.
struct wn_shares wn_shares_of(const double *ref, const double *cur, size_t count);
void wn_shares_free(struct wn_shares *shares);

// Population stability index: sum of (r - c) ln(r / c), a share of 0 taken as a little (as
// evidently has it: 0.0001, or a millionth of the smallest share there is where that is less). What
// neither has does not count.
double wn_psi(const struct wn_shares *shares);
// KL(ref || cur) after the same filling, of what neither has too, scaled to sum to 1 again
// (Kullback and Leibler 1951; the filling is evidently's).
double wn_kullback_leibler(const struct wn_shares *shares);
// The distance, which is the root of the divergence (Lin 1991; Endres and Schindelin 2003).
double wn_jensen_shannon(const struct wn_shares *shares);
double wn_hellinger(const struct wn_shares *shares);       // sqrt(1 - sum sqrt(r c))
double wn_total_variation(const struct wn_shares *shares); // half the sum of |r - c|

// ---- bins ---------------------------------------------------------------------------------------

struct wn_bins {
    double *edges; // upward; `count` of them
    size_t count;
};
void wn_bins_free(struct wn_bins *bins);

// The deciles of a sorted reference, each once; bins are open to both sides, closed on the right.
struct wn_bins wn_decile_bins(const struct wn_sample *ref);
struct wn_shares wn_shares_by_deciles(const struct wn_bins *bins, const struct wn_sample *ref,
                                      const struct wn_sample *cur);

// Bins of equal width from the smallest to the largest value, ceil(log2(n) + 1) of them for n
// values (Sturges 1926); the last one is closed. No edges where there is one value only.
struct wn_bins wn_sturges_bins(double least, double most, size_t n);
struct wn_shares wn_shares_by_width(const struct wn_bins *bins, const struct wn_sample *ref,
                                    const struct wn_sample *cur);
// Every distinct value is a bin.
struct wn_shares wn_shares_by_value(const struct wn_sample *ref, const struct wn_sample *cur);
size_t wn_distinct(const struct wn_sample *sorted);

#endif
