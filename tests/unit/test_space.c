// SPDX-License-Identifier: GPL-3.0-or-later
// Spaces: order, conditions and their mistakes, the ways between the unit cube, configurations and
// trees of values (on random spaces), hashes, constraints and counts.
#include "tests/unit/make_space.h"

enum { SPACES = 300, POINTS = 20, MOST_LEAVES = 8 };

// ---- building -----------------------------------------------------------------------------------

static void leaves_are_sorted_by_path_level_by_level(void **state) {
    (void)state;
    static const char *const sorted[] = {"B", "a.b.c", "a.z", "a-b", "b"};
    struct wn_space *space = wn_space_new();
    for (size_t i = 5; i-- > 0;)
        add_choices(space, sorted[i], "[1]");
    finish(space);
    for (size_t i = 0; i < 5; i++) {
        assert_string_equal(space->params[i].name, sorted[i]);
        assert_int_equal(wn_space_index(space, sorted[i]), i);
    }
    assert_int_equal(wn_space_index(space, "a"), -1);
    wn_space_free(space);
}

// What finishing says about the space, which it frees.
static void assert_mistake(struct wn_space *space, const char *words) {
    struct wn_diags diags = {.file = "test"};
    assert_int_equal(wn_space_finish(space, &diags), WN_BAD_INPUT);
    assert_int_equal(diags.errors, 1);
    struct wn_str text = {0};
    wn_diags_print(&diags, &text);
    if (!strstr(wn_str_text(&text), words))
        fail_msg("\"%s\" does not say \"%s\"", wn_str_text(&text), words);
    assert_int_equal(diags.items[0].line, 7);
    wn_str_free(&text);
    wn_diags_free(&diags);
    wn_space_free(space);
}

static void an_unknown_parent_is_an_error_with_a_suggestion(void **state) {
    (void)state;
    struct wn_space *space = wn_space_new();
    add_choices(space, "optimizer", "[\"sgd\", \"adam\"]");
    add_choices(space, "momentum", "[1, 2]");
    add_when(space, "optimiser", "[\"sgd\"]");
    assert_mistake(space, "parameters.momentum.when.optimiser: there is no parameter optimiser "
                          "(did you mean optimizer?)");
}

