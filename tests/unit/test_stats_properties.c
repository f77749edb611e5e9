// SPDX-License-Identifier: GPL-3.0-or-later
// What must hold of statistics whatever the numbers: symmetry, invariance, agreement of two ways to
// the same value, the same answer for the same seed.
#include "tests/unit/check.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>

#include "core/base/rng.h"
#include "core/stats/anytime.h"
#include "core/stats/bayes.h"
#include "core/stats/distance.h"
#include "core/stats/effect.h"
#include "core/stats/kolmogorov.h"
#include "core/stats/ks.h"
#include "core/stats/power.h"
#include "core/stats/quadrature.h"
#include "core/stats/ranks.h"
#include "core/stats/resample.h"
#include "core/stats/sequential.h"
#include "core/stats/squares.h"

enum { MOST = 3000 };

// Numbers of a stream, `levels` different ones at most (0: as many as there are).
static struct wn_sample draw(double *values, size_t count, uint64_t seed, int levels) {
    struct wn_rng rng = wn_rng_new(seed, 1);
    for (size_t i = 0; i < count; i++) {
        double u = wn_rng_uniform(&rng);
        values[i] = levels ? floor(u * levels) : gsl_cdf_ugaussian_Pinv(u);
    }
    return (struct wn_sample){.values = values, .count = count};
}

static struct wn_sample draw_sorted(double *values, size_t count, uint64_t seed, int levels) {
    struct wn_sample sample = draw(values, count, seed, levels);
    wn_sort(sample.values, sample.count);
    return sample;
}

// ---- order --------------------------------------------------------------------------------------

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void sorting_by_bits_is_sorting_by_value(void **state) {
    (void)state;
    static double ours[MOST], theirs[MOST];
    for (size_t count = 0; count <= MOST; count += count < 4 ? 1 : count / 2) {
        struct wn_sample sample = draw(ours, count, count, count % 3 == 0 ? 5 : 0);
        for (size_t i = 0; i < count; i++)
            sample.values[i] *= i % 7 == 0 ? 1e300 : i % 5 == 0 ? -1e-310 : 1;
        memcpy(theirs, ours, sizeof ours);
        wn_sort(ours, count);
        qsort(theirs, count, sizeof *theirs, by_value);
        for (size_t i = 0; i < count; i++)
            assert_true(ours[i] == theirs[i]);
    }
}

static void moments_do_not_cancel(void **state) {
    (void)state;
    double far[] = {1e15 + 4, 1e15 + 7, 1e15 + 13, 1e15 + 16}, same[7] = {0};
    assert_double(wn_moments_of(far, 4).variance, 30, 0);
    for (int i = 0; i < 7; i++)
        same[i] = 0.1;
    assert_true(wn_moments_of(same, 7).variance == 0 && wn_moments_of(same, 7).mean == 0.1);
    assert_true(isnan(wn_moments_of(same, 1).variance) && isnan(wn_moments_of(same, 0).mean));
}

// ---- two samples --------------------------------------------------------------------------------

static void swapping_the_sides_swaps_the_answer(void **state) {
    (void)state;
    double a[60], b[60];
    for (uint64_t seed = 0; seed < 30; seed++) {
        struct wn_sample x = draw_sorted(a, 2 + seed * 2, seed, seed % 2 ? 4 : 0);
        struct wn_sample y = draw_sorted(b, 60 - seed, seed + 99, seed % 2 ? 5 : 0);
        struct wn_mann_whitney u, v;
        struct wn_ks ks, sk;
        struct wn_cramer t, s;
        wn_mann_whitney(&x, &y, &u, NULL);
        wn_mann_whitney(&y, &x, &v, NULL);
        wn_ks(&x, &y, &ks, NULL);
        wn_ks(&y, &x, &sk, NULL);
        wn_cramer(&x, &y, &t, NULL);
        wn_cramer(&y, &x, &s, NULL);
        assert_double(u.u1, v.u2, 0);
        assert_double(u.p, v.p, 1e-12);
        assert_true(ks.d == sk.d);
        assert_double(ks.p, sk.p, 1e-12);
        assert_double(ks.p_exact, sk.p_exact, 1e-12);
        assert_double(t.t, s.t, 1e-12);
        assert_double(t.p, s.p, 1e-12);
        struct wn_dominance more = wn_dominance(&x, &y), less = wn_dominance(&y, &x);
        assert_double(more.cliffs_delta, -less.cliffs_delta, 1e-12);
        assert_double(more.a12, u.u1 / ((double)x.count * (double)y.count), 1e-12);
    }
}

