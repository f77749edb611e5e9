// SPDX-License-Identifier: GPL-3.0-or-later
// What a Gaussian process sees of configurations, of every distribution.
#include "tests/unit/make_space.h"

#include "sweep/bayes/features.h"

static const struct leaf {
    const char *dist, *values; // a list in JSON, or a range
    struct wn_dist_args args;
    double levels; // how many there are; 0: continuous or not listed; -1: no feature
    bool nominal;
} leaves[] = {
    {"constant", "[7]", {.q = 1}, -1, false},
    {"categorical", "[\"a\", \"b\", \"c\"]", {.q = 1}, 3, true},
    {"categorical", "[0.1, 1, 0.01, 10]", {.q = 1}, 4, false},
    {"categorical", "[1, 2]", {.q = 1}, 2, true},
    {"categorical", "[true, false]", {.q = 1}, 2, true},
    {"categorical", "[1, 2, \"many\"]", {.q = 1}, 3, true},
    {"categorical", "[1, 2, true]", {.q = 1}, 3, true},
    {"categorical", "[3, 1.0, 2.5, -4]", {.q = 1}, 4, false},
    // The same as doubles, and yet two values.
    {"categorical", "[9007199254740993, 9007199254740992, 1]", {.q = 1}, 3, false},
    {"categorical", "[null, [1], {\"a\": 1}]", {.q = 1}, 3, true},
    {"int_uniform", NULL, {.min = -3, .max = 12}, 16, false},
    {"int_uniform", NULL, {.min = 0, .max = 999}, 1000, false},
    {"int_uniform", NULL, {.min = 0, .max = 5000}, 0, false},
    {"int_uniform", NULL, {.min = -9e15, .max = 9e15}, 0, false},
    {"int_log_uniform_values", NULL, {.min = 1, .max = 256}, 256, false},
    {"uniform", NULL, {.min = -2, .max = 7}, 0, false},
    {"uniform", NULL, {.min = -1e300, .max = 1e300}, 0, false},
    {"q_uniform", NULL, {.min = 0, .max = 1, .q = 0.125}, 9, false},
    {"q_uniform", NULL, {.min = 0, .max = 1, .q = 1e-5}, 0, false},
    {"log_uniform", NULL, {.min = -9, .max = 2}, 0, false},
    {"log_uniform_values", NULL, {.min = 1e-6, .max = 100}, 0, false},
    {"q_log_uniform", NULL, {.min = 0, .max = 3, .q = 1, .q_is_int = true}, 20, false},
    {"q_log_uniform_values", NULL, {.min = 1, .max = 40, .q = 2}, 20, false},
    {"inv_log_uniform", NULL, {.min = 0, .max = 4}, 0, false},
    {"inv_log_uniform_values", NULL, {.min = 0.01, .max = 0.9}, 0, false},
    {"normal", NULL, {.mu = 3, .sigma = 0.5}, 0, false},
    {"q_normal", NULL, {.mu = 3, .sigma = 5, .q = 1}, 0, false},
    {"log_normal", NULL, {.mu = -3, .sigma = 2}, 0, false},
    {"q_log_normal", NULL, {.mu = 2, .sigma = 1, .q = 1, .q_is_int = true}, 0, false},
    {"beta", NULL, {.a = 2, .b = 5}, 0, false},
    {"beta", NULL, {.a = 0.3, .b = 0.2}, 0, false},
    {"q_beta", NULL, {.a = 2, .b = 5, .q = 0.1}, 11, false},
};
enum { LEAVES = sizeof leaves / sizeof *leaves };

// A space of that leaf alone.
static struct wn_space *space_of(const struct leaf *leaf) {
    struct wn_space *space = wn_space_new();
    struct wn_dist_args args = leaf->args;
    if (leaf->values) {
        struct wn_value list = from_json(leaf->values);
        args.values = list.list.items;
        args.count = list.list.count;
    }
    add_leaf(space, "p", leaf->dist, args);
    finish(space);
    return space;
}

// Coordinates at places that rise from one end of the unit interval to the other.
static double coordinate_at(const struct wn_features *features, struct wn_config *config,
                            double unit) {
    double point;
    wn_space_decode(features->space, &unit, config);
    wn_features_encode(features, config, &point);
    return point;
}

static void every_distribution_is_among_these_leaves(void **state) {
    (void)state;
    static const char *const elsewhere[] = {"categorical_w_probabilities"};
    size_t count;
    const struct wn_dist *const *all = wn_dist_all(&count);
    for (size_t i = 0; i < count; i++) {
        bool found = strcmp(all[i]->name, elsewhere[0]) == 0;
        for (size_t j = 0; j < LEAVES; j++)
            found |= strcmp(all[i]->name, leaves[j].dist) == 0;
        if (!found)
            fail_msg("%s", all[i]->name);
    }
}

