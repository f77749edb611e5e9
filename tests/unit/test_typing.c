// SPDX-License-Identifier: GPL-3.0-or-later
// Keys and what they are bound to, a line of text being typed, the words of a command, and columns
// that share a width.
#include "tests/unit/check.h"

#include <locale.h>

#include "tui/modal.h"
#include "tui/widgets/columns.h"

// ---- keys ---------------------------------------------------------------------------------------

static struct wn_key key(int code) {
    return (struct wn_key){.code = code};
}

static int action_of(int code, bool alt) {
    return wn_binding_action(wn_motion_bindings, &(struct wn_key){.code = code, .alt = alt});
}

static void keys_are_named_as_people_write_them(void **state) {
    (void)state;
    static const struct {
        struct wn_key key;
        const char *name;
    } named[] = {
        {{.code = 'j'}, "j"},
        {{.code = ' '}, "Space"},
        {{.code = 14}, "^N"},
        {{.code = 'x', .alt = true}, "M-x"},
        {{.code = WN_KEY_PAGE_DOWN}, "PgDn"},
        {{.code = WN_KEY_F1 + 4}, "F5"},
        {{.code = WN_KEY_BACKSPACE, .alt = true}, "M-Backspace"},
        {{.code = WN_KEY_DOUBLE_CLICK}, "DoubleClick"},
        {{.code = 0xe9}, "é"},
        {{.code = 0x6570}, "数"},
    };
    for (size_t i = 0; i < sizeof named / sizeof named[0]; i++) {
        char name[16];
        assert_string_equal(wn_key_name(&named[i].key, name), named[i].name);
    }
}

static void arrows_vi_and_emacs_keys_move(void **state) {
    (void)state;
    assert_int_equal(action_of(WN_KEY_DOWN, false), WN_MOVE_DOWN);
    assert_int_equal(action_of('j', false), WN_MOVE_DOWN);
    assert_int_equal(action_of(14, false), WN_MOVE_DOWN);
    assert_int_equal(action_of('v', true), WN_MOVE_PAGE_UP);
    assert_int_equal(action_of('v', false), WN_ACTION_NONE);
    assert_int_equal(action_of('J', false), WN_ACTION_NONE);
}

static size_t moved(int action, size_t page, size_t count, size_t from) {
    assert_true(wn_move_cursor(action, page, count, &from));
    return from;
}

static void a_cursor_stays_within_its_list(void **state) {
    (void)state;
    assert_int_equal(moved(WN_MOVE_UP, 10, 5, 0), 0);
    assert_int_equal(moved(WN_MOVE_DOWN, 10, 5, 4), 4);
    assert_int_equal(moved(WN_MOVE_PAGE_DOWN, 10, 100, 0), 9); // a row of the old page stays
    assert_int_equal(moved(WN_MOVE_PAGE_UP, 10, 100, 5), 0);
    assert_int_equal(moved(WN_MOVE_LAST, 10, 100, 5), 99);
    assert_int_equal(moved(WN_WHEEL_DOWN, 10, 100, 5), 8);
    assert_int_equal(moved(WN_MOVE_PAGE_DOWN, 0, 100, 5), 6);
    for (int action = WN_MOVE_UP; action <= WN_WHEEL_DOWN; action++) {
        size_t nowhere = 7;
        if (wn_move_cursor(action, 10, 0, &nowhere))
            assert_int_equal(nowhere, 0);
    }
    size_t cursor = 3;
    assert_false(wn_move_cursor(WN_MOVE_LEFT, 10, 100, &cursor));
    assert_int_equal(cursor, 3);
}

// ---- a line of text -----------------------------------------------------------------------------

static void type(struct wn_edit *edit, const int *codes) {
    for (; *codes; codes++) {
        struct wn_key pressed = key(*codes);
        wn_edit_key(edit, &pressed);
    }
}

static void expect_edit(const struct wn_edit *edit, const char *text, size_t cursor) {
    assert_string_equal(wn_str_text(&edit->text), text);
    assert_int_equal(edit->cursor, cursor);
}

static void text_is_typed_and_rubbed_out(void **state) {
    (void)state;
    struct wn_edit edit = {0};
    type(&edit, (int[]){WN_KEY_BACKSPACE, WN_KEY_DELETE, WN_KEY_LEFT, 'W' & 31, 'K' & 31, 0});
    expect_edit(&edit, "", 0);
    type(&edit, (int[]){'l', 'r', ' ', '<', ' ', '1', 0});
    type(&edit, (int[]){'W' & 31, '2', 0});
    expect_edit(&edit, "lr < 2", 6);
    type(&edit, (int[]){WN_KEY_HOME, WN_KEY_DELETE, 'E' & 31, WN_KEY_BACKSPACE, 0});
    expect_edit(&edit, "r < ", 4);
    type(&edit, (int[]){WN_KEY_LEFT, WN_KEY_LEFT, 'K' & 31, 0});
    expect_edit(&edit, "r ", 2);
    type(&edit, (int[]){'U' & 31, 0});
    expect_edit(&edit, "", 0);
    wn_edit_free(&edit);
}

