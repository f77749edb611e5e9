// SPDX-License-Identifier: GPL-3.0-or-later
// From evidence to state: the order of the checks is the order of certainty.
#include "sweep/outcome.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/base/str.h"

__attribute__((format(printf, 3, 4))) static void
conclude(struct wn_outcome *outcome, enum wn_trial_state state, const char *format, ...) {
    outcome->state = state;
    va_list args;
    va_start(args, format);
    vsnprintf(outcome->reason, sizeof outcome->reason, format, args);
    va_end(args);
}

double wn_objective_value(const struct wn_objective *objective, const struct wn_summary *summary) {
    if (!summary)
        return NAN;
    if (objective->summary_last)
        return summary->last;
    return objective->maximize ? summary->max : summary->min;
}

static void decide_cut(const struct wn_evidence *evidence, struct wn_outcome *outcome) {
    const struct wn_limits *limits = &evidence->spec->limits;
    switch (evidence->record->cut) {
    case WN_CUT_WALL:
        conclude(outcome, WN_TRIAL_TIMEOUT, "ran longer than its limit of %g s", limits->timeout);
        break;
    case WN_CUT_CPU:
        conclude(outcome, WN_TRIAL_TIMEOUT, "used more than its limit of %g s of CPU time",
                 limits->cpu_time);
        break;
    case WN_CUT_SILENCE:
        conclude(outcome, WN_TRIAL_TIMEOUT, "printed nothing for %g s", limits->silence);
        break;
    case WN_CUT_MEMORY:
        conclude(outcome, WN_TRIAL_OOM, "used more than its limit of %.0f MiB of memory",
                 (double)limits->memory / 0x1p20);
        break;
    case WN_CUT_KERNEL:
        conclude(outcome, WN_TRIAL_OOM, "ended by the kernel: the machine ran out of memory");
        break;
    default:
        if (evidence->killed_by)
            conclude(outcome, WN_TRIAL_KILLED, "killed by %s", evidence->killed_by);
        else if (evidence->condemned)
            conclude(outcome, WN_TRIAL_STOPPED, "%s", evidence->condemned);
        else
            conclude(outcome, WN_TRIAL_KILLED, "cancelled");
    }
}

static void decide_success(const struct wn_evidence *evidence, struct wn_outcome *outcome) {
    const struct wn_objective *objective = evidence->spec->objectives;
    if (isfinite(outcome->objective))
        conclude(outcome, WN_TRIAL_FINISHED, "%s", "");
    else if (evidence->objective)
        conclude(outcome, WN_TRIAL_NAN,
                 objective->summary_last ? "the last %s is not a finite number"
                                         : "%s was never a finite number",
                 objective->name);
    else
        conclude(outcome, WN_TRIAL_FAILED,
                 evidence->names ? "printed no %s, but %s" : "printed no %s", objective->name,
                 evidence->names);
}

static void decide_record(const struct wn_evidence *evidence, struct wn_outcome *outcome) {
    const struct wn_exit_record *record = evidence->record;
    if (record->start_error)
        conclude(outcome, WN_TRIAL_FAILED,
                 evidence->start_hint ? "cannot start %s: %s; %s" : "cannot start %s: %s",
                 evidence->command, strerror(record->start_error), evidence->start_hint);
    else if (record->cut != WN_CUT_NONE)
        decide_cut(evidence, outcome);
    else if (record->exit_signal)
        conclude(outcome, WN_TRIAL_FAILED, "ended by signal %d (%s)", record->exit_signal,
                 strsignal(record->exit_signal));
    else if (record->exit_code)
        conclude(outcome, WN_TRIAL_FAILED, "exit code %d", record->exit_code);
    else
        decide_success(evidence, outcome);
}

// What fails while nothing can be written is not held against the trial, the first time: it may be
// what fills the disk.
static void excuse(struct wn_outcome *outcome) {
    char why[sizeof outcome->reason];
    memcpy(why, outcome->reason, sizeof why);
    conclude(outcome, WN_TRIAL_LOST, "the disk was full while it ran (%.400s)", why);
}

void wn_outcome_decide(const struct wn_evidence *evidence, struct wn_outcome *outcome) {
    outcome->objective = wn_objective_value(evidence->spec->objectives, evidence->objective);
    if (evidence->start_failure)
        conclude(outcome, WN_TRIAL_FAILED, "%s", evidence->start_failure);
    else if (evidence->record)
        decide_record(evidence, outcome);
    else
        conclude(outcome, WN_TRIAL_LOST,
                 "its supervisor vanished (killed, or the machine restarted)");
    if (outcome->state == WN_TRIAL_FAILED && evidence->disk_was_low)
        excuse(outcome);
    if (!isfinite(outcome->objective))
        outcome->objective = NAN;
}

bool wn_outcome_is_accepted(enum wn_trial_state state, const char *killed_by) {
    return wn_trial_ended(state) && !wn_outcome_is_interruption(state) &&
           (state != WN_TRIAL_KILLED || killed_by);
}

bool wn_outcome_spends_retry(enum wn_trial_state state) {
    return state == WN_TRIAL_FAILED || state == WN_TRIAL_TIMEOUT || state == WN_TRIAL_OOM;
}

bool wn_outcome_is_interruption(enum wn_trial_state state) {
    return state == WN_TRIAL_LOST || state == WN_TRIAL_PREEMPTED;
}

double wn_retry_delay(int64_t attempt) {
    return fmin(60, ldexp(1, attempt > 7 ? 6 : (int)attempt - 1));
}
