// SPDX-License-Identifier: GPL-3.0-or-later
// Requests to the runner: rows of the store, obeyed in order, each with an answer that stays as the
// record of who asked what. A verb is one function and one row of the table.
#include "sweep/runner/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "sweep/devices.h"
#include "sweep/edit.h"
#include "sweep/requeue.h"
#include "sweep/session.h"

// ---- the whole sweep ----------------------------------------------------------------------------

void wn_runner_stop_live(struct wn_runner *runner, bool now) {
    for (size_t i = 0; i < runner->live_count; i++)
        if (!runner->live[i]->gone)
            runner->executor_type->stop(runner->executor, runner->live[i]->row.number,
                                        runner->live[i]->row.attempt, now);
}

void wn_runner_drain(struct wn_runner *runner, const char *who) {
    if (runner->progress.stage != WN_STAGE_RUNNING)
        return;
    runner->progress.stage = WN_STAGE_DRAINING;
    snprintf(runner->ending, sizeof runner->ending, "stopped by %s", who);
    runner->dirty = true;
    if (runner->live_count)
        wn_runner_notice(runner,
                         "no new trials; waiting for %zu running (a second Ctrl-C or winnow stop "
                         "--now ends them)",
                         runner->live_count);
}

void wn_runner_cancel(struct wn_runner *runner, const char *who) {
    wn_runner_drain(runner, who);
    if (runner->progress.stage == WN_STAGE_CANCELLING)
        return;
    runner->progress.stage = WN_STAGE_CANCELLING;
    if (runner->live_count)
        wn_runner_notice(runner, "ending %zu running trials", runner->live_count);
    wn_runner_stop_live(runner, false);
}

static enum wn_status obey_stop(struct wn_runner *runner, const struct wn_request_row *request,
                                struct wn_str *answer, struct wn_err *err) {
    (void)err;
    wn_runner_drain(runner, request->user);
    wn_str_add(answer, "starts no new trials and ends with those that run");
    return WN_OK;
}

static enum wn_status obey_cancel(struct wn_runner *runner, const struct wn_request_row *request,
                                  struct wn_str *answer, struct wn_err *err) {
    (void)err;
    wn_runner_cancel(runner, request->user);
    wn_str_add(answer, "its running trials are being ended");
    return WN_OK;
}

static enum wn_status obey_pause(struct wn_runner *runner, const struct wn_request_row *request,
                                 struct wn_str *answer, struct wn_err *err) {
    if (runner->progress.stage != WN_STAGE_RUNNING)
        return wn_fail(err, WN_NO, "it is ending already");
    snprintf(runner->progress.hold, sizeof runner->progress.hold, "paused by %s", request->user);
    wn_runner_notice(runner, "%s: no new trials until winnow unpause", runner->progress.hold);
    wn_str_addf(answer, "starts no new trials; %zu go on running", runner->live_count);
    return wn_store_set_sweep_state(runner->store, request->sweep, WN_SWEEP_PAUSED,
                                    runner->progress.hold, wn_now(), err);
}

static enum wn_status obey_unpause(struct wn_runner *runner, const struct wn_request_row *request,
                                   struct wn_str *answer, struct wn_err *err) {
    if (!runner->progress.hold[0])
        return wn_fail(err, WN_NO, "it is not paused");
    runner->progress.hold[0] = '\0';
    runner->dirty = true;
    wn_runner_notice(runner, "goes on, as %s asks", request->user);
    wn_str_add(answer, "goes on");
    return wn_store_set_sweep_state(runner->store, request->sweep, WN_SWEEP_RUNNING, NULL, wn_now(),
                                    err);
}

// ---- one trial ----------------------------------------------------------------------------------

static struct wn_live *find_running(const struct wn_runner *runner, int64_t trial) {
    for (size_t i = 0; i < runner->live_count; i++)
        if (runner->live[i]->row.number == trial && !runner->live[i]->gone)
            return runner->live[i];
    return NULL;
}

