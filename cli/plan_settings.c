// SPDX-License-Identifier: GPL-3.0-or-later
// Constraints are read from the spec's own text again: compiled, they have none.
#include "cli/plan_settings.h"

#include <stdlib.h>
#include <string.h>

#include "cli/common.h"
#include "cli/progress.h"
#include "core/doc.h"
#include "core/value.h"
#include "sweep/session.h"

enum { LABEL = 15 }; // columns, as cmd_plan.c has them

// ---- for people ---------------------------------------------------------------------------------

static void print_line(struct wn_output *out, const char *label, const struct wn_str *text) {
    if (!text->length)
        return;
    wn_printf(out, "%-*s", LABEL, label);
    wn_print_folded(out, text->text, LABEL, LABEL);
    wn_print(out, "\n");
}

static void print_expressions(struct wn_output *out, const char *label,
                              const struct wn_value *list) {
    for (size_t i = 0; list && list->type == WN_LIST && i < list->list.count; i++) {
        struct wn_str text = {0};
        wn_value_python(&text, &list->list.items[i]);
        print_line(out, i ? "" : label, &text);
        wn_str_free(&text);
    }
}

static void add_item(struct wn_str *text, const char *name, const char *value) {
    wn_str_addf(text, "%s%s %s", text->length ? ", " : "", name, value);
}

static void add_duration(struct wn_str *text, const char *name, double seconds) {
    char value[32];
    if (seconds <= 0)
        return;
    if (seconds < 60)
        snprintf(value, sizeof value, "%gs", seconds);
    else
        wn_duration_text(seconds, value, sizeof value);
    add_item(text, name, value);
}

static void add_size(struct wn_str *text, const char *name, uint64_t bytes) {
    char value[32];
    if (bytes)
        add_item(text, name, wn_size_text((double)bytes, value));
}

static void print_end(const struct wn_spec *spec, struct wn_output *out) {
    struct wn_str text = {0};
    char number[32];
    if (spec->until.has_target)
        wn_str_addf(&text, "%s is %s or better", spec->objectives->name,
                    wn_number_text(spec->until.target, number));
    if (spec->until.plateau)
        wn_str_addf(&text, "%s%lld configurations without a new best", text.length ? ", or " : "",
                    (long long)spec->until.plateau);
    print_line(out, "until", &text);
    wn_str_clear(&text);
    add_duration(&text, "nothing new starts after", spec->max_seconds);
    print_line(out, "time", &text);
    wn_str_free(&text);
}

static void print_limits(const struct wn_spec *spec, struct wn_output *out) {
    const struct wn_limits *limits = &spec->limits;
    struct wn_str text = {0};
    add_duration(&text, "timeout", limits->timeout);
    add_duration(&text, "cpu_time", limits->cpu_time);
    add_duration(&text, "silence", limits->silence);
    add_size(&text, "memory", limits->memory);
    add_duration(&text, "grace", limits->grace);
    add_size(&text, "log", limits->log);
    print_line(out, "limits", &text);
    wn_str_free(&text);
}

static void print_trials(const struct wn_spec *spec, struct wn_output *out) {
    struct wn_str text = {0};
    wn_str_addf(&text, "%lld at once, %g CPU%s", (long long)wn_session_parallel(spec), spec->cpus,
                spec->cpus == 1 ? "" : "s");
    if (spec->gpus)
        wn_str_addf(&text, " and %lld GPU%s", (long long)spec->gpus, spec->gpus == 1 ? "" : "s");
    wn_str_addf(&text, " each, executor %s", spec->executor);
    print_line(out, "parallel", &text);
    wn_str_clear(&text);
    if (spec->retries)
        wn_str_addf(&text, "a failed trial is tried again %lld time%s, ", (long long)spec->retries,
                    spec->retries == 1 ? "" : "s");
    if (spec->fail_fast)
        wn_str_addf(&text, "%lld in a row end the sweep", (long long)spec->fail_fast);
    else
        wn_str_add(&text, "no number of them ends the sweep");
    print_line(out, "failures", &text);
    wn_str_free(&text);
}

