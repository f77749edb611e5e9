// SPDX-License-Identifier: GPL-3.0-or-later
// A parameter's range in the words of -p: the way back from what spec_words.c reads.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/doc.h"
#include "core/spec.h"

static void add_number(struct wn_str *out, double number, bool integer) {
    char text[32];
    if (integer && fabs(number) < 9e15)
        wn_str_addf(out, "%lld", (long long)number);
    else
        wn_str_add(out, wn_float_repr(number, text));
}

// Whether a plain word means this very text.
static bool reads_back(const char *text) {
    size_t length = strlen(text);
    struct wn_value value = wn_doc_scalar(text);
    bool same = value.type == WN_STRING && strcmp(value.string.text, text) == 0;
    wn_value_clear(&value);
    return same && length && !strchr("'\" \t", text[0]) && !strchr(" \t", text[length - 1]);
}

static bool add_text(struct wn_str *out, const char *text) {
    if (strchr(text, '|'))
        return false;
    if (reads_back(text)) {
        wn_str_add(out, text);
        return true;
    }
    char quote = strchr(text, '\'') ? '"' : '\'';
    if (strchr(text, quote))
        return false;
    wn_str_addf(out, "%c%s%c", quote, text, quote);
    return true;
}

static bool add_scalar(struct wn_str *out, const struct wn_value *value) {
    if (value->type == WN_LIST || value->type == WN_MAP)
        return false;
    if (value->type == WN_STRING)
        return add_text(out, value->string.text);
    if (value->type == WN_FLOAT)
        add_number(out, value->number, false);
    else
        wn_value_json(out, value, WN_JSON_YAML);
    return true;
}

// One choice alone is what always holds.
static bool add_choices(struct wn_str *out, const struct wn_dist_args *args) {
    if (args->picks || args->probabilities || !args->count)
        return false;
    if (args->count == 1)
        wn_str_add_char(out, '=');
    for (size_t i = 0; i < args->count; i++) {
        if (i)
            wn_str_add_char(out, '|');
        if (!add_scalar(out, &args->values[i]))
            return false;
    }
    return true;
}

struct form { // of the distributions that -p can name
    const char *dist, *open, *middle, *close;
    bool normal, integer, step;
};

static const struct form forms[] = {
    {"uniform", "", "..", "", false, false, false},
    {"int_uniform", "", "..", "", false, true, false},
    {"q_uniform", "", "..", "", false, false, true},
    {"log_uniform_values", "log(", ",", ")", false, false, false},
    {"q_log_uniform_values", "log(", ",", ")", false, false, true},
    {"int_log_uniform_values", "int log(", ",", ")", false, true, false},
    {"normal", "normal(", ",", ")", true, false, false},
    {"q_normal", "normal(", ",", ")", true, false, true},
};

static bool add_form(struct wn_str *out, const struct form *form, const struct wn_dist_args *args) {
    wn_str_add(out, form->open);
    add_number(out, form->normal ? args->mu : args->min, form->integer);
    wn_str_add(out, form->middle);
    add_number(out, form->normal ? args->sigma : args->max, form->integer);
    wn_str_add(out, form->close);
    if (form->step) {
        wn_str_add(out, " step ");
        add_number(out, args->q, args->q_is_int);
    }
    return true;
}

static bool add_range(const struct wn_param *param, struct wn_str *out) {
    if (param->dist->required & (WN_KEY_VALUE | WN_KEY_VALUES))
        return add_choices(out, &param->args);
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (strcmp(forms[i].dist, param->dist->name) == 0)
            return add_form(out, &forms[i], &param->args);
    return false;
}

bool wn_spec_range(const struct wn_param *param, struct wn_str *out) {
    size_t before = out->length;
    bool good = add_range(param, out);
    if (!good && out->text) {
        out->length = before;
        out->text[before] = '\0';
    }
    return good;
}
