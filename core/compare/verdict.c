// SPDX-License-Identifier: GPL-3.0-or-later
// From a contrast to words.
#include "core/compare/verdict.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/str.h"
#include "core/numbers.h"

enum { AFFORDABLE = 1000 }; // values more on each side

// ---- the table ----------------------------------------------------------------------------------

static const struct {
    const char *name, *meaning;
} verdicts[] = {
#define X(id, name, meaning) {name, meaning},
#include "core/compare/verdicts.def"
#undef X
};

const char *wn_verdict_name(enum wn_verdict_kind kind) {
    return verdicts[kind].name;
}

const char *wn_verdict_meaning(enum wn_verdict_kind kind) {
    return verdicts[kind].meaning;
}

// ---- numbers ------------------------------------------------------------------------------------

const char *wn_measure_text(double number, double se, char *out) {
    enum { ROOM = 32, MOST_DECIMALS = 12 };
    bool known = se > 0 && isfinite(se);
    int decimals = known ? 1 - (int)floor(log10(se)) : 0;
    if (!known || !isfinite(number) || fabs(number) >= 1e9 || decimals > MOST_DECIMALS)
        return wn_number_text(number, out);
    snprintf(out, ROOM, "%.*f", decimals > 0 ? decimals : 0, number);
    return out;
}

// ---- words --------------------------------------------------------------------------------------

// Whether the values of a metric are percentages, whose differences are points.
static bool in_points(const char *metric, const struct wn_contrast *contrast) {
    double low = fmin(contrast->a.mean, contrast->b.mean);
    double high = fmax(contrast->a.mean, contrast->b.mean);
    if (strchr(metric, '%') || strcasestr(metric, "percent") || strcasestr(metric, "pct"))
        return true;
    return (strcasestr(metric, "acc") || strcasestr(metric, "f1")) && low >= 0 && high > 1.5 &&
           high <= 100;
}

// "points", "points of f1": what stands behind a difference.
static void add_unit(struct wn_str *out, const struct wn_verdict_case *about) {
    bool points = in_points(about->metric, about->contrast);
    wn_str_addf(out, points ? " points of %s" : " in %s", about->metric);
}

// "1.8 to 3.1": the interval, the end nearer to 0 first, to two digits of its width. That end is
// not 0, however near.
static void add_range(struct wn_str *out, double low, double high) {
    char near[32], far[32];
    double width = high - low;
    bool below = low + high < 0;
    wn_measure_text(below ? -high : low, width, near);
    if (strtod(near, NULL) == 0)
        wn_number_brief(below ? -high : low, near);
    wn_str_addf(out, "%s to %s", near, wn_measure_text(below ? -low : high, width, far));
}

// ---- what there is to say -----------------------------------------------------------------------

static enum wn_verdict_kind tell_empty(const struct wn_verdict_case *about, struct wn_str *out) {
    const struct wn_contrast *contrast = about->contrast;
    bool a = contrast->a.n == 0, b = contrast->b.n == 0;
    const char *why = a ? about->empty_a : about->empty_b;
    wn_str_addf(out, "%s no %s yet",
                a && b ? "neither side has a"
                : a    ? "A has"
                       : "B has",
                about->metric);
    if (a && b)
        wn_str_addf(out, ": nothing to compare");
    else if (why)
        wn_str_addf(out, " (%s)", why);
    return WN_VERDICT_NO_EVIDENCE;
}

static enum wn_verdict_kind tell_single(const struct wn_verdict_case *about, struct wn_str *out) {
    const struct wn_contrast *contrast = about->contrast;
    bool a = contrast->a.n < 2, b = contrast->b.n < 2;
    if (a && b)
        wn_str_addf(out, "one %s each is no evidence", about->what);
    else
        wn_str_addf(out, "one %s of %c is no evidence", about->what, a ? 'A' : 'B');
    if (about->more)
        wn_str_addf(out, ": %s runs more", about->more);
    return WN_VERDICT_NO_EVIDENCE;
}

static enum wn_verdict_kind tell_identical(const struct wn_verdict_case *about,
                                           struct wn_str *out) {
    const struct wn_contrast *contrast = about->contrast;
    bool a = contrast->a.n >= 2 && contrast->a.sd == 0;
    bool b = contrast->b.n >= 2 && contrast->b.sd == 0;
    wn_str_addf(out,
                "no evidence: all runs of %s gave the very same %s, so the command seems to ignore "
                "its seed (pass {seed}, or read WINNOW_SEED)",
                a && b ? "A, and all of B,"
                : a    ? "A"
                       : "B",
                about->metric);
    return WN_VERDICT_REFUSED;
}

static enum wn_verdict_kind tell_equal(const struct wn_verdict_case *about, struct wn_str *out) {
    wn_str_addf(out, "no difference: %s is the very same in all %zu pairs", about->metric,
                about->contrast->a.n);
    return WN_VERDICT_SAME;
}

