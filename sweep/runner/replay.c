// SPDX-License-Identifier: GPL-3.0-or-later
// Replay: the runner's memory is rebuilt from the store. Every configuration is adopted by the
// searcher in order, complete ones are told, trials without an accepted result wait again, attempts
// that were running are taken over where their shim lives and settled from their record where not.
#include "sweep/runner/internal.h"

#include <math.h>
#include <stdlib.h>

#include "core/base/clock.h"
#include "core/base/mem.h"

struct replay {
    struct wn_runner *runner;
    const struct wn_spec *spec; // the version that was reached
    struct wn_open *open;       // the configuration whose rows are being read
    int64_t next_repeat;        // of it
    struct wn_trial_row *alive; // rows that say running
    struct wn_open **alive_open;
    size_t alive_count, alive_capacity, open_capacity;
    struct wn_seen *imported; // numbers, from 1: trials that have no history of their own
    struct wn_err *err;
    enum wn_status status;
};

static struct wn_trial_row copy_row(const struct wn_trial_row *row) {
    struct wn_trial_row copy = *row;
    char **texts[] = {&copy.params,    &copy.reason,      &copy.condemned, &copy.host,
                      &copy.killed_by, &copy.enqueued_by, &copy.last_line, &copy.imported_from};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        *texts[i] = *texts[i] ? wn_strdup(*texts[i]) : NULL;
    return copy;
}

// Trials that a restart must run (again): never started, cancelled, interrupted, or failed where
// the user asks for another try.
static bool needs_run(const struct wn_runner *runner, const struct wn_trial_row *row) {
    if (!wn_outcome_is_accepted(row->state, row->killed_by))
        return true;
    return runner->setup->retry_failed && row->ended < runner->setup->begun &&
           wn_trial_failed(row->state);
}

static bool due_after(void *context, const struct wn_trial_row *row) {
    bool failed = wn_outcome_spends_retry(row->state);
    *(double *)context = failed ? row->ended + wn_retry_delay(row->attempt + 1) : 0;
    return true;
}

// How many seconds a queued trial has to wait on, after the attempt that it had.
static enum wn_status rest_of_delay(struct replay *replay, const struct wn_trial_row *row,
                                    double *rest) {
    double due = 0;
    *rest = 0;
    if (row->state != WN_TRIAL_QUEUED || !row->attempt)
        return WN_OK;
    enum wn_status status = wn_store_each_attempt(replay->runner->store, row->sweep, row->number,
                                                  due_after, &due, replay->err);
    *rest = fmin(fmax(0, due - wn_now()), wn_retry_delay(row->attempt)); // the clock may be set
    return status;
}

// Only a queued row is the attempt that is still to come.
static enum wn_status wait_again(struct replay *replay, const struct wn_trial_row *row) {
    struct wn_runner *runner = replay->runner;
    bool ended = wn_trial_ended(row->state);
    double rest;
    enum wn_status status = rest_of_delay(replay, row, &rest);
    struct wn_waiting waiting = {.open = replay->open,
                                 .number = row->number,
                                 .attempt = row->attempt + ended,
                                 .not_before = wn_monotonic() + rest};
    wn_runner_wait_for(runner, &waiting);
    wn_runner_count(runner, row->state, -1);
    wn_runner_count(runner, WN_TRIAL_QUEUED, +1);
    return status;
}

static void keep_running(struct replay *replay, const struct wn_trial_row *row) {
    *WN_PUSH(replay->alive, replay->alive_count, replay->alive_capacity) = copy_row(row);
    wn_grow(&replay->alive_open, &replay->open_capacity, replay->alive_count,
            sizeof *replay->alive_open);
    replay->alive_open[replay->alive_count - 1] = replay->open;
    replay->open->refs++;
}

// Repeats before `end` that have no row (deleted, or of an older runner) are run.
static void wait_for_missing(struct replay *replay, int64_t end) {
    struct wn_runner *runner = replay->runner;
    struct wn_open *open = replay->open;
    for (; replay->next_repeat < end; replay->next_repeat++) {
        const struct wn_waiting waiting = {
            .open = open, .number = open->id * runner->spec->repeats + replay->next_repeat};
        wn_runner_wait_for(runner, &waiting);
        wn_runner_count(runner, WN_TRIAL_QUEUED, +1);
    }
}

