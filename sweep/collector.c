// SPDX-License-Identifier: GPL-3.0-or-later
// Following two growing files of an attempt. Invariant: `offset` is the first byte that was not yet
// turned into points, always at the start of a line (or inside a line that is being skipped).
#include "sweep/collector.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "sweep/series.h"

enum { READ_SIZE = 256 << 10, READS_PER_POLL = 16, STORE_EVERY = 1 << 20 };

struct follower { // one file
    char *path;
    int fd;              // -1: not opened yet
    int64_t offset;      // of the first byte of `carry`
    struct wn_str carry; // the beginning of a line whose end has not come yet
    bool skipping;       // the line at offset is too long; its rest is passed over
};

struct wn_collector {
    struct wn_collector_setup setup;
    char *objective;
    struct follower log, metrics;
    struct wn_series_set series;
    int64_t objective_count; // finite values so far
    int64_t stored_log;      // the offset in the log that was stored
    bool dirty;
};

static void take_reading(void *context, const struct wn_reading *reading) {
    struct wn_collector *collector = context;
    struct wn_series *series = wn_series_add(&collector->series, reading);
    collector->dirty = true;
    if (!series || !isfinite(reading->value) || strcmp(series->name, collector->objective) != 0)
        return;
    collector->objective_count++;
    double step = reading->has_step ? reading->step : (double)series->summary.count;
    if (collector->setup.on_objective)
        collector->setup.on_objective(collector->setup.context, collector->objective_count, step,
                                      reading->value);
}

static void take_line(struct wn_collector *collector, const char *line, size_t length) {
    wn_reader_line(collector->setup.reader, line, length, take_reading, collector);
}

// Ends the line whose beginning was carried over (or is being skipped).
static void end_carried(struct wn_collector *collector, struct follower *file, const char *rest,
                        size_t length) {
    if (!file->skipping) {
        wn_str_add_bytes(&file->carry, rest, length);
        take_line(collector, file->carry.text, file->carry.length);
        file->offset += (int64_t)file->carry.length + 1;
    } else {
        file->offset += (int64_t)length + 1;
    }
    wn_str_clear(&file->carry);
    file->skipping = false;
}

// Keeps the beginning of a line; one that grows too long to be a metric is passed over instead.
static void carry_over(struct follower *file, const char *text, size_t length) {
    if (!file->skipping && file->carry.length + length <= WN_LINE_MAX) {
        wn_str_add_bytes(&file->carry, text, length);
        return;
    }
    file->offset += (int64_t)(file->carry.length + length);
    wn_str_free(&file->carry);
    file->skipping = true;
}

static const char *find(char c, const char *text, const char *end) {
    const char *found = memchr(text, c, (size_t)(end - text));
    return found ? found : end;
}

// A carriage return ends a line as well: progress bars draw over themselves with it, and may not
// print a newline for hours. (In \r\n the newline ends an empty line, which says nothing.)
static void take_bytes(struct wn_collector *collector, struct follower *file, const char *text,
                       size_t length) {
    const char *end = text + length;
    const char *newline = find('\n', text, end), *carriage = find('\r', text, end);
    while (newline < end || carriage < end) {
        const char *stop = newline < carriage ? newline : carriage;
        size_t line = (size_t)(stop - text);
        if (file->carry.length || file->skipping) {
            end_carried(collector, file, text, line);
        } else {
            take_line(collector, text, line);
            file->offset += (int64_t)line + 1;
        }
        text = stop + 1;
        if (newline < text)
            newline = find('\n', text, end);
        if (carriage < text)
            carriage = find('\r', text, end);
    }
    if (text < end)
        carry_over(file, text, (size_t)(end - text));
}

// Passes over a hole that begins with what was read, if there is one: a trial may make its log as
// long as it likes. True: there was.
static bool skip_hole(struct follower *file, int64_t at) {
    off_t data = lseek(file->fd, at, SEEK_DATA);
    if (data < 0 && errno == ENXIO)
        data = lseek(file->fd, 0, SEEK_END);
    if (data <= at)
        return false;
    wn_str_free(&file->carry);
    file->offset = data;
    file->skipping = true;
    return true;
}

static enum wn_status tell_fault(const struct follower *file, const char *what,
                                 struct wn_err *err) {
    return wn_fail(err, WN_ENVIRONMENT, "cannot %s %s: %s", what, file->path, strerror(errno));
}

// Reads the next piece; *more: there is more now.
static enum wn_status read_piece(struct wn_collector *collector, struct follower *file, bool *more,
                                 struct wn_err *err) {
    char buffer[READ_SIZE];
    int64_t at = file->offset + (int64_t)file->carry.length;
    ssize_t got;
    do
        got = pread(file->fd, buffer, sizeof buffer, (off_t)at);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return tell_fault(file, "read", err);
    *more = (size_t)got == sizeof buffer;
    if (*more && !buffer[0] && skip_hole(file, at))
        return WN_OK;
    take_bytes(collector, file, buffer, (size_t)got);
    return WN_OK;
}

