// SPDX-License-Identifier: GPL-3.0-or-later
// Launching: which trial comes next, its row, and its start. Rows say `running` before anything is
// started (fill_slots, in a transaction); processes are started after that is committed (launch),
// so that no trial ever runs that the store does not know.
#include "sweep/runner/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "sweep/environment.h"
#include "sweep/logs.h"

// ---- configurations and their trials ------------------------------------------------------------

struct wn_open *wn_open_new(int64_t id, struct wn_config *config, const struct wn_spec *spec) {
    const struct wn_space *space = spec->space;
    struct wn_open *open = wn_calloc(1, sizeof *open);
    struct wn_value value = wn_space_config_value(space, config);
    struct wn_str json = {0};
    wn_value_json(&json, &value, WN_JSON_COMPACT);
    wn_value_clear(&value);
    open->id = id;
    open->spec = spec;
    open->config = config;
    open->params = wn_str_take(&json);
    open->hash = (int64_t)wn_space_hash(space, config);
    open->refs = 1;
    return open;
}

void wn_open_release(struct wn_open *open) {
    if (--open->refs > 0)
        return;
    wn_config_free(open->config);
    free(open->params);
    free(open->enqueued_by);
    free(open);
}

void wn_live_free(struct wn_live *live) {
    wn_collector_free(live->collector);
    wn_lease_drop(&live->lease);
    wn_open_release(live->open);
    wn_trial_row_clear(&live->row);
    free(live->program);
    free(live->start_failure);
    free(live);
}

struct wn_live *wn_runner_find_live(const struct wn_runner *runner, int64_t trial,
                                    int64_t attempt) {
    for (size_t i = 0; i < runner->live_count; i++)
        if (runner->live[i]->row.number == trial && runner->live[i]->row.attempt == attempt)
            return runner->live[i];
    return NULL;
}

void wn_runner_wait_for(struct wn_runner *runner, const struct wn_waiting *waiting) {
    *WN_PUSH(runner->waiting, runner->waiting_count, runner->waiting_capacity) = *waiting;
    waiting->open->refs++;
}

static void new_row(const struct wn_runner *runner, const struct wn_waiting *waiting,
                    struct wn_trial_row *row) {
    int64_t repeat = waiting->number % runner->spec->repeats;
    *row = (struct wn_trial_row){
        .sweep = runner->setup->sweep->id,
        .number = waiting->number,
        .repeat = repeat,
        .attempt = waiting->attempt,
        .state = WN_TRIAL_QUEUED,
        .params = wn_strdup(waiting->open->params),
        .params_hash = waiting->open->hash,
        .seed = wn_trial_seed(runner->setup->sweep->seed, repeat),
        .created = wn_now(),
        .objective = NAN,
        .mean = NAN,
        .se = NAN,
        .enqueued_by = waiting->open->enqueued_by ? wn_strdup(waiting->open->enqueued_by) : NULL,
    };
}

enum wn_status wn_runner_put_queued(struct wn_runner *runner, const struct wn_waiting *waiting,
                                    const char *reason, struct wn_err *err) {
    struct wn_trial_row row;
    new_row(runner, waiting, &row);
    row.reason = reason ? wn_strdup(reason) : NULL;
    enum wn_status status = wn_store_put_trial(runner->store, &row, NAN, err);
    wn_trial_row_clear(&row);
    return status;
}

// Stores the repeats of a new configuration as queued, so that a restart knows of all of them.
static enum wn_status enqueue(struct wn_runner *runner, struct wn_open *open, struct wn_err *err) {
    int64_t repeats = runner->spec->repeats;
    enum wn_status status = WN_OK;
    for (int64_t repeat = 0; repeat < repeats && status == WN_OK; repeat++) {
        struct wn_waiting waiting = {.open = open, .number = open->id * repeats + repeat};
        wn_runner_wait_for(runner, &waiting);
        wn_runner_count(runner, WN_TRIAL_QUEUED, +1);
        if (repeats == 1)
            break; // its row is written as running in this same transaction
        status = wn_runner_put_queued(runner, &waiting, NULL, err);
    }
    return status;
}

static bool goes_on(const struct wn_runner *runner) {
    return runner->progress.stage == WN_STAGE_RUNNING && !runner->exhausted && !runner->ending[0] &&
           !wn_runner_held(runner);
}

