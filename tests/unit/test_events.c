// SPDX-License-Identifier: GPL-3.0-or-later
// Events: what is told when, how often, and to what end. Hooks append to the file `told` of their
// folder, and some wait there until the test lets them go on.
#include "tests/unit/make_store.h"

#include <fcntl.h>
#include <signal.h>
#include <uv.h>

#include "core/base/clock.h"
#include "sweep/events.h"

#define UNTIL_GO "until [ -e go ]; do sleep 0.01; done"

struct world {
    char *folder;
    struct wn_store *store;
    struct wn_spec spec;
    struct wn_sweep_row sweep;
    struct wn_runner_setup setup;
    struct wn_events *events;
    uv_loop_t loop;
    struct wn_str notices;
};

static void keep_notice(void *context, const char *sentence) {
    wn_str_addf(context, "%s\n", sentence);
}

static int make_world(void **state) {
    static char path[] = "PATH=/usr/bin:/bin", trial[] = "WINNOW_TRIAL=9";
    static char *environment[] = {path, trial, NULL};
    struct world *world = wn_calloc(1, sizeof *world);
    void *folder;
    if (make_folder(&folder) != 0)
        return -1;
    world->folder = folder;
    world->store = open_store(world->folder, WN_STORE_CREATE);
    world->sweep = (struct wn_sweep_row){.name = wn_strdup("svm"), .cwd = world->folder};
    world->setup = (struct wn_runner_setup){
        .store = world->store,
        .sweep = &world->sweep,
        .spec = &world->spec,
        .sweep_dir = world->folder,
        .environment = environment,
        .watch = {.notice = keep_notice, .context = &world->notices},
    };
    world->events = wn_events_new(&world->setup, 30);
    uv_loop_init(&world->loop);
    wn_events_attach(world->events, &world->loop);
    *state = world;
    return 0;
}

static int remove_world(void **state) {
    struct world *world = *state;
    wn_events_detach(world->events);
    uv_run(&world->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&world->loop), 0);
    wn_events_free(world->events);
    wn_store_close(world->store);
    wn_str_free(&world->notices);
    free(world->sweep.name);
    void *folder = world->folder;
    free(world);
    return remove_folder(&folder);
}

static void hook(struct world *world, enum wn_event event, const char *command) {
    world->spec.hooks[event] = (char *)(uintptr_t)command;
}

static void note(struct world *world, enum wn_event event, int64_t trial) {
    const struct wn_happening happening = {
        .event = event, .trial = trial, .objective = NAN, .state = "failed", .reason = "why"};
    wn_events_note(world->events, &happening);
}

static void happen(struct world *world, enum wn_event event, int64_t trial) {
    note(world, event, trial);
    wn_events_committed(world->events);
}

static char *file_of(const struct world *world, const char *name) {
    return wn_format("%s/%s", world->folder, name);
}

static char *contents(const struct world *world, const char *name) {
    char bytes[4096] = "", *path = file_of(world, name);
    FILE *file = fopen(path, "r");
    if (file) {
        bytes[fread(bytes, 1, sizeof bytes - 1, file)] = '\0';
        fclose(file);
    }
    free(path);
    return wn_strdup(bytes);
}

static void assert_told(struct world *world, const char *expected) {
    char *told = contents(world, "told");
    assert_string_equal(told, expected);
    free(told);
}

static void let_go(const struct world *world) {
    char *path = file_of(world, "go");
    close(open(path, O_CREAT | O_WRONLY, 0644));
    free(path);
}

static void run_out(struct world *world) {
    uv_run(&world->loop, UV_RUN_DEFAULT);
}

// ---- when ---------------------------------------------------------------------------------------

static void nothing_is_told_before_it_is_committed(void **state) {
    struct world *world = *state;
    hook(world, WN_EVENT_FAILURE, "echo $WINNOW_TRIAL >> told");
    note(world, WN_EVENT_FAILURE, 1);
    run_out(world);
    assert_told(world, "");
    wn_events_committed(world->events);
    run_out(world);
    assert_told(world, "1\n");
}

static void what_was_not_committed_when_a_loop_ends_did_not_happen(void **state) {
    struct world *world = *state;
    hook(world, WN_EVENT_FAILURE, "echo $WINNOW_TRIAL >> told");
    note(world, WN_EVENT_FAILURE, 1);
    wn_events_detach(world->events);
    wn_events_attach(world->events, &world->loop);
    wn_events_committed(world->events);
    run_out(world);
    assert_told(world, "");
}

