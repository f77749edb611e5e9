// SPDX-License-Identifier: GPL-3.0-or-later
// Setting one trial up, following its log and its metrics file, and reading how it ended.
#include "cli/tryout.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uv.h>

#include "cli/common.h"
#include "cli/remove_tree.h"
#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/text.h"
#include "sweep/collector.h"
#include "sweep/environment.h"
#include "sweep/executor.h"
#include "sweep/exits.h"
#include "sweep/session.h"
#include "sweep/starthint.h"

enum { POLL_MS = 50, CHUNK = 1 << 16, SIGNALS = 3 };

struct file { // followed by lines
    char *path;
    int fd;             // -1 while it does not exist
    bool shown;         // the log; the metrics file is only read
    struct wn_str line; // begun and not ended
    bool returned;      // the last byte was a carriage return
};

struct session {
    struct wn_tryout *tryout;
    struct wn_reader *reader;
    const struct wn_executor_type *type;
    struct wn_executor *executor;
    uv_loop_t loop;
    uv_timer_t timer;
    uv_signal_t signals[SIGNALS];
    char folder[PATH_MAX];
    struct file log, metrics;
    double started; // monotonic
    int interrupts;
    bool told_undying;
    size_t line_readings; // of the line at hand
    bool gone;
    struct wn_exit_record record;
    bool has_record;
};

// ---- reading what it says -----------------------------------------------------------------------

static void take_reading(void *context, const struct wn_reading *reading) {
    struct session *session = context;
    struct wn_output *out = session->tryout->out;
    char value[32], step[32];
    if (isnan(session->tryout->first_point))
        session->tryout->first_point = wn_monotonic() - session->started;
    wn_series_add(&session->tryout->series, reading);
    wn_printf(out, "%s%s", wn_role(out, WN_ROLE_GOOD), session->line_readings++ ? ", " : "    -> ");
    wn_print_text(out, reading->name, strlen(reading->name));
    wn_printf(out, " = %s", wn_number_text(reading->value, value));
    if (reading->has_step)
        wn_printf(out, " at step %s", wn_number_text(reading->step, step));
    wn_print(out, wn_role(out, WN_ROLE_PLAIN));
}

static void take_line(struct session *session, struct file *file) {
    struct wn_output *out = session->tryout->out;
    if (file->shown) {
        wn_print_text(out, wn_str_text(&file->line), file->line.length);
        wn_print(out, "\n");
    }
    wn_reader_line(session->reader, wn_str_text(&file->line), file->line.length, take_reading,
                   session);
    if (session->line_readings)
        wn_print(out, "\n");
    session->line_readings = 0;
    wn_str_clear(&file->line);
}

static void take_bytes(struct session *session, struct file *file, const char *bytes,
                       size_t length) {
    for (const char *end = bytes + length; bytes < end;) {
        const char *stop = bytes;
        while (stop < end && *stop != '\n' && *stop != '\r')
            stop++;
        bool second = file->returned && *bytes == '\n'; // of \r\n
        wn_str_add_bytes(&file->line, bytes, (size_t)(stop - bytes));
        // A line too long to be read is shown in pieces rather than kept.
        if ((stop < end && !second) || file->line.length > WN_LINE_MAX)
            take_line(session, file);
        file->returned = stop < end && *stop == '\r';
        bytes = stop < end ? stop + 1 : end;
    }
}

static void follow(struct session *session, struct file *file) {
    char bytes[CHUNK];
    ssize_t length;
    if (file->fd < 0)
        file->fd = wn_collector_open(file->path);
    while (file->fd >= 0 && (length = read(file->fd, bytes, sizeof bytes)) > 0)
        take_bytes(session, file, bytes, (size_t)length);
    if (session->gone && file->line.length)
        take_line(session, file);
}

static void follow_both(struct session *session) {
    follow(session, &session->log);
    follow(session, &session->metrics);
    wn_print_flush(session->tryout->out);
}

// ---- events -------------------------------------------------------------------------------------

static void on_timer(uv_timer_t *timer) {
    struct session *session = timer->data;
    follow_both(session);
    if (session->tryout->out->error && !session->interrupts++)
        session->type->stop(session->executor, 0, 0, true);
}

static void on_signal(uv_signal_t *handle, int number) {
    struct session *session = handle->data;
    (void)number;
    session->type->stop(session->executor, 0, 0, session->interrupts++ > 0);
}

static void on_gone(void *context, int64_t trial, int64_t attempt) {
    struct session *session = context;
    (void)trial, (void)attempt;
    session->gone = true;
    uv_stop(&session->loop);
}

static void on_undying(void *context, int64_t trial, int64_t attempt, const char *pids) {
    struct session *session = context;
    (void)trial, (void)attempt;
    if (!session->told_undying)
        wn_say("some processes cannot be killed and are waited for: %s\n", *pids ? pids : "?");
    session->told_undying = true;
}

