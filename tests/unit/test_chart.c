// SPDX-License-Identifier: GPL-3.0-or-later
// Series reduced to columns: whatever a plot shows must be what a reader of every point would find.
#include "tests/unit/make_store.h"

#include "core/base/rng.h"
#include "core/chart.h"

// ---- making series ------------------------------------------------------------------------------

struct made {
    struct wn_store *store;
    int64_t sweep;
};

static struct made make(void **state) {
    struct made made = {.store = open_store(*state, WN_STORE_CREATE)};
    made.sweep = add_sweep(made.store, "s");
    return made;
}

static void put_series(const struct made *made, const char *name, const struct wn_point *points,
                       size_t count) {
    struct wn_point chunk[WN_CHUNK];
    struct wn_series_tail tail = {.sweep = made->sweep, .trial = 3, .points = chunk};
    assert_good(wn_store_begin(made->store, &err));
    assert_good(wn_store_metric(made->store, made->sweep, name, &tail.metric, &err));
    for (size_t i = 0; i < count; i++) {
        chunk[tail.count++] = points[i];
        if (tail.count < WN_CHUNK && i + 1 < count)
            continue;
        assert_good(wn_store_put_tail(made->store, &tail, &err));
        tail.chunk++;
        tail.count = 0;
    }
    assert_good(wn_store_commit(made->store, &err));
}

static struct wn_chart_query ask_all(const struct made *made, size_t columns) {
    return (struct wn_chart_query){.sweep = made->sweep,
                                   .trial = 3,
                                   .metric = "loss",
                                   .columns = columns,
                                   .from = NAN,
                                   .to = NAN,
                                   .width = 0.05};
}

static struct wn_chart load(const struct made *made, const struct wn_chart_query *query) {
    struct wn_chart chart;
    assert_good(wn_chart_load(made->store, query, &chart, &err));
    return chart;
}

static bool same(double a, double b) {
    return a == b || (isnan(a) && isnan(b));
}

// ---- against a reader of every point ------------------------------------------------------------

static size_t column_of(const struct wn_chart *chart, const struct wn_chart_query *query,
                        double x) {
    double from = chart->from, to = chart->to;
    if (query->log_x) {
        from = log(from);
        to = log(to);
        x = log(x);
    }
    size_t column = (size_t)((x - from) * ((double)chart->count / (to - from)));
    return column < chart->count ? column : chart->count - 1;
}

static void check_columns(const struct wn_chart *chart, const struct wn_chart_query *query,
                          const struct wn_point *points, size_t count) {
    struct wn_chart_span *spans = wn_malloc(chart->count * sizeof *spans);
    struct wn_chart_column *columns = wn_calloc(chart->count, sizeof *columns);
    for (size_t i = 0; i < chart->count; i++)
        spans[i] = (struct wn_chart_span){NAN, NAN, NAN, NAN, NAN};
    for (size_t i = 0; i < count; i++) {
        double x = points[i].step, value = points[i].value;
        if ((query->log_x && x <= 0) || x < chart->from || x > chart->to)
            continue;
        size_t at = column_of(chart, query, x);
        columns[at].nan += isnan(value);
        columns[at].above += isinf(value) && value > 0;
        columns[at].below += isinf(value) && value < 0;
        if (!isfinite(value))
            continue;
        if (!columns[at].count++)
            spans[at] = (struct wn_chart_span){value, value, value, value, x};
        spans[at].last = value;
        spans[at].x = x;
        spans[at].min = fmin(spans[at].min, value);
        spans[at].max = fmax(spans[at].max, value);
    }
    for (size_t i = 0; i < chart->count; i++) {
        const struct wn_chart_span *got = &chart->raw.spans[i], *expected = &spans[i];
        assert_int_equal(chart->columns[i].count, columns[i].count);
        assert_int_equal(chart->columns[i].nan, columns[i].nan);
        assert_int_equal(chart->columns[i].above, columns[i].above);
        assert_int_equal(chart->columns[i].below, columns[i].below);
        assert_true(same(got->first, expected->first) && same(got->last, expected->last));
        assert_true(same(got->min, expected->min) && same(got->max, expected->max));
        assert_true(same(got->x, expected->x));
    }
    free(spans);
    free(columns);
}

