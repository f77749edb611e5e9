// SPDX-License-Identifier: GPL-3.0-or-later
// The configurations that the spec lists, in their order; those that were adopted are not proposed
// again.
#include <stdlib.h>

#include "core/base/mem.h"
#include "sweep/searcher.h"

struct search {
    const struct wn_spec *spec;
    struct wn_seen *adopted;
    size_t next; // of the list
};

static enum wn_status create(const struct wn_searcher_setup *setup, void **state,
                             struct wn_diags *diags) {
    (void)diags; // the spec was checked: each is a configuration of its space
    struct search *search = wn_calloc(1, sizeof *search);
    *search = (struct search){.spec = setup->spec, .adopted = wn_seen_new()};
    *state = search;
    return WN_OK;
}

// Twice the same configuration is run once.
static enum wn_ask ask(void *state, int64_t id, struct wn_config *config) {
    (void)id;
    struct search *search = state;
    const struct wn_space *space = search->spec->space;
    const struct wn_value *list = &search->spec->configurations;
    struct wn_err err;
    while (list->type == WN_LIST && search->next < list->list.count)
        if (wn_space_config_parse(space, &list->list.items[search->next++], config, &err) ==
                WN_OK &&
            wn_seen_add(search->adopted, wn_space_hash(space, config)))
            return WN_ASK_OK;
    return WN_ASK_EXHAUSTED;
}

static void adopt(void *state, int64_t id, const struct wn_config *config) {
    (void)id;
    struct search *search = state;
    wn_seen_add(search->adopted, wn_space_hash(search->spec->space, config));
}

static void release(void *state) {
    struct search *search = state;
    wn_seen_free(search->adopted);
    free(search);
}

const struct wn_searcher_type wn_searcher_list = {
    .name = "list",
    .summary = "the configurations that are listed, in order",
    .paper = "",
    .create = create,
    .ask = ask,
    .adopt = adopt,
    .free = release,
};
