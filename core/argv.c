// SPDX-License-Identifier: GPL-3.0-or-later
// The command line of one configuration: each item of the command is a macro, which may become any
// number of arguments, or a text with ${envvar:NAME} and braces in it.
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/braces.h"
#include "core/spec.h"

struct building {
    const struct wn_spec *spec;
    const struct wn_config *config;
    const struct wn_argv_context *context;
    struct wn_argv *argv;
    struct wn_value params; // top-level names, groups nested
    struct wn_err *err;
};

// Takes over `text`. The list stays NULL-terminated.
static void add(struct wn_argv *argv, char *text) {
    wn_grow(&argv->items, &argv->capacity, argv->count + 2, sizeof *argv->items);
    argv->items[argv->count++] = text;
    argv->items[argv->count] = NULL;
}

// ---- ${args} and its kin ------------------------------------------------------------------------

static char *argument(const char *prefix, const char *name, const char *between,
                      const struct wn_value *value) {
    struct wn_str text = {0};
    wn_str_addf(&text, "%s%s%s", prefix, name, between);
    wn_value_python(&text, value);
    return wn_str_take(&text);
}

static void add_prefixed(struct building *building, const char *prefix) {
    for (size_t i = 0; i < building->params.list.count; i++)
        add(building->argv, argument(prefix, building->params.list.keys[i].string.text, "=",
                                     &building->params.list.items[i]));
}

static void add_boolean_flags(struct building *building) {
    for (size_t i = 0; i < building->params.list.count; i++) {
        const char *name = building->params.list.keys[i].string.text;
        const struct wn_value *value = &building->params.list.items[i];
        if (value->type != WN_BOOL)
            add(building->argv, argument("--", name, "=", value));
        else if (value->boolean)
            add(building->argv, wn_format("--%s", name));
    }
}

static void add_without_equals(struct building *building) {
    for (size_t i = 0; i < building->params.list.count; i++) {
        add(building->argv, wn_format("--%s", building->params.list.keys[i].string.text));
        add(building->argv, argument("", "", "", &building->params.list.items[i]));
    }
}

static void add_json(struct building *building) {
    struct wn_str json = {0};
    wn_value_json(&json, &building->params, WN_JSON_PYTHON);
    add(building->argv, wn_str_take(&json));
}

// ---- programs -----------------------------------------------------------------------------------

static bool is_installed(const struct wn_argv_context *context, const char *program) {
    const char *path = context->getenv("PATH");
    for (path = path ? path : "/usr/bin:/bin"; *path;) {
        size_t length = strcspn(path, ":");
        char *file = wn_format("%.*s/%s", (int)length, path, program);
        bool found = length && access(file, X_OK) == 0;
        free(file);
        if (found)
            return true;
        path += length + (path[length] == ':');
    }
    return false;
}

static void add_program(struct building *building, const char *name) {
    bool python3 = building->context->to_run && strcmp(name, "python") == 0 &&
                   !is_installed(building->context, "python") &&
                   is_installed(building->context, "python3");
    building->argv->python3 |= python3;
    add(building->argv, wn_strdup(python3 ? "python3" : name));
}

static enum wn_status add_script(struct building *building) {
    if (!building->spec->program)
        return wn_fail(building->err, WN_BAD_INPUT,
                       "the command uses ${program} but the spec names none: add program: SCRIPT");
    add(building->argv, wn_strdup(building->spec->program));
    return WN_OK;
}

// ---- texts --------------------------------------------------------------------------------------

// Replaces ${envvar:NAME}; an unset variable gives its bare name, as W&B has it.
static char *fill_variables(const struct building *building, const char *text) {
    static const char opening[] = "${envvar:";
    struct wn_str out = {0};
    const char *found;
    while ((found = strstr(text, opening))) {
        const char *name = found + sizeof opening - 1;
        size_t length = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
        if (name[length] != '}') {
            wn_str_add_bytes(&out, text, (size_t)(name - text));
            text = name;
            continue;
        }
        char *variable = wn_strndup(name, length);
        const char *value = building->context->getenv(variable);
        wn_str_add_bytes(&out, text, (size_t)(found - text));
        wn_str_add(&out, value ? value : variable);
        free(variable);
        text = name + length + 1;
    }
    wn_str_add(&out, text);
    return wn_str_take(&out);
}

