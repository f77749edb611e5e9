// SPDX-License-Identifier: GPL-3.0-or-later
// Holding a schema against rows. Memory grows with the rows only where values must be unique: by 16
// to 32 bytes for each.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/csv_column.h"
#include "core/drift/schema.h"
#include "core/numbers.h"

const char *const wn_rule_names[] = {[WN_RULE_COLUMN] = "column",
                                     [WN_RULE_EXTRA] = "extra_columns",
                                     [WN_RULE_ROWS] = "min_rows",
                                     [WN_RULE_TYPE] = "type",
                                     [WN_RULE_MIN] = "min",
                                     [WN_RULE_MAX] = "max",
                                     [WN_RULE_ALLOWED] = "allowed",
                                     [WN_RULE_UNIQUE] = "unique",
                                     [WN_RULE_MISSING] = "max_missing"};

struct set { // of hashes; 0 is never one
    uint64_t *slots;
    size_t slot_count, count;
};

struct state { // of a column of the schema
    size_t at; // its column in the data, SIZE_MAX: none
    uint64_t missing;
    struct set seen;
    struct wn_violation broken[WN_RULES];
};

struct wn_check {
    const struct wn_schema *schema;
    struct wn_dataset *data;
    const char *const *missing;
    struct state *states;
    struct wn_violation *violations;
    size_t count, capacity;
};

// ---- sets ---------------------------------------------------------------------------------------

static size_t slot_of(const struct set *set, uint64_t hash) {
    size_t at = hash & (set->slot_count - 1);
    while (set->slots[at] && set->slots[at] != hash)
        at = (at + 1) & (set->slot_count - 1);
    return at;
}

static void grow(struct set *set) {
    struct set old = *set;
    set->slot_count = old.slot_count ? 2 * old.slot_count : 1024;
    set->slots = wn_calloc(set->slot_count, sizeof *set->slots);
    for (size_t i = 0; i < old.slot_count; i++)
        if (old.slots[i])
            set->slots[slot_of(set, old.slots[i])] = old.slots[i];
    free(old.slots);
}

// false: it was there.
static bool set_add(struct set *set, uint64_t hash) {
    if (2 * (set->count + 1) > set->slot_count)
        grow(set);
    hash += hash == 0;
    size_t at = slot_of(set, hash);
    bool is_new = set->slots[at] == 0;
    set->slots[at] = hash;
    set->count += is_new;
    return is_new;
}

// ---- cells --------------------------------------------------------------------------------------

static void violate(struct wn_check *check, struct state *state, enum wn_rule rule,
                    const char *what) {
    struct wn_violation *broken = &state->broken[rule];
    if (broken->count++ > 0)
        return;
    broken->where = wn_format("%s: line %lld", wn_dataset_path(check->data),
                              (long long)wn_dataset_line(check->data));
    broken->what = wn_strndup(what, strnlen(what, 80));
}

static bool is_missing(const struct wn_check *check, const char *cell) {
    for (const char *const *word = check->missing; word && *word; word++)
        if (strcmp(cell, *word) == 0)
            return true;
    return wn_cell_missing(cell);
}

static bool is_of_type(const struct wn_schema_column *column, const char *cell, double *number) {
    *number = NAN;
    if (column->type == WN_NUMERIC)
        return wn_cell_number(cell, number);
    if (column->type == WN_DATETIME)
        return wn_cell_moment(cell, number);
    return column->type != WN_BOOLEAN || wn_cell_boolean(cell) >= 0;
}

static void check_cell(struct wn_check *check, size_t index, const char *cell) {
    const struct wn_schema_column *column = &check->schema->columns[index];
    struct state *state = &check->states[index];
    double number;
    if (is_missing(check, cell)) {
        state->missing++;
        return;
    }
    uint64_t hash = wn_text_hash(cell, strlen(cell));
    if (!is_of_type(column, cell, &number))
        violate(check, state, WN_RULE_TYPE, cell);
    else if (number < column->min)
        violate(check, state, WN_RULE_MIN, cell);
    else if (number > column->max)
        violate(check, state, WN_RULE_MAX, cell);
    if (column->allowed.count && !wn_counts_of(&column->allowed, hash))
        violate(check, state, WN_RULE_ALLOWED, cell);
    if (column->unique && !set_add(&state->seen, hash))
        violate(check, state, WN_RULE_UNIQUE, cell);
}

