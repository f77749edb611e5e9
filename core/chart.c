// SPDX-License-Identifier: GPL-3.0-or-later
// Points into columns. Each point is looked at once; nothing is kept of it but what its column
// shows, and perhaps a place in the sample that the outermost values are judged by.
#include "core/chart.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/chart_private.h"

enum { FEWEST_JUDGED = 20 };

// ---- columns ------------------------------------------------------------------------------------

static struct wn_chart_span *new_spans(size_t count) {
    struct wn_chart_span *spans = wn_malloc(count * sizeof *spans);
    for (size_t i = 0; i < count; i++)
        spans[i] = (struct wn_chart_span){NAN, NAN, NAN, NAN, NAN};
    return spans;
}

static struct wn_chart_trace new_trace(struct wn_chart_span *spans) {
    const struct wn_chart_point none = {NAN, NAN};
    return (struct wn_chart_trace){.spans = spans, .before = none, .after = none};
}

void wn_chart_begin(struct wn_chart *chart, size_t columns, double from, double to, bool log_x) {
    const struct wn_chart_point none = {NAN, NAN};
    if (!(from < to) && log_x) {
        from = fmax(from / 2, DBL_TRUE_MIN);
        to = fmin(to * 2, DBL_MAX);
    } else if (!(from < to)) {
        double margin = fmax(0.5, fabs(from) * 1e-9);
        from -= margin;
        to += margin;
    }
    *chart = (struct wn_chart){
        .count = columns,
        .from = from,
        .to = to,
        .columns = wn_calloc(columns, sizeof *chart->columns),
        .raw = new_trace(new_spans(columns)),
        .smooth = new_trace(NULL),
        .begin = NAN,
        .end = NAN,
        .lowest = none,
        .highest = none,
        .last = none,
        .min = NAN,
        .max = NAN,
        .low = NAN,
        .high = NAN,
        .least_positive = NAN,
    };
}

void wn_chart_clear(struct wn_chart *chart) {
    free(chart->columns);
    free(chart->raw.spans);
    free(chart->smooth.spans);
    free(chart->band);
    *chart = (struct wn_chart){0};
}

static double place_of(const struct wn_charting *charting, double x) {
    return charting->log_x ? log(x) : x;
}

static size_t column_at(const struct wn_charting *charting, double x) {
    double at = (place_of(charting, x) - charting->origin) * charting->scale;
    size_t column = at > 0 ? (size_t)at : 0;
    return column < charting->chart->count ? column : charting->chart->count - 1;
}

static void widen(struct wn_chart_span *span, double x, double value) {
    if (isnan(span->first))
        *span = (struct wn_chart_span){value, value, value, value, x};
    span->last = value;
    span->x = x;
    span->min = value < span->min ? value : span->min;
    span->max = value > span->max ? value : span->max;
}

ptrdiff_t wn_chart_trace_add(struct wn_charting *charting, struct wn_chart_trace *trace, double x,
                             double value) {
    const struct wn_chart *chart = charting->chart;
    const struct wn_chart_point point = {x, value};
    if (x < chart->from) {
        if (!(x < trace->before.x))
            trace->before = point;
        return -1;
    }
    if (x > chart->to) {
        if (!(x >= trace->after.x))
            trace->after = point;
        return -1;
    }
    size_t column = column_at(charting, x);
    widen(&trace->spans[column], x, value);
    return (ptrdiff_t)column;
}

// ---- what is not finite -------------------------------------------------------------------------

static void add_other(struct wn_charting *charting, double x, double value) {
    struct wn_chart *chart = charting->chart;
    charting->broken = true;
    if (x < chart->from || x > chart->to)
        return;
    struct wn_chart_column *column = &chart->columns[column_at(charting, x)];
    if (isnan(value)) {
        column->nan++;
        chart->nan++;
    } else if (value > 0) {
        column->above++;
        chart->above++;
    } else {
        column->below++;
        chart->below++;
    }
}

// ---- what is ------------------------------------------------------------------------------------

// Algorithm R of Waterman: each value so far is in the sample with the same probability.
static void sample(struct wn_charting *charting, double value) {
    int64_t seen = charting->chart->points;
    if (charting->sampled < WN_CHART_SAMPLE) {
        charting->sample[charting->sampled++] = value;
        return;
    }
    uint64_t at = (uint64_t)(wn_rng_uniform(&charting->rng) * (double)seen);
    if (at < WN_CHART_SAMPLE)
        charting->sample[at] = value;
}