static void add_text(struct building *building, const char *text) {
    char *filled = fill_variables(building, text);
    if (building->spec->placeholders) {
        const struct wn_braces braces = {
            .space = building->spec->space,
            .config = building->config,
            .trial = building->context->trial,
            .seed = building->context->seed,
        };
        struct wn_str out = {0};
        wn_braces_fill(&braces, filled, &out);
        free(filled);
        filled = wn_str_take(&out);
    }
    add_program(building, filled);
    free(filled);
}

static bool is_unknown_macro(const char *text) {
    size_t length = strlen(text);
    return wn_starts_with(text, "${") && text[length - 1] == '}' && !strchr(text + 2, '$') &&
           !wn_starts_with(text, "${envvar:");
}

// ---- items --------------------------------------------------------------------------------------

static enum wn_status add_macro(struct building *building, const char *macro) {
    if (strcmp(macro, "${env}") == 0)
        add(building->argv, wn_strdup("/usr/bin/env"));
    else if (strcmp(macro, "${interpreter}") == 0)
        add_program(building, "python");
    else if (strcmp(macro, "${program}") == 0)
        return add_script(building);
    else if (strcmp(macro, "${args}") == 0)
        add_prefixed(building, "--");
    else if (strcmp(macro, "${args_no_hyphens}") == 0)
        add_prefixed(building, "");
    else if (strcmp(macro, "${args_append_hydra}") == 0)
        add_prefixed(building, "+");
    else if (strcmp(macro, "${args_override_hydra}") == 0)
        add_prefixed(building, "++");
    else if (strcmp(macro, "${args_no_boolean_flags}") == 0)
        add_boolean_flags(building);
    else if (strcmp(macro, "${args_no_equals}") == 0)
        add_without_equals(building);
    else if (strcmp(macro, "${args_json}") == 0)
        add_json(building);
    else if (strcmp(macro, "${args_json_file}") == 0)
        add(building->argv, wn_strdup(building->context->json_file));
    return WN_OK;
}

static enum wn_status add_item(struct building *building, const struct wn_value *item) {
    if (item->type == WN_STRING && wn_is_macro(item->string.text))
        return add_macro(building, item->string.text);
    if (item->type == WN_STRING && is_unknown_macro(item->string.text))
        return WN_OK; // it vanishes, as in W&B; the spec warned of it
    struct wn_str text = {0};
    wn_value_python(&text, item);
    add_text(building, wn_str_text(&text));
    wn_str_free(&text);
    return WN_OK;
}

static enum wn_status add_default(struct building *building) {
    static const char *const items[] = {"${env}", "${interpreter}", "${program}", "${args}"};
    enum wn_status status = WN_OK;
    for (size_t i = 0; i < sizeof items / sizeof *items && status == WN_OK; i++)
        status = add_macro(building, items[i]);
    return status;
}

enum wn_status wn_spec_argv(const struct wn_spec *spec, const struct wn_config *config,
                            const struct wn_argv_context *context, struct wn_argv *argv,
                            struct wn_err *err) {
    struct building building = {
        .spec = spec,
        .config = config,
        .context = context,
        .argv = argv,
        .params = wn_space_config_value(spec->space, config),
        .err = err,
    };
    enum wn_status status = WN_OK;
    if (spec->command.type != WN_LIST && !spec->program)
        status = wn_fail(err, WN_BAD_INPUT,
                         "the spec says what to search but not what to run: add program: SCRIPT or "
                         "command: [...] (or -- COMMAND)");
    else if (spec->command.type != WN_LIST)
        status = add_default(&building);
    else
        for (size_t i = 0; i < spec->command.list.count && status == WN_OK; i++)
            status = add_item(&building, &spec->command.list.items[i]);
    if (status == WN_OK && !argv->count)
        status = wn_fail(err, WN_BAD_INPUT, "the command is empty: nothing would be run");
    wn_value_clear(&building.params);
    return status;
}

bool wn_spec_wants_json_file(const struct wn_spec *spec) {
    for (size_t i = 0; spec->command.type == WN_LIST && i < spec->command.list.count; i++) {
        const struct wn_value *item = &spec->command.list.items[i];
        if (item->type == WN_STRING && strcmp(item->string.text, "${args_json_file}") == 0)
            return true;
    }
    return false;
}

void wn_argv_free(struct wn_argv *argv) {
    for (size_t i = 0; i < argv->count; i++)
        free(argv->items[i]);
    free(argv->items);
    *argv = (struct wn_argv){0};
}
