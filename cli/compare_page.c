// SPDX-License-Identifier: GPL-3.0-or-later
// A comparison for people: what A and B are, in what they differ, a block per metric with the
// intervals of both drawn on one scale, guardrails, curves, and the verdict as the last line.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/common.h"
#include "cli/compare.h"
#include "cli/table.h"
#include "core/base/mem.h"
#include "core/base/text.h"

struct page {
    const struct wn_comparison *comparison;
    struct wn_output *out;
    int width;
    bool ascii;
};

int wn_compare_width(const struct wn_output *out) {
    int width = out->width ? out->width : WN_COMPARE_WIDTH;
    return width < WN_COMPARE_WIDEST ? width : WN_COMPARE_WIDEST;
}

static void begin_role(const struct page *page, enum wn_role role) {
    wn_print(page->out, wn_role(page->out, role));
}

static void end_role(const struct page *page) {
    wn_print(page->out, wn_role(page->out, WN_ROLE_PLAIN));
}

// A line of its own that may be broken.
static void print_line(const struct page *page, enum wn_role role, const char *text, int indent) {
    begin_role(page, role);
    wn_printf(page->out, "%*s", indent, "");
    wn_print_folded(page->out, text, indent, indent);
    end_role(page);
    wn_print(page->out, "\n");
}

// ---- what is compared ---------------------------------------------------------------------------

static void print_side(const struct page *page, const char *name,
                       const struct wn_compare_side *side) {
    struct wn_str about = {0}, line = {0};
    wn_side_about_text(side, &about);
    wn_str_addf(&line, "%s: ", side->title);
    wn_side_size_text(side, &line);
    wn_str_addf(&line, "%s%s", about.length ? ", " : "", wn_str_text(&about));
    begin_role(page, WN_ROLE_HEAD);
    wn_printf(page->out, "%s  ", name);
    end_role(page);
    wn_print_folded(page->out, wn_str_text(&line), 3, 3);
    wn_print(page->out, "\n");
    wn_str_free(&about);
    wn_str_free(&line);
}

static void add_values(struct wn_table *table, const struct wn_param_values *param) {
    struct wn_str text = {0};
    wn_param_values_text(param, &text);
    wn_table_add(table, param ? WN_ROLE_PLAIN : WN_ROLE_DIM, "%s", wn_str_text(&text));
    wn_str_free(&text);
}

static void print_params(const struct page *page) {
    static const struct wn_column columns[] = {
        {.title = "PARAMETER"}, {.title = "A"}, {.title = "B"}, {0}};
    const struct wn_comparison *comparison = page->comparison;
    struct wn_table table = {.columns = columns};
    for (size_t i = 0; i < comparison->param_count; i++) {
        wn_table_add(&table, WN_ROLE_HEAD, "%s", comparison->params[i].name);
        add_values(&table, comparison->params[i].a);
        add_values(&table, comparison->params[i].b);
    }
    wn_print(page->out, "\n");
    if (table.count)
        wn_table_print(&table, page->out);
    else
        print_line(page, WN_ROLE_DIM, "no parameter differs", 0);
    wn_table_free(&table);
}

// ---- error bars ---------------------------------------------------------------------------------

struct scale { // of both sides
    double low, high;
    int columns;
};

enum { BAR_FROM = 40, LEAST_BAR = 16, MOST_BAR = 60 };

static void widen(struct scale *scale, const struct wn_contrast_side *side) {
    scale->low = fmin(scale->low, fmin(side->mean, side->low)); // of a NaN the other
    scale->high = fmax(scale->high, fmax(side->mean, side->high));
}

static struct scale scale_of(const struct page *page, const struct wn_contrast *contrast) {
    int room = page->width - BAR_FROM;
    struct scale scale = {INFINITY, -INFINITY, room < MOST_BAR ? room : MOST_BAR};
    widen(&scale, &contrast->a);
    widen(&scale, &contrast->b);
    if (scale.columns < LEAST_BAR || !(scale.low < scale.high))
        scale.columns = 0;
    return scale;
}

static int place_on(const struct scale *scale, double value) {
    double share = (value - scale->low) / (scale->high - scale->low);
    return (int)lround(share * (scale->columns - 1));
}

static void add_bar(struct wn_str *line, const struct page *page, const struct scale *scale,
                    const struct wn_contrast_side *side) {
    static const char *const fine[] = {"├", "─", "┤", "●"}, *const plain[] = {"|", "-", "|", "o"};
    const char *const *glyphs = page->ascii ? plain : fine;
    if (!scale->columns || isnan(side->mean))
        return;
    int mean = place_on(scale, side->mean), low = mean, high = mean;
    if (!isnan(side->low)) {
        low = place_on(scale, side->low);
        high = place_on(scale, side->high);
    }
    wn_str_addf(line, "%*s", low, "");
    for (int i = low; i <= high; i++)
        wn_str_add(line, glyphs[i == mean ? 3 : i == low ? 0 : i == high ? 2 : 1]);
}

