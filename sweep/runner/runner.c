// SPDX-License-Identifier: GPL-3.0-or-later
// The loop of the runner: every 50 ms it reads what trials printed and obeys requests; whenever an
// attempt ended it settles it, fills the free slots and commits both in one transaction, then
// starts what the transaction says is running.
#include "sweep/runner/internal.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "sweep/disk.h"
#include "sweep/owner.h"

enum { TICK_MS = 50, BEHIND_MS = 1, ACTIVE_S = 10 };

// ---- stages -------------------------------------------------------------------------------------

static void fail(struct wn_runner *runner, const struct wn_err *err) {
    wn_store_rollback(runner->store);
    if (runner->failure.status == WN_OK)
        runner->failure = *err;
    uv_stop(&runner->loop);
}

static void interrupt(struct wn_runner *runner) {
    runner->interrupts++;
    if (runner->over)
        wn_events_detach(runner->setup->carried->events);
    else if (runner->interrupts == 1)
        wn_runner_drain(runner, "a signal");
    else if (runner->interrupts == 2)
        wn_runner_cancel(runner, "a signal");
    else
        wn_runner_stop_live(runner, true);
}

static void on_interrupt(uv_signal_t *handle, int signal) {
    struct wn_runner *runner = handle->data;
    (void)signal;
    interrupt(runner);
    if (runner->over) // the next one need not be gentle
        uv_signal_stop(handle);
}

static void on_hangup(uv_signal_t *handle, int signal) {
    (void)handle, (void)signal; // a dropped terminal never stops a sweep
}

// ---- progress and the end -----------------------------------------------------------------------

static int64_t ended_trials(const struct wn_progress *progress) {
    int64_t ended = 0;
    for (int state = 0; state < WN_TRIAL_STATES; state++)
        if (wn_trial_ended((enum wn_trial_state)state))
            ended += progress->counts[state];
    return ended;
}

// Nothing runs and nothing will be started any more.
static bool is_over(const struct wn_runner *runner) {
    if (runner->live_count || runner->thought.under_way)
        return false;
    if (runner->progress.stage != WN_STAGE_RUNNING || runner->hopeless)
        return true;
    return !runner->waiting_count && (runner->exhausted || runner->ending[0]);
}

static void update_progress(struct wn_runner *runner) {
    struct wn_progress *progress = &runner->progress;
    double now = wn_monotonic() - runner->started;
    progress->elapsed = runner->active_before + now;
    progress->rate = now > 0 ? (double)runner->ended_this_run / now : 0;
    int64_t left = progress->declared - ended_trials(progress);
    progress->eta = progress->declared && progress->rate > 0 ? (double)left / progress->rate : NAN;
    if (runner->spec->max_seconds > 0)
        progress->eta = fmin(progress->eta, fmax(0, runner->spec->max_seconds - progress->elapsed));
    if (is_over(runner))
        progress->eta = NAN;
    const struct wn_runner_watch *watch = &runner->setup->watch;
    if (watch->progress)
        watch->progress(watch->context, progress);
}

static void name_ending(struct wn_runner *runner) {
    struct wn_progress *progress = &runner->progress;
    progress->state = WN_SWEEP_FINISHED;
    if (progress->stage != WN_STAGE_RUNNING)
        progress->state = WN_SWEEP_STOPPED;
    else if (runner->hopeless)
        progress->state = WN_SWEEP_FAILED;
    else if (runner->exhausted && !runner->ending[0])
        snprintf(runner->ending, sizeof runner->ending, "%s",
                 runner->asked ? "every configuration of the space was tried"
                               : "the constraints allow no configuration at all");
    snprintf(progress->reason, sizeof progress->reason, "%s", runner->ending);
}

static bool active_is_due(const struct wn_runner *runner, double seconds) {
    return wn_monotonic() - runner->active_until >= seconds;
}

// The time worked goes with other commits, so that a killed runner loses little of it.
static enum wn_status store_active(struct wn_runner *runner, struct wn_err *err) {
    double now = wn_monotonic(), since = now - runner->active_until;
    runner->active_until = now;
    return wn_store_add_active(runner->store, runner->setup->sweep->id, since, err);
}