// Values of all kinds; steps grow unless `backwards`.
static struct wn_point *random_series(size_t count, bool backwards, uint64_t seed) {
    struct wn_rng rng = wn_rng_new(seed, 0);
    struct wn_point *points = wn_malloc(count * sizeof *points);
    double step = -3;
    for (size_t i = 0; i < count; i++) {
        double value = wn_rng_uniform(&rng) - 0.3;
        uint64_t kind = wn_rng_below(&rng, 40);
        step += backwards && kind == 39 ? -25 : floor(wn_rng_uniform(&rng) * 3);
        value = kind == 0 ? NAN : kind == 1 ? INFINITY : kind == 2 ? -INFINITY : value;
        points[i] = (struct wn_point){step, value};
    }
    return points;
}

static void columns_hold_what_every_point_says(void **state) {
    enum { POINTS = 5000 };
    struct made made = make(state);
    struct wn_point *points = random_series(POINTS, false, 1);
    put_series(&made, "loss", points, POINTS);
    const double windows[][2] = {{NAN, NAN}, {100, 200}, {NAN, 7}, {4000, 1e9}, {-1e9, -1e8}};
    for (size_t i = 0; i < sizeof windows / sizeof *windows; i++)
        for (size_t columns = 1; columns < 500; columns = columns * 5 + 1)
            for (int log_x = 0; log_x < 2; log_x++) {
                struct wn_chart_query query = ask_all(&made, columns);
                query.from = log_x && windows[i][0] < 0 ? 1 : windows[i][0];
                query.to = log_x && windows[i][1] < 0 ? 2 : windows[i][1];
                query.log_x = log_x;
                struct wn_chart chart = load(&made, &query);
                check_columns(&chart, &query, points, POINTS);
                wn_chart_clear(&chart);
            }
    free(points);
    wn_store_close(made.store);
}

static void steps_that_run_backwards_lose_nothing(void **state) {
    enum { POINTS = 3000 };
    struct made made = make(state);
    for (uint64_t seed = 0; seed < 8; seed++) {
        struct wn_point *points = random_series(POINTS, true, seed);
        char name[8];
        snprintf(name, sizeof name, "m%d", (int)seed);
        put_series(&made, name, points, POINTS);
        struct wn_chart_query query = ask_all(&made, 100);
        query.metric = name;
        struct wn_chart chart = load(&made, &query);
        double begin = INFINITY, end = -INFINITY;
        for (size_t i = 0; i < POINTS; i++) {
            begin = fmin(begin, points[i].step);
            end = fmax(end, points[i].step);
        }
        assert_true(chart.begin == begin && chart.end == end);
        assert_true(chart.from == begin && chart.to == end);
        check_columns(&chart, &query, points, POINTS);
        wn_chart_clear(&chart);
        free(points);
    }
    wn_store_close(made.store);
}

static void a_million_points_are_reduced_rightly(void **state) {
    enum { POINTS = 1000000 };
    struct made made = make(state);
    struct wn_point *points = random_series(POINTS, false, 5);
    points[700001].value = 1e6; // a spike of one point must be seen
    put_series(&made, "loss", points, POINTS);
    struct wn_chart_query query = ask_all(&made, 160);
    struct wn_chart chart = load(&made, &query);
    check_columns(&chart, &query, points, POINTS);
    assert_true(chart.max == 1e6 && chart.highest.value == 1e6);
    assert_true(chart.highest.x == points[700001].step);
    // The outermost 1 % were left out: the spike is gone, and little else.
    assert_true(chart.low > -0.3 && chart.low < -0.28);
    assert_true(chart.high > 0.67 && chart.high < 0.70);
    wn_chart_clear(&chart);
    free(points);
    wn_store_close(made.store);
}

// ---- the edges ----------------------------------------------------------------------------------

static void the_points_beside_a_window_are_known(void **state) {
    struct made made = make(state);
    const struct wn_point points[] = {{0, 1}, {10, 2}, {20, 3}, {30, NAN}, {40, 4}};
    put_series(&made, "loss", points, 5);
    struct wn_chart_query query = ask_all(&made, 10);
    query.from = 11;
    query.to = 19;
    struct wn_chart chart = load(&made, &query);
    assert_int_equal(chart.points, 0);
    assert_true(isnan(chart.min) && isnan(chart.low));
    assert_true(chart.raw.before.x == 10 && chart.raw.before.value == 2);
    assert_true(chart.raw.after.x == 20 && chart.raw.after.value == 3);
    assert_false(chart.after_broken);
    wn_chart_clear(&chart);
    query.from = 15;
    query.to = 35;
    chart = load(&made, &query);
    assert_true(chart.raw.before.x == 10 && chart.raw.after.x == 40);
    assert_true(chart.after_broken);
    assert_true(chart.begin == 0 && chart.end == 40);
    wn_chart_clear(&chart);
    wn_store_close(made.store);
}

