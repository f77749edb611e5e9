// SPDX-License-Identifier: GPL-3.0-or-later
// The store: one SQLite file in WAL mode, `.winnow/winnow.db`. This header is what can be asked and
// written; the schema is in schema.sql and docs/store.md. Any number of processes may use one
// store: each writing transaction is BEGIN IMMEDIATE with a busy timeout, so "database is locked"
// never reaches a user. Rows handed out are copies that the caller frees with the matching
// _clear(). A handle belongs to one thread.
#ifndef WN_STORE_H
#define WN_STORE_H

#include <stddef.h>

#include "core/base/err.h"
#include "core/trial.h"

struct sqlite3;
struct wn_store;

enum wn_store_mode { WN_STORE_READ, WN_STORE_WRITE, WN_STORE_CREATE };

// `dir` is the folder (".winnow"); CREATE makes folder and database where missing. A database of a
// newer winnow, a foreign one, or a network file system is refused with a sentence that says so.
// An older one is brought up to date, in READ mode too. READ falls back to an immutable open where
// nothing may be written.
enum wn_status wn_store_open(const char *dir, enum wn_store_mode mode, struct wn_store **store,
                             struct wn_err *err);
void wn_store_close(struct wn_store *store);
const char *wn_store_dir(const struct wn_store *store);
// Finds the folder: `named` (from --store) or, where that is NULL, the nearest `.winnow` upward
// from the working directory, else ".winnow" here. The caller frees. (The CLI reads WINNOW_STORE.)
char *wn_store_locate(const char *named);
// Changes by other processes since the last call (PRAGMA data_version).
bool wn_store_changed(struct wn_store *store);
// A number that changes with them, for those who compare it themselves; -1: not known.
int64_t wn_store_version(struct wn_store *store);
// Whether the database is in order throughout (PRAGMA quick_check); reads all of it.
enum wn_status wn_store_check(struct wn_store *store, struct wn_err *err);
// Bytes of the database file that hold nothing, and all of them.
enum wn_status wn_store_free_bytes(struct wn_store *store, int64_t *unused, int64_t *all,
                                   struct wn_err *err);
// Gives them back to the disk; writers wait meanwhile.
enum wn_status wn_store_compact(struct wn_store *store, struct wn_err *err);

enum wn_status wn_store_begin(struct wn_store *store, struct wn_err *err); // BEGIN IMMEDIATE
enum wn_status wn_store_commit(struct wn_store *store, struct wn_err *err);
void wn_store_rollback(struct wn_store *store);
// Whether what failed last, since this was last asked, failed because the disk is full.
bool wn_store_full(struct wn_store *store);
// Read transaction (one snapshot for several queries); end with wn_store_commit() or _rollback().
// One within another is that of the outermost.
enum wn_status wn_store_begin_read(struct wn_store *store, struct wn_err *err);

// ---- sweeps -------------------------------------------------------------------------------------

struct wn_sweep_row {
    int64_t id;
    char *name; // unique in the store
    enum wn_sweep_state state;
    char *reason; // why it ended, one sentence; or NULL
    char *method;
    char *spec;      // its source text
    char *spec_file; // as named by the user, or NULL
    int64_t spec_hash;
    int64_t seed, parallel, repeats;
    int64_t declared; // configurations x repeats where known beforehand, else 0
    char *objective;  // name of the ranking metric
    bool maximize;
    char *cwd, *user, *host, *version;
    char *git_commit; // of its first run; NULL: there was none, or outside of a repository
    bool git_dirty;
    double created, started, ended; // Unix seconds; 0: not yet
    int64_t examines;               // the sweep whose configurations it runs again; 0: none
    double active;                  // seconds that runners worked on it, for budget.time
    // Read only: from the counters kept by triggers, and the best configuration.
    int64_t counts[WN_TRIAL_STATES];
    bool has_best;
    double best; // objective in its own direction
    int64_t best_trial;
};
void wn_sweep_row_clear(struct wn_sweep_row *row);

// Inserts a sweep; where the name is taken a suffix -2, -3, ... is added. Sets row->id and name.
enum wn_status wn_store_add_sweep(struct wn_store *store, struct wn_sweep_row *row,
                                  struct wn_err *err);
