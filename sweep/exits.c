// SPDX-License-Identifier: GPL-3.0-or-later
// Reading exit records: complete lines in blocks. A record is flat, so the last brace of a line
// opens it, also where the torn piece of another record stands before it on the same line.
#include "sweep/exits.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct consumer {
    void (*each)(void *context, const struct wn_exit_record *record);
    void *context;
};

static void consume_line(const struct consumer *consumer, const char *line, size_t length) {
    const char *brace = memrchr(line, '{', length);
    struct wn_exit_record record;
    if (brace && wn_record_parse(brace, length - (size_t)(brace - line), &record))
        consumer->each(consumer->context, &record);
}

// Hands over the complete lines of a block; returns how many bytes they take.
static size_t consume_block(const struct consumer *consumer, const char *block, size_t length) {
    size_t start = 0;
    const char *newline;
    while ((newline = memchr(block + start, '\n', length - start))) {
        size_t end = (size_t)(newline - block);
        consume_line(consumer, block + start, end - start);
        start = end + 1;
    }
    return start;
}

static bool read_all(int fd, int64_t *offset, const struct consumer *consumer) {
    char block[32 * WN_RECORD_MAX];
    struct stat about;
    if (fstat(fd, &about) == 0 && about.st_size < *offset)
        *offset = 0; // somebody cut it short, or removed it and it began anew
    for (;;) {
        ssize_t got = pread(fd, block, sizeof block, *offset);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return got == 0;
        size_t used = consume_block(consumer, block, (size_t)got);
        if (!used && (size_t)got == sizeof block)
            used = (size_t)got; // no record is that long
        if (!used)
            return true;
        *offset += (int64_t)used;
    }
}

enum wn_status wn_exits_read(const char *path, int64_t *offset,
                             void (*each)(void *context, const struct wn_exit_record *record),
                             void *context, struct wn_err *err) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT)
        return WN_OK;
    const struct consumer consumer = {.each = each, .context = context};
    enum wn_status status = WN_OK;
    if (fd < 0 || !read_all(fd, offset, &consumer))
        status = wn_fail(err, WN_ENVIRONMENT, "cannot read %s: %s", path, strerror(errno));
    if (fd >= 0)
        close(fd);
    return status;
}
