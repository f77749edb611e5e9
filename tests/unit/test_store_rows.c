// SPDX-License-Identifier: GPL-3.0-or-later
// What the store keeps of a sweep: trials, their attempts, points, summaries, requests. It gives
// back what was put in.
#include "tests/unit/make_store.h"

#include "core/base/rng.h"

// ---- trials -------------------------------------------------------------------------------------

static void a_trial_comes_back_as_it_was_put(void **state) {
    struct wn_store *store = open_store(*state, WN_STORE_CREATE);
    int64_t sweep = add_sweep(store, "s");
    struct wn_trial_row put = {
        .sweep = sweep,
        .number = UINT32_MAX,
        .repeat = 2,
        .attempt = 1,
        .state = WN_TRIAL_OOM,
        .params = wn_strdup("{\"lr\":0.1}"),
        .params_hash = -5,
        .seed = INT64_MAX,
        .reason = wn_strdup("too much"),
        .condemned = wn_strdup("worst of 3"),
        .has_exit = true,
        .exit_signal = 9,
        .created = 1,
        .started = 2.25,
        .ended = 3.5,
        .user_cpu = 0.5,
        .system_cpu = 0.25,
        .peak_memory = INT64_C(1) << 40,
        .host = wn_strdup("here"),
        .objective = 1e-300,
        .log_offset = 11,
        .metrics_offset = 12,
        .mean = -0.0,
        .se = NAN,
    };
    assert_good(wn_store_put_trial(store, &put, NAN, &err));
    struct wn_trial_row got;
    assert_good(wn_store_get_trial(store, sweep, UINT32_MAX, &got, &err));
    assert_true(got.sweep == sweep && got.number == UINT32_MAX);
    assert_true(got.repeat == 2 && got.attempt == 1 && got.state == WN_TRIAL_OOM);
    assert_string_equal(got.params, put.params);
    assert_true(got.params_hash == -5 && got.seed == INT64_MAX);
    assert_string_equal(got.reason, "too much");
    assert_string_equal(got.condemned, "worst of 3");
    assert_true(got.has_exit && got.exit_code == 0 && got.exit_signal == 9);
    assert_true(got.created == 1 && got.started == 2.25 && got.ended == 3.5);
    assert_true(got.user_cpu == 0.5 && got.system_cpu == 0.25);
    assert_true(got.peak_memory == INT64_C(1) << 40);
    assert_string_equal(got.host, "here");
    assert_true(got.objective == 1e-300 && got.mean == 0 && isnan(got.se));
    assert_true(got.log_offset == 11 && got.metrics_offset == 12);
    wn_trial_row_clear(&got);
    wn_trial_row_clear(&put);
    struct wn_err err;
    assert_int_equal(wn_store_get_trial(store, sweep, 5, &got, &err), WN_NO);
    wn_store_close(store);
}

struct numbers {
    int64_t seen[2000];
    size_t count, stop_after;
};

static bool note_number(void *context, const struct wn_trial_row *row) {
    struct numbers *numbers = context;
    numbers->seen[numbers->count++] = row->number;
    return numbers->count != numbers->stop_after;
}

static void all_trials_come_in_order_and_of_one_sweep_only(void **state) {
    enum { TRIALS = 700 }; // more than two pages
    struct wn_store *store = open_store(*state, WN_STORE_CREATE);
    int64_t before = add_sweep(store, "a"), sweep = add_sweep(store, "b"),
            after = add_sweep(store, "c");
    assert_good(wn_store_begin(store, &err));
    put_trial(store, before, 5, WN_TRIAL_FINISHED, 0);
    put_trial(store, after, 0, WN_TRIAL_FINISHED, 0);
    for (int64_t i = TRIALS - 1; i >= 0; i--)
        put_trial(store, sweep, i, WN_TRIAL_FINISHED, (double)i);
    assert_good(wn_store_commit(store, &err));
    struct numbers numbers = {0};
    assert_good(wn_store_each_trial(store, sweep, note_number, &numbers, &err));
    assert_int_equal(numbers.count, TRIALS);
    for (int64_t i = 0; i < TRIALS; i++)
        assert_int_equal(numbers.seen[i], i);
    numbers = (struct numbers){.stop_after = 3};
    assert_good(wn_store_each_trial(store, sweep, note_number, &numbers, &err));
    assert_int_equal(numbers.count, 3);
    wn_store_close(store);
}

static bool note_score(void *context, int64_t number, double score) {
    struct numbers *numbers = context;
    assert_true(!isnan(score));
    numbers->seen[numbers->count++] = number;
    return true;
}

