// SPDX-License-Identifier: GPL-3.0-or-later
// When a sweep ends before its space does.
#include "tests/unit/check.h"

#include "sweep/rules.h"

static struct wn_objective accuracy = {.name = (char[]){"accuracy"}, .maximize = true};
static struct wn_objective loss = {.name = (char[]){"loss"}};

static enum wn_ruling judge(const struct wn_rules *rules, int64_t asked, double seconds) {
    char reason[160];
    enum wn_ruling ruling = wn_rules_judge(rules, asked, seconds, reason);
    assert_true(ruling == WN_GO_ON ? reason[0] == '\0' : reason[0] != '\0');
    return ruling;
}

static void the_best_is_the_largest_when_maximising(void **state) {
    (void)state;
    struct wn_spec spec = {.objectives = &accuracy};
    struct wn_rules rules = {.spec = &spec};
    assert_true(wn_rules_observe(&rules, 0.5, 0));
    assert_false(wn_rules_observe(&rules, 0.4, 1));
    assert_true(wn_rules_observe(&rules, 0.6, 2));
    assert_int_equal(rules.best_trial, 2);
}

static void a_sweep_without_bounds_goes_on(void **state) {
    (void)state;
    struct wn_spec spec = {.objectives = &loss};
    struct wn_rules rules = {.spec = &spec};
    assert_int_equal(judge(&rules, 1000000, 1e9), WN_GO_ON);
}

static void budgets_of_configurations_and_time_end_it(void **state) {
    (void)state;
    struct wn_spec spec = {.objectives = &loss, .max_configurations = 3, .max_seconds = 60};
    struct wn_rules rules = {.spec = &spec};
    assert_int_equal(judge(&rules, 2, 59), WN_GO_ON);
    assert_int_equal(judge(&rules, 3, 0), WN_ENOUGH);
    assert_int_equal(judge(&rules, 0, 60), WN_ENOUGH);
}

static void a_reached_target_ends_it_also_when_met_exactly(void **state) {
    (void)state;
    struct wn_spec spec = {.objectives = &loss, .until = {.has_target = true, .target = 0.25}};
    struct wn_rules rules = {.spec = &spec};
    wn_rules_observe(&rules, 0.26, 0);
    assert_int_equal(judge(&rules, 1, 0), WN_GO_ON);
    wn_rules_observe(&rules, 0.25, 1);
    assert_int_equal(judge(&rules, 2, 0), WN_ENOUGH);
}

static void a_plateau_ends_it_and_a_new_best_restarts_the_count(void **state) {
    (void)state;
    struct wn_spec spec = {.objectives = &loss, .until = {.plateau = 2}};
    struct wn_rules rules = {.spec = &spec};
    wn_rules_observe(&rules, 1.0, 0);
    wn_rules_observe(&rules, 1.1, 1);
    wn_rules_observe(&rules, 0.9, 2);
    wn_rules_observe(&rules, 1.0, 3);
    assert_int_equal(judge(&rules, 4, 0), WN_GO_ON);
    wn_rules_observe(&rules, NAN, 4);
    assert_int_equal(judge(&rules, 5, 0), WN_ENOUGH);
}

static void failures_in_a_row_are_hopeless_but_one_never_is(void **state) {
    (void)state;
    struct wn_spec spec = {.objectives = &loss, .fail_fast = 3};
    struct wn_rules rules = {.spec = &spec};
    wn_rules_observe(&rules, NAN, 0);
    wn_rules_observe(&rules, NAN, 1);
    assert_int_equal(judge(&rules, 2, 0), WN_GO_ON);
    wn_rules_observe(&rules, 1.0, 2);
    wn_rules_observe(&rules, NAN, 3);
    wn_rules_observe(&rules, NAN, 4);
    assert_int_equal(judge(&rules, 5, 0), WN_GO_ON);
    wn_rules_observe(&rules, NAN, 5);
    assert_int_equal(judge(&rules, 6, 0), WN_HOPELESS);
}

static void fail_fast_zero_never_gives_up(void **state) {
    (void)state;
    struct wn_spec spec = {.objectives = &loss};
    struct wn_rules rules = {.spec = &spec};
    for (int i = 0; i < 1000; i++)
        wn_rules_observe(&rules, NAN, i);
    assert_int_equal(judge(&rules, 1000, 0), WN_GO_ON);
}

static void a_changed_space_gets_its_own_chance(void **state) {
    (void)state;
    struct wn_spec spec = {.objectives = &loss, .fail_fast = 2, .until = {.plateau = 3}};
    struct wn_rules rules = {.spec = &spec};
    wn_rules_observe(&rules, 1, 0);
    for (int i = 0; i < 3; i++)
        wn_rules_observe(&rules, NAN, i + 1);
    assert_int_equal(judge(&rules, 4, 0), WN_ENOUGH);
    wn_rules_begin_anew(&rules);
    assert_int_equal(judge(&rules, 4, 0), WN_GO_ON);
    wn_rules_observe(&rules, NAN, 4);
    assert_int_equal(judge(&rules, 5, 0), WN_GO_ON);
    assert_true(rules.has_best && rules.best == 1); // results stay
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_best_is_the_largest_when_maximising),
        cmocka_unit_test(a_sweep_without_bounds_goes_on),
        cmocka_unit_test(budgets_of_configurations_and_time_end_it),
        cmocka_unit_test(a_reached_target_ends_it_also_when_met_exactly),
        cmocka_unit_test(a_plateau_ends_it_and_a_new_best_restarts_the_count),
        cmocka_unit_test(failures_in_a_row_are_hopeless_but_one_never_is),
        cmocka_unit_test(fail_fast_zero_never_gives_up),
        cmocka_unit_test(a_changed_space_gets_its_own_chance),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
