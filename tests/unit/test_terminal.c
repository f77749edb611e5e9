// SPDX-License-Identifier: GPL-3.0-or-later
// What the terminal is sent, and what it makes of it: differences, scrolling, sizes, colours, keys,
// the clipboard, and how it is left.
#include "tests/unit/emulator.h"

#include <locale.h>

#include "core/base/rng.h"

// What curses keeps of a terminal that it does not know.
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void) {
    return "leak:new_prescr";
}

enum { ROWS = 24, COLUMNS = 80 };

static struct wn_canvas fresh(void) {
    struct wn_canvas canvas = {0};
    wn_canvas_reset(&canvas, ROWS, COLUMNS);
    return canvas;
}

// A table of rows from `first` on with one of them chosen, between a title and a line of keys.
static void draw_list(struct wn_canvas *canvas, int rows, int columns, int first, int chosen) {
    wn_canvas_reset(canvas, rows, columns);
    struct wn_pane pane = wn_pane_whole(canvas);
    wn_put(&pane, 0, 0, WN_HEAD, "NUMBER     LOSS  lr       optimizer  STATE");
    for (int row = 1; row < rows - 1; row++) {
        int number = first + row - 1;
        wn_putf(&pane, row, 0, WN_PLAIN, "%6d %8.5f  %.5f  %-9s  %s", number, 1.0 / (number + 1),
                0.01 * (number % 13), number % 2 ? "adam" : "sgd",
                number % 7 ? "finished" : "running");
        if (number == chosen)
            wn_mark(&pane, (struct wn_span){.row = row, .columns = columns}, WN_PLAIN, WN_REVERSE);
    }
    wn_put(&pane, rows - 1, 0, WN_ACCENT, "q quit");
}

// Anything at all: glyphs of one and two columns, combining marks, every look and mark.
static void scribble(struct wn_canvas *canvas, struct wn_rng *rng) {
    static const char *const words[] = {"loss=0.125", "数字识别", "e\u0301a\u0308", "⣿⣀⠉",
                                        "█░│─",       "\033[31m", "ｆｕｌｌ",       "한국어"};
    struct wn_pane pane = wn_pane_whole(canvas);
    for (int i = 0; i < 200; i++) {
        int row = (int)wn_rng_below(rng, (uint64_t)canvas->rows);
        int column = (int)wn_rng_below(rng, (uint64_t)canvas->columns);
        enum wn_look look = (enum wn_look)wn_rng_below(rng, WN_LOOKS);
        const char *word = words[wn_rng_below(rng, 8)];
        if (word == words[2] && column > canvas->columns - 4)
            continue; // libvterm loses a mark that joins the last column
        int used = wn_put(&pane, row, column, look, word);
        wn_mark(&pane, (struct wn_span){.row = row, .column = column, .columns = used}, WN_PLAIN,
                (unsigned)wn_rng_below(rng, 8));
    }
}

// ---- showing ------------------------------------------------------------------------------------

static void only_what_changed_is_sent(void **state) {
    (void)state;
    struct emulator *emulator = emulator_open(ROWS, COLUMNS, "xterm-256color");
    struct wn_canvas canvas = fresh();
    draw_list(&canvas, ROWS, COLUMNS, 0, 3);
    emulator_show(emulator, &canvas);
    emulator_show(emulator, &canvas);
    assert_int_equal(emulator->bytes, 0);
    draw_list(&canvas, ROWS, COLUMNS, 0, 4);
    emulator_show(emulator, &canvas);
    assert_in_range(emulator->bytes, 1, 250);
    wn_canvas_free(&canvas);
    emulator_close(emulator);
}

static void what_was_there_before_is_gone(void **state) {
    (void)state;
    static const char *const types[] = {"vt100", "linux", "xterm-256color"};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        struct emulator *emulator = emulator_new(ROWS, COLUMNS);
        const struct wn_terminal_options options = emulator_options(emulator, types[i]);
        struct wn_canvas canvas = fresh();
        struct wn_err err;
        for (int line = 0; line < ROWS; line++)
            fprintf(emulator->tty, "what a shell said\r\n");
        emulator_sync(emulator);
        assert_int_equal(wn_terminal_open(&options, &err), WN_OK);
        wn_put(&(struct wn_pane){&canvas, 0, 0, ROWS, COLUMNS}, 3, 3, WN_PLAIN, "x");
        emulator_show(emulator, &canvas);
        wn_canvas_free(&canvas);
        emulator_close(emulator);
    }
}

