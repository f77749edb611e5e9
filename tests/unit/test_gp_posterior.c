// SPDX-License-Identifier: GPL-3.0-or-later
// What is believed of a function: with and without noise, with pending points, and the gradients of
// whatever is made of it, up to the acquisition with failures.
#include "tests/unit/make_process.h"

#include "sweep/bayes/acquisition.h"
#include "sweep/gp/posterior.h"

enum { PENDING = 4, ASKED = 12 };

static const struct shape shapes[] = {
    {.seed = 21, .count = 6, .dimensions = 1, .noise = 1e-6},
    {.seed = 22, .count = 25, .dimensions = 3, .noise = 1e-6, .warp = 1},
    {.seed = 23, .count = 30, .dimensions = 4, .names = 2, .noise = 0.1, .warp = 1},
    {.seed = 24, .count = 20, .dimensions = 2, .noise = 1e-3, .known = 0.2},
    {.seed = 25, .count = 40, .dimensions = 12, .noise = 1e-2, .warp = 2},
};
enum { SHAPES = sizeof shapes / sizeof *shapes };

struct belief { // a process, what is pending, and points to ask about that are none of these
    struct process process;
    struct wn_gp *gp;
    double *points, *pending, *asked;
    struct wn_posterior *posterior;
};

static struct belief *believe(const struct shape *shape, size_t pending, size_t draws) {
    struct belief *belief = wn_calloc(1, sizeof *belief); // the parts point to one another
    size_t d = shape->dimensions;
    belief->process = make_process(shape);
    belief->gp = wn_gp_new(&belief->process.data, belief->process.theta);
    belief->points = make_points(shape, shape->count + PENDING + ASKED);
    belief->pending = belief->points + shape->count * d;
    belief->asked = belief->pending + PENDING * d;
    belief->posterior =
        wn_posterior_new(belief->gp, belief->pending, pending, draws, wn_rng_new(shape->seed, 1));
    assert_non_null(belief->posterior);
    return belief;
}

static void forget(struct belief *belief) {
    wn_posterior_free(belief->posterior);
    wn_gp_free(belief->gp);
    free_process(&belief->process);
    free(belief->points);
    free(belief);
}

static void predict(const struct wn_posterior *posterior, const double *points, size_t count,
                    double *means, double *deviations) {
    double *scratch = wn_calloc(posterior->points.count * count, sizeof *scratch);
    wn_posterior_predict(posterior, points, count, means, deviations, scratch);
    free(scratch);
}

// ---- values -------------------------------------------------------------------------------------

static void without_noise_and_pending_points_it_is_the_process_itself(void **state) {
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct belief *belief = believe(&shapes[i], 0, 64);
        double means[ASKED], deviations[ASKED], mean, variance, least = INFINITY;
        assert_int_equal(belief->posterior->draws, 1);
        predict(belief->posterior, belief->asked, ASKED, means, deviations);
        for (size_t j = 0; j < ASKED; j++) {
            wn_gp_predict(belief->gp, belief->asked + j * shapes[i].dimensions, &mean, &variance);
            assert_near(means[j], mean, 1e-10, "mean");
            assert_near(deviations[j], sqrt(variance), 1e-5, "deviation");
        }
        for (size_t j = 0; j < shapes[i].count; j++)
            least = fmin(least, belief->process.y[j]);
        assert_true(belief->posterior->best[0] == least);
        forget(belief);
    }
}

// The mean over draws of the conditional means is the process's mean; and what the draws spread and
// what each leaves open add up to the process's variance.
static void draws_together_are_the_process(void **state) {
    (void)state;
    enum { DRAWS = 4000 };
    for (size_t i = 0; i < SHAPES; i++) {
        struct belief *belief = believe(&shapes[i], PENDING, DRAWS);
        double *means = wn_calloc((size_t)DRAWS * ASKED, sizeof *means), deviations[ASKED];
        predict(belief->posterior, belief->asked, ASKED, means, deviations);
        for (size_t j = 0; j < ASKED; j++) {
            double mean, variance, sum = 0, squares = 0;
            wn_gp_predict(belief->gp, belief->asked + j * shapes[i].dimensions, &mean, &variance);
            for (size_t m = 0; m < DRAWS; m++) {
                double off = means[j * DRAWS + m] - mean;
                sum += off / DRAWS;
                squares += off * off / DRAWS;
            }
            // Six standard errors, of the mean and of a variance.
            double error = 6 * sqrt(squares / DRAWS) + 1e-5;
            assert_true(fabs(sum) <= error);
            double whole = squares + deviations[j] * deviations[j];
            assert_true(fabs(whole - variance) <= 6 * sqrt(2.0 / DRAWS) * squares + 1e-4);
        }
        free(means);
        forget(belief);
    }
}

