// SPDX-License-Identifier: GPL-3.0-or-later
// Options become "key=value" settings of a spec; the spec's own parser checks them.
#include "cli/spec_args.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/doc.h"
#include "sweep/session.h"

const struct wn_option wn_spec_options[] = {
    {
        .name = "param",
        .letter = 'p',
        .type = WN_OPTION_TEXT,
        .repeats = true,
        .value = "NAME=RANGE",
        .help = "a parameter: a..b, log(a,b), int log(a,b), normal(mu,sigma), x|y|z, =value, "
                "ranges perhaps with 'step q'",
    },
    {
        .name = "method",
        .type = WN_OPTION_TEXT,
        .value = "NAME",
        .help = "how to search: random, sobol, grid, bayes, tpe or cmaes",
    },
    {
        .name = "minimize",
        .type = WN_OPTION_TEXT,
        .value = "METRIC",
        .help = "the objective, less is better",
    },
    {
        .name = "maximize",
        .type = WN_OPTION_TEXT,
        .value = "METRIC",
        .help = "the objective, more is better",
    },
    {
        .name = "capture",
        .type = WN_OPTION_TEXT,
        .repeats = true,
        .value = "PATTERN",
        .help = "a regular expression whose named groups are metrics",
    },
    {
        .name = "trials",
        .type = WN_OPTION_COUNT,
        .value = "N",
        .help = "end after this many configurations",
    },
    {
        .name = "time",
        .type = WN_OPTION_TEXT,
        .value = "DURATION",
        .help = "start nothing new after this long, as 90s, 30m, 2h",
    },
    {
        .name = "parallel",
        .type = WN_OPTION_COUNT,
        .value = "N",
        .fallback = "the number of cores",
        .help = "trials at once",
    },
    {
        .name = "repeats",
        .type = WN_OPTION_COUNT,
        .value = "N",
        .help = "seeds per configuration; their mean is what ranks",
    },
    {
        .name = "retries",
        .type = WN_OPTION_NATURAL,
        .value = "N",
        .help = "how often a failed trial is tried again",
    },
    {
        .name = "timeout",
        .type = WN_OPTION_TEXT,
        .value = "DURATION",
        .help = "end a trial after this long",
    },
    {
        .name = "seed",
        .type = WN_OPTION_NATURAL,
        .value = "N",
        .help = "makes the search repeatable",
    },
    {
        .name = "name",
        .type = WN_OPTION_TEXT,
        .value = "NAME",
        .help = "what the sweep is called",
    },
    {
        .name = "set",
        .type = WN_OPTION_TEXT,
        .repeats = true,
        .value = "KEY=VALUE",
        .help = "any other key of the spec, as limits.memory=4GiB",
    },
    {0},
};

// ---- settings -----------------------------------------------------------------------------------

// Which key of the spec an option sets.
static const struct {
    const char *option, *key;
} keys[] = {
    {"method", "method"},
    {"minimize", "metric.name"},
    {"maximize", "metric.name"},
    {"capture", "capture"},
    {"trials", "budget.trials"},
    {"time", "budget.time"},
    {"parallel", "parallel"},
    {"repeats", "repeats"},
    {"retries", "retries"},
    {"timeout", "timeout"},
    {"seed", "seed"},
    {"name", "name"},
};

struct settings {
    char **items;
    size_t count, capacity;
};

static void add_setting(struct settings *settings, const char *key, const char *value) {
    *WN_PUSH(settings->items, settings->count, settings->capacity) = wn_format("%s=%s", key, value);
}

static void add_option(struct settings *settings, const struct wn_given *given) {
    const char *option = given->option->name;
    if (strcmp(option, "set") == 0)
        *WN_PUSH(settings->items, settings->count, settings->capacity) = wn_strdup(given->text);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (strcmp(keys[i].option, option) == 0)
            add_setting(settings, keys[i].key, given->text);
    if (strcmp(option, "minimize") == 0 || strcmp(option, "maximize") == 0)
        add_setting(settings, "metric.goal", option);
}

char *wn_spec_setting(const char *word) {
    size_t length = strcspn(word, "=");
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (strlen(keys[i].option) == length && strncmp(keys[i].option, word, length) == 0)
            return wn_format("%s%s", keys[i].key, word + length);
    return wn_strdup(word);
}

static void free_settings(struct settings *settings) {
    for (size_t i = 0; i < settings->count; i++)
        free(settings->items[i]);
    free(settings->items);
}

// ---- reading ------------------------------------------------------------------------------------