// A turn that an edit ends.
static enum wn_status store_turn(struct wn_runner *runner, struct wn_err *err) {
    enum wn_status status = wn_store_begin(runner->store, err);
    if (status == WN_OK)
        status = store_active(runner, err);
    return status == WN_OK ? wn_store_commit(runner->store, err) : status;
}

static enum wn_status store_ending(struct wn_runner *runner, struct wn_err *err) {
    name_ending(runner);
    enum wn_status status = wn_store_begin(runner->store, err);
    if (status == WN_OK)
        status = store_active(runner, err);
    if (status == WN_OK)
        status = wn_store_set_sweep_state(runner->store, runner->setup->sweep->id,
                                          runner->progress.state, runner->progress.reason, wn_now(),
                                          err);
    if (status == WN_OK)
        status = wn_store_end_run(runner->store, runner->setup->record->id, wn_now(), err);
    return status == WN_OK ? wn_store_commit(runner->store, err) : status;
}

static void tell_finish(const struct wn_runner *runner) {
    const struct wn_progress *progress = &runner->progress;
    const struct wn_happening happening = {
        .event = WN_EVENT_FINISH,
        .trial = progress->has_best ? progress->best_trial : -1,
        .objective = progress->has_best ? progress->best : NAN,
        .state = wn_sweep_state_name(progress->state),
        .reason = progress->reason,
    };
    wn_events_note(runner->setup->carried->events, &happening);
    wn_events_committed(runner->setup->carried->events);
}

// ---- the loop -----------------------------------------------------------------------------------

// Points and verdicts of all live trials in one transaction; then the verdicts are carried out.
static enum wn_status store_live(struct wn_runner *runner, struct wn_err *err) {
    enum wn_status status = wn_store_begin(runner->store, err);
    for (size_t i = 0; i < runner->live_count && status == WN_OK; i++) {
        struct wn_live *live = runner->live[i];
        if (wn_collector_dirty(live->collector))
            status = wn_collector_store(live->collector, runner->store, err);
        if (status == WN_OK && live->condemn)
            status = wn_store_set_condemned(runner->store, live->row.sweep, live->row.number,
                                            live->row.condemned, err);
        if (status == WN_OK && live->undying)
            status = wn_store_set_reason(runner->store, live->row.sweep, live->row.number,
                                         live->row.reason, err);
    }
    if (status == WN_OK && active_is_due(runner, 1))
        status = store_active(runner, err);
    if (status == WN_OK)
        status = wn_store_commit(runner->store, err);
    for (size_t i = 0; i < runner->live_count && status == WN_OK; i++) {
        struct wn_live *live = runner->live[i];
        if (live->condemn && !live->gone)
            runner->executor_type->stop(runner->executor, live->row.number, live->row.attempt,
                                        false);
        live->condemn = live->undying = false;
    }
    if (status == WN_OK)
        wn_runner_tidy(runner);
    return status;
}

// *behind: a trial prints faster than a call reads, so the next one should come at once.
static enum wn_status collect(struct wn_runner *runner, bool *behind, struct wn_err *err) {
    bool dirty = false;
    *behind = false;
    for (size_t i = 0; i < runner->live_count; i++) {
        struct wn_live *live = runner->live[i];
        bool more = false;
        if (!live->gone && wn_collector_poll(live->collector, false, &more, err) != WN_OK)
            return err->status;
        *behind = *behind || more;
        dirty = dirty || live->condemn || live->undying || wn_collector_dirty(live->collector);
    }
    return dirty || active_is_due(runner, ACTIVE_S) ? store_live(runner, err) : WN_OK;
}

