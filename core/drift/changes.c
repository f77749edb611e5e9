// SPDX-License-Identifier: GPL-3.0-or-later
// What changed in the schema.
#include "core/drift/changes.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/numbers.h"

enum { NAMES_TOLD = 5 };

const char *const wn_change_names[] = {[WN_CHANGE_MISSING_COLUMN] = "missing column",
                                       [WN_CHANGE_NEW_COLUMN] = "new column",
                                       [WN_CHANGE_TYPE] = "type change",
                                       [WN_CHANGE_UNIT] = "unit jump",
                                       [WN_CHANGE_MISSING] = "missing values",
                                       [WN_CHANGE_INVALID] = "invalid values",
                                       [WN_CHANGE_CATEGORIES] = "new categories"};

void wn_change_add(struct wn_drift *drift, const char *column, enum wn_change_kind kind,
                   bool breaking, const char *format, ...) {
    struct wn_change *change = WN_PUSH(drift->changes, drift->change_count, drift->change_capacity);
    struct wn_str detail = {0};
    va_list args;
    va_start(args, format);
    wn_str_vaddf(&detail, format, args);
    va_end(args);
    *change = (struct wn_change){wn_strdup(column), kind, wn_str_take(&detail), breaking};
    drift->breaking += breaking;
}

static int by_weight(const void *a, const void *b) {
    const struct wn_change *x = a, *y = b;
    if (x->breaking != y->breaking)
        return x->breaking ? -1 : 1;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    return strcmp(x->column, y->column);
}

void wn_changes_sort(struct wn_drift *drift) {
    if (drift->change_count)
        qsort(drift->changes, drift->change_count, sizeof *drift->changes, by_weight);
}

void wn_changes_of_columns(const struct wn_profile *ref, const struct wn_profile *cur,
                           struct wn_drift *drift) {
    for (size_t i = 0; i < ref->count; i++)
        if (!wn_profile_find(cur, ref->columns[i].name))
            wn_change_add(drift, ref->columns[i].name, WN_CHANGE_MISSING_COLUMN, true,
                          "only in the reference (%s)",
                          wn_feature_type_names[ref->columns[i].type]);
    for (size_t i = 0; i < cur->count; i++)
        if (!wn_profile_find(ref, cur->columns[i].name))
            wn_change_add(drift, cur->columns[i].name, WN_CHANGE_NEW_COLUMN, false,
                          "only in the current data (%s)",
                          wn_feature_type_names[cur->columns[i].type]);
}

// ---- types --------------------------------------------------------------------------------------

static const char *looks(const struct wn_feature *column) {
    return column->mixed ? "numbers and texts" : wn_feature_type_names[column->seen];
}

static bool numbers_alike(const struct wn_feature *a, const struct wn_feature *b) {
    return a->digits && b->digits;
}

static bool texts_alike(const struct wn_feature *a, const struct wn_feature *b) {
    bool text_a = a->seen == WN_FREE_TEXT || a->seen == WN_CATEGORICAL || a->seen == WN_ID;
    bool text_b = b->seen == WN_FREE_TEXT || b->seen == WN_CATEGORICAL || b->seen == WN_ID;
    return text_a && text_b && !a->mixed && !b->mixed;
}

static void find_type(const struct wn_pair *pair, struct wn_drift *drift) {
    const struct wn_feature *ref = pair->ref, *cur = pair->cur;
    if (!ref->known || !cur->known || ref->seen == cur->seen || numbers_alike(ref, cur) ||
        texts_alike(ref, cur))
        return;
    wn_change_add(drift, ref->name, WN_CHANGE_TYPE, !ref->mixed, "%s -> %s, taken as %s",
                  looks(ref), looks(cur), wn_feature_type_names[ref->type]);
}

static void find_invalid(const struct wn_pair *pair, struct wn_drift *drift) {
    const struct wn_feature *cur = pair->cur;
    if (cur->invalid == 0)
        return;
    double before = (double)pair->ref->invalid / (double)pair->ref->rows;
    double now = (double)cur->invalid / (double)cur->rows;
    wn_change_add(drift, cur->name, WN_CHANGE_INVALID, now - before >= 0.05,
                  "%llu of %llu values are not %s, such as %s", (unsigned long long)cur->invalid,
                  (unsigned long long)cur->rows, wn_feature_type_names[cur->type], cur->odd);
}

