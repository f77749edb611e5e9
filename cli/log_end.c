// SPDX-License-Identifier: GPL-3.0-or-later
// Reading logs from their end.
#include "cli/log_end.h"

#include <stdlib.h>
#include <string.h>

#include "cli/text.h"
#include "core/base/str.h"
#include "sweep/session.h"

enum { LINE_MOST = 160 }; // bytes

struct wn_logs *wn_sweep_logs(const struct wn_store *store, int64_t sweep) {
    char *dir = wn_session_dir(store, sweep);
    struct wn_logs *logs = wn_logs_new(dir);
    free(dir);
    return logs;
}

static size_t read_end(struct wn_logs *logs, const struct wn_trial_row *row, char *bytes,
                       size_t room) {
    struct wn_log *log;
    if (wn_log_open(logs, row->number, row->attempt, &log, NULL) != WN_OK)
        return 0;
    size_t length = wn_log_tail(log, bytes, room);
    wn_log_close(log);
    return length;
}

bool wn_log_tells_why(const struct wn_trial_row *row) {
    return row->state == WN_TRIAL_FAILED && (row->exit_code || row->exit_signal);
}

char *wn_log_last_line(struct wn_logs *logs, const struct wn_trial_row *row) {
    char bytes[4096];
    size_t length = read_end(logs, row, bytes, sizeof bytes);
    while (length && strchr(" \t\r\n", bytes[length - 1]))
        length--;
    size_t start = length;
    while (start && bytes[start - 1] != '\n')
        start--;
    struct wn_str line = {0};
    size_t shown = length - start < LINE_MOST ? length - start : LINE_MOST;
    wn_text_escape(&line, bytes + start, shown, false);
    return wn_str_take(&line);
}
