// SPDX-License-Identifier: GPL-3.0-or-later
// Running a sweep from the command line and telling how it went.
#include "cli/run_sweep.h"

#include <malloc.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/common.h"
#include "cli/detach.h"
#include "cli/progress.h"
#include "cli/result.h"
#include "cli/show.h"
#include "core/base/clock.h"
#include "core/value.h"
#include "sweep/session.h"

const struct wn_option wn_run_sweep_options[] = {
    {.name = "detach", .letter = 'd', .help = "leave the sweep to a runner of its own and return"},
    {.name = "quiet", .letter = 'q', .help = "no progress, only what went wrong"},
    {0},
};

static const double stopping_patience = 10; // seconds until a runner that was told to must be gone

// ---- the result ---------------------------------------------------------------------------------

static void emit_best(struct wn_emit *emit, const struct wn_progress *progress,
                      const struct wn_trial_row *best) {
    if (!best) {
        wn_emit_null(emit, "best");
        return;
    }
    wn_emit_open(emit, "best", '{');
    wn_emit_integer(emit, "trial", progress->best_trial);
    wn_emit_real(emit, "objective", progress->best);
    if (!isnan(best->se))
        wn_emit_real(emit, "se", best->se);
    wn_emit_raw(emit, "params", best->params);
    wn_emit_close(emit, '}');
}

static void print_json(struct wn_output *out, const char *sweep, const struct wn_progress *progress,
                       const struct wn_trial_row *best) {
    struct wn_emit emit = {0};
    wn_emit_open(&emit, NULL, '{');
    wn_emit_text(&emit, "sweep", sweep);
    wn_emit_text(&emit, "state", wn_sweep_state_name(progress->state));
    wn_emit_text(&emit, "reason", progress->reason);
    wn_emit_counts(&emit, progress->counts);
    emit_best(&emit, progress, best);
    wn_emit_close(&emit, '}');
    wn_print_json(out, &emit);
}

struct failure {
    struct wn_output *out;
    const char *sweep;
};

static bool print_failure(void *context, const struct wn_trial_row *row) {
    const struct failure *failure = context;
    if (!wn_trial_ended(row->state) || wn_trial_counts(row->state))
        return true;
    wn_printf(failure->out, "trial %lld %s: %s; see winnow logs %s %lld\n", (long long)row->number,
              wn_trial_state_name(row->state), row->reason ? row->reason : "", failure->sweep,
              (long long)row->number);
    if (row->last_line && row->last_line[0])
        wn_printf(failure->out, "  %s\n", row->last_line);
    return false;
}

// The first trial that failed stands for the others.
static enum wn_status explain_failure(struct wn_output *out, struct wn_store *store,
                                      const struct wn_sweep_row *sweep,
                                      const struct wn_progress *progress, struct wn_err *err) {
    if (progress->has_best && progress->state != WN_SWEEP_FAILED)
        return WN_OK;
    struct failure failure = {.out = out, .sweep = sweep->name};
    return wn_store_each_trial(store, sweep->id, print_failure, &failure, err);
}

static void print_foreign(struct wn_output *out, const char *text) {
    wn_print_text(out, text, strlen(text));
}

// A command to be typed or copied.
static void print_hint(struct wn_output *out, const char *command,
                       const struct wn_sweep_row *sweep) {
    wn_print(out, command);
    print_foreign(out, sweep->name);
    wn_print(out, "\n");
}

static void print_text(struct wn_output *out, const struct wn_sweep_row *sweep,
                       const struct wn_progress *progress, const struct wn_trial_row *best) {
    char took[32], number[32];
    wn_duration_text(progress->elapsed, took, sizeof took);
    print_foreign(out, sweep->name);
    wn_printf(out, " %s after %s", wn_sweep_state_name(progress->state), took);
    wn_printf(out, progress->reason[0] ? ": %s\n" : "%s\n", progress->reason);
    if (best) {
        wn_print(out, "best ");
        print_foreign(out, sweep->objective);
        wn_printf(out, " %s (trial %lld) with\n", wn_float_repr(progress->best, number),
                  (long long)progress->best_trial);
        wn_show_params(best->params, out);
        print_hint(out, "see winnow board ", sweep);
    } else
        wn_print(out, "no trial has a result\n");
    if (progress->state == WN_SWEEP_STOPPED)
        print_hint(out, "go on with winnow resume ", sweep);
}

// Where nothing came of any trial the last line says so, whatever ended the sweep.
static void tell_all_failed(struct wn_output *out, const struct wn_sweep_row *sweep,
                            const struct wn_progress *progress) {
    int64_t ended = 0, counted = 0;
    for (int i = 0; i < WN_TRIAL_STATES; i++) {
        enum wn_trial_state state = (enum wn_trial_state)i;
        ended += wn_trial_ended(state) ? progress->counts[i] : 0;
        counted += wn_trial_counts(state) ? progress->counts[i] : 0;
    }
    if (!ended || counted || progress->state == WN_SWEEP_STOPPED ||
        progress->counts[WN_TRIAL_KILLED])
        return; // a person ended them, or it goes on
    if (ended == 1)
        wn_print(out, "the only trial failed; ");
    else
        wn_printf(out, "all %lld trials failed; ", (long long)ended);
    wn_print(out, "see winnow show ");
    print_foreign(out, sweep->name);
    wn_print(out, " --failures\n");
}

