// SPDX-License-Identifier: GPL-3.0-or-later
// Values: what counts as equal, how they are ordered, and how they are spelled.
#include "tests/unit/check.h"

#include "core/base/rng.h"
#include "core/value.h"

static struct wn_value read_json(const char *text) {
    struct wn_value value;
    struct wn_err err;
    assert_int_equal(wn_value_parse_json(text, &value, &err), WN_OK);
    return value;
}

static bool equal_as_json(const char *left, const char *right) {
    struct wn_value a = read_json(left), b = read_json(right);
    bool equal = wn_value_equal(&a, &b);
    if (equal)
        assert_int_equal(wn_value_hash(&a), wn_value_hash(&b));
    assert_int_equal(equal, wn_value_equal(&b, &a));
    wn_value_clear(&a);
    wn_value_clear(&b);
    return equal;
}

static void assert_python(const struct wn_value *value, const char *expected) {
    struct wn_str text = {0};
    wn_value_python(&text, value);
    assert_string_equal(wn_str_text(&text), expected);
    wn_str_free(&text);
}

static void assert_json(const struct wn_value *value, enum wn_json_style style,
                        const char *expected) {
    struct wn_str text = {0};
    wn_value_json(&text, value, style);
    assert_string_equal(wn_str_text(&text), expected);
    wn_str_free(&text);
}

// ---- equality, hash, order ----------------------------------------------------------------------

static void whole_floats_equal_integers(void **state) {
    (void)state;
    struct wn_value a = wn_value_int(3), b = wn_value_float(3.0), c = wn_value_float(3.5);
    assert_true(wn_value_equal(&a, &b));
    assert_int_equal(wn_value_hash(&a), wn_value_hash(&b));
    assert_false(wn_value_equal(&a, &c));
}

static void zero_has_one_hash_whatever_its_sign(void **state) {
    (void)state;
    struct wn_value a = wn_value_float(0.0), b = wn_value_float(-0.0);
    assert_true(wn_value_equal(&a, &b));
    assert_int_equal(wn_value_hash(&a), wn_value_hash(&b));
}

static void an_integer_that_no_double_holds_differs_from_the_nearest_one(void **state) {
    (void)state;
    struct wn_value a = wn_value_int((INT64_C(1) << 53) + 1), b = wn_value_float(0x1p53);
    struct wn_value most = wn_value_int(INT64_MAX), beyond = wn_value_float(0x1p63);
    assert_false(wn_value_equal(&a, &b));
    assert_false(wn_value_equal(&most, &beyond));
}

static void texts_numbers_and_truth_values_differ(void **state) {
    (void)state;
    assert_false(equal_as_json("1", "\"1\""));
    assert_false(equal_as_json("1", "true"));
    assert_false(equal_as_json("0", "false"));
    assert_false(equal_as_json("null", "false"));
    assert_false(equal_as_json("[]", "{}"));
}

static void the_order_counts_in_lists_and_not_in_mappings(void **state) {
    (void)state;
    assert_false(equal_as_json("[1, 2]", "[2, 1]"));
    assert_false(equal_as_json("[1]", "[1, 1]"));
    assert_true(equal_as_json("{\"a\": 1, \"b\": [2.0]}", "{\"b\": [2], \"a\": 1.0}"));
    assert_false(equal_as_json("{\"a\": 1}", "{\"b\": 1}"));
    assert_false(equal_as_json("{\"a\": 1}", "{\"a\": 1, \"b\": 1}"));
}

static void hashes_are_the_same_in_every_release(void **state) {
    (void)state;
    struct wn_value value = read_json("{\"lr\": 0.1, \"layers\": [64, \"relu\", true, null]}");
    assert_int_equal(wn_value_hash(&value), UINT64_C(0xe49ae7a822e0cad0));
    wn_value_clear(&value);
}

static void values_have_a_total_order(void **state) {
    (void)state;
    static const char *const rising[] = {
        "null", "false", "true",   "-1.5", "0",  "2",          "\"10\"",     "\"9\"",
        "[]",   "[1]",   "[1, 1]", "[2]",  "{}", "{\"a\": 1}", "{\"a\": 2}", "{\"b\": 0}",
    };
    enum { COUNT = sizeof rising / sizeof *rising };
    for (int i = 0; i < COUNT; i++)
        for (int j = 0; j < COUNT; j++) {
            struct wn_value a = read_json(rising[i]), b = read_json(rising[j]);
            assert_int_equal(wn_value_compare(&a, &b), (i > j) - (i < j));
            wn_value_clear(&a);
            wn_value_clear(&b);
        }
}

