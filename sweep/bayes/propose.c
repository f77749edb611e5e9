// SPDX-License-Identifier: GPL-3.0-or-later
// A candidate is held twice: as places in the unit interval of all leaves, of which decoding makes
// a configuration, also of leaves that are switched off, in case that they get switched on; and as
// the point that the model sees. settle() makes the second of the first, with discrete values where
// they are.
#include "sweep/bayes/propose.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <nlopt.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "sweep/sobol.h"

enum {
    SPREAD = 2048,        // points that are spread evenly
    NEIGHBOURS = 150,     // of each incumbent
    SCREENING_DRAWS = 16, // are enough to choose where to climb
    STARTS = 9,
    CLIMB_STEPS = 24, // evaluations
    POLISH_STEPS = 12,
    EXCHANGES = 3,
    FEW_LEVELS = 9,      // numbers: all are tried
    SAMPLED_LEVELS = 32, // names: so many are tried
    FILLS = 5,           // of a branch that is switched on
};
static const double apart = 0.1; // starts, in at least one coordinate

struct candidate {
    double *unit;  // of each leaf
    double *point; // of each feature
    double score;  // -INFINITY: not fresh
};

struct pool {
    struct candidate *items;
    size_t count, capacity;
};

struct search {
    const struct wn_propose *setup;
    const struct wn_features *features;
    size_t leaves, dimensions;
    struct wn_config *config; // scratch
    struct wn_acquisition_at *at;
    struct wn_rng rng;
};

// ---- candidates ---------------------------------------------------------------------------------

static struct candidate *add_candidate(const struct search *search, struct pool *pool,
                                       const double *unit) {
    struct candidate *candidate = WN_PUSH(pool->items, pool->count, pool->capacity);
    candidate->unit = wn_malloc((search->leaves + search->dimensions) * sizeof(double));
    candidate->point = candidate->unit + search->leaves;
    if (unit)
        memcpy(candidate->unit, unit, search->leaves * sizeof(double));
    return candidate;
}

static void empty_pool(struct pool *pool) {
    for (size_t i = 0; i < pool->count; i++)
        free(pool->items[i].unit);
    free(pool->items);
    *pool = (struct pool){0};
}

static void copy_candidate(const struct search *search, struct candidate *to,
                           const struct candidate *from) {
    memcpy(to->unit, from->unit, (search->leaves + search->dimensions) * sizeof(double));
    to->score = from->score;
}

// Leaves its configuration in search->config.
static void settle(struct search *search, struct candidate *candidate) {
    wn_space_decode(search->features->space, candidate->unit, search->config);
    wn_features_encode(search->features, search->config, candidate->point);
    bool fresh = search->setup->is_fresh(search->setup->context, search->config);
    candidate->score = fresh ? 0 : -INFINITY;
}

// Scores the fresh ones, over so many draws of the objective at most.
static void score_by(const struct search *search, struct pool *pool, size_t draws) {
    size_t d = search->dimensions, fresh = 0;
    double *points = wn_calloc(pool->count * d + 1, sizeof *points);
    double *values = wn_calloc(pool->count + 1, sizeof *values);
    for (size_t i = 0; i < pool->count; i++)
        if (pool->items[i].score > -INFINITY)
            memcpy(points + fresh++ * d, pool->items[i].point, d * sizeof *points);
    wn_acquisition_all(search->setup->acquisition, draws, points, fresh, values);
    fresh = 0;
    for (size_t i = 0; i < pool->count; i++)
        if (pool->items[i].score > -INFINITY)
            pool->items[i].score = values[fresh++];
    free(points);
    free(values);
}

static void score(const struct search *search, struct pool *pool) {
    score_by(search, pool, SIZE_MAX);
}

static double uniform(struct search *search) {
    return wn_rng_uniform(&search->rng);
}

// ---- screening ----------------------------------------------------------------------------------

