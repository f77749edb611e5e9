// SPDX-License-Identifier: GPL-3.0-or-later
// Welch's test against p-values from the density of the t distribution, integrated by Simpson's
// rule.
#include "tests/unit/check.h"

#include "core/stats/t_test.h"

static void p_values_are_those_of_the_t_distribution(void **state) {
    (void)state;
    struct wn_mean a = {0.9831, 0.0011, 5}, b = {0.9829, 0.0014, 5}, c = {0.9700, 0.0002, 3};
    assert_double(wn_welch_p(a, b), 0.9134798196, 1e-6);
    assert_double(wn_welch_p(b, a), 0.9134798196, 1e-6);
    assert_double(wn_welch_p(a, c), 0.000211821801, 1e-8);
    assert_double(wn_welch_p(a, a), 1, 1e-12);
}

static void without_a_standard_error_nothing_is_said(void **state) {
    (void)state;
    struct wn_mean a = {1, 0.1, 3};
    assert_true(isnan(wn_welch_p(a, (struct wn_mean){2, NAN, 3})));
    assert_true(isnan(wn_welch_p(a, (struct wn_mean){2, 0, 3})));
    assert_true(isnan(wn_welch_p(a, (struct wn_mean){2, 0.1, 1})));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(p_values_are_those_of_the_t_distribution),
        cmocka_unit_test(without_a_standard_error_nothing_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
