// SPDX-License-Identifier: GPL-3.0-or-later
// winnow import: results from elsewhere, for a warm start.
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/common.h"
#include "cli/make_sweep.h"
#include "cli/spec_args.h"
#include "core/base/clock.h"
#include "core/base/mem.h"
#include "sweep/import.h"
#include "sweep/provenance.h"
#include "sweep/session.h"

struct job {
    struct wn_invocation *invocation;
    const char *file;
    struct wn_store *store;
    struct wn_sweep_row sweep; // with --into: as it was found
    struct wn_spec *spec;
    char *user;
    struct wn_diags diags;
    struct wn_import_setup setup;
    struct wn_import *import;
    int lock; // of the sweep, -1: not held
};

// ---- the file -----------------------------------------------------------------------------------

static bool is_database(int fd) {
    static const char magic[] = "SQLite format 3";
    char head[sizeof magic];
    return pread(fd, head, sizeof head, 0) == (ssize_t)sizeof head &&
           memcmp(head, magic, sizeof head) == 0;
}

static enum wn_status read_file(struct job *job, struct wn_err *err) {
    bool standard = strcmp(job->file, "-") == 0;
    int fd = standard ? STDIN_FILENO : open(job->file, O_RDONLY | O_CLOEXEC);
    enum wn_status status = WN_OK;
    if (fd < 0)
        return wn_fail(err, WN_BAD_INPUT, "cannot read %s: %s", job->file, strerror(errno));
    if (is_database(fd))
        status = wn_import_optuna(job->import, &job->setup, job->file,
                                  wn_args_text(job->invocation, "study", NULL), err);
    else
        wn_import_csv(job->import, &job->setup, &(struct wn_csv_source){wn_read_fd, &fd});
    if (!standard)
        close(fd);
    size_t mistakes = job->diags.errors;
    wn_say_diags(&job->diags);
    if (status == WN_OK && mistakes)
        status = wn_fail(err, WN_BAD_INPUT, "nothing was imported: %zu mistake%s in %s%s", mistakes,
                         mistakes == 1 ? "" : "s", job->file,
                         job->setup.skip ? "" : "; --skip leaves out what does not fit");
    return status;
}

// ---- the sweep ----------------------------------------------------------------------------------

// As its owner, so that no runner begins meanwhile.
static enum wn_status own(struct job *job, struct wn_err *err) {
    if (wn_sweep_alive(job->store, job->sweep.id))
        return wn_fail(err, WN_NO,
                       "a runner works on %s: winnow stop %s, import, then winnow resume %s",
                       job->sweep.name, job->sweep.name, job->sweep.name);
    return wn_session_own(job->store, job->sweep.id, &job->lock, err);
}

static enum wn_status find_sweep(struct job *job, const char *into, struct wn_err *err) {
    enum wn_status status = wn_open_store(job->invocation, WN_STORE_WRITE, &job->store, err);
    if (status == WN_OK)
        status = wn_store_find_sweep(job->store, into, &job->sweep, err);
    if (status == WN_OK)
        status = own(job, err);
    return status == WN_OK ? wn_spec_stored(&job->sweep, &job->spec, err) : status;
}

static enum wn_status read_spec(struct job *job, const char *file, struct wn_err *err) {
    enum wn_status status = wn_spec_from_file(file, &job->spec, err);
    if (status == WN_OK)
        status = wn_sweep_check(job->spec, file, err);
    return status == WN_OK ? wn_open_store(job->invocation, WN_STORE_CREATE, &job->store, err)
                           : status;
}

static enum wn_status prepare(struct job *job, struct wn_err *err) {
    const char *into = wn_args_text(job->invocation, "into", NULL);
    const char *spec = wn_args_text(job->invocation, "spec", NULL);
    if (!into == !spec)
        return wn_fail(err, WN_BAD_INPUT,
                       "name the sweep that takes the trials: --into SWEEP, or --spec SPEC for a "
                       "new one");
    enum wn_status status = into ? find_sweep(job, into, err) : read_spec(job, spec, err);
    if (status != WN_OK)
        return status;
    job->user = wn_provenance_user();
    job->diags.file = job->file;
    job->setup = (struct wn_import_setup){.spec = job->spec,
                                          .from = job->file,
                                          .user = job->user,
                                          .skip = wn_args_has(job->invocation, "skip"),
                                          .diags = &job->diags};
    job->import = wn_import_new(&job->setup);
    return into ? wn_import_know(job->import, job->store, job->sweep.id, err) : WN_OK;
}

static enum wn_status make_sweep(struct job *job, struct wn_err *err) {
    const char *file = wn_args_text(job->invocation, "spec", NULL);
    const char *named = wn_args_text(job->invocation, "name", NULL);
    if (!file)
        return WN_OK;
    char *name = named ? wn_strdup(named) : wn_session_name(job->spec, file);
    enum wn_status status = wn_sweep_make(job->store, job->spec, name, file, &job->sweep, err);
    free(name);
    return status == WN_OK ? own(job, err) : status;
}

// ---- storing it ---------------------------------------------------------------------------------

static enum wn_status record(struct job *job, struct wn_err *err) {
    struct wn_request_row row = {.sweep = job->sweep.id,
                                 .trial = WN_WHOLE_SWEEP,
                                 .verb = wn_strdup("import"),
                                 .argument = wn_strdup(job->file),
                                 .user = wn_strdup(job->user),
                                 .created = wn_now(),
                                 .answered = wn_now()};
    enum wn_status status = wn_store_add_request(job->store, &row, err);
    row.answer = wn_format("%lld trials", (long long)wn_import_counts(job->import)->trials);
    if (status == WN_OK)
        status = wn_store_answer(job->store, &row, err);
    wn_request_row_clear(&row);
    return status;
}