static void a_line_is_broken_where_a_value_is_not_finite(void **state) {
    struct made made = make(state);
    const struct wn_point points[] = {{0, 1}, {1, NAN}, {2, 3}, {3, 4}, {4, INFINITY}, {4.1, 5}};
    put_series(&made, "loss", points, 6);
    struct wn_chart_query query = ask_all(&made, 5);
    query.to = 5;
    struct wn_chart chart = load(&made, &query);
    const bool broken[] = {false, false, true, false, true};
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(chart.columns[i].broken, broken[i]);
    assert_true(chart.nan == 1 && chart.above == 1 && chart.below == 0 && chart.points == 4);
    assert_true(chart.columns[4].above == 1 && chart.columns[4].count == 1);
    wn_chart_clear(&chart);
    wn_store_close(made.store);
}

static void a_single_point_lies_in_the_middle(void **state) {
    struct made made = make(state);
    put_series(&made, "loss", &(struct wn_point){7, -2}, 1);
    struct wn_chart_query query = ask_all(&made, 9);
    struct wn_chart chart = load(&made, &query);
    assert_true(chart.from < 7 && chart.to > 7 && chart.begin == 7 && chart.end == 7);
    assert_true(chart.raw.spans[4].first == -2 && chart.columns[4].count == 1);
    assert_true(chart.min == -2 && chart.max == -2 && chart.low == -2 && chart.high == -2);
    wn_chart_clear(&chart);
    query.log_x = true;
    chart = load(&made, &query);
    assert_true(chart.raw.spans[4].first == -2 && chart.from > 0);
    wn_chart_clear(&chart);
    wn_store_close(made.store);
}

static void a_metric_that_is_missing_is_an_empty_chart(void **state) {
    struct made made = make(state);
    struct wn_chart_query query = ask_all(&made, 4);
    for (int log_x = 0; log_x < 2; log_x++) {
        query.log_x = log_x;
        struct wn_chart chart = load(&made, &query);
        assert_true(chart.count == 4 && chart.points == 0 && isnan(chart.begin));
        assert_true(isnan(chart.last.x) && isnan(chart.lowest.x) && chart.from < chart.to);
        wn_chart_clear(&chart);
    }
    wn_store_close(made.store);
}

static void what_has_no_logarithm_is_counted(void **state) {
    struct made made = make(state);
    const struct wn_point points[] = {{-1, 5}, {0, 6}, {1, -2}, {10, 0}, {100, 0.5}, {1000, 8}};
    put_series(&made, "loss", points, 6);
    struct wn_chart_query query = ask_all(&made, 3);
    query.log_x = true;
    struct wn_chart chart = load(&made, &query);
    assert_true(chart.begin == 1 && chart.end == 1000 && chart.unplaced == 2);
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(chart.columns[i].count, 1);
    assert_int_equal(chart.columns[2].count, 2);
    assert_true(chart.not_positive == 2 && chart.least_positive == 0.5);
    wn_chart_clear(&chart);
    wn_store_close(made.store);
}

static void what_came_last_may_be_no_number(void **state) {
    struct made made = make(state);
    const struct wn_point points[] = {{1, 5}, {2, 4}, {3, NAN}};
    put_series(&made, "loss", points, 3);
    struct wn_chart_query query = ask_all(&made, 3);
    struct wn_chart chart = load(&made, &query);
    assert_true(chart.last.x == 3 && isnan(chart.last.value));
    assert_true(chart.lowest.x == 2 && chart.lowest.value == 4 && chart.highest.value == 5);
    wn_chart_clear(&chart);
    wn_store_close(made.store);
}

// ---- another x ----------------------------------------------------------------------------------

static void x_may_be_another_metric_at_the_same_steps(void **state) {
    struct made made = make(state);
    // Steps begin anew once; epochs are told at some steps only.
    const struct wn_point loss[] = {{1, 10}, {2, 11}, {3, 12}, {4, 13},
                                    {1, 20}, {2, 21}, {3, 22}, {3, 23}};
    const struct wn_point epoch[] = {{2, 0.5}, {4, 1}, {1, 2}, {3, 2.5}};
    put_series(&made, "loss", loss, 8);
    put_series(&made, "epoch", epoch, 4);
    struct wn_chart_query query = ask_all(&made, 4);
    query.x = "epoch";
    struct wn_chart chart = load(&made, &query);
    assert_true(chart.from == 0.5 && chart.to == 2.5 && chart.unplaced == 3);
    const double last[] = {11, 13, NAN, 23};
    for (size_t i = 0; i < 4; i++)
        assert_true(same(chart.raw.spans[i].last, last[i]));
    assert_true(chart.raw.spans[3].first == 20 && chart.columns[3].count == 3);
    wn_chart_clear(&chart);
    query.x = "missing";
    chart = load(&made, &query);
    assert_true(chart.points == 0 && chart.unplaced == 8);
    wn_chart_clear(&chart);
    wn_store_close(made.store);
}

