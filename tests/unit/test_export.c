// SPDX-License-Identifier: GPL-3.0-or-later
// Files: CSV, JSON and Markdown of boards, streams of trials and points, hostile names in all of
// them, and numbers that are none.
#include "tests/unit/make_board.h"

static const char spec[] = "method: random\nmetric: {name: loss, goal: minimize}\n"
                           "parameters: {\"a,\\\"b\\\"\": {values: [\"x|y\\nz\", \"<i>*\"]}}\n";
static const char first[] = "{\"a,\\\"b\\\"\":\"x|y\\nz\"}",
                  second[] = "{\"a,\\\"b\\\"\":\"<i>*\"}";

// Two trials with a parameter, values and a metric that mean harm.
static struct wn_sweep_row fill(struct wn_store *store) {
    struct wn_sweep_row sweep = begin_sweep(store, spec, 1);
    end_trial(store, &sweep, 0, WN_TRIAL_FINISHED, first, 2);
    end_trial(store, &sweep, 1, WN_TRIAL_NAN, second, NAN);
    report(store, &sweep, 0, "loss", 2);
    report(store, &sweep, 0, "m\033[31m,", INFINITY);
    report(store, &sweep, 1, "loss", NAN);
    return sweep;
}

static void assert_board(void **state, const char *format, const char *expected) {
    struct wn_store *store = open_store(*state, WN_STORE_CREATE);
    struct wn_sweep_row sweep = fill(store);
    const char *columns[] = {"rank", "state", "objective", "a,\"b\"", "m\033[31m,", "started"};
    char *text = written_board(
        store, &sweep, &(struct wn_board_options){.columns = columns, .column_count = 6}, format);
    assert_string_equal(text, expected);
    free(text);
    wn_sweep_row_clear(&sweep);
    wn_store_close(store);
}

static void csv_is_quoted_as_rfc_4180_says(void **state) {
    assert_board(state, "csv",
                 "rank,state,objective,\"param.a,\"\"b\"\"\",\"metric.m\033[31m,\",started\n"
                 "1,finished,2.0,\"x|y\nz\",inf,100.0\n"
                 ",nan,NaN,<i>*,,100.0\n");
}

static void json_has_null_for_what_is_no_number(void **state) {
    assert_board(
        state, "json",
        "{\"sweep\":\"s\",\"columns\":[\"rank\",\"state\",\"objective\",\"param.a,\\\"b\\\"\","
        "\"metric.m\\u001b[31m,\",\"started\"],\"trials\":["
        "{\"rank\":1,\"state\":\"finished\",\"objective\":2.0,\"started\":100.0,"
        "\"params\":{\"a,\\\"b\\\"\":\"x|y\\nz\"},\"metrics\":{\"m\\u001b[31m,\":null}},"
        "{\"rank\":null,\"state\":\"nan\",\"objective\":null,\"started\":100.0,"
        "\"params\":{\"a,\\\"b\\\"\":\"<i>*\"},\"metrics\":{}}]}\n");
}

static void markdown_stays_one_table(void **state) {
    assert_board(state, "md",
                 "| rank | state | loss | a,\"b\" | m [31m, | started |\n"
                 "| --- | --- | --- | --- | --- | --- |\n"
                 "| 1 | finished | 2 | x\\|y z | inf | 1970-01-01T00:01:40Z |\n"
                 "|  | nan | nan | \\<i>\\* |  | 1970-01-01T00:01:40Z |\n");
}

static char *written_trials(void **state, bool csv) {
    struct wn_store *store = open_store(*state, WN_STORE_CREATE);
    struct wn_sweep_row sweep = fill(store);
    struct wn_str text = {0};
    assert_good(wn_export_trials(store, &sweep, csv, &(struct wn_sink){keep_bytes, &text}, &err));
    wn_sweep_row_clear(&sweep);
    wn_store_close(store);
    return wn_str_take(&text);
}

static void trials_as_csv(void **state) {
    char *text = written_trials(state, true);
    assert_string_equal(
        text,
        "trial,configuration,repeat,attempt,state,reason,objective,seed,exit,signal,created,"
        "started,ended,user_cpu,system_cpu,peak_memory,host,tags,\"param.a,\"\"b\"\"\",metric.loss,"
        "\"metric.m\033[31m,\"\n"
        "0,0,0,0,finished,,2.0,0,0,0,,100.0,110.0,0.0,0.0,0,here,,\"x|y\nz\",2.0,inf\n"
        "1,1,0,0,nan,,NaN,0,0,0,,100.0,111.0,0.0,0.0,0,here,,<i>*,NaN,\n");
    free(text);
}

