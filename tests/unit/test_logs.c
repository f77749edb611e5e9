// SPDX-License-Identifier: GPL-3.0-or-later
// Logs that are cut in the middle, packed into an archive, and read all the same.
#include "tests/unit/check.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/remove_tree.h"
#include "core/archive.h"
#include "core/base/str.h"
#include "sweep/logs.h"
#include "sweep/logtrim.h"
#include "sweep/pack.h"

enum { KIB = 1024, CAP = 64 * KIB };

struct world {
    char dir[64];
    char *log; // of trial 3, attempt 0
    struct wn_logs *logs;
};

static int set_up(void **state) {
    struct world *world = calloc(1, sizeof *world);
    strcpy(world->dir, "/tmp/winnow-logs-XXXXXX");
    assert_non_null(mkdtemp(world->dir));
    const char *const folders[] = {"logs", "metrics"};
    for (size_t i = 0; i < 2; i++) {
        char *folder = wn_format("%s/%s", world->dir, folders[i]);
        assert_int_equal(mkdir(folder, 0755), 0);
        free(folder);
    }
    world->log = wn_log_file(world->dir, 3, 0);
    world->logs = wn_logs_new(world->dir);
    *state = world;
    return 0;
}

static int tear_down(void **state) {
    struct world *world = *state;
    struct wn_err err;
    wn_logs_free(world->logs);
    assert_int_equal(wn_remove_tree(world->dir, &err), WN_OK);
    free(world->log);
    free(world);
    return 0;
}

static void append(const char *path, const char *text) {
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0644);
    size_t length = strlen(text);
    assert_true(fd >= 0 && write(fd, text, length) == (ssize_t)length && close(fd) == 0);
}

// Lines "0000000", "0000001", ... of eight bytes, `bytes` in all.
static void append_lines(const char *path, int first, int bytes) {
    struct wn_str text = {0};
    for (int i = first; i < first + bytes / 8; i++)
        wn_str_addf(&text, "%07d\n", i);
    append(path, wn_str_text(&text));
    wn_str_free(&text);
}

static char *read_log(struct world *world, enum wn_status expected) {
    struct wn_log *log;
    struct wn_err err;
    struct wn_str text = {0};
    char piece[WN_LOG_ROOM];
    size_t length = 1;
    assert_int_equal(wn_log_open(world->logs, 3, 0, &log, &err), expected);
    while (expected == WN_OK && length) {
        assert_int_equal(wn_log_read(log, piece, sizeof piece, &length, &err), WN_OK);
        wn_str_add_bytes(&text, piece, length);
    }
    if (expected == WN_OK)
        wn_log_close(log);
    return wn_str_take(&text);
}

static void expect_log(struct world *world, const char *expected) {
    char *text = read_log(world, WN_OK);
    assert_string_equal(text, expected);
    free(text);
}

static int64_t blocks_of(const char *path) {
    struct stat about;
    return stat(path, &about) == 0 ? (int64_t)about.st_blocks * 512 : -1;
}

static struct wn_logtrim trim_of(const struct world *world, int64_t read) {
    return (struct wn_logtrim){.path = world->log, .cap = CAP, .read = read};
}

// ---- the cap ------------------------------------------------------------------------------------

static void a_long_log_keeps_its_beginning_and_its_end(void **state) {
    struct world *world = *state;
    append_lines(world->log, 0, 1024 * KIB);
    struct wn_logtrim trim = trim_of(world, 1024 * KIB);
    if (!wn_logtrim(&trim, true))
        skip(); // no holes on this file system
    struct stat about;
    assert_int_equal(stat(world->log, &about), 0);
    assert_int_equal(about.st_size, 1024 * KIB);
    assert_true(blocks_of(world->log) <= CAP + 2 * 4096);
    char *text = read_log(world, WN_OK), *notice = strstr(text, "\n[winnow: ");
    assert_non_null(notice);
    assert_non_null(strstr(notice, "left out here, limits.log is 64.0 KiB"));
    assert_true(wn_starts_with(text, "0000000\n0000001\n"));
    assert_string_equal(text + strlen(text) - 8, "0131071\n");
    assert_null(strstr(notice + 1, "\n[winnow: "));
    assert_true(strlen(text) <= CAP + 2 * 4096);
    free(text);
}