int wn_collector_open(const char *path) {
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    struct stat about;
    if (fd < 0 || (fstat(fd, &about) == 0 && S_ISREG(about.st_mode)))
        return fd;
    close(fd);
    errno = EINVAL;
    return -1;
}

// A trial may remove its files, or put others in their place: such a one says nothing.
static bool is_gone(int error) {
    return error == ENOENT || error == ENOTDIR || error == EINVAL || error == ELOOP ||
           error == ENXIO || error == EACCES || error == EPERM;
}

// A restart may have stopped in the middle of a line that was being skipped.
static enum wn_status open_file(struct follower *file, struct wn_err *err) {
    file->fd = wn_collector_open(file->path);
    if (file->fd < 0)
        return is_gone(errno) ? WN_OK : tell_fault(file, "open", err);
    char before = '\n';
    if (file->offset > 0 && pread(file->fd, &before, 1, file->offset - 1) < 0)
        return tell_fault(file, "read", err);
    file->skipping = before != '\n' && before != '\r';
    return WN_OK;
}

static enum wn_status poll_file(struct wn_collector *collector, struct follower *file, bool final,
                                bool *more, struct wn_err *err) {
    enum wn_status status = file->fd < 0 ? open_file(file, err) : WN_OK;
    if (file->fd < 0)
        return status;
    bool rest = true;
    for (int reads = 0; rest && reads < READS_PER_POLL; reads++)
        if ((status = read_piece(collector, file, &rest, err)) != WN_OK)
            return status;
    if (rest)
        *more = true;
    else if (final && file->carry.length && !file->skipping) {
        take_line(collector, file->carry.text, file->carry.length);
        file->offset += (int64_t)file->carry.length;
        wn_str_clear(&file->carry);
    }
    return WN_OK;
}

enum wn_status wn_collector_poll(struct wn_collector *collector, bool final, bool *more,
                                 struct wn_err *err) {
    *more = false;
    enum wn_status status = poll_file(collector, &collector->log, final, more, err);
    return status == WN_OK ? poll_file(collector, &collector->metrics, final, more, err) : status;
}

enum wn_status wn_collector_new(const struct wn_collector_setup *setup, struct wn_store *store,
                                struct wn_collector **collector, struct wn_err *err) {
    struct wn_collector *made = wn_calloc(1, sizeof *made);
    made->setup = *setup;
    made->objective = wn_strdup(setup->objective);
    made->log = (struct follower){
        .path = wn_strdup(setup->log_path), .fd = -1, .offset = setup->log_offset};
    made->metrics = (struct follower){
        .path = wn_strdup(setup->metrics_path), .fd = -1, .offset = setup->metrics_offset};
    made->objective_count = setup->objective_count;
    made->stored_log = setup->log_offset;
    made->series.sweep = setup->sweep;
    made->series.trial = setup->trial;
    enum wn_status status = WN_OK;
    if (setup->log_offset || setup->metrics_offset)
        status = wn_series_load(&made->series, store, err);
    if (status != WN_OK) {
        wn_collector_free(made);
        return status;
    }
    *collector = made;
    return WN_OK;
}

bool wn_collector_dirty(const struct wn_collector *collector) {
    return collector->dirty || collector->log.offset - collector->stored_log >= STORE_EVERY;
}

enum wn_status wn_collector_store(struct wn_collector *collector, struct wn_store *store,
                                  struct wn_err *err) {
    enum wn_status status = wn_series_store(&collector->series, store, err);
    if (status == WN_OK)
        status = wn_store_set_offsets(store, collector->setup.sweep, collector->setup.trial,
                                      collector->log.offset, collector->metrics.offset, err);
    if (status != WN_OK)
        return status;
    collector->dirty = false;
    collector->stored_log = collector->log.offset;
    return WN_OK;
}

int64_t wn_collector_stored(const struct wn_collector *collector) {
    return collector->stored_log;
}

int64_t wn_collector_log_offset(const struct wn_collector *collector) {
    return collector->log.offset;
}

int64_t wn_collector_metrics_offset(const struct wn_collector *collector) {
    return collector->metrics.offset;
}

const struct wn_summary *wn_collector_summary(const struct wn_collector *collector,
                                              const char *metric) {
    const struct wn_series *series = wn_series_find(&collector->series, metric);
    return series ? &series->summary : NULL;
}

void wn_collector_names(const struct wn_collector *collector, struct wn_str *out) {
    enum { MOST = 6 };
    const struct wn_series_set *set = &collector->series;
    for (size_t i = 0; i < set->count && i < MOST; i++)
        wn_str_addf(out, "%s%s", i ? ", " : "", set->items[i].name);
    if (set->count > MOST)
        wn_str_addf(out, " and %zu more", set->count - MOST);
}

bool wn_collector_overflowed(const struct wn_collector *collector) {
    return collector->series.overflowed;
}

static void close_follower(struct follower *file) {
    if (file->fd >= 0)
        close(file->fd);
    free(file->path);
    wn_str_free(&file->carry);
}

void wn_collector_free(struct wn_collector *collector) {
    if (!collector)
        return;
    close_follower(&collector->log);
    close_follower(&collector->metrics);
    wn_series_free(&collector->series);
    free(collector->objective);
    free(collector);
}
