// SPDX-License-Identifier: GPL-3.0-or-later
// Profiles as JSON. What is read was perhaps written by somebody else: every number is checked
// before anything relies on it. "summary" is for people and not read back.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/data/profile.h"
#include "core/value.h"

enum { VERSION = 1, COLUMNS_MOST = 65536, LEVEL_MOST = 4 * WN_QUANTILES_K };

static const double whole_most = 9007199254740992.0; // 2^53
static const char opening[] = "{\"winnow_profile\":";

// ---- writing ------------------------------------------------------------------------------------

static void add_key(struct wn_str *out, const char *key) {
    char last = out->text[out->length - 1];
    wn_str_addf(out, "%s\"%s\":", last == '{' || last == '[' ? "" : ",", key);
}

static void add_number(struct wn_str *out, const char *key, double number) {
    add_key(out, key);
    wn_json_number(out, number);
}

static void add_count(struct wn_str *out, const char *key, uint64_t count) {
    add_key(out, key);
    wn_str_addf(out, "%llu", (unsigned long long)count);
}

static void add_text(struct wn_str *out, const char *key, const char *text) {
    add_key(out, key);
    wn_json_string(out, text);
}

static void add_flag(struct wn_str *out, const char *key, bool yes) {
    add_key(out, key);
    wn_str_add(out, yes ? "true" : "false");
}

static void add_few(struct wn_str *out, const struct wn_few *few) {
    struct wn_sample sample = wn_few_sample(few);
    add_key(out, "values");
    wn_str_add(out, "[");
    for (size_t i = 0; i < sample.count; i++) {
        wn_str_add(out, i ? ",[" : "[");
        wn_json_number(out, sample.values[i]);
        wn_str_addf(out, ",%zu]", sample.weights[i]);
    }
    wn_str_add(out, "]");
    wn_sample_free_weighted(&sample);
}

static void add_quantiles(struct wn_str *out, const struct wn_quantiles *sketch) {
    add_key(out, "quantiles");
    wn_str_add(out, "{");
    add_number(out, "squares", sketch->squares);
    add_key(out, "levels");
    wn_str_add(out, "[");
    for (int h = 0; h < sketch->level_count; h++) {
        wn_str_add(out, h ? ",[" : "[");
        for (size_t i = 0; i < sketch->levels[h].count; i++) {
            wn_str_add(out, i ? "," : "");
            wn_json_number(out, sketch->levels[h].values[i]);
        }
        wn_str_add(out, "]");
    }
    wn_str_add(out, "]}");
}

static void add_counts(struct wn_str *out, struct wn_counts *counts) {
    wn_counts_sort(counts);
    add_key(out, "counts");
    wn_str_add(out, "{");
    add_count(out, "all", counts->all);
    add_count(out, "short_by", counts->short_by);
    add_key(out, "items");
    wn_str_add(out, "[");
    for (size_t i = 0; i < counts->count; i++) {
        const struct wn_count *item = &counts->items[i];
        wn_str_add(out, i ? ",[" : "[");
        wn_json_string(out, item->text);
        wn_str_addf(out, ",%llu", (unsigned long long)item->count);
        if (item->hash != wn_text_hash(item->text, strlen(item->text))) // it was cut
            wn_str_addf(out, ",\"%016llx\"", (unsigned long long)item->hash);
        wn_str_add(out, "]");
    }
    wn_str_add(out, "]}");
}

static void add_moments(struct wn_str *out, const struct wn_running *numbers) {
    add_key(out, "moments");
    wn_str_add(out, "{");
    add_number(out, "count", numbers->count);
    add_number(out, "mean", numbers->mean);
    add_number(out, "squares", numbers->squares);
    add_number(out, "min", numbers->least);
    add_number(out, "max", numbers->most);
    wn_str_add(out, "}");
}

enum { BARS = 10 };

// Bars of equal width between the least and the greatest.
static void add_histogram(struct wn_str *out, const struct wn_sample *sample, double low,
                          double high) {
    double bars[BARS] = {0};
    for (size_t i = 0; i < sample->count; i++) {
        double at = (sample->values[i] / 2 - low / 2) / (high / 2 - low / 2) * BARS;
        int bar = at >= BARS ? BARS - 1 : at > 0 ? (int)at : 0;
        bars[bar] += sample->weights ? (double)sample->weights[i] : 1;
    }
    add_key(out, "histogram");
    wn_str_add(out, "[");
    for (int i = 0; i < BARS; i++)
        wn_str_addf(out, "%s%.0f", i ? "," : "", bars[i]);
    wn_str_add(out, "]");
}