static void nothing_is_cut_before_it_was_read_and_committed(void **state) {
    struct world *world = *state;
    append_lines(world->log, 0, 1024 * KIB);
    int64_t before = blocks_of(world->log);
    struct wn_logtrim trim = trim_of(world, CAP);
    assert_true(wn_logtrim(&trim, true));
    assert_true(blocks_of(world->log) == before);
    trim.read = 200 * KIB;
    if (!wn_logtrim(&trim, true))
        skip();
    int fd = open(world->log, O_RDONLY);
    char line[9] = "";
    assert_int_equal(pread(fd, line, 8, 200 * KIB - 8), 8); // whether a line begins at 200 KiB
    assert_string_equal(line, "0025599\n");
    close(fd);
}

static void a_log_that_goes_on_growing_stays_within_the_cap(void **state) {
    struct world *world = *state;
    struct wn_logtrim trim = trim_of(world, 0);
    for (int i = 0; i < 40; i++) {
        append_lines(world->log, i * 4096, 32 * KIB);
        trim.read = (i + 1) * 32 * KIB;
        if (!wn_logtrim(&trim, false))
            skip();
        assert_true(blocks_of(world->log) <= CAP * 2);
    }
    char *text = read_log(world, WN_OK);
    assert_non_null(strstr(text, "0000000\n"));
    assert_non_null(strstr(text, "0163839\n"));
    free(text);
}

static void who_was_reading_where_a_hole_came_is_told(void **state) {
    struct world *world = *state;
    struct wn_log *log;
    struct wn_err err;
    char piece[WN_LOG_ROOM];
    size_t length;
    append_lines(world->log, 0, 1024 * KIB);
    assert_int_equal(wn_log_open(world->logs, 3, 0, &log, &err), WN_OK);
    for (int i = 0; i < 20; i++)
        assert_int_equal(wn_log_read(log, piece, sizeof piece, &length, &err), WN_OK);
    struct wn_logtrim trim = trim_of(world, 1024 * KIB);
    if (!wn_logtrim(&trim, true))
        skip();
    assert_int_equal(wn_log_read(log, piece, sizeof piece, &length, &err), WN_OK);
    piece[length] = '\0';
    assert_non_null(strstr(piece, "left out here"));
    assert_int_equal(wn_log_read(log, piece, sizeof piece, &length, &err), WN_OK);
    assert_true(piece[0] >= '0' && piece[0] <= '9');
    wn_log_close(log);
}

static void a_file_that_was_put_in_the_place_of_a_log_is_not_cut(void **state) {
    struct world *world = *state;
    char *precious = wn_format("%s/precious", world->dir);
    append_lines(precious, 0, 1024 * KIB);
    int64_t before = blocks_of(precious);
    assert_int_equal(symlink(precious, world->log), 0);
    struct wn_logtrim trim = trim_of(world, 1024 * KIB);
    assert_true(wn_logtrim(&trim, true));
    assert_true(blocks_of(precious) == before);
    free(precious);
}

// ---- the archive --------------------------------------------------------------------------------

static struct wn_packing pack(struct world *world, bool try_only) {
    struct wn_packing packing = {
        .sweep_dir = world->dir, .cap = CAP, .most = WN_PACK_MOST, .try_only = try_only};
    const struct wn_attempt_id attempts[] = {{2, 0}, {3, 0}};
    struct wn_err err;
    assert_int_equal(wn_pack(&packing, attempts, 2, &err), WN_OK);
    return packing;
}

static void a_packed_log_reads_as_before(void **state) {
    struct world *world = *state;
    append_lines(world->log, 0, 60 * KIB);
    char *text = read_log(world, WN_OK);
    struct wn_packing tried = pack(world, true);
    assert_int_equal(access(world->log, F_OK), 0);
    struct wn_packing packed = pack(world, false);
    assert_int_equal(tried.files, 1);
    assert_int_equal(packed.files, 1);
    assert_int_equal(packed.freed, tried.freed);
    assert_int_not_equal(access(world->log, F_OK), 0);
    expect_log(world, text);
    free(text);
}

static void empty_short_and_binary_logs_come_back_to_the_byte(void **state) {
    struct world *world = *state;
    static const char *const texts[] = {"", "x", "no newline \x01\x80\xff",
                                        "aaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                                        "aaaaaaaaaaaaaaaaaaaaaaaaaaaa\n"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        append(world->log, texts[i]);
        assert_int_equal(pack(world, false).files, 1); // it takes the place of the one before
        expect_log(world, texts[i]);
    }
}

