// SPDX-License-Identifier: GPL-3.0-or-later
// Rows: successes, counts of categories, and what is missing.
#include "core/stats/bayes.h"
#include "core/stats/chi_squared.h"
#include "core/stats/distance.h"
#include "core/stats/proportions.h"
#include "core/stats/rows/rows.h"

static enum wn_status read_share(const struct wn_stat_arg *hits, const struct wn_stat_arg *all,
                                 const char *name, struct wn_share *share, struct wn_err *err) {
    *share = (struct wn_share){hits->number, all->number};
    if (share->hits > share->all)
        return wn_fail(err, WN_BAD_INPUT, "%s: %.0f of %.0f is more than all", name, share->hits,
                       share->all);
    return WN_OK;
}

static void tell_interval(struct wn_answer *answer, const char *low, const char *high,
                          struct wn_interval interval) {
    wn_answer_number(answer, low, interval.low);
    wn_answer_number(answer, high, interval.high);
}

static void tell_two_shares(struct wn_answer *answer, const struct wn_two_shares *test) {
    wn_answer_maybe(answer, "z_pooled", test->z);
    wn_answer_maybe(answer, "p_pooled", test->p);
    tell_interval(answer, "ci_low_wald", "ci_high_wald", test->wald);
    tell_interval(answer, "ci_low_newcombe", "ci_high_newcombe", test->newcombe);
    tell_interval(answer, "ci_low_agresti_caffo", "ci_high_agresti_caffo", test->agresti_caffo);
    tell_interval(answer, "ci_low_miettinen", "ci_high_miettinen", test->score);
    wn_answer_maybe(answer, "odds_ratio_sample", test->odds_ratio);
    wn_answer_number(answer, "cohens_h", test->cohens_h);
}

static enum wn_status run_two_proportions(struct wn_stat_arg *args, struct wn_answer *answer,
                                          struct wn_err *err) {
    struct wn_share a, b;
    if (read_share(&args[0], &args[1], "x1", &a, err) != WN_OK ||
        read_share(&args[2], &args[3], "x2", &b, err) != WN_OK)
        return WN_BAD_INPUT;
    struct wn_two_shares test;
    enum wn_status status = wn_two_shares(a, b, args[4].number, &test, err);
    if (isnan(test.diff))
        return status;
    wn_answer_number(answer, "diff", test.diff);
    tell_two_shares(answer, &test);
    struct wn_fisher fisher = wn_fisher(a, b);
    wn_answer_maybe(answer, "p_fisher", fisher.p);
    wn_answer_maybe(answer, "p_fisher_less", fisher.p_less);
    wn_answer_maybe(answer, "p_fisher_greater", fisher.p_greater);
    return status;
}

const struct wn_stat wn_stat_two_proportions = {
    .name = "two_proportions",
    .summary = "whether two shares differ, by z and by Fisher's exact test",
    .fields = {WN_FIELD_NUMBER("x1", WN_RANGE_COUNT, "successes of the first side"),
               WN_FIELD_NUMBER("n1", WN_RANGE_COUNT, "trials of the first side"),
               WN_FIELD_NUMBER("x2", WN_RANGE_COUNT, "successes of the second side"),
               WN_FIELD_NUMBER("n2", WN_RANGE_COUNT, "trials of the second side"), WN_FIELD_CONF},
    .run = run_two_proportions,
};

static enum wn_status run_missing_rate(struct wn_stat_arg *args, struct wn_answer *answer,
                                       struct wn_err *err) {
    struct wn_share ref, cur;
    if (read_share(&args[0], &args[1], "missing_ref", &ref, err) != WN_OK ||
        read_share(&args[2], &args[3], "missing_cur", &cur, err) != WN_OK)
        return WN_BAD_INPUT;
    struct wn_two_shares test;
    enum wn_status status = wn_two_shares(ref, cur, 0.95, &test, err);
    if (isnan(test.diff))
        return status;
    wn_answer_number(answer, "diff", test.diff);
    wn_answer_maybe(answer, "z_pooled", test.z);
    wn_answer_maybe(answer, "p_pooled", test.p);
    if (status == WN_NO)
        return wn_fail(err, WN_NO, "%s",
                       ref.hits + cur.hits == 0 ? "no values are missing"
                                                : "all values are missing");
    return WN_OK;
}

const struct wn_stat wn_stat_missing_rate = {
    .name = "missing_rate",
    .summary = "whether more values are missing than in the reference",
    .fields = {WN_FIELD_NUMBER("missing_ref", WN_RANGE_COUNT, "missing in the reference"),
               WN_FIELD_NUMBER("n_ref", WN_RANGE_COUNT, "rows of the reference"),
               WN_FIELD_NUMBER("missing_cur", WN_RANGE_COUNT, "missing now"),
               WN_FIELD_NUMBER("n_cur", WN_RANGE_COUNT, "rows now")},
    .run = run_missing_rate,
};

