// SPDX-License-Identifier: GPL-3.0-or-later
// Text on a grid of cells: what is cut, what is wide, what joins, and what must not get through.
#include "tests/unit/check.h"

#include <locale.h>

#include "core/base/rng.h"
#include "tui/canvas.h"

enum { COLUMNS = 12 };

static struct wn_canvas canvas;
static struct wn_pane pane;

static int begin(void **state) {
    (void)state;
    canvas = (struct wn_canvas){0};
    wn_canvas_reset(&canvas, 3, COLUMNS);
    pane = wn_pane_whole(&canvas);
    return 0;
}

static int end(void **state) {
    (void)state;
    wn_canvas_free(&canvas);
    return 0;
}

static void expect(int row, const char *wanted) {
    struct wn_str text = {0};
    wn_canvas_text(&canvas, row, &text);
    assert_string_equal(wn_str_text(&text), wanted);
    wn_str_free(&text);
}

static struct wn_span span(int column, int columns, enum wn_align align) {
    return (struct wn_span){.row = 0, .column = column, .columns = columns, .align = align};
}

// ---- fitting ------------------------------------------------------------------------------------

static void what_does_not_fit_ends_in_an_ellipsis(void **state) {
    (void)state;
    assert_int_equal(wn_put(&pane, 0, 0, WN_PLAIN, "twelve chars"), 12);
    expect(0, "twelve chars");
    assert_int_equal(wn_put(&pane, 0, 0, WN_PLAIN, "thirteen char"), 12);
    expect(0, "thirteen ch…");
    wn_put_span(&pane, span(0, 6, WN_LEFT), WN_PLAIN, "abcdefgh");
    expect(0, "abcde…en ch…");
}

static void numbers_stand_on_the_right_and_paths_keep_both_ends(void **state) {
    (void)state;
    wn_put_span(&pane, span(2, 6, WN_RIGHT), WN_PLAIN, "1.5");
    expect(0, "     1.5");
    wn_canvas_reset(&canvas, 3, COLUMNS);
    wn_put_span(&pane, span(0, 9, WN_MIDDLE), WN_PLAIN, "/home/me/project/train.py");
    expect(0, "/hom…n.py");
}

static void a_pane_bounds_what_is_put_on_it(void **state) {
    (void)state;
    struct wn_pane part = wn_pane_part(&pane, 1, 3, 1, 4);
    wn_put(&part, 0, 0, WN_PLAIN, "long text");
    wn_put(&part, 1, 0, WN_PLAIN, "below");
    wn_put(&part, -1, 0, WN_PLAIN, "above");
    wn_put_glyph(&part, 0, 4, WN_PLAIN, "x");
    wn_put_glyph(&part, 0, -1, WN_PLAIN, "x");
    wn_mark(&part, (struct wn_span){.row = 5, .columns = 99}, WN_BAD, WN_BOLD);
    expect(0, "");
    expect(1, "   lon…");
    expect(2, "");
}

static void panes_stay_within_the_pane_they_are_of(void **state) {
    (void)state;
    struct wn_pane part = wn_pane_part(&pane, 1, 10, 99, 99);
    assert_int_equal(part.rows, 2);
    assert_int_equal(part.columns, 2);
    part = wn_pane_part(&pane, -5, -5, -1, -1);
    assert_int_equal(part.rows, 0);
    assert_int_equal(part.columns, 0);
    assert_int_equal(wn_put(&part, 0, 0, WN_PLAIN, "x"), 0);
    part = wn_pane_part(&pane, 99, 99, 9, 9);
    assert_int_equal(part.rows, 0);
}

static void a_canvas_may_have_no_cells(void **state) {
    (void)state;
    wn_canvas_reset(&canvas, 0, 0);
    pane = wn_pane_whole(&canvas);
    wn_put(&pane, 0, 0, WN_PLAIN, "x");
    wn_put_rule(&pane, 0);
    wn_canvas_reset(&canvas, 1, 1);
    pane = wn_pane_whole(&canvas);
    wn_put(&pane, 0, 0, WN_PLAIN, "xyz");
    expect(0, "…");
}

// ---- wide and combining characters --------------------------------------------------------------

