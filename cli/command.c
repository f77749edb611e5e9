// SPDX-License-Identifier: GPL-3.0-or-later
// The table of commands and what all of them share.
#include "cli/command.h"

#include <string.h>

#include "core/base/str.h"

#define X(id) extern const struct wn_command wn_command_##id;
#include "cli/commands.def"
#undef X

static const struct wn_command *const commands[] = {
#define X(id) &wn_command_##id,
#include "cli/commands.def"
#undef X
};

enum { COMMANDS = sizeof commands / sizeof *commands };

const struct wn_option wn_global_options[] = {
    {
        .name = "store",
        .type = WN_OPTION_FILE,
        .value = "DIR",
        .fallback = "$WINNOW_STORE, else the nearest .winnow upward from here",
        .help = "the folder that keeps the sweeps",
    },
    {
        .name = "color",
        .type = WN_OPTION_CHOICE,
        .value = "WHEN",
        .choices = "auto|always|never",
        .fallback = "auto: on a terminal, unless NO_COLOR is set or TERM is dumb",
        .help = "when to use colours",
    },
    {.name = "help", .letter = 'h', .help = "show this help"},
    {.name = "version", .letter = 'V', .help = "show the version"},
    {0},
};

const struct wn_option wn_json_options[] = {
    {.name = "json", .help = "print JSON (docs/json.md has the schema)"},
    {0},
};

const struct wn_command *const *wn_command_all(size_t *count) {
    *count = COMMANDS;
    return commands;
}

const struct wn_command *wn_command_find(const char *name) {
    for (size_t i = 0; i < COMMANDS; i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}

static bool is_called(const struct wn_command *command, const char *word) {
    size_t length = strlen(word);
    for (const char *at = command->also; at && *at; at += strspn(at, " ")) {
        size_t next = strcspn(at, " ");
        if (next == length && strncmp(at, word, length) == 0)
            return true;
        at += next;
    }
    return false;
}

const char *wn_command_closest(const char *word) {
    for (size_t i = 0; i < COMMANDS; i++)
        if (is_called(commands[i], word))
            return commands[i]->name;
    const char *names[COMMANDS];
    size_t count = 0;
    for (size_t i = 0; i < COMMANDS; i++)
        if (!commands[i]->hidden)
            names[count++] = commands[i]->name;
    return wn_closest(word, names, count);
}

const struct wn_option *wn_command_option(const struct wn_command *command, size_t index) {
    for (size_t group = 0; group < WN_OPTION_GROUPS && command->options[group]; group++)
        for (const struct wn_option *option = command->options[group]; option->name; option++)
            if (index-- == 0)
                return option;
    return NULL;
}

const struct wn_operand *wn_command_operand(const struct wn_command *command, size_t index) {
    const struct wn_operand *operand = command->operands;
    for (; operand->name && index; index--)
        operand += !operand->many;
    return operand->name ? operand : NULL;
}

void wn_command_usage(const struct wn_command *command, struct wn_str *out) {
    wn_str_addf(out, "winnow %s", command->name);
    if (wn_command_option(command, 0))
        wn_str_add(out, " [OPTIONS]");
    for (const struct wn_operand *operand = command->operands; operand->name; operand++)
        wn_str_addf(out, operand->optional ? " [%s%s]" : " %s%s", operand->name,
                    operand->many ? "..." : "");
    if (command->takes_words)
        wn_str_add(out, " [-- COMMAND...]");
}