static enum wn_ruling judge(const struct wn_runner *runner, char *ending) {
    double seconds = runner->active_before + wn_monotonic() - runner->started;
    int64_t asked = runner->spec->race.on ? 0 : runner->asked - runner->enqueued;
    return wn_rules_judge(&runner->rules, asked, seconds, ending);
}

static bool may_ask(struct wn_runner *runner) {
    if (!goes_on(runner))
        return false;
    enum wn_ruling ruling = judge(runner, runner->ending);
    runner->hopeless = ruling == WN_HOPELESS;
    return ruling == WN_GO_ON;
}

bool wn_runner_will_ask(const struct wn_runner *runner) {
    char ending[sizeof runner->ending];
    return (int64_t)runner->live_count >= runner->setup->parallel && !runner->waiting_count &&
           goes_on(runner) && judge(runner, ending) == WN_GO_ON;
}

enum wn_status wn_runner_answered(struct wn_runner *runner, enum wn_ask answer, int64_t id,
                                  struct wn_config *config, struct wn_err *err) {
    if (answer == WN_ASK_EXHAUSTED) {
        wn_config_free(config);
        runner->exhausted = true;
        return WN_OK;
    }
    runner->asked = id + 1;
    struct wn_open *open = wn_open_new(id, config, runner->spec);
    enum wn_status status = enqueue(runner, open, err);
    wn_open_release(open);
    return status;
}

// Of a searcher that takes its time the answer may come later.
static enum wn_status ask(struct wn_runner *runner, struct wn_err *err) {
    if (wn_searcher_learns(runner->searcher))
        return wn_runner_ask_thinker(runner, err);
    struct wn_config *config = wn_config_new(runner->spec->space);
    int64_t id;
    enum wn_ask answer = wn_searcher_ask(runner->searcher, &id, config);
    return wn_runner_answered(runner, answer, id, config, err);
}

// ---- the next trial -----------------------------------------------------------------------------

// The first trial in line whose time has come; -1: none.
static ptrdiff_t next_due(const struct wn_runner *runner) {
    if (runner->progress.stage != WN_STAGE_RUNNING || runner->hopeless || wn_runner_held(runner))
        return -1;
    double now = wn_monotonic();
    for (size_t i = 0; i < runner->waiting_count; i++)
        if (runner->waiting[i].not_before <= now)
            return (ptrdiff_t)i;
    return -1;
}

struct wn_waiting wn_runner_take_waiting(struct wn_runner *runner, size_t index) {
    struct wn_waiting taken = runner->waiting[index];
    runner->waiting_count--;
    memmove(&runner->waiting[index], &runner->waiting[index + 1],
            (runner->waiting_count - index) * sizeof *runner->waiting);
    return taken;
}

char *wn_runner_key(const struct wn_runner *runner, const struct wn_live *live) {
    return wn_format("%s/trial/%lld.%lld", runner->setup->sweep_dir, (long long)live->row.number,
                     (long long)live->row.attempt);
}

static void on_objective(void *context, int64_t count, double step, double value) {
    struct wn_live *live = context;
    struct wn_runner *runner = live->runner;
    if (!live->open->outside)
        wn_searcher_report(runner->searcher, live->open->id, step, value);
    if (!runner->scheduler)
        return;
    // Also of a trial that is over or condemned: others are compared with it.
    double minimised = runner->spec->objectives->maximize ? -value : value;
    struct wn_verdict verdict =
        runner->scheduler->report(runner->scheduler_state, live->row.number, count, minimised);
    if (!verdict.stop || live->row.condemned || live->gone)
        return;
    live->row.condemned = wn_strdup(verdict.reason);
    live->condemn = true;
}

static bool count_finite(void *context, int64_t trial, const char *name,
                         const struct wn_point *points, size_t count) {
    (void)trial, (void)name;
    for (size_t i = 0; i < count; i++)
        *(int64_t *)context += isfinite(points[i].value) != 0;
    return true;
}