static void wide_characters_take_two_columns(void **state) {
    (void)state;
    assert_int_equal(wn_canvas_width(&canvas, "数字"), 4);
    assert_int_equal(wn_put(&pane, 0, 0, WN_PLAIN, "数字x"), 5);
    assert_int_equal(canvas.cells[0].columns, 2);
    assert_int_equal(canvas.cells[1].columns, 0);
    expect(0, "数字x");
}

static void half_a_wide_character_is_never_left(void **state) {
    (void)state;
    wn_put(&pane, 0, 0, WN_PLAIN, "数字");
    wn_put_glyph(&pane, 0, 1, WN_PLAIN, "x"); // the right half of the first
    expect(0, " x字");
    wn_put_glyph(&pane, 0, 2, WN_PLAIN, "y"); // the left half of the second
    expect(0, " xy");
    wn_put(&pane, 0, 0, WN_PLAIN, "a数");
    wn_put(&pane, 0, 0, WN_PLAIN, "字"); // over the left half
    expect(0, "字");
}

static void a_wide_character_that_does_not_fit_whole_is_left_out(void **state) {
    (void)state;
    assert_int_equal(wn_put(&pane, 0, COLUMNS - 1, WN_PLAIN, "数"), 1);
    expect(0, "           …");
    wn_put_span(&pane, span(0, 4, WN_LEFT), WN_PLAIN, "数字识");
    expect(0, "数…        …");
    wn_put_span(&pane, span(0, 5, WN_RIGHT), WN_PLAIN, "数字识");
    expect(0, "数字…      …");
}

static void combining_marks_stay_with_their_letter(void **state) {
    (void)state;
    assert_int_equal(wn_put(&pane, 0, 0, WN_PLAIN, "e\u0301a\u0308!"), 3);
    assert_string_equal(canvas.cells[0].glyph, "e\u0301");
    assert_string_equal(canvas.cells[1].glyph, "a\u0308");
    assert_int_equal(wn_put(&pane, 1, 0, WN_PLAIN, "\u0301x"), 1); // with no letter before it
    expect(1, "x");
}

static void marks_without_end_fill_one_cell_at_most(void **state) {
    (void)state;
    struct wn_str text = {0};
    wn_str_add_char(&text, 'a');
    for (int i = 0; i < 1000; i++)
        wn_str_add(&text, "\u0335");
    wn_str_add_char(&text, 'b');
    assert_int_equal(wn_put(&pane, 0, 0, WN_PLAIN, text.text), 2);
    assert_true(strlen(canvas.cells[0].glyph) < sizeof canvas.cells[0].glyph);
    assert_string_equal(canvas.cells[1].glyph, "b");
    wn_str_free(&text);
}

// ---- hostile text -------------------------------------------------------------------------------

static void control_characters_become_harmless(void **state) {
    (void)state;
    wn_put(&pane, 0, 0, WN_PLAIN, "\033[31m");
    expect(0, "\\x1b[31m");
    wn_put(&pane, 1, 0, WN_PLAIN, "a\tb\r\n");
    expect(1, "a b\\x0d\\x0a");
    wn_put(&pane, 2, 0, WN_PLAIN, "\x9b[2J"); // a control sequence in one byte
    expect(2, "\\x9b[2J");
    wn_put(&pane, 2, 0, WN_PLAIN, "\xc2\x9b[2J"); // the same in UTF-8
    expect(2, "\\xc2\\x9b[2J");
}

static void text_is_not_reordered(void **state) {
    (void)state;
    wn_put(&pane, 0, 0, WN_PLAIN, "a\u202eb");
    expect(0, "a\\xe2\\x80…");
    static const char *const controls[] = {"\u200e", "\u200f", "\u202a", "\u202e",
                                           "\u2066", "\u2069", "\u061c", "\u2028"};
    for (size_t i = 0; i < sizeof controls / sizeof controls[0]; i++) {
        wn_canvas_reset(&canvas, 3, COLUMNS);
        wn_put(&pane, 0, 0, WN_PLAIN, controls[i]);
        assert_string_equal(canvas.cells[0].glyph, "\\");
    }
}

static void bytes_that_are_no_utf8_are_shown_as_such(void **state) {
    (void)state;
    wn_put(&pane, 0, 0, WN_PLAIN, "a\xffz");
    expect(0, "a\\xffz");
    wn_put(&pane, 1, 0, WN_PLAIN, "\xe2\x82"); // cut off
    expect(1, "\\xe2\\x82");
    wn_put(&pane, 2, 0, WN_PLAIN, "\xed\xa0\x80"); // a surrogate
    expect(2, "\\xed\\xa0\\x80");
}

