// SPDX-License-Identifier: GPL-3.0-or-later
// Metric series of one attempt: a hash from name to series, chunks filled point by point.
#include "sweep/series.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/rng.h"
#include "sweep/collector.h"

static uint64_t hash_name(const char *name) {
    uint64_t hash = UINT64_C(0xcbf29ce484222325); // FNV-1a
    for (; *name; name++)
        hash = (hash ^ (unsigned char)*name) * UINT64_C(0x100000001b3);
    return wn_mix64(hash);
}

// The slot of `name`, or the free slot where it belongs.
static size_t *find_slot(const struct wn_series_set *set, const char *name) {
    size_t at = hash_name(name) & (set->slot_count - 1);
    while (set->slots[at] && strcmp(set->items[set->slots[at] - 1].name, name) != 0)
        at = (at + 1) & (set->slot_count - 1);
    return &set->slots[at];
}

static void rehash(struct wn_series_set *set) {
    set->slot_count = set->slot_count ? set->slot_count * 2 : 16;
    free(set->slots);
    set->slots = wn_calloc(set->slot_count, sizeof *set->slots);
    for (size_t i = 0; i < set->count; i++)
        *find_slot(set, set->items[i].name) = i + 1;
}

struct wn_series *wn_series_find(const struct wn_series_set *set, const char *name) {
    if (!set->slot_count)
        return NULL;
    size_t found = *find_slot(set, name);
    return found ? &set->items[found - 1] : NULL;
}

static struct wn_series *new_series(struct wn_series_set *set, const char *name) {
    if (set->count >= WN_METRICS_MAX) {
        set->overflowed = true;
        return NULL;
    }
    if ((set->count + 1) * 2 > set->slot_count)
        rehash(set);
    size_t *slot = find_slot(set, name);
    struct wn_series *series = WN_PUSH(set->items, set->count, set->capacity);
    *slot = set->count;
    series->name = wn_strdup(name);
    series->tail.sweep = set->sweep;
    series->tail.trial = set->trial;
    series->summary = (struct wn_summary){.last = NAN, .min = NAN, .max = NAN};
    return series;
}

// Hands a chunk that is full over to the list of chunks to store and opens the next one.
static void close_chunk(struct wn_series_set *set, struct wn_series *series) {
    *WN_PUSH(set->full, set->full_count, set->full_capacity) =
        (struct wn_full_chunk){.series = (size_t)(series - set->items), .tail = series->tail};
    series->tail.chunk++;
    series->tail.count = 0;
    series->tail.points = NULL;
    series->capacity = 0;
}

static void summarise(struct wn_summary *summary, double value) {
    summary->count++;
    summary->last = value;
    if (!isfinite(value))
        return;
    summary->min = isnan(summary->min) || value < summary->min ? value : summary->min;
    summary->max = isnan(summary->max) || value > summary->max ? value : summary->max;
}

struct wn_series *wn_series_add(struct wn_series_set *set, const struct wn_reading *reading) {
    struct wn_series *series = wn_series_find(set, reading->name);
    if (!series)
        series = new_series(set, reading->name);
    if (!series)
        return NULL;
    struct wn_series_tail *tail = &series->tail;
    wn_grow(&tail->points, &series->capacity, tail->count + 1, sizeof *tail->points);
    double step = reading->has_step ? reading->step : (double)(series->summary.count + 1);
    tail->points[tail->count++] = (struct wn_point){step, reading->value};
    summarise(&series->summary, reading->value);
    series->dirty = true;
    if (tail->count == WN_CHUNK)
        close_chunk(set, series);
    return series;
}

static bool load_one(void *context, int64_t trial, const char *name,
                     const struct wn_summary *summary) {
    (void)trial;
    struct wn_series *series = new_series(context, name);
    if (series)
        series->summary = *summary;
    return series != NULL;
}

enum wn_status wn_series_load(struct wn_series_set *set, struct wn_store *store,
                              struct wn_err *err) {
    enum wn_status status =
        wn_store_each_summary(store, set->sweep, set->trial, load_one, set, err);
    for (size_t i = 0; i < set->count && status == WN_OK; i++) {
        struct wn_series *series = &set->items[i];
        status = wn_store_metric(store, set->sweep, series->name, &series->tail.metric, err);
        if (status != WN_OK)
            break;
        wn_grow(&series->tail.points, &series->capacity, WN_CHUNK, sizeof *series->tail.points);
        status = wn_store_load_tail(store, &series->tail, err);
    }
    return status;
}

static enum wn_status store_series(struct wn_series_set *set, struct wn_series *series,
                                   struct wn_store *store, struct wn_err *err) {
    enum wn_status status = WN_OK;
    if (!series->tail.metric)
        status = wn_store_metric(store, set->sweep, series->name, &series->tail.metric, err);
    if (status == WN_OK && series->tail.count)
        status = wn_store_put_tail(store, &series->tail, err);
    if (status == WN_OK)
        status = wn_store_put_summary(store, set->sweep, set->trial, series->tail.metric,
                                      &series->summary, err);
    return status;
}

static enum wn_status store_full(struct wn_series_set *set, struct wn_store *store,
                                 struct wn_err *err) {
    for (size_t i = 0; i < set->full_count; i++) {
        struct wn_full_chunk *full = &set->full[i];
        full->tail.metric = set->items[full->series].tail.metric;
        enum wn_status status = wn_store_put_tail(store, &full->tail, err);
        if (status != WN_OK)
            return status;
    }
    for (size_t i = 0; i < set->full_count; i++)
        free(set->full[i].tail.points);
    set->full_count = 0;
    return WN_OK;
}

enum wn_status wn_series_store(struct wn_series_set *set, struct wn_store *store,
                               struct wn_err *err) {
    for (size_t i = 0; i < set->count; i++) {
        enum wn_status status =
            set->items[i].dirty ? store_series(set, &set->items[i], store, err) : WN_OK;
        if (status != WN_OK)
            return status;
    }
    enum wn_status status = store_full(set, store, err);
    for (size_t i = 0; i < set->count && status == WN_OK; i++)
        set->items[i].dirty = false;
    return status;
}

void wn_series_free(struct wn_series_set *set) {
    for (size_t i = 0; i < set->count; i++) {
        free(set->items[i].name);
        free(set->items[i].tail.points);
    }
    for (size_t i = 0; i < set->full_count; i++)
        free(set->full[i].tail.points);
    free(set->full);
    free(set->items);
    free(set->slots);
    *set = (struct wn_series_set){0};
}
