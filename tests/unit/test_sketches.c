// SPDX-License-Identifier: GPL-3.0-or-later
// What is kept of columns: each sketch alone, two taken together, and how far off they are.
#include "tests/unit/check.h"

#include "core/base/rng.h"
#include "core/data/counts.h"
#include "core/data/distinct.h"
#include "core/data/few.h"
#include "core/data/quantiles.h"
#include "core/data/running.h"

// ---- moments ------------------------------------------------------------------------------------

static void moments_of_two_parts_are_those_of_the_whole(void **state) {
    (void)state;
    struct wn_running whole = {0}, parts[3] = {0};
    struct wn_rng rng = wn_rng_new(1, 1);
    for (int i = 0; i < 1000; i++) {
        double value = 1e6 + wn_rng_uniform(&rng);
        wn_running_add(&whole, value);
        wn_running_add(&parts[i % 2], value);
    }
    wn_running_merge(&parts[0], &parts[1]);
    wn_running_merge(&parts[0], &parts[2]); // one without a value changes nothing
    wn_running_merge(&parts[2], &whole);
    assert_double(parts[0].mean, whole.mean, 1e-6);
    assert_double(wn_running_deviation(&parts[0]), wn_running_deviation(&whole), 1e-9);
    assert_double(parts[2].mean, whole.mean, 0);
    assert_true(parts[0].least == whole.least && parts[0].most == whole.most);
    assert_true(isnan(wn_running_deviation(&(struct wn_running){.count = 1})));
}

// ---- quantiles ----------------------------------------------------------------------------------

// The largest error of the share below a value, for values that are a permutation of 0 to n - 1.
static double worst_share(const struct wn_quantiles *sketch, double n) {
    struct wn_sample sample = wn_quantiles_sample(sketch);
    double below = 0, worst = 0;
    for (size_t i = 0; i < sample.count; i++) {
        worst = fmax(worst, fabs(below - sample.values[i]) / n);
        below += sample.weights ? (double)sample.weights[i] : 1;
        worst = fmax(worst, fabs(below - sample.values[i] - 1) / n);
    }
    assert_true(below == n);
    wn_sample_free_weighted(&sample);
    return worst;
}

enum { MANY = 1 << 20 };

// A permutation of 0 to MANY - 1: an odd factor modulo a power of two.
static double shuffled(int i) {
    return (double)((uint32_t)i * 2654435761u % MANY);
}

static void few_values_are_kept_as_they_are(void **state) {
    (void)state;
    struct wn_quantiles sketch = wn_quantiles_new(5000);
    for (int i = 0; i < 5000; i++)
        wn_quantiles_add(&sketch, 4999 - i);
    struct wn_sample sample = wn_quantiles_sample(&sketch);
    assert_true(sample.count == 5000 && !sample.weights && wn_quantiles_error(&sketch) == 0);
    for (int i = 0; i < 5000; i++)
        assert_double(sample.values[i], i, 0);
    wn_sample_free_weighted(&sample);
    wn_quantiles_free(&sketch);
}

static void many_values_take_bounded_memory_and_stay_within_their_error(void **state) {
    (void)state;
    for (int order = 0; order < 3; order++) {
        struct wn_quantiles sketch = wn_quantiles_new(10000);
        for (int i = 0; i < MANY; i++)
            wn_quantiles_add(&sketch, order == 0 ? shuffled(i) : order == 1 ? i : MANY - 1 - i);
        assert_true(sketch.kept < 6 * WN_QUANTILES_K);
        double error = wn_quantiles_error(&sketch);
        assert_true(error > 0 && error < 0.006);
        assert_true(worst_share(&sketch, MANY) <= error);
        wn_quantiles_free(&sketch);
    }
}

