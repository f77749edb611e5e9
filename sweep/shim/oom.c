// SPDX-License-Identifier: GPL-3.0-or-later
// The count of kernel out-of-memory kills: see oom.h.
#include "sweep/shim/oom.h"

#include <string.h>

#include "sweep/line.h"
#include "sweep/shim/kernel.h"

// The line "0::/path" of /proc/self/cgroup names our cgroup below the mount of version 2.
static int open_cgroup_events(void) {
    char text[4096], name[4096];
    int fd = wn_open("/proc/self/cgroup");
    ssize_t got = fd < 0 ? -1 : wn_read(fd, text, sizeof text - 1);
    if (fd >= 0)
        wn_close(fd);
    struct wn_scan scan = {.at = text, .end = text + (got > 0 ? got : 0)};
    while (scan.at < scan.end && !wn_scan_word(&scan, "0::"))
        scan.at++;
    char *end = text + (scan.at - text);
    while (end < scan.end && *end != '\n')
        end++;
    *end = '\0';
    struct wn_line line = {.text = name, .room = sizeof name};
    wn_line_add(&line, "/sys/fs/cgroup");
    wn_line_add(&line, scan.at);
    wn_line_add(&line, "/memory.events");
    return wn_open(name);
}

// The number after "oom_kill " at the start of a line; -1: not there.
static int64_t read_count(int fd) {
    char text[16384]; // /proc/vmstat has some 5 KB
    ssize_t got = wn_pread(fd, text, sizeof text, 0);
    struct wn_scan scan = {.at = text, .end = text + (got > 0 ? got : 0)};
    int64_t count = -1;
    for (; scan.at < scan.end; scan.at++)
        if ((scan.at == text || scan.at[-1] == '\n') && wn_scan_word(&scan, "oom_kill "))
            wn_scan_number(&scan, &count);
    return count;
}

void wn_oom_sample(struct wn_oom *oom) {
    if (!oom->opened) {
        oom->fd = open_cgroup_events();
        if (oom->fd < 0)
            oom->fd = wn_open("/proc/vmstat");
        oom->opened = true;
    }
    oom->kills = read_count(oom->fd);
}

bool wn_oom_struck(const struct wn_oom *oom) {
    return oom->opened && oom->kills >= 0 && read_count(oom->fd) > oom->kills;
}