// By name, id or unique prefix of a name. WN_BAD_INPUT names the candidates or the closest name.
enum wn_status wn_store_find_sweep(struct wn_store *store, const char *which,
                                   struct wn_sweep_row *row, struct wn_err *err);
enum wn_status wn_store_get_sweep(struct wn_store *store, int64_t id, struct wn_sweep_row *row,
                                  struct wn_err *err);
// The newest unfinished sweep (running or stopped) with this name that has this spec hash, or else
// that had it before it was edited. *fitting: how many there are of both kinds.
enum wn_status wn_store_unfinished(struct wn_store *store, const char *name, int64_t spec_hash,
                                   struct wn_sweep_row *row, int64_t *fitting, struct wn_err *err);
// All sweeps, newest first; return false from `each` to stop.
enum wn_status wn_store_each_sweep(struct wn_store *store,
                                   bool (*each)(void *context, const struct wn_sweep_row *row),
                                   void *context, struct wn_err *err);
enum wn_status wn_store_set_sweep_state(struct wn_store *store, int64_t id,
                                        enum wn_sweep_state state, const char *reason, double now,
                                        struct wn_err *err);
enum wn_status wn_store_add_active(struct wn_store *store, int64_t id, double seconds,
                                   struct wn_err *err);
// More trials are to come than were declared; nothing where none were.
enum wn_status wn_store_add_declared(struct wn_store *store, int64_t id, int64_t trials,
                                     struct wn_err *err);
// Stores spec, spec_hash, parallel and declared of the row.
enum wn_status wn_store_set_spec(struct wn_store *store, const struct wn_sweep_row *row,
                                 struct wn_err *err);
// What sweeps that examine this one found: the mean of each of its configurations that they ran
// again, oldest sweep first. Return false from `each` to stop.
enum wn_status wn_store_each_confirmed(struct wn_store *store, int64_t sweep,
                                       bool (*each)(void *context, int64_t params_hash,
                                                    double mean),
                                       void *context, struct wn_err *err);
// Deletes every row of the sweep. (Files are the caller's.)
enum wn_status wn_store_remove_sweep(struct wn_store *store, int64_t id, struct wn_err *err);

// ---- versions of a spec -------------------------------------------------------------------------

// Version 1 is stored with its sweep; an edit adds the next one.
struct wn_version_row {
    int64_t sweep, version; // from 1; given by the store
    char *spec;
    int64_t spec_hash;
    char *change; // the words of the edit, a JSON list; NULL: version 1
    char *user;
    double created;
    int64_t first_trial; // a trial is of the last version that does not begin beyond it
};
enum wn_status wn_store_add_version(struct wn_store *store, const struct wn_version_row *row,
                                    struct wn_err *err);
// Oldest first; the row is borrowed.
enum wn_status wn_store_each_version(struct wn_store *store, int64_t sweep,
                                     bool (*each)(void *context, const struct wn_version_row *row),
                                     void *context, struct wn_err *err);

// ---- runs ---------------------------------------------------------------------------------------

struct wn_run_row { // one runner's work on a sweep
    int64_t id, sweep;
    double started, ended; // ended 0: not yet, or it was killed
    char *user, *host;
    int64_t pid;
    char *version;
    char *git_commit, *git_patch, *git_untracked; // NULL: none
    char *environment;                            // JSON
};
void wn_run_row_clear(struct wn_run_row *row);
// Sets row->id. The first run of a sweep tells the sweep's row its commit.
enum wn_status wn_store_add_run(struct wn_store *store, struct wn_run_row *row, struct wn_err *err);
enum wn_status wn_store_end_run(struct wn_store *store, int64_t id, double now, struct wn_err *err);
enum wn_status wn_store_get_run(struct wn_store *store, int64_t id, struct wn_run_row *row,
                                struct wn_err *err); // WN_NO: none such
// The commit of each run of a sweep that has one, oldest first; `patched`: not all was committed.
enum wn_status wn_store_each_commit(struct wn_store *store, int64_t sweep,
                                    bool (*each)(void *context, const char *commit, bool patched),
                                    void *context, struct wn_err *err);
// Its id, 0: there was none.
enum wn_status wn_store_last_run(struct wn_store *store, int64_t sweep, int64_t *id,
                                 struct wn_err *err);

// ---- trials -------------------------------------------------------------------------------------

