// SPDX-License-Identifier: GPL-3.0-or-later
// Which values the parameters of a group of configurations take: a row per parameter, as long as
// there are few values each of them, else how far they range.
#ifndef WN_COMPARE_PARAMS_H
#define WN_COMPARE_PARAMS_H

#include "core/value.h"

enum { WN_PARAM_VALUES = 8 };

struct wn_param_values {
    char *name;   // dotted
    bool skipped; // it is no part of the hash
    struct wn_value values[WN_PARAM_VALUES];
    uint64_t hashes[WN_PARAM_VALUES];
    size_t distinct;  // WN_PARAM_VALUES + 1: there are more than are kept
    size_t units;     // configurations that have the parameter
    bool numbers;     // all values are
    double low, high; // of numbers
};

struct wn_param_table {
    struct wn_param_values *items;
    size_t count, capacity;
    size_t units; // configurations that were added
};

// Adds a configuration. Returns a hash of it that is a sum over its parameters (see
// wn_param_share()), without those called as one of `skip`, which are the same for a whole table.
uint64_t wn_param_table_add(struct wn_param_table *table, const struct wn_value *params,
                            const char *const *skip, size_t skip_count);
void wn_param_table_free(struct wn_param_table *table);
const struct wn_param_values *wn_param_table_find(const struct wn_param_table *table,
                                                  const char *name); // NULL: none has it

// All configurations of the table have the parameter, and the same value of it.
bool wn_param_is_constant(const struct wn_param_table *table, const struct wn_param_values *param);
// What a constant parameter adds to the hash of each configuration.
uint64_t wn_param_share(const struct wn_param_values *param);
// Whether two groups differ in a parameter; NULL: it does not have it. Values drawn from the same
// range, each of its own, are no difference.
bool wn_param_differs(const struct wn_param_values *a, const struct wn_param_values *b);
// "adam", "adam, sgd", "0.001 .. 0.1"; "-" of NULL.
void wn_param_values_text(const struct wn_param_values *param, struct wn_str *out);

#endif
