// SPDX-License-Identifier: GPL-3.0-or-later
// What a cell of a data file can be read as, and the types of columns that follow from it.
#ifndef WN_DATA_CELL_H
#define WN_DATA_CELL_H

#include <stdbool.h>
#include <stddef.h>

enum wn_feature_type {
    WN_NUMERIC,
    WN_CATEGORICAL,
    WN_BOOLEAN,
    WN_DATETIME,
    WN_FREE_TEXT,
    WN_ID, // tells rows apart and nothing else
    WN_FEATURE_TYPES
};

extern const char *const wn_feature_type_names[]; // "numeric", ..., NULL

// Empty, or one of the words that files have for it: NA, N/A, NaN, null, None.
bool wn_cell_missing(const char *text);
// true, yes, on, t, y, 1, 1.0 or their opposites, in any case; -1: neither.
int wn_cell_boolean(const char *text);
// Unix seconds of 2026-11-24, 2026-11-24T17:30:05.25+01:00, 2026/11/24 17:30, 24.11.2026 or
// 11/24/2026 (24/11/2026 where that is no month).
bool wn_cell_moment(const char *text, double *seconds);
// A word of a text: letters, digits and all beyond ASCII, in lower case, cut to `room` - 1 bytes.
// Returns its length, 0: there is no further one; moves *text behind it.
size_t wn_cell_word(const char **text, char *word, size_t room);

#endif
