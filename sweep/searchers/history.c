// SPDX-License-Identifier: GPL-3.0-or-later
// Ids rise, so that a trial is found by bisection and nothing is ever sorted.
#include "sweep/searchers/history.h"

#include <math.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/base/rng.h"
#include "sweep/sobol.h"

static const uint64_t first_stream = UINT64_MAX; // asks use streams 0, 1, 2, ...

enum wn_status wn_history_create(const struct wn_searcher_setup *setup, void **state,
                                 struct wn_diags *diags) {
    (void)diags;
    struct wn_history *history = wn_calloc(1, sizeof *history);
    *history = (struct wn_history){
        .space = setup->spec->space,
        .maximize = setup->spec->objective_count && setup->spec->objectives->maximize,
        .seed = setup->seed,
        .features = wn_features_new(setup->spec->space),
        .fresh = wn_fresh_new(setup->spec->space),
    };
    *state = history;
    return WN_OK;
}

void wn_history_free(void *state) {
    struct wn_history *history = state;
    for (size_t i = 0; i < history->count; i++) {
        wn_config_free(history->trials[i].config);
        free(history->trials[i].point);
    }
    free(history->trials);
    wn_features_free(history->features);
    wn_fresh_free(history->fresh);
    free(history);
}

void wn_history_adopt(void *state, int64_t id, const struct wn_config *config) {
    struct wn_history *history = state;
    struct wn_past *past = WN_PUSH(history->trials, history->count, history->capacity);
    past->id = id;
    past->config = wn_config_copy(history->space, config);
    past->point = wn_calloc(history->features->count, sizeof *past->point);
    wn_features_encode(history->features, config, past->point);
    wn_fresh_note(history->fresh, config);
}

static struct wn_past *find(struct wn_history *history, int64_t id) {
    size_t low = 0, high = history->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (history->trials[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < history->count && history->trials[low].id == id ? &history->trials[low] : NULL;
}

bool wn_past_has_value(const struct wn_past *past) {
    return past->ended && wn_trial_counts(past->state) && isfinite(past->value);
}

bool wn_past_has_failed(const struct wn_past *past) {
    return past->ended && !wn_past_has_value(past) && past->state != WN_TRIAL_KILLED &&
           past->state != WN_TRIAL_PREEMPTED && past->state != WN_TRIAL_LOST;
}

void wn_history_tell(void *state, const struct wn_observation *observation) {
    struct wn_history *history = state;
    struct wn_past *past = find(history, observation->id);
    if (!past)
        return;
    history->told -= wn_past_has_value(past);
    past->ended = true;
    past->state = observation->state;
    past->value = history->maximize ? -observation->objective : observation->objective;
    past->error = observation->se;
    history->told += wn_past_has_value(past);
}

// ---- what is left -------------------------------------------------------------------------------

bool wn_history_is_fresh(void *history, const struct wn_config *config) {
    return wn_fresh_is(((const struct wn_history *)history)->fresh, config);
}

bool wn_history_spread(struct wn_history *history, struct wn_config *config) {
    const struct wn_features *features = history->features;
    struct wn_rng rng = wn_rng_new(history->seed, first_stream);
    struct wn_sobol *sobol = wn_sobol_new(features->count, &rng);
    double *unit = wn_calloc(history->space->count, sizeof *unit), point[WN_SOBOL_MOST];
    int64_t left = wn_fresh_tries(history->fresh);
    bool found = false;
    for (size_t i = 0; left && !found && wn_sobol_next(sobol, point); i++) {
        if (i < history->count)
            continue;
        rng = wn_rng_new(history->seed, i);
        for (size_t leaf = 0; leaf < history->space->count; leaf++)
            unit[leaf] = wn_rng_uniform(&rng);
        for (size_t k = 0; k < features->count && k < WN_SOBOL_MOST; k++)
            unit[features->items[k].leaf] = point[k];
        wn_space_decode(history->space, unit, config);
        found = wn_fresh_is(history->fresh, config);
        left--;
    }
    wn_sobol_free(sobol);
    free(unit);
    return found;
}
