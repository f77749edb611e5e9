// SPDX-License-Identifier: GPL-3.0-or-later
// Making sweeps and running them as their owner.
#include "sweep/session.h"
#include "sweep/events.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uv.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/race.h"
#include "sweep/devices.h"
#include "sweep/executor.h"
#include "sweep/folder.h"
#include "sweep/leases.h"
#include "sweep/owner.h"
#include "sweep/provenance.h"
#include "sweep/scheduler.h"
#include "sweep/searcher.h"
#include "sweep/variables.h"

// ---- checks -------------------------------------------------------------------------------------

static void check_searcher(const struct wn_spec *spec, struct wn_diags *diags) {
    if (!wn_searcher_find(spec->method)) {
        wn_diag_add(diags, WN_ERROR, 0, 0, "method",
                    "%s is not there yet; use bayes, tpe, cmaes, random, sobol, grid or list",
                    spec->method);
        return;
    }
    struct wn_searcher *searcher;
    if (wn_searcher_new(&(struct wn_searcher_setup){.spec = spec}, &searcher, diags) == WN_OK)
        wn_searcher_free(searcher);
}

static void complain_of_type(const struct wn_early_terminate *settings, struct wn_diags *diags) {
    size_t count;
    const struct wn_scheduler_type *const *all = wn_scheduler_all(&count);
    const char **names = wn_calloc(count, sizeof *names);
    for (size_t i = 0; i < count; i++)
        names[i] = all[i]->name;
    const char *close = wn_closest(settings->type, names, count);
    struct wn_str text = {0};
    for (size_t i = 0; !close && i < count; i++)
        wn_str_addf(&text, "%s%s", i ? ", " : ": ", names[i]);
    if (close)
        wn_str_addf(&text, " (did you mean %s?)", close);
    wn_diag_add(diags, WN_ERROR, settings->line, settings->column, "early_terminate.type",
                "there is no type %s%s", settings->type, wn_str_text(&text));
    wn_str_free(&text);
    free(names);
}

static void check_scheduler(const struct wn_early_terminate *settings, struct wn_diags *diags) {
    if (!settings->type)
        return;
    const struct wn_scheduler_type *type = wn_scheduler_find(settings->type);
    void *state;
    if (!type)
        complain_of_type(settings, diags);
    else if (type->create(settings, &state, diags) == WN_OK)
        type->free(state);
}

enum wn_status wn_session_vet(const struct wn_spec *spec, struct wn_diags *diags) {
    size_t before = diags->errors;
    if (!wn_executor_find(spec->executor))
        wn_diag_add(diags, WN_ERROR, 0, 0, "executor", "there is no executor %s: only local",
                    spec->executor);
    check_scheduler(&spec->early_terminate, diags);
    return diags->errors > before ? WN_BAD_INPUT : WN_OK;
}

// All of a race begin at once.
static void check_race(const struct wn_spec *spec, struct wn_diags *diags) {
    int64_t arms = wn_session_declared(spec, &(struct wn_begun){0}) / spec->repeats;
    if (wn_searcher_find(spec->method)->tell)
        wn_diag_add(diags, WN_ERROR, 0, 0, "race",
                    "cannot stand beside method %s, which learns from one configuration before it "
                    "proposes the next",
                    spec->method);
    if (arms < 2 || arms > WN_RACE_MOST_ARMS)
        wn_diag_add(diags, WN_ERROR, 0, 0, "race",
                    "is between 2 and %d configurations (found %lld%s): method list names them, "
                    "budget.trials bounds others",
                    WN_RACE_MOST_ARMS, (long long)arms, arms ? "" : ", no bound");
}

