// SPDX-License-Identifier: GPL-3.0-or-later
// The leaderboard, drawn from a store that is made here, at several sizes and after keys.
#include "tests/unit/make_board.h"

#include "golden.h"

#include <cjson/cJSON.h>
#include <locale.h>

#include "tui/screens/board_private.h"

static const double moment = 1800000000;

static const char repeated[] =
    "method: random\nmetric: {name: accuracy, goal: maximize}\nparameters:\n"
    "  C: {distribution: log_uniform_values, min: 0.001, max: 1000}\n"
    "  gamma: {distribution: log_uniform_values, min: 1.0e-6, max: 10}\n"
    "  kernel: {values: [linear, rbf, \"\\e[31mred\\e[0m\"]}\n";
static const char two_goals[] =
    "method: random\nmetrics: [{name: accuracy, goal: maximize}, {name: seconds, goal: minimize}]\n"
    "parameters: {depth: {min: 1, max: 9}}\n";

static struct wn_sweep_row made_sweep(struct wn_store *store, const char *spec, int64_t repeats) {
    struct wn_sweep_row row = {.name = wn_strdup("svm-rbf"),
                               .method = wn_strdup("random"),
                               .spec = wn_strdup(spec),
                               .state = WN_SWEEP_FINISHED,
                               .parallel = 4,
                               .repeats = repeats,
                               .declared = 200,
                               .objective = wn_strdup("accuracy"),
                               .maximize = true,
                               .cwd = wn_strdup("/"),
                               .user = wn_strdup("me"),
                               .host = wn_strdup("here"),
                               .version = wn_strdup("1"),
                               .created = moment - 3600,
                               .started = moment - 3600,
                               .active = 3600};
    assert_good(wn_store_add_sweep(store, &row, &err));
    return row;
}

static void put(struct wn_store *store, const struct wn_sweep_row *sweep, int64_t number,
                enum wn_trial_state state, double accuracy) {
    static const char *const kernels[] = {"linear", "rbf", "\\u001b[31mred\\u001b[0m"};
    struct wn_trial_row row = made_trial(sweep->id, number, state);
    bool counts = wn_trial_counts(state);
    row.repeat = number % sweep->repeats;
    row.params =
        wn_format("{\"C\":%.3g,\"gamma\":%.3g,\"kernel\":\"%s\"}", 31.6 / (double)(number + 1),
                  0.0178 * (double)(number % 5 + 1), kernels[number % 3]);
    row.objective = counts ? accuracy : NAN;
    row.mean = row.repeat == 0 ? row.objective : NAN;
    row.se = row.repeat == 0 && counts && sweep->repeats > 1 ? 0.0011 : NAN;
    row.has_exit = wn_trial_ended(state);
    row.exit_code = state == WN_TRIAL_FAILED;
    row.started = moment - 60 - (double)number * 7;
    row.ended = row.has_exit ? row.started + 1.24 : 0;
    row.host = (char[]){"here"};
    row.reason = state == WN_TRIAL_FAILED ? (char[]){"exit code 1"} : NULL;
    double score = row.repeat || !counts ? NAN : -accuracy;
    assert_good(wn_store_put_trial(store, &row, score, &err));
    free(row.params);
}

// Twenty configurations with two repeats each: one failed, one runs.
static struct wn_sweep_row fill(struct wn_store *store) {
    struct wn_sweep_row sweep = made_sweep(store, repeated, 2);
    for (int64_t i = 0; i < 40; i++) {
        int64_t configuration = i / 2, place = configuration * 7 % 20;
        enum wn_trial_state state = configuration == 7    ? WN_TRIAL_FAILED
                                    : configuration == 11 ? WN_TRIAL_RUNNING
                                                          : WN_TRIAL_FINISHED;
        double accuracy = 0.9831 - 0.0007 * (double)place;
        put(store, &sweep, i, state, accuracy);
        if (state == WN_TRIAL_FINISHED)
            report(store, &sweep, i, "accuracy", accuracy);
        if (state != WN_TRIAL_FAILED)
            report(store, &sweep, i, "fit_s", 1.24 + 0.01 * (double)configuration);
    }
    return sweep;
}

struct fixture {
    struct wn_store *store, *reader; // who looks has a handle of its own, as in the program
    struct wn_sweep_row sweep;
    struct wn_board_state *state;
    struct wn_extent extent;
};

static void load(struct fixture *f) {
    struct wn_board_query *query = wn_screen_board.ask(f->state, f->extent);
    assert_good(wn_screen_board.load(f->reader, query, &err));
    query->moment = moment;
    query->rate = 0.05;
    query->state = "running";
    wn_screen_board.take(f->state, query);
}

