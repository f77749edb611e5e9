// SPDX-License-Identifier: GPL-3.0-or-later
// The local executor and the shim, with real processes. After every trial nothing may be left that
// has its key in the environment. The test program is its own set of badly behaved commands (act).
//
// The shim is $WINNOW_SHIM, or winnow-shim of the same build.
#include "tests/unit/check.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <uv.h>

#include "core/base/clock.h"
#include "core/base/str.h"
#include "sweep/executor.h"
#include "sweep/exits.h"
#include "sweep/leftovers.h"
#include "sweep/slotfile.h"

enum { DEADLINE_SECONDS = 60, POLL_MS = 2 };

struct world {
    uv_loop_t loop;
    uv_timer_t poll;
    char dir[64], self[512], shim[512];
    const struct wn_executor_type *type;
    struct wn_executor *executor;
    struct wn_limits limits;
    bool output_line;
    int leases[2]; // of what is started, where lease_count says so
    size_t lease_count;
    int gone;
    int64_t offset; // into exits.jsonl
    struct wn_exit_record record;
    int records;
};

// ---- badly behaved commands ---------------------------------------------------------------------

static void say(const char *word) {
    if (write(STDOUT_FILENO, word, strlen(word)) < 0)
        _exit(9);
}

static void linger(void) {
    for (;;)
        pause();
}

static void hog_memory(void) {
    const size_t size = (size_t)256 << 20;
    char *memory = malloc(size);
    for (size_t i = 0; memory && i < size; i += 512)
        ((volatile char *)memory)[i] = 1;
    linger();
}

// Leaves a process that ignores SIGTERM, once that is ready; `depth` forks away, each in a session
// of its own.
static void leave_behind(int depth) {
    int ready[2];
    char byte;
    if (pipe(ready) != 0)
        _exit(9);
    for (; depth; depth--) {
        if (fork() != 0) {
            close(ready[1]);
            _exit(read(ready[0], &byte, 1) == 1 ? 0 : 9);
        }
        setsid();
    }
    signal(SIGTERM, SIG_IGN);
    if (write(ready[1], "rr", 2) != 2) // a byte for each that waits
        _exit(9);
    linger();
}

static int act(const char *role) {
    if (strcmp(role, "hog") == 0)
        hog_memory();
    if (strcmp(role, "spin") == 0)
        for (volatile uint64_t i = 0;; i = i + 1)
            continue;
    if (strcmp(role, "daemon") == 0)
        leave_behind(2);
    if (strcmp(role, "session") == 0)
        leave_behind(1);
    if (strcmp(role, "deaf") == 0)
        signal(SIGTERM, SIG_IGN);
    say("ready\n");
    linger();
    return 9;
}

// ---- the world ----------------------------------------------------------------------------------

static void on_gone(void *context, int64_t trial, int64_t attempt) {
    (void)trial;
    (void)attempt;
    ((struct world *)context)->gone++;
}

static void find_programs(struct world *world) {
    ssize_t length = readlink("/proc/self/exe", world->self, sizeof world->self - 1);
    assert_true(length > 0);
    world->self[length] = '\0';
    const char *named = getenv("WINNOW_SHIM");
    if (named) {
        snprintf(world->shim, sizeof world->shim, "%s", named);
        return;
    }
    size_t slashes = 0, at = (size_t)length;
    while (at && slashes < 3)
        slashes += world->self[--at] == '/';
    snprintf(world->shim, sizeof world->shim, "%.*s/winnow-shim", (int)at, world->self);
}

static void create(struct world *world) {
    struct wn_err err;
    const struct wn_executor_setup setup = {
        .loop = &world->loop,
        .sweep_dir = world->dir,
        .shim = world->shim,
        .events = {.on_gone = on_gone, .context = world},
    };
    if (world->type->create(&setup, &world->executor, &err) != WN_OK)
        fail_msg("%s", err.text);
}

static int set_up(void **state) {
    struct world *world = calloc(1, sizeof *world);
    strcpy(world->dir, "/tmp/winnow-local-XXXXXX");
    assert_non_null(mkdtemp(world->dir));
    char logs[96];
    snprintf(logs, sizeof logs, "%s/logs", world->dir);
    assert_int_equal(mkdir(logs, 0755), 0);
    find_programs(world);
    assert_int_equal(uv_loop_init(&world->loop), 0);
    uv_timer_init(&world->loop, &world->poll);
    world->type = wn_executor_find("local");
    world->limits.grace = 30;
    create(world);
    *state = world;
    return 0;
}

