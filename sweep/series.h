// SPDX-License-Identifier: GPL-3.0-or-later
// The metric series of one attempt in memory: of each series the open chunk, its summary and
// whether something is not stored yet. Full chunks are kept only until they are stored.
#ifndef WN_SERIES_H
#define WN_SERIES_H

#include "core/store/store.h"
#include "sweep/reader.h"

struct wn_series {
    char *name;
    struct wn_series_tail tail; // tail.metric is 0 until it was stored once
    size_t capacity;            // of tail.points
    struct wn_summary summary;
    bool dirty;
};

struct wn_full_chunk {
    size_t series; // index into items: its metric id may not be known yet
    struct wn_series_tail tail;
};

struct wn_series_set {
    int64_t sweep, trial;
    struct wn_series *items;
    size_t count, capacity;
    size_t *slots; // open addressing: index into items + 1, 0 is free
    size_t slot_count;
    struct wn_full_chunk *full; // chunks that filled up since the last store
    size_t full_count, full_capacity;
    bool overflowed; // more names than WN_METRICS_MAX
};

// Appends a point; returns its series, or NULL where there are too many names.
struct wn_series *wn_series_add(struct wn_series_set *set, const struct wn_reading *reading);
struct wn_series *wn_series_find(const struct wn_series_set *set, const char *name);
// Loads what an earlier runner stored of this trial.
enum wn_status wn_series_load(struct wn_series_set *set, struct wn_store *store,
                              struct wn_err *err);
// Writes all that is dirty in the caller's transaction and marks it clean.
enum wn_status wn_series_store(struct wn_series_set *set, struct wn_store *store,
                               struct wn_err *err);
void wn_series_free(struct wn_series_set *set);

#endif