static void only_what_has_a_score_ranks_best_first(void **state) {
    struct wn_store *store = open_store(*state, WN_STORE_CREATE);
    int64_t sweep = add_sweep(store, "s"), other = add_sweep(store, "t");
    put_trial(store, sweep, 0, WN_TRIAL_FINISHED, 3);
    put_trial(store, sweep, 1, WN_TRIAL_FAILED, NAN);
    put_trial(store, sweep, 2, WN_TRIAL_FINISHED, -1);
    put_trial(store, sweep, 3, WN_TRIAL_STOPPED, 3);
    put_trial(store, other, 0, WN_TRIAL_FINISHED, -9);
    struct numbers numbers = {0};
    assert_good(wn_store_each_score(store, sweep, -1, note_score, &numbers, &err));
    assert_int_equal(numbers.count, 3);
    assert_true(numbers.seen[0] == 2 && numbers.seen[1] == 0 && numbers.seen[2] == 3);
    struct wn_sweep_row row;
    assert_good(wn_store_find_sweep(store, "s", &row, &err));
    assert_true(row.has_best && row.best == -1 && row.best_trial == 2);
    wn_sweep_row_clear(&row);
    wn_store_close(store);
}

// Counters are kept by triggers; whatever happens to trials, they must equal the counts.
static void counters_always_equal_the_counts(void **state) {
    enum { STEPS = 2000, TRIALS = 60, SWEEPS = 3 };
    struct wn_store *store = open_store(*state, WN_STORE_CREATE);
    struct wn_rng rng = wn_rng_new(3, 0);
    int64_t expected[SWEEPS][WN_TRIAL_STATES] = {0};
    int states[SWEEPS][TRIALS];
    memset(states, -1, sizeof states);
    for (int i = 0; i < SWEEPS; i++)
        add_sweep(store, "s");
    for (int step = 0; step < STEPS; step++) {
        if (step % 20 == 0)
            assert_good(wn_store_begin(store, &err));
        uint64_t s = wn_rng_below(&rng, SWEEPS), number = wn_rng_below(&rng, TRIALS);
        int now = (int)wn_rng_below(&rng, WN_TRIAL_STATES);
        put_trial(store, (int64_t)s + 1, (int64_t)number, (enum wn_trial_state)now, NAN);
        if (states[s][number] >= 0)
            expected[s][states[s][number]]--;
        expected[s][now]++;
        states[s][number] = now;
        if (step % 20 == 19)
            assert_good(wn_store_commit(store, &err));
    }
    for (int s = 0; s < SWEEPS; s++) {
        struct wn_sweep_row row;
        assert_good(wn_store_get_sweep(store, s + 1, &row, &err));
        assert_memory_equal(row.counts, expected[s], sizeof row.counts);
        wn_sweep_row_clear(&row);
    }
    wn_store_close(store);
    assert_answer(*state,
                  "SELECT count(*) FROM (SELECT sweep, state, trials FROM sweep_count WHERE trials "
                  "EXCEPT SELECT id >> 32, state, count(*) FROM trial GROUP BY 1, 2)",
                  "0");
}

static bool note_attempt(void *context, const struct wn_trial_row *row) {
    struct wn_str *text = context;
    wn_str_addf(text, "%lld %s %s %d;", (long long)row->attempt, wn_trial_state_name(row->state),
                row->reason, row->exit_code);
    return true;
}

static void attempts_are_kept_beside_their_trial(void **state) {
    struct wn_store *store = open_store(*state, WN_STORE_CREATE);
    int64_t sweep = add_sweep(store, "s");
    struct wn_str text = {0};
    for (int attempt = 1; attempt >= 0; attempt--) {
        struct wn_trial_row row = made_trial(sweep, 4, WN_TRIAL_FAILED);
        row.params = NULL;
        row.attempt = attempt;
        row.reason = wn_strdup("exit");
        row.has_exit = true;
        row.exit_code = attempt + 1;
        assert_good(wn_store_add_attempt(store, &row, &err));
        free(row.reason);
    }
    assert_good(wn_store_each_attempt(store, sweep, 4, note_attempt, &text, &err));
    assert_string_equal(wn_str_text(&text), "0 failed exit 1;1 failed exit 2;");
    wn_str_free(&text);
    wn_store_close(store);
}

// ---- metrics ------------------------------------------------------------------------------------

struct points {
    struct wn_point items[2000];
    size_t count, chunks;
};

static bool note_points(void *context, int64_t trial, const char *name,
                        const struct wn_point *points, size_t count) {
    struct points *all = context;
    (void)trial, (void)name;
    memcpy(all->items + all->count, points, count * sizeof *points);
    all->count += count;
    all->chunks++;
    return true;
}

