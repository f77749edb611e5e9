// SPDX-License-Identifier: GPL-3.0-or-later
// Gathering profiles: a sample first, whose rows are kept until the types are settled.
#include "core/data/profile.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/data/guess.h"

enum { SAMPLE_ROWS = 10000, SAMPLE_BYTES = 8 << 20 };

struct wn_feature *wn_profile_find(const struct wn_profile *profile, const char *name) {
    for (size_t i = 0; i < profile->count; i++)
        if (strcmp(profile->columns[i].name, name) == 0)
            return &profile->columns[i];
    return NULL;
}

enum wn_status wn_profile_merge(struct wn_profile *profile, const struct wn_profile *other,
                                struct wn_err *err) {
    if (profile->count != other->count)
        return wn_fail(err, WN_BAD_INPUT, "one profile has %zu columns, the other %zu",
                       profile->count, other->count);
    for (size_t i = 0; i < other->count; i++) {
        const struct wn_feature *column = wn_profile_find(profile, other->columns[i].name);
        if (!column)
            return wn_fail(err, WN_BAD_INPUT, "only one of the profiles has a column %s",
                           other->columns[i].name);
        if (column->type != other->columns[i].type)
            return wn_fail(err, WN_BAD_INPUT, "column %s is %s in one profile and %s in the other",
                           column->name, wn_feature_type_names[column->type],
                           wn_feature_type_names[other->columns[i].type]);
    }
    for (size_t i = 0; i < other->count; i++)
        wn_feature_merge(wn_profile_find(profile, other->columns[i].name), &other->columns[i]);
    profile->rows += other->rows;
    profile->bad += other->bad;
    return WN_OK;
}

void wn_profile_free(struct wn_profile *profile) {
    for (size_t i = 0; i < profile->count; i++)
        wn_feature_free(&profile->columns[i]);
    free(profile->columns);
    *profile = (struct wn_profile){0};
}

// ---- reading ------------------------------------------------------------------------------------

struct wn_reading {
    struct wn_dataset *data;
    const char *const *missing;
    struct wn_profile profile;
    struct wn_str cells; // of the sample, row by row, each with a NUL; empty once they were taken
    size_t sample_rows;
    struct wn_row_sample rows; // of the columns `kept`
    const size_t *kept;
};

static bool is_missing(const struct wn_reading *reading, const char *cell) {
    for (const char *const *word = reading->missing; word && *word; word++)
        if (strcmp(cell, *word) == 0)
            return true;
    return wn_cell_missing(cell);
}

static void read_sample(struct wn_reading *reading) {
    const struct wn_csv_cell *cells;
    size_t count = wn_dataset_columns(reading->data);
    while (reading->sample_rows < SAMPLE_ROWS && reading->cells.length < SAMPLE_BYTES &&
           (cells = wn_dataset_next(reading->data))) {
        for (size_t i = 0; i < count; i++)
            wn_str_add_bytes(&reading->cells, cells[i].text, strlen(cells[i].text) + 1);
        reading->sample_rows++;
    }
}

static void guess(struct wn_reading *reading, const char **all) {
    size_t count = reading->profile.count;
    const char **some = wn_malloc((reading->sample_rows + 1) * sizeof *some);
    for (size_t column = 0; column < count; column++) {
        size_t found = 0;
        for (size_t row = 0; row < reading->sample_rows; row++)
            if (!is_missing(reading, all[row * count + column]))
                some[found++] = all[row * count + column];
        const char *name = wn_dataset_name(reading->data, column);
        struct wn_guess guess = wn_guess_type(name, some, found);
        struct wn_feature *made = &reading->profile.columns[column];
        *made = wn_feature_new(name, guess.type);
        made->known = guess.known;
        made->mixed = guess.mixed;
        made->digits = guess.digits;
    }
    free(some);
}

// The cells of the sample, row by row; the caller frees the array.
static const char **sample_cells(const struct wn_reading *reading) {
    size_t count = reading->sample_rows * reading->profile.count;
    const char **all = wn_malloc((count + 1) * sizeof *all), *at = wn_str_text(&reading->cells);
    for (size_t i = 0; i < count; i++, at += strlen(at) + 1)
        all[i] = at;
    return all;
}

struct wn_reading *wn_reading_new(struct wn_dataset *data, const char *const *missing) {
    struct wn_reading *reading = wn_calloc(1, sizeof *reading);
    reading->data = data;
    reading->missing = missing;
    reading->profile.count = wn_dataset_columns(data);
    reading->profile.columns = wn_calloc(reading->profile.count, sizeof(struct wn_feature));
    read_sample(reading);
    const char **all = sample_cells(reading);
    guess(reading, all);
    free(all);
    return reading;
}

struct wn_profile *wn_reading_profile(struct wn_reading *reading) {
    return &reading->profile;
}

void wn_reading_keep_rows(struct wn_reading *reading, const size_t *columns, size_t count,
                          size_t most) {
    reading->rows = wn_row_sample_new(count, most);
    reading->kept = columns;
}

struct wn_row_sample wn_reading_rows(struct wn_reading *reading) {
    struct wn_row_sample rows = reading->rows;
    reading->rows = (struct wn_row_sample){0};
    return rows;
}

static const char *text_of(const struct wn_reading *reading, const char *cell) {
    return reading->missing && is_missing(reading, cell) ? "" : cell;
}

static void take_row(struct wn_reading *reading, const struct wn_csv_cell *cells) {
    struct wn_feature *features = reading->profile.columns;
    for (size_t i = 0; i < reading->profile.count; i++)
        if (!features[i].unwanted)
            wn_feature_add(&features[i], text_of(reading, cells[i].text));
    double *row = reading->kept ? wn_row_sample_next(&reading->rows) : NULL;
    for (size_t k = 0; row && k < reading->rows.columns; k++)
        row[k] = wn_row_sample_cell(&features[reading->kept[k]],
                                    text_of(reading, cells[reading->kept[k]].text));
}

static void take_sample(struct wn_reading *reading) {
    size_t count = reading->profile.count;
    const char **all = sample_cells(reading);
    struct wn_csv_cell *cells = wn_calloc(count + 1, sizeof *cells);
    for (size_t row = 0; row < reading->sample_rows; row++) {
        for (size_t i = 0; i < count; i++)
            cells[i].text = all[row * count + i];
        take_row(reading, cells);
    }
    free(cells);
    free(all);
    wn_str_free(&reading->cells);
    reading->sample_rows = 0;
}

bool wn_reading_go(struct wn_reading *reading, size_t rows) {
    const struct wn_csv_cell *cells = NULL;
    take_sample(reading);
    for (; rows > 0 && (cells = wn_dataset_next(reading->data)); rows--)
        take_row(reading, cells);
    return rows == 0;
}

// Columns that nobody wants are not part of a profile.
static void drop_unwanted(struct wn_profile *profile) {
    size_t kept = 0;
    for (size_t i = 0; i < profile->count; i++)
        if (profile->columns[i].unwanted)
            wn_feature_free(&profile->columns[i]);
        else
            profile->columns[kept++] = profile->columns[i];
    profile->count = kept;
}

struct wn_profile wn_reading_end(struct wn_reading *reading) {
    drop_unwanted(&reading->profile);
    struct wn_profile profile = reading->profile;
    profile.rows = (uint64_t)wn_dataset_rows(reading->data);
    profile.bad = (uint64_t)wn_dataset_bad(reading->data);
    wn_str_free(&reading->cells);
    wn_row_sample_free(&reading->rows);
    free(reading);
    return profile;
}
