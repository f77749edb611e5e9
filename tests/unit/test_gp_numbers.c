// SPDX-License-Identifier: GPL-3.0-or-later
// The scalar functions below Gaussian processes, beside values of high precision
// (tests/data/make_gp_reference.py): log expected improvement, and the transform of Yeo and
// Johnson.
#include "tests/unit/make_process.h"
#include "tests/unit/reference.h"

#include "sweep/gp/logei.h"
#include "sweep/gp/yeojohnson.h"

// ---- log expected improvement -------------------------------------------------------------------

static void log_improvement_has_ten_digits_from_far_below_to_far_above(void **state) {
    (void)state;
    cJSON *reference = read_reference();
    const cJSON *entry;
    cJSON_ArrayForEach(entry, cJSON_GetObjectItem(reference, "log_improvement")) {
        double pair[2]; // z, expected
        numbers_at(entry, NULL, pair, 2);
        assert_near(wn_log_improvement(pair[0], NULL), pair[1], 1e-10, entry->string);
    }
    cJSON_Delete(reference);
}

static double log_improvement_at(void *context, const double *z) {
    (void)context;
    return wn_log_improvement(*z, NULL);
}

static void its_slope_is_that_of_differences(void **state) {
    (void)state;
    static const double zs[] = {-3000, -100, -26, -25, -24, -5, -1, 0, 1e-3, 2, 6, 20, 40};
    for (size_t i = 0; i < sizeof zs / sizeof *zs; i++) {
        double z = zs[i], slope;
        wn_log_improvement(z, &slope);
        assert_near(slope, slope_along(log_improvement_at, NULL, &z, 0), 1e-5, "slope");
    }
}

static void log_improvement_and_its_slope_have_no_seam(void **state) {
    (void)state;
    for (double z = -60; z < 45; z += 0.01) {
        double slope, next, value = wn_log_improvement(z, &slope);
        double above = wn_log_improvement(z + 1e-9, &next);
        assert_true(above >= value - 1e-9);
        assert_near(above, value + 1e-9 * slope, 1e-10, "value");
        assert_near(next, slope, 1e-8, "slope");
    }
}

enum { DRAWS = 7 };

struct ei {
    double bests[DRAWS];
    size_t draws;
};

// of: the means, then the deviation
static double log_ei_at(void *context, const double *of) {
    const struct ei *ei = context;
    return wn_log_ei(of, ei->bests, ei->draws, of[ei->draws], NULL, NULL);
}

static void log_ei_over_draws_has_the_gradient_of_differences(void **state) {
    (void)state;
    for (uint64_t seed = 0; seed < 40; seed++) {
        struct ei ei = {.draws = seed % 2 ? DRAWS : 1};
        double of[DRAWS + 1], by_means[DRAWS], by_deviation;
        for (size_t m = 0; m < ei.draws; m++) {
            ei.bests[m] = 2 * made(seed, m) - 1;
            of[m] = 2 * made(seed, m + 20) - 1;
        }
        for (size_t m = 0; seed % 8 > 4 && m < ei.draws; m++)
            of[m] += 3; // all are hopeless
        of[ei.draws] = seed % 4 < 2 ? 0.05 + made(seed, 50) : 0.02;
        wn_log_ei(of, ei.bests, ei.draws, of[ei.draws], by_means, &by_deviation);
        for (size_t m = 0; m < ei.draws; m++)
            assert_near(by_means[m], slope_along(log_ei_at, &ei, of, m), 1e-5, "by mean");
        assert_near(by_deviation, slope_along(log_ei_at, &ei, of, ei.draws), 1e-4, "by deviation");
    }
}

