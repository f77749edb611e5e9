// SPDX-License-Identifier: GPL-3.0-or-later
// winnow pause: a running sweep starts no new trials until it is told to go on.
#include "cli/request.h"

static enum wn_status run(struct wn_invocation *invocation, struct wn_err *err) {
    return wn_ask(invocation, &(struct wn_wish){.verb = "pause", .trial = -1}, err);
}

static const struct wn_example examples[] = {
    {"winnow pause svm", "let others have the machine"},
    {"winnow unpause svm", "and go on"},
    {0},
};

const struct wn_command wn_command_pause = {
    .name = "pause",
    .writes = true,
    .summary = "start no new trials for a while",
    .operands = {{.name = "SWEEP", .kind = WN_OPERAND_SWEEP}},
    .description = "The runner of the sweep starts no new trials until winnow unpause; those that "
                   "run go on. Its machine is then free for something else, while the sweep stays "
                   "owned and nothing is replayed.",
    .examples = examples,
    .no_means = "no runner works on the sweep",
    .run = run,
};
