// SPDX-License-Identifier: GPL-3.0-or-later
// Configurations as trees of values: nested as the spec nests, and read back with nested or dotted
// names. What does not fit is named together with what would.
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/space_private.h"

struct wn_value wn_param_view(const struct wn_param *param, struct wn_scalar scalar) {
    switch (param->kind) {
    case WN_KIND_FLOAT:
        return wn_value_float(scalar.number);
    case WN_KIND_INT:
        return wn_value_int(scalar.integer);
    case WN_KIND_CHOICE:
        break;
    }
    return param->args.values[scalar.integer];
}

// ---- from a value to a scalar -------------------------------------------------------------------

struct range {
    double low, high;
};

static double end_of(const struct wn_param *param, double u) {
    struct wn_scalar x = param->dist->quantile(&param->args, u);
    return param->kind == WN_KIND_INT ? (double)x.integer : x.number;
}

// Steps of q may leave min and max, and a grid's values, which start at min, may lie outside the
// steps.
static struct range range_of(const struct wn_param *param) {
    double most = param->kind == WN_KIND_INT ? 0x1p53 : DBL_MAX;
    if ((param->dist->required | param->dist->optional) & WN_KEY_SIGMA)
        return (struct range){-most, most};
    struct range range = {end_of(param, 0), end_of(param, 1)};
    if (param->dist->grid) {
        range.low = fmin(range.low, param->args.min);
        range.high = fmax(range.high, param->args.max);
    }
    return range;
}

// With slack for numbers that went through another program's text.
static bool in_range(struct range range, double number) {
    double slack = 1e-9 * fmax(fabs(range.low), fabs(range.high));
    return number >= range.low - slack && number <= range.high + slack;
}

static enum wn_fit fit_choice(const struct wn_param *param, const struct wn_value *value,
                              struct wn_scalar *scalar) {
    uint64_t hash = wn_value_hash(value);
    size_t low = 0, high = param->args.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (param->sorted[middle].hash < hash)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < param->args.count && param->sorted[low].hash == hash; low++)
        if (wn_value_equal(&param->args.values[param->sorted[low].index], value)) {
            scalar->integer = (int64_t)param->sorted[low].index;
            return WN_FITS;
        }
    return WN_OUT_OF_RANGE;
}

enum wn_fit wn_param_fit(const struct wn_param *param, const struct wn_value *value,
                         struct wn_scalar *scalar) {
    if (param->kind == WN_KIND_CHOICE)
        return fit_choice(param, value, scalar);
    double number;
    if (!wn_value_number(value, &number) || !isfinite(number))
        return WN_WRONG_KIND;
    if (param->kind == WN_KIND_INT && number != floor(number))
        return WN_WRONG_KIND;
    if (!in_range(range_of(param), number))
        return WN_OUT_OF_RANGE;
    if (param->kind == WN_KIND_INT)
        scalar->integer = (int64_t)number;
    else
        scalar->number = number + 0.0; // no negative zero
    return WN_FITS;
}

bool wn_param_draws(const struct wn_param *param, struct wn_scalar scalar) {
    bool continuum = param->kind == WN_KIND_FLOAT && !(param->dist->optional & WN_KEY_Q);
    const struct wn_dist_args *args = &param->args;
    struct wn_scalar drawn = param->dist->quantile(args, param->dist->cdf(args, scalar));
    if (param->kind == WN_KIND_FLOAT)
        return continuum || drawn.number == scalar.number;
    return drawn.integer == scalar.integer;
}

// ---- to a tree ----------------------------------------------------------------------------------

struct wn_value wn_space_leaf(const struct wn_space *space, const struct wn_config *config,
                              size_t leaf) {
    if (!config->active[leaf])
        return (struct wn_value){.type = WN_NULL};
    struct wn_value view = wn_param_view(&space->params[leaf], config->values[leaf]);
    return wn_value_copy(&view);
}

struct tree { // of the leaves first..end-1, which share their first `depth` names
    const struct wn_space *space;
    const struct wn_config *config;
    size_t first, end, depth;
};

