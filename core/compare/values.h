// SPDX-License-Identifier: GPL-3.0-or-later
// The value of each metric for each unit of a side: the mean over its trials that count.
#ifndef WN_COMPARE_VALUES_H
#define WN_COMPARE_VALUES_H

#include "core/compare/sides.h"

struct wn_unit_values {
    double **metrics; // in the order that was asked for: a value per unit, NaN: none
    size_t count;
};

// Of the objective what the trial ranks by, of others their last value, as boards show them.
enum wn_status wn_unit_values_read(struct wn_store *store, const struct wn_compare_side *side,
                                   const char *const *names, size_t count,
                                   struct wn_unit_values *values, struct wn_err *err);
void wn_unit_values_free(struct wn_unit_values *values);

#endif
