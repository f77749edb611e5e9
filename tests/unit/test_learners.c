// SPDX-License-Identifier: GPL-3.0-or-later
// What must hold of tpe and cmaes whatever they are tuned to: they find better configurations than
// random draws, and what they answer is a function of the history, whatever that is. What every
// searcher must do is in test_searchers.c.
#include "tests/unit/make_session.h"

#include "core/base/str.h"

static const char *const methods[] = {"tpe", "cmaes"};
enum { METHODS = sizeof methods / sizeof *methods };

// ---- they learn ---------------------------------------------------------------------------------

static double sphere(const struct session *session, int64_t id) {
    return bowl(session, id);
}

static double rosenbrock(const struct session *session, int64_t id) {
    double sum = 0;
    for (size_t leaf = 0; leaf + 1 < session->space->count; leaf++) {
        double x = 4 * coordinate(session, id, leaf) - 2;
        double y = 4 * coordinate(session, id, leaf + 1) - 2;
        sum += 100 * pow(y - x * x, 2) + pow(1 - x, 2);
    }
    return sum;
}

// The middle of a scale is the best, and one of the names.
static double mixed(const struct session *session, int64_t id) {
    size_t kind = (size_t)wn_space_index(session->space, "kind");
    double sum = session->configs[id]->values[kind].integer == 1 ? 0 : 0.3;
    for (size_t leaf = 0; leaf < session->space->count; leaf++)
        sum += leaf == kind ? 0 : pow(coordinate(session, id, leaf) - 0.6, 2);
    return sum;
}

// Each branch has a parameter of its own, and one of them the best value.
static double branched(const struct session *session, int64_t id) {
    const struct wn_config *config = session->configs[id];
    const struct wn_space *space = session->space;
    static const char *const own[] = {"trees", "c", "width"};
    int64_t kind = config->values[wn_space_index(space, "kind")].integer;
    for (size_t i = 0; i < 3; i++)
        assert_true(config->active[wn_space_index(space, own[i])] == (kind == (int64_t)i));
    double off = coordinate(session, id, (size_t)wn_space_index(space, own[kind])) - 0.2;
    double shared = coordinate(session, id, (size_t)wn_space_index(space, "lr")) - 0.7;
    return off * off + shared * shared + 0.1 * (double)llabs(kind - 1);
}

static struct wn_space *five_reals(void) {
    return real_space(5);
}

static struct wn_space *three_reals(void) {
    return real_space(3);
}

static struct wn_space *branched_space(void) {
    struct wn_space *space = wn_space_new();
    add_range(space, "lr", "log_uniform_values", 1e-5, 1);
    add_choices(space, "kind", "[\"forest\", \"svm\", \"net\"]");
    add_range(space, "trees", "int_log_uniform_values", 1, 500);
    add_when(space, "kind", "[\"forest\"]");
    add_range(space, "c", "normal", 0, 0);
    add_when(space, "kind", "[\"svm\"]");
    add_range(space, "width", "int_uniform", 8, 512);
    add_when(space, "kind", "[\"net\"]");
    finish(space);
    return space;
}

static const struct problem {
    const char *name;
    struct wn_space *(*space)(void);
    double (*loss)(const struct session *session, int64_t id);
    double margin; // random's mean best over that of the method, in powers of ten
} problems[] = {
    {"sphere", five_reals, sphere, 0.5},
    {"rosenbrock", three_reals, rosenbrock, 0.15},
    {"mixed", mixed_space, mixed, 0.4},
    {"branched", branched_space, branched, 0.7},
};
enum { PROBLEMS = sizeof problems / sizeof *problems, SEEDS = 8 };

// The mean logarithm of the best of 100 trials.
static double mean_best(const char *method, const struct problem *problem) {
    double sum = 0;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct wn_space *space = problem->space();
        struct session session;
        double least = INFINITY;
        open_session_of(&session, method, space, seed, seed % 2);
        for (int64_t i = 0; i < 100; i++) {
            assert_non_null(ask(&session));
            double loss = problem->loss(&session, i);
            least = fmin(least, loss);
            tell_value(&session, i, seed % 2 ? -loss : loss);
        }
        sum += log10(fmax(least, 1e-12));
        close_session(&session);
        wn_space_free(space);
    }
    return sum / SEEDS;
}

static void they_find_better_ones_than_random_draws_do(void **state) {
    (void)state;
    for (size_t p = 0; p < PROBLEMS; p++) {
        double random = mean_best("random", &problems[p]);
        for (size_t m = 0; m < METHODS; m++) {
            double mine = mean_best(methods[m], &problems[p]);
            if (mine > random - problems[p].margin)
                fail_msg("%s on %s: 1e%.2f, random draws 1e%.2f", methods[m], problems[p].name,
                         mine, random);
        }
    }
}

