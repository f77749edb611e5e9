// SPDX-License-Identifier: GPL-3.0-or-later
// Anderson and Darling's test of k samples.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/stats/squares.h"

// ---- the statistic ------------------------------------------------------------------------------

struct pool {
    double *values; // of all samples, sorted
    size_t count;
};

static struct pool pool_new(const struct wn_sample *samples, size_t count) {
    struct pool pool = {NULL, 0};
    for (size_t i = 0; i < count; i++)
        pool.count += samples[i].count;
    pool.values = wn_malloc((pool.count + 1) * sizeof *pool.values);
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        if (samples[i].count)
            memcpy(pool.values + at, samples[i].values, samples[i].count * sizeof *pool.values);
        at += samples[i].count;
    }
    wn_sort(pool.values, pool.count);
    return pool;
}

struct sums {
    double midrank, right;
};

// One sample's part of both statistics.
static struct sums part_of(const struct pool *pool, const struct wn_sample *sample) {
    struct sums sums = {0, 0};
    struct wn_sample all = {.values = pool->values, .count = pool->count};
    struct wn_merge merge = wn_merge_of(&all, sample);
    double n = (double)pool->count, size = (double)sample->count;
    while (wn_merge_next(&merge)) {
        double tied = (double)merge.x_here, upto = (double)merge.x_seen, middle = upto - tied / 2;
        double own = (double)merge.y_seen, own_middle = own - (double)merge.y_here / 2;
        double gap = n * own_middle - middle * size, gap_right = n * own - upto * size;
        sums.midrank += tied / n * gap * gap / (middle * (n - middle) - n * tied / 4);
        if (merge.x_seen < pool->count)
            sums.right += tied / n * gap_right * gap_right / (upto * (n - upto));
    }
    sums.midrank *= (n - 1) / n / size;
    sums.right /= size;
    return sums;
}

// The variance under the hypothesis: Scholz and Stephens, eq. 4.
static double variance_of(const struct wn_sample *samples, size_t count, size_t all) {
    double n = (double)all, k = (double)count, inverse = 0, h = 0, g = 0;
    for (size_t i = 0; i < count; i++)
        inverse += 1 / (double)samples[i].count;
    for (size_t i = 1; i + 1 < all; i++) {
        h += 1 / (n - (double)i);
        g += h / (double)(i + 1);
    }
    h += 1;
    double a = (4 * g - 6) * (k - 1) + (10 - 6 * g) * inverse;
    double b = (2 * g - 4) * k * k + 8 * h * k + (2 * g - 14 * h - 4) * inverse - 8 * h + 4 * g - 6;
    double c =
        (6 * h + 2 * g - 2) * k * k + (4 * h - 4 * g + 6) * k + (2 * h - 6) * inverse + 4 * h;
    double d = (2 * h + 6) * k * k - 4 * h * k;
    return (((a * n + b) * n + c) * n + d) / ((n - 1) * (n - 2) * (n - 3));
}

// ---- the table ----------------------------------------------------------------------------------

enum { LEVELS = 7 };

// The parabola through (x, y) by least squares, at `at`; x are centred there.
static double parabola_at(const double *x, const double *y, double at) {
    double power[5] = {0}, right[3] = {0};
    for (int i = 0; i < LEVELS; i++) {
        double factor = 1;
        for (int j = 0; j < 5; j++, factor *= x[i] - at) {
            power[j] += factor;
            if (j < 3)
                right[j] += factor * y[i];
        }
    }
    // The constant term by Cramer's rule: the parabola's value at the centre.
    double whole = power[0] * (power[2] * power[4] - power[3] * power[3]) -
                   power[1] * (power[1] * power[4] - power[3] * power[2]) +
                   power[2] * (power[1] * power[3] - power[2] * power[2]);
    double part = right[0] * (power[2] * power[4] - power[3] * power[3]) -
                  power[1] * (right[1] * power[4] - power[3] * right[2]) +
                  power[2] * (right[1] * power[3] - power[2] * right[2]);
    return part / whole;
}

static double table_p(double statistic, double m) {
    static const double level[LEVELS] = {0.25, 0.1, 0.05, 0.025, 0.01, 0.005, 0.001};
    static const double b0[LEVELS] = {0.675, 1.281, 1.645, 1.96, 2.326, 2.573, 3.085};
    static const double b1[LEVELS] = {-0.245, 0.25, 0.678, 1.149, 1.822, 2.364, 3.615};
    static const double b2[LEVELS] = {-0.105, -0.305, -0.362, -0.391, -0.396, -0.345, -0.154};
    double critical[LEVELS], logs[LEVELS];
    for (int i = 0; i < LEVELS; i++) {
        critical[i] = b0[i] + b1[i] / sqrt(m) + b2[i] / m;
        logs[i] = log(level[i]);
    }
    if (statistic < critical[0])
        return level[0];
    if (statistic > critical[LEVELS - 1])
        return level[LEVELS - 1];
    return exp(parabola_at(critical, logs, statistic));
}

// ---- the test -----------------------------------------------------------------------------------

static enum wn_status check(const struct wn_sample *samples, size_t count, const struct pool *pool,
                            struct wn_err *err) {
    if (count < 2)
        return wn_fail(err, WN_BAD_INPUT, "at least two samples are needed");
    for (size_t i = 0; i < count; i++)
        if (samples[i].count == 0)
            return wn_fail(err, WN_NO, "no values in sample %zu", i + 1);
    if (pool->values[0] == pool->values[pool->count - 1])
        return wn_fail(err, WN_NO, "fewer than two distinct values");
    if (pool->count < 4)
        return wn_fail(err, WN_NO, "fewer than four values");
    return WN_OK;
}

enum wn_status wn_anderson(const struct wn_sample *samples, size_t count, struct wn_anderson *test,
                           struct wn_err *err) {
    struct pool pool = pool_new(samples, count);
    *test = (struct wn_anderson){NAN, NAN, NAN};
    enum wn_status status = check(samples, count, &pool, err);
    if (status == WN_OK) {
        struct sums sums = {0, 0};
        for (size_t i = 0; i < count; i++) {
            struct sums part = part_of(&pool, &samples[i]);
            sums.midrank += part.midrank;
            sums.right += part.right;
        }
        double mean = (double)(count - 1);
        double sd = sqrt(variance_of(samples, count, pool.count));
        test->midrank = (sums.midrank - mean) / sd;
        test->right = (sums.right - mean) / sd;
        test->p = table_p(test->midrank, mean);
    }
    free(pool.values);
    return status;
}
