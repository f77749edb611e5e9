// SPDX-License-Identifier: GPL-3.0-or-later
// The two-sample test. Gaps are compared as whole numbers, |i n - j m|, so that rounding decides
// nothing.
#include "core/stats/ks.h"

#include <math.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/stats/kolmogorov.h"

enum { EXACT_SIDE = 10000, EXACT_PAIRS = 25000000, MANY_STEPS = 1000 };

struct paths {
    int64_t m, n, gap;
    double *column;  // P(a path to (i, j) reaches the gap), n + 1 of them
    double *inverse; // of 1 to m + n
};

static struct paths paths_new(int64_t m, int64_t n, int64_t gap) {
    struct paths paths = {m, n, gap, wn_malloc(sizeof(double) * (size_t)(n + 1)),
                          wn_malloc(sizeof(double) * (size_t)(m + n + 1))};
    for (int64_t k = 1; k <= m + n; k++)
        paths.inverse[k] = 1 / (double)k;
    return paths;
}

static double paths_end(struct paths *paths) {
    double p = paths->column[paths->n];
    free(paths->column);
    free(paths->inverse);
    return p;
}

// The columns that lie within the gap are a band, which moves upward with i.
static double without_ties(int64_t m, int64_t n, int64_t gap) {
    if (gap == 0)
        return 1;
    struct paths paths = paths_new(m, n, gap);
    double *hit = paths.column;
    for (int64_t j = 0; j <= n; j++)
        hit[j] = j * m >= gap;
    for (int64_t i = 1; i <= m; i++) {
        int64_t at = i * n, low = at < gap ? 0 : (at - gap) / m + 1, high = (at + gap - 1) / m;
        if (low > 0)
            hit[low - 1] = 1;
        for (int64_t j = low; j <= high && j <= n; j++)
            hit[j] = ((double)i * hit[j] + (j ? (double)j * hit[j - 1] : 0)) * paths.inverse[i + j];
    }
    return paths_end(&paths);
}

// Only behind all ties at a value does a gap count.
static double with_ties(struct paths paths, const unsigned char *ends) {
    double *hit = paths.column;
    for (int64_t i = 0; i <= paths.m; i++)
        for (int64_t j = 0; j <= paths.n; j++) {
            double before = (i ? (double)i * hit[j] : 0) + (j ? (double)j * hit[j - 1] : 0);
            bool reached = ends[i + j] && llabs(i * paths.n - j * paths.m) >= paths.gap;
            hit[j] = reached ? 1 : i + j ? before * paths.inverse[i + j] : 0;
        }
    return paths_end(&paths);
}

static void find_gap(const struct wn_sample *x, const struct wn_sample *y, struct wn_ks *ks,
                     int64_t *gap) {
    struct wn_merge merge = wn_merge_of(x, y);
    int64_t m = (int64_t)wn_sample_total(x), n = (int64_t)wn_sample_total(y);
    *gap = 0;
    ks->where = x->values[0];
    while (wn_merge_next(&merge)) {
        int64_t here = llabs((int64_t)merge.x_seen * n - (int64_t)merge.y_seen * m);
        ks->ties |= merge.x_here + merge.y_here > 1;
        if (here > *gap) {
            *gap = here;
            ks->where = merge.value;
        }
    }
    ks->d = (double)*gap / ((double)m * (double)n);
}

static double exact_ties(const struct wn_sample *x, const struct wn_sample *y, int64_t gap) {
    if (gap == 0)
        return 1;
    size_t m = wn_sample_total(x), n = wn_sample_total(y);
    unsigned char *ends = wn_calloc(m + n + 1, 1);
    struct wn_merge merge = wn_merge_of(x, y);
    while (wn_merge_next(&merge))
        ends[merge.x_seen + merge.y_seen] = 1;
    double p = with_ties(paths_new((int64_t)m, (int64_t)n, gap), ends);
    free(ends);
    return p;
}

double wn_ks_ties_tail(const struct wn_sample *x, const struct wn_sample *y, double d) {
    struct wn_merge merge = wn_merge_of(x, y);
    size_t count = 0, room = x->count + y->count, most = 0;
    double m = (double)wn_sample_total(x), n = (double)wn_sample_total(y);
    double *shares = wn_malloc((room + 1) * sizeof *shares), p = NAN;
    while (wn_merge_next(&merge)) {
        size_t here = merge.x_here + merge.y_here;
        most = here > most ? here : most;
        shares[count++] = (double)(merge.x_seen + merge.y_seen) / (m + n);
    }
    if (count < MANY_STEPS || (double)most >= (m + n) / 100)
        p = wn_kolmogorov_steps(sqrt(m * n / (m + n)) * d, shares, count);
    free(shares);
    return p;
}

static void choose(struct wn_ks *ks) {
    struct {
        double p;
        const char *name;
    } ways[] = {{ks->p_exact_ties, "exact, given the ties"},
                {ks->p_ties, "asymptotic, given the ties"},
                {ks->p_exact, "exact"},
                {ks->p_one_sample, "asymptotic, by the distribution of one sample"},
                {ks->p_limit, "asymptotic, by Kolmogorov's limit"}};
    size_t best = 0;
    while (isnan(ways[best].p))
        best++;
    ks->p = ways[best].p;
    ks->method = ks->ties && best == 2 ? "exact, ties ignored: too large" : ways[best].name;
}

enum wn_status wn_ks(const struct wn_sample *x, const struct wn_sample *y, struct wn_ks *ks,
                     struct wn_err *err) {
    *ks = (struct wn_ks){
        .p_exact = NAN, .p_exact_ties = NAN, .p_ties = NAN, .p_one_sample = NAN, .p_limit = NAN};
    if (x->count == 0 || y->count == 0)
        return wn_fail(err, WN_NO, "no values in %s", x->count == 0 ? "x" : "y");
    int64_t gap;
    double m = (double)wn_sample_total(x), n = (double)wn_sample_total(y), both = m * n / (m + n);
    find_gap(x, y, ks, &gap);
    if (m <= EXACT_SIDE && n <= EXACT_SIDE)
        ks->p_exact = without_ties((int64_t)m, (int64_t)n, gap);
    if (ks->ties && m <= EXACT_SIDE && n <= EXACT_SIDE && m * n <= EXACT_PAIRS)
        ks->p_exact_ties = exact_ties(x, y, gap);
    else if (ks->ties)
        ks->p_ties = wn_ks_ties_tail(x, y, ks->d);
    if (rint(both) >= 1)
        ks->p_one_sample = wn_kolmogorov_tail(rint(both), ks->d);
    ks->p_limit = wn_kolmogorov_limit(sqrt(both) * ks->d);
    choose(ks);
    return WN_OK;
}