// ---- categories ---------------------------------------------------------------------------------

static void tell_chi_squared(struct wn_answer *answer, const struct wn_chi_squared *test) {
    wn_answer_number(answer, "chi2", test->chi2);
    wn_answer_count(answer, "df", test->df);
    wn_answer_number(answer, "p", test->p);
    wn_answer_number(answer, "g", test->g);
    wn_answer_number(answer, "p_g", test->p_g);
    wn_answer_number(answer, "min_expected", test->least_expected);
    wn_answer_count(answer, "cells_expected_lt5", test->cells_below_5);
    wn_answer_number(answer, "cramers_v", test->cramers_v);
    wn_answer_number(answer, "tvd", test->distance);
    if (test->df == 1) {
        wn_answer_number(answer, "chi2_yates", test->yates);
        wn_answer_number(answer, "p_yates", test->p_yates);
    }
    wn_answer_number(answer, "p_evidently_oneway", test->p_one_way);
    wn_answer_maybe(answer, "p_margins", test->p_margins);
    if (!isnan(test->p_exact))
        wn_answer_number(answer, "p_fisher_freeman_halton", test->p_exact);
}

static enum wn_status run_chi_squared(struct wn_stat_arg *args, struct wn_answer *answer,
                                      struct wn_err *err) {
    struct wn_chi_squared test;
    enum wn_status status = wn_chi_squared(args[0].samples->values, args[1].samples->values,
                                           args[0].samples->count, &test, err);
    if (status == WN_OK)
        tell_chi_squared(answer, &test);
    return status;
}

const struct wn_stat wn_stat_chi2_homogeneity = {
    .name = "chi2_homogeneity",
    .summary = "whether categories are as frequent on both sides",
    .fields = {WN_FIELD_LIST("counts_a", WN_RANGE_COUNT, "counts of each category"),
               {.name = "counts_b",
                .kind = WN_STAT_LIST,
                .range = WN_RANGE_COUNT,
                .sized = true,
                .help = "counts of the same categories"}},
    .run = run_chi_squared,
};

static enum wn_status run_srm(struct wn_stat_arg *args, struct wn_answer *answer,
                              struct wn_err *err) {
    struct wn_fit fit;
    enum wn_status status = wn_sample_ratio(args[0].samples->values, args[1].samples->values,
                                            args[0].samples->count, &fit, err);
    if (status != WN_OK)
        return status;
    wn_answer_number(answer, "chi2", fit.chi2);
    wn_answer_count(answer, "df", fit.df);
    wn_answer_number(answer, "p", fit.p);
    wn_answer_yes(answer, "flag_p_lt_0.001", fit.p < 0.001);
    return WN_OK;
}

const struct wn_stat wn_stat_srm = {
    .name = "srm",
    .summary = "whether arms have the members they should (sample-ratio mismatch)",
    .fields = {WN_FIELD_LIST("observed", WN_RANGE_COUNT, "members of each arm"),
               {.name = "weights",
                .kind = WN_STAT_LIST,
                .range = WN_RANGE_AMOUNT,
                .sized = true,
                .help = "in what proportion they should be"}},
    .run = run_srm,
};

static double sum_of(const struct wn_sample *sample) {
    double sum = 0;
    for (size_t i = 0; i < sample->count; i++)
        sum += sample->values[i];
    return sum;
}

static enum wn_status run_categorical(struct wn_stat_arg *args, struct wn_answer *answer,
                                      struct wn_err *err) {
    const struct wn_sample *ref = args[0].samples, *cur = args[1].samples;
    if (sum_of(ref) == 0 || sum_of(cur) == 0)
        return wn_fail(err, WN_NO, "no values in %s", sum_of(ref) == 0 ? "ref" : "cur");
    struct wn_shares shares = wn_shares_of(ref->values, cur->values, ref->count);
    double distance = wn_jensen_shannon(&shares);
    wn_answer_number(answer, "psi_evidently", wn_psi(&shares));
    wn_answer_number(answer, "js_evidently", distance);
    wn_answer_number(answer, "kl_evidently", wn_kullback_leibler(&shares));
    wn_answer_number(answer, "hellinger", wn_hellinger(&shares));
    wn_answer_number(answer, "js_base2", distance / sqrt(M_LN2));
    wn_answer_number(answer, "tvd", wn_total_variation(&shares));
    wn_shares_free(&shares);
    return WN_OK;
}

const struct wn_stat wn_stat_binned_distance_categorical = {
    .name = "binned_distance_categorical",
    .summary = "how far counts of categories lie apart: PSI, Jensen-Shannon, KL, Hellinger",
    .fields = {WN_FIELD_LIST("counts_ref", WN_RANGE_COUNT, "counts of each category, reference"),
               {.name = "counts_cur",
                .kind = WN_STAT_LIST,
                .range = WN_RANGE_COUNT,
                .sized = true,
                .help = "counts of the same categories now"}},
    .run = run_categorical,
};
