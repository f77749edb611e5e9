// SPDX-License-Identifier: GPL-3.0-or-later
// The leaderboard: which rows and columns it has, in which order, and what it says of repeats,
// failures, NaN and conditions.
#include "tests/unit/make_board.h"

static const char plain[] = "method: random\nmetric: {name: loss, goal: minimize}\n"
                            "parameters: {lr: {min: 0.0, max: 1.0}, kind: {values: [a, b]}}\n";

static void assert_shown(struct wn_store *store, const struct wn_sweep_row *sweep,
                         struct wn_board_options options, const char *trials) {
    struct wn_board *board = load_board(store, sweep, &options);
    assert_column(board, "trial", trials);
    wn_board_free(board);
}

static void assert_refused(struct wn_store *store, const struct wn_sweep_row *sweep,
                           struct wn_board_options options, const char *part) {
    struct wn_board *board = NULL;
    struct wn_err err = {0};
    assert_int_equal(wn_board_load(store, sweep, &options, &board, &err), WN_BAD_INPUT);
    assert_null(board);
    if (!strstr(err.text, part))
        fail_msg("\"%s\" does not say \"%s\"", err.text, part);
}

// Six trials: 0 and 3 tie, 1 failed, 4 was never a number, 5 runs.
static struct wn_sweep_row fill(struct wn_store *store) {
    struct wn_sweep_row sweep = begin_sweep(store, plain, 1);
    end_trial(store, &sweep, 0, WN_TRIAL_FINISHED, "{\"lr\":0.5,\"kind\":\"a\"}", 2);
    end_trial(store, &sweep, 1, WN_TRIAL_FAILED, "{\"lr\":0.1,\"kind\":\"b\"}", NAN);
    end_trial(store, &sweep, 2, WN_TRIAL_STOPPED, "{\"lr\":0.9,\"kind\":\"b\"}", 1);
    end_trial(store, &sweep, 3, WN_TRIAL_FINISHED, "{\"lr\":0.25,\"kind\":\"a\"}", 2);
    end_trial(store, &sweep, 4, WN_TRIAL_NAN, "{\"lr\":0.75,\"kind\":\"a\"}", NAN);
    end_trial(store, &sweep, 5, WN_TRIAL_RUNNING, "{\"lr\":1.0,\"kind\":\"a\"}", NAN);
    report(store, &sweep, 0, "loss", 2);
    report(store, &sweep, 0, "acc", 0.5);
    report(store, &sweep, 2, "loss", 1);
    report(store, &sweep, 3, "loss", 2);
    report(store, &sweep, 3, "acc", NAN);
    report(store, &sweep, 4, "loss", NAN);
    return sweep;
}

struct fixture {
    void *folder;
    struct wn_store *store;
    struct wn_sweep_row sweep;
};

static struct fixture begin(void **state) {
    struct fixture fixture = {.folder = *state, .store = open_store(*state, WN_STORE_CREATE)};
    fixture.sweep = fill(fixture.store);
    return fixture;
}

static void end(struct fixture *fixture) {
    wn_sweep_row_clear(&fixture->sweep);
    wn_store_close(fixture->store);
}

// ---- rows and columns ---------------------------------------------------------------------------

static void columns_come_in_the_documented_order(void **state) {
    struct fixture f = begin(state);
    struct wn_board *board = load_board(f.store, &f.sweep, &(struct wn_board_options){0});
    struct wn_str names = {0};
    for (size_t i = 0; i < board->column_count; i++)
        wn_str_addf(&names, "%s%s", i ? "," : "", board->columns[i].name);
    assert_string_equal(wn_str_text(&names),
                        "rank,trial,state,objective,se,param.kind,param.lr,metric.acc,metric.loss,"
                        "started,ended,duration,exit,host,tags");
    wn_str_free(&names);
    wn_board_free(board);
    end(&f);
}

static void the_best_come_first_and_those_without_a_result_last(void **state) {
    struct fixture f = begin(state);
    struct wn_board *board = load_board(f.store, &f.sweep, &(struct wn_board_options){0});
    assert_column(board, "trial", "2 0 3 1 4 5");
    assert_column(board, "rank", "1 2 3 - - -"); // a tie goes to the earlier one
    assert_column(board, "state", "stopped finished finished failed nan running");
    assert_column(board, "objective", "1.0 2.0 2.0 - NaN -");
    assert_column(board, "metric.acc", "- 0.5 NaN - - -");
    assert_column(board, "se", "- - - - - -");
    assert_column(board, "duration", "12.0 10.0 13.0 11.0 14.0 -");
    assert_column(board, "exit", "0 0 0 0 0 -");
    wn_board_free(board);
    end(&f);
}

