// SPDX-License-Identifier: GPL-3.0-or-later
// winnow logs: what a trial printed; with -f until it ends.
#include <time.h>

#include "cli/common.h"
#include "cli/log_end.h"

enum { CHUNK = 1 << 16 };

struct following {
    struct wn_store *store;
    int64_t sweep, trial, attempt;
    struct wn_logs *logs;
    struct wn_log *log; // NULL while there is none
};

// Copies what is new; a log that is not there yet is no error.
static enum wn_status copy_new(struct following *following, struct wn_output *out,
                               struct wn_err *err) {
    char bytes[CHUNK];
    enum wn_status status = WN_OK;
    if (!following->log)
        status = wn_log_open(following->logs, following->trial, following->attempt, &following->log,
                             err);
    if (status == WN_NO)
        return WN_OK;
    for (size_t length = 1; status == WN_OK && length;) {
        status = wn_log_read(following->log, bytes, sizeof bytes, &length, err);
        if (status == WN_OK && !wn_print_text(out, bytes, length))
            return WN_OK;
    }
    wn_print_flush(out);
    return status;
}

// An attempt is over when its trial ended or is on a later attempt, or when no runner lives that
// could tell of its end.
static enum wn_status is_over(const struct following *following, bool *over, struct wn_err *err) {
    struct wn_trial_row row = {0};
    enum wn_status status =
        wn_store_get_trial(following->store, following->sweep, following->trial, &row, err);
    if (status != WN_OK)
        return status;
    *over = wn_trial_ended(row.state) || row.attempt > following->attempt ||
            !wn_sweep_alive(following->store, following->sweep);
    wn_trial_row_clear(&row);
    return WN_OK;
}

static enum wn_status follow(struct following *following, struct wn_output *out,
                             struct wn_err *err) {
    const struct timespec pause = {.tv_nsec = 100000000};
    bool over = false;
    enum wn_status status = WN_OK;
    while (status == WN_OK && !over && !out->error) {
        status = is_over(following, &over, err); // asked first: what is read then is all
        if (status == WN_OK)
            status = copy_new(following, out, err);
        if (status == WN_OK && !over)
            nanosleep(&pause, NULL);
    }
    return status;
}

static enum wn_status show(struct wn_invocation *invocation, struct following *following,
                           struct wn_err *err) {
    following->logs = wn_sweep_logs(following->store, following->sweep);
    enum wn_status status;
    if (wn_args_has(invocation, "follow"))
        status = follow(following, &invocation->out, err);
    else
        status = copy_new(following, &invocation->out, err);
    if (status == WN_OK && !following->log)
        status = wn_fail(err, WN_NO, "trial %lld has no log (yet)", (long long)following->trial);
    wn_log_close(following->log);
    wn_logs_free(following->logs);
    return status;
}

static enum wn_status choose_attempt(const struct wn_invocation *invocation,
                                     struct following *following, struct wn_err *err) {
    struct wn_trial_row row = {0};
    enum wn_status status =
        wn_store_get_trial(following->store, following->sweep, following->trial, &row, err);
    if (status == WN_NO)
        return wn_fail(err, WN_BAD_INPUT, "the sweep has no trial %lld",
                       (long long)following->trial);
    if (status != WN_OK)
        return status;
    int64_t last = row.attempt;
    wn_trial_row_clear(&row);
    following->attempt = wn_args_integer(invocation, "attempt", last);
    if (following->attempt > last)
        return wn_fail(err, WN_BAD_INPUT, "trial %lld has attempts 0 to %lld (found %lld)",
                       (long long)following->trial, (long long)last, (long long)following->attempt);
    if (last > 0 && !wn_args_has(invocation, "attempt"))
        wn_say("attempt %lld of trial %lld; --attempt N shows an earlier one\n", (long long)last,
               (long long)following->trial);
    return WN_OK;
}

static enum wn_status run(struct wn_invocation *invocation, struct wn_err *err) {
    struct following following = {0};
    if (wn_read_trial(invocation->operands[1], &following.trial, err) != WN_OK)
        return err->status;
    struct wn_sweep_row row = {0};
    enum wn_status status = wn_open_sweep(invocation, WN_STORE_READ, &following.store, &row, err);
    if (status != WN_OK)
        return status;
    following.sweep = row.id;
    status = choose_attempt(invocation, &following, err);
    if (status == WN_OK)
        status = show(invocation, &following, err);
    wn_sweep_row_clear(&row);
    wn_store_close(following.store);
    return status;
}

static const struct wn_option options[] = {
    {.name = "follow", .letter = 'f', .help = "go on until the trial has ended"},
    {
        .name = "attempt",
        .type = WN_OPTION_NATURAL,
        .value = "N",
        .fallback = "the last",
        .help = "of a trial that was tried again: which attempt, from 0",
    },
    {0},
};

static const struct wn_example examples[] = {
    {"winnow logs svm 12", "what trial 12 printed"},
    {"winnow logs -f svm 12", "the same while it runs"},
    {0},
};

const struct wn_command wn_command_logs = {
    .name = "logs",
    .summary = "show what a trial printed",
    .also = "output tail",
    .options = {options},
    .operands = {{.name = "SWEEP", .kind = WN_OPERAND_SWEEP},
                 {.name = "TRIAL", .kind = WN_OPERAND_TRIAL}},
    .description = "Prints the standard output and standard error of a trial, in the order in "
                   "which they were written. On a terminal control characters are shown as \\xNN; "
                   "into a pipe every byte goes as it is.",
    .examples = examples,
    .no_means = "the trial has not printed anything yet",
    .run = run,
};
