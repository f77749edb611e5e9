// SPDX-License-Identifier: GPL-3.0-or-later
// Two sides, races and trials side by side, from stores of a few trials.
#include "tests/unit/make_board.h"

#include <locale.h>

#include "tests/unit/golden.h"
#include "tui/screens/compare.h"

static const char spec[] =
    "method: random\nmetric: {name: loss, goal: minimize}\n"
    "parameters: {lr: {min: 0.0, max: 1.0}, kind: {values: [a, b]}, depth: {values: [3]}}\n";
static const char race_spec[] =
    "name: race\nmethod: list\nmetric: {name: loss, goal: minimize}\n"
    "parameters: {lr: {min: 0.0, max: 1.0}, depth: {values: [3]}}\nrepeats: 10\n"
    "race: {min_effect: 0.05}\n"
    "configurations: [{lr: 0.25, depth: 3}, {lr: 0.5, depth: 3}";

static struct wn_sweep_row fill(struct wn_store *store) {
    struct wn_sweep_row sweep = begin_sweep(store, spec, 1);
    end_trial(store, &sweep, 0, WN_TRIAL_FINISHED, "{\"lr\":0.5,\"kind\":\"a\",\"depth\":3}", 2);
    end_trial(store, &sweep, 1, WN_TRIAL_FAILED, "{\"lr\":0.125,\"kind\":\"b\",\"depth\":3}", NAN);
    end_trial(store, &sweep, 2, WN_TRIAL_STOPPED, "{\"lr\":0.9,\"kind\":\"a\",\"depth\":3}", 1);
    report(store, &sweep, 0, "accuracy", 0.5);
    report(store, &sweep, 2, "accuracy", 0.75);
    return sweep;
}

// Noise that is the same in each run of the test, between -0.5 and 0.5.
static double noise(int64_t number) {
    struct wn_rng rng = wn_rng_new(5, (uint64_t)number);
    return (double)wn_rng_below(&rng, 1000) / 1000 - 0.5;
}

static void put_repeat(struct wn_store *store, const struct wn_sweep_row *sweep, int64_t number,
                       const char *params, double loss) {
    struct wn_trial_row row = made_trial(sweep->id, number, WN_TRIAL_FINISHED);
    row.repeat = number % sweep->repeats;
    row.seed = 100 + row.repeat;
    row.params = wn_strdup(params);
    row.params_hash = number / sweep->repeats + 1;
    row.objective = row.mean = loss;
    row.has_exit = true;
    row.host = wn_strdup("here");
    assert_good(wn_store_put_trial(store, &row, row.repeat ? NAN : loss, &err));
    free(row.params);
    free(row.host);
}

static void put_curve(struct wn_store *store, const struct wn_sweep_row *sweep, int64_t trial,
                      const char *metric, double end) {
    enum { POINTS = 40 };
    struct wn_point points[POINTS];
    for (int i = 0; i < POINTS; i++)
        points[i] = (struct wn_point){i, end + 3.0 / (1 + i)};
    struct wn_series_tail tail = {
        .sweep = sweep->id, .trial = trial, .count = POINTS, .points = points};
    assert_good(wn_store_metric(store, sweep->id, metric, &tail.metric, &err));
    assert_good(wn_store_put_tail(store, &tail, &err));
}

// Two configurations of eight repeats with the same seeds; B has a loss that is lower by `off`.
static struct wn_sweep_row fill_repeats(struct wn_store *store, double off) {
    static const char *const params[] = {"{\"lr\":0.5,\"kind\":\"a\",\"depth\":3}",
                                         "{\"lr\":0.9,\"kind\":\"b\",\"depth\":3}"};
    enum { REPEATS = 8 };
    struct wn_sweep_row sweep = begin_sweep(store, spec, REPEATS);
    for (int64_t number = 0; number < 2 * REPEATS; number++) {
        bool b = number >= REPEATS;
        double loss = 2 - b * off + noise(number % REPEATS) + 0.2 * noise(100 + number);
        put_repeat(store, &sweep, number, params[b], loss);
        double accuracy = 0.75 + 0.25 * noise(200 + number);
        put_curve(store, &sweep, number, "loss", loss);
        report(store, &sweep, number, "accuracy", accuracy);
        put_curve(store, &sweep, number, "accuracy", accuracy);
    }
    return sweep;
}

// ---- at a place ---------------------------------------------------------------------------------

static void load_for(struct wn_store *store, void *state, struct wn_extent extent) {
    void *query = wn_screen_compare.ask(state, extent);
    assert_good(wn_screen_compare.load(store, query, &err));
    wn_screen_compare.take(state, query);
}

