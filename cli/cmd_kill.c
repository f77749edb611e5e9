// SPDX-License-Identifier: GPL-3.0-or-later
// winnow kill: ends trials of a running sweep.
#include "cli/request.h"

static enum wn_status run(struct wn_invocation *invocation, struct wn_err *err) {
    return wn_ask_about_trials(invocation, &(struct wn_wish){.verb = "kill"}, err);
}

static const struct wn_example examples[] = {
    {"winnow kill svm 12", "end trial 12"},
    {"winnow kill svm 3 5 9", "end three of them"},
    {0},
};

const struct wn_command wn_command_kill = {
    .name = "kill",
    .writes = true,
    .summary = "end trials",
    .operands = {{.name = "SWEEP", .kind = WN_OPERAND_SWEEP},
                 {.name = "TRIAL", .kind = WN_OPERAND_TRIAL, .many = true}},
    .description = "Ends trials with all their processes: SIGTERM, and SIGKILL after the grace "
                   "period. One that waits is taken out of the queue. Its state is then killed, it "
                   "does not rank and does not run again, unless winnow retry asks for it.",
    .examples = examples,
    .no_means = "a trial does not run, or no runner works on the sweep",
    .run = run,
};