static void spread(struct search *search, struct pool *pool) {
    struct wn_sobol *sobol = wn_sobol_new(search->dimensions, &search->rng);
    double point[WN_SOBOL_MOST];
    size_t given = search->dimensions < WN_SOBOL_MOST ? search->dimensions : WN_SOBOL_MOST;
    for (size_t i = 0; i < SPREAD; i++) {
        struct candidate *candidate = add_candidate(search, pool, NULL);
        for (size_t leaf = 0; leaf < search->leaves; leaf++)
            candidate->unit[leaf] = uniform(search);
        bool more = wn_sobol_next(sobol, point);
        for (size_t k = 0; k < given && more; k++)
            candidate->unit[search->features->items[k].leaf] = point[k];
        settle(search, candidate);
    }
    wn_sobol_free(sobol);
}

static double moved(struct search *search, size_t k, double from, double step) {
    double to = from + step * gsl_cdf_ugaussian_Pinv(uniform(search));
    if (to < 0 || to > 1)
        to = uniform(search) < 0.5 ? from : fmin(fmax(to, 0), 1);
    return wn_feature_unit(search->features, k, to);
}

// A random subset of the active coordinates is moved, by a step common to all of them.
static void disturb(struct search *search, const struct candidate *origin, double step,
                    double *unit) {
    double share = fmax(uniform(search), 1 / (double)search->dimensions);
    for (size_t k = 0; k < search->dimensions; k++) {
        const struct wn_feature *feature = &search->features->items[k];
        if (uniform(search) > share)
            continue;
        if (!feature->nominal)
            unit[feature->leaf] = moved(search, k, origin->point[k], step);
        else if (uniform(search) < 0.3)
            unit[feature->leaf] = uniform(search);
    }
}

static void add_neighbours(struct search *search, struct pool *pool) {
    static const double steps[] = {0.01, 0.03, 0.1, 0.25};
    struct pool origins = {0};
    for (size_t i = 0; i < search->setup->incumbent_count; i++) {
        const struct wn_config *config = search->setup->incumbents[i];
        struct candidate *origin = add_candidate(search, &origins, NULL);
        wn_space_encode(search->features->space, config, origin->unit);
        wn_features_encode(search->features, config, origin->point);
        for (size_t j = 0; j < NEIGHBOURS; j++) {
            struct candidate *candidate = add_candidate(search, pool, origin->unit);
            for (size_t leaf = 0; leaf < search->leaves; leaf++)
                if (!config->active[leaf])
                    candidate->unit[leaf] = uniform(search);
            disturb(search, origin, steps[j % 4], candidate->unit);
            settle(search, candidate);
        }
    }
    empty_pool(&origins);
}

static bool far_from(const struct search *search, const struct pool *starts,
                     const struct candidate *candidate) {
    for (size_t i = 0; i < starts->count; i++) {
        double most = 0;
        for (size_t k = 0; k < search->dimensions; k++)
            most = fmax(most, fabs(starts->items[i].point[k] - candidate->point[k]));
        if (most < apart)
            return false;
    }
    return true;
}

// The best candidate from `first` on that is apart from the starts so far.
static void add_start(const struct search *search, const struct pool *pool, size_t first,
                      struct pool *starts) {
    const struct candidate *best = NULL;
    for (size_t i = first; i < pool->count; i++) {
        const struct candidate *candidate = &pool->items[i];
        if (candidate->score > (best ? best->score : -INFINITY) &&
            far_from(search, starts, candidate))
            best = candidate;
    }
    if (best)
        copy_candidate(search, add_candidate(search, starts, NULL), best);
}

// ---- climbing -----------------------------------------------------------------------------------

struct climb {
    struct search *search;
    const size_t *moving; // features
    double *point, *gradient, *best;
    double most;
};

static double look(unsigned count, const double *x, double *gradient, void *context) {
    struct climb *climb = context;
    for (unsigned i = 0; i < count; i++)
        climb->point[climb->moving[i]] = x[i];
    double value = wn_acquisition_look(climb->search->at, climb->point, climb->gradient);
    for (unsigned i = 0; gradient && i < count; i++)
        gradient[i] = climb->gradient[climb->moving[i]];
    if (value > climb->most) {
        climb->most = value;
        memcpy(climb->best, x, count * sizeof *x);
    }
    return value;
}

