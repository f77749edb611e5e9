// SPDX-License-Identifier: GPL-3.0-or-later
// Rows: bootstrap, permutation.
#include <string.h>

#include "core/stats/resample.h"
#include "core/stats/rows/rows.h"

static const char *const statistics[] = {
    [WN_BOOT_MEAN] = "mean",
    [WN_BOOT_MEDIAN] = "median",
    [WN_BOOT_MEAN_DIFF] = "mean(x)-mean(y)",
    [WN_BOOT_MEDIAN_DIFF] = "median(x)-median(y)",
};

static enum wn_boot_statistic statistic_of(const struct wn_stat_arg *word, size_t samples) {
    size_t index = 0;
    if (!word->given)
        return samples == 2 ? WN_BOOT_MEAN_DIFF : WN_BOOT_MEAN;
    while (strcmp(statistics[index], word->word) != 0)
        index++;
    return (enum wn_boot_statistic)index;
}

static enum wn_status check_resamples(double count, struct wn_err *err) {
    if (count >= 1 && count <= 1e8)
        return WN_OK;
    return wn_fail(err, WN_BAD_INPUT, "B must be from 1 to 100 million (found %.0f)", count);
}

static enum wn_status run_bootstrap(struct wn_stat_arg *args, struct wn_answer *answer,
                                    struct wn_err *err) {
    wn_rows_clean_all(&args[0], answer);
    struct wn_boot_setup setup = {statistic_of(&args[1], args[0].count), (size_t)args[2].number,
                                  args[3].number, (uint64_t)args[4].number};
    struct wn_bootstrap out;
    if (check_resamples(args[2].number, err) != WN_OK)
        return WN_BAD_INPUT;
    enum wn_status status = wn_bootstrap(args[0].samples, args[0].count, &setup, &out, err);
    if (status != WN_OK)
        return status;
    wn_answer_number(answer, "point", out.point);
    wn_answer_maybe(answer, "se", out.se);
    wn_answer_number(answer, "percentile_low", out.percentile_low);
    wn_answer_number(answer, "percentile_high", out.percentile_high);
    wn_answer_maybe(answer, "bca_low", out.bca_low);
    wn_answer_maybe(answer, "bca_high", out.bca_high);
    if (out.bca_reason)
        wn_answer_word(answer, "bca_reason", out.bca_reason);
    return WN_OK;
}

const struct wn_stat wn_stat_bootstrap_ci = {
    .name = "bootstrap_ci",
    .summary = "an interval for a mean, a median or a difference, by the bootstrap",
    .fields = {{.name = "samples", .kind = WN_STAT_SAMPLES, .help = "one or two samples"},
               {.name = "statistic",
                .kind = WN_STAT_WORD,
                .words = "mean|median|mean(x)-mean(y)|median(x)-median(y)",
                .help = "what of them; the mean, or the difference of means, where not said"},
               WN_FIELD_DEFAULT("B", WN_RANGE_COUNT, 9999, "resamples"),
               WN_FIELD_CONF,
               WN_FIELD_SEED},
    .run = run_bootstrap,
};

static enum wn_status run_permutation(struct wn_stat_arg *args, struct wn_answer *answer,
                                      struct wn_err *err) {
    wn_rows_clean(&args[0], &args[1], answer);
    struct wn_permutation test;
    if (check_resamples(args[2].number, err) != WN_OK)
        return WN_BAD_INPUT;
    enum wn_status status = wn_permutation(args[0].samples, args[1].samples, (size_t)args[2].number,
                                           (uint64_t)args[3].number, &test, err);
    if (status != WN_OK)
        return status;
    wn_answer_number(answer, "diff", test.diff);
    wn_answer_number(answer, "p_two_sided", test.p);
    wn_answer_number(answer, "p_less", test.p_less);
    wn_answer_number(answer, "p_greater", test.p_greater);
    wn_answer_number(answer, "splits", test.count);
    wn_answer_yes(answer, "exact", test.exact);
    return WN_OK;
}

const struct wn_stat wn_stat_permutation = {
    .name = "permutation",
    .summary = "whether two means differ, by splitting the values anew at random",
    .fields = {WN_FIELD_X, WN_FIELD_Y, WN_FIELD_DEFAULT("B", WN_RANGE_COUNT, 9999, "random splits"),
               WN_FIELD_SEED},
    .run = run_permutation,
};
