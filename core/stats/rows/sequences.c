// SPDX-License-Identifier: GPL-3.0-or-later
// Rows: tests that may be looked at at any time.
#include "core/stats/anytime.h"
#include "core/stats/rows/rows.h"
#include "core/stats/sequential.h"

enum { MOST_LOOKS = 64 };

// 1, 2, 5, 10, 20, 50, ... below n, and n.
static size_t looks_upto(size_t n, size_t *looks) {
    size_t count = 0;
    for (size_t ten = 1; ten < n && count < MOST_LOOKS - 4; ten *= 10) {
        const size_t here[] = {ten, 2 * ten, 5 * ten};
        for (int i = 0; i < 3; i++)
            if (here[i] < n)
                looks[count++] = here[i];
    }
    looks[count++] = n;
    return count;
}

static enum wn_status follow(const struct wn_sample *x, const struct wn_sample *y,
                             struct wn_msprt test, struct wn_answer *answer, struct wn_err *err) {
    size_t looks[MOST_LOOKS] = {0}, count, look = 0;
    if (x->count == 0)
        return wn_fail(err, WN_NO, "no pairs");
    count = looks_upto(x->count, looks);
    double *n = wn_answer_list(answer, "checkpoints_n", count);
    double *lambda = wn_answer_list(answer, "lambda", count);
    double *p = wn_answer_list(answer, "p", count);
    double *half = wn_answer_list(answer, "ci_half_width", count);
    for (size_t i = 0; i < x->count; i++) {
        wn_msprt_add(&test, x->values[i], y->values[i]);
        if (test.n != looks[look])
            continue;
        n[look] = (double)test.n;
        lambda[look] = test.lambda;
        p[look] = test.p;
        half[look++] = test.half_width;
    }
    wn_answer_maybe(answer, "first_n_p_le_alpha", test.first ? (double)test.first : NAN);
    wn_answer_number(answer, "final_p", test.p);
    wn_answer_number(answer, "final_diff", test.diff);
    return WN_OK;
}

static enum wn_status run_normal(struct wn_stat_arg *args, struct wn_answer *answer,
                                 struct wn_err *err) {
    wn_rows_clean_pairs(&args[0], &args[1], answer);
    struct wn_msprt test =
        wn_msprt_new(args[2].number, args[5].number, args[3].number + args[4].number);
    return follow(args[0].samples, args[1].samples, test, answer, err);
}

#define FIELD_TAU2                                                                                 \
    WN_FIELD_NUMBER("tau2", WN_RANGE_POSITIVE, "variance of the differences that are expected")

const struct wn_stat wn_stat_msprt_normal = {
    .name = "msprt_normal",
    .summary = "whether B's mean differs, with a p-value that holds at every look",
    .fields =
        {{.name = "x", .kind = WN_STAT_SAMPLE, .help = "numbers of A, as they came"},
         {.name = "y", .kind = WN_STAT_SAMPLE, .sized = true, .help = "numbers of B, as they came"},
         FIELD_TAU2,
         WN_FIELD_NUMBER("var_x", WN_RANGE_POSITIVE, "variance of A's numbers, known"),
         WN_FIELD_NUMBER("var_y", WN_RANGE_POSITIVE, "variance of B's numbers, known"),
         WN_FIELD_ALPHA},
    .run = run_normal,
};

static enum wn_status run_bernoulli(struct wn_stat_arg *args, struct wn_answer *answer,
                                    struct wn_err *err) {
    wn_rows_clean_pairs(&args[0], &args[1], answer);
    for (int side = 0; side < 2; side++)
        for (size_t i = 0; i < args[side].samples->count; i++) {
            double value = args[side].samples->values[i];
            if (value != 0 && value != 1)
                return wn_fail(err, WN_BAD_INPUT, "%s must be zeros and ones (found %g)",
                               side ? "y" : "x", value);
        }
    struct wn_msprt test = wn_msprt_new(args[2].number, args[3].number, NAN);
    return follow(args[0].samples, args[1].samples, test, answer, err);
}

const struct wn_stat wn_stat_msprt_bernoulli = {
    .name = "msprt_bernoulli",
    .summary = "whether B's share differs, with a p-value that holds at every look",
    .fields = {{.name = "x", .kind = WN_STAT_SAMPLE, .help = "zeros and ones of A, as they came"},
               {.name = "y",
                .kind = WN_STAT_SAMPLE,
                .sized = true,
                .help = "zeros and ones of B, as they came"},
               FIELD_TAU2,
               WN_FIELD_ALPHA},
    .run = run_bernoulli,
};

