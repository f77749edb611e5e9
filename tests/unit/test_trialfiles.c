// SPDX-License-Identifier: GPL-3.0-or-later
// The exit record: what is written is read back, what is torn or foreign is refused, and a journal
// with both yields every whole record once.
#include "tests/unit/check.h"

#include <fcntl.h>
#include <unistd.h>

#include "core/base/rng.h"
#include "sweep/exits.h"
#include "sweep/trialfiles.h"

enum { ROUNDS = 2000 };

static int64_t draw(struct wn_rng *rng) { // of any size
    uint64_t bits = wn_rng_next(rng);
    return (int64_t)(bits >> (wn_rng_next(rng) % 64));
}

static double draw_seconds(struct wn_rng *rng) { // whole microseconds, up to the year 2030
    return (double)(wn_rng_next(rng) % 1900000000000000) / 1e6;
}

static struct wn_exit_record draw_record(struct wn_rng *rng) {
    return (struct wn_exit_record){
        .trial = draw(rng),
        .attempt = -draw(rng),
        .start_error = (int32_t)draw(rng),
        .exit_code = (int32_t)draw(rng),
        .exit_signal = (int32_t)draw(rng),
        .cut = (enum wn_cut)(wn_rng_next(rng) % WN_CUTS),
        .survivors = (int32_t)draw(rng),
        .started = draw_seconds(rng),
        .ended = draw_seconds(rng),
        .user_cpu = draw_seconds(rng),
        .system_cpu = -draw_seconds(rng),
        .peak_memory = draw(rng),
    };
}

static bool same(const struct wn_exit_record *a, const struct wn_exit_record *b) {
    return a->trial == b->trial && a->attempt == b->attempt && a->start_error == b->start_error &&
           a->exit_code == b->exit_code && a->exit_signal == b->exit_signal && a->cut == b->cut &&
           a->survivors == b->survivors && a->started == b->started && a->ended == b->ended &&
           a->user_cpu == b->user_cpu && a->system_cpu == b->system_cpu &&
           a->peak_memory == b->peak_memory;
}

static void a_record_is_read_back_as_it_was_written(void **state) {
    (void)state;
    struct wn_rng rng = wn_rng_new(7, 0);
    for (int i = 0; i < ROUNDS; i++) {
        struct wn_exit_record written = draw_record(&rng), read;
        char line[WN_RECORD_MAX];
        size_t length = wn_record_format(&written, line, sizeof line);
        assert_true(length > 0 && line[length - 1] == '\n');
        assert_true(wn_record_parse(line, length - 1, &read));
        assert_true(same(&written, &read));
    }
}

static void every_torn_record_is_refused(void **state) {
    (void)state;
    struct wn_rng rng = wn_rng_new(8, 0);
    for (int i = 0; i < 20; i++) {
        struct wn_exit_record record = draw_record(&rng);
        char line[WN_RECORD_MAX];
        size_t length = wn_record_format(&record, line, sizeof line) - 1;
        for (size_t cut = 0; cut < length; cut++) {
            assert_false(wn_record_parse(line, cut, &record));
            assert_false(wn_record_parse(line + length - cut, cut, &record));
        }
    }
}

static void a_buffer_without_room_gives_no_record(void **state) {
    (void)state;
    const struct wn_exit_record record = {.trial = 1, .cut = WN_CUT_WALL};
    char line[WN_RECORD_MAX];
    size_t length = wn_record_format(&record, line, sizeof line);
    for (size_t room = 0; room <= length; room++)
        assert_int_equal(wn_record_format(&record, line, room), 0);
    assert_int_equal(wn_record_format(&record, line, length + 1), length);
}

static void the_extremes_of_every_number_survive(void **state) {
    (void)state;
    const struct wn_exit_record written = {
        .trial = INT64_MAX, .attempt = INT64_MIN, .exit_code = INT32_MIN, .survivors = INT32_MAX};
    struct wn_exit_record read;
    char line[WN_RECORD_MAX];
    size_t length = wn_record_format(&written, line, sizeof line);
    assert_true(wn_record_parse(line, length - 1, &read));
    assert_true(same(&written, &read));
}

