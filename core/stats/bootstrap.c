// SPDX-License-Identifier: GPL-3.0-or-later
// Bootstrap intervals. Indices are drawn a block at a time, so that one resample needs no memory
// but its block; a median needs how often each value of the sorted sample was drawn.
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/rng.h"
#include "core/stats/resample.h"

enum { BLOCK = 2048, LEAF = 1024 };

struct drawer {
    struct wn_rng rng;
    // What is done with the `count` indices in `block`, which are of values from `from` on.
    double (*take)(struct drawer *drawer, const struct wn_sample *sample, size_t from,
                   size_t count);
    uint32_t *block;
    uint32_t *times; // of medians: how often each value was drawn
};

static bool is_median(enum wn_boot_statistic statistic) {
    return statistic == WN_BOOT_MEDIAN || statistic == WN_BOOT_MEDIAN_DIFF;
}

// ---- one resample -------------------------------------------------------------------------------

// What the `count` drawn ones add, of the values from `from` on.
static double gather(struct drawer *drawer, const struct wn_sample *sample, size_t from,
                     size_t count) {
    const double *values = sample->values + from;
    const uint32_t *index = drawer->block;
    double a = 0, b = 0, c = 0, d = 0; // an array would live in memory
    size_t i = 0;
    for (; i + 4 <= count; i += 4) {
        a += values[index[i]];
        b += values[index[i + 1]];
        c += values[index[i + 2]];
        d += values[index[i + 3]];
    }
    for (; i < count; i++)
        a += values[index[i]];
    return a + b + (c + d);
}

static double count_times(struct drawer *drawer, const struct wn_sample *sample, size_t from,
                          size_t count) {
    (void)sample;
    for (size_t i = 0; i < count; i++)
        drawer->times[from + drawer->block[i]]++;
    return 0;
}

// Draws `draws` of the `count` values from `from` on. How many fall into the first half of them is
// binomial, and so on, until they are few enough to stay in the nearest cache.
static double draw(struct drawer *drawer, const struct wn_sample *sample, size_t from, size_t count,
                   size_t draws) {
    double sum = 0;
    if (count > LEAF) {
        size_t half = count / 2;
        size_t left = (size_t)wn_rng_binomial(&drawer->rng, draws, (double)half / (double)count);
        sum = draw(drawer, sample, from, half, left);
        return sum + draw(drawer, sample, from + half, count - half, draws - left);
    }
    for (size_t take; draws > 0; draws -= take) {
        take = draws < BLOCK ? draws : BLOCK;
        wn_rng_indices(&drawer->rng, (uint32_t)count, drawer->block, take);
        sum += drawer->take(drawer, sample, from, take);
    }
    return sum;
}

static double drawn_mean(struct drawer *drawer, const struct wn_sample *sample) {
    return draw(drawer, sample, 0, sample->count, sample->count) / (double)sample->count;
}

// The value that is the `rank`-th (from 0) of those drawn, from `at` on, of which `seen` lie below.
static size_t find_rank(const uint32_t *times, size_t rank, size_t *at, size_t *seen) {
    while (*seen + times[*at] <= rank)
        *seen += times[(*at)++];
    return *at;
}

static double drawn_median(struct drawer *drawer, const struct wn_sample *sample) {
    size_t n = sample->count, at = 0, seen = 0;
    memset(drawer->times, 0, n * sizeof *drawer->times);
    draw(drawer, sample, 0, n, n);
    double low = sample->values[find_rank(drawer->times, (n - 1) / 2, &at, &seen)];
    double high = sample->values[find_rank(drawer->times, n / 2, &at, &seen)];
    return (low + high) / 2;
}

static double drawn(struct drawer *drawer, const struct wn_sample *samples, size_t count,
                    enum wn_boot_statistic statistic) {
    double value = 0;
    for (size_t i = 0; i < count; i++) {
        double one = is_median(statistic) ? drawn_median(drawer, &samples[i])
                                          : drawn_mean(drawer, &samples[i]);
        value += i ? -one : one;
    }
    return value;
}

// ---- the sample itself --------------------------------------------------------------------------

static double middle_of(const double *sorted, size_t count) {
    return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
}

static double point_of(const struct wn_sample *sample, enum wn_boot_statistic statistic) {
    return is_median(statistic) ? middle_of(sample->values, sample->count)
                                : wn_moments_of(sample->values, sample->count).mean;
}

// What the statistic would be without the i-th value, of the sorted sample where it is a median.
static double without(const struct wn_sample *sample, size_t i, double mean, bool median) {
    size_t n = sample->count, low = (n - 2) / 2, high = (n - 1) / 2;
    const double *values = sample->values;
    if (!median)
        return mean + (mean - values[i]) / (double)(n - 1);
    return (values[low + (low >= i)] + values[high + (high >= i)]) / 2;
}

