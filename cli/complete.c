// SPDX-License-Identifier: GPL-3.0-or-later
// Completions for bash, zsh and fish. Names of sweeps and numbers of trials are asked of `winnow
// internals` when a key is pressed; all else is written into the script.
#include "cli/complete.h"

#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "core/stats/stat.h"

typedef void (*option_writer)(struct wn_str *out, const struct wn_command *command,
                              const struct wn_option *option);

static void each_option(struct wn_str *out, const struct wn_command *command, option_writer write) {
    const struct wn_option *option;
    for (size_t i = 0; (option = wn_command_option(command, i)); i++)
        write(out, command, option);
    for (option = wn_global_options; option->name; option++)
        write(out, command, option);
}

typedef void (*command_writer)(struct wn_str *out, const struct wn_command *command);

static void each_command(struct wn_str *out, command_writer write) {
    size_t count;
    const struct wn_command *const *commands = wn_command_all(&count);
    for (size_t i = 0; i < count; i++)
        if (!commands[i]->hidden)
            write(out, commands[i]);
}

// For single quotes in all three shells (fish takes \' inside, the others '\'').
static void add_quoted(struct wn_str *out, const char *text) {
    wn_str_add_char(out, '\'');
    for (; *text; text++) {
        if (*text == '\'')
            wn_str_add(out, "'\\''");
        else
            wn_str_add_char(out, *text);
    }
    wn_str_add_char(out, '\'');
}

static void add_name(struct wn_str *out, const struct wn_command *command) {
    wn_str_addf(out, " %s", command->name);
}

static void add_stats(struct wn_str *out) {
    size_t count;
    const struct wn_stat *const *stats = wn_stat_all(&count);
    char name[WN_STAT_NAME_MAX];
    for (size_t i = 0; i < count; i++)
        wn_str_addf(out, " %s", wn_stat_shown_name(stats[i], name));
}

static void add_choices(struct wn_str *out, const char *choices) {
    for (; *choices; choices++)
        wn_str_add_char(out, *choices == '|' ? ' ' : *choices);
}

// What an operand of a command is completed with.
static enum wn_operand_kind operand_kind(const struct wn_command *command, size_t index) {
    const struct wn_operand *operand = wn_command_operand(command, index);
    return operand ? operand->kind : WN_OPERAND_WORD;
}

// ---- bash ---------------------------------------------------------------------------------------

static void bash_option(struct wn_str *out, const struct wn_command *command,
                        const struct wn_option *option) {
    (void)command;
    if (option->letter)
        wn_str_addf(out, " -%c", option->letter);
    wn_str_addf(out, " --%s", option->name);
}

// The options whose next word is their value.
static void bash_valued(struct wn_str *out, const struct wn_command *command,
                        const struct wn_option *option) {
    if (option->value)
        bash_option(out, command, option);
}

// `command` is NULL for the options that come before one.
static void bash_value(struct wn_str *out, const struct wn_command *command,
                       const struct wn_option *option) {
    if (option->type != WN_OPTION_FILE && option->type != WN_OPTION_CHOICE &&
        option->type != WN_OPTION_TRIAL)
        return;
    const char *name = command ? command->name : "";
    wn_str_addf(out, "        %s:--%s", name, option->name);
    if (option->letter)
        wn_str_addf(out, "|%s:-%c", name, option->letter);
    if (option->type != WN_OPTION_CHOICE) {
        wn_str_addf(out, ") %s ;;\n",
                    option->type == WN_OPTION_FILE ? "_winnow_files" : "_winnow_trials");
        return;
    }
    wn_str_add(out, ") _winnow_words '");
    add_choices(out, option->choices);
    wn_str_add(out, "' ;;\n");
}

static void bash_values(struct wn_str *out, const struct wn_command *command) {
    each_option(out, command, bash_value);
}

