// SPDX-License-Identifier: GPL-3.0-or-later
// JSON to args, field by field.
#include "core/stats/case.h"

#include <math.h>
#include <string.h>

#include "core/base/mem.h"

static enum wn_status read_number(const struct wn_value *value, const char *name, double *number,
                                  struct wn_err *err) {
    if (value->type == WN_STRING && strcmp(value->string.text, "inf") == 0)
        *number = INFINITY;
    else if (value->type == WN_STRING && strcmp(value->string.text, "-inf") == 0)
        *number = -INFINITY;
    else if (value->type == WN_NULL)
        *number = NAN;
    else if (!wn_value_number(value, number))
        return wn_fail(err, WN_BAD_INPUT, "%s must be made of numbers (found a %s)", name,
                       wn_type_name(value->type));
    return WN_OK;
}

static enum wn_status read_sample(const struct wn_value *value, const char *name,
                                  struct wn_stat_arg *arg, struct wn_err *err) {
    if (value->type != WN_LIST)
        return wn_fail(err, WN_BAD_INPUT, "%s must be a list of numbers (found a %s)", name,
                       wn_type_name(value->type));
    struct wn_sample *sample = wn_stat_add_sample(arg);
    size_t count = value->list.count;
    sample->values = wn_malloc((count + 1) * sizeof *sample->values);
    for (; sample->count < count; sample->count++)
        if (read_number(&value->list.items[sample->count], name, &sample->values[sample->count],
                        err) != WN_OK)
            return WN_BAD_INPUT;
    return WN_OK;
}

static enum wn_status read_samples(const struct wn_value *value, const char *name,
                                   struct wn_stat_arg *arg, struct wn_err *err) {
    if (value->type != WN_LIST)
        return wn_fail(err, WN_BAD_INPUT, "%s must be a list of lists (found a %s)", name,
                       wn_type_name(value->type));
    for (size_t i = 0; i < value->list.count; i++)
        if (read_sample(&value->list.items[i], name, arg, err) != WN_OK)
            return WN_BAD_INPUT;
    arg->given = true;
    return WN_OK;
}

static enum wn_status read_field(const struct wn_stat_field *field, const struct wn_value *value,
                                 struct wn_stat_arg *arg, struct wn_err *err) {
    arg->given = value->type != WN_NULL;
    if (!arg->given)
        return WN_OK;
    switch (field->kind) {
    case WN_STAT_SAMPLE:
    case WN_STAT_LIST:
        return read_sample(value, field->name, arg, err);
    case WN_STAT_SAMPLES:
        return read_samples(value, field->name, arg, err);
    case WN_STAT_NUMBER:
        return read_number(value, field->name, &arg->number, err);
    default:
        arg->word = value->type == WN_STRING ? value->string.text : wn_type_name(value->type);
        return WN_OK;
    }
}

void wn_stat_field_names(const struct wn_stat *stat, struct wn_str *out) {
    for (size_t i = 0; i < wn_stat_field_count(stat); i++)
        wn_str_addf(out, "%s%s", i ? ", " : "", stat->fields[i].name);
}

int wn_stat_field_index(const struct wn_stat *stat, const char *name, struct wn_err *err) {
    for (size_t i = 0; i < wn_stat_field_count(stat); i++)
        if (strcmp(stat->fields[i].name, name) == 0)
            return (int)i;
    struct wn_str names = {0};
    wn_stat_field_names(stat, &names);
    wn_fail(err, WN_BAD_INPUT, "%s takes no %s: it takes %s", stat->name, name, names.text);
    wn_str_free(&names);
    return -1;
}

static enum wn_status read_object(const struct wn_stat *stat, const struct wn_value *object,
                                  struct wn_stat_arg *args, struct wn_err *err) {
    if (object->type != WN_MAP)
        return wn_fail(err, WN_BAD_INPUT, "the inputs of %s must be an object (found a %s)",
                       stat->name, wn_type_name(object->type));
    for (size_t i = 0; i < object->list.count; i++) {
        int index = wn_stat_field_index(stat, object->list.keys[i].string.text, err);
        if (index < 0)
            return WN_BAD_INPUT;
        if (args[index].samples)
            return wn_fail(err, WN_BAD_INPUT, "%s is given twice", stat->fields[index].name);
        if (read_field(&stat->fields[index], &object->list.items[i], &args[index], err) != WN_OK)
            return WN_BAD_INPUT;
    }
    return WN_OK;
}

enum wn_status wn_case_read(const struct wn_stat *stat, const struct wn_value *object,
                            struct wn_stat_arg *args, struct wn_err *err) {
    const struct wn_value *inputs = wn_value_get(object, "inputs");
    const struct wn_value *params = wn_value_get(object, "params");
    if (!inputs)
        return read_object(stat, object, args, err);
    if (read_object(stat, inputs, args, err) != WN_OK)
        return WN_BAD_INPUT;
    return params ? read_object(stat, params, args, err) : WN_OK;
}
