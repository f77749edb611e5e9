// SPDX-License-Identifier: GPL-3.0-or-later
// winnow plan: what a spec means, before the first trial.
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/common.h"
#include "cli/plan_list.h"
#include "cli/plan_settings.h"
#include "cli/spec_args.h"
#include "cli/table.h"
#include "core/base/mem.h"
#include "sweep/scheduler.h"
#include "sweep/session.h"

enum { DEFAULT_LISTED = 20, BRACKETS_MAX = 64, BRACKETS_SHOWN = 6, COUNTED_MAX = 1000000 };

struct plan {
    const struct wn_spec *spec;
    double *quantiles;
    size_t quantile_count, quantile_capacity;
    int64_t brackets[BRACKETS_MAX]; // iterations at which early termination compares
    size_t bracket_count;
    uint64_t configurations; // 0: infinitely many
    bool conditional;        // some parameters count only when others have certain values
};

// ---- working it out -----------------------------------------------------------------------------

static enum wn_status read_quantiles(const char *text, struct plan *plan, struct wn_err *err) {
    const char *at = text;
    for (;;) {
        char *end;
        double quantile = strtod(at, &end);
        if (end == at || (*end && *end != ',') || !(quantile >= 0 && quantile <= 1))
            return wn_fail(err, WN_BAD_INPUT,
                           "--quantiles takes numbers from 0 to 1 parted by commas (found %s)",
                           text);
        *WN_PUSH(plan->quantiles, plan->quantile_count, plan->quantile_capacity) = quantile;
        if (!*end)
            return WN_OK;
        at = end + 1;
    }
}

// The spec was vetted: there is such a scheduler, and what it says has been told.
static void read_brackets(struct plan *plan) {
    const struct wn_early_terminate *settings = &plan->spec->early_terminate;
    const struct wn_scheduler_type *type =
        settings->type ? wn_scheduler_find(settings->type) : NULL;
    struct wn_diags told = {0};
    void *state;
    if (type && type->brackets && type->create(settings, &state, &told) == WN_OK) {
        plan->bracket_count = type->brackets(state, plan->brackets, BRACKETS_MAX);
        type->free(state);
    }
    wn_diags_free(&told);
}

static uint64_t count_allowed(const struct wn_space *space, struct wn_grid *grid) {
    struct wn_config *config = wn_config_new(space);
    uint64_t count = 0;
    while (wn_grid_next(grid, config))
        count += wn_space_allows(space, config);
    wn_config_free(config);
    return count;
}

// Grids are counted as they are enumerated; constraints only where that takes no time.
static enum wn_status count_grid(struct plan *plan, struct wn_err *err) {
    const struct wn_space *space = plan->spec->space;
    struct wn_diags diags = {0};
    struct wn_grid *grid;
    enum wn_status status = wn_grid_new(space, &grid, &diags);
    wn_say_diags(&diags);
    wn_diags_free(&diags);
    if (status != WN_OK)
        return wn_fail(err, status, "method grid cannot enumerate these parameters");
    plan->configurations = wn_grid_count(grid);
    bool constrained = space->constraint_count || space->forbidden_count;
    if (constrained && plan->configurations && plan->configurations <= COUNTED_MAX)
        plan->configurations = count_allowed(space, grid);
    wn_grid_free(grid);
    return WN_OK;
}

static enum wn_status count_configurations(struct plan *plan, struct wn_err *err) {
    if (strcmp(plan->spec->method, "grid") == 0)
        return count_grid(plan, err);
    plan->configurations = strcmp(plan->spec->method, "list") == 0
                               ? plan->spec->configurations.list.count
                               : wn_space_cardinality(plan->spec->space);
    return WN_OK;
}

// The value at a quantile, as the parameter's trial would get it; the caller clears.
static struct wn_value value_at(const struct wn_space *space, size_t leaf, double quantile) {
    const struct wn_param *param = &space->params[leaf];
    struct wn_config *config = wn_config_new(space);
    config->values[leaf] = param->dist->quantile(&param->args, quantile);
    config->active[leaf] = true;
    struct wn_value value = wn_space_leaf(space, config, leaf);
    wn_config_free(config);
    return value;
}

