// SPDX-License-Identifier: GPL-3.0-or-later
// The parameters of a spec: which distribution each mapping means, and its arguments.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/spec_read.h"

static const struct {
    const char *name;
    unsigned bit;
} keys[] = {
    {"value", WN_KEY_VALUE}, {"values", WN_KEY_VALUES}, {"probabilities", WN_KEY_PROBABILITIES},
    {"min", WN_KEY_MIN},     {"max", WN_KEY_MAX},       {"mu", WN_KEY_MU},
    {"sigma", WN_KEY_SIGMA}, {"a", WN_KEY_A},           {"b", WN_KEY_B},
    {"q", WN_KEY_Q},
};
enum { KEYS = sizeof keys / sizeof *keys };

struct reading { // one parameter being read
    struct wn_builder *builder;
    const char *name; // dotted, for messages
    const struct wn_value *map;
    struct wn_param param;
    bool failed;
};

static unsigned key_bit(const char *name) {
    for (size_t i = 0; i < KEYS; i++)
        if (strcmp(keys[i].name, name) == 0)
            return keys[i].bit;
    return 0;
}

static void fail(struct reading *reading, const struct wn_value *at, const char *key,
                 const char *text) {
    char *path = wn_format("parameters.%s%s%s", reading->name, key ? "." : "", key ? key : "");
    wn_spec_error(reading->builder, at, path, "%s", text);
    reading->failed = true;
    free(path);
}

static void fail_found(struct reading *reading, const struct wn_value *at, const char *key,
                       const char *must) {
    char *text = wn_format("%s (found %s)", must, wn_spec_found(at).text);
    fail(reading, at, key, text);
    free(text);
}

// ---- keys ---------------------------------------------------------------------------------------

static void judge_unknown(struct reading *reading, const struct wn_value *key) {
    static const char *const known[] = {"distribution", "parameters", "when",         "value",
                                        "values",       "min",        "max",          "mu",
                                        "sigma",        "q",          "probabilities"};
    const char *close = wn_closest(key->string.text, known, sizeof known / sizeof *known);
    char *path = wn_format("parameters.%s.%s", reading->name, key->string.text);
    if (close && strlen(key->string.text) > 2) { // an error: the parameter would be another one
        wn_spec_error(reading->builder, key, path, "is not a known key (did you mean %s?)", close);
        reading->failed = true;
    } else {
        wn_spec_warn(reading->builder, key, path,
                     "is not a key of a parameter and is ignored; is it indented too far?");
    }
    free(path);
}

static void check_keys(struct reading *reading) {
    for (size_t i = 0; i < reading->map->list.count; i++) {
        const struct wn_value *key = &reading->map->list.keys[i];
        const char *name = key->string.text;
        if (!key_bit(name) && strcmp(name, "distribution") != 0 && strcmp(name, "when") != 0)
            judge_unknown(reading, key);
    }
}

static unsigned given_keys(const struct wn_value *map) {
    unsigned given = 0;
    for (size_t i = 0; i < map->list.count; i++)
        given |= key_bit(map->list.keys[i].string.text);
    return given;
}

// ---- which distribution -------------------------------------------------------------------------

static bool is_int(const struct wn_value *map, const char *key) {
    const struct wn_value *value = wn_value_get(map, key);
    return value && value->type == WN_INT;
}

static const char *implied_name(const struct wn_value *map, unsigned given) {
    if (given & WN_KEY_VALUE)
        return "constant";
    if (given & WN_KEY_VALUES)
        return given & WN_KEY_PROBABILITIES ? "categorical_w_probabilities" : "categorical";
    if ((given & WN_KEY_MIN) && (given & WN_KEY_MAX))
        return is_int(map, "min") && is_int(map, "max") ? "int_uniform" : "uniform";
    return NULL;
}

// Who writes a scale's name mostly means its values, not exponents of e.
static char *advice_on_dist(const char *name) {
    const char *close = wn_dist_closest(name);
    if (close && wn_dist_find(close)->deprecated)
        return wn_format(" (did you mean %s_values? %s takes exponents of e)", close, close);
    if (close)
        return wn_format(" (did you mean %s?)", close);
    struct wn_str all = {0};
    size_t count;
    const struct wn_dist *const *dists = wn_dist_all(&count);
    for (size_t i = 0; i < count; i++)
        wn_str_addf(&all, "%s%s", i ? ", " : ": there are ", dists[i]->name);
    return wn_str_take(&all);
}

