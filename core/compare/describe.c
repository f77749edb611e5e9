// SPDX-License-Identifier: GPL-3.0-or-later
// A comparison in words.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/compare/compare.h"
#include "core/numbers.h"

// ---- names --------------------------------------------------------------------------------------

const char *wn_contrast_test_name(enum wn_contrast_test test) {
    static const char *const names[] = {[WN_CONTRAST_NONE] = "none",
                                        [WN_CONTRAST_WELCH] = "welch",
                                        [WN_CONTRAST_PAIRED] = "paired",
                                        [WN_CONTRAST_ANYTIME] = "anytime"};
    return names[test];
}

const char *wn_contrast_doubt_name(enum wn_contrast_doubt doubt) {
    static const char *const names[] = {
        [WN_DOUBT_NONE] = NULL,          [WN_DOUBT_EMPTY] = "empty",
        [WN_DOUBT_SINGLE] = "single",    [WN_DOUBT_IDENTICAL] = "identical",
        [WN_DOUBT_EQUAL] = "equal",      [WN_DOUBT_CONSTANT] = "constant",
        [WN_DOUBT_UNPAIRED] = "unpaired"};
    return names[doubt];
}

const char *wn_side_kind_name(enum wn_side_kind kind) {
    static const char *const names[] = {[WN_SIDE_SWEEP] = "sweep",
                                        [WN_SIDE_CONFIGURATION] = "configuration",
                                        [WN_SIDE_TRIAL] = "trial",
                                        [WN_SIDE_GROUP] = "group",
                                        [WN_SIDE_COMMIT] = "commit"};
    return names[kind];
}

const char *wn_guardrail_state_name(enum wn_guardrail_state state) {
    static const char *const names[] = {[WN_GUARDRAIL_HOLDS] = "holds",
                                        [WN_GUARDRAIL_UNCERTAIN] = "not certain",
                                        [WN_GUARDRAIL_BROKEN] = "broken"};
    return names[state];
}

// ---- numbers ------------------------------------------------------------------------------------

const char *wn_probability_text(double p, char *out) {
    enum { ROOM = 32 };
    static const double least = 0.001;
    if (isnan(p))
        snprintf(out, ROOM, "-");
    else if (p < least)
        snprintf(out, ROOM, "<%g", least);
    else if (p > 1 - least && p < 1)
        snprintf(out, ROOM, ">%g", 1 - least);
    else
        snprintf(out, ROOM, "%.3g", p);
    return out;
}

// ---- sides --------------------------------------------------------------------------------------

static const char *s(size_t count) {
    return count == 1 ? "" : "s";
}

void wn_side_size_text(const struct wn_compare_side *side, struct wn_str *out) {
    size_t counted = 0, stopped = 0;
    for (size_t i = 0; i < side->trial_count; i++) {
        counted += wn_compare_counts(&side->trials[i]);
        stopped += side->trials[i].state == WN_TRIAL_STOPPED;
    }
    if (side->configurations > 1)
        wn_str_addf(out, "%zu configurations, ", side->configurations);
    if (counted == side->trial_count) {
        wn_str_addf(out, "%zu run%s", counted, s(counted));
    } else {
        wn_str_addf(out, "%zu of %zu run%s (", counted, side->trial_count, s(side->trial_count));
        wn_side_left_out(side, out);
        wn_str_add_char(out, ')');
    }
    if (stopped)
        wn_str_addf(out, ", %zu of them stopped early", stopped);
}

void wn_side_about_text(const struct wn_compare_side *side, struct wn_str *out) {
    if (side->kind == WN_SIDE_CONFIGURATION && side->trial_count > 1)
        wn_str_addf(out, "trials %lld to %lld", (long long)side->trials[0].number,
                    (long long)side->trials[side->trial_count - 1].number);
    else if (side->kind == WN_SIDE_TRIAL && side->sweep.repeats > 1)
        wn_str_add(out, "that trial alone");
    else if (side->kind == WN_SIDE_COMMIT)
        wn_str_addf(out, "commit %s%s", side->commit,
                    side->patched ? ", with changes that were not committed" : "");
}

// ---- guardrails ---------------------------------------------------------------------------------

static void add_seen(const struct wn_guardrail *guardrail, double number, struct wn_str *out) {
    bool sign = guardrail->kind != WN_GUARDRAIL_VALUE && number > 0;
    double se = (guardrail->high - guardrail->low) / 4;
    char text[32];
    wn_str_addf(out, "%s%s", sign ? "+" : "", wn_measure_text(number, se, text));
}

