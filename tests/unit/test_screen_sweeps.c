// SPDX-License-Identifier: GPL-3.0-or-later
// The first screen, drawn from queries made here, and from a store.
#include "tests/unit/make_store.h"

#include <locale.h>

#include "golden.h"

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/numbers.h"
#include "sweep/folder.h"
#include "sweep/owner.h"
#include "sweep/pace.h"
#include "tui/app.h"
#include "tui/screens/sweeps.h"

static struct wn_sweeps_query *query_of(size_t count) {
    static const char *const names[] = {
        "svm-rbf", "mlp-wide", "gbt-depth", "mlp-narrow", "\033[31mhostile\033[0m", "数字识别"};
    static const char *const methods[] = {"bayes", "random", "grid", "sobol", "random", "bayes"};
    static const char *const states[] = {"running", "running", "finished",
                                         "paused",  "failed",  "interrupted"};
    struct wn_sweeps_query *query = wn_calloc(1, sizeof *query);
    query->folder = wn_strdup("~/proj/mnist");
    query->all = count;
    query->running = count ? 2 : 0;
    query->trials = count ? 8 : 0;
    for (size_t i = 0; i < count; i++) {
        struct wn_sweeps_line *line = WN_PUSH(query->sweeps, query->count, query->capacity);
        line->state = states[i];
        line->row = (struct wn_sweep_row){
            .id = (int64_t)i + 1,
            .name = wn_strdup(names[i]),
            .method = wn_strdup(methods[i]),
            .objective = wn_strdup(i % 2 ? "val_loss" : "accuracy"),
            .declared = 200,
            .created = 1800000000 - 3600,
            .started = 1800000000 - 3600,
            .has_best = i != 4,
            .best = i == 5 ? 0.000080834 : 0.98312345 / (double)(i + 1),
        };
        line->row.counts[WN_TRIAL_FINISHED] = 124 - 20 * (int64_t)i;
        line->row.counts[WN_TRIAL_RUNNING] = i < 2 ? 4 : 0;
        line->rate = i == 0 ? 2.25 : i == 1 ? 0.15 : 0;
        for (size_t k = 0; k < WN_SWEEPS_SPARK; k++)
            line->spark[k] = k < i ? NAN : 1 - 1 / (double)(k + 1);
    }
    return query;
}

static void draw(size_t sweeps, struct wn_extent extent, bool ascii, const char *name) {
    void *state = wn_screen_sweeps.open(&(struct wn_place){.trial = -1});
    wn_screen_sweeps.take(state, query_of(sweeps));
    golden_screen(&wn_screen_sweeps, state, extent, ascii, name);
    wn_screen_sweeps.close(state);
}

static void test_list(void **unused) {
    (void)unused;
    draw(6, (struct wn_extent){22, 80}, false, "sweeps");
    draw(6, (struct wn_extent){22, 80}, true, "sweeps");
    draw(6, (struct wn_extent){9, 40}, false, "sweeps");
    draw(6, (struct wn_extent){58, 200}, false, "sweeps");
}

static void test_empty(void **unused) {
    (void)unused;
    draw(0, (struct wn_extent){22, 80}, false, "sweeps-empty");
}

// A sweep whose best got better now and then; the last trials brought nothing.
static void put_sweep(struct wn_store *store, const char *name, int trials) {
    int64_t sweep = add_sweep(store, name);
    for (int i = 0; i < trials; i++) {
        struct wn_trial_row row = made_trial(sweep, i, WN_TRIAL_FINISHED);
        row.params = (char[]){"{\"lr\":0.0123,\"net\":{\"depth\":3}}"};
        row.objective = row.mean = 0.2 + (double)(i * 37 % 11) / 10 + 1.0 / (1 + i);
        assert_good(wn_store_put_trial(store, &row, row.mean, &err));
    }
}

static struct wn_sweeps_query *load_screen(struct wn_store *store, void *state,
                                           struct wn_extent extent) {
    struct wn_sweeps_query *query = wn_screen_sweeps.ask(state, extent);
    assert_good(wn_screen_sweeps.load(store, query, &err));
    free(query->folder); // that of the store changes from run to run
    query->folder = wn_strdup("~/proj/mnist");
    wn_screen_sweeps.take(state, query);
    assert_false(wn_screen_sweeps.stale(state, extent));
    return query;
}