// As a collector does it, with a fresh look at the store every time.
static void append(struct wn_store *store, int64_t sweep, int64_t metric,
                   const struct wn_point *points, size_t count) {
    struct wn_point held[WN_CHUNK];
    struct wn_series_tail tail = {.sweep = sweep, .metric = metric, .points = held};
    assert_good(wn_store_load_tail(store, &tail, &err));
    for (size_t i = 0; i < count; i++) {
        held[tail.count++] = points[i];
        if (tail.count < WN_CHUNK && i + 1 < count)
            continue;
        assert_good(wn_store_put_tail(store, &tail, &err));
        tail.chunk++;
        tail.count = 0;
    }
}

static void points_are_packed_however_they_arrive(void **state) {
    enum { POINTS = 1000 };
    struct wn_store *store = open_store(*state, WN_STORE_CREATE);
    int64_t sweep = add_sweep(store, "s"), metric;
    assert_good(wn_store_metric(store, sweep, "loss", &metric, &err));
    struct wn_point points[POINTS];
    struct wn_rng rng = wn_rng_new(5, 0);
    for (size_t i = 0; i < POINTS; i++)
        points[i] = (struct wn_point){(double)i, wn_rng_uniform(&rng)};
    points[7].value = NAN;
    points[8].value = -INFINITY;
    points[9].value = 5e-324;
    points[255].step = -1e300;
    for (size_t at = 0; at < POINTS;) {
        size_t count = wn_rng_below(&rng, 2) ? wn_rng_below(&rng, 5) : wn_rng_below(&rng, 300);
        count = count < POINTS - at ? count : POINTS - at;
        append(store, sweep, metric, points + at, count);
        at += count;
    }
    struct points *got = wn_calloc(1, sizeof *got);
    assert_good(wn_store_each_chunk(store, sweep, -1, "loss", note_points, got, &err));
    assert_int_equal(got->count, POINTS);
    assert_int_equal(got->chunks, (POINTS + WN_CHUNK - 1) / WN_CHUNK);
    assert_memory_equal(got->items, points, sizeof points);
    free(got);
    wn_store_close(store);
    assert_answer(*state, "SELECT max(length(points)) FROM chunk", "4096");
}

static bool note_chunk(void *context, int64_t trial, const char *name,
                       const struct wn_point *points, size_t count) {
    struct wn_str *text = context;
    wn_str_addf(text, "%lld%s%zu:%g ", (long long)trial, name, count, points[0].value);
    return text->length < 2000;
}

static void points_come_by_trial_and_metric(void **state) {
    struct wn_store *store = open_store(*state, WN_STORE_CREATE);
    int64_t first = add_sweep(store, "s"), other = add_sweep(store, "t"), ids[3];
    assert_good(wn_store_metric(store, first, "a", &ids[0], &err));
    assert_good(wn_store_metric(store, first, "b", &ids[1], &err));
    assert_good(wn_store_metric(store, other, "a", &ids[2], &err));
    assert_true(ids[0] != ids[2]);
    const int64_t keys[][3] = {{first, 1, ids[1]},
                               {first, 0, ids[0]},
                               {other, 0, ids[2]},
                               {first, 1, ids[0]},
                               {first, UINT32_MAX, ids[0]}};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        struct wn_point point = {1, (double)i};
        struct wn_series_tail tail = {.sweep = keys[i][0],
                                      .trial = keys[i][1],
                                      .metric = keys[i][2],
                                      .count = 1,
                                      .points = &point};
        assert_good(wn_store_put_tail(store, &tail, &err));
    }
    struct wn_str text = {0};
    assert_good(wn_store_each_chunk(store, first, -1, NULL, note_chunk, &text, &err));
    assert_string_equal(wn_str_text(&text), "0a1:1 1a1:3 1b1:0 4294967295a1:4 ");
    wn_str_clear(&text);
    assert_good(wn_store_each_chunk(store, first, 1, NULL, note_chunk, &text, &err));
    assert_string_equal(wn_str_text(&text), "1a1:3 1b1:0 ");
    wn_str_clear(&text);
    assert_good(wn_store_drop_points(store, first, 1, &err));
    assert_good(wn_store_each_chunk(store, first, -1, "a", note_chunk, &text, &err));
    assert_string_equal(wn_str_text(&text), "0a1:1 4294967295a1:4 ");
    wn_str_free(&text);
    wn_store_close(store);
}

