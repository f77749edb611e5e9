// SPDX-License-Identifier: GPL-3.0-or-later
// Reads CSV (RFC 4180) row by row from any source, in memory that does not grow with the file.
// Beyond the RFC it takes other delimiters, lines that end in LF, a byte order mark, blank lines
// (skipped) and quotes within cells that do not begin with one. A mistake spoils its row only;
// reading goes on with the next line.
#ifndef WN_CSV_H
#define WN_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct wn_csv_source {
    // Yields how many bytes it wrote to `bytes`, 0 at the end.
    size_t (*read)(void *context, char *bytes, size_t room);
    void *context;
};

struct wn_csv_cell {
    const char *text; // NUL-terminated, UTF-8
    bool quoted;      // "" is an empty text, nothing is nothing
};

struct wn_csv_row { // valid until the next one is read
    int64_t line;   // on which it begins, from 1
    const struct wn_csv_cell *cells;
    size_t count;
    const char *wrong; // why the row cannot be used, NULL: it can
};

#define WN_CSV_CELL_MAX ((size_t)1 << 20)  // bytes of a cell
#define WN_CSV_CELLS_MAX ((size_t)1 << 16) // cells of a row

struct wn_csv;
struct wn_csv *wn_csv_new(const struct wn_csv_source *source); // of commas
// Before the first row: takes the comma, semicolon, tab or bar that the first line has most often
// outside of quotes, a comma where it has none; returns it.
char wn_csv_detect(struct wn_csv *csv);
bool wn_csv_next(struct wn_csv *csv, struct wn_csv_row *row); // false: that was all
void wn_csv_free(struct wn_csv *csv);

#endif
