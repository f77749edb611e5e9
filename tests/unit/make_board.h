// SPDX-License-Identifier: GPL-3.0-or-later
// A sweep with trials and metrics for tests of boards and exports; what was written into a sink.
#ifndef WN_TEST_MAKE_BOARD_H
#define WN_TEST_MAKE_BOARD_H

#include "tests/unit/make_store.h"

#include "core/base/rng.h"
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

static inline void add_tag(struct wn_store *store, const struct wn_sweep_row *sweep, int64_t trial,
                           const char *text) {
    const struct wn_label tag = {.sweep = sweep->id, .trial = trial, .text = text, .user = "me"};
    assert_good(wn_store_add_tag(store, &tag, &err));
}

// The column `name` of all rows as CSV cells, with spaces between them.
static inline void assert_column(const struct wn_board *board, const char *name,
                                 const char *expected) {
    struct wn_str text = {0};
    ptrdiff_t column = wn_board_column(board, name);
    assert_true(column >= 0);
    for (size_t i = 0; i < board->row_count; i++) {
        wn_str_add(&text, i ? " " : "");
        if (board->rows[i].cells[column].type == WN_NULL)
            wn_str_add_char(&text, '-');
        wn_csv_value(&text, &board->rows[i].cells[column]);
    }
    assert_string_equal(wn_str_text(&text), expected);
    wn_str_free(&text);
}

// ---- random boards ------------------------------------------------------------------------------

static const char rich[] =
    "method: random\nmetric: {name: loss, goal: minimize}\nparameters:\n"
    "  lr: {min: 0.0, max: 1.0}\n  it's: {values: [1, 2.5, yes, no, null, [1, 2], {a: 1}, text]}\n"
    "  opt:\n    parameters:\n      kind: {values: [adam, sgd]}\n"
    "      momentum: {min: 0.0, max: 0.9, when: {kind: sgd}}\n";

static inline double any(struct wn_rng *rng) { // few values, so that there are ties
    return (double)wn_rng_below(rng, 8) / 8;
}

static inline void add_any_trial(struct wn_store *store, const struct wn_sweep_row *sweep,
                                 int64_t number, struct wn_rng *rng) {
    static const char *const odd[] = {"1",    "2.5",   "true",      "false",
                                      "null", "[1,2]", "{\"a\":1}", "\"text\""};
    struct wn_str params = {0};
    struct wn_rng own = wn_rng_new(9, (uint64_t)(number / sweep->repeats)); // alike in all repeats
    wn_str_addf(&params, "{\"lr\":%g,\"it's\":%s,\"opt\":{", any(&own), odd[wn_rng_below(&own, 8)]);
    if (wn_rng_below(&own, 2))
        wn_str_add(&params, "\"kind\":\"adam\"}}");
    else
        wn_str_addf(&params, "\"kind\":\"sgd\",\"momentum\":%g}}", any(&own));
    enum wn_trial_state state = (enum wn_trial_state)wn_rng_below(rng, WN_TRIAL_STATES);
    end_trial(store, sweep, number, state, params.text, wn_trial_counts(state) ? any(rng) : NAN);
    for (int i = 0; i < 2; i++)
        if (wn_rng_below(rng, 4))
            report(store, sweep, number, i ? "acc" : "loss", wn_rng_below(rng, 5) ? any(rng) : NAN);
    for (int i = 0; i < 2; i++)
        if (!wn_rng_below(rng, 5))
            add_tag(store, sweep, number, i ? "good" : "odd");
    wn_str_free(&params);
}

#endif
