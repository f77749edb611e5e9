// SPDX-License-Identifier: GPL-3.0-or-later
// What rows of the table share: fields that many take, and how sizes and intervals are told.
#ifndef WN_STATS_ROWS_H
#define WN_STATS_ROWS_H

#include <math.h>

#include "core/stats/stat.h"

#define WN_FIELD_X                                                                                 \
    { .name = "x", .kind = WN_STAT_SAMPLE, .help = "numbers of the first side" }
#define WN_FIELD_Y                                                                                 \
    { .name = "y", .kind = WN_STAT_SAMPLE, .help = "numbers of the second side" }
#define WN_FIELD_Y_PAIRED                                                                          \
    { .name = "y", .kind = WN_STAT_SAMPLE, .sized = true, .help = "numbers of the second side" }
#define WN_FIELD_DEFAULT(NAME, RANGE, VALUE, HELP)                                                 \
    {                                                                                              \
        .name = NAME, .kind = WN_STAT_NUMBER, .range = RANGE, .has_fallback = true,                \
        .fallback = VALUE, .help = HELP                                                            \
    }
#define WN_FIELD_CONF WN_FIELD_DEFAULT("conf", WN_RANGE_INSIDE, 0.95, "confidence of the intervals")
#define WN_FIELD_ALPHA WN_FIELD_DEFAULT("alpha", WN_RANGE_INSIDE, 0.05, "rate of false alarms")
#define WN_FIELD_SEED                                                                              \
    WN_FIELD_DEFAULT("seed", WN_RANGE_COUNT, 0, "the same seed gives the same answer")
#define WN_FIELD_NUMBER(NAME, RANGE, HELP)                                                         \
    { .name = NAME, .kind = WN_STAT_NUMBER, .range = RANGE, .help = HELP }
#define WN_FIELD_LIST(NAME, RANGE, HELP)                                                           \
    { .name = NAME, .kind = WN_STAT_LIST, .range = RANGE, .help = HELP }

// Cleans both sides and tells their sizes, and what was taken out where something was: n_x, n_y,
// missing_x, missing_y, dropped_inf_x, dropped_inf_y.
void wn_rows_clean(struct wn_stat_arg *x, struct wn_stat_arg *y, struct wn_answer *answer);
// The same of pairs: n_pairs, missing, dropped_inf.
void wn_rows_clean_pairs(struct wn_stat_arg *x, struct wn_stat_arg *y, struct wn_answer *answer);
// Cleans and sorts both.
void wn_rows_sort(struct wn_stat_arg *x, struct wn_stat_arg *y, struct wn_answer *answer);
// The n, missing and infinite values of any samples together: n, missing, dropped_inf.
void wn_rows_clean_all(struct wn_stat_arg *samples, struct wn_answer *answer);

#endif