static void add_summary(struct wn_str *out, const struct wn_feature *column) {
    static const double shares[] = {0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99};
    add_key(out, "summary");
    wn_str_add(out, "{");
    add_number(out, "distinct", wn_feature_distinct(column));
    add_number(out, "missing_rate",
               column->rows ? (double)column->missing / (double)column->rows : NAN);
    if (wn_feature_is_numbers(column) && column->numbers.count > 0) {
        struct wn_sample sample = wn_feature_sample(column);
        add_number(out, "sd", wn_running_deviation(&column->numbers));
        for (size_t i = 0; i < sizeof shares / sizeof *shares; i++) {
            char key[8];
            snprintf(key, sizeof key, "p%02.0f", shares[i] * 100);
            add_number(out, key, wn_sample_quantile(&sample, shares[i]));
        }
        add_number(out, "rank_error", wn_feature_error(column));
        add_histogram(out, &sample, column->numbers.least, column->numbers.most);
        wn_sample_free_weighted(&sample);
    }
    wn_str_add(out, "}");
}

static void add_column(struct wn_str *out, struct wn_feature *column) {
    wn_str_add(out, "{");
    add_text(out, "name", column->name);
    add_text(out, "type", wn_feature_type_names[column->type]);
    add_text(out, "seen", wn_feature_type_names[column->seen]);
    add_flag(out, "known", column->known);
    add_flag(out, "mixed", column->mixed);
    add_flag(out, "digits", column->digits);
    add_count(out, "rows", column->rows);
    add_count(out, "missing", column->missing);
    add_count(out, "infinite", column->infinite);
    add_count(out, "invalid", column->invalid);
    if (column->odd)
        add_text(out, "odd", column->odd);
    add_summary(out, column);
    if (column->numbers.count > 0)
        add_moments(out, &column->numbers);
    if (wn_feature_is_numbers(column) && column->few)
        add_few(out, column->few);
    else if (wn_feature_is_numbers(column))
        add_quantiles(out, &column->quantiles);
    else
        add_counts(out, &column->counts);
    char *distinct = wn_distinct_text(&column->distinct);
    add_text(out, "distinct", distinct);
    free(distinct);
    wn_str_add(out, "}");
}

void wn_profile_write(struct wn_profile *profile, struct wn_str *out) {
    wn_str_addf(out, "%s%d", opening, VERSION);
    add_count(out, "rows", profile->rows);
    add_count(out, "bad_rows", profile->bad);
    add_key(out, "columns");
    wn_str_add(out, "[");
    for (size_t i = 0; i < profile->count; i++) {
        wn_str_add(out, i ? ",\n" : "\n");
        wn_quantiles_shrink(&profile->columns[i].quantiles);
        add_column(out, &profile->columns[i]);
    }
    wn_str_add(out, "]}\n");
}

bool wn_profile_looks_like(const char *head, size_t length) {
    static const char key[] = "winnow_profile";
    while (length > 0 && strchr(" \t\r\n{\"", *head)) {
        head++;
        length--;
    }
    return length >= sizeof key - 1 && memcmp(head, key, sizeof key - 1) == 0;
}

// ---- reading ------------------------------------------------------------------------------------

// What is wrong with a column, NULL: nothing.
typedef const char *complaint;

static bool get_number(const struct wn_value *map, const char *key, double *number) {
    const struct wn_value *value = wn_value_get(map, key);
    return value && wn_value_number(value, number) && isfinite(*number);
}

static bool is_count(const struct wn_value *value, uint64_t *count) {
    double number;
    if (!value || !wn_value_number(value, &number) || !(number >= 0) || number > whole_most ||
        number != floor(number))
        return false;
    *count = (uint64_t)number;
    return true;
}

static bool get_count(const struct wn_value *map, const char *key, uint64_t *count) {
    return is_count(wn_value_get(map, key), count);
}

static const char *get_text(const struct wn_value *map, const char *key) {
    const struct wn_value *value = wn_value_get(map, key);
    return value && value->type == WN_STRING ? value->string.text : NULL;
}

static bool get_flag(const struct wn_value *map, const char *key) {
    const struct wn_value *value = wn_value_get(map, key);
    return value && value->type == WN_BOOL && value->boolean;
}

static enum wn_feature_type get_type(const struct wn_value *map, const char *key) {
    const char *type = get_text(map, key);
    int index = 0;
    while (wn_feature_type_names[index] &&
           !(type && strcmp(wn_feature_type_names[index], type) == 0))
        index++;
    return (enum wn_feature_type)index;
}

