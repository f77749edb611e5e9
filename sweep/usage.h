// SPDX-License-Identifier: GPL-3.0-or-later
// What an attempt that runs on this machine uses now. Its shim holds a lock of its log, and its
// processes are the shim's descendants; nothing is asked of the runner.
#ifndef WN_USAGE_H
#define WN_USAGE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct wn_usage {
    pid_t pid;      // of the command
    int processes;  // it and its descendants
    double cpu;     // seconds so far, also of those that ended and were waited for
    int64_t memory; // bytes resident; pages that processes share count for each of them
};

// `log` is the path of the attempt's log. False: it does not run, or not here.
bool wn_usage_read(const char *log, struct wn_usage *usage);

#endif
