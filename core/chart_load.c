// SPDX-License-Identifier: GPL-3.0-or-later
// Charts from the store. Where x begins and ends is not stored: it is guessed from the first and
// the last chunk, which is right unless steps run backwards; then the series is read once more.
#include <math.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/chart_private.h"

enum { ROOM = 16 * WN_CHUNK };

// One series, read piece by piece.
struct stream {
    struct wn_series_place place;
    struct wn_point *points;
    size_t count, at;
    double step; // of the point that was taken last
};

struct loading {
    struct wn_store *store;
    const struct wn_chart_query *query;
    struct stream y, x; // x.points NULL: x is the step
    double begin, end;  // of x; NaN: not known
    size_t around;      // of the running median
    struct wn_err *err;
};

// ---- streams ------------------------------------------------------------------------------------

static enum wn_status open_stream(struct loading *loading, struct stream *stream,
                                  const char *metric) {
    const struct wn_chart_query *query = loading->query;
    stream->place = (struct wn_series_place){.sweep = query->sweep, .trial = query->trial};
    stream->points = wn_malloc(ROOM * sizeof *stream->points);
    return wn_store_find_metric(loading->store, query->sweep, metric, &stream->place.metric,
                                loading->err);
}

static enum wn_status read_more(struct loading *loading, struct stream *stream) {
    stream->at = 0;
    return wn_store_read_series(loading->store, &stream->place, stream->points, ROOM,
                                &stream->count, loading->err);
}

static enum wn_status rewind_stream(struct loading *loading, struct stream *stream) {
    stream->place.chunk = 0;
    stream->step = -INFINITY;
    return read_more(loading, stream);
}

// ---- x from another series ----------------------------------------------------------------------

// Moves on to the last point of x that lies at `step`, or before it. False: there is none at it.
// Where steps begin anew in both series (`again`), x moves to its next beginning first.
static enum wn_status seek(struct loading *loading, double step, bool again, double *x) {
    struct stream *stream = &loading->x;
    enum wn_status status = WN_OK;
    *x = NAN;
    while (status == WN_OK && stream->count) {
        if (stream->at == stream->count) {
            status = read_more(loading, stream);
            continue;
        }
        const struct wn_point *point = &stream->points[stream->at];
        bool begins = point->step < stream->step;
        if (begins && !again)
            break;
        again = again && !begins;
        if (!again && point->step > step)
            break;
        if (!again && point->step == step)
            *x = point->value;
        stream->step = point->step;
        stream->at++;
    }
    return status;
}

static enum wn_status x_of(struct loading *loading, const struct wn_point *point, double *before,
                           double *x) {
    enum wn_status status = WN_OK;
    if (!loading->x.points)
        *x = point->step;
    else if (point->step != *before)
        status = seek(loading, point->step, point->step < *before, x);
    *before = point->step;
    return status;
}

// ---- guessing -----------------------------------------------------------------------------------

static void widen(struct loading *loading, double x) {
    if (!isfinite(x) || (loading->query->log_x && x <= 0))
        return;
    loading->begin = x >= loading->begin ? loading->begin : x;
    loading->end = x <= loading->end ? loading->end : x;
}

static void widen_by(struct loading *loading, const struct stream *stream) {
    bool is_x = stream == &loading->x;
    for (size_t i = 0; i < stream->count; i++)
        widen(loading, is_x ? stream->points[i].value : stream->points[i].step);
}

// Also says how many points there are.
static enum wn_status guess(struct loading *loading, struct stream *stream, int64_t *count) {
    struct wn_series_tail tail = {.sweep = stream->place.sweep,
                                  .trial = stream->place.trial,
                                  .metric = stream->place.metric,
                                  .points = stream->points};
    enum wn_status status = wn_store_load_tail(loading->store, &tail, loading->err);
    if (status != WN_OK)
        return status;
    *count = tail.chunk * WN_CHUNK + (int64_t)tail.count;
    stream->place.chunk = tail.chunk > 0 ? tail.chunk - 1 : 0;
    status = read_more(loading, stream);
    widen_by(loading, stream);
    if (status == WN_OK)
        status = rewind_stream(loading, stream);
    widen_by(loading, stream);
    return status;
}