static void finish_configuration(struct replay *replay) {
    struct wn_runner *runner = replay->runner;
    struct wn_open *open = replay->open;
    if (!open)
        return;
    if (!runner->spec->race.on) {
        wait_for_missing(replay, runner->spec->repeats);
        if (open->ended == runner->spec->repeats)
            wn_runner_complete(runner, open);
    }
    wn_open_release(open);
    replay->open = NULL;
}

enum wn_status wn_runner_reopen(const struct wn_runner *runner, const struct wn_trial_row *row,
                                struct wn_open **open, struct wn_err *err) {
    const struct wn_spec *spec = wn_versions_of(runner->setup->versions, row->number)->spec;
    struct wn_config *config, *moved;
    struct wn_err ignored;
    enum wn_status status = wn_space_config_from_json(spec->space, row->params, &config, err);
    if (status != WN_OK) {
        wn_err_prefix(err, "trial %lld", (long long)row->number);
        return status;
    }
    *open = wn_open_new(row->number / spec->repeats, config, spec);
    (*open)->enqueued_by = row->enqueued_by ? wn_strdup(row->enqueued_by) : NULL;
    if (spec == runner->spec)
        return WN_OK;
    (*open)->outside =
        wn_space_config_from_json(runner->spec->space, row->params, &moved, &ignored) != WN_OK;
    if (!(*open)->outside)
        wn_config_free(moved);
    return WN_OK;
}

// What the searcher of the newest space can make of a configuration, it learns from.
static enum wn_status adopt(const struct wn_runner *runner, const struct wn_open *open,
                            struct wn_err *err) {
    struct wn_config *moved;
    if (open->outside) {
        wn_searcher_skip(runner->searcher, open->id);
        return WN_OK;
    }
    if (open->spec == runner->spec) {
        wn_searcher_adopt(runner->searcher, open->id, open->config);
        return WN_OK;
    }
    enum wn_status status =
        wn_space_config_from_json(runner->spec->space, open->params, &moved, err);
    if (status != WN_OK)
        return status;
    wn_searcher_adopt(runner->searcher, open->id, moved);
    wn_config_free(moved);
    return WN_OK;
}

// An edit of no more than how much runs at once, or who is told, leaves the hash as it was.
static void reach_version(struct replay *replay, const struct wn_spec *spec) {
    if (replay->spec && replay->spec->hash != spec->hash)
        wn_rules_begin_anew(&replay->runner->rules);
    replay->spec = spec;
}

static enum wn_status begin_configuration(struct replay *replay, const struct wn_trial_row *row) {
    struct wn_runner *runner = replay->runner;
    enum wn_status status = wn_runner_reopen(runner, row, &replay->open, replay->err);
    if (status != WN_OK)
        return status;
    reach_version(replay, replay->open->spec);
    replay->next_repeat = 0;
    runner->enqueued += row->enqueued_by != NULL;
    runner->outside += replay->open->outside;
    runner->asked = replay->open->id + 1;
    if (runner->spec->race.on)
        wn_racing_join(runner, replay->open);
    return adopt(runner, replay->open, replay->err);
}

static enum wn_status replay_row(struct replay *replay, const struct wn_trial_row *row) {
    struct wn_runner *runner = replay->runner;
    enum wn_status status = WN_OK;
    if (!replay->open || row->number / runner->spec->repeats != replay->open->id) {
        finish_configuration(replay);
        status = begin_configuration(replay, row);
    }
    if (status != WN_OK)
        return status;
    if (row->imported_from) {
        replay->open->imported = true;
        wn_seen_add(replay->imported, (uint64_t)row->number + 1);
    }
    wait_for_missing(replay, row->repeat);
    replay->next_repeat = row->repeat + 1;
    bool runs = row->state == WN_TRIAL_RUNNING, again = !runs && needs_run(runner, row);
    if (runner->spec->race.on)
        wn_racing_remember(runner, row->number, !runs && !again,
                           wn_trial_counts(row->state) ? row->objective : NAN);
    if (runs)
        keep_running(replay, row);
    else if (again)
        status = wait_again(replay, row);
    else
        wn_open_count(replay->open, row->state, row->objective);
    return status;
}

