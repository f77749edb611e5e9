// SPDX-License-Identifier: GPL-3.0-or-later
// Whether the kernel's out-of-memory killer struck: its count in memory.events of our cgroup (v2),
// or else in /proc/vmstat, which counts for the whole machine. Read again with every sample, so
// that only what happened since the last one is put down to a trial that was just killed.
#ifndef WN_SHIM_OOM_H
#define WN_SHIM_OOM_H

#include <stdbool.h>
#include <stdint.h>

struct wn_oom { // zeroed by the owner
    bool opened;
    int fd;
    int64_t kills;
};

// Remembers the count as it is now; opens the file at the first call.
void wn_oom_sample(struct wn_oom *oom);
// True if the count rose since the last sample. False where there was none.
bool wn_oom_struck(const struct wn_oom *oom);

#endif