enum wn_status wn_runner_follow(struct wn_runner *runner, struct wn_live *live,
                                struct wn_err *err) {
    int64_t stored = 0;
    const char *objective = runner->spec->objectives->name;
    enum wn_status status = WN_OK;
    if (live->row.log_offset || live->row.metrics_offset)
        status = wn_store_each_chunk(runner->store, live->row.sweep, live->row.number, objective,
                                     count_finite, &stored, err);
    if (status != WN_OK)
        return status;
    const char *dir = runner->setup->sweep_dir;
    char *log = wn_log_file(dir, live->row.number, live->row.attempt);
    char *metrics = wn_metrics_file(dir, live->row.number, live->row.attempt);
    const struct wn_collector_setup setup = {
        .reader = runner->reader,
        .sweep = live->row.sweep,
        .trial = live->row.number,
        .log_path = log,
        .metrics_path = metrics,
        .log_offset = live->row.log_offset,
        .metrics_offset = live->row.metrics_offset,
        .objective = objective,
        .objective_count = stored,
        .on_objective = on_objective,
        .context = live,
    };
    status = wn_collector_new(&setup, runner->store, &live->collector, err);
    free(log);
    free(metrics);
    return status;
}

// What the attempt before left is kept as history; its points make room for the new ones.
static enum wn_status retire_attempt(struct wn_runner *runner, struct wn_trial_row *row,
                                     struct wn_err *err) {
    struct wn_trial_row before = {0};
    enum wn_status status =
        wn_store_get_trial(runner->store, row->sweep, row->number, &before, err);
    if (status == WN_NO)
        return WN_OK;
    if (status == WN_OK)
        row->created = before.created;
    if (status == WN_OK && wn_trial_ended(before.state)) {
        status = wn_store_add_attempt(runner->store, &before, err);
        if (status == WN_OK)
            status = wn_store_drop_points(runner->store, row->sweep, row->number, err);
    }
    wn_trial_row_clear(&before);
    return status;
}

// Marks a trial as running in the store and puts it among the live ones, not launched yet.
static enum wn_status make_live(struct wn_runner *runner, const struct wn_waiting *waiting,
                                struct wn_err *err) {
    struct wn_live *live = wn_calloc(1, sizeof *live);
    live->runner = runner;
    live->open = waiting->open;
    live->devices = runner->lease.gpus;
    live->lease = runner->lease;
    runner->lease = (struct wn_lease){0};
    *WN_PUSH(runner->live, runner->live_count, runner->live_capacity) = live;
    new_row(runner, waiting, &live->row);
    live->row.state = WN_TRIAL_RUNNING;
    live->row.started = wn_now();
    live->row.host = wn_strdup(runner->setup->record->host);
    live->row.run = runner->setup->record->id;
    wn_runner_count(runner, WN_TRIAL_QUEUED, -1);
    wn_runner_count(runner, WN_TRIAL_RUNNING, +1);
    enum wn_status status = WN_OK;
    if (live->row.attempt)
        status = retire_attempt(runner, &live->row, err);
    if (status == WN_OK)
        status = wn_store_put_trial(runner->store, &live->row, NAN, err);
    return status == WN_OK ? wn_runner_follow(runner, live, err) : status;
}

enum wn_status wn_runner_fill_slots(struct wn_runner *runner, struct wn_err *err) {
    enum wn_status status = WN_OK;
    bool lacking = false;
    if (wn_runner_held(runner))
        wn_runner_drop_thought(runner); // by the end of a pause more is known
    while (status == WN_OK && (int64_t)runner->live_count < runner->setup->parallel) {
        ptrdiff_t next = next_due(runner);
        if (next < 0 && may_ask(runner)) {
            status = runner->spec->race.on ? wn_racing_next(runner, err) : ask(runner, err);
            next = status == WN_OK ? next_due(runner) : -1;
        }
        if (next < 0)
            break;
        lacking = !wn_runner_take_slots(runner, runner->waiting[next].number);
        if (lacking)
            break;
        struct wn_waiting waiting = wn_runner_take_waiting(runner, (size_t)next);
        status = make_live(runner, &waiting, err);
    }
    if (status != WN_OK)
        return status;
    return lacking ? wn_runner_tell_waiting(runner, err) : wn_runner_wait_no_more(runner, err);
}

// ---- the start ----------------------------------------------------------------------------------