// Only half of a space works, and its best is at the border.
static void they_keep_away_from_where_trials_fail(void **state) {
    (void)state;
    for (size_t m = 0; m < METHODS; m++) {
        int late = 0;
        for (uint64_t seed = 0; seed < 4; seed++) {
            struct wn_space *space = real_space(2);
            struct session session;
            open_session_of(&session, methods[m], space, seed, false);
            for (int64_t i = 0; i < 60; i++) {
                ask(&session);
                double x = coordinate(&session, i, 0);
                if (x > 0.5)
                    tell(&session, i, i % 2 ? WN_TRIAL_FAILED : WN_TRIAL_OOM, NAN);
                else
                    tell_value(&session, i, -x);
                late += i >= 40 && x > 0.5;
            }
            close_session(&session);
            wn_space_free(space);
        }
        if (late > 40)
            fail_msg("%s: %d of 80 late trials are where all fail", methods[m], late);
    }
}

static void many_that_run_at_once_stay_apart(void **state) {
    (void)state;
    for (size_t m = 0; m < METHODS; m++) {
        struct wn_space *space = mixed_space();
        struct session session;
        open_session_of(&session, methods[m], space, 4, false);
        for (int64_t i = 0; i < 30; i++) {
            ask(&session);
            tell_value(&session, i, bowl(&session, i));
        }
        for (int64_t i = 30; i < 94; i++) {
            ask(&session);
            for (int64_t j = 0; j < i; j++)
                assert_true(distance(&session, j, i) > 1e-6);
        }
        close_session(&session);
        wn_space_free(space);
    }
}

// ---- any history --------------------------------------------------------------------------------

struct told { // the last of what was said of a trial
    bool said;
    enum wn_trial_state state;
    double objective;
};

static struct told make_up(const struct session *session, struct wn_rng *rng, int64_t id) {
    static const double values[] = {1e300, -1e300, 1e308, -1e308, 1e-300, NAN, 0, 1, INFINITY};
    switch (wn_rng_below(rng, 10)) {
    case 0:
        return (struct told){true, WN_TRIAL_FINISHED, values[wn_rng_below(rng, 9)]};
    case 1:
        return (struct told){true, (enum wn_trial_state)(WN_TRIAL_FINISHED + wn_rng_below(rng, 9)),
                             NAN};
    default:
        return (struct told){true, WN_TRIAL_STOPPED, bowl(session, id)};
    }
}

// What a searcher answers that was told the same, each thing once and the latest trial first.
static void expect_of_resumed(const struct session *live, const struct told *told, uint64_t seed) {
    struct session resumed;
    struct wn_config *next = wn_config_new(live->space), *again = wn_config_new(live->space);
    int64_t id;
    open_session_of(&resumed, live->method, live->space, seed, live->objective.maximize);
    for (int64_t i = 0; i < live->count; i++)
        wn_searcher_adopt(resumed.searcher, i, live->configs[i]);
    for (int64_t i = live->count; i-- > 0;)
        if (told[i].said)
            tell(&resumed, i, told[i].state, told[i].objective);
    enum wn_ask answer = wn_searcher_think(live->searcher, &id, next);
    assert_int_equal(answer, wn_searcher_think(resumed.searcher, &id, again));
    if (answer == WN_ASK_OK)
        assert_true(wn_space_hash(live->space, next) == wn_space_hash(live->space, again));
    wn_config_free(next);
    wn_config_free(again);
    close_session(&resumed);
}

// Thought of twice, then taken, and the same where the negated objective is to be maximised.
static bool ask_both(struct session *least, struct session *most) {
    struct wn_config *thought = wn_config_new(least->space);
    int64_t id;
    enum wn_ask answer = wn_searcher_think(least->searcher, &id, thought);
    assert_int_equal(ask(least) ? WN_ASK_OK : WN_ASK_EXHAUSTED, answer);
    assert_int_equal(ask(most) ? WN_ASK_OK : WN_ASK_EXHAUSTED, answer);
    if (answer == WN_ASK_OK) {
        assert_true(wn_space_hash(least->space, thought) ==
                    wn_space_hash(least->space, least->configs[id]));
        assert_true(same_config(least, most, id));
    }
    wn_config_free(thought);
    return answer == WN_ASK_OK;
}

static void live_through(const char *method, struct wn_space *space, uint64_t seed,
                         struct wn_rng *rng) {
    struct session least, most;
    struct told told[LONGEST] = {0};
    struct wn_seen *seen = wn_seen_new();
    uint64_t cardinality = wn_space_cardinality(space);
    open_session_of(&least, method, space, seed, false);
    open_session_of(&most, method, space, seed, true);
    for (int step = 0; step < 60 && ask_both(&least, &most); step++) {
        uint64_t hash = wn_space_hash(space, least.configs[least.count - 1]);
        assert_true(wn_seen_add(seen, hash) || !cardinality);
        int64_t id = (int64_t)wn_rng_below(rng, (uint64_t)least.count);
        told[id] = make_up(&least, rng, id);
        tell(&least, id, told[id].state, told[id].objective);
        tell(&most, id, told[id].state, -told[id].objective);
        if (step % 6 == 5)
            expect_of_resumed(&least, told, seed);
    }
    wn_seen_free(seen);
    close_session(&least);
    close_session(&most);
}