static void bash_command(struct wn_str *out, const struct wn_command *command) {
    static const char *const actions[] = {
        [WN_OPERAND_WORD] = ":",
        [WN_OPERAND_FILE] = "_winnow_files",
        [WN_OPERAND_SWEEP] = "_winnow_sweeps",
        [WN_OPERAND_TRIAL] = "_winnow_trials",
        [WN_OPERAND_COMMAND] = "_winnow_commands",
        [WN_OPERAND_PARAM] = ":",
        [WN_OPERAND_SETTING] = ":",
        [WN_OPERAND_STAT] = "_winnow_stats",
    };
    wn_str_addf(out, "        %s) operand=%s second=%s\n            options='", command->name,
                actions[operand_kind(command, 0)], actions[operand_kind(command, 1)]);
    each_option(out, command, bash_option);
    wn_str_add(out, "'\n            valued='");
    each_option(out, command, bash_valued);
    wn_str_add(out, " ' ;;\n");
}

// These fill COMPREPLY from the word under the cursor. Only files are given slashes: a sweep may be
// called like a folder. Names of sweeps never reach compgen -W, which would expand what is in them.
static const char bash_helpers[] =
    "# bash completion for winnow\n"
    "_winnow_words() { mapfile -t COMPREPLY < <(compgen -W \"$1\" -- \"$word\"); }\n"
    "_winnow_files() {\n"
    "    compopt -o filenames 2>/dev/null\n"
    "    mapfile -t COMPREPLY < <(compgen -f -- \"$word\")\n"
    "}\n"
    "_winnow_sweeps() {\n"
    "    local name quoted\n"
    "    while IFS= read -r name; do\n"
    "        printf -v quoted %q \"$name\"\n"
    "        [[ $quoted == \"$word\"* ]] && COMPREPLY+=(\"$quoted\")\n"
    "    done < <(winnow internals sweeps 2>/dev/null)\n"
    "}\n"
    "_winnow_trials() {\n"
    "    _winnow_words \"$(winnow internals trials \"$sweep\" 2>/dev/null | cut -f 1)\"\n"
    "}\n"
    "_winnow_commands() { _winnow_words '";

// What stands before the word decides what it is: the value of an option, a part of a command after
// "--", an option, or one of the first two operands. Bash parts --name=value into three words.
static const char bash_main[] =
    "_winnow() {\n"
    "    local word=${COMP_WORDS[COMP_CWORD]} command='' option='' sweep='' count=0 at\n"
    "    local operand=_winnow_commands second=: options='--help --version --store --color'\n"
    "    local valued=' --store --color '\n"
    "    COMPREPLY=()\n"
    "    for at in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
    "        [ \"$at\" = = ] && continue\n"
    "        if [ -n \"$option\" ]; then option=''; continue; fi\n"
    "        case $at in\n"
    "            --) _winnow_files; return ;;\n"
    "            -*) [[ $valued == *\" $at \"* ]] && option=$at ;;\n"
    "            *) if [ -z \"$command\" ]; then command=$at; _winnow_command \"$at\"\n"
    "               else sweep=${sweep:-${at//\\\\/}}; count=$((count + 1)); fi ;;\n"
    "        esac\n"
    "    done\n"
    "    [ \"$word\" = = ] && word=''\n"
    "    if [ -n \"$option\" ]; then _winnow_value \"$command\" \"$option\"\n"
    "    elif [[ $word == -* ]]; then _winnow_words \"$options\"\n"
    "    elif [ \"$count\" -eq 0 ]; then $operand\n"
    "    elif [ \"$count\" -eq 1 ]; then $second; fi\n"
    "}\n"
    "complete -F _winnow winnow\n";

static void write_bash(struct wn_str *out) {
    wn_str_add(out, bash_helpers);
    each_command(out, add_name);
    wn_str_add(out, "'; }\n_winnow_stats() { _winnow_words '");
    add_stats(out);
    wn_str_add(out, "'; }\n"
                    "# What is known of a command: its operand, its options, and those that take a "
                    "value.\n"
                    "_winnow_command() {\n"
                    "    case $1 in\n");
    each_command(out, bash_command);
    wn_str_add(out, "        *) operand=: ;;\n"
                    "    esac\n"
                    "}\n"
                    "# Completes the value of an option of a command.\n"
                    "_winnow_value() {\n"
                    "    case $1:$2 in\n");
    for (const struct wn_option *option = wn_global_options; option->name; option++)
        bash_value(out, NULL, option);
    each_command(out, bash_values);
    wn_str_add(out, "    esac\n"
                    "}\n");
    wn_str_add(out, bash_main);
}

// ---- zsh ----------------------------------------------------------------------------------------

