// SPDX-License-Identifier: GPL-3.0-or-later
// winnow confirm: what the best of a leaderboard are worth with fresh seeds.
#include "cli/again.h"
#include "cli/common.h"
#include "cli/run_sweep.h"

enum { DEFAULT_TOP = 5, DEFAULT_REPEATS = 5 };

static const struct wn_option options[] = {
    {.name = "top",
     .letter = 'n',
     .type = WN_OPTION_COUNT,
     .value = "K",
     .fallback = "5",
     .help = "how many, from the first place on"},
    {.name = "repeats",
     .type = WN_OPTION_COUNT,
     .value = "N",
     .fallback = "5",
     .help = "fresh repeats of each"},
    {0},
};

static enum wn_status run(struct wn_invocation *invocation, struct wn_err *err) {
    struct wn_store *store;
    struct wn_again again = {0};
    enum wn_status status = wn_open_sweep(invocation, WN_STORE_WRITE, &store, &again.examined, err);
    if (status != WN_OK)
        return status;
    status =
        wn_again_choose_top(store, &again, wn_args_integer(invocation, "top", DEFAULT_TOP), err);
    if (status == WN_OK) {
        const struct wn_again_plan plan = {
            .suffix = "confirm",
            .repeats = wn_args_integer(invocation, "repeats", DEFAULT_REPEATS),
            .parallel = wn_args_integer(invocation, "parallel", 0),
        };
        status = wn_again_run(invocation, store, &again, &plan, err);
    }
    wn_again_clear(&again);
    wn_store_close(store);
    return status;
}

static const struct wn_example examples[] = {
    {"winnow confirm svm", "the best five, five fresh repeats each"},
    {"winnow confirm svm --top 3 --repeats 10", "fewer of them, and more closely"},
    {0},
};

const struct wn_command wn_command_confirm = {
    .name = "confirm",
    .writes = true,
    .summary = "run the best again with fresh seeds",
    .also = "reproduce rerun validate luck",
    .options = {options, wn_again_options, wn_run_sweep_options, wn_json_options},
    .operands = {{.name = "SWEEP", .kind = WN_OPERAND_SWEEP}},
    .description =
        "The first place of a leaderboard is too good on average: it was chosen because it is "
        "first, luck included (the winner's curse). confirm runs the best configurations again "
        "with seeds that had no part in choosing them, as a sweep of its own called "
        "SWEEP-confirm, and tells the honest estimate beside the board's. The board of SWEEP then "
        "has it in the column confirmed.\n\n"
        "It tells what each is worth; which of two is better is for winnow ab to find out.",
    .examples = examples,
    .no_means = "another one than the first of the board comes out first",
    .run = run,
};
