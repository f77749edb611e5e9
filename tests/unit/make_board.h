// SPDX-License-Identifier: GPL-3.0-or-later
// A sweep with trials and metrics for tests of boards and exports; what was written into a sink.
#ifndef WN_TEST_MAKE_BOARD_H
#define WN_TEST_MAKE_BOARD_H

#include "tests/unit/make_store.h"

#include "core/export.h"

// A sweep of `spec` with `repeats`; the loss is its objective.
static inline struct wn_sweep_row begin_sweep(struct wn_store *store, const char *spec,
                                              int64_t repeats) {
    struct wn_sweep_row row = {.name = wn_strdup("s"),
                               .method = wn_strdup("random"),
                               .spec = wn_strdup(spec),
                               .repeats = repeats,
                               .objective = wn_strdup("loss"),
                               .maximize = strstr(spec, "maximize"),
                               .cwd = wn_strdup("/"),
                               .user = wn_strdup("me"),
                               .host = wn_strdup("here"),
                               .version = wn_strdup("1")};
    assert_good(wn_store_add_sweep(store, &row, &err));
    return row;
}

// A trial that ended; on repeat 0 `mean` is what ranks (NaN: nothing).
static inline void end_trial(struct wn_store *store, const struct wn_sweep_row *sweep,
                             int64_t number, enum wn_trial_state state, const char *params,
                             double mean) {
    struct wn_trial_row row = made_trial(sweep->id, number, state);
    row.repeat = number % sweep->repeats;
    row.params = wn_strdup(params);
    row.objective = row.mean = mean;
    row.se = row.repeat == 0 && sweep->repeats > 1 ? 0.25 : NAN;
    row.has_exit = wn_trial_ended(state);
    row.started = 100;
    row.ended = row.has_exit ? 110 + (double)number : 0;
    row.host = wn_strdup("here");
    double score = row.repeat ? NAN : sweep->maximize ? -mean : mean;
    assert_good(wn_store_put_trial(store, &row, score, &err));
    free(row.params);
    free(row.host);
}

static inline void report(struct wn_store *store, const struct wn_sweep_row *sweep, int64_t trial,
                          const char *name, double value) {
    struct wn_point point = {1, value};
    struct wn_series_tail tail = {.sweep = sweep->id, .trial = trial, .count = 1, .points = &point};
    assert_good(wn_store_metric(store, sweep->id, name, &tail.metric, &err));
    assert_good(wn_store_put_tail(store, &tail, &err));
    double finite = isfinite(value) ? value : NAN;
    const struct wn_summary summary = {1, value, finite, finite};
    assert_good(wn_store_put_summary(store, sweep->id, trial, tail.metric, &summary, &err));
}

static inline struct wn_board *load_board(struct wn_store *store, const struct wn_sweep_row *sweep,
                                          const struct wn_board_options *options) {
    struct wn_board *board = NULL;
    assert_good(wn_board_load(store, sweep, options, &board, &err));
    return board;
}

static inline bool keep_bytes(void *context, const char *bytes, size_t length) {
    wn_str_add_bytes(context, bytes, length);
    return true;
}

// The board of `options` as `format` writes it; the caller frees.
static inline char *written_board(struct wn_store *store, const struct wn_sweep_row *sweep,
                                  const struct wn_board_options *options, const char *format) {
    struct wn_str text = {0};
    struct wn_board *board = load_board(store, sweep, options);
    assert_true(wn_exporter_find(format)->board(board, &(struct wn_sink){keep_bytes, &text}));
    wn_board_free(board);
    return wn_str_take(&text);
}

#endif
