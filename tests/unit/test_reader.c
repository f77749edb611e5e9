// SPDX-License-Identifier: GPL-3.0-or-later
// Which printed lines are metrics. Most of it is a table: a line, and its points as `name=value` or
// `name@step=value`.
#include "tests/unit/check.h"

#include <locale.h>
#include <time.h>

#include "core/base/rng.h"
#include "core/base/str.h"
#include "sweep/reader.h"
#include "sweep/reader/literal.h"

static void print_reading(void *context, const struct wn_reading *reading) {
    struct wn_str *out = context;
    wn_str_addf(out, "%s%s", out->length ? " " : "", reading->name);
    if (reading->has_step)
        wn_str_addf(out, "@%g", reading->step);
    wn_str_addf(out, "=%g", reading->value);
}

static struct wn_reader *new_reader(const char *const *captures, size_t count) {
    struct wn_reader *reader;
    struct wn_err err;
    assert_int_equal(wn_reader_new(captures, count, &reader, &err), WN_OK);
    return reader;
}

// The points of a line as text; the caller frees.
static char *read_line(struct wn_reader *reader, const char *line, size_t length) {
    struct wn_str out = {0};
    // A copy of just this size, so that a sanitizer sees a read past the end.
    char *copy = malloc(length ? length : 1);
    memcpy(copy, line, length);
    wn_reader_line(reader, copy, length, print_reading, &out);
    free(copy);
    return wn_str_take(&out);
}

static void expect(struct wn_reader *reader, const char *line, const char *points) {
    char *read = read_line(reader, line, strlen(line));
    if (strcmp(read, points) != 0)
        fail_msg("%s\n  gave     %s\n  and not  %s", line, read, points);
    free(read);
}

struct example {
    const char *line, *points;
};

static void expect_all(struct wn_reader *reader, const struct example *examples) {
    for (; examples->line; examples++)
        expect(reader, examples->line, examples->points);
    wn_reader_free(reader);
}

static void json_objects_give_their_numbers(void **state) {
    (void)state;
    static const struct example examples[] = {
        {"{\"loss\": 0.5}", "loss=0.5"},
        {"{\"loss\":0.5,\"acc\":0.75}", "loss=0.5 acc=0.75"},
        {"  {\"loss\": 0.5}\t", "loss=0.5"},
        {"{\"a\": -1, \"b\": 2e3, \"c\": -0.5E-1, \"d\": 0}", "a=-1 b=2000 c=-0.05 d=0"},
        // Objects inside are flattened, arrays and everything that is no number are log.
        {"{\"val\": {\"loss\": 1, \"top\": {\"k\": 5}}, \"n\": 2}", "val.loss=1 val.top.k=5 n=2"},
        {"{\"a\": [1, {\"b\": 2}], \"c\": \"3\", \"d\": true, \"e\": null, \"f\": 4}", "f=4"},
        {"{\"a\": {}, \"b\": [], \"c\": 1}", "c=1"},
        {"{}", ""},
        {"{\"loss\": 1, \"loss\": 2}", "loss=1 loss=2"},
        // Python prints what JSON does not have.
        {"{\"a\": NaN, \"b\": Infinity, \"c\": -Infinity}", "a=nan b=inf c=-inf"},
        {"{\"a\": 1e400, \"b\": -1e400, \"c\": 1e-400}", "a=inf b=-inf c=0"},
        {NULL, NULL},
    };
    expect_all(new_reader(NULL, 0), examples);
}

static void a_step_in_json_is_that_of_all_points_of_the_line(void **state) {
    (void)state;
    static const struct example examples[] = {
        {"{\"step\": 3, \"loss\": 0.5}", "loss@3=0.5"},
        {"{\"a\": 1, \"step\": 3, \"b\": 2}", "a@3=1 b@3=2"},
        {"{\"_step\": 7, \"loss\": 1}", "loss@7=1"},
        {"{\"_step\": 7, \"step\": 3, \"loss\": 1}", "loss@3=1"},
        {"{\"step\": 3, \"_step\": 7, \"loss\": 1}", "loss@3=1"},
        {"{\"_runtime\": 1.5, \"_timestamp\": 1e9, \"_wandb\": {\"runtime\": 1}, \"a\": 1}", "a=1"},
        {"{\"train\": {\"step\": 3, \"_x\": 4}}", "train.step=3 train._x=4"},
        {"{\"step\": NaN, \"loss\": 1}", "loss=1"},
        {"{\"step\": \"3\", \"loss\": 1}", "loss=1"},
        {"{\"step\": 3}", ""},
        {NULL, NULL},
    };
    expect_all(new_reader(NULL, 0), examples);
}

