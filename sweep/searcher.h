// SPDX-License-Identifier: GPL-3.0-or-later
// A searcher proposes configurations. It is a deterministic function of the space, the seed and the
// history: resuming replays the history through adopt() and tell(), nothing else is saved.
// One file per searcher in sweep/searchers/, one line in searchers.def.
#ifndef WN_SEARCHER_H
#define WN_SEARCHER_H

#include "core/spec.h"
#include "core/trial.h"

struct wn_searcher_setup {
    const struct wn_spec *spec; // borrowed for the searcher's life: space, objectives
    uint64_t seed;
};

enum wn_ask { WN_ASK_OK, WN_ASK_EXHAUSTED };

struct wn_observation { // of one ended configuration (all its repeats), or of one report while
                        // running
    int64_t id;         // the number given at ask: configurations count from 0
    enum wn_trial_state state;
    double objective; // mean over repeats, in the objective's own direction; NaN: none
    double se;        // its standard error; NaN: unknown
};

struct wn_searcher_type {
    const char *name, *summary, *paper;
    // Fails with diags where the space does not suit (grid over a continuous parameter).
    enum wn_status (*create)(const struct wn_searcher_setup *setup, void **state,
                             struct wn_diags *diags);
    // The next configuration, which gets the number `id` (ids rise by one). Never one that was
    // handed out or adopted before, where the space is discrete. Of a searcher that learns (it has
    // tell) it is a proposal, which changes nothing: it is adopted if it is taken.
    enum wn_ask (*ask)(void *state, int64_t id, struct wn_config *config);
    // A configuration that history (or a person) put in place of an ask with the same id.
    void (*adopt)(void *state, int64_t id, const struct wn_config *config);
    void (*tell)(void *state, const struct wn_observation *observation);    // may be NULL
    void (*report)(void *state, int64_t id, double step, double objective); // may be NULL
    void (*free)(void *state);
};

const struct wn_searcher_type *wn_searcher_find(const char *method); // NULL: not there
const struct wn_searcher_type *const *wn_searcher_all(size_t *count);

// A searcher with what all of them share: the numbering. Duplicates and constraint violations never
// leave wn_searcher_ask(): searchers that draw leave that to searchers/fresh.h. EXHAUSTED is also
// the answer where 100,000 draws in a row were not allowed by the constraints.
struct wn_searcher;
enum wn_status wn_searcher_new(const struct wn_searcher_setup *setup, struct wn_searcher **searcher,
                               struct wn_diags *diags);
enum wn_ask wn_searcher_ask(struct wn_searcher *searcher, int64_t *id, struct wn_config *config);
// It goes by what it is told, and may take its time to answer.
bool wn_searcher_learns(const struct wn_searcher *searcher);
// What such a searcher would answer if it were asked now; whoever takes that adopts it. It may be
// done on another thread, as long as nothing else is done with the searcher meanwhile.
enum wn_ask wn_searcher_think(struct wn_searcher *searcher, int64_t *id, struct wn_config *config);
void wn_searcher_adopt(struct wn_searcher *searcher, int64_t id, const struct wn_config *config);
// An id that went to a configuration outside of the space.
void wn_searcher_skip(struct wn_searcher *searcher, int64_t id);
void wn_searcher_tell(struct wn_searcher *searcher, const struct wn_observation *observation);
void wn_searcher_report(struct wn_searcher *searcher, int64_t id, double step, double objective);
void wn_searcher_free(struct wn_searcher *searcher);

// Set of hashes of configurations that are out; used by searchers to avoid duplicates.
struct wn_seen;
struct wn_seen *wn_seen_new(void);
bool wn_seen_add(struct wn_seen *seen, uint64_t hash); // false: was there already
bool wn_seen_has(const struct wn_seen *seen, uint64_t hash);
size_t wn_seen_count(const struct wn_seen *seen);
void wn_seen_free(struct wn_seen *seen);

#endif
