// SPDX-License-Identifier: GPL-3.0-or-later
// Whether two means differ: Welch's test, Student's with one variance for both, and the paired
// test. Differences are x minus y. WN_NO with a sentence: there is no answer, and what could be
// computed is set all the same.
#ifndef WN_STATS_T_TEST_H
#define WN_STATS_T_TEST_H

#include <stdint.h>

#include "core/base/err.h"
#include "core/stats/sample.h"

struct wn_mean {
    double mean, se; // se NaN or 0: not known
    int64_t count;   // values that it is the mean of
};

// The two-sided p-value of Welch's test; NaN where either mean has no standard error.
double wn_welch_p(struct wn_mean a, struct wn_mean b);

struct wn_t_test {
    double diff, t, df;
    double p, p_less, p_greater; // two-sided; the mean of x is less, is greater
    double low, high;            // of the difference
};

// Welch, The generalization of "Student's" problem when several different population variances are
// involved (1947): t = diff / sqrt(vx/nx + vy/ny), df by his eq. 28 (Satterthwaite's).
enum wn_status wn_welch_t(struct wn_moments x, struct wn_moments y, double conf,
                          struct wn_t_test *test, struct wn_err *err);
// Student, The probable error of a mean (1908): one variance for both, nx + ny - 2 degrees.
enum wn_status wn_student_t(struct wn_moments x, struct wn_moments y, double conf,
                            struct wn_t_test *test, struct wn_err *err);

// Student's test of the differences of pairs, overwriting x by them; `x` and `y` are clean and as
// many. Differences that vary by no more than rounding does have no variance.
enum wn_status wn_paired_t(struct wn_sample x, struct wn_sample y, double conf,
                           struct wn_t_test *test, struct wn_err *err);

#endif