// ---- metrics ------------------------------------------------------------------------------------

static void print_mean(const struct page *page, char name, const struct wn_contrast_side *side,
                       const struct scale *scale) {
    struct wn_str line = {0};
    char mean[32], se[32];
    if (side->n == 0)
        wn_str_addf(&line, "  %c  %12s", name, "-");
    else
        wn_str_addf(&line, "  %c  %12s", name, wn_measure_text(side->mean, side->se, mean));
    if (!isnan(side->se))
        wn_str_addf(&line, " %s%-10s", page->ascii ? "+-" : "±",
                    wn_measure_text(side->se, side->se, se));
    int used = wn_text_width(wn_str_text(&line)), at = BAR_FROM - 10;
    wn_str_addf(&line, "%*sn %-7zu", used < at ? at - used : 1, "", side->n);
    if (scale->columns)
        add_bar(&line, page, scale, side);
    while (line.text[line.length - 1] == ' ')
        line.text[--line.length] = '\0';
    wn_printf(page->out, "%s\n", line.text);
    wn_str_free(&line);
}

static const char *no_test(enum wn_contrast_doubt doubt) {
    static const char *const reasons[] = {
        [WN_DOUBT_EMPTY] = "nothing to test",
        [WN_DOUBT_SINGLE] = "no test of a single value",
        [WN_DOUBT_IDENTICAL] = "no test: repeats are all the same",
        [WN_DOUBT_EQUAL] = "all pairs are equal",
        [WN_DOUBT_CONSTANT] = "exactly so: nothing varies",
        [WN_DOUBT_UNPAIRED] = "no test without pairs",
    };
    return reasons[doubt];
}

static enum wn_role role_of(const struct wn_contrast *contrast) {
    bool apart = contrast->low > 0 || contrast->high < 0;
    int sign = wn_contrast_sign(contrast);
    return !apart || sign == 0 ? WN_ROLE_PLAIN : sign > 0 ? WN_ROLE_GOOD : WN_ROLE_BAD;
}

static void add_chances(struct wn_str *line, const struct wn_contrast *contrast) {
    bool adjusted = contrast->p_adjusted != contrast->p && !isnan(contrast->p);
    bool known = contrast->goal != WN_GOAL_UNKNOWN;
    char p[32], better[32];
    wn_str_addf(line, "   p %s%s   P(B %s) %s", wn_probability_text(contrast->p_adjusted, p),
                adjusted ? " adjusted" : "", known ? "better" : "higher",
                wn_probability_text(known ? contrast->better : contrast->above, better));
}

static void print_difference(const struct page *page, const struct wn_contrast *contrast) {
    double se = wn_contrast_error(contrast);
    char text[32], low[32], high[32];
    struct wn_str line = {0};
    if (isnan(contrast->difference))
        return;
    wn_str_addf(&line, "  B - A  %s%s", contrast->difference > 0 ? "+" : "",
                wn_measure_text(contrast->difference, se, text));
    if (contrast->doubt != WN_DOUBT_NONE)
        wn_str_addf(&line, "   %s", no_test(contrast->doubt));
    else if (!isfinite(contrast->low))
        wn_str_add(&line, " (no interval yet)");
    else
        wn_str_addf(&line, " (%s to %s)", wn_measure_text(contrast->low, se, low),
                    wn_measure_text(contrast->high, se, high));
    if (contrast->doubt == WN_DOUBT_NONE)
        add_chances(&line, contrast);
    begin_role(page, role_of(contrast));
    wn_print_folded(page->out, line.text, 0, 9);
    end_role(page);
    wn_print(page->out, "\n");
    wn_str_free(&line);
}

static void print_effect(const struct page *page, const struct wn_contrast *contrast) {
    struct wn_str line = {0};
    char g[32], delta[32], p[32];
    if (contrast->doubt != WN_DOUBT_NONE)
        return;
    wn_str_addf(&line, "Hedges' g %s, Cliff's delta %s",
                wn_measure_text(contrast->hedges_g, 0.1, g),
                wn_measure_text(contrast->cliffs_delta, 0.1, delta));
    if (!isnan(contrast->p_rank))
        wn_str_addf(&line, ", by ranks p %s", wn_probability_text(contrast->p_rank, p));
    print_line(page, WN_ROLE_DIM, wn_str_text(&line), 9);
    wn_str_free(&line);
}

