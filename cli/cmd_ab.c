// SPDX-License-Identifier: GPL-3.0-or-later
// winnow ab: runs configurations again, with common seeds, until it is clear which one is better.
#include <math.h>
#include <stdlib.h>

#include "cli/again.h"
#include "cli/common.h"
#include "cli/run_sweep.h"
#include "core/base/str.h"

enum { DEFAULT_REPEATS = 50 };

static const struct wn_option options[] = {
    {.name = "top",
     .letter = 'n',
     .type = WN_OPTION_COUNT,
     .value = "K",
     .help = "race the best K of the leaderboard, in place of trials that are named"},
    {.name = "metric",
     .letter = 'm',
     .type = WN_OPTION_TEXT,
     .value = "NAME",
     .fallback = "the objective",
     .help = "what decides"},
    {.name = "goal",
     .type = WN_OPTION_CHOICE,
     .value = "GOAL",
     .choices = "minimize|maximize",
     .fallback = "as the sweep has it",
     .help = "which way that metric is better"},
    {.name = "min-effect",
     .type = WN_OPTION_TEXT,
     .value = "D",
     .fallback = "0",
     .help = "a smaller difference does not matter"},
    {.name = "max-repeats",
     .type = WN_OPTION_COUNT,
     .value = "N",
     .fallback = "50",
     .help = "the most of each configuration"},
    {.name = "confidence",
     .type = WN_OPTION_TEXT,
     .value = "P",
     .fallback = "0.95",
     .help = "how sure the verdict is to be"},
    {0},
};

static enum wn_status choose(const struct wn_invocation *invocation, struct wn_store *store,
                             struct wn_again *again, struct wn_err *err) {
    int64_t top = wn_args_integer(invocation, "top", 0);
    if (top && invocation->many_count)
        return wn_fail(err, WN_BAD_INPUT, "name trials, or --top K, not both");
    if (!top && invocation->many_count < 2)
        return wn_fail(err, WN_BAD_INPUT,
                       "which configurations? Name two trials, or --top 5 for the best five");
    return top ? wn_again_choose_top(store, again, top, err)
               : wn_again_choose(store, again, invocation->many, invocation->many_count, err);
}

// A number, as the reader of specs will read it; anything else would be JSON of its own.
static enum wn_status read_number(const struct wn_invocation *invocation, const char *option,
                                  const char *fallback, double *number, struct wn_err *err) {
    const char *text = wn_args_text(invocation, option, fallback);
    char *end;
    *number = strtod(text, &end);
    if (end == text || *end || !isfinite(*number))
        return wn_fail(err, WN_BAD_INPUT, "--%s must be a number (found %s)", option, text);
    return WN_OK;
}

static enum wn_status run(struct wn_invocation *invocation, struct wn_err *err) {
    struct wn_store *store;
    struct wn_again again = {0};
    double least, confidence;
    enum wn_status status = read_number(invocation, "min-effect", "0", &least, err);
    if (status == WN_OK)
        status = read_number(invocation, "confidence", "0.95", &confidence, err);
    if (status == WN_OK)
        status = wn_open_sweep(invocation, WN_STORE_WRITE, &store, &again.examined, err);
    if (status != WN_OK)
        return status;
    status = choose(invocation, store, &again, err);
    if (status == WN_OK) {
        char *race = wn_format("{\"min_effect\": %.17g, \"confidence\": %.17g}", least, confidence);
        const struct wn_again_plan plan = {
            .suffix = "ab",
            .repeats = wn_args_integer(invocation, "max-repeats", DEFAULT_REPEATS),
            .race = race,
            .metric = wn_args_text(invocation, "metric", NULL),
            .goal = wn_args_text(invocation, "goal", NULL),
            .parallel = wn_args_integer(invocation, "parallel", 0),
        };
        status = wn_again_run(invocation, store, &again, &plan, err);
        free(race);
    }
    wn_again_clear(&again);
    wn_store_close(store);
    return status;
}

static const struct wn_example examples[] = {
    {"winnow ab svm 3 12", "is trial 12 better than trial 3?"},
    {"winnow ab svm 3 12 --min-effect 0.5", "a difference below 0.5 does not matter"},
    {"winnow ab svm --top 5", "is the winner of the sweep real?"},
    {0},
};

const struct wn_command wn_command_ab = {
    .name = "ab",
    .writes = true,
    .summary = "run configurations again until it is clear which is better",
    .also = "race experiment versus significance",
    .options = {options, wn_again_options, wn_run_sweep_options, wn_json_options},
    .operands = {{.name = "SWEEP", .kind = WN_OPERAND_SWEEP},
                 {.name = "TRIAL", .kind = WN_OPERAND_TRIAL, .optional = true, .many = true}},
    .description =
        "Runs fresh repeats of the configurations that the trials belong to, with seeds in common, "
        "interleaved and in parallel, and stops as soon as an always-valid test has decided: one "
        "is better, or (with --min-effect) they differ by less than matters. However often it "
        "looks, a winner is named where there is none no more often than --confidence allows. Of "
        "several configurations those that are worse drop out one by one.\n\n"
        "The repeats are a sweep of their own, called SWEEP-ab: winnow top shows it live, winnow "
        "stop and winnow resume work as on any other, and nothing is added to SWEEP, whose board "
        "shows what came out in a column. Trials that a decision makes needless are ended.",
    .examples = examples,
    .no_means = "of two, the second is not better; of more, no single one is left",
    .run = run,
};
