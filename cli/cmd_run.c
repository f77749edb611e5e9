// SPDX-License-Identifier: GPL-3.0-or-later
// winnow run: make a sweep and run it.
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/common.h"
#include "cli/edit_sweep.h"
#include "cli/make_sweep.h"
#include "cli/run_sweep.h"
#include "cli/spec_args.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "sweep/folder.h"
#include "sweep/owner.h"
#include "sweep/session.h"

static const struct wn_option options[] = {
    {.name = "resume", .help = "go on with the unfinished sweep of the same name and spec"},
    {.name = "new", .help = "make another sweep though an unfinished one is there"},
    {0},
};

static enum wn_status refuse_twin(const struct wn_store *store, const struct wn_sweep_row *twin,
                                  bool edited, struct wn_err *err) {
    char *dir = wn_sweep_folder(store, twin->id);
    bool running = wn_owner_alive(dir);
    free(dir);
    return wn_fail(err, WN_BAD_INPUT,
                   "the sweep %s with this very spec%s %s: add --resume to go on with it, or --new "
                   "to make another",
                   twin->name, edited ? ", which was edited since," : "",
                   running ? "is running" : "is not finished");
}

// Of two that began with this spec one is chosen, and it is told which.
static void tell_choice(const struct wn_sweep_row *sweep, int64_t fitting) {
    if (fitting > 1)
        wn_say("%lld unfinished sweeps began with this spec: going on with %s; winnow resume names "
               "another\n",
               (long long)fitting, sweep->name);
}

// Sets *found where `sweep` is the unfinished twin to go on with.
static enum wn_status look_for_twin(struct wn_invocation *invocation, struct wn_store *store,
                                    const struct wn_spec *spec, const char *name,
                                    struct wn_sweep_row *sweep, bool *found, struct wn_err *err) {
    *found = false;
    if (wn_args_has(invocation, "new"))
        return WN_OK;
    int64_t fitting, hash = (int64_t)spec->hash;
    enum wn_status status = wn_store_unfinished(store, name, hash, sweep, &fitting, err);
    *found = status == WN_OK && fitting;
    if (*found && wn_args_has(invocation, "resume"))
        tell_choice(sweep, fitting);
    else if (*found)
        status = refuse_twin(store, sweep, sweep->spec_hash != hash, err);
    if (status == WN_OK && !*found && wn_args_has(invocation, "resume"))
        status = wn_fail(err, WN_BAD_INPUT,
                         "there is no unfinished sweep %s with this spec to resume; leave --resume "
                         "out to begin one",
                         name);
    return status;
}

// What the file says beside the search holds from now on; where the search itself was edited, the
// file is older, and only what is said on the command line counts.
static enum wn_status go_on(struct wn_invocation *invocation, struct wn_store *store,
                            const struct wn_spec *spec, struct wn_sweep_row *sweep,
                            struct wn_err *err) {
    struct wn_versions versions;
    enum wn_status status = wn_await_stopping(store, sweep, err);
    if (status != WN_OK)
        return status;
    bool same = sweep->spec_hash == (int64_t)spec->hash;
    if (spec->parallel && (same || wn_args_has(invocation, "parallel")))
        sweep->parallel = spec->parallel;
    if (same)
        status = wn_edit_hooks(invocation, store, sweep, spec, err);
    if (status == WN_OK)
        status = wn_versions_load(store, sweep, &versions, err);
    if (status != WN_OK)
        return status;
    status = wn_run_sweep(invocation, store, sweep, wn_versions_newest(&versions), false, err);
    wn_versions_free(&versions);
    return status;
}

static enum wn_status run_in(struct wn_invocation *invocation, struct wn_store *store,
                             const struct wn_spec *spec, struct wn_err *err) {
    const char *file = invocation->operands[0];
    char *name = wn_session_name(spec, file);
    struct wn_sweep_row sweep = {0};
    bool found;
    enum wn_status status = look_for_twin(invocation, store, spec, name, &sweep, &found, err);
    if (status == WN_OK && found)
        status = go_on(invocation, store, spec, &sweep, err);
    else if (status == WN_OK)
        status = wn_sweep_make(store, spec, name, file, &sweep, err);
    if (status == WN_OK && !found)
        status = wn_run_sweep(invocation, store, &sweep, spec, false, err);
    wn_sweep_row_clear(&sweep);
    free(name);
    return status;
}

static enum wn_status run(struct wn_invocation *invocation, struct wn_err *err) {
    struct wn_spec *spec;
    struct wn_store *store;
    enum wn_status status = wn_spec_from_args(invocation, &spec, err);
    if (status != WN_OK)
        return status;
    status = wn_sweep_check(spec, invocation->operands[0], err);
    if (status == WN_OK)
        status = wn_open_store(invocation, WN_STORE_CREATE, &store, err);
    if (status == WN_OK) {
        status = run_in(invocation, store, spec, err);
        wn_store_close(store);
    }
    wn_spec_free(spec);
    return status;
}

static const struct wn_example examples[] = {
    {"winnow run sweep.yaml", "the sweep that a file describes"},
    {"winnow run --minimize loss -p 'lr=log(1e-5,0.1)' --trials 50 -- ./train --lr {lr}",
     "without a file"},
    {"winnow run --detach sweep.yaml", "leave it running and return"},
    {"winnow run sweep.yaml --resume", "go on with it, where it was stopped or killed"},
    {0},
};

const struct wn_command wn_command_run = {
    .name = "run",
    .writes = true,
    .summary = "run a sweep",
    .also = "start begin launch sweep optimize optimise search tune exec",
    .options = {wn_spec_options, options, wn_run_sweep_options, wn_json_options},
    .operands = {{.name = "SPEC", .kind = WN_OPERAND_FILE, .optional = true}},
    .takes_words = true,
    .description =
        "Makes a sweep from a W&B-style file, from options, or from a file that options override, "
        "and runs its trials in parallel until the budget is spent or the space is exhausted. "
        "Progress goes to stderr, the result to stdout.\n\n"
        "The first Ctrl-C lets running trials end and starts no new ones; the second one ends "
        "them. "
        "winnow resume goes on after both, and after a crash. A terminal that goes away changes "
        "nothing. Where the disk of the store is nearly full, no trials are started until there is "
        "room again.\n\n"
        "An unfinished sweep with the same name and spec is not begun twice by accident: --resume "
        "goes on with it, as it is by now where winnow edit changed it; --new makes another.",
    .examples = examples,
    .no_means = "no trial has a result, or nothing but failures ended the sweep",
    .run = run,
};