static enum wn_status settle_and_fill(struct wn_runner *runner, struct wn_err *err) {
    runner->dirty = false;
    wn_runner_look_at_disk(runner);
    enum wn_status status = wn_store_begin(runner->store, err);
    if (status == WN_OK)
        status = wn_runner_settle(runner, err);
    if (status == WN_OK)
        status = wn_runner_fill_slots(runner, err);
    if (status == WN_OK && active_is_due(runner, 1))
        status = store_active(runner, err);
    if (status == WN_OK)
        status = wn_store_commit(runner->store, err);
    if (status != WN_OK)
        return status;
    wn_runner_launch(runner);
    wn_runner_think_ahead(runner);
    wn_runner_tidy(runner);
    return WN_OK;
}

// Whether to look again at who could be started.
static bool look_is_due(const struct wn_runner *runner) {
    if (wn_runner_held(runner))
        return runner->told.length > 0; // whose turn it is must know that it waits no more
    if ((int64_t)runner->live_count >= runner->setup->parallel ||
        !wn_slots_suffice(&runner->slots, runner->spec->gpus))
        return false;
    for (size_t i = 0; i < runner->waiting_count; i++)
        if (runner->waiting[i].not_before <= wn_monotonic())
            return true;
    return false;
}

static void on_tick(uv_timer_t *timer) {
    struct wn_runner *runner = timer->data;
    struct wn_err err = {0};
    bool behind;
    enum wn_status status = collect(runner, &behind, &err);
    if (status == WN_OK && !runner->thought.under_way &&
        (wn_store_changed(runner->store) || !runner->looked_for_requests))
        status = wn_runner_obey(runner, &err);
    if (status != WN_OK) {
        fail(runner, &err);
        return;
    }
    if (runner->setup->carried->edited) {
        uv_stop(&runner->loop);
        return;
    }
    wn_runner_look_at_disk(runner);
    runner->dirty = runner->dirty || look_is_due(runner);
    update_progress(runner);
    if (behind)
        uv_timer_start(timer, on_tick, BEHIND_MS, TICK_MS);
}

static void tell_ending(struct wn_runner *runner) {
    if (runner->told_ending || !runner->ending[0] || !runner->live_count ||
        runner->progress.stage != WN_STAGE_RUNNING)
        return;
    runner->told_ending = true;
    if (!runner->spec->max_configurations || runner->asked < runner->spec->max_configurations)
        wn_runner_notice(runner, "%s; waiting for %zu running", runner->ending, runner->live_count);
}

static void on_busy(uv_idle_t *busy) {
    (void)busy; // while there is one, the loop does not wait for events
}

static void on_check(uv_check_t *check) {
    struct wn_runner *runner = check->data;
    struct wn_err err = {0};
    if (runner->setup->carried->edited)
        return; // what is started from now on is of the new spec
    if (runner->dirty && !runner->thought.under_way && runner->failure.status == WN_OK &&
        settle_and_fill(runner, &err) != WN_OK)
        fail(runner, &err);
    tell_ending(runner);
    if (is_over(runner))
        uv_stop(&runner->loop);
    if (runner->dirty && !runner->thought.under_way)
        uv_idle_start(&runner->busy, on_busy);
    else
        uv_idle_stop(&runner->busy);
}

static void on_gone(void *context, int64_t trial, int64_t attempt) {
    struct wn_runner *runner = context;
    struct wn_live *live = wn_runner_find_live(runner, trial, attempt);
    if (live)
        live->gone = runner->dirty = true;
}

// It keeps its slot: what hangs still has its memory and its GPU, and must not run twice.
static void on_undying(void *context, int64_t trial, int64_t attempt, const char *pids) {
    struct wn_runner *runner = context;
    struct wn_live *live = wn_runner_find_live(runner, trial, attempt);
    if (!live || live->gone)
        return;
    char *reason = wn_format("%s%s cannot be killed: frozen, hanging in the kernel, or another "
                             "user's; the trial keeps its slot until it is gone",
                             !*pids              ? "a process of it"
                             : strchr(pids, ',') ? "processes "
                                                 : "process ",
                             pids);
    live->undying = !live->row.reason || strcmp(live->row.reason, reason) != 0;
    if (live->undying) {
        wn_runner_notice(runner, "trial %lld: %s", (long long)trial, reason);
        free(live->row.reason);
        live->row.reason = wn_strdup(reason);
    }
    free(reason);
}