static void the_top_is_the_same_by_the_index_and_by_reading_all(void **state) {
    struct fixture f = begin(state);
    assert_shown(f.store, &f.sweep, (struct wn_board_options){.top = 2}, "2 0");
    assert_shown(f.store, &f.sweep, (struct wn_board_options){.top = 3}, "2 0 3");
    assert_shown(f.store, &f.sweep, (struct wn_board_options){.top = 4}, "2 0 3 1");
    assert_shown(f.store, &f.sweep, (struct wn_board_options){.top = 99}, "2 0 3 1 4 5");
    end(&f);
}

static void an_empty_sweep_has_columns_and_no_rows(void **state) {
    struct wn_store *store = open_store(*state, WN_STORE_CREATE);
    struct wn_sweep_row sweep = begin_sweep(store, plain, 1);
    char *text = written_board(store, &sweep, &(struct wn_board_options){.top = 3}, "csv");
    assert_string_equal(text, "rank,trial,state,objective,se,param.kind,param.lr,"
                              "started,ended,duration,exit,host,tags\n");
    free(text);
    wn_sweep_row_clear(&sweep);
    wn_store_close(store);
}

static void what_is_maximised_has_the_largest_first(void **state) {
    struct wn_store *store = open_store(*state, WN_STORE_CREATE);
    struct wn_sweep_row sweep = begin_sweep(store,
                                            "method: random\nmetric: {name: loss, goal: maximize}\n"
                                            "parameters: {lr: {min: 0.0, max: 1.0}}\n",
                                            1);
    for (int i = 0; i < 3; i++)
        end_trial(store, &sweep, i, WN_TRIAL_FINISHED, "{\"lr\":0.5}", i);
    assert_shown(store, &sweep, (struct wn_board_options){0}, "2 1 0");
    assert_shown(store, &sweep, (struct wn_board_options){.sort = "objective"}, "2 1 0");
    assert_shown(store, &sweep, (struct wn_board_options){.sort = "-objective"}, "2 1 0");
    assert_shown(store, &sweep, (struct wn_board_options){.sort = "+objective"}, "0 1 2");
    wn_sweep_row_clear(&sweep);
    wn_store_close(store);
}

// ---- repeats and conditions ---------------------------------------------------------------------

static void repeats_are_one_row_with_means(void **state) {
    struct wn_store *store = open_store(*state, WN_STORE_CREATE);
    struct wn_sweep_row sweep = begin_sweep(store, plain, 3);
    const char *params = "{\"lr\":0.5,\"kind\":\"a\"}";
    end_trial(store, &sweep, 0, WN_TRIAL_FINISHED, params, 2);
    end_trial(store, &sweep, 1, WN_TRIAL_FINISHED, params, NAN);
    end_trial(store, &sweep, 2, WN_TRIAL_FAILED, params, NAN);
    end_trial(store, &sweep, 3, WN_TRIAL_FAILED, params, 1); // its second repeat counts
    end_trial(store, &sweep, 4, WN_TRIAL_FINISHED, params, NAN);
    report(store, &sweep, 0, "acc", 1);
    report(store, &sweep, 1, "acc", 2);
    report(store, &sweep, 2, "acc", 99); // failed: does not count
    report(store, &sweep, 3, "acc", 99);
    report(store, &sweep, 4, "acc", 7);
    for (int top = 0; top < 3; top++) { // the sixth trial has not begun
        struct wn_board *board = load_board(store, &sweep, &(struct wn_board_options){.top = top});
        assert_column(board, "trial", top == 1 ? "3" : "3 0");
        assert_column(board, "objective", top == 1 ? "1.0" : "1.0 2.0");
        assert_column(board, "se", top == 1 ? "0.25" : "0.25 0.25");
        assert_column(board, "acc", top == 1 ? "7.0" : "7.0 1.5");
        assert_column(board, "state", top == 1 ? "finished" : "finished finished");
        wn_board_free(board);
    }
    wn_sweep_row_clear(&sweep);
    wn_store_close(store);
}