static int tear_down(void **state) {
    struct world *world = *state;
    world->type->free(world->executor);
    uv_close((uv_handle_t *)&world->poll, NULL);
    uv_run(&world->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&world->loop), 0);
    char *command = wn_format("rm -rf %s", world->dir);
    assert_int_equal(system(command), 0);
    free(command);
    free(world);
    return 0;
}

// ---- doing things -------------------------------------------------------------------------------

static char *key_of(const struct world *world, int64_t trial) {
    return wn_format("%s/trial/%lld", world->dir, (long long)trial);
}

static enum wn_status start_in(struct world *world, int64_t trial, const char *cwd,
                               char *const *argv, struct wn_err *err) {
    char *key = key_of(world, trial);
    char *entry = wn_format("WINNOW_TRIAL_KEY=%s", key);
    char path[] = "PATH=/nonexistent:/usr/bin:/bin";
    char *environment[] = {path, entry, NULL};
    const struct wn_job job = {
        .trial = trial,
        .argv = argv,
        .environment = environment,
        .cwd = cwd,
        .limits = &world->limits,
        .output_line = world->output_line,
        .leases = world->leases,
        .lease_count = world->lease_count,
        .key = key,
    };
    enum wn_status status = world->type->start(world->executor, &job, err);
    free(entry);
    free(key);
    return status;
}

static void start(struct world *world, int64_t trial, const char *first, const char *second,
                  const char *third) {
    struct wn_err err;
    char *argv[] = {strdup(first), second ? strdup(second) : NULL, third ? strdup(third) : NULL,
                    NULL};
    if (start_in(world, trial, "/tmp", argv, &err) != WN_OK)
        fail_msg("%s", err.text);
    for (int i = 0; i < 3; i++)
        free(argv[i]);
}

static void start_shell(struct world *world, int64_t trial, const char *script) {
    start(world, trial, "sh", "-c", script);
}

static void start_role(struct world *world, int64_t trial, const char *role) {
    start(world, trial, world->self, "--act", role);
}

static void on_poll(uv_timer_t *timer) {
    (void)timer; // it only makes the loop go round, so that conditions and deadlines are looked at
}

static void wait_for(struct world *world, bool (*condition)(struct world *world, const char *what),
                     const char *what) {
    double deadline = wn_monotonic() + DEADLINE_SECONDS;
    uv_timer_start(&world->poll, on_poll, POLL_MS, POLL_MS);
    while (!condition(world, what)) {
        uv_run(&world->loop, UV_RUN_ONCE);
        if (wn_monotonic() > deadline)
            fail_msg("waited too long for %s", what);
    }
    uv_timer_stop(&world->poll);
}

static bool all_gone(struct world *world, const char *count) {
    return world->gone == atoi(count);
}

// Whether the log of trial 1 has these words.
static bool log_has(struct world *world, const char *words) {
    char path[96], text[4096];
    snprintf(path, sizeof path, "%s/logs/1.0.log", world->dir);
    int fd = open(path, O_RDONLY);
    ssize_t got = fd < 0 ? 0 : read(fd, text, sizeof text - 1);
    if (fd >= 0)
        close(fd);
    text[got > 0 ? got : 0] = '\0';
    return strstr(text, words) != NULL;
}

// The pid that the shim of trial 1 tells by its lock; 0: no lock.
static pid_t shim_pid(const struct world *world) {
    char path[96];
    snprintf(path, sizeof path, "%s/logs/1.0.log", world->dir);
    int fd = open(path, O_RDWR);
    struct flock lock = {.l_type = F_WRLCK};
    assert_true(fd >= 0 && fcntl(fd, F_GETLK, &lock) == 0);
    close(fd);
    return lock.l_type == F_UNLCK ? 0 : lock.l_pid;
}

static void signal_shim(const struct world *world, int number) {
    pid_t pid = shim_pid(world);
    assert_true(pid > 1);
    assert_int_equal(kill(pid, number), 0);
}

static bool shim_named(struct world *world, const char *what) {
    (void)what;
    return shim_pid(world) != 0;
}

static void keep_record(void *context, const struct wn_exit_record *record) {
    struct world *world = context;
    world->record = *record;
    world->records++;
}

static void read_records(struct world *world) {
    char path[96];
    struct wn_err err;
    snprintf(path, sizeof path, "%s/exits.jsonl", world->dir);
    assert_int_equal(wn_exits_read(path, &world->offset, keep_record, world, &err), WN_OK);
}

