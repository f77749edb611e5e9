// SPDX-License-Identifier: GPL-3.0-or-later
// What the files of the runner share: its state in memory, which holds only configurations that are
// not complete; everything that ended is in the store alone, so memory does not grow with the
// sweep.
//
// runner.c  set-up, the loop, stages          launch.c  which trial next, and starting it
// settle.c  what ended becomes a stored row   replay.c  the history back out of the store
// pause.c   want of disk                      share.c   slots shared with other sweeps
// obey.c    requests                          think.c   asking a searcher that takes its time
// race.c    repeats until it is decided       tidy.c    logs of what is over
#ifndef WN_RUNNER_INTERNAL_H
#define WN_RUNNER_INTERNAL_H

#include <uv.h>

#include "core/race.h"
#include "sweep/collector.h"
#include "sweep/events.h"
#include "sweep/executor.h"
#include "sweep/leases.h"
#include "sweep/outcome.h"
#include "sweep/packer.h"
#include "sweep/rules.h"
#include "sweep/runner.h"
#include "sweep/scheduler.h"
#include "sweep/searcher.h"
#include "sweep/slots.h"

struct wn_open { // a configuration whose repeats have not all ended
    int64_t id;
    const struct wn_spec *spec; // that it was made by: a version of the sweep's
    struct wn_config *config;   // of that spec's space
    bool outside;               // of the newest space: the searcher does not know of it
    char *params;               // JSON
    char *enqueued_by;          // the user who put it in, or NULL: the searcher
    int64_t hash;
    int64_t ended;             // repeats with an accepted result
    int64_t counted;           // of those, how many have an objective that counts
    double mean, m2;           // Welford's running mean and sum of squared deviations
    bool imported;             // a result of it comes from elsewhere
    bool identical;            // all counted objectives are the very same number
    enum wn_trial_state state; // of its last repeat that counts, or else of the last one
    int refs;                  // waiting and live trials of it, and whoever is building it
};

struct wn_waiting { // a trial that waits for a slot, or for its time
    struct wn_open *open;
    int64_t number, attempt;
    double not_before; // monotonic seconds
    bool told;         // its row says what it waits for
};

struct wn_live { // an attempt that runs, or that ended and is not settled yet
    struct wn_runner *runner;
    struct wn_open *open;
    struct wn_trial_row row; // as stored
    struct wn_collector *collector;
    uint64_t devices;
    struct wn_lease lease; // until it was launched
    bool launched;         // handed to the executor
    bool gone;             // its shim ended
    bool silent;           // it was ended because it printed nothing
    bool condemn;          // a verdict in row.condemned is to be stored and carried out
    bool undying;          // its processes were killed and stay: row.reason is to be stored
    int64_t hole_end;      // of what was left out of its log
    char *program;         // what was started, for messages
    char *start_failure;   // why it could not be started at all
};

struct wn_thought { // what a searcher that learns proposes, worked out on the thread pool
    struct wn_runner *runner;
    uv_work_t work;
    struct wn_searcher *searcher;
    struct wn_config *config;
    int64_t id;
    enum wn_ask answer;
    double seconds;      // that the last one took
    double short_trials; // their share among those that ended of late
    bool under_way;      // the searcher must be left alone
    bool ready;          // to be taken
};

struct wn_exits { // exit records of live attempts that were read and not yet used
    char *path;
    int64_t offset;
    struct wn_exit_record *items;
    size_t count, capacity;
};

struct wn_past { // a trial of a race that began before its configurations were gathered
    int64_t trial;
    bool ended;
    double objective; // NaN: none
};

struct wn_racing {        // of a spec with `race`
    struct wn_race *race; // NULL: its configurations are not gathered yet
    struct wn_open *arms[WN_RACE_MOST_ARMS];
    bool retired[WN_RACE_MOST_ARMS]; // out, or all is over: its result is final
    int count;
    struct wn_past *past;
    size_t past_count, past_capacity;
};

struct wn_runner {
    const struct wn_runner_setup *setup;
    const struct wn_spec *spec;
    struct wn_store *store;
    struct wn_searcher *searcher;
    struct wn_thought thought;
    struct wn_racing racing;
    const struct wn_scheduler_type *scheduler; // NULL: no early stopping
    void *scheduler_state;
    struct wn_reader *reader;
    const struct wn_executor_type *executor_type;
    struct wn_executor *executor;
    struct wn_slots slots;
    struct wn_lease lease; // of the next trial, as far as it was to be had
    struct wn_str told;    // what the rows of waiting trials say
    double told_at;        // monotonic
    struct wn_rules rules;
    struct wn_exits exits;
    struct wn_packer *packer;

    struct wn_waiting *waiting;
    size_t waiting_count, waiting_capacity;
    struct wn_live **live;
    size_t live_count, live_capacity;
    int64_t asked;    // configurations handed out
    int64_t enqueued; // of those, how many a person put in; they are beyond the budget
    int64_t outside;  // and how many lie outside of the newest space
    bool exhausted, looked_for_requests;

    struct wn_progress progress;
    char ending[160]; // why no new configurations are started; "" while they are
    bool hopeless;    // it ends as failed
    bool told_ending;
    double started, active_before; // monotonic start of this run; seconds of earlier runs
    double active_until;           // monotonic time up to which the store has this run's seconds
    int64_t ended_this_run;

    uv_loop_t loop;
    uv_timer_t tick;
    uv_check_t check;
    uv_idle_t busy; // active while there is more to settle
    uv_signal_t sigint, sigterm, sighup;
    bool dirty; // something ended or a slot may be free
    int interrupts;
    bool over;             // the ending is stored: only logs are packed and hooks awaited
    struct wn_err failure; // the store failed: leave the loop
};