static enum wn_status print_result(struct wn_invocation *invocation, struct wn_store *store,
                                   const struct wn_sweep_row *sweep,
                                   const struct wn_progress *progress, struct wn_err *err) {
    struct wn_trial_row best = {0};
    enum wn_status status = WN_OK;
    if (progress->has_best)
        status = wn_store_get_trial(store, sweep->id, progress->best_trial, &best, err);
    if (status == WN_OK && wn_args_has(invocation, "json"))
        print_json(&invocation->out, sweep->name, progress, progress->has_best ? &best : NULL);
    else if (status == WN_OK) {
        print_text(&invocation->out, sweep, progress, progress->has_best ? &best : NULL);
        status = explain_failure(&invocation->out, store, sweep, progress, err);
        tell_all_failed(&invocation->out, sweep, progress);
    }
    wn_trial_row_clear(&best);
    if (status == WN_OK && (!progress->has_best || progress->state == WN_SWEEP_FAILED))
        return wn_fail(err, WN_NO, "%s", "");
    return status;
}

// ---- running it ---------------------------------------------------------------------------------

static bool has_end(const struct wn_sweep_row *sweep, const struct wn_spec *spec) {
    return sweep->declared > 0 || spec->max_seconds > 0 || spec->until.has_target ||
           spec->until.plateau > 0;
}

static enum wn_status run_here(struct wn_invocation *invocation, struct wn_store *store,
                               const struct wn_sweep_row *sweep, const struct wn_spec *spec,
                               bool retry_failed, struct wn_err *err) {
    struct wn_progress_view view = {
        .objective = sweep->objective,
        .terminal = wn_takes_escapes(STDERR_FILENO),
        .quiet = wn_args_has(invocation, "quiet"),
    };
    char *slots = wn_slots_folder();
    const struct wn_session_options options = {
        .version = WN_VERSION,
        .environment = invocation->environment,
        .getenv = wn_environment_value,
        .slots_dir = slots,
        .retry_failed = retry_failed,
        .watch = {.progress = wn_progress_show, .notice = wn_progress_notice, .context = &view},
    };
    struct wn_progress progress = {0};
    if (!has_end(sweep, spec) && !view.quiet)
        wn_progress_notice(&view, "there is no budget, so it goes on until you stop it "
                                  "(Ctrl-C); --trials N ends it sooner");
    enum wn_status status = wn_session_run(store, sweep, &options, &progress, err);
    free(slots);
    if (status != WN_OK)
        return status;
    wn_progress_end(&view, &progress);
    if (spec->race.on)
        return wn_result_of_race(invocation, store, sweep, spec, err);
    if (sweep->examines)
        return wn_result_of_confirmation(invocation, store, sweep, err);
    return print_result(invocation, store, sweep, &progress, err);
}

enum wn_status wn_await_stopping(struct wn_store *store, struct wn_sweep_row *sweep,
                                 struct wn_err *err) {
    bool stopping = false;
    if (!wn_sweep_alive(store, sweep->id))
        return WN_OK;
    enum wn_status status = wn_store_is_stopping(store, sweep->id, &stopping, err);
    if (status != WN_OK || !stopping)
        return status;
    wn_say("the runner of %s was told to stop; waiting for its end\n", sweep->name);
    double deadline = wn_monotonic() + stopping_patience;
    while (wn_sweep_alive(store, sweep->id)) {
        if (wn_monotonic() > deadline)
            return wn_fail(err, WN_ENVIRONMENT,
                           "the runner of %s still waits for its trials: try again later, or end "
                           "them with winnow stop %s --now",
                           sweep->name, sweep->name);
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    }
    int64_t id = sweep->id;
    wn_sweep_row_clear(sweep);
    return wn_store_get_sweep(store, id, sweep, err);
}

enum wn_status wn_run_sweep(struct wn_invocation *invocation, struct wn_store *store,
                            const struct wn_sweep_row *sweep, const struct wn_spec *spec,
                            bool retry_failed, struct wn_err *err) {
    mallopt(M_ARENA_MAX, 1); // else each thread of the pool keeps a heap of its own
    if (!wn_args_has(invocation, "detach"))
        return run_here(invocation, store, sweep, spec, retry_failed, err);
    enum wn_status status = wn_detach(invocation, store, sweep, retry_failed, err);
    if (status == WN_OK && wn_args_has(invocation, "json")) {
        struct wn_emit emit = {0};
        wn_emit_open(&emit, NULL, '{');
        wn_emit_text(&emit, "sweep", sweep->name);
        wn_emit_text(&emit, "state", wn_sweep_state_name(WN_SWEEP_RUNNING));
        wn_emit_close(&emit, '}');
        wn_print_json(&invocation->out, &emit);
    } else if (status == WN_OK)
        wn_printf(&invocation->out,
                  "%s runs by itself; see winnow ls, winnow board %s, winnow stop %s\n",
                  sweep->name, sweep->name, sweep->name);
    return status;
}
