// SPDX-License-Identifier: GPL-3.0-or-later
// Rows of one or several CSV files with the same columns, one after the other: the header read, the
// delimiter found, rows of the wrong length dealt with as asked and counted, never dropped
// silently.
#ifndef WN_DATA_DATASET_H
#define WN_DATA_DATASET_H

#include "core/base/err.h"
#include "core/base/str.h"
#include "core/csv.h"

enum wn_ragged {
    WN_RAGGED_REFUSE, // a row that is too long, too short or broken makes the whole unusable
    WN_RAGGED_SKIP,   // is left out
    WN_RAGGED_PAD,    // what it lacks is missing, what is too much is dropped; broken ones are left
                      // out
};

struct wn_dataset;

// Opens the first file and reads its header; the paths are borrowed. WN_BAD_INPUT with a sentence.
enum wn_status wn_dataset_open(const char *const *paths, size_t count, enum wn_ragged ragged,
                               struct wn_dataset **data, struct wn_err *err);
size_t wn_dataset_columns(const struct wn_dataset *data);
const char *wn_dataset_name(const struct wn_dataset *data, size_t column);

// The cells of the next row, as many as there are columns, valid until the next call; NULL: that
// was all, and wn_dataset_end() tells whether all is well.
const struct wn_csv_cell *wn_dataset_next(struct wn_dataset *data);
enum wn_status wn_dataset_end(struct wn_dataset *data, struct wn_err *err);

// Of the row handed out last: its file, and the line on which it begins.
const char *wn_dataset_path(const struct wn_dataset *data);
int64_t wn_dataset_line(const struct wn_dataset *data);
int64_t wn_dataset_rows(const struct wn_dataset *data); // that were handed out
int64_t wn_dataset_bad(const struct wn_dataset *data);  // rows that were not as they should be
// The first of those, a line each: "a.csv: line 7 has 3 cells where the header has 4". "": none.
const char *wn_dataset_problems(const struct wn_dataset *data);
// How much of all was read, 0 to 1; NaN: not known.
double wn_dataset_share(const struct wn_dataset *data);
void wn_dataset_close(struct wn_dataset *data);

#endif