static void print_metric(const struct page *page, const struct wn_compare_metric *metric) {
    static const char *const goals[] = {[WN_GOAL_UNKNOWN] = "",
                                        [WN_GOAL_MAXIMIZE] = ", higher is better",
                                        [WN_GOAL_MINIMIZE] = ", lower is better"};
    const struct wn_contrast *contrast = &metric->contrast;
    struct scale scale = scale_of(page, contrast);
    struct wn_str name = {0};
    wn_text_escape(&name, metric->name, strlen(metric->name), false);
    begin_role(page, WN_ROLE_HEAD);
    wn_printf(page->out, "\n%s", wn_str_text(&name));
    end_role(page);
    begin_role(page, WN_ROLE_DIM);
    wn_printf(page->out, "%s", goals[contrast->goal]);
    end_role(page);
    wn_print(page->out, "\n");
    print_mean(page, 'A', &contrast->a, &scale);
    print_mean(page, 'B', &contrast->b, &scale);
    print_difference(page, contrast);
    print_effect(page, contrast);
    wn_str_free(&name);
}

// ---- guardrails ---------------------------------------------------------------------------------

static enum wn_role guardrail_role(enum wn_guardrail_state state) {
    return state == WN_GUARDRAIL_HOLDS    ? WN_ROLE_GOOD
           : state == WN_GUARDRAIL_BROKEN ? WN_ROLE_BAD
                                          : WN_ROLE_WARN;
}

static void print_guardrails(const struct page *page) {
    static const struct wn_column columns[] = {
        {.title = "GUARDRAIL"}, {.title = "SEEN"}, {.title = "STATE"}, {0}};
    const struct wn_comparison *comparison = page->comparison;
    struct wn_table table = {.columns = columns};
    for (size_t i = 0; i < comparison->guardrail_count; i++) {
        const struct wn_guardrail *guardrail = &comparison->guardrails[i];
        struct wn_str seen = {0};
        wn_guardrail_text(guardrail, &seen);
        wn_table_add(&table, WN_ROLE_PLAIN, "%s", guardrail->text);
        wn_table_add(&table, WN_ROLE_PLAIN, "%s", wn_str_text(&seen));
        wn_table_add(&table, guardrail_role(guardrail->state), "%s",
                     wn_guardrail_state_name(guardrail->state));
        wn_str_free(&seen);
    }
    if (table.count) {
        wn_print(page->out, "\n");
        wn_table_print(&table, page->out);
    }
    wn_table_free(&table);
}

// ---- the end ------------------------------------------------------------------------------------

static enum wn_role verdict_role(enum wn_verdict_kind kind) {
    switch (kind) {
    case WN_VERDICT_B_BETTER:
        return WN_ROLE_GOOD;
    case WN_VERDICT_A_BETTER:
    case WN_VERDICT_VETOED:
        return WN_ROLE_BAD;
    default:
        return WN_ROLE_WARN;
    }
}

// The one glyph that a verdict has is as long as its twin.
static char *verdict_text(const struct page *page) {
    static const char glyph[] = "±", twin[] = "+-";
    char *text = wn_strdup(page->comparison->verdict.text), *at = text;
    while (page->ascii && (at = strstr(at, glyph)))
        memcpy(at, twin, sizeof twin - 1);
    return text;
}

static void print_verdict(const struct page *page) {
    struct wn_str reason = {0}, adjusted = {0};
    wn_compare_reason_text(page->comparison, &reason);
    wn_compare_adjusted_text(page->comparison, &adjusted);
    wn_print(page->out, "\n");
    print_line(page, WN_ROLE_DIM, wn_str_text(&reason), 0);
    if (adjusted.length)
        print_line(page, WN_ROLE_DIM, wn_str_text(&adjusted), 0);
    char *verdict = verdict_text(page);
    print_line(page, verdict_role(page->comparison->verdict.kind), verdict, 0);
    free(verdict);
    wn_str_free(&reason);
    wn_str_free(&adjusted);
}

void wn_compare_page(const struct wn_comparison *comparison, const struct wn_compare_curves *curves,
                     bool ascii, struct wn_output *out) {
    const struct page page = {comparison, out, wn_compare_width(out), ascii};
    print_side(&page, "A", &comparison->a);
    print_side(&page, "B", &comparison->b);
    print_params(&page);
    for (size_t i = 0; i < comparison->metric_count; i++)
        print_metric(&page, &comparison->metrics[i]);
    print_guardrails(&page);
    if (curves->shown)
        wn_compare_draw(comparison, curves, ascii, out);
    print_verdict(&page);
}
