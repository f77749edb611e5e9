// SPDX-License-Identifier: GPL-3.0-or-later
// The keys of a sweep: one row each, read into the spec; then the rules across keys (spec_check.c).
#include "core/spec.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/rng.h"
#include "core/doc.h"
#include "core/pattern.h"
#include "core/spec_read.h"

#define READER(name)                                                                               \
    static void name(struct wn_builder *builder, const char *path, const struct wn_value *value)

// ---- plain keys ---------------------------------------------------------------------------------

#define TEXT_KEY(field)                                                                            \
    READER(read_##field) {                                                                         \
        wn_read_text(builder, path, value, &builder->spec->field);                                 \
    }
#define COUNT_KEY(field, least)                                                                    \
    READER(read_##field) {                                                                         \
        wn_read_count(builder, path, value, least, &builder->spec->field);                         \
    }

TEXT_KEY(name)
TEXT_KEY(description)
TEXT_KEY(project)
TEXT_KEY(entity)
TEXT_KEY(method)
TEXT_KEY(program)
TEXT_KEY(executor)
COUNT_KEY(parallel, 1)
COUNT_KEY(repeats, 1)
COUNT_KEY(retries, 0)
COUNT_KEY(fail_fast, 0)

READER(read_artifacts) {
    wn_read_flag(builder, path, value, &builder->spec->artifacts);
}

READER(read_seed) {
    int64_t seed;
    if (wn_read_count(builder, path, value, 0, &seed)) {
        builder->spec->seed = (uint64_t)seed;
        builder->spec->has_seed = true;
    }
}

READER(read_timeout) {
    wn_read_duration(builder, path, value, &builder->spec->limits.timeout);
}

READER(read_capture) {
    bool list = value->type == WN_LIST;
    wn_read_texts(builder, path, value, &builder->spec->captures, &builder->spec->capture_count);
    for (size_t i = 0; i < (list ? value->list.count : 1); i++) {
        const struct wn_value *one = list ? &value->list.items[i] : value;
        struct wn_err err;
        if (one->type == WN_STRING && wn_pattern_check(one->string.text, &err) != WN_OK)
            wn_spec_error(builder, one, path, "%s", err.text);
    }
}

READER(read_output) {
    char *text = NULL;
    if (wn_read_text(builder, path, value, &text) && strcmp(text, "line") != 0)
        wn_spec_error(builder, value, path, "can only be: line (found '%s')", text);
    else
        builder->spec->output_line = text != NULL;
    free(text);
}

READER(read_command) {
    if (value->type != WN_LIST) {
        wn_spec_warn(builder, value, path,
                     "must be a list such as [python, train.py, '${args}'] and is ignored "
                     "(found %s)",
                     wn_spec_found(value).text);
        return;
    }
    for (size_t i = 0; i < value->list.count; i++) {
        const struct wn_value *item = &value->list.items[i];
        if (item->type == WN_LIST || item->type == WN_MAP)
            wn_spec_error(builder, item, path, "must be a list of texts (found %s in it)",
                          wn_spec_found(item).text);
    }
    builder->spec->command = wn_value_copy(value);
}

// budget.trials and run_cap: the smaller one holds.
static void bound_configurations(struct wn_builder *builder, const char *path,
                                 const struct wn_value *value) {
    int64_t bound;
    if (!wn_read_count(builder, path, value, 1, &bound))
        return;
    int64_t *most = &builder->spec->max_configurations;
    *most = *most && *most < bound ? *most : bound;
}

// ---- mappings -----------------------------------------------------------------------------------

#define MAPPING_KEY(name, rows)                                                                    \
    READER(name) {                                                                                 \
        wn_read_rows(builder, path, value, rows, sizeof rows / sizeof *(rows));                    \
    }

READER(read_budget_time) {
    wn_read_duration(builder, path, value, &builder->spec->max_seconds);
}

