// SPDX-License-Identifier: GPL-3.0-or-later
// Racing: the configurations of a sweep with `race` all begin together, and how often each is
// repeated is for core/race to say. Rows are made a repeat at a time; what a decision makes
// needless is ended.
#include "sweep/runner/internal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/race_read.h"

static const char the_race[] = "the race, which is decided on it"; // killed by

void wn_racing_join(struct wn_runner *runner, struct wn_open *open) {
    struct wn_racing *racing = &runner->racing;
    if (racing->count == WN_RACE_MOST_ARMS)
        return;
    open->refs++;
    racing->arms[racing->count++] = open;
}

void wn_racing_remember(struct wn_runner *runner, int64_t trial, bool ended, double objective) {
    struct wn_racing *racing = &runner->racing;
    *WN_PUSH(racing->past, racing->past_count, racing->past_capacity) =
        (struct wn_past){trial, ended, objective};
}

void wn_racing_free(struct wn_racing *racing) {
    wn_race_free(racing->race);
    for (int i = 0; i < racing->count; i++)
        wn_open_release(racing->arms[i]);
    free(racing->past);
}

static int arm_of(const struct wn_racing *racing, int64_t configuration) {
    for (int i = 0; i < racing->count; i++)
        if (racing->arms[i]->id == configuration)
            return i;
    return -1;
}

struct wn_open *wn_racing_find(const struct wn_runner *runner, int64_t configuration) {
    int arm = arm_of(&runner->racing, configuration);
    return arm < 0 ? NULL : runner->racing.arms[arm];
}

// ---- decisions ----------------------------------------------------------------------------------

static enum wn_status end_live(struct wn_runner *runner, const struct wn_open *open,
                               struct wn_err *err) {
    for (size_t i = 0; i < runner->live_count; i++) {
        struct wn_live *live = runner->live[i];
        if (live->open != open || live->gone || live->row.killed_by)
            continue;
        enum wn_status status = wn_runner_end_live(runner, live, the_race, err);
        if (status != WN_OK)
            return status;
    }
    return WN_OK;
}

static enum wn_status drop_waiting(struct wn_runner *runner, const struct wn_open *open,
                                   struct wn_err *err) {
    enum wn_status status = WN_OK;
    for (size_t i = 0; i < runner->waiting_count && status == WN_OK;)
        if (runner->waiting[i].open == open)
            status = wn_runner_drop_waiting(runner, i, the_race, err);
        else
            i++;
    return status;
}

// No more of this configuration: what it has is its result.
static enum wn_status retire(struct wn_runner *runner, int arm, struct wn_err *err) {
    struct wn_racing *racing = &runner->racing;
    racing->retired[arm] = true;
    wn_runner_complete(runner, racing->arms[arm]);
    enum wn_status status = end_live(runner, racing->arms[arm], err);
    return status == WN_OK ? drop_waiting(runner, racing->arms[arm], err) : status;
}

static void name_end(struct wn_runner *runner) {
    struct wn_str text = {0};
    wn_race_tell_end(runner->racing.race, &text);
    snprintf(runner->ending, sizeof runner->ending, "%s", wn_str_text(&text));
    runner->hopeless = wn_race_end(runner->racing.race) == WN_RACE_FAILED;
    wn_str_free(&text);
}

static void tell_standing(struct wn_runner *runner) {
    struct wn_str text = {0};
    if (wn_race_end(runner->racing.race) == WN_RACE_ON)
        wn_race_tell_standing(runner->racing.race, &text);
    snprintf(runner->progress.standing, sizeof runner->progress.standing, "%s", wn_str_text(&text));
    wn_str_free(&text);
}

// What follows from the results so far.
static enum wn_status react(struct wn_runner *runner, struct wn_err *err) {
    struct wn_racing *racing = &runner->racing;
    bool over = wn_race_end(racing->race) != WN_RACE_ON;
    enum wn_status status = WN_OK;
    if (over && !runner->ending[0])
        name_end(runner);
    tell_standing(runner);
    for (int i = 0; i < racing->count && status == WN_OK; i++)
        if (!racing->retired[i] && (over || wn_race_arm(racing->race, i)->out))
            status = retire(runner, i, err);
    return status;
}

// What was under way when its configuration retired still counts for its mean.
static void refresh_best(struct wn_runner *runner, const struct wn_open *open) {
    if (runner->progress.has_best &&
        runner->progress.best_trial == open->id * runner->spec->repeats && open->counted)
        runner->progress.best = runner->rules.best = open->mean;
}

enum wn_status wn_racing_tell(struct wn_runner *runner, const struct wn_trial_row *row,
                              struct wn_err *err) {
    struct wn_racing *racing = &runner->racing;
    int64_t repeats = runner->spec->repeats;
    double objective = wn_trial_counts(row->state) ? row->objective : NAN;
    int arm = arm_of(racing, row->number / repeats);
    if (!racing->race)
        wn_racing_remember(runner, row->number, true, objective);
    if (!racing->race || arm < 0)
        return WN_OK;
    if (racing->retired[arm])
        refresh_best(runner, racing->arms[arm]);
    wn_race_tell(racing->race, arm, row->number % repeats, objective);
    return react(runner, err);
}

// ---- the start, and what comes next -------------------------------------------------------------

// All configurations that there are, so that none is behind by more than a round.
static void gather(struct wn_runner *runner) {
    const struct wn_spec *spec = runner->spec;
    for (;;) {
        struct wn_config *config = wn_config_new(spec->space);
        int64_t id;
        bool spent = spec->max_configurations && runner->asked >= spec->max_configurations;
        if (spent || wn_searcher_ask(runner->searcher, &id, config) != WN_ASK_OK) {
            wn_config_free(config);
            return;
        }
        struct wn_open *open = wn_open_new(id, config, spec);
        runner->asked = id + 1;
        wn_racing_join(runner, open);
        wn_open_release(open);
    }
}

static enum wn_status begin(struct wn_runner *runner, struct wn_err *err) {
    struct wn_racing *racing = &runner->racing;
    const struct wn_spec *spec = runner->spec;
    const struct wn_race_rules rules = wn_race_rules_of(spec);
    gather(runner);
    racing->race = wn_race_new(&rules, racing->count);
    for (size_t i = 0; i < racing->past_count; i++) {
        const struct wn_past *past = &racing->past[i];
        int arm = arm_of(racing, past->trial / spec->repeats);
        int64_t repeat = past->trial % spec->repeats;
        if (arm < 0)
            continue;
        if (past->ended)
            wn_race_tell(racing->race, arm, repeat, past->objective);
        else
            wn_race_begun(racing->race, arm, repeat);
    }
    racing->past_count = 0;
    return react(runner, err);
}

enum wn_status wn_racing_next(struct wn_runner *runner, struct wn_err *err) {
    struct wn_racing *racing = &runner->racing;
    int arm;
    int64_t repeat;
    enum wn_status status = racing->race ? WN_OK : begin(runner, err);
    if (status != WN_OK || !wn_race_next(racing->race, &arm, &repeat))
        return status;
    const struct wn_waiting waiting = {
        .open = racing->arms[arm],
        .number = racing->arms[arm]->id * runner->spec->repeats + repeat,
    };
    wn_runner_wait_for(runner, &waiting);
    wn_runner_count(runner, WN_TRIAL_QUEUED, +1);
    return wn_runner_put_queued(runner, &waiting, NULL, err);
}
