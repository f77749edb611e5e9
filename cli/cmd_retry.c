// SPDX-License-Identifier: GPL-3.0-or-later
// winnow retry: trials that failed, timed out or were killed run again.
#include "cli/request.h"
#include "core/base/clock.h"
#include "sweep/requeue.h"

static enum wn_status requeue(struct wn_store *store, const struct wn_sweep_row *sweep,
                              const struct wn_request_row *request, struct wn_str *answer,
                              struct wn_err *err) {
    struct wn_trial_row row = {0};
    enum wn_status status = wn_store_get_trial(store, sweep->id, request->trial, &row, err);
    if (status == WN_OK)
        status = wn_requeue_check(&row, err);
    if (status == WN_OK)
        status = wn_requeue(store, &row, "waits for winnow resume", err);
    if (status == WN_OK)
        status = wn_store_set_sweep_state(store, sweep->id, WN_SWEEP_STOPPED,
                                          "has trials that wait", wn_now(), err);
    if (status == WN_OK)
        wn_str_addf(answer, "waits for its next attempt; winnow resume %s runs it", sweep->name);
    wn_trial_row_clear(&row);
    return status;
}

static enum wn_status run(struct wn_invocation *invocation, struct wn_err *err) {
    return wn_ask_about_trials(invocation, &(struct wn_wish){.verb = "retry", .still = requeue},
                               err);
}

static const struct wn_example examples[] = {
    {"winnow retry svm 12", "trial 12 once more"},
    {"winnow retry svm 3 5 9", "three of them"},
    {0},
};

const struct wn_command wn_command_retry = {
    .name = "retry",
    .writes = true,
    .summary = "run trials once more",
    .operands = {{.name = "SWEEP", .kind = WN_OPERAND_SWEEP},
                 {.name = "TRIAL", .kind = WN_OPERAND_TRIAL, .many = true}},
    .description = "Puts trials that failed, ran out of time or memory, or were killed into the "
                   "queue once more: at once where a runner works on the sweep, else with the next "
                   "winnow resume. What it was before is kept as an earlier attempt. winnow resume "
                   "--failed does so for all of them.",
    .examples = examples,
    .no_means = "a trial runs, waits or has a result",
    .run = run,
};
