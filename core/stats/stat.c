// SPDX-License-Identifier: GPL-3.0-or-later
// The table of statistics, and the checks that its rows ask for.
#include "core/stats/stat.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/str.h"

#define X(name) extern const struct wn_stat wn_stat_##name;
#include "core/stats/stats.def"
#undef X

static const struct wn_stat *const table[] = {
#define X(name) &wn_stat_##name,
#include "core/stats/stats.def"
#undef X
};

enum { STATS = sizeof table / sizeof *table };

const struct wn_stat *const *wn_stat_all(size_t *count) {
    *count = STATS;
    return table;
}

size_t wn_stat_field_count(const struct wn_stat *stat) {
    size_t count = 0;
    while (count < WN_STAT_FIELDS && stat->fields[count].name)
        count++;
    return count;
}

const char *wn_stat_shown_name(const struct wn_stat *stat, char *out) {
    size_t length = strlen(stat->name);
    assert(length < WN_STAT_NAME_MAX);
    for (size_t i = 0; i <= length; i++)
        out[i] = stat->name[i] == '_' ? '-' : stat->name[i];
    return out;
}

static bool same_name(const char *a, const char *b) {
    for (; *a && *b; a++, b++)
        if (*a != *b && !(strchr("-_", *a) && strchr("-_", *b)))
            return false;
    return *a == *b;
}

const struct wn_stat *wn_stat_find(const char *name) {
    for (size_t i = 0; i < STATS; i++)
        if (same_name(table[i]->name, name))
            return table[i];
    return NULL;
}

const struct wn_stat *wn_stat_closest(const char *word) {
    const char *names[STATS];
    for (size_t i = 0; i < STATS; i++)
        names[i] = table[i]->name;
    const char *name = wn_closest(word, names, STATS);
    return name ? wn_stat_find(name) : NULL;
}

// ---- checks -------------------------------------------------------------------------------------

static bool in_range(double number, enum wn_stat_range range) {
    switch (range) {
    case WN_RANGE_REAL:
        return isfinite(number);
    case WN_RANGE_COUNT:
        return number >= 0 && number < 0x1p53 && number == floor(number);
    case WN_RANGE_AMOUNT:
        return number >= 0 && isfinite(number);
    case WN_RANGE_POSITIVE:
        return number > 0 && isfinite(number);
    case WN_RANGE_SHARE:
        return number >= 0 && number <= 1;
    case WN_RANGE_INSIDE:
        return number > 0 && number < 1;
    }
    return false;
}

static enum wn_status out_of_range(const struct wn_stat_field *field, double number,
                                   struct wn_err *err) {
    static const char *const ranges[] = {
        [WN_RANGE_REAL] = "a finite number",
        [WN_RANGE_COUNT] = "a whole number, 0 or more",
        [WN_RANGE_AMOUNT] = "a finite number, 0 or more",
        [WN_RANGE_POSITIVE] = "a finite number above 0",
        [WN_RANGE_SHARE] = "in [0, 1]",
        [WN_RANGE_INSIDE] = "between 0 and 1",
    };
    if (isnan(number))
        return wn_fail(err, WN_BAD_INPUT, "%s has a missing value", field->name);
    return wn_fail(err, WN_BAD_INPUT, "%s must be %s (found %g)", field->name, ranges[field->range],
                   number);
}

static enum wn_status check_list(const struct wn_stat_field *field, const struct wn_sample *list,
                                 struct wn_err *err) {
    for (size_t i = 0; i < list->count; i++) {
        double number = list->values[i];
        if (!in_range(number, field->range) && !(field->missing && isnan(number)))
            return out_of_range(field, number, err);
    }
    return WN_OK;
}

static bool is_word(const char *words, const char *word) {
    size_t length = strlen(word);
    for (const char *at = words; at; at = strchr(at, '|') ? strchr(at, '|') + 1 : NULL)
        if (length == strcspn(at, "|") && strncmp(at, word, length) == 0)
            return true;
    return false;
}