static void a_list_scrolls_by_moving_lines(void **state) {
    (void)state;
    static const char *const types[] = {"xterm-256color", "screen-256color", "tmux-256color",
                                        "linux", "vt100"};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        struct emulator *emulator = emulator_open(ROWS, COLUMNS, types[i]);
        struct wn_canvas canvas = fresh();
        for (int first = 100; first < 110; first++) {
            draw_list(&canvas, ROWS, COLUMNS, first, first + ROWS - 3);
            emulator_show(emulator, &canvas);
            assert_true(first == 100 || emulator->bytes <= 350);
        }
        for (int first = 109; first > 100; first--) {
            draw_list(&canvas, ROWS, COLUMNS, first, first);
            emulator_show(emulator, &canvas);
            assert_true(first == 109 || emulator->bytes <= 350);
        }
        wn_canvas_free(&canvas);
        emulator_close(emulator);
    }
}

static void any_sequence_of_canvases_ends_as_the_last_one(void **state) {
    (void)state;
    static const char *const types[] = {"xterm-256color", "screen", "vt100"};
    for (size_t type = 0; type < sizeof types / sizeof types[0]; type++) {
        struct emulator *emulator = emulator_open(ROWS, COLUMNS, types[type]);
        struct wn_rng rng = wn_rng_new(7, type);
        struct wn_canvas canvas = fresh(), before = fresh();
        for (int i = 0; i < 30; i++) {
            if (i % 3 == 0)
                wn_canvas_reset(&canvas, ROWS, COLUMNS);
            scribble(&canvas, &rng);
            emulator_show(emulator, &canvas);
            emulator_show(emulator, &before); // there and back
            emulator_show(emulator, &canvas);
        }
        wn_canvas_free(&before);
        wn_canvas_free(&canvas);
        emulator_close(emulator);
    }
}

static void every_size_is_drawn_whole(void **state) {
    (void)state;
    struct emulator *emulator = emulator_open(ROWS, COLUMNS, "xterm-256color");
    struct wn_rng rng = wn_rng_new(3, 0);
    struct wn_canvas canvas = fresh();
    for (int i = 0; i < 100; i++) {
        int rows = 3 + (int)wn_rng_below(&rng, 60), columns = 5 + (int)wn_rng_below(&rng, 200);
        int known_rows, known_columns;
        emulator_resize(emulator, rows, columns);
        wn_terminal_resize();
        wn_terminal_size(&known_rows, &known_columns);
        assert_int_equal(known_rows, rows);
        assert_int_equal(known_columns, columns);
        draw_list(&canvas, rows, columns, i, i + 1);
        emulator_show(emulator, &canvas);
    }
    assert_false(wn_terminal_resize()); // the same
    wn_canvas_free(&canvas);
    emulator_close(emulator);
}

static void a_canvas_that_is_larger_than_the_terminal_is_cut(void **state) {
    (void)state;
    struct emulator *emulator = emulator_open(ROWS, COLUMNS, "xterm-256color");
    struct wn_canvas canvas = {0}, cut = fresh();
    wn_canvas_reset(&canvas, ROWS + 10, COLUMNS + 20);
    draw_list(&canvas, ROWS + 10, COLUMNS + 20, 0, 1);
    wn_terminal_show(&canvas);
    emulator_sync(emulator);
    draw_list(&cut, ROWS, COLUMNS, 0, 1);
    for (int row = 0; row < ROWS - 1; row++)
        emulator_expect_cell(emulator, row, 5, &cut.cells[row * COLUMNS + 5]);
    wn_canvas_free(&canvas);
    wn_canvas_free(&cut);
    emulator_close(emulator);
}

