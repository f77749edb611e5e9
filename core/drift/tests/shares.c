// SPDX-License-Identifier: GPL-3.0-or-later
// Tests of counts: of categories, of numbers in bins, of words. The distances (PSI, Jensen-Shannon,
// Hellinger) equal a multiple of chi-squared to first order (Pardo, Statistical inference based on
// divergence measures, 2006), and take their p from it.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/drift/test.h"
#include "core/stats/chi_squared.h"
#include "core/stats/distance.h"
#include "core/stats/proportions.h"

#define COUNTED (1u << WN_NUMERIC | 1u << WN_DATETIME | 1u << WN_CATEGORICAL | 1u << WN_BOOLEAN)

// The category whose share changed most.
static size_t changed_most(const struct wn_pair *pair) {
    size_t most = 0;
    double change = -1;
    for (size_t i = 0; i < pair->count; i++) {
        double here = fabs(pair->in_a[i] / pair->rows_a - pair->in_b[i] / pair->rows_b);
        if (here > change) {
            change = here;
            most = i;
        }
    }
    return most;
}

static void tell_change(const struct wn_pair *pair, size_t index, struct wn_drift_result *result) {
    snprintf(result->note, sizeof result->note, "%.60s %.3g%% -> %.3g%%", pair->names[index],
             100 * pair->in_a[index] / pair->rows_a, 100 * pair->in_b[index] / pair->rows_b);
}

// ---- chi-squared --------------------------------------------------------------------------------

// Where a cell expects fewer than five (Cochran 1954) the chi-squared distribution does not hold:
// then all tables with these margins are counted, or their moments are matched.
static void choose_p(const struct wn_chi_squared *test, struct wn_drift_result *result) {
    if (test->cells_below_5 == 0) {
        result->p = test->p;
    } else if (!isnan(test->p_exact)) {
        result->p = test->p_exact;
        result->method = "exact: cells expect fewer than 5";
    } else {
        result->p = test->p_margins;
        result->method = "by the moments given the margins: cells expect fewer than 5";
    }
}

static enum wn_status run_chi_squared(struct wn_pair *pair, struct wn_drift_result *result,
                                      struct wn_err *err) {
    struct wn_chi_squared test;
    wn_pair_bin(pair);
    if (pair->rows_a == 0 || pair->rows_b == 0)
        return wn_fail(err, WN_NO, "no values in %s", pair->rows_a == 0 ? "reference" : "current");
    if (pair->rows_a < 2 || pair->rows_b < 2)
        return wn_fail(err, WN_NO, "one value in %s", pair->rows_a < 2 ? "reference" : "current");
    enum wn_status status = wn_chi_squared(pair->in_a, pair->in_b, pair->count, &test, err);
    if (status != WN_OK)
        return status;
    result->statistic = test.chi2;
    choose_p(&test, result);
    result->effect = test.distance;
    result->effect_name = "TV";
    tell_change(pair, changed_most(pair), result);
    return WN_OK;
}

const struct wn_drift_test wn_drift_test_chi_squared = {
    .name = "chi-squared",
    .summary = "Pearson's test of homogeneity: are categories as frequent as before?",
    .types = COUNTED,
    .threshold = 0.05,
    .run = run_chi_squared,
};

// ---- distances ----------------------------------------------------------------------------------

static enum wn_status run_distance(struct wn_pair *pair, struct wn_drift_result *result,
                                   double (*distance)(const struct wn_shares *),
                                   struct wn_err *err) {
    enum wn_status status = run_chi_squared(pair, result, err);
    if (status != WN_OK)
        return status;
    struct wn_shares shares = wn_shares_of(pair->in_a, pair->in_b, pair->count);
    result->statistic = result->effect = distance(&shares);
    result->method = "p of the chi-squared test on the same bins";
    wn_shares_free(&shares);
    return WN_OK;
}

static enum wn_status run_psi(struct wn_pair *pair, struct wn_drift_result *result,
                              struct wn_err *err) {
    result->effect_name = "PSI";
    enum wn_status status = run_distance(pair, result, wn_psi, err);
    result->effect_name = "PSI";
    return status;
}

