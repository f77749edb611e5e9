// SPDX-License-Identifier: GPL-3.0-or-later
// What the schedulers share: iterations at which trials are compared (rungs, ascending), the values
// seen there in order, and of each trial what it has reported so far.
#ifndef WN_SCHEDULERS_LADDER_H
#define WN_SCHEDULERS_LADDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct wn_rung {
    int64_t at;     // the iteration
    double *values; // ascending, one per trial that came by
    size_t count, capacity;
};

struct wn_track {   // of one trial
    int64_t count;  // values so far
    double best;    // the smallest of them
    double sum;     // of them
    double at_rung; // the one at the highest rung reached
};

struct wn_ladder {
    struct wn_rung *rungs;
    size_t rung_count, rung_capacity;
    struct wn_track *tracks; // by trial number
    size_t track_count, track_capacity;
};

// Appends rungs at start * factor^k, whole iterations below `end`, `most` of them tried.
void wn_ladder_climb(struct wn_ladder *ladder, double start, double factor, double end, int most);
void wn_ladder_add(struct wn_ladder *ladder, int64_t at);
void wn_ladder_free(struct wn_ladder *ladder);
size_t wn_ladder_list(const struct wn_ladder *ladder, int64_t *at, size_t room);

// Takes in a report. NULL where it repeats one: a retried trial starts over, and its first
// attempt's values stand. The track is valid until the next call.
struct wn_track *wn_ladder_follow(struct wn_ladder *ladder, int64_t trial, int64_t count,
                                  double value);
// The highest rung at or below this iteration, or NULL.
struct wn_rung *wn_ladder_rung(struct wn_ladder *ladder, int64_t count);

void wn_rung_add(struct wn_rung *rung, double value);
// How many values of the rung are smaller than `value`.
size_t wn_rung_below(const struct wn_rung *rung, double value);

#endif