static void maximise(struct climb *climb, unsigned count, double *x, int evaluations) {
    nlopt_opt optimizer = nlopt_create(NLOPT_LD_LBFGS, count);
    if (!optimizer)
        wn_out_of_memory();
    nlopt_set_lower_bounds1(optimizer, 0);
    nlopt_set_upper_bounds1(optimizer, 1);
    nlopt_set_max_objective(optimizer, look, climb);
    nlopt_set_maxeval(optimizer, evaluations);
    nlopt_set_ftol_abs(optimizer, 1e-5);
    double value;
    nlopt_optimize(optimizer, x, &value); // whatever it says: the best point was kept
    nlopt_destroy(optimizer);
}

static bool is_active(const struct search *search, const struct candidate *candidate, size_t k) {
    const struct wn_feature *feature = &search->features->items[k];
    wn_space_decode(search->features->space, candidate->unit, search->config);
    return search->config->active[feature->leaf];
}

static size_t choose_moving(const struct search *search, const struct candidate *candidate,
                            bool continuous_only, size_t *moving) {
    size_t count = 0;
    wn_space_decode(search->features->space, candidate->unit, search->config);
    for (size_t k = 0; k < search->dimensions; k++) {
        const struct wn_feature *feature = &search->features->items[k];
        if (search->config->active[feature->leaf] && !feature->nominal &&
            !(continuous_only && feature->level_count))
            moving[count++] = k;
    }
    return count;
}

// Takes the place of the candidate where what would run is better.
static void climb(struct search *search, struct candidate *candidate, bool continuous_only,
                  int evaluations) {
    size_t d = search->dimensions;
    size_t *moving = wn_calloc(d, sizeof *moving);
    double *scratch = wn_calloc(4 * d, sizeof *scratch), *x = scratch + 3 * d;
    size_t count = choose_moving(search, candidate, continuous_only, moving);
    struct climb climb = {.search = search,
                          .moving = moving,
                          .point = scratch,
                          .gradient = scratch + d,
                          .best = scratch + 2 * d,
                          .most = -INFINITY};
    memcpy(climb.point, candidate->point, d * sizeof(double));
    for (size_t i = 0; i < count; i++)
        x[i] = climb.point[moving[i]];
    if (count)
        maximise(&climb, (unsigned)count, x, evaluations);
    if (climb.most > candidate->score) {
        struct pool top = {0};
        struct candidate *found = add_candidate(search, &top, candidate->unit);
        for (size_t i = 0; i < count; i++)
            found->unit[search->features->items[moving[i]].leaf] =
                wn_feature_unit(search->features, moving[i], climb.best[i]);
        settle(search, found);
        score(search, &top);
        if (found->score > candidate->score)
            copy_candidate(search, candidate, found);
        empty_pool(&top);
    }
    free(moving);
    free(scratch);
}

// ---- exchanges ----------------------------------------------------------------------------------

static bool is_parent(const struct wn_space *space, size_t leaf) {
    for (size_t i = 0; i < space->count; i++)
        for (size_t w = 0; w < space->params[i].when_count; w++)
            if (space->params[i].when[w].parent == leaf)
                return true;
    return false;
}

// The candidate with one leaf changed, a few times over where that may switch others on.
static void add_changed(struct search *search, struct pool *pool, const struct candidate *from,
                        size_t k, size_t level) {
    const struct wn_feature *feature = &search->features->items[k];
    const struct wn_space *space = search->features->space;
    int fills = is_parent(space, feature->leaf) ? FILLS : 1;
    bool *active = wn_calloc(space->count, sizeof *active);
    wn_space_decode(space, from->unit, search->config);
    memcpy(active, search->config->active, space->count * sizeof *active);
    for (int fill = 0; fill < fills; fill++) {
        struct candidate *changed = add_candidate(search, pool, from->unit);
        changed->unit[feature->leaf] = feature->units[level];
        for (size_t leaf = 0; leaf < space->count && fills > 1; leaf++)
            if (!active[leaf])
                changed->unit[leaf] = uniform(search);
        settle(search, changed);
    }
    free(active);
}

