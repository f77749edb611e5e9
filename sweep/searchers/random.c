// SPDX-License-Identifier: GPL-3.0-or-later
// Independent draws. The k-th ask draws from a stream of its own, so all there is to remember is
// which configurations are out, of those that can come twice. Unlike W&B's, it never repeats one,
// and it ends when a finite space has been drawn completely.
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/base/rng.h"
#include "sweep/searchers/fresh.h"

struct search {
    const struct wn_space *space;
    uint64_t seed;
    struct wn_fresh *fresh;
    double *unit; // scratch: a point of the unit cube
};

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
    };
    *state = search;
    return WN_OK;
}

static void draw(struct search *search, struct wn_rng *rng, struct wn_config *config) {
    for (size_t i = 0; i < search->space->count; i++)
        search->unit[i] = wn_rng_uniform(rng);
    wn_space_decode(search->space, search->unit, config);
}

static bool is_continuous(const struct wn_param *param) {
    return param->kind == WN_KIND_FLOAT &&
           !((param->dist->required | param->dist->optional) & WN_KEY_Q);
}

// What has a coordinate out of a continuum does not come twice: a million of them need no memory.
static void note(struct search *search, const struct wn_config *config) {
    const struct wn_space *space = search->space;
    for (size_t i = 0; i < space->count; i++)
        if (config->active[i] && is_continuous(&space->params[i]))
            return;
    wn_fresh_note(search->fresh, config);
}

static enum wn_ask ask(void *state, int64_t id, struct wn_config *config) {
    struct search *search = state;
    struct wn_rng rng = wn_rng_new(search->seed, (uint64_t)id);
    int64_t left = wn_fresh_tries(search->fresh);
    do
        draw(search, &rng, config);
    while (!wn_fresh_is(search->fresh, config) && --left);
    if (!left && !wn_fresh_find(search->fresh, config))
        return WN_ASK_EXHAUSTED;
    note(search, config);
    return WN_ASK_OK;
}

static void adopt(void *state, int64_t id, const struct wn_config *config) {
    (void)id;
    note(state, config);
}

static void release(void *state) {
    struct search *search = state;
    wn_fresh_free(search->fresh);
    free(search->unit);
    free(search);
}

const struct wn_searcher_type wn_searcher_random = {
    .name = "random",
    .summary = "draws each parameter from its distribution, never the same configuration twice",
    .paper = "Bergstra and Bengio 2012, Random search for hyper-parameter optimization, JMLR 13",
    .create = create,
    .ask = ask,
    .adopt = adopt,
    .free = release,
};
