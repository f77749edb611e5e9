// SPDX-License-Identifier: GPL-3.0-or-later
// Sobol's low-discrepancy sequence (GSL's), moved by a random digital shift: each coordinate's
// binary digits are XORed with the same random ones for all points, which keeps the sequence's
// evenness and makes each single point uniformly distributed (L'Ecuyer and Lemieux 2002; in base 2
// what Cranley and Patterson 1976 did modulo 1; Owen's scrambling would also permute digits). The
// first point, the origin, belongs to it (Owen 2022), though GSL leaves it out.
// Points that are out or not allowed are passed over. Adopting passes over the same ones as asking
// would have, so that replayed and live searchers always stand at the same place.
#include <gsl/gsl_errno.h>
#include <gsl/gsl_qrng.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/base/rng.h"
#include "sweep/searchers/fresh.h"

enum {
    MOST_DIMENSIONS = 40, // of GSL's tables; beyond, it fails without saying so
    DIGITS = 30,          // of GSL's coordinates
};
static const uint64_t shift_stream = UINT64_MAX; // points use streams 0, 1, 2, ...

struct search {
    const struct wn_space *space;
    uint64_t seed;
    struct wn_fresh *fresh;
    size_t *leaves; // the leaf of each dimension; constants have none
    size_t dimensions;
    uint32_t shift[MOST_DIMENSIONS];
    gsl_qrng *sobol;
    uint64_t steps; // taken so far
    double *unit;   // the point where the search stands, one coordinate per leaf
    struct wn_config *scratch;
};

static void choose_leaves(struct search *search) {
    const struct wn_space *space = search->space;
    search->leaves = wn_calloc(space->count, sizeof *search->leaves);
    for (size_t i = 0; i < space->count && search->dimensions < MOST_DIMENSIONS; i++) {
        const struct wn_param *param = &space->params[i];
        if (param->dist->cardinality(&param->args) != 1)
            search->leaves[search->dimensions++] = i;
    }
}

static void choose_shift(struct search *search) {
    struct wn_rng rng = wn_rng_new(search->seed, shift_stream);
    for (size_t i = 0; i < MOST_DIMENSIONS; i++)
        search->shift[i] = (uint32_t)(wn_rng_next(&rng) >> (64 - DIGITS));
}

// The coordinate in the middle of its interval of 2^-30, so never 0 or 1.
static double shifted(double coordinate, uint32_t shift) {
    uint32_t digits = (uint32_t)(coordinate * (1 << DIGITS)) ^ shift;
    return ((double)digits + 0.5) / (1 << DIGITS);
}

// To the next point, at first to the origin. Leaves beyond the dimensions, and all of them after
// the sequence's end (2^30 points), are drawn from the point's own random stream.
static void step(struct search *search) {
    double point[MOST_DIMENSIONS] = {0};
    struct wn_rng rng = wn_rng_new(search->seed, search->steps);
    for (size_t i = 0; i < search->space->count; i++)
        search->unit[i] = wn_rng_uniform(&rng);
    bool given = search->steps++ == 0 || gsl_qrng_get(search->sobol, point) == GSL_SUCCESS;
    for (size_t i = 0; given && i < search->dimensions; i++)
        search->unit[search->leaves[i]] = shifted(point[i], search->shift[i]);
}

static void release(void *state) {
    struct search *search = state;
    wn_fresh_free(search->fresh);
    wn_config_free(search->scratch);
    if (search->sobol)
        gsl_qrng_free(search->sobol);
    free(search->leaves);
    free(search->unit);
    free(search);
}

static enum wn_status create(const struct wn_searcher_setup *setup, void **state,
                             struct wn_diags *diags) {
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
    choose_shift(search);
    unsigned dimensions = search->dimensions ? (unsigned)search->dimensions : 1;
    search->sobol = gsl_qrng_alloc(gsl_qrng_sobol, dimensions);
    if (!search->sobol) {
        wn_diag_add(diags, WN_ERROR, 0, 0, "method", "out of memory for the Sobol sequence");
        release(search);
        return WN_ENVIRONMENT;
    }
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
