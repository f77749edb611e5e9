// SPDX-License-Identifier: GPL-3.0-or-later
// Values are inserted in order: a search and one memmove per trial and rung, nothing per report.
#include "sweep/schedulers/ladder.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

static const double beyond_reach = 1e15; // iterations no trial makes; exact as a double

void wn_ladder_add(struct wn_ladder *ladder, int64_t at) {
    if (ladder->rung_count && ladder->rungs[ladder->rung_count - 1].at >= at)
        return;
    WN_PUSH(ladder->rungs, ladder->rung_count, ladder->rung_capacity)->at = at;
}

void wn_ladder_climb(struct wn_ladder *ladder, double start, double factor, double end, int most) {
    for (int k = 0; k < most; k++) {
        double at = start * pow(factor, k);
        if (at >= fmin(end, beyond_reach))
            return;
        wn_ladder_add(ladder, (int64_t)at);
    }
}

void wn_ladder_free(struct wn_ladder *ladder) {
    for (size_t i = 0; i < ladder->rung_count; i++)
        free(ladder->rungs[i].values);
    free(ladder->rungs);
    free(ladder->tracks);
}

size_t wn_ladder_list(const struct wn_ladder *ladder, int64_t *at, size_t room) {
    size_t count = ladder->rung_count < room ? ladder->rung_count : room;
    for (size_t i = 0; i < count; i++)
        at[i] = ladder->rungs[i].at;
    return count;
}

struct wn_track *wn_ladder_follow(struct wn_ladder *ladder, int64_t trial, int64_t count,
                                  double value) {
    assert(trial >= 0 && count >= 1);
    while (ladder->track_count <= (size_t)trial)
        WN_PUSH(ladder->tracks, ladder->track_count, ladder->track_capacity)->best = INFINITY;
    struct wn_track *track = &ladder->tracks[trial];
    if (count <= track->count)
        return NULL;
    track->count = count;
    track->best = fmin(track->best, value);
    track->sum += value;
    return track;
}

struct wn_rung *wn_ladder_rung(struct wn_ladder *ladder, int64_t count) {
    size_t low = 0, high = ladder->rung_count; // rungs before `low` are reached
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (ladder->rungs[middle].at <= count)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? &ladder->rungs[low - 1] : NULL;
}

size_t wn_rung_below(const struct wn_rung *rung, double value) {
    size_t low = 0, high = rung->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (rung->values[middle] < value)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void wn_rung_add(struct wn_rung *rung, double value) {
    size_t place = wn_rung_below(rung, value);
    wn_grow(&rung->values, &rung->capacity, rung->count + 1, sizeof *rung->values);
    memmove(&rung->values[place + 1], &rung->values[place],
            (rung->count - place) * sizeof *rung->values);
    rung->values[place] = value;
    rung->count++;
}
