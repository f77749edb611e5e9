// SPDX-License-Identifier: GPL-3.0-or-later
// Rows: how likely B is better.
#include "core/stats/bayes.h"
#include "core/stats/rows/rows.h"

static void tell_better(struct wn_answer *answer, const struct wn_better *better) {
    wn_answer_number(answer, "p_b_gt_a", better->p);
    wn_answer_maybe(answer, "loss_if_choose_b", better->loss_b);
    wn_answer_maybe(answer, "loss_if_choose_a", better->loss_a);
    wn_answer_number(answer, "mean_a", better->a.mean);
    wn_answer_number(answer, "mean_b", better->b.mean);
    wn_answer_number(answer, "a_ci_low", better->a.low);
    wn_answer_number(answer, "a_ci_high", better->a.high);
    wn_answer_number(answer, "b_ci_low", better->b.low);
    wn_answer_number(answer, "b_ci_high", better->b.high);
}

static enum wn_status run_shares(struct wn_stat_arg *args, struct wn_answer *answer,
                                 struct wn_err *err) {
    struct wn_share a = {args[0].number, args[1].number}, b = {args[2].number, args[3].number};
    if (a.hits > a.all || b.hits > b.all)
        return wn_fail(err, WN_BAD_INPUT, "more successes than trials on side %s",
                       a.hits > a.all ? "A" : "B");
    struct wn_better better;
    double prior[] = {args[4].number, args[5].number};
    enum wn_status status = wn_better_share(a, b, prior, args[6].number, &better, err);
    if (status == WN_OK)
        tell_better(answer, &better);
    return status;
}

const struct wn_stat wn_stat_beta_binomial = {
    .name = "beta_binomial",
    .summary = "how likely B's share is above A's, and what a wrong choice costs",
    .fields = {WN_FIELD_NUMBER("x_a", WN_RANGE_COUNT, "successes of A"),
               WN_FIELD_NUMBER("n_a", WN_RANGE_COUNT, "trials of A"),
               WN_FIELD_NUMBER("x_b", WN_RANGE_COUNT, "successes of B"),
               WN_FIELD_NUMBER("n_b", WN_RANGE_COUNT, "trials of B"),
               WN_FIELD_DEFAULT("prior_alpha", WN_RANGE_POSITIVE, 1, "prior successes"),
               WN_FIELD_DEFAULT("prior_beta", WN_RANGE_POSITIVE, 1, "prior failures"),
               WN_FIELD_CONF},
    .run = run_shares,
};

static enum wn_status run_means(struct wn_stat_arg *args, struct wn_answer *answer,
                                struct wn_err *err) {
    wn_rows_clean(&args[0], &args[1], answer);
    const struct wn_sample *a = args[0].samples, *b = args[1].samples;
    struct wn_better better;
    enum wn_status status =
        wn_better_mean(wn_moments_of(a->values, a->count), wn_moments_of(b->values, b->count),
                       args[2].number, &better, err);
    if (status == WN_OK)
        tell_better(answer, &better);
    return status;
}

const struct wn_stat wn_stat_bayes_means = {
    .name = "bayes_means",
    .summary = "how likely B's mean is above A's, and what a wrong choice costs",
    .fields = {{.name = "x", .kind = WN_STAT_SAMPLE, .help = "numbers of A"},
               {.name = "y", .kind = WN_STAT_SAMPLE, .help = "numbers of B"},
               WN_FIELD_CONF},
    .run = run_means,
};
