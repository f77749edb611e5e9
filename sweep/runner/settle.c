// SPDX-License-Identifier: GPL-3.0-or-later
// Settling: an attempt whose shim is gone becomes a row with a state, its points and its objective,
// all in the caller's transaction; or it waits for its next attempt. Whole configurations are told
// to the searcher and to the rules that end a sweep.
#include "sweep/runner/internal.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/failure.h"
#include "sweep/exits.h"
#include "sweep/logs.h"
#include "sweep/requeue.h"
#include "sweep/starthint.h"

void wn_runner_notice(struct wn_runner *runner, const char *format, ...) {
    const struct wn_runner_watch *watch = &runner->setup->watch;
    if (!watch->notice)
        return;
    struct wn_str text = {0};
    va_list args;
    va_start(args, format);
    wn_str_vaddf(&text, format, args);
    va_end(args);
    watch->notice(watch->context, wn_str_text(&text));
    wn_str_free(&text);
}

void wn_runner_count(struct wn_runner *runner, enum wn_trial_state state, int by) {
    runner->progress.counts[state] += by;
}

// ---- exit records -------------------------------------------------------------------------------

// The file has all records of the sweep; a live attempt was live before it could write one.
static void keep_record(void *context, const struct wn_exit_record *record) {
    struct wn_runner *runner = context;
    struct wn_exits *exits = &runner->exits;
    if (wn_runner_find_live(runner, record->trial, record->attempt))
        *WN_PUSH(exits->items, exits->count, exits->capacity) = *record;
}

// Takes the record of an attempt out of those that were read.
static bool take_record(struct wn_exits *exits, const struct wn_trial_row *row,
                        struct wn_exit_record *record) {
    for (size_t i = 0; i < exits->count; i++)
        if (exits->items[i].trial == row->number && exits->items[i].attempt == row->attempt) {
            *record = exits->items[i];
            exits->items[i] = exits->items[--exits->count];
            return true;
        }
    return false;
}

// ---- configurations -----------------------------------------------------------------------------

void wn_open_count(struct wn_open *open, enum wn_trial_state state, double objective) {
    open->ended++;
    bool counts = wn_trial_counts(state) && !isnan(objective);
    if (counts || !open->counted)
        open->state = state;
    if (!counts)
        return;
    open->counted++;
    double off = objective - open->mean;
    open->identical = open->counted == 1 || (open->identical && off == 0);
    open->mean += off / (double)open->counted;
    open->m2 += off * (objective - open->mean);
}

double wn_open_error(const struct wn_open *open) {
    if (open->counted < 2)
        return NAN;
    double n = (double)open->counted;
    return sqrt(open->m2 / (n - 1) / n);
}

static double open_mean(const struct wn_open *open) {
    return open->counted ? open->mean : NAN;
}

static double score_of(const struct wn_runner *runner, double mean) {
    return runner->spec->objectives->maximize ? -mean : mean;
}

// Repeats that agree to the last bit were not seeded: told once, for the first configuration.
static void check_seed(struct wn_runner *runner, const struct wn_open *open) {
    if (runner->setup->carried->seed_checked || open->imported || open->counted < 2)
        return;
    runner->setup->carried->seed_checked = true;
    if (open->identical)
        wn_runner_notice(runner,
                         "all %lld repeats gave the very same %s: the command seems to ignore its "
                         "seed (pass {seed}, or read WINNOW_SEED)",
                         (long long)open->counted, runner->spec->objectives->name);
}

bool wn_runner_complete(struct wn_runner *runner, struct wn_open *open) {
    double mean = open_mean(open);
    struct wn_observation observation = {
        .id = open->id, .state = open->state, .objective = mean, .se = wn_open_error(open)};
    if (!open->outside)
        wn_searcher_tell(runner->searcher, &observation);
    check_seed(runner, open);
    if (!wn_rules_observe(&runner->rules, mean, open->id * runner->spec->repeats))
        return false;
    runner->progress.has_best = true;
    runner->progress.best = mean;
    runner->progress.best_trial = runner->rules.best_trial;
    return true;
}

// ---- one attempt --------------------------------------------------------------------------------

static void fill_row(struct wn_live *live, const struct wn_exit_record *record,
                     const struct wn_outcome *outcome) {
    struct wn_trial_row *row = &live->row;
    row->state = outcome->state;
    free(row->reason);
    row->reason = outcome->reason[0] ? wn_strdup(outcome->reason) : NULL;
    row->objective = outcome->objective;
    row->ended = record ? record->ended : wn_now();
    row->log_offset = wn_collector_log_offset(live->collector);
    row->metrics_offset = wn_collector_metrics_offset(live->collector);
    if (!record)
        return;
    row->has_exit = !record->start_error;
    row->exit_code = record->exit_code;
    row->exit_signal = record->exit_signal;
    row->started = record->started;
    row->user_cpu = record->user_cpu;
    row->system_cpu = record->system_cpu;
    row->peak_memory = record->peak_memory;
}