static ptrdiff_t find_waiting(const struct wn_runner *runner, int64_t trial) {
    for (size_t i = 0; i < runner->waiting_count; i++)
        if (runner->waiting[i].number == trial)
            return (ptrdiff_t)i;
    return -1;
}

// A trial that does not run, as something that can be settled. It takes over a reference of `open`.
static struct wn_live *make_still(struct wn_runner *runner, struct wn_open *open,
                                  struct wn_trial_row *row) {
    struct wn_live *live = wn_calloc(1, sizeof *live);
    live->runner = runner;
    live->open = open;
    live->row = *row;
    *row = (struct wn_trial_row){0};
    return live;
}

enum wn_status wn_runner_drop_waiting(struct wn_runner *runner, size_t index, const char *who,
                                      struct wn_err *err) {
    struct wn_trial_row row = {0};
    enum wn_status status = wn_store_get_trial(runner->store, runner->setup->sweep->id,
                                               runner->waiting[index].number, &row, err);
    if (status != WN_OK)
        return status;
    struct wn_waiting waiting = wn_runner_take_waiting(runner, index);
    struct wn_live *live = make_still(runner, waiting.open, &row);
    free(live->row.reason);
    live->row.state = WN_TRIAL_KILLED;
    live->row.killed_by = wn_strdup(who);
    live->row.reason = wn_format("killed by %s before it began", who);
    live->row.ended = wn_now();
    wn_runner_count(runner, WN_TRIAL_QUEUED, -1);
    wn_runner_count(runner, WN_TRIAL_KILLED, +1);
    status = wn_runner_accept(runner, live, err);
    wn_live_free(live);
    return status;
}

enum wn_status wn_runner_end_live(struct wn_runner *runner, struct wn_live *live, const char *who,
                                  struct wn_err *err) {
    live->condemn = true;
    free(live->row.killed_by);
    live->row.killed_by = wn_strdup(who);
    return wn_store_set_killed_by(runner->store, live->row.sweep, live->row.number, who, err);
}

static enum wn_status obey_kill(struct wn_runner *runner, const struct wn_request_row *request,
                                struct wn_str *answer, struct wn_err *err) {
    struct wn_live *live = find_running(runner, request->trial);
    ptrdiff_t waiting = find_waiting(runner, request->trial);
    if (!live && waiting < 0)
        return wn_fail(err, WN_NO, "it neither runs nor waits");
    wn_str_add(answer, live ? "is being ended" : "was taken out of the queue");
    return live ? wn_runner_end_live(runner, live, request->user, err)
                : wn_runner_drop_waiting(runner, (size_t)waiting, request->user, err);
}

static struct wn_open *find_open(const struct wn_runner *runner, int64_t id) {
    for (size_t i = 0; i < runner->live_count; i++)
        if (runner->live[i]->open->id == id)
            return runner->live[i]->open;
    for (size_t i = 0; i < runner->waiting_count; i++)
        if (runner->waiting[i].open->id == id)
            return runner->waiting[i].open;
    return wn_racing_find(runner, id);
}

// A complete configuration comes back: its other results are counted again.
static enum wn_status reopen(struct wn_runner *runner, const struct wn_trial_row *row,
                             struct wn_open **open, struct wn_err *err) {
    int64_t repeats = runner->spec->repeats, id = row->number / repeats;
    enum wn_status status = wn_runner_reopen(runner, row, open, err);
    if (status != WN_OK)
        return status;
    for (int64_t number = id * repeats; number < (id + 1) * repeats && status == WN_OK; number++) {
        struct wn_trial_row other = {0};
        status = wn_store_get_trial(runner->store, row->sweep, number, &other, err);
        if (status == WN_OK && number != row->number)
            wn_open_count(*open, other.state, other.objective);
        wn_trial_row_clear(&other);
    }
    if (status != WN_OK)
        wn_open_release(*open);
    return status;
}

