// SPDX-License-Identifier: GPL-3.0-or-later
// winnow top: the dashboard, or one of its screens as plain lines.
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/candidates.h"
#include "cli/common.h"
#include "cli/typed.h"
#include "core/base/mem.h"
#include "tui/tui.h"

static const struct wn_option options[] = {
    {.name = "screen",
     .type = WN_OPTION_TEXT,
     .value = "NAME",
     .fallback = "board, or sweeps without SWEEP",
     .help = "which screen to open"},
    {.name = "once", .help = "print the screen once, and end"},
    {.name = "plain", .help = "with --once: no colours, only ASCII"},
    {.name = "size",
     .type = WN_OPTION_TEXT,
     .value = "COLUMNSxROWS",
     .fallback = "the terminal's, else 80x24",
     .help = "with --once: how large"},
    {.name = "read-only", .help = "offer nothing that changes a sweep"},
    {.name = "no-mouse", .help = "leave the mouse to the terminal"},
    {.name = "ascii", .help = "draw with ASCII alone"},
    {.name = "bell", .help = "ring when a sweep ends or a trial fails"},
    {0},
};

// The path of this very program, for the commands that the dashboard runs; the caller frees.
static char *own_path(void) {
    char path[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
    return length > 0 ? wn_strndup(path, (size_t)length) : wn_strdup("winnow");
}

static enum wn_status read_size(const struct wn_invocation *invocation, struct wn_extent *extent,
                                struct wn_err *err) {
    const char *text = wn_args_text(invocation, "size", NULL);
    *extent = (struct wn_extent){.rows = 24, .columns = 80};
    if (!text) {
        if (invocation->out.width)
            extent->columns = invocation->out.width;
        return WN_OK;
    }
    char *end;
    long columns = strtol(text, &end, 10), rows = *end == 'x' ? strtol(end + 1, &end, 10) : 0;
    if (*end || columns < 20 || rows < 5 || columns > 1000 || rows > 1000)
        return wn_fail(err, WN_BAD_INPUT, "--size: columns and rows, as 80x24 (found %s)", text);
    *extent = (struct wn_extent){.rows = (int)rows, .columns = (int)columns};
    return WN_OK;
}

static enum wn_status print_once(struct wn_invocation *invocation, const struct wn_tui_options *tui,
                                 struct wn_err *err) {
    struct wn_extent extent;
    struct wn_str text = {0};
    enum wn_status status = read_size(invocation, &extent, err);
    if (status == WN_OK)
        status = wn_tui_print(tui, extent, &text, err);
    if (status == WN_OK)
        wn_print(&invocation->out, wn_str_text(&text));
    wn_str_free(&text);
    return status;
}

static enum wn_status read_trials(const struct wn_invocation *invocation, int64_t *trials,
                                  struct wn_err *err) {
    enum wn_status status = WN_OK;
    for (size_t i = 0; i < invocation->many_count && status == WN_OK; i++)
        status = wn_read_trial(invocation->many[i], &trials[i], err);
    return status;
}

static enum wn_status show(struct wn_invocation *invocation, const struct wn_tui_options *tui,
                           struct wn_err *err) {
    if (wn_args_has(invocation, "once"))
        return print_once(invocation, tui, err);
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
        return wn_fail(err, WN_BAD_INPUT,
                       "the dashboard needs a terminal; --once prints a screen as lines");
    return wn_tui_run(tui, err);
}

static enum wn_status run(struct wn_invocation *invocation, struct wn_err *err) {
    int64_t *trials = wn_calloc(invocation->many_count + 1, sizeof *trials);
    char *program = own_path(), *store = wn_store_folder(invocation);
    const char *no_colour = getenv("NO_COLOR");
    const struct wn_tui_options tui = {
        .host = {.program = program,
                 .store = store,
                 .complete = wn_candidates,
                 .adapt = wn_typed_adapt,
                 .only_reads = wn_typed_only_reads},
        .screen = wn_args_text(invocation, "screen", NULL),
        .sweep = invocation->operand_count ? invocation->operands[0] : NULL,
        .trials = trials,
        .trial_count = invocation->many_count,
        .read_only = wn_args_has(invocation, "read-only"),
        .no_mouse = wn_args_has(invocation, "no-mouse"),
        .no_colour = (no_colour && *no_colour) ||
                     strcmp(wn_args_text(invocation, "color", "auto"), "never") == 0,
        .bell = wn_args_has(invocation, "bell"),
        .ascii = wn_args_has(invocation, "ascii") || wn_args_has(invocation, "plain") ||
                 wn_locale_is_ascii(),
    };
    enum wn_status status = read_trials(invocation, trials, err);
    if (status == WN_OK)
        status = show(invocation, &tui, err);
    free(trials);
    free(program);
    free(store);
    return status;
}

static const struct wn_example examples[] = {
    {"winnow", "the dashboard, with all sweeps of this project"},
    {"winnow top svm", "the leaderboard of a sweep, live"},
    {"winnow top svm 21 37", "two of its trials, side by side"},
    {"winnow top svm --once --plain", "the leaderboard as lines of text, once"},
    {0},
};

const struct wn_command wn_command_top = {
    .name = "top",
    .talks = "this is the dashboard",
    .summary = "the dashboard",
    .also = "dashboard tui ui watch",
    .options = {options},
    .operands = {{.name = "SWEEP", .kind = WN_OPERAND_SWEEP, .optional = true},
                 {.name = "TRIAL", .kind = WN_OPERAND_TRIAL, .optional = true, .many = true}},
    .description =
        "Opens the dashboard: with a SWEEP on its leaderboard, with a TRIAL on that, with several "
        "on "
        "their comparison, else on the list of sweeps; winnow alone does the same. Keys are named "
        "at the bottom, ? lists all of them, : runs any "
        "command, q quits. Closing it changes nothing: sweeps belong to runners of their own.\n\n"
        "It draws what changed and nothing else; while nothing changes it writes nothing. Several "
        "may be open on one store. Where the terminal or the locale cannot show UTF-8, it draws "
        "with ASCII; NO_COLOR turns colours off.",
    .examples = examples,
    .run = run,
};
