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
static const char *const methods[] = {"grid",  "random", "bayes", "tpe",
                                      "cmaes", "sobol",  "list",  "custom"};
enum { METHODS = sizeof methods / sizeof *methods };

static void check_method(struct wn_builder *builder, const struct wn_value *document) {
    const struct wn_value *given = wn_value_get(document, "method");
    const char *method = builder->spec->method;
    if (!method && (!given || given->type == WN_NULL))
        wn_spec_error(builder, given ? given : document, "method",
                      "is missing: grid, random, sobol, bayes, tpe, cmaes or list");
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
                      "there is no method %s: grid, random, sobol, bayes, tpe, cmaes or list",
                      method);
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

// ${args} and the environment bring a trial its parameters too: then braces may be the command's
// own.
static bool reads_elsewhere(const struct wn_value *command) {
    for (size_t i = 0; i < command->list.count; i++) {
        const struct wn_value *item = &command->list.items[i];
        if (item->type == WN_STRING && (wn_starts_with(item->string.text, "${args") ||
                                        strstr(item->string.text, "WINNOW_PARAM")))
            return true;
    }
    return false;
}

struct unused { // parameters that the command does not use and a slip may stand for
    const char **names;
    size_t count;
};

static struct unused list_unused(const struct wn_spec *spec) {
    const struct wn_space *space = spec->space;
    const struct wn_value *command = &spec->command;
    struct unused unused = {.names = wn_calloc(space->count, sizeof *unused.names)};
    bool *used = wn_calloc(space->count, sizeof *used);
    for (size_t i = 0; i < command->list.count; i++)
        if (command->list.items[i].type == WN_STRING)
            wn_braces_mark(space, command->list.items[i].string.text, used);
    for (size_t i = 0; i < space->count && !reads_elsewhere(command); i++)
        if (!used[i])
            unused.names[unused.count++] = space->params[i].name;
    free(used);
    return unused;
}

// {name} that is all of a word, or what follows its =: there a value is meant, not {1..5} or
// {epoch}.pt.
static bool stands_for_value(const char *item, const char *end, const char *name) {
    const char *start = end - strlen(name) - 2;
    return !*end && (start == item || start[-1] == '=') && !strstr(name, "..") &&
           strspn(name, "0123456789.-") < strlen(name);
}

static void add_choices(struct wn_str *out, const char *const *names, size_t count) {
    enum { MOST = 3 };
    for (size_t i = 0; i < count && i < MOST; i++)
        wn_str_addf(out, "%s{%s}", i ? " or " : "", names[i]);
}

// What an unknown {name} is most likely a slip of, as "{lr}" or "{lr} or {wd}"; NULL: nothing. It
// is a parameter that the command does not use: one that is nearly called so, else any of them.
static char *slip_of(const struct unused *unused, const char *name, bool for_value) {
    struct wn_str meant = {0};
    const char *close = wn_closest(name, unused->names, unused->count);
    if (close)
        add_choices(&meant, &close, 1);
    else if (for_value && unused->count)
        add_choices(&meant, unused->names, unused->count);
    return meant.length ? wn_str_take(&meant) : NULL;
}

// Calls back for unknown names of the command with what each is a slip of.
typedef void (*brace_teller)(void *context, const struct wn_value *item, const char *name,
                             const char *meant);

static void each_unknown(const struct wn_spec *spec, brace_teller tell, void *context) {
    enum { MOST = 100 }; // more would hardly be read, and comparing names takes time
    const struct wn_value *command = &spec->command;
    struct unused unused = list_unused(spec);
    size_t told = 0;
    for (size_t i = 0; i < command->list.count; i++) {
        const struct wn_value *item = &command->list.items[i];
        const char *at = item->type == WN_STRING ? item->string.text : "";
        for (char *name; told < MOST && (name = wn_braces_unknown(spec->space, &at)); told++) {
            bool for_value = stands_for_value(item->string.text, at, name);
            char *meant = slip_of(&unused, name, for_value);
            tell(context, item, name, meant);
            free(meant);
            free(name);
        }
    }
    free(unused.names);
}

