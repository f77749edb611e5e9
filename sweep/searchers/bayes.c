// SPDX-License-Identifier: GPL-3.0-or-later
// Bayesian optimisation with a Gaussian process. It begins with a few points of a Sobol sequence;
// then each configuration is the one of the highest expected improvement, given what ended, what is
// still running and what failed. All of it is a function of the seed, the configurations that are
// out, in the order of their ids, and what was told of them, whenever that was.
#include <gsl/gsl_sort.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/rng.h"
#include "sweep/bayes/features.h"
#include "sweep/bayes/model.h"
#include "sweep/bayes/propose.h"
#include "sweep/searchers/fresh.h"
#include "sweep/sobol.h"

enum {
    FIRST_POINTS = 10, // of the Sobol sequence
    FEWEST_TOLD = 4,   // with an objective: before that there is no model
    INCUMBENTS = 3,
    MOST_BEST = 150,   // observations that the model sees: so many of the best
    MOST_LATEST = 250, // and of the latest, and of what failed and is pending
};
static const uint64_t first_stream = UINT64_MAX; // asks use streams 0, 1, 2, ...

struct trial {
    int64_t id;
    struct wn_config *config;
    double *point;
    bool ended;
    enum wn_trial_state state;
    double value, error; // less is better
};

struct search {
    const struct wn_space *space;
    bool maximize;
    uint64_t seed;
    struct wn_features *features;
    struct wn_fresh *fresh;
    struct trial *trials; // ids rising
    size_t count, capacity;
    size_t told; // with an objective
};

static enum wn_status create(const struct wn_searcher_setup *setup, void **state,
                             struct wn_diags *diags) {
    (void)diags;
    struct search *search = wn_calloc(1, sizeof *search);
    *search = (struct search){
        .space = setup->spec->space,
        .maximize = setup->spec->objective_count && setup->spec->objectives->maximize,
        .seed = setup->seed,
        .features = wn_features_new(setup->spec->space),
        .fresh = wn_fresh_new(setup->spec->space),
    };
    *state = search;
    return WN_OK;
}

static void release(void *state) {
    struct search *search = state;
    for (size_t i = 0; i < search->count; i++) {
        wn_config_free(search->trials[i].config);
        free(search->trials[i].point);
    }
    free(search->trials);
    wn_features_free(search->features);
    wn_fresh_free(search->fresh);
    free(search);
}

// ---- history ------------------------------------------------------------------------------------

static void adopt(void *state, int64_t id, const struct wn_config *config) {
    struct search *search = state;
    struct trial *trial = WN_PUSH(search->trials, search->count, search->capacity);
    trial->id = id;
    trial->config = wn_config_copy(search->space, config);
    trial->point = wn_calloc(search->features->count, sizeof *trial->point);
    wn_features_encode(search->features, config, trial->point);
    wn_fresh_note(search->fresh, config);
}

