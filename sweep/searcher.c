// SPDX-License-Identifier: GPL-3.0-or-later
// The table of searchers, and what all share: the numbering of configurations. What is out already
// each searcher keeps itself, in the way that suits it (searchers/fresh.h).
#include "sweep/searcher.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

#define X(id) extern const struct wn_searcher_type wn_searcher_##id;
#include "sweep/searchers.def"
#undef X

static const struct wn_searcher_type *const table[] = {
#define X(id) &wn_searcher_##id,
#include "sweep/searchers.def"
#undef X
};

enum { TABLE_SIZE = sizeof table / sizeof *table };

struct wn_searcher {
    const struct wn_searcher_type *type;
    void *state;
    int64_t next; // id
};

const struct wn_searcher_type *wn_searcher_find(const char *method) {
    for (size_t i = 0; i < TABLE_SIZE; i++)
        if (strcmp(table[i]->name, method) == 0)
            return table[i];
    return NULL;
}

const struct wn_searcher_type *const *wn_searcher_all(size_t *count) {
    *count = TABLE_SIZE;
    return table;
}

enum wn_status wn_searcher_new(const struct wn_searcher_setup *setup, struct wn_searcher **searcher,
                               struct wn_diags *diags) {
    const struct wn_searcher_type *type = wn_searcher_find(setup->spec->method);
    void *state;
    *searcher = NULL;
    if (!type) {
        wn_diag_add(diags, WN_ERROR, 0, 0, "method", "there is no method %s", setup->spec->method);
        return WN_BAD_INPUT;
    }
    enum wn_status status = type->create(setup, &state, diags);
    if (status != WN_OK)
        return status;
    *searcher = wn_calloc(1, sizeof **searcher);
    **searcher = (struct wn_searcher){.type = type, .state = state};
    return WN_OK;
}

enum wn_ask wn_searcher_think(struct wn_searcher *searcher, int64_t *id, struct wn_config *config) {
    assert(wn_searcher_learns(searcher));
    *id = searcher->next;
    return searcher->type->ask(searcher->state, searcher->next, config);
}

enum wn_ask wn_searcher_ask(struct wn_searcher *searcher, int64_t *id, struct wn_config *config) {
    *id = searcher->next;
    enum wn_ask answer = searcher->type->ask(searcher->state, searcher->next, config);
    if (answer == WN_ASK_OK && wn_searcher_learns(searcher))
        searcher->type->adopt(searcher->state, searcher->next, config);
    if (answer == WN_ASK_OK)
        searcher->next++;
    return answer;
}

bool wn_searcher_learns(const struct wn_searcher *searcher) {
    return searcher->type->tell;
}

void wn_searcher_adopt(struct wn_searcher *searcher, int64_t id, const struct wn_config *config) {
    assert(id >= searcher->next);
    searcher->type->adopt(searcher->state, id, config);
    searcher->next = id + 1;
}

void wn_searcher_skip(struct wn_searcher *searcher, int64_t id) {
    assert(id >= searcher->next);
    searcher->next = id + 1;
}

void wn_searcher_tell(struct wn_searcher *searcher, const struct wn_observation *observation) {
    if (searcher->type->tell)
        searcher->type->tell(searcher->state, observation);
}

void wn_searcher_report(struct wn_searcher *searcher, int64_t id, double step, double objective) {
    if (searcher->type->report)
        searcher->type->report(searcher->state, id, step, objective);
}

void wn_searcher_free(struct wn_searcher *searcher) {
    if (!searcher)
        return;
    searcher->type->free(searcher->state);
    free(searcher);
}
