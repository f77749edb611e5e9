// SPDX-License-Identifier: GPL-3.0-or-later
// Tests of numbers as they are: KS, Cramer-von Mises, Anderson-Darling, Wasserstein. Their effect
// is the same: by how many standard deviations of the reference values moved on average, or the
// largest gap of the distribution functions where that is more, for a few wild values may make the
// standard deviation as large as they like.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/drift/test.h"
#include "core/numbers.h"
#include "core/stats/distance.h"
#include "core/stats/kolmogorov.h"
#include "core/stats/ks.h"
#include "core/stats/squares.h"

#define NUMBERS (1u << WN_NUMERIC | 1u << WN_DATETIME)

// Less than two values tell nothing about a distribution.
static enum wn_status check(const struct wn_pair *pair, struct wn_err *err) {
    for (int side = 0; side < 2; side++) {
        double rows = side ? pair->rows_b : pair->rows_a;
        const char *name = side ? "current" : "reference";
        if (rows == 0)
            return wn_fail(err, WN_NO, "no values in %s", name);
        if (rows < 2)
            return wn_fail(err, WN_NO, "one value in %s", name);
    }
    return WN_OK;
}

static void tell_effect(struct wn_pair *pair, struct wn_drift_result *result) {
    double gap = wn_pair_shift(pair)->gap, shift = pair->shift.moved.normed;
    double before = pair->ref->numbers.mean, now = pair->cur->numbers.mean;
    char from[32], to[32];
    bool means = isfinite(shift) && isfinite(before) && isfinite(now); // else they overflow
    result->effect = means ? fmax(shift, gap) : gap;
    result->effect_name = means && shift >= gap ? "W1/sd" : "D";
    wn_number_brief(means ? before : wn_sample_quantile(&pair->a, 0.5), from);
    wn_number_brief(means ? now : wn_sample_quantile(&pair->b, 0.5), to);
    snprintf(result->note, sizeof result->note, "%s %s -> %s", means ? "mean" : "median", from, to);
}

// ---- KS -----------------------------------------------------------------------------------------

// From sketches: of the gap that is certain.
static double sketched_p(const struct wn_pair *pair, double gap) {
    double certain = fmax(gap - pair->error, 0);
    double p = wn_ks_ties_tail(&pair->a, &pair->b, certain);
    double both = pair->rows_a * pair->rows_b / (pair->rows_a + pair->rows_b);
    return isnan(p) ? wn_kolmogorov_limit(sqrt(both) * certain) : p;
}

static enum wn_status run_ks(struct wn_pair *pair, struct wn_drift_result *result,
                             struct wn_err *err) {
    if (check(pair, err) != WN_OK)
        return WN_NO;
    tell_effect(pair, result);
    if (pair->error > 0) {
        result->statistic = pair->shift.gap;
        result->p = sketched_p(pair, result->statistic);
        result->error = pair->error;
        result->method = "from sketches: of D less its error";
        return WN_OK;
    }
    if (!pair->ks_known && wn_ks(&pair->a, &pair->b, &pair->ks, err) != WN_OK)
        return WN_NO;
    pair->ks_known = true;
    result->statistic = pair->ks.d;
    result->p = pair->ks.p;
    result->method = pair->ks.method;
    return WN_OK;
}

const struct wn_drift_test wn_drift_test_ks = {
    .name = "ks",
    .summary = "Kolmogorov-Smirnov: the largest gap of the distribution functions",
    .types = NUMBERS,
    .threshold = 0.1,
    .run = run_ks,
};

// ---- squares ------------------------------------------------------------------------------------

static enum wn_status need_all(const struct wn_pair *pair, struct wn_err *err) {
    if (check(pair, err) != WN_OK)
        return WN_NO;
    if (pair->error > 0 || pair->rows_a > WN_QUANTILES_ALL || pair->rows_b > WN_QUANTILES_ALL)
        return wn_fail(err, WN_NO, "takes all values, and more than %d are kept as a sketch",
                       WN_QUANTILES_ALL);
    return WN_OK;
}

static enum wn_status run_cramer(struct wn_pair *pair, struct wn_drift_result *result,
                                 struct wn_err *err) {
    struct wn_cramer test;
    if (need_all(pair, err) != WN_OK)
        return WN_NO;
    tell_effect(pair, result);
    enum wn_status status = wn_cramer(&pair->a, &pair->b, &test, err);
    result->statistic = test.t;
    result->p = test.p;
    result->method = test.method;
    return status;
}

const struct wn_drift_test wn_drift_test_cramer = {
    .name = "cramer-von-mises",
    .summary = "Cramer-von Mises: all squared gaps of the distribution functions",
    .types = NUMBERS,
    .threshold = 0.1,
    .run = run_cramer,
};

// Every value by itself; what has no weights is borrowed.
static struct wn_sample spelled_out(const struct wn_sample *sample) {
    size_t total = wn_sample_total(sample), at = 0;
    if (!sample->weights)
        return *sample;
    struct wn_sample out = {.values = wn_malloc((total + 1) * sizeof(double)), .count = total};
    for (size_t i = 0; i < sample->count; i++)
        for (size_t k = 0; k < sample->weights[i]; k++)
            out.values[at++] = sample->values[i];
    return out;
}

static enum wn_status run_anderson(struct wn_pair *pair, struct wn_drift_result *result,
                                   struct wn_err *err) {
    struct wn_anderson test;
    if (need_all(pair, err) != WN_OK)
        return WN_NO;
    tell_effect(pair, result);
    struct wn_sample both[] = {spelled_out(&pair->a), spelled_out(&pair->b)};
    enum wn_status status = wn_anderson(both, 2, &test, err);
    if (pair->a.weights)
        free(both[0].values);
    if (pair->b.weights)
        free(both[1].values);
    result->statistic = test.midrank;
    result->p = test.p;
    result->method = "from a table, 0.001 to 0.25";
    return status;
}

const struct wn_drift_test wn_drift_test_anderson = {
    .name = "anderson-darling",
    .summary = "Anderson-Darling: the same with more weight on the tails",
    .types = NUMBERS,
    .threshold = 0.1,
    .run = run_anderson,
};

// ---- Wasserstein --------------------------------------------------------------------------------

static enum wn_status run_wasserstein(struct wn_pair *pair, struct wn_drift_result *result,
                                      struct wn_err *err) {
    struct wn_drift_result gap = {0};
    if (run_ks(pair, &gap, err) != WN_OK)
        return WN_NO;
    *result = gap;
    double shift = pair->shift.moved.normed;
    result->statistic = pair->shift.moved.wasserstein;
    if (isfinite(shift)) {
        result->effect = shift;
        result->effect_name = "W1/sd";
    }
    result->method = "p of the KS test";
    result->error = 0;
    return WN_OK;
}

const struct wn_drift_test wn_drift_test_wasserstein = {
    .name = "wasserstein",
    .summary = "Wasserstein: how far values moved on average",
    .types = NUMBERS,
    .threshold = 0.1,
    .run = run_wasserstein,
};