void wn_guardrail_text(const struct wn_guardrail *guardrail, struct wn_str *out) {
    if (isnan(guardrail->value)) {
        wn_str_add_char(out, '-');
        return;
    }
    add_seen(guardrail, guardrail->value, out);
    wn_str_add(out, guardrail->kind == WN_GUARDRAIL_RELATIVE ? "%" : "");
    if (isnan(guardrail->low) || guardrail->low == guardrail->high)
        return;
    wn_str_add(out, " (");
    add_seen(guardrail, guardrail->low, out);
    wn_str_add(out, " to ");
    add_seen(guardrail, guardrail->high, out);
    wn_str_add_char(out, ')');
}

// ---- the test -----------------------------------------------------------------------------------

// Of groups: what their pairs do not have in common.
static void add_apart(const struct wn_comparison *comparison, struct wn_str *out) {
    if (comparison->param_count)
        wn_str_add(out, " that differ only in ");
    for (size_t i = 0; i < comparison->param_count; i++)
        wn_str_addf(out, "%s%s", i ? ", " : "", comparison->params[i].name);
}

static void add_pairs(const struct wn_comparison *comparison, struct wn_str *out) {
    size_t pairs = comparison->metrics[0].contrast.a.n;
    if (comparison->a.of_trials) {
        wn_str_addf(out, "both ran the same %zu seed%s", pairs, s(pairs));
        return;
    }
    wn_str_addf(out, "%zu pair%s of configurations", pairs, s(pairs));
    add_apart(comparison, out);
}

static void add_no_pairs(const struct wn_comparison *comparison, struct wn_str *out) {
    const struct wn_compare_side *a = &comparison->a, *b = &comparison->b;
    if (a->of_trials != b->of_trials)
        wn_str_addf(out, "%c is a single configuration, %c several", a->of_trials ? 'A' : 'B',
                    a->of_trials ? 'B' : 'A');
    else
        wn_str_addf(out, "not paired, for they ran different %s",
                    a->of_trials ? "seeds" : "configurations");
}

static void add_doubt(const struct wn_comparison *comparison, struct wn_str *out) {
    static const char *const reasons[] = {
        [WN_DOUBT_EMPTY] = "a side has no result",
        [WN_DOUBT_IDENTICAL] = "repeats that are all the same are no evidence",
        [WN_DOUBT_EQUAL] = "partners do not differ at all",
        [WN_DOUBT_CONSTANT] = "nothing varies",
        [WN_DOUBT_UNPAIRED] = "what is looked at as it comes needs pairs",
    };
    const struct wn_contrast *contrast = &comparison->metrics[0].contrast;
    wn_str_add(out, "no test: ");
    if (contrast->doubt == WN_DOUBT_SINGLE)
        wn_str_add(out, "a test needs two values on each side at least");
    else
        wn_str_add(out, reasons[contrast->doubt]);
}

void wn_compare_reason_text(const struct wn_comparison *comparison, struct wn_str *out) {
    const struct wn_contrast *contrast = &comparison->metrics[0].contrast;
    switch (contrast->test) {
    case WN_CONTRAST_NONE:
        add_doubt(comparison, out);
        break;
    case WN_CONTRAST_WELCH:
        wn_str_add(out, "Welch's t test: ");
        if (contrast->alike)
            wn_str_add(out, "the differences of the pairs do not vary");
        else
            add_no_pairs(comparison, out);
        break;
    case WN_CONTRAST_PAIRED:
        wn_str_add(out, "paired t test: ");
        add_pairs(comparison, out);
        break;
    case WN_CONTRAST_ANYTIME:
        wn_str_add(out, "always-valid paired t test, for the race was watched: ");
        add_pairs(comparison, out);
        break;
    }
}

void wn_compare_adjusted_text(const struct wn_comparison *comparison, struct wn_str *out) {
    size_t tested = 0;
    for (size_t i = 1; i < comparison->metric_count; i++)
        if (!isnan(comparison->metrics[i].contrast.p))
            tested++;
    if (tested > 1)
        wn_str_addf(out, "p of the %zu other metrics adjusted by Holm", tested);
    if (comparison->metrics_left_out)
        wn_str_addf(out, "%s%zu metrics left out (--metric names some)", out->length ? "; " : "",
                    comparison->metrics_left_out);
}