// Ranks do not care for the scale, a distance goes with it.
static void a_new_scale_leaves_ranks_alone(void **state) {
    (void)state;
    double a[40], b[30];
    struct wn_sample x = draw_sorted(a, 40, 1, 0), y = draw_sorted(b, 30, 2, 0);
    struct wn_mann_whitney u, v;
    struct wn_ks before, after;
    struct wn_transport moved = wn_transport(&x, &y);
    wn_mann_whitney(&x, &y, &u, NULL);
    wn_ks(&x, &y, &before, NULL);
    for (size_t i = 0; i < 70; i++)
        *(i < 40 ? &a[i] : &b[i - 40]) = exp(*(i < 40 ? &a[i] : &b[i - 40]));
    wn_mann_whitney(&x, &y, &v, NULL);
    wn_ks(&x, &y, &after, NULL);
    assert_true(u.p == v.p && u.u1 == v.u1 && before.p == after.p);
    for (size_t i = 0; i < 70; i++)
        *(i < 40 ? &a[i] : &b[i - 40]) = 3 * log(*(i < 40 ? &a[i] : &b[i - 40])) + 7;
    struct wn_transport scaled = wn_transport(&x, &y);
    assert_double(scaled.wasserstein, 3 * moved.wasserstein, 1e-12);
    assert_double(scaled.normed, moved.normed, 1e-12);
}

static void without_ties_both_exact_ways_agree(void **state) {
    (void)state;
    double a[25], b[31], c[25];
    struct wn_sample x = draw_sorted(a, 25, 5, 0), y = draw_sorted(b, 31, 6, 0);
    struct wn_ks clean, tied;
    wn_ks(&x, &y, &clean, NULL);
    // A tie within one side, where no gap is the largest, changes next to nothing.
    memcpy(c, a, sizeof c);
    struct wn_sample z = {.values = c, .count = 25};
    c[24] = c[23];
    wn_ks(&z, &y, &tied, NULL);
    assert_true(!clean.ties && isnan(clean.p_exact_ties) && tied.ties);
    assert_string_equal(clean.method, "exact");
    assert_string_equal(tied.method, "exact, given the ties");
    assert_double(tied.p_exact_ties, tied.p_exact, 0.02);
}

// ---- Kolmogorov's distribution ------------------------------------------------------------------

static void the_ways_to_kolmogorov_meet(void **state) {
    (void)state;
    const double sizes[] = {3, 10, 139, 140, 141, 200, 5000};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        double n = sizes[i], before = 1;
        for (int step = 1; step < 1000; step++) { // one step is too small to see a jump
            double tail = wn_kolmogorov_tail(n, step / 1000.0);
            assert_true(tail >= 0 && tail <= before + 1e-9);
            before = tail;
        }
        double d = 1.1 / sqrt(n), cut = sqrt(2.2 / n);
        assert_double(wn_kolmogorov_tail(n, d), wn_kolmogorov_limit(1.1), 0.3 / sqrt(n));
        assert_double(wn_kolmogorov_tail(n, cut * 0.999999), wn_kolmogorov_tail(n, cut * 1.000001),
                      1e-4 / n + 1e-5);
    }
    // Birnbaum's (1952) critical value of n = 10 at 5%, and Kolmogorov's at infinity.
    assert_double(wn_kolmogorov_tail(10, 0.40925), 0.05, 1e-4);
    assert_double(wn_kolmogorov_limit(1.3581), 0.05, 1e-5);
}

