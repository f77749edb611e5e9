// SPDX-License-Identifier: GPL-3.0-or-later
// CMA-ES (sweep/cma). It begins with a few points of a Sobol sequence, and around the best of them.
// Of what has ended since, each so many in the order of their ids are a generation, whoever drew
// them; what is still running is waited for by nobody. So the distribution is a function of the
// history alone. It is kept, with a few of its former states: a trial that ends late belongs to a
// generation that is over, from where on all is made anew.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/rng.h"
#include "sweep/cma/cma.h"
#include "sweep/searchers/history.h"

enum {
    FIRST_POINTS = 10,  // of the Sobol sequence
    MOST_DRAWS = 1000,  // until one of them is fresh
    STATES = 12,        // that are kept
    MOST_DOUBLINGS = 6, // of the population, by restarts
};

struct stage { // after a generation
    struct wn_cma *cma;
    size_t next; // trial that none of the generations so far has seen
    size_t restarts;
    double best;  // of the generations since the restart
    size_t stale; // generations without a better one
};

struct search {
    struct wn_history *history;
    struct stage stages[STATES]; // the oldest first
    size_t stage_count;
};

static enum wn_status create(const struct wn_searcher_setup *setup, void **state,
                             struct wn_diags *diags) {
    struct search *search = wn_calloc(1, sizeof *search);
    void *history;
    enum wn_status status = wn_history_create(setup, &history, diags);
    search->history = history;
    *state = search;
    return status;
}

static void drop_latest(struct search *search) {
    wn_cma_free(search->stages[--search->stage_count].cma);
}

static void release(void *state) {
    struct search *search = state;
    while (search->stage_count)
        drop_latest(search);
    wn_history_free(search->history);
    free(search);
}

static void adopt(void *state, int64_t id, const struct wn_config *config) {
    const struct search *search = state;
    wn_history_adopt(search->history, id, config);
}

// Generations that have seen the trial, or passed over it, are not what they were.
static void tell(void *state, const struct wn_observation *observation) {
    struct search *search = state;
    const struct wn_history *history = search->history;
    wn_history_tell(search->history, observation);
    while (search->stage_count) {
        size_t next = search->stages[search->stage_count - 1].next;
        if (next == 0 || history->trials[next - 1].id < observation->id)
            return;
        drop_latest(search);
    }
}

// ---- generations --------------------------------------------------------------------------------

static bool says_something(const struct wn_past *trial) {
    return wn_past_has_value(trial) || wn_past_has_failed(trial);
}

static double value_of(const struct wn_past *trial) {
    return wn_past_has_value(trial) ? trial->value : INFINITY;
}

// Failures are the worst.
static int compare_trials(const void *a, const void *b) {
    const struct wn_past *left = *(const struct wn_past *const *)a;
    const struct wn_past *right = *(const struct wn_past *const *)b;
    double x = value_of(left), y = value_of(right);
    if (x != y)
        return x < y ? -1 : 1;
    return (left->id > right->id) - (left->id < right->id);
}

// The next `count` trials that say something, from *next on, which moves behind them; false where
// there are not so many.
static bool gather(const struct wn_history *history, size_t *next, size_t count,
                   const struct wn_past **trials) {
    size_t found = 0, i = *next;
    for (; i < history->count && found < count; i++)
        if (says_something(&history->trials[i]))
            trials[found++] = &history->trials[i];
    if (found < count)
        return false;
    *next = i;
    qsort(trials, count, sizeof *trials, compare_trials);
    return true;
}

static void push(struct search *search, struct stage stage) {
    if (search->stage_count == STATES) {
        wn_cma_free(search->stages[0].cma);
        memmove(search->stages, search->stages + 1, (STATES - 1) * sizeof *search->stages);
        search->stage_count--;
    }
    search->stages[search->stage_count++] = stage;
}

static bool begin(struct search *search) {
    const struct wn_history *history = search->history;
    const struct wn_past *first[FIRST_POINTS];
    struct stage stage = {.best = INFINITY};
    if (!gather(history, &stage.next, FIRST_POINTS, first) || !wn_past_has_value(first[0]))
        return false;
    const struct wn_cma_start start = {.features = history->features,
                                       .point = first[0]->point,
                                       .active = first[0]->config->active};
    stage.cma = wn_cma_new(&start);
    stage.best = first[0]->value;
    push(search, stage);
    return true;
}

