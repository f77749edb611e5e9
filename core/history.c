// SPDX-License-Identifier: GPL-3.0-or-later
// The history of a sweep. The leaderboard's index yields trials best first; met in that order, a
// trial was a record if it has the lowest number so far. So no list of all trials is needed, and
// the walk may end where further records would fall into the first column.
#include <math.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/chart_private.h"

enum { SAMPLES = 4 }; // of a column, where there are very many

struct walk {
    struct wn_history *history;
    struct wn_charting *all; // NULL: only records are wanted
    bool maximize;
    int64_t lowest; // number of a trial so far
    double enough;  // no record below it is wanted
};

static double value_of(bool maximize, double score) {
    return maximize ? -score : score;
}

static bool take(void *context, int64_t number, double score) {
    struct walk *walk = context;
    struct wn_history *history = walk->history;
    double value = value_of(walk->maximize, score);
    if (walk->all)
        wn_charting_add(walk->all, (double)number, value);
    if (number >= walk->lowest)
        return true;
    walk->lowest = number;
    *WN_PUSH(history->records, history->record_count, history->record_capacity) =
        (struct wn_record){number, value};
    return (double)number >= walk->enough;
}

static void reverse(struct wn_history *history) {
    for (size_t i = 0; i < history->record_count / 2; i++) {
        struct wn_record *early = &history->records[i],
                         *late = &history->records[history->record_count - 1 - i], kept = *early;
        *early = *late;
        *late = kept;
    }
}

// From each record the line goes on to the next one.
static void draw_stairs(struct wn_history *history, const struct wn_chart_query *query) {
    struct wn_chart *best = &history->best;
    struct wn_charting charting;
    size_t next = 0;
    wn_chart_begin(best, query->columns, query->from, query->to, false);
    wn_charting_begin(&charting, best, query);
    double width = (best->to - best->from) / (double)best->count, value = NAN;
    for (size_t i = 0; i < best->count; i++) {
        double begin = best->from + width * (double)i, end = begin + width;
        bool is_last = i + 1 == best->count;
        if (!isnan(value))
            wn_charting_add(&charting, begin + width / 4, value);
        for (; next < history->record_count; next++) {
            const struct wn_record *record = &history->records[next];
            if ((double)record->trial >= end && !is_last)
                break;
            wn_charting_add(&charting, (double)record->trial, value = record->value);
        }
    }
    wn_charting_end(&charting);
}

static enum wn_status add_samples(struct wn_store *store, const struct wn_sweep_row *sweep,
                                  const struct wn_chart_query *query, struct wn_charting *all,
                                  struct wn_err *err) {
    size_t count = query->columns * SAMPLES;
    int64_t repeats = sweep->repeats > 0 ? sweep->repeats : 1;
    enum wn_status status = WN_OK;
    for (size_t i = 0; status == WN_OK && i < count; i++) {
        double score, at = query->to * ((double)i + 0.5) / (double)count;
        int64_t number = (int64_t)at / repeats * repeats; // a repeat 0
        status = wn_store_get_score(store, sweep->id, number, &score, err);
        if (status == WN_OK && !isnan(score))
            wn_charting_add(all, (double)number, value_of(sweep->maximize, score));
    }
    return status;
}

// Records from the last one down to the first, or to the first column of so many.
static enum wn_status walk_records(struct wn_store *store, const struct wn_sweep_row *sweep,
                                   struct walk *walk, struct wn_err *err) {
    walk->maximize = sweep->maximize;
    walk->lowest = INT64_MAX;
    enum wn_status status = wn_store_each_score(store, sweep->id, -1, take, walk, err);
    reverse(walk->history);
    return status;
}

static enum wn_status fill(struct wn_store *store, const struct wn_sweep_row *sweep,
                           const struct wn_chart_query *query, struct wn_history *history,
                           struct wn_err *err) {
    bool many = query->to >= WN_HISTORY_MANY;
    struct wn_charting all = {0};
    struct walk walk = {.history = history,
                        .all = many ? NULL : &all,
                        .enough = many ? query->to / (double)query->columns : 0};
    wn_chart_begin(&history->all, query->columns, query->from, query->to, false);
    wn_charting_begin(&all, &history->all, query);
    enum wn_status status = walk_records(store, sweep, &walk, err);
    if (status == WN_OK && many)
        status = add_samples(store, sweep, query, &all, err);
    wn_charting_end(&all);
    return status;
}

enum wn_status wn_history_load(struct wn_store *store, const struct wn_sweep_row *sweep,
                               size_t columns, struct wn_history *history, struct wn_err *err) {
    int64_t last = -1;
    *history = (struct wn_history){0};
    enum wn_status status = wn_store_last_trial(store, sweep->id, &last, err);
    if (status != WN_OK)
        return status;
    const struct wn_chart_query query = {.columns = columns, .to = last > 0 ? (double)last : 0};
    status = fill(store, sweep, &query, history, err);
    draw_stairs(history, &query);
    if (status != WN_OK)
        wn_history_clear(history);
    return status;
}

enum wn_status wn_history_best(struct wn_store *store, const struct wn_sweep_row *sweep,
                               size_t columns, double *best, struct wn_err *err) {
    int64_t last = -1;
    struct wn_history history = {0};
    enum wn_status status = wn_store_last_trial(store, sweep->id, &last, err);
    double width = (double)(last + 1) / (double)columns, value = NAN;
    struct walk walk = {.history = &history, .enough = width};
    if (status == WN_OK)
        status = walk_records(store, sweep, &walk, err);
    size_t next = 0;
    for (size_t i = 0; i < columns; i++) {
        double end = i + 1 == columns ? INFINITY : width * (double)(i + 1);
        for (; next < history.record_count && (double)history.records[next].trial < end; next++)
            value = history.records[next].value;
        best[i] = value;
    }
    wn_history_clear(&history);
    return status;
}

void wn_history_clear(struct wn_history *history) {
    wn_chart_clear(&history->all);
    wn_chart_clear(&history->best);
    free(history->records);
    *history = (struct wn_history){0};
}