// As if the function was seen at the pending points as well as at those observed, but for the
// jitter of 1e-6.
static void its_deviation_is_that_after_the_pending_points_ended(void **state) {
    (void)state;
    for (size_t i = 0; i < SHAPES; i++) {
        struct shape all = shapes[i];
        all.count += PENDING;
        all.known = 0;
        struct belief *belief = believe(&shapes[i], PENDING, 3);
        struct process seen = make_process(&all);
        make_theta(&shapes[i], seen.theta);
        seen.theta[all.dimensions + 1] = seen.theta[all.dimensions] + log(1e-6);
        struct wn_gp *gp = wn_gp_new(&seen.data, seen.theta);
        double means[3 * ASKED], deviations[ASKED], mean, variance;
        predict(belief->posterior, belief->asked, ASKED, means, deviations);
        for (size_t j = 0; j < ASKED; j++) {
            wn_gp_predict(gp, belief->asked + j * all.dimensions, &mean, &variance);
            assert_near(deviations[j] * deviations[j], variance, 1e-7, "variance");
        }
        wn_gp_free(gp);
        free_process(&seen);
        forget(belief);
    }
}

static void draws_go_through_what_was_observed_without_noise(void **state) {
    (void)state;
    enum { DRAWS = 50 };
    static const double signals[] = {1, 30};
    for (size_t i = 0; i < 2; i++)
        for (size_t s = 0; s < 2; s++) {
            struct process process = make_process(&shapes[i]);
            size_t n = shapes[i].count, d = shapes[i].dimensions;
            process.theta[d] = log(signals[s]);
            struct wn_gp *gp = wn_gp_new(&process.data, process.theta);
            double *points = make_points(&shapes[i], n + PENDING);
            struct wn_posterior *posterior =
                wn_posterior_new(gp, points + n * d, PENDING, DRAWS, wn_rng_new(1, 2));
            double means[25 * DRAWS], deviations[25];
            predict(posterior, points, n, means, deviations);
            for (size_t j = 0; j < n; j++)
                for (size_t m = 0; m < DRAWS; m++)
                    assert_near(means[j * DRAWS + m], process.y[j], 0.03, "a draw");
            for (size_t m = 0; m < DRAWS; m++) {
                double least = INFINITY;
                for (size_t j = 0; j < n; j++)
                    least = fmin(least, process.y[j]);
                assert_true(posterior->best[m] <= least + 0.03);
            }
            wn_posterior_free(posterior);
            wn_gp_free(gp);
            free(points);
            free_process(&process);
        }
}

static void pending_points_at_observed_ones_are_borne(void **state) {
    (void)state;
    for (size_t i = 0; i < SHAPES; i++) {
        struct process process = make_process(&shapes[i]);
        size_t d = shapes[i].dimensions, n = shapes[i].count;
        struct wn_gp *gp = wn_gp_new(&process.data, process.theta);
        double *points = make_points(&shapes[i], n), means[5], deviation;
        for (size_t k = 0; k < d; k++)
            points[k] = points[d + k]; // and one of them twice
        struct wn_posterior *posterior = wn_posterior_new(gp, points, n, 5, wn_rng_new(1, 2));
        assert_non_null(posterior);
        predict(posterior, points, 1, means, &deviation);
        assert_true(isfinite(means[0]) && deviation >= 0);
        assert_true(deviation < 0.01 * sqrt(posterior->kernel.signal));
        wn_posterior_free(posterior);
        wn_gp_free(gp);
        free(points);
        free_process(&process);
    }
}