static void the_cursor_is_where_text_is_typed(void **state) {
    (void)state;
    struct emulator *emulator = emulator_open(ROWS, COLUMNS, "xterm-256color");
    struct wn_canvas canvas = fresh();
    VTermPos at;
    canvas.cursor_row = 5;
    canvas.cursor_column = 11;
    emulator_show(emulator, &canvas);
    vterm_state_get_cursorpos(vterm_obtain_state(emulator->vterm), &at);
    assert_int_equal(at.row, 5);
    assert_int_equal(at.col, 11);
    wn_canvas_free(&canvas);
    emulator_close(emulator);
}

// ---- colours ------------------------------------------------------------------------------------

static VTermScreenCell shown_with(const char *type, bool no_colour, enum wn_look look) {
    struct emulator *emulator = emulator_new(ROWS, COLUMNS);
    struct wn_terminal_options options = emulator_options(emulator, type);
    struct wn_canvas canvas = fresh();
    struct wn_pane pane = wn_pane_whole(&canvas);
    struct wn_err err;
    options.no_colour = no_colour;
    assert_int_equal(wn_terminal_open(&options, &err), WN_OK);
    wn_put(&pane, 2, 2, look, "x");
    emulator_show(emulator, &canvas);
    VTermScreenCell cell = emulator_cell(emulator, 2, 2);
    wn_canvas_free(&canvas);
    emulator_close(emulator);
    return cell;
}

static int colour_of(const VTermScreenCell *cell) {
    if (VTERM_COLOR_IS_DEFAULT_FG(&cell->fg) || !VTERM_COLOR_IS_INDEXED(&cell->fg))
        return -1;
    return cell->fg.indexed.idx;
}

static void colours_are_those_that_the_terminal_has(void **state) {
    (void)state;
    VTermScreenCell many = shown_with("xterm-256color", false, WN_BAD);
    VTermScreenCell few = shown_with("linux", false, WN_BAD);
    VTermScreenCell screen = shown_with("screen", false, WN_GOOD);
    assert_int_equal(colour_of(&many), 167);
    assert_int_equal(colour_of(&few), 1);
    assert_int_equal(colour_of(&screen), 2);
}

static void without_colours_what_matters_is_bold(void **state) {
    (void)state;
    VTermScreenCell old = shown_with("vt100", false, WN_BAD);
    VTermScreenCell unwanted = shown_with("xterm-256color", true, WN_BAD); // NO_COLOR
    assert_int_equal(colour_of(&old), -1);
    assert_int_equal(colour_of(&unwanted), -1);
    assert_true(old.attrs.bold && unwanted.attrs.bold);
}

static void terminals_without_screens_are_refused(void **state) {
    (void)state;
    static const char *const types[] = {"dumb", "no-such-terminal", ""};
    for (size_t i = 0; i < 3; i++) {
        struct emulator *emulator = emulator_new(ROWS, COLUMNS);
        struct wn_terminal_options options = emulator_options(emulator, types[i]);
        struct wn_err err = {0};
        assert_int_equal(wn_terminal_open(&options, &err), WN_ENVIRONMENT);
        assert_non_null(strstr(err.text, "winnow top --once --plain"));
        emulator_free(emulator);
    }
}

static void glyphs_are_left_out_where_the_font_may_lack_them(void **state) {
    (void)state;
    assert_true(wn_terminal_is_ascii("linux"));
    assert_true(wn_terminal_is_ascii("vt100"));
    assert_false(wn_terminal_is_ascii("xterm-256color"));
    assert_false(wn_terminal_is_ascii(NULL));
    setlocale(LC_CTYPE, "C");
    assert_true(wn_terminal_is_ascii("xterm-256color"));
    setlocale(LC_CTYPE, "C.UTF-8");
}

// ---- keys ---------------------------------------------------------------------------------------

