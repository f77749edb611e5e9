// SPDX-License-Identifier: GPL-3.0-or-later
// Tables: what is cut and what is left out where the terminal is narrow, and what a terminal sees
// of foreign text.
#include "tests/unit/check.h"

#include <locale.h>
#include <wchar.h>

#include "cli/table.h"

// The table as a terminal of `width` columns shows it (0: a pipe); *dropped: columns left out.
static char *print(const struct wn_table *table, int width, size_t *dropped) {
    char *text = NULL;
    size_t length = 0;
    struct wn_output out = {.file = open_memstream(&text, &length), .width = width};
    *dropped = wn_table_print(table, &out);
    fclose(out.file);
    return text;
}

static void assert_printed(const struct wn_table *table, int width, size_t dropped,
                           const char *expected) {
    size_t found;
    char *text = print(table, width, &found);
    assert_string_equal(text, expected);
    assert_int_equal(found, dropped);
    free(text);
}

static const struct wn_column columns[] = {
    {.title = "trial", .right = true},
    {.title = "name"},
    {.title = "rate", .right = true, .spare = 1},
    {.title = "a long title", .right = true, .spare = 1},
    {.title = "host"},
    {0},
};

static struct wn_table made_table(void) {
    struct wn_table table = {.columns = columns};
    static const char *const cells[] = {"1",   "深層学習モデル", "0.000123457", "-5", "here",
                                        "200", "short",          "1",           "12", "there"};
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++)
        wn_table_add(&table, WN_ROLE_PLAIN, "%s", cells[i]);
    return table;
}

static void a_pipe_gets_everything_aligned(void **state) {
    (void)state;
    struct wn_table table = made_table();
    assert_printed(&table, 0, 0,
                   "trial  name                   rate  a long title  host\n"
                   "    1  深層学習モデル  0.000123457            -5  here\n"
                   "  200  short                     1            12  there\n");
    wn_table_free(&table);
}

static void titles_and_texts_are_cut_before_columns_go(void **state) {
    (void)state;
    struct wn_table table = made_table();
    assert_printed(&table, 43, 0,
                   "trial  name            rate  a lon..  host\n"
                   "    1  深層..   0.000123457       -5  here\n"
                   "  200  short              1       12  there\n");
    wn_table_free(&table);
}

static void spare_columns_go_first_and_from_the_right(void **state) {
    (void)state;
    struct wn_table table = made_table();
    assert_printed(&table, 36, 1,
                   "trial  name              rate  host\n"
                   "    1  深層学..   0.000123457  here\n"
                   "  200  short                1  there\n");
    assert_printed(&table, 24, 2,
                   "trial  name        host\n"
                   "    1  深層学習..  here\n"
                   "  200  short       there\n");
    wn_table_free(&table);
}

static void no_line_is_wider_than_the_terminal(void **state) {
    (void)state;
    struct wn_table table = made_table();
    for (int width = 5; width < 70; width++) {
        size_t dropped;
        char *text = print(&table, width, &dropped);
        wchar_t wide[1000];
        size_t length = mbstowcs(wide, text, 1000);
        int column = 0;
        for (size_t i = 0; i < length; i++) {
            column = wide[i] == L'\n' ? 0 : column + wcwidth(wide[i]);
            assert_true(column <= width);
        }
        free(text);
    }
    wn_table_free(&table);
}

static void foreign_text_does_nothing_to_a_terminal(void **state) {
    (void)state;
    static const struct wn_column one[] = {{.title = "t"}, {0}};
    struct wn_table table = {.columns = one};
    wn_table_add(&table, WN_ROLE_PLAIN, "%s", "a\033[31m\nb\x9b\xc2\x9b");
    assert_printed(&table, 0, 0, "t\na\\x1b[31m\\x0ab\\x9b\\xc2\\x9b\n");
    wn_table_free(&table);
}

int main(void) {
    setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pipe_gets_everything_aligned),
        cmocka_unit_test(titles_and_texts_are_cut_before_columns_go),
        cmocka_unit_test(spare_columns_go_first_and_from_the_right),
        cmocka_unit_test(no_line_is_wider_than_the_terminal),
        cmocka_unit_test(foreign_text_does_nothing_to_a_terminal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