static const struct wn_value *get_list(const struct wn_value *map, const char *key) {
    const struct wn_value *value = wn_value_get(map, key);
    return value && value->type == WN_LIST ? value : NULL;
}

static complaint read_moments(const struct wn_value *map, struct wn_running *numbers) {
    if (!map)
        return NULL;
    if (!get_number(map, "count", &numbers->count) || !get_number(map, "min", &numbers->least) ||
        !get_number(map, "max", &numbers->most))
        return "has no moments";
    if (!get_number(map, "mean", &numbers->mean)) // sums of large values overflow
        numbers->mean = INFINITY;
    if (!get_number(map, "squares", &numbers->squares))
        numbers->squares = INFINITY;
    bool good = numbers->count >= 1 && numbers->count <= whole_most && numbers->squares >= 0 &&
                numbers->least <= numbers->most;
    return good ? NULL : "has moments that cannot be";
}

static complaint read_few(const struct wn_value *list, struct wn_feature *column) {
    for (size_t i = 0; i < list->list.count; i++) {
        const struct wn_value *pair = &list->list.items[i];
        double value;
        uint64_t count;
        if (pair->type != WN_LIST || pair->list.count != 2 ||
            !wn_value_number(&pair->list.items[0], &value) || !isfinite(value) ||
            !is_count(&pair->list.items[1], &count) || count == 0)
            return "has a value without its count";
        int before = column->few->count;
        if (!wn_few_add(column->few, value, count) || column->few->count == before)
            return "has too many values, or one twice";
    }
    return NULL;
}

static complaint read_level(const struct wn_value *list, struct wn_quantiles *sketch, int h) {
    struct wn_quantiles_level *level = &sketch->levels[h];
    if (list->type != WN_LIST || list->list.count > LEVEL_MOST)
        return "has a level that is none";
    for (size_t i = 0; i < list->list.count; i++) {
        double value;
        if (!wn_value_number(&list->list.items[i], &value) || !isfinite(value))
            return "has a value that is no number";
        if (h > 0 && i > 0 && value < level->values[i - 1])
            return "has values out of order";
        *WN_PUSH(level->values, level->count, level->capacity) = value;
    }
    sketch->kept += level->count;
    sketch->count += (uint64_t)level->count << h;
    return NULL;
}

static complaint read_quantiles(const struct wn_value *map, struct wn_quantiles *sketch) {
    const struct wn_value *levels = get_list(map, "levels");
    complaint wrong = NULL;
    if (!levels || levels->list.count < 1 || levels->list.count > 40 ||
        !get_number(map, "squares", &sketch->squares) || sketch->squares < 0)
        return "has no quantiles";
    sketch->level_count = (int)levels->list.count;
    for (int h = 0; h < sketch->level_count && !wrong; h++)
        wrong = read_level(&levels->list.items[h], sketch, h);
    if (!wrong && sketch->kept < sketch->count)
        sketch->all_upto = 0;
    return wrong;
}

static bool read_hash(const char *text, uint64_t *hash) {
    char *end;
    *hash = strtoull(text, &end, 16);
    return strlen(text) == 16 && !*end;
}

static complaint read_item(const struct wn_value *item, struct wn_counts *counts) {
    struct wn_count count = {0};
    size_t parts = item->type == WN_LIST ? item->list.count : 0;
    const struct wn_value *part = parts ? item->list.items : NULL;
    if (parts < 2 || parts > 3 || part[0].type != WN_STRING || !is_count(&part[1], &count.count) ||
        count.count == 0 || strlen(part[0].string.text) > WN_COUNTS_TEXT_MAX + 2)
        return "has a text without its count";
    count.text = part[0].string.text;
    count.hash = wn_text_hash(count.text, strlen(count.text));
    if (parts == 3 && (part[2].type != WN_STRING || !read_hash(part[2].string.text, &count.hash)))
        return "has a hash that is none";
    if (wn_counts_of(counts, count.hash))
        return "has a text twice";
    wn_counts_add_item(counts, &count);
    return NULL;
}

static complaint read_counts(const struct wn_value *map, struct wn_counts *counts) {
    const struct wn_value *items = get_list(map, "items");
    uint64_t all, short_by;
    complaint wrong = NULL;
    if (!items || items->list.count > WN_COUNTS_MOST || !get_count(map, "all", &all) ||
        !get_count(map, "short_by", &short_by))
        return "has no counts";
    for (size_t i = 0; i < items->list.count && !wrong; i++)
        wrong = read_item(&items->list.items[i], counts);
    if (!wrong && (all < counts->all || (short_by == 0 && all > counts->all)))
        wrong = "has counts that do not add up";
    counts->all = all;
    counts->short_by = short_by;
    return wrong;
}