static bool has_conditions(const struct wn_space *space) {
    for (size_t i = 0; i < space->count; i++)
        if (space->params[i].when_count)
            return true;
    return false;
}

// ---- JSON ---------------------------------------------------------------------------------------

static void emit_value(struct wn_emit *emit, const struct wn_value *value) {
    struct wn_str json = {0};
    wn_value_json(&json, value, WN_JSON_COMPACT);
    wn_emit_raw(emit, NULL, json.text);
    wn_str_free(&json);
}

static void emit_quantiles(struct wn_emit *emit, const struct plan *plan, size_t leaf) {
    wn_emit_open(emit, "quantiles", '[');
    for (size_t i = 0; i < plan->quantile_count; i++) {
        struct wn_value value = value_at(plan->spec->space, leaf, plan->quantiles[i]);
        emit_value(emit, &value);
        wn_value_clear(&value);
    }
    wn_emit_close(emit, ']');
}

static void emit_conditions(struct wn_emit *emit, const struct wn_space *space,
                            const struct wn_param *param) {
    wn_emit_open(emit, "when", '{');
    for (size_t i = 0; i < param->when_count; i++) {
        const struct wn_when *when = &param->when[i];
        wn_emit_open(emit, space->params[when->parent].name, '[');
        for (size_t k = 0; k < when->count; k++)
            emit_value(emit, &when->values[k]);
        wn_emit_close(emit, ']');
    }
    wn_emit_close(emit, '}');
}

static void emit_parameter(struct wn_emit *emit, const struct plan *plan, size_t leaf) {
    const struct wn_param *param = &plan->spec->space->params[leaf];
    wn_emit_open(emit, NULL, '{');
    wn_emit_open(emit, "path", '[');
    for (size_t i = 0; i < param->depth; i++)
        wn_emit_text(emit, NULL, param->path[i]);
    wn_emit_close(emit, ']');
    wn_emit_text(emit, "distribution", param->dist->name);
    emit_quantiles(emit, plan, leaf);
    emit_conditions(emit, plan->spec->space, param);
    wn_emit_close(emit, '}');
}

static void emit_brackets(struct wn_emit *emit, const struct plan *plan) {
    if (!plan->spec->early_terminate.type) {
        wn_emit_null(emit, "early_terminate");
        return;
    }
    wn_emit_open(emit, "early_terminate", '{');
    wn_emit_text(emit, "type", plan->spec->early_terminate.type);
    wn_emit_open(emit, "brackets", '[');
    for (size_t i = 0; i < plan->bracket_count; i++)
        wn_emit_integer(emit, NULL, plan->brackets[i]);
    wn_emit_close(emit, ']');
    wn_emit_close(emit, '}');
}

static void emit_objective(struct wn_emit *emit, const struct wn_spec *spec) {
    if (!spec->objective_count) {
        wn_emit_null(emit, "objective");
        return;
    }
    wn_emit_open(emit, "objective", '{');
    wn_emit_text(emit, "name", spec->objectives->name);
    wn_emit_text(emit, "goal", spec->objectives->maximize ? "maximize" : "minimize");
    wn_emit_close(emit, '}');
}

static void emit_count(struct wn_emit *emit, const char *key, int64_t count) {
    if (count)
        wn_emit_integer(emit, key, count);
    else
        wn_emit_null(emit, key);
}

static void print_json(const struct plan *plan, struct wn_output *out) {
    struct wn_emit emit = {0};
    wn_emit_open(&emit, NULL, '{');
    wn_emit_text(&emit, "method", plan->spec->method);
    wn_emit_open(&emit, "parameters", '[');
    for (size_t i = 0; i < plan->spec->space->count; i++)
        emit_parameter(&emit, plan, i);
    wn_emit_close(&emit, ']');
    emit_count(&emit, "configurations", (int64_t)plan->configurations);
    emit_count(&emit, "trials", wn_session_declared(plan->spec, &(struct wn_begun){0}));
    emit_objective(&emit, plan->spec);
    emit_brackets(&emit, plan);
    wn_plan_emit_settings(plan->spec, &emit);
    wn_emit_close(&emit, '}');
    wn_print_json(out, &emit);
}

