// SPDX-License-Identifier: GPL-3.0-or-later
// Leases: who gets a slot, who waits for it and why, and when it comes back. Locks belong to open
// file descriptions, so several sweeps can share slots within this one process too.
#include "tests/unit/check.h"

#include <ftw.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/str.h"
#include "sweep/leases.h"
#include "sweep/slotfile.h"

static const char *const gpu_names[] = {"GPU-a", "GPU-b", "GPU-c", "GPU-d"};

enum { HELD_MAX = 8 };

struct sweep {
    char *dir;
    struct wn_leases *leases;
    struct wn_lease held[HELD_MAX], next; // of running trials, oldest first; of the one in line
    size_t count;
    int64_t trial; // the next one's number
};

struct host {
    char *root, *slots;
    double now;
};

static int make_host(void **state) {
    static struct host host;
    char pattern[] = "/tmp/winnow-leases-XXXXXX";
    if (!mkdtemp(pattern))
        return -1;
    host = (struct host){.root = strdup(pattern), .slots = wn_format("%s/slots", pattern)};
    host.now = 1000;
    *state = &host;
    return 0;
}

static int remove_one(const char *path, const struct stat *about, int kind, struct FTW *walk) {
    (void)about, (void)kind, (void)walk;
    return remove(path);
}

static int remove_host(void **state) {
    struct host *host = *state;
    nftw(host->root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    free(host->root);
    free(host->slots);
    return 0;
}

static struct sweep sweep_with(const struct host *host, const char *name, size_t cpus, size_t first,
                               size_t gpus) {
    struct sweep sweep = {.dir = wn_format("%s/%s", host->root, name)};
    mkdir(sweep.dir, 0755);
    const struct wn_leases_setup setup = {
        .dir = host->slots,
        .sweep_dir = sweep.dir,
        .sweep = name,
        .cpus = cpus,
        .gpus = gpu_names + first,
        .gpu_count = gpus,
    };
    struct wn_err err = {0};
    if (wn_leases_open(&setup, &sweep.leases, &err) != WN_OK)
        fail_msg("%s", err.text);
    return sweep;
}

static void close_sweep(struct sweep *sweep) {
    for (size_t i = 0; i < sweep->count; i++)
        wn_lease_drop(&sweep->held[i]);
    wn_lease_drop(&sweep->next);
    wn_leases_close(sweep->leases);
    free(sweep->dir);
}

// One look of a runner that has a trial to start.
static bool start(struct host *host, struct sweep *sweep, size_t cpus, size_t gpus) {
    const struct wn_lease_want want = {
        .trial = sweep->trial, .cpus = cpus, .gpus = gpus, .now = host->now};
    host->now += 0.01;
    if (!wn_leases_take(sweep->leases, &want, &sweep->next))
        return false;
    assert_true(sweep->count < HELD_MAX);
    sweep->held[sweep->count++] = sweep->next;
    sweep->next = (struct wn_lease){0};
    sweep->trial++;
    return true;
}

static void end_oldest(struct sweep *sweep) {
    wn_lease_drop(&sweep->held[0]);
    sweep->count--;
    memmove(sweep->held, sweep->held + 1, sweep->count * sizeof *sweep->held);
}

static const char *reason(const struct sweep *sweep) {
    return wn_leases_reason(sweep->leases);
}

// ---- one sweep ----------------------------------------------------------------------------------

static void a_sweep_alone_takes_every_slot_and_gets_them_back(void **state) {
    struct host *host = *state;
    struct sweep a = sweep_with(host, "a", 2, 0, 0);
    for (int round = 0; round < 3; round++) {
        assert_true(start(host, &a, 1, 0));
        assert_true(start(host, &a, 1, 0));
        assert_false(start(host, &a, 1, 0));
        assert_string_equal(reason(&a), "waits for a CPU slot: both are held by this sweep");
        end_oldest(&a);
        end_oldest(&a);
    }
    close_sweep(&a);
}

static void a_lease_says_which_gpus_it_has_and_leaves_busy_ones(void **state) {
    struct host *host = *state;
    struct sweep a = sweep_with(host, "a", 0, 0, 4);
    const struct wn_lease_want want = {.gpus = 2, .busy = 1 << 1, .now = host->now};
    struct wn_lease lease = {0};
    assert_true(wn_leases_take(a.leases, &want, &lease));
    assert_int_equal(lease.gpus, 1 << 0 | 1 << 2);
    assert_int_equal(lease.count, 2);
    for (size_t i = 0; i < lease.count; i++)
        assert_true(lease.fds[i] > 4); // a shim is given those
    wn_lease_drop(&lease);
    close_sweep(&a);
}

static void several_gpus_are_taken_all_or_none(void **state) {
    struct host *host = *state;
    struct sweep a = sweep_with(host, "a", 0, 0, 2), b = sweep_with(host, "b", 0, 0, 2);
    assert_true(start(host, &a, 0, 1));
    assert_false(start(host, &b, 0, 2));
    assert_int_equal(b.next.count, 0);
    assert_string_equal(reason(&b), "waits for 2 GPUs: 1 of 2 held by sweep a (trial 0)");
    end_oldest(&a);
    assert_true(start(host, &b, 0, 2));
    close_sweep(&a);
    close_sweep(&b);
}

static void more_cpus_than_there_are_means_all(void **state) {
    struct host *host = *state;
    struct sweep a = sweep_with(host, "a", 2, 0, 0);
    assert_true(start(host, &a, 16, 0));
    assert_false(start(host, &a, 16, 0));
    end_oldest(&a);
    assert_true(start(host, &a, 16, 0));
    close_sweep(&a);
}

// ---- how long a lease lasts ---------------------------------------------------------------------

static void a_lease_lasts_as_long_as_the_process_that_inherited_it(void **state) {
    struct host *host = *state;
    struct sweep a = sweep_with(host, "a", 1, 0, 0), b = sweep_with(host, "b", 1, 0, 0);
    assert_true(start(host, &a, 1, 0));
    pid_t shim = fork();
    if (shim == 0)
        for (;;)
            pause();
    close_sweep(&a); // the runner is gone, its trial is not
    assert_false(start(host, &b, 1, 0));
    assert_string_equal(reason(&b), "waits for a CPU slot: it is held by sweep a (trial 0)");
    kill(shim, SIGKILL);
    waitpid(shim, NULL, 0);
    assert_true(start(host, &b, 1, 0));
    close_sweep(&b);
}

static void an_adopting_runner_counts_what_its_trials_hold(void **state) {
    struct host *host = *state;
    struct sweep a = sweep_with(host, "a", 2, 0, 0), b = sweep_with(host, "b", 2, 0, 0);
    assert_true(start(host, &a, 1, 0));
    struct sweep again = sweep_with(host, "a", 2, 0, 0);
    assert_true(start(host, &b, 1, 0));
    assert_false(start(host, &b, 1, 0));
    assert_false(start(host, &again, 1, 0));
    assert_string_equal(reason(&again),
                        "waits for a CPU slot: both are held by this sweep and sweep b (trial 0)");
    close_sweep(&a);
    close_sweep(&b);
    close_sweep(&again);
}

// ---- fairness -----------------------------------------------------------------------------------

static void two_sweeps_that_want_all_end_up_with_half_each(void **state) {
    struct host *host = *state;
    struct sweep a = sweep_with(host, "a", 4, 0, 0), b = sweep_with(host, "b", 4, 0, 0);
    while (start(host, &a, 1, 0))
        continue;
    assert_false(start(host, &b, 1, 0));
    for (int i = 0; i < 6; i++) {
        end_oldest(a.count >= b.count ? &a : &b);
        start(host, &a, 1, 0); // it looks first, as the one whose trial ended does
        start(host, &b, 1, 0);
        assert_int_equal(a.count + b.count, 4);
    }
    assert_int_equal(a.count, 2);
    assert_int_equal(b.count, 2);
    close_sweep(&b);
    while (start(host, &a, 1, 0))
        continue;
    assert_int_equal(a.count, 4);
    close_sweep(&a);
}

static void the_only_slot_goes_to_and_fro(void **state) {
    struct host *host = *state;
    struct sweep a = sweep_with(host, "a", 0, 0, 1), b = sweep_with(host, "b", 0, 0, 1);
    assert_true(start(host, &a, 0, 1));
    assert_false(start(host, &a, 0, 1)); // it has waited for a second one for longer than b
    assert_false(start(host, &b, 0, 1));
    for (int i = 0; i < 3; i++) {
        end_oldest(&a);
        assert_false(start(host, &a, 0, 1));
        assert_string_equal(reason(&a), "waits for a GPU: the next one is for sweep b");
        assert_true(start(host, &b, 0, 1));
        assert_false(start(host, &b, 0, 1));
        end_oldest(&b);
        assert_false(start(host, &b, 0, 1));
        assert_true(start(host, &a, 0, 1));
    }
    close_sweep(&a);
    close_sweep(&b);
}

static void who_needs_several_is_not_passed_over_by_those_who_need_one(void **state) {
    struct host *host = *state;
    struct sweep a = sweep_with(host, "a", 0, 0, 2), b = sweep_with(host, "b", 0, 0, 2);
    assert_true(start(host, &a, 0, 1) && start(host, &a, 0, 1));
    assert_false(start(host, &b, 0, 2));
    end_oldest(&a);
    assert_false(start(host, &a, 0, 1));
    end_oldest(&a);
    assert_false(start(host, &a, 0, 1));
    assert_true(start(host, &b, 0, 2));
    close_sweep(&a);
    close_sweep(&b);
}

static void a_sweep_that_rests_or_is_gone_holds_nobody_up(void **state) {
    struct host *host = *state;
    struct sweep a = sweep_with(host, "a", 1, 0, 0), b = sweep_with(host, "b", 1, 0, 0);
    assert_true(start(host, &a, 1, 0));
    assert_false(start(host, &b, 1, 0));
    end_oldest(&a);
    assert_false(start(host, &a, 1, 0));
    wn_leases_rest(b.leases);
    assert_true(start(host, &a, 1, 0));
    assert_false(start(host, &b, 1, 0));
    close_sweep(&b); // its file stays behind, saying that it waits
    end_oldest(&a);
    assert_true(start(host, &a, 1, 0));
    close_sweep(&a);
}

static void a_suspended_runner_holds_nobody_up(void **state) {
    struct host *host = *state;
    struct sweep a = sweep_with(host, "a", 1, 0, 0), b = sweep_with(host, "b", 1, 0, 0);
    assert_true(start(host, &a, 1, 0));
    assert_false(start(host, &b, 1, 0));
    end_oldest(&a);
    assert_false(start(host, &a, 1, 0));
    host->now += 5; // in which b says nothing
    assert_true(start(host, &a, 1, 0));
    close_sweep(&a);
    close_sweep(&b);
}

static void sweeps_that_see_other_gpus_do_not_wait_for_each_other(void **state) {
    struct host *host = *state;
    struct sweep a = sweep_with(host, "a", 0, 0, 2), b = sweep_with(host, "b", 0, 1, 2);
    assert_true(start(host, &a, 0, 1) && start(host, &a, 0, 1)); // GPU-a, GPU-b
    assert_true(start(host, &b, 0, 1));                          // GPU-c
    assert_false(start(host, &b, 0, 1));
    end_oldest(&a); // GPU-a, which b cannot see
    assert_true(start(host, &a, 0, 1));
    close_sweep(&a);
    close_sweep(&b);
}

// ---- both kinds ---------------------------------------------------------------------------------

static void who_waits_for_a_gpu_leaves_the_cpus_to_others(void **state) {
    struct host *host = *state;
    struct sweep a = sweep_with(host, "a", 2, 0, 1), b = sweep_with(host, "b", 2, 0, 1),
                 c = sweep_with(host, "c", 2, 0, 0);
    assert_true(start(host, &a, 0, 1));
    assert_false(start(host, &b, 1, 1));
    assert_true(start(host, &c, 1, 0) && start(host, &c, 1, 0));
    close_sweep(&a);
    close_sweep(&b);
    close_sweep(&c);
}

static void who_waits_for_a_cpu_keeps_its_gpu_and_is_next(void **state) {
    struct host *host = *state;
    struct sweep a = sweep_with(host, "a", 2, 0, 1), b = sweep_with(host, "b", 2, 0, 0);
    assert_true(start(host, &b, 1, 0) && start(host, &b, 1, 0));
    assert_false(start(host, &a, 1, 1));
    assert_int_equal(a.next.count, 1);
    assert_string_equal(reason(&a), "waits for a CPU slot: both are held by sweep b (trials 0, 1)");
    end_oldest(&b);
    assert_false(start(host, &b, 1, 0));
    assert_true(start(host, &a, 1, 1));
    assert_int_equal(a.held[0].count, 2);
    assert_int_equal(a.held[0].gpus, 1);
    close_sweep(&a);
    close_sweep(&b);
}

// ---- the folder ---------------------------------------------------------------------------------

static void many_trials_are_not_all_named(void **state) {
    struct host *host = *state;
    struct sweep a = sweep_with(host, "a", 6, 0, 0), b = sweep_with(host, "b", 6, 0, 0);
    while (start(host, &a, 1, 0))
        continue;
    assert_false(start(host, &b, 1, 0));
    assert_string_equal(reason(&b), "waits for a CPU slot: all 6 are held by sweep a "
                                    "(trials 0, 1, 2, 3, ...)");
    close_sweep(&a);
    close_sweep(&b);
}

static void list_slot(void *context, const char *name, const struct wn_slot_holder *holder) {
    wn_str_addf(context, "%s %s %lld\n", name, holder ? holder->sweep : "-",
                holder ? (long long)holder->trial : -1);
}

static void all_slots_can_be_listed_without_taking_them(void **state) {
    struct host *host = *state;
    struct wn_str list = {0};
    wn_slot_each(host->slots, list_slot, &list);
    assert_string_equal(wn_str_text(&list), "");
    struct sweep a = sweep_with(host, "a", 11, 0, 1);
    assert_true(start(host, &a, 1, 1));
    wn_slot_each(host->slots, list_slot, &list);
    assert_string_equal(list.text, "cpu-0 a 0\ncpu-1 - -1\ncpu-2 - -1\ncpu-3 - -1\ncpu-4 - -1\n"
                                   "cpu-5 - -1\ncpu-6 - -1\ncpu-7 - -1\ncpu-8 - -1\ncpu-9 - -1\n"
                                   "cpu-10 - -1\ngpu-GPU-a a 0\n");
    wn_str_free(&list);
    close_sweep(&a);
}

static void expect_refusal(const struct host *host, const char *dir, const char *words) {
    struct wn_leases *leases;
    struct wn_err err = {0};
    const struct wn_leases_setup setup = {
        .dir = dir, .sweep_dir = host->root, .sweep = "a", .cpus = 2};
    assert_int_equal(wn_leases_open(&setup, &leases, &err), WN_ENVIRONMENT);
    if (!strstr(err.text, words))
        fail_msg("no \"%s\" in: %s", words, err.text);
}

static void a_folder_that_cannot_be_trusted_or_made_is_refused(void **state) {
    struct host *host = *state;
    char *file = wn_format("%s/file", host->root), *link = wn_format("%s/link", host->root),
         *open_to_all = wn_format("%s/open", host->root);
    fclose(fopen(file, "w"));
    mkdir(open_to_all, 0777);
    chmod(open_to_all, 0777);
    assert_int_equal(symlink(host->root, link), 0);
    expect_refusal(host, "/proc/winnow", "cannot make /proc/winnow");
    expect_refusal(host, file, "is not a folder");
    expect_refusal(host, link, "is not a folder");
    expect_refusal(host, open_to_all, "can be changed by other users");
    free(file);
    free(link);
    free(open_to_all);
}

int main(void) {
#define CASE(name) cmocka_unit_test_setup_teardown(name, make_host, remove_host)
    const struct CMUnitTest tests[] = {
        CASE(a_sweep_alone_takes_every_slot_and_gets_them_back),
        CASE(a_lease_says_which_gpus_it_has_and_leaves_busy_ones),
        CASE(several_gpus_are_taken_all_or_none),
        CASE(more_cpus_than_there_are_means_all),
        CASE(a_lease_lasts_as_long_as_the_process_that_inherited_it),
        CASE(an_adopting_runner_counts_what_its_trials_hold),
        CASE(two_sweeps_that_want_all_end_up_with_half_each),
        CASE(the_only_slot_goes_to_and_fro),
        CASE(who_needs_several_is_not_passed_over_by_those_who_need_one),
        CASE(a_sweep_that_rests_or_is_gone_holds_nobody_up),
        CASE(a_suspended_runner_holds_nobody_up),
        CASE(sweeps_that_see_other_gpus_do_not_wait_for_each_other),
        CASE(who_waits_for_a_gpu_leaves_the_cpus_to_others),
        CASE(who_waits_for_a_cpu_keeps_its_gpu_and_is_next),
        CASE(many_trials_are_not_all_named),
        CASE(all_slots_can_be_listed_without_taking_them),
        CASE(a_folder_that_cannot_be_trusted_or_made_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
