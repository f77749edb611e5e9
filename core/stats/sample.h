// SPDX-License-Identifier: GPL-3.0-or-later
// Arrays of numbers that statistics are made of: what is missing is taken out and counted, moments
// without cancellation, and the sort and the merge that every rank and every distribution function
// is read off from.
#ifndef WN_STATS_SAMPLE_H
#define WN_STATS_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct wn_sample {
    double *values; // NaN: missing
    size_t count;
    size_t missing, infinite; // taken out by wn_sample_clean()
    size_t *weights;          // how many each value stands for; NULL: one
};

// How many values it stands for.
size_t wn_sample_total(const struct wn_sample *sample);
void wn_sample_free_weighted(struct wn_sample *sample); // its values and weights

// Takes out what is missing or infinite and counts both; the order of the others stays.
void wn_sample_clean(struct wn_sample *sample);
// The same of pairs: one goes where either side is no finite number. Both have the same count.
void wn_sample_clean_pairs(struct wn_sample *x, struct wn_sample *y);

struct wn_moments {
    size_t count;
    double mean;
    double variance; // by n - 1; NaN for less than two values, exactly 0 where all are equal
};

// In two passes with the correction of Chan, Golub and LeVeque (1983), eq. 1.7.
struct wn_moments wn_moments_of(const double *values, size_t count);
// One value more (Welford 1962); begins with all zeros.
void wn_moments_add(struct wn_moments *moments, double value);

// Sorts finite numbers upward: by their bits, eleven at a time, which takes a copy of them.
void wn_sort(double *values, size_t count);

// The share `p` quantile of sorted values between two of them by linear interpolation
// (Hyndman and Fan 1996, definition 7).
double wn_quantile(const double *sorted, size_t count, double p);
// The same of a sorted sample that may have weights.
double wn_sample_quantile(const struct wn_sample *sorted, double p);

// Walks over the distinct values of two sorted arrays at once, upward.
struct wn_merge {
    const struct wn_sample *x, *y;
    size_t x_at, y_at;     // indices of the values that come next
    size_t x_seen, y_seen; // how many are at most `value`
    size_t x_here, y_here; // how many are equal to it
    double value;
};

struct wn_merge wn_merge_of(const struct wn_sample *x, const struct wn_sample *y);
bool wn_merge_next(struct wn_merge *merge); // false: that was all

#endif
