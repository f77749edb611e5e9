// SPDX-License-Identifier: GPL-3.0-or-later
// winnow try: one trial, now, and what winnow understands of it.
#include <math.h>
#include <stdlib.h>

#include "cli/common.h"
#include "cli/progress.h"
#include "cli/spec_args.h"
#include "cli/table.h"
#include "cli/tryout.h"
#include "core/base/mem.h"
#include "sweep/session.h"

// A trial that ran longer than this (seconds) and reported only in its last instants held back.
static const double long_run = 2, last_instants = 0.5;

static const struct wn_column columns[] = {
    {.title = "METRIC"},
    {.title = "POINTS", .right = true},
    {.title = "LAST", .right = true},
    {.title = "MIN", .right = true},
    {.title = "MAX", .right = true},
    {0},
};

static void print_metrics(const struct wn_tryout *tryout) {
    struct wn_table table = {.columns = columns};
    char last[32], min[32], max[32];
    for (size_t i = 0; i < tryout->series.count; i++) {
        const struct wn_series *series = &tryout->series.items[i];
        wn_table_add(&table, WN_ROLE_PLAIN, "%s", series->name);
        wn_table_add(&table, WN_ROLE_DIM, "%lld", (long long)series->summary.count);
        wn_table_add(&table, WN_ROLE_PLAIN, "%s", wn_number_text(series->summary.last, last));
        wn_table_add(&table, WN_ROLE_PLAIN, "%s", wn_number_text(series->summary.min, min));
        wn_table_add(&table, WN_ROLE_PLAIN, "%s", wn_number_text(series->summary.max, max));
    }
    if (table.count) {
        wn_print(tryout->out, "\n");
        wn_table_print(&table, tryout->out);
    }
    wn_table_free(&table);
}

static const char *closest_metric(const struct wn_tryout *tryout, const char *name) {
    const char **names = wn_calloc(tryout->series.count + 1, sizeof *names);
    for (size_t i = 0; i < tryout->series.count; i++)
        names[i] = tryout->series.items[i].name;
    const char *close = wn_closest(name, names, tryout->series.count);
    free(names);
    return close;
}

static void explain_missing(const struct wn_tryout *tryout, const char *name) {
    const char *close = closest_metric(tryout, name);
    wn_printf(tryout->out, "objective  %s was not found%s%s%s. ", name,
              close ? "; did you mean " : "", close ? close : "", close ? " (metric.name)?" : "");
    wn_printf(tryout->out,
              "Print a line such as %s=0.5 or {\"%s\": 0.5}, or add to the spec a pattern for the "
              "line that has it: capture: 'text before it (?<%s>[0-9.]+)'\n",
              name, name, name);
}

static void print_objective(const struct wn_tryout *tryout) {
    const struct wn_objective *objective = tryout->spec->objectives;
    const struct wn_series *series = wn_series_find(&tryout->series, objective->name);
    char number[32];
    if (!series) {
        explain_missing(tryout, objective->name);
        return;
    }
    double value = wn_objective_value(objective, &series->summary);
    wn_printf(tryout->out, "objective  %s = %s (%s of %lld)\n", objective->name,
              wn_number_text(value, number), objective->summary_last ? "last" : "best",
              (long long)series->summary.count);
}

static void warn_of_buffering(const struct wn_tryout *tryout) {
    int64_t most = 0;
    for (size_t i = 0; i < tryout->series.count; i++)
        if (tryout->series.items[i].summary.count > most)
            most = tryout->series.items[i].summary.count;
    if (most < 2 || tryout->seconds < long_run ||
        tryout->seconds - tryout->first_point > last_instants)
        return;
    wn_say("warning: all metrics came at the very end of %.1f s, so the command holds its output "
           "back: live curves and early stopping would see nothing; %s\n",
           tryout->seconds,
           tryout->spec->output_line ? "let it flush after each line"
                                     : "add output: line to the spec, or let it flush after each "
                                       "line");
}

static void print_report(const struct wn_tryout *tryout) {
    struct wn_output *out = tryout->out;
    enum wn_trial_state state = tryout->outcome.state;
    char took[32];
    wn_duration_text(tryout->seconds, took, sizeof took);
    print_metrics(tryout);
    wn_printf(out, "\nended      %s%s%s after %s", wn_role(out, wn_trial_state_role(state)),
              wn_trial_state_name(state), wn_role(out, WN_ROLE_PLAIN), took);
    wn_printf(out, tryout->outcome.reason[0] ? ": %s\n" : "\n", tryout->outcome.reason);
    print_objective(tryout);
    wn_print_flush(out);
    warn_of_buffering(tryout);
}

static enum wn_status check(const struct wn_spec *spec, struct wn_err *err) {
    struct wn_diags diags = {0};
    enum wn_status status = wn_session_check(spec, &diags);
    wn_say_diags(&diags);
    wn_diags_free(&diags);
    return status == WN_OK ? WN_OK : wn_fail(err, status, "this spec cannot be tried");
}

static enum wn_status first_config(const struct wn_spec *spec, struct wn_config *config,
                                   struct wn_err *err) {
    struct wn_searcher *searcher;
    int64_t id;
    enum wn_status status = wn_new_searcher(spec, spec->seed, &searcher, err);
    if (status != WN_OK)
        return status;
    if (wn_searcher_ask(searcher, &id, config) == WN_ASK_EXHAUSTED)
        status = wn_fail(err, WN_BAD_INPUT, "the constraints allow no configuration at all");
    wn_searcher_free(searcher);
    return status;
}

static enum wn_status try(struct wn_invocation *invocation, const struct wn_spec *spec,
                          struct wn_err *err) {
    struct wn_config *config = wn_config_new(spec->space);
    struct wn_tryout tryout = {
        .spec = spec, .environment = invocation->environment, .out = &invocation->out};
    enum wn_status status = check(spec, err);
    if (status == WN_OK)
        status = first_config(spec, config, err);
    if (status == WN_OK)
        status = wn_tryout_run(&tryout, config, err);
    if (status == WN_OK) {
        print_report(&tryout);
        if (!wn_trial_counts(tryout.outcome.state))
            status = WN_NO;
    }
    wn_tryout_clear(&tryout);
    wn_config_free(config);
    return status;
}

static enum wn_status run(struct wn_invocation *invocation, struct wn_err *err) {
    struct wn_spec *spec;
    enum wn_status status = wn_spec_from_args(invocation, &spec, err);
    if (status != WN_OK)
        return status;
    status = try(invocation, spec, err);
    wn_spec_free(spec);
    return status;
}

static const struct wn_example examples[] = {
    {"winnow try sweep.yaml", "run the first trial and see which lines became metrics"},
    {"winnow try --maximize accuracy -p C=1..10 -- ./train -c {C}", "the same without a file"},
    {0},
};

const struct wn_command wn_command_try = {
    .name = "try",
    .writes = true,
    .summary = "run one trial now and show what winnow reads of it",
    .also = "test once dry-run",
    .options = {wn_spec_options},
    .operands = {{.name = "SPEC", .kind = WN_OPERAND_FILE, .optional = true}},
    .takes_words = true,
    .description =
        "Runs the first configuration of a sweep in the foreground, with the limits and the "
        "environment of a real trial. Shows its command line, what it prints, below each line the "
        "metrics that were read from it, and at the end whether the objective was found. Nothing "
        "is stored.",
    .examples = examples,
    .no_means = "the trial failed, or printed no objective",
    .run = run,
};