// `number` counts from 0 within the sweep; configuration = number / repeats, repeat = the rest.
struct wn_trial_row {
    int64_t sweep, number;
    int64_t repeat, attempt; // attempt counts from 0; a retry is the next attempt
    enum wn_trial_state state;
    char *params; // JSON, nested as the spec nests
    int64_t params_hash;
    int64_t seed;
    char *reason;    // why it ended, or what it waits for; or NULL
    char *condemned; // why a scheduler or person told it to stop, or NULL
    bool has_exit;
    int exit_code, exit_signal; // one of them, the other 0
    double created, started, ended;
    double user_cpu, system_cpu; // seconds
    int64_t peak_memory;         // bytes
    char *host;
    double objective;                   // of this trial alone; NaN: none
    int64_t log_offset, metrics_offset; // bytes read of its log and of its metrics file
    // On repeat 0 only, over the repeats of the configuration that count:
    double mean, se;     // NaN: none (se also with fewer than 2)
    char *killed_by;     // the user who ended this trial alone, or NULL
    char *enqueued_by;   // the user who put its configuration in, or NULL: the searcher
    int64_t run;         // which run of a runner started it; 0: none yet
    char *last_line;     // what its command said last, where that failed (core/failure.h), or NULL
    char *imported_from; // the file its result comes from, or NULL: it ran here
};
void wn_trial_row_clear(struct wn_trial_row *row);

// Inserts or replaces the whole row; keeps the sweep's counters. `score` (what ranks: lower is
// better, NaN: does not rank) is stored for the leaderboard's index; only repeat 0 has one.
enum wn_status wn_store_put_trial(struct wn_store *store, const struct wn_trial_row *row,
                                  double score, struct wn_err *err);
enum wn_status wn_store_get_trial(struct wn_store *store, int64_t sweep, int64_t number,
                                  struct wn_trial_row *row, struct wn_err *err); // WN_NO: none such
// The highest number of a trial of the sweep; -1: it has none.
enum wn_status wn_store_last_trial(struct wn_store *store, int64_t sweep, int64_t *number,
                                   struct wn_err *err);
// The newest queued trial that says what it waits for; WN_NO: none does.
enum wn_status wn_store_last_waiting(struct wn_store *store, int64_t sweep,
                                     struct wn_trial_row *row, struct wn_err *err);
// The first trial with these parameters (wn_space_hash()); -1: none. Reads all trials of the sweep.
enum wn_status wn_store_find_configuration(struct wn_store *store, int64_t sweep, int64_t hash,
                                           int64_t *number, struct wn_err *err);
enum wn_status wn_store_each_trial(struct wn_store *store, int64_t sweep,
                                   bool (*each)(void *context, const struct wn_trial_row *row),
                                   void *context, struct wn_err *err); // in order of number
// As each_chunk, it reads a page at a time, so that a slow `each` holds no lock; for a single
// snapshot call it between begin_read and commit.
// The first `limit` (-1: all) repeat-0 trials with a score, and that (lower is better), best first:
// ranks from 1. Reads the index alone.
enum wn_status wn_store_each_score(struct wn_store *store, int64_t sweep, int64_t limit,
                                   bool (*each)(void *context, int64_t number, double score),
                                   void *context, struct wn_err *err);
struct wn_lookup { // a function of trial ids: items[number / repeats], NULL where that is 0
    const char *name;
    const uint32_t *items;
    size_t count;
    int64_t repeats;
};
// What one trial ranks by; NaN: it does not rank, or is not there.
enum wn_status wn_store_get_score(struct wn_store *store, int64_t sweep, int64_t number,
                                  double *score, struct wn_err *err);
struct wn_selection {      // SQL over `trial AS t`, made by core alone
    const char *condition; // an expression
    const char *order;     // what follows ORDER BY
    int64_t limit;         // -1: all
    const char *values;    // expressions with commas between them, or NULL
    size_t value_count;
    struct wn_lookup *lookups; // functions that these texts call
    size_t lookup_count;
};
// `values` are those of the selection, NaN where one has none; NULL where it has no values.
enum wn_status
wn_store_each_selected(struct wn_store *store, int64_t sweep, const struct wn_selection *selection,
                       bool (*each)(void *context, int64_t number, const double *values),
                       void *context, struct wn_err *err);
