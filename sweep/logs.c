// SPDX-License-Identifier: GPL-3.0-or-later
// A log is a file with holes or a member of the archive. The file is looked for first: it is
// removed only after its contents were committed to the archive.
#include "sweep/logs.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/archive.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/spec.h"

struct wn_logs {
    char *dir;
    struct wn_archive *archive; // NULL: not opened yet
};

struct wn_log {
    int fd;                         // -1: packed
    int64_t at;                     // in the file
    bool noticed;                   // what was read last ends with a notice
    struct wn_unpacking *unpacking; // NULL: a file
};

static const char notice_beginning[] = "\n[winnow: ";

// ---- names --------------------------------------------------------------------------------------

char *wn_log_file(const char *sweep_dir, int64_t trial, int64_t attempt) {
    return wn_format("%s/logs/%lld.%lld.log", sweep_dir, (long long)trial, (long long)attempt);
}

char *wn_metrics_file(const char *sweep_dir, int64_t trial, int64_t attempt) {
    return wn_format("%s/metrics/%lld.%lld", sweep_dir, (long long)trial, (long long)attempt);
}

char *wn_log_archive(const char *sweep_dir) {
    return wn_format("%s/logs.sqlar", sweep_dir);
}

// ---- opening ------------------------------------------------------------------------------------

struct wn_logs *wn_logs_new(const char *sweep_dir) {
    struct wn_logs *logs = wn_calloc(1, sizeof *logs);
    logs->dir = wn_strdup(sweep_dir);
    return logs;
}

void wn_logs_free(struct wn_logs *logs) {
    if (!logs)
        return;
    wn_archive_close(logs->archive);
    free(logs->dir);
    free(logs);
}

static struct wn_log *new_log(int fd, struct wn_unpacking *unpacking) {
    struct wn_log *log = wn_calloc(1, sizeof *log);
    log->fd = fd;
    log->unpacking = unpacking;
    return log;
}

enum wn_status wn_log_open_file(const char *path, struct wn_log **log, struct wn_err *err) {
    struct stat about;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW);
    if (fd < 0)
        return wn_fail(err,
                       errno == ENOENT  ? WN_NO
                       : errno == ELOOP ? WN_BAD_INPUT
                                        : WN_ENVIRONMENT,
                       "cannot open %s: %s", path, strerror(errno));
    if (fstat(fd, &about) != 0 || !S_ISREG(about.st_mode)) {
        close(fd);
        return wn_fail(err, WN_BAD_INPUT, "%s is no regular file", path);
    }
    *log = new_log(fd, NULL);
    return WN_OK;
}

static enum wn_status open_packed(struct wn_logs *logs, int64_t trial, int64_t attempt,
                                  struct wn_log **log, struct wn_err *err) {
    enum wn_status status = WN_OK;
    if (!logs->archive) {
        char *path = wn_log_archive(logs->dir);
        status = wn_archive_open(path, WN_ARCHIVE_READ, &logs->archive, err);
        free(path);
    }
    struct wn_unpacking *unpacking;
    char *name = wn_format("logs/%lld.%lld.log", (long long)trial, (long long)attempt);
    if (status == WN_OK)
        status = wn_archive_get(logs->archive, name, &unpacking, err);
    free(name);
    if (status == WN_OK)
        *log = new_log(-1, unpacking);
    return status;
}

enum wn_status wn_log_open(struct wn_logs *logs, int64_t trial, int64_t attempt,
                           struct wn_log **log, struct wn_err *err) {
    char *path = wn_log_file(logs->dir, trial, attempt);
    enum wn_status status = wn_log_open_file(path, log, err);
    if (status == WN_NO)
        status = open_packed(logs, trial, attempt, log, err);
    free(path);
    return status;
}

void wn_log_close(struct wn_log *log) {
    if (!log)
        return;
    if (log->fd >= 0)
        close(log->fd);
    wn_unpacking_free(log->unpacking);
    free(log);
}

bool wn_log_packed(const struct wn_log *log) {
    return log->unpacking != NULL;
}

// ---- reading ------------------------------------------------------------------------------------

