// SPDX-License-Identifier: GPL-3.0-or-later
// Any place of a log of any size: lines forward and backward, found texts, holes, and a log that
// was packed into the archive meanwhile.
#include "tests/unit/make_store.h"

#include <fcntl.h>

#include "core/archive.h"
#include "core/base/rng.h"
#include "sweep/logview.h"

static void write_log(const char *folder, const char *bytes, size_t length) {
    char *logs = wn_format("%s/logs", folder), *path = wn_log_file(folder, 5, 0);
    mkdir(logs, 0755);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    fclose(file);
    free(logs);
    free(path);
}

static struct wn_logview *open_view(struct wn_logs *logs) {
    struct wn_logview *view = NULL;
    assert_good(wn_logview_open(logs, 5, 0, &view, &err));
    return view;
}

static void assert_line(struct wn_logview *view, int64_t *at, const char *expected) {
    struct wn_str line = {0};
    assert_true(wn_logview_line(view, at, &line));
    assert_string_equal(wn_str_text(&line), expected);
    wn_str_free(&line);
}

static void check_small(struct wn_logview *view) {
    struct wn_str line = {0};
    int64_t at = 0;
    assert_int_equal(wn_logview_size(view), 19);
    assert_line(view, &at, "first");
    assert_line(view, &at, "");
    assert_line(view, &at, "Third");
    assert_line(view, &at, "rest..");
    assert_false(wn_logview_line(view, &at, &line));
    assert_int_equal(wn_logview_back(view, 19, 0), 13);
    assert_int_equal(wn_logview_back(view, 19, 1), 7);
    assert_int_equal(wn_logview_back(view, 13, 0), 13);
    assert_int_equal(wn_logview_back(view, 15, 2), 6);
    assert_int_equal(wn_logview_back(view, 19, 99), 0);
    assert_int_equal(wn_logview_find(view, 0, true, "t"), 0);
    assert_int_equal(wn_logview_find(view, 6, true, "t"), 7);
    assert_int_equal(wn_logview_find(view, 0, true, "third"), 7);
    assert_int_equal(wn_logview_find(view, 0, true, "THIRD"), -1);
    assert_int_equal(wn_logview_find(view, 19, false, "first"), 0);
    assert_int_equal(wn_logview_find(view, 13, false, "t"), 7);
    assert_int_equal(wn_logview_find(view, 0, false, "t"), -1);
    wn_str_free(&line);
}

static const char small[] = "first\n\nThird\nrest..";

static void lines_come_from_any_place(void **state) {
    struct wn_logs *logs = wn_logs_new(*state);
    struct wn_logview *view;
    struct wn_err err;
    assert_int_equal(wn_logview_open(logs, 5, 0, &view, &err), WN_NO);
    write_log(*state, small, sizeof small - 1);
    view = open_view(logs);
    check_small(view);
    wn_logview_close(view);
    wn_logs_free(logs);
}

static void a_packed_log_is_the_same(void **state) {
    struct wn_archive *archive;
    char *path = wn_log_archive(*state);
    size_t stored;
    assert_good(wn_archive_open(path, WN_ARCHIVE_WRITE, &archive, &err));
    const struct wn_member member = {
        .name = "logs/5.0.log", .mode = 0100644, .bytes = small, .length = sizeof small - 1};
    assert_good(wn_archive_put(archive, &member, &stored, &err));
    assert_good(wn_archive_commit(archive, &err));
    wn_archive_close(archive);
    struct wn_logs *logs = wn_logs_new(*state);
    struct wn_logview *view = open_view(logs);
    check_small(view);
    wn_logview_close(view);
    wn_logs_free(logs);
    free(path);
}

static void an_empty_log_has_no_lines(void **state) {
    struct wn_str line = {0};
    int64_t at = 0;
    write_log(*state, "", 0);
    struct wn_logs *logs = wn_logs_new(*state);
    struct wn_logview *view = open_view(logs);
    assert_false(wn_logview_line(view, &at, &line));
    assert_int_equal(wn_logview_back(view, 0, 3), 0);
    assert_int_equal(wn_logview_find(view, 0, true, "x"), -1);
    wn_logview_close(view);
    wn_logs_free(logs);
    wn_str_free(&line);
}