static enum wn_status store(struct job *job, struct wn_err *err) {
    enum wn_status status = wn_store_begin(job->store, err);
    if (status == WN_OK)
        status = wn_import_store(job->import, job->store, &job->sweep, err);
    if (status == WN_OK)
        status = record(job, err);
    if (status == WN_OK)
        status = wn_store_commit(job->store, err);
    if (status != WN_OK)
        wn_store_rollback(job->store);
    return status;
}

static void print_left_out(struct wn_output *out, int64_t count, const char *why) {
    if (count)
        wn_printf(out, "%lld left out: %s\n", (long long)count, why);
}

static void print_text(const struct job *job) {
    const struct wn_import_counts *counts = wn_import_counts(job->import);
    struct wn_output *out = &job->invocation->out;
    if (counts->trials)
        wn_printf(out, "%s: %lld trial%s imported from %s, from number %lld on\n", job->sweep.name,
                  (long long)counts->trials, counts->trials == 1 ? "" : "s", job->file,
                  (long long)counts->first);
    else
        wn_say("nothing was imported from %s\n", job->file);
    print_left_out(out, counts->known, "the sweep has their configurations already");
    print_left_out(out, counts->outside, "they do not fit");
    print_left_out(out, counts->unfinished, "they had not ended");
}

static void print_json(const struct job *job) {
    const struct wn_import_counts *counts = wn_import_counts(job->import);
    struct wn_emit emit = {0};
    wn_emit_open(&emit, NULL, '{');
    wn_emit_text(&emit, "sweep", job->sweep.name);
    wn_emit_integer(&emit, "imported", counts->trials);
    if (counts->trials)
        wn_emit_integer(&emit, "first_trial", counts->first);
    else
        wn_emit_null(&emit, "first_trial");
    wn_emit_integer(&emit, "known", counts->known);
    wn_emit_integer(&emit, "outside", counts->outside);
    wn_emit_integer(&emit, "unfinished", counts->unfinished);
    wn_emit_close(&emit, '}');
    wn_print_json(&job->invocation->out, &emit);
}

// ---- the command --------------------------------------------------------------------------------

static enum wn_status import(struct job *job, struct wn_err *err) {
    enum wn_status status = prepare(job, err);
    if (status == WN_OK)
        status = read_file(job, err);
    bool any = status == WN_OK && wn_import_counts(job->import)->trials > 0;
    if (any)
        status = make_sweep(job, err);
    if (any && status == WN_OK)
        status = store(job, err);
    if (status != WN_OK)
        return status;
    if (wn_args_has(job->invocation, "json"))
        print_json(job);
    else
        print_text(job);
    return any ? WN_OK : wn_fail(err, WN_NO, "%s", "");
}

static enum wn_status run(struct wn_invocation *invocation, struct wn_err *err) {
    struct job job = {.invocation = invocation, .file = invocation->operands[0], .lock = -1};
    enum wn_status status = import(&job, err);
    if (job.lock >= 0)
        close(job.lock);
    wn_import_free(job.import);
    wn_diags_free(&job.diags);
    wn_spec_free(job.spec);
    free(job.user);
    wn_sweep_row_clear(&job.sweep);
    wn_store_close(job.store);
    return status;
}

static const struct wn_option options[] = {
    {.name = "into", .type = WN_OPTION_TEXT, .value = "SWEEP", .help = "the sweep that takes them"},
    {.name = "spec",
     .type = WN_OPTION_FILE,
     .value = "SPEC",
     .help = "make a sweep of this file for them"},
    {.name = "name",
     .type = WN_OPTION_TEXT,
     .value = "NAME",
     .fallback = "by the spec",
     .help = "what the new sweep is called"},
    {.name = "skip", .help = "leave out rows and columns that do not fit, and say how many"},
    {.name = "study",
     .type = WN_OPTION_TEXT,
     .value = "NAME",
     .help = "which study of an Optuna database"},
    {0},
};

static const struct wn_example examples[] = {
    {"winnow import earlier.csv --into svm", "results of an earlier sweep, as CSV"},
    {"winnow board svm-2 --csv | winnow import - --into svm", "what another sweep found"},
    {"winnow import optuna.db --study svm --into svm", "those of an Optuna study"},
    {0},
};

const struct wn_command wn_command_import = {
    .name = "import",
    .writes = true,
    .summary = "take in results from elsewhere, for a warm start",
    .also = "load add warm-start enqueue-all",
    .options = {options, wn_json_options},
    .operands = {{.name = "FILE", .kind = WN_OPERAND_FILE}},
    .description =
        "Makes trials of a sweep out of a file: the search learns from them as from its own, and "
        "does not try their configurations again; they are beyond the budget. winnow resume goes "
        "on from there.\n\n"
        "A CSV file has a header: a column per parameter (lr or param.lr; nested: optimizer.lr), "
        "one for the objective (objective, or its name), perhaps metric.NAME, state, and the "
        "others of winnow board --csv and winnow export --trials --csv, which can be imported as "
        "they are. A row without a state is finished where it has a finite objective. In a sweep "
        "with repeats a row stands for all of them, unless there is a column repeat; repeats that "
        "are missing are run.\n\n"
        "A database of Optuna (SQLite) is recognised by itself.\n\n"
        "All mistakes are told at once, and nothing is imported where there is any; with --skip "
        "rows that do not fit the space are left out. Configurations that the sweep has already "
        "are always left out, so that a file may be imported again. No runner may work on the "
        "sweep meanwhile.",
    .examples = examples,
    .no_means = "nothing was imported, or a runner works on the sweep",
    .run = run,
};
