// SPDX-License-Identifier: GPL-3.0-or-later
// A table of texts with aligned columns. On a terminal it fits the width: long texts are cut, the
// widest column first, but never numbers; where that is not enough the sparest columns are left
// out. Into a pipe it is written in full. Cells are escaped.
#ifndef WN_CLI_TABLE_H
#define WN_CLI_TABLE_H

#include "cli/print.h"

struct wn_column {
    const char *title; // NULL ends an array of columns
    bool right;        // numbers
    int spare; // where the room is short the sparest go first, from 2 on before texts are cut
};

struct wn_cell {
    char *text;
    enum wn_role role;
};

struct wn_table {
    const struct wn_column *columns; // borrowed
    struct wn_cell *cells;           // row by row
    size_t count, capacity;
};

// The next cell, row by row; formatted.
void wn_table_add(struct wn_table *table, enum wn_role role, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
// Returns how many columns were left out.
size_t wn_table_print(const struct wn_table *table, struct wn_output *out);
void wn_table_free(struct wn_table *table);

#endif