static void which_leaves_are_features_and_which_of_them_names(void **state) {
    (void)state;
    for (size_t i = 0; i < LEAVES; i++) {
        struct wn_space *space = space_of(&leaves[i]);
        struct wn_features *features = wn_features_new(space);
        assert_int_equal(features->count, leaves[i].levels >= 0);
        if (features->count) {
            assert_int_equal(features->items[0].leaf, 0);
            assert_true(features->items[0].nominal == leaves[i].nominal);
            assert_true(features->nominal[0] == leaves[i].nominal);
        }
        wn_features_free(features);
        wn_space_free(space);
    }
}

static void coordinates_of_numbers_rise_within_the_unit_interval(void **state) {
    (void)state;
    for (size_t i = 0; i < LEAVES; i++) {
        if (leaves[i].nominal || leaves[i].levels < 0 || leaves[i].values)
            continue;
        struct wn_space *space = space_of(&leaves[i]);
        struct wn_features *features = wn_features_new(space);
        struct wn_config *config = wn_config_new(space);
        double before = -1;
        for (int j = 0; j <= 1000; j++) {
            double at = coordinate_at(features, config, j / 1000.0);
            if (!(at >= 0 && at <= 1 && at >= before))
                fail_msg("%s at %d: %g after %g", leaves[i].dist, j, at, before);
            before = at;
        }
        assert_true(before > 0.5);
        wn_config_free(config);
        wn_features_free(features);
        wn_space_free(space);
    }
}

// The value that a coordinate stands for has that coordinate again.
static void from_a_coordinate_to_a_value_and_back(void **state) {
    (void)state;
    for (size_t i = 0; i < LEAVES; i++) {
        if (leaves[i].nominal || leaves[i].levels < 0)
            continue;
        struct wn_space *space = space_of(&leaves[i]);
        struct wn_features *features = wn_features_new(space);
        struct wn_config *config = wn_config_new(space), *again = wn_config_new(space);
        for (int j = 0; j <= 500; j++) {
            double at = coordinate_at(features, config, (j + 0.5) / 501);
            double unit = wn_feature_unit(features, 0, at);
            assert_true(unit >= 0 && unit <= 1);
            double back = coordinate_at(features, again, unit);
            if (fabs(back - at) > 1e-9)
                fail_msg("%s: %.12g comes back as %.12g", leaves[i].dist, at, back);
            if (space->params[0].kind != WN_KIND_FLOAT)
                assert_true(wn_space_hash(space, config) == wn_space_hash(space, again));
        }
        wn_config_free(config);
        wn_config_free(again);
        wn_features_free(features);
        wn_space_free(space);
    }
}

static void any_coordinate_stands_for_some_value(void **state) {
    (void)state;
    static const double coordinates[] = {0, 1e-12, 0.3, 0.5, 1 - 1e-12, 1};
    for (size_t i = 0; i < LEAVES; i++) {
        if (leaves[i].nominal || leaves[i].levels < 0)
            continue;
        struct wn_space *space = space_of(&leaves[i]);
        struct wn_features *features = wn_features_new(space);
        struct wn_config *config = wn_config_new(space);
        for (size_t j = 0; j < sizeof coordinates / sizeof *coordinates; j++) {
            double unit = wn_feature_unit(features, 0, coordinates[j]);
            assert_true(unit >= 0 && unit <= 1);
            double at = coordinate_at(features, config, unit);
            assert_true(at >= 0 && at <= 1);
            // Where there is a value everywhere, the value is there.
            if (!leaves[i].levels && space->params[0].kind == WN_KIND_FLOAT &&
                !(space->params[0].dist->optional & WN_KEY_Q))
                assert_true(fabs(at - coordinates[j]) < 1e-3);
        }
        wn_config_free(config);
        wn_features_free(features);
        wn_space_free(space);
    }
}

