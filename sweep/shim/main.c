// SPDX-License-Identifier: GPL-3.0-or-later
// winnow-shim: the supervisor of one attempt of one trial. It outlives the runner that started it.
//
//   winnow-shim trial=N attempt=N [wall=MS] [cpu=MS] [silence=MS] [grace=MS] [memory=BYTES]
//               [leases=N] -- COMMAND [ARGUMENT...]
//
// It inherits, from whoever starts it:
//   0, 1, 2  what the command gets: /dev/null, and the log opened for appending
//   3        the log once more (read and write), with flock(LOCK_EX) on this description, which
//   ends
//            with the shim alone; a POSIX lock that the shim adds tells its pid (F_GETLK). It is a
//            write lock, and a read lock once processes of the tree do not end though killed
//   4        exits.jsonl, opened for appending: the record is one write to it
//   5, ...   N leases of slots, whose locks last as long as the shim
//   the working directory and the environment of the command
//
// The whole tree below it ends with the command. A signal to the shim ends it sooner:
//   SIGTERM  SIGTERM to the tree, SIGKILL after the grace period
//   SIGUSR1  SIGKILL to the tree
// Others are blocked. It ends with 0 once its record is written, else with 1; 2 for wrong
// arguments.
#include <errno.h>
#include <string.h>

#include "sweep/shim/command.h"
#include "sweep/shim/kernel.h"
#include "sweep/shim/watch.h"

enum { LOG = 3, EXITS = 4, LEASES = 5, CHILD_SUBREAPER = 36 };

static void take_over(const struct wn_options *options) {
    const struct flock whole = {.l_type = F_WRLCK};
    wn_mask_signals(~(wn_signals)0);
    wn_default_action(SIGCHLD); // ignored, it would keep the exit status from us
    wn_setsid();
    wn_prctl(CHILD_SUBREAPER, 1);
    wn_close_from(LEASES + (int)options->leases);
    wn_lock(LOG, &whole);
}

// `vector` is the kernel's auxiliary vector: pairs of type and value.
static struct wn_machine read_machine(const long *vector) {
    enum { END = 0, PAGE_SIZE = 6, TICKS_PER_SECOND = 17 };
    struct wn_machine machine = {.page_size = 4096, .tick = 10000000};
    for (; vector[0] != END; vector += 2) {
        if (vector[0] == PAGE_SIZE)
            machine.page_size = vector[1];
        else if (vector[0] == TICKS_PER_SECOND)
            machine.tick = 1000000000 / vector[1];
    }
    return machine;
}

static void run(struct wn_watch *watch, char *const *environment, struct wn_exit_record *record) {
    watch->started = wn_clock(CLOCK_MONOTONIC);
    watch->command = wn_command_start(watch->options->command, environment);
    if (watch->command < 0) {
        record->start_error = -watch->command;
        return;
    }
    wn_watch_until_gone(watch);
    record->cut = watch->cut;
    record->survivors = watch->survivors;
    record->exit_signal = watch->status & 0x7f;
    record->exit_code = record->exit_signal ? 0 : (watch->status >> 8) & 0xff;
}

static double seconds_of(const struct timeval *time) {
    return (double)time->tv_sec + (double)time->tv_usec / 1e6;
}

static void add_usage(struct wn_exit_record *record, int64_t sampled_peak) {
    struct rusage usage;
    wn_usage_of_children(&usage);
    record->user_cpu = seconds_of(&usage.ru_utime);
    record->system_cpu = seconds_of(&usage.ru_stime);
    int64_t largest = usage.ru_maxrss * 1024;
    record->peak_memory = largest > sampled_peak ? largest : sampled_peak;
}

// A full disk is waited for: the runner says so and pauses. What a short write left behind is torn;
// the record then comes again, on the same line or the next.
static int write_record(const struct wn_exit_record *record) {
    char line[WN_RECORD_MAX];
    size_t length = wn_record_format(record, line, sizeof line);
    for (;;) {
        ssize_t written = wn_write(EXITS, line, length);
        if (written == (ssize_t)length)
            return 0;
        if (written < 0 && written != -ENOSPC && written != -EDQUOT && written != -EINTR)
            return 1;
        wn_wait_signal(0, 1000000000); // of no signal: sleeps for a second
    }
}

static int refuse_arguments(void) {
    static const char usage[] = "winnow-shim: started by winnow, with words of its own; "
                                "run `winnow run` instead\n";
    wn_write(2, usage, sizeof usage - 1);
    return 2;
}

int wn_shim_main(long *stack) {
    char *const *argv = (char *const *)(stack + 1);
    char *const *environment = argv + stack[0] + 1;
    char *const *end = environment;
    while (*end)
        end++;
    struct wn_options options;
    if (stack[0] < 1 || !wn_options_read(argv + 1, &options))
        return refuse_arguments();
    take_over(&options);
    struct wn_watch watch = {
        .options = &options,
        .machine = read_machine((const long *)(end + 1)),
        .log = LOG,
        .metrics = wn_find_value(environment, "WINNOW_METRICS="),
    };
    struct wn_exit_record record = {.trial = options.trial, .attempt = options.attempt};
    // Whoever sets the clock meanwhile changes neither the order nor the distance of the two.
    int64_t began = wn_clock(CLOCK_MONOTONIC);
    record.started = (double)wn_clock(CLOCK_REALTIME) / 1e9;
    run(&watch, environment, &record);
    record.ended = record.started + (double)(wn_clock(CLOCK_MONOTONIC) - began) / 1e9;
    add_usage(&record, watch.peak);
    return write_record(&record);
}