// Where a command failed its last line usually says why.
static void keep_last_line(const struct wn_runner *runner, struct wn_live *live) {
    char bytes[8192];
    struct wn_trial_row *row = &live->row;
    if (row->state != WN_TRIAL_FAILED || !(row->exit_code || row->exit_signal))
        return;
    char *path = wn_log_file(runner->setup->sweep_dir, row->number, row->attempt);
    struct wn_log *log;
    size_t length = 0;
    if (wn_log_open_file(path, &log, NULL) == WN_OK) {
        length = wn_log_tail(log, bytes, sizeof bytes);
        wn_log_close(log);
    }
    free(path);
    free(row->last_line);
    row->last_line = wn_failure_line(bytes, length);
}

static void judge(struct wn_runner *runner, struct wn_live *live) {
    struct wn_exit_record record;
    bool found = take_record(&runner->exits, &live->row, &record);
    live->silent = found && record.cut == WN_CUT_SILENCE;
    // Its shim keeps the limits it was started with.
    const struct wn_spec *spec = wn_versions_at(runner->setup->versions, live->row.started)->spec;
    struct wn_str names = {0};
    wn_collector_names(live->collector, &names);
    char *hint = found && record.start_error
                     ? wn_start_hint(runner->setup->sweep->cwd, live->program, record.start_error)
                     : NULL;
    const struct wn_evidence evidence = {
        .spec = spec,
        .record = found ? &record : NULL,
        .objective = wn_collector_summary(live->collector, spec->objectives->name),
        .command = live->program,
        .start_hint = hint,
        .condemned = live->row.condemned,
        .killed_by = live->row.killed_by,
        .names = names.text,
        .start_failure = live->start_failure,
        .disk_was_low = runner->setup->carried->low_at >= live->row.started && !live->row.attempt,
    };
    struct wn_outcome outcome;
    wn_outcome_decide(&evidence, &outcome);
    fill_row(live, found ? &record : NULL, &outcome);
    free(hint);
    wn_str_free(&names);
    keep_last_line(runner, live);
}

static bool count_spent(void *context, const struct wn_trial_row *row) {
    if (wn_outcome_spends_retry(row->state))
        *(int64_t *)context += 1;
    return true;
}

// Whether the attempt that just ended is followed by another one, perhaps only after a resume.
static enum wn_status decide_retry(struct wn_runner *runner, const struct wn_trial_row *row,
                                   bool *again, struct wn_err *err) {
    enum { INTERRUPTIONS_MAX = 10 };
    *again = false;
    if (wn_outcome_is_interruption(row->state)) {
        *again = row->attempt < runner->spec->retries + INTERRUPTIONS_MAX;
        return WN_OK;
    }
    if (!wn_outcome_spends_retry(row->state) || !runner->spec->retries)
        return WN_OK;
    int64_t spent = 0;
    enum wn_status status =
        wn_store_each_attempt(runner->store, row->sweep, row->number, count_spent, &spent, err);
    *again = spent < runner->spec->retries;
    return status;
}

enum wn_status wn_runner_try_again(struct wn_runner *runner, struct wn_live *live, double delay,
                                   struct wn_err *err) {
    char *why =
        wn_format("waits for attempt %lld after: %s", (long long)live->row.attempt + 2,
                  live->row.reason ? live->row.reason : wn_trial_state_name(live->row.state));
    enum wn_status status = wn_requeue(runner->store, &live->row, why, err);
    free(why);
    if (status != WN_OK)
        return status;
    const struct wn_waiting waiting = {.open = live->open,
                                       .number = live->row.number,
                                       .attempt = live->row.attempt,
                                       .not_before = wn_monotonic() + delay};
    wn_runner_wait_for(runner, &waiting);
    return WN_OK;
}

static enum wn_status queue_again(struct wn_runner *runner, struct wn_live *live,
                                  struct wn_err *err) {
    bool interrupted = wn_outcome_is_interruption(live->row.state);
    return wn_runner_try_again(runner, live,
                               interrupted ? 0 : wn_retry_delay(live->row.attempt + 1), err);
}

// Writes mean, error and score on the row of repeat 0, which carries them for the whole
// configuration.
static enum wn_status store_result(struct wn_runner *runner, struct wn_live *live,
                                   struct wn_err *err) {
    const struct wn_open *open = live->open;
    double mean = open_mean(open), score = score_of(runner, mean);
    if (live->row.repeat == 0) {
        live->row.mean = mean;
        live->row.se = wn_open_error(open);
        return wn_store_put_trial(runner->store, &live->row, score, err);
    }
    enum wn_status status = wn_store_put_trial(runner->store, &live->row, NAN, err);
    struct wn_trial_row first = {0};
    if (status == WN_OK)
        status = wn_store_get_trial(runner->store, live->row.sweep,
                                    live->row.number - live->row.repeat, &first, err);
    if (status == WN_OK) {
        first.mean = mean;
        first.se = wn_open_error(open);
        status = wn_store_put_trial(runner->store, &first, score, err);
    }
    wn_trial_row_clear(&first);
    return status;
}