// ---- smoothing ----------------------------------------------------------------------------------

// Each point's own mean over all before it, by the definition.
static double mean_by_definition(const struct wn_point *points, size_t at, double distance) {
    double sum = 0, weight = 0;
    for (size_t i = 0; i <= at; i++) {
        double w = exp(-(points[at].step - points[i].step) / distance);
        sum += w * points[i].value;
        weight += w;
    }
    return sum / weight;
}

static void the_mean_is_weighted_by_distance_and_unbiased(void **state) {
    enum { POINTS = 300 };
    struct made made = make(state);
    struct wn_point points[POINTS];
    struct wn_rng rng = wn_rng_new(2, 0);
    for (size_t i = 0; i < POINTS; i++)
        points[i] = (struct wn_point){(double)(i * i), 5 + wn_rng_uniform(&rng)};
    put_series(&made, "loss", points, POINTS);
    struct wn_chart_query query = ask_all(&made, 4096); // the last points have a column each
    query.smoothing = WN_SMOOTH_MEAN;
    query.width = 0.1;
    struct wn_chart chart = load(&made, &query);
    double distance = 0.1 * points[POINTS - 1].step;
    for (size_t i = 200; i < POINTS; i++) {
        size_t column = column_of(&chart, &query, points[i].step);
        double expected = mean_by_definition(points, i, distance);
        assert_true(fabs(chart.smooth.spans[column].last - expected) < 1e-9);
        assert_true(chart.raw.spans[column].last == points[i].value);
    }
    assert_true(chart.smooth.spans[0].first == points[0].value);
    wn_chart_clear(&chart);
    wn_store_close(made.store);
}

static int ascending(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static double median_by_definition(const struct wn_point *points, size_t count, size_t at,
                                   size_t around) {
    double values[WN_SMOOTH_MEDIAN_MAX];
    size_t first = at > around ? at - around : 0, held = 0;
    for (size_t i = first; i < count && i <= at + around; i++)
        values[held++] = points[i].value;
    qsort(values, held, sizeof *values, ascending);
    return held % 2 ? values[held / 2] : (values[held / 2 - 1] + values[held / 2]) / 2;
}

static void the_median_is_that_of_the_points_around(void **state) {
    struct made made = make(state);
    const size_t counts[] = {1, 2, 3, 5, 10, 40, 300};
    struct wn_rng rng = wn_rng_new(4, 0);
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
        size_t count = counts[c], around = (size_t)fmax(1, (double)count * 0.2 / 2);
        struct wn_point points[300];
        char name[8];
        for (size_t i = 0; i < count; i++) // with equal values
            points[i] = (struct wn_point){(double)i, floor(wn_rng_uniform(&rng) * 9)};
        snprintf(name, sizeof name, "m%zu", count);
        put_series(&made, name, points, count);
        struct wn_chart_query query = ask_all(&made, 3000);
        query.metric = name;
        query.smoothing = WN_SMOOTH_MEDIAN;
        query.width = 0.2;
        struct wn_chart chart = load(&made, &query);
        for (size_t i = 0; i < count; i++) {
            size_t column = column_of(&chart, &query, points[i].step);
            assert_true(chart.smooth.spans[column].first ==
                        median_by_definition(points, count, i, around));
        }
        wn_chart_clear(&chart);
    }
    wn_store_close(made.store);
}

static void smoothing_does_not_depend_on_the_window(void **state) {
    enum { POINTS = 2000 };
    struct made made = make(state);
    struct wn_point *points = random_series(POINTS, false, 9);
    put_series(&made, "loss", points, POINTS);
    for (int kind = WN_SMOOTH_MEAN; kind <= WN_SMOOTH_MEDIAN; kind++) {
        struct wn_chart_query query = ask_all(&made, 1);
        query.smoothing = (enum wn_smoothing)kind;
        query.to = 1000;
        struct wn_chart whole = load(&made, &query);
        query.from = 900;
        struct wn_chart part = load(&made, &query);
        assert_true(whole.smooth.spans[0].last == part.smooth.spans[0].last);
        assert_true(part.smooth.before.x < 900 && part.smooth.before.x > 890);
        assert_true(part.smooth.after.x > 1000 && !isnan(part.smooth.after.value));
        wn_chart_clear(&whole);
        wn_chart_clear(&part);
    }
    free(points);
    wn_store_close(made.store);
}

