// SPDX-License-Identifier: GPL-3.0-or-later
// winnow compare: is B better than A?
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/common.h"
#include "cli/compare.h"

// ---- options ------------------------------------------------------------------------------------

static enum wn_status read_number(const struct wn_invocation *invocation, const char *option,
                                  double *number, struct wn_err *err) {
    const char *text = wn_args_text(invocation, option, NULL);
    char *end;
    *number = 0;
    if (!text)
        return WN_OK;
    *number = strtod(text, &end);
    if (end == text || *end || !isfinite(*number) || *number <= 0)
        return wn_fail(err, WN_BAD_INPUT, "--%s takes a number above 0 (found %s)", option, text);
    return WN_OK;
}

static enum wn_status read_numbers(const struct wn_invocation *invocation,
                                   struct wn_compare_options *options, struct wn_err *err) {
    enum wn_status status = read_number(invocation, "min-effect", &options->least, err);
    if (status == WN_OK)
        status = read_number(invocation, "confidence", &options->confidence, err);
    if (status == WN_OK && options->confidence >= 1)
        status = wn_fail(err, WN_BAD_INPUT, "--confidence is below 1, like 0.95 (found %s)",
                         wn_args_text(invocation, "confidence", ""));
    if (status == WN_OK && wn_args_has(invocation, "json") && wn_args_has(invocation, "md"))
        status = wn_fail(err, WN_BAD_INPUT, "--json and --md exclude each other");
    return status;
}

// Two words name their sweeps themselves; of three the first one is the sweep of the others.
static void take_sides(const struct wn_invocation *invocation, struct wn_compare_options *options) {
    const char *const *words = invocation->operands;
    options->sweep = words[2] ? words[0] : NULL;
    options->a = words[2] ? words[1] : words[0];
    options->b = words[2] ? words[2] : words[1];
}

// ---- the command --------------------------------------------------------------------------------

static enum wn_status print(struct wn_invocation *invocation, struct wn_store *store,
                            const struct wn_comparison *comparison, struct wn_err *err) {
    struct wn_output *out = &invocation->out;
    struct wn_compare_curves curves = {0};
    const struct wn_curves_wish wish = {
        .columns = wn_compare_curve_columns(wn_compare_width(&invocation->out))};
    enum wn_status status = WN_OK;
    if (wn_args_has(invocation, "json")) {
        wn_compare_json(comparison, out);
        return WN_OK;
    }
    if (wn_args_has(invocation, "md")) {
        struct wn_str text = {0};
        wn_compare_markdown(comparison, &text);
        wn_print_bytes(out, text.text, text.length);
        wn_str_free(&text);
        return WN_OK;
    }
    if (!wn_args_has(invocation, "no-curves"))
        status = wn_compare_curves(store, comparison, wish, &curves, err);
    if (status == WN_OK)
        wn_compare_page(comparison, &curves, wn_locale_is_ascii(), out);
    wn_compare_curves_clear(&curves);
    return status;
}

static enum wn_status compare(struct wn_invocation *invocation,
                              const struct wn_compare_options *options, struct wn_err *err) {
    struct wn_store *store;
    struct wn_comparison *comparison;
    enum wn_status status = wn_open_store(invocation, WN_STORE_READ, &store, err);
    if (status != WN_OK)
        return status;
    status = wn_compare(store, options, &comparison, err);
    if (status == WN_OK) {
        status = print(invocation, store, comparison, err);
        if (status == WN_OK && comparison->verdict.kind != WN_VERDICT_B_BETTER)
            status = wn_fail(err, WN_NO, "%s", "");
        wn_comparison_free(comparison);
    }
    wn_store_close(store);
    return status;
}

static enum wn_status run(struct wn_invocation *invocation, struct wn_err *err) {
    struct wn_compare_options options = {.alone = wn_args_has(invocation, "alone")};
    enum wn_status status = read_numbers(invocation, &options, err);
    if (status != WN_OK)
        return status;
    take_sides(invocation, &options);
    const char **metrics = wn_args_texts(invocation, "metric", &options.metric_count);
    const char **guardrails = wn_args_texts(invocation, "guardrail", &options.guardrail_count);
    options.metrics = metrics;
    options.guardrails = guardrails;
    status = compare(invocation, &options, err);
    free(metrics);
    free(guardrails);
    return status;
}

static const struct wn_option options[] = {
    {.name = "metric",
     .type = WN_OPTION_TEXT,
     .repeats = true,
     .value = "NAME",
     .fallback = "all that both have",
     .help = "compare only this one; the objective decides where it is among them, else the first"},
    {.name = "guardrail",
     .type = WN_OPTION_TEXT,
     .repeats = true,
     .value = "LIMIT",
     .help = "what B must keep to win: latency_ms<=+5%, loss<=+0.01, auc>=0.9"},
    {.name = "min-effect",
     .type = WN_OPTION_TEXT,
     .value = "D",
     .help = "the smallest difference that matters: less than that is the same"},
    {.name = "confidence",
     .type = WN_OPTION_TEXT,
     .value = "C",
     .fallback = "0.95",
     .help = "of the intervals"},
    {.name = "alone", .help = "a trial's number means that trial, not all repeats of it"},
    {.name = "no-curves", .help = "draw no learning curves"},
    {.name = "md", .help = "Markdown, for a pull request"},
    {0},
};

static const struct wn_example examples[] = {
    {"winnow compare svm 3 12", "is the configuration of trial 12 better than that of trial 3?"},
    {"winnow compare svm 'C < 10' 'C >= 10'", "is one half of the space better than the other?"},
    {"winnow compare svm svm-2 --md", "two sweeps, for a pull request"},
    {"winnow compare svm @1a2b3c4 @5d6e7f8", "two commits that the sweep ran with"},
    {"winnow compare svm:0 svm-2:0 --guardrail 'loss<=+5%' && make deploy", "a gate"},
    {0},
};

const struct wn_command wn_command_compare = {
    .name = "compare",
    .summary = "tell whether one configuration, group, sweep or commit is better than another",
    .also = "ab-test versus vs better significance",
    .options = {options, wn_json_options},
    .operands = {{.name = "SWEEP[:SIDE]", .kind = WN_OPERAND_SWEEP},
                 {.name = "A", .kind = WN_OPERAND_SWEEP},
                 {.name = "B", .kind = WN_OPERAND_TRIAL, .optional = true}},
    .description =
        "Compares two sides, A and B: of one sweep (winnow compare SWEEP A B), or of two (winnow "
        "compare SWEEP:A SWEEP:B; a SWEEP alone is all its configurations). A side is the number "
        "of a trial, which means its configuration with all repeats; an expression over parameters "
        "and metrics, as winnow board --where takes it, or simply NAME=VALUE; or @COMMIT, the "
        "trials that ran with that commit of git.\n\n"
        "It tells the parameters that differ, and of each metric both means with their standard "
        "errors, the difference with its interval, how large and how sure that is. Where both "
        "sides ran the same seeds, or the same configurations but for what is compared, values are "
        "compared in pairs. Repeats that are all the same are refused as evidence. The last line "
        "is the verdict, by the objective; a guardrail that B breaks takes its win away. How all "
        "this is computed is in docs/compare.md.",
    .examples = examples,
    .no_means = "B is not better, or breaks a guardrail, or it cannot be told yet",
    .run = run,
};
