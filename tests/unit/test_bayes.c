// SPDX-License-Identifier: GPL-3.0-or-later
// What must hold of Bayesian optimisation whatever it is tuned to: valid answers of whatever
// history, the same ones of the same history, symmetry, and that it learns. What every searcher
// must do is in test_searchers.c.
#include "tests/unit/make_session.h"

#include "core/base/str.h"

static void open_session(struct session *session, struct wn_space *space, uint64_t seed,
                         bool maximize) {
    open_session_of(session, "bayes", space, seed, maximize);
}

// ---- the same of the same history ---------------------------------------------------------------

// What the second session is told comes in falling order of the ids, all at the end.
static void a_resumed_search_goes_on_whatever_order_it_is_told_in(void **state) {
    (void)state;
    struct wn_space *space = mixed_space();
    struct session live, resumed;
    open_session(&live, space, 5, false);
    for (int64_t i = 0; i < 24; i++) {
        assert_non_null(ask(&live));
        if (i % 7 == 3)
            tell(&live, i, WN_TRIAL_FAILED, NAN);
        else if (i % 9 != 8) // else it is still running
            tell_value(&live, i, bowl(&live, i));
    }
    open_session(&resumed, space, 5, false);
    for (int64_t i = 0; i < 24; i++) {
        wn_searcher_adopt(resumed.searcher, i, live.configs[i]);
        resumed.configs[resumed.count++] = wn_config_copy(space, live.configs[i]);
    }
    for (int64_t i = 23; i >= 0; i--)
        if (i % 7 == 3)
            tell(&resumed, i, WN_TRIAL_FAILED, NAN);
        else if (i % 9 != 8)
            tell_value(&resumed, i, bowl(&live, i));
    for (int64_t i = 24; i < 29; i++) {
        ask(&live);
        ask(&resumed);
        assert_true(same_config(&live, &resumed, i));
        tell_value(&live, i, bowl(&live, i));
        tell_value(&resumed, i, bowl(&live, i));
    }
    close_session(&live);
    close_session(&resumed);
    wn_space_free(space);
}

static void what_is_thought_of_changes_nothing_before_it_is_adopted(void **state) {
    (void)state;
    struct wn_space *space = mixed_space();
    struct session session;
    struct wn_config *first = wn_config_new(space), *again = wn_config_new(space);
    int64_t id;
    open_session(&session, space, 3, false);
    for (int64_t i = 0; i < 14; i++) {
        assert_int_equal(wn_searcher_think(session.searcher, &id, first), WN_ASK_OK);
        assert_int_equal(id, i);
        assert_int_equal(wn_searcher_think(session.searcher, &id, again), WN_ASK_OK);
        assert_int_equal(id, i);
        ask(&session);
        assert_true(wn_space_hash(space, first) == wn_space_hash(space, again));
        assert_true(wn_space_hash(space, first) == wn_space_hash(space, session.configs[i]));
        tell_value(&session, i, bowl(&session, i));
    }
    wn_config_free(first);
    wn_config_free(again);
    close_session(&session);
    wn_space_free(space);
}

static void to_maximise_is_to_minimise_the_negated(void **state) {
    (void)state;
    struct wn_space *space = mixed_space();
    struct session least, most;
    open_session(&least, space, 2, false);
    open_session(&most, space, 2, true);
    for (int64_t i = 0; i < 25; i++) {
        ask(&least);
        ask(&most);
        assert_true(same_config(&least, &most, i));
        tell_value(&least, i, bowl(&least, i));
        tell_value(&most, i, -bowl(&least, i));
    }
    close_session(&least);
    close_session(&most);
    wn_space_free(space);
}

// ---- pending trials -----------------------------------------------------------------------------

static void check_spread(struct wn_space *space) {
    enum { TOLD = 16, PENDING = 64 };
    struct session session;
    open_session(&session, space, 4, false);
    for (int64_t i = 0; i < TOLD; i++) {
        ask(&session);
        tell_value(&session, i, bowl(&session, i));
    }
    int close = 0;
    for (int64_t i = 0; i < PENDING; i++) {
        ask(&session);
        double nearest = 1;
        for (int64_t j = 0; j < session.count - 1; j++)
            nearest = fmin(nearest, distance(&session, j, session.count - 1));
        assert_true(nearest > 1e-6);
        close += nearest < 5e-4;
    }
    if (close > PENDING / 4)
        fail_msg("%d of %d are next to another", close, PENDING);
    close_session(&session);
    wn_space_free(space);
}

static void sixty_four_pending_trials_stay_apart(void **state) {
    (void)state;
    check_spread(mixed_space());
    check_spread(real_space(2));
}

// ---- failures -----------------------------------------------------------------------------------