// What the screen shows at a place in a size, and with what it asked for in that size.
static void show(struct wn_store *store, const struct wn_place *place, struct wn_extent extent,
                 bool ascii, const char *name) {
    void *state = wn_screen_compare.open(place);
    load_for(store, state, extent);
    golden_screen(&wn_screen_compare, state, extent, ascii, name);
    assert_false(wn_screen_compare.stale(state, extent));
    wn_screen_compare.close(state);
}

static const struct wn_extent usual = {22, 80}, small = {9, 40}, large = {58, 200},
                              middle = {14, 60};

// ---- more than two ------------------------------------------------------------------------------

static void test_differences_of_three(void **folder) {
    struct wn_store *store = open_store(*folder, WN_STORE_CREATE);
    struct wn_sweep_row sweep = fill(store);
    struct wn_place place = {.sweep = sweep.id, .trial = 1, .text = (char[]){"0,2,1"}};
    show(store, &place, usual, false, "compare");
    show(store, &place, small, true, "compare");
    wn_sweep_row_clear(&sweep);
    wn_store_close(store);
}

// ---- two ----------------------------------------------------------------------------------------

static void test_one_is_compared_with_the_best(void **folder) {
    struct wn_store *store = open_store(*folder, WN_STORE_CREATE);
    struct wn_sweep_row sweep = fill(store);
    show(store, &(struct wn_place){.sweep = sweep.id, .trial = 0}, usual, false, "compare-best");
    show(store, &(struct wn_place){.sweep = sweep.id, .trial = 1}, usual, false, "compare-failed");
    wn_sweep_row_clear(&sweep);
    wn_store_close(store);
}

static void test_without_a_second_one_it_says_what_to_do(void **folder) {
    struct wn_store *store = open_store(*folder, WN_STORE_CREATE);
    struct wn_sweep_row sweep = begin_sweep(store, spec, 1);
    end_trial(store, &sweep, 0, WN_TRIAL_FINISHED, "{\"lr\":0.5,\"kind\":\"a\",\"depth\":3}", 2);
    show(store, &(struct wn_place){.sweep = sweep.id, .trial = -1}, usual, false,
         "compare-nothing");
    show(store, &(struct wn_place){.sweep = sweep.id, .trial = -1}, small, true, "compare-nothing");
    wn_sweep_row_clear(&sweep);
    wn_store_close(store);
}

static void test_repeats_are_told_apart_with_their_spread(void **folder) {
    struct wn_store *store = open_store(*folder, WN_STORE_CREATE);
    struct wn_sweep_row sweep = fill_repeats(store, 0.4);
    struct wn_place place = {.sweep = sweep.id, .trial = -1, .text = (char[]){"0,8"}};
    show(store, &place, usual, false, "compare-two");
    show(store, &place, usual, true, "compare-two");
    show(store, &place, small, true, "compare-two");
    show(store, &place, middle, false, "compare-two");
    show(store, &place, large, false, "compare-two");
    wn_sweep_row_clear(&sweep);
    wn_store_close(store);
}

static void test_what_cannot_be_told_asks_for_more(void **folder) {
    struct wn_store *store = open_store(*folder, WN_STORE_CREATE);
    struct wn_sweep_row sweep = fill_repeats(store, 0.02);
    struct wn_place place = {.sweep = sweep.id, .trial = -1, .text = (char[]){"8,0"}};
    show(store, &place, usual, false, "compare-unsure");
    wn_sweep_row_clear(&sweep);
    wn_store_close(store);
}

// Names of parameters and values come from whoever runs it; there are more than have room.
static struct wn_sweep_row fill_hostile(struct wn_store *store) {
    enum { MANY = 30 };
    struct wn_str text = {0}, params[2] = {{0}};
    wn_str_add(&text, "method: random\nmetric: {name: loss, goal: minimize}\nparameters:\n"
                      "  \"\\e[31mred\": {values: [\"\\a\", \"\\u202eevil\"]}\n");
    for (int i = 0; i < MANY; i++)
        wn_str_addf(&text, "  a_very_long_name_of_parameter_number_%02d: {values: [0, 1]}\n", i);
    struct wn_sweep_row sweep = begin_sweep(store, wn_str_text(&text), 1);
    for (int side = 0; side < 2; side++) {
        wn_str_addf(&params[side], "{\"\\u001b[31mred\":\"%s\"", side ? "\\u202eevil" : "\\u0007");
        for (int i = 0; i < MANY; i++)
            wn_str_addf(&params[side], ",\"a_very_long_name_of_parameter_number_%02d\":%d", i,
                        side);
        wn_str_add_char(&params[side], '}');
        end_trial(store, &sweep, side, WN_TRIAL_FINISHED, wn_str_text(&params[side]), 1 + side);
        wn_str_free(&params[side]);
    }
    wn_str_free(&text);
    return sweep;
}

