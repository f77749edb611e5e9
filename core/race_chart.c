// SPDX-License-Identifier: GPL-3.0-or-later
// A look is a step, half a round to both sides of its own: what stands in a column is the last one
// that began before its middle. So the newest one is as wide as any other.
#include "core/race_chart.h"

#include <math.h>

#include "core/base/mem.h"
#include "core/chart_private.h"

#define HALF 0.5

static void widen(struct wn_chart *chart, double value) {
    if (!isfinite(value))
        return;
    chart->min = chart->min <= value ? chart->min : value;
    chart->max = chart->max >= value ? chart->max : value;
}

// The first intervals are far wider than what they come to: what is shown for sure are all means,
// and the intervals from when half of the looks were over.
static void set_range(struct wn_chart *chart, const struct wn_race_look *looks, size_t count) {
    chart->low = chart->high = NAN;
    for (size_t i = 0; i < count; i++) {
        bool late = i >= count / 2 && isfinite(looks[i].half_width);
        double half = late ? looks[i].half_width : 0;
        double low = looks[i].mean - half, high = looks[i].mean + half;
        chart->low = chart->low <= low ? chart->low : low;
        chart->high = chart->high >= high ? chart->high : high;
    }
}

static void set_column(struct wn_chart *chart, size_t column, const struct wn_race_look *look) {
    double mean = look->mean, half = look->half_width;
    chart->columns[column].count = 1;
    chart->raw.spans[column] = (struct wn_chart_span){mean, mean, mean, mean, (double)look->round};
    if (isfinite(half))
        chart->band[column] = (struct wn_chart_band){mean - half, mean + half};
    widen(chart, mean);
    widen(chart, chart->band[column].low);
    widen(chart, chart->band[column].high);
}

static double middle(const struct wn_chart *chart, size_t column) {
    double share = ((double)column + 0.5) / (double)chart->count;
    return chart->from + (chart->to - chart->from) * share;
}

void wn_race_chart(const struct wn_race_look *looks, size_t count, size_t columns,
                   struct wn_chart *chart) {
    wn_chart_begin(chart, columns, (double)looks[0].round - HALF,
                   (double)looks[count - 1].round + HALF, false);
    chart->band = wn_calloc(columns, sizeof *chart->band);
    size_t look = 0;
    for (size_t i = 0; i < columns; i++) {
        chart->band[i] = (struct wn_chart_band){NAN, NAN};
        while (look + 1 < count && (double)looks[look + 1].round - HALF <= middle(chart, i))
            look++;
        set_column(chart, i, &looks[look]);
    }
    chart->begin = chart->from;
    chart->end = chart->to;
    chart->points = (int64_t)count;
    chart->last = (struct wn_chart_point){chart->to, looks[count - 1].mean};
    set_range(chart, looks, count);
}

void wn_race_level(const struct wn_chart *window, double level, struct wn_chart *chart) {
    enum { DASH = 4 };
    wn_chart_begin(chart, window->count, window->from, window->to, false);
    for (size_t i = 0; i < window->count; i++)
        if (i % DASH < DASH / 2) {
            chart->columns[i].count = 1;
            chart->raw.spans[i] =
                (struct wn_chart_span){level, level, level, level, middle(window, i)};
        }
    chart->begin = window->from;
    chart->end = window->to;
    chart->points = (int64_t)window->count;
    chart->min = chart->max = chart->low = chart->high = level;
    chart->last = (struct wn_chart_point){window->to, level};
}