// The best is near what fails, and half of the space fails.
static void where_trials_fail_is_avoided(void **state) {
    (void)state;
    for (uint64_t seed = 0; seed < 3; seed++) {
        struct wn_space *space = real_space(2);
        struct session session;
        int late = 0;
        open_session(&session, space, seed, false);
        for (int64_t i = 0; i < 40; i++) {
            ask(&session);
            double x = coordinate(&session, i, 0);
            if (x > 0.5)
                tell(&session, i, i % 2 ? WN_TRIAL_FAILED : WN_TRIAL_NAN, NAN);
            else
                tell_value(&session, i, bowl(&session, i));
            late += i >= 25 && x > 0.5;
        }
        if (late > 5)
            fail_msg("%d of 15 late trials are where all fail", late);
        close_session(&session);
        wn_space_free(space);
    }
}

static void nothing_but_failures_still_has_answers(void **state) {
    (void)state;
    struct wn_space *space = mixed_space();
    struct session session;
    open_session(&session, space, 1, false);
    for (int64_t i = 0; i < 30; i++) {
        assert_non_null(ask(&session));
        tell(&session, i, (enum wn_trial_state)(WN_TRIAL_FAILED + i % 6), NAN);
    }
    tell_value(&session, 3, 1); // a retry made it
    for (int64_t i = 30; i < 33; i++)
        assert_non_null(ask(&session));
    close_session(&session);
    wn_space_free(space);
}

// ---- conditions ---------------------------------------------------------------------------------

static void all_branches_are_tried_early(void **state) {
    (void)state;
    for (uint64_t seed = 0; seed < 4; seed++) {
        struct wn_space *space = wn_space_new();
        add_choices(space, "kind", "[\"forest\", \"boost\", \"svm\", \"net\"]");
        add_range(space, "trees", "int_uniform", 1, 500);
        add_when(space, "kind", "[\"forest\", \"boost\"]");
        add_range(space, "c", "log_uniform_values", 1e-3, 1e3);
        add_when(space, "kind", "[\"svm\"]");
        add_range(space, "width", "int_uniform", 8, 512);
        add_when(space, "kind", "[\"net\"]");
        finish(space);
        struct session session;
        open_session(&session, space, seed, false);
        int tried[4] = {0};
        size_t kind = (size_t)wn_space_index(space, "kind");
        for (int64_t i = 0; i < 25; i++) {
            const struct wn_config *config = ask(&session);
            int64_t branch = config->values[kind].integer;
            tried[branch]++;
            tell_value(&session, i, branch == 2 ? bowl(&session, i) : 2 + (double)branch);
        }
        for (int branch = 0; branch < 4; branch++)
            assert_true(tried[branch] > 0);
        assert_true(tried[2] > 6); // and the good one most
        close_session(&session);
        wn_space_free(space);
    }
}

// ---- values -------------------------------------------------------------------------------------

static void values_of_any_size_are_borne(void **state) {
    (void)state;
    static const double samples[][5] = {
        {1e300, -1e300, 1e-300, NAN, 1},
        {0.1, 0.1, 0.1, 0.1, 0.1},
        {0, 0, 0, 0, 0},
        {1e308, 1e308, -1e308, 1.7e308, 0},
        {1, 1, 1, 1, 1e300},
        {1e-300, 2e-300, 3e-300, 1e-300, 5e-324},
        {INFINITY, -INFINITY, 1, 2, 3},
        {-1, 1, -1, 1, -1},
    };
    struct wn_space *space = mixed_space();
    for (size_t s = 0; s < sizeof samples / sizeof *samples; s++) {
        struct session session;
        open_session(&session, space, s, s % 2);
        for (int64_t i = 0; i < 22; i++) {
            assert_non_null(ask(&session));
            tell_value(&session, i, samples[s][i % 5]);
        }
        // They are still different configurations.
        for (int64_t i = 1; i < session.count; i++)
            assert_true(distance(&session, i, i - 1) > 0);
        close_session(&session);
    }
    wn_space_free(space);
}

static void standard_errors_of_any_size_are_borne(void **state) {
    (void)state;
    static const double errors[] = {0, NAN, 1e-300, 1e300, INFINITY, 0.1};
    struct wn_space *space = real_space(2);
    struct session session;
    open_session(&session, space, 1, false);
    for (int64_t i = 0; i < 24; i++) {
        assert_non_null(ask(&session));
        const struct wn_observation observation = {.id = i,
                                                   .state = WN_TRIAL_STOPPED,
                                                   .objective = bowl(&session, i),
                                                   .se = errors[i % 6]};
        wn_searcher_tell(session.searcher, &observation);
    }
    close_session(&session);
    wn_space_free(space);
}

