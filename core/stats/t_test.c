// SPDX-License-Identifier: GPL-3.0-or-later
// Tests of means. The t distribution is GSL's.
#include "core/stats/t_test.h"

#include <float.h>
#include <gsl/gsl_cdf.h>
#include <math.h>

// ---- a difference and its standard error --------------------------------------------------------

static double welch_freedom(double x, double nx, double y, double ny) { // squared standard errors
    double both = x + y, share = x / both;
    return 1 / (share * share / (nx - 1) + (1 - share) * (1 - share) / (ny - 1));
}

double wn_welch_p(struct wn_mean a, struct wn_mean b) {
    if (!(a.se > 0) || !(b.se > 0) || a.count < 2 || b.count < 2)
        return NAN;
    double freedom = welch_freedom(a.se * a.se, (double)a.count, b.se * b.se, (double)b.count);
    return 2 * gsl_cdf_tdist_Q(fabs(a.mean - b.mean) / hypot(a.se, b.se), freedom);
}

static void judge(struct wn_t_test *test, double se, double conf) {
    test->t = test->diff / se;
    test->p = 2 * gsl_cdf_tdist_Q(fabs(test->t), test->df);
    test->p_less = gsl_cdf_tdist_P(test->t, test->df);
    test->p_greater = gsl_cdf_tdist_Q(test->t, test->df);
    double half = gsl_cdf_tdist_Qinv((1 - conf) / 2, test->df) * se;
    test->low = test->diff - half;
    test->high = test->diff + half;
}

// ---- two samples --------------------------------------------------------------------------------

static enum wn_status check(struct wn_moments x, struct wn_moments y, struct wn_t_test *test,
                            struct wn_err *err) {
    *test = (struct wn_t_test){x.mean - y.mean, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
    if (x.count == 0 || y.count == 0)
        return wn_fail(err, WN_NO, "no values in %s", x.count == 0 ? "x" : "y");
    if (x.count == 1 || y.count == 1)
        return wn_fail(err, WN_NO, "%s has one value: no variance", x.count == 1 ? "x" : "y");
    if (x.variance + y.variance == 0)
        return wn_fail(err, WN_NO, "zero variance");
    return WN_OK;
}

enum wn_status wn_welch_t(struct wn_moments x, struct wn_moments y, double conf,
                          struct wn_t_test *test, struct wn_err *err) {
    if (check(x, y, test, err) != WN_OK)
        return WN_NO;
    double nx = (double)x.count, ny = (double)y.count;
    double from_x = x.variance / nx, from_y = y.variance / ny;
    test->df = welch_freedom(from_x, nx, from_y, ny);
    judge(test, sqrt(from_x + from_y), conf);
    return WN_OK;
}

enum wn_status wn_student_t(struct wn_moments x, struct wn_moments y, double conf,
                            struct wn_t_test *test, struct wn_err *err) {
    if (check(x, y, test, err) != WN_OK)
        return WN_NO;
    double nx = (double)x.count, ny = (double)y.count;
    test->df = nx + ny - 2;
    double pooled = ((nx - 1) * x.variance + (ny - 1) * y.variance) / test->df;
    judge(test, sqrt(pooled * (1 / nx + 1 / ny)), conf);
    return WN_OK;
}

// ---- pairs --------------------------------------------------------------------------------------

// Whether `differences` of numbers as large as `largest` differ by their rounding alone.
static bool is_constant(const double *differences, size_t count, double largest) {
    double low = differences[0], high = differences[0];
    for (size_t i = 1; i < count; i++) {
        low = fmin(low, differences[i]);
        high = fmax(high, differences[i]);
    }
    return high - low <= 4 * DBL_EPSILON * largest;
}

enum wn_status wn_paired_t(struct wn_sample x, struct wn_sample y, double conf,
                           struct wn_t_test *test, struct wn_err *err) {
    *test = (struct wn_t_test){NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
    if (x.count == 0)
        return wn_fail(err, WN_NO, "no pairs");
    double largest = 0;
    for (size_t i = 0; i < x.count; i++) {
        largest = fmax(largest, fmax(fabs(x.values[i]), fabs(y.values[i])));
        x.values[i] -= y.values[i];
    }
    struct wn_moments moments = wn_moments_of(x.values, x.count);
    test->diff = moments.mean;
    if (x.count == 1)
        return wn_fail(err, WN_NO, "one pair: no variance of differences");
    if (is_constant(x.values, x.count, largest))
        return wn_fail(err, WN_NO, "zero variance of differences");
    test->df = (double)(x.count - 1);
    judge(test, sqrt(moments.variance / (double)x.count), conf);
    return WN_OK;
}
