// SPDX-License-Identifier: GPL-3.0-or-later
// When frames are held back because the terminal is behind.
#include "tests/unit/check.h"
#include "tui/lag.h"

static void a_terminal_is_asked_every_few_frames(void **state) {
    (void)state;
    struct wn_lag lag = {0};
    for (int i = 0; i < 3; i++)
        assert_false(wn_lag_sent(&lag, false, 0));
    assert_true(wn_lag_sent(&lag, false, 0));
    wn_lag_answered(&lag);
    assert_false(wn_lag_sent(&lag, false, 0));
    assert_true(wn_lag_sent(&lag, true, 0)); // a whole screen is much
}

static void it_may_be_a_few_frames_behind_but_no_more(void **state) {
    (void)state;
    struct wn_lag lag = {.answers = true};
    assert_true(wn_lag_ready(&lag, 0));
    assert_true(wn_lag_sent(&lag, true, 0));
    for (int i = 0; i < 4; i++) {
        assert_true(wn_lag_ready(&lag, 0.1));
        assert_false(wn_lag_sent(&lag, false, 0.1)); // one question at a time
    }
    assert_false(wn_lag_ready(&lag, 0.2));
    wn_lag_answered(&lag);
    assert_true(wn_lag_ready(&lag, 0.2));
    assert_true(wn_lag_sent(&lag, false, 0.2)); // about those that were sent meanwhile, too
}

static void one_that_does_not_answer_is_not_waited_for(void **state) {
    (void)state;
    struct wn_lag lag = {0};
    assert_true(wn_lag_sent(&lag, true, 10));
    assert_false(wn_lag_sent(&lag, true, 10));
    assert_false(wn_lag_ready(&lag, 10.9));
    for (double now = 11.1; now < 100; now++) {
        assert_true(wn_lag_ready(&lag, now));
        assert_false(wn_lag_sent(&lag, true, now)); // nor asked again
    }
    wn_lag_answered(&lag); // the link was that slow
    assert_true(wn_lag_sent(&lag, true, 100));
    assert_false(wn_lag_sent(&lag, true, 100));
    assert_false(wn_lag_ready(&lag, 104));
    assert_true(wn_lag_ready(&lag, 106)); // an answer may get lost
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_terminal_is_asked_every_few_frames),
        cmocka_unit_test(it_may_be_a_few_frames_behind_but_no_more),
        cmocka_unit_test(one_that_does_not_answer_is_not_waited_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