static void levels_are_all_the_values_each_at_its_place(void **state) {
    (void)state;
    for (size_t i = 0; i < LEAVES; i++) {
        if (leaves[i].levels < 0)
            continue;
        struct wn_space *space = space_of(&leaves[i]);
        struct wn_features *features = wn_features_new(space);
        struct wn_config *config = wn_config_new(space);
        const struct wn_feature *feature = &features->items[0];
        if (leaves[i].levels > 0)
            assert_int_equal(feature->level_count, wn_space_cardinality(space));
        if ((double)feature->level_count != leaves[i].levels)
            fail_msg("%s has %zu levels", leaves[i].dist, feature->level_count);
        for (size_t level = 0; level < feature->level_count; level++) {
            double at = coordinate_at(features, config, feature->units[level]);
            if (fabs(at - feature->levels[level]) > 1e-12)
                fail_msg("level %zu of %s is at %g, not %g", level, leaves[i].dist, at,
                         feature->levels[level]);
            assert_true(!level || feature->levels[level] > feature->levels[level - 1]);
        }
        wn_config_free(config);
        wn_features_free(features);
        wn_space_free(space);
    }
}

// 0.01, 0.1, 1, 10 by rank, however they were written.
static void numbers_in_a_list_are_ranked(void **state) {
    (void)state;
    static const double expected[] = {0.375, 0.625, 0.125, 0.875};
    struct wn_space *space = space_of(&leaves[2]);
    struct wn_features *features = wn_features_new(space);
    struct wn_config *config = wn_config_new(space);
    for (int64_t i = 0; i < 4; i++) {
        double point;
        config->values[0].integer = i;
        config->active[0] = true;
        wn_features_encode(features, config, &point);
        assert_true(fabs(point - expected[i]) < 1e-15);
    }
    wn_config_free(config);
    wn_features_free(features);
    wn_space_free(space);
}

static void what_is_switched_off_does_not_matter(void **state) {
    (void)state;
    struct wn_space *space = wn_space_new();
    add_choices(space, "kind", "[\"tree\", \"line\"]");
    add_range(space, "depth", "int_uniform", 1, 9);
    add_when(space, "kind", "[\"tree\"]");
    add_choices(space, "leaf", "[\"a\", \"b\", \"c\"]");
    add_when(space, "kind", "[\"tree\"]");
    add_range(space, "slope", "uniform", 0, 1);
    add_when(space, "kind", "[\"line\"]");
    finish(space);
    struct wn_features *features = wn_features_new(space);
    struct wn_config *config = wn_config_new(space);
    double first[4], point[4], unit[4] = {0.2, 0.9, 0.1, 0.7}; // depth, kind, leaf, slope
    wn_space_decode(space, unit, config);
    wn_features_encode(features, config, first);
    for (int i = 0; i < 4; i++) {
        bool active = config->active[features->items[i].leaf];
        bool inactive_place = features->items[i].nominal ? first[i] < 0 : first[i] == 0.5;
        assert_true(active != inactive_place);
    }
    unit[0] = 0.9, unit[2] = 0.8; // both of them off
    wn_space_decode(space, unit, config);
    wn_features_encode(features, config, point);
    assert_memory_equal(point, first, sizeof point);
    wn_config_free(config);
    wn_features_free(features);
    wn_space_free(space);
}

static void random_spaces_are_encoded_within_bounds(void **state) {
    (void)state;
    for (uint64_t seed = 0; seed < 200; seed++) {
        struct wn_rng rng = wn_rng_new(seed, 0);
        struct wn_space *space = random_space(&rng, 12, seed % 2);
        struct wn_features *features = wn_features_new(space);
        struct wn_config *config = wn_config_new(space);
        double unit[26], point[26];
        for (int i = 0; i < 20; i++) {
            for (size_t k = 0; k < space->count; k++)
                unit[k] = wn_rng_uniform(&rng);
            wn_space_decode(space, unit, config);
            wn_features_encode(features, config, point);
            for (size_t k = 0; k < features->count; k++) {
                const struct wn_feature *feature = &features->items[k];
                double most = feature->nominal ? (double)feature->level_count - 1 : 1;
                assert_true(point[k] >= (feature->nominal ? -1 : 0) && point[k] <= most);
            }
        }
        wn_config_free(config);
        wn_features_free(features);
        wn_space_free(space);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_distribution_is_among_these_leaves),
        cmocka_unit_test(which_leaves_are_features_and_which_of_them_names),
        cmocka_unit_test(coordinates_of_numbers_rise_within_the_unit_interval),
        cmocka_unit_test(from_a_coordinate_to_a_value_and_back),
        cmocka_unit_test(any_coordinate_stands_for_some_value),
        cmocka_unit_test(levels_are_all_the_values_each_at_its_place),
        cmocka_unit_test(numbers_in_a_list_are_ranked),
        cmocka_unit_test(what_is_switched_off_does_not_matter),
        cmocka_unit_test(random_spaces_are_encoded_within_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
