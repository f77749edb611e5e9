// SPDX-License-Identifier: GPL-3.0-or-later
// The watch over one command. Every turn reaps first, so that a command that ended by itself is
// never said to have been cut; a trial that ends within FIRST_SAMPLE costs no look into /proc.
#include "sweep/shim/watch.h"

#include "sweep/shim/kernel.h"

#define MILLISECOND ((int64_t)1000000)
#define FIRST_SAMPLE (200 * MILLISECOND)
#define SAMPLE_PERIOD (1000 * MILLISECOND)
#define MEMORY_PERIOD (50 * MILLISECOND)
#define SHORTEST_PERIOD (20 * MILLISECOND)
#define LEFTOVER_GRACE (1000 * MILLISECOND)
#define KILL_PERIOD (10 * MILLISECOND)
#define UNDYING_AFTER (2000 * MILLISECOND)
#define UNDYING_PERIOD (1000 * MILLISECOND)

static int64_t smaller(int64_t a, int64_t b) {
    return a < b ? a : b;
}

static int64_t larger(int64_t a, int64_t b) {
    return a > b ? a : b;
}

// ---- the end of the tree ------------------------------------------------------------------------

static void signal_tree(struct wn_watch *watch, int number) {
    int32_t alive = wn_tree_signal(number);
    if (watch->gone && alive > watch->survivors)
        watch->survivors = alive;
}

// A stopped process would never see its SIGTERM: SIGCONT follows.
static void end_tree(struct wn_watch *watch, int64_t now, int64_t grace) {
    watch->stage = WN_WATCH_ENDING;
    watch->kill_at = now + grace;
    signal_tree(watch, SIGTERM);
    signal_tree(watch, SIGCONT);
}

static void cut(struct wn_watch *watch, enum wn_cut reason, int64_t now) {
    watch->cut = reason;
    end_tree(watch, now, watch->options->grace);
}

static void obey(struct wn_watch *watch, int number, int64_t now) {
    if (number != SIGTERM && number != SIGUSR1)
        return;
    if (watch->stage == WN_WATCH_RUNNING && !watch->gone)
        cut(watch, WN_CUT_REQUEST, now);
    if (number == SIGUSR1)
        watch->stage = WN_WATCH_KILLING;
}

// ---- samples ------------------------------------------------------------------------------------

// How often the limits want to be looked after: an eighth of a limit, within reason.
static int64_t sample_period(const struct wn_options *options) {
    int64_t period = options->memory ? MEMORY_PERIOD : SAMPLE_PERIOD;
    if (options->cpu)
        period = smaller(period, larger(options->cpu / 8, SHORTEST_PERIOD));
    if (options->silence)
        period = smaller(period, larger(options->silence / 8, SHORTEST_PERIOD));
    return period;
}

static int64_t cpu_of_ended(void) {
    struct rusage usage;
    wn_usage_of_children(&usage);
    return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000 * MILLISECOND +
           (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1000;
}

static bool is_silent(struct wn_watch *watch, int64_t now) {
    int64_t size = wn_seek_end(watch->log) + (watch->metrics ? wn_size_of(watch->metrics) : 0);
    if (size != watch->output_size) {
        watch->output_size = size;
        watch->output_at = now;
    }
    return now - watch->output_at >= watch->options->silence;
}

// Memory over the limit is not given any grace: it may take the machine down meanwhile.
static void check_tree(struct wn_watch *watch, int64_t now) {
    const struct wn_options *options = watch->options;
    struct wn_usage usage = wn_tree_measure(&watch->machine);
    if (options->memory && usage.resident > options->memory)
        usage.resident = smaller(usage.resident, wn_tree_proportional(&watch->machine));
    watch->peak = larger(watch->peak, usage.resident);
    if (options->memory && usage.resident > options->memory) {
        watch->cut = WN_CUT_MEMORY;
        watch->stage = WN_WATCH_KILLING;
    } else if (options->cpu && usage.cpu + cpu_of_ended() >= options->cpu) {
        cut(watch, WN_CUT_CPU, now);
    } else if (options->silence && is_silent(watch, now)) {
        cut(watch, WN_CUT_SILENCE, now);
    }
}

// However large the tree is, samples take at most a twentieth of a core.
static void sample(struct wn_watch *watch, int64_t now) {
    wn_oom_sample(&watch->oom);
    check_tree(watch, now);
    int64_t after = wn_clock(CLOCK_MONOTONIC);
    watch->next_sample = after + larger(sample_period(watch->options), 20 * (after - now));
}

// ---- the watch ----------------------------------------------------------------------------------

// Takes in what ended. True: no child is left, and so no descendant.
static bool reap(struct wn_watch *watch) {
    for (;;) {
        int status;
        pid_t pid = wn_reap(&status);
        if (pid <= 0)
            return pid < 0;
        if (pid != watch->command)
            continue;
        watch->gone = true;
        watch->status = status;
        bool killed = (status & 0x7f) == SIGKILL;
        if (killed && watch->stage == WN_WATCH_RUNNING && wn_oom_struck(&watch->oom))
            watch->cut = WN_CUT_KERNEL;
    }
}

static void check(struct wn_watch *watch, int64_t now) {
    const struct wn_options *options = watch->options;
    if (watch->gone)
        end_tree(watch, now, smaller(options->grace, LEFTOVER_GRACE));
    else if (options->wall && now - watch->started >= options->wall)
        cut(watch, WN_CUT_WALL, now);
    else if (now >= watch->next_sample)
        sample(watch, now);
}

// Some are still there long after their SIGKILL: in the kernel, frozen, or another user's. Whoever
// started us sees it by our lock, which lets others read from now on.
static void kill_tree(struct wn_watch *watch, int64_t now) {
    const struct flock whole = {.l_type = F_RDLCK};
    if (!watch->killing_since)
        watch->killing_since = now;
    signal_tree(watch, SIGKILL);
    if (watch->undying || now - watch->killing_since < UNDYING_AFTER)
        return;
    watch->undying = true;
    wn_lock(watch->log, &whole);
}

static int64_t wake_at(const struct wn_watch *watch, int64_t now) {
    if (watch->stage == WN_WATCH_KILLING)
        return now + (watch->undying ? UNDYING_PERIOD : KILL_PERIOD);
    if (watch->stage == WN_WATCH_ENDING)
        return watch->kill_at;
    int64_t wall = watch->options->wall;
    return wall ? smaller(watch->next_sample, watch->started + wall) : watch->next_sample;
}

void wn_watch_until_gone(struct wn_watch *watch) {
    const wn_signals awaited = WN_SIGNAL(SIGCHLD) | WN_SIGNAL(SIGTERM) | WN_SIGNAL(SIGUSR1);
    int64_t now = watch->output_at = watch->started;
    watch->next_sample = now + smaller(sample_period(watch->options), FIRST_SAMPLE);
    for (int number = 0; !reap(watch);) {
        obey(watch, number, now);
        if (watch->stage == WN_WATCH_RUNNING)
            check(watch, now);
        if (watch->stage == WN_WATCH_ENDING && now >= watch->kill_at)
            watch->stage = WN_WATCH_KILLING;
        if (watch->stage == WN_WATCH_KILLING)
            kill_tree(watch, now);
        number = wn_wait_signal(awaited, larger(0, wake_at(watch, now) - now));
        now = wn_clock(CLOCK_MONOTONIC);
    }
}
