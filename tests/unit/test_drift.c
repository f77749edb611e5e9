// SPDX-License-Identifier: GPL-3.0-or-later
// Comparing profiles: which test a column gets, that tests keep their rate of false alarms where
// ties or sparse cells tempt them not to, what counts as drift, and what changed in the schema.
#include "tests/unit/check.h"

#include "core/base/mem.h"
#include "core/base/rng.h"
#include "core/drift/drift.h"
#include "core/stats/chi_squared.h"
#include "core/stats/kolmogorov.h"
#include "core/stats/ks.h"

// ---- making data --------------------------------------------------------------------------------

// A profile of one column from cells parted by bars.
static struct wn_profile profile_of(enum wn_feature_type type, const char *cells) {
    struct wn_profile profile = {.columns = wn_calloc(1, sizeof(struct wn_feature)), .count = 1};
    profile.columns[0] = wn_feature_new("x", type);
    char *copy = wn_strdup(cells), *at = copy, *cell;
    while ((cell = strsep(&at, "|"))) {
        wn_feature_add(&profile.columns[0], cell);
        profile.rows++;
    }
    free(copy);
    return profile;
}

static struct wn_profile numbers_of(double (*draw)(struct wn_rng *), uint64_t stream, int rows) {
    struct wn_profile profile = {.columns = wn_calloc(1, sizeof(struct wn_feature)), .count = 1};
    struct wn_rng rng = wn_rng_new(11, stream);
    char cell[32];
    profile.columns[0] = wn_feature_new("x", WN_NUMERIC);
    for (int i = 0; i < rows; i++) {
        snprintf(cell, sizeof cell, "%.15g", draw(&rng));
        wn_feature_add(&profile.columns[0], cell);
    }
    profile.rows = (uint64_t)rows;
    return profile;
}

static struct wn_drift compare(struct wn_profile ref, struct wn_profile cur) {
    struct wn_drift drift;
    struct wn_err err = {0};
    const struct wn_drift_setup setup = {.alpha = 0.05, .correction = WN_ADJUST_BH};
    if (wn_drift_run(&ref, &cur, &setup, &drift, &err) != WN_OK)
        fail_msg("%s", err.text);
    wn_profile_free(&ref);
    wn_profile_free(&cur);
    return drift;
}

static const char *test_name(const struct wn_drift *drift) {
    return drift->columns[0].test ? drift->columns[0].test->name : "none";
}

static bool says(const struct wn_drift *drift, const char *text) {
    for (size_t i = 0; i < drift->columns[0].reason_count; i++)
        if (strstr(drift->columns[0].reasons[i], text))
            return true;
    return false;
}

// ---- the table ----------------------------------------------------------------------------------

static void every_test_has_what_help_and_choice_need(void **state) {
    (void)state;
    size_t count;
    const struct wn_drift_test *const *tests = wn_drift_tests(&count);
    for (size_t i = 0; i < count; i++) {
        assert_true(tests[i]->name && tests[i]->summary && tests[i]->types && tests[i]->run);
        assert_true(tests[i]->threshold > 0);
        assert_ptr_equal(wn_drift_test_find(tests[i]->name), tests[i]);
    }
    assert_null(wn_drift_test_find("nonsense"));
    assert_string_equal(wn_drift_test_closest("kolmogorov-smirnoff") ? "some" : "none", "none");
    assert_string_equal(wn_drift_test_closest("helinger")->name, "hellinger");
}

static double uniform(struct wn_rng *rng) {
    return wn_rng_uniform(rng);
}

static double shifted(struct wn_rng *rng) {
    return wn_rng_uniform(rng) + 0.1;
}

static double nudged(struct wn_rng *rng) {
    return wn_rng_uniform(rng) + 0.01;
}

static double rounded(struct wn_rng *rng) {
    return floor(30 * wn_rng_uniform(rng) * wn_rng_uniform(rng));
}

static double zero_or_more(struct wn_rng *rng) {
    return fmax(wn_rng_uniform(rng) - 0.9, 0);
}

// Every test that takes numbers finds the same shift, and none finds one in equal data.
static void all_tests_agree_on_what_is_plain(void **state) {
    (void)state;
    size_t count;
    const struct wn_drift_test *const *tests = wn_drift_tests(&count);
    struct wn_profile a = numbers_of(uniform, 1, 4000), b = numbers_of(uniform, 2, 3000),
                      c = numbers_of(shifted, 3, 3000);
    for (size_t i = 0; i < count; i++) {
        if (!wn_drift_test_takes(tests[i], WN_NUMERIC))
            continue;
        for (int moved = 0; moved < 2; moved++) {
            struct wn_pair pair = wn_pair_new(&a.columns[0], moved ? &c.columns[0] : &b.columns[0]);
            struct wn_drift_result result = {0};
            struct wn_err err = {0};
            assert_int_equal(tests[i]->run(&pair, &result, &err), WN_OK);
            bool found = result.p < 0.01 && result.effect >= tests[i]->threshold;
            if (found != moved)
                fail_msg("%s: p %g, effect %g", tests[i]->name, result.p, result.effect);
            wn_pair_free(&pair);
        }
    }
    wn_profile_free(&a);
    wn_profile_free(&b);
    wn_profile_free(&c);
}

