// SPDX-License-Identifier: GPL-3.0-or-later
// The limit on open files. Each live trial takes three of the runner's descriptors, so it may have
// all that it is allowed. What it starts keeps the limit that the user has set: programs that use
// select() break above it.
#ifndef WN_FILES_LIMIT_H
#define WN_FILES_LIMIT_H

#include <sys/resource.h>

// Sets how many files this process, and what it starts from now on, may have open.
void wn_limit_files(rlim_t most);

#endif