static void fill_in(const struct wn_stat_field *field, struct wn_stat_arg *arg) {
    if (arg->given || !field->has_fallback)
        return;
    arg->number = field->fallback;
    arg->given = true;
}

static enum wn_status check_arg(const struct wn_stat_field *field, const struct wn_stat_arg *arg,
                                struct wn_err *err) {
    if (!arg->given)
        return field->optional || field->words
                   ? WN_OK
                   : wn_fail(err, WN_BAD_INPUT, "%s is missing: %s", field->name, field->help);
    if (field->kind == WN_STAT_NUMBER && !in_range(arg->number, field->range))
        return out_of_range(field, arg->number, err);
    if (field->kind == WN_STAT_WORD && !is_word(field->words, arg->word))
        return wn_fail(err, WN_BAD_INPUT, "%s must be one of %s (found %s)", field->name,
                       field->words, arg->word);
    return field->kind == WN_STAT_LIST ? check_list(field, arg->samples, err) : WN_OK;
}

static enum wn_status check_sizes(const struct wn_stat *stat, const struct wn_stat_arg *args,
                                  struct wn_err *err) {
    for (size_t i = 1; i < wn_stat_field_count(stat); i++) {
        const struct wn_stat_field *field = &stat->fields[i];
        if (field->sized && args[i].samples->count != args[i - 1].samples->count)
            return wn_fail(err, WN_BAD_INPUT,
                           "%s and %s differ in length (%zu and %zu): they belong together one by "
                           "one",
                           field[-1].name, field->name, args[i - 1].samples->count,
                           args[i].samples->count);
    }
    return WN_OK;
}

static enum wn_status check(const struct wn_stat *stat, struct wn_stat_arg *args,
                            struct wn_err *err) {
    for (size_t i = 0; i < wn_stat_field_count(stat); i++) {
        fill_in(&stat->fields[i], &args[i]);
        if (check_arg(&stat->fields[i], &args[i], err) != WN_OK)
            return WN_BAD_INPUT;
    }
    return check_sizes(stat, args, err);
}

// A NaN in a number means that something overflowed on the way.
static enum wn_status check_answer(struct wn_answer *answer, struct wn_err *err) {
    enum wn_status status = WN_OK;
    for (size_t i = 0; i < answer->count; i++)
        if (answer->rows[i].kind == WN_ANSWER_NUMBER && isnan(answer->rows[i].number)) {
            answer->rows[i].kind = WN_ANSWER_NONE;
            status = wn_fail(err, WN_NO,
                             "%s cannot be computed: the numbers are too large, too "
                             "small or too close",
                             answer->rows[i].key);
        }
    return status;
}

enum wn_status wn_stat_run(const struct wn_stat *stat, struct wn_stat_arg *args,
                           struct wn_answer *answer, struct wn_err *err) {
    enum wn_status status = check(stat, args, err);
    if (status == WN_OK)
        status = stat->run(args, answer, err);
    struct wn_err unmeant;
    if (check_answer(answer, &unmeant) != WN_OK && status == WN_OK) {
        *err = unmeant;
        status = WN_NO;
    }
    return status;
}

const char *wn_stat_status(enum wn_status status) {
    return status == WN_OK ? "ok" : status == WN_NO ? "not_computable" : "error";
}

// ---- args ---------------------------------------------------------------------------------------

struct wn_sample *wn_stat_add_sample(struct wn_stat_arg *arg) {
    arg->samples = wn_realloc(arg->samples, (arg->count + 1) * sizeof *arg->samples);
    arg->samples[arg->count] = (struct wn_sample){0};
    arg->given = true;
    return &arg->samples[arg->count++];
}

void wn_stat_args_free(struct wn_stat_arg *args) {
    for (size_t i = 0; i < WN_STAT_FIELDS; i++) {
        for (size_t j = 0; j < args[i].count; j++)
            free(args[i].samples[j].values);
        free(args[i].samples);
        args[i] = (struct wn_stat_arg){0};
    }
}
