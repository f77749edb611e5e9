// SPDX-License-Identifier: GPL-3.0-or-later
// What every searcher of the table must do on every space of a family, and then what each one does.
#include "tests/unit/check.h"

#include "core/base/diag.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "sweep/searcher.h"
#include "sweep/searchers/walk.h"

// ---- a family of spaces -------------------------------------------------------------------------

static const struct family {
    const char *name, *parameters, *more; // `more`: further lines of the spec
    int64_t points;                       // that the constraints leave; 0: infinite
} family[] = {
    {"continuous",
     "{x: {min: 0.0, max: 1.0}, lr: {distribution: log_uniform_values, min: 1e-5, max: 0.1}}", "",
     0},
    {"discrete", "{a: {values: [1, 2, 3]}, b: {min: 1, max: 4}, c: {value: x}}", "", 12},
    {"quantised",
     "{a: {distribution: q_uniform, min: 0, max: 2, q: 0.5}, b: {values: [x, y], probabilities: "
     "[0.9, 0.1]}}",
     "", 10},
    {"integers on a log scale", "{n: {distribution: int_log_uniform_values, min: 1, max: 40}}", "",
     40},
    {"mixed", "{x: {min: 0.0, max: 1.0}, kernel: {values: [linear, rbf]}, n: {min: 1, max: 9}}", "",
     0},
    {"conditional",
     "{kind: {values: [tree, line]}, depth: {min: 1, max: 3, when: {kind: tree}}, "
     "leaf: {values: [a, b], when: {depth: [2, 3]}}, zeta: {values: [p, q], when: {kind: line}}}",
     "", 7},
    // Not many fit into the first tries: the rest is found by walking.
    {"unlikely values",
     "{a: {values: [x, y, z], probabilities: [0.9999998, 1e-7, 1e-7]}, b: {min: 1, max: 3}}", "",
     9},
    {"values written twice",
     "{a: {values: [x, y, x, z, w]}, b: {values: [1, 2, 1], probabilities: [0, 0.9999999, 1e-7]}}",
     "", 8},
    {"conditional and continuous",
     "{kind: {values: [tree, line]}, depth: {min: 1, max: 3, when: {kind: tree}}, "
     "slope: {min: 0.0, max: 1.0, when: {kind: line}}}",
     "", 0},
    {"constrained", "{a: {min: 1, max: 6}, b: {min: 1, max: 6}}",
     "constraints: ['a + b <= 6']\nforbid: ['a = 1 AND b = 1']\n", 14},
    {"constrained and continuous", "{a: {min: 0.0, max: 1.0}, b: {min: 0.0, max: 1.0}}",
     "constraints: ['a + b <= 0.5']\n", 0},
    {"without an allowed point", "{a: {min: 1, max: 6}}", "constraints: ['a > 6']\n", -1},
    {"one point", "{a: {value: 1}, b: {values: [x]}}", "", 1},
    {"grid of a thousand", "{a: {min: 0, max: 9}, b: {min: 0, max: 9}, c: {min: 0, max: 9}}", "",
     1000},
};

enum { FAMILY = sizeof family / sizeof *family, MOST = 1200 };

// Read as a random search, which suits every space, and then given to `method`.
static struct wn_spec *parse_spec(const char *method, const struct family *member) {
    struct wn_diags diags = {0};
    struct wn_spec *spec;
    char *text =
        wn_format("method: random\nprogram: train.py\nmetric: {name: loss}\nparameters: %s\n%s",
                  member->parameters, member->more);
    if (wn_spec_parse("s.yaml", text, strlen(text), &spec, &diags) != WN_OK) {
        struct wn_str message = {0};
        wn_diags_print(&diags, &message);
        fail_msg("%s: %s", member->name, message.text);
    }
    wn_diags_free(&diags);
    free(text);
    free(spec->method);
    spec->method = wn_strdup(method);
    return spec;
}

// NULL where the searcher refuses the space, which it must explain.
static struct wn_searcher *new_searcher(const struct wn_spec *spec, uint64_t seed) {
    struct wn_diags diags = {0};
    struct wn_searcher *searcher;
    const struct wn_searcher_setup setup = {.spec = spec, .seed = seed};
    enum wn_status status = wn_searcher_new(&setup, &searcher, &diags);
    assert_true(status == WN_OK ? searcher != NULL : diags.errors > 0);
    wn_diags_free(&diags);
    return searcher;
}

