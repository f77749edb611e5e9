// SPDX-License-Identifier: GPL-3.0-or-later
// Chi-squared tests. The distribution is GSL's.
#include "core/stats/chi_squared.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

enum { MOST_TABLES = 1000000 };

struct rows {
    const double *a, *b;
    size_t count;
    double sum_a, sum_b;
};

static void add_cell(struct wn_chi_squared *test, double seen, double expected) {
    double away = fabs(seen - expected), corrected = away - fmin(0.5, away);
    test->chi2 += away * away / expected;
    test->yates += corrected * corrected / expected;
    test->g += seen > 0 ? 2 * seen * log(seen / expected) : 0;
    test->least_expected = fmin(test->least_expected, expected);
    test->cells_below_5 += expected < 5;
}

static double one_way(const struct rows *rows, size_t df) {
    double chi2 = 0;
    for (size_t i = 0; i < rows->count; i++) {
        double expected = rows->a[i] / rows->sum_a * rows->sum_b, away = rows->b[i] - expected;
        if (expected > 0 || rows->b[i] > 0)
            chi2 += away * away / expected;
    }
    return isinf(chi2) ? 0 : gsl_cdf_chisq_Q(chi2, (double)df);
}

// ---- Freeman and Halton -------------------------------------------------------------------------

struct tables {
    const struct rows *rows;
    double limit;       // log weight of the table that was seen, and a little more
    double likely, all; // sums of weights
};

static double log_choose(double n, double k) {
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1);
}

// All ways to give the `left` counts of the first row to the columns from `column` on.
static void enumerate(struct tables *tables, size_t column, double left, double weight) {
    if (column == tables->rows->count) {
        if (left == 0) {
            tables->all += exp(weight);
            tables->likely += weight <= tables->limit ? exp(weight) : 0;
        }
        return;
    }
    double whole = tables->rows->a[column] + tables->rows->b[column];
    size_t most = (size_t)fmin(whole, left);
    for (size_t here = 0; here <= most; here++)
        enumerate(tables, column + 1, left - (double)here,
                  weight + log_choose(whole, (double)here));
}

static double exact(const struct rows *rows) {
    double bound = 1, seen = 0;
    for (size_t i = 0; i < rows->count && bound <= MOST_TABLES; i++) {
        bound *= fmin(rows->a[i] + rows->b[i], rows->sum_a) + 1;
        seen += log_choose(rows->a[i] + rows->b[i], rows->a[i]);
    }
    if (bound > MOST_TABLES)
        return NAN;
    double scale = log_choose(rows->sum_a + rows->sum_b, rows->sum_a);
    struct tables tables = {rows, seen - scale + 1e-7, 0, 0};
    enumerate(&tables, 0, rows->sum_a, -scale);
    return fmin(tables.likely / tables.all, 1);
}

// ---- moments given the margins ------------------------------------------------------------------

// Dawson, A simplified expression for the variance of the chi-squared function on a contingency
// table (1954).
static double by_margins(const struct rows *rows, double chi2, double k) {
    double n = rows->sum_a + rows->sum_b, columns = 0;
    if (n < 4)
        return NAN;
    for (size_t i = 0; i < rows->count; i++)
        columns += rows->a[i] + rows->b[i] > 0 ? n / (rows->a[i] + rows->b[i]) : 0;
    double mean = n * (k - 1) / (n - 1);
    double v1 = (n - 2) / (n - 1), w1 = (n / rows->sum_a + n / rows->sum_b - 4) / (n - 2);
    double v2 = (k - 1) * (n - k) / (n - 1), w2 = (columns - k * k) / (n - 2);
    double variance = 2 * n / (n - 3) * (v1 - w1) * (v2 - w2) + n * n / (n - 1) * w1 * w2;
    // A gamma distribution is a scaled chi-squared.
    return variance > 0 ? gsl_cdf_chisq_Q(chi2 * 2 * mean / variance, 2 * mean * mean / variance)
                        : NAN;
}

// ---- the tests ----------------------------------------------------------------------------------

static double sum_of(const double *values, size_t count) {
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += values[i];
    return sum;
}

static enum wn_status check(const struct rows *rows, struct wn_chi_squared *test,
                            struct wn_err *err) {
    if (rows->sum_a == 0 || rows->sum_b == 0)
        return wn_fail(err, WN_NO, "no values in %s", rows->sum_a == 0 ? "a" : "b");
    size_t categories = 0;
    for (size_t i = 0; i < rows->count; i++)
        categories += rows->a[i] + rows->b[i] > 0;
    test->df = categories - 1;
    return test->df > 0 ? WN_OK : wn_fail(err, WN_NO, "one category: nothing to compare");
}

enum wn_status wn_chi_squared(const double *a, const double *b, size_t count,
                              struct wn_chi_squared *test, struct wn_err *err) {
    struct rows rows = {a, b, count, sum_of(a, count), sum_of(b, count)};
    *test = (struct wn_chi_squared){.least_expected = INFINITY};
    if (check(&rows, test, err) != WN_OK)
        return WN_NO;
    double all = rows.sum_a + rows.sum_b;
    for (size_t i = 0; i < count; i++) {
        double both = a[i] + b[i];
        if (both == 0)
            continue;
        add_cell(test, a[i], both * rows.sum_a / all);
        add_cell(test, b[i], both * rows.sum_b / all);
        test->distance += fabs(a[i] / rows.sum_a - b[i] / rows.sum_b) / 2;
    }
    double df = (double)test->df;
    test->p = gsl_cdf_chisq_Q(test->chi2, df);
    test->p_g = gsl_cdf_chisq_Q(fmax(test->g, 0), df);
    test->p_yates = gsl_cdf_chisq_Q(test->yates, df);
    if (test->df > 1)
        test->yates = test->p_yates = NAN;
    test->cramers_v = sqrt(test->chi2 / all);
    test->p_one_way = one_way(&rows, test->df);
    test->p_exact = exact(&rows);
    test->p_margins = by_margins(&rows, test->chi2, df + 1);
    return WN_OK;
}

enum wn_status wn_sample_ratio(const double *observed, const double *weights, size_t count,
                               struct wn_fit *fit, struct wn_err *err) {
    double members = sum_of(observed, count), weight = sum_of(weights, count);
    size_t arms = 0;
    *fit = (struct wn_fit){0};
    for (size_t i = 0; i < count; i++) {
        if (weights[i] == 0 && observed[i] > 0)
            return wn_fail(err, WN_BAD_INPUT, "an arm with weight 0 has members");
        arms += weights[i] > 0;
    }
    if (members == 0)
        return wn_fail(err, WN_NO, "no members in any arm");
    if (arms < 2)
        return wn_fail(err, WN_NO, "fewer than two arms with a weight");
    for (size_t i = 0; i < count; i++) {
        double expected = members * (weights[i] / weight), away = observed[i] - expected;
        fit->chi2 += weights[i] > 0 ? away * away / expected : 0;
    }
    fit->df = arms - 1;
    fit->p = gsl_cdf_chisq_Q(fit->chi2, (double)fit->df);
    return WN_OK;
}
