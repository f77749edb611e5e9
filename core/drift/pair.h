// SPDX-License-Identifier: GPL-3.0-or-later
// A column of two data sets, side by side as tests want it: sorted numbers, or counts of the same
// categories. The columns are borrowed.
#ifndef WN_DRIFT_PAIR_H
#define WN_DRIFT_PAIR_H

#include "core/data/feature.h"
#include "core/stats/distance.h"
#include "core/stats/ks.h"

struct wn_pair {
    const struct wn_feature *ref, *cur;
    // Of numbers: upward, perhaps with weights.
    struct wn_sample a, b;
    double error; // by how much a difference of shares of numbers may be off; 0: exact
    // Categories, bins of numbers, or words: how many rows of each side have it.
    double *in_a, *in_b;
    char **names;
    size_t count;
    double rows_a, rows_b;   // that have a value
    double spare_a, spare_b; // by how much a count may be too small; 0: exact
    struct wn_pair_shift {   // of numbers: wn_pair_shift() fills it
        bool known;
        double gap, where; // the largest gap of the distribution functions, and at which value
        struct wn_transport moved;
    } shift;
    bool ks_known; // several tests need it
    struct wn_ks ks;
};

enum { WN_PAIR_FEW = 10 }; // distinct numbers up to which they are taken as categories

// Both of the same type.
struct wn_pair wn_pair_new(const struct wn_feature *ref, const struct wn_feature *cur);
void wn_pair_free(struct wn_pair *pair);
bool wn_pair_few(const struct wn_pair *pair); // of numbers: they have few distinct values
// How far numbers moved; computed once.
const struct wn_pair_shift *wn_pair_shift(struct wn_pair *pair);
// Where the numbers are few or the deciles of the reference bound them: fills in_a and in_b.
void wn_pair_bin(struct wn_pair *pair);

enum { WN_PAIR_BARS = 10 };
// Shares of rows for a small histogram: numbers in bins of equal width, leaving out the last
// hundredth of either end of both, else the most frequent categories of both.
void wn_pair_bars(struct wn_pair *pair, double *ref, double *cur);

#endif