// ---- for people ---------------------------------------------------------------------------------

static void print_counts(const struct plan *plan, struct wn_output *out) {
    int64_t trials = wn_session_declared(plan->spec, &(struct wn_begun){0});
    wn_printf(out, "method         %s\n", plan->spec->method);
    if (plan->configurations)
        wn_printf(out, "configurations %llu\n", (unsigned long long)plan->configurations);
    else
        wn_print(out, "configurations infinitely many\n");
    if (trials && plan->spec->repeats > 1)
        wn_printf(out, "trials         %lld: %lld repeats of each configuration\n",
                  (long long)trials, (long long)plan->spec->repeats);
    else if (trials)
        wn_printf(out, "trials         %lld\n", (long long)trials);
    else
        wn_print(out, "trials         without end: set budget.trials (--trials) to bound them\n");
    if (plan->spec->objective_count)
        wn_printf(out, "objective      %s %s\n",
                  plan->spec->objectives->maximize ? "maximize" : "minimize",
                  plan->spec->objectives->name);
}

static void print_early_end(const struct plan *plan, struct wn_output *out) {
    if (!plan->spec->early_terminate.type)
        return;
    wn_printf(out, "early end      %s", plan->spec->early_terminate.type);
    for (size_t i = 0; i < plan->bracket_count && i < BRACKETS_SHOWN; i++)
        wn_printf(out, "%s%lld", i ? ", " : ", compares at report ", (long long)plan->brackets[i]);
    wn_print(out, plan->bracket_count > BRACKETS_SHOWN ? ", ...\n" : "\n");
}

static void add_value(struct wn_table *table, const struct wn_value *value) {
    struct wn_str text = {0};
    wn_value_people(&text, value);
    wn_table_add(table, WN_ROLE_PLAIN, "%s", wn_str_text(&text));
    wn_str_free(&text);
}

// "optimizer is adam or sgd, and deep is True"
static void add_conditions(struct wn_table *table, const struct wn_space *space,
                           const struct wn_param *param) {
    struct wn_str text = {0};
    for (size_t i = 0; i < param->when_count; i++) {
        const struct wn_when *when = &param->when[i];
        wn_str_addf(&text, "%s%s is ", i ? ", and " : "", space->params[when->parent].name);
        for (size_t k = 0; k < when->count; k++) {
            wn_str_add(&text, k ? " or " : "");
            wn_value_python(&text, &when->values[k]);
        }
    }
    wn_table_add(table, WN_ROLE_PLAIN, "%s", wn_str_text(&text));
    wn_str_free(&text);
}

static void add_parameter(struct wn_table *table, const struct plan *plan, size_t leaf) {
    const struct wn_param *param = &plan->spec->space->params[leaf];
    wn_table_add(table, WN_ROLE_PLAIN, "%s", param->name);
    wn_table_add(table, WN_ROLE_DIM, "%s", param->dist->name);
    for (size_t i = 0; i < plan->quantile_count; i++) {
        struct wn_value value = value_at(plan->spec->space, leaf, plan->quantiles[i]);
        add_value(table, &value);
        wn_value_clear(&value);
    }
    if (plan->conditional)
        add_conditions(table, plan->spec->space, param);
}

static void print_parameters(const struct plan *plan, struct wn_output *out) {
    struct wn_column *columns = wn_calloc(plan->quantile_count + 4, sizeof *columns);
    char(*titles)[16] = wn_calloc(plan->quantile_count, sizeof *titles);
    columns[0].title = "PARAMETER";
    columns[1].title = "DISTRIBUTION";
    for (size_t i = 0; i < plan->quantile_count; i++) {
        snprintf(titles[i], sizeof titles[i], "%g%%", plan->quantiles[i] * 100);
        columns[i + 2] = (struct wn_column){.title = titles[i], .right = true};
    }
    if (plan->conditional)
        columns[plan->quantile_count + 2].title = "ONLY WHEN";
    struct wn_table table = {.columns = columns};
    for (size_t i = 0; i < plan->spec->space->count; i++)
        add_parameter(&table, plan, i);
    wn_print(out, "\n");
    wn_table_print(&table, out);
    wn_table_free(&table);
    free(titles);
    free(columns);
}

