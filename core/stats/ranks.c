// SPDX-License-Identifier: GPL-3.0-or-later
// Rank tests. Where ties make midranks, twice the rank is counted, so that all sums are whole.
#include "core/stats/ranks.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

#include "core/base/mem.h"

enum { EXACT_SIDE = 50, EXACT_PAIRS = 100, SHIFT_PAIRS = 250000 };

static double two_sided(double z) {
    return 2 * gsl_cdf_ugaussian_Q(fabs(z));
}

// ---- two samples --------------------------------------------------------------------------------

// Twice the rank of every value of both samples, x first at each value; returns the sum over x.
static size_t fill_double_ranks(const struct wn_sample *x, const struct wn_sample *y,
                                size_t *ranks) {
    struct wn_merge merge = wn_merge_of(x, y);
    size_t sum = 0;
    while (wn_merge_next(&merge)) {
        size_t here = merge.x_here + merge.y_here, upto = merge.x_seen + merge.y_seen;
        for (size_t k = 1; k <= here; k++)
            ranks[upto - k] = 2 * upto - here + 1;
        sum += merge.x_here * (2 * upto - here + 1);
    }
    return sum;
}

// How many ways there are to choose `chosen` of the ranks with each sum, as [chosen][sum].
static double *count_sums(const size_t *ranks, size_t count, size_t chosen, size_t *width) {
    size_t most = 0;
    for (size_t i = count - chosen; i < count; i++)
        most += ranks[i];
    *width = most + 1;
    double *ways = wn_calloc((chosen + 1) * *width, sizeof *ways);
    ways[0] = 1;
    for (size_t i = 0; i < count; i++)
        for (size_t k = chosen; k-- > 0;)
            for (size_t sum = 0; sum + ranks[i] <= most; sum++)
                ways[(k + 1) * *width + sum + ranks[i]] += ways[k * *width + sum];
    return ways;
}

// The share of all splits whose sum is as far from the mean as the one seen.
static double exact_p(const struct wn_sample *x, const struct wn_sample *y) {
    size_t count = x->count + y->count, width;
    size_t *ranks = wn_malloc(count * sizeof *ranks), seen = fill_double_ranks(x, y, ranks);
    double *ways = count_sums(ranks, count, x->count, &width), *row = ways + x->count * width;
    double all = 0, far = 0, mean = (double)x->count * (double)(count + 1);
    for (size_t sum = 0; sum < width; sum++) {
        all += row[sum];
        if (fabs((double)sum - mean) >= fabs((double)seen - mean))
            far += row[sum];
    }
    free(ranks);
    free(ways);
    return far / all;
}

static void normal_p(struct wn_mann_whitney *test, double variance, double mean) {
    if (variance == 0) {
        test->p_normal = test->p_normal_cc = test->p_less_cc = 1;
        return;
    }
    double away = fmax(test->u1, test->u2) - mean, sd = sqrt(variance);
    test->p_normal = fmin(1, two_sided(away / sd));
    test->p_normal_cc = fmin(1, 2 * gsl_cdf_ugaussian_Q((away - 0.5) / sd));
    test->p_less_cc = gsl_cdf_ugaussian_P((test->u1 - mean + 0.5) / sd);
}

enum wn_status wn_mann_whitney(const struct wn_sample *x, const struct wn_sample *y,
                               struct wn_mann_whitney *test, struct wn_err *err) {
    *test = (struct wn_mann_whitney){.p_exact = NAN};
    if (x->count == 0 || y->count == 0)
        return wn_fail(err, WN_NO, "no values in %s", x->count == 0 ? "x" : "y");
    double nx = (double)x->count, ny = (double)y->count, n = nx + ny, cubes = 0;
    struct wn_merge merge = wn_merge_of(x, y);
    while (wn_merge_next(&merge)) {
        double here = (double)(merge.x_here + merge.y_here);
        size_t below = merge.y_seen - merge.y_here;
        test->u1 += (double)merge.x_here * ((double)below + (double)merge.y_here / 2);
        test->ties |= here > 1;
        cubes += here * (here * here - 1);
    }
    test->u2 = nx * ny - test->u1;
    normal_p(test, nx * ny / 12 * (n + 1 - cubes / (n * (n - 1))), nx * ny / 2);
    bool exact = x->count <= EXACT_SIDE && y->count <= EXACT_SIDE;
    if (exact)
        test->p_exact = exact_p(x, y);
    test->p = exact ? test->p_exact : test->p_normal_cc;
    test->method = !exact       ? "normal, tie-corrected, with continuity correction"
                   : test->ties ? "exact, given the ties"
                                : "exact";
    return WN_OK;
}

// ---- the shift ----------------------------------------------------------------------------------

// The smallest u with P(U <= u) >= p, where no values are tied.
static size_t u_quantile(size_t nx, size_t ny, double p) {
    size_t count = nx + ny, width, sum, least = nx * (nx + 1) / 2;
    size_t *ranks = wn_malloc(count * sizeof *ranks);
    for (size_t i = 0; i < count; i++)
        ranks[i] = i + 1;
    double *ways = count_sums(ranks, count, nx, &width), *row = ways + nx * width;
    double all = 0, seen = 0;
    for (sum = least; sum < width; sum++)
        all += row[sum];
    for (sum = least; sum < width; sum++) {
        seen += row[sum];
        if (seen >= p * all)
            break;
    }
    free(ranks);
    free(ways);
    return sum - least;
}

static bool has_ties(const struct wn_sample *x, const struct wn_sample *y) {
    struct wn_merge merge = wn_merge_of(x, y);
    while (wn_merge_next(&merge))
        if (merge.x_here + merge.y_here > 1)
            return true;
    return false;
}