struct wn_store_range { // of trials of one sweep
    int64_t sweep, first, last;
    const char *commit; // only those of runs with this one; NULL: all
};
struct wn_trial_result { // what a comparison needs of a trial; borrowed
    int64_t number;
    enum wn_trial_state state;
    double objective; // NaN: none
    int64_t seed;
    const char *params;
};
// In order of number. Reads much less than each_trial does, in one go.
enum wn_status wn_store_each_result(struct wn_store *store, const struct wn_store_range *range,
                                    bool (*each)(void *context,
                                                 const struct wn_trial_result *result),
                                    void *context, struct wn_err *err);
// Only the byte offsets (with points, in the same transaction).
enum wn_status wn_store_set_offsets(struct wn_store *store, int64_t sweep, int64_t number,
                                    int64_t log_offset, int64_t metrics_offset, struct wn_err *err);
// What a trial waits for, or NULL.
enum wn_status wn_store_set_reason(struct wn_store *store, int64_t sweep, int64_t number,
                                   const char *reason, struct wn_err *err);
enum wn_status wn_store_set_condemned(struct wn_store *store, int64_t sweep, int64_t number,
                                      const char *reason, struct wn_err *err);
enum wn_status wn_store_set_killed_by(struct wn_store *store, int64_t sweep, int64_t number,
                                      const char *user, struct wn_err *err);
// Keeps what an ended attempt was before its trial is tried again.
enum wn_status wn_store_add_attempt(struct wn_store *store, const struct wn_trial_row *row,
                                    struct wn_err *err);
enum wn_status wn_store_each_attempt(struct wn_store *store, int64_t sweep, int64_t number,
                                     bool (*each)(void *context, const struct wn_trial_row *row),
                                     void *context, struct wn_err *err);

// ---- metrics ------------------------------------------------------------------------------------

struct wn_point {
    double step, value; // value may be NaN or infinite
};

// The id of a metric name within its sweep; made where missing (in write mode).
enum wn_status wn_store_metric(struct wn_store *store, int64_t sweep, const char *name,
                               int64_t *metric, struct wn_err *err);

// The same for who only reads; *metric 0: the sweep has none of that name.
enum wn_status wn_store_find_metric(struct wn_store *store, int64_t sweep, const char *name,
                                    int64_t *metric, struct wn_err *err);

// The tail of one series as the writer holds it: chunks of up to WN_CHUNK points are packed BLOBs
// (little-endian step, value doubles); the last one is rewritten until it is full.
#define WN_CHUNK 256
struct wn_series_tail {
    int64_t sweep, trial, metric;
    int64_t chunk;           // number of the open chunk, from 0
    size_t count;            // points in it, at most WN_CHUNK
    struct wn_point *points; // the caller's
};
// Loads the open chunk of a series (count 0, chunk 0 where there is none) into tail->points, which
// has room for WN_CHUNK. Never a full chunk: then the next, empty one.
enum wn_status wn_store_load_tail(struct wn_store *store, struct wn_series_tail *tail,
                                  struct wn_err *err);
// Writes the open chunk.
enum wn_status wn_store_put_tail(struct wn_store *store, const struct wn_series_tail *tail,
                                 struct wn_err *err);

struct wn_summary {        // over a series; best is by the objective's direction: min or max
    int64_t count;         // all points, also not finite ones
    double last, min, max; // min and max over finite values; NaN where none
};
enum wn_status wn_store_put_summary(struct wn_store *store, int64_t sweep, int64_t trial,
                                    int64_t metric, const struct wn_summary *summary,
                                    struct wn_err *err);
// Summaries of one trial, or of all (trial -1), in order of (trial, metric name).
enum wn_status wn_store_each_summary(struct wn_store *store, int64_t sweep, int64_t trial,
                                     bool (*each)(void *context, int64_t trial, const char *name,
                                                  const struct wn_summary *summary),
                                     void *context, struct wn_err *err);
// Of one trial the first metrics by name, as far as `last`: of ten thousand no others are read.
enum wn_status wn_store_each_summary_until(
    struct wn_store *store, int64_t sweep, int64_t trial, const char *last,
    bool (*each)(void *context, int64_t trial, const char *name, const struct wn_summary *summary),
    void *context, struct wn_err *err);
// The last value of each series of these trials, in order of (trial, metric); NaN: not a number.
enum wn_status wn_store_each_last(struct wn_store *store, const struct wn_store_range *range,
                                  bool (*each)(void *context, int64_t trial, int64_t metric,
                                               double last),
                                  void *context, struct wn_err *err);