static void names_in_json_are_unescaped_and_must_be_clean_text(void **state) {
    (void)state;
    static const struct example examples[] = {
        {"{\"a\\/b\": 1, \"\\u0061\\u00e9\": 2}", "a/b=1 a\xc3\xa9=2"},
        {"{\"\\ud83d\\ude00\": 1}", "\xf0\x9f\x98\x80=1"},
        {"{\"val loss\": 1, \"a=b\": 2}", "val loss=1 a=b=2"},
        {"{\"\": 1, \"b\": 2}", "b=2"},
        {"{\"a\\u0000b\": 1, \"a\\nb\": 2, \"c\": 3}", "c=3"},
        {"{\"\\ud83d\": 1, \"\\ude00\": 2, \"\\ud83d\\u0041\": 3, \"c\": 4}", "c=4"},
        {"{\"\xff\": 1, \"\xc0\xaf\": 2, \"\xed\xa0\x80\": 3, \"\xe2\x82\": 4, \"c\": 5}", "c=5"},
        {"{\"\xff\": {\"a\": 1}, \"note\": \"\xff\", \"c\": 5}", "c=5"},
        {NULL, NULL},
    };
    expect_all(new_reader(NULL, 0), examples);
}

static void colours_are_no_part_of_what_is_said(void **state) {
    (void)state;
    static const struct example examples[] = {
        {"\x1b[32mloss=0.3\x1b[0m", "loss=0.3"},
        {"\x1b[1;31mepoch\x1b[0m \x1b[32mloss=\x1b[1m0.3\x1b[0m, acc=1", "loss=0.3 acc=1"},
        {"\x1b[38;5;12m{\"loss\": 0.5}\x1b[K", "loss=0.5"},
        {"\x1b]0;a title\x07loss=1 \x1b]8;;http://x\x1b\\acc=2\x1b]8;;\x1b\\", "loss=1 acc=2"},
        {"\x1b(Bloss=1\x1b", "loss=1"},
        {"loss=1 \x1b[", "loss=1"},
        {"loss=1 \x1b]never ended", "loss=1"},
        {"\x1b\x1b[31mloss=1", "loss=1"},
        {NULL, NULL},
    };
    expect_all(new_reader(NULL, 0), examples);
}

static void a_line_that_is_no_json_object_is_text(void **state) {
    (void)state;
    static const struct example examples[] = {
        {"{\"a\": 1", ""},
        {"{\"a\": 1}}", ""},
        {"{\"a\": 1} x", ""},
        {"{\"a\": 1,}", ""},
        {"{,\"a\": 1}", ""},
        {"{\"a\" 1}", ""},
        {"{\"a\":}", ""},
        {"{a: 1}", ""},
        {"{\"a\": 01}", ""},
        {"{\"a\": +1}", ""},
        {"{\"a\": .5}", ""},
        {"{\"a\": 1.}", ""},
        {"{\"a\": 1e}", ""},
        {"{\"a\": 0x10}", ""},
        {"{\"a\": 1, \"b\": nan}", ""},
        {"{\"a\": 1, \"b\": -NaN}", ""},
        {"{\"a\": 1, \"b\": inf}", ""},
        {"{\"a\": 1, \"b\": tru}", ""},
        {"{\"a\": 1, \"b\": [1 2]}", ""},
        {"{\"a\": 1, \"b\": [1,]}", ""},
        {"{\"a\": 1, \"b\": [}", ""},
        {"{\"a\": 1, \"b\": \"\\x\"}", ""},
        {"{\"a\": 1, \"b\": \"\\u12g4\"}", ""},
        {"{\"a\": 1, \"b\": \"\t\"}", ""},
        {"[1, 2]", ""},
        {"{'loss': 0.5}", ""},
        {"{\"a\": 1 loss=0.5", "loss=0.5"},
        {NULL, NULL},
    };
    expect_all(new_reader(NULL, 0), examples);
}

