// SPDX-License-Identifier: GPL-3.0-or-later
// Tests that may be looked at after every value: their error rate holds at all times together.
// Differences are B (y) minus A (x).
#ifndef WN_STATS_SEQUENTIAL_H
#define WN_STATS_SEQUENTIAL_H

#include <stddef.h>

// The mixture sequential probability ratio test of Johari, Koomen, Pekelis and Walsh, Always valid
// inference (2022), eq. 4.9, with a normal mixture of variance tau2 over the true difference.
struct wn_msprt {
    double tau2, alpha;
    double variance; // of x plus of y; NaN: shares, whose variance is taken from what was seen
    size_t n;        // pairs so far
    double sum_x, sum_y;
    // After the last pair. lambda and half_width are NaN while the variance is not known to be
    // above 0: then nothing is concluded and p stays.
    double diff, lambda, p, half_width;
    size_t first; // pairs after which p was first at most alpha; 0: not yet
};

struct wn_msprt wn_msprt_new(double tau2, double alpha, double variance);
void wn_msprt_add(struct wn_msprt *test, double x, double y);

// An asymptotic confidence sequence of a difference of means: Waudby-Smith, Arbour, Sinha, Kennedy
// and Ramdas (2024), theorem 2.2, tightest at `tuning_n` values, as GrowthBook uses it.
struct wn_arm {
    double n, mean, variance;
};

struct wn_sequence {
    double rho, diff, half_width;
};

struct wn_sequence wn_sequence_of(struct wn_arm a, struct wn_arm b, double alpha, double tuning_n);

#endif
