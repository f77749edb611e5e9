// SPDX-License-Identifier: GPL-3.0-or-later
// Comparing profiles: types first, then a test per column and one of what is missing, then all
// p-values together.
#include "core/drift/drift.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/drift/changes.h"
#include "core/numbers.h"
#include "core/stats/proportions.h"

static const double missing_threshold = 0.05; // of the rows

// ---- types --------------------------------------------------------------------------------------

static enum wn_feature_type common(const struct wn_feature *ref, const struct wn_feature *cur) {
    enum wn_feature_type a = ref->type, b = cur->type;
    if (a == b || ref->told || !cur->known || a == WN_ID)
        return a;
    if (!ref->known)
        return b;
    if (ref->digits && cur->digits)
        return a == WN_DATETIME ? a : WN_NUMERIC;
    if (a == WN_DATETIME || a == WN_FREE_TEXT)
        return a;
    return a == WN_CATEGORICAL && b == WN_FREE_TEXT ? b : WN_CATEGORICAL;
}

void wn_drift_agree(struct wn_profile *ref, bool ref_settled, struct wn_profile *cur,
                    bool cur_settled) {
    for (size_t i = 0; i < ref->count; i++) {
        struct wn_feature *a = &ref->columns[i], *b = wn_profile_find(cur, a->name);
        if (!b)
            continue;
        enum wn_feature_type type = ref_settled ? a->type : cur_settled ? b->type : common(a, b);
        if (!ref_settled)
            a->type = type;
        if (!cur_settled)
            b->type = type;
    }
}

// ---- reasons ------------------------------------------------------------------------------------