// ---- resampling ---------------------------------------------------------------------------------

static struct wn_bootstrap boot(struct wn_sample *samples, size_t count,
                                enum wn_boot_statistic statistic, uint64_t seed) {
    struct wn_bootstrap out;
    struct wn_boot_setup setup = {statistic, 4000, 0.95, seed};
    assert_int_equal(wn_bootstrap(samples, count, &setup, &out, NULL), WN_OK);
    return out;
}

static void the_same_seed_gives_the_same_interval(void **state) {
    (void)state;
    double a[101], b[50];
    struct wn_sample samples[] = {draw(a, 101, 3, 0), draw(b, 50, 4, 0)};
    for (int statistic = WN_BOOT_MEAN; statistic <= WN_BOOT_MEDIAN_DIFF; statistic++) {
        size_t count = statistic >= WN_BOOT_MEAN_DIFF ? 2 : 1;
        struct wn_bootstrap one = boot(samples, count, (enum wn_boot_statistic)statistic, 8);
        struct wn_bootstrap two = boot(samples, count, (enum wn_boot_statistic)statistic, 8);
        struct wn_bootstrap other = boot(samples, count, (enum wn_boot_statistic)statistic, 9);
        assert_memory_equal(&one, &two, sizeof one);
        assert_true(one.percentile_low != other.percentile_low || one.se != other.se);
        assert_true(one.percentile_low < one.point && one.point < one.percentile_high);
        assert_true(one.bca_low < one.bca_high && one.bca_reason == NULL);
    }
}

// A sample of more values than are drawn from at once.
static void the_bootstrap_of_many_values_is_no_other(void **state) {
    (void)state;
    static double a[MOST];
    struct wn_sample sample = draw(a, MOST, 13, 0);
    double sd = sqrt(wn_moments_of(a, MOST).variance), root = sqrt(MOST);
    struct wn_bootstrap mean = boot(&sample, 1, WN_BOOT_MEAN, 1);
    struct wn_bootstrap median = boot(&sample, 1, WN_BOOT_MEDIAN, 1);
    assert_double(mean.se / (sd / root), 1, 0.06);
    assert_double(median.se / (sd / root), sqrt(M_PI / 2), 0.25); // of a normal distribution
    assert_double(median.point, wn_quantile(a, MOST, 0.5), 1e-15);
}

// Of a mean the bootstrap's standard error is the sample's, by n instead of n - 1.
static void the_bootstrap_finds_the_standard_error_of_a_mean(void **state) {
    (void)state;
    double a[500];
    struct wn_sample sample = draw(a, 500, 12, 0);
    double se = sqrt(wn_moments_of(a, 500).variance / 500);
    struct wn_bootstrap out = boot(&sample, 1, WN_BOOT_MEAN, 1);
    assert_double(out.se / se, 1, 0.05); // 4000 resamples: 0.011 is one standard error
    assert_double((out.percentile_high - out.percentile_low) / (2 * 1.96 * se), 1, 0.1);
}

static void random_splits_come_near_all_splits(void **state) {
    (void)state;
    double a[9], b[9];
    struct wn_sample x = draw(a, 9, 31, 0), y = draw(b, 9, 32, 0);
    struct wn_permutation all, some, again, turned;
    for (int i = 0; i < 9; i++)
        b[i] += 0.8;
    wn_permutation(&x, &y, 50000, 0, &all, NULL);
    wn_permutation(&x, &y, 20000, 1, &some, NULL);
    wn_permutation(&x, &y, 20000, 1, &again, NULL);
    wn_permutation(&y, &x, 50000, 0, &turned, NULL);
    assert_true(all.exact && all.count == 48620 && !some.exact && some.count == 20001);
    assert_double(some.p, all.p, 6 * sqrt(all.p * (1 - all.p) / 20000));
    assert_true(some.p == again.p);
    assert_double(all.p_less, turned.p_greater, 0);
    assert_double(all.p, turned.p, 0);
}