static struct trial *find(struct search *search, int64_t id) {
    size_t low = 0, high = search->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (search->trials[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < search->count && search->trials[low].id == id ? &search->trials[low] : NULL;
}

static bool has_value(const struct trial *trial) {
    return trial->ended && wn_trial_counts(trial->state) && isfinite(trial->value);
}

// Of the configuration's own doing, as far as can be told.
static bool has_failed(const struct trial *trial) {
    return trial->ended && !has_value(trial) && trial->state != WN_TRIAL_KILLED &&
           trial->state != WN_TRIAL_PREEMPTED && trial->state != WN_TRIAL_LOST;
}

static void tell(void *state, const struct wn_observation *observation) {
    struct search *search = state;
    struct trial *trial = find(search, observation->id);
    if (!trial)
        return;
    search->told -= has_value(trial);
    trial->ended = true;
    trial->state = observation->state;
    trial->value = search->maximize ? -observation->objective : observation->objective;
    trial->error = observation->se;
    search->told += has_value(trial);
}

// ---- the first points ---------------------------------------------------------------------------

static bool is_fresh(void *context, const struct wn_config *config) {
    const struct search *search = context;
    return wn_fresh_is(search->fresh, config);
}

// The point of the sequence that comes after as many as there are configurations, or a later one.
static bool next_of_sequence(struct search *search, struct wn_config *config) {
    struct wn_rng rng = wn_rng_new(search->seed, first_stream);
    struct wn_sobol *sobol = wn_sobol_new(search->features->count, &rng);
    double *unit = wn_calloc(search->space->count, sizeof *unit), point[WN_SOBOL_MOST];
    int64_t left = wn_fresh_tries(search->fresh);
    bool found = false;
    for (size_t i = 0; left && !found && wn_sobol_next(sobol, point); i++) {
        if (i < search->count)
            continue;
        rng = wn_rng_new(search->seed, i);
        for (size_t leaf = 0; leaf < search->space->count; leaf++)
            unit[leaf] = wn_rng_uniform(&rng);
        for (size_t k = 0; k < search->features->count && k < WN_SOBOL_MOST; k++)
            unit[search->features->items[k].leaf] = point[k];
        wn_space_decode(search->space, unit, config);
        found = is_fresh(search, config);
        left--;
    }
    wn_sobol_free(sobol);
    free(unit);
    return found;
}

// ---- by the model -------------------------------------------------------------------------------

struct history { // gathered for the model
    struct wn_belief_data data;
    double *points, *values, *errors, *pending, *failures;
    const struct wn_config *incumbents[INCUMBENTS];
    size_t incumbent_count;
};

static void add_point(const struct search *search, const struct trial *trial, double *points,
                      size_t *count) {
    size_t d = search->features->count;
    memcpy(points + (*count)++ * d, trial->point, d * sizeof *points);
}

struct best { // values that are among the best that the model sees
    double up_to;
    size_t equal; // so many that equal it; many may
};

static struct best find_best(const struct search *search) {
    size_t count = 0;
    double *values = wn_calloc(search->count, sizeof *values);
    struct best best = {.up_to = INFINITY};
    for (size_t i = 0; i < search->count; i++)
        if (has_value(&search->trials[i]))
            values[count++] = search->trials[i].value;
    if (count > MOST_BEST) {
        gsl_sort(values, 1, count);
        best.up_to = values[MOST_BEST - 1];
        while (best.equal < MOST_BEST && values[MOST_BEST - 1 - best.equal] == best.up_to)
            best.equal++;
    }
    free(values);
    return best;
}

// Whether the model sees it: it takes the cube of their number in time. after: how many trials
// there are after this one.
static bool is_seen(const struct trial *trial, size_t after, struct best *best) {
    if (after < MOST_LATEST)
        return true;
    if (!has_value(trial) || trial->value > best->up_to)
        return false;
    if (trial->value < best->up_to)
        return true;
    bool room = best->equal;
    best->equal -= room;
    return room;
}

static void gather(const struct search *search, struct history *history) {
    size_t room = search->count * search->features->count + 1;
    *history = (struct history){
        .points = wn_calloc(room, sizeof(double)),
        .values = wn_calloc(search->count, sizeof(double)),
        .errors = wn_calloc(search->count, sizeof(double)),
        .pending = wn_calloc(room, sizeof(double)),
        .failures = wn_calloc(room, sizeof(double)),
    };
    struct wn_belief_data *data = &history->data;
    *data = (struct wn_belief_data){
        .dimensions = search->features->count,
        .nominal = search->features->nominal,
        .points = history->points,
        .values = history->values,
        .errors = history->errors,
        .pending = history->pending,
        .failures = history->failures,
    };
    struct best best = find_best(search);
    for (size_t i = 0; i < search->count; i++) {
        const struct trial *trial = &search->trials[i];
        if (!is_seen(trial, search->count - 1 - i, &best))
            continue;
        if (has_value(trial)) {
            history->values[data->count] = trial->value;
            history->errors[data->count] = trial->error;
            add_point(search, trial, history->points, &data->count);
        } else if (!trial->ended) {
            add_point(search, trial, history->pending, &data->pending_count);
        } else if (has_failed(trial)) {
            add_point(search, trial, history->failures, &data->failure_count);
        }
    }
}

// The best configurations, the best first; of equal ones the earlier.
static void choose_incumbents(const struct search *search, struct history *history) {
    const struct trial *chosen[INCUMBENTS];
    size_t count = 0;
    for (size_t i = 0; i < search->count; i++) {
        const struct trial *trial = &search->trials[i];
        if (!has_value(trial))
            continue;
        size_t at = count;
        while (at && trial->value < chosen[at - 1]->value)
            at--;
        if (at == INCUMBENTS)
            continue;
        count += count < INCUMBENTS;
        memmove(&chosen[at + 1], &chosen[at], (count - at - 1) * sizeof *chosen);
        chosen[at] = trial;
    }
    for (size_t i = 0; i < count; i++)
        history->incumbents[i] = chosen[i]->config;
    history->incumbent_count = count;
}

static void forget(struct history *history) {
    free(history->points);
    free(history->values);
    free(history->errors);
    free(history->pending);
    free(history->failures);
}

static bool ask_model(struct search *search, int64_t id, struct wn_config *config) {
    struct history history;
    struct wn_rng rng = wn_rng_new(search->seed, (uint64_t)id);
    gather(search, &history);
    choose_incumbents(search, &history);
    struct wn_belief *belief = wn_belief_new(&history.data, rng);
    bool found = false;
    if (belief) {
        const struct wn_propose setup = {
            .features = search->features,
            .acquisition = wn_belief_acquisition(belief),
            .incumbents = history.incumbents,
            .incumbent_count = history.incumbent_count,
            .is_fresh = is_fresh,
            .context = search,
            .rng = rng,
        };
        found = wn_propose(&setup, config);
    }
    wn_belief_free(belief);
    forget(&history);
    return found;
}

static enum wn_ask ask(void *state, int64_t id, struct wn_config *config) {
    struct search *search = state;
    bool by_model = search->count >= FIRST_POINTS && search->told >= FEWEST_TOLD;
    if (!(by_model && ask_model(search, id, config)) && !next_of_sequence(search, config) &&
        !wn_fresh_find(search->fresh, config))
        return WN_ASK_EXHAUSTED;
    return WN_ASK_OK;
}

const struct wn_searcher_type wn_searcher_bayes = {
    .name = "bayes",
    .summary = "models the objective by a Gaussian process and tries where it expects the most",
    .paper =
        "Snoek, Larochelle and Adams 2012, Practical Bayesian optimization of machine learning "
        "algorithms, NeurIPS 25; Ament et al. 2023, Unexpected improvements to expected "
        "improvement for Bayesian optimization, NeurIPS 36",
    .create = create,
    .ask = ask,
    .adopt = adopt,
    .tell = tell,
    .free = release,
};
