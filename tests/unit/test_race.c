// SPDX-License-Identifier: GPL-3.0-or-later
// Races: who begins, who drops out, how they end, and that only results decide.
#include "tests/unit/check.h"

#include <gsl/gsl_cdf.h>

#include "core/base/rng.h"
#include "core/race.h"
#include "core/race_chart.h"

enum { MOST = 60 };

static struct wn_race *race_of(int arms, double min_effect) {
    const struct wn_race_rules rules = {
        .most = MOST, .confidence = 0.95, .min_effect = min_effect, .maximize = true};
    return wn_race_new(&rules, arms);
}

// The value of a repeat: each arm is `step` better than the one before it; noise of deviation 1.
static double value_of(uint64_t seed, int arm, int64_t repeat, double step) {
    struct wn_rng rng = wn_rng_new(seed, (uint64_t)arm * 1000 + (uint64_t)repeat);
    return arm * step + gsl_cdf_ugaussian_Pinv(wn_rng_uniform(&rng));
}

// Runs a race to its end, one trial after the other.
static void run(struct wn_race *race, uint64_t seed, double step) {
    int arm;
    int64_t repeat;
    while (wn_race_next(race, &arm, &repeat))
        wn_race_tell(race, arm, repeat, value_of(seed, arm, repeat, step));
}

static void told_end(const struct wn_race *race, const char *text) {
    struct wn_str words = {0};
    wn_race_tell_end(race, &words);
    if (!strstr(wn_str_text(&words), text))
        fail_msg("'%s' is not in '%s'", text, wn_str_text(&words));
    wn_str_free(&words);
}

static void repeats_are_interleaved(void **state) {
    (void)state;
    struct wn_race *race = race_of(3, 0);
    for (int64_t i = 0; i < 9; i++) {
        int arm;
        int64_t repeat;
        assert_true(wn_race_next(race, &arm, &repeat));
        assert_int_equal(arm, i % 3);
        assert_int_equal(repeat, i / 3);
    }
    wn_race_free(race);
}

static void what_another_runner_began_is_not_begun_again(void **state) {
    (void)state;
    struct wn_race *race = race_of(2, 0);
    int arm;
    int64_t repeat;
    wn_race_begun(race, 0, 0);
    wn_race_tell(race, 0, 1, 0.5);
    assert_true(wn_race_next(race, &arm, &repeat));
    assert_true(arm == 1 && repeat == 0);
    wn_race_free(race);
}

static void the_better_one_wins(void **state) {
    (void)state;
    struct wn_race *race = race_of(2, 0);
    run(race, 1, 2);
    assert_int_equal(wn_race_end(race), WN_RACE_WON);
    assert_int_equal(wn_race_leader(race), 1);
    assert_true(wn_race_rounds(race) < 20);
    assert_int_equal(wn_race_arm(race, 0)->beaten_by, 1);
    told_end(race, "B is better than A by ");
    wn_race_free(race);
}

static void of_many_the_best_is_left(void **state) {
    (void)state;
    struct wn_race *race = race_of(6, 0);
    run(race, 2, 1.5);
    assert_int_equal(wn_race_end(race), WN_RACE_WON);
    assert_int_equal(wn_race_leader(race), 5);
    assert_true(wn_race_arm(race, 0)->rounds < wn_race_arm(race, 4)->rounds);
    told_end(race, "F is the best of 6, after ");
    wn_race_free(race);
}

static void less_than_the_least_effect_is_a_tie(void **state) {
    (void)state;
    struct wn_race *race = race_of(2, 1);
    run(race, 3, 0);
    assert_int_equal(wn_race_end(race), WN_RACE_TIED);
    told_end(race, "A and B differ by less than 1, after ");
    wn_race_free(race);
}

static void what_cannot_be_told_ends_with_the_rounds(void **state) {
    (void)state;
    struct wn_race *race = race_of(2, 0);
    run(race, 4, 0);
    assert_int_equal(wn_race_end(race), WN_RACE_SPENT);
    assert_int_equal(wn_race_rounds(race), MOST);
    told_end(race, "cannot tell A and B apart, after 60 rounds");
    wn_race_free(race);
}

