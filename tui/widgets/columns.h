// SPDX-License-Identifier: GPL-3.0-or-later
// Columns of a table that share the width of a pane: the sparest go first, then wide ones shrink.
#ifndef WN_COLUMNS_H
#define WN_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>

struct wn_fit {
    int wanted, least; // widths
    int spare;         // those with the highest go first; 0: stays
    int width;         // set: 0, it is not shown
    int left;          // set: where it begins
};

// Lays them out from column `left` on within `room`, `gap` blanks between them. Returns the columns
// used.
int wn_columns_fit(struct wn_fit *fits, size_t count, int room, int gap);

#endif