static void expect_nothing_left(const struct world *world, int64_t trial) {
    char *key = key_of(world, trial);
    struct wn_str left = {0};
    assert_int_equal(wn_leftovers_end(key, DEADLINE_SECONDS, &left), 0);
    assert_int_equal(left.length, 0);
    wn_str_free(&left);
    free(key);
}

// Trial 1 ends: exactly one record of it, and no process.
static const struct wn_exit_record *finish(struct world *world) {
    wait_for(world, all_gone, "1");
    read_records(world);
    assert_int_equal(world->records, 1);
    assert_int_equal(world->record.trial, 1);
    expect_nothing_left(world, 1);
    return &world->record;
}

static void stop(struct world *world, bool now) {
    world->type->stop(world->executor, 1, 0, now);
}

// ---- how commands end ---------------------------------------------------------------------------

static void an_exit_code_is_recorded(void **state) {
    start_shell(*state, 1, "exit 42");
    const struct wn_exit_record *record = finish(*state);
    assert_int_equal(record->exit_code, 42);
    assert_int_equal(record->exit_signal, 0);
    assert_int_equal(record->cut, WN_CUT_NONE);
    assert_true(record->started <= record->ended && record->ended <= wn_now());
    assert_true(record->started > wn_now() - DEADLINE_SECONDS);
    assert_true(record->peak_memory > 100000);
}

static void a_signal_is_recorded(void **state) {
    start_shell(*state, 1, "kill -9 $$");
    const struct wn_exit_record *record = finish(*state);
    assert_int_equal(record->exit_signal, SIGKILL);
    assert_int_equal(record->cut, WN_CUT_NONE);
}

static void cpu_time_covers_the_children(void **state) {
    struct world *world = *state;
    start_shell(world, 1, "(i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done); exit 0");
    const struct wn_exit_record *record = finish(world);
    assert_true(record->user_cpu + record->system_cpu > 0.01);
}

static void a_program_that_is_not_there_is_told_by_its_errno(void **state) {
    start(*state, 1, "no-such-program", NULL, NULL);
    assert_int_equal(finish(*state)->start_error, ENOENT);
}

static void a_program_that_may_not_be_run_is_told_by_its_errno(void **state) {
    start(*state, 1, "/etc/passwd", NULL, NULL);
    assert_int_equal(finish(*state)->start_error, EACCES);
}

static void an_empty_program_name_is_told_by_its_errno(void **state) {
    start(*state, 1, "", NULL, NULL);
    assert_int_equal(finish(*state)->start_error, ENOENT);
}

static void a_command_may_close_its_output(void **state) {
    start_shell(*state, 1, "exec >&- 2>&-; exit 5");
    assert_int_equal(finish(*state)->exit_code, 5);
}

static void a_command_sees_three_descriptors_and_default_signals(void **state) {
    struct world *world = *state;
    signal(SIGPIPE, SIG_IGN);
    start_shell(world, 1,
                "ls /proc/$$/fd; readlink /proc/$$/fd/0;" // no pipe, of which it has an end too
                // Read by the shell itself: it blocks signals while it starts a program.
                "while read name value; do case $name in Sig[BI]*) echo $name $value; esac; "
                "done < /proc/$$/status; echo py=$PYTHONUNBUFFERED; pwd");
    finish(world);
    signal(SIGPIPE, SIG_DFL);
    assert_true(log_has(world, "0\n1\n2\n/dev/null\n"));
    assert_true(log_has(world, "SigBlk: 0000000000000000\nSigIgn: 0000000000000000\npy=1\n/tmp\n"));
}

// The first of two leases has the higher number, which is where a careless copy overwrites one.
static void take_leases(struct world *world, int probes[2]) {
    static const char *const names[] = {"cpu-0", "gpu-a"};
    for (int i = 0; i < 2; i++) {
        probes[i] = wn_slot_open(world->dir, names[i], true);
        world->leases[1 - i] = wn_slot_open(world->dir, names[i], true);
        assert_true(wn_slot_lock(world->leases[1 - i]));
    }
    world->lease_count = 2;
}

static void leases_last_until_the_shim_ends_and_are_none_of_the_commands_business(void **state) {
    struct world *world = *state;
    int probes[2];
    take_leases(world, probes);
    start_shell(world, 1, "ls /proc/$$/fd; echo end; exec sleep 600");
    close(world->leases[0]);
    close(world->leases[1]);
    wait_for(world, log_has, "0\n1\n2\nend\n");
    assert_true(wn_slot_held(probes[0]) && wn_slot_held(probes[1]));
    stop(world, true);
    finish(world);
    assert_false(wn_slot_held(probes[0]) || wn_slot_held(probes[1]));
    close(probes[0]);
    close(probes[1]);
}

