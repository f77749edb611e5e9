// SPDX-License-Identifier: GPL-3.0-or-later
// winnow unpause: a paused sweep goes on.
#include "cli/request.h"

static enum wn_status run(struct wn_invocation *invocation, struct wn_err *err) {
    return wn_ask(invocation, &(struct wn_wish){.verb = "unpause", .trial = -1}, err);
}

static const struct wn_example examples[] = {
    {"winnow unpause svm", "go on with svm"},
    {0},
};

const struct wn_command wn_command_unpause = {
    .name = "unpause",
    .writes = true,
    .summary = "go on after a pause",
    .operands = {{.name = "SWEEP", .kind = WN_OPERAND_SWEEP}},
    .description = "The runner of a paused sweep starts new trials again.",
    .examples = examples,
    .no_means = "the sweep is not paused, or no runner works on it",
    .run = run,
};
