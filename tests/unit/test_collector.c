// SPDX-License-Identifier: GPL-3.0-or-later
// Following files that grow, in whatever pieces, and that trials may have tampered with.
#include "tests/unit/check.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/remove_tree.h"
#include "core/base/str.h"
#include "sweep/collector.h"

enum { SWEEP = 1, TRIAL = 7 };

struct world {
    char dir[64];
    char *log, *metrics;
    struct wn_store *store;
    struct wn_reader *reader;
    struct wn_collector *collector;
    struct wn_str objectives; // as on_objective had them
};

static void on_objective(void *context, int64_t count, double step, double value) {
    struct world *world = context;
    wn_str_addf(&world->objectives, "%lld@%g=%g ", (long long)count, step, value);
}

static void open_collector(struct world *world, int64_t log_offset, int64_t metrics_offset,
                           int64_t objectives) {
    const struct wn_collector_setup setup = {
        .reader = world->reader,
        .sweep = SWEEP,
        .trial = TRIAL,
        .log_path = world->log,
        .metrics_path = world->metrics,
        .log_offset = log_offset,
        .metrics_offset = metrics_offset,
        .objective = "loss",
        .objective_count = objectives,
        .on_objective = on_objective,
        .context = world,
    };
    struct wn_err err;
    assert_int_equal(wn_collector_new(&setup, world->store, &world->collector, &err), WN_OK);
}

static int set_up(void **state) {
    struct world *world = calloc(1, sizeof *world);
    struct wn_err err;
    strcpy(world->dir, "/tmp/winnow-collector-XXXXXX");
    assert_non_null(mkdtemp(world->dir));
    world->log = wn_format("%s/log", world->dir);
    world->metrics = wn_format("%s/metrics", world->dir);
    char *store = wn_format("%s/store", world->dir);
    assert_int_equal(wn_store_open(store, WN_STORE_CREATE, &world->store, &err), WN_OK);
    free(store);
    assert_int_equal(wn_reader_new(NULL, 0, &world->reader, &err), WN_OK);
    open_collector(world, 0, 0, 0);
    *state = world;
    return 0;
}

static int tear_down(void **state) {
    struct world *world = *state;
    struct wn_err err;
    wn_collector_free(world->collector);
    wn_reader_free(world->reader);
    wn_store_close(world->store);
    assert_int_equal(wn_remove_tree(world->dir, &err), WN_OK);
    wn_str_free(&world->objectives);
    free(world->log);
    free(world->metrics);
    free(world);
    return 0;
}

static void append(const char *path, const char *bytes, size_t length) {
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0644);
    assert_true(fd >= 0 && write(fd, bytes, length) == (ssize_t)length && close(fd) == 0);
}

static void say(struct world *world, const char *text) {
    append(world->log, text, strlen(text));
}

static bool poll(struct world *world, bool final) {
    bool more;
    struct wn_err err;
    assert_int_equal(wn_collector_poll(world->collector, final, &more, &err), WN_OK);
    return more;
}

static void expect(struct world *world, const char *objectives) {
    assert_string_equal(wn_str_text(&world->objectives), objectives);
}

static void store_all(struct world *world) {
    struct wn_err err;
    assert_int_equal(wn_store_begin(world->store, &err), WN_OK);
    assert_int_equal(wn_collector_store(world->collector, world->store, &err), WN_OK);
    assert_int_equal(wn_store_commit(world->store, &err), WN_OK);
}

// As a runner does after a restart; what was not stored is read again.
static void reopen(struct world *world, int64_t objectives) {
    int64_t log = wn_collector_log_offset(world->collector);
    int64_t metrics = wn_collector_metrics_offset(world->collector);
    wn_collector_free(world->collector);
    open_collector(world, log, metrics, objectives);
}