static void watch(struct session *session) {
    static const int numbers[SIGNALS] = {SIGINT, SIGTERM, SIGHUP};
    uv_timer_init(&session->loop, &session->timer);
    session->timer.data = session;
    uv_timer_start(&session->timer, on_timer, POLL_MS, POLL_MS);
    for (int i = 0; i < SIGNALS; i++) {
        uv_signal_init(&session->loop, &session->signals[i]);
        session->signals[i].data = session;
        uv_signal_start(&session->signals[i], on_signal, numbers[i]);
    }
}

static void close_handle(uv_handle_t *handle, void *unused) {
    (void)unused;
    if (!uv_is_closing(handle))
        uv_close(handle, NULL);
}

// ---- setting up ---------------------------------------------------------------------------------

static enum wn_status make_folders(struct session *session, struct wn_err *err) {
    static const char *const names[] = {"logs", "metrics", "artifacts"};
    const char *base = getenv("TMPDIR");
    snprintf(session->folder, sizeof session->folder, "%s/winnow-try-XXXXXX",
             base && *base ? base : "/tmp");
    if (!mkdtemp(session->folder)) {
        wn_fail(err, WN_ENVIRONMENT, "cannot make %s: %s", session->folder, strerror(errno));
        session->folder[0] = '\0';
        return WN_ENVIRONMENT;
    }
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *path = wn_format("%s/%s", session->folder, names[i]);
        int failed = mkdir(path, 0755);
        free(path);
        if (failed)
            return wn_fail(err, WN_ENVIRONMENT, "cannot make a folder in %s: %s", session->folder,
                           strerror(errno));
    }
    session->log.path = wn_format("%s/logs/0.0.log", session->folder);
    session->metrics.path = wn_format("%s/metrics/0.0", session->folder);
    return WN_OK;
}

static enum wn_status make_executor(struct session *session, const char *shim, struct wn_err *err) {
    session->type = wn_executor_find("local");
    const struct wn_executor_setup setup = {
        .loop = &session->loop,
        .sweep_dir = session->folder,
        .shim = shim,
        .events = {.on_gone = on_gone, .on_undying = on_undying, .context = session},
    };
    return session->type->create(&setup, &session->executor, err);
}

static enum wn_status write_json_file(const struct wn_spec *spec, const struct wn_config *config,
                                      const char *path, struct wn_err *err) {
    struct wn_value value = wn_space_config_value(spec->space, config);
    struct wn_str json = {0};
    wn_value_json(&json, &value, WN_JSON_PYTHON);
    wn_value_clear(&value);
    FILE *file = fopen(path, "we");
    bool good = file && fwrite(json.text, 1, json.length, file) == json.length;
    if (file && fclose(file) != 0)
        good = false;
    wn_str_free(&json);
    return good ? WN_OK
                : wn_fail(err, WN_ENVIRONMENT, "cannot write %s: %s", path, strerror(errno));
}

static enum wn_status build_argv(struct session *session, const struct wn_config *config,
                                 struct wn_argv *argv, struct wn_err *err) {
    const struct wn_spec *spec = session->tryout->spec;
    char *json_file = wn_format("%s/config.json", session->folder);
    const struct wn_argv_context context = {
        .seed = (uint64_t)wn_trial_seed((int64_t)spec->seed, 0),
        .json_file = json_file,
        .getenv = wn_environment_value,
        .to_run = true,
    };
    enum wn_status status = wn_spec_argv(spec, config, &context, argv, err);
    if (status == WN_OK && argv->python3)
        wn_say("note: python is not installed: this runs with python3\n");
    if (status == WN_OK && wn_spec_wants_json_file(spec))
        status = write_json_file(spec, config, json_file, err);
    free(json_file);
    return status;
}

static void build_environment(struct session *session, const struct wn_config *config,
                              struct wn_argv *environment) {
    const struct wn_spec *spec = session->tryout->spec;
    char *artifacts = wn_format("%s/artifacts", session->folder);
    const struct wn_environment_setup setup = {
        .base = session->tryout->environment,
        .space = spec->space,
        .config = config,
        .sweep = spec->name,
        .seed = wn_trial_seed((int64_t)spec->seed, 0),
        .metrics_path = session->metrics.path,
        .artifacts_path = spec->artifacts ? artifacts : NULL,
        .key = session->folder,
    };
    wn_environment_build(&setup, environment);
    free(artifacts);
}

// ---- running ------------------------------------------------------------------------------------

