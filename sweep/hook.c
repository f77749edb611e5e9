// SPDX-License-Identifier: GPL-3.0-or-later
// Starting, watching and ending one hook. Its output goes straight to a file, so nothing that it
// leaves behind with that open keeps anybody waiting.
#include "sweep/hook.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>
#include <uv.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "sweep/files_limit.h"

enum { LOOK_MS = 100, GIVE_UP_S = 5 };

struct watch { // what a loop has of a hook; lives until both handles are closed
    uv_poll_t poll;
    uv_timer_t timer;
    int open;
};

struct wn_hook {
    struct watch *watch; // NULL: no loop watches
    pid_t pid;
    int pidfd;
    double begun, limit; // monotonic; seconds
    bool killed;
    bool over; // it was found to be over: in `end`
    struct wn_hook_end end;
    void (*on_look)(void *context);
    void (*on_end)(void *context, const struct wn_hook_end *end);
    void *context;
};

// ---- the process --------------------------------------------------------------------------------

// It has those three descriptors alone, also of what winnow itself was started with. What winnow
// ignores or blocks the hook does not.
static int spawn(const struct wn_hook_setup *setup, pid_t *pid) {
    char shell[] = "sh", option[] = "-c";
    char *command = wn_strdup(setup->command);
    char *const words[] = {shell, option, command, NULL};
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setflags(&attributes,
                             POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID);
    posix_spawn_file_actions_init(&files);
    int error = posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    for (int fd = STDOUT_FILENO; fd <= STDERR_FILENO && !error; fd++)
        error = setup->output < 0
                    ? posix_spawn_file_actions_addopen(&files, fd, "/dev/null", O_WRONLY, 0)
                    : posix_spawn_file_actions_adddup2(&files, setup->output, fd);
    error = error ? error : posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
    error = error ? error : posix_spawn_file_actions_addchdir_np(&files, setup->cwd);
    struct rlimit ours;
    getrlimit(RLIMIT_NOFILE, &ours);
    wn_limit_files(setup->files);
    if (!error)
        error = posix_spawn(pid, "/bin/sh", &files, &attributes, words, setup->environment);
    wn_limit_files(ours.rlim_cur);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
    free(command);
    return error;
}

// Whether it is over. Where somebody else took its status it is held to have ended well.
static bool look(struct wn_hook *hook) {
    siginfo_t info = {0};
    if (hook->over)
        return true;
    hook->over = waitid(P_PIDFD, (id_t)hook->pidfd, &info, WEXITED | WNOHANG) != 0 || info.si_pid;
    if (info.si_code == CLD_EXITED)
        hook->end.code = info.si_status;
    else
        hook->end.signal = info.si_status;
    return hook->over;
}

// ---- watching -----------------------------------------------------------------------------------

static void on_closed(uv_handle_t *handle) {
    struct watch *watch = handle->data;
    if (--watch->open == 0)
        free(watch);
}

void wn_hook_detach(struct wn_hook *hook) {
    struct watch *watch = hook->watch;
    hook->watch = NULL;
    if (!watch)
        return;
    watch->poll.data = watch->timer.data = watch;
    uv_close((uv_handle_t *)&watch->poll, on_closed);
    uv_close((uv_handle_t *)&watch->timer, on_closed);
}

void wn_hook_free(struct wn_hook *hook) {
    if (!hook)
        return;
    close(hook->pidfd);
    free(hook);
}

static void finish(struct wn_hook *hook) {
    hook->end.timed_out = hook->killed;
    hook->end.seconds = wn_monotonic() - hook->begun;
    wn_hook_detach(hook);
    hook->on_end(hook->context, &hook->end);
    wn_hook_free(hook);
}

static void on_gone(uv_poll_t *poll, int status, int events) {
    (void)status, (void)events;
    struct wn_hook *hook = poll->data;
    if (look(hook))
        finish(hook);
}

// What does not even die of SIGKILL hangs in the kernel, perhaps for good.
static void on_timer(uv_timer_t *timer) {
    struct wn_hook *hook = timer->data;
    double over = wn_monotonic() - hook->begun - hook->limit;
    hook->on_look(hook->context);
    if (hook->over || over >= GIVE_UP_S) {
        hook->killed = hook->killed || !hook->over;
        finish(hook);
    } else if (over >= 0 && !hook->killed) {
        hook->killed = true;
        kill(-hook->pid, SIGKILL);
    }
}

// Looks at once: an executor that is made now waits for all children that are over.
bool wn_hook_attach(struct wn_hook *hook, uv_loop_t *loop) {
    struct watch *watch = wn_calloc(1, sizeof *watch);
    if (uv_poll_init(loop, &watch->poll, hook->pidfd) != 0) {
        free(watch);
        return false;
    }
    uv_timer_init(loop, &watch->timer);
    watch->open = 2;
    watch->poll.data = watch->timer.data = hook;
    uv_poll_start(&watch->poll, UV_READABLE, on_gone);
    uv_timer_start(&watch->timer, on_timer, LOOK_MS, LOOK_MS);
    hook->watch = watch;
    look(hook);
    return true;
}

// A process that cannot be watched is not kept.
static enum wn_status watch_new(struct wn_hook *hook, uv_loop_t *loop, struct wn_err *err) {
    hook->pidfd = pidfd_open(hook->pid, 0);
    if (hook->pidfd >= 0 && wn_hook_attach(hook, loop))
        return WN_OK;
    wn_fail(err, WN_ENVIRONMENT, "cannot watch a new process: %s", strerror(errno));
    kill(-hook->pid, SIGKILL);
    while (waitpid(hook->pid, NULL, 0) < 0 && errno == EINTR)
        continue;
    return WN_ENVIRONMENT;
}

enum wn_status wn_hook_start(const struct wn_hook_setup *setup, uv_loop_t *loop,
                             struct wn_hook **hook, struct wn_err *err) {
    struct wn_hook *made = wn_malloc(sizeof *made);
    *made = (struct wn_hook){.begun = wn_monotonic(),
                             .limit = setup->limit,
                             .on_look = setup->on_look,
                             .on_end = setup->on_end,
                             .context = setup->context};
    int error = spawn(setup, &made->pid);
    enum wn_status status = error ? wn_fail(err, WN_ENVIRONMENT, "cannot start a process in %s: %s",
                                            setup->cwd, strerror(error))
                                  : watch_new(made, loop, err);
    if (status == WN_OK) {
        *hook = made;
        return WN_OK;
    }
    if (!error && made->pidfd >= 0)
        close(made->pidfd);
    free(made);
    return status;
}
