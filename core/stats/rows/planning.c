// SPDX-License-Identifier: GPL-3.0-or-later
// Rows: power and sizes, adjusted p-values.
#include <string.h>

#include "core/stats/adjust.h"
#include "core/stats/power.h"
#include "core/stats/rows/rows.h"

// ---- power --------------------------------------------------------------------------------------

enum { D, N1, POWER, RATIO, ALPHA, ALTERNATIVE };

static struct wn_t_design design_of(const struct wn_stat_arg *args) {
    const char *word = args[ALTERNATIVE].given ? args[ALTERNATIVE].word : "two-sided";
    return (struct wn_t_design){args[RATIO].number, args[ALPHA].number,
                                strcmp(word, "larger") == 0    ? WN_LARGER
                                : strcmp(word, "smaller") == 0 ? WN_SMALLER
                                                               : WN_TWO_SIDED};
}

static enum wn_status find_size(const struct wn_t_design *design, const struct wn_stat_arg *args,
                                struct wn_answer *answer, struct wn_err *err) {
    double n1;
    enum wn_status status = wn_t_size(design, args[D].number, args[POWER].number, &n1, err);
    if (status != WN_OK)
        return status;
    wn_answer_number(answer, "n1", n1);
    wn_answer_number(answer, "n1_ceil", ceil(n1));
    wn_answer_number(answer, "n2_ceil", ceil(ceil(n1) * design->ratio));
    wn_answer_number(answer, "power_at_n1_ceil", wn_t_power(design, ceil(n1), args[D].number));
    return WN_OK;
}

static enum wn_status run_power_t(struct wn_stat_arg *args, struct wn_answer *answer,
                                  struct wn_err *err) {
    struct wn_t_design design = design_of(args);
    double found;
    if (args[D].given + args[N1].given + args[POWER].given != 2)
        return wn_fail(err, WN_BAD_INPUT, "give two of d, n1 and power: the third is found");
    if (!args[N1].given)
        return find_size(&design, args, answer, err);
    if (!args[POWER].given) {
        if (args[N1].number < 2 || args[N1].number * (1 + design.ratio) <= 2)
            return wn_fail(err, WN_NO, "fewer than two values: no variance");
        wn_answer_number(answer, "power", wn_t_power(&design, args[N1].number, args[D].number));
        return WN_OK;
    }
    enum wn_status status = wn_t_effect(&design, args[N1].number, args[POWER].number, &found, err);
    if (status == WN_OK)
        wn_answer_number(answer, "d", found);
    return status;
}

const struct wn_stat wn_stat_power_t2 = {
    .name = "power_t2",
    .summary = "how many values a difference of means takes, or what n values can see",
    .fields = {{.name = "d",
                .kind = WN_STAT_NUMBER,
                .optional = true,
                .help = "the difference in standard deviations"},
               {.name = "n1",
                .kind = WN_STAT_NUMBER,
                .range = WN_RANGE_POSITIVE,
                .optional = true,
                .help = "values of the first side"},
               {.name = "power",
                .kind = WN_STAT_NUMBER,
                .range = WN_RANGE_INSIDE,
                .optional = true,
                .help = "how often the difference is to be found"},
               WN_FIELD_DEFAULT("ratio", WN_RANGE_POSITIVE, 1, "values of the second side to one"),
               WN_FIELD_ALPHA,
               {.name = "alternative",
                .kind = WN_STAT_WORD,
                .words = "two-sided|larger|smaller",
                .help = "which differences count"}},
    .run = run_power_t,
};

static enum wn_status run_power_p(struct wn_stat_arg *args, struct wn_answer *answer,
                                  struct wn_err *err) {
    struct wn_share_sizes sizes;
    enum wn_status status =
        wn_share_sizes(args[0].number, args[1].number, args[2].number, args[3].number, &sizes, err);
    if (status != WN_OK)
        return status;
    wn_answer_number(answer, "n_per_arm_pooled_formula", sizes.pooled);
    wn_answer_number(answer, "n_per_arm_arcsine", sizes.arcsine);
    return WN_OK;
}

const struct wn_stat wn_stat_power_p2 = {
    .name = "power_p2",
    .summary = "how many trials a difference of shares takes",
    .fields = {WN_FIELD_NUMBER("p1", WN_RANGE_SHARE, "one share"),
               WN_FIELD_NUMBER("p2", WN_RANGE_SHARE, "the other"), WN_FIELD_ALPHA,
               WN_FIELD_DEFAULT("power", WN_RANGE_INSIDE, 0.8,
                                "how often the difference is to be found")},
    .run = run_power_p,
};

// ---- several tests ------------------------------------------------------------------------------

static enum wn_status run_adjust(struct wn_stat_arg *args, struct wn_answer *answer,
                                 struct wn_err *err) {
    static const char *const names[WN_ADJUSTMENTS] = {
        [WN_ADJUST_HOLM] = "holm",
        [WN_ADJUST_BH] = "bh",
        [WN_ADJUST_BONFERRONI] = "bonferroni",
        [WN_ADJUST_BY] = "by",
        [WN_ADJUST_HOMMEL] = "hommel",
        [WN_ADJUST_HOCHBERG] = "hochberg",
    };
    (void)err;
    const struct wn_sample *p = args[0].samples;
    for (int i = 0; i < WN_ADJUSTMENTS; i++)
        wn_adjust(p->values, p->count, (enum wn_adjustment)i,
                  wn_answer_list(answer, names[i], p->count));
    return WN_OK;
}

const struct wn_stat wn_stat_p_adjust = {
    .name = "p_adjust",
    .summary = "p-values of several tests made fit for one level: Holm, Benjamini-Hochberg, ...",
    .fields = {{.name = "p",
                .kind = WN_STAT_LIST,
                .range = WN_RANGE_SHARE,
                .missing = true,
                .help = "p-values; a missing one is no test"}},
    .run = run_adjust,
};