static void a_copy_shares_nothing_with_its_origin(void **state) {
    (void)state;
    struct wn_value value = read_json("{\"a\": [\"x\", {\"b\": null}]}");
    struct wn_value copy = wn_value_copy(&value);
    assert_true(wn_value_equal(&value, &copy));
    wn_value_clear(&value);
    assert_int_equal(value.type, WN_NULL);
    assert_json(&copy, WN_JSON_COMPACT, "{\"a\":[\"x\",{\"b\":null}]}");
    wn_value_clear(&copy);
}

static void looking_up_a_key_takes_anything(void **state) {
    (void)state;
    struct wn_value map = read_json("{\"a\": 7}"), list = read_json("[7]");
    assert_int_equal(wn_value_get(&map, "a")->integer, 7);
    assert_null(wn_value_get(&map, "b"));
    assert_null(wn_value_get(&list, "a"));
    assert_null(wn_value_get(NULL, "a"));
    wn_value_clear(&map);
    wn_value_clear(&list);
}

// ---- numbers as text ----------------------------------------------------------------------------

static void floats_are_spelled_as_python_spells_them(void **state) {
    (void)state;
    static const struct {
        double number;
        const char *text;
    } cases[] = {
        {0.0, "0.0"},
        {-0.0, "-0.0"},
        {3, "3.0"},
        {0.1, "0.1"},
        {1.0 / 3, "0.3333333333333333"},
        {0.1 + 0.2, "0.30000000000000004"},
        {1e-4, "0.0001"},
        {1e-5, "1e-05"},
        {1.25e-7, "1.25e-07"},
        {123456.789, "123456.789"},
        {1e15, "1000000000000000.0"},
        {9999999999999998.0, "9999999999999998.0"},
        {1e16, "1e+16"},
        {1.5e300, "1.5e+300"},
        {1.7976931348623157e308, "1.7976931348623157e+308"},
        {5e-324, "5e-324"},
        {2.225073858507201e-308, "2.225073858507201e-308"},
        {0x1p-44, "5.684341886080802e-14"},
        {-2.5, "-2.5"},
        {INFINITY, "inf"},
        {-INFINITY, "-inf"},
        {NAN, "nan"},
    };
    char text[32];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(wn_float_repr(cases[i].number, text), cases[i].text);
}

static void every_float_reads_back_as_itself(void **state) {
    (void)state;
    struct wn_rng rng = wn_rng_new(1, 1);
    char text[32];
    for (int i = 0; i < 20000; i++) {
        uint64_t bits = wn_rng_next(&rng);
        double number, again;
        memcpy(&number, &bits, sizeof number);
        if (!isfinite(number))
            continue;
        again = strtod(wn_float_repr(number, text), NULL);
        assert_memory_equal(&number, &again, sizeof number);
    }
}

// ---- Python and JSON ----------------------------------------------------------------------------

static void values_are_printed_as_python_prints_them(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"null", "None"},
        {"true", "True"},
        {"12", "12"},
        {"1e-5", "1e-05"},
        {"\"it's\"", "it's"},
        {"[1, \"a\", false]", "[1, 'a', False]"},
        {"[\"it's\"]", "[\"it's\"]"},
        {"[\"it's \\\"q\\\"\"]", "['it\\'s \"q\"']"},
        {"[\"a\\n\\t\\\\\"]", "['a\\n\\t\\\\']"},
        {"{\"lr\": 0.001, \"nadam\": {\"beta\": 0.9}}", "{'lr': 0.001, 'nadam': {'beta': 0.9}}"},
        {"[]", "[]"},
        {"{}", "{}"},
        {"[\"\\u00fc\"]", "['\xc3\xbc']"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct wn_value value = read_json(cases[i][0]);
        assert_python(&value, cases[i][1]);
        wn_value_clear(&value);
    }
}

static void json_comes_compact_or_as_python_dumps_it(void **state) {
    (void)state;
    struct wn_value value =
        read_json("{\"a\": [1, 2.5, \"\\u00fc \\ud83d\\ude00 \\\"\\n\\u0001\"]}");
    assert_json(&value, WN_JSON_COMPACT,
                "{\"a\":[1,2.5,\"\xc3\xbc \xf0\x9f\x98\x80 \\\"\\n\\u0001\"]}");
    assert_json(&value, WN_JSON_PYTHON,
                "{\"a\": [1, 2.5, \"\\u00fc \\ud83d\\ude00 \\\"\\n\\u0001\"]}");
    wn_value_clear(&value);
}

