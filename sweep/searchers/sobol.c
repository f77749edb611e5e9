// SPDX-License-Identifier: GPL-3.0-or-later
// The points of Sobol's sequence (sweep/sobol.h), one after the other.
// Points that are out or not allowed are passed over. Adopting passes over the same ones as asking
// would have, so that replayed and live searchers always stand at the same place.
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/base/rng.h"
#include "sweep/searchers/fresh.h"
#include "sweep/sobol.h"

static const uint64_t shift_stream = UINT64_MAX; // points use streams 0, 1, 2, ...

struct search {
    const struct wn_space *space;
    uint64_t seed;
    struct wn_fresh *fresh;
    size_t *leaves; // the leaf of each dimension; constants have none
    size_t dimensions;
    struct wn_sobol *sobol;
    uint64_t steps; // taken so far
    double *unit;   // the point where the search stands, one coordinate per leaf
    struct wn_config *scratch;
};

static void choose_leaves(struct search *search) {
    const struct wn_space *space = search->space;
    search->leaves = wn_calloc(space->count, sizeof *search->leaves);
    for (size_t i = 0; i < space->count && search->dimensions < WN_SOBOL_MOST; i++) {
        const struct wn_param *param = &space->params[i];
        if (param->dist->cardinality(&param->args) != 1)
            search->leaves[search->dimensions++] = i;
    }
}

// To the next point, at first to the origin. Leaves beyond the dimensions, and all of them after
// the sequence's end (2^30 points), are drawn from the point's own random stream.
static void step(struct search *search) {
    double point[WN_SOBOL_MOST];
    struct wn_rng rng = wn_rng_new(search->seed, search->steps++);
    for (size_t i = 0; i < search->space->count; i++)
        search->unit[i] = wn_rng_uniform(&rng);
    bool given = wn_sobol_next(search->sobol, point);
    for (size_t i = 0; given && i < search->dimensions; i++)
        search->unit[search->leaves[i]] = point[i];
}

static void release(void *state) {
    struct search *search = state;
    wn_fresh_free(search->fresh);
    wn_config_free(search->scratch);
    wn_sobol_free(search->sobol);
    free(search->leaves);
    free(search->unit);
    free(search);
}

static enum wn_status create(const struct wn_searcher_setup *setup, void **state,
                             struct wn_diags *diags) {
    (void)diags;
    const struct wn_space *space = setup->spec->space;
    struct search *search = wn_calloc(1, sizeof *search);
    *search = (struct search){
        .space = space,
        .seed = setup->seed,
        .fresh = wn_fresh_new(space),
        .unit = wn_calloc(space->count, sizeof *search->unit),
        .scratch = wn_config_new(space),
    };
    choose_leaves(search);
    struct wn_rng shift = wn_rng_new(search->seed, shift_stream);
    search->sobol = wn_sobol_new(search->dimensions, &shift);
    step(search);
    *state = search;
    return WN_OK;
}

// Passes over points until it stands at a fresh one; false where that took too many.
static bool find_fresh(struct search *search, struct wn_config *config) {
    for (int64_t left = wn_fresh_tries(search->fresh); left; left--) {
        wn_space_decode(search->space, search->unit, config);
        if (wn_fresh_is(search->fresh, config))
            return true;
        step(search);
    }
    return false;
}

static enum wn_ask ask(void *state, int64_t id, struct wn_config *config) {
    (void)id;
    struct search *search = state;
    if (!find_fresh(search, config) && !wn_fresh_find(search->fresh, config))
        return WN_ASK_EXHAUSTED;
    wn_fresh_note(search->fresh, config);
    return WN_ASK_OK;
}

static void adopt(void *state, int64_t id, const struct wn_config *config) {
    (void)id;
    struct search *search = state;
    find_fresh(search, search->scratch);
    wn_fresh_note(search->fresh, config);
}

const struct wn_searcher_type wn_searcher_sobol = {
    .name = "sobol",
    .summary = "spreads configurations evenly over the space",
    .paper = "Sobol 1967, USSR Computational Mathematics and Mathematical Physics 7; "
             "L'Ecuyer and Lemieux 2002, Recent advances in randomized quasi-Monte Carlo methods",
    .create = create,
    .ask = ask,
    .adopt = adopt,
    .free = release,
};
