// SPDX-License-Identifier: GPL-3.0-or-later
// Detaching by starting this same program again in a session of its own.
#include "cli/detach.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/str.h"
#include "sweep/folder.h"
#include "sweep/owner.h"
#include "sweep/session.h"

static const double patience = 20; // seconds until the runner must own its sweep

static enum wn_status spawn_runner(const struct wn_invocation *invocation, char *const argv[],
                                   const char *log, pid_t *pid, struct wn_err *err) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log, O_WRONLY | O_CREAT | O_APPEND,
                                     0644);
    posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
    // What we were started with (a lock, an end of a pipe) is not to be held for hours.
    posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID);
    int failed =
        posix_spawn(pid, "/proc/self/exe", &actions, &attributes, argv, invocation->environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    if (failed)
        return wn_fail(err, WN_ENVIRONMENT, "cannot start a runner: %s", strerror(failed));
    return WN_OK;
}

// The last line of the log, for the reason why a runner ended at once.
static void last_line(const char *path, char *line, size_t room) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    char tail[1024];
    off_t size = fd < 0 ? 0 : lseek(fd, 0, SEEK_END);
    off_t at = size > (off_t)sizeof tail ? size - (off_t)sizeof tail : 0;
    ssize_t got = fd < 0 ? 0 : pread(fd, tail, sizeof tail, at);
    if (fd >= 0)
        close(fd);
    while (got > 0 && tail[got - 1] == '\n')
        got--;
    const char *start = got > 0 ? memrchr(tail, '\n', (size_t)got) : NULL;
    start = start ? start + 1 : tail;
    size_t length = got > 0 ? (size_t)(tail + got - start) : 0;
    length = length < room - 1 ? length : room - 1;
    memcpy(line, start, length);
    line[length] = '\0';
}

static enum wn_status wait_for_owner(const char *dir, const char *log, pid_t pid,
                                     struct wn_err *err) {
    double deadline = wn_monotonic() + patience;
    while (!wn_owner_alive(dir)) {
        int status;
        if (waitpid(pid, &status, WNOHANG) == pid) {
            char line[512];
            if (WIFEXITED(status) && WEXITSTATUS(status) < 2)
                return WN_OK; // it was over before we looked
            last_line(log, line, sizeof line);
            return wn_fail(err, WN_ENVIRONMENT, "the runner ended at once: %s", line);
        }
        if (wn_monotonic() > deadline)
            return wn_fail(err, WN_ENVIRONMENT, "the runner did not begin; see %s", log);
        nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
    }
    return WN_OK;
}

enum wn_status wn_detach(const struct wn_invocation *invocation, const struct wn_store *store,
                         const struct wn_sweep_row *sweep, bool retry_failed, struct wn_err *err) {
    char store_dir[PATH_MAX];
    if (!realpath(wn_store_dir(store), store_dir))
        return wn_fail(err, WN_ENVIRONMENT, "cannot find %s: %s", wn_store_dir(store),
                       strerror(errno));
    char *dir = wn_sweep_folder(store, sweep->id);
    char *log = wn_format("%s/runner.log", dir), *id = wn_format("%lld", (long long)sweep->id);
    char *parallel = wn_format("--parallel=%lld", (long long)sweep->parallel);
    char program[] = "winnow", verb[] = "resume", option[] = "--store", failed[] = "--failed";
    char *argv[] = {program, verb, option, store_dir, parallel, id, retry_failed ? failed : NULL,
                    NULL};
    pid_t pid = -1;
    enum wn_status status = WN_OK;
    if (wn_owner_alive(dir))
        status = wn_fail(err, WN_ENVIRONMENT, "another runner works on %s already", sweep->name);
    if (status == WN_OK)
        status = spawn_runner(invocation, argv, log, &pid, err);
    if (status == WN_OK)
        status = wait_for_owner(dir, log, pid, err);
    free(dir);
    free(log);
    free(id);
    free(parallel);
    return status;
}