enum wn_status wn_session_check(const struct wn_spec *spec, struct wn_diags *diags) {
    size_t before = diags->errors;
    if (!spec->objective_count)
        wn_diag_add(diags, WN_ERROR, 0, 0, "metric",
                    "is missing: add metric: {name: NAME, goal: minimize} (or --minimize NAME)");
    if (!spec->program && spec->command.type != WN_LIST)
        wn_diag_add(diags, WN_ERROR, 0, 0, "program",
                    "is missing: add program: SCRIPT or command: [...] (or -- COMMAND)");
    check_searcher(spec, diags);
    if (spec->race.on && diags->errors == before)
        check_race(spec, diags);
    return diags->errors > before ? WN_BAD_INPUT : WN_OK;
}

// How many configurations the method has in all; 0: not known.
static uint64_t count_points(const struct wn_spec *spec) {
    struct wn_grid *grid = NULL;
    struct wn_diags ignored = {0};
    uint64_t points = wn_space_cardinality(spec->space);
    if (strcmp(spec->method, "list") == 0)
        points = spec->configurations.list.count;
    if (strcmp(spec->method, "grid") == 0 && wn_grid_new(spec->space, &grid, &ignored) == WN_OK) {
        points = wn_grid_count(grid);
        wn_grid_free(grid);
    }
    wn_diags_free(&ignored);
    return points;
}

int64_t wn_session_declared(const struct wn_spec *spec, const struct wn_begun *begun) {
    uint64_t points = count_points(spec), budget = (uint64_t)spec->max_configurations;
    points += points ? (uint64_t)begun->outside : 0;
    budget += budget ? (uint64_t)begun->enqueued : 0;
    if (budget && (!points || budget < points))
        points = budget;
    if (points && points < (uint64_t)begun->configurations)
        points = (uint64_t)begun->configurations;
    return (int64_t)points * spec->repeats;
}

struct census {
    const struct wn_spec *spec;
    struct wn_begun begun;
};

static bool count_begun(void *context, const struct wn_trial_row *row) {
    struct census *census = context;
    struct wn_config *config;
    struct wn_err err;
    if (row->repeat)
        return true;
    census->begun.configurations++;
    census->begun.enqueued += row->enqueued_by != NULL;
    if (wn_space_config_from_json(census->spec->space, row->params, &config, &err) == WN_OK)
        wn_config_free(config);
    else
        census->begun.outside++;
    return true;
}

enum wn_status wn_session_count_begun(struct wn_store *store, int64_t sweep,
                                      const struct wn_spec *spec, struct wn_begun *begun,
                                      struct wn_err *err) {
    struct census census = {.spec = spec};
    enum wn_status status = wn_store_each_trial(store, sweep, count_begun, &census, err);
    *begun = census.begun;
    return status;
}

// ---- making a sweep -----------------------------------------------------------------------------

static int64_t draw_seed(void) {
    uint32_t drawn;
    if (getrandom(&drawn, sizeof drawn, 0) != (ssize_t)sizeof drawn)
        drawn = (uint32_t)(wn_now() * 1e6);
    return drawn >> 1;
}

char *wn_session_name(const struct wn_spec *spec, const char *file) {
    if (spec->name && spec->name[0])
        return wn_strdup(spec->name);
    const char *source = file && strcmp(file, "-") != 0 ? file : spec->program;
    if (!source)
        return wn_strdup("sweep");
    const char *slash = strrchr(source, '/'), *base = slash ? slash + 1 : source;
    const char *dot = strrchr(base, '.');
    size_t length = dot && dot > base ? (size_t)(dot - base) : strlen(base);
    return length ? wn_strndup(base, length) : wn_strdup("sweep");
}

int64_t wn_session_parallel(const struct wn_spec *spec) {
    if (spec->parallel)
        return spec->parallel;
    double cores = uv_available_parallelism();
    return spec->cpus > 1 ? (int64_t)fmax(1, floor(cores / spec->cpus)) : (int64_t)cores;
}