const struct wn_drift_test wn_drift_test_psi = {
    .name = "psi",
    .summary = "population stability index, of categories or the reference's deciles",
    .types = COUNTED,
    .threshold = 0.1,
    .run = run_psi,
};

static enum wn_status run_jensen_shannon(struct wn_pair *pair, struct wn_drift_result *result,
                                         struct wn_err *err) {
    enum wn_status status = run_distance(pair, result, wn_jensen_shannon, err);
    result->effect_name = "JS";
    return status;
}

const struct wn_drift_test wn_drift_test_jensen_shannon = {
    .name = "jensen-shannon",
    .summary = "Jensen-Shannon distance, of categories or the reference's deciles",
    .types = COUNTED,
    .threshold = 0.1,
    .run = run_jensen_shannon,
};

static enum wn_status run_hellinger(struct wn_pair *pair, struct wn_drift_result *result,
                                    struct wn_err *err) {
    enum wn_status status = run_distance(pair, result, wn_hellinger, err);
    result->effect_name = "Hellinger";
    return status;
}

const struct wn_drift_test wn_drift_test_hellinger = {
    .name = "hellinger",
    .summary = "Hellinger distance, of categories or the reference's deciles",
    .types = COUNTED,
    .threshold = 0.1,
    .run = run_hellinger,
};

// ---- words --------------------------------------------------------------------------------------

// Counts lie between `low` and `low + spare`: takes them as near to the same share as they may be.
static void bring_near(const struct wn_pair *pair, struct wn_share *a, struct wn_share *b) {
    double most_a = fmin(a->hits + pair->spare_a, a->all);
    double most_b = fmin(b->hits + pair->spare_b, b->all);
    if (a->hits / a->all > b->hits / b->all)
        b->hits = fmin(most_b, floor(a->hits / a->all * b->all));
    else
        a->hits = fmin(most_a, floor(b->hits / b->all * a->all));
}

static double word_p(struct wn_share a, struct wn_share b, double *z) {
    struct wn_two_shares test;
    struct wn_err none;
    double hits = a.hits + b.hits, all = a.all + b.all;
    double expected = fmin(a.all, b.all) * fmin(hits, all - hits) / all;
    bool good = wn_two_shares(a, b, 0.95, &test, &none) == WN_OK;
    *z = good ? fabs(test.z) : 0;
    return !good ? 1 : expected < 5 ? wn_fisher(a, b).p : test.p;
}

enum { LEAST_ROWS = 5 }; // with a word, on both sides together: others prove nothing

// Each word that is in some rows is tested; the smallest p counts, times the number of words (the
// rows are chosen without a look at the sides).
static enum wn_status run_words(struct wn_pair *pair, struct wn_drift_result *result,
                                struct wn_err *err) {
    size_t tested = 0, best = 0;
    double least = 2;
    if (pair->rows_a < 2 || pair->rows_b < 2)
        return wn_fail(err, WN_NO, "too few texts in %s",
                       pair->rows_a < 2 ? "reference" : "current");
    for (size_t i = 0; i < pair->count; i++) {
        struct wn_share a = {pair->in_a[i], pair->rows_a}, b = {pair->in_b[i], pair->rows_b};
        double z;
        if (a.hits + b.hits < LEAST_ROWS)
            continue;
        if (pair->spare_a > 0 || pair->spare_b > 0)
            bring_near(pair, &a, &b);
        double p = word_p(a, b, &z);
        tested++;
        if (p < least || (p == least && z > result->statistic)) {
            least = p;
            best = i;
            result->statistic = z;
            result->effect = fabs(a.hits / a.all - b.hits / b.all);
        }
    }
    if (tested == 0)
        return wn_fail(err, WN_NO, "no word is in %d texts or more", LEAST_ROWS);
    result->p = fmin(least * (double)tested, 1);
    result->effect_name = "share of rows";
    result->method = "of the word that changed most, times the number of words";
    tell_change(pair, best, result);
    return WN_OK;
}

const struct wn_drift_test wn_drift_test_words = {
    .name = "words",
    .summary = "is a word in more, or fewer, of the texts than before?",
    .types = 1u << WN_FREE_TEXT,
    .threshold = 0.05,
    .run = run_words,
};