// In _arguments, brackets and colons of a help text would end it.
static void zsh_help(struct wn_str *out, const char *help) {
    struct wn_str safe = {0};
    for (; *help; help++) {
        if (strchr("[]:\\", *help))
            wn_str_add_char(&safe, '\\');
        if (*help == '\'')
            wn_str_add(&safe, "'\\''");
        else
            wn_str_add_char(&safe, *help);
    }
    wn_str_add(out, wn_str_text(&safe));
    wn_str_free(&safe);
}

static void zsh_form(struct wn_str *out, const struct wn_option *option, const char *dashed) {
    wn_str_addf(out, " \\\n            '%s%s[", option->repeats ? "*" : "", dashed);
    zsh_help(out, option->help);
    wn_str_add_char(out, ']');
    if (option->value)
        wn_str_addf(out, ":%s:", option->value);
    if (option->type == WN_OPTION_FILE)
        wn_str_add(out, "_files");
    if (option->type == WN_OPTION_TRIAL)
        wn_str_add(out, "_winnow_trials");
    if (option->type == WN_OPTION_CHOICE) {
        wn_str_add_char(out, '(');
        add_choices(out, option->choices);
        wn_str_add_char(out, ')');
    }
    wn_str_add_char(out, '\'');
}

static void zsh_option(struct wn_str *out, const struct wn_command *command,
                       const struct wn_option *option) {
    (void)command;
    char *dashed = wn_format("--%s", option->name);
    zsh_form(out, option, dashed);
    free(dashed);
    if (!option->letter)
        return;
    const char letter[] = {'-', option->letter, '\0'};
    zsh_form(out, option, letter);
}

static void zsh_command(struct wn_str *out, const struct wn_command *command) {
    static const char *const actions[] = {
        [WN_OPERAND_WORD] = " ",
        [WN_OPERAND_FILE] = "_files",
        [WN_OPERAND_SWEEP] = "_winnow_sweeps",
        [WN_OPERAND_TRIAL] = "_winnow_trials",
        [WN_OPERAND_COMMAND] = "_winnow_commands",
        [WN_OPERAND_PARAM] = " ",
        [WN_OPERAND_SETTING] = " ",
        [WN_OPERAND_STAT] = "_winnow_stats",
    };
    wn_str_addf(out, "        %s) _arguments -s", command->name);
    each_option(out, command, zsh_option);
    for (const struct wn_operand *operand = command->operands; operand->name; operand++)
        wn_str_addf(out, " \\\n            ':%s:%s'", operand->name, actions[operand->kind]);
    wn_str_add(out, " ;;\n");
}

static void zsh_summary(struct wn_str *out, const struct wn_command *command) {
    struct wn_str line = {0};
    wn_str_addf(&line, "%s:%s", command->name, command->summary);
    wn_str_add(out, "        ");
    add_quoted(out, line.text);
    wn_str_add_char(out, '\n');
    wn_str_free(&line);
}

static void write_zsh(struct wn_str *out) {
    wn_str_add(out, "#compdef winnow\n"
                    "_winnow_sweeps() {\n"
                    "    local -a sweeps=(${(f)\"$(winnow internals sweeps 2>/dev/null)\"})\n"
                    "    compadd -a sweeps\n"
                    "}\n"
                    "# Of the sweep, which is the first word that is no option.\n"
                    "_winnow_trials() {\n"
                    "    local sweep=${${(Q)words[2,CURRENT-1]:#-*}[1]}\n"
                    "    local -a trials=(${(f)\"$(winnow internals trials \"$sweep\" "
                    "2>/dev/null)\"})\n"
                    "    trials=(${trials/$'\\t'/:})\n"
                    "    _describe -V trial trials\n"
                    "}\n"
                    "_winnow_commands() {\n"
                    "    local -a commands=(\n");
    each_command(out, zsh_summary);
    wn_str_add(out, "    )\n"
                    "    _describe command commands\n"
                    "}\n"
                    "_winnow_stats() { compadd --");
    add_stats(out);
    wn_str_add(out, " }\n"
                    "_winnow() {\n"
                    "    if (( CURRENT == 2 )); then\n"
                    "        _winnow_commands\n"
                    "        return\n"
                    "    fi\n"
                    "    local command=$words[2]\n"
                    "    shift words\n"
                    "    (( CURRENT-- ))\n"
                    "    case $command in\n");
    each_command(out, zsh_command);
    wn_str_add(out, "    esac\n"
                    "}\n"
                    "if [ \"$funcstack[1]\" = _winnow ]; then\n"
                    "    _winnow \"$@\"\n"
                    "else\n"
                    "    compdef _winnow winnow\n"
                    "fi\n");
}