static void foreign_lines_are_refused(void **state) {
    (void)state;
    const char *const lines[] = {
        "",
        "{}",
        "{\"trial\":1}",
        "{\"trial\":99999999999999999999,\"attempt\":0}",
        "{\"trial\": 1,\"attempt\":0,\"start_error\":0,\"exit_code\":0,\"exit_signal\":0,"
        "\"cut\":\"none\",\"survivors\":0,\"started\":1.000000,\"ended\":1.000000,"
        "\"user_cpu\":0.000000,\"system_cpu\":0.000000,\"peak_memory\":0}",
        "{\"trial\":1,\"attempt\":0,\"start_error\":0,\"exit_code\":0,\"exit_signal\":0,"
        "\"cut\":\"never\",\"survivors\":0,\"started\":1.000000,\"ended\":1.000000,"
        "\"user_cpu\":0.000000,\"system_cpu\":0.000000,\"peak_memory\":0}",
        "{\"trial\":1,\"attempt\":0,\"start_error\":0,\"exit_code\":0,\"exit_signal\":0,"
        "\"cut\":\"none\",\"survivors\":0,\"started\":1.00,\"ended\":1.000000,"
        "\"user_cpu\":0.000000,\"system_cpu\":0.000000,\"peak_memory\":0}",
        "{\"trial\":1,\"attempt\":0,\"start_error\":4294967296,\"exit_code\":0}",
    };
    struct wn_exit_record record;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        assert_false(wn_record_parse(lines[i], strlen(lines[i]), &record));
}

// ---- the journal --------------------------------------------------------------------------------

struct seen {
    int64_t trials[16];
    size_t count;
};

static void see(void *context, const struct wn_exit_record *record) {
    struct seen *seen = context;
    assert_true(seen->count < sizeof seen->trials / sizeof *seen->trials);
    seen->trials[seen->count++] = record->trial;
}

static size_t record_of(int64_t trial, char *line) {
    const struct wn_exit_record record = {.trial = trial};
    return wn_record_format(&record, line, WN_RECORD_MAX);
}

static void append(int fd, const char *text, size_t length) {
    assert_int_equal(write(fd, text, length), length);
}

static void a_journal_yields_its_whole_records_once(void **state) {
    (void)state;
    char path[] = "/tmp/winnow-exits-XXXXXX", line[WN_RECORD_MAX];
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    struct seen seen = {0};
    struct wn_err err;
    int64_t offset = 0;
    append(fd, line, record_of(1, line));
    append(fd, "foreign\n\n", 9);
    append(fd, line, record_of(2, line) / 2); // its shim was killed; the next one appends
    append(fd, line, record_of(3, line));
    size_t half = record_of(4, line) / 2;
    append(fd, line, half);
    assert_int_equal(wn_exits_read(path, &offset, see, &seen, &err), WN_OK);
    assert_int_equal(seen.count, 2);
    assert_int_equal(seen.trials[0], 1);
    assert_int_equal(seen.trials[1], 3);

    append(fd, line + half, record_of(4, line) - half); // it was only not complete yet
    assert_int_equal(wn_exits_read(path, &offset, see, &seen, &err), WN_OK);
    assert_int_equal(wn_exits_read(path, &offset, see, &seen, &err), WN_OK);
    assert_int_equal(seen.count, 3);
    assert_int_equal(seen.trials[2], 4);
    assert_int_equal(offset, lseek(fd, 0, SEEK_END));
    close(fd);
    unlink(path);
}

static void an_endless_foreign_line_does_not_stop_the_reader(void **state) {
    (void)state;
    char path[] = "/tmp/winnow-exits-XXXXXX", line[WN_RECORD_MAX];
    static const char junk[100000] = {'x'};
    int fd = mkstemp(path);
    struct seen seen = {0};
    struct wn_err err;
    int64_t offset = 0;
    append(fd, junk, sizeof junk);
    append(fd, "\n", 1);
    append(fd, line, record_of(5, line));
    assert_int_equal(wn_exits_read(path, &offset, see, &seen, &err), WN_OK);
    assert_int_equal(seen.count, 1);
    assert_int_equal(seen.trials[0], 5);
    close(fd);
    unlink(path);
}

static void a_missing_journal_is_empty_and_a_folder_is_an_error(void **state) {
    (void)state;
    struct seen seen = {0};
    struct wn_err err;
    int64_t offset = 0;
    assert_int_equal(wn_exits_read("/nonexistent/exits.jsonl", &offset, see, &seen, &err), WN_OK);
    assert_int_equal(wn_exits_read("/tmp", &offset, see, &seen, &err), WN_ENVIRONMENT);
    assert_non_null(strstr(err.text, "/tmp"));
    assert_int_equal(seen.count, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_is_read_back_as_it_was_written),
        cmocka_unit_test(every_torn_record_is_refused),
        cmocka_unit_test(a_buffer_without_room_gives_no_record),
        cmocka_unit_test(the_extremes_of_every_number_survive),
        cmocka_unit_test(foreign_lines_are_refused),
        cmocka_unit_test(a_journal_yields_its_whole_records_once),
        cmocka_unit_test(an_endless_foreign_line_does_not_stop_the_reader),
        cmocka_unit_test(a_missing_journal_is_empty_and_a_folder_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