static void a_parameter_that_is_switched_off_is_absent(void **state) {
    struct wn_store *store = open_store(*state, WN_STORE_CREATE);
    struct wn_sweep_row sweep =
        begin_sweep(store,
                    "method: random\nmetric: {name: loss, goal: minimize}\n"
                    "parameters:\n  opt:\n    parameters:\n      kind: {values: [adam, sgd]}\n"
                    "      momentum: {min: 0.0, max: 0.9, when: {kind: sgd}}\n",
                    1);
    end_trial(store, &sweep, 0, WN_TRIAL_FINISHED, "{\"opt\":{\"kind\":\"adam\"}}", 1);
    end_trial(store, &sweep, 1, WN_TRIAL_FINISHED, "{\"opt\":{\"kind\":\"sgd\",\"momentum\":0.5}}",
              2);
    struct wn_board *board = load_board(store, &sweep, &(struct wn_board_options){0});
    assert_column(board, "opt.kind", "adam sgd");
    assert_column(board, "param.opt.momentum", "- 0.5");
    wn_board_free(board);
    const char *columns[] = {"trial", "state"};
    char *json = written_board(
        store, &sweep, &(struct wn_board_options){.columns = columns, .column_count = 2}, "json");
    assert_string_equal(
        json, "{\"sweep\":\"s\",\"columns\":[\"trial\",\"state\"],\"trials\":["
              "{\"trial\":0,\"state\":\"finished\",\"params\":{\"opt\":{\"kind\":\"adam\"}},"
              "\"metrics\":{}},{\"trial\":1,\"state\":\"finished\",\"params\":{\"opt\":"
              "{\"kind\":\"sgd\",\"momentum\":0.5}},\"metrics\":{}}]}\n");
    free(json);
    assert_shown(store, &sweep, (struct wn_board_options){.where = "opt.momentum IS NULL"}, "0");
    assert_shown(store, &sweep, (struct wn_board_options){.where = "\"opt.kind\" = 'sgd'"}, "1");
    wn_sweep_row_clear(&sweep);
    wn_store_close(store);
}

// ---- order, filter, choice ----------------------------------------------------------------------

static void rows_are_sorted_by_any_column_in_either_direction(void **state) {
    static const struct {
        const char *sort, *trials;
    } cases[] = {
        {"lr", "1 3 0 4 2 5"},    {"-lr", "5 2 4 0 3 1"},    {"+param.lr", "1 3 0 4 2 5"},
        {"acc", "0 1 2 3 4 5"},   {"-acc", "0 1 2 3 4 5"}, // what is missing or NaN stays last
        {"loss", "2 0 3 1 4 5"},  {"-loss", "0 3 2 1 4 5"},  {"kind", "0 3 4 5 1 2"},
        {"state", "1 0 3 4 5 2"}, {"-trial", "5 4 3 2 1 0"}, {"-rank", "3 0 2 1 4 5"},
    };
    struct fixture f = begin(state);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_shown(f.store, &f.sweep, (struct wn_board_options){.sort = cases[i].sort},
                     cases[i].trials);
    assert_refused(f.store, &f.sweep, (struct wn_board_options){.sort = "los"},
                   "there is no column los (did you mean loss?)");
    end(&f);
}

static void rows_are_filtered_by_expressions_over_all_columns(void **state) {
    static const struct {
        const char *where, *trials;
    } cases[] = {
        {"lr < 0.5", "3 1"},
        {"lr < 0.5 AND state = 'finished'", "3"},
        {"kind IN ('b') OR objective = 2", "2 0 3 1"},
        {"metric.loss >= 2", "0 3"},
        {"rank <= 2", "2 0"},
        {"acc IS NOT NULL", "0"}, // NaN is NULL to SQLite
        {"abs(lr - 0.5) < 0.01", "0"},
        {"host LIKE 'he%' AND duration > 13", "4"},
        {"1", "2 0 3 1 4 5"},
        {"NULL", ""},
    };
    struct fixture f = begin(state);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_shown(f.store, &f.sweep, (struct wn_board_options){.where = cases[i].where},
                     cases[i].trials);
    end(&f);
}

static void expressions_reach_nothing_else(void **state) {
    static const struct {
        const char *where, *part;
    } cases[] = {
        {"", "empty"},
        {"lr <", "ends too early"},
        {"lrr < 1", "did you mean lr?"},
        {"lr < 1) OR (1", "has no ( before it"},
        {"lr; DROP TABLE trial", "; has no meaning here"},
        {"lr -- all", "comment"},
        {"(SELECT count(*) FROM sqlite_schema) > 0", "sqlite_schema"},
        {"load_extension('x')", "load_extension"},
        {"lr ? 1", "? has no meaning"},
        {"lr < 0.5 lr", "syntax error"},
    };
    struct fixture f = begin(state);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_refused(f.store, &f.sweep, (struct wn_board_options){.where = cases[i].where},
                       cases[i].part);
    end(&f);
}

static void columns_are_chosen_by_bare_or_full_name(void **state) {
    struct fixture f = begin(state);
    const char *columns[] = {"kind", "metric.loss", "trial"};
    char *csv = written_board(
        f.store, &f.sweep,
        &(struct wn_board_options){.columns = columns, .column_count = 3, .top = 2}, "csv");
    assert_string_equal(csv, "param.kind,metric.loss,trial\nb,1.0,2\na,2.0,0\n");
    free(csv);
    const char *wrong[] = {"knd"};
    assert_refused(f.store, &f.sweep,
                   (struct wn_board_options){.columns = wrong, .column_count = 1},
                   "there is no column knd (did you mean kind?)");
    end(&f);
}

