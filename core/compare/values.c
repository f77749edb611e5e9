// SPDX-License-Identifier: GPL-3.0-or-later
// Reading last values in order of trials, and averaging them over units.
#include "core/compare/values.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

struct known {
    int64_t metric; // its id in the sweep of the side
    size_t index;   // in what was asked for
};

struct reading {
    const struct wn_compare_side *side;
    const char *const *names;
    size_t count;
    struct known *known; // in order of id
    size_t known_count;
    double **sums;
    uint32_t **counts;
    size_t trial, unit; // of the side, where the reading is
};

static void add_value(struct reading *reading, size_t metric, double value) {
    reading->sums[metric][reading->unit] += value;
    reading->counts[metric][reading->unit]++;
}

// ---- the objective ------------------------------------------------------------------------------

static void add_objectives(struct reading *reading, size_t metric) {
    const struct wn_compare_side *side = reading->side;
    for (reading->unit = 0; reading->unit < side->unit_count; reading->unit++) {
        const struct wn_compare_unit *unit = &side->units[reading->unit];
        for (size_t i = unit->first; i < unit->first + unit->count; i++)
            if (wn_compare_counts(&side->trials[i]) && !isnan(side->trials[i].objective))
                add_value(reading, metric, side->trials[i].objective);
    }
    reading->unit = 0;
}

// ---- other metrics ------------------------------------------------------------------------------

static bool know_metric(void *context, int64_t id, const char *name) {
    struct reading *reading = context;
    if (strcmp(name, reading->side->sweep.objective) == 0)
        return true;
    for (size_t i = 0; i < reading->count; i++)
        if (strcmp(reading->names[i], name) == 0)
            reading->known[reading->known_count++] = (struct known){id, i};
    return true;
}

// Goes on to the trial; false: it is none of the side's.
static bool go_to(struct reading *reading, int64_t number) {
    const struct wn_compare_side *side = reading->side;
    while (reading->trial < side->trial_count && side->trials[reading->trial].number < number)
        reading->trial++;
    if (reading->trial == side->trial_count || side->trials[reading->trial].number != number)
        return false;
    while (reading->trial >= side->units[reading->unit].first + side->units[reading->unit].count)
        reading->unit++;
    return true;
}

static int by_metric(const void *left, const void *right) {
    int64_t a = ((const struct known *)left)->metric, b = ((const struct known *)right)->metric;
    return (a > b) - (a < b);
}

static bool add_last(void *context, int64_t trial, int64_t metric, double last) {
    struct reading *reading = context;
    const struct known key = {.metric = metric};
    const struct known *known =
        bsearch(&key, reading->known, reading->known_count, sizeof key, by_metric);
    if (known && go_to(reading, trial) && wn_compare_counts(&reading->side->trials[reading->trial]))
        add_value(reading, known->index, last);
    return true;
}

static enum wn_status read_lasts(struct wn_store *store, struct reading *reading,
                                 struct wn_err *err) {
    const struct wn_compare_side *side = reading->side;
    const struct wn_store_range range = {.sweep = side->sweep.id,
                                         .first = side->trials[0].number,
                                         .last = side->trials[side->trial_count - 1].number};
    enum wn_status status = wn_store_each_metric(store, side->sweep.id, know_metric, reading, err);
    if (status != WN_OK || !reading->known_count)
        return status;
    return wn_store_each_last(store, &range, add_last, reading, err);
}

// ---- all of them --------------------------------------------------------------------------------

static void average(struct reading *reading) {
    for (size_t i = 0; i < reading->count; i++)
        for (size_t k = 0; k < reading->side->unit_count; k++)
            reading->sums[i][k] =
                reading->counts[i][k] ? reading->sums[i][k] / reading->counts[i][k] : NAN;
}

enum wn_status wn_unit_values_read(struct wn_store *store, const struct wn_compare_side *side,
                                   const char *const *names, size_t count,
                                   struct wn_unit_values *values, struct wn_err *err) {
    struct reading reading = {.side = side, .names = names, .count = count};
    reading.known = wn_calloc(count, sizeof *reading.known);
    reading.sums = wn_calloc(count, sizeof *reading.sums);
    reading.counts = wn_calloc(count, sizeof *reading.counts);
    for (size_t i = 0; i < count; i++) {
        reading.sums[i] = wn_calloc(side->unit_count, sizeof **reading.sums);
        reading.counts[i] = wn_calloc(side->unit_count, sizeof **reading.counts);
        if (strcmp(names[i], side->sweep.objective) == 0)
            add_objectives(&reading, i);
    }
    enum wn_status status = read_lasts(store, &reading, err);
    average(&reading);
    for (size_t i = 0; i < count; i++)
        free(reading.counts[i]);
    free(reading.counts);
    free(reading.known);
    *values = (struct wn_unit_values){reading.sums, count};
    return status;
}

void wn_unit_values_free(struct wn_unit_values *values) {
    for (size_t i = 0; i < values->count; i++)
        free(values->metrics[i]);
    free(values->metrics);
    *values = (struct wn_unit_values){0};
}