// ---- limits -------------------------------------------------------------------------------------

static void a_wall_limit_ends_the_tree(void **state) {
    struct world *world = *state;
    world->limits.timeout = 0.05;
    start_shell(world, 1, "sleep 1000 & wait");
    const struct wn_exit_record *record = finish(world);
    assert_int_equal(record->cut, WN_CUT_WALL);
    assert_int_equal(record->exit_signal, SIGTERM);
    assert_true(record->ended - record->started >= 0.05);
}

static void a_cpu_limit_counts_the_whole_tree(void **state) {
    struct world *world = *state;
    world->limits.cpu_time = 0.2;
    start_shell(world, 1, "(while :; do :; done) & wait");
    assert_int_equal(finish(world)->cut, WN_CUT_CPU);
    assert_true(world->record.user_cpu + world->record.system_cpu >= 0.15);
}

static void silence_ends_only_who_is_silent(void **state) {
    struct world *world = *state;
    world->limits.silence = 0.5;
    start_shell(world, 1, "for i in 1 2 3 4 5 6 7 8; do echo $i; sleep 0.1; done; sleep 1000");
    const struct wn_exit_record *record = finish(world);
    assert_int_equal(record->cut, WN_CUT_SILENCE);
    assert_true(record->ended - record->started >= 1.2);
    assert_true(log_has(world, "8\n"));
}

static void a_memory_limit_ends_the_tree(void **state) {
    struct world *world = *state;
    world->limits.memory = (uint64_t)64 << 20;
    char *script = wn_format("%s --act hog & wait", world->self);
    start_shell(world, 1, script);
    free(script);
    const struct wn_exit_record *record = finish(world);
    assert_int_equal(record->cut, WN_CUT_MEMORY);
    assert_true(record->peak_memory > (int64_t)64 << 20);
}

// ---- the end of the tree ------------------------------------------------------------------------

static void a_background_child_ends_with_its_command(void **state) {
    start_shell(*state, 1, "sleep 1000 & exit 0");
    const struct wn_exit_record *record = finish(*state);
    assert_int_equal(record->exit_code, 0);
    assert_int_equal(record->cut, WN_CUT_NONE);
    assert_int_equal(record->survivors, 1);
}

static void a_child_with_a_session_of_its_own_ends_too(void **state) {
    struct world *world = *state;
    world->limits.grace = 0.05;
    start_role(world, 1, "session");
    const struct wn_exit_record *record = finish(world);
    assert_int_equal(record->exit_code, 0);
    assert_int_equal(record->survivors, 1);
}

static void a_daemon_ends_too(void **state) {
    struct world *world = *state;
    world->limits.grace = 0.05;
    start_role(world, 1, "daemon");
    assert_true(finish(world)->survivors >= 1);
}

static void who_ignores_sigterm_is_killed_after_the_grace_period(void **state) {
    struct world *world = *state;
    world->limits.grace = 0.3;
    start_role(world, 1, "deaf");
    wait_for(world, log_has, "ready");
    double asked = wn_monotonic();
    stop(world, false);
    const struct wn_exit_record *record = finish(world);
    assert_int_equal(record->cut, WN_CUT_REQUEST);
    assert_int_equal(record->exit_signal, SIGKILL);
    assert_true(wn_monotonic() - asked >= 0.3);
}

static void who_catches_sigterm_may_end_by_itself(void **state) {
    struct world *world = *state;
    start_shell(world, 1,
                "trap 'echo saved; exit 7' TERM; echo ready; while :; do sleep 0.01; done");
    wait_for(world, log_has, "ready");
    stop(world, false);
    stop(world, false); // asking twice is not asking for more
    const struct wn_exit_record *record = finish(world);
    assert_int_equal(record->cut, WN_CUT_REQUEST);
    assert_int_equal(record->exit_code, 7);
    assert_true(log_has(world, "saved"));
}

static void a_stopped_process_ends_at_the_first_request(void **state) {
    struct world *world = *state;
    start_shell(world, 1, "echo ready; kill -STOP $$");
    wait_for(world, log_has, "ready");
    stop(world, false);
    assert_int_equal(finish(world)->cut, WN_CUT_REQUEST);
}

