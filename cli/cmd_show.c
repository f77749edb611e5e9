// SPDX-License-Identifier: GPL-3.0-or-later
// winnow show: all about a sweep, or about one of its trials.
#include "cli/common.h"
#include "cli/show.h"

static enum wn_status show(struct wn_invocation *invocation, struct wn_store *store,
                           const struct wn_sweep_row *row, struct wn_err *err) {
    bool json = wn_args_has(invocation, "json");
    if (wn_args_has(invocation, "failures") && invocation->operands[1])
        return wn_fail(err, WN_BAD_INPUT, "--failures is about a whole sweep, not about a trial");
    if (wn_args_has(invocation, "failures"))
        return wn_show_failures(store, row, json, &invocation->out, err);
    if (!invocation->operands[1])
        return wn_show_sweep(store, row, json, &invocation->out, err);
    int64_t number;
    if (wn_read_trial(invocation->operands[1], &number, err) != WN_OK)
        return err->status;
    return wn_show_trial(store, row, number, json, &invocation->out, err);
}

static enum wn_status run(struct wn_invocation *invocation, struct wn_err *err) {
    struct wn_store *store;
    struct wn_sweep_row row = {0};
    enum wn_status status = wn_open_sweep(invocation, WN_STORE_READ, &store, &row, err);
    if (status != WN_OK)
        return status;
    status = show(invocation, store, &row, err);
    wn_sweep_row_clear(&row);
    wn_store_close(store);
    return status;
}

static const struct wn_option options[] = {
    {.name = "failures", .help = "its failures by what they have in common"},
    {0},
};

static const struct wn_example examples[] = {
    {"winnow show svm", "the sweep: its settings, counts, best trial and failures"},
    {"winnow show svm 12", "trial 12: its parameters, metrics and how it ended"},
    {"winnow show svm --failures", "what went wrong, how often, and with which parameters"},
    {"winnow show svm 12 --json | jq .params", "its parameters alone"},
    {0},
};

const struct wn_command wn_command_show = {
    .name = "show",
    .summary = "show a sweep, or one of its trials",
    .also = "info describe inspect view cat",
    .options = {options, wn_json_options},
    .operands = {{.name = "SWEEP", .kind = WN_OPERAND_SWEEP},
                 {.name = "TRIAL", .kind = WN_OPERAND_TRIAL, .optional = true}},
    .description = "Of a sweep: its state, settings, origin, counts, best trial, failures by their "
                   "reason, and its spec. Of a trial: its parameters, result, metrics, times, how "
                   "it ended, earlier attempts, and the end of its log.",
    .examples = examples,
    .run = run,
};
