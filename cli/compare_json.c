// SPDX-License-Identifier: GPL-3.0-or-later
// A comparison as one JSON object: docs/json.md.
#include <math.h>

#include "cli/common.h"
#include "cli/compare.h"
#include "core/value.h"

static const char *goal_name(enum wn_goal goal) {
    return goal == WN_GOAL_MAXIMIZE ? "maximize" : goal == WN_GOAL_MINIMIZE ? "minimize" : NULL;
}

// ---- sides and parameters -----------------------------------------------------------------------

static void emit_left_out(struct wn_emit *emit, const struct wn_compare_side *side) {
    int64_t counts[WN_TRIAL_STATES] = {0};
    for (size_t i = 0; i < side->trial_count; i++)
        counts[side->trials[i].state] += !wn_compare_counts(&side->trials[i]);
    wn_emit_open(emit, "left_out", '{');
    for (int i = 0; i < WN_TRIAL_STATES; i++)
        if (counts[i])
            wn_emit_integer(emit, wn_trial_state_name((enum wn_trial_state)i), counts[i]);
    wn_emit_close(emit, '}');
}

static void emit_side(struct wn_emit *emit, const char *key, const struct wn_compare_side *side) {
    int64_t counted = 0;
    for (size_t i = 0; i < side->trial_count; i++)
        counted += wn_compare_counts(&side->trials[i]);
    wn_emit_open(emit, key, '{');
    wn_emit_text(emit, "title", side->title);
    wn_emit_text(emit, "kind", wn_side_kind_name(side->kind));
    wn_emit_text(emit, "sweep", side->sweep.name);
    if (side->trial >= 0)
        wn_emit_integer(emit, "trial", side->trial);
    else
        wn_emit_null(emit, "trial");
    wn_emit_text(emit, "where", side->where);
    wn_emit_text(emit, "commit", side->commit);
    wn_emit_integer(emit, "configurations", (int64_t)side->configurations);
    wn_emit_integer(emit, "runs", (int64_t)side->trial_count);
    wn_emit_integer(emit, "counted", counted);
    emit_left_out(emit, side);
    wn_emit_close(emit, '}');
}

static void emit_values(struct wn_emit *emit, const char *key,
                        const struct wn_param_values *param) {
    size_t distinct = param ? param->distinct : 0;
    wn_emit_open(emit, key, '[');
    for (size_t i = 0; i < distinct && i < WN_PARAM_VALUES; i++) {
        struct wn_str json = {0};
        wn_value_json(&json, &param->values[i], WN_JSON_COMPACT);
        wn_emit_raw(emit, NULL, json.text);
        wn_str_free(&json);
    }
    wn_emit_close(emit, ']');
}

static void emit_params(struct wn_emit *emit, const struct wn_comparison *comparison) {
    wn_emit_open(emit, "params", '[');
    for (size_t i = 0; i < comparison->param_count; i++) {
        const struct wn_param_difference *param = &comparison->params[i];
        wn_emit_open(emit, NULL, '{');
        wn_emit_text(emit, "name", param->name);
        emit_values(emit, "a", param->a);
        emit_values(emit, "b", param->b);
        wn_emit_close(emit, '}');
    }
    wn_emit_close(emit, ']');
}

// ---- metrics ------------------------------------------------------------------------------------

static void emit_sample(struct wn_emit *emit, const char *key,
                        const struct wn_contrast_side *side) {
    wn_emit_open(emit, key, '{');
    wn_emit_integer(emit, "n", (int64_t)side->n);
    wn_emit_integer(emit, "missing", (int64_t)side->missing);
    wn_emit_real(emit, "mean", side->mean);
    wn_emit_real(emit, "sd", side->sd);
    wn_emit_real(emit, "se", side->se);
    wn_emit_real(emit, "low", side->low);
    wn_emit_real(emit, "high", side->high);
    wn_emit_close(emit, '}');
}

static void emit_metric(struct wn_emit *emit, const struct wn_compare_metric *metric) {
    const struct wn_contrast *contrast = &metric->contrast;
    wn_emit_open(emit, NULL, '{');
    wn_emit_text(emit, "name", metric->name);
    wn_emit_text(emit, "goal", goal_name(contrast->goal));
    emit_sample(emit, "a", &contrast->a);
    emit_sample(emit, "b", &contrast->b);
    wn_emit_real(emit, "difference", contrast->difference);
    wn_emit_real(emit, "low", contrast->low);
    wn_emit_real(emit, "high", contrast->high);
    wn_emit_text(emit, "test", wn_contrast_test_name(contrast->test));
    wn_emit_text(emit, "doubt", wn_contrast_doubt_name(contrast->doubt));
    wn_emit_real(emit, "p", contrast->p);
    wn_emit_real(emit, "p_adjusted", contrast->p_adjusted);
    wn_emit_real(emit, "p_rank", contrast->p_rank);
    wn_emit_real(emit, "hedges_g", contrast->hedges_g);
    wn_emit_real(emit, "cliffs_delta", contrast->cliffs_delta);
    wn_emit_real(emit, "p_above", contrast->above);
    wn_emit_real(emit, "p_better", contrast->better);
    wn_emit_real(emit, "needed", ceil(contrast->needed));
    wn_emit_close(emit, '}');
}

static void emit_guardrail(struct wn_emit *emit, const struct wn_guardrail *guardrail) {
    wn_emit_open(emit, NULL, '{');
    wn_emit_text(emit, "guardrail", guardrail->text);
    wn_emit_text(emit, "metric", guardrail->metric);
    wn_emit_text(emit, "state", wn_guardrail_state_name(guardrail->state));
    wn_emit_real(emit, "value", guardrail->value);
    wn_emit_real(emit, "low", guardrail->low);
    wn_emit_real(emit, "high", guardrail->high);
    wn_emit_close(emit, '}');
}

// ---- all of it ----------------------------------------------------------------------------------

static void emit_verdict(struct wn_emit *emit, const struct wn_comparison *comparison) {
    struct wn_str reason = {0};
    wn_compare_reason_text(comparison, &reason);
    wn_emit_text(emit, "reason", reason.text);
    wn_emit_text(emit, "verdict", wn_verdict_name(comparison->verdict.kind));
    wn_emit_text(emit, "text", comparison->verdict.text);
    wn_str_free(&reason);
}

void wn_compare_json(const struct wn_comparison *comparison, struct wn_output *out) {
    struct wn_emit emit = {0};
    wn_emit_open(&emit, NULL, '{');
    emit_side(&emit, "a", &comparison->a);
    emit_side(&emit, "b", &comparison->b);
    wn_emit_real(&emit, "confidence", comparison->confidence);
    wn_emit_real(&emit, "min_effect", comparison->least);
    wn_emit_bool(&emit, "paired", comparison->paired);
    emit_params(&emit, comparison);
    wn_emit_open(&emit, "metrics", '[');
    for (size_t i = 0; i < comparison->metric_count; i++)
        emit_metric(&emit, &comparison->metrics[i]);
    wn_emit_close(&emit, ']');
    wn_emit_integer(&emit, "metrics_left_out", (int64_t)comparison->metrics_left_out);
    wn_emit_open(&emit, "guardrails", '[');
    for (size_t i = 0; i < comparison->guardrail_count; i++)
        emit_guardrail(&emit, &comparison->guardrails[i]);
    wn_emit_close(&emit, ']');
    emit_verdict(&emit, comparison);
    wn_emit_close(&emit, '}');
    wn_print_json(out, &emit);
}