enum wn_status wn_session_create(struct wn_store *store, const struct wn_spec *spec,
                                 const struct wn_session_origin *origin, struct wn_sweep_row *row,
                                 struct wn_err *err) {
    *row = (struct wn_sweep_row){
        .name = wn_strdup(origin->name),
        .state = WN_SWEEP_STOPPED, // until its runner has begun
        .method = wn_strdup(spec->method),
        .spec = wn_strdup(spec->source),
        .spec_file = origin->spec_file ? wn_strdup(origin->spec_file) : NULL,
        .spec_hash = (int64_t)spec->hash,
        .seed = spec->has_seed ? (int64_t)spec->seed : draw_seed(),
        .parallel = wn_session_parallel(spec),
        .repeats = spec->repeats,
        .declared = wn_session_declared(spec, &(struct wn_begun){0}),
        .objective = wn_strdup(spec->objectives->name),
        .maximize = spec->objectives->maximize,
        .cwd = wn_strdup(origin->cwd),
        .version = wn_strdup(origin->version),
        .user = wn_provenance_user(),
        .host = wn_provenance_host(),
        .created = wn_now(),
        .examines = origin->examines,
    };
    enum wn_status status = wn_store_begin(store, err);
    if (status != WN_OK)
        return status;
    status = wn_store_add_sweep(store, row, err);
    if (status == WN_OK)
        status = wn_sweep_folder_make(store, row->id, err);
    if (status == WN_OK)
        return wn_store_commit(store, err);
    wn_store_rollback(store);
    return status;
}

enum wn_status wn_session_own(const struct wn_store *store, int64_t sweep, int *lock,
                              struct wn_err *err) {
    *lock = -1;
    enum wn_status status = wn_sweep_folder_make(store, sweep, err);
    if (status != WN_OK)
        return status;
    char *dir = wn_sweep_folder(store, sweep);
    status = wn_owner_acquire(dir, lock, err);
    free(dir);
    return status;
}

// ---- running it ---------------------------------------------------------------------------------