// ---- set-up and end -----------------------------------------------------------------------------

static enum wn_status make_folders(const struct wn_runner_setup *setup, struct wn_err *err) {
    static const char *const folders[] = {"logs", "metrics", "configs", "artifacts"};
    const bool wanted[] = {true, true, wn_spec_wants_json_file(setup->spec),
                           setup->spec->artifacts};
    enum wn_status status = WN_OK;
    for (size_t i = 0; i < sizeof folders / sizeof *folders && status == WN_OK; i++) {
        char *path = wn_format("%s/%s", setup->sweep_dir, folders[i]);
        if (wanted[i] && mkdir(path, 0755) != 0 && errno != EEXIST)
            status = wn_fail(err, WN_ENVIRONMENT, "cannot make %s: %s", path, strerror(errno));
        free(path);
    }
    return status;
}

static enum wn_status from_diags(enum wn_status status, struct wn_diags *diags,
                                 struct wn_err *err) {
    if (status != WN_OK)
        wn_fail(err, status, "%s", diags->count ? diags->items[0].text : "the sweep cannot be run");
    wn_diags_free(diags);
    return status;
}

static enum wn_status make_searcher(struct wn_runner *runner, struct wn_err *err) {
    struct wn_diags diags = {0};
    const struct wn_searcher_setup setup = {.spec = runner->spec,
                                            .seed = (uint64_t)runner->setup->sweep->seed};
    return from_diags(wn_searcher_new(&setup, &runner->searcher, &diags), &diags, err);
}

static enum wn_status make_scheduler(struct wn_runner *runner, struct wn_err *err) {
    const struct wn_early_terminate *settings = &runner->spec->early_terminate;
    if (!settings->type)
        return WN_OK;
    const struct wn_scheduler_type *type = wn_scheduler_find(settings->type);
    if (!type)
        return wn_fail(err, WN_BAD_INPUT, "there is no early_terminate type %s", settings->type);
    struct wn_diags diags = {0};
    enum wn_status status = type->create(settings, &runner->scheduler_state, &diags);
    if (status == WN_OK)
        runner->scheduler = type;
    return from_diags(status, &diags, err);
}

static enum wn_status make_executor(struct wn_runner *runner, struct wn_err *err) {
    const struct wn_runner_setup *setup = runner->setup;
    runner->executor_type = wn_executor_find(setup->spec->executor);
    if (!runner->executor_type)
        return wn_fail(err, WN_BAD_INPUT, "there is no executor %s", setup->spec->executor);
    const struct wn_executor_setup executor = {
        .loop = &runner->loop,
        .sweep_dir = setup->sweep_dir,
        .shim = setup->shim,
        .events = {.on_gone = on_gone, .on_undying = on_undying, .context = runner},
    };
    return runner->executor_type->create(&executor, &runner->executor, err);
}

static enum wn_status make_parts(struct wn_runner *runner, struct wn_err *err) {
    const struct wn_spec *spec = runner->spec;
    enum wn_status status = make_folders(runner->setup, err);
    if (status == WN_OK)
        status = make_searcher(runner, err);
    if (status == WN_OK)
        status = make_scheduler(runner, err);
    if (status == WN_OK)
        status = wn_reader_new((const char *const *)spec->captures, spec->capture_count,
                               &runner->reader, err);
    if (status == WN_OK)
        status = make_executor(runner, err);
    return status;
}

static void open_handles(struct wn_runner *runner) {
    uv_loop_t *loop = &runner->loop;
    uv_timer_init(loop, &runner->tick);
    uv_check_init(loop, &runner->check);
    uv_idle_init(loop, &runner->busy);
    uv_signal_init(loop, &runner->sigint);
    uv_signal_init(loop, &runner->sigterm);
    uv_signal_init(loop, &runner->sighup);
    runner->tick.data = runner->check.data = runner;
    runner->sigint.data = runner->sigterm.data = runner;
    uv_timer_start(&runner->tick, on_tick, 0, TICK_MS);
    uv_check_start(&runner->check, on_check);
    uv_signal_start(&runner->sigint, on_interrupt, SIGINT);
    uv_signal_start(&runner->sigterm, on_interrupt, SIGTERM);
    uv_signal_start(&runner->sighup, on_hangup, SIGHUP);
}