static const char *source_name(const char *file) {
    if (!file)
        return "command line";
    return strcmp(file, "-") == 0 ? "standard input" : file;
}

// What the parser cannot know, or must let pass in specs that are stored.
static void vet(const struct wn_spec *spec, struct wn_diags *diags) {
    wn_session_vet(spec, diags);
    wn_spec_check_braces(spec, diags);
}

// A program in the place of a spec is a first try: say where it goes. (A spec may itself begin with
// #!, and name us to run it.)
static bool is_program(const char *file, const char *text) {
    const char *ending = file ? strrchr(file, '.') : NULL;
    if (ending && (strcmp(ending, ".py") == 0 || strcmp(ending, ".sh") == 0))
        return true;
    if (!text || !wn_starts_with(text, "#!"))
        return false;
    char *line = wn_strndup(text, strcspn(text, "\n"));
    bool ours = strstr(line, "winnow") != NULL;
    free(line);
    return !ours;
}

static enum wn_status refuse(const struct wn_diags *diags, const char *file, const char *text,
                             struct wn_err *err) {
    if (is_program(file, text))
        return wn_fail(err, WN_BAD_INPUT,
                       "%s is a program, not a spec: a command goes last, as in -p lr=0.1..1 "
                       "--minimize loss -- ./%s --lr {lr}",
                       file, file);
    return wn_fail(err, WN_BAD_INPUT, "%s cannot be used: %zu mistake%s", diags->file,
                   diags->errors, diags->errors == 1 ? "" : "s");
}

static enum wn_status from_words(struct wn_spec_words *words, const char *file,
                                 struct wn_spec **spec, struct wn_err *err) {
    char *text = NULL;
    enum wn_status status = WN_OK;
    if (file)
        status = wn_doc_read_file(file, &text, &words->base_length, err);
    if (status != WN_OK)
        return status;
    struct wn_diags diags = {.file = source_name(file)};
    words->base_text = text;
    words->base_file = file ? diags.file : NULL;
    words->vet = vet;
    status = wn_spec_from_words(words, spec, &diags);
    if (status == WN_OK || !is_program(file, text))
        wn_say_diags(&diags);
    if (status != WN_OK)
        refuse(&diags, file, text, err);
    wn_diags_free(&diags);
    free(text);
    return status;
}

enum wn_status wn_spec_from_file(const char *file, struct wn_spec **spec, struct wn_err *err) {
    return from_words(&(struct wn_spec_words){0}, file, spec, err);
}

static enum wn_status check_objective(const struct wn_invocation *invocation, struct wn_err *err) {
    size_t minimized, maximized;
    free(wn_args_texts(invocation, "minimize", &minimized));
    free(wn_args_texts(invocation, "maximize", &maximized));
    if (minimized + maximized <= 1)
        return WN_OK;
    return wn_fail(err, WN_BAD_INPUT,
                   "give one objective, --minimize METRIC or --maximize METRIC; several go into a "
                   "file, under metrics");
}

enum wn_status wn_spec_from_args(const struct wn_invocation *invocation, struct wn_spec **spec,
                                 struct wn_err *err) {
    const char *file = invocation->operands[0];
    if (check_objective(invocation, err) != WN_OK)
        return WN_BAD_INPUT;
    struct settings settings = {0};
    for (size_t i = 0; i < invocation->given_count; i++)
        add_option(&settings, &invocation->given[i]);
    struct wn_spec_words words = {
        .command = invocation->words,
        .command_count = invocation->word_count,
        .settings = (const char *const *)settings.items,
        .setting_count = settings.count,
    };
    const char **params = wn_args_texts(invocation, "param", &words.param_count);
    words.params = params;
    enum wn_status status;
    if (!file && !words.param_count)
        status = wn_fail(err, WN_BAD_INPUT,
                         "there is nothing to search: name a SPEC file, or give -p NAME=RANGE");
    else
        status = from_words(&words, file, spec, err);
    free(params);
    free_settings(&settings);
    return status;
}

enum wn_status wn_spec_stored(const struct wn_sweep_row *sweep, struct wn_spec **spec,
                              struct wn_err *err) {
    struct wn_diags diags = {.file = sweep->spec_file ? sweep->spec_file : "spec"};
    enum wn_status status =
        wn_spec_parse(diags.file, sweep->spec, strlen(sweep->spec), spec, &diags);
    if (status != WN_OK) {
        wn_say_diags(&diags);
        wn_fail(err, status, "the stored spec of %s cannot be read by this winnow", sweep->name);
    }
    wn_diags_free(&diags);
    return status;
}