static void json_has_no_infinities_but_pythons_has(void **state) {
    (void)state;
    const double numbers[] = {NAN, INFINITY, -INFINITY};
    const char *const bare[] = {"NaN", "Infinity", "-Infinity"};
    for (int i = 0; i < 3; i++) {
        struct wn_value value = wn_value_float(numbers[i]);
        assert_json(&value, WN_JSON_COMPACT, "null");
        assert_json(&value, WN_JSON_PYTHON, bare[i]);
    }
}

static void broken_utf8_still_gives_ascii_json(void **state) {
    (void)state;
    static const char *const broken[] = {"\x80",         "\xc3",  "\xe2\x82",
                                         "\xf0\x9f\x98", "a\xff", "\xf8"};
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        struct wn_value value = wn_value_string(broken[i]);
        struct wn_str json = {0};
        wn_value_json(&json, &value, WN_JSON_PYTHON);
        assert_non_null(strstr(wn_str_text(&json), "\\ufffd"));
        for (const char *c = wn_str_text(&json); *c; c++)
            assert_in_range(*c, 0x20, 0x7e);
        wn_str_free(&json);
        wn_value_clear(&value);
    }
}

static void whole_json_numbers_are_integers(void **state) {
    (void)state;
    struct wn_value value = read_json("[1, 1.0, 1.5, 9007199254740992, 1e300]");
    static const enum wn_type types[] = {WN_INT, WN_INT, WN_FLOAT, WN_INT, WN_FLOAT};
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(value.list.items[i].type, types[i]);
    wn_value_clear(&value);
}

static void broken_json_is_an_error_with_its_place(void **state) {
    (void)state;
    static const char *const broken[] = {"", "{", "[1,]", "{\"a\" 1}", "1 2", "nul", "\"a"};
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        struct wn_value value;
        struct wn_err err;
        assert_int_equal(wn_value_parse_json(broken[i], &value, &err), WN_BAD_INPUT);
        assert_non_null(strstr(err.text, "not valid JSON at character"));
    }
}

static void assert_json_string(const char *text, const char *expected) {
    struct wn_str out = {0};
    wn_json_string(&out, text);
    assert_string_equal(out.text, expected);
    wn_str_free(&out);
}

static void json_is_utf8_whatever_the_text_is(void **state) {
    (void)state;
    assert_json_string("caf\xc3\xa9 \xf0\x9f\x98\x80", "\"caf\xc3\xa9 \xf0\x9f\x98\x80\"");
    assert_json_string("\xff", "\"\xef\xbf\xbd\"");
    assert_json_string("cut \xe2\x82", "\"cut \xef\xbf\xbd\"");
    assert_json_string("\xc0\x80", "\"\xef\xbf\xbd\"");     // overlong
    assert_json_string("\xed\xa0\x80", "\"\xef\xbf\xbd\""); // a surrogate
    assert_json_string("\xf4\x90\x80\x80", "\"\xef\xbf\xbd\"");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_floats_equal_integers),
        cmocka_unit_test(zero_has_one_hash_whatever_its_sign),
        cmocka_unit_test(an_integer_that_no_double_holds_differs_from_the_nearest_one),
        cmocka_unit_test(texts_numbers_and_truth_values_differ),
        cmocka_unit_test(the_order_counts_in_lists_and_not_in_mappings),
        cmocka_unit_test(hashes_are_the_same_in_every_release),
        cmocka_unit_test(values_have_a_total_order),
        cmocka_unit_test(a_copy_shares_nothing_with_its_origin),
        cmocka_unit_test(looking_up_a_key_takes_anything),
        cmocka_unit_test(floats_are_spelled_as_python_spells_them),
        cmocka_unit_test(every_float_reads_back_as_itself),
        cmocka_unit_test(values_are_printed_as_python_prints_them),
        cmocka_unit_test(json_comes_compact_or_as_python_dumps_it),
        cmocka_unit_test(json_has_no_infinities_but_pythons_has),
        cmocka_unit_test(broken_utf8_still_gives_ascii_json),
        cmocka_unit_test(whole_json_numbers_are_integers),
        cmocka_unit_test(broken_json_is_an_error_with_its_place),
        cmocka_unit_test(json_is_utf8_whatever_the_text_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
