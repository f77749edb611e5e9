// SPDX-License-Identifier: GPL-3.0-or-later
// A comparison as Markdown, for a pull request: verdict, what was compared, metrics, guardrails.
#include <math.h>
#include <stdlib.h>

#include "core/base/str.h"
#include "core/compare/compare.h"
#include "core/export.h"

static void add_cell(struct wn_str *out, const char *text) {
    wn_str_add_char(out, ' ');
    wn_md_text(out, text);
    wn_str_add(out, " |");
}

// ---- what is compared ---------------------------------------------------------------------------

static void add_side_row(struct wn_str *out, const char *name, const struct wn_comparison *about,
                         void (*text)(const struct wn_compare_side *side, struct wn_str *out)) {
    struct wn_str a = {0}, b = {0};
    text(&about->a, &a);
    text(&about->b, &b);
    if (a.length || b.length) {
        wn_str_add_char(out, '|');
        add_cell(out, name);
        add_cell(out, wn_str_text(&a));
        add_cell(out, wn_str_text(&b));
        wn_str_add_char(out, '\n');
    }
    wn_str_free(&a);
    wn_str_free(&b);
}

static void title(const struct wn_compare_side *side, struct wn_str *out) {
    wn_str_add(out, side->title);
}

static void add_param(struct wn_str *out, const struct wn_param_difference *param) {
    struct wn_str a = {0}, b = {0};
    wn_param_values_text(param->a, &a);
    wn_param_values_text(param->b, &b);
    wn_str_add_char(out, '|');
    add_cell(out, param->name);
    add_cell(out, wn_str_text(&a));
    add_cell(out, wn_str_text(&b));
    wn_str_add_char(out, '\n');
    wn_str_free(&a);
    wn_str_free(&b);
}

static void add_sides(struct wn_str *out, const struct wn_comparison *comparison) {
    wn_str_add(out, "|  | A | B |\n| --- | --- | --- |\n");
    add_side_row(out, "what", comparison, title);
    add_side_row(out, "runs", comparison, wn_side_size_text);
    add_side_row(out, "", comparison, wn_side_about_text);
    for (size_t i = 0; i < comparison->param_count; i++)
        add_param(out, &comparison->params[i]);
}

// ---- metrics ------------------------------------------------------------------------------------

static void add_mean(struct wn_str *out, const struct wn_contrast_side *side) {
    char mean[32], se[32];
    if (side->n == 0)
        wn_str_add(out, " - |");
    else if (isnan(side->se))
        wn_str_addf(out, " %s (n = %zu) |", wn_measure_text(side->mean, NAN, mean), side->n);
    else
        wn_str_addf(out, " %s ± %s (n = %zu) |", wn_measure_text(side->mean, side->se, mean),
                    wn_measure_text(side->se, side->se, se), side->n);
}

static void add_difference(struct wn_str *out, const struct wn_contrast *contrast) {
    double se = wn_contrast_error(contrast);
    char text[32], low[32], high[32];
    if (isnan(contrast->difference)) {
        wn_str_add(out, " - | - |");
        return;
    }
    wn_str_addf(out, " %s%s |", contrast->difference > 0 ? "+" : "",
                wn_measure_text(contrast->difference, se, text));
    if (isnan(contrast->low))
        wn_str_add(out, " - |");
    else
        wn_str_addf(out, " %s to %s |", wn_measure_text(contrast->low, se, low),
                    wn_measure_text(contrast->high, se, high));
}

static void add_metric(struct wn_str *out, const struct wn_compare_metric *metric) {
    static const char *const arrows[] = {
        [WN_GOAL_UNKNOWN] = "", [WN_GOAL_MAXIMIZE] = " ↑", [WN_GOAL_MINIMIZE] = " ↓"};
    const struct wn_contrast *contrast = &metric->contrast;
    char g[32], p[32], better[32];
    wn_str_add(out, "| ");
    wn_md_text(out, metric->name);
    wn_str_addf(out, "%s |", arrows[contrast->goal]);
    add_mean(out, &contrast->a);
    add_mean(out, &contrast->b);
    add_difference(out, contrast);
    wn_str_addf(out, " %s | %s | %s |\n",
                isnan(contrast->hedges_g) ? "-" : wn_measure_text(contrast->hedges_g, 0.1, g),
                wn_probability_text(contrast->p_adjusted, p),
                wn_probability_text(contrast->better, better));
}

static void add_metrics(struct wn_str *out, const struct wn_comparison *comparison) {
    wn_str_addf(out,
                "\n| metric | A | B | B - A | %g %% interval | Hedges' g | p | P(B better) |\n"
                "| --- | --- | --- | --- | --- | --- | --- | --- |\n",
                100 * comparison->confidence);
    for (size_t i = 0; i < comparison->metric_count; i++)
        add_metric(out, &comparison->metrics[i]);
}

// ---- guardrails ---------------------------------------------------------------------------------

static void add_guardrails(struct wn_str *out, const struct wn_comparison *comparison) {
    if (!comparison->guardrail_count)
        return;
    wn_str_add(out, "\n| guardrail | seen | |\n| --- | --- | --- |\n");
    for (size_t i = 0; i < comparison->guardrail_count; i++) {
        struct wn_str seen = {0};
        wn_guardrail_text(&comparison->guardrails[i], &seen);
        wn_str_add_char(out, '|');
        add_cell(out, comparison->guardrails[i].text);
        add_cell(out, wn_str_text(&seen));
        add_cell(out, wn_guardrail_state_name(comparison->guardrails[i].state));
        wn_str_add_char(out, '\n');
        wn_str_free(&seen);
    }
}

// ---- all of it ----------------------------------------------------------------------------------

void wn_compare_markdown(const struct wn_comparison *comparison, struct wn_str *out) {
    struct wn_str notes = {0};
    wn_str_add(out, "**");
    wn_md_text(out, comparison->verdict.text);
    wn_str_add(out, "**\n\n");
    add_sides(out, comparison);
    add_metrics(out, comparison);
    add_guardrails(out, comparison);
    wn_compare_reason_text(comparison, &notes);
    wn_str_addf(out, "\n%s", wn_str_text(&notes));
    wn_str_clear(&notes);
    wn_compare_adjusted_text(comparison, &notes);
    wn_str_addf(out, "%s%s\n", notes.length ? "; " : "", wn_str_text(&notes));
    wn_str_free(&notes);
}