static uint64_t numbers_in(const struct wn_feature *column) {
    uint64_t count = column->quantiles.count;
    for (int i = 0; column->few && i < column->few->count; i++)
        count += column->few->counts[i];
    return count;
}

static complaint read_numbers(const struct wn_value *map, struct wn_feature *column) {
    const struct wn_value *values = get_list(map, "values");
    complaint wrong = values ? read_few(values, column) : NULL;
    if (!values) {
        free(column->few);
        column->few = NULL;
        wrong = read_quantiles(wn_value_get(map, "quantiles"), &column->quantiles);
    }
    if (wrong)
        return wrong;
    return numbers_in(column) == wn_feature_values(column) &&
                   column->numbers.count == (double)wn_feature_values(column)
               ? NULL
               : "has counts that do not add up";
}

static complaint read_categories(const struct wn_value *map, struct wn_feature *column) {
    complaint wrong = read_counts(wn_value_get(map, "counts"), &column->counts);
    if (!wrong && wn_feature_is_categories(column) &&
        column->counts.all != wn_feature_values(column))
        return "has counts that do not add up";
    return wrong;
}

static complaint read_sizes(const struct wn_value *map, struct wn_feature *column) {
    const char *distinct = get_text(map, "distinct"), *odd = get_text(map, "odd");
    if (!get_count(map, "rows", &column->rows) || !get_count(map, "missing", &column->missing) ||
        !get_count(map, "infinite", &column->infinite) ||
        !get_count(map, "invalid", &column->invalid) ||
        column->missing + column->infinite + column->invalid > column->rows)
        return "has no rows";
    if (!distinct || !wn_distinct_parse(&column->distinct, distinct))
        return "has no registers of distinct values";
    column->known = get_flag(map, "known");
    column->mixed = get_flag(map, "mixed");
    column->digits = get_flag(map, "digits");
    column->odd = odd ? wn_strdup(odd) : NULL;
    return read_moments(wn_value_get(map, "moments"), &column->numbers);
}

static enum wn_status read_column(const struct wn_value *map, struct wn_profile *profile,
                                  struct wn_err *err) {
    const char *name = get_text(map, "name");
    enum wn_feature_type type = get_type(map, "type"), seen = get_type(map, "seen");
    if (!name || type == WN_FEATURE_TYPES || seen == WN_FEATURE_TYPES ||
        wn_profile_find(profile, name))
        return wn_fail(err, WN_BAD_INPUT,
                       "the profile is damaged: a column without name or type, or twice");
    struct wn_feature *column = &profile->columns[profile->count++];
    *column = wn_feature_new(name, type);
    column->seen = seen;
    complaint wrong = read_sizes(map, column);
    if (!wrong)
        wrong = wn_feature_is_numbers(column) ? read_numbers(map, column)
                                              : read_categories(map, column);
    return wrong ? wn_fail(err, WN_BAD_INPUT, "the profile is damaged: column %s %s", name, wrong)
                 : WN_OK;
}

static enum wn_status read_columns(const struct wn_value *map, struct wn_profile *profile,
                                   struct wn_err *err) {
    const struct wn_value *columns = get_list(map, "columns");
    enum wn_status status = WN_OK;
    if (!columns || columns->list.count > COLUMNS_MOST || !get_count(map, "rows", &profile->rows) ||
        !get_count(map, "bad_rows", &profile->bad))
        return wn_fail(err, WN_BAD_INPUT, "the profile is damaged: it has no rows or no columns");
    profile->columns = wn_calloc(columns->list.count + 1, sizeof *profile->columns);
    for (size_t i = 0; i < columns->list.count && status == WN_OK; i++)
        status = read_column(&columns->list.items[i], profile, err);
    return status;
}

enum wn_status wn_profile_parse(const char *text, struct wn_profile *profile, struct wn_err *err) {
    struct wn_value value = {0};
    double version;
    *profile = (struct wn_profile){0};
    enum wn_status status = wn_value_parse_json(text, &value, err);
    if (status == WN_OK && !get_number(&value, "winnow_profile", &version))
        status = wn_fail(err, WN_BAD_INPUT, "this is no profile: winnow profile makes one");
    else if (status == WN_OK && version != VERSION)
        status = wn_fail(err, WN_BAD_INPUT,
                         "this is a profile of version %g, and winnow reads version %d", version,
                         VERSION);
    if (status == WN_OK)
        status = read_columns(&value, profile, err);
    if (status != WN_OK)
        wn_profile_free(profile);
    wn_value_clear(&value);
    return status;
}