static void test_hostile_names_and_many_parameters(void **folder) {
    struct wn_store *store = open_store(*folder, WN_STORE_CREATE);
    struct wn_sweep_row sweep = fill_hostile(store);
    struct wn_place place = {.sweep = sweep.id, .trial = -1, .text = (char[]){"0,1"}};
    show(store, &place, usual, false, "compare-hostile");
    show(store, &place, small, true, "compare-hostile");
    wn_sweep_row_clear(&sweep);
    wn_store_close(store);
}

static void test_two_repeats_of_one_configuration_stand_alone(void **folder) {
    struct wn_store *store = open_store(*folder, WN_STORE_CREATE);
    struct wn_sweep_row sweep = fill_repeats(store, 0.4);
    struct wn_place place = {.sweep = sweep.id, .trial = -1, .text = (char[]){"1,2"}};
    show(store, &place, usual, false, "compare-repeats");
    wn_sweep_row_clear(&sweep);
    wn_store_close(store);
}

static void test_what_is_refused_is_told_in_its_place(void **folder) {
    struct wn_store *store = open_store(*folder, WN_STORE_CREATE);
    struct wn_sweep_row sweep = fill(store);
    struct wn_place place = {.sweep = sweep.id, .trial = -1, .text = (char[]){"0,77"}};
    show(store, &place, usual, false, "compare-refused");
    wn_sweep_row_clear(&sweep);
    wn_store_close(store);
}

// ---- acting -------------------------------------------------------------------------------------

static void press(void *state, int code) {
    const struct wn_key key = {.code = code};
    int action = wn_binding_action(wn_screen_compare.bindings, &key);
    assert_true(wn_screen_compare.act(state, NULL, action, &key));
}

static void assert_place(const void *state, int64_t trial, const char *text) {
    struct wn_place place = wn_screen_compare.place(state);
    assert_int_equal(place.trial, trial);
    assert_string_equal(place.text, text);
}

static void test_sides_change_places(void **folder) {
    struct wn_store *store = open_store(*folder, WN_STORE_CREATE);
    struct wn_sweep_row sweep = fill_repeats(store, 0.4);
    const struct wn_place place = {.sweep = sweep.id, .trial = -1};
    void *state = wn_screen_compare.open(&place);
    assert_true(wn_screen_compare.stale(state, usual));
    load_for(store, state, usual);
    assert_place(state, 0, "8,0"); // the best one is A, the cursor on B
    void *late = wn_screen_compare.ask(state, usual);
    press(state, 's');
    assert_true(wn_screen_compare.stale(state, usual));
    assert_good(wn_screen_compare.load(store, late, &err));
    wn_screen_compare.take(state, late); // it was asked before
    assert_true(wn_screen_compare.stale(state, usual));
    load_for(store, state, usual);
    assert_false(wn_screen_compare.stale(state, usual));
    assert_place(state, 8, "0,8");
    wn_screen_compare.close(state);
    wn_sweep_row_clear(&sweep);
    wn_store_close(store);
}

static void test_the_curve_alone(void **folder) {
    struct wn_store *store = open_store(*folder, WN_STORE_CREATE);
    struct wn_sweep_row sweep = fill_repeats(store, 0.4);
    struct wn_place place = {.sweep = sweep.id, .trial = -1, .text = (char[]){"0,8"}};
    void *state = wn_screen_compare.open(&place);
    load_for(store, state, usual);
    press(state, 'c');
    load_for(store, state, usual);
    golden_screen(&wn_screen_compare, state, usual, false, "compare-chart");
    press(state, 'c');
    load_for(store, state, usual);
    assert_true(wn_screen_compare.act(state, NULL, WN_MOVE_DOWN, NULL)); // another metric
    assert_true(wn_screen_compare.stale(state, usual));
    load_for(store, state, usual);
    golden_screen(&wn_screen_compare, state, usual, false, "compare-metric");
    wn_screen_compare.close(state);
    wn_sweep_row_clear(&sweep);
    wn_store_close(store);
}

// ---- many values --------------------------------------------------------------------------------

static void test_many_values_are_told_by_a_box(void **folder) {
    enum { REPEATS = 400 };
    static const char *const params[] = {"{\"lr\":0.25,\"kind\":\"a\",\"depth\":3}",
                                         "{\"lr\":0.5,\"kind\":\"a\",\"depth\":3}"};
    struct wn_store *store = open_store(*folder, WN_STORE_CREATE);
    struct wn_sweep_row sweep = begin_sweep(store, spec, REPEATS);
    for (int64_t number = 0; number < 2 * REPEATS; number++) {
        bool b = number >= REPEATS;
        put_repeat(store, &sweep, number, params[b],
                   b ? 3 : 2 + noise(number)); // B ignores its seed
    }
    struct wn_place place = {.sweep = sweep.id, .trial = -1, .text = (char[]){"0,400"}};
    show(store, &place, usual, false, "compare-box");
    show(store, &place, usual, true, "compare-box");
    wn_sweep_row_clear(&sweep);
    wn_store_close(store);
}