struct asked { // a sequence of suggestions
    struct wn_config *configs[MOST];
    int64_t count;
    bool exhausted;
};

static struct wn_observation observe(int64_t id) {
    return (struct wn_observation){
        .id = id, .state = WN_TRIAL_FINISHED, .objective = (double)(id * 7 % 11), .se = NAN};
}

static void ask_on(struct wn_searcher *searcher, const struct wn_space *space, int64_t most,
                   struct asked *asked) {
    while (asked->count < most) {
        struct wn_config *config = wn_config_new(space);
        int64_t id;
        if (wn_searcher_ask(searcher, &id, config) == WN_ASK_EXHAUSTED) {
            wn_config_free(config);
            asked->exhausted = true;
            return;
        }
        assert_int_equal(id, asked->count);
        asked->configs[asked->count++] = config;
        const struct wn_observation observation = observe(id);
        wn_searcher_tell(searcher, &observation);
    }
}

static void replay(struct wn_searcher *searcher, const struct asked *asked, int64_t count) {
    for (int64_t id = 0; id < count; id++) {
        const struct wn_observation observation = observe(id);
        wn_searcher_adopt(searcher, id, asked->configs[id]);
        wn_searcher_tell(searcher, &observation);
    }
}

static void clear(struct asked *asked) {
    for (int64_t i = 0; i < asked->count; i++)
        wn_config_free(asked->configs[i]);
    *asked = (struct asked){0};
}

static bool same(const struct wn_space *space, const struct asked *a, const struct asked *b) {
    bool equal = a->count == b->count && a->exhausted == b->exhausted;
    for (int64_t i = 0; equal && i < b->count; i++)
        equal = wn_space_hash(space, a->configs[i]) == wn_space_hash(space, b->configs[i]);
    return equal;
}

// A model makes each suggestion cost milliseconds, which rise with the history.
static bool is_slow(const struct wn_spec *spec) {
    return wn_searcher_find(spec->method)->tell;
}

static int64_t most_of(const struct wn_spec *spec) {
    return is_slow(spec) ? 100 : MOST;
}

// Runs a check over the whole table and the whole family.
static void everywhere(void (*check)(const struct wn_spec *spec, const struct family *member)) {
    size_t count;
    const struct wn_searcher_type *const *all = wn_searcher_all(&count);
    assert_true(count >= 3);
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < FAMILY; j++) {
            if (strcmp(all[i]->name, "list") == 0)
                continue; // proposes what it was told, whatever the space
            struct wn_spec *spec = parse_spec(all[i]->name, &family[j]);
            struct wn_searcher *searcher = new_searcher(spec, 1);
            bool suits = searcher != NULL;
            wn_searcher_free(searcher);
            // Only a grid may refuse, and only what cannot be enumerated.
            assert_true(suits || strcmp(all[i]->name, "grid") == 0);
            if (suits)
                check(spec, &family[j]);
            wn_spec_free(spec);
        }
}

// ---- all of them --------------------------------------------------------------------------------

static void check_seeds(const struct wn_spec *spec, const struct family *member) {
    struct asked asked[3] = {0};
    static const uint64_t seeds[] = {7, 7, 8};
    for (int i = 0; i < 3; i++) {
        struct wn_searcher *searcher = new_searcher(spec, seeds[i]);
        ask_on(searcher, spec->space, 30, &asked[i]);
        wn_searcher_free(searcher);
    }
    assert_true(same(spec->space, &asked[0], &asked[1]));
    bool may_differ = strcmp(spec->method, "grid") != 0 && (!member->points || member->points > 5);
    assert_true(same(spec->space, &asked[0], &asked[2]) != may_differ);
    for (int i = 0; i < 3; i++)
        clear(&asked[i]);
}

static void the_seed_decides_the_sequence(void **state) {
    (void)state;
    everywhere(check_seeds);
}