static void count_value(struct wn_charting *charting, double value) {
    struct wn_chart *chart = charting->chart;
    chart->points++;
    chart->min = value >= chart->min ? chart->min : value;
    chart->max = value <= chart->max ? chart->max : value;
    if (value <= 0)
        chart->not_positive++;
    else if (!(value >= chart->least_positive))
        chart->least_positive = value;
    sample(charting, value);
}

static double smooth_mean(struct wn_charting *charting, double x, double value) {
    double place = place_of(charting, x), step = fabs(place - charting->place);
    charting->place = place;
    if (step != charting->step) {
        charting->step = step;
        charting->decay = isnan(step) ? 0 : exp(-step / charting->distance);
    }
    charting->sum = charting->sum * charting->decay + value;
    charting->weight = charting->weight * charting->decay + 1;
    return charting->sum / charting->weight;
}

static void smooth(struct wn_charting *charting, double x, double value) {
    struct wn_chart_trace *trace = &charting->chart->smooth;
    struct wn_chart_point around;
    if (charting->smoothing == WN_SMOOTH_MEAN)
        wn_chart_trace_add(charting, trace, x, smooth_mean(charting, x, value));
    else if (wn_median_add(charting->median, (struct wn_chart_point){x, value}, &around))
        wn_chart_trace_add(charting, trace, around.x, around.value);
}

static void add_finite(struct wn_charting *charting, double x, double value) {
    struct wn_chart *chart = charting->chart;
    const struct wn_chart_point point = {x, value};
    if (!(value >= chart->lowest.value))
        chart->lowest = point;
    if (!(value <= chart->highest.value))
        chart->highest = point;
    if (x > chart->to && !(x >= chart->raw.after.x))
        chart->after_broken = charting->broken;
    ptrdiff_t at = wn_chart_trace_add(charting, &chart->raw, x, value);
    if (at >= 0) {
        struct wn_chart_column *column = &chart->columns[at];
        column->broken = column->count++ ? column->broken : charting->broken;
        count_value(charting, value);
    }
    charting->broken = false;
    if (charting->smoothing)
        smooth(charting, x, value);
}

// ---- filling ------------------------------------------------------------------------------------

void wn_charting_begin(struct wn_charting *charting, struct wn_chart *chart,
                       const struct wn_chart_query *query) {
    *charting = (struct wn_charting){
        .chart = chart, .log_x = query->log_x, .rng = wn_rng_new(1, 0), .step = -1, .place = NAN};
    charting->origin = place_of(charting, chart->from);
    charting->scale = (double)chart->count / (place_of(charting, chart->to) - charting->origin);
    charting->sample = wn_malloc(WN_CHART_SAMPLE * sizeof *charting->sample);
}

void wn_charting_smooth(struct wn_charting *charting, const struct wn_chart_query *query,
                        double span, size_t around) {
    charting->smoothing = query->smoothing;
    if (query->smoothing == WN_SMOOTH_NONE)
        return;
    charting->chart->smooth = new_trace(new_spans(charting->chart->count));
    charting->distance = span * query->width > 0 ? span * query->width : 1;
    if (query->smoothing == WN_SMOOTH_MEDIAN)
        charting->median = wn_median_new(around);
}

void wn_charting_add(struct wn_charting *charting, double x, double value) {
    struct wn_chart *chart = charting->chart;
    if (!isfinite(x) || (charting->log_x && x <= 0)) {
        chart->unplaced++;
        return;
    }
    chart->begin = x >= chart->begin ? chart->begin : x;
    chart->end = x <= chart->end ? chart->end : x;
    chart->last = (struct wn_chart_point){x, value};
    if (isfinite(value))
        add_finite(charting, x, value);
    else
        add_other(charting, x, value);
}

static int ascending(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static void judge_outermost(struct wn_charting *charting) {
    struct wn_chart *chart = charting->chart;
    chart->low = chart->min;
    chart->high = chart->max;
    if (charting->sampled < FEWEST_JUDGED)
        return;
    size_t last = charting->sampled - 1, left_out = (last + 99) / 100;
    qsort(charting->sample, charting->sampled, sizeof *charting->sample, ascending);
    chart->low = charting->sample[left_out];
    chart->high = charting->sample[last - left_out];
}

void wn_charting_end(struct wn_charting *charting) {
    struct wn_chart_point around;
    while (charting->median && wn_median_rest(charting->median, &around))
        wn_chart_trace_add(charting, &charting->chart->smooth, around.x, around.value);
    judge_outermost(charting);
    wn_median_free(charting->median);
    free(charting->sample);
}
