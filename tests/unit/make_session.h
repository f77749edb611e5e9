// SPDX-License-Identifier: GPL-3.0-or-later
// A searcher that learns, asked and told one thing after the other; each answer is checked to be
// one of its space. And spaces to search in.
#ifndef WN_TEST_MAKE_SESSION_H
#define WN_TEST_MAKE_SESSION_H

#include "tests/unit/make_space.h"

#include "sweep/searcher.h"

enum { MOST = 256, LONGEST = 512 };

struct session {
    char method[8];
    struct wn_spec spec; // no more of it than a searcher looks at
    struct wn_objective objective;
    struct wn_space *space;
    struct wn_searcher *searcher;
    struct wn_config *configs[LONGEST];
    int64_t count;
};

static inline void open_session_of(struct session *session, const char *method,
                                   struct wn_space *space, uint64_t seed, bool maximize) {
    *session = (struct session){.space = space, .objective = {.maximize = maximize}};
    snprintf(session->method, sizeof session->method, "%s", method);
    session->spec = (struct wn_spec){.method = session->method,
                                     .space = space,
                                     .objectives = &session->objective,
                                     .objective_count = 1};
    struct wn_diags diags = {0};
    const struct wn_searcher_setup setup = {.spec = &session->spec, .seed = seed};
    assert_int_equal(wn_searcher_new(&setup, &session->searcher, &diags), WN_OK);
    wn_diags_free(&diags);
}

// Keeps the space.
static inline void close_session(struct session *session) {
    for (int64_t i = 0; i < session->count; i++)
        wn_config_free(session->configs[i]);
    wn_searcher_free(session->searcher);
}

// An answer that is in the space: NULL at the end.
static inline const struct wn_config *ask(struct session *session) {
    struct wn_config *config = wn_config_new(session->space);
    int64_t id;
    if (wn_searcher_ask(session->searcher, &id, config) == WN_ASK_EXHAUSTED) {
        wn_config_free(config);
        return NULL;
    }
    assert_int_equal(id, session->count);
    struct wn_value value = wn_space_config_value(session->space, config);
    struct wn_config *read = wn_config_new(session->space);
    struct wn_err err;
    if (wn_space_config_parse(session->space, &value, read, &err) != WN_OK)
        fail_msg("%s", err.text);
    assert_true(wn_space_hash(session->space, read) == wn_space_hash(session->space, config));
    assert_true(wn_space_allows(session->space, config));
    wn_value_clear(&value);
    wn_config_free(read);
    return session->configs[session->count++] = config;
}

static inline void tell(struct session *session, int64_t id, enum wn_trial_state state,
                        double objective) {
    const struct wn_observation observation = {
        .id = id, .state = state, .objective = objective, .se = NAN};
    wn_searcher_tell(session->searcher, &observation);
}

static inline void tell_value(struct session *session, int64_t id, double objective) {
    tell(session, id, WN_TRIAL_FINISHED, objective);
}

static inline double coordinate(const struct session *session, int64_t id, size_t leaf) {
    double unit[64];
    wn_space_encode(session->space, session->configs[id], unit);
    return unit[leaf];
}

// The distance from its middle, each leaf in units of its range.
static inline double bowl(const struct session *session, int64_t id) {
    double sum = 0;
    for (size_t leaf = 0; leaf < session->space->count; leaf++) {
        double off = coordinate(session, id, leaf) - 0.3;
        sum += off * off;
    }
    return sum;
}

static inline bool same_config(const struct session *a, const struct session *b, int64_t id) {
    return wn_space_hash(a->space, a->configs[id]) == wn_space_hash(b->space, b->configs[id]);
}

static inline void add_reals(struct wn_space *space, int count) {
    char name[16];
    for (int i = 0; i < count; i++) {
        snprintf(name, sizeof name, "x%02d", i);
        add_range(space, name, "uniform", 0, 1);
    }
}

static inline struct wn_space *mixed_space(void) {
    struct wn_space *space = wn_space_new();
    add_reals(space, 2);
    add_range(space, "lr", "log_uniform_values", 1e-5, 1);
    add_range(space, "layers", "int_uniform", 1, 8);
    add_choices(space, "kind", "[\"a\", \"b\", \"c\"]");
    finish(space);
    return space;
}

static inline struct wn_space *real_space(int dimensions) {
    struct wn_space *space = wn_space_new();
    add_reals(space, dimensions);
    finish(space);
    return space;
}

static inline double distance(const struct session *session, int64_t a, int64_t b) {
    double most = 0;
    for (size_t leaf = 0; leaf < session->space->count; leaf++)
        most = fmax(most, fabs(coordinate(session, a, leaf) - coordinate(session, b, leaf)));
    return most;
}

#endif