// What is under way beside the sweep's trials may end; a signal ends only the waiting for hooks.
// The sweep itself is nobody's as soon as its logs are packed: whoever asks something of it, a hook
// perhaps, would wait for an answer in vain.
static void run_out(struct wn_runner *runner) {
    runner->over = true;
    uv_unref((uv_handle_t *)&runner->sigint);
    uv_unref((uv_handle_t *)&runner->sigterm);
    uv_unref((uv_handle_t *)&runner->sighup);
    wn_packer_drain(runner->packer);
    while (wn_packer_busy(runner->packer))
        uv_run(&runner->loop, UV_RUN_ONCE);
    wn_owner_release(runner->setup->lock);
    wn_events_await(runner->setup->carried->events);
    uv_run(&runner->loop, UV_RUN_DEFAULT);
}

static void close_loop(struct wn_runner *runner, bool ended) {
    uv_handle_t *work[] = {(uv_handle_t *)&runner->tick, (uv_handle_t *)&runner->check,
                           (uv_handle_t *)&runner->busy};
    uv_handle_t *signals[] = {(uv_handle_t *)&runner->sigint, (uv_handle_t *)&runner->sigterm,
                              (uv_handle_t *)&runner->sighup};
    for (size_t i = 0; i < sizeof work / sizeof *work; i++)
        uv_close(work[i], NULL);
    if (ended)
        run_out(runner);
    wn_events_detach(runner->setup->carried->events);
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        uv_close(signals[i], NULL);
    uv_run(&runner->loop, UV_RUN_DEFAULT);
    uv_loop_close(&runner->loop);
}

static void free_parts(struct wn_runner *runner) {
    for (size_t i = 0; i < runner->live_count; i++)
        wn_live_free(runner->live[i]);
    for (size_t i = 0; i < runner->waiting_count; i++)
        wn_open_release(runner->waiting[i].open);
    wn_racing_free(&runner->racing);
    wn_lease_drop(&runner->lease);
    wn_str_free(&runner->told);
    free(runner->live);
    free(runner->waiting);
    free(runner->exits.items);
    free(runner->exits.path);
    wn_packer_free(runner->packer);
    wn_reader_free(runner->reader);
    wn_searcher_free(runner->searcher);
    wn_config_free(runner->thought.config);
    if (runner->scheduler)
        runner->scheduler->free(runner->scheduler_state);
}

static enum wn_status tell_beginning(struct wn_runner *runner, struct wn_err *err) {
    const char *hold = runner->progress.hold; // by a person, from before an edit or a full disk
    return wn_store_set_sweep_state(runner->store, runner->setup->sweep->id,
                                    *hold ? WN_SWEEP_PAUSED : WN_SWEEP_RUNNING, *hold ? hold : NULL,
                                    wn_now(), err);
}

static enum wn_status run_loop(struct wn_runner *runner, struct wn_err *err) {
    enum wn_status status = wn_runner_replay(runner, err);
    if (status == WN_OK)
        status = tell_beginning(runner, err);
    if (status != WN_OK)
        return status;
    for (int i = runner->setup->carried->interrupts; i > 0; i--)
        interrupt(runner);
    wn_runner_begin_tidying(runner);
    runner->dirty = true;
    on_check(&runner->check); // the first trials need not wait for the first event
    uv_run(&runner->loop, UV_RUN_DEFAULT);
    update_progress(runner);
    if (runner->failure.status != WN_OK) {
        *err = runner->failure;
        return err->status;
    }
    if (runner->setup->carried->edited)
        return store_turn(runner, err);
    status = store_ending(runner, err);
    if (status == WN_OK)
        tell_finish(runner);
    return status;
}