// 500 trials of which four in five are equally good; perhaps one of those is killed.
static uint64_t answer_after_many_equals(struct wn_space *space, int64_t killed) {
    struct session session;
    open_session(&session, space, 1, false);
    for (int i = 0; i < 500; i++)
        ask(&session);
    for (int64_t id = 0; id < 500; id++)
        if (id == killed)
            tell(&session, id, WN_TRIAL_KILLED, NAN);
        else
            tell_value(&session, id, id % 5 ? 1 : bowl(&session, id));
    ask(&session);
    uint64_t answer = wn_space_hash(space, session.configs[500]);
    close_session(&session);
    return answer;
}

// Else an answer takes the cube of their number in time.
static void of_many_equally_good_trials_not_all_are_seen(void **state) {
    (void)state;
    struct wn_space *space = real_space(4);
    uint64_t answer = answer_after_many_equals(space, -1);
    assert_true(answer == answer_after_many_equals(space, 201));
    assert_true(answer != answer_after_many_equals(space, 11));
    wn_space_free(space);
}

static void few_observations_are_enough_for_an_answer(void **state) {
    (void)state;
    for (int64_t told = 0; told <= 5; told++) {
        struct wn_space *space = mixed_space();
        struct session session;
        open_session(&session, space, 3, false);
        for (int64_t i = 0; i < 16; i++) {
            assert_non_null(ask(&session));
            if (i < told)
                tell_value(&session, i, bowl(&session, i));
        }
        close_session(&session);
        wn_space_free(space);
    }
}

// ---- spaces -------------------------------------------------------------------------------------

static void try_space(struct wn_space *space, int64_t most) {
    struct session session;
    open_session(&session, space, 6, false);
    for (int64_t i = 0; i < 16 && ask(&session); i++)
        tell_value(&session, i, bowl(&session, i));
    assert_int_equal(session.count, most < 16 ? most : 16);
    close_session(&session);
    wn_space_free(space);
}

static struct wn_space *space_of_names(int count) {
    struct wn_str list = {0};
    for (int i = 0; i < count; i++)
        wn_str_addf(&list, "%s\"n%d\"", i ? ", " : "[", i);
    wn_str_add(&list, "]");
    struct wn_space *space = wn_space_new();
    add_choices(space, "name", list.text);
    add_reals(space, 1);
    wn_str_free(&list);
    finish(space);
    return space;
}

static void spaces_of_unusual_shapes_have_answers(void **state) {
    (void)state;
    struct wn_space *constants = wn_space_new();
    add_choices(constants, "a", "[1]");
    add_choices(constants, "b", "[\"x\"]");
    finish(constants);
    try_space(constants, 1);
    try_space(real_space(1), MOST);
    try_space(real_space(60), MOST);
    try_space(space_of_names(500), MOST);
}

static void every_distribution_has_answers(void **state) {
    (void)state;
    size_t count;
    const struct wn_dist *const *all = wn_dist_all(&count);
    for (size_t i = 0; i < count; i++) {
        if (all[i]->required & (WN_KEY_VALUE | WN_KEY_VALUES))
            continue;
        struct wn_space *space = wn_space_new();
        add_range(space, "p", all[i]->name, 0.5 * !all[i]->integer_bounds + all[i]->integer_bounds,
                  7 - all[i]->integer_bounds);
        add_reals(space, 1);
        finish(space);
        try_space(space, MOST);
    }
}

static void a_discrete_space_is_exhausted_by_a_model_too(void **state) {
    (void)state;
    static const char *const constraints[] = {NULL, "a + b <= 7", "a <> 3"};
    static const int64_t points[] = {72, 54, 54};
    for (size_t c = 0; c < 3; c++) {
        struct wn_space *space = wn_space_new();
        add_range(space, "a", "int_uniform", 1, 4);
        add_range(space, "b", "int_uniform", 1, 6);
        add_choices(space, "c", "[\"x\", \"y\", \"z\"]");
        finish(space);
        struct wn_err err;
        if (constraints[c])
            assert_int_equal(wn_space_constrain(space, constraints[c], false, &err), WN_OK);
        struct session session;
        struct wn_seen *seen = wn_seen_new();
        open_session(&session, space, c, false);
        for (const struct wn_config *config; (config = ask(&session));) {
            assert_true(wn_seen_add(seen, wn_space_hash(space, config)));
            if (session.count % 5)
                tell_value(&session, session.count - 1, bowl(&session, session.count - 1));
        }
        assert_int_equal(session.count, points[c]);
        wn_seen_free(seen);
        close_session(&session);
        wn_space_free(space);
    }
}

// ---- it learns ----------------------------------------------------------------------------------

static double branin(const struct session *session, int64_t id) {
    double x = 15 * coordinate(session, id, 0) - 5, y = 15 * coordinate(session, id, 1);
    double a = y - 5.1 / (4 * M_PI * M_PI) * x * x + 5 / M_PI * x - 6;
    return a * a + 10 * (1 - 1 / (8 * M_PI)) * cos(x) + 10;
}

