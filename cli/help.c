// SPDX-License-Identifier: GPL-3.0-or-later
// Help as plain text. Nothing is written twice: usage, options and exit codes come from the rows.
#include "cli/help.h"

#include "core/base/text.h"

enum { NORMAL_WIDTH = 80, WIDEST = 100, LABEL_COLUMNS = 26, NAME_COLUMNS = 12 };

static int sane_width(int width) {
    if (width <= 0)
        return NORMAL_WIDTH;
    return width > WIDEST ? WIDEST : width;
}

void wn_help_option_label(const struct wn_option *option, struct wn_str *out) {
    if (option->letter)
        wn_str_addf(out, "-%c, ", option->letter);
    wn_str_addf(out, "--%s", option->name);
    if (option->value)
        wn_str_addf(out, " %s", option->value);
}

static void add_option(const struct wn_option *option, struct wn_str *out, int width) {
    struct wn_str label = {0}, help = {0};
    if (!option->letter)
        wn_str_add(&label, "    ");
    wn_help_option_label(option, &label);
    wn_str_add(&help, option->help);
    if (option->choices)
        wn_str_addf(&help, ": %s", option->choices);
    if (option->repeats)
        wn_str_add(&help, "; may be repeated");
    if (option->fallback)
        wn_str_addf(&help, " (default: %s)", option->fallback);
    wn_str_addf(out, "  %-*s", LABEL_COLUMNS - 2, label.text);
    if ((int)label.length > LABEL_COLUMNS - 4)
        wn_str_addf(out, "\n%*s", LABEL_COLUMNS, "");
    wn_text_fill(out, help.text, LABEL_COLUMNS, width);
    wn_str_free(&label);
    wn_str_free(&help);
}

static void add_options(const struct wn_command *command, struct wn_str *out, int width) {
    const struct wn_option *option;
    if (wn_command_option(command, 0))
        wn_str_add(out, "\nOptions:\n");
    for (size_t i = 0; (option = wn_command_option(command, i)); i++)
        add_option(option, out, width);
}

// Explained once, by the overview.
static void name_global_options(struct wn_str *out, int width) {
    struct wn_str line = {0};
    for (const struct wn_option *option = wn_global_options; option->name; option++) {
        wn_str_add(&line, line.length ? "; " : "");
        wn_help_option_label(option, &line);
    }
    wn_str_add(&line, " (winnow help explains them)");
    wn_str_add(out, "\nGlobal options:\n  ");
    wn_text_fill(out, line.text, 2, width);
    wn_str_free(&line);
}

static void add_global_options(struct wn_str *out, int width) {
    wn_str_add(out, "\nGlobal options, of every command:\n");
    for (const struct wn_option *option = wn_global_options; option->name; option++)
        add_option(option, out, width);
}

const char *wn_help_exit_meaning(const struct wn_command *command, int code) {
    switch (code) {
    case WN_OK:
        return "done";
    case WN_NO:
        return command->no_means;
    case WN_BAD_INPUT:
        return "the command line or a file cannot be used as it is; stderr says why";
    default:
        return "the environment failed: disk, permissions, a missing program";
    }
}

static void add_exit_codes(const struct wn_command *command, struct wn_str *out, int width) {
    wn_str_add(out, "\nExit codes:\n");
    for (int code = WN_OK; code <= WN_ENVIRONMENT; code++) {
        const char *meaning = wn_help_exit_meaning(command, code);
        if (!meaning)
            continue;
        wn_str_addf(out, "  %d  ", code);
        wn_text_fill(out, meaning, 5, width);
    }
}

static void add_terms(const struct wn_command *command, struct wn_str *out, int width) {
    struct wn_term term;
    if (!command->term)
        return;
    wn_str_addf(out, "\n%s:\n", command->terms);
    for (size_t i = 0; command->term(i, &term); i++) {
        wn_str_addf(out, "  %s\n      ", term.name);
        wn_text_fill(out, term.meaning, 6, width);
    }
}

void wn_help_command(const struct wn_command *command, struct wn_str *out, int width) {
    width = sane_width(width);
    wn_str_addf(out, "winnow %s: %s\n\nUsage: ", command->name, command->summary);
    wn_command_usage(command, out);
    wn_str_add(out, "\n\n");
    wn_text_fill(out, command->description, 0, width);
    add_terms(command, out, width);
    add_options(command, out, width);
    name_global_options(out, width);
    wn_str_add(out, "\nExamples:\n");
    for (const struct wn_example *example = command->examples; example->command; example++) {
        wn_str_addf(out, "  %s\n      ", example->command);
        wn_text_fill(out, example->meaning, 6, width);
    }
    add_exit_codes(command, out, width);
}

void wn_help_overview(struct wn_str *out, int width) {
    width = sane_width(width);
    wn_str_add(out, "winnow ");
    wn_str_add(out, WN_VERSION);
    wn_str_add(out, ": hyperparameter sweeps in a terminal\n\n"
                    "Usage: winnow COMMAND [OPTIONS] [ARGUMENTS]\n\nCommands:\n");
    size_t count;
    const struct wn_command *const *commands = wn_command_all(&count);
    for (size_t i = 0; i < count; i++) {
        if (commands[i]->hidden)
            continue;
        wn_str_addf(out, "  %-*s", NAME_COLUMNS, commands[i]->name);
        wn_text_fill(out, commands[i]->summary, NAME_COLUMNS + 2, width);
    }
    add_global_options(out, width);
    wn_str_add(out, "\nwinnow COMMAND --help explains a command, with examples.\n"
                    "A SWEEP is named by its name, its id or a unique beginning of its name.\n");
}