// Beside the program (a build folder), in the libexec folder that belongs to its bin folder (an
// installed tree, wherever it was moved), or where this program was built to be installed.
char *wn_session_shim(void) {
    static const char *const places[] = {"%.*s/winnow-shim", "%.*s/../libexec/winnow/winnow-shim"};
    char self[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", self, sizeof self);
    while (length > 0 && self[length - 1] != '/')
        length--;
    for (size_t i = 0; length > 0 && i < sizeof places / sizeof *places; i++) {
        char *shim = wn_format(places[i], (int)length - 1, self);
        if (access(shim, X_OK) == 0)
            return shim;
        free(shim);
    }
    return access(WN_LIBEXEC "/winnow-shim", X_OK) == 0 ? wn_strdup(WN_LIBEXEC "/winnow-shim")
                                                        : NULL;
}

// Whoever says how many trials run at once, and not what each needs, is in charge of the cores.
static size_t cpus_to_lease(const struct wn_runner_setup *setup) {
    const struct wn_spec *spec = setup->spec;
    bool by_default = !spec->parallel && setup->parallel == wn_session_parallel(spec);
    return spec->has_cpus || by_default ? (size_t)ceil(spec->cpus) : 0;
}

// A folder that cannot be used is told, and nothing is shared.
static void open_leases(struct wn_runner_setup *setup, const char *slots_dir) {
    struct wn_err err;
    setup->cpus = cpus_to_lease(setup);
    const struct wn_leases_setup leases = {
        .dir = slots_dir,
        .sweep_dir = setup->sweep_dir,
        .sweep = setup->sweep->name,
        .cpus = setup->cpus ? uv_available_parallelism() : 0,
        .gpus = setup->devices,
        .gpu_count = setup->device_count,
    };
    if (!slots_dir || (!leases.cpus && !leases.gpu_count))
        return;
    if (wn_leases_open(&leases, &setup->leases, &err) == WN_OK || !setup->watch.notice)
        return;
    char *notice = wn_format("CPUs and GPUs are not shared with other sweeps: %s", err.text);
    setup->watch.notice(setup->watch.context, notice);
    free(notice);
}

static enum wn_status run_owned(struct wn_runner_setup *setup, const char *slots_dir,
                                struct wn_progress *progress, struct wn_err *err) {
    struct wn_devices devices = {0};
    if (setup->spec->gpus)
        wn_devices_find(setup->getenv("CUDA_VISIBLE_DEVICES"), &devices);
    setup->devices = (const char *const *)devices.names;
    setup->device_count = devices.count;
    enum wn_status status = wn_devices_check(&devices, setup->spec->gpus, err);
    if (status == WN_OK) {
        open_leases(setup, slots_dir);
        status = wn_runner_run(setup, progress, err);
        wn_leases_close(setup->leases);
        setup->leases = NULL;
    }
    wn_devices_clear(&devices);
    return status;
}

// This run, as it goes on record.
static void describe_run(const struct wn_store *store, const struct wn_sweep_row *sweep,
                         const struct wn_session_options *options, struct wn_run_row *run) {
    struct wn_code code;
    wn_code_read(sweep->cwd, &code);
    *run = (struct wn_run_row){
        .sweep = sweep->id,
        .started = wn_now(),
        .user = wn_provenance_user(),
        .host = wn_provenance_host(), // perhaps not the one where the sweep was made
        .pid = getpid(),
        .version = wn_strdup(options->version),
        .git_commit = code.commit,
        .git_patch = code.patch,
        .git_untracked = code.untracked,
        .environment = wn_variables_record(options->environment, wn_store_dir(store)),
    };
}

static enum wn_status run_turn(struct wn_runner_setup *setup, const char *slots_dir,
                               struct wn_progress *progress, struct wn_err *err) {
    struct wn_versions versions;
    enum wn_status status = wn_versions_load(setup->store, setup->sweep, &versions, err);
    if (status != WN_OK)
        return status;
    setup->parallel = setup->carried->parallel;
    setup->versions = &versions;
    setup->spec = wn_versions_newest(&versions);
    status = run_owned(setup, slots_dir, progress, err);
    setup->versions = NULL;
    setup->spec = NULL;
    wn_versions_free(&versions);
    return status;
}

// An edit ends a turn: the next one begins with the new spec, as a resumed sweep does.
static enum wn_status run_turns(struct wn_runner_setup *setup, const char *slots_dir,
                                struct wn_progress *progress, struct wn_err *err) {
    struct wn_carried carried = {.parallel = setup->parallel,
                                 .events = wn_events_new(setup, WN_EVENTS_LIMIT)};
    enum wn_status status;
    progress->hold[0] = '\0';
    setup->carried = &carried;
    do
        status = run_turn(setup, slots_dir, progress, err);
    while (status == WN_OK && carried.edited);
    setup->carried = NULL;
    wn_events_free(carried.events);
    return status;
}

enum wn_status wn_session_run(struct wn_store *store, const struct wn_sweep_row *row,
                              const struct wn_session_options *options,
                              struct wn_progress *progress, struct wn_err *err) {
    char *shim = wn_session_shim();
    if (!shim)
        return wn_fail(err, WN_ENVIRONMENT,
                       "winnow-shim is neither beside this program, nor in ../libexec/winnow from "
                       "there, nor in %s: install it, or run make",
                       WN_LIBEXEC);
    char *dir = wn_sweep_folder(store, row->id);
    int lock;
    double begun = wn_now();
    enum wn_status status = wn_session_own(store, row->id, &lock, err);
    if (status == WN_OK) {
        struct wn_run_row record;
        describe_run(store, row, options, &record);
        struct wn_runner_setup setup = {
            .store = store,
            .sweep = row,
            .lock = lock,
            .sweep_dir = dir,
            .shim = shim,
            .environment = options->environment,
            .getenv = options->getenv,
            .record = &record,
            .begun = begun,
            .parallel = row->parallel,
            .retry_failed = options->retry_failed,
            .watch = options->watch,
        };
        status = run_turns(&setup, options->slots_dir, progress, err);
        wn_run_row_clear(&record);
        close(lock);
    }
    free(dir);
    free(shim);
    return status;
}
