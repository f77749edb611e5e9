// SPDX-License-Identifier: GPL-3.0-or-later
// Reads a race back. Its arms are the configurations in order of their numbers, as the runner
// gathers them.
#include "core/race_read.h"

#include <math.h>
#include <stdlib.h>

#include "core/base/mem.h"

struct result { // of a trial that ended for good
    int arm;
    int64_t repeat;
    double objective;
};

struct reading {
    struct wn_race_record *record;
    int64_t repeats;
    struct result *results;
    size_t count, capacity;
    struct wn_moments moments[WN_RACE_MOST_ARMS];
};

struct wn_race_rules wn_race_rules_of(const struct wn_spec *spec) {
    return (struct wn_race_rules){
        .most = spec->repeats,
        .confidence = spec->race.confidence,
        .min_effect = spec->race.min_effect,
        .maximize = spec->objectives->maximize,
    };
}

static int arm_of(struct reading *reading, const struct wn_trial_row *row) {
    struct wn_race_record *record = reading->record;
    int64_t first = row->number - row->number % reading->repeats;
    if (record->count && record->entries[record->count - 1].trial == first)
        return record->count - 1; // rows come in order of their numbers
    if (record->count == WN_RACE_MOST_ARMS)
        return -1;
    record->entries[record->count] = (struct wn_race_entry){
        .trial = first, .params_hash = row->params_hash, .params = wn_strdup(row->params)};
    return record->count++;
}

// It was cancelled or interrupted: a resumed sweep runs it once more.
static bool is_to_be_run_again(const struct wn_trial_row *row) {
    return row->state == WN_TRIAL_LOST || row->state == WN_TRIAL_PREEMPTED ||
           (row->state == WN_TRIAL_KILLED && !row->killed_by);
}

static bool add_row(void *context, const struct wn_trial_row *row) {
    struct reading *reading = context;
    int arm = arm_of(reading, row);
    if (arm < 0 || !wn_trial_ended(row->state) || is_to_be_run_again(row))
        return true;
    double objective = wn_trial_counts(row->state) ? row->objective : NAN;
    *WN_PUSH(reading->results, reading->count, reading->capacity) =
        (struct result){arm, row->number % reading->repeats, objective};
    if (!isnan(objective))
        wn_moments_add(&reading->moments[arm], objective);
    return true;
}

// Of a list all arms are known from the start, so that none is judged before all have begun.
static int count_arms(const struct wn_race_record *record, const struct wn_spec *spec) {
    const struct wn_value *list = &spec->configurations;
    int arms = 0;
    for (size_t i = 0; list->type == WN_LIST && i < list->list.count; i++) {
        bool again = false; // twice the same is run once
        for (size_t k = 0; k < i; k++)
            again = again || wn_value_equal(&list->list.items[i], &list->list.items[k]);
        arms += !again;
    }
    arms = arms < WN_RACE_MOST_ARMS ? arms : WN_RACE_MOST_ARMS;
    return arms > record->count ? arms : record->count;
}

static void run_race(struct reading *reading, const struct wn_spec *spec) {
    struct wn_race_record *record = reading->record;
    const struct wn_race_rules rules = wn_race_rules_of(spec);
    record->race = wn_race_new(&rules, count_arms(record, spec));
    for (size_t i = 0; i < reading->count; i++)
        wn_race_tell(record->race, reading->results[i].arm, reading->results[i].repeat,
                     reading->results[i].objective);
    for (int i = 0; i < record->count; i++) {
        struct wn_moments moments = reading->moments[i];
        double n = (double)moments.count;
        record->entries[i].results = (int64_t)moments.count;
        record->entries[i].mean = moments.count ? moments.mean : NAN;
        record->entries[i].se = moments.count > 1 ? sqrt(moments.variance / n) : NAN;
    }
}

enum wn_status wn_race_read(struct wn_store *store, int64_t sweep, const struct wn_spec *spec,
                            struct wn_race_record *record, struct wn_err *err) {
    *record = (struct wn_race_record){0};
    struct reading reading = {.record = record, .repeats = spec->repeats};
    enum wn_status status = wn_store_each_trial(store, sweep, add_row, &reading, err);
    if (status == WN_OK && record->count)
        run_race(&reading, spec);
    free(reading.results);
    return status;
}

void wn_race_record_clear(struct wn_race_record *record) {
    for (int i = 0; i < record->count; i++)
        free(record->entries[i].params);
    wn_race_free(record->race);
    *record = (struct wn_race_record){0};
}