// ---- several as one -----------------------------------------------------------------------------

static void the_mean_of_repeats_has_an_interval(void **state) {
    struct made made = make(state);
    struct wn_chart charts[3], mean;
    struct wn_chart_query query = ask_all(&made, 5);
    query.from = 0;
    query.to = 5;
    const struct wn_point series[][3] = {{{0.5, 1}, {2.5, 3}, {4.5, 5}},
                                         {{0.5, 2}, {1.5, 4}, {2.5, 4}},
                                         {{2.5, 8}, {3.5, NAN}, {4.5, 0}}};
    for (size_t i = 0; i < 3; i++) {
        char name[8];
        snprintf(name, sizeof name, "m%zu", i);
        put_series(&made, name, series[i], 3);
        query.metric = name;
        charts[i] = load(&made, &query);
    }
    wn_chart_mean(charts, 3, &mean);
    // The first says 1 2 3 4 5, the second 2 4 4, the third - - 8 4 0.
    const double expected[] = {1.5, 3, 5, 4, 2.5};
    const int64_t counts[] = {2, 2, 3, 2, 2};
    for (size_t i = 0; i < 5; i++) {
        assert_true(fabs(mean.raw.spans[i].last - expected[i]) < 1e-12);
        assert_int_equal(mean.columns[i].count, counts[i]);
    }
    // Student's t with two degrees of freedom: 4.302653; the standard error of 3, 4, 8 is 1.527525.
    assert_true(fabs(mean.band[2].high - 5 - 4.302653 * 1.527525) < 1e-5);
    assert_true(fabs(mean.band[2].low + mean.band[2].high - 10) < 1e-12);
    assert_true(mean.band[3].low == 4 && mean.band[3].high == 4);
    assert_true(mean.max >= mean.band[2].high && mean.begin == 0.5 && mean.end == 4.5);
    wn_chart_clear(&mean);
    wn_chart_mean(charts, 1, &mean);
    assert_true(isnan(mean.band[0].low) && mean.raw.spans[4].last == 5);
    wn_chart_clear(&mean);
    for (size_t i = 0; i < 3; i++)
        wn_chart_clear(&charts[i]);
    wn_store_close(made.store);
}

// ---- history ------------------------------------------------------------------------------------

static struct wn_sweep_row history_sweep(const struct made *made, bool maximize) {
    return (struct wn_sweep_row){.id = made->sweep, .maximize = maximize};
}

static void the_history_knows_every_record(void **state) {
    enum { TRIALS = 500, COLUMNS = 37 };
    for (int maximize = 0; maximize < 2; maximize++) {
        struct made made = make(state);
        struct wn_rng rng = wn_rng_new(8, (uint64_t)maximize);
        double values[TRIALS];
        assert_good(wn_store_begin(made.store, &err));
        for (int i = 0; i < TRIALS; i++) {
            values[i] = i % 7 == 3 ? NAN : floor(wn_rng_uniform(&rng) * 1000 / (i + 1)); // ties too
            put_trial(made.store, made.sweep, i, WN_TRIAL_FINISHED, values[i]);
        }
        assert_good(wn_store_commit(made.store, &err));
        for (int i = 0; i < TRIALS; i++) // what is maximized ranks by its negative
            values[i] = maximize ? -values[i] : values[i];
        struct wn_history history;
        struct wn_sweep_row sweep = history_sweep(&made, maximize);
        assert_good(wn_history_load(made.store, &sweep, COLUMNS, &history, &err));
        double best = NAN, expected[COLUMNS], low[COLUMNS], high[COLUMNS];
        size_t record = 0;
        for (int c = 0; c < COLUMNS; c++)
            expected[c] = low[c] = high[c] = NAN;
        for (int i = 0; i < TRIALS; i++) {
            int column = (int)(i * ((double)COLUMNS / (TRIALS - 1)));
            column = column < COLUMNS ? column : COLUMNS - 1;
            if (maximize ? values[i] > best : values[i] < best || isnan(best)) {
                best = values[i];
                assert_true(history.records[record].trial == i);
                assert_true(history.records[record++].value == best);
            } else if (maximize && isnan(best) && !isnan(values[i])) {
                best = values[i];
                assert_true(history.records[record++].trial == i);
            }
            expected[column] = best;
            low[column] = fmin(low[column], values[i]);
            high[column] = fmax(high[column], values[i]);
        }
        assert_int_equal(record, history.record_count);
        for (int c = 0; c < COLUMNS; c++) {
            assert_true(same(history.best.raw.spans[c].last, expected[c]));
            assert_true(same(history.all.raw.spans[c].min, low[c]));
            assert_true(same(history.all.raw.spans[c].max, high[c]));
        }
        wn_history_clear(&history);
        wn_store_close(made.store);
        char *file = wn_format("%s/winnow.db", (char *)*state);
        assert_int_equal(remove(file), 0);
        free(file);
    }
}

