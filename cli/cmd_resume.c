// SPDX-License-Identifier: GPL-3.0-or-later
// winnow resume: go on with a sweep that was stopped, or whose runner was killed.
#include "cli/common.h"
#include "cli/run_sweep.h"
#include "cli/spec_args.h"
#include "sweep/session.h"

static const struct wn_option options[] = {
    {.name = "failed", .help = "try trials that failed once more"},
    {.name = "parallel",
     .type = WN_OPTION_COUNT,
     .value = "N",
     .fallback = "as before",
     .help = "trials at once"},
    {0},
};

static enum wn_status parse_stored(const struct wn_sweep_row *sweep, struct wn_spec **spec,
                                   struct wn_err *err) {
    enum wn_status status = wn_spec_stored(sweep, spec, err);
    if (status != WN_OK)
        return status;
    struct wn_diags diags = {.file = sweep->spec_file ? sweep->spec_file : "spec"};
    if (wn_session_vet(*spec, &diags) != WN_OK || wn_session_check(*spec, &diags) != WN_OK) {
        wn_say_diags(&diags);
        wn_spec_free(*spec);
        status = wn_fail(err, WN_BAD_INPUT, "the stored spec of %s cannot be run by this winnow",
                         sweep->name);
    }
    wn_diags_free(&diags);
    return status;
}

static enum wn_status run(struct wn_invocation *invocation, struct wn_err *err) {
    struct wn_store *store;
    struct wn_sweep_row sweep;
    struct wn_spec *spec;
    enum wn_status status = wn_open_sweep(invocation, WN_STORE_WRITE, &store, &sweep, err);
    if (status != WN_OK)
        return status;
    status = wn_await_stopping(store, &sweep, err);
    if (status == WN_OK)
        status = parse_stored(&sweep, &spec, err);
    if (status == WN_OK) {
        sweep.parallel = wn_args_integer(invocation, "parallel", sweep.parallel);
        bool retry_failed = wn_args_has(invocation, "failed");
        status = wn_run_sweep(invocation, store, &sweep, spec, retry_failed, err);
        wn_spec_free(spec);
    }
    wn_sweep_row_clear(&sweep);
    wn_store_close(store);
    return status;
}

static const struct wn_example examples[] = {
    {"winnow resume svm", "go on where svm was stopped or killed"},
    {"winnow resume svm --failed", "and try its failed trials once more"},
    {"winnow resume svm --parallel 2", "with fewer trials at once than before"},
    {0},
};

const struct wn_command wn_command_resume = {
    .name = "resume",
    .writes = true,
    .summary = "go on with a sweep",
    .also = "continue restart agent",
    .options = {options, wn_run_sweep_options, wn_json_options},
    .operands = {{.name = "SWEEP", .kind = WN_OPERAND_SWEEP}},
    .description =
        "Goes on with a sweep that was stopped, or whose runner was killed. Trials that still run "
        "are taken over with all they printed meanwhile; trials that were cancelled or lost run "
        "again; finished ones never do. The history is replayed, so the search goes on as if it "
        "had not been interrupted.",
    .examples = examples,
    .no_means = "no trial has a result, or nothing but failures ended the sweep",
    .run = run,
};