// The acceleration, from the jackknife of each sample: Efron and Tibshirani (1993), eq. 14.15, with
// the empirical influence of several samples. NaN: it does not vary.
static double acceleration(const struct wn_sample *samples, size_t count, bool median) {
    double cubes = 0, squares = 0;
    for (size_t k = 0; k < count; k++) {
        size_t n = samples[k].count;
        double mean = wn_moments_of(samples[k].values, n).mean, sum = 0, sign = k ? -1 : 1;
        for (size_t i = 0; i < n; i++)
            sum += without(&samples[k], i, mean, median);
        double middle = sum / (double)n, weight = (double)(n - 1) / (double)n;
        for (size_t i = 0; i < n; i++) {
            double influence = sign * weight * (middle - without(&samples[k], i, mean, median));
            squares += influence * influence;
            cubes += influence * influence * influence;
        }
    }
    return cubes / (6 * pow(squares, 1.5));
}

// ---- intervals ----------------------------------------------------------------------------------

static double bca_level(double z0, double a, double p) {
    double z = z0 + gsl_cdf_ugaussian_Pinv(p);
    return gsl_cdf_ugaussian_P(z0 + z / (1 - a * z));
}

static void bca(const double *sorted, size_t count, double a, double conf,
                struct wn_bootstrap *out) {
    size_t below = 0, upto = 0;
    while (below < count && sorted[below] < out->point)
        below++;
    for (upto = below; upto < count && sorted[upto] <= out->point;)
        upto++;
    double share = ((double)below + (double)upto) / 2 / (double)count;
    if (isnan(a))
        out->bca_reason = "acceleration undefined (zero variance): take the percentile interval";
    else if (share == 0 || share == 1)
        out->bca_reason = "all resamples lie on one side: take the percentile interval";
    if (out->bca_reason)
        return;
    double z0 = gsl_cdf_ugaussian_Pinv(share);
    out->bca_low = wn_quantile(sorted, count, bca_level(z0, a, (1 - conf) / 2));
    out->bca_high = wn_quantile(sorted, count, bca_level(z0, a, (1 + conf) / 2));
}

static enum wn_status check(const struct wn_sample *samples, size_t count,
                            const struct wn_boot_setup *setup, struct wn_err *err) {
    bool two = setup->statistic == WN_BOOT_MEAN_DIFF || setup->statistic == WN_BOOT_MEDIAN_DIFF;
    if (count != (two ? 2 : 1))
        return wn_fail(err, WN_BAD_INPUT, "this statistic takes %s (found %zu)",
                       two ? "two samples" : "one sample", count);
    for (size_t i = 0; i < count; i++) {
        if (samples[i].count < 2)
            return wn_fail(err, WN_NO, samples[i].count ? "one value" : "no values");
        if (samples[i].count > UINT32_MAX)
            return wn_fail(err, WN_BAD_INPUT, "more than 4 billion values");
    }
    return WN_OK;
}

static void summarise(double *values, const struct wn_sample *samples, size_t count,
                      const struct wn_boot_setup *setup, struct wn_bootstrap *out) {
    size_t resamples = setup->resamples;
    out->se = sqrt(wn_moments_of(values, resamples).variance);
    wn_sort(values, resamples);
    out->percentile_low = wn_quantile(values, resamples, (1 - setup->conf) / 2);
    out->percentile_high = wn_quantile(values, resamples, (1 + setup->conf) / 2);
    bca(values, resamples, acceleration(samples, count, is_median(setup->statistic)), setup->conf,
        out);
}

enum wn_status wn_bootstrap(const struct wn_sample *samples, size_t count,
                            const struct wn_boot_setup *setup, struct wn_bootstrap *bootstrap,
                            struct wn_err *err) {
    *bootstrap = (struct wn_bootstrap){.bca_low = NAN, .bca_high = NAN};
    if (check(samples, count, setup, err) != WN_OK)
        return err->status;
    size_t largest = 0;
    for (size_t i = 0; i < count; i++) {
        largest = samples[i].count > largest ? samples[i].count : largest;
        if (is_median(setup->statistic))
            wn_sort(samples[i].values, samples[i].count);
        double point = point_of(&samples[i], setup->statistic);
        bootstrap->point += i ? -point : point;
    }
    bool median = is_median(setup->statistic);
    struct drawer drawer = {wn_rng_new(setup->seed, 0), median ? count_times : gather,
                            wn_malloc(BLOCK * sizeof(uint32_t)), NULL};
    if (median)
        drawer.times = wn_malloc(largest * sizeof *drawer.times);
    double *values = wn_malloc(setup->resamples * sizeof *values);
    for (size_t i = 0; i < setup->resamples; i++)
        values[i] = drawn(&drawer, samples, count, setup->statistic);
    summarise(values, samples, count, setup, bootstrap);
    free(values);
    free(drawer.block);
    free(drawer.times);
    return WN_OK;
}
