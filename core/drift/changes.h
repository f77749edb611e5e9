// SPDX-License-Identifier: GPL-3.0-or-later
// Changes of the schema between two profiles.
#ifndef WN_DRIFT_CHANGES_H
#define WN_DRIFT_CHANGES_H

#include "core/drift/drift.h"

// Columns that are on one side only.
void wn_changes_of_columns(const struct wn_profile *ref, const struct wn_profile *cur,
                           struct wn_drift *drift);
// Of a column of both sides; before its test, for what is missing is told by that.
void wn_changes_of_pair(const struct wn_pair *pair, struct wn_drift *drift);
void wn_change_add(struct wn_drift *drift, const char *column, enum wn_change_kind kind,
                   bool breaking, const char *format, ...) __attribute__((format(printf, 5, 6)));
void wn_changes_sort(struct wn_drift *drift);

#endif
