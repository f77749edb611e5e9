// SPDX-License-Identifier: GPL-3.0-or-later
// An executor starts a shim somewhere and tells when it is gone. Everything else about a trial
// (output, metrics, how it ended) is in its files. One file per executor in sweep/executors/.
#ifndef WN_EXECUTOR_H
#define WN_EXECUTOR_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/err.h"
#include "core/spec.h"

typedef struct uv_loop_s uv_loop_t;

struct wn_job { // one attempt of one trial; borrowed during start() only
    int64_t trial, attempt;
    char *const *argv;        // NULL-terminated
    char *const *environment; // NULL-terminated, complete
    const char *cwd;
    const struct wn_limits *limits;
    bool output_line;
    const int *leases; // descriptors that the shim keeps open to its end; none below 5
    size_t lease_count;
    const char *key; // names this attempt among all; the environment has it as WINNOW_TRIAL_KEY
};

struct wn_executor;
struct wn_running; // one started or adopted attempt, owned by the executor until on_gone returned

struct wn_executor_events {
    // The shim is gone, and all that it started; its record, if it wrote one, can be read now.
    // Called from the loop, never from within a function of the executor.
    void (*on_gone)(void *context, int64_t trial, int64_t attempt);
    // Processes of it were killed and are still there; told again and again until it is gone.
    // `pids` as "12, 15"; "" where they are not known. May be NULL.
    void (*on_undying)(void *context, int64_t trial, int64_t attempt, const char *pids);
    void *context;
};

struct wn_executor_setup {
    uv_loop_t *loop;
    const char *sweep_dir; // STORE/sweeps/ID, exists
    const char *shim;      // path of winnow-shim
    struct wn_executor_events events;
};

struct wn_executor_type {
    const char *name, *summary;
    enum wn_status (*create)(const struct wn_executor_setup *setup, struct wn_executor **executor,
                             struct wn_err *err);
    // Starts the job. WN_ENVIRONMENT where no process could be made.
    enum wn_status (*start)(struct wn_executor *executor, const struct wn_job *job,
                            struct wn_err *err);
    // Takes over an attempt that an earlier runner started, if its shim is alive: true, and
    // *devices is its CUDA_VISIBLE_DEVICES (NULL: it has none; the caller frees). Else what may be
    // left of it (found by its key) is ended, so that it never runs twice; true also while that
    // does not end.
    bool (*adopt)(struct wn_executor *executor, int64_t trial, int64_t attempt, const char *key,
                  char **devices);
    // Asks the shim to end the trial's whole tree (SIGTERM, grace, SIGKILL). now: no grace.
    void (*stop)(struct wn_executor *executor, int64_t trial, int64_t attempt, bool now);
    void (*free)(struct wn_executor *executor); // forgets running attempts, which go on
};

const struct wn_executor_type *wn_executor_find(const char *name);
const struct wn_executor_type *const *wn_executor_all(size_t *count);

#endif