static void the_pane_tells_of_the_sweep_under_the_cursor(void **folder) {
    const struct wn_extent extent = {22, 80};
    struct wn_store *store = open_store(*folder, WN_STORE_CREATE);
    void *state = wn_screen_sweeps.open(&(struct wn_place){.trial = -1});
    put_sweep(store, "first", 60);
    put_sweep(store, "none yet", 0);
    load_screen(store, state, extent);
    golden_screen(&wn_screen_sweeps, state, extent, false, "sweeps-without-result");
    assert_true(wn_screen_sweeps.act(state, NULL, WN_MOVE_DOWN, &(struct wn_key){0}));
    assert_true(wn_screen_sweeps.stale(state, extent));
    load_screen(store, state, extent);
    golden_screen(&wn_screen_sweeps, state, extent, false, "sweeps-pane");
    golden_screen(&wn_screen_sweeps, state, extent, true, "sweeps-pane");
    // Sparklines of sweeps in which nothing ended since are taken over.
    struct wn_sweeps_query *query = load_screen(store, state, extent);
    assert_int_equal(query->known_count, 2);
    assert_int_equal(query->known[1].ended, 60);
    assert_memory_equal(query->known[1].spark, query->sweeps[1].spark, sizeof query->known->spark);
    wn_screen_sweeps.close(state);
    wn_store_close(store);
}

static void a_click_chooses_a_row_of_the_list_alone(void **folder) {
    const struct wn_extent extent = {22, 80};
    struct wn_store *store = open_store(*folder, WN_STORE_CREATE);
    void *state = wn_screen_sweeps.open(&(struct wn_place){.trial = -1});
    put_sweep(store, "first", 3);
    put_sweep(store, "second", 3);
    load_screen(store, state, extent);
    const struct wn_key second_row = {.code = WN_KEY_CLICK, .row = 3}, pane = {.row = 9};
    wn_screen_sweeps.act(state, NULL, WN_CLICK, &second_row);
    assert_int_equal(wn_screen_sweeps.place(state).sweep, 1);
    wn_screen_sweeps.act(state, NULL, WN_CLICK, &pane);
    assert_int_equal(wn_screen_sweeps.place(state).sweep, 1);
    wn_screen_sweeps.close(state);
    wn_store_close(store);
}

// ---- how fast it goes ---------------------------------------------------------------------------

static int own(struct wn_store *store, int64_t sweep) {
    int lock;
    char *dir = wn_sweep_folder(store, sweep);
    assert_good(wn_sweep_folder_make(store, sweep, &err));
    assert_good(wn_owner_acquire(dir, &lock, &err));
    free(dir);
    return lock;
}

static void put_ended(struct wn_store *store, int64_t sweep, int number, double ended) {
    struct wn_trial_row row = made_trial(sweep, number, WN_TRIAL_FINISHED);
    row.params = (char[]){"{}"};
    row.ended = ended;
    assert_good(wn_store_put_trial(store, &row, NAN, &err));
}

// Trials before a break of a day do not count: the rate is that of now.
static void the_rate_is_that_of_late(void **folder) {
    struct wn_store *store = open_store(*folder, WN_STORE_CREATE);
    int64_t sweep = add_sweep(store, "svm");
    int lock = own(store, sweep);
    double now = wn_now();
    struct wn_run_row run = {.sweep = sweep,
                             .started = now - 21,
                             .user = (char[]){"me"},
                             .host = (char[]){"here"},
                             .version = (char[]){"1"},
                             .environment = (char[]){"{}"}};
    assert_good(wn_store_add_run(store, &run, &err));
    for (int i = 0; i < 10; i++)
        put_ended(store, sweep, i, now - 86400 - i);
    for (int i = 0; i < 11; i++)
        put_ended(store, sweep, 10 + i, now - 20 + 2 * i);
    void *state = wn_screen_sweeps.open(&(struct wn_place){.trial = -1});
    struct wn_sweeps_query *query = load_screen(store, state, (struct wn_extent){22, 80});
    assert_string_equal(query->sweeps[0].state, "running");
    assert_true(fabs(query->sweeps[0].rate - 0.5) < 0.1);
    query->sweeps[0].row.declared = 31;
    assert_true(fabs(wn_sweep_left(&query->sweeps[0].row, query->sweeps[0].rate) - 20) < 5);
    wn_screen_sweeps.close(state);
    wn_store_close(store);
    close(lock);
}