static void words_are_names_with_numbers_between_white_space(void **state) {
    (void)state;
    static const struct example examples[] = {
        {"loss=0.5", "loss=0.5"},
        {"epoch 3 loss=0.5, acc=0.75; lr=1e-3", "loss=0.5 acc=0.75 lr=0.001"},
        {"\tval/loss=1 val.acc=2 top-5=3 _x=4 x_=5", "val/loss=1 val.acc=2 top-5=3 x_=5"},
        {"step=4 loss=0.5", "loss@4=0.5"},
        {"loss=0.5 step=4", "loss@4=0.5"},
        {"a=.5 b=5. c=+1 d=-1E2 e=007", "a=0.5 b=5 c=1 d=-100 e=7"},
        {"a=nan b=NaN c=-inf d=Infinity e=INF f=1e400", "a=nan b=nan c=-inf d=inf e=inf f=inf"},
        {"loss=1 loss=2", "loss=1 loss=2"},
        {NULL, NULL},
    };
    expect_all(new_reader(NULL, 0), examples);
}

static void other_words_are_log(void **state) {
    (void)state;
    static const struct example examples[] = {
        {"loss=1,5", ""},
        {"acc=95%", ""},
        {"a=1,, b=1,; c=1.5.2 d=1e e=1e+ f=1_000 g=5ms", ""},
        {"a=0x10 b=0x1p3 c=nano d=infinite e=nan(1) f=--1 g=. h=- i=", ""},
        {"[loss=0.3] (loss=0.3) \"loss=0.3\" 'loss=0.3' <loss=0.3>", ""},
        {"Adam(lr=0.1) --lr=0.1 5x=1 ?a=1 a=b=1 a==1 =1 a= 1 a =1", ""},
        {"a:1 b: 2", ""},
        {"", ""},
        {NULL, NULL},
    };
    expect_all(new_reader(NULL, 0), examples);
}

static void captures_find_numbers_in_what_is_printed_anyway(void **state) {
    (void)state;
    static const char *const captures[] = {
        "Cross Validation Accuracy = (?<accuracy>[0-9.]+)%",
        "\\[(?<step>\\d+)\\].*valid-auc:(?<auc>\\S+)",
        "(?<left>\\d+)(?:/(?<right>\\d+))?!",
    };
    static const struct example examples[] = {
        {"Cross Validation Accuracy = 97.5%", "accuracy=97.5"},
        {"Cross Validation Accuracy = 1.2.3%", ""},
        {"[12]\ttrain-auc:0.9\tvalid-auc:0.75", "auc@12=0.75"},
        {"1/2! 3! 4/5!", "left=1 right=2 left=3 left=4 right=5"},
        {"1! accuracy=3 left=4", "left=1 accuracy=3"}, // a word gives no name that a capture gave
        {"accuracy=3", "accuracy=3"},
        {"[3] valid-auc:0.5 loss=1", "auc@3=0.5 loss@3=1"},
        {"[3] valid-auc:0.5 loss=1 step=9", "auc@3=0.5 loss@3=1"}, // the same for a step
        {"{\"auc\": 1, \"note\": \"7!\"}", "auc=1"},               // JSON is JSON only
        {NULL, NULL},
    };
    expect_all(new_reader(captures, 3), examples);
}

static void each_match_has_its_own_step(void **state) {
    (void)state;
    static const char *const captures[] = {"<(?<step>\\d*):(?<v>[^>]*)>"};
    static const struct example examples[] = {
        {"<1:10> <2:20> <:30>", "v@1=10 v@2=20 v@2=30"},
        {"<1: 0.5 >", "v@1=0.5"},
        {NULL, NULL},
    };
    expect_all(new_reader(captures, 1), examples);
}

static void empty_matches_and_zero_width_ones_end(void **state) {
    (void)state;
    static const char *const captures[] = {"(?<a>x*)", "(?=(?<b>\\d))"};
    struct wn_reader *reader = new_reader(captures, 2);
    expect(reader, "12", "b=1 b=2");
    wn_reader_free(reader);
}

static void a_capture_that_cannot_be_used_is_an_error_that_says_why(void **state) {
    (void)state;
    static const struct {
        const char *pattern, *message;
    } examples[] = {
        {"loss (?<x>[0-9", "capture 'loss (?<x>[0-9': missing terminating ] for character class, "
                           "at character 15"},
        {"loss ([0-9]+)", "capture 'loss ([0-9]+)' has no named group: write (?<NAME>...) around "
                          "the number"},
    };
    for (size_t i = 0; i < 2; i++) {
        struct wn_reader *reader;
        struct wn_err err;
        assert_int_equal(wn_reader_new(&examples[i].pattern, 1, &reader, &err), WN_BAD_INPUT);
        assert_string_equal(err.text, examples[i].message);
        assert_null(reader);
    }
}

