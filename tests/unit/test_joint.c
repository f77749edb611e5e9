// SPDX-License-Identifier: GPL-3.0-or-later
// The classifier test: its AUC and that AUC's variance by their definitions, its rate of false
// alarms, and that it sees what no single column shows.
#include "tests/unit/check.h"

#include "core/base/rng.h"
#include "core/drift/joint.h"

// ---- the area -----------------------------------------------------------------------------------

static double wins(double yes, double no) {
    return yes > no ? 1 : yes == no ? 0.5 : 0;
}

// Pair by pair: DeLong's structural components as they are written down.
static struct wn_auc by_definition(const double *no, int n, const double *yes, int m) {
    double auc = 0, of_yes = 0, of_no = 0;
    for (int i = 0; i < m; i++)
        for (int j = 0; j < n; j++)
            auc += wins(yes[i], no[j]) / (n * m);
    for (int i = 0; i < m; i++) {
        double mean = 0;
        for (int j = 0; j < n; j++)
            mean += wins(yes[i], no[j]) / n;
        of_yes += (mean - auc) * (mean - auc) / (m - 1) / m;
    }
    for (int j = 0; j < n; j++) {
        double mean = 0;
        for (int i = 0; i < m; i++)
            mean += wins(yes[i], no[j]) / m;
        of_no += (mean - auc) * (mean - auc) / (n - 1) / n;
    }
    return (struct wn_auc){auc, of_yes + of_no};
}

static void the_area_and_its_variance_are_delongs(void **state) {
    (void)state;
    struct wn_rng rng = wn_rng_new(1, 1);
    double no[40], yes[40];
    for (int round = 0; round < 50; round++) {
        int n = 2 + (int)wn_rng_below(&rng, 38), m = 2 + (int)wn_rng_below(&rng, 38);
        for (int i = 0; i < 40; i++) {
            no[i] = (double)wn_rng_below(&rng, 9); // with ties
            yes[i] = (double)wn_rng_below(&rng, 12);
        }
        struct wn_auc want = by_definition(no, n, yes, m);
        struct wn_auc got = wn_auc_of(no, (size_t)n, yes, (size_t)m);
        assert_double(got.auc, want.auc, 1e-12);
        assert_double(got.variance, want.variance, 1e-12);
    }
}

// ---- the test -----------------------------------------------------------------------------------

static double normal(struct wn_rng *rng) {
    return sqrt(-2 * log(wn_rng_uniform(rng))) * cos(2 * M_PI * wn_rng_uniform(rng));
}

enum { COLUMNS = 4 };
static const bool categories[COLUMNS] = {false, false, true, false};

// Two normal numbers that go together, a category, and a number with gaps.
static struct wn_row_sample draw(uint64_t stream, size_t rows, double together) {
    struct wn_row_sample sample = wn_row_sample_new(COLUMNS, rows);
    struct wn_rng rng = wn_rng_new(7, stream);
    for (size_t i = 0; i < rows; i++) {
        double *row = wn_row_sample_next(&sample);
        row[0] = normal(&rng);
        row[1] = together * row[0] + sqrt(1 - together * together) * normal(&rng);
        row[2] = (double)wn_rng_below(&rng, 40);
        row[3] = wn_rng_uniform(&rng) < 0.2 ? NAN : normal(&rng);
    }
    return sample;
}

static struct wn_joint test_of(struct wn_row_sample a, struct wn_row_sample b) {
    struct wn_joint joint;
    struct wn_err err = {0};
    if (wn_joint_test(&a, &b, categories, 0.05, &joint, &err) != WN_OK)
        fail_msg("%s", err.text);
    wn_row_sample_free(&a);
    wn_row_sample_free(&b);
    return joint;
}

static void what_no_single_column_shows_is_seen(void **state) {
    (void)state;
    struct wn_joint joint = test_of(draw(1, 1500, 0.9), draw(2, 1200, 0));
    assert_true(joint.drift && joint.auc > 0.7 && joint.p < 1e-9);
    assert_true(joint.low < joint.auc && joint.auc < joint.high);
    assert_true(joint.shares[0] + joint.shares[1] > 0.8); // the two that gave it away
    assert_double(joint.shares[0] + joint.shares[1] + joint.shares[2] + joint.shares[3], 1, 1e-9);
    wn_joint_free(&joint);
}

static void data_that_did_not_move_are_rarely_told_apart(void **state) {
    (void)state;
    enum { PAIRS = 200 };
    int alarms = 0, drifts = 0;
    for (uint64_t k = 0; k < PAIRS; k++) {
        struct wn_joint joint = test_of(draw(100 + 2 * k, 160, 0.5), draw(101 + 2 * k, 120, 0.5));
        alarms += joint.p < 0.05;
        drifts += joint.drift;
        wn_joint_free(&joint);
    }
    if (alarms > 20) // 10 are expected
        fail_msg("%d alarms", alarms);
    assert_true(drifts <= alarms);
}

static void too_few_rows_are_no_test(void **state) {
    (void)state;
    struct wn_row_sample a = draw(1, 20, 0), b = draw(2, 500, 0);
    struct wn_joint joint;
    struct wn_err err;
    assert_int_equal(wn_joint_test(&a, &b, categories, 0.05, &joint, &err), WN_NO);
    wn_joint_free(&joint);
    wn_row_sample_free(&a);
    wn_row_sample_free(&b);
}

static void every_row_has_the_same_chance_to_be_in_a_sample(void **state) {
    (void)state;
    enum { ROWS = 5000, MOST = 1000 };
    struct wn_row_sample sample = wn_row_sample_new(1, MOST);
    double sum = 0;
    for (int i = 0; i < ROWS; i++) {
        double *row = wn_row_sample_next(&sample);
        if (row)
            *row = i;
    }
    for (int i = 0; i < MOST; i++)
        sum += sample.cells[i];
    assert_true(sample.rows == MOST && sample.seen == ROWS);
    assert_double(sum / MOST, ROWS / 2.0, 4 * ROWS / sqrt(12.0 * MOST));
    wn_row_sample_free(&sample);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_area_and_its_variance_are_delongs),
        cmocka_unit_test(what_no_single_column_shows_is_seen),
        cmocka_unit_test(data_that_did_not_move_are_rarely_told_apart),
        cmocka_unit_test(too_few_rows_are_no_test),
        cmocka_unit_test(every_row_has_the_same_chance_to_be_in_a_sample),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