static const struct wn_dist *named_dist(struct reading *reading, const struct wn_value *given) {
    if (given->type != WN_STRING) {
        fail_found(reading, given, "distribution", "must be the name of a distribution");
        return NULL;
    }
    const struct wn_dist *dist = wn_dist_find(given->string.text);
    if (dist)
        return dist;
    char *advice = advice_on_dist(given->string.text);
    char *text = wn_format("there is no distribution %s%s", given->string.text, advice);
    fail(reading, given, "distribution", text);
    free(text);
    free(advice);
    return NULL;
}

// What is missing, judged by what is there.
static const char *missing_keys(unsigned given) {
    if (given & WN_KEY_MIN)
        return "has min but no max";
    if (given & WN_KEY_MAX)
        return "has max but no min";
    if (given & WN_KEY_PROBABILITIES)
        return "has probabilities but no values";
    if (given & (WN_KEY_MU | WN_KEY_SIGMA))
        return "has mu or sigma but no distribution: add distribution: normal (or log_normal)";
    if (given & (WN_KEY_A | WN_KEY_B | WN_KEY_Q))
        return "has no distribution";
    return NULL;
}

static bool holds_maps(const struct wn_value *map) {
    for (size_t i = 0; i < map->list.count; i++)
        if (map->list.items[i].type != WN_MAP)
            return false;
    return map->list.count > 0;
}

static void complain_of_nothing(struct reading *reading) {
    const struct wn_value *map = reading->map;
    const char *missing = missing_keys(given_keys(map));
    if (!map->list.count) {
        fail(reading, map, NULL, "is empty: give value, values, or min and max");
    } else if (holds_maps(map)) {
        const char *first = map->list.keys[0].string.text;
        char *text = wn_format("is a group if its parameters stand below a key of that name: "
                               "write {parameters: {%s: ...}}",
                               first);
        fail(reading, map, NULL, text);
        free(text);
    } else if (missing) {
        fail(reading, map, NULL, missing);
    } else {
        fail(reading, map, NULL, "says neither value, values, min and max, nor a distribution");
    }
}

static const struct wn_dist *choose_dist(struct reading *reading) {
    const struct wn_value *given = wn_value_get(reading->map, "distribution");
    if (given)
        return named_dist(reading, given);
    const char *implied = implied_name(reading->map, given_keys(reading->map));
    if (implied)
        return wn_dist_find(implied);
    if (!reading->failed) // a misspelt key has been told of
        complain_of_nothing(reading);
    return NULL;
}

static void check_required(struct reading *reading, const struct wn_dist *dist) {
    unsigned given = given_keys(reading->map);
    for (size_t i = 0; i < KEYS; i++) {
        bool needed = (dist->required & keys[i].bit) && !(given & keys[i].bit);
        bool useless = (given & keys[i].bit) && !((dist->required | dist->optional) & keys[i].bit);
        char *path = wn_format("parameters.%s.%s", reading->name, keys[i].name);
        if (needed) {
            wn_spec_error(reading->builder, reading->map, path, "is missing: %s needs it",
                          dist->name);
            reading->failed = true;
        }
        if (useless)
            wn_spec_warn(reading->builder, wn_value_get(reading->map, keys[i].name), path,
                         "has no meaning for %s and is ignored", dist->name);
        free(path);
    }
}

// ---- arguments ----------------------------------------------------------------------------------

static void read_number(struct reading *reading, const char *key, double *number) {
    const struct wn_value *value = wn_value_get(reading->map, key);
    if (!value)
        return;
    char *path = wn_format("parameters.%s.%s", reading->name, key);
    if (!wn_read_real(reading->builder, path, value, number))
        reading->failed = true;
    free(path);
}

struct written { // a value of a list
    const struct wn_value *value;
    uint64_t hash;
    size_t at;
};

static int by_hash_and_place(const void *left, const void *right) {
    const struct written *a = left, *b = right;
    if (a->hash != b->hash)
        return a->hash < b->hash ? -1 : 1;
    return (a->at > b->at) - (a->at < b->at);
}

// For each value of a list the place of the first one that equals it. The caller frees.
static size_t *first_places(const struct wn_value *list) {
    size_t count = list->list.count;
    struct written *all = wn_calloc(count, sizeof *all);
    size_t *first = wn_calloc(count, sizeof *first);
    for (size_t i = 0; i < count; i++)
        all[i] = (struct written){&list->list.items[i], wn_value_hash(&list->list.items[i]), i};
    qsort(all, count, sizeof *all, by_hash_and_place);
    for (size_t i = 0, group = 0; i < count; i++) {
        group = all[i].hash == all[group].hash ? group : i;
        size_t equal = group;
        while (!wn_value_equal(all[equal].value, all[i].value))
            equal++;
        first[all[i].at] = all[equal].at;
    }
    free(all);
    return first;
}

