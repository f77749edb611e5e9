// SPDX-License-Identifier: GPL-3.0-or-later
// Two samples of one metric held against each other: by how much they differ, how sure that is, and
// how many values more would settle it. Numbers in, numbers out. Differences are B minus A. What
// cannot be told is NaN, and `doubt` says why there is no test.
#ifndef WN_COMPARE_CONTRAST_H
#define WN_COMPARE_CONTRAST_H

#include "core/stats/sample.h"

enum wn_goal { WN_GOAL_UNKNOWN, WN_GOAL_MAXIMIZE, WN_GOAL_MINIMIZE };

enum wn_contrast_test {
    WN_CONTRAST_NONE,
    WN_CONTRAST_WELCH,
    WN_CONTRAST_PAIRED,  // Student's test of the differences of pairs
    WN_CONTRAST_ANYTIME, // of the same differences, but valid however often it was looked at
};

enum wn_contrast_doubt {
    WN_DOUBT_NONE,      // there is a test
    WN_DOUBT_EMPTY,     // a side has no value
    WN_DOUBT_SINGLE,    // a side has one value
    WN_DOUBT_IDENTICAL, // all repeats of a side gave the very same number: its seed is ignored
    WN_DOUBT_EQUAL,     // each value of A is the very same as its partner of B
    WN_DOUBT_CONSTANT,  // nothing varies
    WN_DOUBT_UNPAIRED,  // values that were looked at as they came, and no pairs: no valid test
};

struct wn_contrast_design {
    enum wn_goal goal;
    double confidence; // 0.95
    bool paired;       // a[i] and b[i] are partners: both have the same count
    bool anytime;      // the values were looked at as they came
    double least;      // the smallest difference that matters; 0: any
    bool plan;         // find out how many values it needs, which takes 10 ms
    bool seeded_a;     // the values of A are repeats that only their seeds tell apart
    bool seeded_b;     // the same of B
    bool same_command; // both run the same command: if one heeds its seed the other does
};

struct wn_contrast_side {
    size_t n;            // values that are finite numbers; in pairs: that have a partner, too
    size_t missing;      // others
    double mean, sd, se; // sd and se NaN: of fewer than two
    double low, high;    // the interval of the mean alone
};

struct wn_contrast {
    struct wn_contrast_side a, b;
    enum wn_goal goal;
    double confidence;
    enum wn_contrast_test test;
    enum wn_contrast_doubt doubt;
    bool alike;           // pairs, whose differences do not vary: they are tested as two samples
    double difference;    // of the means
    double low, high;     // its interval
    double p, p_adjusted; // two-sided; the latter is the same until wn_contrasts_adjust()
    double p_rank;        // a second opinion that looks at ranks alone: of pairs Wilcoxon's, else
                          // Mann and Whitney's; NaN where the anytime test is used
    double hedges_g;      // difference by the pooled standard deviation
    double cliffs_delta;  // P(B > A) - P(B < A) of single values
    double above;         // P(mean of B > mean of A), given what was seen
    double better;        // P(B is better); NaN where the goal is not known
    double needed; // of a plan: values on each side that would settle it, if nothing but their
                   // number changed: with a power of 80 % for the fixed tests; NaN: no number would
};

// Both samples may be reordered and overwritten.
void wn_contrast_of(struct wn_sample a, struct wn_sample b, const struct wn_contrast_design *design,
                    struct wn_contrast *contrast);

// Holm (1979), over those that have a p.
void wn_contrasts_adjust(struct wn_contrast *const *contrasts, size_t count);

// The standard error of the difference, for who writes it: the interval's half width by 2. NaN:
// there is none.
double wn_contrast_error(const struct wn_contrast *contrast);

// 1: B is better by its mean, -1: A is, 0: neither, or not known.
int wn_contrast_sign(const struct wn_contrast *contrast);

#endif