static void indices_are_even(void **state) {
    (void)state;
    enum { DRAWS = 70001, BOUND = 7 };
    static uint32_t index[DRAWS];
    struct wn_rng rng = wn_rng_new(5, 5);
    double counts[BOUND] = {0};
    wn_rng_indices(&rng, BOUND, index, DRAWS);
    for (int i = 0; i < DRAWS; i++) {
        assert_true(index[i] < BOUND);
        counts[index[i]]++;
    }
    for (int i = 0; i < BOUND; i++)
        assert_double(counts[i], DRAWS / (double)BOUND, 6 * 93); // 93: one standard deviation
    wn_rng_indices(&rng, 1, index, 3);
    assert_true(index[0] == 0 && index[1] == 0 && index[2] == 0);
    wn_rng_falling(&rng, 500, index, 500);
    for (uint32_t i = 0; i < 500; i++)
        assert_true(index[i] < 500 - i);
}

static void binomials_have_their_mean_and_variance(void **state) {
    (void)state;
    enum { DRAWS = 20000 };
    const struct {
        uint64_t trials;
        double p;
    } kinds[] = {{1, 0.3}, {15, 0.5}, {100, 0.02}, {5000, 0.5}, {3000, 0.49}, {700, 0.9}};
    static double values[DRAWS];
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        struct wn_rng rng = wn_rng_new(k, 3);
        double n = (double)kinds[k].trials, p = kinds[k].p, variance = n * p * (1 - p);
        for (int i = 0; i < DRAWS; i++) {
            values[i] = (double)wn_rng_binomial(&rng, kinds[k].trials, p);
            assert_true(values[i] <= n);
        }
        struct wn_moments moments = wn_moments_of(values, DRAWS);
        assert_double(moments.mean, n * p, 5 * sqrt(variance / DRAWS));
        assert_double(moments.variance / variance, 1, 0.08);
    }
}

// ---- power, posteriors, sequences ---------------------------------------------------------------

static void power_and_size_undo_each_other(void **state) {
    (void)state;
    const enum wn_tails tails[] = {WN_TWO_SIDED, WN_LARGER, WN_SMALLER};
    for (int i = 0; i < 3; i++) {
        struct wn_t_design design = {1.5, 0.02, tails[i]};
        double sign = tails[i] == WN_SMALLER ? -1 : 1, n1, d;
        assert_int_equal(wn_t_size(&design, sign * 0.35, 0.9, &n1, NULL), WN_OK);
        assert_double(wn_t_power(&design, n1, sign * 0.35), 0.9, 1e-9);
        assert_int_equal(wn_t_effect(&design, n1, 0.9, &d, NULL), WN_OK);
        assert_double(d, sign * 0.35, 1e-9);
        assert_double(wn_t_power(&design, n1, 0), 0.02, 1e-9);
    }
    assert_double(wn_noncentral_t_tail(1.3, 7, 0), gsl_cdf_tdist_Q(1.3, 7), 1e-12);
    assert_double(wn_noncentral_t_tail(-1.3, 0.7, 0), gsl_cdf_tdist_Q(-1.3, 0.7), 1e-9);
}