static bool is_over(const struct stage *stage, size_t dimensions) {
    size_t patience = 10 + 30 * dimensions / wn_cma_population(stage->cma);
    return wn_cma_converged(stage->cma) || stage->stale > patience;
}

// Somewhere else, with twice the population (Auger and Hansen 2005, A restart CMA evolution
// strategy with increasing population size).
static void restart(const struct wn_history *history, struct stage *stage) {
    size_t d = history->features->count, population = wn_cma_population(stage->cma);
    struct wn_rng rng = wn_rng_new(wn_mix64(history->seed), stage->restarts++);
    double *point = wn_calloc(d, sizeof *point),
           *unit = wn_calloc(history->space->count, sizeof *unit);
    struct wn_config *config = wn_config_new(history->space);
    for (size_t leaf = 0; leaf < history->space->count; leaf++)
        unit[leaf] = wn_rng_uniform(&rng);
    wn_space_decode(history->space, unit, config);
    wn_features_encode(history->features, config, point);
    const struct wn_cma_start start = {
        .features = history->features,
        .population = stage->restarts <= MOST_DOUBLINGS ? 2 * population : population,
        .point = point,
        .active = config->active};
    wn_cma_free(stage->cma);
    stage->cma = wn_cma_new(&start);
    stage->best = INFINITY;
    stage->stale = 0;
    wn_config_free(config);
    free(point);
    free(unit);
}

static void learn(const struct wn_history *history, struct stage *stage,
                  const struct wn_past *const *trials) {
    size_t population = wn_cma_population(stage->cma);
    struct wn_cma_trial *ranked = wn_calloc(population, sizeof *ranked);
    for (size_t i = 0; i < population; i++)
        ranked[i] = (struct wn_cma_trial){
            .point = trials[i]->point,
            .active = trials[i]->config->active,
            .rng = wn_rng_new(wn_mix64(history->seed + 1), (uint64_t)trials[i]->id)};
    wn_cma_update(stage->cma, ranked);
    free(ranked);
    double best = value_of(trials[0]);
    stage->stale = best < stage->best ? 0 : stage->stale + 1;
    stage->best = fmin(stage->best, best);
    if (is_over(stage, history->features->count))
        restart(history, stage);
}

static bool advance(struct search *search) {
    struct stage stage = search->stages[search->stage_count - 1];
    size_t population = wn_cma_population(stage.cma);
    const struct wn_past **trials = wn_calloc(population, sizeof *trials);
    bool complete = gather(search->history, &stage.next, population, trials);
    if (complete) {
        stage.cma = wn_cma_copy(stage.cma);
        learn(search->history, &stage, trials);
        push(search, stage);
    }
    free(trials);
    return complete;
}

// ---- the choice ---------------------------------------------------------------------------------

static bool draw(const struct search *search, int64_t id, struct wn_config *config) {
    const struct wn_cma *cma = search->stages[search->stage_count - 1].cma;
    struct wn_history *history = search->history;
    struct wn_rng rng = wn_rng_new(history->seed, (uint64_t)id);
    double *unit = wn_calloc(history->space->count, sizeof *unit);
    bool found = false;
    for (int draws = 0; !found && draws < MOST_DRAWS; draws++) {
        wn_cma_draw(cma, &rng, unit);
        wn_space_decode(history->space, unit, config);
        found = wn_history_is_fresh(history, config);
    }
    free(unit);
    return found;
}

static enum wn_ask ask(void *state, int64_t id, struct wn_config *config) {
    struct search *search = state;
    bool ready = search->stage_count || begin(search);
    while (ready && advance(search))
        ;
    if (!(ready && draw(search, id, config)) && !wn_history_spread(search->history, config) &&
        !wn_fresh_find(search->history->fresh, config))
        return WN_ASK_EXHAUSTED;
    return WN_ASK_OK;
}

const struct wn_searcher_type wn_searcher_cmaes = {
    .name = "cmaes",
    .summary = "draws from a Gaussian that moves to the best results and takes on their shape",
    .paper = "Hansen 2016, The CMA evolution strategy: a tutorial, arXiv 1604.00772; Hamano et al. "
             "2022, CMA-ES with margin, GECCO; Hamano et al. 2024, CatCMA, GECCO",
    .create = create,
    .ask = ask,
    .adopt = adopt,
    .tell = tell,
    .free = release,
};