static void repeats_without_seeds_are_no_evidence(void **state) {
    (void)state;
    struct wn_race *race = race_of(2, 0);
    for (int64_t i = 0; i < 3; i++) {
        wn_race_tell(race, 0, i, 0.5);
        wn_race_tell(race, 1, i, 0.75);
    }
    assert_int_equal(wn_race_end(race), WN_RACE_SEEDLESS);
    told_end(race, "ignores its seed");
    wn_race_free(race);
}

static void who_never_gives_a_result_is_out(void **state) {
    (void)state;
    struct wn_race *race = race_of(3, 0);
    for (int64_t i = 0; i < 3; i++)
        for (int arm = 0; arm < 3; arm++)
            wn_race_tell(race, arm, i, arm == 1 ? NAN : value_of(7, arm, i, 0));
    assert_true(wn_race_arm(race, 1)->failed);
    assert_int_equal(wn_race_end(race), WN_RACE_ON);
    wn_race_free(race);
    race = race_of(2, 0);
    for (int64_t i = 0; i < 3; i++)
        for (int arm = 0; arm < 2; arm++)
            wn_race_tell(race, arm, i, NAN);
    assert_int_equal(wn_race_end(race), WN_RACE_FAILED);
    wn_race_free(race);
}

// A round in which one gave nothing says nothing of that pair.
static void gaps_are_left_out_of_pairs(void **state) {
    (void)state;
    struct wn_race *race = race_of(2, 0);
    const double left[] = {1, 5, NAN, 2}, right[] = {2, NAN, 3, 4};
    for (int64_t i = 0; i < 4; i++) {
        wn_race_tell(race, 0, i, left[i]);
        wn_race_tell(race, 1, i, right[i]);
    }
    struct wn_moments difference = wn_race_difference(race, 0, 1);
    assert_int_equal(difference.count, 2);
    assert_double(difference.mean, 1.5, 1e-15);
    assert_double(wn_race_difference(race, 1, 0).mean, -1.5, 1e-15);
    struct wn_race_look path[4];
    assert_int_equal(wn_race_path(race, 0, 1, path), 2);
    assert_int_equal(path[1].round, 4);
    assert_double(path[1].mean, 1.5, 1e-15);
    wn_race_free(race);
}

