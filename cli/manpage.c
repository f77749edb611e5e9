// SPDX-License-Identifier: GPL-3.0-or-later
// mdoc pages. Every foreign text goes through add_text(), so that no word of it is taken for a
// macro.
#include "cli/manpage.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "cli/help.h"
#include "core/spec.h"

// Fixed, so that the same sources give the same pages.
static const char page_date[] = "November 23, 2026";

enum { TEXT_COLUMNS = 60 };

// Text lines: short, each sentence on lines of its own, and nothing in them taken for a request.
static void add_word(struct wn_str *out, const char *word, size_t length, bool line_start) {
    if (line_start && (*word == '.' || *word == '\''))
        wn_str_add(out, "\\&");
    for (size_t i = 0; i < length; i++) {
        if (word[i] == '\\')
            wn_str_add(out, "\\e");
        else
            wn_str_add_char(out, word[i]);
    }
}

// Appends the words of `text`, without a newline at the end; an empty line parts paragraphs.
static void add_text(struct wn_str *out, const char *text) {
    size_t column = 0;
    while (*text) {
        size_t length = strcspn(text, " \n");
        add_word(out, text, length, column == 0);
        column += length + 1;
        text += length;
        bool sentence_ends = length && strchr(".?!", text[-1]);
        if (wn_starts_with(text, "\n\n"))
            wn_str_add(out, "\n.Pp");
        bool breaks = sentence_ends || *text == '\n' || column > TEXT_COLUMNS;
        size_t space = strspn(text, " \n");
        text += space;
        if (*text)
            wn_str_add_char(out, breaks ? '\n' : ' ');
        if (breaks)
            column = 0;
    }
}

// A macro argument: quoted, so that words such as "No" or "Ar" are no macros.
static void add_argument(struct wn_str *out, const char *text) {
    wn_str_add(out, " \"");
    for (; *text; text++) {
        if (*text == '"')
            wn_str_add(out, "\\(dq");
        else if (*text == '\\')
            wn_str_add(out, "\\e");
        else
            wn_str_add_char(out, *text);
    }
    wn_str_add_char(out, '"');
}

static void add_title(struct wn_str *out, const char *name, int section) {
    wn_str_addf(out, ".Dd %s\n.Dt ", page_date);
    for (; *name; name++)
        wn_str_add_char(out, (char)toupper((unsigned char)*name));
    wn_str_addf(out, " %d\n.Os\n", section);
}

static void add_name(struct wn_str *out, const char *name, const char *summary) {
    wn_str_addf(out, ".Sh NAME\n.Nm %s\n.Nd", name);
    add_argument(out, summary);
    wn_str_add_char(out, '\n');
}

static void add_flag(struct wn_str *out, const struct wn_option *option) {
    if (option->letter)
        wn_str_addf(out, " Fl %c , ", option->letter);
    wn_str_addf(out, " Fl Fl %s", option->name);
    if (option->value)
        wn_str_addf(out, " Ar %s", option->value);
}

static void add_option(struct wn_str *out, const struct wn_option *option) {
    wn_str_add(out, ".It");
    add_flag(out, option);
    wn_str_add_char(out, '\n');
    add_text(out, option->help);
    if (option->choices)
        wn_str_addf(out, ": %s", option->choices);
    wn_str_add(out, option->repeats ? ".\nMay be repeated.\n" : ".\n");
    if (!option->fallback)
        return;
    wn_str_add(out, "Default: ");
    add_text(out, option->fallback);
    wn_str_add(out, ".\n");
}

static void add_options(struct wn_str *out, const struct wn_command *command) {
    const struct wn_option *option;
    wn_str_add(out, ".Bl -tag -width Ds\n");
    for (size_t i = 0; command && (option = wn_command_option(command, i)); i++)
        add_option(out, option);
    for (option = wn_global_options; option->name; option++)
        add_option(out, option);
    wn_str_add(out, ".El\n");
}

static void add_examples(struct wn_str *out, const struct wn_command *command) {
    wn_str_add(out, ".Sh EXAMPLES\n");
    for (const struct wn_example *example = command->examples; example->command; example++) {
        if (example != command->examples)
            wn_str_add(out, ".Pp\n");
        add_text(out, example->meaning);
        wn_str_add(out, ":\n.Pp\n.Dl");
        add_argument(out, example->command);
        wn_str_add_char(out, '\n');
    }
}

