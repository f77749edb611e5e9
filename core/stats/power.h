// SPDX-License-Identifier: GPL-3.0-or-later
// How many values it takes to see a difference, and what a number of values can see.
#ifndef WN_STATS_POWER_H
#define WN_STATS_POWER_H

#include "core/base/err.h"

enum wn_tails { WN_TWO_SIDED, WN_LARGER, WN_SMALLER };

// P(T > t) of the noncentral t distribution (Johnson, Kotz and Balakrishnan 1995, eq. 31.10): the
// mean of Phi(shift - t S) over S, the root of a chi-squared over its degrees of freedom.
double wn_noncentral_t_tail(double t, double df, double shift);

struct wn_t_design { // two samples of n1 and ratio * n1 values; d in standard deviations
    double ratio, alpha;
    enum wn_tails tails;
};

// Of Student's test, both tails counted (Cohen 1988, chapter 2).
double wn_t_power(const struct wn_t_design *design, double n1, double d);
// The n1, not rounded, that has the power; no less than 2.
enum wn_status wn_t_size(const struct wn_t_design *design, double d, double power, double *n1,
                         struct wn_err *err);
// How many pairs it takes, not rounded; dz in standard deviations of their differences. Of the
// paired test, two-sided.
enum wn_status wn_paired_size(double alpha, double dz, double power, double *pairs,
                              struct wn_err *err);
// The d that n1 values find with the power.
enum wn_status wn_t_effect(const struct wn_t_design *design, double n1, double power, double *d,
                           struct wn_err *err);

struct wn_share_sizes { // trials on each side, not rounded
    double pooled;      // Fleiss, Levin and Paik (2003), eq. 4.14
    double arcsine;     // by Cohen's h, both tails counted
};

enum wn_status wn_share_sizes(double p1, double p2, double alpha, double power,
                              struct wn_share_sizes *sizes, struct wn_err *err);

#endif