// Once, though the loop may begin again after a full disk.
static enum wn_status store_record(struct wn_runner *runner, struct wn_err *err) {
    struct wn_run_row *record = runner->setup->record;
    if (record->id)
        return WN_OK;
    enum wn_status status = wn_store_begin(runner->store, err);
    if (status == WN_OK)
        status = wn_store_add_run(runner->store, record, err);
    if (status == WN_OK)
        status = wn_store_commit(runner->store, err);
    if (status == WN_OK)
        return WN_OK;
    wn_store_rollback(runner->store);
    record->id = 0;
    return status;
}

// The sweep as it stands now: the caller's row may be of before a pause.
static enum wn_status start_progress(struct wn_runner *runner, struct wn_err *err) {
    struct wn_sweep_row sweep;
    enum wn_status status =
        wn_store_get_sweep(runner->store, runner->setup->sweep->id, &sweep, err);
    if (status != WN_OK)
        return status;
    status = store_record(runner, err);
    memcpy(runner->progress.counts, sweep.counts, sizeof sweep.counts);
    runner->progress.declared = sweep.declared;
    runner->active_before = sweep.active;
    runner->started = runner->active_until = wn_monotonic();
    wn_sweep_row_clear(&sweep);
    return status;
}

// Between two turns of a runner nobody handles SIGINT and SIGTERM: they wait.
static void hold_signals(struct wn_carried *carried, bool hold) {
    sigset_t signals;
    if (hold == carried->signals_held)
        return;
    carried->signals_held = hold;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(hold ? SIG_BLOCK : SIG_UNBLOCK, &signals, NULL);
}

// From replay to the end, or to a failure.
static enum wn_status run_once(const struct wn_runner_setup *setup, struct wn_progress *progress,
                               struct wn_err *err) {
    struct wn_runner runner = {
        .setup = setup,
        .spec = setup->spec,
        .store = setup->store,
        .slots = {.names = setup->devices, .count = setup->device_count},
        .rules = {.spec = setup->spec},
        .exits = {.path = wn_format("%s/exits.jsonl", setup->sweep_dir)},
    };
    struct wn_carried *carried = setup->carried;
    if (uv_loop_init(&runner.loop) != 0) {
        free(runner.exits.path);
        return wn_fail(err, WN_ENVIRONMENT, "cannot start an event loop: too many open files?");
    }
    open_handles(&runner);
    wn_events_attach(carried->events, &runner.loop);
    hold_signals(carried, false);
    carried->edited = false;
    memcpy(runner.progress.hold, progress->hold, sizeof progress->hold);
    enum wn_status status = start_progress(&runner, err);
    if (status == WN_OK)
        status = make_parts(&runner, err);
    if (status == WN_OK)
        status = run_loop(&runner, err);
    if (runner.executor)
        runner.executor_type->free(runner.executor);
    hold_signals(carried, carried->edited && status == WN_OK);
    carried->interrupts = carried->edited ? runner.interrupts : 0;
    close_loop(&runner, status == WN_OK && !carried->edited);
    free_parts(&runner);
    *progress = runner.progress;
    return status;
}

enum wn_status wn_runner_run(const struct wn_runner_setup *setup, struct wn_progress *progress,
                             struct wn_err *err) {
    const struct wn_runner_watch *watch = &setup->watch;
    for (int tries = 0;; tries++) {
        enum wn_status status = run_once(setup, progress, err);
        bool full = wn_store_full(setup->store) || wn_disk_room(setup->sweep_dir) == WN_ROOM_LOW;
        if (status == WN_OK || !full || progress->stage != WN_STAGE_RUNNING)
            return status;
        if (watch->notice)
            watch->notice(watch->context, "paused: the disk is full; trials that run go on, and "
                                          "what they print is read when there is room");
        if (!wn_runner_wait_for_room(setup, tries))
            return status;
        if (watch->notice)
            watch->notice(watch->context, wn_runner_room_again);
        setup->carried->low_at = wn_now();
    }
}
