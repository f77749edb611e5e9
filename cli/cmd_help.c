// SPDX-License-Identifier: GPL-3.0-or-later
// winnow help: the same as --help, for those who type it first.
#include "cli/args.h"
#include "cli/help.h"

static enum wn_status run(struct wn_invocation *invocation, struct wn_err *err) {
    const char *name = invocation->operands[0];
    const struct wn_command *command = name ? wn_command_find(name) : NULL;
    if (name && !command) {
        const char *close = wn_command_closest(name);
        return wn_fail(err, WN_BAD_INPUT, "there is no command %s%s%s%s", name,
                       close ? " (did you mean " : "; winnow help lists them", close ? close : "",
                       close ? "?)" : "");
    }
    struct wn_str text = {0};
    if (command)
        wn_help_command(command, &text, invocation->out.width);
    else
        wn_help_overview(&text, invocation->out.width);
    wn_print(&invocation->out, text.text);
    wn_str_free(&text);
    return WN_OK;
}

static const struct wn_example examples[] = {
    {"winnow help run", "how to run a sweep"},
    {0},
};

const struct wn_command wn_command_help = {
    .name = "help",
    .summary = "explain winnow or one of its commands",
    .operands = {{.name = "COMMAND", .kind = WN_OPERAND_COMMAND, .optional = true}},
    .description = "Without a word: the list of commands. With the name of a command: what "
                   "winnow COMMAND --help prints.",
    .examples = examples,
    .run = run,
};
