// SPDX-License-Identifier: GPL-3.0-or-later
// The winnow program: sets the process up, reads the command line, runs one command and turns its
// status into the exit code.
#include <cjson/cJSON.h>
#include <gsl/gsl_errno.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/args.h"
#include "cli/help.h"
#include "core/base/mem.h"

static enum wn_status show_help(struct wn_invocation *invocation) {
    struct wn_str text = {0};
    if (invocation->command)
        wn_help_command(invocation->command, &text, invocation->out.width);
    else
        wn_help_overview(&text, invocation->out.width);
    wn_print(&invocation->out, text.text);
    wn_str_free(&text);
    return WN_OK;
}

static enum wn_status run(struct wn_invocation *invocation, struct wn_err *err) {
    if (wn_args_has(invocation, "version")) {
        wn_print(&invocation->out, "winnow " WN_VERSION "\n");
        return WN_OK;
    }
    if (wn_args_has(invocation, "help"))
        return show_help(invocation);
    // winnow alone is the dashboard, for whoever sits at a terminal.
    if (!invocation->command && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO))
        invocation->command = wn_command_find("top");
    return invocation->command ? invocation->command->run(invocation, err) : show_help(invocation);
}

int main(int argc, char **argv) {
    // Only the character type: numbers are written and read with a point everywhere. Where nothing
    // is said (cron, containers) text is UTF-8.
    const char *locale = setlocale(LC_CTYPE, "");
    if (!locale || strcmp(locale, "C") == 0 || strcmp(locale, "POSIX") == 0)
        setlocale(LC_CTYPE, "C.UTF-8");
    signal(SIGPIPE, SIG_IGN);
    gsl_set_error_handler_off();
    cJSON_InitHooks(&(cJSON_Hooks){.malloc_fn = wn_malloc, .free_fn = free});
    struct wn_invocation invocation = {.environment = environ};
    struct wn_err err = {0};
    enum wn_status status = wn_args_parse(argc, argv, &invocation, &err);
    if (status == WN_OK) {
        wn_output_open(&invocation.out, stdout, wn_args_text(&invocation, "color", "auto"));
        status = run(&invocation, &err);
        struct wn_err lost = {0};
        if (wn_output_finish(&invocation.out, &lost) != WN_OK && status == WN_OK) {
            status = lost.status;
            err = lost;
        }
    }
    if (status != WN_OK && err.text[0])
        wn_complain(err.text);
    wn_args_free(&invocation);
    return (int)status;
}