static void the_literal_of_a_pattern_is_in_all_its_matches(void **state) {
    (void)state;
    static const struct {
        const char *pattern, *literal;
    } examples[] = {
        {"Cross Validation Accuracy = (?<accuracy>[0-9.]+)%", "Cross Validation Accuracy = "},
        {"(?<n>\\d+) loss: (?<x>\\S+)", " loss: "},
        {"a\\.b\\[c(?<x>.)", "a.b[c"},
        {"abc?de(?<x>.)", "ab"},
        {"ab{2}cde+f(?<x>.)", "cde"},
        {"a{2x(?<x>.)", "a{2x"},
        {"{\"loss\": (?<x>.)", "{\"loss\": "},
        {"(?:ab)?c[]xyz]d[[:alpha:]]ef(?<x>\\))", "ef"},
        {"((?<x>a\\)b[)]cdefg))h", "h"},
        {"loss|acc(?<x>.)", ""},
        {"(?i)loss(?<x>.)", ""},
        {"\\Qab\\E(?<x>.)", ""},
        {"ab\\x41cdef(?<x>.)", "ab"},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        char *literal = wn_pattern_literal(examples[i].pattern);
        assert_string_equal(literal, examples[i].literal);
        free(literal);
    }
}

// ---- properties ---------------------------------------------------------------------------------

static void keep_value(void *context, const struct wn_reading *reading) {
    *(double *)context = reading->value;
}

static void numbers_are_the_nearest_doubles(void **state) {
    (void)state;
    struct wn_reader *reader = new_reader(NULL, 0);
    struct wn_rng rng = wn_rng_new(1, 0);
    for (int i = 0; i < 400000; i++) {
        char line[64];
        uint64_t mantissa = wn_rng_next(&rng) >> wn_rng_below(&rng, 64);
        int exponent = (int)wn_rng_below(&rng, 60) - 30;
        const char *formats[] = {"x=%llue%d", "x=0.%llue%d", "x=-17.%llue%d"};
        snprintf(line, sizeof line, formats[i % 3], (unsigned long long)mantissa, exponent);
        double value = -1, nearest = strtod(line + 2, NULL);
        assert_int_equal(wn_reader_line(reader, line, strlen(line), keep_value, &value), 1);
        if (memcmp(&value, &nearest, sizeof value) != 0)
            fail_msg("%s gave %.17g and not %.17g", line, value, nearest);
    }
    wn_reader_free(reader);
}

