// SPDX-License-Identifier: GPL-3.0-or-later
// Sizes, told alike by all rows.
#include "core/stats/rows/rows.h"

static void tell_dropped(struct wn_answer *answer, const char *key, size_t count) {
    if (count > 0)
        wn_answer_count(answer, key, count);
}

void wn_rows_clean(struct wn_stat_arg *x, struct wn_stat_arg *y, struct wn_answer *answer) {
    wn_sample_clean(x->samples);
    wn_sample_clean(y->samples);
    wn_answer_count(answer, "n_x", x->samples->count);
    wn_answer_count(answer, "n_y", y->samples->count);
    tell_dropped(answer, "missing_x", x->samples->missing);
    tell_dropped(answer, "missing_y", y->samples->missing);
    tell_dropped(answer, "dropped_inf_x", x->samples->infinite);
    tell_dropped(answer, "dropped_inf_y", y->samples->infinite);
}

void wn_rows_clean_pairs(struct wn_stat_arg *x, struct wn_stat_arg *y, struct wn_answer *answer) {
    wn_sample_clean_pairs(x->samples, y->samples);
    wn_answer_count(answer, "n_pairs", x->samples->count);
    tell_dropped(answer, "missing", x->samples->missing);
    tell_dropped(answer, "dropped_inf", x->samples->infinite);
}

void wn_rows_sort(struct wn_stat_arg *x, struct wn_stat_arg *y, struct wn_answer *answer) {
    wn_rows_clean(x, y, answer);
    wn_sort(x->samples->values, x->samples->count);
    wn_sort(y->samples->values, y->samples->count);
}

void wn_rows_clean_all(struct wn_stat_arg *samples, struct wn_answer *answer) {
    size_t count = 0, missing = 0, infinite = 0;
    for (size_t i = 0; i < samples->count; i++) {
        wn_sample_clean(&samples->samples[i]);
        count += samples->samples[i].count;
        missing += samples->samples[i].missing;
        infinite += samples->samples[i].infinite;
    }
    wn_answer_count(answer, "n", count);
    tell_dropped(answer, "missing", missing);
    tell_dropped(answer, "dropped_inf", infinite);
}
