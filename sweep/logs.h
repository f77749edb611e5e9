// SPDX-License-Identifier: GPL-3.0-or-later
// Reading what an attempt printed, wherever it is: in its file while it runs and for a while
// after, then in the sweep's archive logs.sqlar. What was left out of a log that grew over its
// limit (logtrim.h) is a hole in the file, which is skipped.
#ifndef WN_LOGS_H
#define WN_LOGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/err.h"

struct wn_logs; // of one sweep
// `sweep_dir` is copied; nothing is opened until it is needed.
struct wn_logs *wn_logs_new(const char *sweep_dir);
void wn_logs_free(struct wn_logs *logs);

struct wn_log;
// WN_NO: the attempt has none.
enum wn_status wn_log_open(struct wn_logs *logs, int64_t trial, int64_t attempt,
                           struct wn_log **log, struct wn_err *err);
// A file by its path, also another one than a log; symbolic links and what is no regular file are
// refused (WN_BAD_INPUT).
enum wn_status wn_log_open_file(const char *path, struct wn_log **log, struct wn_err *err);
void wn_log_close(struct wn_log *log);
// Whether it comes from the archive.
bool wn_log_packed(const struct wn_log *log);

// The next bytes; *length 0: there are no more now. Where a hole comes that no notice told of, a
// notice stands in its place. `room` is at least WN_LOG_ROOM.
#define WN_LOG_ROOM 4096
enum wn_status wn_log_read(struct wn_log *log, char *bytes, size_t room, size_t *length,
                           struct wn_err *err);
// Reads the last `room` bytes, or fewer where there are fewer; returns how many.
size_t wn_log_tail(struct wn_log *log, char *bytes, size_t room);

// Of a file: how long it is now, and bytes from anywhere in it. Where `at` lies in a hole, *at
// moves to its end, or to the end of the file. Returns how many bytes were read.
int64_t wn_log_size(const struct wn_log *log);
size_t wn_log_read_at(const struct wn_log *log, int64_t *at, char *bytes, size_t room);

// What stands in a log for bytes that were left out: a line of WN_NOTICE_SIZE bytes with a newline
// at both ends. `cap` is limits.log, 0: not known. `notice` holds WN_NOTICE_SIZE + 1 bytes.
#define WN_NOTICE_SIZE 128
void wn_log_notice(double left_out, double cap, char *notice);

// STORE/sweeps/ID/logs/TRIAL.ATTEMPT.log and the like; the caller frees.
char *wn_log_file(const char *sweep_dir, int64_t trial, int64_t attempt);
char *wn_metrics_file(const char *sweep_dir, int64_t trial, int64_t attempt);
char *wn_log_archive(const char *sweep_dir);

#endif
