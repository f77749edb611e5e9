// SPDX-License-Identifier: GPL-3.0-or-later
// Plots as people see them: each is a file of tests/data/screens. The numbers behind them are in
// test_chart.c.
#include "tests/unit/make_store.h"

#include <locale.h>

#include "core/base/rng.h"
#include "golden.h"
#include "tui/widgets/plot.h"
#include "tui/widgets/plot_private.h"
#include "tui/widgets/spark.h"

// ---- making charts ------------------------------------------------------------------------------

enum { CURVES = 3 };

struct scene {
    struct wn_store *store;
    struct wn_chart_query query;
    struct wn_plot plot;
    struct wn_plot_curve curves[CURVES];
    struct wn_chart charts[CURVES];
    size_t count;
};

static struct scene begin(void **state) {
    struct scene scene = {.store = open_store(*state, WN_STORE_CREATE), .count = 1};
    scene.query = (struct wn_chart_query){
        .sweep = add_sweep(scene.store, "s"), .metric = "loss", .from = NAN, .to = NAN};
    scene.plot =
        (struct wn_plot){.title = "loss", .x_name = "step", .low = NAN, .high = NAN, .cursor = -1};
    return scene;
}

static void put_series(struct scene *scene, int64_t trial, const struct wn_point *points,
                       size_t count) {
    struct wn_point chunk[WN_CHUNK];
    struct wn_series_tail tail = {
        .sweep = scene->query.sweep, .trial = trial, .points = chunk, .count = count};
    assert_true(count <= WN_CHUNK);
    memcpy(chunk, points, count * sizeof *points);
    assert_good(wn_store_metric(scene->store, tail.sweep, "loss", &tail.metric, &err));
    assert_good(wn_store_put_tail(scene->store, &tail, &err));
}

// Falls from about 2 to about 0.1, with some noise.
static void put_falling(struct scene *scene, int64_t trial, size_t count) {
    struct wn_point points[WN_CHUNK];
    struct wn_rng rng = wn_rng_new(1, (uint64_t)trial);
    for (size_t i = 0; i < count; i++) {
        double x = (double)i + 1, noise = wn_rng_uniform(&rng) * 0.1;
        points[i] = (struct wn_point){x, 2 / (1 + x * 0.05 * (double)(trial + 1)) + noise};
    }
    put_series(scene, trial, points, count);
}

static void show(struct scene *scene, int rows, int columns, bool ascii, const char *name) {
    static const char *const names[CURVES] = {"#97", "#101", "#8"};
    struct wn_canvas canvas = {.ascii = ascii};
    wn_canvas_reset(&canvas, rows, columns);
    struct wn_pane pane = wn_pane_whole(&canvas);
    for (size_t i = 0; i < scene->count; i++)
        scene->curves[i] = (struct wn_plot_curve){.chart = &scene->charts[i],
                                                  .name = scene->count > 1 ? names[i] : "loss"};
    scene->plot.curves = scene->curves;
    scene->plot.count = scene->count;
    int dots = wn_plot_columns(&scene->plot, &pane);
    for (size_t i = 0; i < scene->count; i++) {
        struct wn_chart_query query = scene->query;
        query.trial = (int64_t)i;
        query.columns = dots > 0 ? (size_t)dots : 1;
        query.log_x = scene->plot.log_x;
        assert_good(wn_chart_load(scene->store, &query, &scene->charts[i], &err));
    }
    wn_plot_draw(&scene->plot, &pane);
    char file[64];
    snprintf(file, sizeof file, "plot-%s-%dx%d%s", name, columns, rows, ascii ? "-ascii" : "");
    golden_check(&canvas, file);
    for (size_t i = 0; i < scene->count; i++)
        wn_chart_clear(&scene->charts[i]);
    wn_canvas_free(&canvas);
}

static void end(struct scene *scene) {
    wn_store_close(scene->store);
}

// ---- one curve ----------------------------------------------------------------------------------