static const struct wn_key_row budget_rows[] = {
    {{"trials", "count", "no bound", "configurations to try", false}, bound_configurations},
    {{"time", "duration", "no bound", "start nothing new after this long", false},
     read_budget_time},
};
MAPPING_KEY(read_budget, budget_rows)

static void read_size(struct wn_builder *builder, const char *path, const struct wn_value *value,
                      double least, uint64_t *bytes) {
    double number;
    if (wn_value_number(value, &number) && number >= least && number < 0x1p63)
        *bytes = (uint64_t)number;
    else if (value->type != WN_STRING || !wn_parse_size(value->string.text, bytes))
        wn_spec_error(builder, value, path, "must be a size such as 4GiB or 512MB (found %s)",
                      wn_spec_found(value).text);
}

READER(read_memory) {
    read_size(builder, path, value, 1, &builder->spec->limits.memory);
}

READER(read_log) {
    read_size(builder, path, value, 0, &builder->spec->limits.log);
}

READER(read_cpu_time) {
    wn_read_duration(builder, path, value, &builder->spec->limits.cpu_time);
}

READER(read_silence) {
    wn_read_duration(builder, path, value, &builder->spec->limits.silence);
}

READER(read_grace) {
    wn_read_duration(builder, path, value, &builder->spec->limits.grace);
}

static const struct wn_key_row limit_rows[] = {
    {{"memory", "size", "none", "resident memory of the trial and its children", false},
     read_memory},
    {{"cpu_time", "duration", "none", "CPU time of the trial and its children", false},
     read_cpu_time},
    {{"silence", "duration", "none", "longest time without any output", false}, read_silence},
    {{"grace", "duration", "30s", "between SIGTERM and SIGKILL", false}, read_grace},
    {{"wall", "duration", "none", "the same as timeout", false}, read_timeout},
    {{"log", "size", "64MiB", "what is kept of its output; 0: all", false}, read_log},
};
MAPPING_KEY(read_limits, limit_rows)

READER(read_cpus) {
    double *cpus = &builder->spec->cpus;
    builder->spec->has_cpus = true;
    if (wn_read_real(builder, path, value, cpus) && *cpus <= 0)
        wn_spec_error(builder, value, path, "must be above 0 (found %s)",
                      wn_spec_found(value).text);
}

READER(read_gpus) {
    wn_read_count(builder, path, value, 0, &builder->spec->gpus);
}

static const struct wn_key_row resource_rows[] = {
    {{"cpus", "number", "1", "cores a trial uses; bounds the default of parallel", false},
     read_cpus},
    {{"gpus", "count", "0", "GPUs a trial gets in CUDA_VISIBLE_DEVICES", false}, read_gpus},
};
MAPPING_KEY(read_resources, resource_rows)

READER(read_target) {
    builder->spec->until.has_target =
        wn_read_real(builder, path, value, &builder->spec->until.target);
}

READER(read_plateau) {
    wn_read_count(builder, path, value, 1, &builder->spec->until.plateau);
}

static const struct wn_key_row until_rows[] = {
    {{"target", "number", "none", "end when the objective is at least this good", false},
     read_target},
    {{"plateau", "count", "none", "end after this many configurations without a new best", false},
     read_plateau},
};
MAPPING_KEY(read_until, until_rows)

READER(read_min_effect) {
    double least;
    if (!wn_read_real(builder, path, value, &least))
        return;
    if (least >= 0 && isfinite(least))
        builder->spec->race.min_effect = least;
    else
        wn_spec_error(builder, value, path, "must be 0 or more (found %g)", least);
}

READER(read_confidence) {
    double confidence;
    if (!wn_read_real(builder, path, value, &confidence))
        return;
    if (confidence >= 0.5 && confidence < 1)
        builder->spec->race.confidence = confidence;
    else
        wn_spec_error(builder, value, path, "must be from 0.5 to below 1, such as 0.95 (found %g)",
                      confidence);
}

static const struct wn_key_row race_rows[] = {
    {{"min_effect", "number", "0", "a smaller difference does not matter", false}, read_min_effect},
    {{"confidence", "number", "0.95", "how sure the verdict is to be", false}, read_confidence},
};