static void a_sweep_that_waits_says_for_what(void **folder) {
    struct wn_store *store = open_store(*folder, WN_STORE_CREATE);
    int64_t sweep = add_sweep(store, "svm");
    int lock = own(store, sweep);
    put_trial(store, sweep, 0, WN_TRIAL_QUEUED, NAN);
    assert_good(wn_store_set_reason(store, sweep, 0, "waits for a GPU", &err));
    void *state = wn_screen_sweeps.open(&(struct wn_place){.trial = -1});
    struct wn_sweeps_query *query = load_screen(store, state, (struct wn_extent){22, 80});
    assert_string_equal(query->sweeps[0].state, "waiting");
    golden_screen(&wn_screen_sweeps, state, (struct wn_extent){22, 80}, false, "sweeps-waiting");
    wn_screen_sweeps.close(state);
    wn_store_close(store);
    close(lock);
}

static void rates_have_the_unit_that_suits_them(void **unused) {
    (void)unused;
    char text[32];
    assert_string_equal(wn_rate_text(0, text), "");
    assert_string_equal(wn_rate_text(123.4, text), "123/s");
    assert_string_equal(wn_rate_text(2.25, text), "2.2/s");
    assert_string_equal(wn_rate_text(0.15, text), "9.0/min");
    assert_string_equal(wn_rate_text(0.001, text), "3.6/h");
}

// ---- what is there beside the list --------------------------------------------------------------

static void only_sweeps_with_the_text_are_listed(void **folder) {
    const struct wn_extent extent = {22, 80};
    struct wn_store *store = open_store(*folder, WN_STORE_CREATE);
    add_sweep(store, "svm");
    add_sweep(store, "mlp");
    void *state = wn_screen_sweeps.open(&(struct wn_place){.trial = -1});
    load_screen(store, state, extent);
    wn_sweeps_filter(state, "SV");
    assert_true(wn_screen_sweeps.stale(state, extent));
    struct wn_sweeps_query *query = load_screen(store, state, extent);
    assert_int_equal(query->count, 1);
    assert_string_equal(query->sweeps[0].row.name, "svm");
    assert_int_equal(query->all, 2);
    golden_screen(&wn_screen_sweeps, state, extent, false, "sweeps-filter");
    // Esc takes the filter away before it leaves.
    assert_true(wn_screen_sweeps.act(state, NULL, WN_APP_BACK, &(struct wn_key){0}));
    assert_int_equal(load_screen(store, state, extent)->count, 2);
    assert_false(wn_screen_sweeps.act(state, NULL, WN_APP_BACK, &(struct wn_key){0}));
    wn_screen_sweeps.close(state);
    wn_store_close(store);
}

static void a_wide_pane_has_the_sweep_beside_the_list(void **folder) {
    const struct wn_extent extent = {58, 200};
    struct wn_store *store = open_store(*folder, WN_STORE_CREATE);
    void *state = wn_screen_sweeps.open(&(struct wn_place){.trial = -1});
    put_sweep(store, "first", 60);
    load_screen(store, state, extent);
    golden_screen(&wn_screen_sweeps, state, extent, false, "sweeps-pane");
    wn_screen_sweeps.close(state);
    wn_store_close(store);
}

int main(void) {
    setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_list),
                                       cmocka_unit_test(test_empty),
                                       STORE_TEST(the_pane_tells_of_the_sweep_under_the_cursor),
                                       STORE_TEST(a_click_chooses_a_row_of_the_list_alone),
                                       STORE_TEST(the_rate_is_that_of_late),
                                       STORE_TEST(a_sweep_that_waits_says_for_what),
                                       cmocka_unit_test(rates_have_the_unit_that_suits_them),
                                       STORE_TEST(only_sweeps_with_the_text_are_listed),
                                       STORE_TEST(a_wide_pane_has_the_sweep_beside_the_list)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