static enum wn_verdict_kind tell_constant(const struct wn_verdict_case *about, struct wn_str *out) {
    const struct wn_contrast *contrast = about->contrast;
    char a[32], b[32];
    if (contrast->difference == 0) {
        wn_str_addf(out, "no difference: %s is %s on both sides, every time", about->metric,
                    wn_number_brief(contrast->a.mean, a));
        return WN_VERDICT_SAME;
    }
    wn_str_addf(out, "no test: %s is always %s in A and always %s in B", about->metric,
                wn_number_brief(contrast->a.mean, a), wn_number_brief(contrast->b.mean, b));
    return WN_VERDICT_UNSURE;
}

static enum wn_verdict_kind tell_unpaired(const struct wn_verdict_case *about, struct wn_str *out) {
    wn_str_addf(out,
                "cannot tell: %s was looked at while it came in, and there are no pairs that "
                "such a test could use",
                about->metric);
    return WN_VERDICT_UNSURE;
}

static enum wn_verdict_kind tell_same(const struct wn_verdict_case *about, struct wn_str *out) {
    char least[32];
    wn_str_addf(out, "the same within \u00b1%s", wn_number_brief(about->least, least));
    add_unit(out, about);
    return WN_VERDICT_SAME;
}

static enum wn_verdict_kind tell_unsure(const struct wn_verdict_case *about, struct wn_str *out) {
    const struct wn_contrast *contrast = about->contrast;
    size_t least = contrast->a.n < contrast->b.n ? contrast->a.n : contrast->b.n;
    double more = fmax(1, ceil(contrast->needed - (double)least)); // of a NaN 1
    const char *what = strcmp(about->what, "run") == 0 ? "repeat" : about->what;
    if (isnan(contrast->needed) || more > AFFORDABLE)
        wn_str_addf(out, "cannot tell: no affordable number of %ss would", what);
    else
        wn_str_addf(out, "cannot tell yet: about %.0f more %s%s each would", more, what,
                    more == 1 ? "" : "s");
    return WN_VERDICT_UNSURE;
}

// ---- a winner -----------------------------------------------------------------------------------

static void add_broken(struct wn_str *out, const struct wn_guardrail *guardrail, bool first) {
    char value[32];
    bool percent = guardrail->kind == WN_GUARDRAIL_RELATIVE;
    bool sign = guardrail->kind != WN_GUARDRAIL_VALUE && guardrail->value > 0;
    wn_str_addf(out, "%s%s (%s%s%s)", first ? "" : " and ", guardrail->text, sign ? "+" : "",
                wn_number_brief(guardrail->value, value), percent ? "%" : "");
}

static bool veto(const struct wn_verdict_case *about, struct wn_str *out) {
    size_t broken = 0, told = 0;
    for (size_t i = 0; i < about->guardrail_count; i++)
        broken += about->guardrails[i].state == WN_GUARDRAIL_BROKEN;
    if (!broken)
        return false;
    wn_str_addf(out, "B is better but breaks the guardrail%s ", broken == 1 ? "" : "s");
    for (size_t i = 0; i < about->guardrail_count; i++)
        if (about->guardrails[i].state == WN_GUARDRAIL_BROKEN)
            add_broken(out, &about->guardrails[i], told++ == 0);
    return true;
}

static enum wn_verdict_kind tell_winner(const struct wn_verdict_case *about, struct wn_str *out) {
    const struct wn_contrast *contrast = about->contrast;
    int sign = wn_contrast_sign(contrast);
    if (sign > 0 && veto(about, out))
        return WN_VERDICT_VETOED;
    wn_str_add(out, sign > 0                   ? "B is better by "
                    : sign < 0                 ? "A is better by "
                    : contrast->difference > 0 ? "they differ: B is higher by "
                                               : "they differ: B is lower by ");
    add_range(out, contrast->low, contrast->high);
    add_unit(out, about);
    if (sign == 0)
        wn_str_add(out, "; whether that is better the spec does not say");
    return sign > 0 ? WN_VERDICT_B_BETTER : sign < 0 ? WN_VERDICT_A_BETTER : WN_VERDICT_DIFFERENT;
}

static enum wn_verdict_kind tell(const struct wn_verdict_case *about, struct wn_str *out) {
    static enum wn_verdict_kind (*const doubts[])(const struct wn_verdict_case *,
                                                  struct wn_str *) = {
        [WN_DOUBT_EMPTY] = tell_empty,         [WN_DOUBT_SINGLE] = tell_single,
        [WN_DOUBT_IDENTICAL] = tell_identical, [WN_DOUBT_EQUAL] = tell_equal,
        [WN_DOUBT_CONSTANT] = tell_constant,   [WN_DOUBT_UNPAIRED] = tell_unpaired,
    };
    const struct wn_contrast *contrast = about->contrast;
    if (contrast->doubt != WN_DOUBT_NONE)
        return doubts[contrast->doubt](about, out);
    if (contrast->low > -about->least && contrast->high < about->least)
        return tell_same(about, out);
    if (contrast->low > 0 || contrast->high < 0)
        return tell_winner(about, out);
    return tell_unsure(about, out);
}

void wn_verdict_of(const struct wn_verdict_case *about, struct wn_compare_verdict *verdict) {
    struct wn_str text = {0};
    verdict->kind = tell(about, &text);
    verdict->text = wn_str_take(&text);
}