static void many_chunks_come_whole(void **state) {
    enum { CHUNKS = 200 }; // several pages
    struct wn_store *store = open_store(*state, WN_STORE_CREATE);
    int64_t sweep = add_sweep(store, "s"), metric;
    assert_good(wn_store_metric(store, sweep, "m", &metric, &err));
    assert_good(wn_store_begin(store, &err));
    for (int64_t i = 0; i < CHUNKS; i++) {
        struct wn_point point = {1, (double)i};
        struct wn_series_tail tail = {.sweep = sweep,
                                      .trial = i / 150,
                                      .metric = metric,
                                      .chunk = i % 150,
                                      .count = 1,
                                      .points = &point};
        assert_good(wn_store_put_tail(store, &tail, &err));
    }
    assert_good(wn_store_commit(store, &err));
    struct points *got = wn_calloc(1, sizeof *got);
    assert_good(wn_store_each_chunk(store, sweep, -1, NULL, note_points, got, &err));
    assert_int_equal(got->count, CHUNKS);
    for (size_t i = 0; i < CHUNKS; i++)
        assert_true(got->items[i].value == (double)i);
    free(got);
    wn_store_close(store);
}

static bool note_summary(void *context, int64_t trial, const char *name,
                         const struct wn_summary *summary) {
    struct wn_str *text = context;
    wn_str_addf(text, "%lld %s %lld %g %g %g;", (long long)trial, name, (long long)summary->count,
                summary->last, summary->min, summary->max);
    return true;
}

static void summaries_keep_what_is_not_finite(void **state) {
    struct wn_store *store = open_store(*state, WN_STORE_CREATE);
    int64_t sweep = add_sweep(store, "s"), a, b;
    assert_good(wn_store_metric(store, sweep, "b", &b, &err));
    assert_good(wn_store_metric(store, sweep, "a", &a, &err));
    const struct wn_summary none = {3, NAN, NAN, NAN}, high = {2, INFINITY, 1, 2};
    assert_good(wn_store_put_summary(store, sweep, 0, b, &none, &err));
    assert_good(wn_store_put_summary(store, sweep, 0, a, &high, &err));
    assert_good(wn_store_put_summary(store, sweep, 1, b, &high, &err));
    struct wn_str text = {0};
    assert_good(wn_store_each_summary(store, sweep, -1, note_summary, &text, &err));
    assert_string_equal(wn_str_text(&text), "0 a 2 inf 1 2;0 b 3 nan nan nan;1 b 2 inf 1 2;");
    wn_str_free(&text);
    wn_store_close(store);
}

// ---- requests -----------------------------------------------------------------------------------

static bool note_request(void *context, const struct wn_request_row *row) {
    struct wn_str *text = context;
    wn_str_addf(text, "%lld %s %s;", (long long)row->trial, row->verb,
                row->argument ? row->argument : "-");
    return true;
}

static void requests_are_open_until_they_are_answered(void **state) {
    struct wn_store *store = open_store(*state, WN_STORE_CREATE);
    int64_t sweep = add_sweep(store, "s");
    struct wn_request_row stop = {.sweep = sweep,
                                  .trial = -1,
                                  .verb = (char[]){"stop"},
                                  .user = (char[]){"me"},
                                  .created = 1},
                          cancel = {.sweep = sweep,
                                    .trial = 12,
                                    .verb = (char[]){"cancel"},
                                    .argument = (char[]){"now"},
                                    .user = (char[]){"me"},
                                    .created = 2};
    struct wn_str text = {0};
    assert_good(wn_store_add_request(store, &stop, &err));
    assert_good(wn_store_add_request(store, &cancel, &err));
    assert_good(wn_store_each_request(store, sweep, note_request, &text, &err));
    assert_string_equal(wn_str_text(&text), "-1 stop -;12 cancel now;");
    wn_str_clear(&text);
    struct wn_request_row found;
    struct wn_err none;
    stop.answer = (char[]){"draining"};
    stop.answered = 3;
    assert_good(wn_store_answer(store, &stop, &err));
    assert_good(wn_store_get_request(store, stop.id, &found, &err));
    assert_string_equal(found.answer, "draining");
    assert_false(found.refused);
    wn_request_row_clear(&found);
    assert_int_equal(wn_store_get_request(store, 99, &found, &none), WN_NO);
    assert_good(wn_store_each_request(store, sweep, note_request, &text, &err));
    assert_string_equal(wn_str_text(&text), "12 cancel now;");
    wn_str_free(&text);
    wn_store_close(store);
    assert_answer(*state, "SELECT answer || ' ' || answered FROM request WHERE verb = 'stop'",
                  "draining 3.0");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        STORE_TEST(a_trial_comes_back_as_it_was_put),
        STORE_TEST(all_trials_come_in_order_and_of_one_sweep_only),
        STORE_TEST(only_what_has_a_score_ranks_best_first),
        STORE_TEST(counters_always_equal_the_counts),
        STORE_TEST(attempts_are_kept_beside_their_trial),
        STORE_TEST(points_are_packed_however_they_arrive),
        STORE_TEST(points_come_by_trial_and_metric),
        STORE_TEST(many_chunks_come_whole),
        STORE_TEST(summaries_keep_what_is_not_finite),
        STORE_TEST(requests_are_open_until_they_are_answered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