static void check_configurations(const struct wn_spec *spec, const struct family *member) {
    struct asked asked = {0};
    struct wn_searcher *searcher = new_searcher(spec, 3);
    struct wn_seen *seen = wn_seen_new();
    ask_on(searcher, spec->space, most_of(spec), &asked);
    for (int64_t i = 0; i < asked.count; i++) {
        struct wn_value value = wn_space_config_value(spec->space, asked.configs[i]);
        struct wn_config *read = wn_config_new(spec->space);
        struct wn_err err;
        assert_true(wn_space_allows(spec->space, asked.configs[i]));
        if (wn_space_config_parse(spec->space, &value, read, &err) != WN_OK)
            fail_msg("%s on %s: %s", spec->method, member->name, err.text);
        uint64_t hash = wn_space_hash(spec->space, asked.configs[i]);
        assert_true(hash == wn_space_hash(spec->space, read));
        assert_true(wn_seen_add(seen, hash));
        wn_config_free(read);
        wn_value_clear(&value);
    }
    wn_seen_free(seen);
    wn_searcher_free(searcher);
    clear(&asked);
}

static void configurations_are_valid_allowed_and_never_repeated(void **state) {
    (void)state;
    everywhere(check_configurations);
}

static void check_exhaustion(const struct wn_spec *spec, const struct family *member) {
    struct asked asked = {0};
    struct wn_searcher *searcher = new_searcher(spec, 5);
    int64_t most = most_of(spec), points = most;
    if (member->points && member->points < most)
        points = member->points < 0 ? 0 : member->points;
    ask_on(searcher, spec->space, most, &asked);
    if (asked.count != points)
        fail_msg("%s on %s: %lld points, not %lld", spec->method, member->name,
                 (long long)asked.count, (long long)points);
    assert_true(asked.exhausted == (points < most));
    // It stays so.
    ask_on(searcher, spec->space, most, &asked);
    assert_int_equal(asked.count, points);
    wn_searcher_free(searcher);
    clear(&asked);
}

static void a_finite_space_is_exhausted_completely_and_an_infinite_one_never(void **state) {
    (void)state;
    everywhere(check_exhaustion);
}

// From number `from` on, the searcher suggests what was asked before.
static void expect_rest(const struct wn_spec *spec, struct wn_searcher *searcher,
                        const struct asked *live, int64_t from) {
    struct wn_config *config = wn_config_new(spec->space);
    int64_t id;
    for (int64_t i = from; i < live->count; i++) {
        const struct wn_observation observation = observe(i);
        assert_int_equal(wn_searcher_ask(searcher, &id, config), WN_ASK_OK);
        assert_int_equal(id, i);
        assert_true(wn_space_hash(spec->space, config) ==
                    wn_space_hash(spec->space, live->configs[i]));
        wn_searcher_tell(searcher, &observation);
    }
    if (live->exhausted)
        assert_int_equal(wn_searcher_ask(searcher, &id, config), WN_ASK_EXHAUSTED);
    wn_config_free(config);
}

static void check_replay(const struct wn_spec *spec, const struct family *member) {
    enum { HISTORY = 40, MORE = 30 };
    (void)member;
    struct asked live = {0};
    struct wn_searcher *searcher = new_searcher(spec, 11);
    ask_on(searcher, spec->space, HISTORY + MORE, &live);
    wn_searcher_free(searcher);
    for (int64_t history = 0; history <= HISTORY && history <= live.count;
         history += is_slow(spec) ? 13 : 1) {
        searcher = new_searcher(spec, 11);
        replay(searcher, &live, history);
        expect_rest(spec, searcher, &live, history);
        wn_searcher_free(searcher);
    }
    clear(&live);
}

static void a_searcher_that_adopts_the_history_goes_on_like_the_first(void **state) {
    (void)state;
    everywhere(check_replay);
}