// Takes over the row.
static enum wn_status try_again(struct wn_runner *runner, struct wn_trial_row *row,
                                struct wn_err *err) {
    struct wn_open *open = find_open(runner, row->number / runner->spec->repeats);
    enum wn_status status = WN_OK;
    if (open) {
        open->refs++;
        open->ended--;
    } else {
        status = reopen(runner, row, &open, err);
    }
    if (status != WN_OK)
        return status;
    wn_runner_count(runner, row->state, -1);
    wn_runner_count(runner, WN_TRIAL_QUEUED, +1);
    struct wn_live *live = make_still(runner, open, row);
    status = wn_runner_try_again(runner, live, 0, err);
    wn_live_free(live);
    runner->dirty = true;
    return status;
}

static enum wn_status obey_retry(struct wn_runner *runner, const struct wn_request_row *request,
                                 struct wn_str *answer, struct wn_err *err) {
    struct wn_trial_row row = {0};
    enum wn_status status =
        wn_store_get_trial(runner->store, request->sweep, request->trial, &row, err);
    if (status == WN_OK)
        status = wn_requeue_check(&row, err);
    if (status == WN_OK)
        status = try_again(runner, &row, err);
    if (status == WN_OK)
        wn_str_add(answer, "waits for its next attempt");
    wn_trial_row_clear(&row);
    return status;
}

// ---- configurations -----------------------------------------------------------------------------

static enum wn_status obey_enqueue(struct wn_runner *runner, const struct wn_request_row *request,
                                   struct wn_str *answer, struct wn_err *err) {
    struct wn_config *config;
    enum wn_status status = wn_enqueue_parse(runner->spec, request->argument, &config, err);
    if (status != WN_OK)
        return status;
    int64_t repeats = runner->spec->repeats, first = runner->asked * repeats, more;
    struct wn_open *open = wn_open_new(runner->asked, config, runner->spec);
    open->enqueued_by = wn_strdup(request->user);
    const struct wn_enqueued enqueued = {.sweep = request->sweep,
                                         .sweep_seed = runner->setup->sweep->seed,
                                         .id = open->id,
                                         .spec = runner->spec,
                                         .outside = runner->outside,
                                         .params = open->params,
                                         .hash = open->hash,
                                         .user = request->user};
    status = wn_enqueue(runner->store, &enqueued, &more, err);
    if (status == WN_OK) {
        wn_runner_drop_thought(runner); // whose id this is now
        wn_searcher_adopt(runner->searcher, open->id, config);
        for (int64_t repeat = 0; repeat < repeats; repeat++)
            wn_runner_wait_for(runner,
                               &(struct wn_waiting){.open = open, .number = first + repeat});
        wn_runner_count(runner, WN_TRIAL_QUEUED, (int)repeats);
        runner->progress.declared += more;
        runner->asked++;
        runner->enqueued++;
        runner->dirty = true;
        wn_str_addf(answer, "trial %lld waits for a slot", (long long)first);
    }
    wn_open_release(open);
    return status;
}

// ---- the spec -----------------------------------------------------------------------------------

static enum wn_status check_gpus(const struct wn_runner *runner, int64_t wanted,
                                 struct wn_err *err) {
    struct wn_devices devices = {0};
    if (wanted)
        wn_devices_find(runner->setup->getenv("CUDA_VISIBLE_DEVICES"), &devices);
    enum wn_status status = wn_devices_check(&devices, wanted, err);
    wn_devices_clear(&devices);
    return status == WN_OK ? WN_OK : wn_fail(err, WN_NO, "%s", err->text);
}

