// SPDX-License-Identifier: GPL-3.0-or-later
// The type of a column, guessed from a sample of its cells; the rules are in docs/drift.md.
#ifndef WN_DATA_GUESS_H
#define WN_DATA_GUESS_H

#include "core/data/cell.h"

struct wn_guess {
    enum wn_feature_type type;
    bool known;  // false: no cell has a value
    bool mixed;  // numbers and texts
    bool digits; // numbers only
};

// `cells` are those that have a value.
struct wn_guess wn_guess_type(const char *name, const char *const *cells, size_t count);

#endif