static void a_value_that_the_parent_never_has_is_an_error(void **state) {
    (void)state;
    static const struct {
        const char *dist, *values, *words;
    } cases[] = {
        {NULL, "[\"sdg\"]", "p is never \"sdg\" (did you mean sgd?)"},
        {NULL, "[1]", "p is never 1"},
        {"int_uniform", "[5]", "p is never 5"},
        {"int_uniform", "[1.5]", "p is never 1.5"},
        {"int_uniform", "[true]", "p is never true"},
        {"uniform", "[4.5]", "p is never 4.5"},
        {"q_normal", "[0.5]", "p is never 0.5"},
        {"int_uniform", "[]", "lists no value"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct wn_space *space = wn_space_new();
        if (cases[i].dist)
            add_range(space, "p", cases[i].dist, 1, 4);
        else
            add_choices(space, "p", "[\"sgd\", \"adam\"]");
        add_choices(space, "child", "[1, 2]");
        add_when(space, "p", cases[i].values);
        assert_mistake(space, cases[i].words);
    }
}

static void a_value_between_the_parents_steps_is_an_error(void **state) {
    (void)state;
    for (int between = 0; between < 2; between++) {
        struct wn_space *space = wn_space_new();
        add_leaf(space, "p", "q_uniform", (struct wn_dist_args){.min = 0, .max = 2, .q = 0.25});
        add_choices(space, "child", "[1, 2]");
        add_when(space, "p", between ? "[0.3]" : "[0.5, 2]");
        if (between) {
            assert_mistake(space, "p is never 0.3");
            continue;
        }
        finish(space);
        wn_space_free(space);
    }
}

static void conditions_in_a_circle_are_an_error(void **state) {
    (void)state;
    struct wn_space *space = wn_space_new();
    add_choices(space, "a", "[1, 2]");
    add_when(space, "b", "[1]");
    add_choices(space, "b", "[1, 2]");
    add_when(space, "c", "[1]");
    add_choices(space, "c", "[1, 2]");
    add_when(space, "b", "[1]");
    assert_mistake(space, "the conditions go in a circle: ");
    space = wn_space_new();
    add_choices(space, "a", "[1, 2]");
    add_when(space, "a", "[1]");
    assert_mistake(space, "parameters.a.when: the conditions go in a circle: a needs a");
}

static void a_dotted_name_that_spells_a_nested_one_is_an_error(void **state) {
    (void)state;
    struct wn_space *space = wn_space_new();
    add_choices(space, "g.x", "[1]");
    add_choices(space, "h.x", "[1]");
    for (size_t i = 0; i < space->params[1].depth; i++) // a single name with a dot
        free(space->params[1].path[i]);
    space->params[1].path[0] = wn_strdup("g.x");
    space->params[1].depth = 1;
    free(space->params[1].name);
    space->params[1].name = wn_strdup("g.x");
    assert_mistake(space, "two parameters are called g.x");
}

static void a_parent_is_looked_up_from_the_inside_out(void **state) {
    (void)state;
    struct wn_space *space = wn_space_new();
    add_choices(space, "kind", "[1, 2]");
    add_choices(space, "g.kind", "[3, 4]");
    add_choices(space, "g.near", "[1]");
    add_when(space, "kind", "[3]"); // the sibling
    add_choices(space, "g.h.far", "[1]");
    add_when(space, "kind", "[3]"); // the group's sibling
    add_choices(space, "x", "[1]");
    add_when(space, "kind", "[1]"); // the top
    add_choices(space, "y", "[1]");
    add_when(space, "g.kind", "[3]"); // by its path
    finish(space);
    int inner = wn_space_index(space, "g.kind"), outer = wn_space_index(space, "kind");
    static const char *const near[] = {"g.near", "g.h.far", "y"};
    for (size_t i = 0; i < 3; i++) {
        int leaf = wn_space_index(space, near[i]);
        assert_int_equal(space->params[leaf].when[0].parent, inner);
    }
    assert_int_equal(space->params[wn_space_index(space, "x")].when[0].parent, outer);
    wn_space_free(space);
}

static void fifty_thousand_leaves_in_a_chain_are_no_burden(void **state) {
    (void)state;
    enum { LEAVES = 50000 };
    char name[16], parent[16] = "";
    struct wn_space *space = wn_space_new();
    for (int i = LEAVES; i-- > 0;) {
        snprintf(name, sizeof name, "p%d", i);
        add_choices(space, name, "[1, 2]");
        if (*parent)
            add_when(space, parent, "[1]");
        memcpy(parent, name, sizeof parent);
    }
    finish(space);
    assert_int_equal(wn_space_cardinality(space), 0); // too long a chain to be counted
    wn_space_free(space);
}

// ---- random spaces ------------------------------------------------------------------------------

static bool same_config(const struct wn_space *space, const struct wn_config *a,
                        const struct wn_config *b, double tolerance) {
    for (size_t i = 0; i < space->count; i++) {
        if (a->active[i] != b->active[i])
            return false;
        if (!a->active[i])
            continue;
        double x = a->values[i].number, y = b->values[i].number;
        bool equal = space->params[i].kind == WN_KIND_FLOAT
                         ? fabs(x - y) <= tolerance * fmax(1, fabs(x))
                         : a->values[i].integer == b->values[i].integer;
        if (!equal)
            return false;
    }
    return true;
}

typedef void check_point(const struct wn_space *, const struct wn_config *, struct wn_config *);

static void for_many(check_point *check) {
    for (uint64_t i = 0; i < SPACES; i++) {
        struct wn_rng rng = wn_rng_new(1, i);
        struct wn_space *space = random_space(&rng, MOST_LEAVES, false);
        struct wn_config *config = wn_config_new(space), *scratch = wn_config_new(space);
        double unit[MOST_LEAVES];
        for (int point = 0; point < POINTS; point++) {
            for (size_t leaf = 0; leaf < space->count; leaf++)
                unit[leaf] = wn_rng_uniform(&rng);
            wn_space_decode(space, unit, config);
            check(space, config, scratch);
        }
        wn_config_free(config);
        wn_config_free(scratch);
        wn_space_free(space);
    }
}

static void check_unit_cube(const struct wn_space *space, const struct wn_config *config,
                            struct wn_config *again) {
    double unit[MOST_LEAVES];
    wn_space_encode(space, config, unit);
    for (size_t i = 0; i < space->count; i++) {
        assert_true(unit[i] > 0 && unit[i] < 1);
        if (!config->active[i])
            assert_true(unit[i] == 0.5);
    }
    wn_space_decode(space, unit, again);
    assert_true(same_config(space, config, again, 1e-9));
}

static void decoding_undoes_encoding(void **state) {
    (void)state;
    for_many(check_unit_cube);
}

static void check_tree(const struct wn_space *space, const struct wn_config *config,
                       struct wn_config *again) {
    struct wn_value value = wn_space_config_value(space, config);
    struct wn_str json = {0};
    wn_value_json(&json, &value, WN_JSON_COMPACT);
    struct wn_value reread = from_json(wn_str_text(&json));
    struct wn_err err = {0};
    if (wn_space_config_parse(space, &reread, again, &err) != WN_OK)
        fail_msg("%s: %s", json.text, err.text);
    assert_true(same_config(space, config, again, 0));
    assert_int_equal(wn_space_hash(space, config), wn_space_hash(space, again));
    wn_str_free(&json);
    wn_value_clear(&value);
    wn_value_clear(&reread);
}

static void a_configuration_survives_json_exactly(void **state) {
    (void)state;
    for_many(check_tree);
}

static void check_dotted(const struct wn_space *space, const struct wn_config *config,
                         struct wn_config *again) {
    struct wn_value flat = {.type = WN_MAP};
    flat.list.keys = wn_calloc(space->count, sizeof *flat.list.keys);
    flat.list.items = wn_calloc(space->count, sizeof *flat.list.items);
    for (size_t i = 0; i < space->count; i++) {
        flat.list.keys[i] = wn_value_string(space->params[i].name);
        flat.list.items[i] = wn_space_leaf(space, config, i); // null where inactive
        flat.list.count++;
    }
    struct wn_err err = {0};
    if (wn_space_config_parse(space, &flat, again, &err) != WN_OK)
        fail_msg("%s", err.text);
    assert_true(same_config(space, config, again, 0));
    wn_value_clear(&flat);
}

static void dotted_names_read_as_nested_ones(void **state) {
    (void)state;
    for_many(check_dotted);
}

static void check_hash(const struct wn_space *space, const struct wn_config *config,
                       struct wn_config *scratch) {
    uint64_t hash = wn_space_hash(space, config);
    struct wn_config *copy = wn_config_copy(space, config);
    assert_int_not_equal(hash, 0);
    for (size_t i = 0; i < space->count; i++)
        if (!copy->active[i])
            copy->values[i].integer = 0; // without meaning
    assert_int_equal(wn_space_hash(space, copy), hash);
    double unit[MOST_LEAVES];
    wn_space_encode(space, config, unit);
    unit[0] = unit[0] < 0.5 ? 0.99 : 0.01;
    wn_space_decode(space, unit, scratch);
    if (!same_config(space, config, scratch, 0))
        assert_int_not_equal(wn_space_hash(space, scratch), hash);
    wn_config_free(copy);
}

static void equal_configurations_alone_hash_alike(void **state) {
    (void)state;
    for_many(check_hash);
}

// Later releases must find the configurations of earlier ones.
static void the_hash_of_a_configuration_stays(void **state) {
    (void)state;
    struct wn_space *space = wn_space_new();
    add_range(space, "lr", "uniform", 0, 1);
    add_choices(space, "opt.name", "[\"sgd\", \"adam\"]");
    finish(space);
    struct wn_config *config = wn_config_new(space);
    wn_space_decode(space, (const double[]){0.25, 0.9}, config);
    assert_int_equal(wn_space_hash(space, config), UINT64_C(0x1321188f5b681f19));
    wn_config_free(config);
    wn_space_free(space);
}

// ---- reading ------------------------------------------------------------------------------------

static struct wn_space *trees_and_lines(void) {
    struct wn_space *space = wn_space_new();
    add_choices(space, "model", "[\"tree\", \"line\"]");
    add_range(space, "tree.depth", "int_uniform", 2, 12);
    add_when(space, "model", "[\"tree\"]");
    add_range(space, "lr", "log_uniform_values", 1e-3, 1);
    finish(space);
    return space;
}

static void what_is_wrong_with_a_configuration_is_named(void **state) {
    (void)state;
    static const struct {
        const char *json, *words;
    } cases[] = {
        {"[1]", "a configuration is a mapping"},
        {"{\"model\":\"line\"}", "lr is missing"},
        {"{\"model\":\"tree\",\"lr\":0.1}", "tree.depth is missing"},
        {"{\"model\":\"tree\"}", "lr, tree.depth are missing"},
        {"{\"tree.depth\":3}", "lr, model are missing"}, // the condition of depth may hold
        {"{}", "lr, model are missing"},
        {"{\"model\":\"line\",\"lr\":0.1,\"lrr\":1}", "no parameter lrr (did you mean lr?)"},
        {"{\"model\":\"tree\",\"lr\":0.1,\"tree\":{\"dept\":1}}", "did you mean tree.depth?"},
        {"{\"model\":\"line\",\"lr\":0.1,\"tree.depth\":3}", "its condition does not hold"},
        {"{\"model\":\"tre\",\"lr\":0.1}", "model: \"tre\" is none of \"tree\", \"line\""},
        {"{\"model\":\"line\",\"lr\":2}", "lr: 2 is outside 0.001 to 1"},
        {"{\"model\":\"line\",\"lr\":\"0.1\"}", "lr: \"0.1\" is no finite number"},
        {"{\"model\":\"line\",\"lr\":true}", "lr: true is no finite number"},
        {"{\"model\":\"tree\",\"lr\":1,\"tree\":{\"depth\":2.5}}", "tree.depth: 2.5 is no integer"},
        {"{\"model\":\"tree\",\"lr\":1,\"tree\":{\"depth\":3},\"tree.depth\":3}", "given twice"},
        {"{\"model\":\"tree\",\"lr\":1,\"tree\":3}", "there is no parameter tree"},
    };
    struct wn_space *space = trees_and_lines();
    struct wn_config *config = wn_config_new(space);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct wn_value value = from_json(cases[i].json);
        struct wn_err err = {0};
        assert_int_equal(wn_space_config_parse(space, &value, config, &err), WN_BAD_INPUT);
        if (!strstr(err.text, cases[i].words))
            fail_msg("\"%s\" does not say \"%s\"", err.text, cases[i].words);
        wn_value_clear(&value);
    }
    wn_config_free(config);
    wn_space_free(space);
}

