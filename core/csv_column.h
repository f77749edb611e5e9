// SPDX-License-Identifier: GPL-3.0-or-later
// One column of numbers out of a CSV file: by the name in its first row, or by its number from 1.
#ifndef WN_CSV_COLUMN_H
#define WN_CSV_COLUMN_H

#include "core/base/err.h"
#include "core/csv.h"
#include "core/stats/sample.h"

// Empty cells, NA, NaN and null are missing; a row that ends before the column too. A first row
// without that name is taken as numbers where the column is asked for by its number and holds one.
// The caller frees the values. WN_BAD_INPUT with a sentence that begins with "line N: " or names
// the columns that there are.
enum wn_status wn_csv_column(const struct wn_csv_source *source, const char *column,
                             struct wn_sample *sample, struct wn_err *err);

// A number as files have it, missing ones as NaN; false: it is none.
bool wn_cell_number(const char *text, double *number);

#endif