static size_t end_of_group(const struct tree *tree, size_t first) {
    const struct wn_param *params = tree->space->params;
    size_t end = first + 1;
    while (end < tree->end && params[first].depth > tree->depth + 1 &&
           params[end].depth > tree->depth + 1 &&
           strcmp(params[first].path[tree->depth], params[end].path[tree->depth]) == 0)
        end++;
    return end;
}

static bool any_active(const struct tree *tree, size_t first, size_t end) {
    for (size_t i = first; i < end; i++)
        if (tree->config->active[i])
            return true;
    return false;
}

static struct wn_value build(const struct tree *tree) {
    struct wn_value map = {.type = WN_MAP};
    size_t most = tree->end - tree->first;
    map.list.keys = wn_calloc(most, sizeof *map.list.keys);
    map.list.items = wn_calloc(most, sizeof *map.list.items);
    for (size_t first = tree->first, end; first < tree->end; first = end) {
        const struct wn_param *param = &tree->space->params[first];
        end = end_of_group(tree, first);
        if (!any_active(tree, first, end))
            continue;
        struct tree group = {tree->space, tree->config, first, end, tree->depth + 1};
        size_t at = map.list.count++;
        map.list.keys[at] = wn_value_string(param->path[tree->depth]);
        map.list.items[at] = param->depth == tree->depth + 1
                                 ? wn_space_leaf(tree->space, tree->config, first)
                                 : build(&group);
    }
    return map;
}

struct wn_value wn_space_config_value(const struct wn_space *space,
                                      const struct wn_config *config) {
    return build(&(struct tree){space, config, 0, space->count, 0});
}

// ---- from a tree --------------------------------------------------------------------------------

struct parse {
    const struct wn_space *space;
    struct wn_config *config;
    const struct wn_value **given; // of each leaf, NULL: none
    size_t missing;                // leaves that need a value and have none
    struct wn_str names;           // of the first of them
    struct wn_err *err;
};

static enum wn_status refuse_name(const struct parse *parse, const char *name) {
    const char **names = wn_calloc(parse->space->count, sizeof *names);
    for (size_t i = 0; i < parse->space->count; i++)
        names[i] = parse->space->params[i].name;
    const char *close = wn_closest(name, names, parse->space->count);
    free(names);
    if (close)
        return wn_fail(parse->err, WN_BAD_INPUT, "there is no parameter %s (did you mean %s?)",
                       name, close);
    return wn_fail(parse->err, WN_BAD_INPUT, "there is no parameter %s", name);
}

static bool is_group(const struct wn_space *space, const char *name) {
    size_t length = strlen(name);
    for (size_t i = 0; i < space->count; i++)
        if (strncmp(space->params[i].name, name, length) == 0 &&
            space->params[i].name[length] == '.')
            return true;
    return false;
}

static enum wn_status collect(struct parse *parse, const struct wn_value *map, const char *prefix);

static enum wn_status collect_one(struct parse *parse, const char *name,
                                  const struct wn_value *value) {
    int leaf = wn_space_index(parse->space, name);
    if (leaf < 0 && value->type == WN_MAP && is_group(parse->space, name))
        return collect(parse, value, name);
    if (leaf < 0)
        return refuse_name(parse, name);
    if (parse->given[leaf])
        return wn_fail(parse->err, WN_BAD_INPUT, "%s is given twice", name);
    parse->given[leaf] = value;
    return WN_OK;
}

// Goes no deeper than the space nests, whatever the tree holds.
static enum wn_status collect(struct parse *parse, const struct wn_value *map, const char *prefix) {
    for (size_t i = 0; i < map->list.count; i++) {
        const char *key = map->list.keys[i].string.text;
        char *name = *prefix ? wn_format("%s.%s", prefix, key) : wn_strdup(key);
        enum wn_status status = collect_one(parse, name, &map->list.items[i]);
        free(name);
        if (status != WN_OK)
            return status;
    }
    return WN_OK;
}