static void a_curve_at_every_size(void **state) {
    struct scene scene = begin(state);
    put_falling(&scene, 0, 200);
    scene.plot.note = "best 0.1034 at 190  now 0.1891";
    show(&scene, 14, 80, false, "curve");
    show(&scene, 14, 80, true, "curve");
    show(&scene, 6, 40, false, "curve");
    show(&scene, 3, 24, false, "curve");
    end(&scene);
}

static void axes_may_be_logarithmic(void **state) {
    struct scene scene = begin(state);
    put_falling(&scene, 0, 200);
    scene.plot.log_y = scene.plot.log_x = true;
    scene.plot.about = "log x, log y";
    show(&scene, 14, 80, false, "logarithmic");
    show(&scene, 14, 80, true, "logarithmic");
    end(&scene);
}

static void what_is_not_finite_is_marked_and_counted(void **state) {
    struct scene scene = begin(state);
    const struct wn_point points[] = {{1, 5},        {2, 4},          {3, NAN},  {4, 3},
                                      {5, INFINITY}, {6, NAN},        {7, 2},    {8, 2.5},
                                      {9, 2},        {10, -INFINITY}, {11, 1.5}, {12, INFINITY}};
    put_series(&scene, 0, points, sizeof points / sizeof *points);
    show(&scene, 10, 60, false, "not-finite");
    show(&scene, 10, 60, true, "not-finite");
    end(&scene);
}

static void outliers_are_cut_off_at_the_edge_unless_all_is_to_be_seen(void **state) {
    struct scene scene = begin(state);
    struct wn_point points[100];
    for (size_t i = 0; i < 100; i++)
        points[i] = (struct wn_point){(double)i, i == 1 ? 900 : 3 + sin((double)i / 9)};
    put_series(&scene, 0, points, 100);
    show(&scene, 10, 60, false, "outlier");
    scene.plot.whole = true;
    show(&scene, 10, 60, false, "outlier-whole");
    end(&scene);
}

static void on_a_log_axis_what_is_not_positive_is_cut_off(void **state) {
    struct scene scene = begin(state);
    const struct wn_point points[] = {{0, 100}, {1, 10}, {2, 0}, {3, 1}, {4, -5}, {5, 0.1}};
    put_series(&scene, 0, points, 6);
    scene.plot.log_y = true;
    show(&scene, 10, 60, false, "not-positive");
    end(&scene);
}

static void lines_go_on_beyond_a_window(void **state) {
    struct scene scene = begin(state);
    const struct wn_point points[] = {{0, 0.90}, {10, 0.92}, {20, 0.95}, {30, 0.93}};
    put_series(&scene, 0, points, 4);
    scene.query.from = 12;
    scene.query.to = 24;
    show(&scene, 10, 60, false, "window");
    scene.query.to = 18; // between two points: nothing lies in it
    show(&scene, 10, 60, false, "between");
    end(&scene);
}

static void special_series(void **state) {
    struct scene scene = begin(state);
    show(&scene, 6, 40, false, "empty");
    put_series(&scene, 0, &(struct wn_point){3, 0.5}, 1);
    show(&scene, 6, 40, false, "single");
    put_series(&scene, 0, (struct wn_point[]){{0, 7}, {1, 7}, {2, 7}}, 3);
    show(&scene, 6, 40, false, "constant");
    put_series(&scene, 0, (struct wn_point[]){{0, 0}, {1, 0}}, 2);
    show(&scene, 6, 40, false, "zero");
    put_series(&scene, 0, (struct wn_point[]){{0, NAN}, {1, NAN}}, 2);
    show(&scene, 6, 40, false, "nothing-finite");
    put_series(&scene, 0, (struct wn_point[]){{0, -1.7e308}, {1, 1.7e308}}, 2);
    show(&scene, 6, 40, false, "huge");
    put_series(&scene, 0, (struct wn_point[]){{0, 0.0302391}, {1, 0.0302399}}, 2);
    show(&scene, 9, 60, false, "narrow");
    put_series(&scene, 0, (struct wn_point[]){{1e9, 1e-9}, {2e9, 3e-9}}, 2);
    show(&scene, 9, 60, false, "tiny");
    end(&scene);
}