static void posteriors_agree_with_closed_forms(void **state) {
    (void)state;
    struct wn_better better;
    double flat[] = {1, 1}, jeffreys[] = {0.5, 0.5}, little[] = {0.05, 0.05};
    struct wn_share none = {0, 0}, all = {3, 3};
    wn_better_share(none, none, flat, 0.95, &better, NULL);
    assert_double(better.p, 0.5, 1e-12);
    assert_double(better.loss_a, 1.0 / 6, 1e-12);
    wn_better_share(none, all, flat, 0.95, &better,
                    NULL); // E B - E A = 4/5 - 1/2 = loss_a - loss_b
    assert_double(better.loss_a - better.loss_b, 0.3, 1e-12);
    assert_double(better.p, 0.8, 1e-12); // the mean of B, as A is uniform
    wn_better_share(none, none, jeffreys, 0.9, &better, NULL);
    assert_double(better.p, 0.5, 1e-9);
    assert_double(better.a.low, pow(sin(M_PI * 0.05 / 2), 2), 1e-9); // arcsine law
    wn_better_share(none, none, little, 0.95, &better, NULL);
    assert_double(better.p, 0.5, 1e-6);
    struct wn_share many = {400000000, 900000000}, more = {400100000, 900000000};
    wn_better_share(many, more, flat, 0.95, &better, NULL);
    double z = 100000 / sqrt(2 * 9e8 * (4 / 9.0) * (5 / 9.0));
    assert_double(better.p, gsl_cdf_ugaussian_P(z), 1e-5);
}

// Of whatever few values: the far tails of t distributions have their share in it.
static void chances_of_both_sides_add_up(void **state) {
    (void)state;
    double x[MOST], y[MOST];
    for (size_t n = 2; n < 60; n++) {
        struct wn_sample a = draw(x, n, n, 0), b = draw(y, n + 1, n + 100, 0);
        struct wn_moments first = wn_moments_of(a.values, a.count);
        struct wn_moments second = wn_moments_of(b.values, b.count);
        struct wn_better there, back;
        assert_int_equal(wn_better_mean(first, second, 0.95, &there, NULL), WN_OK);
        assert_int_equal(wn_better_mean(second, first, 0.95, &back, NULL), WN_OK);
        assert_double(there.p + back.p, 1, 1e-9);
        if (n > 2)
            assert_double(there.loss_a - there.loss_b, second.mean - first.mean, 1e-6);
    }
}

// By the power of a single sample: the mean of a noncentral t.
static void so_many_pairs_have_the_power(void **state) {
    (void)state;
    double pairs;
    wn_paired_size(0.05, 0.5, 0.8, &pairs, NULL);
    assert_double(pairs, 33.3671,
                  1e-3); // R: power.t.test(delta = 0.5, power = 0.8, type = "paired")
    wn_paired_size(0.05, -2, 0.8, &pairs, NULL);
    assert_true(pairs > 3 && pairs < 5);
    assert_int_equal(wn_paired_size(0.05, 0, 0.8, &pairs, NULL), WN_NO);
    assert_true(isnan(pairs));
}

static void equal_means_are_a_toss(void **state) {
    (void)state;
    struct wn_moments a = {5, 2, 3}, b = {9, 2, 1}, pair = {2, 2, 1}, far = {9, 12, 1};
    struct wn_better better;
    assert_int_equal(wn_better_mean(a, b, 0.95, &better, NULL), WN_OK);
    assert_double(better.p, 0.5, 1e-12);
    assert_double(better.loss_a, better.loss_b, 1e-9);
    assert_int_equal(wn_better_mean(a, far, 0.95, &better, NULL), WN_OK);
    assert_double(better.loss_a - better.loss_b, 10, 1e-7);
    assert_int_equal(wn_better_mean(a, pair, 0.95, &better, NULL), WN_OK);
    assert_true(better.p == better.p && isnan(better.loss_a)); // a Cauchy posterior has no mean
}

// Where nothing differs, looking after every pair raises no more false alarms than promised.
static void looking_always_keeps_the_error_rate(void **state) {
    (void)state;
    enum { EXPERIMENTS = 400, PAIRS = 400 };
    static double values[2 * PAIRS];
    int alarms = 0, found = 0;
    for (uint64_t i = 0; i < EXPERIMENTS; i++) {
        struct wn_msprt same = wn_msprt_new(0.3, 0.05, 2), differs = wn_msprt_new(0.3, 0.05, 2);
        draw(values, 2 * PAIRS, 1000 + i, 0);
        for (size_t k = 0; k < PAIRS; k++) {
            wn_msprt_add(&same, values[k], values[PAIRS + k]);
            wn_msprt_add(&differs, values[k], values[PAIRS + k] + 0.6);
        }
        alarms += same.first > 0;
        found += differs.first > 0;
    }
    assert_true(alarms <= 20); // 5% of 400
    assert_true(found == EXPERIMENTS);
}