static void add_exit_codes(struct wn_str *out, const struct wn_command *command) {
    wn_str_add(out, ".Sh EXIT STATUS\n.Bl -tag -width Ds\n");
    for (int code = WN_OK; code <= WN_ENVIRONMENT; code++) {
        const char *meaning = wn_help_exit_meaning(command, code);
        if (!meaning)
            continue;
        wn_str_addf(out, ".It %d\n", code);
        add_text(out, meaning);
        wn_str_add_char(out, '\n');
    }
    wn_str_add(out, ".El\n");
}

static void add_synopsis(struct wn_str *out, const struct wn_command *command) {
    wn_str_addf(out, ".Sh SYNOPSIS\n.Nm winnow %s\n", command->name);
    if (wn_command_option(command, 0))
        wn_str_add(out, ".Op Ar options\n");
    for (const struct wn_operand *operand = command->operands; operand->name; operand++)
        wn_str_addf(out, operand->optional ? ".Op Ar %s\n" : ".Ar %s\n", operand->name);
    if (command->takes_words)
        wn_str_add(out, ".Op -- Ar command ...\n");
}

void wn_manpage_command(const struct wn_command *command, struct wn_str *out) {
    char *name = wn_format("winnow-%s", command->name);
    add_title(out, name, 1);
    add_name(out, name, command->summary);
    free(name);
    add_synopsis(out, command);
    wn_str_add(out, ".Sh DESCRIPTION\n");
    add_text(out, command->description);
    wn_str_add(out, "\n.Pp\nThe options are as follows:\n");
    add_options(out, command);
    add_exit_codes(out, command);
    add_examples(out, command);
    wn_str_add(out, ".Sh SEE ALSO\n.Xr winnow 1 ,\n.Xr winnow-spec 5\n");
}

void wn_manpage_overview(struct wn_str *out) {
    size_t count;
    const struct wn_command *const *commands = wn_command_all(&count);
    add_title(out, "winnow", 1);
    add_name(out, "winnow", "hyperparameter sweeps in a terminal");
    wn_str_add(out, ".Sh SYNOPSIS\n.Nm\n.Ar command\n.Op Ar options\n.Op Ar arguments\n"
                    ".Sh DESCRIPTION\n.Nm\n"
                    "launches hyperparameter sweeps as parallel subprocesses, keeps every result\n"
                    "in one SQLite file and shows which configuration is best.\n"
                    "A SWEEP is named by its name, its id or a unique beginning of its name.\n"
                    ".Pp\nThe commands are as follows:\n.Bl -tag -width Ds\n");
    for (size_t i = 0; i < count; i++) {
        if (commands[i]->hidden)
            continue;
        wn_str_addf(out, ".It Xr winnow-%s 1\n", commands[i]->name);
        add_text(out, commands[i]->summary);
        wn_str_add_char(out, '\n');
    }
    wn_str_add(out, ".El\n.Pp\nThese options are common to all commands:\n");
    add_options(out, NULL);
    wn_str_add(out, ".Sh ENVIRONMENT\n.Bl -tag -width Ds\n"
                    ".It Ev WINNOW_STORE\nThe store, where\n.Fl Fl store\nis not given.\n"
                    ".It Ev NO_COLOR\nWhere set and not empty: no colours.\n.El\n"
                    ".Sh EXIT STATUS\n0 done, 1 the answer is no, 2 bad usage or input,\n"
                    "3 the environment failed.\n"
                    ".Sh SEE ALSO\n.Xr winnow-spec 5\n");
}

void wn_manpage_spec(struct wn_str *out) {
    size_t count;
    const struct wn_spec_key *keys = wn_spec_keys(&count);
    add_title(out, "winnow-spec", 5);
    add_name(out, "winnow-spec", "the file that describes a sweep");
    wn_str_add(out, ".Sh DESCRIPTION\n"
                    "A YAML or JSON file in the sweep format of Weights & Biases, with further\n"
                    "keys that are all optional.\n"
                    ".Pp\nThe keys are as follows:\n.Bl -tag -width Ds\n");
    for (size_t i = 0; i < count; i++) {
        wn_str_addf(out, ".It Cm %s : Ar", keys[i].name);
        add_argument(out, keys[i].type);
        wn_str_add_char(out, '\n');
        add_text(out, keys[i].help);
        wn_str_add(out, ".\n");
        if (!keys[i].fallback || !*keys[i].fallback)
            continue;
        wn_str_add(out, "Default: ");
        add_text(out, keys[i].fallback);
        wn_str_add(out, ".\n");
    }
    wn_str_add(out, ".El\n.Sh SEE ALSO\n.Xr winnow 1 ,\n.Xr winnow-plan 1\n");
}
