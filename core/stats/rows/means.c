// SPDX-License-Identifier: GPL-3.0-or-later
// Rows: tests of means, effect sizes, CUPED.
#include "core/stats/cuped.h"
#include "core/stats/effect.h"
#include "core/stats/rows/rows.h"
#include "core/stats/t_test.h"

static void tell_mean(struct wn_answer *answer, const char *key, struct wn_moments moments) {
    if (moments.count > 0)
        wn_answer_number(answer, key, moments.mean);
}

static enum wn_status run_welch(struct wn_stat_arg *args, struct wn_answer *answer,
                                struct wn_err *err) {
    wn_rows_clean(&args[0], &args[1], answer);
    const struct wn_sample *xs = args[0].samples, *ys = args[1].samples;
    struct wn_moments x = wn_moments_of(xs->values, xs->count);
    struct wn_moments y = wn_moments_of(ys->values, ys->count);
    struct wn_t_test test, pooled;
    double conf = args[2].number;
    enum wn_status status = wn_welch_t(x, y, conf, &test, err);
    tell_mean(answer, "mean_x", x);
    tell_mean(answer, "mean_y", y);
    wn_answer_maybe(answer, "diff", test.diff);
    if (status != WN_OK)
        return status;
    wn_student_t(x, y, conf, &pooled, err);
    wn_answer_number(answer, "t", test.t);
    wn_answer_number(answer, "df", test.df);
    wn_answer_number(answer, "p_two_sided", test.p);
    wn_answer_number(answer, "p_less", test.p_less);
    wn_answer_number(answer, "p_greater", test.p_greater);
    wn_answer_number(answer, "ci_low", test.low);
    wn_answer_number(answer, "ci_high", test.high);
    wn_answer_number(answer, "t_pooled", pooled.t);
    wn_answer_number(answer, "p_pooled", pooled.p);
    wn_answer_number(answer, "ci_low_pooled", pooled.low);
    wn_answer_number(answer, "ci_high_pooled", pooled.high);
    return WN_OK;
}

const struct wn_stat wn_stat_welch_t = {
    .name = "welch_t",
    .summary = "whether two means differ, by Welch's and Student's t",
    .fields = {WN_FIELD_X, WN_FIELD_Y, WN_FIELD_CONF},
    .run = run_welch,
};

static enum wn_status run_paired(struct wn_stat_arg *args, struct wn_answer *answer,
                                 struct wn_err *err) {
    wn_rows_clean_pairs(&args[0], &args[1], answer);
    struct wn_t_test test;
    enum wn_status status =
        wn_paired_t(args[0].samples[0], args[1].samples[0], args[2].number, &test, err);
    wn_answer_maybe(answer, "diff", test.diff);
    if (status != WN_OK)
        return status;
    wn_answer_number(answer, "t", test.t);
    wn_answer_number(answer, "df", test.df);
    wn_answer_number(answer, "p_two_sided", test.p);
    wn_answer_number(answer, "p_less", test.p_less);
    wn_answer_number(answer, "p_greater", test.p_greater);
    wn_answer_number(answer, "ci_low", test.low);
    wn_answer_number(answer, "ci_high", test.high);
    wn_answer_number(answer, "cohens_dz", test.t / sqrt(test.df + 1));
    return WN_OK;
}

const struct wn_stat wn_stat_paired_t = {
    .name = "paired_t",
    .summary = "whether two means of pairs differ, by the t of their differences",
    .fields = {WN_FIELD_X, WN_FIELD_Y_PAIRED, WN_FIELD_CONF},
    .run = run_paired,
};

static enum wn_status run_effect(struct wn_stat_arg *args, struct wn_answer *answer,
                                 struct wn_err *err) {
    wn_rows_sort(&args[0], &args[1], answer);
    const struct wn_sample *xs = args[0].samples, *ys = args[1].samples;
    struct wn_effect effect;
    enum wn_status status = wn_effect(wn_moments_of(xs->values, xs->count),
                                      wn_moments_of(ys->values, ys->count), &effect, err);
    if (status == WN_OK) {
        wn_answer_number(answer, "cohens_d", effect.cohens_d);
        wn_answer_number(answer, "hedges_g_exact", effect.hedges_g);
        wn_answer_number(answer, "hedges_g_approx", effect.hedges_near);
        wn_answer_maybe(answer, "glass_delta_y", effect.glass_delta);
    }
    if (xs->count > 0 && ys->count > 0) {
        struct wn_dominance dominance = wn_dominance(xs, ys);
        wn_answer_number(answer, "cliffs_delta", dominance.cliffs_delta);
        wn_answer_number(answer, "a12", dominance.a12);
    }
    return status;
}

const struct wn_stat wn_stat_effect_size = {
    .name = "effect_size",
    .summary = "how large a difference is: Cohen's d, Hedges' g, Cliff's delta, A12",
    .fields = {WN_FIELD_X, WN_FIELD_Y},
    .run = run_effect,
};

static enum wn_status run_cuped(struct wn_stat_arg *args, struct wn_answer *answer,
                                struct wn_err *err) {
    wn_sample_clean_pairs(args[0].samples, args[1].samples);
    wn_sample_clean_pairs(args[2].samples, args[3].samples);
    wn_answer_count(answer, "n_a", args[0].samples->count);
    wn_answer_count(answer, "n_b", args[2].samples->count);
    struct wn_cuped cuped;
    enum wn_status status = wn_cuped(args[0].samples[0], args[1].samples[0], args[2].samples[0],
                                     args[3].samples[0], &cuped, err);
    if (status != WN_OK)
        return status;
    wn_answer_number(answer, "theta", cuped.theta);
    wn_answer_number(answer, "mean_a", cuped.mean_a);
    wn_answer_number(answer, "mean_b", cuped.mean_b);
    wn_answer_number(answer, "diff", cuped.test.diff);
    wn_answer_number(answer, "t", cuped.test.t);
    wn_answer_number(answer, "p", cuped.test.p);
    wn_answer_number(answer, "ci_low", cuped.test.low);
    wn_answer_number(answer, "ci_high", cuped.test.high);
    wn_answer_number(answer, "variance_reduction", cuped.variance_left);
    return WN_OK;
}

const struct wn_stat wn_stat_cuped = {
    .name = "cuped",
    .summary = "whether B beats A, with the noise taken out that was known before (CUPED)",
    .fields = {{.name = "y_a", .kind = WN_STAT_SAMPLE, .help = "the metric of arm A"},
               {.name = "x_a",
                .kind = WN_STAT_SAMPLE,
                .sized = true,
                .help = "what was known of its members before"},
               {.name = "y_b", .kind = WN_STAT_SAMPLE, .help = "the metric of arm B"},
               {.name = "x_b",
                .kind = WN_STAT_SAMPLE,
                .sized = true,
                .help = "what was known of its members before"}},
    .run = run_cuped,
};
