// SPDX-License-Identifier: GPL-3.0-or-later
// Setting the soft limit on open files where it is another one.
#include "sweep/files_limit.h"

void wn_limit_files(rlim_t most) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur != most) {
        limit.rlim_cur = most;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}
