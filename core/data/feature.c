// SPDX-License-Identifier: GPL-3.0-or-later
// A column. Invariant: of numbers, either `few` has all or `quantiles` has all.
#include "core/data/feature.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/rng.h"
#include "core/csv_column.h"

enum { WORD_ROOM = 64 };

struct wn_feature wn_feature_new(const char *name, enum wn_feature_type type) {
    struct wn_feature column = {.name = wn_strdup(name), .type = type, .seen = type};
    column.quantiles = wn_quantiles_new(WN_QUANTILES_ALL);
    column.few = wn_calloc(1, sizeof *column.few);
    return column;
}

void wn_feature_free(struct wn_feature *column) {
    free(column->name);
    free(column->odd);
    free(column->few);
    wn_quantiles_free(&column->quantiles);
    wn_counts_free(&column->counts);
    *column = (struct wn_feature){0};
}

// ---- cells --------------------------------------------------------------------------------------

void wn_feature_give_up_few(struct wn_feature *column) {
    struct wn_few *few = column->few;
    for (int i = 0; few && i < few->count; i++)
        wn_quantiles_add_many(&column->quantiles, few->values[i], few->counts[i]);
    free(few);
    column->few = NULL;
}

static void add_number(struct wn_feature *column, double number) {
    uint64_t bits;
    number += 0.0; // -0 is 0
    memcpy(&bits, &number, sizeof bits);
    wn_running_add(&column->numbers, number);
    wn_distinct_add(&column->distinct, wn_mix64(bits));
    if (column->few && wn_few_add(column->few, number, 1))
        return;
    if (column->few)
        wn_feature_give_up_few(column);
    wn_quantiles_add(&column->quantiles, number);
}

static void refuse(struct wn_feature *column, const char *cell) {
    if (column->invalid++ == 0)
        column->odd = wn_strndup(cell, strnlen(cell, WORD_ROOM));
}

static void take_number(struct wn_feature *column, const char *cell) {
    double number;
    bool good =
        column->type == WN_DATETIME ? wn_cell_moment(cell, &number) : wn_cell_number(cell, &number);
    if (good && isinf(number))
        column->infinite++;
    else if (good && isnan(number))
        column->missing++;
    else if (good)
        add_number(column, number);
    else
        refuse(column, cell);
}

static void take_category(struct wn_feature *column, const char *cell) {
    int side = column->type == WN_BOOLEAN ? wn_cell_boolean(cell) : -1;
    const char *value = side < 0 ? cell : side ? "true" : "false";
    wn_distinct_add(&column->distinct, wn_text_hash(value, strlen(value)));
    wn_counts_add(&column->counts, value);
}

static void take_text(struct wn_feature *column, const char *cell) {
    char word[WORD_ROOM];
    size_t length = strlen(cell);
    wn_running_add(&column->numbers, (double)length);
    wn_distinct_add(&column->distinct, wn_text_hash(cell, length));
    while ((length = wn_cell_word(&cell, word, sizeof word)) > 0)
        wn_counts_add_once(&column->counts, word, length, column->rows);
}

void wn_feature_add(struct wn_feature *column, const char *cell) {
    column->rows++;
    if (wn_cell_missing(cell))
        column->missing++;
    else if (wn_feature_is_numbers(column))
        take_number(column, cell);
    else if (wn_feature_is_categories(column))
        take_category(column, cell);
    else if (column->type == WN_FREE_TEXT)
        take_text(column, cell);
    else
        wn_distinct_add(&column->distinct, wn_text_hash(cell, strlen(cell)));
}

// ---- two together -------------------------------------------------------------------------------

static void merge_numbers(struct wn_feature *column, const struct wn_feature *other) {
    wn_running_merge(&column->numbers, &other->numbers);
    if (!other->few) {
        wn_feature_give_up_few(column);
        wn_quantiles_merge(&column->quantiles, &other->quantiles);
    }
    for (int i = 0; other->few && i < other->few->count; i++) {
        double value = other->few->values[i];
        uint64_t times = other->few->counts[i];
        if (column->few && wn_few_add(column->few, value, times))
            continue;
        wn_feature_give_up_few(column);
        wn_quantiles_add_many(&column->quantiles, value, times);
    }
}

void wn_feature_merge(struct wn_feature *column, const struct wn_feature *other) {
    column->rows += other->rows;
    column->missing += other->missing;
    column->infinite += other->infinite;
    column->invalid += other->invalid;
    column->known |= other->known;
    column->mixed |= other->mixed;
    if (!column->odd && other->odd)
        column->odd = wn_strdup(other->odd);
    merge_numbers(column, other);
    wn_counts_merge(&column->counts, &other->counts);
    wn_distinct_merge(&column->distinct, &other->distinct);
}

// ---- reading it ---------------------------------------------------------------------------------

bool wn_feature_is_numbers(const struct wn_feature *column) {
    return column->type == WN_NUMERIC || column->type == WN_DATETIME;
}

bool wn_feature_is_categories(const struct wn_feature *column) {
    return column->type == WN_CATEGORICAL || column->type == WN_BOOLEAN;
}

uint64_t wn_feature_values(const struct wn_feature *column) {
    return column->rows - column->missing - column->infinite - column->invalid;
}

double wn_feature_distinct(const struct wn_feature *column) {
    if (wn_feature_is_numbers(column) && column->few)
        return column->few->count;
    if (wn_feature_is_categories(column) && column->counts.short_by == 0)
        return (double)column->counts.count;
    return fmin(rint(wn_distinct_estimate(&column->distinct)), (double)wn_feature_values(column));
}

struct wn_sample wn_feature_sample(const struct wn_feature *column) {
    return column->few ? wn_few_sample(column->few) : wn_quantiles_sample(&column->quantiles);
}

double wn_feature_error(const struct wn_feature *column) {
    return column->few ? 0 : wn_quantiles_error(&column->quantiles);
}
