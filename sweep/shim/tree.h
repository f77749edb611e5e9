// SPDX-License-Identifier: GPL-3.0-or-later
// Everything that runs below the shim: found through /proc/PID/task/TID/children, so that a child
// with a session of its own is in it, and a daemon too, as the shim is its new parent.
#ifndef WN_SHIM_TREE_H
#define WN_SHIM_TREE_H

#include <stdint.h>

#include "sweep/shim/kernel.h"

struct wn_machine {          // units of /proc, from the auxiliary vector
    int64_t page_size, tick; // bytes; nanoseconds
};

struct wn_usage {     // of all living descendants
    int64_t resident; // bytes; pages shared by several processes count for each of them
    int64_t cpu;      // nanoseconds, with what their own ended children used
};

// Sends a signal to every descendant that is alive; returns how many there were.
int32_t wn_tree_signal(int number);
struct wn_usage wn_tree_measure(const struct wn_machine *machine);
// Bytes of resident memory in which shared pages count once. Slow: it walks page tables.
int64_t wn_tree_proportional(const struct wn_machine *machine);

#endif
