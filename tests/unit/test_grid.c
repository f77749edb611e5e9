// SPDX-License-Identifier: GPL-3.0-or-later
// The grid against the plain definition: the whole product of indices in W&B's order, of which a
// point counts when its inactive leaves are at their first value. And cardinality beside it.
#include "tests/unit/make_space.h"

enum { SPACES = 600, MOST_LEAVES = 7 };

static struct wn_grid *grid_over(const struct wn_space *space) {
    struct wn_grid *grid;
    struct wn_diags diags = {.file = "test"};
    if (wn_grid_new(space, &grid, &diags) != WN_OK)
        fail_msg("%s", diags.items[0].text);
    return grid;
}

// Each point as JSON, one per line.
static char *all_points(const struct wn_space *space) {
    struct wn_grid *grid = grid_over(space);
    struct wn_config *config = wn_config_new(space);
    struct wn_str text = {0};
    while (wn_grid_next(grid, config)) {
        struct wn_value value = wn_space_config_value(space, config);
        wn_value_json(&text, &value, WN_JSON_COMPACT);
        wn_str_add_char(&text, '\n');
        wn_value_clear(&value);
    }
    assert_false(wn_grid_next(grid, config)); // and stays at its end
    wn_config_free(config);
    wn_grid_free(grid);
    return wn_str_take(&text);
}

static void assert_points(struct wn_space *space, const char *expected) {
    finish(space);
    char *points = all_points(space);
    assert_string_equal(points, expected);
    free(points);
    wn_space_free(space);
}

static void the_last_name_varies_fastest(void **state) {
    (void)state;
    struct wn_space *space = wn_space_new();
    add_choices(space, "b", "[\"x\", \"y\"]");
    add_range(space, "a", "int_uniform", 1, 2);
    add_choices(space, "c", "[true]");
    assert_points(space, "{\"a\":1,\"b\":\"x\",\"c\":true}\n{\"a\":1,\"b\":\"y\",\"c\":true}\n"
                         "{\"a\":2,\"b\":\"x\",\"c\":true}\n{\"a\":2,\"b\":\"y\",\"c\":true}\n");
}

static void a_group_stands_where_its_name_sorts(void **state) {
    (void)state;
    struct wn_space *space = wn_space_new();
    add_choices(space, "n", "[1, 2]");
    add_choices(space, "m.z", "[3, 4]");
    add_choices(space, "Z", "[5]");
    assert_points(space, "{\"Z\":5,\"m\":{\"z\":3},\"n\":1}\n{\"Z\":5,\"m\":{\"z\":3},\"n\":2}\n"
                         "{\"Z\":5,\"m\":{\"z\":4},\"n\":1}\n{\"Z\":5,\"m\":{\"z\":4},\"n\":2}\n");
}

static void constants_make_one_point(void **state) {
    (void)state;
    struct wn_space *space = wn_space_new();
    add_choices(space, "a", "[null]");
    assert_points(space, "{\"a\":null}\n");
}

static void an_inactive_leaf_is_no_dimension(void **state) {
    (void)state;
    struct wn_space *space = wn_space_new();
    add_choices(space, "depth", "[1, 2]");
    add_when(space, "model", "[\"tree\"]");
    add_choices(space, "model", "[\"line\", \"tree\"]");
    assert_points(space, "{\"model\":\"line\"}\n{\"depth\":1,\"model\":\"tree\"}\n"
                         "{\"depth\":2,\"model\":\"tree\"}\n");
}

static void what_has_no_list_of_values_is_refused_once_each(void **state) {
    (void)state;
    struct wn_space *space = wn_space_new();
    struct wn_diags diags = {.file = "test"};
    struct wn_grid *grid;
    add_range(space, "lr", "log_uniform_values", 1, 2);
    add_range(space, "n", "int_uniform", 1, 2);
    add_range(space, "wd", "uniform", 1, 2);
    add_range(space, "step", "q_uniform", 0.5, 2);
    finish(space);
    assert_int_equal(wn_grid_new(space, &grid, &diags), WN_BAD_INPUT);
    assert_null(grid);
    assert_int_equal(diags.errors, 3);
    assert_string_equal(diags.items[0].path, "parameters.lr");
    assert_int_equal(diags.items[0].line, 7);
    wn_diags_free(&diags);
    wn_space_free(space);
}

