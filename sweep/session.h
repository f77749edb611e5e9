// SPDX-License-Identifier: GPL-3.0-or-later
// A sweep's life around its runner: checking that a spec can be run here, making the sweep in the
// store, and running it as its owner.
#ifndef WN_SESSION_H
#define WN_SESSION_H

#include "sweep/runner.h"

// What is wrong with a spec whatever is done with it (early termination or the executor is not
// there or refuses), into diags: what core cannot know.
enum wn_status wn_session_vet(const struct wn_spec *spec, struct wn_diags *diags);
// All that stands against running a spec that was vetted (the searcher is not there or refuses, no
// program, no metric), into diags. Nothing is made or started.
enum wn_status wn_session_check(const struct wn_spec *spec, struct wn_diags *diags);

struct wn_begun { // configurations that have a trial already
    int64_t configurations;
    int64_t enqueued; // of those, how many a person put in
    int64_t outside;  // and how many lie outside of the space, which was another one then
};
// Reads all trials of a sweep whose newest spec is this one.
enum wn_status wn_session_count_begun(struct wn_store *store, int64_t sweep,
                                      const struct wn_spec *spec, struct wn_begun *begun,
                                      struct wn_err *err);
// Trials the sweep will run in all, 0 where neither the budget nor the space bounds them.
int64_t wn_session_declared(const struct wn_spec *spec, const struct wn_begun *begun);
// Trials at once: as the spec says, or as many as there are cores for.
int64_t wn_session_parallel(const struct wn_spec *spec);

// What a sweep of the spec is called: the spec's own name, else the file's without folder and
// ending, else the program's. `file` may be NULL. The caller frees.
char *wn_session_name(const struct wn_spec *spec, const char *file);

struct wn_session_origin { // borrowed
    const char *spec_file; // as the user named it, or NULL
    const char *name;      // for the sweep
    const char *cwd, *version;
    int64_t examines; // the sweep whose configurations it runs again; 0: none
};

// Inserts the sweep and makes its folder. `row` is filled (the caller clears it). A seed is drawn
// where the spec has none.
enum wn_status wn_session_create(struct wn_store *store, const struct wn_spec *spec,
                                 const struct wn_session_origin *origin, struct wn_sweep_row *row,
                                 struct wn_err *err);

struct wn_session_options { // borrowed
    const char *version;    // of winnow
    char *const *environment;
    const char *(*getenv)(const char *name);
    const char *slots_dir; // of the slots that all sweeps of the host share (leases.h); NULL: none
    bool retry_failed;
    struct wn_runner_watch watch;
};

// Becomes the owner of the sweep, as wn_owner_acquire(), and makes its folder where somebody
// removed it.
enum wn_status wn_session_own(const struct wn_store *store, int64_t sweep, int *lock,
                              struct wn_err *err);

// Becomes the owner of the sweep (fails where another runner is) and runs it by its newest spec to
// its end.
enum wn_status wn_session_run(struct wn_store *store, const struct wn_sweep_row *row,
                              const struct wn_session_options *options,
                              struct wn_progress *progress, struct wn_err *err);

// The shim beside this program, or the installed one; the caller frees. NULL: there is none.
char *wn_session_shim(void);

#endif