// Trials that end in another order, as they do in parallel, change nothing.
static void only_results_decide(void **state) {
    (void)state;
    for (uint64_t seed = 0; seed < 40; seed++) {
        struct wn_race *straight = race_of(3, 0.4), *mixed = race_of(3, 0.4);
        struct wn_rng rng = wn_rng_new(seed, 9);
        int order[3 * MOST];
        run(straight, seed, 0.8);
        for (int i = 0; i < 3 * MOST; i++) {
            int j = (int)wn_rng_below(&rng, (uint64_t)i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        for (int i = 0; i < 3 * MOST; i++) {
            int arm = order[i] % 3, repeat = order[i] / 3;
            wn_race_tell(mixed, arm, repeat, value_of(seed, arm, repeat, 0.8));
        }
        assert_int_equal(wn_race_end(straight), wn_race_end(mixed));
        assert_int_equal(wn_race_rounds(straight), wn_race_rounds(mixed));
        for (int arm = 0; arm < 3; arm++)
            assert_double(wn_race_arm(straight, arm)->moments.mean,
                          wn_race_arm(mixed, arm)->moments.mean, 0);
        wn_race_free(straight);
        wn_race_free(mixed);
    }
}

// Where nothing differs, a winner is named no more often than promised, with two as with five.
static void nothing_wins_too_often(void **state) {
    (void)state;
    enum { EXPERIMENTS = 400 };
    for (int arms = 2; arms <= 5; arms += 3) {
        int winners = 0;
        for (uint64_t i = 0; i < EXPERIMENTS; i++) {
            struct wn_race *race = race_of(arms, 0);
            run(race, 100 + i, 0);
            winners += wn_race_end(race) == WN_RACE_WON;
            wn_race_free(race);
        }
        assert_true(winners <= EXPERIMENTS / 20);
    }
}

static void the_smaller_one_wins_where_less_is_better(void **state) {
    (void)state;
    const struct wn_race_rules rules = {.most = MOST, .confidence = 0.95};
    struct wn_race *race = wn_race_new(&rules, 2);
    run(race, 5, 2);
    assert_int_equal(wn_race_leader(race), 0);
    told_end(race, "A is better than B by ");
    wn_race_free(race);
}

// Differences of -1, 0 and 2, again and again.
static double alternate(int arm, int64_t repeat) {
    static const double values[] = {-1, 0, 2};
    return arm ? 0 : values[repeat % 3];
}

static void an_end_is_foreseen(void **state) {
    (void)state;
    struct wn_race *race = race_of(2, 0);
    struct wn_str words = {0};
    wn_race_tell_standing(race, &words);
    assert_string_equal(wn_str_text(&words), "");
    for (int64_t i = 0; i < 6; i++)
        for (int arm = 0; arm < 2; arm++)
            wn_race_tell(race, arm, i, alternate(arm, i));
    assert_int_equal(wn_race_end(race), WN_RACE_ON);
    assert_int_equal(wn_race_expected(race), 0); // not within its rounds
    wn_race_tell_standing(race, &words);
    assert_non_null(strstr(wn_str_text(&words), "B by 0.3333 +- "));
    wn_str_free(&words);
    wn_race_free(race);
    race = race_of(2, 1.5);
    for (int64_t i = 0; i < 6; i++)
        for (int arm = 0; arm < 2; arm++)
            wn_race_tell(race, arm, i, alternate(arm, i));
    int64_t expected = wn_race_expected(race);
    for (int64_t i = 6; i < MOST; i++)
        for (int arm = 0; arm < 2; arm++)
            wn_race_tell(race, arm, i, alternate(arm, i));
    assert_int_equal(wn_race_end(race), WN_RACE_TIED);
    assert_true(llabs(expected - wn_race_rounds(race)) <= wn_race_rounds(race) / 4);
    wn_race_free(race);
}

// ---- as a chart ---------------------------------------------------------------------------------

static void a_look_is_as_wide_as_a_round(void **state) {
    (void)state;
    const struct wn_race_look looks[] = {
        {1, 0.5, INFINITY}, {2, 0.25, INFINITY}, {3, 0.125, 2}, {4, 0.25, 0.5}};
    struct wn_chart chart, zero;
    wn_race_chart(looks, 4, 8, &chart);
    assert_true(chart.from == 0.5 && chart.to == 4.5);
    for (size_t i = 0; i < chart.count; i++) {
        const struct wn_race_look *look = &looks[i / 2];
        assert_true(chart.raw.spans[i].last == look->mean);
        assert_int_equal(isnan(chart.band[i].low), isinf(look->half_width));
        if (isfinite(look->half_width))
            assert_true(chart.band[i].high - chart.band[i].low == 2 * look->half_width);
    }
    assert_true(chart.min == 0.125 - 2 && chart.max == 0.125 + 2);
    wn_race_level(&chart, 0, &zero);
    assert_true(zero.from == chart.from && zero.to == chart.to && zero.min == 0 && zero.max == 0);
    wn_chart_clear(&chart);
    wn_chart_clear(&zero);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(repeats_are_interleaved),
        cmocka_unit_test(what_another_runner_began_is_not_begun_again),
        cmocka_unit_test(the_better_one_wins),
        cmocka_unit_test(of_many_the_best_is_left),
        cmocka_unit_test(less_than_the_least_effect_is_a_tie),
        cmocka_unit_test(what_cannot_be_told_ends_with_the_rounds),
        cmocka_unit_test(repeats_without_seeds_are_no_evidence),
        cmocka_unit_test(who_never_gives_a_result_is_out),
        cmocka_unit_test(gaps_are_left_out_of_pairs),
        cmocka_unit_test(only_results_decide),
        cmocka_unit_test(nothing_wins_too_often),
        cmocka_unit_test(the_smaller_one_wins_where_less_is_better),
        cmocka_unit_test(an_end_is_foreseen),
        cmocka_unit_test(a_look_is_as_wide_as_a_round),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