static void print_hooks(const struct wn_spec *spec, struct wn_output *out) {
    for (int event = 0; event < WN_EVENTS; event++) {
        struct wn_str text = {0};
        wn_str_add(&text, spec->hooks[event] ? spec->hooks[event] : "");
        char *label = wn_format("on %s", wn_event_name((enum wn_event)event));
        print_line(out, label, &text);
        free(label);
        wn_str_free(&text);
    }
}

static struct wn_value document_of(const struct wn_spec *spec) {
    struct wn_value document = {0};
    struct wn_diags told = {0};
    wn_doc_parse(spec->source, strlen(spec->source), &document, &told);
    wn_diags_free(&told);
    return document;
}

void wn_plan_settings(const struct wn_spec *spec, struct wn_output *out) {
    struct wn_value document = document_of(spec);
    print_expressions(out, "constraints", wn_value_get(&document, "constraints"));
    print_expressions(out, "forbid", wn_value_get(&document, "forbid"));
    wn_value_clear(&document);
    print_end(spec, out);
    print_trials(spec, out);
    print_limits(spec, out);
    print_hooks(spec, out);
}

// ---- JSON ---------------------------------------------------------------------------------------

static void emit_expressions(struct wn_emit *emit, const char *key, const struct wn_value *list) {
    wn_emit_open(emit, key, '[');
    for (size_t i = 0; list && list->type == WN_LIST && i < list->list.count; i++)
        wn_emit_text(emit, NULL, list->list.items[i].string.text);
    wn_emit_close(emit, ']');
}

static void emit_positive(struct wn_emit *emit, const char *key, double number) {
    if (number > 0)
        wn_emit_real(emit, key, number);
    else
        wn_emit_null(emit, key);
}

static void emit_count(struct wn_emit *emit, const char *key, uint64_t count) {
    if (count)
        wn_emit_integer(emit, key, (int64_t)count);
    else
        wn_emit_null(emit, key);
}

static void emit_until(struct wn_emit *emit, const struct wn_spec *spec) {
    wn_emit_open(emit, "until", '{');
    if (spec->until.has_target)
        wn_emit_real(emit, "target", spec->until.target);
    else
        wn_emit_null(emit, "target");
    emit_count(emit, "plateau", (uint64_t)spec->until.plateau);
    emit_positive(emit, "seconds", spec->max_seconds);
    wn_emit_close(emit, '}');
}

static void emit_limits(struct wn_emit *emit, const struct wn_limits *limits) {
    wn_emit_open(emit, "limits", '{');
    emit_positive(emit, "timeout", limits->timeout);
    emit_positive(emit, "cpu_time", limits->cpu_time);
    emit_positive(emit, "silence", limits->silence);
    emit_positive(emit, "grace", limits->grace);
    emit_count(emit, "memory", limits->memory);
    emit_count(emit, "log", limits->log);
    wn_emit_close(emit, '}');
}

static void emit_hooks(struct wn_emit *emit, const struct wn_spec *spec) {
    wn_emit_open(emit, "on_event", '{');
    for (int event = 0; event < WN_EVENTS; event++)
        if (spec->hooks[event])
            wn_emit_text(emit, wn_event_name((enum wn_event)event), spec->hooks[event]);
    wn_emit_close(emit, '}');
}

void wn_plan_emit_settings(const struct wn_spec *spec, struct wn_emit *emit) {
    struct wn_value document = document_of(spec);
    emit_expressions(emit, "constraints", wn_value_get(&document, "constraints"));
    emit_expressions(emit, "forbid", wn_value_get(&document, "forbid"));
    wn_value_clear(&document);
    emit_until(emit, spec);
    emit_limits(emit, &spec->limits);
    wn_emit_open(emit, "resources", '{');
    wn_emit_real(emit, "cpus", spec->cpus);
    wn_emit_integer(emit, "gpus", spec->gpus);
    wn_emit_close(emit, '}');
    wn_emit_integer(emit, "parallel", wn_session_parallel(spec));
    wn_emit_integer(emit, "repeats", spec->repeats);
    wn_emit_integer(emit, "retries", spec->retries);
    wn_emit_integer(emit, "fail_fast", spec->fail_fast);
    wn_emit_text(emit, "executor", spec->executor);
    emit_hooks(emit, spec);
}
