// SPDX-License-Identifier: GPL-3.0-or-later
// How evidence becomes a state: a row per way to end.
#include "tests/unit/check.h"

#include "sweep/outcome.h"

static struct wn_objective loss = {.name = (char[]){"loss"}};
static const struct wn_summary good = {.count = 3, .last = 0.5, .min = 0.25, .max = 0.75};
static const struct wn_summary hopeless = {.count = 3, .last = NAN, .min = NAN, .max = NAN};

static struct wn_outcome decide(const struct wn_exit_record *record,
                                const struct wn_summary *objective, const char *condemned) {
    struct wn_spec spec = {
        .objectives = &loss,
        .limits = {.timeout = 60, .cpu_time = 30, .silence = 10, .memory = (uint64_t)1 << 30}};
    const struct wn_evidence evidence = {.spec = &spec,
                                         .record = record,
                                         .objective = objective,
                                         .command = "train.py",
                                         .condemned = condemned};
    struct wn_outcome outcome;
    wn_outcome_decide(&evidence, &outcome);
    return outcome;
}

static void each_way_to_end_has_its_state_and_reason(void **state) {
    (void)state;
    const struct {
        struct wn_exit_record record;
        const struct wn_summary *objective;
        const char *condemned;
        enum wn_trial_state state;
        const char *says;
    } cases[] = {
        {{0}, &good, NULL, WN_TRIAL_FINISHED, ""},
        {{0}, NULL, NULL, WN_TRIAL_FAILED, "printed no loss"},
        {{0}, &hopeless, NULL, WN_TRIAL_NAN, "loss was never a finite number"},
        {{.exit_code = 3}, &good, NULL, WN_TRIAL_FAILED, "exit code 3"},
        {{.exit_signal = 11}, NULL, NULL, WN_TRIAL_FAILED, "signal 11"},
        {{.start_error = 2}, NULL, NULL, WN_TRIAL_FAILED, "cannot start train.py: No such file"},
        {{.cut = WN_CUT_REQUEST, .exit_signal = 15},
         &good,
         "median: 3",
         WN_TRIAL_STOPPED,
         "median: 3"},
        {{.cut = WN_CUT_REQUEST, .exit_signal = 15}, &good, NULL, WN_TRIAL_KILLED, "cancelled"},
        {{.cut = WN_CUT_WALL}, &good, NULL, WN_TRIAL_TIMEOUT, "60 s"},
        {{.cut = WN_CUT_CPU}, &good, NULL, WN_TRIAL_TIMEOUT, "30 s of CPU"},
        {{.cut = WN_CUT_SILENCE}, &good, NULL, WN_TRIAL_TIMEOUT, "nothing for 10 s"},
        {{.cut = WN_CUT_MEMORY}, &good, NULL, WN_TRIAL_OOM, "1024 MiB"},
        {{.cut = WN_CUT_KERNEL}, &good, NULL, WN_TRIAL_OOM, "kernel"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct wn_outcome outcome =
            decide(&cases[i].record, cases[i].objective, cases[i].condemned);
        assert_int_equal(outcome.state, cases[i].state);
        assert_non_null(strstr(outcome.reason, cases[i].says));
    }
}

static void a_trial_that_ended_by_itself_is_finished_though_condemned(void **state) {
    (void)state;
    struct wn_exit_record record = {0};
    assert_int_equal(decide(&record, &good, "median: 3").state, WN_TRIAL_FINISHED);
}

static void a_vanished_supervisor_is_lost(void **state) {
    (void)state;
    assert_int_equal(decide(NULL, &good, NULL).state, WN_TRIAL_LOST);
}

static void the_best_value_counts_unless_the_last_is_asked_for(void **state) {
    (void)state;
    struct wn_objective last = {.summary_last = true}, largest = {.maximize = true}, smallest = {0};
    assert_true(wn_objective_value(&last, &good) == 0.5);
    assert_true(wn_objective_value(&largest, &good) == 0.75);
    assert_true(wn_objective_value(&smallest, &good) == 0.25);
    assert_true(isnan(wn_objective_value(&smallest, NULL)));
}

static void retries_wait_longer_each_time_up_to_a_minute(void **state) {
    (void)state;
    const double expected[] = {1, 2, 4, 8, 16, 32, 60, 60};
    for (int attempt = 1; attempt <= 8; attempt++)
        assert_true(wn_retry_delay(attempt) == expected[attempt - 1]);
    assert_true(wn_retry_delay(1000000) == 60);
}

static void a_failure_while_the_disk_was_full_is_an_interruption(void **state) {
    (void)state;
    struct wn_spec spec = {.objectives = &loss};
    struct wn_exit_record record = {.exit_code = 1};
    struct wn_evidence evidence = {
        .spec = &spec, .record = &record, .objective = &good, .disk_was_low = true};
    struct wn_outcome outcome;
    wn_outcome_decide(&evidence, &outcome);
    assert_int_equal(outcome.state, WN_TRIAL_LOST);
    assert_string_equal(outcome.reason, "the disk was full while it ran (exit code 1)");
    record.exit_code = 0;
    wn_outcome_decide(&evidence, &outcome);
    assert_int_equal(outcome.state, WN_TRIAL_FINISHED);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_way_to_end_has_its_state_and_reason),
        cmocka_unit_test(a_trial_that_ended_by_itself_is_finished_though_condemned),
        cmocka_unit_test(a_vanished_supervisor_is_lost),
        cmocka_unit_test(the_best_value_counts_unless_the_last_is_asked_for),
        cmocka_unit_test(retries_wait_longer_each_time_up_to_a_minute),
        cmocka_unit_test(a_failure_while_the_disk_was_full_is_an_interruption),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