static void any_history_of_any_space_has_one_answer(void **state) {
    (void)state;
    for (uint64_t seed = 0; seed < 60; seed++) {
        struct wn_rng rng = wn_rng_new(seed, 77);
        struct wn_space *space = random_space(&rng, 10, wn_rng_below(&rng, 2));
        struct wn_err err;
        if (seed % 3 == 0) {
            char *text = wn_format("\"%s\" <> 1", space->params[0].name);
            assert_int_equal(wn_space_constrain(space, text, false, &err), WN_OK);
            free(text);
        }
        live_through(methods[seed % METHODS], space, seed, &rng);
        wn_space_free(space);
    }
}

static void a_result_that_comes_late_counts_as_in_time(void **state) {
    (void)state;
    enum { TRIALS = 300 };
    for (size_t m = 0; m < METHODS; m++) {
        struct wn_space *space = mixed_space();
        struct session session;
        struct told told[LONGEST] = {0};
        static const int64_t late[] = {2, 12, 150, 285, 299};
        open_session_of(&session, methods[m], space, 6, false);
        for (int64_t i = 0; i < TRIALS; i++) {
            assert_non_null(ask(&session));
            told[i] = (struct told){true, WN_TRIAL_FINISHED, bowl(&session, i)};
            bool waits = false;
            for (size_t k = 0; k < sizeof late / sizeof *late; k++)
                waits = waits || late[k] == i;
            if (!waits)
                tell_value(&session, i, told[i].objective);
        }
        for (size_t k = sizeof late / sizeof *late; k-- > 0;) {
            assert_non_null(ask(&session)); // knows nothing of it yet
            tell_value(&session, late[k], told[late[k]].objective);
        }
        expect_of_resumed(&session, told, 6);
        close_session(&session);
        wn_space_free(space);
    }
}

// It has nothing to go by, and must not end in one place.
static void equal_results_make_them_look_elsewhere(void **state) {
    (void)state;
    for (size_t m = 0; m < METHODS; m++) {
        struct wn_space *space = real_space(2);
        struct session session;
        struct told told[LONGEST] = {0};
        double low = 1, high = 0;
        open_session_of(&session, methods[m], space, 2, false);
        for (int64_t i = 0; i < 400; i++) {
            assert_non_null(ask(&session));
            told[i] = (struct told){true, WN_TRIAL_FINISHED, 1};
            tell_value(&session, i, 1);
            low = fmin(low, i < 200 ? 1 : coordinate(&session, i, 0));
            high = fmax(high, i < 200 ? 0 : coordinate(&session, i, 0));
        }
        assert_true(high - low > 0.5);
        expect_of_resumed(&session, told, 2);
        close_session(&session);
        wn_space_free(space);
    }
}

static void a_long_history_in_many_dimensions_is_borne(void **state) {
    (void)state;
    for (size_t m = 0; m < METHODS; m++) {
        struct wn_space *space = wn_space_new();
        add_reals(space, 60);
        finish(space);
        struct session session;
        struct wn_config *config = wn_config_new(space);
        struct wn_rng rng = wn_rng_new(3, 0);
        double unit[60];
        open_session_of(&session, methods[m], space, 1, false);
        for (int64_t i = 0; i < 3000; i++) {
            for (size_t leaf = 0; leaf < 60; leaf++)
                unit[leaf] = wn_rng_uniform(&rng);
            wn_space_decode(space, unit, config);
            wn_searcher_adopt(session.searcher, i, config);
            tell_value(&session, i, unit[0]);
        }
        int64_t id;
        for (int i = 0; i < 20; i++) {
            assert_int_equal(wn_searcher_ask(session.searcher, &id, config), WN_ASK_OK);
            wn_space_encode(space, config, unit);
            tell_value(&session, id, unit[0]);
        }
        wn_config_free(config);
        close_session(&session);
        wn_space_free(space);
    }
}

static void every_distribution_is_searched(void **state) {
    (void)state;
    size_t count;
    const struct wn_dist *const *all = wn_dist_all(&count);
    for (size_t i = 0; i < count * METHODS; i++) {
        const struct wn_dist *dist = all[i / METHODS];
        if (dist->required & (WN_KEY_VALUE | WN_KEY_VALUES))
            continue;
        struct wn_space *space = wn_space_new();
        struct session session;
        add_range(space, "p", dist->name, dist->integer_bounds ? 1 : 0.5, 6);
        add_reals(space, 1);
        finish(space);
        open_session_of(&session, methods[i % METHODS], space, 1, false);
        for (int64_t k = 0; k < 40; k++) {
            assert_non_null(ask(&session));
            tell_value(&session, k, bowl(&session, k));
        }
        close_session(&session);
        wn_space_free(space);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(they_find_better_ones_than_random_draws_do),
        cmocka_unit_test(they_keep_away_from_where_trials_fail),
        cmocka_unit_test(many_that_run_at_once_stay_apart),
        cmocka_unit_test(any_history_of_any_space_has_one_answer),
        cmocka_unit_test(a_result_that_comes_late_counts_as_in_time),
        cmocka_unit_test(equal_results_make_them_look_elsewhere),
        cmocka_unit_test(a_long_history_in_many_dimensions_is_borne),
        cmocka_unit_test(every_distribution_is_searched),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