// The runner gives way to one that begins with the new spec: what a resumed sweep does is right
// after an edit as well.
static enum wn_status obey_edit(struct wn_runner *runner, const struct wn_request_row *request,
                                struct wn_str *answer, struct wn_err *err) {
    struct wn_carried *carried = runner->setup->carried;
    struct wn_edited edited = {0};
    if (runner->progress.stage != WN_STAGE_RUNNING)
        return wn_fail(err, WN_NO, "it is ending; try again when it has ended");
    enum wn_status status = wn_edit_lay_request(runner->store, request, &edited, err);
    if (status == WN_OK)
        status = check_gpus(runner, edited.spec->gpus, err);
    if (status == WN_OK)
        status = wn_edit_store(runner->store, request, &edited, answer, err);
    if (status == WN_OK) {
        carried->edited = edited.changed || edited.parallel;
        carried->parallel = edited.parallel ? wn_session_parallel(edited.spec) : carried->parallel;
        wn_runner_notice(runner, "%s edited its spec, which %s", request->user,
                         wn_str_text(answer));
    }
    wn_spec_free(edited.spec);
    return status;
}

// ---- the table ----------------------------------------------------------------------------------

// WN_OK: obeyed. WN_ENVIRONMENT: the store failed. Anything else: refused, and err says why.
static const struct {
    const char *verb;
    enum wn_status (*obey)(struct wn_runner *runner, const struct wn_request_row *request,
                           struct wn_str *answer, struct wn_err *err);
} verbs[] = {
    {"stop", obey_stop},       {"cancel", obey_cancel}, {"pause", obey_pause},
    {"unpause", obey_unpause}, {"kill", obey_kill},     {"retry", obey_retry},
    {"enqueue", obey_enqueue}, {"edit", obey_edit},     {"set", obey_edit},
};

struct requests {
    struct wn_request_row *items;
    size_t count, capacity;
};

static bool take_request(void *context, const struct wn_request_row *row) {
    struct requests *requests = context;
    struct wn_request_row *copy = WN_PUSH(requests->items, requests->count, requests->capacity);
    *copy = (struct wn_request_row){
        .id = row->id,
        .sweep = row->sweep,
        .trial = row->trial,
        .created = row->created,
        .verb = wn_strdup(row->verb),
        .argument = row->argument ? wn_strdup(row->argument) : NULL,
        .user = wn_strdup(row->user ? row->user : "a request"),
    };
    return true;
}

static enum wn_status dispatch(struct wn_runner *runner, const struct wn_request_row *request,
                               struct wn_str *answer, struct wn_err *err) {
    if (request->created < runner->setup->begun)
        return wn_fail(err, WN_NO, "its runner was gone before it could obey");
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (strcmp(verbs[i].verb, request->verb) == 0)
            return verbs[i].obey(runner, request, answer, err);
    return wn_fail(err, WN_NO, "this runner does not know how to %s", request->verb);
}

static enum wn_status obey(struct wn_runner *runner, struct wn_request_row *request,
                           struct wn_err *err) {
    struct wn_str answer = {0};
    enum wn_status status = dispatch(runner, request, &answer, err);
    request->refused = status != WN_OK;
    request->answered = wn_now();
    request->answer = status == WN_OK ? wn_str_take(&answer) : wn_strdup(err->text);
    wn_str_free(&answer);
    return status == WN_ENVIRONMENT ? status : wn_store_answer(runner->store, request, err);
}

enum wn_status wn_runner_obey(struct wn_runner *runner, struct wn_err *err) {
    struct requests requests = {0};
    runner->looked_for_requests = true;
    enum wn_status status = wn_store_each_request(runner->store, runner->setup->sweep->id,
                                                  take_request, &requests, err);
    if (status == WN_OK && requests.count)
        status = wn_store_begin(runner->store, err);
    for (size_t i = 0; i < requests.count; i++) {
        if (status == WN_OK && !runner->setup->carried->edited) // else the next runner obeys
            status = obey(runner, &requests.items[i], err);
        wn_request_row_clear(&requests.items[i]);
    }
    if (status == WN_OK && requests.count)
        status = wn_store_commit(runner->store, err);
    free(requests.items);
    return status;
}