static void smoothed_with_the_raw_line_behind(void **state) {
    struct scene scene = begin(state);
    put_falling(&scene, 0, 256);
    scene.query.smoothing = WN_SMOOTH_MEAN;
    scene.query.width = 0.05;
    scene.plot.about = "mean over 5%";
    show(&scene, 14, 80, false, "smooth");
    end(&scene);
}

// ---- several ------------------------------------------------------------------------------------

static void several_are_told_apart_by_letters_and_names(void **state) {
    struct scene scene = begin(state);
    scene.count = CURVES;
    for (int64_t i = 0; i < CURVES; i++)
        put_falling(&scene, i, 200);
    show(&scene, 14, 80, false, "several");
    show(&scene, 14, 80, true, "several");
    show(&scene, 7, 36, false, "several");
    scene.plot.cursor = 40;
    show(&scene, 14, 80, false, "crosshair");
    end(&scene);
}

// ---- anything -----------------------------------------------------------------------------------

static double odd_value(struct wn_rng *rng) {
    static const double odd[] = {NAN,      INFINITY, -INFINITY, 0,     -0.0,  1e308,
                                 -1.7e308, 5e-324,   1e-300,    1e300, 3.25e9};
    uint64_t kind = wn_rng_below(rng, 2 * sizeof odd / sizeof *odd);
    return kind < sizeof odd / sizeof *odd ? odd[kind] : wn_rng_uniform(rng) - 0.5;
}

// Whatever was measured and however small the pane is, what is drawn stays within it.
static void any_chart_is_drawn_in_any_pane(void **state) {
    struct scene scene = begin(state);
    struct wn_rng rng = wn_rng_new(21, 0);
    for (int round = 0; round < 3000; round++) {
        struct wn_point points[20];
        size_t count = wn_rng_below(&rng, 20);
        for (size_t i = 0; i < count; i++)
            points[i] = (struct wn_point){wn_rng_below(&rng, 8) ? (double)i : odd_value(&rng),
                                          odd_value(&rng)};
        if (count)
            put_series(&scene, round, points, count);
        struct wn_canvas canvas = {.ascii = round % 2};
        wn_canvas_reset(&canvas, 24, 60);
        struct wn_pane whole = wn_pane_whole(&canvas);
        struct wn_pane pane =
            wn_pane_part(&whole, 2, 3, (int)wn_rng_below(&rng, 20), (int)wn_rng_below(&rng, 50));
        struct wn_chart_query query = scene.query;
        query.trial = round;
        query.columns = 1 + wn_rng_below(&rng, 90);
        query.log_x = scene.plot.log_x = wn_rng_below(&rng, 2);
        query.smoothing = (enum wn_smoothing)wn_rng_below(&rng, 3);
        query.width = 0.1;
        scene.plot.log_y = wn_rng_below(&rng, 2);
        scene.plot.whole = wn_rng_below(&rng, 2);
        scene.plot.cursor = (int)wn_rng_below(&rng, 100) - 1;
        assert_good(wn_chart_load(scene.store, &query, &scene.charts[0], &err));
        scene.curves[0] = (struct wn_plot_curve){.chart = &scene.charts[0], .name = "a"};
        scene.curves[1] = (struct wn_plot_curve){.chart = &scene.charts[0], .name = "数"};
        scene.plot.curves = scene.curves;
        scene.plot.count = 1 + wn_rng_below(&rng, 2);
        wn_plot_draw(&scene.plot, &pane);
        for (int cell = 0; cell < 24 * 60; cell++) {
            int row = cell / 60 - 2, column = cell % 60 - 3;
            if (row < 0 || row >= pane.rows || column < 0 || column >= pane.columns)
                assert_string_equal(canvas.cells[cell].glyph, " ");
        }
        wn_chart_clear(&scene.charts[0]);
        wn_canvas_free(&canvas);
    }
    end(&scene);
}

// ---- ticks --------------------------------------------------------------------------------------

