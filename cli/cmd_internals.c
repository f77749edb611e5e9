// SPDX-License-Identifier: GPL-3.0-or-later
// winnow internals: what the installation and shell completions ask of the program. Not listed.
#include <string.h>

#include "cli/args.h"
#include "cli/common.h"
#include "cli/complete.h"
#include "cli/manpage.h"

static enum wn_status print_page(struct wn_invocation *invocation, const char *page,
                                 struct wn_err *err) {
    struct wn_str text = {0};
    const struct wn_command *command = page ? wn_command_find(page) : NULL;
    if (command)
        wn_manpage_command(command, &text);
    else if (!page)
        wn_manpage_overview(&text);
    else if (strcmp(page, "spec") == 0)
        wn_manpage_spec(&text);
    else if (strcmp(page, "keys") == 0)
        wn_manpage_keys(&text);
    else
        return wn_fail(err, WN_BAD_INPUT, "there is no page %s", page);
    wn_print(&invocation->out, text.text);
    wn_str_free(&text);
    return WN_OK;
}

static enum wn_status print_script(struct wn_invocation *invocation, const char *shell,
                                   struct wn_err *err) {
    struct wn_str text = {0};
    if (!shell || !wn_complete_script(shell, &text))
        return wn_fail(err, WN_BAD_INPUT, "name a shell: bash, zsh or fish");
    wn_print(&invocation->out, text.text);
    wn_str_free(&text);
    return WN_OK;
}

static void print_commands(struct wn_invocation *invocation) {
    size_t count;
    const struct wn_command *const *commands = wn_command_all(&count);
    for (size_t i = 0; i < count; i++)
        if (!commands[i]->hidden)
            wn_printf(&invocation->out, "%s\n", commands[i]->name);
}

static bool print_sweep(void *context, const struct wn_sweep_row *row) {
    return wn_printf(context, "%s\n", row->name);
}

static enum wn_status print_sweeps(struct wn_invocation *invocation, struct wn_err *err) {
    struct wn_store *store;
    enum wn_status status = wn_open_store(invocation, WN_STORE_READ, &store, err);
    if (status != WN_OK)
        return status;
    status = wn_store_each_sweep(store, print_sweep, &invocation->out, err);
    wn_store_close(store);
    return status;
}

// "12\tfinished"
static bool print_trial(void *context, const struct wn_trial_row *row) {
    return wn_printf(context, "%lld\t%s\n", (long long)row->number,
                     wn_trial_state_name(row->state));
}

static enum wn_status print_trials(struct wn_invocation *invocation, const char *which,
                                   struct wn_err *err) {
    struct wn_store *store;
    struct wn_sweep_row sweep;
    enum wn_status status = wn_open_store(invocation, WN_STORE_READ, &store, err);
    if (status != WN_OK)
        return status;
    status = wn_store_find_sweep(store, which ? which : "", &sweep, err);
    if (status == WN_OK) {
        status = wn_store_each_trial(store, sweep.id, print_trial, &invocation->out, err);
        wn_sweep_row_clear(&sweep);
    }
    wn_store_close(store);
    return status;
}

static enum wn_status run(struct wn_invocation *invocation, struct wn_err *err) {
    const char *what = invocation->operands[0], *which = invocation->operands[1];
    if (strcmp(what, "man") == 0)
        return print_page(invocation, which, err);
    if (strcmp(what, "complete") == 0)
        return print_script(invocation, which, err);
    if (strcmp(what, "sweeps") == 0)
        return print_sweeps(invocation, err);
    if (strcmp(what, "trials") == 0)
        return print_trials(invocation, which, err);
    if (strcmp(what, "commands") != 0)
        return wn_fail(err, WN_BAD_INPUT,
                       "internals knows man, complete, sweeps, trials and commands");
    print_commands(invocation);
    return WN_OK;
}

static const struct wn_example examples[] = {
    {"winnow internals man", "the page winnow.1"},
    {"winnow internals man ls", "the page winnow-ls.1"},
    {"winnow internals complete bash", "the completions for bash"},
    {0},
};

const struct wn_command wn_command_internals = {
    .name = "internals",
    .summary = "print man pages, completions and lists for other programs",
    .hidden = true,
    .operands = {{.name = "WHAT"}, {.name = "WHICH", .optional = true}},
    .description =
        "WHAT is man (WHICH: nothing, a command, spec or keys), complete (WHICH: bash, zsh or "
        "fish), sweeps, trials (WHICH: a sweep) or commands.",
    .examples = examples,
    .run = run,
};
