// SPDX-License-Identifier: GPL-3.0-or-later
// Trials as processes of this machine. Each shim is watched by its pidfd in the loop, whether this
// runner started it or an earlier one did; a shim that is alive holds the lock of its log.
//
// The shims are spawned by posix_spawn: uv_spawn would fork, which costs more the larger we are.
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <uv.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "sweep/executor.h"
#include "sweep/files_limit.h"
#include "sweep/leftovers.h"
#include "sweep/linebuffer.h"
#include "sweep/logs.h"

struct shim { // alive, of some attempt; borrows its key
    int64_t trial, attempt;
    const char *key;
    pid_t pid;
    int pidfd;
};

struct wn_running {
    struct wn_executor *executor;
    struct wn_running *next;
    int64_t trial, attempt;
    char *key;
    pid_t pid;
    int pidfd;    // -1: the shim was gone when we came
    bool undying; // it is gone, but not all that it left
    uv_poll_t poll;
};

struct wn_executor {
    uv_loop_t *loop;
    struct wn_executor_events events;
    char *sweep_dir, *shim; // both absolute
    int exits, null;        // descriptors
    struct rlimit files;    // on open files, as we found it and as trials get it
    struct wn_running *running;
    uv_timer_t look;
};

// The descriptors that a shim is given (sweep/shim/main.c); ours must not be among their numbers.
enum { LOOK_MS = 1000 };
static const double patience = 1; // seconds for the leftovers of a trial

enum { SHIM_LOG = 3, SHIM_EXITS = 4, SHIM_LEASES = 5, OUR_FIRST = 5 };

// ---- files --------------------------------------------------------------------------------------

static int open_above(const char *path, int flags) {
    int fd = open(path, flags | O_CLOEXEC, 0644);
    if (fd < 0 || fd >= OUR_FIRST)
        return fd;
    int above = fcntl(fd, F_DUPFD_CLOEXEC, OUR_FIRST);
    close(fd);
    return above;
}

struct log { // opened twice: the lock must not be held by what the command leaves behind
    int locked, output;
};

static void close_log(const struct log *log) {
    if (log->locked >= 0)
        close(log->locked);
    if (log->output >= 0)
        close(log->output);
}

static enum wn_status open_log(const char *path, struct log *log, struct wn_err *err) {
    log->output = -1;
    log->locked = open_above(path, O_RDWR | O_CREAT | O_APPEND);
    if (log->locked >= 0 && flock(log->locked, LOCK_EX | LOCK_NB) != 0)
        return wn_fail(err, WN_ENVIRONMENT, "cannot lock %s: %s", path,
                       errno == EWOULDBLOCK ? "its trial is still running" : strerror(errno));
    // Of a trial whose row was deleted, perhaps: an attempt begins with an empty log.
    if (log->locked >= 0 && lseek(log->locked, 0, SEEK_END) > 0 && ftruncate(log->locked, 0) != 0)
        return wn_fail(err, WN_ENVIRONMENT, "cannot empty %s: %s", path, strerror(errno));
    if (log->locked >= 0)
        log->output = open_above(path, O_WRONLY | O_APPEND);
    if (log->output < 0)
        return wn_fail(err, WN_ENVIRONMENT, "cannot open %s: %s", path, strerror(errno));
    return WN_OK;
}

// ---- what runs ----------------------------------------------------------------------------------

static void free_running(struct wn_running *running) {
    free(running->key);
    free(running);
}

static void on_closed(uv_handle_t *handle) {
    free_running(handle->data);
}

static void forget(struct wn_running *running) {
    if (running->pidfd < 0) {
        free_running(running);
        return;
    }
    uv_close((uv_handle_t *)&running->poll, on_closed);
    close(running->pidfd);
}

static void unlink_running(struct wn_executor *executor, const struct wn_running *running) {
    struct wn_running **link = &executor->running;
    while (*link != running)
        link = &(*link)->next;
    *link = running->next;
}