static void add_choices(struct wn_str *text, const struct wn_param *param) {
    enum { SHOWN = 10 };
    wn_str_add(text, "is none of ");
    for (size_t i = 0; i < param->args.count && i < SHOWN; i++) {
        wn_str_add(text, i ? ", " : "");
        wn_value_json(text, &param->args.values[i], WN_JSON_COMPACT);
    }
    if (param->args.count > SHOWN)
        wn_str_add(text, ", ...");
}

static void add_range(struct wn_str *text, const struct wn_param *param) {
    struct range range = range_of(param);
    wn_str_addf(text, "is outside %.12g to %.12g", range.low, range.high);
}

static enum wn_status refuse_value(const struct parse *parse, const struct wn_param *param,
                                   const struct wn_value *value, enum wn_fit fit) {
    struct wn_str text = {0};
    wn_value_json(&text, value, WN_JSON_COMPACT);
    wn_str_add_char(&text, ' ');
    if (fit == WN_WRONG_KIND)
        wn_str_add(&text, param->kind == WN_KIND_INT ? "is no integer" : "is no finite number");
    else if (param->kind == WN_KIND_CHOICE)
        add_choices(&text, param);
    else
        add_range(&text, param);
    wn_fail(parse->err, WN_BAD_INPUT, "%s: %s", param->name, wn_str_text(&text));
    wn_str_free(&text);
    return WN_BAD_INPUT;
}

// All are told at once. What depends on one of them is neither missed nor refused: it is not known
// whether its condition holds.
static void miss(struct parse *parse, const struct wn_param *param) {
    enum { NAMED = 20 };
    parse->missing++;
    if (parse->missing <= NAMED)
        wn_str_addf(&parse->names, "%s%s", parse->names.length ? ", " : "", param->name);
}

static enum wn_status refuse_missing(const struct parse *parse) {
    if (!parse->missing)
        return WN_OK;
    return wn_fail(parse->err, WN_BAD_INPUT, "%s %s missing", parse->names.text,
                   parse->missing == 1 ? "is" : "are");
}

// Null for an inactive leaf is how tables spell its absence.
static enum wn_status settle(struct parse *parse, size_t leaf) {
    const struct wn_param *param = &parse->space->params[leaf];
    const struct wn_value *value = parse->given[leaf];
    parse->config->values[leaf] = (struct wn_scalar){0};
    parse->config->active[leaf] = wn_param_enabled(parse->space, parse->config, leaf);
    if (!parse->config->active[leaf]) {
        if (!value || value->type == WN_NULL || parse->missing)
            return WN_OK;
        return wn_fail(parse->err, WN_BAD_INPUT,
                       "%s is given, but its condition does not hold: leave it out", param->name);
    }
    if (!value) {
        parse->config->active[leaf] = false;
        miss(parse, param);
        return WN_OK;
    }
    enum wn_fit fit = wn_param_fit(param, value, &parse->config->values[leaf]);
    return fit == WN_FITS ? WN_OK : refuse_value(parse, param, value, fit);
}

enum wn_status wn_space_config_parse(const struct wn_space *space, const struct wn_value *value,
                                     struct wn_config *config, struct wn_err *err) {
    if (value->type != WN_MAP)
        return wn_fail(err, WN_BAD_INPUT, "a configuration is a mapping of names to values, not %s",
                       wn_type_name(value->type));
    struct parse parse = {.space = space,
                          .config = config,
                          .given = wn_calloc(space->count, sizeof *parse.given),
                          .err = err};
    enum wn_status status = collect(&parse, value, "");
    for (size_t i = 0; status == WN_OK && i < space->count; i++)
        status = settle(&parse, space->topological[i]);
    if (status == WN_OK)
        status = refuse_missing(&parse);
    wn_str_free(&parse.names);
    free(parse.given);
    return status;
}

enum wn_status wn_space_config_from_json(const struct wn_space *space, const char *json,
                                         struct wn_config **config, struct wn_err *err) {
    struct wn_value value = {0};
    struct wn_config *made = wn_config_new(space);
    enum wn_status status = wn_value_parse_json(json, &value, err);
    if (status == WN_OK)
        status = wn_space_config_parse(space, &value, made, err);
    wn_value_clear(&value);
    if (status == WN_OK)
        *config = made;
    else
        wn_config_free(made);
    return status;
}
