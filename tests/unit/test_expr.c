// SPDX-License-Identifier: GPL-3.0-or-later
// Expressions: what names mean, what is true, what is refused and in which words.
#include "tests/unit/check.h"

#include "core/base/clock.h"
#include "core/expr.h"

static const char *const names[] = {
    "lr",           "optimizer", "optimizer.lr",    "optimizer.nested.beta",
    "kernel",       "eval/loss", "top-1",           "odd \"quoted\" name",
    "scheduler.lr", "Lr",        "sqlite_master.x", "state",
};
enum { NAMES = sizeof names / sizeof *names };

static struct wn_expr *compiled(const char *text) {
    struct wn_expr *expr;
    struct wn_err err = {0};
    if (wn_expr_new(text, names, NAMES, &expr, &err) != WN_OK)
        fail_msg("%s: %s", text, err.text);
    return expr;
}

static void bind(struct wn_expr *expr, const char *name, double number) {
    for (size_t i = 0; i < NAMES; i++)
        if (strcmp(names[i], name) == 0) {
            assert_true(wn_expr_uses(expr, i));
            wn_expr_bind_number(expr, i, number);
            return;
        }
    fail_msg("no name %s", name);
}

static void assert_refused(const char *text, const char *words) {
    struct wn_expr *expr;
    struct wn_err err = {0};
    if (wn_expr_new(text, names, NAMES, &expr, &err) != WN_BAD_INPUT)
        fail_msg("accepted: %s", text);
    assert_null(expr);
    if (!strstr(err.text, words))
        fail_msg("%s: \"%s\" does not say \"%s\"", text, err.text, words);
}

static enum wn_truth truth(const char *text) {
    struct wn_expr *expr = compiled(text);
    enum wn_truth result = wn_expr_test(expr);
    wn_expr_free(expr);
    return result;
}

// ---- names --------------------------------------------------------------------------------------

static void a_name_stands_for_its_value(void **state) {
    (void)state;
    struct wn_expr *expr = compiled("lr < 0.1");
    bind(expr, "lr", 0.05);
    assert_int_equal(wn_expr_test(expr), WN_TRUE);
    bind(expr, "lr", 0.5);
    assert_int_equal(wn_expr_test(expr), WN_FALSE);
    wn_expr_free(expr);
}

static void a_dotted_name_is_written_bare_or_quoted_whole(void **state) {
    (void)state;
    static const char *const texts[] = {"optimizer.lr = 2 AND lr = 1",
                                        "\"optimizer.lr\" = 2 AND lr = 1",
                                        "optimizer . \"lr\" = 2 AND [lr] = 1"};
    for (size_t i = 0; i < 3; i++) {
        struct wn_expr *expr = compiled(texts[i]);
        bind(expr, "optimizer.lr", 2);
        bind(expr, "lr", 1);
        assert_int_equal(wn_expr_test(expr), WN_TRUE);
        wn_expr_free(expr);
    }
}

static void a_name_twice_in_two_spellings_is_one_value(void **state) {
    (void)state;
    struct wn_expr *expr = compiled("optimizer.lr + \"optimizer.lr\" + scheduler.lr = 13");
    bind(expr, "optimizer.lr", 5);
    bind(expr, "scheduler.lr", 3);
    assert_int_equal(wn_expr_test(expr), WN_TRUE);
    wn_expr_free(expr);
}

static void deeper_names_are_quoted(void **state) {
    (void)state;
    struct wn_expr *expr = compiled("\"optimizer.nested.beta\" = optimizer.\"nested.beta\"");
    bind(expr, "optimizer.nested.beta", 4);
    assert_int_equal(wn_expr_test(expr), WN_TRUE);
    wn_expr_free(expr);
    assert_refused("optimizer.nested.beta > 1", "did you mean \"optimizer.nested.beta\"?");
}