static void a_huge_grid_is_counted_as_0_and_still_walked(void **state) {
    (void)state;
    struct wn_space *space = wn_space_new();
    add_range(space, "a", "int_uniform", 0, 1e9);
    add_range(space, "b", "int_uniform", 0, 1e9);
    finish(space);
    struct wn_grid *grid = grid_over(space);
    struct wn_config *config = wn_config_new(space);
    assert_int_equal(wn_grid_count(grid), 0);
    for (int i = 0; i < 1000; i++) {
        assert_true(wn_grid_next(grid, config));
        assert_int_equal(config->values[1].integer, i);
    }
    wn_config_free(config);
    wn_grid_free(grid);
    wn_space_free(space);
}

// A leaf that comes before its parents, with twenty others between: naive walks would hang.
static void a_leaf_far_before_its_parent_costs_no_search(void **state) {
    (void)state;
    struct wn_space *space = wn_space_new();
    char name[16];
    add_choices(space, "a", "[1, 2, 3]");
    add_when(space, "y", "[1]");
    add_when(space, "z", "[1]");
    for (int i = 0; i < 20; i++) {
        snprintf(name, sizeof name, "m%02d", i);
        add_choices(space, name, "[1, 2, 3, 4, 5, 6, 7, 8]");
        add_when(space, "a", "[3]");
    }
    add_choices(space, "y", "[0, 1]");
    add_choices(space, "z", "[0, 1]");
    add_when(space, "y", "[0]"); // so that a can never be active
    assert_points(space, "{\"y\":0,\"z\":0}\n{\"y\":0,\"z\":1}\n{\"y\":1}\n");
}

// ---- against the definition ---------------------------------------------------------------------

static uint64_t digit(const struct wn_space *space, uint64_t number, size_t leaf) {
    for (size_t i = space->count - 1; i > leaf; i--)
        number /= space->params[i].dist->grid_count(&space->params[i].args);
    return number % space->params[leaf].dist->grid_count(&space->params[leaf].args);
}

static uint64_t product(const struct wn_space *space) {
    uint64_t all = 1;
    for (size_t i = 0; i < space->count; i++)
        all *= space->params[i].dist->grid_count(&space->params[i].args);
    return all;
}

// Sets the configuration of the whole product's point `number`; false where it repeats another.
static bool plain_point(const struct wn_space *space, uint64_t number, struct wn_config *config) {
    for (size_t i = 0; i < space->count; i++)
        config->values[i] =
            space->params[i].dist->grid_value(&space->params[i].args, digit(space, number, i));
    wn_space_activate(space, config);
    for (size_t i = 0; i < space->count; i++)
        if (!config->active[i] && digit(space, number, i) > 0)
            return false;
    return true;
}

static void check_walk(const struct wn_space *space) {
    struct wn_grid *grid = grid_over(space);
    struct wn_config *expected = wn_config_new(space), *found = wn_config_new(space);
    uint64_t count = 0;
    for (uint64_t number = 0; number < product(space); number++) {
        if (!plain_point(space, number, expected))
            continue;
        assert_true(wn_grid_next(grid, found));
        assert_int_equal(wn_space_hash(space, found), wn_space_hash(space, expected));
        count++;
    }
    assert_false(wn_grid_next(grid, found));
    assert_int_equal(wn_grid_count(grid), count);
    assert_int_equal(wn_space_cardinality(space), count);
    wn_config_free(expected);
    wn_config_free(found);
    wn_grid_free(grid);
}

static void random_spaces_are_walked_and_counted_as_defined(void **state) {
    (void)state;
    for (uint64_t i = 0; i < SPACES; i++) {
        struct wn_rng rng = wn_rng_new(3, i);
        struct wn_space *space = random_space(&rng, MOST_LEAVES, true);
        check_walk(space);
        wn_space_free(space);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_name_varies_fastest),
        cmocka_unit_test(a_group_stands_where_its_name_sorts),
        cmocka_unit_test(constants_make_one_point),
        cmocka_unit_test(an_inactive_leaf_is_no_dimension),
        cmocka_unit_test(what_has_no_list_of_values_is_refused_once_each),
        cmocka_unit_test(a_huge_grid_is_counted_as_0_and_still_walked),
        cmocka_unit_test(a_leaf_far_before_its_parent_costs_no_search),
        cmocka_unit_test(random_spaces_are_walked_and_counted_as_defined),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
