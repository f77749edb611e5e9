// SPDX-License-Identifier: GPL-3.0-or-later
// Text on terminals: widths, harmless foreign bytes, filled paragraphs.
#include "tests/unit/check.h"

#include <locale.h>

#include "core/base/text.h"

static void wide_and_combining_characters_are_counted_in_columns(void **state) {
    (void)state;
    assert_int_equal(wn_text_width("plain"), 5);
    assert_int_equal(wn_text_width("\u00fcber"), 4);
    assert_int_equal(wn_text_width("\u6728"), 2);
    assert_int_equal(wn_text_width("e\u0301"), 1);
    assert_int_equal(wn_text_width("\xff\xfe"), 2);
}

static void check_fit(const char *text, int columns, const char *expected) {
    struct wn_str out = {0};
    int used = wn_text_fit(&out, text, columns);
    assert_string_equal(wn_str_text(&out), expected);
    assert_int_equal(used, wn_text_width(expected));
    wn_str_free(&out);
}

static void text_that_is_cut_says_so_and_never_splits_a_character(void **state) {
    (void)state;
    check_fit("svm", 3, "svm");
    check_fit("forest", 5, "for..");
    check_fit("\u6728\u6728\u6728", 5, "\u6728..");
    check_fit("forest", 2, "fo");
    check_fit("forest", 0, "");
}

static void check_escape(const char *text, size_t length, bool keep, const char *expected) {
    struct wn_str out = {0};
    wn_text_escape(&out, text, length, keep);
    assert_string_equal(wn_str_text(&out), expected);
    wn_str_free(&out);
}

static void control_characters_and_broken_utf8_are_spelled_out(void **state) {
    (void)state;
    check_escape("a\033[31mb", 7, true, "a\\x1b[31mb");
    check_escape("a\tb\n", 4, true, "a\tb\n");
    check_escape("a\tb\n", 4, false, "a\\x09b\\x0a");
    check_escape("a\0b", 3, true, "a\\x00b");
    check_escape("\xc3", 1, true, "\\xc3");
    check_escape("\u00fc\xc2\x9b", 4, true, "\u00fc\\xc2\\x9b");
}

static void check_fold(const char *text, struct wn_fold fold, const char *expected) {
    struct wn_str out = {0};
    wn_text_fold(&out, text, fold);
    assert_string_equal(wn_str_text(&out), expected);
    wn_str_free(&out);
}

static void a_folded_line_is_broken_at_spaces_alone(void **state) {
    (void)state;
    check_fold("", (struct wn_fold){0, 2, 10}, "");
    check_fold("  one  two three", (struct wn_fold){0, 2, 10}, "  one  two\n  three");
    check_fold("one two", (struct wn_fold){5, 2, 10}, "one\n  two");
    check_fold("/a/path/that/is/long and more", (struct wn_fold){2, 2, 10},
               "/a/path/that/is/long\n  and more");
    check_fold("\u6728\u6728 \u6728\u6728", (struct wn_fold){0, 0, 8},
               "\u6728\u6728\n\u6728\u6728");
}

static void no_input_makes_a_terminal_do_anything(void **state) {
    (void)state;
    for (unsigned byte = 0; byte < 256; byte++) {
        const char text[] = {'x', (char)byte, 'y'};
        struct wn_str out = {0};
        wn_text_escape(&out, text, sizeof text, false);
        for (size_t i = 0; i < out.length; i++)
            assert_true((unsigned char)out.text[i] >= 0x20 && out.text[i] != 0x7f);
        wn_str_free(&out);
    }
}

static void check_fill(const char *text, int indent, int width, const char *expected) {
    struct wn_str out = {0};
    wn_text_fill(&out, text, indent, width);
    assert_string_equal(wn_str_text(&out), expected);
    wn_str_free(&out);
}

static void paragraphs_are_filled_and_indented(void **state) {
    (void)state;
    check_fill("one two three", 0, 8, "one two\nthree\n");
    check_fill("one two three", 2, 9, "one two\n  three\n");
    check_fill("one\ntwo", 0, 80, "one\ntwo\n");
    check_fill("a verylongword b", 0, 6, "a\nverylongword\nb\n");
    check_fill("", 4, 10, "\n");
}

int main(void) {
    setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wide_and_combining_characters_are_counted_in_columns),
        cmocka_unit_test(text_that_is_cut_says_so_and_never_splits_a_character),
        cmocka_unit_test(control_characters_and_broken_utf8_are_spelled_out),
        cmocka_unit_test(a_folded_line_is_broken_at_spaces_alone),
        cmocka_unit_test(no_input_makes_a_terminal_do_anything),
        cmocka_unit_test(paragraphs_are_filled_and_indented),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