static void odd_names_are_reached_in_quotes(void **state) {
    (void)state;
    static const char *const texts[] = {"\"eval/loss\" = 7", "`top-1` = 7",
                                        "\"odd \"\"quoted\"\" name\" = 7"};
    static const char *const meant[] = {"eval/loss", "top-1", "odd \"quoted\" name"};
    for (size_t i = 0; i < 3; i++) {
        struct wn_expr *expr = compiled(texts[i]);
        bind(expr, meant[i], 7);
        assert_int_equal(wn_expr_test(expr), WN_TRUE);
        wn_expr_free(expr);
    }
}

static void only_mentioned_names_are_used(void **state) {
    (void)state;
    struct wn_expr *expr = compiled("lr > 0 AND state = 'kernel'");
    for (size_t i = 0; i < NAMES; i++) {
        bool mentioned = strcmp(names[i], "lr") == 0 || strcmp(names[i], "state") == 0;
        assert_int_equal(wn_expr_uses(expr, i), mentioned);
    }
    struct wn_value value = wn_value_string("kernel");
    wn_expr_bind(expr, 4, &value); // not used: ignored
    wn_expr_bind(expr, 11, &value);
    wn_expr_bind_number(expr, 0, 1);
    assert_int_equal(wn_expr_test(expr), WN_TRUE);
    wn_value_clear(&value);
    wn_expr_free(expr);
}

static void the_exact_spelling_goes_before_another_case(void **state) {
    (void)state;
    struct wn_expr *expr = compiled("Lr = 2");
    bind(expr, "Lr", 2);
    assert_int_equal(wn_expr_test(expr), WN_TRUE);
    wn_expr_free(expr);
    expr = compiled("KERNEL = 2");
    bind(expr, "kernel", 2);
    assert_int_equal(wn_expr_test(expr), WN_TRUE);
    wn_expr_free(expr);
    assert_refused("Lr = lr", "differ only in the case");
}

static void ten_thousand_names_are_no_burden(void **state) {
    (void)state;
    enum { MANY = 10000 };
    static char texts[MANY][16];
    static const char *many[MANY];
    for (size_t i = 0; i < MANY; i++) {
        snprintf(texts[i], sizeof texts[i], "metric%zu", i);
        many[i] = texts[i];
    }
    struct wn_expr *expr;
    struct wn_err err = {0};
    assert_int_equal(wn_expr_new("metric9999 > metric0", many, MANY, &expr, &err), WN_OK);
    wn_expr_bind_number(expr, 0, 1);
    wn_expr_bind_number(expr, 9999, 2);
    assert_int_equal(wn_expr_test(expr), WN_TRUE);
    wn_expr_free(expr);
}

// ---- values -------------------------------------------------------------------------------------

static void what_is_not_bound_is_unknown(void **state) {
    (void)state;
    struct wn_expr *expr = compiled("lr > 0");
    assert_int_equal(wn_expr_test(expr), WN_UNKNOWN);
    bind(expr, "lr", 1);
    assert_int_equal(wn_expr_test(expr), WN_TRUE);
    wn_expr_reset(expr);
    assert_int_equal(wn_expr_test(expr), WN_UNKNOWN);
    bind(expr, "lr", (double)NAN);
    assert_int_equal(wn_expr_test(expr), WN_UNKNOWN);
    wn_expr_free(expr);
}