// ---- the command --------------------------------------------------------------------------------

static enum wn_status show(struct wn_invocation *invocation, const struct wn_spec *spec,
                           struct wn_err *err) {
    struct plan plan = {.spec = spec, .conditional = has_conditions(spec->space)};
    const char *quantiles = wn_args_text(invocation, "quantiles", "0.1,0.5,0.9");
    enum wn_status status = read_quantiles(quantiles, &plan, err);
    read_brackets(&plan);
    if (status == WN_OK)
        status = count_configurations(&plan, err);
    if (status == WN_OK && wn_args_has(invocation, "json")) {
        print_json(&plan, &invocation->out);
    } else if (status == WN_OK) {
        print_counts(&plan, &invocation->out);
        print_early_end(&plan, &invocation->out);
        wn_plan_settings(spec, &invocation->out);
        print_parameters(&plan, &invocation->out);
    }
    free(plan.quantiles);
    return status;
}

static int64_t list_limit(const struct wn_invocation *invocation, const struct wn_spec *spec) {
    if (wn_args_has(invocation, "limit"))
        return wn_args_integer(invocation, "limit", 0);
    if (spec->max_configurations)
        return spec->max_configurations;
    return strcmp(spec->method, "grid") == 0 ? -1 : DEFAULT_LISTED;
}

static enum wn_status run(struct wn_invocation *invocation, struct wn_err *err) {
    struct wn_spec *spec;
    enum wn_status status = wn_spec_from_args(invocation, &spec, err);
    if (status != WN_OK)
        return status;
    if (wn_args_has(invocation, "list"))
        status = wn_plan_list(spec, list_limit(invocation, spec), wn_args_has(invocation, "json"),
                              &invocation->out, err);
    else
        status = show(invocation, spec, err);
    wn_spec_free(spec);
    return status;
}

static const struct wn_option options[] = {
    {.name = "list", .help = "print each planned configuration with its command line, in order"},
    {
        .name = "limit",
        .type = WN_OPTION_COUNT,
        .value = "N",
        .fallback = "the budget; all of a grid, else 20",
        .help = "with --list: at most so many",
    },
    {
        .name = "quantiles",
        .type = WN_OPTION_TEXT,
        .value = "Q,...",
        .fallback = "0.1,0.5,0.9",
        .help = "quantiles to show of each parameter",
    },
    {0},
};

static const struct wn_example examples[] = {
    {"winnow plan sweep.yaml", "how many configurations, and where each parameter's values lie"},
    {"winnow plan sweep.yaml --list --limit 3", "the first three command lines"},
    {"winnow plan --list --trials 5 -p 'lr=log(1e-5,0.1)' -- ./train --lr {lr}",
     "the same without a file"},
    {0},
};

const struct wn_command wn_command_plan = {
    .name = "plan",
    .summary = "show what a sweep would run, without running it",
    .also = "check validate lint preview",
    .options = {options, wn_spec_options, wn_json_options},
    .operands = {{.name = "SPEC", .kind = WN_OPERAND_FILE, .optional = true}},
    .takes_words = true,
    .description =
        "Reads a sweep's spec and shows what it means: the distribution of each parameter by some "
        "of its quantiles and the condition under which it counts, how many configurations and "
        "trials there are, when early termination compares, what rules configurations out or ends "
        "the sweep, and what each trial gets. Mistakes and warnings of the spec are printed with "
        "their places.\n\n"
        "With --list, the configurations that the search proposes before any result is known, in "
        "order. The same seed lists the same configurations.",
    .examples = examples,
    .run = run,
};