// A confidence sequence is the set of differences that the test does not reject.
static void the_interval_excludes_zero_when_p_is_small(void **state) {
    (void)state;
    static double values[400];
    struct wn_msprt test = wn_msprt_new(0.5, 0.05, 2);
    draw(values, 400, 77, 0);
    for (size_t i = 0; i < 200; i++) {
        double before = test.p;
        wn_msprt_add(&test, values[i], values[200 + i] + 0.5);
        assert_true(test.p <= before);
        if (before > test.alpha)
            assert_true((fabs(test.diff) >= test.half_width) == (test.p <= test.alpha));
    }
}

// The same where the variance is not known and counts are small: from the second pair on.
static void looking_always_keeps_the_error_rate_of_t(void **state) {
    (void)state;
    enum { EXPERIMENTS = 600, PAIRS = 100 };
    static double values[PAIRS];
    int alarms = 0, found = 0;
    for (uint64_t i = 0; i < EXPERIMENTS; i++) {
        struct wn_moments same = {0}, differs = {0};
        bool alarm = false, seen = false;
        draw(values, PAIRS, 5000 + i, 0);
        for (size_t k = 0; k < PAIRS; k++) {
            wn_moments_add(&same, values[k]);
            wn_moments_add(&differs, values[k] - 1);
            alarm |= wn_anytime_t(same, 1, 0.05).p <= 0.05;
            seen |= wn_anytime_t(differs, 1, 0.05).p <= 0.05;
        }
        alarms += alarm;
        found += seen;
    }
    assert_true(alarms <= 30); // 5% of 600
    assert_true(found == EXPERIMENTS);
}

// The interval leaves out 0 exactly when p is at most alpha, and foresees when it will.
static void the_interval_of_t_is_what_is_not_rejected(void **state) {
    (void)state;
    for (int n = 0; n < 40; n++)
        for (int m = -20; m <= 20; m++) {
            struct wn_moments moments = {(size_t)n, m / 10.0, n > 1 ? 0.7 : NAN};
            struct wn_anytime test = wn_anytime_t(moments, 1, 0.05);
            assert_true((fabs(moments.mean) > test.half_width) == (test.p < 0.05));
            size_t needed = wn_anytime_needed(moments, 1, 0.05, 0, 100000);
            assert_true((needed == moments.count && n > 1) == (test.p < 0.05));
            if (needed <= moments.count)
                continue;
            moments.count = needed;
            assert_true(wn_anytime_t(moments, 1, 0.05).p < 0.05);
            moments.count--;
            assert_false(wn_anytime_t(moments, 1, 0.05).p < 0.05);
        }
}

static void pairs_that_never_differ_by_another_amount_decide_at_last(void **state) {
    (void)state;
    struct wn_moments same = {50, 0, 0}, all_one = {5, 1, 0}, two = {2, 1, 0};
    assert_double(wn_anytime_t(same, 1, 0.05).p, 1, 0);
    assert_double(wn_anytime_t(same, 1, 0.05).half_width, 0, 0);
    assert_true(wn_anytime_t(all_one, 1, 0.05).p < 0.05);
    assert_true(isinf(wn_anytime_t(two, 1, 0.05).half_width));
    assert_int_equal(wn_anytime_needed(two, 1, 0.05, 0, 50), 5);
}