static struct fixture begin(void **folder, struct wn_extent extent,
                            struct wn_sweep_row (*make)(struct wn_store *store)) {
    struct fixture f = {.store = open_store(*folder, WN_STORE_CREATE), .extent = extent};
    f.sweep = make(f.store);
    f.reader = open_store(*folder, WN_STORE_READ);
    f.state = wn_screen_board.open(&(struct wn_place){.sweep = f.sweep.id, .trial = -1});
    load(&f); // the rows on the screen
    load(&f); // and those around them
    return f;
}

static void end(struct fixture *f) {
    wn_screen_board.close(f->state);
    wn_sweep_row_clear(&f->sweep);
    wn_store_close(f->reader);
    wn_store_close(f->store);
}

static void check(const struct fixture *f, bool ascii, const char *name) {
    golden_screen(&wn_screen_board, f->state, f->extent, ascii, name);
}

// As the screen is drawn, which tells it where things stand.
static void redraw(const struct fixture *f) {
    struct wn_canvas canvas = {0};
    wn_canvas_reset(&canvas, f->extent.rows, f->extent.columns);
    const struct wn_view view = {.pane = wn_pane_whole(&canvas), .now = moment};
    wn_screen_board.draw(f->state, &view);
    wn_canvas_free(&canvas);
}

static void press(struct fixture *f, const char *keys) {
    for (; *keys; keys++) {
        struct wn_key key = {.code = *keys};
        if (wn_screen_board.type(f->state, NULL, &key))
            continue;
        int action = wn_binding_action(wn_screen_board.bindings, &key);
        if (!action)
            action = wn_binding_action(wn_motion_bindings, &key);
        assert_true(wn_screen_board.act(f->state, NULL, action, &key));
        redraw(f);
    }
}

static void chosen_is(const struct fixture *f, int64_t trial) {
    assert_int_equal(wn_screen_board.place(f->state).trial, trial);
}

// ---- pictures -----------------------------------------------------------------------------------

static void test_sizes(void **folder) {
    static const struct wn_extent extents[] = {{22, 80}, {9, 40}, {14, 60}, {58, 200}};
    struct fixture f = begin(folder, extents[0], fill);
    for (size_t i = 0; i < sizeof extents / sizeof *extents; i++) {
        f.extent = extents[i];
        load(&f);
        check(&f, false, "board");
    }
    f.extent = extents[0];
    load(&f);
    check(&f, true, "board");
    end(&f);
}

static struct wn_sweep_row fill_nothing(struct wn_store *store) {
    return made_sweep(store, repeated, 1);
}

static void test_empty(void **folder) {
    struct fixture f = begin(folder, (struct wn_extent){22, 80}, fill_nothing);
    check(&f, false, "board-empty");
    end(&f);
}

static void test_marks_pins_and_order(void **folder) {
    struct fixture f = begin(folder, (struct wn_extent){22, 80}, fill);
    redraw(&f);
    press(&f, "  j ");
    f.state->pins = wn_calloc(1, sizeof *f.state->pins);
    f.state->pins[f.state->pin_count++] = 14;
    f.state->look.sort = wn_strdup("-param.C");
    f.state->look.where = wn_strdup("kernel <> 'linear'");
    f.state->looks++;
    load(&f);
    check(&f, false, "board-marked");
    end(&f);
}

static void test_wrong_filter(void **folder) {
    struct fixture f = begin(folder, (struct wn_extent){22, 80}, fill);
    f.state->look.where = wn_strdup("gama > 1");
    f.state->looks++;
    load(&f);
    check(&f, false, "board-wrong-filter");
    end(&f);
}

static void test_list_of_columns(void **folder) {
    struct fixture f = begin(folder, (struct wn_extent){22, 80}, fill);
    redraw(&f);
    press(&f, "ck jj<j ");
    check(&f, false, "board-columns");
    press(&f, "q");
    check(&f, false, "board-columns-chosen");
    end(&f);
}

static struct wn_sweep_row fill_two_goals(struct wn_store *store) {
    struct wn_sweep_row sweep = made_sweep(store, two_goals, 1);
    for (int64_t i = 0; i < 9; i++) {
        double accuracy = 0.9 + 0.01 * (double)(i % 5), seconds = (double)((i * 4) % 9 + 1);
        struct wn_trial_row row = made_trial(sweep.id, i, WN_TRIAL_FINISHED);
        row.params = wn_format("{\"depth\":%d}", (int)i + 1);
        row.objective = row.mean = accuracy;
        row.started = row.ended = moment - 10;
        assert_good(wn_store_put_trial(store, &row, -accuracy, &err));
        free(row.params);
        report(store, &sweep, i, "accuracy", accuracy);
        report(store, &sweep, i, "seconds", seconds);
    }
    return sweep;
}

static void test_pareto_front(void **folder) {
    struct fixture f = begin(folder, (struct wn_extent){16, 80}, fill_two_goals);
    check(&f, false, "board-front");
    f.state->look.front = true;
    f.state->looks++;
    load(&f);
    check(&f, false, "board-front-only");
    end(&f);
}