static void trials_as_json_lines(void **state) {
    char *text = written_trials(state, false);
    char *end = strchr(text, '\n');
    assert_non_null(end);
    assert_string_equal(
        end + 1,
        "{\"trial\":1,\"configuration\":1,\"repeat\":0,\"attempt\":0,\"state\":\"nan\","
        "\"reason\":null,\"objective\":null,\"seed\":0,\"exit\":0,\"signal\":0,\"created\":null,"
        "\"started\":100.0,\"ended\":111.0,\"user_cpu\":0.0,\"system_cpu\":0.0,\"peak_memory\":0,"
        "\"host\":\"here\",\"tags\":null,\"params\":{\"a,\\\"b\\\"\":\"<i>*\"},\"metrics\":{"
        "\"loss\":null}}\n");
    free(text);
}

static void points_are_long_and_exact(void **state) {
    struct wn_store *store = open_store(*state, WN_STORE_CREATE);
    struct wn_sweep_row sweep = begin_sweep(store, spec, 1);
    struct wn_point points[] = {{1, 0.1}, {2, NAN}, {0.1, -INFINITY}, {-3, 1e-300}, {1e300, 5}};
    struct wn_series_tail tail = {.sweep = sweep.id, .trial = 7, .count = 5, .points = points};
    assert_good(wn_store_metric(store, sweep.id, "a,b", &tail.metric, &err));
    assert_good(wn_store_put_tail(store, &tail, &err));
    struct wn_str text = {0};
    const struct wn_sink sink = {keep_bytes, &text};
    assert_good(wn_export_points(store, sweep.id, true, &sink, &err));
    assert_string_equal(wn_str_text(&text),
                        "trial,step,metric,value\n7,1,\"a,b\",0.1\n7,2,\"a,b\",NaN\n"
                        "7,0.1,\"a,b\",-inf\n7,-3,\"a,b\",1e-300\n7,1e+300,\"a,b\",5.0\n");
    wn_str_clear(&text);
    assert_good(wn_export_points(store, sweep.id, false, &sink, &err));
    assert_non_null(
        strstr(text.text, "{\"trial\":7,\"step\":2,\"metric\":\"a,b\",\"value\":null}\n"));
    assert_non_null(strstr(text.text, "\"step\":0.1,"));
    wn_str_free(&text);
    wn_sweep_row_clear(&sweep);
    wn_store_close(store);
}

static bool take_one(void *context, const char *bytes, size_t length) {
    (void)bytes, (void)length;
    ++*(int *)context;
    return false;
}

static void a_reader_that_leaves_ends_every_stream(void **state) {
    struct wn_store *store = open_store(*state, WN_STORE_CREATE);
    struct wn_sweep_row sweep = fill(store);
    int pieces = 0;
    const struct wn_sink sink = {take_one, &pieces};
    assert_good(wn_export_trials(store, &sweep, true, &sink, &err));
    assert_good(wn_export_trials(store, &sweep, false, &sink, &err));
    assert_good(wn_export_points(store, sweep.id, true, &sink, &err));
    assert_good(wn_export_points(store, sweep.id, false, &sink, &err));
    struct wn_board *board = load_board(store, &sweep, &(struct wn_board_options){0});
    static const char *const formats[] = {"csv", "json", "md"};
    for (size_t i = 0; i < 3; i++)
        assert_false(wn_exporter_find(formats[i])->board(board, &sink));
    assert_int_equal(pieces, 7);
    wn_board_free(board);
    wn_sweep_row_clear(&sweep);
    wn_store_close(store);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        STORE_TEST(csv_is_quoted_as_rfc_4180_says),
        STORE_TEST(json_has_null_for_what_is_no_number),
        STORE_TEST(markdown_stays_one_table),
        STORE_TEST(trials_as_csv),
        STORE_TEST(trials_as_json_lines),
        STORE_TEST(points_are_long_and_exact),
        STORE_TEST(a_reader_that_leaves_ends_every_stream),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