static void log_ei_over_draws_is_the_log_of_their_mean(void **state) {
    (void)state;
    static const double means[] = {0.4, 0.1, 3, -0.2}, bests[] = {0, 0.3, 0, -0.1};
    double sum = 0, deviation = 0.5;
    for (size_t m = 0; m < 4; m++) {
        double z = (bests[m] - means[m]) / deviation;
        sum += deviation * (exp(-z * z / 2) / sqrt(2 * M_PI) + z * erfc(-z * M_SQRT1_2) / 2);
    }
    assert_near(wn_log_ei(means, bests, 4, deviation, NULL, NULL), log(sum / 4), 1e-13, "mean");
    // Where each of them underflows, and where one of them is hopeless.
    static const double far[] = {1000, 1000, 1000, 1000}, zeros[4] = {0};
    double alone = wn_log_ei(far, zeros, 1, deviation, NULL, NULL);
    assert_true(isfinite(alone));
    assert_near(wn_log_ei(far, zeros, 4, deviation, NULL, NULL), alone, 1e-14, "equal draws");
    static const double mixed[] = {1e6, 0};
    assert_near(wn_log_ei(mixed, zeros, 2, deviation, NULL, NULL),
                wn_log_ei(zeros, zeros, 1, deviation, NULL, NULL) - log(2), 1e-13, "one draw");
}

static void log_ei_over_draws_has_no_seam(void **state) {
    (void)state;
    static const double zeros[3] = {0};
    for (double mean = 18; mean < 28; mean += 0.001) {
        const double near[] = {mean, mean + 0.1, mean + 4},
                     off[] = {mean + 1e-9, mean + 0.1, mean + 4};
        double by_means[3], by_deviation;
        double value = wn_log_ei(near, zeros, 3, 1, by_means, &by_deviation);
        double next = wn_log_ei(off, zeros, 3, 1, NULL, NULL);
        if (fabs(next - value - 1e-9 * by_means[0]) > 1e-10)
            fail_msg("from %.17g to %.17g at %g", value, next, mean);
    }
}

// ---- Yeo and Johnson ----------------------------------------------------------------------------

static void psi_has_twelve_digits(void **state) {
    (void)state;
    cJSON *reference = read_reference();
    const cJSON *power, *entry;
    cJSON_ArrayForEach(power, cJSON_GetObjectItem(reference, "psi")) {
        cJSON_ArrayForEach(entry, power) {
            double row[3]; // lambda, value, expected
            numbers_at(entry, NULL, row, 3);
            double found = wn_yeojohnson_psi(row[0], row[1]);
            if (fabs(found - row[2]) > 1e-12 * fabs(row[2]))
                fail_msg("psi(%.17g, %.17g) is %.17g, not %.17g", row[0], row[1], found, row[2]);
        }
    }
    cJSON_Delete(reference);
}

static void the_fitted_power_is_that_of_scipy(void **state) {
    (void)state;
    cJSON *reference = read_reference();
    const cJSON *entry;
    cJSON_ArrayForEach(entry, cJSON_GetObjectItem(reference, "yeo_johnson")) {
        double values[60];
        size_t count = (size_t)cJSON_GetArraySize(cJSON_GetObjectItem(entry, "values"));
        numbers_at(entry, "values", values, count);
        struct wn_yeojohnson transform = wn_yeojohnson_fit(values, count);
        assert_near(transform.lambda, number_at(entry, "lambda"), 1e-2, entry->string);
    }
    cJSON_Delete(reference);
}

static double transformed_at(void *context, const double *value) {
    return wn_yeojohnson_apply(context, *value);
}

static void the_transformed_are_standard_and_the_slope_is_that_of_differences(void **state) {
    (void)state;
    double values[30], sum = 0, squares = 0;
    for (size_t i = 0; i < 30; i++)
        values[i] = exp(3 * made(1, i)) - 4;
    struct wn_yeojohnson transform = wn_yeojohnson_fit(values, 30);
    for (size_t i = 0; i < 30; i++) {
        double y = wn_yeojohnson_apply(&transform, values[i]);
        sum += y / 30;
        squares += y * y / 30;
        assert_near(wn_yeojohnson_slope(&transform, values[i]),
                    slope_along(transformed_at, &transform, &values[i], 0), 1e-5, "slope");
    }
    assert_near(sum, 0, 1e-12, "mean");
    assert_near(squares, 1, 1e-12, "variance");
}

// Of whatever finite values: finite, in the same order, not far off.
static void check_order(const double *values, size_t count) {
    struct wn_yeojohnson transform = wn_yeojohnson_fit(values, count);
    for (size_t i = 0; i < count; i++) {
        double at = wn_yeojohnson_apply(&transform, values[i]);
        if (!(fabs(at) <= sqrt((double)count) + 1e-9))
            fail_msg("%g of %zu values becomes %g", values[i], count, at);
        double slope = wn_yeojohnson_slope(&transform, values[i]);
        assert_true(slope >= 0 && !isnan(slope));
        for (size_t j = 0; j < count; j++)
            assert_true(values[i] >= values[j] || at <= wn_yeojohnson_apply(&transform, values[j]));
    }
}

