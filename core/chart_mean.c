// SPDX-License-Identifier: GPL-3.0-or-later
// Several series as one: repeats of a configuration with different seeds. Each says a value per
// column, from its first one to its last one; what is between is a straight line.
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/chart_private.h"

static const double confidence = 0.95;

static const struct wn_chart_span *spans_of(const struct wn_chart *chart) {
    return chart->smooth.spans ? chart->smooth.spans : chart->raw.spans;
}

// The values of one chart, NaN before the first and after the last.
static void read_values(const struct wn_chart *chart, double *values) {
    const struct wn_chart_span *spans = spans_of(chart);
    size_t before = chart->count; // the last column with a value
    for (size_t i = 0; i < chart->count; i++) {
        values[i] = spans[i].last;
        if (isnan(values[i]))
            continue;
        double slope = before < i ? (spans[i].first - values[before]) / (double)(i - before) : 0;
        for (size_t k = before + 1; before < i && k < i; k++)
            values[k] = values[before] + slope * (double)(k - before);
        before = i;
    }
}

struct moments {          // of one column
    double mean, squares; // squares: sum of squared distances from the mean
    int64_t count;
};

static void add(struct moments *moments, double value) {
    if (isnan(value))
        return;
    double off = value - moments->mean;
    moments->mean += off / (double)++moments->count;
    moments->squares += off * (value - moments->mean);
}

static double half_width(const struct moments *moments) {
    double n = (double)moments->count;
    if (moments->count < 2)
        return NAN;
    return gsl_cdf_tdist_Pinv((1 + confidence) / 2, n - 1) * sqrt(moments->squares / (n - 1) / n);
}

static void widen(struct wn_chart *mean, double value) {
    if (isnan(value))
        return;
    mean->min = mean->min <= value ? mean->min : value;
    mean->max = mean->max >= value ? mean->max : value;
    if (value > 0 && !(mean->least_positive <= value))
        mean->least_positive = value;
}

static void set_column(struct wn_chart *mean, size_t column, const struct moments *moments,
                       double x) {
    double value = moments->mean, half = half_width(moments);
    mean->band[column] = (struct wn_chart_band){value - half, value + half};
    if (moments->count == 0)
        return;
    mean->columns[column].count = moments->count;
    mean->raw.spans[column] = (struct wn_chart_span){value, value, value, value, x};
    mean->last = (struct wn_chart_point){x, value};
    mean->points++;
    widen(mean, value);
    widen(mean, mean->band[column].low);
    widen(mean, mean->band[column].high);
}

static double column_x(const struct wn_chart *chart, size_t column) {
    const struct wn_chart_span *span = &chart->raw.spans[column];
    double share = ((double)column + 0.5) / (double)chart->count;
    return isnan(span->x) ? chart->from + share * (chart->to - chart->from) : span->x;
}

void wn_chart_mean(const struct wn_chart *charts, size_t count, struct wn_chart *mean) {
    size_t columns = charts->count;
    struct moments *moments = wn_calloc(columns, sizeof *moments);
    double *values = wn_malloc(columns * sizeof *values);
    wn_chart_begin(mean, columns, charts->from, charts->to, false);
    mean->band = wn_calloc(columns, sizeof *mean->band);
    for (size_t i = 0; i < count; i++) {
        read_values(&charts[i], values);
        for (size_t k = 0; k < columns; k++)
            add(&moments[k], values[k]);
        mean->begin = mean->begin <= charts[i].begin ? mean->begin : charts[i].begin;
        mean->end = mean->end >= charts[i].end ? mean->end : charts[i].end;
    }
    for (size_t k = 0; k < columns; k++)
        set_column(mean, k, &moments[k], column_x(charts, k));
    mean->low = mean->min;
    mean->high = mean->max;
    free(moments);
    free(values);
}
