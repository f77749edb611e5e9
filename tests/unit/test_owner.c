// SPDX-License-Identifier: GPL-3.0-or-later
// Owning a sweep: one runner at a time, and none after it died.
#include "tests/unit/check.h"

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sweep/owner.h"

static int make_folder(void **state) {
    char *dir = strdup("/tmp/winnow-owner-XXXXXX");
    *state = dir && mkdtemp(dir) ? dir : NULL;
    return *state ? 0 : -1;
}

static int remove_folder(void **state) {
    char path[64];
    snprintf(path, sizeof path, "%s/lock", (char *)*state);
    unlink(path);
    rmdir(*state);
    free(*state);
    return 0;
}

static void a_sweep_without_a_lock_file_has_no_owner(void **state) {
    assert_false(wn_owner_alive(*state));
}

static void an_owner_is_seen_until_it_lets_go(void **state) {
    int fd;
    assert_int_equal(wn_owner_acquire(*state, &fd, NULL), WN_OK);
    assert_true(wn_owner_alive(*state));
    assert_true(wn_owner_alive(*state)); // asking does not take the lock away
    close(fd);
    assert_false(wn_owner_alive(*state));
}

static void an_owner_may_let_go_and_live_on(void **state) {
    int first, second;
    assert_int_equal(wn_owner_acquire(*state, &first, NULL), WN_OK);
    wn_owner_release(first);
    assert_false(wn_owner_alive(*state));
    assert_int_equal(wn_owner_acquire(*state, &second, NULL), WN_OK);
    close(first); // which had nothing any more
    assert_true(wn_owner_alive(*state));
    close(second);
}

static void a_second_owner_is_refused_with_a_sentence(void **state) {
    int first, second;
    struct wn_err err;
    assert_int_equal(wn_owner_acquire(*state, &first, NULL), WN_OK);
    assert_int_equal(wn_owner_acquire(*state, &second, &err), WN_ENVIRONMENT);
    assert_int_equal(second, -1);
    assert_non_null(strstr(err.text, "another runner"));
    close(first);
}

static void an_owner_that_waits_for_room_is_still_the_owner(void **state) {
    int first, second;
    assert_false(wn_owner_waits_for_room(*state));
    assert_int_equal(wn_owner_acquire(*state, &first, NULL), WN_OK);
    assert_false(wn_owner_waits_for_room(*state));
    wn_owner_wait_for_room(first, true);
    assert_true(wn_owner_waits_for_room(*state) && wn_owner_alive(*state));
    assert_int_equal(wn_owner_acquire(*state, &second, NULL), WN_ENVIRONMENT);
    wn_owner_wait_for_room(first, false);
    assert_true(!wn_owner_waits_for_room(*state) && wn_owner_alive(*state));
    wn_owner_wait_for_room(first, true);
    close(first);
    assert_false(wn_owner_waits_for_room(*state) || wn_owner_alive(*state));
}

static void a_missing_folder_is_an_error_that_names_it(void **state) {
    (void)state;
    int fd;
    struct wn_err err;
    assert_int_equal(wn_owner_acquire("/nonexistent/7", &fd, &err), WN_ENVIRONMENT);
    assert_non_null(strstr(err.text, "/nonexistent/7/lock"));
}

// The child takes the lock, says so through the pipe, and waits to be killed.
static pid_t start_owner(const char *dir, int *ready) {
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        int fd;
        char answer = wn_owner_acquire(dir, &fd, NULL) == WN_OK ? 'y' : 'n';
        if (write(ends[1], &answer, 1) != 1)
            _exit(1);
        for (;;)
            pause();
    }
    close(ends[1]);
    *ready = ends[0];
    return child;
}

static void a_killed_owner_leaves_the_sweep_free(void **state) {
    int ready, fd;
    char answer;
    pid_t child = start_owner(*state, &ready);
    assert_true(child > 0);
    assert_int_equal(read(ready, &answer, 1), 1);
    assert_int_equal(answer, 'y');
    assert_true(wn_owner_alive(*state));
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    close(ready);
    assert_false(wn_owner_alive(*state));
    assert_int_equal(wn_owner_acquire(*state, &fd, NULL), WN_OK);
    close(fd);
}

// As a process that a runner was starting when it was killed: it holds the lock a moment longer.
static void a_lock_that_is_let_go_soon_is_waited_for(void **state) {
    int ready, fd;
    char answer;
    pid_t child = start_owner(*state, &ready);
    assert_int_equal(read(ready, &answer, 1), 1);
    pid_t killer = fork();
    if (killer == 0) {
        usleep(50000);
        kill(child, SIGKILL);
        _exit(0);
    }
    assert_int_equal(wn_owner_acquire(*state, &fd, NULL), WN_OK);
    waitpid(killer, NULL, 0);
    waitpid(child, NULL, 0);
    close(ready);
    close(fd);
}

int main(void) {
#define ROW(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)
    const struct CMUnitTest tests[] = {
        ROW(a_sweep_without_a_lock_file_has_no_owner),
        ROW(an_owner_is_seen_until_it_lets_go),
        ROW(an_owner_may_let_go_and_live_on),
        ROW(a_second_owner_is_refused_with_a_sentence),
        ROW(an_owner_that_waits_for_room_is_still_the_owner),
        ROW(a_missing_folder_is_an_error_that_names_it),
        ROW(a_killed_owner_leaves_the_sweep_free),
        ROW(a_lock_that_is_let_go_soon_is_waited_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
