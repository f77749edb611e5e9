// SPDX-License-Identifier: GPL-3.0-or-later
// Trials that ran elsewhere become trials of a sweep: their configurations are adopted by the
// searcher and their results told to it when a runner replays the history. What is found is checked
// first, all of it; nothing is stored where anything is wrong.
#ifndef WN_IMPORT_H
#define WN_IMPORT_H

#include "core/csv.h"
#include "core/spec.h"
#include "core/store/store.h"

struct wn_import_setup { // borrowed
    const struct wn_spec *spec;
    const char *from; // the file, as it goes on record
    const char *user;
    bool skip;              // leave out what does not fit, and count it, instead of refusing it
    struct wn_diags *diags; // what is wrong, by lines of the file
};

struct wn_import_counts {
    int64_t configurations, trials; // to be imported
    int64_t known;                  // left out: their configurations are there already
    int64_t outside;                // left out: they do not fit
    int64_t unfinished;             // left out: they had not ended
    int64_t first;                  // trial, once stored
};

// A trial as it was found. Texts and params are taken over by wn_import_take(), metrics are not.
struct wn_found {
    int line;               // of the file, 0: it has none
    int64_t number;         // there; -1: not told
    int64_t repeat;         // -1: it speaks for all repeats of its configuration
    struct wn_value params; // a mapping
    bool has_state;
    enum wn_trial_state state;
    bool has_objective; // it was told, though it may be no finite number
    double objective, se;
    double started, ended; // 0: not told
    bool has_exit;
    int exit_code, exit_signal;
    char *reason, *host, *tags; // NULL: none; tags are parted by spaces
    const char *const *names;   // of metrics
    const double *values;       // of each; NaN: not told
    size_t metric_count;
};

struct wn_import;
struct wn_import *wn_import_new(const struct wn_import_setup *setup);
// Configurations that the sweep has are left out. To be called before anything is taken.
enum wn_status wn_import_know(struct wn_import *import, struct wn_store *store, int64_t sweep,
                              struct wn_err *err);
void wn_import_take(struct wn_import *import, struct wn_found *found);
const struct wn_import_counts *wn_import_counts(const struct wn_import *import);
// Stores all in the caller's transaction.
enum wn_status wn_import_store(struct wn_import *import, struct wn_store *store,
                               const struct wn_sweep_row *sweep, struct wn_err *err);
void wn_import_free(struct wn_import *import);

// Sources. Mistakes go to the diags of the setup.
void wn_import_csv(struct wn_import *import, const struct wn_import_setup *setup,
                   const struct wn_csv_source *source);
// A database of Optuna (RDBStorage on SQLite), which is only read. `study` may be NULL where there
// is one only.
enum wn_status wn_import_optuna(struct wn_import *import, const struct wn_import_setup *setup,
                                const char *path, const char *study, struct wn_err *err);

#endif