struct wn_shift wn_hodges_lehmann(const struct wn_sample *x, const struct wn_sample *y,
                                  double conf) {
    struct wn_shift shift = {NAN, NAN, NAN};
    size_t pairs = x->count * y->count;
    if (pairs == 0 || x->count > SHIFT_PAIRS || y->count > SHIFT_PAIRS || pairs > SHIFT_PAIRS)
        return shift;
    double *differences = wn_malloc(pairs * sizeof *differences);
    for (size_t i = 0; i < x->count; i++)
        for (size_t j = 0; j < y->count; j++)
            differences[i * y->count + j] = x->values[i] - y->values[j];
    wn_sort(differences, pairs);
    shift.estimate = wn_quantile(differences, pairs, 0.5);
    if (x->count < EXACT_SIDE && y->count < EXACT_SIDE && !has_ties(x, y)) {
        size_t cut = u_quantile(x->count, y->count, (1 - conf) / 2);
        cut = cut ? cut : 1;
        shift.low = differences[cut - 1];
        shift.high = differences[pairs - cut];
    }
    free(differences);
    return shift;
}

// ---- pairs --------------------------------------------------------------------------------------

static int by_size(const void *a, const void *b) {
    double x = fabs(*(const double *)a), y = fabs(*(const double *)b);
    return (x > y) - (x < y);
}

struct signs {
    size_t *ranks;             // twice the rank of each difference's size, zeros left out
    size_t count, plus, minus; // sums of doubled ranks
    double cubes;              // sum of t^3 - t over ties
};

// Ranks differences that are sorted by size; zeros come first, and are ranked only with `pratt`.
static struct signs rank_signs(const double *sorted, size_t count, size_t zeros, bool pratt) {
    struct signs signs = {wn_malloc((count + 1) * sizeof(size_t)), 0, 0, 0, 0};
    size_t shift = pratt ? 0 : zeros;
    for (size_t i = zeros, end; i < count; i = end) {
        for (end = i + 1; end < count && fabs(sorted[end]) == fabs(sorted[i]);)
            end++;
        double tied = (double)(end - i);
        signs.cubes += tied * (tied * tied - 1);
        for (size_t k = i; k < end; k++) {
            size_t rank = i + end + 1 - 2 * shift;
            *(sorted[k] > 0 ? &signs.plus : &signs.minus) += rank;
            signs.ranks[signs.count++] = rank;
        }
    }
    return signs;
}

// The share of all choices of signs whose sum is as far from the mean as the one seen.
static double exact_signs(const struct signs *signs) {
    size_t whole = signs->plus + signs->minus, upto = 0;
    double *ways = wn_calloc(whole + 1, sizeof *ways), far = 0;
    ways[0] = 1;
    for (size_t i = 0; i < signs->count; i++) {
        upto += signs->ranks[i];
        for (size_t sum = upto + 1; sum-- > 0;)
            ways[sum] =
                (ways[sum] + (sum >= signs->ranks[i] ? ways[sum - signs->ranks[i]] : 0)) / 2;
    }
    double mean = (double)whole / 2, seen = fabs((double)signs->plus - mean);
    for (size_t sum = 0; sum <= whole; sum++)
        if (fabs((double)sum - mean) >= seen)
            far += ways[sum];
    free(ways);
    return fmin(far, 1);
}

static void normal_signs(struct wn_wilcoxon *test, double ranked, double zeros, double cubes) {
    double mean = (ranked * (ranked + 1) - zeros * (zeros + 1)) / 4;
    double variance = (ranked * (ranked + 1) * (2 * ranked + 1) -
                       zeros * (zeros + 1) * (2 * zeros + 1) - cubes / 2) /
                      24;
    double away = fabs(fmin(test->w_plus, test->w_minus) - mean), sd = sqrt(variance);
    test->p_normal = fmin(1, two_sided(away / sd));
    test->p_normal_cc = fmin(1, away > 0.5 ? two_sided((away - 0.5) / sd) : 1);
}

enum wn_status wn_wilcoxon(struct wn_sample x, struct wn_sample y, bool pratt,
                           struct wn_wilcoxon *test, struct wn_err *err) {
    *test = (struct wn_wilcoxon){.p_exact = NAN};
    size_t zeros = 0;
    if (x.count == 0)
        return wn_fail(err, WN_NO, "no pairs");
    for (size_t i = 0; i < x.count; i++) {
        x.values[i] -= y.values[i];
        zeros += x.values[i] == 0;
    }
    test->nonzero = x.count - zeros;
    if (test->nonzero == 0)
        return wn_fail(err, WN_NO, "all differences are zero");
    qsort(x.values, x.count, sizeof *x.values, by_size);
    struct signs signs = rank_signs(x.values, x.count, zeros, pratt);
    test->w_plus = (double)signs.plus / 2;
    test->w_minus = (double)signs.minus / 2;
    test->ties = zeros > 0 || signs.cubes > 0;
    bool ranked = pratt && zeros > 0;
    normal_signs(test, (double)(ranked ? x.count : test->nonzero), (double)(ranked ? zeros : 0),
                 signs.cubes);
    bool exact = test->nonzero <= EXACT_PAIRS && !ranked;
    if (exact)
        test->p_exact = exact_signs(&signs);
    free(signs.ranks);
    test->p = exact ? test->p_exact : test->p_normal_cc;
    test->method = !exact       ? "normal, tie-corrected, with continuity correction"
                   : test->ties ? "exact, given the ties"
                                : "exact";
    return WN_OK;
}