static void branins_optimum_is_found_in_fifty_trials(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 5; seed++) {
        struct wn_space *space = real_space(2);
        struct session session;
        double least = INFINITY;
        open_session(&session, space, seed, false);
        for (int64_t i = 0; i < 50; i++) {
            ask(&session);
            double value = branin(&session, i);
            least = fmin(least, value);
            tell_value(&session, i, value);
        }
        if (least > 0.397887 + 0.01)
            fail_msg("seed %d: %g", (int)seed, least);
        close_session(&session);
        wn_space_free(space);
    }
}

static void trials_that_diverge_do_not_blind_the_search(void **state) {
    (void)state;
    static const double diverged[] = {1e4, 1e9, 1e300};
    for (size_t d = 0; d < 3; d++) {
        struct wn_space *space = real_space(2);
        struct session session;
        double least = INFINITY;
        open_session(&session, space, d + 1, false);
        for (int64_t i = 0; i < 45; i++) {
            ask(&session);
            double value = branin(&session, i);
            least = fmin(least, value);
            tell_value(&session, i, value > 200 || i == 3 ? diverged[d] : value);
        }
        assert_true(least < 0.397887 + 0.05);
        close_session(&session);
        wn_space_free(space);
    }
}

// ---- any space, any history ---------------------------------------------------------------------

static void constrain(struct wn_space *space, struct wn_rng *rng) {
    size_t leaf = wn_rng_below(rng, space->count);
    char text[64];
    struct wn_err err;
    snprintf(text, sizeof text, "\"%s\" <> %d", space->params[leaf].name,
             (int)wn_rng_below(rng, 2));
    if (wn_space_constrain(space, text, wn_rng_below(rng, 2), &err) != WN_OK)
        fail_msg("%s: %s", text, err.text);
}

static void tell_something(struct session *session, struct wn_rng *rng, int64_t id) {
    static const double values[] = {1e300, -1e300, 1e-300, NAN, 0, 1, INFINITY};
    uint64_t what = wn_rng_below(rng, 10);
    if (what == 0)
        tell_value(session, id, values[wn_rng_below(rng, 7)]);
    else if (what == 1)
        tell(session, id, (enum wn_trial_state)(WN_TRIAL_FINISHED + wn_rng_below(rng, 9)), NAN);
    else if (what < 8)
        tell_value(session, id, bowl(session, id) + 0.1 * wn_rng_uniform(rng));
}

static void any_history_of_any_space_has_valid_answers(void **state) {
    (void)state;
    for (uint64_t seed = 0; seed < 30; seed++) {
        struct wn_rng rng = wn_rng_new(seed, 77);
        bool finite = wn_rng_below(&rng, 2);
        struct wn_space *space = random_space(&rng, 10, finite);
        for (uint64_t more = wn_rng_below(&rng, 3); more; more--)
            constrain(space, &rng);
        struct session session;
        struct wn_seen *seen = wn_seen_new();
        open_session(&session, space, seed, wn_rng_below(&rng, 2));
        uint64_t cardinality = wn_space_cardinality(space);
        for (const struct wn_config *config; session.count < 40 && (config = ask(&session));) {
            assert_true(wn_seen_add(seen, wn_space_hash(space, config)) || !cardinality);
            tell_something(&session, &rng, (int64_t)wn_rng_below(&rng, (uint64_t)session.count));
        }
        wn_seen_free(seen);
        close_session(&session);
        wn_space_free(space);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_resumed_search_goes_on_whatever_order_it_is_told_in),
        cmocka_unit_test(what_is_thought_of_changes_nothing_before_it_is_adopted),
        cmocka_unit_test(to_maximise_is_to_minimise_the_negated),
        cmocka_unit_test(sixty_four_pending_trials_stay_apart),
        cmocka_unit_test(where_trials_fail_is_avoided),
        cmocka_unit_test(nothing_but_failures_still_has_answers),
        cmocka_unit_test(all_branches_are_tried_early),
        cmocka_unit_test(values_of_any_size_are_borne),
        cmocka_unit_test(standard_errors_of_any_size_are_borne),
        cmocka_unit_test(of_many_equally_good_trials_not_all_are_seen),
        cmocka_unit_test(few_observations_are_enough_for_an_answer),
        cmocka_unit_test(spaces_of_unusual_shapes_have_answers),
        cmocka_unit_test(every_distribution_has_answers),
        cmocka_unit_test(a_discrete_space_is_exhausted_by_a_model_too),
        cmocka_unit_test(branins_optimum_is_found_in_fifty_trials),
        cmocka_unit_test(trials_that_diverge_do_not_blind_the_search),
        cmocka_unit_test(any_history_of_any_space_has_valid_answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
