// SPDX-License-Identifier: GPL-3.0-or-later
// winnow edit: changes the ranges of a sweep's parameters.
#include "cli/command.h"
#include "cli/edit_sweep.h"

static enum wn_status run(struct wn_invocation *invocation, struct wn_err *err) {
    return wn_edit_sweep(invocation, false, err);
}

static const struct wn_example examples[] = {
    {"winnow edit svm 'gamma=log(1e-6,1)'", "search a wider range from now on"},
    {"winnow edit svm 'C=1|10|100'", "these values only"},
    {"winnow edit svm 'gamma==0.1'", "search this parameter no more"},
    {0},
};

const struct wn_command wn_command_edit = {
    .name = "edit",
    .writes = true,
    .summary = "change the ranges of parameters",
    .also = "space range widen narrow modify",
    .operands = {{.name = "SWEEP", .kind = WN_OPERAND_SWEEP},
                 {.name = "NAME=RANGE", .kind = WN_OPERAND_PARAM, .many = true}},
    .description =
        "Changes what a sweep searches, while it runs or later; ranges are written as for -p of "
        "winnow run. Trials that run or wait are not touched, results stay and rank, and the "
        "search goes on with what fits the new ranges: a grid runs the points that are missing. "
        "winnow show lists the versions of a spec. Parameters are neither added nor taken out.",
    .examples = examples,
    .no_means = "the runner refused the edit",
    .run = run,
};
