// SPDX-License-Identifier: GPL-3.0-or-later
// What a trial leaves behind when its shim was killed: the command dies with the shim, but its
// children do not. They are known by the key of the attempt in their environment.
#ifndef WN_LEFTOVERS_H
#define WN_LEFTOVERS_H

#include <stddef.h>
#include <sys/types.h>

// Ends every process of this user that has WINNOW_TRIAL_KEY=KEY in its environment, and waits until
// they are gone (a second at most, where one cannot die). Returns how many there were.
size_t wn_leftovers_end(const char *key);

// The value of a variable in the environment that a process was started with; NULL where it has
// none or cannot be read. The caller frees.
char *wn_process_variable(pid_t pid, const char *name);

#endif