// Nothing is started for now: the disk is full, or a person paused it.
static inline bool wn_runner_held(const struct wn_runner *runner) {
    return runner->setup->carried->low || runner->progress.hold[0];
}

// launch.c
// What the searcher answered becomes trials that wait; takes over config.
enum wn_status wn_runner_answered(struct wn_runner *runner, enum wn_ask answer, int64_t id,
                                  struct wn_config *config, struct wn_err *err);
enum wn_status wn_runner_fill_slots(struct wn_runner *runner, struct wn_err *err);
// All slots are full, no trial waits, and the next free slot would ask the searcher.
bool wn_runner_will_ask(const struct wn_runner *runner);
void wn_runner_launch(struct wn_runner *runner);
enum wn_status wn_runner_follow(struct wn_runner *runner, struct wn_live *live, struct wn_err *err);
void wn_runner_wait_for(struct wn_runner *runner, const struct wn_waiting *waiting);
struct wn_waiting wn_runner_take_waiting(struct wn_runner *runner, size_t index);
struct wn_open *wn_open_new(int64_t id, struct wn_config *config, const struct wn_spec *spec);
void wn_open_release(struct wn_open *open); // one reference less; frees with the last
// What names an attempt on this machine, in the environment of its processes.
char *wn_runner_key(const struct wn_runner *runner, const struct wn_live *live);
void wn_live_free(struct wn_live *live);
struct wn_live *wn_runner_find_live(const struct wn_runner *runner, int64_t trial, int64_t attempt);

enum wn_status wn_runner_put_queued(struct wn_runner *runner, const struct wn_waiting *waiting,
                                    const char *reason, struct wn_err *err);

// pause.c
extern const char wn_runner_room_again[]; // a notice
void wn_runner_look_at_disk(struct wn_runner *runner);
// Waits until there is room for the sweep, the longer the more `tries` were in vain; false: a
// signal came.
bool wn_runner_wait_for_room(const struct wn_runner_setup *setup, int tries);

// share.c
// The devices and CPU slots of the next trial, into runner->lease; false: they are not to be had.
bool wn_runner_take_slots(struct wn_runner *runner, int64_t trial);
// What the trials wait for that could be started now if there were slots, or that none does.
enum wn_status wn_runner_tell_waiting(struct wn_runner *runner, struct wn_err *err);
enum wn_status wn_runner_wait_no_more(struct wn_runner *runner, struct wn_err *err);

// settle.c
enum wn_status wn_runner_settle(struct wn_runner *runner, struct wn_err *err);
void wn_open_count(struct wn_open *open, enum wn_trial_state state, double objective);
double wn_open_error(const struct wn_open *open); // standard error of the mean; NaN below 2
bool wn_runner_complete(struct wn_runner *runner, struct wn_open *open); // true: a new best
void wn_runner_count(struct wn_runner *runner, enum wn_trial_state state, int by);
void wn_runner_notice(struct wn_runner *runner, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

// Puts an ended attempt in the queue once more; live->row becomes the queued row.
enum wn_status wn_runner_try_again(struct wn_runner *runner, struct wn_live *live, double delay,
                                   struct wn_err *err);
// Stores an ended attempt, and its configuration's result where it is the last one of it.
enum wn_status wn_runner_accept(struct wn_runner *runner, struct wn_live *live, struct wn_err *err);

// tidy.c
void wn_runner_begin_tidying(struct wn_runner *runner); // after replay
void wn_runner_tidy(struct wn_runner *runner);          // after a commit

// obey.c
enum wn_status wn_runner_obey(struct wn_runner *runner, struct wn_err *err); // open requests
void wn_runner_drain(struct wn_runner *runner, const char *who);             // start nothing new
void wn_runner_cancel(struct wn_runner *runner, const char *who);            // and end what runs
void wn_runner_stop_live(struct wn_runner *runner, bool now);

// The signal is sent with the next tick, once the store says who wished it.
enum wn_status wn_runner_end_live(struct wn_runner *runner, struct wn_live *live, const char *who,
                                  struct wn_err *err);
// A trial that waits is killed before it began.
enum wn_status wn_runner_drop_waiting(struct wn_runner *runner, size_t index, const char *who,
                                      struct wn_err *err);

// race.c, each only where the spec has a race
void wn_racing_join(struct wn_runner *runner, struct wn_open *open);
// What replay finds.
void wn_racing_remember(struct wn_runner *runner, int64_t trial, bool ended, double objective);
struct wn_open *wn_racing_find(const struct wn_runner *runner, int64_t configuration);
// The next repeat waits, if there is one to begin.
enum wn_status wn_racing_next(struct wn_runner *runner, struct wn_err *err);
// A trial was accepted.
enum wn_status wn_racing_tell(struct wn_runner *runner, const struct wn_trial_row *row,
                              struct wn_err *err);
void wn_racing_free(struct wn_racing *racing);

// replay.c
// The configuration of a stored trial, of the version it was made by; without any results.
enum wn_status wn_runner_reopen(const struct wn_runner *runner, const struct wn_trial_row *row,
                                struct wn_open **open, struct wn_err *err);
enum wn_status wn_runner_replay(struct wn_runner *runner, struct wn_err *err);

// think.c
// Makes a waiting trial of what the searcher proposes, or begins to think where that is not ready.
enum wn_status wn_runner_ask_thinker(struct wn_runner *runner, struct wn_err *err);
// While all slots are busy, where that pays.
void wn_runner_think_ahead(struct wn_runner *runner);
void wn_runner_note_duration(struct wn_runner *runner, double seconds); // of a trial
void wn_runner_drop_thought(struct wn_runner *runner);

#endif