static void the_same_stream_draws_the_same(void **state) {
    (void)state;
    struct belief *one = believe(&shapes[3], PENDING, 8), *other = believe(&shapes[3], PENDING, 8);
    assert_memory_equal(one->posterior->alpha, other->posterior->alpha,
                        8 * one->posterior->points.count * sizeof(double));
    assert_memory_equal(one->posterior->best, other->posterior->best, 8 * sizeof(double));
    forget(one);
    forget(other);
}

// ---- gradients ----------------------------------------------------------------------------------

struct weighed { // of a posterior: what is summed up
    struct wn_posterior_at *at;
    double by_means[8], by_deviation;
};

static double weighed_at(void *context, const double *point) {
    struct weighed *weighed = context;
    wn_posterior_look(weighed->at, point);
    double sum = weighed->by_deviation * weighed->at->deviation;
    for (size_t m = 0; m < weighed->at->posterior->draws; m++)
        sum += weighed->by_means[m] * weighed->at->means[m];
    return sum;
}

static void the_slope_of_means_and_deviation_is_that_of_differences(void **state) {
    (void)state;
    for (size_t i = 0; i < SHAPES; i++) {
        struct belief *belief = believe(&shapes[i], i % 2 ? PENDING : 0, 8);
        size_t d = shapes[i].dimensions;
        struct weighed weighed = {.at = wn_posterior_at_new(belief->posterior)};
        double gradient[12];
        for (size_t j = 0; j < ASKED; j++) {
            double *point = belief->asked + j * d;
            for (size_t m = 0; m < 8; m++)
                weighed.by_means[m] = made(30 + i, j * 9 + m) - 0.5;
            weighed.by_deviation = j % 3 ? made(30 + i, j * 9 + 8) : 0;
            weighed_at(&weighed, point);
            wn_posterior_slope(weighed.at, weighed.by_means, weighed.by_deviation, gradient);
            for (size_t k = 0; k < shapes[i].names; k++)
                assert_true(gradient[k] == 0);
            for (size_t k = shapes[i].names; k < d; k++)
                assert_near(gradient[k], slope_along(weighed_at, &weighed, point, k), 1e-5,
                            "slope");
        }
        wn_posterior_at_free(weighed.at);
        forget(belief);
    }
}

static double acquisition_at(void *context, const double *point) {
    double gradient[12];
    return wn_acquisition_look(context, point, gradient);
}

// The gradient at one point, and that many points at once are the same as one after the other.
static void check_acquisition(const struct wn_acquisition *acquisition, const struct shape *shape,
                              double *asked) {
    size_t d = shape->dimensions;
    double gradient[12], values[ASKED];
    struct wn_acquisition_at *at = wn_acquisition_at_new(acquisition);
    wn_acquisition_all(acquisition, SIZE_MAX, asked, ASKED, values);
    for (size_t j = 0; j < ASKED; j++) {
        double *point = asked + j * d;
        double value = wn_acquisition_look(at, point, gradient);
        assert_near(values[j], value, 1e-6, "one of many");
        for (size_t k = 0; k < d; k++) {
            double slope = k < shape->names ? 0 : slope_along(acquisition_at, at, point, k);
            assert_near(gradient[k], slope, 1e-5, "acquisition");
        }
    }
    wn_acquisition_at_free(at);
}

static void the_gradient_of_the_acquisition_is_that_of_differences(void **state) {
    (void)state;
    for (size_t i = 0; i < SHAPES; i++)
        for (int draws = 0; draws <= 16; draws += 16) {
            struct shape failing = shapes[i];
            failing.seed += 500;
            failing.noise = 0.05;
            failing.known = 0;
            struct belief *objective = believe(&shapes[i], draws ? PENDING : 0, (size_t)draws);
            struct belief *failure = believe(&failing, 0, 0);
            struct wn_acquisition acquisition = {.objective = objective->posterior};
            check_acquisition(&acquisition, &shapes[i], objective->asked);
            acquisition.failure = failure->posterior;
            acquisition.most = 0.2;
            acquisition.noise = failing.noise;
            check_acquisition(&acquisition, &shapes[i], objective->asked);
            acquisition.most = -30; // as good as certain to fail
            acquisition.noise = 0.3;
            check_acquisition(&acquisition, &shapes[i], objective->asked);
            forget(objective);
            forget(failure);
        }
}