// A shim that says 0 wrote its record, and its tree is gone. Of one that we did not start nothing
// is known, so what it may have left is looked for as well.
static bool ended_well(pid_t pid) {
    int status;
    return waitpid(pid, &status, WNOHANG) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void tell_gone(struct wn_running *running) {
    struct wn_executor *executor = running->executor;
    int64_t trial = running->trial, attempt = running->attempt;
    unlink_running(executor, running);
    forget(running);
    executor->events.on_gone(executor->events.context, trial, attempt);
}

static void tell_undying(const struct wn_running *running, const struct wn_str *pids) {
    const struct wn_executor_events *events = &running->executor->events;
    if (events->on_undying)
        events->on_undying(events->context, running->trial, running->attempt, wn_str_text(pids));
}

static void on_gone(uv_poll_t *poll, int status, int events) {
    (void)status;
    (void)events;
    struct wn_running *running = poll->data;
    struct wn_str left = {0};
    if (!ended_well(running->pid))
        wn_leftovers_end(running->key, patience, &left);
    running->undying = left.length > 0;
    if (running->undying) {
        uv_poll_stop(poll);
        tell_undying(running, &left);
    } else {
        tell_gone(running);
    }
    wn_str_free(&left);
}

// A shim that kills in vain says so by its lock of the log.
static bool kills_in_vain(const struct wn_running *running) {
    char *path = wn_log_file(running->executor->sweep_dir, running->trial, running->attempt);
    int log = open(path, O_RDWR | O_CLOEXEC);
    free(path);
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    bool in_vain = log >= 0 && fcntl(log, F_GETLK, &lock) == 0 && lock.l_type == F_RDLCK;
    if (log >= 0)
        close(log);
    return in_vain;
}

static void look_at(struct wn_running *running) {
    struct wn_str left = {0};
    if (running->undying) {
        wn_leftovers_end(running->key, 0, &left);
        if (left.length)
            tell_undying(running, &left);
        else
            tell_gone(running);
    } else if (kills_in_vain(running)) {
        wn_leftovers_list(running->key, running->pid, &left);
        tell_undying(running, &left);
    }
    wn_str_free(&left);
}

static void on_look(uv_timer_t *timer) {
    const struct wn_executor *executor = timer->data;
    for (struct wn_running *running = executor->running, *next; running; running = next) {
        next = running->next;
        look_at(running);
    }
}

static struct wn_running *add_running(struct wn_executor *executor, const struct shim *shim) {
    struct wn_running *running = wn_malloc(sizeof *running);
    *running = (struct wn_running){
        .executor = executor,
        .next = executor->running,
        .trial = shim->trial,
        .attempt = shim->attempt,
        .key = wn_strdup(shim->key),
        .pid = shim->pid,
        .pidfd = shim->pidfd,
    };
    executor->running = running;
    return running;
}

// Takes over the pidfd, unless it fails.
static bool watch(struct wn_executor *executor, const struct shim *shim) {
    struct wn_running *running = add_running(executor, shim);
    if (uv_poll_init(executor->loop, &running->poll, running->pidfd) != 0) {
        executor->running = running->next;
        free_running(running);
        return false;
    }
    running->poll.data = running;
    int started = uv_poll_start(&running->poll, UV_READABLE, on_gone);
    assert(started == 0);
    (void)started;
    return true;
}

// ---- start --------------------------------------------------------------------------------------

struct words { // the shim's command line
    char **items;
    size_t count, capacity;
};

static void add_word(struct words *words, const char *name, int64_t value) {
    *WN_PUSH(words->items, words->count, words->capacity) =
        wn_format("%s=%lld", name, (long long)value);
}

// Milliseconds; a limit, however small, does not become "none".
static void add_limit(struct words *words, const char *name, double seconds) {
    const double longest = 9e12; // the shim counts nanoseconds in 63 bits
    double millis = seconds * 1e3 < longest ? seconds * 1e3 : longest;
    if (seconds > 0)
        add_word(words, name, millis < 1 ? 1 : (int64_t)millis);
}

static void add_memory(struct words *words, uint64_t bytes) {
    if (bytes)
        add_word(words, "memory", bytes > INT64_MAX ? INT64_MAX : (int64_t)bytes);
}

// Ends with the words of the job, which are borrowed.
static void build_words(const struct wn_executor *executor, const struct wn_job *job,
                        struct words *words, size_t *own) {
    *WN_PUSH(words->items, words->count, words->capacity) = wn_strdup(executor->shim);
    add_word(words, "trial", job->trial);
    add_word(words, "attempt", job->attempt);
    add_limit(words, "wall", job->limits->timeout);
    add_limit(words, "cpu", job->limits->cpu_time);
    add_limit(words, "silence", job->limits->silence);
    add_limit(words, "grace", job->limits->grace);
    add_memory(words, job->limits->memory);
    if (job->lease_count)
        add_word(words, "leases", (int64_t)job->lease_count);
    *WN_PUSH(words->items, words->count, words->capacity) = wn_strdup("--");
    *own = words->count;
    for (char *const *word = job->argv; *word; word++)
        *WN_PUSH(words->items, words->count, words->capacity) = *word;
    (void)WN_PUSH(words->items, words->count, words->capacity);
}

// The kernel has one errno for a missing folder and a missing program.
static enum wn_status explain_spawn(const struct wn_executor *executor, const struct wn_job *job,
                                    int error, struct wn_err *err) {
    struct stat about;
    if (stat(job->cwd, &about) != 0)
        return wn_fail(err, WN_ENVIRONMENT, "cannot enter the working directory %s: %s", job->cwd,
                       strerror(errno));
    if (!S_ISDIR(about.st_mode))
        return wn_fail(err, WN_ENVIRONMENT, "the working directory %s is not a directory",
                       job->cwd);
    if (access(executor->shim, X_OK) != 0)
        return wn_fail(err, WN_ENVIRONMENT,
                       "cannot run the supervisor %s: %s; was winnow moved or removed?",
                       executor->shim, strerror(errno));
    if (error == E2BIG)
        return wn_fail(err, WN_ENVIRONMENT,
                       "the command line and the environment are too long for this system");
    return wn_fail(err, WN_ENVIRONMENT, "cannot start a process in %s: %s", job->cwd,
                   strerror(error));
}

static int compare_descriptors(const void *a, const void *b) {
    return *(const int *)a - *(const int *)b;
}

// From SHIM_LEASES on. In rising order no descriptor is overwritten before it was copied, as all
// are above the first; one that is in its place already loses only its close-on-exec flag.
static int hand_over_leases(posix_spawn_file_actions_t *files, const struct wn_job *job) {
    int *leases = wn_calloc(job->lease_count + 1, sizeof *leases), error = 0;
    for (size_t i = 0; i < job->lease_count; i++)
        leases[i] = job->leases[i];
    qsort(leases, job->lease_count, sizeof *leases, compare_descriptors);
    for (size_t i = 0; i < job->lease_count && !error; i++)
        error = posix_spawn_file_actions_adddup2(files, leases[i], SHIM_LEASES + (int)i);
    free(leases);
    return error;
}

static int spawn_with(const struct wn_executor *executor, const struct wn_job *job,
                      const struct log *log, char **words, pid_t *pid) {
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    sigset_t all;
    sigfillset(&all); // a stop that comes before the shim is ready must wait, not end it
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &all);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSID);
    posix_spawn_file_actions_init(&files);
    int error = posix_spawn_file_actions_adddup2(&files, executor->null, STDIN_FILENO);
    error = error ? error : posix_spawn_file_actions_adddup2(&files, log->output, STDOUT_FILENO);
    error = error ? error : posix_spawn_file_actions_adddup2(&files, log->output, STDERR_FILENO);
    error = error ? error : posix_spawn_file_actions_adddup2(&files, log->locked, SHIM_LOG);
    error = error ? error : posix_spawn_file_actions_adddup2(&files, executor->exits, SHIM_EXITS);
    error = error ? error : hand_over_leases(&files, job);
    error = error ? error : posix_spawn_file_actions_addchdir_np(&files, job->cwd);
    wn_limit_files(executor->files.rlim_cur);
    if (!error)
        error = posix_spawn(pid, executor->shim, &files, &attributes, words, job->environment);
    wn_limit_files(executor->files.rlim_max);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
    return error;
}