// ---- reading ------------------------------------------------------------------------------------

static enum wn_status pour(struct loading *loading, struct wn_charting *charting) {
    double before = NAN, x = NAN;
    enum wn_status status = WN_OK;
    while (status == WN_OK && loading->y.count) {
        for (size_t i = 0; status == WN_OK && i < loading->y.count; i++) {
            const struct wn_point *point = &loading->y.points[i];
            status = x_of(loading, point, &before, &x);
            wn_charting_add(charting, x, point->value);
        }
        if (status == WN_OK)
            status = read_more(loading, &loading->y);
    }
    return status;
}

static enum wn_status fill(struct loading *loading, struct wn_chart *chart) {
    const struct wn_chart_query *query = loading->query;
    struct wn_charting charting;
    double least = query->log_x ? 1 : 0; // where nothing is known yet
    double begin = isnan(loading->begin) ? least : loading->begin;
    double end = isnan(loading->end) ? least : loading->end;
    double from = isnan(query->from) ? begin : query->from, to = isnan(query->to) ? end : query->to;
    wn_chart_begin(chart, query->columns, from, to, query->log_x);
    wn_charting_begin(&charting, chart, query);
    wn_charting_smooth(&charting, query, query->log_x ? log(end / begin) : end - begin,
                       loading->around);
    enum wn_status status = rewind_stream(loading, &loading->y);
    if (status == WN_OK && loading->x.points)
        status = rewind_stream(loading, &loading->x);
    if (status == WN_OK)
        status = pour(loading, &charting);
    wn_charting_end(&charting);
    return status;
}

static bool guessed_wrong(const struct loading *loading, const struct wn_chart *chart) {
    const struct wn_chart_query *query = loading->query;
    bool matters = isnan(query->from) || isnan(query->to) || query->smoothing == WN_SMOOTH_MEAN;
    return matters && !isnan(chart->begin) &&
           !(chart->begin == loading->begin && chart->end == loading->end);
}

// A window of the running median, without its middle, halved.
static size_t points_around(double window) {
    const size_t most = (WN_SMOOTH_MEDIAN_MAX - 1) / 2;
    return window < 2 ? 1 : window / 2 > (double)most ? most : (size_t)(window / 2);
}

static enum wn_status load(struct loading *loading, struct wn_chart *chart) {
    const struct wn_chart_query *query = loading->query;
    int64_t count = 0, ignored;
    enum wn_status status = open_stream(loading, &loading->y, query->metric);
    if (status == WN_OK && query->x)
        status = open_stream(loading, &loading->x, query->x);
    if (status == WN_OK)
        status = guess(loading, &loading->y, &count);
    if (status == WN_OK && query->x) {
        loading->begin = loading->end = NAN;
        status = guess(loading, &loading->x, &ignored);
    }
    loading->around = points_around((double)count * query->width);
    if (status == WN_OK)
        status = fill(loading, chart);
    if (status == WN_OK && guessed_wrong(loading, chart)) {
        loading->begin = chart->begin;
        loading->end = chart->end;
        wn_chart_clear(chart);
        status = fill(loading, chart);
    }
    return status;
}

enum wn_status wn_chart_load(struct wn_store *store, const struct wn_chart_query *query,
                             struct wn_chart *chart, struct wn_err *err) {
    struct wn_err local = {0};
    struct loading loading = {
        .store = store, .query = query, .begin = NAN, .end = NAN, .err = err ? err : &local};
    *chart = (struct wn_chart){0};
    enum wn_status status = load(&loading, chart);
    free(loading.y.points);
    free(loading.x.points);
    if (status != WN_OK)
        wn_chart_clear(chart);
    return status;
}
