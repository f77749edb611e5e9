// SPDX-License-Identifier: GPL-3.0-or-later
// The progress line at several widths, and durations.
#include "tests/unit/check.h"

#include "cli/progress.h"
#include "core/base/str.h"

static const struct wn_progress some = {
    .counts = {[WN_TRIAL_RUNNING] = 4,
               [WN_TRIAL_FINISHED] = 28,
               [WN_TRIAL_STOPPED] = 1,
               [WN_TRIAL_FAILED] = 1},
    .declared = 60,
    .has_best = true,
    .best = 84.25,
    .best_trial = 12,
    .rate = 3.125,
    .eta = 9.6,
};

static void line_is(const struct wn_progress *progress, int width, const char *expected) {
    struct wn_str line = {0};
    wn_progress_line(progress, "accuracy", width, &line);
    assert_string_equal(wn_str_text(&line), expected);
    wn_str_free(&line);
}

static void a_wide_terminal_shows_everything(void **state) {
    (void)state;
    line_is(&some, 120,
            "[==========>         ]  30/60  4 running  1 failed  "
            "best accuracy 84.25 (trial 12)  3.12/s  eta 10s");
}

static void the_bar_takes_what_room_is_left(void **state) {
    (void)state;
    line_is(&some, 86,
            "[===>   ]  30/60  4 running  1 failed  "
            "best accuracy 84.25 (trial 12)  3.12/s  eta 10s");
}

static void a_narrow_terminal_keeps_what_matters(void **state) {
    (void)state;
    line_is(&some, 70, "30/60  4 running  1 failed  best accuracy 84.25 (trial 12)  eta 10s");
    line_is(&some, 50, "30/60  4 running  best accuracy 84.25 (trial 12)");
    line_is(&some, 10, "30/60");
}

static void without_a_known_end_there_is_no_bar(void **state) {
    (void)state;
    const struct wn_progress open_ended = {.counts = {[WN_TRIAL_FINISHED] = 3}, .eta = NAN};
    line_is(&open_ended, 120, "3 done  0 running");
}

static void durations_read_like_clocks(void **state) {
    (void)state;
    const struct {
        double seconds;
        const char *text;
    } cases[] = {{0, "0s"},       {59.4, "59s"},     {65, "1m05s"},
                 {7800, "2h10m"}, {356400, "4d03h"}, {-1, "0s"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[32];
        wn_duration_text(cases[i].seconds, text, sizeof text);
        assert_string_equal(text, cases[i].text);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wide_terminal_shows_everything),
        cmocka_unit_test(the_bar_takes_what_room_is_left),
        cmocka_unit_test(a_narrow_terminal_keeps_what_matters),
        cmocka_unit_test(without_a_known_end_there_is_no_bar),
        cmocka_unit_test(durations_read_like_clocks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