static void warn_of_braces(void *context, const struct wn_value *item, const char *name,
                           const char *meant) {
    if (!meant)
        wn_spec_warn(context, item, "command", "{%s} is no parameter and stays as it is", name);
}

static void refuse_braces(void *context, const struct wn_value *item, const char *name,
                          const char *meant) {
    if (meant)
        wn_diag_add(context, WN_ERROR, item->line, item->column, "command",
                    "{%s} is no parameter; did you mean %s?", name, meant);
}

// Without all its parameters a space cannot tell which names are none.
static bool has_all_parameters(const struct wn_diags *diags) {
    for (size_t i = 0; i < diags->count; i++)
        if (diags->items[i].severity == WN_ERROR &&
            wn_starts_with(diags->items[i].path, "parameters"))
            return false;
    return true;
}

void wn_spec_check_braces(const struct wn_spec *spec, struct wn_diags *diags) {
    if (spec->command.type == WN_LIST && has_all_parameters(diags))
        each_unknown(spec, refuse_braces, diags);
}

static void check_command(struct wn_builder *builder) {
    struct wn_spec *spec = builder->spec;
    const struct wn_value *command = &spec->command;
    for (size_t i = 0; command->type == WN_LIST && i < command->list.count; i++) {
        const struct wn_value *item = &command->list.items[i];
        if (item->type != WN_STRING)
            continue;
        spec->placeholders |= wn_braces_used(spec->space, item->string.text);
        warn_of_macro(builder, item);
    }
    if (command->type == WN_LIST && has_all_parameters(builder->diags))
        each_unknown(spec, warn_of_braces, builder);
}

// ---- configurations and races -------------------------------------------------------------------

static void check_configurations(struct wn_builder *builder, const struct wn_value *document) {
    const struct wn_value *list = &builder->spec->configurations;
    bool wanted = method_is(builder, "list");
    if (wanted && !wn_value_get(document, "configurations"))
        wn_spec_error(builder, document, "configurations", "is missing: method list runs these");
    if (!wanted && list->type == WN_LIST)
        wn_spec_error(builder, list, "configurations", "has no effect without method: list");
    struct wn_config *config = wn_config_new(builder->spec->space);
    for (size_t i = 0; list->type == WN_LIST && i < list->list.count; i++) {
        const struct wn_value *item = &list->list.items[i];
        struct wn_err err;
        if (wn_space_config_parse(builder->spec->space, item, config, &err) != WN_OK)
            wn_spec_error(builder, item, "configurations", "%s", err.text);
    }
    wn_config_free(config);
}

// A trial that is stopped early has no result to compare.
static void check_race(struct wn_builder *builder, const struct wn_value *document) {
    const struct wn_spec *spec = builder->spec;
    const struct wn_value *race = wn_value_get(document, "race");
    if (!spec->race.on)
        return;
    if (spec->repeats < 3)
        wn_spec_error(builder, race, "race",
                      "needs repeats: the most of a configuration, 3 or more");
    if (spec->early_terminate.type)
        wn_spec_error(builder, wn_value_get(document, "early_terminate"), "early_terminate",
                      "cannot stand beside race");
    if (spec->until.has_target || spec->until.plateau)
        wn_spec_error(builder, race, "race", "cannot stand beside until or a target");
}

// ---- events -------------------------------------------------------------------------------------

static void check_hooks(struct wn_builder *builder, const struct wn_value *document) {
    const struct wn_value *silence = wn_value_get(wn_value_get(document, "on_event"), "silence");
    if (silence && !builder->spec->limits.silence)
        wn_spec_warn(builder, silence, "on_event.silence",
                     "never happens without a limit: add limits: {silence: 10m}");
}

void wn_check_spec(struct wn_builder *builder, const struct wn_value *document) {
    check_method(builder, document);
    check_parameters(builder, document);
    check_objectives(builder, document);
    check_command(builder);
    if (has_all_parameters(builder->diags))
        check_configurations(builder, document);
    check_race(builder, document);
    check_hooks(builder, document);
}
