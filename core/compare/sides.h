// SPDX-License-Identifier: GPL-3.0-or-later
// A side of a comparison: what a word names, as trials and the units that they form. A unit is what
// one independent value comes from: a trial where the side is a single configuration, whose repeats
// they are, else a configuration, whose value is the mean of its repeats.
//
//     svm                   a sweep: all its configurations
//     svm:12                the configuration that trial 12 belongs to
//     svm:optimizer=adam    the configurations that an expression fits
//     svm@1a2b3c4           the trials that ran with a commit
//
// A new way to name a side is a row of the table in sides.c.
#ifndef WN_COMPARE_SIDES_H
#define WN_COMPARE_SIDES_H

#include "core/compare/params.h"
#include "core/store/store.h"

enum wn_side_kind {
    WN_SIDE_SWEEP,
    WN_SIDE_CONFIGURATION,
    WN_SIDE_TRIAL, // one by itself
    WN_SIDE_GROUP, // by an expression
    WN_SIDE_COMMIT,
};

struct wn_compare_trial {
    int64_t number, seed;
    enum wn_trial_state state;
    double objective; // NaN: none
};

struct wn_compare_unit {
    size_t first, count; // of its trials
    uint64_t key;        // of what it may be paired with
};

struct wn_compare_side {
    struct wn_sweep_row sweep;
    enum wn_side_kind kind;
    char *title;   // "svm:12", "svm:optimizer=adam": as one may write it
    int64_t trial; // that names it, of WN_SIDE_CONFIGURATION and WN_SIDE_TRIAL
    char *where;   // of WN_SIDE_GROUP: the expression
    char *commit;  // of WN_SIDE_COMMIT: all of it
    bool patched;  // and not everything was committed
    bool *chosen;  // of WN_SIDE_GROUP: which configurations, by number
    size_t chosen_count;

    struct wn_compare_trial *trials; // in order of number
    size_t trial_count, trial_capacity;
    struct wn_compare_unit *units; // in order of their trials
    size_t unit_count, unit_capacity;
    bool of_trials;               // units are trials
    size_t configurations;        // that the trials are of
    struct wn_param_table params; // of these
    char **conditions;            // names of parameters that the expression speaks of
    size_t condition_count, condition_capacity;
};

// What a word means: sweep and kind, not yet its trials. `in` is the sweep that the word is about
// ("12", "optimizer=adam", "@1a2b3c4"), or NULL where it names its sweep itself. `alone`: a trial's
// number means that trial, not its configuration.
enum wn_status wn_side_name(struct wn_store *store, const char *in, const char *word, bool alone,
                            struct wn_compare_side *side, struct wn_err *err);
// Finds the trials and units. WN_BAD_INPUT where there are none. `skip`: parameters that make no
// part of the units' keys.
enum wn_status wn_side_gather(struct wn_store *store, struct wn_compare_side *side,
                              const char *const *skip, size_t skip_count, struct wn_err *err);
void wn_compare_side_clear(struct wn_compare_side *side);

// Fails, with a sentence, where a trial is on both sides.
enum wn_status wn_sides_apart(const struct wn_compare_side *a, const struct wn_compare_side *b,
                              struct wn_err *err);
// Whether the result of a trial is evidence.
bool wn_compare_counts(const struct wn_compare_trial *trial);
// "2 failed, 1 running" of those that are not; nothing where all are.
void wn_side_left_out(const struct wn_compare_side *side, struct wn_str *out);

#endif