static void groups_without_an_active_leaf_are_absent(void **state) {
    (void)state;
    struct wn_space *space = trees_and_lines();
    struct wn_config *config = wn_config_new(space);
    struct wn_str json = {0};
    wn_space_decode(space, (const double[]){0.5, 0.9, 0.5}, config);
    struct wn_value value = wn_space_config_value(space, config);
    assert_int_equal(value.list.count, 2);
    assert_null(wn_value_get(&value, "tree"));
    assert_string_equal(wn_value_get(&value, "model")->string.text, "line");
    wn_value_clear(&value);
    wn_space_decode(space, (const double[]){0.5, 0.1, 0.5}, config);
    value = wn_space_config_value(space, config);
    wn_value_json(&json, wn_value_get(&value, "tree"), WN_JSON_COMPACT);
    assert_string_equal(wn_str_text(&json), "{\"depth\":7}");
    wn_str_free(&json);
    wn_value_clear(&value);
    wn_config_free(config);
    wn_space_free(space);
}

// ---- constraints and counts ---------------------------------------------------------------------

static void constraints_must_hold_and_forbidden_ones_must_not(void **state) {
    (void)state;
    struct wn_space *space = trees_and_lines();
    struct wn_err err = {0};
    assert_int_equal(wn_space_constrain(space, "tree.depth <= 7", false, &err), WN_OK);
    assert_int_equal(wn_space_constrain(space, "model = 'line' AND lr > 0.5", true, &err), WN_OK);
    assert_int_equal(wn_space_constrain(space, "tree.dept <= 7", false, &err), WN_BAD_INPUT);
    assert_non_null(strstr(err.text, "did you mean \"tree.depth\"?"));
    static const struct {
        double unit[3]; // lr, model, tree.depth
        bool allowed;
    } cases[] = {
        {{0.5, 0.1, 0.5}, true},  // depth 7
        {{0.5, 0.1, 0.9}, false}, // depth 11
        {{0.5, 0.9, 0.9}, true},  // no depth: the constraint does not object
        {{1.0, 0.9, 0.9}, false}, // forbidden
        {{1.0, 0.1, 0.1}, true},
    };
    struct wn_config *config = wn_config_new(space);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        wn_space_decode(space, cases[i].unit, config);
        assert_int_equal(wn_space_allows(space, config), cases[i].allowed);
    }
    wn_config_free(config);
    wn_space_free(space);
}