static void more_points_than_a_block_are_looked_at(void **state) {
    (void)state;
    enum { MANY = 700 };
    struct belief *belief = believe(&shapes[2], PENDING, 8);
    const struct wn_acquisition acquisition = {.objective = belief->posterior};
    struct shape spread = shapes[2];
    spread.seed = 99;
    double *points = make_points(&spread, MANY), values[MANY], gradient[4];
    wn_acquisition_all(&acquisition, SIZE_MAX, points, MANY, values);
    struct wn_acquisition_at *at = wn_acquisition_at_new(&acquisition);
    for (size_t j = 0; j < MANY; j++)
        assert_near(values[j], wn_acquisition_look(at, points + j * 4, gradient), 1e-6, "value");
    wn_acquisition_at_free(at);
    free(points);
    forget(belief);
}

static void a_glance_is_over_the_first_draws(void **state) {
    (void)state;
    struct belief *belief = believe(&shapes[2], PENDING, 8);
    const struct wn_acquisition acquisition = {.objective = belief->posterior};
    struct wn_posterior first = *belief->posterior;
    first.draws = 3;
    const struct wn_acquisition of_first = {.objective = &first};
    double some[ASKED], same[ASKED], all[ASKED];
    wn_acquisition_all(&acquisition, 3, belief->asked, ASKED, some);
    wn_acquisition_all(&of_first, SIZE_MAX, belief->asked, ASKED, same);
    wn_acquisition_all(&acquisition, 8, belief->asked, ASKED, all);
    for (size_t j = 0; j < ASKED; j++) {
        assert_near(some[j], same[j], 1e-12, "first draws");
        assert_true(some[j] != all[j]);
    }
    forget(belief);
}

static void where_trials_fail_is_worth_less(void **state) {
    (void)state;
    // One dimension; the upper half fails.
    const struct shape shape = {.seed = 40, .count = 16, .dimensions = 1, .noise = 1e-3};
    struct belief *objective = believe(&shape, 0, 0), *failure = believe(&shape, 0, 0);
    for (size_t i = 0; i < shape.count; i++)
        failure->process.y[i] = failure->process.x[i] > 0.5 ? 1 : -1;
    wn_posterior_free(failure->posterior);
    wn_gp_free(failure->gp);
    failure->gp = wn_gp_new(&failure->process.data, failure->process.theta);
    failure->posterior = wn_posterior_new(failure->gp, NULL, 0, 0, wn_rng_new(1, 1));
    struct wn_acquisition with = {
        .objective = objective->posterior, .failure = failure->posterior, .noise = shape.noise};
    struct wn_acquisition without = {.objective = objective->posterior};
    double points[] = {0.1, 0.9}, all[2], plain[2];
    wn_acquisition_all(&with, SIZE_MAX, points, 2, all);
    wn_acquisition_all(&without, SIZE_MAX, points, 2, plain);
    assert_true(all[0] > plain[0] - 0.1 && all[0] <= plain[0]);
    assert_true(all[1] < plain[1] - 2);
    // Ever less, also beyond where the probability of a success underflows.
    for (with.most = -40; with.most > -1e5; with.most *= 2) {
        double before = all[1];
        wn_acquisition_all(&with, SIZE_MAX, points, 2, all);
        assert_true(isfinite(all[1]) && all[1] < before - 10);
    }
    forget(objective);
    forget(failure);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_noise_and_pending_points_it_is_the_process_itself),
        cmocka_unit_test(draws_together_are_the_process),
        cmocka_unit_test(its_deviation_is_that_after_the_pending_points_ended),
        cmocka_unit_test(draws_go_through_what_was_observed_without_noise),
        cmocka_unit_test(pending_points_at_observed_ones_are_borne),
        cmocka_unit_test(the_same_stream_draws_the_same),
        cmocka_unit_test(the_slope_of_means_and_deviation_is_that_of_differences),
        cmocka_unit_test(the_gradient_of_the_acquisition_is_that_of_differences),
        cmocka_unit_test(more_points_than_a_block_are_looked_at),
        cmocka_unit_test(a_glance_is_over_the_first_draws),
        cmocka_unit_test(where_trials_fail_is_worth_less),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
