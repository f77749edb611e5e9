// SPDX-License-Identifier: GPL-3.0-or-later
// How a chart is filled: columns are cut between two ends of x, then points are put into them one
// by one, in the order of their series.
#ifndef WN_CHART_PRIVATE_H
#define WN_CHART_PRIVATE_H

#include "core/base/rng.h"
#include "core/chart.h"

enum { WN_CHART_SAMPLE = 4096 };

struct wn_median; // chart_median.c

struct wn_charting {
    struct wn_chart *chart;
    bool log_x;
    double origin, scale; // column = (place - origin) x scale, where place is x or log x
    bool broken;          // what came since the last finite point was not finite
    // A fair sample of the values in the window
    double *sample;
    size_t sampled;
    struct wn_rng rng;
    // Smoothing
    enum wn_smoothing smoothing;
    double distance;    // of places, that takes the weight of a point to 1/e
    double sum, weight; // of the mean
    double place;       // of the point before
    double step, decay; // decay over a distance of `step`
    struct wn_median *median;
};

// An empty chart for x from `from` to `to`, which are moved apart where they are equal.
void wn_chart_begin(struct wn_chart *chart, size_t columns, double from, double to, bool log_x);
// Puts a point into one of its lines; both numbers are finite. Returns the column, or -1 where it
// lies outside of the window.
ptrdiff_t wn_chart_trace_add(struct wn_charting *charting, struct wn_chart_trace *trace, double x,
                             double value);

// Fills a chart that wn_chart_begin() began. `around`: of the median, points on each side.
void wn_charting_begin(struct wn_charting *charting, struct wn_chart *chart,
                       const struct wn_chart_query *query);
void wn_charting_smooth(struct wn_charting *charting, const struct wn_chart_query *query,
                        double span, size_t around);
void wn_charting_add(struct wn_charting *charting, double x, double value);
void wn_charting_end(struct wn_charting *charting); // and releases what it held

// A running median over 2 x around + 1 points, fewer at both ends.
struct wn_median *wn_median_new(size_t around);
void wn_median_free(struct wn_median *median);
// True: *point has become the median around an earlier point.
bool wn_median_add(struct wn_median *median, struct wn_chart_point point,
                   struct wn_chart_point *smooth);
// The same for those that still wait, after the last point; false: no more.
bool wn_median_rest(struct wn_median *median, struct wn_chart_point *smooth);

#endif