static void integrals_mind_no_singular_end(void **state) {
    (void)state;
    double a = 0.5, b = 0.5;
    for (int i = 1; i < 10; i++) { // the arcsine law has a closed form
        double x = i / 10.0;
        assert_double(wn_beta_cdf(x, 1 - x, a, b), 2 / M_PI * asin(sqrt(x)), 1e-13);
    }
    assert_double(wn_beta_cdf(0.3, 0.7, 1, 4), 1 - pow(0.7, 4), 1e-14);
    assert_double(wn_beta_cdf(0, 1, 2, 3), 0, 0);
    assert_double(wn_beta_cdf(1, 0, 2, 3), 1, 0);
}

// With so many trials the weights of tables fade slowly; the test must end all the same.
static void fisher_agrees_with_z_where_there_are_many(void **state) {
    (void)state;
    struct wn_share a = {20000000, 50000000}, b = {20010000, 50000000}, far = {30000000, 50000000};
    struct wn_two_shares test;
    wn_two_shares(a, b, 0.95, &test, NULL);
    assert_double(wn_fisher(a, b).p / test.p, 1, 0.01);
    assert_true(wn_fisher(a, far).p == 0 && wn_fisher(a, far).p_greater == 1);
}

// ---- distances ----------------------------------------------------------------------------------

static void distances_are_none_of_equals_and_bounded(void **state) {
    (void)state;
    const double counts[] = {5, 0, 20, 75}, others[] = {0, 100, 0, 0};
    struct wn_shares same = wn_shares_of(counts, counts, 4);
    struct wn_shares apart = wn_shares_of(counts, others, 4);
    assert_true(wn_psi(&same) == 0 && wn_jensen_shannon(&same) == 0);
    assert_true(wn_kullback_leibler(&same) == 0 && wn_total_variation(&same) == 0);
    assert_true(wn_hellinger(&same) < 2e-8); // the root of what rounding leaves
    assert_double(wn_hellinger(&apart), 1, 0);
    assert_double(wn_total_variation(&apart), 1, 1e-15);
    assert_double(wn_jensen_shannon(&apart), sqrt(M_LN2), 1e-15);
    assert_true(wn_psi(&apart) > 5 && wn_kullback_leibler(&apart) > 5);
    wn_shares_free(&same);
    wn_shares_free(&apart);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sorting_by_bits_is_sorting_by_value),
        cmocka_unit_test(moments_do_not_cancel),
        cmocka_unit_test(swapping_the_sides_swaps_the_answer),
        cmocka_unit_test(a_new_scale_leaves_ranks_alone),
        cmocka_unit_test(without_ties_both_exact_ways_agree),
        cmocka_unit_test(the_ways_to_kolmogorov_meet),
        cmocka_unit_test(the_same_seed_gives_the_same_interval),
        cmocka_unit_test(the_bootstrap_finds_the_standard_error_of_a_mean),
        cmocka_unit_test(the_bootstrap_of_many_values_is_no_other),
        cmocka_unit_test(random_splits_come_near_all_splits),
        cmocka_unit_test(indices_are_even),
        cmocka_unit_test(binomials_have_their_mean_and_variance),
        cmocka_unit_test(power_and_size_undo_each_other),
        cmocka_unit_test(posteriors_agree_with_closed_forms),
        cmocka_unit_test(chances_of_both_sides_add_up),
        cmocka_unit_test(so_many_pairs_have_the_power),
        cmocka_unit_test(equal_means_are_a_toss),
        cmocka_unit_test(looking_always_keeps_the_error_rate),
        cmocka_unit_test(the_interval_excludes_zero_when_p_is_small),
        cmocka_unit_test(looking_always_keeps_the_error_rate_of_t),
        cmocka_unit_test(the_interval_of_t_is_what_is_not_rejected),
        cmocka_unit_test(pairs_that_never_differ_by_another_amount_decide_at_last),
        cmocka_unit_test(integrals_mind_no_singular_end),
        cmocka_unit_test(fisher_agrees_with_z_where_there_are_many),
        cmocka_unit_test(distances_are_none_of_equals_and_bounded),
    };
    gsl_set_error_handler_off();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
