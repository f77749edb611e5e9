// SPDX-License-Identifier: GPL-3.0-or-later
// A distribution is a row: its keys and defaults, its inverse CDF and its CDF. One file per family
// in core/dists/, one line per member in dists.def. Semantics: W&B's sweep configuration.
#ifndef WN_DIST_H
#define WN_DIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/value.h"

enum wn_kind { WN_KIND_FLOAT, WN_KIND_INT, WN_KIND_CHOICE };

enum wn_dist_keys { // which keys a distribution takes; a bit each
    WN_KEY_VALUE = 1,
    WN_KEY_VALUES = 2,
    WN_KEY_PROBABILITIES = 4,
    WN_KEY_MIN = 8,
    WN_KEY_MAX = 16,
    WN_KEY_MU = 32,
    WN_KEY_SIGMA = 64,
    WN_KEY_A = 128,
    WN_KEY_B = 256,
    WN_KEY_Q = 512,
};

// The filled-in arguments of one parameter's distribution. What the pointers point to is borrowed
// from the parameter that owns this. A value written twice is one value that comes twice as often:
// then `picks` has, for each entry of the written list, which of `values` it is.
struct wn_dist_args {
    double min, max, mu, sigma, a, b, q;
    bool q_is_int;           // q was written as an integer: results are integers
    struct wn_value *values; // choices, duplicates (wn_value_equal) already removed
    size_t count;            // of values
    double *probabilities;   // of the written list's entries; NULL: all equal
    size_t *picks;           // NULL: the written list is `values`
    size_t pick_count;       // entries of the written list, where there are picks
};

struct wn_scalar { // one decoded value; which member counts is told by the parameter's kind
    union {
        double number;   // WN_KIND_FLOAT
        int64_t integer; // WN_KIND_INT: the value; WN_KIND_CHOICE: index into values
    };
};

struct wn_dist {
    const char *name;    // "log_uniform_values"
    const char *summary; // one line for the manual
    unsigned required;   // enum wn_dist_keys
    unsigned optional; // enum wn_dist_keys, filled with the defaults q 1.0, mu 0, sigma 1, a 1, b 1
    bool integer_bounds;  // min and max must be integers
    bool positive_bounds; // min must be > 0
    bool grid;            // can be enumerated
    bool deprecated;      // W&B warns of it
    // The kind of value it yields for these arguments (q written as an integer makes integers).
    enum wn_kind (*kind)(const struct wn_dist_args *args);
    // Inverse CDF at u in [0, 1]; results stay within [min, max] where the distribution is bounded
    // and not quantised, and are always finite.
    struct wn_scalar (*quantile)(const struct wn_dist_args *args, double u);
    // A u in (0, 1) with quantile(u) == x exactly for every attainable x: the middle of the
    // interval that maps to x (discrete), the CDF (continuous; then equal up to rounding).
    double (*cdf)(const struct wn_dist_args *args, struct wn_scalar x);
    // How many different values there are, or 0 where that is not finite (or over 2^53).
    uint64_t (*cardinality)(const struct wn_dist_args *args);
    // Grid: how many values, and the i-th in W&B's order (q_uniform leaves max out). NULL unless
    // grid.
    uint64_t (*grid_count)(const struct wn_dist_args *args);
    struct wn_scalar (*grid_value)(const struct wn_dist_args *args, uint64_t index);
};

const struct wn_dist *wn_dist_find(const char *name);    // NULL where there is none
const struct wn_dist *const *wn_dist_all(size_t *count); // the table, in its order
// The name that `word` most likely means, or NULL.
const char *wn_dist_closest(const char *word);

#endif