// Whatever is put, every cell holds one printable glyph as wide as it says.
static void no_text_gets_through_that_a_terminal_would_obey(void **state) {
    (void)state;
    struct wn_rng rng = wn_rng_new(5, 0);
    for (int round = 0; round < 2000; round++) {
        char text[24];
        size_t length = wn_rng_below(&rng, sizeof text);
        for (size_t i = 0; i < length; i++)
            text[i] = (char)(1 + wn_rng_below(&rng, 255));
        text[length] = '\0';
        canvas.ascii = round % 2;
        int column = (int)wn_rng_below(&rng, COLUMNS + 4) - 2;
        wn_put_span(&pane, span(column, 8, (enum wn_align)(round % 3)), WN_PLAIN, text);
        for (int i = 0; i < COLUMNS; i++) {
            const struct wn_cell *cell = &canvas.cells[i];
            assert_true((cell->columns == 0) == (cell->glyph[0] == '\0'));
            for (const char *c = cell->glyph; *c; c++)
                assert_true((unsigned char)*c >= 32 && *c != 127 && !(canvas.ascii && *c & 0x80));
        }
        wn_canvas_reset(&canvas, 3, COLUMNS);
    }
}

// ---- ASCII and marks ----------------------------------------------------------------------------

static void every_glyph_has_a_twin_in_ascii(void **state) {
    (void)state;
    static const enum wn_glyph glyphs[] = {
#define X(name, glyph, twin) WN_GLYPH_##name,
#include "tui/glyphs.def"
#undef X
    };
    for (size_t i = 0; i < sizeof glyphs / sizeof glyphs[0]; i++) {
        canvas.ascii = true;
        const char *twin = wn_glyph(&canvas, glyphs[i]);
        for (const char *c = twin; *c; c++)
            assert_in_range(*c, 32, 126);
        canvas.ascii = false;
        assert_int_equal(wn_canvas_width(&canvas, wn_glyph(&canvas, glyphs[i])), 1);
    }
}

static void in_ascii_other_text_becomes_question_marks(void **state) {
    (void)state;
    canvas.ascii = true;
    assert_int_equal(wn_put(&pane, 0, 0, WN_PLAIN, "数é e\u0301x"), 6);
    expect(0, "??? ex");
    wn_put(&pane, 1, 0, WN_PLAIN, "thirteen char");
    expect(1, "thirteen ch~");
}

static void marks_add_up_and_the_look_may_stay(void **state) {
    (void)state;
    wn_put(&pane, 0, 0, WN_GOOD, "abc");
    wn_mark(&pane, span(1, 1, WN_LEFT), WN_PLAIN, WN_BOLD);
    wn_mark(&pane, span(1, 1, WN_LEFT), WN_BAD, WN_REVERSE);
    assert_int_equal(canvas.cells[0].look, WN_GOOD);
    assert_int_equal(canvas.cells[0].marks, 0);
    assert_int_equal(canvas.cells[1].look, WN_BAD);
    assert_int_equal(canvas.cells[1].marks, WN_BOLD | WN_REVERSE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void) {
    setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        TEST(what_does_not_fit_ends_in_an_ellipsis),
        TEST(numbers_stand_on_the_right_and_paths_keep_both_ends),
        TEST(a_pane_bounds_what_is_put_on_it),
        TEST(panes_stay_within_the_pane_they_are_of),
        TEST(a_canvas_may_have_no_cells),
        TEST(wide_characters_take_two_columns),
        TEST(half_a_wide_character_is_never_left),
        TEST(a_wide_character_that_does_not_fit_whole_is_left_out),
        TEST(combining_marks_stay_with_their_letter),
        TEST(marks_without_end_fill_one_cell_at_most),
        TEST(control_characters_become_harmless),
        TEST(text_is_not_reordered),
        TEST(bytes_that_are_no_utf8_are_shown_as_such),
        TEST(no_text_gets_through_that_a_terminal_would_obey),
        TEST(every_glyph_has_a_twin_in_ascii),
        TEST(in_ascii_other_text_becomes_question_marks),
        TEST(marks_add_up_and_the_look_may_stay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
