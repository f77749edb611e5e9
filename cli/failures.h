// SPDX-License-Identifier: GPL-3.0-or-later
// The failures of a sweep in groups: by their state, their reason and the signature of what they
// said last, the most frequent first. From the rows of the store alone, so that ten thousand cost
// no more than reading them.
#ifndef WN_CLI_FAILURES_H
#define WN_CLI_FAILURES_H

#include "cli/emit.h"
#include "cli/print.h"
#include "core/store/store.h"
#include "core/value.h"

enum { WN_TRIALS_NAMED = 5 };

struct wn_trait { // a parameter that has one value in the whole group
    char *name;   // dotted
    struct wn_value value;
    int64_t others; // trials that ended otherwise and have it too
};

struct wn_failure_group {
    enum wn_trial_state state;
    char *reason;
    char *line;      // what the first of them said last; "": nothing that tells
    char *signature; // of that line
    int64_t count;
    int64_t trials[WN_TRIALS_NAMED]; // the first of them
    int64_t attempt;                 // of the first
    int64_t others;                  // trials that ended otherwise
    struct wn_trait *traits;         // for who looks for them: wn_failures_load() does not
    size_t trait_count, trait_capacity;
};

struct wn_failures {
    struct wn_failure_group *groups;
    size_t count, capacity;
    int64_t failed, ended; // trials in all
};

enum wn_status wn_failures_load(struct wn_store *store, const struct wn_sweep_row *sweep,
                                struct wn_failures *failures, struct wn_err *err);
void wn_failures_clear(struct wn_failures *failures);

#define WN_HEADLINE_INDENT 7 // where the words of a headline begin
// "   12  failed: exit code 1: ValueError: bad lr (train.py:12 in fit)"
void wn_failure_headline(struct wn_str *text, const struct wn_failure_group *group);
size_t wn_failure_named(const struct wn_failure_group *group); // how many of `trials` there are
// "state", "reason", "last_line", "count", "trials"
void wn_failure_emit(struct wn_emit *emit, const struct wn_failure_group *group);
// The group of a failure whose last line has this signature; NULL: there are too many.
struct wn_failure_group *wn_failures_find(const struct wn_failures *failures,
                                          const struct wn_trial_row *row, const char *signature);
void wn_failure_drop_trait(struct wn_failure_group *group, size_t index);

#endif