static void now_means_now(void **state) {
    struct world *world = *state;
    start_role(world, 1, "deaf");
    wait_for(world, log_has, "ready");
    stop(world, true);
    const struct wn_exit_record *record = finish(world);
    assert_int_equal(record->cut, WN_CUT_REQUEST);
    assert_int_equal(record->exit_signal, SIGKILL);
}

static void a_stop_right_after_the_start_is_not_lost(void **state) {
    struct world *world = *state;
    start_shell(world, 1, "exec sleep 1000");
    stop(world, false);
    assert_int_equal(finish(world)->cut, WN_CUT_REQUEST);
}

static void a_hangup_changes_nothing(void **state) {
    struct world *world = *state;
    start_shell(world, 1, "exec sleep 1000");
    wait_for(world, shim_named, "the lock");
    signal_shim(world, SIGHUP);
    signal_shim(world, SIGINT);
    stop(world, false);
    const struct wn_exit_record *record = finish(world);
    assert_int_equal(record->cut, WN_CUT_REQUEST);
    assert_int_equal(record->exit_signal, SIGTERM);
}

static void a_killed_shim_leaves_no_process(void **state) {
    struct world *world = *state;
    char *script = wn_format("%s --act session; exec %s --act deaf", world->self, world->self);
    start_shell(world, 1, script);
    free(script);
    wait_for(world, log_has, "ready");
    signal_shim(world, SIGKILL);
    wait_for(world, all_gone, "1");
    read_records(world);
    assert_int_equal(world->records, 0);
    expect_nothing_left(world, 1);
}

// ---- adoption -----------------------------------------------------------------------------------

static bool adopt(struct world *world) {
    char *key = key_of(world, 1);
    char *devices;
    bool alive = world->type->adopt(world->executor, 1, 0, key, &devices);
    free(devices);
    free(key);
    return alive;
}

static void renew_executor(struct world *world) {
    world->type->free(world->executor);
    uv_run(&world->loop, UV_RUN_DEFAULT); // the loop empties: nothing is watched any more
    create(world);
}

static void a_running_trial_is_adopted(void **state) {
    struct world *world = *state;
    start_shell(world, 1, "trap 'exit 3' TERM; echo ready; while :; do sleep 0.01; done");
    wait_for(world, log_has, "ready");
    renew_executor(world);
    assert_true(adopt(world));
    assert_int_equal(world->gone, 0);
    stop(world, false);
    assert_int_equal(finish(world)->exit_code, 3);
}

static void a_trial_is_adopted_before_its_shim_has_said_its_name(void **state) {
    struct world *world = *state;
    start_shell(world, 1, "exec sleep 1000");
    renew_executor(world);
    assert_true(adopt(world));
    stop(world, true);
    assert_int_equal(finish(world)->cut, WN_CUT_REQUEST);
}

static bool unnamed(struct world *world, const char *what) {
    return !shim_named(world, what);
}

static void a_trial_that_ended_meanwhile_is_not_adopted(void **state) {
    struct world *world = *state;
    char *go = wn_format("%s/go", world->dir);
    char *script = wn_format("echo ready; until [ -e %s ]; do sleep 0.01; done; exit 6", go);
    start_shell(world, 1, script);
    free(script);
    wait_for(world, log_has, "ready");
    renew_executor(world);
    close(open(go, O_CREAT | O_WRONLY, 0644));
    free(go);
    wait_for(world, unnamed, "the end of the shim");
    assert_false(adopt(world));
    read_records(world);
    assert_int_equal(world->record.exit_code, 6);
}

static void a_trial_that_never_began_is_not_adopted(void **state) {
    assert_false(adopt(*state));
}

static void what_a_killed_shim_left_is_ended_at_adoption(void **state) {
    struct world *world = *state;
    char *script = wn_format("%s --act session; exec %s --act deaf", world->self, world->self);
    start_shell(world, 1, script);
    free(script);
    wait_for(world, log_has, "ready");
    pid_t shim = shim_pid(world);
    renew_executor(world);
    kill(shim, SIGKILL);
    assert_int_equal(waitpid(shim, NULL, 0), shim);
    assert_false(adopt(world));
    expect_nothing_left(world, 1);
}

// ---- start --------------------------------------------------------------------------------------

static void an_attempt_that_runs_cannot_be_started_again(void **state) {
    struct world *world = *state;
    struct wn_err err;
    char program[] = "true", *argv[] = {program, NULL};
    start_shell(world, 1, "exec sleep 1000");
    assert_int_equal(start_in(world, 1, "/tmp", argv, &err), WN_ENVIRONMENT);
    assert_non_null(strstr(err.text, "still running"));
    stop(world, true);
    finish(world);
}

