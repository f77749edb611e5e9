// SPDX-License-Identifier: GPL-3.0-or-later
// What a searcher that learns remembers: the configurations that are out, in the order of their
// ids, and what was told of them. It does not know in which order that came, so that a resumed
// search stands where the live one did.
#ifndef WN_SEARCHERS_HISTORY_H
#define WN_SEARCHERS_HISTORY_H

#include "sweep/bayes/features.h"
#include "sweep/searcher.h"
#include "sweep/searchers/fresh.h"

struct wn_past { // a configuration that is out
    int64_t id;
    struct wn_config *config;
    double *point; // its coordinates
    bool ended;
    enum wn_trial_state state;
    double value, error; // less is better
};

struct wn_history {
    const struct wn_space *space;
    bool maximize;
    uint64_t seed;
    struct wn_features *features;
    struct wn_fresh *fresh;
    struct wn_past *trials; // ids rising
    size_t count, capacity;
    size_t told; // with an objective
};

// These are what a searcher whose state is a history has for itself: rows of its type.
enum wn_status wn_history_create(const struct wn_searcher_setup *setup, void **history,
                                 struct wn_diags *diags);
void wn_history_adopt(void *history, int64_t id, const struct wn_config *config);
void wn_history_tell(void *history, const struct wn_observation *observation);
void wn_history_free(void *history);

bool wn_past_has_value(const struct wn_past *past);
// Of the configuration's own doing, as far as can be told.
bool wn_past_has_failed(const struct wn_past *past);

// A wn_fresh_is() for those who know of a context only: the history.
bool wn_history_is_fresh(void *history, const struct wn_config *config);
// A fresh configuration of a scrambled Sobol sequence: its point that comes after as many as there
// are configurations, or a later one. False where that found none.
bool wn_history_spread(struct wn_history *history, struct wn_config *config);

#endif