// A person put configurations of another seed in place of every third one.
static void check_foreign(const struct wn_spec *spec, const struct family *member) {
    enum { HISTORY = 20, MORE = 10 };
    (void)member;
    struct asked live = {0}, other = {0};
    struct wn_searcher *stranger = new_searcher(spec, 99), *searcher = new_searcher(spec, 11);
    ask_on(stranger, spec->space, HISTORY, &other);
    while (live.count < HISTORY && !live.exhausted) {
        if (live.count % 3 == 1 && live.count < other.count) {
            struct wn_config *foreign = wn_config_copy(spec->space, other.configs[live.count]);
            const struct wn_observation observation = observe(live.count);
            wn_searcher_adopt(searcher, live.count, foreign);
            wn_searcher_tell(searcher, &observation);
            live.configs[live.count++] = foreign;
        } else {
            ask_on(searcher, spec->space, live.count + 1, &live);
        }
    }
    int64_t history = live.count;
    struct wn_searcher *resumed = new_searcher(spec, 11);
    replay(resumed, &live, history);
    ask_on(searcher, spec->space, history + MORE, &live);
    expect_rest(spec, resumed, &live, history);
    wn_searcher_free(stranger);
    wn_searcher_free(searcher);
    wn_searcher_free(resumed);
    clear(&live);
    clear(&other);
}

static void foreign_configurations_are_adopted_like_own_ones(void **state) {
    (void)state;
    everywhere(check_foreign);
}

// ---- each one -----------------------------------------------------------------------------------

static void an_unknown_method_is_an_error(void **state) {
    (void)state;
    struct wn_spec spec = {.method = (char[]){"magic"}};
    assert_null(new_searcher(&spec, 1));
    assert_null(wn_searcher_find("magic"));
}

static void grid_goes_in_the_order_of_wandb(void **state) {
    (void)state;
    const struct family member = {.parameters = "{b: {values: [3, 1]}, a: {min: 1, max: 2}}",
                                  .more = ""};
    struct wn_spec *spec = parse_spec("grid", &member);
    struct wn_searcher *searcher = new_searcher(spec, 1);
    struct asked asked = {0};
    struct wn_str text = {0};
    ask_on(searcher, spec->space, most_of(spec), &asked);
    for (int64_t i = 0; i < asked.count; i++) {
        struct wn_value value = wn_space_config_value(spec->space, asked.configs[i]);
        wn_value_json(&text, &value, WN_JSON_COMPACT);
        wn_value_clear(&value);
    }
    assert_string_equal(text.text,
                        "{\"a\":1,\"b\":3}{\"a\":1,\"b\":1}{\"a\":2,\"b\":3}{\"a\":2,\"b\":1}");
    wn_str_free(&text);
    clear(&asked);
    wn_searcher_free(searcher);
    wn_spec_free(spec);
}

// The unit coordinates of the k-th leaf of `count` suggestions.
static double *coordinates(const char *method, const struct family *member, int count,
                           size_t leaf) {
    struct wn_spec *spec = parse_spec(method, member);
    struct wn_searcher *searcher = new_searcher(spec, 2);
    struct wn_config *config = wn_config_new(spec->space);
    double *all = calloc((size_t)count, sizeof *all);
    double *unit = calloc(spec->space->count, sizeof *unit);
    int64_t id;
    for (int i = 0; i < count; i++) {
        assert_int_equal(wn_searcher_ask(searcher, &id, config), WN_ASK_OK);
        wn_space_encode(spec->space, config, unit);
        all[i] = unit[leaf];
    }
    free(unit);
    wn_config_free(config);
    wn_searcher_free(searcher);
    wn_spec_free(spec);
    return all;
}

// Of 2^k points of a Sobol sequence, with a digital shift too, each interval of 2^-k has just one.
static void sobol_puts_one_point_into_each_interval(void **state) {
    (void)state;
    for (size_t leaf = 0; leaf < 2; leaf++) {
        double *all = coordinates("sobol", &family[0], 256, leaf);
        bool taken[256] = {false};
        for (int i = 0; i < 256; i++) {
            size_t interval = (size_t)(all[i] * 256);
            assert_false(taken[interval]);
            taken[interval] = true;
        }
        free(all);
    }
}