static void every_type_of_value_can_be_bound(void **state) {
    (void)state;
    static const struct {
        const char *json, *text;
    } cases[] = {
        {"true", "kernel = 1"},         {"false", "NOT kernel"},
        {"null", "kernel IS NULL"},     {"\"rbf\"", "kernel = 'rbf'"},
        {"3", "kernel = 3.0"},          {"2.5", "kernel > 2"},
        {"[1, 2]", "kernel = '[1,2]'"}, {"{\"a\": 5}", "json_extract(kernel, '$.a') = 5"},
        {"\"1\"", "kernel <> 1"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct wn_value value;
        struct wn_err err;
        assert_int_equal(wn_value_parse_json(cases[i].json, &value, &err), WN_OK);
        struct wn_expr *expr = compiled(cases[i].text);
        wn_expr_bind(expr, 4, &value);
        if (wn_expr_test(expr) != WN_TRUE)
            fail_msg("%s is not true of %s", cases[i].text, cases[i].json);
        wn_expr_free(expr);
        wn_value_clear(&value);
    }
}

static void functions_and_operators_work(void **state) {
    (void)state;
    static const char *const texts[] = {
        "abs(-2) = 2",           "round(2.6) = 3",
        "max(1, 2, 3) = 3",      "'abc' LIKE 'A%'",
        "'abc' GLOB 'a*'",       "1 BETWEEN 0 AND 2",
        "3 IN (1, 2, 3)",        "CASE WHEN 1 THEN 5 END = 5",
        "coalesce(NULL, 4) = 4", "length('--;?:') = 5",
        "(1, 2) < (1, 3)",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (truth(texts[i]) != WN_TRUE)
            fail_msg("not true: %s", texts[i]);
}

static void an_error_while_computing_is_unknown(void **state) {
    (void)state;
    assert_int_equal(truth("abs(-9223372036854775808) > 0"), WN_UNKNOWN);
    assert_int_equal(truth("json_extract('{', '$') = 1"), WN_UNKNOWN);
    assert_int_equal(truth("length(zeroblob(1000000000)) > 0"), WN_UNKNOWN);
}

// ---- what is refused ----------------------------------------------------------------------------

static void unknown_names_come_with_a_suggestion(void **state) {
    (void)state;
    assert_refused("kernal = 'rbf'", "no parameter or metric called kernal; did you mean kernel?");
    assert_refused("optimizer.lrr < 1", "did you mean \"optimizer.lr\"?");
    assert_refused("top < 1", "did you mean \"top-1\"?");
    assert_refused("eval/loss < 1", "did you mean \"eval/loss\"?");
    assert_refused("kernel = rbf", "a text goes in single quotes: 'rbf'");
    assert_refused("kernel = \"rbf\"", "a text goes in single quotes: 'rbf'");
    assert_refused("rowid > 0", "no parameter or metric called rowid");
}

static void a_text_that_is_no_expression_is_refused(void **state) {
    (void)state;
    assert_refused("", "is empty");
    assert_refused(" \n", "is empty");
    assert_refused("lr <", "ends too early");
    assert_refused("lr lr", "syntax error");
    assert_refused("lr, lr", "row value misused");
    assert_refused("lr AS x", "syntax error");
    assert_refused("nosuch(lr)", "no such function: nosuch");
    assert_refused("abs(1, 2)", "wrong number of arguments");
    assert_refused("'open", "a ' is not closed");
    assert_refused("\"open", "a \" is not closed");
    assert_refused("[open", "a [ is not closed");
    assert_refused("(lr", "a ( is not closed");
}

static void nothing_gets_out_of_the_brackets(void **state) {
    (void)state;
    static const char *const texts[] = {
        "1) , (1",
        "1) FROM sqlite_master --",
        "1) FROM (SELECT 1)) --",
        "1) FROM (SELECT 1)) /*",
        "1) + (SELECT 1",
        "1; DROP TABLE x",
        "1;",
        ";",
        "1 /* ",
        "1 -- ",
        "1)",
        ")(",
        "?1 > 0",
        ":name",
        "@name",
        "$name",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_refused(texts[i], "");
    assert_refused("1 -- ", "would begin a comment");
    assert_refused("1 /* ", "would begin a comment");
}

static void tables_and_side_effects_are_out_of_reach(void **state) {
    (void)state;
    static const char *const texts[] = {
        "(SELECT count(*) FROM sqlite_master)",
        "(SELECT count(*) FROM sqlite_schema)",
        "1 IN sqlite_master",
        "EXISTS (SELECT * FROM pragma_database_list)",
        "(SELECT value FROM json_each('[1,2]'))",
        "(WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT max(x) FROM c)",
        "load_extension('x')",
        "LOAD_EXTENSION('x')",
        "writefile('x', 'y')",
        "readfile('/etc/passwd')",
        "randomblob(1000000000)",
        "random() > 0",
        "fts3_tokenizer('simple')",
        "PRAGMA user_version",
        "ATTACH 'x' AS y",
        "SELECT 1 FROM",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_refused(texts[i], "");
}

static void a_name_of_one_of_sqlites_tables_is_just_a_name(void **state) {
    (void)state;
    struct wn_expr *expr = compiled("sqlite_master.x = 1");
    bind(expr, "sqlite_master.x", 1);
    assert_int_equal(wn_expr_test(expr), WN_TRUE);
    wn_expr_free(expr);
}

static void a_huge_expression_is_refused_in_words(void **state) {
    (void)state;
    enum { TERMS = 50000 };
    char *text = calloc(TERMS, 8);
    for (size_t i = 0; i < TERMS; i++)
        memcpy(text + 5 * i, i ? " OR 1" : "    1", 6);
    assert_refused(text, "");
    memset(text, '(', TERMS);
    strcpy(text + TERMS, "1");
    memset(text + TERMS + 1, ')', TERMS);
    assert_refused(text, "");
    free(text);
}

static void a_long_computation_ends(void **state) {
    (void)state;
    double start = wn_monotonic();
    char text[4000] = "(SELECT count(*) FROM ";
    for (int i = 0; i < 20; i++)
        sprintf(text + strlen(text), "%s(VALUES (1), (2), (3), (4), (5), (6))", i ? ", " : "");
    strcat(text, ") > 0");
    assert_int_equal(truth(text), WN_UNKNOWN);
    assert_true(wn_monotonic() - start < 5);
}

static void one_test_costs_about_a_microsecond(void **state) {
    (void)state;
    enum { ROUNDS = 100000 };
    struct wn_expr *expr = compiled("lr < 0.1 AND optimizer.lr > 3");
    double start = wn_monotonic();
    for (int i = 0; i < ROUNDS; i++) {
        bind(expr, "lr", i);
        bind(expr, "optimizer.lr", i);
        wn_expr_test(expr);
    }
    double each = (wn_monotonic() - start) / ROUNDS;
    wn_expr_free(expr);
    print_message("%.2f us\n", 1e6 * each);
    assert_true(each < 20e-6); // with room for sanitizers and busy machines
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_stands_for_its_value),
        cmocka_unit_test(a_dotted_name_is_written_bare_or_quoted_whole),
        cmocka_unit_test(a_name_twice_in_two_spellings_is_one_value),
        cmocka_unit_test(deeper_names_are_quoted),
        cmocka_unit_test(odd_names_are_reached_in_quotes),
        cmocka_unit_test(only_mentioned_names_are_used),
        cmocka_unit_test(the_exact_spelling_goes_before_another_case),
        cmocka_unit_test(ten_thousand_names_are_no_burden),
        cmocka_unit_test(what_is_not_bound_is_unknown),
        cmocka_unit_test(every_type_of_value_can_be_bound),
        cmocka_unit_test(functions_and_operators_work),
        cmocka_unit_test(an_error_while_computing_is_unknown),
        cmocka_unit_test(unknown_names_come_with_a_suggestion),
        cmocka_unit_test(a_text_that_is_no_expression_is_refused),
        cmocka_unit_test(nothing_gets_out_of_the_brackets),
        cmocka_unit_test(tables_and_side_effects_are_out_of_reach),
        cmocka_unit_test(a_name_of_one_of_sqlites_tables_is_just_a_name),
        cmocka_unit_test(a_huge_expression_is_refused_in_words),
        cmocka_unit_test(a_long_computation_ends),
        cmocka_unit_test(one_test_costs_about_a_microsecond),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