static enum wn_status spawn_shim(const struct wn_executor *executor, const struct wn_job *job,
                                 const struct log *log, pid_t *pid, struct wn_err *err) {
    struct words words = {0};
    size_t own;
    build_words(executor, job, &words, &own);
    int error = spawn_with(executor, job, log, words.items, pid);
    for (size_t i = 0; i < own; i++)
        free(words.items[i]);
    free(words.items);
    return error ? explain_spawn(executor, job, error, err) : WN_OK;
}

// A process that cannot be watched is not kept.
static enum wn_status watch_new(struct wn_executor *executor, const struct wn_job *job, pid_t pid,
                                struct wn_err *err) {
    const struct shim shim = {
        .trial = job->trial,
        .attempt = job->attempt,
        .key = job->key,
        .pid = pid,
        .pidfd = pidfd_open(pid, 0),
    };
    if (shim.pidfd >= 0 && watch(executor, &shim))
        return WN_OK;
    wn_fail(err, WN_ENVIRONMENT, "cannot watch a new process: %s", strerror(errno));
    if (shim.pidfd >= 0)
        close(shim.pidfd);
    kill(pid, SIGUSR1);
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        continue;
    return WN_ENVIRONMENT;
}

static enum wn_status open_exits(struct wn_executor *executor, struct wn_err *err) {
    char *path = wn_format("%s/exits.jsonl", executor->sweep_dir);
    executor->exits = open_above(path, O_WRONLY | O_CREAT | O_APPEND);
    enum wn_status status = WN_OK;
    if (executor->exits < 0)
        status = wn_fail(err, WN_ENVIRONMENT, "cannot open %s: %s", path, strerror(errno));
    free(path);
    return status;
}