static void print_command(struct session *session, const struct wn_argv *argv) {
    struct wn_output *out = session->tryout->out;
    struct wn_str line = {0};
    wn_str_add_char(&line, '$');
    for (size_t i = 0; i < argv->count; i++) {
        wn_str_add_char(&line, ' ');
        wn_text_quote(&line, argv->items[i]);
    }
    wn_print(out, wn_role(out, WN_ROLE_HEAD));
    wn_print_text(out, line.text, line.length);
    wn_printf(out, "%s\n", wn_role(out, WN_ROLE_PLAIN));
    wn_print_flush(out);
    wn_str_free(&line);
}

static void take_record(void *context, const struct wn_exit_record *record) {
    struct session *session = context;
    session->record = *record;
    session->has_record = true;
}

static enum wn_status judge(struct session *session, const char *program, struct wn_err *err) {
    struct wn_tryout *tryout = session->tryout;
    char *path = wn_format("%s/exits.jsonl", session->folder);
    int64_t offset = 0;
    enum wn_status status = wn_exits_read(path, &offset, take_record, session, err);
    free(path);
    if (status != WN_OK)
        return status;
    const struct wn_series *series =
        wn_series_find(&tryout->series, tryout->spec->objectives->name);
    char *hint = session->has_record && session->record.start_error
                     ? wn_start_hint(".", program, session->record.start_error)
                     : NULL;
    const struct wn_evidence evidence = {
        .spec = tryout->spec,
        .record = session->has_record ? &session->record : NULL,
        .objective = series ? &series->summary : NULL,
        .command = program,
        .start_hint = hint,
    };
    wn_outcome_decide(&evidence, &tryout->outcome);
    free(hint);
    return WN_OK;
}

static enum wn_status run_job(struct session *session, const struct wn_argv *argv,
                              const struct wn_argv *environment, struct wn_err *err) {
    char cwd[PATH_MAX];
    if (!getcwd(cwd, sizeof cwd))
        return wn_fail(err, WN_ENVIRONMENT, "cannot tell the working directory: %s",
                       strerror(errno));
    const struct wn_job job = {
        .argv = argv->items,
        .environment = environment->items,
        .cwd = cwd,
        .limits = &session->tryout->spec->limits,
        .output_line = session->tryout->spec->output_line,
        .key = session->folder,
    };
    print_command(session, argv);
    session->started = wn_monotonic();
    enum wn_status status = session->type->start(session->executor, &job, err);
    if (status != WN_OK)
        return status;
    watch(session);
    uv_run(&session->loop, UV_RUN_DEFAULT);
    session->tryout->seconds = wn_monotonic() - session->started;
    follow_both(session);
    return judge(session, argv->items[0], err);
}

static enum wn_status run_config(struct session *session, const struct wn_config *config,
                                 struct wn_err *err) {
    struct wn_argv argv = {0}, environment = {0};
    enum wn_status status = build_argv(session, config, &argv, err);
    if (status == WN_OK) {
        build_environment(session, config, &environment);
        status = run_job(session, &argv, &environment, err);
    }
    wn_argv_free(&argv);
    wn_argv_free(&environment);
    return status;
}

static void clear_file(struct file *file) {
    if (file->fd >= 0)
        close(file->fd);
    wn_str_free(&file->line);
    free(file->path);
}

static void clear_session(struct session *session) {
    if (session->executor)
        session->type->free(session->executor);
    uv_walk(&session->loop, close_handle, NULL);
    uv_run(&session->loop, UV_RUN_DEFAULT);
    uv_loop_close(&session->loop);
    wn_reader_free(session->reader);
    clear_file(&session->log);
    clear_file(&session->metrics);
}

enum wn_status wn_tryout_run(struct wn_tryout *tryout, const struct wn_config *config,
                             struct wn_err *err) {
    const struct wn_spec *spec = tryout->spec;
    struct session session = {
        .tryout = tryout, .log = {.fd = -1, .shown = true}, .metrics = {.fd = -1}};
    tryout->first_point = NAN;
    char *shim = wn_session_shim();
    if (!shim)
        return wn_fail(err, WN_ENVIRONMENT, "winnow-shim is neither beside this program nor in %s",
                       WN_LIBEXEC);
    if (uv_loop_init(&session.loop) != 0) {
        free(shim);
        return wn_fail(err, WN_ENVIRONMENT, "cannot make an event loop");
    }
    enum wn_status status = wn_reader_new((const char *const *)spec->captures, spec->capture_count,
                                          &session.reader, err);
    if (status == WN_OK)
        status = make_folders(&session, err);
    if (status == WN_OK)
        status = make_executor(&session, shim, err);
    if (status == WN_OK)
        status = run_config(&session, config, err);
    clear_session(&session);
    struct wn_err left = {0};
    if (session.folder[0] && wn_remove_tree(session.folder, &left) != WN_OK)
        wn_say("note: %s\n", left.text);
    free(shim);
    return status;
}

void wn_tryout_clear(struct wn_tryout *tryout) {
    wn_series_free(&tryout->series);
}
