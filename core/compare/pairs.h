// SPDX-License-Identifier: GPL-3.0-or-later
// Which units of two sides belong together: those that ran the same seed, or the same
// configuration but for what the sides differ in.
#ifndef WN_COMPARE_PAIRS_H
#define WN_COMPARE_PAIRS_H

#include "core/compare/sides.h"

struct wn_pairs {
    size_t *a, *b; // units, in order of A's
    size_t count;  // 0: they do not pair
};

// They pair where the keys of each side are unique and each unit of the smaller side has a partner,
// two at least. It is asked before any result is looked at: a run that failed leaves the design.
void wn_pairs_find(const struct wn_compare_side *a, const struct wn_compare_side *b,
                   struct wn_pairs *pairs);
void wn_pairs_free(struct wn_pairs *pairs);

#endif
