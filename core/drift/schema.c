// SPDX-License-Identifier: GPL-3.0-or-later
// Schemas: inferred, written, read.
#include "core/drift/schema.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/value.h"

enum { VERSION = 1, ALLOWED_INFERRED = 100, COLUMNS_MOST = 65536 };

// ---- inferring ----------------------------------------------------------------------------------

// Three standard errors more than were missing, and no less than a hundredth.
static double missing_bound(const struct wn_feature *feature) {
    double rows = (double)feature->rows, share = (double)feature->missing / rows;
    if (feature->missing == 0)
        return 0;
    double bound = share + fmax(3 * sqrt(share * (1 - share) / rows), 0.01);
    return fmin(ceil(bound * 1000) / 1000, 1);
}

static void infer_range(const struct wn_feature *feature, double slack,
                        struct wn_schema_column *column) {
    double least = feature->numbers.least, most = feature->numbers.most;
    double wider = slack * (most - least);
    if (feature->numbers.count == 0)
        return;
    column->min = least >= 0 ? fmax(least - wider, 0) : least - wider;
    column->max = most <= 0 ? fmin(most + wider, 0) : most + wider;
}

static void infer_allowed(const struct wn_feature *feature, struct wn_schema_column *column) {
    if (feature->counts.short_by == 0 && feature->counts.count <= ALLOWED_INFERRED)
        wn_counts_merge(&column->allowed, &feature->counts);
}

static struct wn_schema_column infer_column(const struct wn_feature *feature, double slack) {
    struct wn_schema_column column = {.name = wn_strdup(feature->name),
                                      .type = feature->type,
                                      .min = NAN,
                                      .max = NAN,
                                      .max_missing = missing_bound(feature)};
    if (feature->type == WN_NUMERIC)
        infer_range(feature, slack, &column);
    else if (feature->type == WN_CATEGORICAL)
        infer_allowed(feature, &column);
    column.unique = feature->type == WN_ID;
    return column;
}

struct wn_schema wn_schema_infer(const struct wn_profile *profile, double slack) {
    struct wn_schema schema = {.columns = wn_calloc(profile->count + 1, sizeof *schema.columns),
                               .count = profile->count,
                               .min_rows = 1,
                               .extra = true};
    for (size_t i = 0; i < profile->count; i++)
        schema.columns[i] = infer_column(&profile->columns[i], slack);
    return schema;
}

void wn_schema_free(struct wn_schema *schema) {
    for (size_t i = 0; i < schema->count; i++) {
        free(schema->columns[i].name);
        wn_counts_free(&schema->columns[i].allowed);
    }
    free(schema->columns);
    *schema = (struct wn_schema){0};
}

// ---- writing ------------------------------------------------------------------------------------

static void write_allowed(const struct wn_counts *allowed, struct wn_str *out) {
    wn_str_add(out, ", \"allowed\": [");
    for (size_t i = 0; i < allowed->count; i++) {
        wn_str_add(out, i ? ", " : "");
        wn_json_string(out, allowed->items[i].text);
    }
    wn_str_add(out, "]");
}

static void write_column(const struct wn_schema_column *column, struct wn_str *out) {
    wn_str_add(out, "    {\"name\": ");
    wn_json_string(out, column->name);
    wn_str_addf(out, ", \"type\": \"%s\"", wn_feature_type_names[column->type]);
    if (column->optional)
        wn_str_add(out, ", \"optional\": true");
    if (!isnan(column->min)) {
        wn_str_add(out, ", \"min\": ");
        wn_json_number(out, column->min);
    }
    if (!isnan(column->max)) {
        wn_str_add(out, ", \"max\": ");
        wn_json_number(out, column->max);
    }
    if (column->allowed.count)
        write_allowed(&column->allowed, out);
    wn_str_add(out, ", \"max_missing\": ");
    wn_json_number(out, column->max_missing);
    if (column->unique)
        wn_str_add(out, ", \"unique\": true");
    wn_str_add(out, "}");
}

// A column a line, for people edit it and version control shows what changed.
void wn_schema_write(const struct wn_schema *schema, struct wn_str *out) {
    wn_str_addf(out, "{\n  \"winnow_schema\": %d,\n  \"min_rows\": %llu,\n", VERSION,
                (unsigned long long)schema->min_rows);
    wn_str_addf(out, "  \"extra_columns\": %s,\n  \"columns\": [\n",
                schema->extra ? "true" : "false");
    for (size_t i = 0; i < schema->count; i++) {
        write_column(&schema->columns[i], out);
        wn_str_add(out, i + 1 < schema->count ? ",\n" : "\n");
    }
    wn_str_add(out, "  ]\n}\n");
}

// ---- reading ------------------------------------------------------------------------------------

static enum wn_status check_keys(const struct wn_value *map, const char *const *known, size_t count,
                                 const char *where, struct wn_err *err) {
    for (size_t i = 0; i < map->list.count; i++) {
        const char *key = map->list.keys[i].string.text;
        size_t k = 0;
        while (k < count && strcmp(known[k], key) != 0)
            k++;
        if (k < count)
            continue;
        const char *close = wn_closest(key, known, count);
        return wn_fail(err, WN_BAD_INPUT, "%s: there is no key %s%s%s%s", where, key,
                       close ? " (did you mean " : "", close ? close : "", close ? "?)" : "");
    }
    return WN_OK;
}