static void the_cursor_never_stands_within_a_character(void **state) {
    (void)state;
    struct wn_edit edit = {0};
    wn_edit_set(&edit, "aé数");
    expect_edit(&edit, "aé数", 6);
    type(&edit, (int[]){WN_KEY_LEFT, 0});
    expect_edit(&edit, "aé数", 3);
    type(&edit, (int[]){WN_KEY_BACKSPACE, 0});
    expect_edit(&edit, "a数", 1);
    type(&edit, (int[]){0xe9, WN_KEY_DELETE, 0});
    expect_edit(&edit, "aé", 3);
    wn_edit_free(&edit);
}

static void other_keys_are_no_text(void **state) {
    (void)state;
    struct wn_edit edit = {0};
    static const int others[] = {WN_KEY_ESC, WN_KEY_ENTER, WN_KEY_TAB, WN_KEY_UP,
                                 WN_KEY_F1,  WN_KEY_CLICK, 3};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        struct wn_key pressed = key(others[i]);
        assert_false(wn_edit_key(&edit, &pressed));
    }
    assert_false(wn_edit_key(&edit, &(struct wn_key){.code = 'x', .alt = true}));
    expect_edit(&edit, "", 0);
    wn_edit_free(&edit);
}

static void a_long_line_is_shown_around_the_cursor(void **state) {
    (void)state;
    struct wn_canvas canvas = {0};
    struct wn_edit edit = {0};
    struct wn_str text = {0};
    wn_canvas_reset(&canvas, 2, 12);
    struct wn_pane whole = wn_pane_whole(&canvas), part = wn_pane_part(&whole, 1, 2, 1, 10);
    wn_edit_set(&edit, "0123456789abcdef");
    wn_edit_draw(&edit, &part, (struct wn_span){.columns = 10}, true);
    wn_canvas_text(&canvas, 1, &text);
    assert_string_equal(text.text, "  789abcdef");
    assert_int_equal(canvas.cursor_row, 1);
    assert_int_equal(canvas.cursor_column, 11);
    wn_str_free(&text);
    wn_edit_free(&edit);
    wn_canvas_free(&canvas);
}

// ---- words of a command -------------------------------------------------------------------------

static void expect_words(const char *line, const char *const *wanted) {
    char **words = wn_split_words(line);
    size_t count = 0;
    for (; words[count]; count++) {
        assert_non_null(wanted[count]);
        assert_string_equal(words[count], wanted[count]);
        free(words[count]);
    }
    assert_null(wanted[count]);
    free(words);
}

static void words_are_parted_as_in_a_shell(void **state) {
    (void)state;
    expect_words("", (const char *[]){NULL});
    expect_words("   ", (const char *[]){NULL});
    expect_words(" ls  --json ", (const char *[]){"ls", "--json", NULL});
    expect_words("run -p 'lr=log(1e-5, 0.1)'",
                 (const char *[]){"run", "-p", "lr=log(1e-5, 0.1)", NULL});
    expect_words("a\"b c\"d", (const char *[]){"ab cd", NULL});
    expect_words("'' \"\"", (const char *[]){"", "", NULL});
    expect_words("a\\ b \\'", (const char *[]){"a b", "'", NULL});
    expect_words("'it'\\''s' '\\n'", (const char *[]){"it's", "\\n", NULL});
    expect_words("\"a\\\"b\"", (const char *[]){"a\"b", NULL});
    expect_words("'open", (const char *[]){"open", NULL});
    expect_words("end\\", (const char *[]){"end\\", NULL});
}

// ---- columns ------------------------------------------------------------------------------------

static void the_sparest_columns_go_first_then_wide_ones_shrink(void **state) {
    (void)state;
    struct wn_fit fits[] = {{.wanted = 20, .least = 8},
                            {.wanted = 10, .least = 10, .spare = 1},
                            {.wanted = 10, .least = 5, .spare = 2}};
    assert_int_equal(wn_columns_fit(fits, 3, 100, 2), 44);
    assert_int_equal(fits[2].left, 34);
    assert_int_equal(wn_columns_fit(fits, 3, 30, 2), 30); // both shrink
    assert_int_equal(fits[0].width, 9);
    assert_int_equal(fits[2].width, 7);
    assert_int_equal(wn_columns_fit(fits, 3, 25, 2), 25); // the sparest is gone
    assert_int_equal(fits[2].width, 0);
    assert_int_equal(fits[0].width, 13);
    assert_int_equal(wn_columns_fit(fits, 3, 10, 2), 10);
    assert_int_equal(fits[1].width, 0);
    assert_int_equal(wn_columns_fit(fits, 3, 3, 2), 8); // what has to stay keeps its least width
    assert_int_equal(wn_columns_fit(fits, 0, 3, 2), 0);
}

int main(void) {
    setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_are_named_as_people_write_them),
        cmocka_unit_test(arrows_vi_and_emacs_keys_move),
        cmocka_unit_test(a_cursor_stays_within_its_list),
        cmocka_unit_test(text_is_typed_and_rubbed_out),
        cmocka_unit_test(the_cursor_never_stands_within_a_character),
        cmocka_unit_test(other_keys_are_no_text),
        cmocka_unit_test(a_long_line_is_shown_around_the_cursor),
        cmocka_unit_test(words_are_parted_as_in_a_shell),
        cmocka_unit_test(the_sparest_columns_go_first_then_wide_ones_shrink),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