// ---- moving and living --------------------------------------------------------------------------

static void test_the_cursor_stays_on_its_trial(void **folder) {
    struct fixture f = begin(folder, (struct wn_extent){22, 80}, fill);
    redraw(&f);
    chosen_is(&f, 0);
    press(&f, "jj");
    int64_t trial = wn_screen_board.place(f.state).trial;
    put(f.store, &f.sweep, 0, WN_TRIAL_FINISHED, 0.5); // the best is the worst now
    load(&f);
    chosen_is(&f, trial);
    assert_int_equal(f.state->cursor, 1);
    // Who looks at the best row goes on to look at the best.
    press(&f, "k");
    put(f.store, &f.sweep, 38, WN_TRIAL_FINISHED, 0.999);
    load(&f);
    chosen_is(&f, 38);
    end(&f);
}

static void test_the_window_follows_the_cursor(void **folder) {
    struct fixture f = begin(folder, (struct wn_extent){9, 40}, fill);
    redraw(&f);
    press(&f, "G");
    assert_int_equal(f.state->cursor, 19);
    chosen_is(&f, 22); // what has no result stands last
    if (wn_screen_board.stale(f.state, f.extent))
        load(&f);
    check(&f, false, "board-end");
    press(&f, "g");
    chosen_is(&f, 0);
    end(&f);
}

static void test_a_smaller_screen_keeps_the_cursor_in_sight(void **folder) {
    struct fixture f = begin(folder, (struct wn_extent){22, 80}, fill);
    redraw(&f);
    press(&f, "jjjjjjjjjjjjjjj");
    int64_t trial = wn_screen_board.place(f.state).trial;
    f.extent = (struct wn_extent){6, 40};
    redraw(&f);
    assert_int_equal(f.state->drawn->top, 15 - 3);
    load(&f);
    redraw(&f);
    chosen_is(&f, trial);
    assert_int_equal(f.state->top, 15 - 3);
    end(&f);
}

// On a narrow terminal the columns follow whoever goes to the right, and come back.
static void test_columns_follow_the_focus(void **folder) {
    struct fixture f = begin(folder, (struct wn_extent){9, 40}, fill);
    redraw(&f);
    press(&f, "lll");
    check(&f, false, "board-right");
    press(&f, "lllll");
    check(&f, false, "board-far-right");
    press(&f, "hhhhhhhhh");
    assert_int_equal(f.state->setup.first, 0);
    end(&f);
}

// Nobody waits for rows that are not on the screen, and that they come is no news of them.
static void test_the_first_answer_is_the_screen_alone(void **folder) {
    struct fixture f = {.store = open_store(*folder, WN_STORE_CREATE), .extent = {9, 80}};
    f.sweep = fill(f.store);
    f.reader = open_store(*folder, WN_STORE_READ);
    f.state = wn_screen_board.open(&(struct wn_place){.sweep = f.sweep.id, .trial = -1});
    load(&f);
    redraw(&f);
    assert_int_equal(f.state->model->page->row_count, f.state->drawn->rows);
    assert_false(wn_screen_board.stale(f.state, f.extent));
    for (size_t i = 0; i < f.state->drawn->rows; i++)
        press(&f, "j");
    assert_true(wn_screen_board.stale(f.state, f.extent));
    load(&f);
    assert_false(wn_screen_board.stale(f.state, f.extent));
    assert_int_equal(f.state->change_count, 0);
    end(&f);
}

static void test_changed_rows_are_marked_for_a_second(void **folder) {
    struct fixture f = begin(folder, (struct wn_extent){22, 80}, fill);
    assert_true(wn_screen_board.settles(f.state, moment) == 0);
    put(f.store, &f.sweep, 22, WN_TRIAL_FINISHED, 0.97);
    load(&f);
    assert_true(f.state->change_count > 0);
    for (size_t i = 0; i < f.state->change_count; i++)
        assert_int_equal(f.state->changes[i].trial, 22);
    assert_true(wn_screen_board.settles(f.state, moment + 0.25) == 0.75);
    assert_true(wn_screen_board.settles(f.state, moment + 1) == 0);
    // Each change has its own second.
    struct wn_board_query *query = wn_screen_board.ask(f.state, f.extent);
    put(f.store, &f.sweep, 2, WN_TRIAL_FINISHED, 0.96);
    assert_good(wn_screen_board.load(f.reader, query, &err));
    query->moment = moment + 1.5;
    wn_screen_board.take(f.state, query);
    for (size_t i = 0; i < f.state->change_count; i++)
        assert_int_equal(f.state->changes[i].trial, 2);
    assert_true(f.state->change_count > 0);
    end(&f);
}

