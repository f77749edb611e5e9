// SPDX-License-Identifier: GPL-3.0-or-later
// The pages of winnow and of its commands. Nothing is written twice: options, examples and exit
// codes come from the command table.
#include "cli/manpage.h"

#include <stdlib.h>

#include "cli/help.h"
#include "cli/mdoc.h"

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
    wn_mdoc_text(out, option->help);
    if (option->choices)
        wn_str_addf(out, ": %s", option->choices);
    wn_str_add(out, option->repeats ? ".\nMay be repeated.\n" : ".\n");
    if (!option->fallback)
        return;
    wn_str_add(out, "Default: ");
    wn_mdoc_text(out, option->fallback);
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
        wn_mdoc_text(out, example->meaning);
        wn_str_add(out, ":\n");
        wn_mdoc_display(out, example->command);
    }
}

static void add_exit_codes(struct wn_str *out, const struct wn_command *command) {
    wn_str_add(out, ".Sh EXIT STATUS\n.Bl -tag -width Ds\n");
    for (int code = WN_OK; code <= WN_ENVIRONMENT; code++) {
        const char *meaning = wn_help_exit_meaning(command, code);
        if (!meaning)
            continue;
        wn_str_addf(out, ".It %d\n", code);
        wn_mdoc_text(out, meaning);
        wn_str_add_char(out, '\n');
    }
    wn_str_add(out, ".El\n");
}

static void add_synopsis(struct wn_str *out, const struct wn_command *command) {
    wn_str_addf(out, ".Sh SYNOPSIS\n.Nm winnow %s\n", command->name);
    if (wn_command_option(command, 0))
        wn_str_add(out, ".Op Ar options\n");
    for (const struct wn_operand *operand = command->operands; operand->name; operand++)
        wn_str_addf(out, operand->optional ? ".Op Ar %s%s\n" : ".Ar %s%s\n", operand->name,
                    operand->many ? " ..." : "");
    if (command->takes_words)
        wn_str_add(out, ".Op -- Ar command ...\n");
}

static void add_terms(struct wn_str *out, const struct wn_command *command) {
    struct wn_term term;
    if (!command->term)
        return;
    wn_str_addf(out, "\n.Ss %s\n.Bl -tag -width Ds\n", command->terms);
    for (size_t i = 0; command->term(i, &term); i++) {
        wn_str_addf(out, ".It Cm %s\n", term.name);
        wn_mdoc_text(out, term.meaning);
        wn_str_add_char(out, '\n');
    }
    wn_str_add(out, ".El\n.Ss Options\n");
}

void wn_manpage_command(const struct wn_command *command, struct wn_str *out) {
    char *name = wn_format("winnow-%s", command->name);
    wn_mdoc_title(out, name, 1);
    wn_mdoc_name(out, name, command->summary);
    free(name);
    add_synopsis(out, command);
    wn_str_add(out, ".Sh DESCRIPTION\n");
    wn_mdoc_text(out, command->description);
    add_terms(out, command);
    wn_str_add(out, command->term ? "" : "\n.Pp\n");
    wn_str_add(out, "The options are as follows:\n");
    add_options(out, command);
    add_exit_codes(out, command);
    add_examples(out, command);
    wn_str_add(out, ".Sh SEE ALSO\n.Xr winnow 1 ,\n.Xr winnow-spec 5\n");
}

void wn_manpage_overview(struct wn_str *out) {
    size_t count;
    const struct wn_command *const *commands = wn_command_all(&count);
    wn_mdoc_title(out, "winnow", 1);
    wn_mdoc_name(out, "winnow", "hyperparameter sweeps in a terminal");
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
        wn_mdoc_text(out, commands[i]->summary);
        wn_str_add_char(out, '\n');
    }
    wn_str_add(out, ".El\n.Pp\nThese options are common to all commands:\n");
    add_options(out, NULL);
    wn_str_add(out, ".Sh ENVIRONMENT\n.Bl -tag -width Ds\n"
                    ".It Ev WINNOW_STORE\nThe store, where\n.Fl Fl store\nis not given.\n"
                    ".It Ev WINNOW_SLOTS\nThe folder of the CPU and GPU slots that sweeps of this "
                    "machine share;\n.Ql off\nshares nothing.\n"
                    ".It Ev NO_COLOR\nWhere set and not empty: no colours.\n.El\n"
                    ".Sh FILES\n.Bl -tag -width Ds\n"
                    ".It Pa .winnow\nThe store: found upward from the current folder, as git does, "
                    "else made in it.\n"
                    ".It Pa .winnow/views.json\nWhat was chosen in the dashboard, for the next "
                    "time; it may be removed.\n"
                    ".El\n.Sh EXIT STATUS\n0 done, 1 the answer is no, 2 bad usage or input,\n"
                    "3 the environment failed.\n"
                    ".Sh SEE ALSO\n.Xr winnow-run 1 ,\n.Xr winnow-spec 5 ,\n.Xr winnow-keys 7\n");
}
