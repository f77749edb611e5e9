// SPDX-License-Identifier: GPL-3.0-or-later
// The collector of one attempt: follows its log and its metrics file by byte offset, lets the
// reader turn lines into points, and writes points, summaries and offsets in the caller's
// transaction, so that what was read and how far it was read are stored together (exactly once).
#ifndef WN_COLLECTOR_H
#define WN_COLLECTOR_H

#include "core/base/str.h"
#include "core/store/store.h"
#include "sweep/reader.h"

struct wn_collector;

struct wn_collector_setup {
    struct wn_reader *reader; // borrowed
    int64_t sweep, trial;
    const char *log_path, *metrics_path; // copied; either may not exist (yet)
    int64_t log_offset, metrics_offset;  // where an earlier runner stopped reading
    const char *objective;               // copied; its values are handed to on_objective
    int64_t objective_count;             // finite values of it that were stored by then
    // Each finite value of the objective, with its count from 1. May be NULL.
    void (*on_objective)(void *context, int64_t count, double step, double value);
    void *context;
};

// `store` is read for the open chunks of an attempt that an earlier runner followed.
enum wn_status wn_collector_new(const struct wn_collector_setup *setup, struct wn_store *store,
                                struct wn_collector **collector, struct wn_err *err);
// Reads what is new, at most a few MiB a call, and sets *more where it left something. `final`: no
// more will be written, so a last line counts without a newline. Files that vanished count as
// ended; what is no regular file (a trial may put a FIFO there) is not read. Fails where a file
// cannot be opened or read for a reason that lies with the machine: nothing is known of it then.
enum wn_status wn_collector_poll(struct wn_collector *collector, bool final, bool *more,
                                 struct wn_err *err);
// Opens a file that a trial may have put there, without waiting; -1 (and errno) where that fails or
// it is no regular file.
int wn_collector_open(const char *path);
// True while there are points that are not stored yet, or much was read since. (A few lines without
// points need not be: reading them again changes nothing.)
bool wn_collector_dirty(const struct wn_collector *collector);
// Writes what is new in the caller's transaction; on failure nothing is lost in memory.
enum wn_status wn_collector_store(struct wn_collector *collector, struct wn_store *store,
                                  struct wn_err *err);
// Up to where the log was read at the last call of wn_collector_store().
int64_t wn_collector_stored(const struct wn_collector *collector);
int64_t wn_collector_log_offset(const struct wn_collector *collector);
int64_t wn_collector_metrics_offset(const struct wn_collector *collector);
// The summary of a metric, or NULL where it never appeared.
const struct wn_summary *wn_collector_summary(const struct wn_collector *collector,
                                              const char *metric);
// Appends the names of its metrics, "epoch, val_loss and 3 more"; nothing where there are none.
void wn_collector_names(const struct wn_collector *collector, struct wn_str *out);
// A metric name beyond this many in one trial is not stored; true once that happened.
#define WN_METRICS_MAX 20000
bool wn_collector_overflowed(const struct wn_collector *collector);
void wn_collector_free(struct wn_collector *collector);

#endif