// Leaves what is not there as it is; false: it is of another type, or out of bounds.
static bool read_number(const struct wn_value *map, const char *key, double least, double most,
                        double *number) {
    const struct wn_value *value = wn_value_get(map, key);
    return !value || (wn_value_number(value, number) && *number >= least && *number <= most);
}

static bool read_flag(const struct wn_value *map, const char *key, bool *flag) {
    const struct wn_value *value = wn_value_get(map, key);
    if (value && value->type == WN_BOOL)
        *flag = value->boolean;
    return !value || value->type == WN_BOOL;
}

static bool read_allowed(const struct wn_value *map, struct wn_counts *allowed) {
    const struct wn_value *list = wn_value_get(map, "allowed");
    if (!list)
        return true;
    for (size_t i = 0; list->type == WN_LIST && i < list->list.count; i++) {
        struct wn_str text = {0};
        wn_value_python(&text, &list->list.items[i]); // 1 is "1"
        wn_counts_add(allowed, wn_str_text(&text));
        wn_str_free(&text);
    }
    return list->type == WN_LIST && list->list.count > 0 && allowed->short_by == 0;
}

static bool read_type(const struct wn_value *map, enum wn_feature_type *type) {
    const struct wn_value *value = wn_value_get(map, "type");
    for (int i = 0; value && value->type == WN_STRING && wn_feature_type_names[i]; i++)
        if (strcmp(wn_feature_type_names[i], value->string.text) == 0) {
            *type = (enum wn_feature_type)i;
            return true;
        }
    return false;
}

// The key that is wrong, NULL: none.
static const char *read_rules(const struct wn_value *map, struct wn_schema_column *column) {
    if (!read_type(map, &column->type))
        return "type";
    if (!read_flag(map, "optional", &column->optional))
        return "optional";
    if (!read_flag(map, "unique", &column->unique))
        return "unique";
    if (!read_number(map, "min", -INFINITY, INFINITY, &column->min))
        return "min";
    if (!read_number(map, "max", isnan(column->min) ? -INFINITY : column->min, INFINITY,
                     &column->max))
        return "max";
    if (!read_number(map, "max_missing", 0, 1, &column->max_missing))
        return "max_missing";
    return read_allowed(map, &column->allowed) ? NULL : "allowed";
}

static enum wn_status read_column(const struct wn_value *map, struct wn_schema *schema,
                                  struct wn_err *err) {
    static const char *const keys[] = {"name", "type",    "optional",    "min",
                                       "max",  "allowed", "max_missing", "unique"};
    const struct wn_value *name = wn_value_get(map, "name");
    if (!name || name->type != WN_STRING)
        return wn_fail(err, WN_BAD_INPUT, "a column has no name");
    struct wn_schema_column *column = &schema->columns[schema->count++];
    *column = (struct wn_schema_column){
        .name = wn_strdup(name->string.text), .min = NAN, .max = NAN, .max_missing = 1};
    for (size_t i = 0; i + 1 < schema->count; i++)
        if (strcmp(schema->columns[i].name, column->name) == 0)
            return wn_fail(err, WN_BAD_INPUT, "column %s is there twice", column->name);
    enum wn_status status = check_keys(map, keys, sizeof keys / sizeof *keys, column->name, err);
    const char *wrong = status == WN_OK ? read_rules(map, column) : NULL;
    return wrong ? wn_fail(err, WN_BAD_INPUT, "column %s: %s cannot be used", column->name, wrong)
                 : status;
}

static enum wn_status read_schema(const struct wn_value *map, struct wn_schema *schema,
                                  struct wn_err *err) {
    static const char *const keys[] = {"winnow_schema", "min_rows", "extra_columns", "columns"};
    const struct wn_value *columns = wn_value_get(map, "columns");
    double version = 0, rows = 0;
    if (!wn_value_get(map, "winnow_schema") ||
        !read_number(map, "winnow_schema", 1, INFINITY, &version))
        return wn_fail(err, WN_BAD_INPUT, "this is no schema: winnow check --infer makes one");
    if (version != VERSION)
        return wn_fail(err, WN_BAD_INPUT,
                       "this schema is of version %g, and winnow reads version %d", version,
                       VERSION);
    if (check_keys(map, keys, sizeof keys / sizeof *keys, "schema", err) != WN_OK)
        return WN_BAD_INPUT;
    if (!columns || columns->type != WN_LIST || columns->list.count > COLUMNS_MOST)
        return wn_fail(err, WN_BAD_INPUT, "the schema has no list of columns");
    if (!read_number(map, "min_rows", 0, 9e15, &rows) ||
        !read_flag(map, "extra_columns", &schema->extra))
        return wn_fail(err, WN_BAD_INPUT, "min_rows is a number and extra_columns true or false");
    schema->min_rows = (uint64_t)rows;
    schema->columns = wn_calloc(columns->list.count + 1, sizeof *schema->columns);
    enum wn_status status = WN_OK;
    for (size_t i = 0; i < columns->list.count && status == WN_OK; i++)
        status = read_column(&columns->list.items[i], schema, err);
    return status;
}

enum wn_status wn_schema_parse(const char *text, struct wn_schema *schema, struct wn_err *err) {
    struct wn_value value = {0};
    *schema = (struct wn_schema){.extra = true};
    enum wn_status status = wn_value_parse_json(text, &value, err);
    if (status == WN_OK)
        status = read_schema(&value, schema, err);
    if (status != WN_OK)
        wn_schema_free(schema);
    wn_value_clear(&value);
    return status;
}