static void an_infinite_leaf_counts_only_where_it_can_be_active(void **state) {
    (void)state;
    struct wn_space *space = wn_space_new();
    add_choices(space, "a", "[1, 2]");
    add_range(space, "lr", "uniform", 0, 1);
    add_when(space, "a", "[1]");
    add_when(space, "b", "[0]");
    add_choices(space, "b", "[0, 1, 2]");
    add_when(space, "a", "[2]"); // so that lr is never active
    finish(space);
    assert_int_equal(wn_space_cardinality(space), 1 + 3);
    wn_space_free(space);
    space = trees_and_lines();
    assert_int_equal(wn_space_cardinality(space), 0);
    wn_space_free(space);
}

static void thirty_parents_of_one_leaf_are_counted(void **state) {
    (void)state;
    enum { PARENTS = 30 };
    char name[16];
    struct wn_space *space = wn_space_new();
    add_choices(space, "child", "[1, 2, 3]");
    for (int i = 0; i < PARENTS; i++) {
        struct wn_param *child = &space->params[0];
        snprintf(name, sizeof name, "p%d", i);
        child->when = wn_realloc(child->when, ((size_t)i + 1) * sizeof *child->when);
        struct wn_value list = from_json("[1]");
        child->when[child->when_count++] =
            (struct wn_when){.parent_name = wn_strdup(name), .values = list.list.items, .count = 1};
        add_choices(space, name, "[0, 1]");
    }
    finish(space);
    assert_int_equal(wn_space_cardinality(space), (UINT64_C(1) << PARENTS) - 1 + 3);
    wn_space_free(space);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(leaves_are_sorted_by_path_level_by_level),
        cmocka_unit_test(an_unknown_parent_is_an_error_with_a_suggestion),
        cmocka_unit_test(a_value_that_the_parent_never_has_is_an_error),
        cmocka_unit_test(a_value_between_the_parents_steps_is_an_error),
        cmocka_unit_test(conditions_in_a_circle_are_an_error),
        cmocka_unit_test(a_dotted_name_that_spells_a_nested_one_is_an_error),
        cmocka_unit_test(a_parent_is_looked_up_from_the_inside_out),
        cmocka_unit_test(fifty_thousand_leaves_in_a_chain_are_no_burden),
        cmocka_unit_test(decoding_undoes_encoding),
        cmocka_unit_test(a_configuration_survives_json_exactly),
        cmocka_unit_test(dotted_names_read_as_nested_ones),
        cmocka_unit_test(equal_configurations_alone_hash_alike),
        cmocka_unit_test(the_hash_of_a_configuration_stays),
        cmocka_unit_test(what_is_wrong_with_a_configuration_is_named),
        cmocka_unit_test(groups_without_an_active_leaf_are_absent),
        cmocka_unit_test(constraints_must_hold_and_forbidden_ones_must_not),
        cmocka_unit_test(an_infinite_leaf_counts_only_where_it_can_be_active),
        cmocka_unit_test(thirty_parents_of_one_leaf_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