// Names of all keys that are read of what is typed, each with a blank after it.
static char *keys_of(struct emulator *emulator, const char *typed) {
    struct wn_str names = {0};
    struct wn_key key;
    struct pollfd ready = {.fd = fileno(emulator->tty), .events = POLLIN};
    char name[16];
    emulator_type(emulator, typed);
    assert_int_equal(poll(&ready, 1, 20000), 1);
    while (wn_terminal_key(&key)) {
        wn_str_addf(&names, "%s", wn_key_name(&key, name));
        if (key.pasted)
            wn_str_add(&names, "(pasted)");
        if (key.code >= WN_KEY_CLICK)
            wn_str_addf(&names, "(%d,%d)", key.row, key.column);
        wn_str_add_char(&names, ' ');
    }
    return wn_str_take(&names);
}

static void expect_keys(struct emulator *emulator, const char *typed, const char *wanted) {
    char *names = keys_of(emulator, typed);
    assert_string_equal(names, wanted);
    free(names);
}

static void keys_have_their_names(void **state) {
    (void)state;
    struct emulator *emulator = emulator_open(ROWS, COLUMNS, "xterm-256color");
    expect_keys(emulator, "jG :/?", "j G Space : / ? ");
    expect_keys(emulator, "\r\n\t\177\b", "Enter Enter Tab Backspace Backspace ");
    expect_keys(emulator, "\003\014\032", "^C ^L ^Z ");
    expect_keys(emulator, "\033OA\033OB\033OC\033OD", "Up Down Right Left ");
    expect_keys(emulator, "\033[5~\033[6~\033OH\033OF\033[3~\033[Z",
                "PgUp PgDn Home End Delete S-Tab ");
    expect_keys(emulator, "\033OP\033[24~", "F1 F12 ");
    expect_keys(emulator, "\033xé", "M-x é ");
    expect_keys(emulator, "\033", "Esc ");
    expect_keys(emulator, "\033\033OAx", "Esc Up x ");
    emulator_close(emulator);
}

static void the_mouse_clicks_and_scrolls(void **state) {
    (void)state;
    struct emulator *emulator = emulator_open(ROWS, COLUMNS, "xterm-256color");
    expect_keys(emulator, "\033[<0;11;6M\033[<0;11;6m", "Click(5,10) ");
    expect_keys(emulator, "\033[<0;12;6M\033[<0;12;6m", "DoubleClick(5,11) ");
    expect_keys(emulator, "\033[<64;1;1M\033[<65;1;1M", "WheelUp(0,0) WheelDown(0,0) ");
    emulator_close(emulator);
}

static void pasted_text_is_told_from_typed(void **state) {
    (void)state;
    struct emulator *emulator = emulator_open(ROWS, COLUMNS, "xterm-256color");
    expect_keys(emulator, "a\033[200~d\ry\033[201~b", "a d(pasted) Enter(pasted) y(pasted) b ");
    expect_keys(emulator, "\033[200~d\003q", "d(pasted) ^C q "); // its end got lost
    // Keys that curses numbers by itself, Delete with Alt and others, begin nothing.
    expect_keys(emulator, "\033[3;3~\033[3;5~\033[1;5A\033[1;2Fq", "q ");
    emulator_close(emulator);
}

// However its answer comes among keys, it is none.
static void what_was_shown_is_told_by_no_key(void **state) {
    (void)state;
    struct emulator *emulator = emulator_open(ROWS, COLUMNS, "xterm-256color");
    struct wn_canvas canvas = fresh();
    for (int i = 0; i < 10; i++) {
        draw_list(&canvas, ROWS, COLUMNS, i, i);
        emulator_show(emulator, &canvas);
    }
    assert_false(wn_terminal_ready());
    expect_keys(emulator, "j\033[0nk", "j k ");
    assert_true(wn_terminal_ready());
    expect_keys(emulator, "\033\033[0nk", "Esc k ");
    wn_canvas_free(&canvas);
    emulator_close(emulator);
}

static void rubbish_is_no_key_that_matters(void **state) {
    (void)state;
    struct emulator *emulator = emulator_open(ROWS, COLUMNS, "xterm-256color");
    struct wn_rng rng = wn_rng_new(11, 0);
    for (int i = 0; i < 200; i++) {
        char typed[20] = "x";
        for (size_t j = 1; j < sizeof typed - 1; j++)
            typed[j] = (char)(1 + wn_rng_below(&rng, 255));
        free(keys_of(emulator, typed));
    }
    emulator_close(emulator);
}

