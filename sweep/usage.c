// SPDX-License-Identifier: GPL-3.0-or-later
// Walks the tree below the shim in /proc. A process that ends meanwhile is left out.
#include "sweep/usage.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/str.h"

enum { MOST_PROCESSES = 4096, DEEPEST = 64 };

static size_t read_proc(pid_t pid, const char *name, char *text, size_t room) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%ld/%s", (long)pid, name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = fd >= 0 ? read(fd, text, room - 1) : -1;
    if (fd >= 0)
        close(fd);
    text[got > 0 ? got : 0] = '\0';
    return got > 0 ? (size_t)got : 0;
}

static pid_t shim_of(const char *log) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int fd = open(log, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    bool locked = fd >= 0 && fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
    if (fd >= 0)
        close(fd);
    return locked && lock.l_pid > 0 ? lock.l_pid : 0;
}

// Fields 14 to 17 of stat, which come behind a name that may hold anything: user and system time,
// and the same of its children.
static double cpu_of(pid_t pid) {
    char text[1024];
    double ticks = 0;
    read_proc(pid, "stat", text, sizeof text);
    char *at = strrchr(text, ')');
    for (int field = 3; at && field <= 17; field++) {
        at = strchr(at + 1, ' ');
        if (at && field >= 14)
            ticks += strtod(at, NULL);
    }
    return ticks / (double)sysconf(_SC_CLK_TCK);
}

static int64_t memory_of(pid_t pid) {
    char text[128], *end;
    read_proc(pid, "statm", text, sizeof text);
    strtoll(text, &end, 10); // all of it, in pages
    return strtoll(end, NULL, 10) * sysconf(_SC_PAGESIZE);
}

static void add(pid_t pid, int depth, struct wn_usage *usage);

static void add_children(pid_t pid, int depth, struct wn_usage *usage) {
    char name[48], text[4096];
    snprintf(name, sizeof name, "task/%ld/children", (long)pid);
    read_proc(pid, name, text, sizeof text);
    for (char *at = text, *end; usage->processes < MOST_PROCESSES; at = end) {
        long child = strtol(at, &end, 10);
        if (end == at || *end != ' ') // the last one may be cut off
            break;
        add((pid_t)child, depth, usage);
    }
}

static void add(pid_t pid, int depth, struct wn_usage *usage) {
    if (!usage->pid)
        usage->pid = pid;
    usage->processes++;
    usage->cpu += cpu_of(pid);
    usage->memory += memory_of(pid);
    if (depth < DEEPEST)
        add_children(pid, depth + 1, usage);
}

bool wn_usage_read(const char *log, struct wn_usage *usage) {
    *usage = (struct wn_usage){0};
    pid_t shim = shim_of(log);
    if (shim)
        add_children(shim, 0, usage);
    return usage->pid != 0;
}