// Where somebody removed it, the next records must not go where nobody finds them.
static enum wn_status renew_exits(struct wn_executor *executor, struct wn_err *err) {
    struct stat about;
    if (executor->exits >= 0 && fstat(executor->exits, &about) == 0 && about.st_nlink)
        return WN_OK;
    if (executor->exits >= 0)
        close(executor->exits);
    return open_exits(executor, err);
}

static enum wn_status start_in(struct wn_executor *executor, const struct wn_job *job,
                               struct wn_err *err) {
    struct log log;
    pid_t pid = -1;
    enum wn_status status = renew_exits(executor, err);
    if (status != WN_OK)
        return status;
    char *path = wn_log_file(executor->sweep_dir, job->trial, job->attempt);
    status = open_log(path, &log, err);
    free(path);
    if (status == WN_OK)
        status = spawn_shim(executor, job, &log, &pid, err);
    close_log(&log);
    return status == WN_OK ? watch_new(executor, job, pid, err) : status;
}

static enum wn_status start(struct wn_executor *executor, const struct wn_job *job,
                            struct wn_err *err) {
    if (!job->output_line)
        return start_in(executor, job, err);
    struct wn_job flushing = *job;
    char **environment;
    enum wn_status status = wn_linebuffer_new(job->environment, &environment, err);
    if (status != WN_OK)
        return status;
    flushing.environment = environment;
    status = start_in(executor, &flushing, err);
    wn_linebuffer_free(environment);
    return status;
}

// ---- adopt --------------------------------------------------------------------------------------