static void sketches_merged_stay_within_their_error(void **state) {
    (void)state;
    struct wn_quantiles parts[8];
    for (int k = 0; k < 8; k++) {
        parts[k] = wn_quantiles_new(k % 2 ? 1000 : 200000); // some exact, some not
        for (int i = k; i < MANY; i += 8)
            wn_quantiles_add(&parts[k], shuffled(i));
    }
    for (int k = 1; k < 8; k++) {
        wn_quantiles_merge(&parts[0], &parts[k]);
        wn_quantiles_free(&parts[k]);
    }
    assert_true(parts[0].count == MANY && parts[0].kept < 6 * WN_QUANTILES_K);
    assert_true(worst_share(&parts[0], MANY) <= wn_quantiles_error(&parts[0]));
    assert_true(wn_quantiles_error(&parts[0]) < 0.02);
    wn_quantiles_free(&parts[0]);
}

static void many_of_one_value_are_added_at_once(void **state) {
    (void)state;
    struct wn_quantiles sketch = wn_quantiles_new(100);
    wn_quantiles_add_many(&sketch, 7, 1000003);
    wn_quantiles_add_many(&sketch, 8, 1000003);
    struct wn_sample sample = wn_quantiles_sample(&sketch);
    assert_true(wn_sample_total(&sample) == 2000006 && sketch.kept < 60);
    assert_double(wn_sample_quantile(&sample, 0.49), 7, 0);
    assert_double(wn_sample_quantile(&sample, 0.51), 8, 0);
    wn_sample_free_weighted(&sample);
    wn_quantiles_free(&sketch);
}

// Weights say the same as writing each value so often.
static void quantiles_of_weights_are_those_of_the_values_written_out(void **state) {
    (void)state;
    double all[] = {1, 1, 1, 4, 4, 9, 9, 9, 9, 12}, values[] = {1, 4, 9, 12};
    size_t weights[] = {3, 2, 4, 1};
    struct wn_sample sample = {.values = values, .count = 4, .weights = weights};
    for (double p = 0; p <= 1; p += 0.0625)
        assert_double(wn_sample_quantile(&sample, p), wn_quantile(all, 10, p), 1e-12);
}

// ---- distinct values ----------------------------------------------------------------------------

static void distinct_values_are_counted_within_a_few_percent(void **state) {
    (void)state;
    struct wn_distinct *halves = calloc(2, sizeof *halves), whole = {0}, read = {0};
    static const uint64_t sizes[] = {1, 10, 1000, 5000, 20000, 100000, 1000000};
    uint64_t added = 0;
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        for (; added < sizes[k]; added++) {
            wn_distinct_add(&whole, wn_mix64(added));
            wn_distinct_add(&whole, wn_mix64(added / 2)); // again: counts once
            wn_distinct_add(&halves[added % 2], wn_mix64(added));
        }
        double n = (double)sizes[k];
        assert_double(wn_distinct_estimate(&whole), n, fmax(0.06 * n, 0.5));
    }
    wn_distinct_merge(&halves[0], &halves[1]);
    assert_memory_equal(&halves[0], &whole, sizeof whole);
    char *text = wn_distinct_text(&whole);
    assert_true(wn_distinct_parse(&read, text));
    assert_memory_equal(&read, &whole, sizeof whole);
    text[5] = '~';
    assert_false(wn_distinct_parse(&read, text) || wn_distinct_parse(&read, "###"));
    assert_double(wn_distinct_estimate(&(struct wn_distinct){0}), 0, 0);
    free(text);
    free(halves);
}

// ---- counts -------------------------------------------------------------------------------------

static uint64_t count_of(const struct wn_counts *counts, const char *text) {
    return wn_counts_of(counts, wn_text_hash(text, strlen(text)));
}

static void counts_are_exact_while_there_are_few(void **state) {
    (void)state;
    struct wn_counts counts = {0};
    char text[32];
    for (int i = 0; i < 30000; i++) {
        snprintf(text, sizeof text, "category %d", i % 3000);
        wn_counts_add(&counts, text);
    }
    assert_true(counts.count == 3000 && counts.short_by == 0 && counts.all == 30000);
    assert_int_equal(count_of(&counts, "category 17"), 10);
    assert_int_equal(count_of(&counts, "no such"), 0);
    wn_counts_free(&counts);
}

