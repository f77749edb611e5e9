// SPDX-License-Identifier: GPL-3.0-or-later
// Comparisons out of a store: how sides are named, what is a unit, what is paired, what counts.
#include "tests/unit/make_board.h"

#include "core/compare/compare.h"

static const char plain[] =
    "method: grid\nmetrics: [{name: loss, goal: minimize}, {name: time, goal: minimize}]\n"
    "parameters:\n  opt: {values: [adam, sgd]}\n"
    "  lr: {values: [0.1, 0.2, 0.3, 0.4]}\n";

// A trial with its seed, which repeats of different configurations have in common.
static void run_trial(struct wn_store *store, const struct wn_sweep_row *sweep, int64_t number,
                      const char *params, double loss) {
    struct wn_trial_row row = made_trial(sweep->id, number, WN_TRIAL_FINISHED);
    row.repeat = number % sweep->repeats;
    row.seed = 100 + row.repeat;
    row.params = wn_strdup(params);
    row.objective = row.mean = loss;
    assert_good(wn_store_put_trial(store, &row, row.repeat ? NAN : loss, &err));
    free(row.params);
}

static struct wn_comparison *compared(struct wn_store *store, struct wn_compare_options options) {
    struct wn_comparison *comparison = NULL;
    assert_good(wn_compare(store, &options, &comparison, &err));
    return comparison;
}

static void assert_refused(struct wn_store *store, struct wn_compare_options options,
                           const char *sentence) {
    struct wn_comparison *comparison = NULL;
    struct wn_err err = {0};
    assert_int_equal(wn_compare(store, &options, &comparison, &err), WN_BAD_INPUT);
    assert_string_equal(err.text, sentence);
}

static void repeats_of_two_configurations_pair_by_their_seeds(void **state) {
    static const double noise[] = {0.01, -0.02, 0.03, 0, -0.01};
    struct wn_store *store = open_store(*state, WN_STORE_CREATE);
    struct wn_sweep_row sweep = begin_sweep(store, plain, 5);
    for (int i = 0; i < 5; i++) {
        run_trial(store, &sweep, i, "{\"lr\":0.1,\"opt\":\"adam\"}", 1 + 10 * noise[i]);
        run_trial(store, &sweep, 5 + i, "{\"lr\":0.1,\"opt\":\"sgd\"}",
                  0.5 + 10 * noise[i] + noise[4 - i]);
    }
    struct wn_comparison *comparison =
        compared(store, (struct wn_compare_options){.a = "s:1", .b = "s:7"});
    assert_true(comparison->paired);
    assert_int_equal(comparison->metrics[0].contrast.test, WN_CONTRAST_PAIRED);
    assert_int_equal(comparison->verdict.kind, WN_VERDICT_B_BETTER);
    assert_int_equal(comparison->param_count, 1);
    assert_string_equal(comparison->params[0].name, "opt");
    print_message("%s\n", comparison->verdict.text);
    wn_comparison_free(comparison);
    comparison =
        compared(store, (struct wn_compare_options){.sweep = "s", .a = "opt=sgd", .b = "opt=adam"});
    assert_int_equal(comparison->verdict.kind, WN_VERDICT_A_BETTER);
    print_message("%s\n", comparison->verdict.text);
    wn_comparison_free(comparison);
    assert_refused(store, (struct wn_compare_options){.a = "s:1", .b = "s:3"},
                   "s:1 and s:3 are the same trials: nothing to compare");
    wn_sweep_row_clear(&sweep);
    wn_store_close(store);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        STORE_TEST(repeats_of_two_configurations_pair_by_their_seeds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
