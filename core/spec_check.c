// SPDX-License-Identifier: GPL-3.0-or-later
// What can only be judged when all keys are read: the method and its space, the objective that
// early stopping needs, conditions, constraints, and what the command says.
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/braces.h"
#include "core/spec_read.h"

// ---- the method ---------------------------------------------------------------------------------

// The vocabulary of spec files; sweep/searchers.def says what can be run.
static const char *const methods[] = {"grid", "random", "bayes", "sobol", "custom"};
enum { METHODS = sizeof methods / sizeof *methods };

static void check_method(struct wn_builder *builder, const struct wn_value *document) {
    const struct wn_value *given = wn_value_get(document, "method");
    const char *method = builder->spec->method;
    if (!method && (!given || given->type == WN_NULL))
        wn_spec_error(builder, given ? given : document, "method",
                      "is missing: grid, random, sobol or bayes");
    if (!method)
        return;
    for (size_t i = 0; i < METHODS; i++)
        if (strcmp(methods[i], method) == 0)
            return;
    const char *close = wn_closest(method, methods, METHODS);
    if (close)
        wn_spec_error(builder, given, "method", "there is no method %s (did you mean %s?)", method,
                      close);
    else
        wn_spec_error(builder, given, "method",
                      "there is no method %s: grid, random, sobol or bayes", method);
}

static bool method_is(const struct wn_builder *builder, const char *method) {
    return builder->spec->method && strcmp(builder->spec->method, method) == 0;
}

static void warn_of_lost_max(struct wn_builder *builder, const struct wn_param *param) {
    char *path = wn_format("parameters.%s", param->name);
    const struct wn_value at = {.line = param->line, .column = param->column};
    wn_spec_warn(builder, &at, path, "q_uniform in a grid leaves max itself out, as in W&B");
    free(path);
}

static void check_grid(struct wn_builder *builder) {
    struct wn_grid *grid;
    const struct wn_space *space = builder->spec->space;
    if (wn_grid_new(space, &grid, builder->diags) == WN_OK)
        wn_grid_free(grid);
    for (size_t i = 0; i < space->count; i++)
        if (strcmp(space->params[i].dist->name, "q_uniform") == 0)
            warn_of_lost_max(builder, &space->params[i]);
}

// ---- parameters ---------------------------------------------------------------------------------

static bool is_nought_or_one(const struct wn_value *map) {
    const struct wn_value *low = wn_value_get(map, "min"), *high = wn_value_get(map, "max");
    return low && high && !wn_value_get(map, "distribution") && low->type == WN_INT &&
           high->type == WN_INT && low->integer == 0 && high->integer == 1;
}

static void warn_of_integers(struct wn_builder *builder, const char *path,
                             const struct wn_value *parameters) {
    for (size_t i = 0; parameters->type == WN_MAP && i < parameters->list.count; i++) {
        const struct wn_value *map = &parameters->list.items[i];
        const struct wn_value *group = wn_value_get(map, "parameters");
        char *below = wn_format("%s.%s", path, parameters->list.keys[i].string.text);
        if (group)
            warn_of_integers(builder, below, group);
        else if (is_nought_or_one(map))
            wn_spec_warn(builder, map, below,
                         "is 0 or 1; write 0.0 and 1.0 for all numbers between");
        free(below);
    }
}

static void read_expressions(struct wn_builder *builder, const struct wn_value *document,
                             const char *key, bool forbidden) {
    const struct wn_value *list = wn_value_get(document, key);
    for (size_t i = 0; list && list->type == WN_LIST && i < list->list.count; i++) {
        const struct wn_value *item = &list->list.items[i];
        struct wn_err err;
        if (item->type != WN_STRING)
            wn_spec_error(builder, item, key, "must hold expressions (found %s)",
                          wn_spec_found(item).text);
        else if (wn_space_constrain(builder->spec->space, item->string.text, forbidden, &err) !=
                 WN_OK)
            wn_spec_error(builder, item, key, "%s", err.text);
    }
}

