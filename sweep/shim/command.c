// SPDX-License-Identifier: GPL-3.0-or-later
// From shim to command: the child shares our memory (vfork), so it can leave its errno there, and
// no page is copied for a process that is about to become another.
#include "sweep/shim/command.h"

#include <errno.h>
#include <string.h>

#include "sweep/line.h"

enum { PARENT_DEATH_SIGNAL = 1, SIGNALS = 64 };

struct start {
    char *const *argv, *const *environment;
    pid_t shim;
    int error; // written by the child
};

const char *wn_find_value(char *const *environment, const char *prefix) {
    for (; *environment; environment++) {
        struct wn_scan scan = {.at = *environment, .end = *environment + strlen(*environment)};
        if (wn_scan_word(&scan, prefix))
            return scan.at;
    }
    return NULL;
}

static size_t length_to_colon(const char *text) {
    size_t length = 0;
    while (text[length] && text[length] != ':')
        length++;
    return length;
}

// Tries each directory of PATH as execvp(3) does: what cannot be executed is remembered, a program
// found further on wins. Returns the errno to tell.
static int exec_in_path(const struct start *start) {
    const char *name = start->argv[0];
    const char *directory = wn_find_value(start->environment, "PATH=");
    int told = ENOENT;
    if (!directory)
        directory = "/usr/local/bin:/usr/bin:/bin";
    char *path = __builtin_alloca(strlen(directory) + strlen(name) + 2);
    for (;; directory++) {
        size_t length = length_to_colon(directory);
        memcpy(path, directory, length);
        if (length) // an empty entry is the current directory
            path[length] = '/';
        memcpy(path + length + (length > 0), name, strlen(name) + 1);
        int error = -wn_exec(path, start->argv, start->environment);
        if (error == EACCES)
            told = EACCES;
        else if (error != ENOENT && error != ENOTDIR)
            return error;
        directory += length;
        if (!*directory)
            return told;
    }
}

static int exec_command(const struct start *start) {
    const char *name = start->argv[0];
    if (!name[0])
        return ENOENT;
    for (const char *at = name; *at; at++)
        if (*at == '/')
            return -wn_exec(name, start->argv, start->environment);
    return exec_in_path(start);
}

__attribute__((noreturn, noinline)) static void become_command(struct start *start) {
    wn_setsid();
    wn_prctl(PARENT_DEATH_SIGNAL, SIGKILL);
    if (wn_getppid() != start->shim) // killed before the line above
        wn_exit(1);
    for (int number = 1; number <= SIGNALS; number++)
        wn_default_action(number);
    wn_mask_signals(0);
    wn_close_from(3);
    start->error = exec_command(start);
    wn_exit(1);
}

static pid_t start_with(char *const *argv, char *const *environment) {
    struct start start = {.argv = argv, .environment = environment, .shim = wn_getpid()};
    pid_t pid = wn_clone_vfork();
    if (pid == 0)
        become_command(&start);
    if (pid < 0 || !start.error)
        return pid;
    int status;
    wn_reap(&status);
    return -start.error;
}

pid_t wn_command_start(char *const *argv, char *const *environment) {
    char unbuffered[] = "PYTHONUNBUFFERED=1";
    if (wn_find_value(environment, "PYTHONUNBUFFERED="))
        return start_with(argv, environment);
    size_t count = 0;
    while (environment[count])
        count++;
    char **larger = __builtin_alloca((count + 2) * sizeof *larger);
    memcpy(larger, environment, count * sizeof *larger);
    larger[count] = unbuffered;
    larger[count + 1] = NULL;
    return start_with(argv, larger);
}