// ---- units --------------------------------------------------------------------------------------

struct unit {
    double factor;
    const char *name;
};

static const struct unit units[] = {
    {10, "a power of ten"},
    {100, "a power of ten"},
    {1000, "a power of ten"},
    {1e4, "a power of ten"},
    {1e5, "a power of ten"},
    {1e6, "a power of ten"},
    {1e9, "a power of ten"},
    {1024, "bytes and KiB"},
    {1048576, "bytes and MiB"},
    {7, "days and weeks"},
    {12, "years and months"},
    {24, "hours and days"},
    {60, "minutes and hours, or seconds"},
    {365.25, "days and years"},
    {3600, "seconds and hours"},
    {86400, "seconds and days"},
    {1.609344, "km and miles"},
    {2.20462, "kg and pounds"},
    {2.54, "cm and inches"},
    {3.28084, "metres and feet"},
    {3.78541, "litres and gallons"},
    {4.184, "joules and calories"},
    {28.3495, "grams and ounces"},
    {30.48, "cm and feet"},
};

enum { PLACES = 5 };
static const double places[PLACES] = {0.1, 0.25, 0.5, 0.75, 0.9}, alike = 0.04, roughly = 0.08;

static void quantiles_of(const struct wn_sample *sample, double *out) {
    for (int i = 0; i < PLACES; i++)
        out[i] = wn_sample_quantile(sample, places[i]);
}

// Whether all quantiles became `factor` times what they were; factors that lie near each other
// take a closer look.
static bool scaled(const double *ref, const double *cur, double factor) {
    double within = fmax(factor, 1 / factor) < 5 ? alike : roughly;
    for (int i = 0; i < PLACES; i++)
        if (ref[i] == 0 || !(fabs(cur[i] / ref[i] / factor - 1) <= within))
            return false;
    return true;
}

static bool fahrenheit(const double *ref, const double *cur) {
    double range = (ref[PLACES - 1] - ref[0]) * 1.8;
    for (int i = 0; i < PLACES; i++)
        if (!(fabs(ref[i] * 1.8 + 32 - cur[i]) <= alike * range))
            return false;
    return range > 0 && isfinite(range);
}

static void find_unit(const struct wn_pair *pair, struct wn_drift *drift) {
    double ref[PLACES], cur[PLACES];
    const char *name = pair->ref->name;
    if (pair->ref->type != WN_NUMERIC || pair->a.count < PLACES || pair->b.count < PLACES)
        return;
    quantiles_of(&pair->a, ref);
    quantiles_of(&pair->b, cur);
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        bool more = scaled(ref, cur, units[i].factor);
        if (!more && !scaled(ref, cur, 1 / units[i].factor))
            continue;
        wn_change_add(drift, name, WN_CHANGE_UNIT, true, "values are %s %g as large (%s?)",
                      more ? "about" : "about 1 /", units[i].factor, units[i].name);
        return;
    }
    if (fahrenheit(ref, cur) || fahrenheit(cur, ref))
        wn_change_add(drift, name, WN_CHANGE_UNIT, true, "Celsius and Fahrenheit?");
}

// ---- categories ---------------------------------------------------------------------------------

static void find_categories(const struct wn_pair *pair, struct wn_drift *drift) {
    struct wn_str names = {0};
    size_t found = 0;
    double rows = 0;
    bool exact = pair->ref->counts.short_by == 0 && pair->cur->counts.short_by == 0;
    for (size_t i = 0; i < pair->count && exact && wn_feature_is_categories(pair->ref); i++) {
        if (pair->in_a[i] > 0)
            continue;
        rows += pair->in_b[i];
        if (found++ < NAMES_TOLD)
            wn_str_addf(&names, "%s%s", found > 1 ? ", " : "", pair->names[i]);
    }
    if (found && pair->rows_a > 0)
        wn_change_add(drift, pair->ref->name, WN_CHANGE_CATEGORIES, false, "%s%s (%.2g%% of rows)",
                      wn_str_text(&names), found > NAMES_TOLD ? ", .." : "",
                      100 * rows / pair->rows_b);
    wn_str_free(&names);
}

void wn_changes_of_pair(const struct wn_pair *pair, struct wn_drift *drift) {
    find_type(pair, drift);
    find_invalid(pair, drift);
    find_unit(pair, drift);
    find_categories(pair, drift);
}