// ---- choice and verdict -------------------------------------------------------------------------

static void the_test_follows_from_type_and_values(void **state) {
    (void)state;
    static const struct {
        enum wn_feature_type type;
        const char *cells, *test;
    } cases[] = {
        {WN_NUMERIC, "1|2|3|4|5|6|7|8|9|10|11|12", "ks"},
        {WN_NUMERIC, "1|2|3|1|2", "chi-squared"},
        {WN_CATEGORICAL, "a|b|a", "chi-squared"},
        {WN_BOOLEAN, "yes|no|yes", "chi-squared"},
        {WN_FREE_TEXT, "a word|another word|some", "words"},
        {WN_DATETIME, "2026-01-01|2026-01-02", "none"},
        {WN_ID, "a1|a2|a3", "none"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct wn_drift drift = compare(profile_of(cases[i].type, cases[i].cells),
                                        profile_of(cases[i].type, cases[i].cells));
        assert_string_equal(test_name(&drift), cases[i].test);
        assert_int_equal(drift.drifted, 0);
        wn_drift_free(&drift);
    }
}

static void significance_alone_is_no_drift(void **state) {
    (void)state;
    struct wn_drift drift = compare(numbers_of(uniform, 1, 150000), numbers_of(nudged, 2, 150000));
    assert_true(drift.columns[0].p_adjusted < 1e-6 && !drift.columns[0].drift);
    assert_true(says(&drift, "below 0.1"));
    wn_drift_free(&drift);
    drift = compare(numbers_of(uniform, 1, 1000), numbers_of(shifted, 2, 1000));
    assert_true(drift.columns[0].drift);
    wn_drift_free(&drift);
}

static void constants_need_no_deviation(void **state) {
    (void)state;
    struct wn_drift drift =
        compare(profile_of(WN_NUMERIC, "4|4|4|4|4|4"), profile_of(WN_NUMERIC, "5|5|5|5|5|5"));
    assert_true(drift.columns[0].drift && says(&drift, "constant moved 4 -> 5"));
    wn_drift_free(&drift);
    drift = compare(profile_of(WN_NUMERIC, "4|4|4"), profile_of(WN_NUMERIC, "4|4"));
    assert_true(!drift.columns[0].drift && says(&drift, "constant 4"));
    wn_drift_free(&drift);
}

static void what_is_missing_is_tested_apart(void **state) {
    (void)state;
    struct wn_drift drift =
        compare(profile_of(WN_NUMERIC, "1|2|3|4|5|6|7|8"), profile_of(WN_NUMERIC, "|||||||"));
    const struct wn_drift_column *column = &drift.columns[0];
    assert_true(column->drift && column->by_missing && isinf(column->severity));
    assert_true(says(&drift, "missing 0% -> 100%"));
    assert_int_equal(drift.changes[0].kind, WN_CHANGE_MISSING);
    wn_drift_free(&drift);
    drift = compare(profile_of(WN_NUMERIC, "||"), profile_of(WN_NUMERIC, "||"));
    assert_true(!drift.columns[0].drift && says(&drift, "not computable"));
    wn_drift_free(&drift);
}

// Beyond what is kept exactly, p is that of the gap which is certain.
static void sketches_tell_their_error(void **state) {
    (void)state;
    struct wn_drift drift = compare(numbers_of(uniform, 1, 250000), numbers_of(uniform, 2, 250000));
    const struct wn_drift_result *result = &drift.columns[0].result;
    assert_true(result->error > 0 && result->error < 0.015 && result->p > 0.05);
    assert_true(says(&drift, "from sketches"));
    wn_drift_free(&drift);
    drift = compare(numbers_of(uniform, 1, 250000), numbers_of(shifted, 2, 1000));
    assert_true(drift.columns[0].drift);
    wn_drift_free(&drift);
    drift = compare(numbers_of(rounded, 1, 250000), numbers_of(rounded, 2, 250000));
    assert_true(drift.columns[0].result.error == 0); // few values are counted
    wn_drift_free(&drift);
}

// ---- rates of false alarms ----------------------------------------------------------------------

// How many of 150 pairs without drift have p below 0.05: 7 or 8 are expected, up to 16 are chance.
static void assert_nominal(double (*draw)(struct wn_rng *), int rows_a, int rows_b) {
    int alarms = 0;
    for (int k = 0; k < 150; k++) {
        struct wn_drift drift = compare(numbers_of(draw, (uint64_t)(2 * k), rows_a),
                                        numbers_of(draw, (uint64_t)(2 * k + 1), rows_b));
        alarms += drift.columns[0].result.p < 0.05;
        wn_drift_free(&drift);
    }
    if (alarms < 1 || alarms > 16)
        fail_msg("%d alarms in 150 pairs of %d and %d rows", alarms, rows_a, rows_b);
}

static void false_alarms_are_as_rare_as_said(void **state) {
    (void)state;
    assert_nominal(uniform, 150, 400);
    assert_nominal(rounded, 200, 600);        // heavy ties, exact
    assert_nominal(rounded, 6000, 5000);      // heavy ties, by the limit
    assert_nominal(zero_or_more, 6000, 5000); // nine of ten tied
}

static void the_limit_with_ties_has_the_known_cases(void **state) {
    (void)state;
    double half = 0.5, *times = wn_malloc(100000 * sizeof *times);
    // One step: a normal variable with variance 1/4.
    assert_double(wn_kolmogorov_steps(0.98, &half, 1), erfc(0.98 / 0.5 / sqrt(2)), 1e-4);
    // Many steps: Kolmogorov's limit, but for what happens between them.
    for (int count = 2000; count <= 100000; count += 49000) {
        for (int i = 0; i < count; i++)
            times[i] = (i + 1.0) / count;
        double steps = wn_kolmogorov_steps(1.36, times, (size_t)count);
        double limit = wn_kolmogorov_limit(1.36);
        assert_true(steps < limit && steps > 0.9 * limit);
    }
    assert_double(wn_kolmogorov_steps(0, times, 2000), 1, 0);
    assert_double(wn_kolmogorov_steps(1, NULL, 0), 0, 0);
    free(times);
}

// 50 categories that 100 and 200 rows share: most cells expect fewer than five.
static void sparse_tables_are_judged_by_their_own_moments(void **state) {
    (void)state;
    enum { CATEGORIES = 50, PAIRS = 400 };
    struct wn_rng rng = wn_rng_new(5, 5);
    int alarms = 0;
    for (int k = 0; k < PAIRS; k++) {
        double a[CATEGORIES] = {0}, b[CATEGORIES] = {0};
        struct wn_chi_squared test;
        for (int i = 0; i < 300; i++)
            (i % 3 ? a : b)[(int)(CATEGORIES * wn_rng_uniform(&rng) * wn_rng_uniform(&rng))]++;
        assert_int_equal(wn_chi_squared(a, b, CATEGORIES, &test, NULL), WN_OK);
        alarms += test.p_margins < 0.05;
    }
    assert_true(alarms >= 8 && alarms <= 34); // 20 are expected
}

// ---- types and schema ---------------------------------------------------------------------------

static void types_are_agreed_upon(void **state) {
    (void)state;
    static const struct {
        enum wn_feature_type ref, cur;
        bool ref_digits, cur_digits;
        enum wn_feature_type both;
    } cases[] = {
        {WN_NUMERIC, WN_NUMERIC, true, true, WN_NUMERIC},
        {WN_BOOLEAN, WN_NUMERIC, true, true, WN_NUMERIC},
        {WN_BOOLEAN, WN_NUMERIC, false, true, WN_CATEGORICAL},
        {WN_NUMERIC, WN_CATEGORICAL, true, false, WN_CATEGORICAL},
        {WN_CATEGORICAL, WN_NUMERIC, false, true, WN_CATEGORICAL},
        {WN_ID, WN_CATEGORICAL, false, false, WN_ID},
        {WN_DATETIME, WN_CATEGORICAL, false, false, WN_DATETIME},
        {WN_CATEGORICAL, WN_FREE_TEXT, false, false, WN_FREE_TEXT},
        {WN_CATEGORICAL, WN_ID, false, false, WN_CATEGORICAL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct wn_profile ref = profile_of(cases[i].ref, ""), cur = profile_of(cases[i].cur, "");
        ref.columns[0].known = cur.columns[0].known = true;
        ref.columns[0].digits = cases[i].ref_digits;
        cur.columns[0].digits = cases[i].cur_digits;
        wn_drift_agree(&ref, false, &cur, false);
        assert_int_equal(ref.columns[0].type, cases[i].both);
        assert_int_equal(cur.columns[0].type, cases[i].both);
        wn_profile_free(&ref);
        wn_profile_free(&cur);
    }
}

static double months(struct wn_rng *rng) {
    return floor(12 * (20 + 40 * wn_rng_uniform(rng)));
}

static double years(struct wn_rng *rng) {
    return floor(20 + 40 * wn_rng_uniform(rng));
}

static void another_unit_is_recognised(void **state) {
    (void)state;
    struct wn_drift drift = compare(numbers_of(years, 1, 2000), numbers_of(months, 2, 2000));
    assert_int_equal(drift.change_count, 1);
    assert_int_equal(drift.changes[0].kind, WN_CHANGE_UNIT);
    assert_non_null(strstr(drift.changes[0].detail, "12 as large"));
    wn_drift_free(&drift);
    drift = compare(numbers_of(years, 1, 2000), numbers_of(years, 2, 2000));
    assert_int_equal(drift.change_count, 0);
    wn_drift_free(&drift);
}

static double enormous(struct wn_rng *rng) {
    return (wn_rng_uniform(rng) - 0.5) * 1.79e308 * 2;
}

static double enormous_moved(struct wn_rng *rng) {
    return wn_rng_uniform(rng) * 1.79e308;
}

static void numbers_that_overflow_are_compared_by_their_order(void **state) {
    (void)state;
    struct wn_drift drift = compare(numbers_of(enormous, 1, 500), numbers_of(enormous, 2, 500));
    assert_true(!drift.columns[0].drift && drift.change_count == 0);
    wn_drift_free(&drift);
    drift = compare(numbers_of(enormous, 1, 500), numbers_of(enormous_moved, 2, 500));
    assert_true(drift.columns[0].drift && says(&drift, "median"));
    assert_double(drift.columns[0].result.effect, drift.columns[0].result.statistic, 0);
    wn_drift_free(&drift);
}

// Each text has a word of its own, so that words are no longer counted exactly.
static struct wn_profile texts(int rows, const char *words) {
    struct wn_profile profile = profile_of(WN_FREE_TEXT, "");
    char cell[64];
    for (int i = 0; i < rows; i++) {
        snprintf(cell, sizeof cell, "%s word%d", words, i);
        wn_feature_add(&profile.columns[0], cell);
    }
    assert_true(profile.columns[0].counts.short_by > 0);
    return profile;
}

static void words_are_compared_beyond_what_is_counted_exactly(void **state) {
    (void)state;
    struct wn_drift drift = compare(texts(20000, "late again"), texts(20000, "late again"));
    assert_true(drift.columns[0].computed && !drift.columns[0].drift);
    wn_drift_free(&drift);
    drift = compare(texts(20000, "late again"), texts(20000, "late refund"));
    assert_true(drift.columns[0].drift && drift.columns[0].result.effect > 0.9);
    wn_drift_free(&drift);
}

static void new_categories_and_odd_values_are_told(void **state) {
    (void)state;
    struct wn_drift drift =
        compare(profile_of(WN_CATEGORICAL, "a|b|a|b"), profile_of(WN_CATEGORICAL, "a|c|c|b"));
    assert_int_equal(drift.changes[0].kind, WN_CHANGE_CATEGORIES);
    assert_non_null(strstr(drift.changes[0].detail, "c (50% of rows)"));
    assert_int_equal(drift.breaking, 0);
    wn_drift_free(&drift);
    drift = compare(profile_of(WN_NUMERIC, "1|2|3|4"), profile_of(WN_NUMERIC, "1|2|x|4"));
    assert_int_equal(drift.changes[0].kind, WN_CHANGE_INVALID);
    assert_true(drift.changes[0].breaking);
    wn_drift_free(&drift);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_test_has_what_help_and_choice_need),
        cmocka_unit_test(all_tests_agree_on_what_is_plain),
        cmocka_unit_test(the_test_follows_from_type_and_values),
        cmocka_unit_test(significance_alone_is_no_drift),
        cmocka_unit_test(constants_need_no_deviation),
        cmocka_unit_test(what_is_missing_is_tested_apart),
        cmocka_unit_test(sketches_tell_their_error),
        cmocka_unit_test(false_alarms_are_as_rare_as_said),
        cmocka_unit_test(the_limit_with_ties_has_the_known_cases),
        cmocka_unit_test(sparse_tables_are_judged_by_their_own_moments),
        cmocka_unit_test(types_are_agreed_upon),
        cmocka_unit_test(another_unit_is_recognised),
        cmocka_unit_test(numbers_that_overflow_are_compared_by_their_order),
        cmocka_unit_test(words_are_compared_beyond_what_is_counted_exactly),
        cmocka_unit_test(new_categories_and_odd_values_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
