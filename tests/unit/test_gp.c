// SPDX-License-Identifier: GPL-3.0-or-later
// Gaussian processes beside scikit-learn's (tests/data/make_gp_reference.py), gradients beside
// differences, and what a fit must do whatever its priors are.
#include "tests/unit/make_process.h"
#include "tests/unit/reference.h"

#include "sweep/gp/fit.h"
#include "sweep/gp/warp.h"

// ---- beside scikit-learn ------------------------------------------------------------------------

static struct shape shape_of(const cJSON *entry) {
    return (struct shape){
        .seed = (uint64_t)number_at(entry, "seed"),
        .count = (size_t)number_at(entry, "count"),
        .dimensions = (size_t)number_at(entry, "dimensions"),
        .names = (size_t)number_at(entry, "names"),
        .noise = 1, // theirs is in theta
        .known = number_at(entry, "known"),
        .near = number_at(entry, "near"),
    };
}

// The observations and theta as they are written down.
static struct process process_of(const cJSON *entry, const struct shape *shape) {
    struct process process = make_process(shape);
    numbers_at(entry, "y", process.y, shape->count);
    numbers_at(entry, "theta", process.theta, shape->dimensions + 2);
    return process;
}

static void check_likelihood(const cJSON *entry, const struct shape *shape,
                             const struct process *process) {
    size_t d = shape->dimensions;
    double value, *gradient = wn_calloc(wn_theta_count(d), sizeof *gradient);
    double *by_weight = wn_calloc(d, sizeof *by_weight);
    numbers_at(entry, "by_weight", by_weight, d - shape->names);
    struct wn_likelihood *likelihood = wn_likelihood_new(&process->data);
    assert_true(wn_likelihood_negative(likelihood, process->theta, &value, gradient));
    assert_near(-value, number_at(entry, "likelihood"), 1e-8, entry->string);
    for (size_t k = shape->names; k < d; k++)
        assert_near(-gradient[k], by_weight[k - shape->names], 1e-7, entry->string);
    assert_near(-gradient[d], number_at(entry, "by_signal"), 1e-7, entry->string);
    wn_likelihood_free(likelihood);
    free(gradient);
    free(by_weight);
}

static void check_predictions(const cJSON *entry, const struct shape *shape,
                              const struct process *process) {
    enum { ASKED = 6 };
    double mean, variance, means[ASKED], variances[ASKED];
    numbers_at(entry, "mean", means, ASKED);
    numbers_at(entry, "variance", variances, ASKED);
    double *points = make_points(shape, shape->count + ASKED);
    struct wn_gp *gp = wn_gp_new(&process->data, process->theta);
    for (size_t i = 0; i < ASKED; i++) {
        wn_gp_predict(gp, points + (shape->count + i) * shape->dimensions, &mean, &variance);
        assert_near(mean, means[i], 1e-8, entry->string);
        assert_near(variance, variances[i], 1e-8, entry->string);
    }
    wn_gp_free(gp);
    free(points);
}

static void likelihood_and_predictions_are_those_of_scikit_learn(void **state) {
    (void)state;
    cJSON *reference = read_reference();
    const cJSON *entry;
    cJSON_ArrayForEach(entry, cJSON_GetObjectItem(reference, "processes")) {
        struct shape shape = shape_of(entry);
        struct process process = process_of(entry, &shape);
        check_likelihood(entry, &shape, &process);
        check_predictions(entry, &shape, &process);
        free_process(&process);
    }
    cJSON_Delete(reference);
}

// ---- gradients ----------------------------------------------------------------------------------

static const struct shape shapes[] = {
    {.seed = 1, .count = 4, .dimensions = 1, .noise = 1e-2, .warp = 1},
    {.seed = 2, .count = 30, .dimensions = 3, .noise = 1e-3, .known = 0.1, .warp = 2},
    {.seed = 3, .count = 25, .dimensions = 5, .names = 2, .noise = 0.3, .warp = 0.5},
    {.seed = 4, .count = 60, .dimensions = 20, .noise = 1e-4},
    {.seed = 5, .count = 20, .dimensions = 2, .noise = 1e-3, .near = 1e-6},
};
enum { SHAPES = sizeof shapes / sizeof *shapes };

static double likelihood_at(void *context, const double *theta) {
    double value;
    assert_true(wn_likelihood_negative(context, theta, &value, NULL));
    return value;
}

