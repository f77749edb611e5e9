// SPDX-License-Identifier: GPL-3.0-or-later
// Reading logs from their end.
#include "cli/log_end.h"

#include <stdlib.h>

#include "sweep/folder.h"
#include "sweep/session.h"

struct wn_logs *wn_sweep_logs(const struct wn_store *store, int64_t sweep) {
    char *dir = wn_sweep_folder(store, sweep);
    struct wn_logs *logs = wn_logs_new(dir);
    free(dir);
    return logs;
}