static void an_event_without_a_hook_starts_nothing(void **state) {
    struct world *world = *state;
    hook(world, WN_EVENT_BEST, "echo best >> told");
    happen(world, WN_EVENT_FAILURE, 1);
    run_out(world);
    assert_told(world, "");
    char *log = contents(world, "events.log");
    assert_string_equal(log, "");
    free(log);
}

// ---- how often ----------------------------------------------------------------------------------

static void what_happens_in_one_transaction_is_told_once(void **state) {
    struct world *world = *state;
    hook(world, WN_EVENT_FAILURE, "echo $WINNOW_TRIAL $WINNOW_COUNT >> told");
    for (int trial = 0; trial < 5; trial++)
        note(world, WN_EVENT_FAILURE, trial);
    wn_events_committed(world->events);
    run_out(world);
    assert_told(world, "4 5\n");
}

static void a_burst_is_two_hooks_and_the_last_one_counts(void **state) {
    struct world *world = *state;
    hook(world, WN_EVENT_FAILURE, "echo $WINNOW_TRIAL $WINNOW_COUNT >> told; " UNTIL_GO);
    for (int trial = 0; trial < 100; trial++)
        happen(world, WN_EVENT_FAILURE, trial);
    let_go(world);
    run_out(world);
    assert_told(world, "0 1\n99 99\n");
}

static void events_do_not_wait_for_other_events(void **state) {
    struct world *world = *state;
    hook(world, WN_EVENT_FAILURE, UNTIL_GO "; echo failure >> told");
    hook(world, WN_EVENT_BEST, "echo best >> told; touch go");
    happen(world, WN_EVENT_FAILURE, 1);
    happen(world, WN_EVENT_BEST, 2);
    run_out(world);
    assert_told(world, "best\nfailure\n");
}

// ---- what a hook sees ---------------------------------------------------------------------------

static void a_hook_reads_what_happened_in_its_environment(void **state) {
    struct world *world = *state;
    hook(world, WN_EVENT_FINISH,
         "echo \"$WINNOW_EVENT,$WINNOW_SWEEP,$WINNOW_TRIAL,$WINNOW_OBJECTIVE,$WINNOW_STATE,"
         "$WINNOW_REASON,$WINNOW_COUNT\" >> told; [ \"$WINNOW_STORE\" = \"$PWD\" ] && echo store "
         ">> told");
    const struct wn_happening happening = {.event = WN_EVENT_FINISH,
                                           .trial = -1,
                                           .objective = 0.1,
                                           .state = "stopped",
                                           .reason = "$(touch gone) `id` \"quoted\""};
    wn_events_note(world->events, &happening);
    wn_events_committed(world->events);
    run_out(world);
    assert_told(world, "finish,svm,,0.1,stopped,$(touch gone) `id` \"quoted\",1\nstore\n");
}

static void what_it_prints_is_kept_between_two_lines(void **state) {
    struct world *world = *state;
    hook(world, WN_EVENT_BEST, "echo to stdout; echo to stderr >&2");
    happen(world, WN_EVENT_BEST, 1);
    run_out(world);
    char *log = contents(world, "events.log");
    assert_non_null(strstr(log, "Z best (1): echo to stdout"));
    assert_non_null(strstr(log, ">&2\nto stdout\nto stderr\n"));
    assert_non_null(strstr(log, "Z best ended after 0."));
    free(log);
    assert_int_equal(world->notices.length, 0);
}

// ---- when things go wrong -----------------------------------------------------------------------

static bool is_gone(pid_t pid) {
    for (double deadline = wn_monotonic() + 20; wn_monotonic() < deadline; usleep(10000)) {
        char *path = wn_format("/proc/%d/stat", (int)pid), text[256] = "";
        FILE *file = fopen(path, "r");
        free(path);
        bool there = file && fgets(text, sizeof text, file) && !strstr(text, ") Z ");
        if (file)
            fclose(file);
        if (!there)
            return true;
    }
    return false;
}

static void whoever_takes_too_long_is_ended_with_its_children(void **state) {
    struct world *world = *state;
    wn_events_detach(world->events);
    wn_events_free(world->events);
    world->events = wn_events_new(&world->setup, 0.3);
    wn_events_attach(world->events, &world->loop);
    hook(world, WN_EVENT_BEST, "trap '' TERM INT; sleep 60 & echo $! > child; wait; sleep 60");
    happen(world, WN_EVENT_BEST, 1);
    run_out(world);
    char *child = contents(world, "child");
    assert_true(atoi(child) > 0);
    assert_true(is_gone((pid_t)atoi(child)));
    free(child);
    assert_non_null(strstr(wn_str_text(&world->notices),
                           "the best hook was ended: it took longer than 0.3 s; see /tmp/"));
}