static double prior_at(void *context, const double *theta) {
    size_t d = *(size_t *)context;
    double *gradient = wn_calloc(wn_theta_count(d), sizeof *gradient);
    double value = wn_gp_prior(d, theta, gradient);
    free(gradient);
    return value;
}

static void the_gradient_of_the_likelihood_is_that_of_differences(void **state) {
    (void)state;
    for (size_t i = 0; i < SHAPES; i++) {
        struct process process = make_process(&shapes[i]);
        size_t count = wn_theta_count(shapes[i].dimensions);
        struct wn_likelihood *likelihood = wn_likelihood_new(&process.data);
        double value, *gradient = wn_calloc(count, sizeof *gradient);
        assert_true(wn_likelihood_negative(likelihood, process.theta, &value, gradient));
        for (size_t k = 0; k < count; k++)
            assert_near(gradient[k], slope_along(likelihood_at, likelihood, process.theta, k), 1e-5,
                        "likelihood");
        wn_likelihood_free(likelihood);
        free(gradient);
        free_process(&process);
    }
}

static void the_gradient_of_the_prior_is_added_and_that_of_differences(void **state) {
    (void)state;
    for (size_t d = 1; d <= 40; d += 13)
        for (uint64_t seed = 0; seed < 5; seed++) {
            double theta[82], gradient[82];
            for (size_t k = 0; k < wn_theta_count(d); k++) {
                theta[k] = 6 * made(seed + 50, k) - 3;
                gradient[k] = 100;
            }
            wn_gp_prior(d, theta, gradient);
            for (size_t k = 0; k < wn_theta_count(d); k++)
                assert_near(gradient[k] - 100, slope_along(prior_at, &d, theta, k), 1e-5, "prior");
        }
}

// ---- warps --------------------------------------------------------------------------------------

static double warped_at(void *context, const double *x) {
    return wn_warp(x[0], *(double *)context);
}

static double warped_by(void *context, const double *log_c) {
    return wn_warp(*(double *)context, exp(log_c[0]));
}

static void a_warp_is_a_rising_map_of_the_unit_interval_with_an_inverse(void **state) {
    (void)state;
    for (double log_c = -3; log_c <= 3; log_c++) {
        double c = exp(log_c), before = -1;
        assert_true(wn_warp(0, c) == 0 && wn_warp(1, c) == 1);
        for (double x = 0; x <= 1; x += 0.0625) {
            double warped = wn_warp(x, c);
            assert_true(warped > before);
            assert_near(wn_warp(warped, 1 / c), x, 1e-12, "inverse");
            assert_near(wn_warp_slope(x, c), slope_along(warped_at, &c, &x, 0), 1e-5, "slope");
            assert_near(wn_warp_by_log(warped), slope_along(warped_by, &x, &log_c, 0), 1e-5, "by");
            before = warped;
        }
    }
}

static void without_a_warp_numbers_and_names_are_as_they_were(void **state) {
    (void)state;
    for (double x = 0; x <= 1; x += 0.03125)
        assert_true(wn_warp(x, 1) == x);
    for (double name = -1; name < 100; name++)
        assert_true(wn_warp(name, 1) == name);
}

static void an_end_where_more_happens_is_stretched(void **state) {
    (void)state;
    for (int upper = 0; upper < 2; upper++) {
        const struct shape shape = {.seed = 10, .count = 40, .dimensions = 1, .noise = 1e-6};
        struct process process = make_process(&shape);
        double theta[4];
        for (size_t i = 0; i < shape.count; i++) {
            double x = upper ? 1 - process.x[i] : process.x[i];
            process.y[i] = sin(8 * x / (x + 0.2));
        }
        wn_gp_start(1, theta);
        wn_gp_fit(&process.data, theta, 100);
        assert_true(upper ? theta[3] > 0.5 : theta[3] < -0.5);
        free_process(&process);
    }
}

// ---- fits ---------------------------------------------------------------------------------------

static double posterior_at(const struct process *process, const double *theta) {
    size_t d = process->data.points.dimensions;
    struct wn_likelihood *likelihood = wn_likelihood_new(&process->data);
    double value = likelihood_at(likelihood, theta) + prior_at(&d, theta);
    wn_likelihood_free(likelihood);
    return value;
}

