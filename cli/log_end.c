// SPDX-License-Identifier: GPL-3.0-or-later
// Reading logs from their end.
#include "cli/log_end.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/text.h"
#include "core/base/str.h"
#include "sweep/session.h"

enum { LINE_MOST = 160 }; // bytes

char *wn_log_path(const struct wn_store *store, int64_t sweep, int64_t trial, int64_t attempt) {
    char *dir = wn_session_dir(store, sweep);
    char *path = wn_format("%s/logs/%lld.%lld.log", dir, (long long)trial, (long long)attempt);
    free(dir);
    return path;
}

size_t wn_log_end(const char *path, char *bytes, size_t room) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return 0;
    off_t size = lseek(fd, 0, SEEK_END);
    ssize_t length = pread(fd, bytes, room, size > (off_t)room ? size - (off_t)room : 0);
    close(fd);
    return length > 0 ? (size_t)length : 0;
}

bool wn_log_tells_why(const struct wn_trial_row *row) {
    return row->state == WN_TRIAL_FAILED && (row->exit_code || row->exit_signal);
}

char *wn_log_last_line(const struct wn_store *store, const struct wn_trial_row *row) {
    char bytes[4096];
    char *path = wn_log_path(store, row->sweep, row->number, row->attempt);
    size_t length = wn_log_end(path, bytes, sizeof bytes);
    free(path);
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
