// SPDX-License-Identifier: GPL-3.0-or-later
// Starts the command: in a session of its own, with default signals, descriptors 0 to 2 only, and
// a parent-death signal, so that it does not outlive a shim that was killed.
#ifndef WN_SHIM_COMMAND_H
#define WN_SHIM_COMMAND_H

#include "sweep/shim/kernel.h"

// Returns the process, or minus the errno for which there is none. PYTHONUNBUFFERED=1 is added to
// the environment unless it has that variable.
pid_t wn_command_start(char *const *argv, char *const *environment);

// The value of a variable; `prefix` is its name with "=". NULL: there is none.
const char *wn_find_value(char *const *environment, const char *prefix);

#endif