// ---- clipboard and leaving ----------------------------------------------------------------------

static char *sent(struct emulator *emulator) {
    fflush(emulator->tty);
    assert_int_equal(write(fileno(emulator->tty), "\033]777;end\007", 10), 10);
    char *text = NULL;
    pthread_mutex_lock(&emulator->lock);
    while (!emulator->output.text || !strstr(emulator->output.text, "\033]777;end\007"))
        pthread_cond_wait(&emulator->arrived, &emulator->lock);
    text = wn_str_take(&emulator->output);
    pthread_mutex_unlock(&emulator->lock);
    return text;
}

static void copied_text_goes_to_the_clipboard(void **state) {
    (void)state;
    unsetenv("TMUX");
    setenv("TERM", "xterm-256color", 1);
    struct emulator *emulator = emulator_open(ROWS, COLUMNS, "xterm-256color");
    emulator_sync(emulator);
    assert_true(wn_terminal_copy("winnow", 6));
    char *text = sent(emulator);
    assert_string_equal(text, "\033]52;c;d2lubm93\007\033]777;end\007");
    free(text);
    setenv("TMUX", "/tmp/tmux,1,0", 1);
    assert_true(wn_terminal_copy("a", 1));
    text = sent(emulator);
    assert_non_null(strstr(text, "\033]52;c;YQ==\007\033Ptmux;\033\033]52;c;YQ==\007\033\\"));
    free(text);
    unsetenv("TMUX");
    char *much = calloc(1, 100000);
    assert_false(wn_terminal_copy(much, 100000));
    free(much);
    emulator_close(emulator);
}

static void the_terminal_is_left_as_it_was(void **state) {
    (void)state;
    struct termios before, within, after;
    struct emulator *emulator = emulator_new(ROWS, COLUMNS);
    struct wn_terminal_options options = emulator_options(emulator, "xterm-256color");
    struct wn_err err;
    int fd = fileno(emulator->tty);
    tcgetattr(fd, &before);
    assert_int_equal(wn_terminal_open(&options, &err), WN_OK);
    tcgetattr(fd, &within);
    assert_false(within.c_lflag & (ICANON | ECHO | ISIG));
    emulator_sync(emulator);
    wn_terminal_close();
    char *text = sent(emulator);
    assert_non_null(strstr(text, "\033[?1006;1000l")); // the mouse
    assert_non_null(strstr(text, "\033[?1049l"));      // the other screen
    free(text);
    tcgetattr(fd, &after);
    assert_int_equal(before.c_lflag, after.c_lflag);
    assert_int_equal(before.c_iflag, after.c_iflag);
    assert_int_equal(before.c_oflag, after.c_oflag);
    emulator_free(emulator);
}

int main(void) {
    setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_changed_is_sent),
        cmocka_unit_test(what_was_there_before_is_gone),
        cmocka_unit_test(a_list_scrolls_by_moving_lines),
        cmocka_unit_test(any_sequence_of_canvases_ends_as_the_last_one),
        cmocka_unit_test(every_size_is_drawn_whole),
        cmocka_unit_test(a_canvas_that_is_larger_than_the_terminal_is_cut),
        cmocka_unit_test(the_cursor_is_where_text_is_typed),
        cmocka_unit_test(colours_are_those_that_the_terminal_has),
        cmocka_unit_test(without_colours_what_matters_is_bold),
        cmocka_unit_test(terminals_without_screens_are_refused),
        cmocka_unit_test(glyphs_are_left_out_where_the_font_may_lack_them),
        cmocka_unit_test(keys_have_their_names),
        cmocka_unit_test(the_mouse_clicks_and_scrolls),
        cmocka_unit_test(pasted_text_is_told_from_typed),
        cmocka_unit_test(what_was_shown_is_told_by_no_key),
        cmocka_unit_test(rubbish_is_no_key_that_matters),
        cmocka_unit_test(copied_text_goes_to_the_clipboard),
        cmocka_unit_test(the_terminal_is_left_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