// Among equal values the first one's position counts and the last one's spelling, as in W&B's grid.
static void take_choices(struct wn_dist_args *args, const struct wn_value *list) {
    size_t count = list->list.count, *first = first_places(list);
    args->values = wn_calloc(count, sizeof *args->values);
    args->picks = wn_calloc(count, sizeof *args->picks);
    args->pick_count = count;
    for (size_t i = 0; i < count; i++) {
        args->picks[i] = first[i] == i ? args->count++ : args->picks[first[i]];
        struct wn_value *slot = &args->values[args->picks[i]];
        wn_value_clear(slot);
        *slot = wn_value_copy(&list->list.items[i]);
    }
    free(first);
    if (args->count == count) {
        free(args->picks);
        args->picks = NULL;
    }
}

static void read_values(struct reading *reading, const struct wn_value *values) {
    if (values->type != WN_LIST || !values->list.count)
        fail_found(reading, values, "values", "must be a list of at least one value");
    else
        take_choices(&reading->param.args, values);
}

static void read_probabilities(struct reading *reading, const struct wn_value *list) {
    struct wn_dist_args *args = &reading->param.args;
    const struct wn_value *values = wn_value_get(reading->map, "values");
    if (list->type != WN_LIST || !values || values->type != WN_LIST ||
        list->list.count != values->list.count) {
        fail_found(reading, list, "probabilities", "must be a list as long as values");
        return;
    }
    double sum = 0;
    args->probabilities = wn_calloc(list->list.count, sizeof *args->probabilities);
    for (size_t i = 0; i < list->list.count; i++) {
        double share;
        if (!wn_value_number(&list->list.items[i], &share) || !(share >= 0 && share <= 1)) {
            fail_found(reading, &list->list.items[i], "probabilities",
                       "must be numbers from 0 to 1");
            return;
        }
        sum += share;
        args->probabilities[i] = share;
    }
    if (fabs(sum - 1) <= 1.001e-5) // numpy's isclose, as W&B compares
        return;
    char number[32], *text = wn_format("must add up to 1 (found %s)", wn_float_repr(sum, number));
    fail(reading, list, "probabilities", text);
    free(text);
}

static void read_choices(struct reading *reading, const struct wn_dist *dist) {
    const struct wn_value *value = wn_value_get(reading->map, "value");
    const struct wn_value *values = wn_value_get(reading->map, "values");
    const struct wn_value *probabilities = wn_value_get(reading->map, "probabilities");
    struct wn_dist_args *args = &reading->param.args;
    if ((dist->required & WN_KEY_VALUE) && value) {
        args->values = wn_calloc(1, sizeof *args->values);
        args->values[args->count++] = wn_value_copy(value);
    }
    if ((dist->required & WN_KEY_VALUES) && values)
        read_values(reading, values);
    if (((dist->required | dist->optional) & WN_KEY_PROBABILITIES) && probabilities &&
        !reading->failed)
        read_probabilities(reading, probabilities);
}

static void read_arguments(struct reading *reading, const struct wn_dist *dist) {
    struct wn_dist_args *args = &reading->param.args;
    *args = (struct wn_dist_args){.sigma = 1, .a = 1, .b = 1, .q = 1};
    read_choices(reading, dist);
    const struct {
        const char *key;
        unsigned bit;
        double *number;
    } numbers[] = {
        {"min", WN_KEY_MIN, &args->min}, {"max", WN_KEY_MAX, &args->max},
        {"mu", WN_KEY_MU, &args->mu},    {"sigma", WN_KEY_SIGMA, &args->sigma},
        {"a", WN_KEY_A, &args->a},       {"b", WN_KEY_B, &args->b},
        {"q", WN_KEY_Q, &args->q},
    };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if ((dist->required | dist->optional) & numbers[i].bit)
            read_number(reading, numbers[i].key, numbers[i].number);
    args->q_is_int = is_int(reading->map, "q");
}

// ---- what the arguments must fulfil -------------------------------------------------------------

