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

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/str.h"

enum { PASSES_MAX = 100 };

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

struct hunt {
    const char *entry; // of the environment
    pid_t except;
    bool kill;    // else they are only listed
    double until; // how long to wait for those that were killed
    size_t ended;
    struct wn_str *left;
};

// True: it is gone now.
static bool end_process(int fd, double until) {
    double wait = (until - wn_monotonic()) * 1000;
    struct pollfd gone = {.fd = fd, .events = POLLIN};
    pidfd_send_signal(fd, SIGKILL, NULL, 0);
    return poll(&gone, 1, wait > 0 ? (int)wait : 0) == 1;
}

static void look_at(struct hunt *hunt, const char *pid) {
    int fd = atoi(pid) == hunt->except ? -1 : pidfd_open(atoi(pid), 0);
    if (fd < 0)
        return;
    if (has_entry(pid, hunt->entry)) {
        if (hunt->kill && end_process(fd, hunt->until))
            hunt->ended++;
        else
            wn_str_addf(hunt->left, "%s%s", hunt->left->length ? ", " : "", pid);
    }
    close(fd);
}

static void look_at_all(struct hunt *hunt) {
    hunt->ended = 0;
    wn_str_clear(hunt->left);
    DIR *proc = opendir("/proc");
    for (const struct dirent *item; proc && (item = readdir(proc));)
        if (item->d_name[0] >= '1' && item->d_name[0] <= '9')
            look_at(hunt, item->d_name);
    if (proc)
        closedir(proc);
}

size_t wn_leftovers_end(const char *key, double patience, struct wn_str *left) {
    char *entry = wn_format("WINNOW_TRIAL_KEY=%s", key);
    struct hunt hunt = {
        .entry = entry, .kill = true, .until = wn_monotonic() + patience, .left = left};
    size_t total = 0;
    for (int pass = 0; pass < PASSES_MAX; pass++) {
        look_at_all(&hunt);
        total += hunt.ended;
        if (!hunt.ended)
            break;
    }
    free(entry);
    return total;
}

void wn_leftovers_list(const char *key, pid_t except, struct wn_str *pids) {
    char *entry = wn_format("WINNOW_TRIAL_KEY=%s", key);
    struct hunt hunt = {.entry = entry, .except = except, .left = pids};
    look_at_all(&hunt);
    free(entry);
}