// The p of an answer is the least one so far, as that of the other sequential tests.
static enum wn_status run_anytime(struct wn_stat_arg *args, struct wn_answer *answer,
                                  struct wn_err *err) {
    wn_rows_clean_pairs(&args[0], &args[1], answer);
    const struct wn_sample *x = args[0].samples, *y = args[1].samples;
    double spread = args[2].number, alpha = args[3].number, least_p = 1;
    size_t first = 0;
    if (x->count < 2)
        return wn_fail(err, WN_NO, "fewer than two pairs");
    struct wn_moments moments = {0};
    struct wn_anytime test = {0};
    for (size_t i = 0; i < x->count; i++) {
        wn_moments_add(&moments, y->values[i] - x->values[i]);
        test = wn_anytime_t(moments, spread, alpha);
        least_p = fmin(least_p, test.p);
        if (!first && least_p <= alpha)
            first = i + 1;
    }
    wn_answer_number(answer, "diff", moments.mean);
    wn_answer_maybe(answer, "half_width", isfinite(test.half_width) ? test.half_width : NAN);
    wn_answer_number(answer, "p", least_p);
    wn_answer_number(answer, "log_evidence", test.evidence);
    wn_answer_maybe(answer, "first_n_p_le_alpha", first ? (double)first : NAN);
    return WN_OK;
}

const struct wn_stat wn_stat_anytime_t = {
    .name = "anytime_t",
    .summary = "whether B's mean differs, pair by pair, variance unknown, at every look",
    .fields =
        {{.name = "x", .kind = WN_STAT_SAMPLE, .help = "numbers of A, as they came"},
         {.name = "y", .kind = WN_STAT_SAMPLE, .sized = true, .help = "numbers of B, as they came"},
         WN_FIELD_DEFAULT("spread", WN_RANGE_POSITIVE, WN_ANYTIME_SPREAD,
                          "variance of the effects that are expected, in standard deviations"),
         WN_FIELD_ALPHA},
    .run = run_anytime,
};

static enum wn_status run_sequence(struct wn_stat_arg *args, struct wn_answer *answer,
                                   struct wn_err *err) {
    struct wn_arm a = {args[0].number, args[2].number, args[4].number};
    struct wn_arm b = {args[1].number, args[3].number, args[5].number};
    if (a.n == 0 || b.n == 0)
        return wn_fail(err, WN_NO, "no values in %s", a.n == 0 ? "a" : "b");
    if (a.n == 1 || b.n == 1)
        return wn_fail(err, WN_NO, "%s has one value: no variance", a.n == 1 ? "a" : "b");
    if (a.variance + b.variance == 0)
        return wn_fail(err, WN_NO, "zero variance");
    struct wn_sequence sequence = wn_sequence_of(a, b, args[6].number, args[7].number);
    wn_answer_number(answer, "rho", sequence.rho);
    wn_answer_number(answer, "diff", sequence.diff);
    wn_answer_number(answer, "half_width", sequence.half_width);
    wn_answer_number(answer, "ci_low", sequence.diff - sequence.half_width);
    wn_answer_number(answer, "ci_high", sequence.diff + sequence.half_width);
    return WN_OK;
}

const struct wn_stat wn_stat_asymptotic_cs = {
    .name = "asymptotic_cs",
    .summary = "an interval for a difference of means that holds at every look",
    .fields = {WN_FIELD_NUMBER("n_a", WN_RANGE_COUNT, "values of A"),
               WN_FIELD_NUMBER("n_b", WN_RANGE_COUNT, "values of B"),
               WN_FIELD_NUMBER("mean_a", WN_RANGE_REAL, "their mean"),
               WN_FIELD_NUMBER("mean_b", WN_RANGE_REAL, "their mean"),
               WN_FIELD_NUMBER("var_a", WN_RANGE_AMOUNT, "their variance"),
               WN_FIELD_NUMBER("var_b", WN_RANGE_AMOUNT, "their variance"), WN_FIELD_ALPHA,
               WN_FIELD_DEFAULT("tuning_n", WN_RANGE_POSITIVE, 5000,
                                "values at which it is tightest")},
    .run = run_sequence,
};
