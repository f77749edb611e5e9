// SPDX-License-Identifier: GPL-3.0-or-later
// What a trial leaves behind when its shim was killed: the command dies with the shim, but its
// children do not. They are known by the key of the attempt in their environment.
#ifndef WN_LEFTOVERS_H
#define WN_LEFTOVERS_H

#include <stddef.h>
#include <sys/types.h>

struct wn_str;

// Kills every process of this user that has WINNOW_TRIAL_KEY=KEY in its environment, and waits
// until they are gone: at most `patience` seconds in all. Returns how many that were. `left`
// becomes the pids of those that are still there, as "12, 15", or empty.
size_t wn_leftovers_end(const char *key, double patience, struct wn_str *left);
// The pids of all these processes but one.
void wn_leftovers_list(const char *key, pid_t except, struct wn_str *pids);

// The value of a variable in the environment that a process was started with; NULL where it has
// none or cannot be read. The caller frees.
char *wn_process_variable(pid_t pid, const char *name);

#endif