// ---- the check ----------------------------------------------------------------------------------

static size_t find_column(const struct wn_dataset *data, const char *name) {
    size_t count = wn_dataset_columns(data), index = 0;
    while (index < count && strcmp(wn_dataset_name(data, index), name) != 0)
        index++;
    return index < count ? index : SIZE_MAX;
}

struct wn_check *wn_check_new(const struct wn_schema *schema, struct wn_dataset *data,
                              const char *const *missing) {
    struct wn_check *check = wn_calloc(1, sizeof *check);
    *check = (struct wn_check){.schema = schema, .data = data, .missing = missing};
    check->states = wn_calloc(schema->count + 1, sizeof *check->states);
    for (size_t i = 0; i < schema->count; i++)
        check->states[i].at = find_column(data, schema->columns[i].name);
    return check;
}

bool wn_check_go(struct wn_check *check, size_t rows) {
    const struct wn_csv_cell *cells;
    for (; rows > 0 && (cells = wn_dataset_next(check->data)); rows--)
        for (size_t i = 0; i < check->schema->count; i++)
            if (check->states[i].at != SIZE_MAX)
                check_cell(check, i, cells[check->states[i].at].text);
    return rows == 0;
}

static void add(struct wn_check *check, const char *column, enum wn_rule rule, uint64_t count,
                char *what) {
    *WN_PUSH(check->violations, check->count, check->capacity) =
        (struct wn_violation){column, rule, count, NULL, what};
}

static void add_of_column(struct wn_check *check, size_t index) {
    const struct wn_schema_column *column = &check->schema->columns[index];
    struct state *state = &check->states[index];
    double rows = (double)wn_dataset_rows(check->data);
    for (int rule = 0; rule < WN_RULES; rule++) {
        struct wn_violation *broken = &state->broken[rule];
        if (broken->count == 0)
            continue;
        broken->column = column->name;
        broken->rule = (enum wn_rule)rule;
        *WN_PUSH(check->violations, check->count, check->capacity) = *broken;
        *broken = (struct wn_violation){0};
    }
    if (rows > 0 && (double)state->missing / rows > column->max_missing)
        add(check, column->name, WN_RULE_MISSING, state->missing,
            wn_format("%.3g%% of rows, not %.3g%%", 100 * (double)state->missing / rows,
                      100 * column->max_missing));
}

static void add_columns(struct wn_check *check) {
    const struct wn_schema *schema = check->schema;
    uint64_t rows = (uint64_t)wn_dataset_rows(check->data);
    if (rows < schema->min_rows)
        add(check, "", WN_RULE_ROWS, rows,
            wn_format("%llu rows, not %llu", (unsigned long long)rows,
                      (unsigned long long)schema->min_rows));
    for (size_t i = 0; i < schema->count; i++)
        if (check->states[i].at == SIZE_MAX && !schema->columns[i].optional)
            add(check, schema->columns[i].name, WN_RULE_COLUMN, rows, wn_strdup("is not there"));
    for (size_t k = 0; k < wn_dataset_columns(check->data) && !schema->extra; k++) {
        const char *name = wn_dataset_name(check->data, k);
        size_t i = 0;
        while (i < schema->count && strcmp(schema->columns[i].name, name) != 0)
            i++;
        if (i == schema->count)
            add(check, name, WN_RULE_EXTRA, rows, wn_strdup("is not in the schema"));
    }
}

const struct wn_violation *wn_check_violations(struct wn_check *check, size_t *count) {
    if (!check->violations) {
        add_columns(check);
        for (size_t i = 0; i < check->schema->count; i++)
            add_of_column(check, i);
    }
    *count = check->count;
    return check->violations;
}

void wn_check_free(struct wn_check *check) {
    if (!check)
        return;
    for (size_t i = 0; i < check->schema->count; i++) {
        free(check->states[i].seen.slots);
        for (int rule = 0; rule < WN_RULES; rule++) {
            free(check->states[i].broken[rule].where);
            free(check->states[i].broken[rule].what);
        }
    }
    for (size_t i = 0; i < check->count; i++) {
        free(check->violations[i].where);
        free(check->violations[i].what);
    }
    free(check->states);
    free(check->violations);
    free(check);
}
