// SPDX-License-Identifier: GPL-3.0-or-later
// winnow export: all trials or all points of a sweep, as a stream.
#include <string.h>

#include "cli/common.h"
#include "cli/outfile.h"

static const struct wn_option options[] = {
    {.name = "trials", .help = "a row per trial, repeats and failures included"},
    {.name = "points", .help = "a row per point of every metric: trial, step, metric, value"},
    {.name = "csv", .help = "as CSV (the default)"},
    {.name = "jsonl", .help = "as JSON, an object a line (the default for FILE.jsonl)"},
    {.name = "output",
     .letter = 'o',
     .type = WN_OPTION_FILE,
     .value = "FILE",
     .help = "write to a file, which appears whole or not at all"},
    {0},
};

static enum wn_status write_all(struct wn_invocation *invocation, struct wn_store *store,
                                const struct wn_sweep_row *sweep, struct wn_err *err) {
    struct wn_outfile file;
    const char *path = wn_args_text(invocation, "output", NULL);
    const char *ending = path ? strrchr(path, '.') : NULL;
    bool lines = ending && strcmp(ending, ".jsonl") == 0;
    bool csv = wn_args_has(invocation, "csv") || !(wn_args_has(invocation, "jsonl") || lines);
    enum wn_status status = wn_outfile_open(&file, &invocation->out, path, err);
    if (status != WN_OK)
        return status;
    status = wn_args_has(invocation, "points")
                 ? wn_export_points(store, sweep->id, csv, &file.sink, err)
                 : wn_export_trials(store, sweep, csv, &file.sink, err);
    return wn_outfile_close(&file, status, err);
}

static enum wn_status run(struct wn_invocation *invocation, struct wn_err *err) {
    if (wn_args_has(invocation, "points") == wn_args_has(invocation, "trials"))
        return wn_fail(err, WN_BAD_INPUT, "say what to export: --trials or --points");
    if (wn_args_has(invocation, "csv") && wn_args_has(invocation, "jsonl"))
        return wn_fail(err, WN_BAD_INPUT, "--csv and --jsonl exclude each other");
    struct wn_store *store;
    struct wn_sweep_row sweep;
    enum wn_status status = wn_open_sweep(invocation, WN_STORE_READ, &store, &sweep, err);
    if (status != WN_OK)
        return status;
    status = write_all(invocation, store, &sweep, err);
    wn_sweep_row_clear(&sweep);
    wn_store_close(store);
    return status;
}

static const struct wn_example examples[] = {
    {"winnow export svm --trials -o trials.csv", "every trial with its parameters and times"},
    {"winnow export svm --points --jsonl | jq .value", "every point, streamed"},
    {0},
};

const struct wn_command wn_command_export = {
    .name = "export",
    .summary = "write all trials or points of a sweep",
    .also = "dump download csv",
    .options = {options},
    .operands = {{.name = "SWEEP", .kind = WN_OPERAND_SWEEP}},
    .description = "Streams everything a sweep has, whatever its size: the memory needed does not "
                   "grow with it. Numbers that are not finite are NaN, inf or -inf in CSV and null "
                   "in JSON.",
    .examples = examples,
    .run = run,
};