static void assert_ticks(double low, double high, bool log_axis, int most, const char *expected) {
    const struct wn_plot_axis axis = {.low = low, .high = high, .log = log_axis};
    struct wn_plot_tick ticks[WN_PLOT_TICKS];
    struct wn_str text = {0};
    int count = wn_plot_ticks(&axis, most, ticks);
    for (int i = 0; i < count; i++)
        wn_str_addf(&text, "%s%s", i ? " " : "", *ticks[i].label ? ticks[i].label : ".");
    assert_string_equal(wn_str_text(&text), expected);
    wn_str_free(&text);
}

static void ticks_are_round_numbers(void **state) {
    (void)state;
    assert_ticks(0, 1, false, 5, "0.0 0.2 0.4 0.6 0.8 1.0");
    assert_ticks(0.9812, 0.9834, false, 4, "0.982 0.983");
    assert_ticks(-3, 7, false, 3, "0 5");
    assert_ticks(1, 200000, false, 4, "50k 100k 150k 200k");
    assert_ticks(10000, 20000, false, 5, "10k 12k 14k 16k 18k 20k");
    assert_ticks(0, 3e7, false, 3, "0 10M 20M 30M");
    assert_ticks(1e-9, 3e-9, false, 3, "1e-9 2e-9 3e-9");
    assert_ticks(0.0302391, 0.0302399, false, 4, "0.0302392 0.0302394 0.0302396 0.0302398");
    assert_ticks(1.00001e-7, 1.00003e-7, false, 2, "1.00001e-7 1.00002e-7 1.00003e-7");
    assert_ticks(0, 3e-9, false, 3, "0.0000 1e-9 2e-9 3e-9");
    assert_ticks(1e15, 2e15, false, 2, "1.0e15 1.5e15 2.0e15");
    assert_ticks(1, 1000, true, 4, "1 . . . . . . . . 10 . . . . . . . . 100 . . . . . . . . 1000");
    assert_ticks(1, 30, true, 5, "1 2 . . 5 . . . . 10 20 .");
    assert_ticks(0.52, 0.58, true, 3, "0.52 0.54 0.56 0.58");
    assert_ticks(1e-12, 1e12, true, 3, "1e-7 1 10M");
}

// ---- sparklines ---------------------------------------------------------------------------------

static void assert_spark(const double *values, int count, bool ascii, const char *expected) {
    struct wn_canvas canvas = {.ascii = ascii};
    struct wn_str text = {0};
    wn_canvas_reset(&canvas, 1, count);
    struct wn_pane pane = wn_pane_whole(&canvas);
    wn_spark_draw(&pane, (struct wn_span){.columns = count}, WN_PLAIN, values);
    wn_canvas_text(&canvas, 0, &text);
    assert_string_equal(wn_str_text(&text), expected);
    wn_str_free(&text);
    wn_canvas_free(&canvas);
}

static void sparklines_span_their_values(void **state) {
    (void)state;
    const double rising[] = {0, 1, 2, 3, 4, 5, 6, 7};
    assert_spark(rising, 8, false, "▁▂▃▄▅▆▇█");
    assert_spark(rising, 8, true, "_.:-=+*#");
    const double gaps[] = {1, NAN, 2, INFINITY, -INFINITY};
    assert_spark(gaps, 5, false, "▁ ██▁");
    const double equal[] = {3, 3, INFINITY};
    assert_spark(equal, 3, false, "▄▄█");
    const double huge[] = {-1.7e308, 1.7e308};
    assert_spark(huge, 2, false, "▁█");
}

int main(void) {
    setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        STORE_TEST(a_curve_at_every_size),
        STORE_TEST(axes_may_be_logarithmic),
        STORE_TEST(what_is_not_finite_is_marked_and_counted),
        STORE_TEST(outliers_are_cut_off_at_the_edge_unless_all_is_to_be_seen),
        STORE_TEST(on_a_log_axis_what_is_not_positive_is_cut_off),
        STORE_TEST(lines_go_on_beyond_a_window),
        STORE_TEST(special_series),
        STORE_TEST(smoothed_with_the_raw_line_behind),
        STORE_TEST(several_are_told_apart_by_letters_and_names),
        STORE_TEST(any_chart_is_drawn_in_any_pane),
        cmocka_unit_test(ticks_are_round_numbers),
        cmocka_unit_test(sparklines_span_their_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
