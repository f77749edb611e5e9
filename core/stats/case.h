// SPDX-License-Identifier: GPL-3.0-or-later
// Args of a statistic from JSON: {"inputs": {...}, "params": {...}}, or one object with all of
// them. In a sample null is a missing value and "inf" and "-inf" are infinities.
#ifndef WN_STATS_CASE_H
#define WN_STATS_CASE_H

#include "core/stats/stat.h"
#include "core/value.h"

// WN_BAD_INPUT with a sentence; what was read must be released all the same.
enum wn_status wn_case_read(const struct wn_stat *stat, const struct wn_value *object,
                            struct wn_stat_arg *args, struct wn_err *err);

// "x, y, conf": the fields of a statistic, for sentences.
void wn_stat_field_names(const struct wn_stat *stat, struct wn_str *out);
// The index of a field, -1: it has no such field, with a sentence in `err`.
int wn_stat_field_index(const struct wn_stat *stat, const char *name, struct wn_err *err);

#endif
