// SPDX-License-Identifier: GPL-3.0-or-later
// Rows: rank tests.
#include "core/stats/ranks.h"

#include <string.h>

#include "core/stats/rows/rows.h"

static void tell_shift(struct wn_answer *answer, struct wn_shift shift) {
    if (isnan(shift.estimate))
        return;
    wn_answer_number(answer, "hodges_lehmann", shift.estimate);
    if (isnan(shift.low))
        return;
    wn_answer_number(answer, "hl_ci_low", shift.low);
    wn_answer_number(answer, "hl_ci_high", shift.high);
}

static enum wn_status run_mann_whitney(struct wn_stat_arg *args, struct wn_answer *answer,
                                       struct wn_err *err) {
    wn_rows_sort(&args[0], &args[1], answer);
    struct wn_mann_whitney test;
    enum wn_status status = wn_mann_whitney(args[0].samples, args[1].samples, &test, err);
    if (status != WN_OK)
        return status;
    wn_answer_number(answer, "u1", test.u1);
    wn_answer_number(answer, "u2", test.u2);
    wn_answer_number(answer, "p", test.p);
    wn_answer_word(answer, "method", test.method);
    wn_answer_number(answer, "p_asymptotic_cc", test.p_normal_cc);
    wn_answer_number(answer, "p_asymptotic_nocc", test.p_normal);
    wn_answer_number(answer, "p_less_asymptotic_cc", test.p_less_cc);
    if (!isnan(test.p_exact))
        wn_answer_number(answer, test.ties ? "p_exact_ties" : "p_exact", test.p_exact);
    tell_shift(answer, wn_hodges_lehmann(args[0].samples, args[1].samples, args[2].number));
    return WN_OK;
}

const struct wn_stat wn_stat_mann_whitney = {
    .name = "mann_whitney",
    .summary = "whether one side tends to be larger, by ranks alone",
    .fields = {WN_FIELD_X, WN_FIELD_Y, WN_FIELD_CONF},
    .run = run_mann_whitney,
};

static enum wn_status run_wilcoxon(struct wn_stat_arg *args, struct wn_answer *answer,
                                   struct wn_err *err) {
    wn_rows_clean_pairs(&args[0], &args[1], answer);
    bool pratt = args[2].given && strcmp(args[2].word, "pratt") == 0;
    struct wn_wilcoxon test;
    enum wn_status status = wn_wilcoxon(args[0].samples[0], args[1].samples[0], pratt, &test, err);
    if (status != WN_OK)
        return status;
    wn_answer_number(answer, "w_plus", test.w_plus);
    wn_answer_number(answer, "w_minus", test.w_minus);
    wn_answer_number(answer, "w_min", fmin(test.w_plus, test.w_minus));
    wn_answer_count(answer, "n_nonzero", test.nonzero);
    wn_answer_number(answer, "p", test.p);
    wn_answer_word(answer, "method", test.method);
    wn_answer_number(answer, "p_approx", test.p_normal);
    wn_answer_number(answer, "p_approx_cc", test.p_normal_cc);
    if (!isnan(test.p_exact))
        wn_answer_number(answer, test.ties ? "p_exact_ties" : "p_exact", test.p_exact);
    return WN_OK;
}

const struct wn_stat wn_stat_wilcoxon_signed_rank = {
    .name = "wilcoxon_signed_rank",
    .summary = "whether pairs tend to differ one way, by ranks alone",
    .fields = {WN_FIELD_X,
               WN_FIELD_Y_PAIRED,
               {.name = "zero_method",
                .kind = WN_STAT_WORD,
                .words = "wilcox|pratt",
                .help = "drop differences of zero before or after ranking"}},
    .run = run_wilcoxon,
};