static void test_ages_stay_while_nothing_else_changes(void **folder) {
    struct fixture f = begin(folder, (struct wn_extent){22, 80}, fill);
    struct wn_board_query *query = wn_screen_board.ask(f.state, f.extent);
    assert_good(wn_screen_board.load(f.reader, query, &err));
    query->moment = moment + 50;
    query->state = "running";
    wn_screen_board.take(f.state, query);
    assert_true(f.state->moment == moment);
    end(&f);
}

// What was chosen is there again in the next dashboard, also where a column of it is no more.
static void test_a_view_is_remembered(void **folder) {
    struct fixture f = begin(folder, (struct wn_extent){22, 80}, fill);
    redraw(&f);
    cJSON *none = wn_screen_board.remember(f.state);
    assert_null(none->child);
    cJSON_Delete(none);
    press(&f, "l>++");
    f.state->look.sort = wn_strdup("-param.C");
    f.state->look.where = wn_strdup("C > 0");
    f.state->look.trials = f.state->side_hidden = true;
    cJSON *view = wn_screen_board.remember(f.state);
    cJSON *gone = cJSON_Parse("{\"name\":\"metric.gone\",\"shown\":true,\"width\":7}");
    cJSON_AddItemToArray(cJSON_GetObjectItem(view, "columns"), gone);
    wn_screen_board.close(f.state);
    f.state = wn_screen_board.open(&(struct wn_place){.sweep = f.sweep.id, .trial = -1});
    wn_screen_board.restore(f.state, view);
    load(&f);
    load(&f);
    cJSON_DeleteItemFromArray(cJSON_GetObjectItem(view, "columns"),
                              cJSON_GetArraySize(cJSON_GetObjectItem(view, "columns")) - 1);
    cJSON *again = wn_screen_board.remember(f.state);
    assert_true(cJSON_Compare(view, again, true));
    assert_null(f.state->model->problem);
    cJSON_Delete(view);
    cJSON_Delete(again);
    end(&f);
}

static void test_a_damaged_view_is_no_harm(void **folder) {
    static const char *const views[] = {
        "{}", "{\"sort\":7,\"filter\":[],\"columns\":{}}",
        "{\"columns\":[1,{},{\"name\":\"\"},{\"name\":\"age\",\"width\":-9},{\"name\":\"age\"}]}"};
    struct fixture f = begin(folder, (struct wn_extent){22, 80}, fill);
    for (size_t i = 0; i < sizeof views / sizeof *views; i++) {
        wn_screen_board.close(f.state);
        f.state = wn_screen_board.open(&(struct wn_place){.sweep = f.sweep.id, .trial = -1});
        cJSON *view = cJSON_Parse(views[i]);
        wn_screen_board.restore(f.state, view);
        load(&f);
        redraw(&f);
        chosen_is(&f, 0);
        cJSON_Delete(view);
    }
    end(&f);
}

static void test_clicks(void **folder) {
    struct fixture f = begin(folder, (struct wn_extent){22, 80}, fill);
    redraw(&f);
    struct wn_key key = {.code = WN_KEY_CLICK, .row = 6, .column = 10};
    assert_true(wn_screen_board.act(f.state, NULL, WN_CLICK, &key));
    assert_int_equal(f.state->cursor, 2);
    end(&f);
}

static void test_an_answer_to_an_old_question_is_dropped(void **folder) {
    struct fixture f = begin(folder, (struct wn_extent){22, 80}, fill);
    const struct wn_board_query *shown = f.state->model;
    struct wn_board_query *query = wn_screen_board.ask(f.state, f.extent);
    assert_good(wn_screen_board.load(f.reader, query, &err));
    f.state->looks++; // meanwhile another filter was entered
    wn_screen_board.take(f.state, query);
    assert_ptr_equal(f.state->model, shown);
    assert_true(wn_screen_board.stale(f.state, f.extent));
    end(&f);
}

int main(void) {
    setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        STORE_TEST(test_sizes),
        STORE_TEST(test_empty),
        STORE_TEST(test_marks_pins_and_order),
        STORE_TEST(test_wrong_filter),
        STORE_TEST(test_list_of_columns),
        STORE_TEST(test_pareto_front),
        STORE_TEST(test_the_cursor_stays_on_its_trial),
        STORE_TEST(test_the_window_follows_the_cursor),
        STORE_TEST(test_a_smaller_screen_keeps_the_cursor_in_sight),
        STORE_TEST(test_columns_follow_the_focus),
        STORE_TEST(test_the_first_answer_is_the_screen_alone),
        STORE_TEST(test_changed_rows_are_marked_for_a_second),
        STORE_TEST(test_ages_stay_while_nothing_else_changes),
        STORE_TEST(test_a_view_is_remembered),
        STORE_TEST(test_a_damaged_view_is_no_harm),
        STORE_TEST(test_clicks),
        STORE_TEST(test_an_answer_to_an_old_question_is_dropped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