static void extreme_values_stay_finite_and_in_order(void **state) {
    (void)state;
    static const double samples[][6] = {
        {0, 1, 2, 3, 4, 1e300},
        {-1e300, 0, 1, 2, 3, 1e300},
        {1e308, -1e308, 1.7e308, -1.7e308, 1, 0},
        {1e-300, 2e-300, 3e-300, 5e-300, 0, 4e-300},
        {1, 1, 1, 1, 1, 2},
        {5e-324, 0, 0, 0, 0, 0},
        {1e15, 1e15 + 1, 1e15 + 2, 1e15, 1e15, 1e15},
        {0.1, 0.1, 0.1, 0.1, 0.1, 0.1 + 1e-16},
        {1e-12, 1e-9, 1e-6, 1e-3, 1, 1e3},
    };
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++)
        for (size_t count = 1; count <= 6; count++)
            check_order(samples[i], count);
}

static void a_few_values_far_off_leave_the_others_apart(void **state) {
    (void)state;
    static const double far[] = {1e4, 1e9, 1e300};
    double values[24];
    for (size_t f = 0; f < 3; f++) {
        for (size_t i = 0; i < 24; i++)
            values[i] = i % 8 == 7 ? far[f] : (double)i / 24;
        struct wn_yeojohnson transform = wn_yeojohnson_fit(values, 24);
        for (size_t i = 1; i < 23; i++)
            if (i % 8 && i % 8 != 7)
                assert_true(wn_yeojohnson_apply(&transform, values[i]) >
                            wn_yeojohnson_apply(&transform, values[i - 1]) + 0.02);
        check_order(values, 24);
    }
}

static void two_different_values_stay_apart(void **state) {
    (void)state;
    static const double pairs[][2] = {{0, 1},     {-1e-300, 1e-300}, {1e300, -1e300},
                                      {1e300, 1}, {1e-200, 2e-200},  {7, 7.0000001}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct wn_yeojohnson transform = wn_yeojohnson_fit(pairs[i], 2);
        double first = wn_yeojohnson_apply(&transform, pairs[i][0]);
        assert_near(fabs(first), 1, 1e-6, "one of two");
        assert_near(wn_yeojohnson_apply(&transform, pairs[i][1]), -first, 1e-6, "the other");
    }
}

static void equal_values_become_zero(void **state) {
    (void)state;
    static const double values[] = {0, 0.1, -0.3, 1e300, -1.7e308, 1e-310, 1.0 / 3, 123456.789};
    double same[100];
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        for (size_t count = 1; count <= 100; count++) {
            for (size_t j = 0; j < count; j++)
                same[j] = values[i];
            struct wn_yeojohnson transform = wn_yeojohnson_fit(same, count);
            double became = wn_yeojohnson_apply(&transform, values[i]);
            if (became != 0)
                fail_msg("%zu times %g becomes %g", count, values[i], became);
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(log_improvement_has_ten_digits_from_far_below_to_far_above),
        cmocka_unit_test(its_slope_is_that_of_differences),
        cmocka_unit_test(log_improvement_and_its_slope_have_no_seam),
        cmocka_unit_test(log_ei_over_draws_has_the_gradient_of_differences),
        cmocka_unit_test(log_ei_over_draws_is_the_log_of_their_mean),
        cmocka_unit_test(log_ei_over_draws_has_no_seam),
        cmocka_unit_test(psi_has_twelve_digits),
        cmocka_unit_test(the_fitted_power_is_that_of_scipy),
        cmocka_unit_test(the_transformed_are_standard_and_the_slope_is_that_of_differences),
        cmocka_unit_test(extreme_values_stay_finite_and_in_order),
        cmocka_unit_test(a_few_values_far_off_leave_the_others_apart),
        cmocka_unit_test(two_different_values_stay_apart),
        cmocka_unit_test(equal_values_become_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
