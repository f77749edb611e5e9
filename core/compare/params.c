// SPDX-License-Identifier: GPL-3.0-or-later
// Gathering the values of parameters, a configuration at a time. Configurations list their
// parameters in one order, so a look-up begins where the last one ended.
#include "core/compare/params.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/rng.h"
#include "core/numbers.h"

// ---- gathering ----------------------------------------------------------------------------------

struct adding {
    struct wn_param_table *table;
    const char *const *skip;
    size_t skip_count;
    size_t next; // where the next parameter most likely is
    uint64_t hash;
};

static struct wn_param_values *find(const struct wn_param_table *table, const char *name,
                                    size_t from) {
    for (size_t i = 0; i < table->count; i++) {
        struct wn_param_values *param = &table->items[(from + i) % table->count];
        if (strcmp(param->name, name) == 0)
            return param;
    }
    return NULL;
}

// "optimizer" skips "optimizer.lr" as well: a name may be that of a mapping.
static bool is_skipped(const struct adding *adding, const char *name) {
    for (size_t i = 0; i < adding->skip_count; i++) {
        size_t length = strlen(adding->skip[i]);
        if (strncmp(adding->skip[i], name, length) == 0 && (!name[length] || name[length] == '.'))
            return true;
    }
    return false;
}

static struct wn_param_values *entry(struct adding *adding, const char *name) {
    struct wn_param_table *table = adding->table;
    struct wn_param_values *param = find(table, name, adding->next);
    if (!param) {
        param = WN_PUSH(table->items, table->count, table->capacity);
        *param = (struct wn_param_values){.name = wn_strdup(name),
                                          .skipped = is_skipped(adding, name),
                                          .numbers = true,
                                          .low = INFINITY,
                                          .high = -INFINITY};
    }
    adding->next = (size_t)(param - table->items) + 1;
    return param;
}

static void note_value(struct wn_param_values *param, const struct wn_value *value, uint64_t hash) {
    double number = 0;
    param->units++;
    param->numbers = param->numbers && wn_value_number(value, &number);
    param->low = fmin(param->low, number);
    param->high = fmax(param->high, number);
    if (param->distinct > WN_PARAM_VALUES)
        return;
    for (size_t i = 0; i < param->distinct; i++)
        if (param->hashes[i] == hash)
            return;
    if (param->distinct < WN_PARAM_VALUES) {
        param->values[param->distinct] = wn_value_copy(value);
        param->hashes[param->distinct] = hash;
    }
    param->distinct++;
}

static uint64_t hash_text(const char *text) { // FNV-1a
    uint64_t hash = 0xcbf29ce484222325u;
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 0x100000001b3u;
    return hash;
}

static uint64_t share_of(const struct wn_param_values *param, uint64_t value) {
    return wn_mix64(hash_text(param->name) ^ wn_mix64(value));
}

static void add_leaf(void *context, const char *name, const struct wn_value *value) {
    struct adding *adding = context;
    if (!*name) // no parameters at all
        return;
    uint64_t hash = wn_value_hash(value);
    struct wn_param_values *param = entry(adding, name);
    note_value(param, value, hash);
    if (!param->skipped)
        adding->hash += share_of(param, hash);
}

uint64_t wn_param_table_add(struct wn_param_table *table, const struct wn_value *params,
                            const char *const *skip, size_t skip_count) {
    struct adding adding = {.table = table, .skip = skip, .skip_count = skip_count};
    table->units++;
    wn_value_each_leaf(params, add_leaf, &adding);
    return adding.hash;
}

void wn_param_table_free(struct wn_param_table *table) {
    for (size_t i = 0; i < table->count; i++) {
        for (size_t k = 0; k < table->items[i].distinct && k < WN_PARAM_VALUES; k++)
            wn_value_clear(&table->items[i].values[k]);
        free(table->items[i].name);
    }
    free(table->items);
    *table = (struct wn_param_table){0};
}

const struct wn_param_values *wn_param_table_find(const struct wn_param_table *table,
                                                  const char *name) {
    return find(table, name, 0);
}

bool wn_param_is_constant(const struct wn_param_table *table, const struct wn_param_values *param) {
    return param->distinct == 1 && param->units == table->units;
}

uint64_t wn_param_share(const struct wn_param_values *param) {
    return param->skipped ? 0 : share_of(param, param->hashes[0]);
}

// ---- differences --------------------------------------------------------------------------------

static bool has_value(const struct wn_param_values *param, uint64_t hash) {
    for (size_t i = 0; i < param->distinct && i < WN_PARAM_VALUES; i++)
        if (param->hashes[i] == hash)
            return true;
    return false;
}

static bool same_values(const struct wn_param_values *a, const struct wn_param_values *b) {
    if (a->distinct != b->distinct || a->distinct > WN_PARAM_VALUES)
        return false;
    for (size_t i = 0; i < a->distinct; i++)
        if (!has_value(b, a->hashes[i]))
            return false;
    return true;
}

// A number of its own for each configuration, as far as was counted.
static bool is_drawn(const struct wn_param_values *param) {
    size_t most = WN_PARAM_VALUES + 1;
    return param->numbers && param->units > 1 &&
           param->distinct == (param->units < most ? param->units : most);
}

bool wn_param_differs(const struct wn_param_values *a, const struct wn_param_values *b) {
    if (!a || !b)
        return a != b;
    if (is_drawn(a) && is_drawn(b))
        return a->low > b->high || b->low > a->high;
    bool countless = a->distinct > WN_PARAM_VALUES && b->distinct > WN_PARAM_VALUES;
    return !countless && !same_values(a, b);
}

static int by_value(const void *left, const void *right) {
    return wn_value_compare(*(const struct wn_value *const *)left,
                            *(const struct wn_value *const *)right);
}

void wn_param_values_text(const struct wn_param_values *param, struct wn_str *out) {
    const struct wn_value *sorted[WN_PARAM_VALUES];
    if (!param) {
        wn_str_add_char(out, '-');
        return;
    }
    if (param->distinct > WN_PARAM_VALUES / 2 && param->numbers) {
        char low[32], high[32];
        wn_str_addf(out, "%s .. %s", wn_number_text(param->low, low),
                    wn_number_text(param->high, high));
        return;
    }
    size_t kept = param->distinct < WN_PARAM_VALUES ? param->distinct : WN_PARAM_VALUES;
    for (size_t i = 0; i < kept; i++)
        sorted[i] = &param->values[i];
    qsort(sorted, kept, sizeof *sorted, by_value);
    for (size_t i = 0; i < kept; i++) {
        wn_str_add(out, i ? ", " : "");
        wn_value_python(out, sorted[i]);
    }
    wn_str_add(out, param->distinct > kept ? ", .." : "");
}
