// SPDX-License-Identifier: GPL-3.0-or-later
// Packing in three steps: every file is read and put into the archive, that is committed, and then
// the files that went in are removed.
#include "sweep/pack.h"

#include <dirent.h>
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
#include "sweep/logs.h"
#include "sweep/logtrim.h"

struct job {
    struct wn_packing *packing;
    struct wn_archive *archive;
    struct wn_str bytes;   // of the file at hand
    unsigned char *packed; // of each attempt: which of its files went in
    size_t count;          // of files that did
};

enum { PACKED_LOG = 1, PACKED_METRICS = 2 };

// ---- one file -----------------------------------------------------------------------------------

static bool look_at(const char *path, struct stat *about) {
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW);
    // A shim that lives holds the lock of its log. We only ask: a lock that we took could outlast
    // this in a process that is being started.
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    bool over = fd >= 0 && fstat(fd, about) == 0 && S_ISREG(about->st_mode) &&
                fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type == F_UNLCK;
    if (fd >= 0)
        close(fd);
    return over;
}

// Reads at most a byte more than `most`.
static enum wn_status read_all(const char *path, size_t most, struct wn_str *bytes,
                               struct wn_err *err) {
    struct wn_log *log;
    char piece[16384];
    size_t length = 1;
    wn_str_clear(bytes);
    enum wn_status status = wn_log_open_file(path, &log, err);
    if (status != WN_OK)
        return status;
    while (status == WN_OK && length && bytes->length <= most) {
        status = wn_log_read(log, piece, sizeof piece, &length, err);
        if (status == WN_OK)
            wn_str_add_bytes(bytes, piece, length);
    }
    wn_log_close(log);
    return status;
}

static enum wn_status put(struct job *job, const char *path, const struct stat *about, bool *packed,
                          struct wn_err *err) {
    struct wn_packing *packing = job->packing;
    const struct wn_member member = {
        .name = path + strlen(packing->sweep_dir) + 1,
        .mode = about->st_mode,
        .mtime = about->st_mtime,
        .bytes = wn_str_text(&job->bytes),
        .length = job->bytes.length,
    };
    size_t stored = 0;
    enum wn_status status = WN_OK;
    if (packing->try_only)
        stored = wn_archive_size(job->archive, member.bytes, member.length);
    else
        status = wn_archive_put(job->archive, &member, &stored, err);
    if (status != WN_OK)
        return status;
    packing->files++;
    packing->freed += (int64_t)about->st_blocks * 512 - (int64_t)stored;
    *packed = true;
    return WN_OK;
}

// A file that is larger than `most`, or that cannot be read, stays what it is.
static enum wn_status pack_file(struct job *job, const char *path, bool *packed,
                                struct wn_err *err) {
    struct stat about;
    size_t most = (size_t)job->packing->most;
    if (!look_at(path, &about) || about.st_blocks * 512 > job->packing->most + 8192)
        return WN_OK;
    if (read_all(path, most, &job->bytes, NULL) != WN_OK || job->bytes.length > most)
        return WN_OK;
    return put(job, path, &about, packed, err);
}

static enum wn_status pack_attempt(struct job *job, const struct wn_attempt_id *attempt,
                                   unsigned char *packed, struct wn_err *err) {
    struct wn_packing *packing = job->packing;
    char *log = wn_log_file(packing->sweep_dir, attempt->trial, attempt->attempt);
    char *metrics = wn_metrics_file(packing->sweep_dir, attempt->trial, attempt->attempt);
    struct wn_logtrim trim = {.path = log, .cap = packing->cap, .read = INT64_MAX};
    struct stat about;
    bool over = look_at(log, &about), log_is_in = false, metrics_are_in = false;
    if (over && about.st_size > packing->cap && !wn_logtrim(&trim, true))
        packing->has_no_holes = true;
    enum wn_status status = over ? pack_file(job, log, &log_is_in, err) : WN_OK;
    if (status == WN_OK && (over || access(log, F_OK) != 0))
        status = pack_file(job, metrics, &metrics_are_in, err);
    *packed = (log_is_in ? PACKED_LOG : 0) | (metrics_are_in ? PACKED_METRICS : 0);
    job->count += (size_t)log_is_in + metrics_are_in;
    free(log);
    free(metrics);
    return status;
}

