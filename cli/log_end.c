// SPDX-License-Identifier: GPL-3.0-or-later
// Reading logs from their end.
#include "cli/log_end.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/base/str.h"
#include "sweep/session.h"

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