// Of very many trials only what is needed is read; what is told is right all the same.
static void the_history_of_very_many_trials_is_right(void **state) {
    enum { TRIALS = WN_HISTORY_MANY + 5000, COLUMNS = 40, SPARK = 8 };
    struct made made = make(state);
    struct wn_rng rng = wn_rng_new(11, 0);
    double *values = wn_malloc(TRIALS * sizeof *values), spark[SPARK], best = NAN;
    assert_good(wn_store_begin(made.store, &err));
    for (int i = 0; i < TRIALS; i++) {
        values[i] = i % 5 == 1 ? NAN : wn_rng_uniform(&rng) / (i + 1);
        put_trial(made.store, made.sweep, i, WN_TRIAL_FINISHED, values[i]);
    }
    assert_good(wn_store_commit(made.store, &err));
    struct wn_history history;
    struct wn_sweep_row sweep = history_sweep(&made, false);
    assert_good(wn_history_load(made.store, &sweep, COLUMNS, &history, &err));
    assert_good(wn_history_best(made.store, &sweep, SPARK, spark, &err));
    for (int i = 0; i < TRIALS; i++) {
        best = fmin(best, values[i]);
        int here = (int)(i * ((double)COLUMNS / (TRIALS - 1)));
        int next = (int)((i + 1) * ((double)COLUMNS / (TRIALS - 1)));
        if (next > here)
            assert_true(history.best.raw.spans[here].last == best);
        if ((i + 1) % (TRIALS / SPARK) == 0)
            assert_true(spark[i / (TRIALS / SPARK)] == best);
    }
    for (size_t i = 0; i < COLUMNS; i++)
        assert_true(history.all.columns[i].count >= 1 && history.all.columns[i].count <= 4);
    wn_history_clear(&history);
    free(values);
    wn_store_close(made.store);
}

static void a_sweep_without_results_has_an_empty_history(void **state) {
    struct made made = make(state);
    struct wn_history history;
    struct wn_sweep_row sweep = history_sweep(&made, false);
    assert_good(wn_history_load(made.store, &sweep, 8, &history, &err));
    assert_true(history.record_count == 0 && history.best.points == 0);
    wn_history_clear(&history);
    put_trial(made.store, made.sweep, 0, WN_TRIAL_FINISHED, 5);
    assert_good(wn_history_load(made.store, &sweep, 8, &history, &err));
    assert_true(history.record_count == 1 && history.best.raw.spans[7].last == 5);
    wn_history_clear(&history);
    wn_store_close(made.store);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        STORE_TEST(columns_hold_what_every_point_says),
        STORE_TEST(steps_that_run_backwards_lose_nothing),
        STORE_TEST(a_million_points_are_reduced_rightly),
        STORE_TEST(the_points_beside_a_window_are_known),
        STORE_TEST(a_line_is_broken_where_a_value_is_not_finite),
        STORE_TEST(a_single_point_lies_in_the_middle),
        STORE_TEST(a_metric_that_is_missing_is_an_empty_chart),
        STORE_TEST(what_has_no_logarithm_is_counted),
        STORE_TEST(what_came_last_may_be_no_number),
        STORE_TEST(x_may_be_another_metric_at_the_same_steps),
        STORE_TEST(the_mean_is_weighted_by_distance_and_unbiased),
        STORE_TEST(the_median_is_that_of_the_points_around),
        STORE_TEST(smoothing_does_not_depend_on_the_window),
        STORE_TEST(the_mean_of_repeats_has_an_interval),
        STORE_TEST(the_history_knows_every_record),
        STORE_TEST(the_history_of_very_many_trials_is_right),
        STORE_TEST(a_sweep_without_results_has_an_empty_history),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