// The pid of the shim that locked this log, or 0: none is alive. Between the spawn and the shim's
// first steps the log is locked but nobody is named yet, hence the second look.
static pid_t lock_holder(int log) {
    enum { LOOKS_MAX = 5000 };
    for (int look = 0; look < LOOKS_MAX; look++) {
        struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
        if (flock(log, LOCK_EX | LOCK_NB) == 0)
            return 0;
        if (fcntl(log, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK)
            return lock.l_pid;
        usleep(1000);
    }
    return 0;
}

// Whoever else locks the log is none of ours, whatever its pid was once.
static bool has_key(pid_t pid, const char *key) {
    char *its = wn_process_variable(pid, "WINNOW_TRIAL_KEY");
    bool same = its && strcmp(its, key) == 0;
    free(its);
    return same;
}

// Opens the shim's pidfd and asks once more, so that it is not another process' by now.
static int open_holder(int log, pid_t *pid) {
    for (;;) {
        *pid = lock_holder(log);
        int pidfd = *pid > 0 ? pidfd_open(*pid, 0) : -1;
        if (pidfd < 0 && *pid > 0 && errno == ESRCH)
            continue;
        if (pidfd < 0 || lock_holder(log) == *pid)
            return pidfd;
        close(pidfd);
    }
}

static bool adopt(struct wn_executor *executor, int64_t trial, int64_t attempt, const char *key,
                  char **devices) {
    *devices = NULL;
    char *path = wn_log_file(executor->sweep_dir, trial, attempt);
    int log = open(path, O_RDWR | O_CLOEXEC);
    free(path);
    struct shim shim = {.trial = trial, .attempt = attempt, .key = key, .pidfd = -1};
    if (log >= 0) {
        shim.pidfd = open_holder(log, &shim.pid);
        close(log);
    }
    if (shim.pidfd >= 0 && has_key(shim.pid, key) && watch(executor, &shim)) {
        *devices = wn_process_variable(shim.pid, "CUDA_VISIBLE_DEVICES");
        return true;
    }
    if (shim.pidfd >= 0)
        close(shim.pidfd);
    shim.pidfd = -1;
    struct wn_str left = {0}; // the shim too, if it is alive but cannot be watched
    wn_leftovers_end(key, patience, &left);
    bool undying = left.length > 0;
    if (undying)
        add_running(executor, &shim)->undying = true;
    wn_str_free(&left);
    return undying;
}

// ---- the rest -----------------------------------------------------------------------------------

static void stop(struct wn_executor *executor, int64_t trial, int64_t attempt, bool now) {
    for (struct wn_running *running = executor->running; running; running = running->next)
        if (running->trial == trial && running->attempt == attempt)
            pidfd_send_signal(running->pidfd, now ? SIGUSR1 : SIGTERM, NULL, 0);
}

static void on_executor_closed(uv_handle_t *look) {
    free(look->data);
}

static void free_executor(struct wn_executor *executor) {
    wn_limit_files(executor->files.rlim_cur);
    while (executor->running) {
        struct wn_running *running = executor->running;
        executor->running = running->next;
        forget(running);
    }
    if (executor->exits >= 0)
        close(executor->exits);
    if (executor->null >= 0)
        close(executor->null);
    free(executor->sweep_dir);
    free(executor->shim);
    uv_close((uv_handle_t *)&executor->look, on_executor_closed);
}

static enum wn_status open_files(struct wn_executor *executor, struct wn_err *err) {
    enum wn_status status = open_exits(executor, err);
    if (status != WN_OK)
        return status;
    executor->null = open_above("/dev/null", O_RDWR);
    if (executor->null < 0)
        return wn_fail(err, WN_ENVIRONMENT, "cannot open /dev/null: %s", strerror(errno));
    return WN_OK;
}

static enum wn_status make_absolute(const char *path, const char *what, char **absolute,
                                    struct wn_err *err) {
    *absolute = realpath(path, NULL);
    if (*absolute)
        return WN_OK;
    return wn_fail(err, WN_ENVIRONMENT, "cannot find %s %s: %s", what, path, strerror(errno));
}

static enum wn_status create(const struct wn_executor_setup *setup, struct wn_executor **executor,
                             struct wn_err *err) {
    struct wn_executor *made = wn_calloc(1, sizeof *made);
    while (waitpid(-1, NULL, WNOHANG) > 0)
        continue; // shims of an executor before, which ended when nobody watched
    *made =
        (struct wn_executor){.loop = setup->loop, .events = setup->events, .exits = -1, .null = -1};
    uv_timer_init(setup->loop, &made->look);
    made->look.data = made;
    uv_timer_start(&made->look, on_look, LOOK_MS, LOOK_MS);
    uv_unref((uv_handle_t *)&made->look);
    getrlimit(RLIMIT_NOFILE, &made->files);
    wn_limit_files(made->files.rlim_max);
    enum wn_status status = make_absolute(setup->shim, "the supervisor", &made->shim, err);
    if (status == WN_OK)
        status = make_absolute(setup->sweep_dir, "the folder of the sweep", &made->sweep_dir, err);
    if (status == WN_OK)
        status = open_files(made, err);
    if (status == WN_OK)
        *executor = made;
    else
        free_executor(made);
    return status;
}

const struct wn_executor_type wn_executor_local = {
    .name = "local",
    .summary = "processes on this machine",
    .create = create,
    .start = start,
    .adopt = adopt,
    .stop = stop,
    .free = free_executor,
};