// The mean of n uniform numbers is within 5 / sqrt(12 n) of 1/2 but once in two million times.
static void dimensions_beyond_gsls_forty_are_uniform_too(void **state) {
    (void)state;
    struct wn_str parameters = {0};
    wn_str_add(&parameters, "{");
    for (int i = 0; i < 45; i++)
        wn_str_addf(&parameters, "p%02d: {min: 0.0, max: 1.0}%s", i, i < 44 ? ", " : "}");
    const struct family member = {.parameters = parameters.text, .more = ""};
    static const size_t leaves[] = {0, 39, 40, 44};
    for (size_t i = 0; i < 4; i++) {
        double *all = coordinates("sobol", &member, 400, leaves[i]), sum = 0;
        for (int j = 0; j < 400; j++)
            sum += all[j];
        assert_true(fabs(sum / 400 - 0.5) < 5 / sqrt(12 * 400));
        free(all);
    }
    wn_str_free(&parameters);
}

// Longer than the number of draws after which a searcher gives up.
static void a_history_of_a_hundred_thousand_is_resumed(void **state) {
    (void)state;
    static const char *const methods[] = {"random", "sobol"};
    for (size_t m = 0; m < 2; m++) {
        struct wn_spec *spec = parse_spec(methods[m], &family[0]);
        struct wn_searcher *live = new_searcher(spec, 1), *resumed = new_searcher(spec, 1);
        struct wn_config *a = wn_config_new(spec->space), *b = wn_config_new(spec->space);
        int64_t id;
        for (int i = 0; i < 100100; i++) {
            assert_int_equal(wn_searcher_ask(live, &id, a), WN_ASK_OK);
            wn_searcher_adopt(resumed, id, a);
        }
        assert_int_equal(wn_searcher_ask(live, &id, a), WN_ASK_OK);
        assert_int_equal(wn_searcher_ask(resumed, &id, b), WN_ASK_OK);
        assert_true(wn_space_hash(spec->space, a) == wn_space_hash(spec->space, b));
        wn_config_free(a);
        wn_config_free(b);
        wn_searcher_free(live);
        wn_searcher_free(resumed);
        wn_spec_free(spec);
    }
}

static void a_walk_meets_each_configuration_of_a_finite_space_once(void **state) {
    (void)state;
    for (size_t i = 0; i < FAMILY; i++) {
        struct wn_spec *spec = parse_spec("random", &family[i]);
        uint64_t cardinality = wn_space_cardinality(spec->space), met = 0;
        struct wn_walk *walk = cardinality ? wn_walk_new(spec->space) : NULL;
        struct wn_seen *seen = wn_seen_new();
        for (bool more = walk != NULL; more; more = wn_walk_step(walk), met++)
            assert_true(wn_seen_add(seen, wn_space_hash(spec->space, wn_walk_at(walk))));
        assert_int_equal(met, cardinality);
        wn_seen_free(seen);
        wn_walk_free(walk);
        wn_spec_free(spec);
    }
}

static void a_set_of_hashes_keeps_what_was_added(void **state) {
    (void)state;
    struct wn_seen *seen = wn_seen_new();
    for (uint64_t i = 1; i <= 10000; i++)
        assert_true(wn_seen_add(seen, i * UINT64_C(0x100000001)));
    for (uint64_t i = 1; i <= 10000; i++)
        assert_false(wn_seen_add(seen, i * UINT64_C(0x100000001)));
    assert_int_equal(wn_seen_count(seen), 10000);
    assert_true(wn_seen_has(seen, UINT64_C(0x100000001)));
    assert_false(wn_seen_has(seen, 1));
    wn_seen_free(seen);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_seed_decides_the_sequence),
        cmocka_unit_test(configurations_are_valid_allowed_and_never_repeated),
        cmocka_unit_test(a_finite_space_is_exhausted_completely_and_an_infinite_one_never),
        cmocka_unit_test(a_searcher_that_adopts_the_history_goes_on_like_the_first),
        cmocka_unit_test(foreign_configurations_are_adopted_like_own_ones),
        cmocka_unit_test(an_unknown_method_is_an_error),
        cmocka_unit_test(grid_goes_in_the_order_of_wandb),
        cmocka_unit_test(sobol_puts_one_point_into_each_interval),
        cmocka_unit_test(dimensions_beyond_gsls_forty_are_uniform_too),
        cmocka_unit_test(a_history_of_a_hundred_thousand_is_resumed),
        cmocka_unit_test(a_walk_meets_each_configuration_of_a_finite_space_once),
        cmocka_unit_test(a_set_of_hashes_keeps_what_was_added),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
