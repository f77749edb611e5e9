// SPDX-License-Identifier: GPL-3.0-or-later
// What failed programs said last, and which of them said the same.
#include "tests/unit/check.h"

#include "core/base/rng.h"
#include "core/failure.h"
#include "core/value.h"

static void assert_line(const char *log, const char *expected) {
    char *line = wn_failure_line(log, strlen(log));
    assert_string_equal(line, expected);
    free(line);
}

static void assert_alike(const char *a, const char *b, bool alike) {
    char *left = wn_failure_signature(a), *right = wn_failure_signature(b);
    if (alike)
        assert_string_equal(left, right);
    else
        assert_string_not_equal(left, right);
    free(left);
    free(right);
}

static void the_last_line_tells(void **state) {
    (void)state;
    assert_line("", "");
    assert_line("\n \n", "");
    assert_line("loss=1\nsegmentation fault\n\n  \n", "segmentation fault");
    assert_line("no newline", "no newline");
    assert_line("\033[1;31merror:\033[0m out of\tmemory\r\n", "error: out of memory");
    assert_line("caf\xc3\xa9 \xff\n", "caf?? ?");
}

static void a_traceback_is_its_exception_and_its_innermost_place(void **state) {
    (void)state;
    assert_line("Traceback (most recent call last):\n"
                "  File \"/home/a/train.py\", line 30, in <module>\n    main()\n"
                "  File \"/home/a/lib/fit.py\", line 12, in fit\n    raise ValueError(lr)\n"
                "    ^^^^^^^^^^^^^^^^^^^^\n"
                "ValueError: bad lr 0.3\n",
                "ValueError: bad lr 0.3 (fit.py:12 in fit)");
    // A message of several lines, another one behind it, and the exception that was handled before.
    assert_line("  File \"a.py\", line 1, in f\nKeyError: 'x'\n\n"
                "During handling of the above exception, another exception occurred:\n\n"
                "Traceback (most recent call last):\n  File \"b.py\", line 2, in g\n    f()\n"
                "RuntimeError: CUDA error: out of memory\nCompile with X to enable Y\n\n"
                "wandb: waiting\n",
                "RuntimeError: CUDA error: out of memory (b.py:2 in g)");
    assert_line("  File \"/x/a.py\", line 3\n    def\n       ^\nSyntaxError: invalid syntax\n",
                "SyntaxError: invalid syntax (a.py:3)");
    // Cut short: then the last line is all there is.
    assert_line("  File \"a.py\", line 1, in f\n    g()\n", "g()");
}

static void chance_makes_no_other_failure(void **state) {
    (void)state;
    assert_alike("bad lr 0.3", "bad lr 1e-05", true);
    assert_alike("cannot read /tmp/a1/data.csv", "cannot read /home/b/c/data.csv", true);
    assert_alike("at 0x7f3a2b: fault", "at 0x11: fault", true);
    assert_alike("run 3f2a9c01de failed", "run 77b1c2d3ee failed", true);
    assert_alike("E (train.py:12 in fit)", "E (train.py:14 in fit)", true);
    assert_alike("worker-3 died", "worker-12 died", true);
    assert_alike("took 12.5s", "took 3s", true);
}

static void what_means_something_else_is_another_failure(void **state) {
    (void)state;
    assert_alike("cannot read /tmp/data.csv", "cannot read /tmp/model.csv", false);
    assert_alike("KeyError: 'a'", "KeyError: 'b'", false);
    assert_alike("E (train.py:12 in fit)", "E (train.py:12 in load)", false);
    assert_alike("defaced", "acceded", false);
    assert_alike("n/a", "n/b", false);
}

static void any_bytes_make_a_line_of_text(void **state) {
    (void)state;
    struct wn_rng rng = wn_rng_new(3, 0);
    static const char pieces[] = "\n\n  File \"/a\", line 1, in \x1b[31m\xc3\xa9\xff\x01 0x12e-";
    for (int i = 0; i < 20000; i++) {
        char text[300];
        size_t length = wn_rng_below(&rng, sizeof text);
        for (size_t k = 0; k < length; k++)
            text[k] = wn_rng_below(&rng, 2) ? pieces[wn_rng_below(&rng, sizeof pieces)]
                                            : (char)wn_rng_below(&rng, 256);
        char *line = wn_failure_line(text, length), *signature = wn_failure_signature(line);
        assert_true(wn_is_utf8(line) && wn_is_utf8(signature));
        assert_true(strlen(line) < 400 && strlen(signature) <= strlen(line));
        for (const char *at = line; *at; at++)
            assert_true((unsigned char)*at >= ' ' && *at != 0x7f);
        free(signature);
        free(line);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_line_tells),
        cmocka_unit_test(a_traceback_is_its_exception_and_its_innermost_place),
        cmocka_unit_test(chance_makes_no_other_failure),
        cmocka_unit_test(what_means_something_else_is_another_failure),
        cmocka_unit_test(any_bytes_make_a_line_of_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