// ---- ten thousand metrics -----------------------------------------------------------------------

static void ten_thousand_metrics_are_ten_thousand_columns(void **state) {
    enum { METRICS = 10000 };
    struct wn_store *store = open_store(*state, WN_STORE_CREATE);
    struct wn_sweep_row sweep = begin_sweep(store, plain, 1);
    end_trial(store, &sweep, 0, WN_TRIAL_FINISHED, "{\"lr\":0.5,\"kind\":\"a\"}", 2);
    assert_good(wn_store_begin(store, &err));
    for (int i = 0; i < METRICS; i++) {
        char name[16];
        snprintf(name, sizeof name, "m%d", i);
        report(store, &sweep, 0, name, i);
    }
    assert_good(wn_store_commit(store, &err));
    struct wn_board *board = load_board(store, &sweep, &(struct wn_board_options){0});
    assert_int_equal(board->column_count, METRICS + 13);
    assert_column(board, "metric.m9999", "9999.0");
    wn_board_free(board);
    assert_shown(store, &sweep, (struct wn_board_options){.where = "m9999 = 9999 AND lr < 1"}, "0");
    wn_sweep_row_clear(&sweep);
    wn_store_close(store);
}

// ---- chosen by the database ---------------------------------------------------------------------

static void assert_same_board(struct wn_store *store, const struct wn_sweep_row *sweep,
                              struct wn_board_options options) {
    char *whole = written_board(store, sweep, &options, "csv");
    options.top = 1000; // all rows, but asked for as a part
    char *chosen = written_board(store, sweep, &options, "csv");
    if (strcmp(whole, chosen) != 0)
        fail_msg("sort %s where %s:\n%s\nis not\n%s", options.sort ? options.sort : "-",
                 options.where ? options.where : "-", chosen, whole);
    free(whole);
    free(chosen);
}

static void the_database_chooses_what_a_whole_board_would(void **state) {
    static const char *const sorts[] = {
        NULL,    "rank",  "trial",    "-objective",   "se",      "lr",     "-lr",
        "it's",  "-it's", "opt.kind", "opt.momentum", "-acc",    "acc",    "loss",
        "+loss", "state", "-state",   "metric.loss",  "started", "-ended", "-duration",
        "exit",  "host",  "-rank",    "tags"};
    static const char *const wheres[] = {
        NULL,
        "lr < 0.5",
        "opt.momentum > 0.2 AND acc IS NOT NULL",
        "\"opt.kind\" = 'sgd' OR lr > acc",
        "state IN ('finished', 'stopped')",
        "\"it's\" = 1",
        "objective <= 0.5 AND rank < 20",
        "trial % 3 = 0 AND exit = 0",
        "metric.loss > objective",
        "rank BETWEEN 3 AND 9",
        "tags LIKE '%good%' OR rank IS NULL",
    };
    for (int64_t repeats = 1; repeats <= 3; repeats += 2) {
        char folder[256];
        snprintf(folder, sizeof folder, "%s/%d", (char *)*state, (int)repeats);
        struct wn_store *store = open_store(folder, WN_STORE_CREATE);
        struct wn_sweep_row sweep = begin_sweep(store, rich, repeats);
        struct wn_rng rng = wn_rng_new(4, (uint64_t)repeats);
        for (int64_t number = 0; number < 60 * repeats; number++)
            add_any_trial(store, &sweep, number, &rng);
        for (size_t i = 0; i < sizeof sorts / sizeof *sorts; i++)
            for (size_t j = 0; j < sizeof wheres / sizeof *wheres; j++)
                for (int trials = 0; trials < 2; trials++)
                    assert_same_board(store, &sweep,
                                      (struct wn_board_options){
                                          .sort = sorts[i], .where = wheres[j], .trials = trials});
        wn_sweep_row_clear(&sweep);
        wn_store_close(store);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        STORE_TEST(columns_come_in_the_documented_order),
        STORE_TEST(the_best_come_first_and_those_without_a_result_last),
        STORE_TEST(the_top_is_the_same_by_the_index_and_by_reading_all),
        STORE_TEST(an_empty_sweep_has_columns_and_no_rows),
        STORE_TEST(what_is_maximised_has_the_largest_first),
        STORE_TEST(repeats_are_one_row_with_means),
        STORE_TEST(a_parameter_that_is_switched_off_is_absent),
        STORE_TEST(rows_are_sorted_by_any_column_in_either_direction),
        STORE_TEST(rows_are_filtered_by_expressions_over_all_columns),
        STORE_TEST(expressions_reach_nothing_else),
        STORE_TEST(columns_are_chosen_by_bare_or_full_name),
        STORE_TEST(ten_thousand_metrics_are_ten_thousand_columns),
        STORE_TEST(the_database_chooses_what_a_whole_board_would),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