static void check_parameters(struct wn_builder *builder, const struct wn_value *document) {
    if (!wn_value_get(document, "parameters")) {
        wn_spec_error(builder, document, "parameters", "is missing: what is to be searched?");
        return;
    }
    size_t errors = builder->diags->errors;
    if (wn_space_finish(builder->spec->space, builder->diags) != WN_OK ||
        builder->diags->errors > errors)
        return;
    read_expressions(builder, document, "constraints", false);
    read_expressions(builder, document, "forbid", true);
    warn_of_integers(builder, "parameters", wn_value_get(document, "parameters"));
    if (method_is(builder, "grid"))
        check_grid(builder);
}

// ---- objectives ---------------------------------------------------------------------------------

static void check_objectives(struct wn_builder *builder, const struct wn_value *document) {
    struct wn_spec *spec = builder->spec;
    const struct wn_value *early = wn_value_get(document, "early_terminate");
    const struct wn_value *until = wn_value_get(document, "until");
    if (until && !spec->objective_count)
        wn_spec_error(builder, until, "until", "needs a metric to judge by");
    if (early && !spec->objective_count)
        wn_spec_error(builder, early, "early_terminate", "needs a metric to compare trials by");
    if (wn_value_get(document, "metric") && wn_value_get(document, "metrics"))
        wn_spec_error(builder, wn_value_get(document, "metrics"), "metrics",
                      "cannot stand beside metric; keep one of them");
    if (spec->objective_count && spec->objectives->has_target && !spec->until.has_target) {
        spec->until.has_target = true;
        spec->until.target = spec->objectives->target;
    }
    if (spec->early_terminate.has_s && spec->early_terminate.has_min_iter &&
        !spec->early_terminate.has_max_iter)
        wn_spec_warn(builder, wn_value_get(early, "s"), "early_terminate.s",
                     "has no effect with min_iter, only with max_iter");
}

// ---- the command --------------------------------------------------------------------------------

static bool is_whole_macro(const char *text) {
    size_t length = strlen(text);
    return wn_starts_with(text, "${") && text[length - 1] == '}' && !strchr(text + 2, '$');
}

static void warn_of_macro(struct wn_builder *builder, const struct wn_value *item) {
    const char *text = item->string.text, *macro = strstr(text, "${");
    if (!macro || wn_is_macro(text) || wn_starts_with(macro, "${envvar:"))
        return;
    if (is_whole_macro(text))
        wn_spec_warn(builder, item, "command", "%s is no macro and vanishes, as in W&B", text);
    else
        wn_spec_warn(
            builder, item, "command",
            "%s is passed as it is: a macro must be a whole item; {NAME} takes a parameter", text);
}

static void warn_of_braces(struct wn_builder *builder, const struct wn_value *item) {
    char *unknown = wn_braces_unknown(builder->spec->space, item->string.text);
    if (unknown)
        wn_spec_warn(builder, item, "command", "{%s} is no parameter and stays as it is", unknown);
    free(unknown);
}

static void check_command(struct wn_builder *builder) {
    struct wn_spec *spec = builder->spec;
    const struct wn_value *command = &spec->command;
    for (size_t i = 0; command->type == WN_LIST && i < command->list.count; i++)
        if (command->list.items[i].type == WN_STRING)
            spec->placeholders |= wn_braces_used(spec->space, command->list.items[i].string.text);
    for (size_t i = 0; command->type == WN_LIST && i < command->list.count; i++) {
        const struct wn_value *item = &command->list.items[i];
        if (item->type != WN_STRING)
            continue;
        warn_of_macro(builder, item);
        warn_of_braces(builder, item);
    }
}

void wn_check_spec(struct wn_builder *builder, const struct wn_value *document) {
    check_method(builder, document);
    check_parameters(builder, document);
    check_objectives(builder, document);
    check_command(builder);
}