static void numbers_are_read_alike_in_every_locale(void **state) {
    (void)state;
    static const char *const names[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8"};
    const char *set = NULL;
    for (size_t i = 0; i < 3 && !set; i++)
        set = setlocale(LC_ALL, names[i]);
    if (!set) {
        print_message("no locale with a decimal comma is installed\n");
        skip();
    }
    struct wn_reader *reader = new_reader(NULL, 0);
    double value = 0;
    assert_int_equal(wn_reader_line(reader, "x=0.5e-300", 10, keep_value, &value), 1);
    wn_reader_free(reader);
    setlocale(LC_ALL, "C");
    assert_true(value == 0.5e-300);
}

// ---- hostile lines ------------------------------------------------------------------------------

static size_t count_points(struct wn_reader *reader, const struct wn_str *line) {
    double last;
    return wn_reader_line(reader, line->text, line->length, keep_value, &last);
}

static void repeat(struct wn_str *line, const char *text, size_t times) {
    for (size_t i = 0; i < times; i++)
        wn_str_add(line, text);
}

static void ten_thousand_names_fit_on_a_line(void **state) {
    (void)state;
    struct wn_reader *reader = new_reader(NULL, 0);
    struct wn_str words = {0}, json = {0};
    wn_str_add(&json, "{\"step\": 1");
    for (int i = 0; i < 10000; i++) {
        wn_str_addf(&words, "name%d=%d ", i, i);
        wn_str_addf(&json, ", \"name%d\": %d", i, i);
    }
    wn_str_add(&json, "}");
    assert_int_equal(count_points(reader, &words), 10000);
    assert_int_equal(count_points(reader, &json), 10000);
    wn_str_free(&words);
    wn_str_free(&json);
    wn_reader_free(reader);
}

static void deep_nesting_is_read_without_recursion(void **state) {
    (void)state;
    struct wn_reader *reader = new_reader(NULL, 0);
    struct wn_str line = {0};
    wn_str_add(&line, "{\"a\":");
    repeat(&line, "[", 100000);
    repeat(&line, "]", 100000);
    wn_str_add(&line, ",\"b\":1}");
    assert_int_equal(count_points(reader, &line), 1);
    wn_str_clear(&line);
    repeat(&line, "{\"a\":", 100);
    repeat(&line, "{\"b\":", 100000);
    wn_str_add(&line, "1");
    repeat(&line, "}", 100000);
    wn_str_add(&line, ",\"c\":1");
    repeat(&line, "}", 100);
    assert_int_equal(count_points(reader, &line), 1);
    wn_str_free(&line);
    wn_reader_free(reader);
}

static void names_over_256_bytes_are_log(void **state) {
    (void)state;
    struct wn_reader *reader = new_reader(NULL, 0);
    for (size_t length = 255; length <= 257; length++) {
        struct wn_str words = {0}, json = {0};
        repeat(&words, "n", length);
        wn_str_addf(&json, "{\"a\": {\"%s\": 1}}", words.text + 2);
        wn_str_add(&words, "=1");
        assert_int_equal(count_points(reader, &words), length <= 256);
        assert_int_equal(count_points(reader, &json), length <= 256);
        wn_str_free(&words);
        wn_str_free(&json);
    }
    wn_reader_free(reader);
}

static void the_longest_line_is_read_and_a_longer_one_is_log(void **state) {
    (void)state;
    struct wn_reader *reader = new_reader(NULL, 0);
    struct wn_str line = {0};
    repeat(&line, " ", WN_LINE_MAX - 3);
    wn_str_add(&line, "x=1");
    assert_int_equal(count_points(reader, &line), 1);
    wn_str_add(&line, "0");
    assert_int_equal(count_points(reader, &line), 0);
    wn_str_clear(&line);
    wn_str_add(&line, "x=0.");
    repeat(&line, "3", WN_LINE_MAX - 4);
    assert_int_equal(count_points(reader, &line), 1);
    wn_str_free(&line);
    wn_reader_free(reader);
}

static void bytes_of_any_kind_are_read(void **state) {
    (void)state;
    struct wn_reader *reader = new_reader(NULL, 0);
    static const char line[] = "a\0b=1 \0c=2 d=3\0 e=4 \xff=5 \xff"
                               "f=6";
    char *points = read_line(reader, line, sizeof line - 1);
    assert_string_equal(points, "e=4");
    free(points);
    wn_reader_free(reader);
}

static void no_pattern_hangs(void **state) {
    (void)state;
    static const char *const captures[] = {"(a+)+[zy](?<a>\\d)", "(?:a|aa)+(?<b>\\d)",
                                           "a*?a*?a*?a*?a*?(?<c>\\d)", "[a-z]+[:;](?<d>\\d)"};
    struct wn_reader *reader = new_reader(captures, 4);
    struct wn_str line = {0};
    repeat(&line, "a", WN_CAPTURE_LINE_MAX - 4);
    wn_str_add(&line, " x=1");
    clock_t before = clock();
    assert_int_equal(count_points(reader, &line), 1);
    assert_true((double)(clock() - before) / CLOCKS_PER_SEC < 20); // a hang would be hours
    wn_str_free(&line);
    wn_reader_free(reader);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_objects_give_their_numbers),
        cmocka_unit_test(a_step_in_json_is_that_of_all_points_of_the_line),
        cmocka_unit_test(names_in_json_are_unescaped_and_must_be_clean_text),
        cmocka_unit_test(colours_are_no_part_of_what_is_said),
        cmocka_unit_test(a_line_that_is_no_json_object_is_text),
        cmocka_unit_test(words_are_names_with_numbers_between_white_space),
        cmocka_unit_test(other_words_are_log),
        cmocka_unit_test(captures_find_numbers_in_what_is_printed_anyway),
        cmocka_unit_test(each_match_has_its_own_step),
        cmocka_unit_test(empty_matches_and_zero_width_ones_end),
        cmocka_unit_test(a_capture_that_cannot_be_used_is_an_error_that_says_why),
        cmocka_unit_test(the_literal_of_a_pattern_is_in_all_its_matches),
        cmocka_unit_test(numbers_are_the_nearest_doubles),
        cmocka_unit_test(numbers_are_read_alike_in_every_locale),
        cmocka_unit_test(ten_thousand_names_fit_on_a_line),
        cmocka_unit_test(deep_nesting_is_read_without_recursion),
        cmocka_unit_test(names_over_256_bytes_are_log),
        cmocka_unit_test(the_longest_line_is_read_and_a_longer_one_is_log),
        cmocka_unit_test(bytes_of_any_kind_are_read),
        cmocka_unit_test(no_pattern_hangs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
