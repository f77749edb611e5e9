// SPDX-License-Identifier: GPL-3.0-or-later
// Ending leftovers: looks through /proc until a pass finds none. A process is held by its pidfd
// before its environment is read, so that never another one with the same number is hit.
#include "sweep/leftovers.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/base/str.h"

enum { PASSES_MAX = 100, WAIT_MS = 1000 };

// The whole file, NUL bytes and all. Another user's process cannot be read: empty.
static void read_environment(const char *pid, struct wn_str *text) {
    char *path = wn_format("/proc/%s/environ", pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    free(path);
    char block[4096];
    ssize_t got;
    while (fd >= 0 && ((got = read(fd, block, sizeof block)) > 0 || (got < 0 && errno == EINTR)))
        wn_str_add_bytes(text, block, got > 0 ? (size_t)got : 0);
    if (fd >= 0)
        close(fd);
}

// What follows `beginning` in the first entry that begins so; NULL: there is none.
static char *find_entry(const char *pid, const char *beginning) {
    struct wn_str text = {0};
    read_environment(pid, &text);
    char *found = NULL;
    for (size_t at = 0; at < text.length && !found; at += strlen(text.text + at) + 1)
        if (wn_starts_with(text.text + at, beginning))
            found = wn_strdup(text.text + at + strlen(beginning));
    wn_str_free(&text);
    return found;
}

static bool has_entry(const char *pid, const char *entry) {
    char *rest = find_entry(pid, entry);
    bool whole = rest && !*rest;
    free(rest);
    return whole;
}

char *wn_process_variable(pid_t pid, const char *name) {
    char *number = wn_format("%ld", (long)pid), *beginning = wn_format("%s=", name);
    char *value = find_entry(number, beginning);
    free(number);
    free(beginning);
    return value;
}

// Kills the process if it is one of them. True: it is gone now.
static bool end_process(const char *pid, const char *entry) {
    int fd = pidfd_open(atoi(pid), 0);
    if (fd < 0)
        return false;
    bool ended = has_entry(pid, entry) && pidfd_send_signal(fd, SIGKILL, NULL, 0) == 0 &&
                 poll(&(struct pollfd){.fd = fd, .events = POLLIN}, 1, WAIT_MS) == 1;
    close(fd);
    return ended;
}

static size_t end_all(const char *entry) {
    size_t ended = 0;
    DIR *proc = opendir("/proc");
    for (const struct dirent *item; proc && (item = readdir(proc));)
        if (item->d_name[0] >= '1' && item->d_name[0] <= '9' && end_process(item->d_name, entry))
            ended++;
    if (proc)
        closedir(proc);
    return ended;
}

size_t wn_leftovers_end(const char *key) {
    char *entry = wn_format("WINNOW_TRIAL_KEY=%s", key);
    size_t total = 0, ended = 1;
    for (int pass = 0; pass < PASSES_MAX && ended; pass++)
        total += ended = end_all(entry);
    free(entry);
    return total;
}