READER(read_race) {
    builder->spec->race.on = true;
    wn_read_rows(builder, path, value, race_rows, sizeof race_rows / sizeof *race_rows);
}

READER(read_configurations) {
    if (value->type == WN_LIST && value->list.count)
        builder->spec->configurations = wn_value_copy(value);
    else
        wn_spec_error(builder, value, path, "must be a list of configurations (found %s)",
                      wn_spec_found(value).text);
}

// ---- events -------------------------------------------------------------------------------------

static const struct {
    const char *name, *help;
} events[] = {
#define X(id, name, help) {name, help},
#include "core/events.def"
#undef X
};

const char *wn_event_name(enum wn_event event) {
    return events[event].name;
}

const char *wn_event_help(enum wn_event event) {
    return events[event].help;
}

static bool read_hook(struct wn_builder *builder, const char *path, const struct wn_value *value,
                      enum wn_event event) {
    char **hook = &builder->spec->hooks[event];
    if (!wn_read_text(builder, path, value, hook))
        return false;
    if ((*hook)[strspn(*hook, " \t\n")])
        return true;
    wn_spec_error(builder, value, path, "must be a shell command (found nothing)");
    return false;
}

#define X(id, name, help)                                                                          \
    READER(read_hook_##id) {                                                                       \
        read_hook(builder, path, value, WN_EVENT_##id);                                            \
    }
#include "core/events.def"
#undef X

static const struct wn_key_row event_rows[] = {
#define X(id, name, help) {{name, "text", "none", help, false}, read_hook_##id},
#include "core/events.def"
#undef X
};

// One text is the command for all of them.
READER(read_on_event) {
    if (value->type == WN_LIST)
        wn_spec_error(builder, value, path,
                      "must be a command, or a mapping of events to commands (found %s)",
                      wn_spec_found(value).text);
    else if (value->type == WN_MAP)
        wn_read_rows(builder, path, value, event_rows, WN_EVENTS);
    else
        for (int event = 0; event < WN_EVENTS; event++)
            if (!read_hook(builder, path, value, (enum wn_event)event))
                return;
}

// ---- objectives ---------------------------------------------------------------------------------

static struct wn_objective *objective(struct wn_builder *builder) {
    return &builder->spec->objectives[builder->spec->objective_count - 1];
}

READER(read_metric_name) {
    wn_read_text(builder, path, value, &objective(builder)->name);
}

READER(read_goal) {
    static const char *const goals[] = {"minimize", "maximize"};
    const char *goal = value->type == WN_STRING ? value->string.text : "";
    objective(builder)->maximize = strcmp(goal, "maximize") == 0;
    if (objective(builder)->maximize || strcmp(goal, "minimize") == 0)
        return;
    const char *close = wn_closest(goal, goals, 2);
    wn_spec_warn(builder, value, path,
                 "must be minimize or maximize and is read as minimize (found %s%s%s%s)",
                 wn_spec_found(value).text, close ? "; did you mean " : "", close ? close : "",
                 close ? "?" : "");
}

READER(read_metric_target) {
    objective(builder)->has_target =
        wn_read_real(builder, path, value, &objective(builder)->target);
}

READER(read_summary) {
    const char *summary = value->type == WN_STRING ? value->string.text : "";
    objective(builder)->summary_last = strcmp(summary, "last") == 0;
    if (!objective(builder)->summary_last && strcmp(summary, "best") != 0)
        wn_spec_error(builder, value, path, "must be best or last (found %s)",
                      wn_spec_found(value).text);
}

static const struct wn_key_row metric_rows[] = {
    {{"name", "text", "", "the metric that ranks", true}, read_metric_name},
    {{"goal", "minimize|maximize", "minimize", "which way is better", true}, read_goal},
    {{"target", "number", "none", "end when it is at least this good", true}, read_metric_target},
    {{"summary", "best|last", "best", "which value of a trial's history counts", false},
     read_summary},
    {{"impute", "text", "", "read and not needed: failures are told apart", true}, NULL},
    {{"impute_while_running", "text", "", "read and not needed", true}, NULL},
};

static void add_objective(struct wn_builder *builder, const char *path,
                          const struct wn_value *value) {
    struct wn_spec *spec = builder->spec;
    spec->objectives =
        wn_realloc(spec->objectives, (spec->objective_count + 1) * sizeof *spec->objectives);
    spec->objectives[spec->objective_count++] = (struct wn_objective){0};
    if (value->type == WN_STRING) {
        wn_spec_error(builder, value, path, "must be a mapping: write {name: %s, goal: minimize}",
                      value->string.text);
        return;
    }
    wn_read_rows(builder, path, value, metric_rows, sizeof metric_rows / sizeof *metric_rows);
    if (value->type == WN_MAP && !objective(builder)->name)
        wn_spec_error(builder, value, path, "has no name: which metric ranks the trials?");
}

READER(read_metric) {
    add_objective(builder, path, value);
}

READER(read_metrics) {
    if (value->type != WN_LIST || !value->list.count) {
        wn_spec_error(builder, value, path, "must be a list of metrics (found %s)",
                      wn_spec_found(value).text);
        return;
    }
    for (size_t i = 0; i < value->list.count; i++) {
        char *below = wn_format("%s[%zu]", path, i);
        add_objective(builder, below, &value->list.items[i]);
        free(below);
    }
}

// ---- early stopping -----------------------------------------------------------------------------

READER(read_type) {
    wn_read_text(builder, path, value, &builder->spec->early_terminate.type);
}

#define EARLY_COUNT(field, least)                                                                  \
    READER(read_##field) {                                                                         \
        struct wn_early_terminate *early = &builder->spec->early_terminate;                        \
        early->has_##field = wn_read_count(builder, path, value, least, &early->field);            \
    }
EARLY_COUNT(min_iter, 1)
EARLY_COUNT(max_iter, 1)
EARLY_COUNT(s, 0)

READER(read_eta) {
    double *eta = &builder->spec->early_terminate.eta;
    if (wn_read_real(builder, path, value, eta) && *eta <= 1)
        wn_spec_error(builder, value, path, "must be above 1 (found %s)",
                      wn_spec_found(value).text);
}

READER(read_strict) {
    wn_read_flag(builder, path, value, &builder->spec->early_terminate.strict);
}

static const struct wn_key_row early_rows[] = {
    {{"type", "hyperband|median|asha", "", "the rule that stops trials", true}, read_type},
    {{"min_iter", "count", "", "reports before the first comparison", true}, read_min_iter},
    {{"max_iter", "count", "", "reports of a whole trial", true}, read_max_iter},
    {{"s", "count", "", "how many brackets, with max_iter", true}, read_s},
    {{"eta", "number", "3", "how much fewer trials each bracket keeps", true}, read_eta},
    {{"strict", "true|false", "true", "compare the value at the bracket, not the best", true},
     read_strict},
};

READER(read_early_terminate) {
    builder->spec->early_terminate.line = value->line;
    builder->spec->early_terminate.column = value->column;
    wn_read_rows(builder, path, value, early_rows, sizeof early_rows / sizeof *early_rows);
    if (value->type == WN_MAP && !builder->spec->early_terminate.type)
        wn_spec_error(builder, value, path, "has no type: hyperband, median or asha");
}

// ---- checked for their shape, used by later versions --------------------------------------------

READER(read_list_shape) {
    if (value->type == WN_STRING)
        wn_spec_error(builder, value, path, "must be a list: write [\"%s\"]", value->string.text);
    else if (value->type != WN_LIST)
        wn_spec_error(builder, value, path, "must be a list (found %s)", wn_spec_found(value).text);
}

READER(read_map_shape) {
    if (value->type != WN_MAP)
        wn_spec_error(builder, value, path, "must be a mapping (found %s)",
                      wn_spec_found(value).text);
}

// ---- all keys -----------------------------------------------------------------------------------

static const struct wn_key_row rows[] = {
#define X(name, type, fallback, help, wandb, read) {{name, type, fallback, help, wandb}, read},
#include "core/spec.def"
#undef X
};
enum { ROWS = sizeof rows / sizeof *rows };

static const struct wn_spec_key keys[] = {
#define X(name, type, fallback, help, wandb, read) {name, type, fallback, help, wandb},
#include "core/spec.def"
#undef X
};

const struct wn_spec_key *wn_spec_keys(size_t *count) {
    *count = ROWS;
    return keys;
}

// What a sweep is called, how much of it runs at once and who is told of it do not change what it
// is.
static uint64_t hash_document(const struct wn_value *document) {
    static const char *const labels[] = {"name",   "description", "project",
                                         "entity", "parallel",    "on_event"};
    uint64_t hash = 1;
    for (size_t i = 0; i < document->list.count; i++) {
        const char *key = document->list.keys[i].string.text;
        bool label = false;
        for (size_t j = 0; j < sizeof labels / sizeof *labels; j++)
            label = label || strcmp(key, labels[j]) == 0;
        if (!label)
            hash += wn_mix64(wn_value_hash(&document->list.keys[i]) * 3 ^
                             wn_value_hash(&document->list.items[i]));
    }
    return hash;
}

static struct wn_spec *new_spec(void) {
    struct wn_spec *spec = wn_calloc(1, sizeof *spec);
    spec->space = wn_space_new();
    spec->repeats = 1;
    spec->fail_fast = 5;
    spec->limits.grace = 30;
    spec->limits.log = 64 << 20;
    spec->race.confidence = 0.95;
    spec->early_terminate.eta = 3;
    spec->early_terminate.strict = true;
    spec->cpus = 1;
    spec->executor = wn_strdup("local");
    return spec;
}

enum wn_status wn_spec_from_value(const struct wn_value *document, wn_spec_vetter *vet,
                                  struct wn_spec **spec, struct wn_diags *diags) {
    size_t before = diags->errors;
    struct wn_builder builder = {.spec = new_spec(), .diags = diags};
    wn_read_rows(&builder, "", document, rows, ROWS);
    if (document->type == WN_MAP) {
        wn_check_spec(&builder, document);
        builder.spec->hash = hash_document(document);
        if (vet)
            vet(builder.spec, diags);
    }
    if (diags->errors == before) {
        *spec = builder.spec;
        return WN_OK;
    }
    wn_spec_free(builder.spec);
    *spec = NULL;
    return WN_BAD_INPUT;
}

enum wn_status wn_spec_parse(const char *file, const char *text, size_t length,
                             struct wn_spec **spec, struct wn_diags *diags) {
    struct wn_value document;
    *spec = NULL;
    diags->file = file;
    if (wn_doc_parse(text, length, &document, diags) != WN_OK)
        return WN_BAD_INPUT;
    enum wn_status status = wn_spec_from_value(&document, NULL, spec, diags);
    wn_value_clear(&document);
    if (status == WN_OK)
        (*spec)->source = wn_strndup(text, length);
    return status;
}

void wn_spec_free(struct wn_spec *spec) {
    if (!spec)
        return;
    for (size_t i = 0; i < spec->objective_count; i++)
        free(spec->objectives[i].name);
    for (size_t i = 0; i < spec->capture_count; i++)
        free(spec->captures[i]);
    char *texts[] = {spec->source,  spec->name,     spec->description,
                     spec->project, spec->entity,   spec->method,
                     spec->program, spec->executor, spec->early_terminate.type};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        free(texts[i]);
    for (int event = 0; event < WN_EVENTS; event++)
        free(spec->hooks[event]);
    free(spec->objectives);
    free(spec->captures);
    wn_value_clear(&spec->command);
    wn_value_clear(&spec->configurations);
    wn_space_free(spec->space);
    free(spec);
}
