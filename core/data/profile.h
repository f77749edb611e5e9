// SPDX-License-Identifier: GPL-3.0-or-later
// What is kept of a data set: a column each. It is gathered from rows, saved as JSON, read back
// (and checked: it is foreign), and merged.
#ifndef WN_DATA_PROFILE_H
#define WN_DATA_PROFILE_H

#include "core/base/err.h"
#include "core/base/str.h"
#include "core/data/dataset.h"
#include "core/data/feature.h"
#include "core/data/rowsample.h"

struct wn_profile {
    uint64_t rows, bad; // bad: rows that were left out or filled up
    struct wn_feature *columns;
    size_t count;
};

struct wn_feature *wn_profile_find(const struct wn_profile *profile, const char *name); // or NULL
// WN_BAD_INPUT: they do not have the same columns of the same types.
enum wn_status wn_profile_merge(struct wn_profile *profile, const struct wn_profile *other,
                                struct wn_err *err);
void wn_profile_free(struct wn_profile *profile);

// ---- from rows ----------------------------------------------------------------------------------

struct wn_reading;

// Reads a sample of the rows (the first 10,000 at most) and guesses the types of columns. `missing`
// are words that stand for no value beside the usual ones, NULL at the end. The data and the words
// must outlive it.
struct wn_reading *wn_reading_new(struct wn_dataset *data, const char *const *missing);
// Its columns are empty until wn_reading_go(): until then types may be changed.
struct wn_profile *wn_reading_profile(struct wn_reading *reading);
// Keeps a sample of whole rows beside: of the columns with these indices, up to `most` rows. The
// array must outlive the reading. Before wn_reading_go().
void wn_reading_keep_rows(struct wn_reading *reading, const size_t *columns, size_t count,
                          size_t most);
// Hands that sample over.
struct wn_row_sample wn_reading_rows(struct wn_reading *reading);
// Gathers up to `rows` more; false: that was all.
bool wn_reading_go(struct wn_reading *reading, size_t rows);
// Hands the profile over; the reading is released.
struct wn_profile wn_reading_end(struct wn_reading *reading);

// ---- as JSON ------------------------------------------------------------------------------------

// One object; its sketches are shrunk first.
void wn_profile_write(struct wn_profile *profile, struct wn_str *out);
// WN_BAD_INPUT with a sentence: it is no profile, of a later version, or damaged.
enum wn_status wn_profile_parse(const char *text, struct wn_profile *profile, struct wn_err *err);
bool wn_profile_looks_like(const char *head, size_t length); // how a profile begins

#endif
