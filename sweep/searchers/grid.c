// SPDX-License-Identifier: GPL-3.0-or-later
// All combinations in W&B's order, those left out that the constraints refuse or that were adopted.
// The grid yields no point twice, so only adopted ones are remembered. Where the constraints refuse
// 16 million points in a row, which takes some seconds, nothing is left: a grid may have 10^30.
#include <stdlib.h>

#include "core/base/mem.h"
#include "sweep/searcher.h"

enum { MOST_REFUSED = 1 << 24 };

struct search {
    const struct wn_space *space;
    struct wn_grid *grid;
    struct wn_seen *adopted;
};

static enum wn_status create(const struct wn_searcher_setup *setup, void **state,
                             struct wn_diags *diags) {
    struct wn_grid *grid;
    enum wn_status status = wn_grid_new(setup->spec->space, &grid, diags);
    if (status != WN_OK)
        return status;
    struct search *search = wn_calloc(1, sizeof *search);
    *search = (struct search){.space = setup->spec->space, .grid = grid, .adopted = wn_seen_new()};
    *state = search;
    return WN_OK;
}

static bool is_adopted(const struct search *search, const struct wn_config *config) {
    return wn_seen_count(search->adopted) &&
           wn_seen_has(search->adopted, wn_space_hash(search->space, config));
}

static enum wn_ask ask(void *state, int64_t id, struct wn_config *config) {
    (void)id;
    struct search *search = state;
    for (int64_t refused = 0; refused < MOST_REFUSED && wn_grid_next(search->grid, config);
         refused++)
        if (!is_adopted(search, config) && wn_space_allows(search->space, config))
            return WN_ASK_OK;
    return WN_ASK_EXHAUSTED;
}

static void adopt(void *state, int64_t id, const struct wn_config *config) {
    (void)id;
    struct search *search = state;
    wn_seen_add(search->adopted, wn_space_hash(search->space, config));
}

static void release(void *state) {
    struct search *search = state;
    wn_grid_free(search->grid);
    wn_seen_free(search->adopted);
    free(search);
}

const struct wn_searcher_type wn_searcher_grid = {
    .name = "grid",
    .summary = "every combination of the values, in order",
    .paper = "",
    .create = create,
    .ask = ask,
    .adopt = adopt,
    .free = release,
};