static void say(struct wn_drift_column *column, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void say(struct wn_drift_column *column, const char *format, ...) {
    struct wn_str text = {0};
    va_list args;
    if (column->reason_count == WN_DRIFT_REASONS)
        return;
    va_start(args, format);
    wn_str_vaddf(&text, format, args);
    va_end(args);
    column->reasons[column->reason_count++] = wn_str_take(&text);
}

// The one value of a column; false: it has several, or none.
static bool one_value(const struct wn_feature *column, char *out, size_t room) {
    if (wn_feature_is_numbers(column) && column->few && column->few->count == 1)
        wn_number_text(column->few->values[0], out);
    else if (wn_feature_is_categories(column) && column->counts.count == 1 &&
             column->counts.short_by == 0)
        snprintf(out, room, "%s", column->counts.items[0].text);
    else
        return false;
    return true;
}

static void say_constant(const struct wn_pair *pair, struct wn_drift_column *column) {
    char ref[64], cur[64];
    if (!one_value(pair->ref, ref, sizeof ref) || !one_value(pair->cur, cur, sizeof cur))
        return;
    if (strcmp(ref, cur) == 0)
        say(column, "constant %s", ref);
    else
        say(column, "constant moved %s -> %s", ref, cur);
}

static void say_dropped(const struct wn_pair *pair, struct wn_drift_column *column) {
    unsigned long long ref = pair->ref->infinite, cur = pair->cur->infinite;
    if (ref || cur)
        say(column, "infinite values left out: %llu in reference, %llu in current", ref, cur);
    if (pair->ref->mixed || pair->cur->mixed)
        say(column, "mixed type: numbers and texts, taken as %s",
            wn_feature_type_names[column->type]);
}

static void say_values(struct wn_drift_column *column, double alpha) {
    const struct wn_drift_result *result = &column->result;
    bool significant = column->p_adjusted < alpha;
    bool drift = significant && result->effect >= column->threshold;
    if (!column->computed)
        return;
    if (drift && result->note[0])
        say(column, "%s", result->note);
    else if (significant)
        say(column, "significant, but effect %.2g is below %g", result->effect, column->threshold);
    if (result->error > 0)
        say(column, "from sketches: %s is within %.2g", column->test->name, result->error);
}

static void say_missing(struct wn_drift_column *column) {
    if (column->missing.drift)
        say(column, "missing %.3g%% -> %.3g%%", 100 * column->missing.ref,
            100 * column->missing.cur);
}

// ---- one column ---------------------------------------------------------------------------------

static double share(uint64_t part, uint64_t whole) {
    return whole ? (double)part / (double)whole : 0;
}

static void test_missing(const struct wn_pair *pair, struct wn_drift_missing *missing) {
    const struct wn_feature *ref = pair->ref, *cur = pair->cur;
    struct wn_share a = {(double)ref->missing, (double)ref->rows};
    struct wn_share b = {(double)cur->missing, (double)cur->rows};
    struct wn_two_shares test;
    struct wn_err none;
    *missing = (struct wn_drift_missing){.ref = share(ref->missing, ref->rows),
                                         .cur = share(cur->missing, cur->rows),
                                         .z = NAN,
                                         .p = NAN,
                                         .p_adjusted = NAN};
    if (wn_two_shares(b, a, 0.95, &test, &none) != WN_OK)
        return;
    double hits = a.hits + b.hits, all = a.all + b.all;
    missing->z = test.z;
    missing->p = fmin(a.all, b.all) * fmin(hits, all - hits) / all < 5 ? wn_fisher(a, b).p : test.p;
}

static const struct wn_drift_wish *wish_of(const struct wn_drift_setup *setup, const char *name) {
    const struct wn_drift_wish *general = NULL;
    for (size_t i = setup->wish_count; i-- > 0;) {
        const struct wn_drift_wish *wish = &setup->wishes[i];
        if (wish->column && strcmp(wish->column, name) == 0)
            return wish;
        if (!wish->column && !general)
            general = wish;
    }
    return general;
}

static enum wn_status choose_test(struct wn_pair *pair, const struct wn_drift_setup *setup,
                                  struct wn_drift_column *column, struct wn_err *err) {
    column->test = wn_drift_test_for(pair);
    for (size_t i = 0; i < setup->wish_count; i++) {
        const struct wn_drift_wish *wish = &setup->wishes[i];
        bool named = wish->column && strcmp(wish->column, column->name) == 0;
        if (!wish->test || (wish->column && !named))
            continue;
        if (wn_drift_test_takes(wish->test, column->type))
            column->test = wish->test;
        else if (named)
            return wn_fail(err, WN_BAD_INPUT,
                           "column %s is %s: %s does not take that (--type %s=..)", column->name,
                           wn_feature_type_names[column->type], wish->test->name, column->name);
    }
    const struct wn_drift_wish *wish = wish_of(setup, column->name);
    column->threshold = column->test ? column->test->threshold : NAN;
    if (wish && !isnan(wish->threshold))
        column->threshold = wish->threshold;
    return WN_OK;
}

static void run_test(struct wn_pair *pair, struct wn_drift_column *column) {
    struct wn_err err;
    if (!column->test) {
        say(column, column->type == WN_ID ? "id: tells rows apart, not tested"
                                          : "datetime: moves by itself, not tested");
        return;
    }
    column->computed = column->test->run(pair, &column->result, &err) == WN_OK;
    bool constant = pair->count == 1 && pair->rows_a > 0 && pair->rows_b > 0;
    if (!column->computed && !constant)
        say(column, "not computable: %s", err.text);
    if (!column->computed)
        column->result.statistic = column->result.p = column->result.effect = NAN;
}

static void run_others(struct wn_pair *pair, struct wn_drift_column *column) {
    size_t count;
    const struct wn_drift_test *const *tests = wn_drift_tests(&count);
    for (size_t i = 0; i < count && column->other_count < WN_DRIFT_TESTS; i++) {
        struct wn_drift_other *other = &column->others[column->other_count];
        struct wn_err none;
        if (!wn_drift_test_takes(tests[i], column->type))
            continue;
        *other = (struct wn_drift_other){.test = tests[i]};
        if (tests[i] == column->test)
            other->result = column->result;
        column->other_count += tests[i] == column->test
                                   ? column->computed
                                   : tests[i]->run(pair, &other->result, &none) == WN_OK;
    }
}

static enum wn_status run_column(const struct wn_feature *ref, const struct wn_feature *cur,
                                 const struct wn_drift_setup *setup, struct wn_drift *drift,
                                 struct wn_err *err) {
    struct wn_pair pair = wn_pair_new(ref, cur);
    struct wn_drift_column *column = &drift->columns[drift->count++];
    *column = (struct wn_drift_column){.name = wn_strdup(ref->name), .type = ref->type};
    column->result = (struct wn_drift_result){.statistic = NAN, .p = NAN, .effect = NAN};
    column->p_adjusted = NAN;
    wn_changes_of_pair(&pair, drift);
    enum wn_status status = choose_test(&pair, setup, column, err);
    if (status == WN_OK) {
        run_test(&pair, column);
        test_missing(&pair, &column->missing);
        if (setup->all_tests)
            run_others(&pair, column);
        wn_pair_bars(&pair, column->bars_ref, column->bars_cur);
        say_constant(&pair, column);
        say_dropped(&pair, column);
    }
    wn_pair_free(&pair);
    return status;
}

// ---- all columns --------------------------------------------------------------------------------

static void adjust(const struct wn_drift_setup *setup, struct wn_drift *drift) {
    size_t count = 2 * drift->count;
    double *p = wn_malloc((count + 1) * sizeof *p), *adjusted = wn_malloc((count + 1) * sizeof *p);
    for (size_t i = 0; i < drift->count; i++) {
        p[2 * i] = drift->columns[i].result.p;
        p[2 * i + 1] = drift->columns[i].missing.p;
    }
    wn_adjust(p, count, setup->correction, adjusted);
    for (size_t i = 0; i < drift->count; i++) {
        drift->columns[i].p_adjusted = setup->uncorrected ? p[2 * i] : adjusted[2 * i];
        drift->columns[i].missing.p_adjusted =
            setup->uncorrected ? p[2 * i + 1] : adjusted[2 * i + 1];
    }
    free(p);
    free(adjusted);
}

// How loud a column is: effects in units of their thresholds. One that is missing altogether comes
// before all others.
static void weigh(struct wn_drift_column *column) {
    double values = column->computed ? column->result.effect / fmax(column->threshold, 1e-9) : 0;
    double jump = fabs(column->missing.cur - column->missing.ref) / missing_threshold;
    bool by_values = column->drift && !column->missing.drift;
    column->by_missing = column->missing.drift && (!column->drift || jump > values);
    if (column->missing.drift && column->missing.cur == 1)
        column->severity = INFINITY;
    else
        column->severity = column->by_missing ? jump : by_values || column->computed ? values : -1;
    column->drift |= column->missing.drift;
}

static void judge(struct wn_drift_column *column, double alpha, struct wn_drift *drift) {
    struct wn_drift_missing *missing = &column->missing;
    missing->drift =
        missing->p_adjusted < alpha && fabs(missing->cur - missing->ref) >= missing_threshold;
    column->drift = column->computed && column->p_adjusted < alpha &&
                    column->result.effect >= column->threshold;
    say_missing(column);
    say_values(column, alpha);
    weigh(column);
    drift->drifted += column->drift;
    if (missing->drift)
        wn_change_add(drift, column->name, WN_CHANGE_MISSING, true, "%.3g%% -> %.3g%% of rows",
                      100 * missing->ref, 100 * missing->cur);
}

static int worst_first(const void *a, const void *b) {
    const struct wn_drift_column *x = a, *y = b;
    if (x->drift != y->drift)
        return x->drift ? -1 : 1;
    if (x->severity != y->severity)
        return x->severity > y->severity ? -1 : 1;
    return strcmp(x->name, y->name);
}

static enum wn_status check_wishes(const struct wn_profile *ref, const struct wn_drift_setup *setup,
                                   struct wn_err *err) {
    for (size_t i = 0; i < setup->wish_count; i++)
        if (setup->wishes[i].column && !wn_profile_find(ref, setup->wishes[i].column))
            return wn_fail(err, WN_BAD_INPUT, "the reference has no column %s",
                           setup->wishes[i].column);
    return WN_OK;
}

enum wn_status wn_drift_run(const struct wn_profile *ref, const struct wn_profile *cur,
                            const struct wn_drift_setup *setup, struct wn_drift *drift,
                            struct wn_err *err) {
    enum wn_status status = check_wishes(ref, setup, err);
    *drift = (struct wn_drift){.columns = wn_calloc(ref->count + 1, sizeof *drift->columns)};
    wn_changes_of_columns(ref, cur, drift);
    for (size_t i = 0; i < ref->count && status == WN_OK; i++) {
        const struct wn_feature *other = wn_profile_find(cur, ref->columns[i].name);
        if (ref->columns[i].unwanted)
            continue;
        if (other && other->type == ref->columns[i].type)
            status = run_column(&ref->columns[i], other, setup, drift, err);
        else if (other) // two saved profiles
            wn_change_add(drift, other->name, WN_CHANGE_TYPE, true, "%s -> %s: not comparable",
                          wn_feature_type_names[ref->columns[i].type],
                          wn_feature_type_names[other->type]);
    }
    if (status == WN_OK)
        adjust(setup, drift);
    for (size_t i = 0; i < drift->count && status == WN_OK; i++)
        judge(&drift->columns[i], setup->alpha, drift);
    if (drift->count)
        qsort(drift->columns, drift->count, sizeof *drift->columns, worst_first);
    wn_changes_sort(drift);
    return status;
}

void wn_drift_free(struct wn_drift *drift) {
    for (size_t i = 0; i < drift->count; i++) {
        free(drift->columns[i].name);
        for (size_t k = 0; k < drift->columns[i].reason_count; k++)
            free(drift->columns[i].reasons[k]);
    }
    for (size_t i = 0; i < drift->change_count; i++) {
        free(drift->changes[i].column);
        free(drift->changes[i].detail);
    }
    free(drift->columns);
    free(drift->changes);
    *drift = (struct wn_drift){0};
}
