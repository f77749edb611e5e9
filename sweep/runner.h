// SPDX-License-Identifier: GPL-3.0-or-later
// The runner of one sweep: asks the searcher, starts trials, collects what they print, stores how
// they end, tells the searcher, obeys requests. It is the only writer of its sweep's trials and
// keeps nothing that the store does not have: killed at any moment, the next runner replays and
// goes on.
#ifndef WN_RUNNER_H
#define WN_RUNNER_H

#include "core/spec.h"
#include "core/versions.h"

struct wn_events;
struct wn_leases;

enum wn_stage { WN_STAGE_RUNNING, WN_STAGE_DRAINING, WN_STAGE_CANCELLING };

struct wn_progress { // a snapshot for people and scripts
    enum wn_stage stage;
    int64_t counts[WN_TRIAL_STATES]; // trials by state
    int64_t declared;                // trials in all, 0: no bound known
    bool has_best;
    double best;
    int64_t best_trial;
    double elapsed;            // seconds that runners have worked on this sweep
    double rate;               // trials ended per second of this run; 0 until one did
    double eta;                // seconds, NaN: unknown
    char waits[160];           // what it waits for that other sweeps hold, "" nothing
    enum wn_sweep_state state; // how the sweep stands when wn_runner_run() returns
    char reason[160];          // why it ended
    char standing[160];        // of a race; "": it is none, or over
    char hold[160];            // why nothing is started for now; "": nothing holds it
};

struct wn_runner_watch { // borrowed; called from the loop
    void (*progress)(void *context, const struct wn_progress *progress); // at most every 50 ms
    void (*notice)(void *context, const char *sentence);                 // worth telling at once
    void *context;
};

struct wn_carried { // what one run leaves to the next one in the same process; all zero at first
    struct wn_events *events; // the hooks, which go on meanwhile; owned by the session
    bool edited;              // the run ended only so that the next one begins with the new spec
    int64_t parallel;         // for the next one
    int interrupts;           // signals that came before it began
    bool signals_held;        // so that none comes while there is no runner
    double low_at;            // when the disk was last seen to be full, Unix seconds
    bool told_python3;        // that it stands in for python
    bool seed_checked;        // that trials heed it
    bool low;                 // the disk, and not yet ample again: no trials are started
};

struct wn_runner_setup { // all borrowed for the run
    struct wn_store *store;
    const struct wn_sweep_row *sweep; // its id, seed and directory; the caller holds its lock
    const struct wn_versions *versions;
    const struct wn_spec *spec; // the newest of them
    struct wn_carried *carried;
    int lock;                                // that makes its owner, who says by it how it is
    const char *sweep_dir;                   // STORE/sweeps/ID, absolute; exists
    const char *shim;                        // path of winnow-shim
    char *const *environment;                // what trials inherit
    const char *(*getenv)(const char *name); // looks into it, for ${envvar:NAME} and PATH
    struct wn_run_row *record;               // of this run; its id is set once the store has it
    double begun;     // Unix seconds at which its lock was taken: requests before were for others
    int64_t parallel; // trials at once, >= 1
    const char *const *devices; // names of the GPUs that may be used
    size_t device_count;
    struct wn_leases *leases; // of those devices and of CPU slots; NULL: nothing is shared
    size_t cpus;              // CPU slots that each trial leases
    bool retry_failed;        // try failed trials once more
    struct wn_runner_watch watch;
};

// Runs until the sweep is finished, stopped, failed or edited. A hold in `progress` stays. SIGINT
// and SIGTERM drain, a second one cancels, a third one does not wait; SIGHUP is ignored. `progress`
// holds the final snapshot. Fails where the store or the machine does; trials that run then go on,
// and a later run adopts them.
enum wn_status wn_runner_run(const struct wn_runner_setup *setup, struct wn_progress *progress,
                             struct wn_err *err);

#endif