void wn_log_notice(double left_out, double cap, char *notice) {
    char size[32], limit[32];
    struct wn_str text = {0};
    wn_str_addf(&text, "%s%s left out here", notice_beginning, wn_size_text(left_out, size));
    if (cap > 0)
        wn_str_addf(&text, ", limits.log is %s; metrics were read", wn_size_text(cap, limit));
    wn_str_add_char(&text, ']');
    snprintf(notice, WN_NOTICE_SIZE + 1, "%-*s\n", WN_NOTICE_SIZE - 1, text.text);
    wn_str_free(&text);
}

// The first byte at or behind `at` that is data; the end of the file where only a hole comes.
static int64_t next_data(int fd, int64_t at) {
    off_t next = lseek(fd, at, SEEK_DATA);
    if (next < 0 && errno == ENXIO)
        next = lseek(fd, 0, SEEK_END);
    return next > at ? next : at;
}

// Bytes from `at` on that are data for sure; what was punched while we read came as zeros.
static size_t data_length(int fd, int64_t at, size_t got) {
    off_t hole = lseek(fd, at, SEEK_HOLE);
    return hole >= at && hole < at + (int64_t)got ? (size_t)(hole - at) : got;
}

static bool ends_with_notice(const char *bytes, size_t length) {
    return length >= WN_NOTICE_SIZE && memcmp(bytes + length - WN_NOTICE_SIZE, notice_beginning,
                                              sizeof notice_beginning - 1) == 0;
}

static enum wn_status read_file(struct wn_log *log, char *bytes, size_t room, size_t *length,
                                struct wn_err *err) {
    for (;;) {
        int64_t data = next_data(log->fd, log->at), hole = data - log->at;
        log->at = data;
        if (hole && !log->noticed) {
            char notice[WN_NOTICE_SIZE + 1];
            wn_log_notice((double)hole, 0, notice);
            *length = (size_t)snprintf(bytes, room, "%s", notice);
            log->noticed = true;
            return WN_OK;
        }
        ssize_t got = pread(log->fd, bytes, room, log->at);
        if (got < 0 && errno != EINTR)
            return wn_fail(err, WN_ENVIRONMENT, "cannot read a log: %s", strerror(errno));
        *length = got > 0 ? data_length(log->fd, log->at, (size_t)got) : 0;
        log->at += (int64_t)*length;
        if (*length)
            log->noticed = ends_with_notice(bytes, *length);
        if (*length || got == 0)
            return WN_OK;
    }
}

enum wn_status wn_log_read(struct wn_log *log, char *bytes, size_t room, size_t *length,
                           struct wn_err *err) {
    assert(room >= WN_LOG_ROOM);
    if (!log->unpacking)
        return read_file(log, bytes, room, length, err);
    *length = wn_unpacking_read(log->unpacking, bytes, room);
    return WN_OK;
}

// Whatever comes last stays; twice the room, so that a byte is moved seldom.
size_t wn_log_tail(struct wn_log *log, char *bytes, size_t room) {
    size_t piece = room > WN_LOG_ROOM ? room : WN_LOG_ROOM, kept = 0, length = 0;
    char *window = wn_malloc(room + piece);
    off_t size = log->unpacking ? 0 : lseek(log->fd, 0, SEEK_END);
    log->at = size > (off_t)room ? size - (off_t)room : 0;
    while (wn_log_read(log, window + kept, piece, &length, NULL) == WN_OK && length) {
        kept += length;
        size_t over = kept > room ? kept - room : 0;
        memmove(window, window + over, kept - over);
        kept -= over;
    }
    memcpy(bytes, window, kept);
    free(window);
    return kept;
}

int64_t wn_log_size(const struct wn_log *log) {
    struct stat about;
    return log->fd >= 0 && fstat(log->fd, &about) == 0 ? about.st_size : 0;
}

size_t wn_log_read_at(const struct wn_log *log, int64_t *at, char *bytes, size_t room) {
    ssize_t got = -1;
    if (log->fd < 0)
        return 0;
    *at = next_data(log->fd, *at);
    do
        got = pread(log->fd, bytes, room, *at);
    while (got < 0 && errno == EINTR);
    return got > 0 ? (size_t)got : 0;
}