static bool each_row(void *context, const struct wn_trial_row *row) {
    struct replay *replay = context;
    replay->status = replay_row(replay, row);
    return replay->status == WN_OK;
}

// The scheduler sees all values of the objective again, trial by trial; what it says of the past is
// not acted upon.
struct reports {
    struct wn_runner *runner;
    const struct wn_seen *imported; // their one value says nothing of others' first ones
    int64_t trial, count;
};

static bool each_chunk(void *context, int64_t trial, const char *name,
                       const struct wn_point *points, size_t count) {
    (void)name;
    struct reports *reports = context;
    struct wn_runner *runner = reports->runner;
    if (wn_seen_has(reports->imported, (uint64_t)trial + 1))
        return true;
    if (trial != reports->trial) {
        reports->trial = trial;
        reports->count = 0;
    }
    double sign = runner->spec->objectives->maximize ? -1 : 1;
    for (size_t i = 0; i < count; i++)
        if (isfinite(points[i].value))
            runner->scheduler->report(runner->scheduler_state, trial, ++reports->count,
                                      sign * points[i].value);
    return true;
}

static enum wn_status replay_reports(const struct replay *replay) {
    struct wn_runner *runner = replay->runner;
    struct reports reports = {.runner = runner, .imported = replay->imported, .trial = -1};
    if (!runner->scheduler)
        return WN_OK;
    return wn_store_each_chunk(runner->store, runner->setup->sweep->id, -1,
                               runner->spec->objectives->name, each_chunk, &reports, replay->err);
}

// An attempt whose shim is gone is settled like any other: from its record, or as lost.
static enum wn_status take_over(struct wn_runner *runner, struct wn_trial_row *row,
                                struct wn_open *open, struct wn_err *err) {
    struct wn_live *live = wn_calloc(1, sizeof *live);
    live->runner = runner;
    live->open = open;
    live->row = *row;
    *row = (struct wn_trial_row){0};
    live->launched = true;
    live->program = wn_strdup("the command");
    *WN_PUSH(runner->live, runner->live_count, runner->live_capacity) = live;
    enum wn_status status = wn_runner_follow(runner, live, err);
    if (status != WN_OK)
        return status;
    char *key = wn_runner_key(runner, live), *devices = NULL;
    bool alive = runner->executor_type->adopt(runner->executor, live->row.number, live->row.attempt,
                                              key, &devices);
    if (devices)
        live->devices = wn_slots_claim(&runner->slots, devices);
    free(devices);
    free(key);
    if (!alive) {
        live->gone = true;
        runner->dirty = true;
    } else if (live->row.condemned || live->row.killed_by) {
        runner->executor_type->stop(runner->executor, live->row.number, live->row.attempt, false);
    }
    return WN_OK;
}

enum wn_status wn_runner_replay(struct wn_runner *runner, struct wn_err *err) {
    struct replay replay = {.runner = runner, .imported = wn_seen_new(), .err = err};
    enum wn_status status =
        wn_store_each_trial(runner->store, runner->setup->sweep->id, each_row, &replay, err);
    status = replay.status != WN_OK ? replay.status : status;
    if (status == WN_OK) {
        finish_configuration(&replay);
        reach_version(&replay, runner->spec);
    } else if (replay.open)
        wn_open_release(replay.open);
    if (status == WN_OK)
        status = replay_reports(&replay);
    for (size_t i = 0; i < replay.alive_count; i++) {
        if (status == WN_OK)
            status = take_over(runner, &replay.alive[i], replay.alive_open[i], err);
        else
            wn_open_release(replay.alive_open[i]);
        wn_trial_row_clear(&replay.alive[i]);
    }
    wn_seen_free(replay.imported);
    free(replay.alive);
    free(replay.alive_open);
    return status;
}