static void a_missing_folder_and_a_missing_shim_are_told_apart(void **state) {
    struct world *world = *state;
    struct wn_err err;
    char program[] = "true", *argv[] = {program, NULL};
    assert_int_equal(start_in(world, 1, "/nonexistent", argv, &err), WN_ENVIRONMENT);
    assert_non_null(strstr(err.text, "working directory /nonexistent"));
    assert_int_equal(start_in(world, 2, "/etc/passwd", argv, &err), WN_ENVIRONMENT);
    assert_non_null(strstr(err.text, "is not a directory"));
    const struct wn_executor_setup setup = {
        .loop = &world->loop, .sweep_dir = world->dir, .shim = "/nonexistent/shim"};
    struct wn_executor *none;
    assert_int_equal(world->type->create(&setup, &none, &err), WN_ENVIRONMENT);
    assert_non_null(strstr(err.text, "supervisor /nonexistent/shim"));
}

static void output_line_shows_lines_at_once(void **state) {
    struct world *world = *state;
    world->output_line = true;
    start_shell(world, 1, "(echo word; exec sleep 1000) | tr a-z A-Z");
    wait_for(world, log_has, "WORD");
    stop(world, true);
    finish(world);
}

static void a_thousand_quick_trials_leave_a_thousand_records(void **state) {
    struct world *world = *state;
    enum { TRIALS = 1000, AT_ONCE = 16 };
    double deadline = wn_monotonic() + DEADLINE_SECONDS;
    for (int started = 0; world->gone < TRIALS;) {
        while (started < TRIALS && started - world->gone < AT_ONCE)
            start(world, ++started, "true", NULL, NULL);
        uv_run(&world->loop, UV_RUN_ONCE);
        assert_true(wn_monotonic() < deadline);
    }
    read_records(world);
    assert_int_equal(world->records, TRIALS);
}

#define LOCAL(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(int argc, char **argv) {
    if (argc == 3 && strcmp(argv[1], "--act") == 0)
        return act(argv[2]);
    close_range(3, ~0U, 0); // what this program was started with is none of the trials' business
    const struct CMUnitTest tests[] = {
        LOCAL(an_exit_code_is_recorded),
        LOCAL(a_signal_is_recorded),
        LOCAL(cpu_time_covers_the_children),
        LOCAL(a_program_that_is_not_there_is_told_by_its_errno),
        LOCAL(a_program_that_may_not_be_run_is_told_by_its_errno),
        LOCAL(an_empty_program_name_is_told_by_its_errno),
        LOCAL(a_command_may_close_its_output),
        LOCAL(a_command_sees_three_descriptors_and_default_signals),
        LOCAL(leases_last_until_the_shim_ends_and_are_none_of_the_commands_business),
        LOCAL(a_wall_limit_ends_the_tree),
        LOCAL(a_cpu_limit_counts_the_whole_tree),
        LOCAL(silence_ends_only_who_is_silent),
        LOCAL(a_memory_limit_ends_the_tree),
        LOCAL(a_background_child_ends_with_its_command),
        LOCAL(a_child_with_a_session_of_its_own_ends_too),
        LOCAL(a_daemon_ends_too),
        LOCAL(who_ignores_sigterm_is_killed_after_the_grace_period),
        LOCAL(who_catches_sigterm_may_end_by_itself),
        LOCAL(a_stopped_process_ends_at_the_first_request),
        LOCAL(now_means_now),
        LOCAL(a_stop_right_after_the_start_is_not_lost),
        LOCAL(a_hangup_changes_nothing),
        LOCAL(a_killed_shim_leaves_no_process),
        LOCAL(a_running_trial_is_adopted),
        LOCAL(a_trial_is_adopted_before_its_shim_has_said_its_name),
        LOCAL(a_trial_that_ended_meanwhile_is_not_adopted),
        LOCAL(a_trial_that_never_began_is_not_adopted),
        LOCAL(what_a_killed_shim_left_is_ended_at_adoption),
        LOCAL(an_attempt_that_runs_cannot_be_started_again),
        LOCAL(a_missing_folder_and_a_missing_shim_are_told_apart),
        LOCAL(output_line_shows_lines_at_once),
        LOCAL(a_thousand_quick_trials_leave_a_thousand_records),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
