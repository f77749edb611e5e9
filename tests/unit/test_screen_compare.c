// SPDX-License-Identifier: GPL-3.0-or-later
// Trials side by side, from a store of three.
#include "tests/unit/make_board.h"

#include <locale.h>

#include "tests/unit/golden.h"
#include "tui/screens/compare.h"

static const char spec[] =
    "method: random\nmetric: {name: loss, goal: minimize}\n"
    "parameters: {lr: {min: 0.0, max: 1.0}, kind: {values: [a, b]}, depth: {values: [3]}}\n";

static struct wn_sweep_row fill(struct wn_store *store) {
    struct wn_sweep_row sweep = begin_sweep(store, spec, 1);
    end_trial(store, &sweep, 0, WN_TRIAL_FINISHED, "{\"lr\":0.5,\"kind\":\"a\",\"depth\":3}", 2);
    end_trial(store, &sweep, 1, WN_TRIAL_FAILED, "{\"lr\":0.125,\"kind\":\"b\",\"depth\":3}", NAN);
    end_trial(store, &sweep, 2, WN_TRIAL_STOPPED, "{\"lr\":0.9,\"kind\":\"a\",\"depth\":3}", 1);
    report(store, &sweep, 0, "accuracy", 0.5);
    report(store, &sweep, 2, "accuracy", 0.75);
    return sweep;
}

// A screen at the place, with what it asked for.
static void *loaded(struct wn_store *store, const struct wn_place *place) {
    void *state = wn_screen_compare.open(place);
    void *query = wn_screen_compare.ask(state, (struct wn_extent){22, 80});
    assert_good(wn_screen_compare.load(store, query, &err));
    wn_screen_compare.take(state, query);
    return state;
}

static void test_differences(void **folder) {
    struct wn_store *store = open_store(*folder, WN_STORE_CREATE);
    struct wn_sweep_row sweep = fill(store);
    struct wn_place place = {.sweep = sweep.id, .trial = 1, .text = (char[]){"0,2,1"}};
    void *state = loaded(store, &place);
    golden_screen(&wn_screen_compare, state, (struct wn_extent){22, 80}, false, "compare");
    golden_screen(&wn_screen_compare, state, (struct wn_extent){9, 40}, true, "compare");
    wn_screen_compare.close(state);
    wn_sweep_row_clear(&sweep);
    wn_store_close(store);
}

static void test_one_is_compared_with_the_best(void **folder) {
    struct wn_store *store = open_store(*folder, WN_STORE_CREATE);
    struct wn_sweep_row sweep = fill(store);
    void *state = loaded(store, &(struct wn_place){.sweep = sweep.id, .trial = 0});
    golden_screen(&wn_screen_compare, state, (struct wn_extent){22, 80}, false, "compare-best");
    wn_screen_compare.close(state);
    state = loaded(store, &(struct wn_place){.sweep = sweep.id, .trial = 2});
    golden_screen(&wn_screen_compare, state, (struct wn_extent){22, 80}, false, "compare-nothing");
    wn_screen_compare.close(state);
    wn_sweep_row_clear(&sweep);
    wn_store_close(store);
}

int main(void) {
    setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_differences, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_one_is_compared_with_the_best, make_folder,
                                        remove_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