// Half of a stream is "often"; the rest are a million different texts.
static void what_is_frequent_is_found_among_many(void **state) {
    (void)state;
    struct wn_counts parts[2] = {0};
    char text[32];
    for (int i = 0; i < 200000; i++) {
        snprintf(text, sizeof text, "rare %d", i);
        wn_counts_add(&parts[i % 2], text);
        wn_counts_add(&parts[i % 2], i % 4 ? "often" : "seldom");
    }
    wn_counts_merge(&parts[0], &parts[1]);
    const struct wn_counts *all = &parts[0];
    assert_true(all->count <= WN_COUNTS_MOST && all->all == 400000);
    assert_true(all->short_by > 0 && all->short_by < 400000 / (WN_COUNTS_MOST / 4));
    uint64_t often = count_of(all, "often");
    assert_true(often <= 150000 && often + all->short_by >= 150000);
    wn_counts_sort(&parts[0]);
    assert_string_equal(all->items[0].text, "often");
    assert_string_equal(all->items[1].text, "seldom");
    wn_counts_free(&parts[0]);
    wn_counts_free(&parts[1]);
}

static void long_texts_are_cut_and_still_told_apart(void **state) {
    (void)state;
    struct wn_counts counts = {0};
    char text[400];
    memset(text, 'x', sizeof text);
    text[399] = '\0';
    wn_counts_add(&counts, text);
    text[398] = 'y';
    wn_counts_add(&counts, text);
    assert_int_equal(counts.count, 2);
    assert_int_equal(strlen(counts.items[0].text), WN_COUNTS_TEXT_MAX + 2);
    wn_counts_free(&counts);
}

static void a_word_counts_once_for_each_row(void **state) {
    (void)state;
    struct wn_counts counts = {0};
    for (uint64_t row = 1; row <= 3; row++)
        for (int i = 0; i < 5; i++)
            wn_counts_add_once(&counts, "again", 5, row);
    assert_int_equal(count_of(&counts, "again"), 3);
    wn_counts_free(&counts);
}

static void numbers_of_few_values_are_counted(void **state) {
    (void)state;
    struct wn_few few = {0};
    for (int i = 0; i < 1000; i++)
        assert_true(wn_few_add(&few, i % WN_FEW_MOST - 3, 1));
    assert_true(wn_few_add(&few, -0.0, 5)); // is 0
    assert_false(wn_few_add(&few, 0.5, 1));
    struct wn_sample sample = wn_few_sample(&few);
    assert_true(sample.count == WN_FEW_MOST && wn_sample_total(&sample) == 1005);
    assert_true(sample.values[0] == -3 && sample.values[3] == 0 && sample.weights[3] == 16 + 5);
    wn_sample_free_weighted(&sample);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moments_of_two_parts_are_those_of_the_whole),
        cmocka_unit_test(few_values_are_kept_as_they_are),
        cmocka_unit_test(many_values_take_bounded_memory_and_stay_within_their_error),
        cmocka_unit_test(sketches_merged_stay_within_their_error),
        cmocka_unit_test(many_of_one_value_are_added_at_once),
        cmocka_unit_test(quantiles_of_weights_are_those_of_the_values_written_out),
        cmocka_unit_test(distinct_values_are_counted_within_a_few_percent),
        cmocka_unit_test(counts_are_exact_while_there_are_few),
        cmocka_unit_test(what_is_frequent_is_found_among_many),
        cmocka_unit_test(long_texts_are_cut_and_still_told_apart),
        cmocka_unit_test(a_word_counts_once_for_each_row),
        cmocka_unit_test(numbers_of_few_values_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
