// SPDX-License-Identifier: GPL-3.0-or-later
// winnow set: changes other keys of a sweep's spec.
#include "cli/command.h"
#include "cli/edit_sweep.h"

static enum wn_status run(struct wn_invocation *invocation, struct wn_err *err) {
    return wn_edit_sweep(invocation, true, err);
}

static const struct wn_example examples[] = {
    {"winnow set svm parallel=8", "run up to 8 trials at once from now on"},
    {"winnow set svm budget.trials=200 timeout=2h", "a larger budget and more time per trial"},
    {"winnow set svm until.plateau=", "take a key out"},
    {0},
};

const struct wn_command wn_command_set = {
    .name = "set",
    .writes = true,
    .summary = "change how many trials run, budgets and limits",
    .also = "parallel budget limit configure",
    .operands = {{.name = "SWEEP", .kind = WN_OPERAND_SWEEP},
                 {.name = "KEY=VALUE", .kind = WN_OPERAND_SETTING, .many = true}},
    .description =
        "Changes parallel, budget, timeout, limits, retries, fail_fast, until, early_terminate, "
        "constraints, forbid, resources or on_event of a sweep, while it runs or later. The names "
        "of options "
        "of winnow run count, too: trials is budget.trials. Trials that run keep the limits that "
        "they were started with; none is ended because fewer are to run at once. What would make "
        "trials incomparable, such as the metric or the command, cannot be changed.",
    .examples = examples,
    .no_means = "the runner refused the change",
    .run = run,
};