static size_t level_of(const struct wn_feature *feature, double coordinate) {
    size_t nearest = 0;
    for (size_t i = 1; i < feature->level_count; i++)
        if (fabs(feature->levels[i] - coordinate) < fabs(feature->levels[nearest] - coordinate))
            nearest = i;
    return nearest;
}

static void add_changes(struct search *search, struct pool *pool, const struct candidate *from,
                        size_t k) {
    static const ptrdiff_t jumps[] = {-8, -4, -2, -1, 1, 2, 4, 8};
    const struct wn_feature *feature = &search->features->items[k];
    ptrdiff_t count = (ptrdiff_t)feature->level_count;
    ptrdiff_t here = (ptrdiff_t)level_of(feature, from->point[k]);
    ptrdiff_t all = feature->nominal ? SAMPLED_LEVELS : FEW_LEVELS;
    for (ptrdiff_t i = 0; count <= all && i < count; i++)
        if (i != here)
            add_changed(search, pool, from, k, (size_t)i);
    if (count <= all)
        return;
    for (ptrdiff_t i = 0; feature->nominal && i < SAMPLED_LEVELS; i++)
        add_changed(search, pool, from, k, wn_rng_below(&search->rng, (uint64_t)count));
    for (size_t i = 0; !feature->nominal && i < sizeof jumps / sizeof *jumps; i++)
        if (here + jumps[i] >= 0 && here + jumps[i] < count)
            add_changed(search, pool, from, k, (size_t)(here + jumps[i]));
}

// The best single change; false where none is better.
static bool exchange(struct search *search, struct candidate *candidate) {
    struct pool changed = {0};
    for (size_t k = 0; k < search->dimensions; k++)
        if (search->features->items[k].level_count && is_active(search, candidate, k))
            add_changes(search, &changed, candidate, k);
    score(search, &changed);
    const struct candidate *best = candidate;
    for (size_t i = 0; i < changed.count; i++)
        if (changed.items[i].score > best->score)
            best = &changed.items[i];
    bool better = best != candidate;
    if (better)
        copy_candidate(search, candidate, best);
    empty_pool(&changed);
    return better;
}

static void improve(struct search *search, struct candidate *candidate) {
    bool exchanged = false;
    climb(search, candidate, false, CLIMB_STEPS);
    for (int i = 0; i < EXCHANGES && exchange(search, candidate); i++)
        exchanged = true;
    if (exchanged)
        climb(search, candidate, true, POLISH_STEPS);
}

// ---- the proposal -------------------------------------------------------------------------------

static bool propose(struct search *search, struct wn_config *config) {
    struct pool pool = {0}, starts = {0};
    spread(search, &pool);
    size_t neighbours = pool.count;
    add_neighbours(search, &pool);
    score_by(search, &pool, SCREENING_DRAWS);
    for (int i = 0; i < STARTS - 1; i++)
        add_start(search, &pool, 0, &starts);
    add_start(search, &pool, neighbours, &starts);
    score(search, &starts);
    const struct candidate *best = NULL;
    for (size_t i = 0; i < starts.count; i++) {
        improve(search, &starts.items[i]);
        if (!best || starts.items[i].score > best->score)
            best = &starts.items[i];
    }
    if (best)
        wn_space_decode(search->features->space, best->unit, config);
    bool found = best;
    empty_pool(&pool);
    empty_pool(&starts);
    return found;
}

bool wn_propose(const struct wn_propose *setup, struct wn_config *config) {
    struct search search = {
        .setup = setup,
        .features = setup->features,
        .leaves = setup->features->space->count,
        .dimensions = setup->features->count,
        .config = wn_config_new(setup->features->space),
        .at = wn_acquisition_at_new(setup->acquisition),
        .rng = setup->rng,
    };
    bool found = propose(&search, config);
    wn_config_free(search.config);
    wn_acquisition_at_free(search.at);
    return found;
}
