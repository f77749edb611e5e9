// SPDX-License-Identifier: GPL-3.0-or-later
// winnow stop: asks the runner of a sweep to end. The request is a row; its answer is waited for.
#include "cli/request.h"

static enum wn_status run(struct wn_invocation *invocation, struct wn_err *err) {
    const struct wn_wish wish = {.verb = wn_args_has(invocation, "now") ? "cancel" : "stop",
                                 .trial = -1};
    return wn_ask(invocation, &wish, err);
}

static const struct wn_option options[] = {
    {.name = "now", .help = "end the running trials too, instead of waiting for them"},
    {0},
};

static const struct wn_example examples[] = {
    {"winnow stop svm", "let running trials end, start no new ones"},
    {"winnow stop svm --now", "end running trials as well"},
    {0},
};

const struct wn_command wn_command_stop = {
    .name = "stop",
    .writes = true,
    .summary = "stop a running sweep",
    .also = "kill cancel abort pause end terminate",
    .options = {options},
    .operands = {{.name = "SWEEP", .kind = WN_OPERAND_SWEEP}},
    .description = "Asks the runner of a sweep to start no new trials and to end once those that "
                   "run are over. With --now they are ended too: SIGTERM, and SIGKILL after the "
                   "grace period. Either way winnow resume goes on with the sweep.",
    .examples = examples,
    .no_means = "no runner works on the sweep",
    .run = run,
};
