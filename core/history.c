// SPDX-License-Identifier: GPL-3.0-or-later
// The history of a sweep. The leaderboard's index yields trials best first; met in that order, a
// trial was a record if it has the lowest number so far. So one walk over the index is enough, and
// no list of all trials is needed.
#include <math.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/chart_private.h"

struct walk {
    struct wn_history *history;
    struct wn_charting all;
    bool maximize;
    int64_t lowest; // number of a trial so far
};

static bool take(void *context, int64_t number, double score) {
    struct walk *walk = context;
    struct wn_history *history = walk->history;
    double value = walk->maximize ? -score : score;
    wn_charting_add(&walk->all, (double)number, value);
    if (number >= walk->lowest)
        return true;
    walk->lowest = number;
    *WN_PUSH(history->records, history->record_count, history->record_capacity) =
        (struct wn_record){number, value};
    return true;
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

enum wn_status wn_history_load(struct wn_store *store, const struct wn_sweep_row *sweep,
                               size_t columns, struct wn_history *history, struct wn_err *err) {
    int64_t last = -1;
    *history = (struct wn_history){0};
    enum wn_status status = wn_store_last_trial(store, sweep->id, &last, err);
    if (status != WN_OK)
        return status;
    struct wn_chart_query query = {.columns = columns, .to = last > 0 ? (double)last : 0};
    struct walk walk = {.history = history, .maximize = sweep->maximize, .lowest = INT64_MAX};
    wn_chart_begin(&history->all, columns, query.from, query.to, false);
    wn_charting_begin(&walk.all, &history->all, &query);
    status = wn_store_each_score(store, sweep->id, -1, take, &walk, err);
    wn_charting_end(&walk.all);
    reverse(history);
    draw_stairs(history, &query);
    if (status != WN_OK)
        wn_history_clear(history);
    return status;
}

void wn_history_clear(struct wn_history *history) {
    wn_chart_clear(&history->all);
    wn_chart_clear(&history->best);
    free(history->records);
    *history = (struct wn_history){0};
}