static void a_hook_that_fails_is_told_once_and_the_next_one_runs(void **state) {
    struct world *world = *state;
    hook(world, WN_EVENT_FAILURE, "echo $WINNOW_TRIAL >> told; kill -9 $$");
    for (int trial = 0; trial < 3; trial++) {
        happen(world, WN_EVENT_FAILURE, trial);
        run_out(world);
    }
    assert_told(world, "0\n1\n2\n");
    const char *first = strstr(wn_str_text(&world->notices), "failure hook was ended by signal 9");
    assert_non_null(first);
    assert_null(strstr(first + 1, "failure hook"));
}

static void a_folder_that_is_gone_is_told(void **state) {
    struct world *world = *state;
    world->sweep.cwd = (char[]){"/no/such/folder"};
    hook(world, WN_EVENT_BEST, "true");
    happen(world, WN_EVENT_BEST, 1);
    run_out(world);
    assert_non_null(
        strstr(wn_str_text(&world->notices),
               "the best hook cannot start a process in /no/such/folder: No such file"));
}

// A full disk is what somebody wants to hear of.
static void without_a_log_hooks_run_all_the_same(void **state) {
    struct world *world = *state;
    char *log = file_of(world, "events.log");
    assert_int_equal(mkdir(log, 0755), 0);
    free(log);
    hook(world, WN_EVENT_BEST, "echo lost; echo best >> told");
    happen(world, WN_EVENT_BEST, 1);
    run_out(world);
    assert_told(world, "best\n");
}

// ---- from loop to loop --------------------------------------------------------------------------

static void a_hook_outlives_its_loop_and_what_waits_is_told_in_the_next(void **state) {
    struct world *world = *state;
    hook(world, WN_EVENT_FAILURE, UNTIL_GO "; echo old >> told; exit 3");
    happen(world, WN_EVENT_FAILURE, 1);
    happen(world, WN_EVENT_FAILURE, 2);
    wn_events_detach(world->events);
    run_out(world);
    assert_int_equal(uv_loop_close(&world->loop), 0);
    hook(world, WN_EVENT_FAILURE, "echo new $WINNOW_TRIAL >> told");
    let_go(world);
    uv_loop_init(&world->loop);
    wn_events_attach(world->events, &world->loop);
    run_out(world);
    assert_told(world, "old\nnew 2\n");
    assert_non_null(strstr(wn_str_text(&world->notices), "failure hook ended with exit code 3"));
}

static void what_waits_for_a_hook_that_was_taken_out_is_dropped(void **state) {
    struct world *world = *state;
    hook(world, WN_EVENT_FAILURE, UNTIL_GO "; echo old >> told");
    happen(world, WN_EVENT_FAILURE, 1);
    happen(world, WN_EVENT_FAILURE, 2);
    hook(world, WN_EVENT_FAILURE, NULL);
    let_go(world);
    run_out(world);
    assert_told(world, "old\n");
}

static void who_was_told_not_to_wait_does_not(void **state) {
    struct world *world = *state;
    hook(world, WN_EVENT_FINISH, UNTIL_GO "; echo end >> told");
    happen(world, WN_EVENT_FINISH, -1);
    wn_events_detach(world->events);
    wn_events_await(world->events);
    run_out(world);
    assert_told(world, "");
    let_go(world);
    wn_events_attach(world->events, &world->loop);
    run_out(world);
    assert_told(world, "end\n");
}

#define EVENTS(name) cmocka_unit_test_setup_teardown(name, make_world, remove_world)

int main(void) {
    const struct CMUnitTest tests[] = {
        EVENTS(nothing_is_told_before_it_is_committed),
        EVENTS(what_was_not_committed_when_a_loop_ends_did_not_happen),
        EVENTS(an_event_without_a_hook_starts_nothing),
        EVENTS(what_happens_in_one_transaction_is_told_once),
        EVENTS(a_burst_is_two_hooks_and_the_last_one_counts),
        EVENTS(events_do_not_wait_for_other_events),
        EVENTS(a_hook_reads_what_happened_in_its_environment),
        EVENTS(what_it_prints_is_kept_between_two_lines),
        EVENTS(whoever_takes_too_long_is_ended_with_its_children),
        EVENTS(a_hook_that_fails_is_told_once_and_the_next_one_runs),
        EVENTS(a_folder_that_is_gone_is_told),
        EVENTS(without_a_log_hooks_run_all_the_same),
        EVENTS(a_hook_outlives_its_loop_and_what_waits_is_told_in_the_next),
        EVENTS(who_was_told_not_to_wait_does_not),
        EVENTS(what_waits_for_a_hook_that_was_taken_out_is_dropped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
