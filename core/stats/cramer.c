// SPDX-License-Identifier: GPL-3.0-or-later
// Cramer and von Mises's two-sample test.
#include <gsl/gsl_sf_bessel.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/stats/squares.h"

enum { EXACT_SIDE = 20 };

// P(W <= x) of the limit: Csorgo and Faraway (1996), eq. 1.3.
static double limit_cdf(double x) {
    double sum = 0, term = 1;
    for (int k = 0; k < 200 && term > 1e-17; k++) {
        double y = 4 * k + 1, q = y * y / (16 * x);
        term = exp(lgamma(k + 0.5) - lgamma(k + 1) - 2 * q) / (pow(M_PI, 1.5) * sqrt(x)) * sqrt(y) *
               gsl_sf_bessel_Knu_scaled(0.25, q);
        sum += term;
    }
    return fmin(sum, 1);
}

// ---- the exact law ------------------------------------------------------------------------------

// How many paths reach each value of the statistic: values upward, and their counts.
struct law {
    int64_t *values;
    double *counts;
    size_t count;
};

static struct law law_new(size_t room) {
    return (struct law){wn_malloc((room + 1) * sizeof(int64_t)),
                        wn_malloc((room + 1) * sizeof(double)), 0};
}

static void law_free(struct law *law) {
    free(law->values);
    free(law->counts);
    *law = (struct law){0};
}

// Both laws together, shifted; takes them over.
static struct law join(struct law *a, struct law *b, int64_t shift) {
    struct law out = law_new(a->count + b->count);
    size_t i = 0, j = 0;
    while (i < a->count || j < b->count) {
        bool from_a = j == b->count || (i < a->count && a->values[i] <= b->values[j]);
        bool from_b = i == a->count || (j < b->count && b->values[j] <= a->values[i]);
        out.values[out.count] = (from_a ? a->values[i] : b->values[j]) + shift;
        out.counts[out.count++] = (from_a ? a->counts[i] : 0) + (from_b ? b->counts[j] : 0);
        i += from_a;
        j += from_b;
    }
    return out;
}

// Xiao, Gordon and Yakovlev's zeta: the sum over all points of a path of its squared gap, in units
// of 1 / lcm(m, n).
static struct law path_law(int64_t m, int64_t n, int64_t to_m, int64_t to_n) {
    struct law column[EXACT_SIDE + 1] = {0};
    for (int64_t i = 0; i <= n; i++) {
        struct law none = {0};
        for (int64_t j = 0; j <= m; j++) {
            int64_t gap = to_m * j - to_n * i;
            struct law *before = j ? &column[j - 1] : &none, here;
            if (i + j == 0) {
                here = law_new(1);
                here = (struct law){here.values, here.counts, 1};
                here.values[0] = 0;
                here.counts[0] = 1;
            } else {
                here = join(before, &column[j], gap * gap);
            }
            law_free(&column[j]);
            column[j] = here;
        }
    }
    for (int64_t j = 0; j < m; j++)
        law_free(&column[j]);
    return column[m];
}

static double exact_p(int64_t m, int64_t n, double u) {
    int64_t a = m, b = n;
    while (b) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    int64_t lcm = m / a * n, mn = m * n;
    double zeta = (double)(lcm * lcm * (m + n)) * (6 * u - (double)(mn * (4 * mn - 1))) /
                  (6.0 * (double)mn * (double)mn);
    struct law law = path_law(m, n, lcm / m, lcm / n);
    double far = 0, all = 0;
    for (size_t i = 0; i < law.count; i++) {
        all += law.counts[i];
        far += (double)law.values[i] >= zeta - 0.5 ? law.counts[i] : 0;
    }
    law_free(&law);
    return far / all;
}

// ---- the test -----------------------------------------------------------------------------------

// nx sum (r_i - i)^2 + ny sum (s_j - j)^2, with midranks; tells of ties.
static double rank_sum(const struct wn_sample *x, const struct wn_sample *y, bool *ties) {
    double from_x = 0, from_y = 0;
    struct wn_merge merge = wn_merge_of(x, y);
    while (wn_merge_next(&merge)) {
        double here = (double)(merge.x_here + merge.y_here);
        double rank = (double)(merge.x_seen + merge.y_seen) - (here - 1) / 2;
        for (size_t k = 0; k < merge.x_here; k++)
            from_x += pow(rank - (double)(merge.x_seen - k), 2);
        for (size_t k = 0; k < merge.y_here; k++)
            from_y += pow(rank - (double)(merge.y_seen - k), 2);
        *ties |= here > 1;
    }
    return (double)x->count * from_x + (double)y->count * from_y;
}

enum wn_status wn_cramer(const struct wn_sample *x, const struct wn_sample *y,
                         struct wn_cramer *test, struct wn_err *err) {
    *test = (struct wn_cramer){NAN, NAN, NAN, NAN, NULL};
    if (x->count == 0 || y->count == 0)
        return wn_fail(err, WN_NO, "no values in %s", x->count == 0 ? "x" : "y");
    bool ties = false;
    double m = (double)x->count, n = (double)y->count, all = m + n;
    if (all < 3)
        return wn_fail(err, WN_NO, "one value on each side: the statistic does not vary");
    double u = rank_sum(x, y, &ties), mn = m * n;
    test->t = u / (mn * all) - (4 * mn - 1) / (6 * all);
    double mean = (1 + 1 / all) / 6;
    double variance =
        (all + 1) * (4 * mn * all - 3 * (m * m + n * n) - 2 * mn) / (45 * all * all * 4 * mn);
    double standard = 1.0 / 6 + (test->t - mean) / sqrt(45 * variance);
    test->p_limit = standard < 0.003 ? 1 : 1 - limit_cdf(standard);
    bool exact = !ties && x->count <= EXACT_SIDE && y->count <= EXACT_SIDE;
    if (exact)
        test->p_exact = exact_p((int64_t)x->count, (int64_t)y->count, u);
    test->p = exact ? test->p_exact : test->p_limit;
    test->method = exact ? "exact" : "asymptotic";
    return WN_OK;
}