// ---- all of them --------------------------------------------------------------------------------

static void remove_packed(const struct job *job, const struct wn_attempt_id *attempts,
                          size_t count) {
    for (size_t i = 0; i < count; i++) {
        int64_t trial = attempts[i].trial, attempt = attempts[i].attempt;
        char *log = wn_log_file(job->packing->sweep_dir, trial, attempt);
        char *metrics = wn_metrics_file(job->packing->sweep_dir, trial, attempt);
        if (job->packed[i] & PACKED_LOG)
            unlink(log);
        if (job->packed[i] & PACKED_METRICS)
            unlink(metrics);
        free(log);
        free(metrics);
    }
}

enum wn_status wn_pack(struct wn_packing *packing, const struct wn_attempt_id *attempts,
                       size_t count, struct wn_err *err) {
    struct job job = {.packing = packing, .packed = wn_calloc(count, 1)};
    char *path = packing->try_only ? wn_strdup(":memory:") : wn_log_archive(packing->sweep_dir);
    enum wn_status status = wn_archive_open(path, WN_ARCHIVE_WRITE, &job.archive, err);
    free(path);
    for (size_t i = 0; i < count && status == WN_OK; i++)
        status = pack_attempt(&job, &attempts[i], &job.packed[i], err);
    if (status == WN_OK && job.count)
        status = wn_archive_commit(job.archive, err);
    if (status == WN_OK && !packing->try_only)
        remove_packed(&job, attempts, count);
    free(job.packed);
    wn_str_free(&job.bytes);
    wn_archive_close(job.archive);
    return status;
}

// ---- what was left ------------------------------------------------------------------------------

struct search {
    struct wn_store *store;
    int64_t sweep;
    struct wn_attempts *found;
};

static enum wn_status look_up(struct search *search, const struct wn_attempt_id *attempt,
                              struct wn_err *err) {
    struct wn_trial_row row = {0};
    enum wn_status status =
        wn_store_get_trial(search->store, search->sweep, attempt->trial, &row, err);
    if (status == WN_NO)
        return WN_OK;
    if (status != WN_OK)
        return status;
    if (attempt->attempt < row.attempt ||
        (attempt->attempt == row.attempt && wn_trial_ended(row.state)))
        *WN_PUSH(search->found->items, search->found->count, search->found->capacity) = *attempt;
    wn_trial_row_clear(&row);
    return WN_OK;
}

// "12.0" and then `end`, and nothing else.
static bool read_name(const char *name, const char *end, struct wn_attempt_id *attempt) {
    long long trial, number;
    if (sscanf(name, "%lld.%lld", &trial, &number) != 2)
        return false;
    *attempt = (struct wn_attempt_id){.trial = trial, .attempt = number};
    char *again = wn_format("%lld.%lld%s", trial, number, end);
    bool same = strcmp(again, name) == 0;
    free(again);
    return same;
}

static enum wn_status search_folder(struct search *search, const char *folder, const char *end,
                                    struct wn_err *err) {
    DIR *dir = opendir(folder);
    enum wn_status status = WN_OK;
    struct wn_attempt_id attempt;
    for (const struct dirent *entry; dir && status == WN_OK && (entry = readdir(dir));)
        if (read_name(entry->d_name, end, &attempt))
            status = look_up(search, &attempt, err);
    if (dir)
        closedir(dir);
    return status;
}

enum wn_status wn_pack_find(struct wn_store *store, int64_t sweep, const char *sweep_dir,
                            struct wn_attempts *found, struct wn_err *err) {
    struct search search = {.store = store, .sweep = sweep, .found = found};
    char *logs = wn_format("%s/logs", sweep_dir), *metrics = wn_format("%s/metrics", sweep_dir);
    enum wn_status status = search_folder(&search, logs, ".log", err);
    if (status == WN_OK)
        status = search_folder(&search, metrics, "", err);
    free(logs);
    free(metrics);
    return status;
}