// ---- fish ---------------------------------------------------------------------------------------

static void fish_option(struct wn_str *out, const struct wn_command *command,
                        const struct wn_option *option) {
    wn_str_addf(out, "complete -c winnow -n '__fish_seen_subcommand_from %s' -l %s", command->name,
                option->name);
    if (option->letter)
        wn_str_addf(out, " -s %c", option->letter);
    if (option->type == WN_OPTION_FILE)
        wn_str_add(out, " -rF");
    else if (option->value)
        wn_str_add(out, " -x");
    if (option->type == WN_OPTION_TRIAL)
        wn_str_add(out, " -a '(__winnow_trials)'");
    if (option->type == WN_OPTION_CHOICE) {
        wn_str_add(out, " -a '");
        add_choices(out, option->choices);
        wn_str_add_char(out, '\'');
    }
    wn_str_add(out, " -d ");
    add_quoted(out, option->help);
    wn_str_add_char(out, '\n');
}

static void fish_operand(struct wn_str *out, const struct wn_command *command, size_t index) {
    static const char *const sources[] = {
        [WN_OPERAND_WORD] = NULL,
        [WN_OPERAND_FILE] = "-F",
        [WN_OPERAND_SWEEP] = "-a '(winnow internals sweeps 2>/dev/null)'",
        [WN_OPERAND_TRIAL] = "-a '(__winnow_trials)'",
        [WN_OPERAND_COMMAND] = "-a '$__winnow_commands'",
        [WN_OPERAND_PARAM] = NULL,
        [WN_OPERAND_SETTING] = NULL,
        [WN_OPERAND_STAT] = "-a '$__winnow_stats'",
    };
    const char *source = sources[operand_kind(command, index)];
    if (source)
        wn_str_addf(out,
                    "complete -c winnow -n '__fish_seen_subcommand_from %s; "
                    "and test (count (__winnow_operands)) -eq %zu' %s\n",
                    command->name, index + 1, source);
}

// Words that take the next one as their value, in any command.
static void fish_valued(struct wn_str *out, const struct wn_command *command) {
    each_option(out, command, bash_valued);
}

static void fish_command(struct wn_str *out, const struct wn_command *command) {
    wn_str_addf(out, "complete -c winnow -n __fish_use_subcommand -a %s -d ", command->name);
    add_quoted(out, command->summary);
    wn_str_add_char(out, '\n');
    fish_operand(out, command, 0);
    fish_operand(out, command, 1);
    each_option(out, command, fish_option);
}

static void write_fish(struct wn_str *out) {
    wn_str_add(out, "# fish completion for winnow\n"
                    "complete -c winnow -f\n"
                    "set -g __winnow_commands");
    each_command(out, add_name);
    wn_str_add(out, "\nset -g __winnow_stats");
    add_stats(out);
    wn_str_add(out, "\nset -g __winnow_valued");
    each_command(out, fish_valued);
    wn_str_add(out, "\n"
                    "# The command and its operands so far.\n"
                    "function __winnow_operands\n"
                    "    set -l before ''\n"
                    "    for word in (commandline -opc)[2..]\n"
                    "        string match -q -- '-*' $word; or contains -- $before "
                    "$__winnow_valued; or echo $word\n"
                    "        set before $word\n"
                    "    end\n"
                    "end\n"
                    "function __winnow_trials\n"
                    "    winnow internals trials (__winnow_operands)[2] 2>/dev/null\n"
                    "end\n");
    each_command(out, fish_command);
}

bool wn_complete_script(const char *shell, struct wn_str *out) {
    static const struct {
        const char *shell;
        void (*write)(struct wn_str *out);
    } writers[] = {{"bash", write_bash}, {"zsh", write_zsh}, {"fish", write_fish}};
    for (size_t i = 0; i < sizeof writers / sizeof *writers; i++) {
        if (strcmp(writers[i].shell, shell) != 0)
            continue;
        writers[i].write(out);
        return true;
    }
    return false;
}