static void check_bounds(struct reading *reading, const struct wn_dist *dist) {
    const struct wn_dist_args *args = &reading->param.args;
    const struct wn_value *low = wn_value_get(reading->map, "min");
    const struct wn_value *high = wn_value_get(reading->map, "max");
    char *text = NULL;
    if (dist->integer_bounds && (args->min != floor(args->min) || args->max != floor(args->max)))
        text = wn_format("and max must be whole numbers for %s (found %s and %s)", dist->name,
                         wn_spec_found(low).text, wn_spec_found(high).text);
    else if (dist->integer_bounds && (fabs(args->min) >= 0x1p53 || fabs(args->max) >= 0x1p53))
        text = wn_format("and max must lie below 2^53, up to which whole numbers are exact "
                         "(found %s and %s)",
                         wn_spec_found(low).text, wn_spec_found(high).text);
    else if (args->min >= args->max)
        text = wn_format("must be below max (%s >= %s)", wn_spec_found(low).text,
                         wn_spec_found(high).text);
    else if (dist->positive_bounds && args->min <= 0)
        text = wn_format("must be above 0 for %s (found %s)", dist->name, wn_spec_found(low).text);
    else if (!isfinite(args->max - args->min))
        text = wn_format("and max are too far apart");
    if (text)
        fail(reading, low, "min", text);
    free(text);
}

// Exponents that are meant as values, such as 1e-5 and 0.1, are the commonest mistake in real
// files.
static void check_exponents(struct reading *reading, const struct wn_dist *dist) {
    const struct wn_dist_args *args = &reading->param.args;
    if (!dist->deprecated)
        return;
    if (fmax(fabs(args->min), fabs(args->max)) > 700) {
        fail_found(reading, wn_value_get(reading->map, "max"), "max",
                   "is an exponent of e, and too large for one; use the distribution that ends in "
                   "_values");
        return;
    }
    char *path = wn_format("parameters.%s.distribution", reading->name);
    wn_spec_warn(reading->builder, wn_value_get(reading->map, "distribution"), path,
                 "min and max of %s are exponents of e; %s_values takes the values themselves",
                 dist->name, dist->name);
    free(path);
}

static void check_shape(struct reading *reading, const struct wn_dist *dist) {
    const struct wn_dist_args *args = &reading->param.args;
    unsigned takes = dist->required | dist->optional;
    const struct wn_value *map = reading->map;
    if ((takes & WN_KEY_SIGMA) && args->sigma < 0)
        fail_found(reading, wn_value_get(map, "sigma"), "sigma", "must not be negative");
    if ((takes & WN_KEY_A) && args->a < 0)
        fail_found(reading, wn_value_get(map, "a"), "a", "must not be negative");
    if ((takes & WN_KEY_B) && args->b < 0)
        fail_found(reading, wn_value_get(map, "b"), "b", "must not be negative");
    if ((takes & WN_KEY_Q) && args->q <= 0)
        fail_found(reading, wn_value_get(map, "q"), "q", "must be above 0");
    if ((takes & WN_KEY_MIN) && !reading->failed)
        check_bounds(reading, dist);
    if ((takes & WN_KEY_MIN) && !reading->failed)
        check_exponents(reading, dist);
}

// ---- conditions ---------------------------------------------------------------------------------

// Adds the conditions written at `depth`, which is 0 for the leaf itself.
static void read_when(struct reading *reading, const struct wn_value *when, size_t depth) {
    size_t capacity = reading->param.when_count;
    if (when->type != WN_MAP || !when->list.count) {
        fail_found(reading, when, "when", "must be a mapping such as {optimizer: sgd}");
        return;
    }
    for (size_t i = 0; i < when->list.count; i++) {
        const struct wn_value *wanted = &when->list.items[i];
        bool list = wanted->type == WN_LIST;
        struct wn_when *one = WN_PUSH(reading->param.when, reading->param.when_count, capacity);
        one->depth = depth;
        one->line = when->list.keys[i].line;
        one->column = when->list.keys[i].column;
        one->parent_name = wn_strdup(when->list.keys[i].string.text);
        one->count = list ? wanted->list.count : 1;
        one->values = wn_calloc(one->count, sizeof *one->values);
        for (size_t value = 0; value < one->count; value++)
            one->values[value] = wn_value_copy(list ? &wanted->list.items[value] : wanted);
    }
}

// ---- groups and leaves --------------------------------------------------------------------------

struct path { // names from the top, which a parameter copies, and the conditions of the groups
    const char *names[64];
    const struct wn_value *when[64];
    size_t depth;
};