// Drops points and summaries of a trial (before it is tried again).
enum wn_status wn_store_drop_points(struct wn_store *store, int64_t sweep, int64_t trial,
                                    struct wn_err *err);
// Streams points in order of (trial, metric, position), a chunk at a time; never holds them all.
// trial -1: all trials; metric NULL: all metrics.
enum wn_status wn_store_each_chunk(struct wn_store *store, int64_t sweep, int64_t trial,
                                   const char *metric,
                                   bool (*each)(void *context, int64_t trial, const char *name,
                                                const struct wn_point *points, size_t count),
                                   void *context, struct wn_err *err);
// One series piece by piece, for who reads two of them side by side.
struct wn_series_place {
    int64_t sweep, trial, metric;
    int64_t chunk; // that comes next, from 0
};
// The next whole chunks that fit into `room` points (at least WN_CHUNK); *count 0: no more.
enum wn_status wn_store_read_series(struct wn_store *store, struct wn_series_place *place,
                                    struct wn_point *points, size_t room, size_t *count,
                                    struct wn_err *err);
// Series whose summary counts other points than are there.
enum wn_status wn_store_each_torn(struct wn_store *store, int64_t sweep,
                                  bool (*each)(void *context, int64_t trial, const char *metric),
                                  void *context, struct wn_err *err);
// Metric names of a sweep, in order of first appearance.
enum wn_status wn_store_each_metric(struct wn_store *store, int64_t sweep,
                                    bool (*each)(void *context, int64_t id, const char *name),
                                    void *context, struct wn_err *err);

// ---- requests -----------------------------------------------------------------------------------

struct wn_request_row {
    int64_t id, sweep, trial; // trial -1: the whole sweep
    char *verb;               // "stop", "cancel", ...: a row of sweep/runner/obey.c
    char *argument;           // or NULL
    char *user;
    double created, answered; // answered 0: still open
    char *answer;             // or NULL
    bool refused;             // it was not obeyed; the answer says why
};
void wn_request_row_clear(struct wn_request_row *row);
enum wn_status wn_store_add_request(struct wn_store *store, struct wn_request_row *row,
                                    struct wn_err *err);
// Open requests of a sweep, oldest first.
enum wn_status wn_store_each_request(struct wn_store *store, int64_t sweep,
                                     bool (*each)(void *context, const struct wn_request_row *row),
                                     void *context, struct wn_err *err);
// Stores answer, answered and refused of the row.
enum wn_status wn_store_answer(struct wn_store *store, const struct wn_request_row *row,
                               struct wn_err *err);
enum wn_status wn_store_get_request(struct wn_store *store, int64_t id, struct wn_request_row *row,
                                    struct wn_err *err); // WN_NO: none such
// Whether the newest run of a sweep was asked to end.
enum wn_status wn_store_is_stopping(struct wn_store *store, int64_t sweep, bool *stopping,
                                    struct wn_err *err);

// ---- tags and notes -----------------------------------------------------------------------------

#define WN_WHOLE_SWEEP (-1) // in the place of a trial's number: the sweep itself
#define WN_EACH_TRIAL (-2)  // when reading: every trial, the sweep itself not

struct wn_label { // a tag or a note; borrowed
    int64_t sweep, trial;
    const char *text; // a tag is one word
    const char *user;
    double created;
};
// A tag that is there already stays as it is.
enum wn_status wn_store_add_tag(struct wn_store *store, const struct wn_label *tag,
                                struct wn_err *err);
// *was: it was there.
enum wn_status wn_store_drop_tag(struct wn_store *store, const struct wn_label *tag, bool *was,
                                 struct wn_err *err);
enum wn_status wn_store_add_note(struct wn_store *store, const struct wn_label *note,
                                 struct wn_err *err);
// In order of trials, then tags by name and notes by age. Of tags only trial and text are read.
enum wn_status wn_store_each_tag(struct wn_store *store, int64_t sweep, int64_t trial,
                                 bool (*each)(void *context, const struct wn_label *tag),
                                 void *context, struct wn_err *err);
enum wn_status wn_store_each_note(struct wn_store *store, int64_t sweep, int64_t trial,
                                  bool (*each)(void *context, const struct wn_label *note),
                                  void *context, struct wn_err *err);

#endif