static void a_line_counts_once_it_is_whole_and_only_once(void **state) {
    struct world *world = *state;
    assert_false(poll(world, false)); // there is no log yet
    say(world, "loss=1\nlo");
    poll(world, false);
    expect(world, "1@1=1 ");
    say(world, "ss=2\n");
    poll(world, false);
    poll(world, false);
    expect(world, "1@1=1 2@2=2 ");
}

static void the_last_line_needs_no_newline(void **state) {
    struct world *world = *state;
    say(world, "loss=1\nloss=2");
    poll(world, false);
    expect(world, "1@1=1 ");
    poll(world, true);
    poll(world, true);
    expect(world, "1@1=1 2@2=2 ");
}

static void a_carriage_return_ends_a_line_too(void **state) {
    struct world *world = *state;
    say(world, "loss=1\r\nloss=2\r\n10%|# | loss=3\r20%|##| loss=4\r");
    poll(world, false);
    expect(world, "1@1=1 2@2=2 3@3=3 4@4=4 ");
}

static void wherever_a_runner_was_killed_the_next_one_goes_on(void **state) {
    struct world *world = *state;
    const char text[] = "loss=1\r\n{\"step\": 5, \"loss\": 2}\nx\rloss=3\n\nloss=4";
    for (size_t i = 0; text[i]; i++) {
        append(world->log, &text[i], 1);
        poll(world, false);
        store_all(world);
        const struct wn_summary *summary = wn_collector_summary(world->collector, "loss");
        reopen(world, summary ? summary->count : 0);
    }
    poll(world, true);
    expect(world, "1@1=1 2@5=2 3@3=3 4@4=4 ");
}

static void a_line_too_long_to_be_a_metric_is_passed_over_in_little_memory(void **state) {
    struct world *world = *state;
    struct wn_str block = {0};
    for (size_t i = 0; i < WN_LINE_MAX; i++)
        wn_str_add_char(&block, 'x');
    say(world, "loss=1\n");
    for (int i = 0; i < 8; i++)
        append(world->log, block.text, block.length);
    wn_str_free(&block);
    while (poll(world, false))
        continue;
    store_all(world);
    reopen(world, 1); // in the middle of it
    say(world, " loss=9\nloss=2\n");
    poll(world, false);
    expect(world, "1@1=1 2@2=2 ");
}

static void a_huge_rest_is_read_in_turns(void **state) {
    struct world *world = *state;
    const char line[] = "nothing to be read in this line, or in any of the many others like it\n";
    struct wn_str block = {0};
    while (block.length < ((size_t)16 << 20))
        wn_str_add(&block, line);
    append(world->log, block.text, block.length);
    wn_str_free(&block);
    say(world, "loss=1");
    int turns = 1;
    while (poll(world, true)) {
        expect(world, "");
        turns++;
    }
    assert_true(turns > 2);
    expect(world, "1@1=1 ");
}

static void what_is_no_file_is_not_waited_for(void **state) {
    struct world *world = *state;
    assert_int_equal(mkfifo(world->metrics, 0600), 0);
    say(world, "loss=1\n");
    poll(world, false); // would hang
    poll(world, true);
    assert_int_equal(unlink(world->metrics), 0);
    assert_int_equal(symlink("/dev/zero", world->metrics), 0);
    poll(world, true); // would never end
    expect(world, "1@1=1 ");
}

static void both_files_make_one_series(void **state) {
    struct world *world = *state;
    say(world, "loss=1\n");
    append(world->metrics, "loss=2\n", 7);
    poll(world, true);
    expect(world, "1@1=1 2@2=2 ");
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_line_counts_once_it_is_whole_and_only_once),
        TEST(the_last_line_needs_no_newline),
        TEST(a_carriage_return_ends_a_line_too),
        TEST(wherever_a_runner_was_killed_the_next_one_goes_on),
        TEST(a_line_too_long_to_be_a_metric_is_passed_over_in_little_memory),
        TEST(a_huge_rest_is_read_in_turns),
        TEST(what_is_no_file_is_not_waited_for),
        TEST(both_files_make_one_series),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