static void read_group(struct wn_builder *builder, struct path *path, const struct wn_value *group);

static char *dotted(const struct path *path) {
    struct wn_str name = {0};
    for (size_t i = 0; i < path->depth; i++)
        wn_str_addf(&name, "%s%s", i ? "." : "", path->names[i]);
    return wn_str_take(&name);
}

static void name_param(struct wn_param *param, const struct path *path) {
    param->path = wn_calloc(path->depth, sizeof *param->path);
    for (size_t i = 0; i < path->depth; i++)
        param->path[i] = wn_strdup(path->names[i]);
    param->depth = path->depth;
    param->name = dotted(path);
}

static void read_conditions(struct reading *reading, const struct path *path) {
    for (size_t i = 0; i + 1 < path->depth; i++)
        if (path->when[i])
            read_when(reading, path->when[i], i + 1);
    if (wn_value_get(reading->map, "when"))
        read_when(reading, wn_value_get(reading->map, "when"), 0);
}

static void read_leaf(struct wn_builder *builder, const struct path *path,
                      const struct wn_value *map) {
    char *name = dotted(path);
    struct reading reading = {.builder = builder, .name = name, .map = map};
    check_keys(&reading);
    const struct wn_dist *dist = choose_dist(&reading);
    if (dist) {
        check_required(&reading, dist);
        if (!reading.failed)
            read_arguments(&reading, dist);
        if (!reading.failed)
            check_shape(&reading, dist);
    }
    read_conditions(&reading, path);
    reading.param.dist = dist;
    reading.param.line = map->line;
    reading.param.column = map->column;
    name_param(&reading.param, path);
    if (dist && !reading.failed)
        wn_space_add(builder->spec->space, &reading.param);
    else
        wn_param_clear(&reading.param);
    free(name);
}

// W&B's group is nothing but parameters; ours may have a condition.
static void warn_beside_group(struct wn_builder *builder, const struct path *path,
                              const struct wn_value *map) {
    char *name = dotted(path);
    for (size_t i = 0; i < map->list.count; i++) {
        const struct wn_value *key = &map->list.keys[i];
        char *where = wn_format("parameters.%s.%s", name, key->string.text);
        if (strcmp(key->string.text, "parameters") != 0 && strcmp(key->string.text, "when") != 0)
            wn_spec_warn(builder, key, where, "has no meaning beside parameters and is ignored");
        free(where);
    }
    free(name);
}

// A bare value or list in place of a mapping is a common slip; say what to write.
static void complain_of_shape(struct wn_builder *builder, const struct path *path,
                              const struct wn_value *value) {
    char *name = dotted(path), *where = wn_format("parameters.%s", name);
    struct wn_found found = wn_spec_found(value);
    wn_spec_error(builder, value, where, "must be a mapping: write {%s: ...} (found %s)",
                  value->type == WN_LIST ? "values" : "value", found.text);
    free(where);
    free(name);
}

static void read_one(struct wn_builder *builder, struct path *path, const struct wn_value *value) {
    const struct wn_value *group = wn_value_get(value, "parameters");
    if (value->type != WN_MAP)
        complain_of_shape(builder, path, value);
    else if (group)
        read_group(builder, path, group);
    else
        read_leaf(builder, path, value);
    if (group)
        warn_beside_group(builder, path, value);
}

static void read_group(struct wn_builder *builder, struct path *path,
                       const struct wn_value *group) {
    if (group->type != WN_MAP || !group->list.count) {
        char *name = dotted(path), *where = wn_format("parameters%s%s", *name ? "." : "", name);
        wn_spec_error(builder, group, where,
                      "must be a mapping of at least one parameter (found %s)",
                      wn_spec_found(group).text);
        free(where);
        free(name);
        return;
    }
    if (path->depth == sizeof path->names / sizeof *path->names)
        return; // the reader of documents allows less depth than this
    path->depth++;
    for (size_t i = 0; i < group->list.count; i++) {
        path->names[path->depth - 1] = group->list.keys[i].string.text;
        path->when[path->depth - 1] = wn_value_get(&group->list.items[i], "when");
        if (!*path->names[path->depth - 1])
            wn_spec_error(builder, &group->list.keys[i], "parameters", "need names (found '')");
        read_one(builder, path, &group->list.items[i]);
    }
    path->depth--;
}

void wn_read_parameters(struct wn_builder *builder, const char *path,
                        const struct wn_value *value) {
    (void)path;
    read_group(builder, &(struct path){0}, value);
}
