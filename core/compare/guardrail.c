// SPDX-License-Identifier: GPL-3.0-or-later
// Reading guardrails, and holding them against what was seen.
#include "core/compare/guardrail.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/str.h"

// ---- reading ------------------------------------------------------------------------------------

struct scan {
    const char *text, *at;
    struct wn_err *err;
};

static enum wn_status refuse(const struct scan *scan, const char *what) {
    return wn_fail(scan->err, WN_BAD_INPUT,
                   "guardrail %s, column %td: %s (as in latency_ms<=+5%%, loss<=+0.01, auc>=0.9)",
                   scan->text, scan->at - scan->text + 1, what);
}

static void skip_spaces(struct scan *scan) {
    scan->at += strspn(scan->at, " \t");
}

static enum wn_status read_metric(struct scan *scan, struct wn_guardrail *guardrail) {
    size_t length = strcspn(scan->text, "<>=");
    scan->at = scan->text + length;
    while (length && strchr(" \t", scan->text[length - 1]))
        length--;
    const char *begin = scan->text + strspn(scan->text, " \t");
    if (begin >= scan->text + length) {
        scan->at = begin;
        return refuse(scan, "a metric goes first");
    }
    if ((*scan->at != '<' && *scan->at != '>') || scan->at[1] != '=')
        return refuse(scan, "<= or >= goes after the metric");
    guardrail->metric = wn_strndup(begin, (size_t)(scan->text + length - begin));
    guardrail->at_least = *scan->at == '>';
    scan->at += 2;
    return WN_OK;
}

static enum wn_status read_limit(struct scan *scan, struct wn_guardrail *guardrail) {
    skip_spaces(scan);
    bool sign = *scan->at == '+' || *scan->at == '-';
    char *end;
    size_t length = strspn(scan->at, "+-0123456789.eE");
    guardrail->limit = strtod(scan->at, &end);
    if (!length || end == scan->at || end > scan->at + length || !isfinite(guardrail->limit))
        return refuse(scan, "a number goes here");
    const char *number = scan->at;
    scan->at = end;
    skip_spaces(scan);
    bool percent = *scan->at == '%';
    scan->at += percent;
    skip_spaces(scan);
    if (*scan->at)
        return refuse(scan, "nothing goes after the limit");
    scan->at = number;
    if (percent && !sign)
        return refuse(scan, "a share of A has a sign: +5% or -5%");
    guardrail->kind = percent ? WN_GUARDRAIL_RELATIVE
                      : sign  ? WN_GUARDRAIL_CHANGE
                              : WN_GUARDRAIL_VALUE;
    return WN_OK;
}

enum wn_status wn_guardrail_parse(const char *text, struct wn_guardrail *guardrail,
                                  struct wn_err *err) {
    struct scan scan = {text, text, err};
    *guardrail = (struct wn_guardrail){.value = NAN, .low = NAN, .high = NAN};
    enum wn_status status = read_metric(&scan, guardrail);
    if (status == WN_OK)
        status = read_limit(&scan, guardrail);
    if (status == WN_OK)
        guardrail->text = wn_strdup(text);
    else
        wn_guardrail_clear(guardrail);
    return status;
}

void wn_guardrail_clear(struct wn_guardrail *guardrail) {
    free(guardrail->text);
    free(guardrail->metric);
    *guardrail = (struct wn_guardrail){0};
}

// ---- judging ------------------------------------------------------------------------------------

static double *copy_values(const struct wn_sample *sample) {
    double *copy = wn_malloc((sample->count + 1) * sizeof *copy);
    memcpy(copy, sample->values, sample->count * sizeof *copy);
    return copy;
}

// `a` times `factor` against `b`.
static struct wn_contrast held_against(const struct wn_sample *a, double factor,
                                       const struct wn_sample *b,
                                       const struct wn_contrast_design *design) {
    struct wn_contrast_design unplanned = *design;
    struct wn_sample x = *a, y = *b;
    struct wn_contrast contrast;
    unplanned.plan = false;
    x.values = copy_values(a);
    y.values = copy_values(b);
    for (size_t i = 0; i < x.count; i++)
        x.values[i] *= factor;
    wn_contrast_of(x, y, &unplanned, &contrast);
    free(x.values);
    free(y.values);
    return contrast;
}

// What nothing varies in is known exactly.
static void take_interval(struct wn_guardrail *guardrail, const struct wn_contrast *contrast,
                          double scale) {
    bool exact = contrast->doubt == WN_DOUBT_CONSTANT || contrast->doubt == WN_DOUBT_EQUAL ||
                 contrast->alike;
    guardrail->low = exact ? guardrail->value : scale * contrast->low;
    guardrail->high = exact ? guardrail->value : scale * contrast->high;
}

// The quotient of the means has about the variance that B - A * quotient has, by A's mean (the
// delta method).
static void measure_relative(struct wn_guardrail *guardrail, const struct wn_sample *a,
                             const struct wn_sample *b, const struct wn_contrast_design *design) {
    struct wn_contrast plain = held_against(a, 1, b, design);
    double scale = 100 / fabs(plain.a.mean);
    if (!isfinite(scale))
        return;
    guardrail->value = scale * plain.difference;
    if (plain.doubt != WN_DOUBT_NONE) {
        take_interval(guardrail, &plain, scale);
        return;
    }
    struct wn_contrast level = held_against(a, plain.b.mean / plain.a.mean, b, design);
    bool exact = level.doubt == WN_DOUBT_EQUAL || level.alike;
    guardrail->low = guardrail->value + (exact ? 0 : scale * level.low);
    guardrail->high = guardrail->value + (exact ? 0 : scale * level.high);
}

static void measure(struct wn_guardrail *guardrail, const struct wn_sample *a,
                    const struct wn_sample *b, const struct wn_contrast_design *design) {
    if (guardrail->kind == WN_GUARDRAIL_RELATIVE) {
        measure_relative(guardrail, a, b, design);
        return;
    }
    struct wn_contrast contrast = held_against(a, 1, b, design);
    if (guardrail->kind == WN_GUARDRAIL_CHANGE) {
        guardrail->value = contrast.difference;
        take_interval(guardrail, &contrast, 1);
        return;
    }
    guardrail->value = contrast.b.mean;
    bool refused = contrast.doubt == WN_DOUBT_IDENTICAL;
    guardrail->low = refused ? NAN : contrast.b.low;
    guardrail->high = refused ? NAN : contrast.b.high;
}

void wn_guardrail_judge(struct wn_guardrail *guardrail, const struct wn_sample *a,
                        const struct wn_sample *b, const struct wn_contrast_design *design) {
    measure(guardrail, a, b, design);
    double limit = guardrail->limit;
    bool beyond = guardrail->at_least ? guardrail->value < limit : guardrail->value > limit;
    bool inside = guardrail->at_least ? guardrail->low >= limit : guardrail->high <= limit;
    guardrail->state = beyond   ? WN_GUARDRAIL_BROKEN
                       : inside ? WN_GUARDRAIL_HOLDS
                                : WN_GUARDRAIL_UNCERTAIN;
}