static void a_fit_is_better_than_its_start_and_says_how_good_it_is(void **state) {
    (void)state;
    for (size_t i = 0; i < SHAPES; i++) {
        struct process process = make_process(&shapes[i]);
        size_t d = shapes[i].dimensions;
        double start[42], theta[42], again[42];
        wn_gp_start(d, start);
        memcpy(theta, start, sizeof theta);
        memcpy(again, start, sizeof again);
        double value = wn_gp_fit(&process.data, theta, 60);
        assert_near(value, posterior_at(&process, theta), 1e-9, "fit");
        assert_true(value < posterior_at(&process, start));
        assert_true(wn_gp_fit(&process.data, again, 60) == value);
        assert_memory_equal(theta, again, wn_theta_count(d) * sizeof *theta);
        // From there it goes on, and not back.
        assert_true(wn_gp_fit(&process.data, again, 60) <= value);
        free_process(&process);
    }
}

static void a_dimension_without_influence_gets_the_longer_scale(void **state) {
    (void)state;
    const struct shape shape = {.seed = 6, .count = 40, .dimensions = 2, .noise = 1e-4};
    struct process process = make_process(&shape);
    double theta[6];
    for (size_t i = 0; i < shape.count; i++)
        process.y[i] = 1.5 * sin(6 * process.x[shape.count + i]); // of the second alone
    wn_gp_start(2, theta);
    wn_gp_fit(&process.data, theta, 100);
    assert_true(theta[0] < theta[1] - 1);
    free_process(&process);
}

static void noise_is_told_from_signal(void **state) {
    (void)state;
    double found[2];
    for (int noisy = 0; noisy < 2; noisy++) {
        const struct shape shape = {.seed = 7, .count = 80, .dimensions = 1, .noise = 1e-6};
        struct process process = make_process(&shape);
        double theta[4];
        for (uint64_t i = 0; noisy && i < shape.count; i++)
            process.y[i] += made(8, i) - 0.5; // a variance of 1 / 12
        wn_gp_start(1, theta);
        wn_gp_fit(&process.data, theta, 100);
        found[noisy] = exp(theta[2]);
        free_process(&process);
    }
    assert_true(found[0] < 0.01);
    assert_true(found[1] > 0.03 && found[1] < 0.25);
}

static void what_cannot_be_fitted_says_so_and_harms_nothing(void **state) {
    (void)state;
    static const double values[] = {INFINITY, NAN, 1e300};
    for (size_t i = 0; i < 3; i++) {
        struct process process = make_process(&shapes[1]);
        double theta[8], start[8];
        wn_gp_start(3, start);
        memcpy(theta, start, sizeof theta);
        process.y[3] = values[i];
        assert_true(wn_gp_fit(&process.data, theta, 20) == INFINITY);
        for (size_t k = 0; k < 8; k++)
            assert_true(isfinite(theta[k]));
        free_process(&process);
    }
}

static void equal_points_are_borne_without_noise(void **state) {
    (void)state;
    const struct shape shape = {.seed = 9, .count = 12, .dimensions = 2, .noise = 1e-6};
    struct process process = make_process(&shape);
    for (size_t i = 0; i < 2 * shape.count; i++)
        process.x[i] = 0.25;
    struct wn_gp *gp = wn_gp_new(&process.data, process.theta);
    assert_non_null(gp);
    double point[] = {0.25, 0.25}, mean, variance, average = 0;
    wn_gp_predict(gp, point, &mean, &variance);
    for (size_t i = 0; i < shape.count; i++)
        average += process.y[i] / (double)shape.count;
    assert_near(mean, average, 1e-5, "mean");
    assert_true(variance >= 0 && variance < 1e-6);
    wn_gp_free(gp);
    free_process(&process);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(likelihood_and_predictions_are_those_of_scikit_learn),
        cmocka_unit_test(the_gradient_of_the_likelihood_is_that_of_differences),
        cmocka_unit_test(the_gradient_of_the_prior_is_added_and_that_of_differences),
        cmocka_unit_test(a_warp_is_a_rising_map_of_the_unit_interval_with_an_inverse),
        cmocka_unit_test(without_a_warp_numbers_and_names_are_as_they_were),
        cmocka_unit_test(an_end_where_more_happens_is_stretched),
        cmocka_unit_test(a_fit_is_better_than_its_start_and_says_how_good_it_is),
        cmocka_unit_test(a_dimension_without_influence_gets_the_longer_scale),
        cmocka_unit_test(noise_is_told_from_signal),
        cmocka_unit_test(what_cannot_be_fitted_says_so_and_harms_nothing),
        cmocka_unit_test(equal_points_are_borne_without_noise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
