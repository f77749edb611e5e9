// SPDX-License-Identifier: GPL-3.0-or-later
// A series of the store reduced to what a plot of so many columns can show: of each column the
// least and the greatest value, the first and the last, and what was not finite. It is read piece
// by piece, so a series of ten million points needs no more memory than one of ten. What a chart
// holds is its own; wn_chart_clear() releases it.
#ifndef WN_CHART_H
#define WN_CHART_H

#include "core/store/store.h"

struct wn_chart_point {
    double x, value; // x NaN: there is none
};

struct wn_chart_span { // of one column; all NaN: no finite value lies in it
    double first, last, min, max;
    double x; // where `last` is
};

// A line through the columns.
struct wn_chart_trace {
    struct wn_chart_span *spans;         // one per column; NULL: no such line
    struct wn_chart_point before, after; // the finite points nearest to the window on both sides
};

struct wn_chart_band { // where the mean of several series lies; NaN: of fewer than two
    double low, high;
};

struct wn_chart_column {
    int64_t count;             // finite values; of a mean: series
    int64_t nan, above, below; // NaN, +inf and -inf
    bool broken;               // between its first finite value and the one before, some were not
};

enum wn_smoothing {
    WN_SMOOTH_NONE,
    WN_SMOOTH_MEAN,   // exponentially weighted by distance in x, begun without bias
    WN_SMOOTH_MEDIAN, // of the points around, at most WN_SMOOTH_MEDIAN_MAX
};
#define WN_SMOOTH_MEDIAN_MAX 101

struct wn_chart_query {
    int64_t sweep, trial;
    const char *metric;
    const char *x;   // another metric, read at the same steps; NULL: the step
    size_t columns;  // at least 1
    double from, to; // what is shown of x; NaN: from the first point, to the last one
    bool log_x;      // columns are equally wide in log x
    enum wn_smoothing smoothing;
    double width; // of smoothing: its time constant as a share of the whole series in x, or the
                  // window of the median as a share of the points
};

struct wn_chart {
    size_t count;    // of columns
    double from, to; // the window, from < to
    struct wn_chart_column *columns;
    struct wn_chart_trace raw, smooth;
    struct wn_chart_band *band; // one per column; NULL: it is one series
    bool after_broken;          // not all between raw.after and the point before it was finite

    // Of the whole series
    double begin, end; // where x begins and ends; NaN: there is nothing to show
    struct wn_chart_point lowest, highest, last; // finite values; the last one may be any
    int64_t unplaced; // points without a place: no x at their step, or none that has a logarithm

    // Of the window
    int64_t points, nan, above, below; // finite values, and others
    double min, max;                   // NaN: there is no finite value
    double low, high;      // between them lie all but the outermost 1 % on each side (20 points or
                           // more; of many points estimated from 4,096)
    double least_positive; // NaN: none
    int64_t not_positive;
};

// A metric that the trial has not (yet) yields an empty chart.
enum wn_status wn_chart_load(struct wn_store *store, const struct wn_chart_query *query,
                             struct wn_chart *chart, struct wn_err *err);
void wn_chart_clear(struct wn_chart *chart);
// The mean of charts of one window and as many columns, smoothed where they are, with its 95 %
// interval by Student's t. Between two columns with values a series is taken to run straight.
void wn_chart_mean(const struct wn_chart *charts, size_t count, struct wn_chart *mean);

// ---- a sweep's history --------------------------------------------------------------------------

struct wn_record { // a trial that was better than all before it
    int64_t trial;
    double value; // objective in its own direction
};

// Objectives by number of trial: `all` of those that rank, of which each column knows count, least
// and greatest; `best` the best so far. Of very many trials the early ones are told by column only:
// which was a record is not known within the first column, and `all` shows four of each.
struct wn_history {
    struct wn_chart all, best; // best.raw is a staircase
    struct wn_record *records; // in order of trials
    size_t record_count, record_capacity;
};

// `sweep` needs its id, its direction and its repeats. Reads of the leaderboard's index what it
// must.
enum wn_status wn_history_load(struct wn_store *store, const struct wn_sweep_row *sweep,
                               size_t columns, struct wn_history *history, struct wn_err *err);
#define WN_HISTORY_MANY 20000
void wn_history_clear(struct wn_history *history);
// The best so far at the end of each column, NaN before the first result: a sparkline.
enum wn_status wn_history_best(struct wn_store *store, const struct wn_sweep_row *sweep,
                               size_t columns, double *best, struct wn_err *err);

#endif
