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
#include "sweep/bayes/model.h"
#include "sweep/bayes/propose.h"
#include "sweep/searchers/history.h"

enum {
    FIRST_POINTS = 10, // of the Sobol sequence
    FEWEST_TOLD = 4,   // with an objective: before that there is no model
    INCUMBENTS = 3,
    MOST_BEST = 150,   // observations that the model sees: so many of the best
    MOST_LATEST = 250, // and of the latest, and of what failed and is pending
};

// ---- by the model -------------------------------------------------------------------------------

struct history { // gathered for the model
    struct wn_belief_data data;
    double *points, *values, *errors, *pending, *failures;
    const struct wn_config *incumbents[INCUMBENTS];
    size_t incumbent_count;
};

static void add_point(const struct wn_history *past, const struct wn_past *trial, double *points,
                      size_t *count) {
    size_t d = past->features->count;
    memcpy(points + (*count)++ * d, trial->point, d * sizeof *points);
}

struct best { // values that are among the best that the model sees
    double up_to;
    size_t equal; // so many that equal it; many may
};

static struct best find_best(const struct wn_history *past) {
    size_t count = 0;
    double *values = wn_calloc(past->count, sizeof *values);
    struct best best = {.up_to = INFINITY};
    for (size_t i = 0; i < past->count; i++)
        if (wn_past_has_value(&past->trials[i]))
            values[count++] = past->trials[i].value;
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
static bool is_seen(const struct wn_past *trial, size_t after, struct best *best) {
    if (after < MOST_LATEST)
        return true;
    if (!wn_past_has_value(trial) || trial->value > best->up_to)
        return false;
    if (trial->value < best->up_to)
        return true;
    bool room = best->equal;
    best->equal -= room;
    return room;
}

static void gather(const struct wn_history *past, struct history *history) {
    size_t room = past->count * past->features->count + 1;
    *history = (struct history){
        .points = wn_calloc(room, sizeof(double)),
        .values = wn_calloc(past->count, sizeof(double)),
        .errors = wn_calloc(past->count, sizeof(double)),
        .pending = wn_calloc(room, sizeof(double)),
        .failures = wn_calloc(room, sizeof(double)),
    };
    struct wn_belief_data *data = &history->data;
    *data = (struct wn_belief_data){
        .dimensions = past->features->count,
        .nominal = past->features->nominal,
        .points = history->points,
        .values = history->values,
        .errors = history->errors,
        .pending = history->pending,
        .failures = history->failures,
    };
    struct best best = find_best(past);
    for (size_t i = 0; i < past->count; i++) {
        const struct wn_past *trial = &past->trials[i];
        if (!is_seen(trial, past->count - 1 - i, &best))
            continue;
        if (wn_past_has_value(trial)) {
            history->values[data->count] = trial->value;
            history->errors[data->count] = trial->error;
            add_point(past, trial, history->points, &data->count);
        } else if (!trial->ended) {
            add_point(past, trial, history->pending, &data->pending_count);
        } else if (wn_past_has_failed(trial)) {
            add_point(past, trial, history->failures, &data->failure_count);
        }
    }
}

// The best configurations, the best first; of equal ones the earlier.
static void choose_incumbents(const struct wn_history *past, struct history *history) {
    const struct wn_past *chosen[INCUMBENTS];
    size_t count = 0;
    for (size_t i = 0; i < past->count; i++) {
        const struct wn_past *trial = &past->trials[i];
        if (!wn_past_has_value(trial))
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

static bool ask_model(struct wn_history *past, int64_t id, struct wn_config *config) {
    struct history history;
    struct wn_rng rng = wn_rng_new(past->seed, (uint64_t)id);
    gather(past, &history);
    choose_incumbents(past, &history);
    struct wn_belief *belief = wn_belief_new(&history.data, rng);
    bool found = false;
    if (belief) {
        const struct wn_propose setup = {
            .features = past->features,
            .acquisition = wn_belief_acquisition(belief),
            .incumbents = history.incumbents,
            .incumbent_count = history.incumbent_count,
            .is_fresh = wn_history_is_fresh,
            .context = past,
            .rng = rng,
        };
        found = wn_propose(&setup, config);
    }
    wn_belief_free(belief);
    forget(&history);
    return found;
}

static enum wn_ask ask(void *state, int64_t id, struct wn_config *config) {
    struct wn_history *past = state;
    bool by_model = past->count >= FIRST_POINTS && past->told >= FEWEST_TOLD;
    if (!(by_model && ask_model(past, id, config)) && !wn_history_spread(past, config) &&
        !wn_fresh_find(past->fresh, config))
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
    .create = wn_history_create,
    .ask = ask,
    .adopt = wn_history_adopt,
    .tell = wn_history_tell,
    .free = wn_history_free,
};