// ---- events -------------------------------------------------------------------------------------

static void note(const struct wn_runner *runner, const struct wn_live *live, enum wn_event event) {
    const struct wn_happening happening = {
        .event = event,
        .trial = live->row.number,
        .objective = live->row.objective,
        .state = wn_trial_state_name(live->row.state),
        .reason = live->row.reason,
    };
    wn_events_note(runner->setup->carried->events, &happening);
}

static void note_best(const struct wn_runner *runner, const struct wn_open *open) {
    const struct wn_happening happening = {
        .event = WN_EVENT_BEST,
        .trial = runner->progress.best_trial,
        .objective = runner->progress.best,
        .state = wn_trial_state_name(open->state),
    };
    wn_events_note(runner->setup->carried->events, &happening);
}

// ---- the end of an attempt ----------------------------------------------------------------------

// A cancelled trial has no result: a resumed sweep runs it again. It runs again, too, what was
// interrupted once more than is allowed; until then that counts as a failure, for nobody can wait.
enum wn_status wn_runner_accept(struct wn_runner *runner, struct wn_live *live,
                                struct wn_err *err) {
    if (!wn_outcome_is_accepted(live->row.state, live->row.killed_by) &&
        !wn_outcome_is_interruption(live->row.state))
        return wn_store_put_trial(runner->store, &live->row, NAN, err);
    struct wn_open *open = live->open;
    wn_open_count(open, live->row.state, live->row.objective);
    enum wn_status status = store_result(runner, live, err);
    if (status == WN_OK && runner->spec->race.on)
        return wn_racing_tell(runner, &live->row, err);
    if (status == WN_OK && open->ended == runner->spec->repeats && wn_runner_complete(runner, open))
        note_best(runner, open);
    return status;
}

static enum wn_status settle_one(struct wn_runner *runner, struct wn_live *live,
                                 struct wn_err *err) {
    bool again;
    judge(runner, live);
    if (wn_collector_overflowed(live->collector))
        wn_runner_notice(
            runner,
            "trial %lld reported more than %d metric names; the rest is kept in its log only",
            (long long)live->row.number, WN_METRICS_MAX);
    wn_packer_add(runner->packer, live->row.number, live->row.attempt);
    enum wn_status status = wn_collector_store(live->collector, runner->store, err);
    if (status == WN_OK)
        status = decide_retry(runner, &live->row, &again, err);
    if (status != WN_OK)
        return status;
    if (live->silent)
        note(runner, live, WN_EVENT_SILENCE);
    if (!again && wn_trial_failed(live->row.state))
        note(runner, live, WN_EVENT_FAILURE);
    wn_runner_count(runner, WN_TRIAL_RUNNING, -1);
    status = again ? queue_again(runner, live, err) : wn_runner_accept(runner, live, err);
    wn_runner_count(runner, live->row.state, +1);
    wn_runner_note_duration(runner, live->row.ended - live->row.started);
    if (!again)
        runner->ended_this_run++;
    if (runner->scheduler && runner->scheduler->end)
        runner->scheduler->end(runner->scheduler_state, live->row.number);
    wn_slots_give_back(&runner->slots, live->devices);
    return status;
}

// What a trial left unread may be gigabytes: a few MiB a turn, stored, so that the loop goes on and
// memory stays bounded. *done: it is all read.
static enum wn_status read_rest(struct wn_runner *runner, struct wn_live *live, bool *done,
                                struct wn_err *err) {
    bool more;
    enum wn_status status = wn_collector_poll(live->collector, true, &more, err);
    *done = status == WN_OK && !more;
    if (status != WN_OK || !more)
        return status;
    runner->dirty = true;
    return wn_collector_store(live->collector, runner->store, err);
}

enum wn_status wn_runner_settle(struct wn_runner *runner, struct wn_err *err) {
    enum wn_status status =
        wn_exits_read(runner->exits.path, &runner->exits.offset, keep_record, runner, err);
    for (size_t i = 0; i < runner->live_count && status == WN_OK;) {
        struct wn_live *live = runner->live[i];
        bool done = live->gone;
        if (live->gone)
            status = read_rest(runner, live, &done, err);
        if (status == WN_OK && done)
            status = settle_one(runner, live, err);
        if (status == WN_OK && done) {
            runner->live[i] = runner->live[--runner->live_count];
            wn_live_free(live);
        } else {
            i++;
        }
    }
    return status;
}