// ---- races --------------------------------------------------------------------------------------

static struct wn_sweep_row begin_race(struct wn_store *store, int arms, int64_t rounds) {
    static const char *const params[] = {"{\"lr\":0.25,\"depth\":3}", "{\"lr\":0.5,\"depth\":3}",
                                         "{\"lr\":0.75,\"depth\":3}"};
    struct wn_str text = {0};
    wn_str_addf(&text, "%s%s]\n", race_spec, arms > 2 ? ", {lr: 0.75, depth: 3}" : "");
    struct wn_sweep_row sweep = begin_sweep(store, wn_str_text(&text), 10);
    wn_str_free(&text);
    for (int64_t round = 0; round < rounds; round++)
        for (int arm = 0; arm < arms; arm++) {
            int64_t number = arm * sweep.repeats + round;
            double loss = 2 - 0.2 * arm + noise(round) + 0.3 * noise(300 + number);
            put_repeat(store, &sweep, number, params[arm], loss);
        }
    if (rounds == sweep.repeats)
        assert_good(wn_store_set_sweep_state(store, sweep.id, WN_SWEEP_FINISHED, "", 100, &err));
    return sweep;
}

static void test_a_race_of_two_narrows(void **folder) {
    struct wn_store *store = open_store(*folder, WN_STORE_CREATE);
    struct wn_sweep_row sweep = begin_race(store, 2, 10);
    struct wn_place place = {.sweep = sweep.id, .trial = -1};
    show(store, &place, usual, false, "compare-race");
    show(store, &place, usual, true, "compare-race");
    show(store, &place, small, true, "compare-race");
    show(store, &place, large, false, "compare-race");
    place.text = (char[]){"0,10"};
    show(store, &place, usual, false, "compare-arms");
    wn_sweep_row_clear(&sweep);
    wn_store_close(store);
}

static void test_a_race_that_is_on_says_what_to_expect(void **folder) {
    struct wn_store *store = open_store(*folder, WN_STORE_CREATE);
    struct wn_sweep_row sweep = begin_race(store, 2, 5);
    show(store, &(struct wn_place){.sweep = sweep.id, .trial = -1}, usual, false,
         "compare-race-on");
    wn_sweep_row_clear(&sweep);
    wn_store_close(store);
}

static void test_a_race_of_three_is_looked_at_by_arm(void **folder) {
    struct wn_store *store = open_store(*folder, WN_STORE_CREATE);
    struct wn_sweep_row sweep = begin_race(store, 3, 10);
    show(store, &(struct wn_place){.sweep = sweep.id, .trial = -1}, usual, false,
         "compare-race-three");
    show(store, &(struct wn_place){.sweep = sweep.id, .trial = 3}, usual, false,
         "compare-race-first");
    wn_sweep_row_clear(&sweep);
    wn_store_close(store);
}

static void test_a_race_without_runs_yet(void **folder) {
    struct wn_store *store = open_store(*folder, WN_STORE_CREATE);
    struct wn_sweep_row sweep = begin_race(store, 2, 0);
    show(store, &(struct wn_place){.sweep = sweep.id, .trial = -1}, usual, false,
         "compare-race-empty");
    wn_sweep_row_clear(&sweep);
    wn_store_close(store);
}

int main(void) {
    setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        STORE_TEST(test_differences_of_three),
        STORE_TEST(test_one_is_compared_with_the_best),
        STORE_TEST(test_without_a_second_one_it_says_what_to_do),
        STORE_TEST(test_repeats_are_told_apart_with_their_spread),
        STORE_TEST(test_what_cannot_be_told_asks_for_more),
        STORE_TEST(test_hostile_names_and_many_parameters),
        STORE_TEST(test_two_repeats_of_one_configuration_stand_alone),
        STORE_TEST(test_what_is_refused_is_told_in_its_place),
        STORE_TEST(test_sides_change_places),
        STORE_TEST(test_the_curve_alone),
        STORE_TEST(test_many_values_are_told_by_a_box),
        STORE_TEST(test_a_race_of_two_narrows),
        STORE_TEST(test_a_race_that_is_on_says_what_to_expect),
        STORE_TEST(test_a_race_of_three_is_looked_at_by_arm),
        STORE_TEST(test_a_race_without_runs_yet),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