static void the_end_of_a_packed_log_is_found(void **state) {
    struct world *world = *state;
    append_lines(world->log, 0, 40 * KIB);
    pack(world, false);
    struct wn_log *log;
    struct wn_err err;
    char end[17] = "";
    assert_int_equal(wn_log_open(world->logs, 3, 0, &log, &err), WN_OK);
    assert_true(wn_log_packed(log));
    assert_int_equal(wn_log_tail(log, end, 16), 16);
    assert_string_equal(end, "0005118\n0005119\n");
    wn_log_close(log);
}

static void a_log_whose_supervisor_lives_is_not_packed(void **state) {
    struct world *world = *state;
    append(world->log, "half");
    int fd = open(world->log, O_RDWR);
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    assert_int_equal(fcntl(fd, F_OFD_SETLK, &whole), 0);
    assert_int_equal(pack(world, false).files, 0);
    assert_int_equal(access(world->log, F_OK), 0);
    close(fd);
}

static void a_large_log_stays_a_file_within_the_cap(void **state) {
    struct world *world = *state;
    struct wn_packing packing = {.sweep_dir = world->dir, .cap = CAP, .most = 16 * KIB};
    const struct wn_attempt_id attempt = {3, 0};
    struct wn_err err;
    append_lines(world->log, 0, 1024 * KIB);
    assert_int_equal(wn_pack(&packing, &attempt, 1, &err), WN_OK);
    if (packing.has_no_holes)
        skip();
    assert_int_equal(packing.files, 0);
    assert_true(blocks_of(world->log) <= CAP + 2 * 4096);
}

static void metrics_files_are_packed_too(void **state) {
    struct world *world = *state;
    char *metrics = wn_metrics_file(world->dir, 3, 0);
    append(world->log, "x");
    append(metrics, "loss=1\n");
    assert_int_equal(pack(world, false).files, 2);
    assert_int_not_equal(access(metrics, F_OK), 0);
    struct wn_archive *archive;
    struct wn_unpacking *unpacking;
    struct wn_err err;
    char *path = wn_log_archive(world->dir), bytes[16] = "";
    assert_int_equal(wn_archive_open(path, WN_ARCHIVE_READ, &archive, &err), WN_OK);
    assert_int_equal(wn_archive_get(archive, "metrics/3.0", &unpacking, &err), WN_OK);
    assert_int_equal(wn_unpacking_read(unpacking, bytes, sizeof bytes), 7);
    assert_string_equal(bytes, "loss=1\n");
    wn_unpacking_free(unpacking);
    wn_archive_close(archive);
    free(path);
    free(metrics);
}

static void an_archive_that_is_none_loses_nothing(void **state) {
    struct world *world = *state;
    char *path = wn_log_archive(world->dir);
    append(path, "this is no database, and it is long enough that SQLite looks at it in earnest");
    append(world->log, "x");
    struct wn_packing packing = {.sweep_dir = world->dir, .most = WN_PACK_MOST};
    const struct wn_attempt_id attempt = {3, 0};
    struct wn_err err;
    assert_int_equal(wn_pack(&packing, &attempt, 1, &err), WN_ENVIRONMENT);
    assert_non_null(strstr(err.text, "logs.sqlar"));
    expect_log(world, "x");
    free(path);
}

static void there_is_no_log_before_the_first_one(void **state) {
    struct world *world = *state;
    free(read_log(world, WN_NO));
}

#define LOGS(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        LOGS(a_long_log_keeps_its_beginning_and_its_end),
        LOGS(nothing_is_cut_before_it_was_read_and_committed),
        LOGS(a_log_that_goes_on_growing_stays_within_the_cap),
        LOGS(who_was_reading_where_a_hole_came_is_told),
        LOGS(a_file_that_was_put_in_the_place_of_a_log_is_not_cut),
        LOGS(a_packed_log_reads_as_before),
        LOGS(empty_short_and_binary_logs_come_back_to_the_byte),
        LOGS(the_end_of_a_packed_log_is_found),
        LOGS(a_log_whose_supervisor_lives_is_not_packed),
        LOGS(a_large_log_stays_a_file_within_the_cap),
        LOGS(metrics_files_are_packed_too),
        LOGS(an_archive_that_is_none_loses_nothing),
        LOGS(there_is_no_log_before_the_first_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