// Lines of all lengths, up to beyond a block: whichever way they are walked, they are the same.
static void long_logs_are_walked_both_ways(void **state) {
    enum { LINES = 3000 };
    struct wn_rng rng = wn_rng_new(6, 0);
    struct wn_str text = {0};
    int64_t starts[LINES];
    for (int i = 0; i < LINES; i++) {
        uint64_t length = wn_rng_below(&rng, i % 100 == 50 ? WN_LOGVIEW_LINE - 40 : 900);
        starts[i] = (int64_t)text.length;
        wn_str_addf(&text, "line %d ", i);
        for (uint64_t k = 0; k < length; k++)
            wn_str_add_char(&text, (char)('a' + k % 26));
        wn_str_add_char(&text, '\n');
    }
    write_log(*state, text.text, text.length);
    struct wn_logs *logs = wn_logs_new(*state);
    struct wn_logview *view = open_view(logs);
    struct wn_str line = {0};
    int64_t at = 0;
    for (int i = 0; i < LINES; i++) {
        assert_int_equal(at, starts[i]);
        assert_true(wn_logview_line(view, &at, &line));
        assert_int_equal(atoi(line.text + 5), i);
    }
    at = (int64_t)text.length;
    for (int i = LINES - 1; i >= 0; i--) {
        at = wn_logview_back(view, at, 1);
        assert_int_equal(at, starts[i]);
    }
    for (int i = 0; i < 200; i++) {
        int sought = (int)wn_rng_below(&rng, LINES);
        char *word = wn_format("line %d ", sought);
        assert_int_equal(wn_logview_find(view, 0, true, word), starts[sought]);
        assert_int_equal(wn_logview_find(view, (int64_t)text.length, false, word), starts[sought]);
        assert_int_equal(wn_logview_find(view, starts[sought], false, word), -1);
        free(word);
    }
    wn_logview_close(view);
    wn_logs_free(logs);
    wn_str_free(&text);
    wn_str_free(&line);
}

static void a_line_without_an_end_comes_in_pieces(void **state) {
    size_t length = 5 * WN_LOGVIEW_LINE + 7;
    char *bytes = wn_malloc(length);
    memset(bytes, 'x', length);
    write_log(*state, bytes, length);
    struct wn_logs *logs = wn_logs_new(*state);
    struct wn_logview *view = open_view(logs);
    struct wn_str line = {0};
    int64_t at = 0;
    int pieces = 0;
    for (; wn_logview_line(view, &at, &line); pieces++)
        assert_true(line.length <= WN_LOGVIEW_LINE);
    assert_int_equal(pieces, 6);
    assert_int_equal(at, length);
    for (; at > 0 && pieces > 0; pieces--) // each step goes a piece back, or two
        at = wn_logview_back(view, at, 1);
    assert_int_equal(at, 0);
    wn_logview_close(view);
    wn_logs_free(logs);
    wn_str_free(&line);
    free(bytes);
}

static void a_gigabyte_with_a_hole_is_not_read_whole(void **state) {
    const int64_t size = INT64_C(1) << 30;
    write_log(*state, "head\n", 5);
    char *path = wn_log_file(*state, 5, 0);
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    assert_int_equal(ftruncate(fd, size), 0);
    assert_int_equal(pwrite(fd, "\ntail\nend\n", 10, size), 10);
    close(fd);
    struct wn_logs *logs = wn_logs_new(*state);
    struct wn_logview *view = open_view(logs);
    int64_t at = wn_logview_back(view, size + 10, 1);
    assert_line(view, &at, "end");
    at = wn_logview_find(view, 0, true, "tail");
    assert_int_equal(at, size + 1);
    assert_line(view, &at, "tail");
    at = 0;
    assert_line(view, &at, "head");
    wn_logview_close(view);
    wn_logs_free(logs);
    free(path);
}

static void a_log_that_grows_is_read_on(void **state) {
    write_log(*state, "a\n", 2);
    struct wn_logs *logs = wn_logs_new(*state);
    struct wn_logview *view = open_view(logs);
    struct wn_str line = {0};
    int64_t at = 0;
    assert_line(view, &at, "a");
    assert_false(wn_logview_line(view, &at, &line));
    char *path = wn_log_file(*state, 5, 0);
    FILE *file = fopen(path, "a");
    fputs("b\n", file);
    fclose(file);
    assert_line(view, &at, "b");
    assert_int_equal(wn_logview_back(view, 4, 1), 2);
    wn_logview_close(view);
    wn_logs_free(logs);
    wn_str_free(&line);
    free(path);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        STORE_TEST(lines_come_from_any_place),
        STORE_TEST(a_packed_log_is_the_same),
        STORE_TEST(an_empty_log_has_no_lines),
        STORE_TEST(long_logs_are_walked_both_ways),
        STORE_TEST(a_line_without_an_end_comes_in_pieces),
        STORE_TEST(a_gigabyte_with_a_hole_is_not_read_whole),
        STORE_TEST(a_log_that_grows_is_read_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