static enum wn_status write_json_file(const struct wn_live *live, const char *path,
                                      struct wn_err *err) {
    struct wn_value value = wn_space_config_value(live->open->spec->space, live->open->config);
    struct wn_str json = {0};
    wn_value_json(&json, &value, WN_JSON_PYTHON);
    wn_value_clear(&value);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    ssize_t written = fd < 0 ? -1 : write(fd, json.text, json.length);
    bool good = written == (ssize_t)json.length;
    if (fd >= 0 && close(fd) != 0)
        good = false;
    wn_str_free(&json);
    return good ? WN_OK
                : wn_fail(err, WN_ENVIRONMENT, "cannot write %s: %s", path, strerror(errno));
}

static enum wn_status start_command(struct wn_runner *runner, struct wn_live *live,
                                    struct wn_argv *argv, struct wn_err *err) {
    char *metrics = wn_metrics_file(runner->setup->sweep_dir, live->row.number, live->row.attempt);
    char *key = wn_runner_key(runner, live);
    char *artifacts =
        wn_format("%s/artifacts/%lld", runner->setup->sweep_dir, (long long)live->row.number);
    char *devices = live->devices ? wn_slots_names(&runner->slots, live->devices) : NULL;
    const struct wn_environment_setup setup = {
        .base = runner->setup->environment,
        .space = live->open->spec->space,
        .config = live->open->config,
        .sweep = runner->setup->sweep->name,
        .trial = live->row.number,
        .seed = live->row.seed,
        .metrics_path = metrics,
        .artifacts_path = runner->spec->artifacts ? artifacts : NULL,
        .devices = devices,
        .key = key,
    };
    struct wn_argv environment = {0};
    wn_environment_build(&setup, &environment);
    const struct wn_job job = {
        .trial = live->row.number,
        .attempt = live->row.attempt,
        .argv = argv->items,
        .environment = environment.items,
        .cwd = runner->setup->sweep->cwd,
        .limits = &runner->spec->limits,
        .output_line = runner->spec->output_line,
        .leases = live->lease.fds,
        .lease_count = live->lease.count,
        .key = key,
    };
    enum wn_status status = WN_OK;
    if (setup.artifacts_path && mkdir(artifacts, 0755) != 0 && errno != EEXIST)
        status = wn_fail(err, WN_ENVIRONMENT, "cannot make %s: %s", artifacts, strerror(errno));
    if (status == WN_OK)
        status = runner->executor_type->start(runner->executor, &job, err);
    wn_argv_free(&environment);
    free(metrics);
    free(key);
    free(artifacts);
    free(devices);
    return status;
}

static enum wn_status start(struct wn_runner *runner, struct wn_live *live, struct wn_err *err) {
    char *json_file =
        wn_format("%s/configs/%lld.json", runner->setup->sweep_dir, (long long)live->row.number);
    const struct wn_argv_context context = {
        .trial = live->row.number,
        .seed = (uint64_t)live->row.seed,
        .json_file = json_file,
        .getenv = runner->setup->getenv,
        .to_run = true,
    };
    struct wn_argv argv = {0};
    enum wn_status status =
        wn_spec_argv(live->open->spec, live->open->config, &context, &argv, err);
    if (status == WN_OK && wn_spec_wants_json_file(runner->spec))
        status = write_json_file(live, json_file, err);
    if (status == WN_OK) {
        live->program = wn_strdup(argv.items[0]);
        if (argv.python3 && !runner->setup->carried->told_python3)
            wn_runner_notice(runner, "python is not installed: trials run with python3");
        runner->setup->carried->told_python3 |= argv.python3;
        status = start_command(runner, live, &argv, err);
    }
    wn_argv_free(&argv);
    free(json_file);
    return status;
}

void wn_runner_launch(struct wn_runner *runner) {
    for (size_t i = 0; i < runner->live_count; i++) {
        struct wn_live *live = runner->live[i];
        struct wn_err err;
        if (live->launched)
            continue;
        live->launched = true;
        enum wn_status status = start(runner, live, &err);
        wn_lease_drop(&live->lease); // its shim has it now
        if (status == WN_OK)
            continue;
        live->start_failure = wn_strdup(err.text);
        wn_runner_look_at_disk(runner);
        live->gone = true;
        runner->dirty = true;
    }
}
