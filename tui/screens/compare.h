// SPDX-License-Identifier: GPL-3.0-or-later
// What the comparison asks the store, for tests that hand it a query. What there is to show depends
// on the place: two sides, a race, or more trials than two.
#ifndef WN_SCREEN_COMPARE_H
#define WN_SCREEN_COMPARE_H

#include "core/board.h"
#include "core/compare/curves.h"
#include "core/race_read.h"
#include "tui/screen.h"

enum wn_compare_kind { WN_COMPARE_NOTHING, WN_COMPARE_TWO, WN_COMPARE_RACE, WN_COMPARE_MANY };

enum {
    WN_COMPARE_LOOKS = 2,        // arms of a race that are held against each other
    WN_COMPARE_LEAST_ROUNDS = 4, // before there is any interval there is little to draw
};

struct wn_compare_race {
    char *name, *state; // of its sweep; the state as wn_sweep_shown_state() tells it
    char *examined;     // the sweep whose configurations it runs again; NULL: none
    char *metric;
    int64_t sweep;
    bool alive; // a runner works on it, and is to go on
    struct wn_race_record record;
    int64_t of_trial[WN_RACE_MOST_ARMS]; // in the examined sweep; -1: not there
    char *params[WN_RACE_MOST_ARMS];     // in which the arms differ: "C 10  gamma 0.1"
    int looks[WN_COMPARE_LOOKS];         // the plot is the second minus the first; -1: none
    struct wn_chart chart;               // of their difference after each round; no columns: none
    double latest, half_width;           // of it; NaN: not yet
};

struct wn_compare_query { // on the heap; the screen frees it
    // What is asked for
    int64_t sweep;
    int64_t trial;  // what the place was about; -1: none
    char *words[2]; // A and B, as `winnow compare` takes them; NULL: load chooses
    char *where;    // more than two trials, as an expression; NULL: two sides, or a race
    size_t many;    // how many these are
    int arm;        // of a race, that is looked at; -1: load chooses
    bool pair;      // two sides, also of a race
    bool chart;     // the curve has the pane
    size_t metric;  // whose curves are wanted
    uint64_t serial;
    struct wn_extent extent;
    int64_t known_race; // of which the trials of so many arms are known; 0: of none
    int known_arms;
    int64_t known_trials[WN_RACE_MOST_ARMS];

    // What was found
    enum wn_compare_kind kind;
    char *name;                       // of the sweep
    struct wn_board *board;           // a row per trial (many), or the best ones to choose from
    char *refusal;                    // why the two cannot be compared; NULL: they were
    struct wn_comparison *comparison; // of two
    struct wn_compare_curves curves;  // of two: of this metric
    size_t curved;
    struct wn_compare_race *race; // it; or of two sides: the newest that both take part in
};

#endif
