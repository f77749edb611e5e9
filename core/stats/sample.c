// SPDX-License-Identifier: GPL-3.0-or-later
// Cleaning, moments, sorting and merging.
#include "core/stats/sample.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

size_t wn_sample_total(const struct wn_sample *sample) {
    size_t total = 0;
    for (size_t i = 0; i < sample->count && sample->weights; i++)
        total += sample->weights[i];
    return sample->weights ? total : sample->count;
}

void wn_sample_free_weighted(struct wn_sample *sample) {
    free(sample->values);
    free(sample->weights);
    *sample = (struct wn_sample){0};
}

// ---- what is not there --------------------------------------------------------------------------

void wn_sample_clean(struct wn_sample *sample) {
    size_t kept = 0;
    for (size_t i = 0; i < sample->count; i++) {
        double value = sample->values[i];
        sample->missing += isnan(value) != 0;
        sample->infinite += isinf(value) != 0;
        if (isfinite(value))
            sample->values[kept++] = value;
    }
    sample->count = kept;
}

void wn_sample_clean_pairs(struct wn_sample *x, struct wn_sample *y) {
    assert(x->count == y->count);
    size_t kept = 0;
    for (size_t i = 0; i < x->count; i++) {
        bool missing = isnan(x->values[i]) || isnan(y->values[i]);
        bool finite = isfinite(x->values[i]) && isfinite(y->values[i]);
        x->missing += missing;
        x->infinite += !missing && !finite;
        if (finite) {
            x->values[kept] = x->values[i];
            y->values[kept++] = y->values[i];
        }
    }
    y->missing = x->missing;
    y->infinite = x->infinite;
    x->count = y->count = kept;
}

// ---- moments ------------------------------------------------------------------------------------

static bool all_equal(const double *values, size_t count) {
    for (size_t i = 1; i < count; i++)
        if (values[i] != values[0])
            return false;
    return true;
}

struct wn_moments wn_moments_of(const double *values, size_t count) {
    struct wn_moments moments = {count, NAN, NAN};
    if (count == 0)
        return moments;
    if (all_equal(values, count)) { // a sum may round where the mean need not
        moments.mean = values[0];
        moments.variance = count > 1 ? 0 : NAN;
        return moments;
    }
    double sum = 0, squares = 0, rest = 0, n = (double)count;
    for (size_t i = 0; i < count; i++)
        sum += values[i];
    double mean = sum / n;
    for (size_t i = 0; i < count; i++) {
        double distance = values[i] - mean;
        squares += distance * distance;
        rest += distance;
    }
    moments.mean = mean + rest / n;
    moments.variance = (squares - rest * rest / n) / (n - 1);
    return moments;
}

void wn_moments_add(struct wn_moments *moments, double value) {
    double n = (double)++moments->count, off = value - moments->mean;
    double squares = n > 2 ? moments->variance * (n - 2) : 0;
    moments->mean += off / n;
    moments->variance = n > 1 ? (squares + off * (value - moments->mean)) / (n - 1) : NAN;
}

// ---- order --------------------------------------------------------------------------------------

enum { DIGIT_BITS = 11, DIGITS = 6, BUCKETS = 1 << DIGIT_BITS, FEW = 256 };

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

// Bits whose order as an unsigned number is that of the doubles.
static uint64_t key_of(double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits ^ (-(bits >> 63) | UINT64_C(1) << 63);
}

static double value_of(uint64_t key) {
    uint64_t bits = key ^ (((key >> 63) - 1) | UINT64_C(1) << 63);
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

// Where each digit's keys begin; returns false where all keys have the same, so that there is
// nothing to sort.
static bool begin_of_buckets(uint32_t *buckets, size_t count) {
    uint32_t begin = 0;
    for (int i = 0; i < BUCKETS; i++) {
        uint32_t here = buckets[i];
        if (here == count)
            return false;
        buckets[i] = begin;
        begin += here;
    }
    return true;
}

static void sort_keys(uint64_t **keys, uint64_t **spare, size_t count, uint32_t *buckets) {
    for (int digit = 0; digit < DIGITS; digit++) {
        uint32_t *begin = buckets + (size_t)digit * BUCKETS;
        if (!begin_of_buckets(begin, count))
            continue;
        const uint64_t *from = *keys;
        for (size_t i = 0; i < count; i++)
            (*spare)[begin[from[i] >> digit * DIGIT_BITS & (BUCKETS - 1)]++] = from[i];
        uint64_t *swap = *keys;
        *keys = *spare;
        *spare = swap;
    }
}

void wn_sort(double *values, size_t count) {
    if (count < FEW || count > UINT32_MAX) {
        if (count > 1)
            qsort(values, count, sizeof *values, by_value);
        return;
    }
    uint64_t *memory = wn_malloc(2 * count * sizeof *memory), *keys = memory,
             *spare = memory + count;
    uint32_t *buckets = wn_calloc((size_t)DIGITS * BUCKETS, sizeof *buckets);
    for (size_t i = 0; i < count; i++) {
        uint64_t key = keys[i] = key_of(values[i]);
        for (int digit = 0; digit < DIGITS; digit++)
            buckets[digit * BUCKETS + (int)(key >> digit * DIGIT_BITS & (BUCKETS - 1))]++;
    }
    sort_keys(&keys, &spare, count, buckets);
    for (size_t i = 0; i < count; i++)
        values[i] = value_of(keys[i]);
    free(memory);
    free(buckets);
}

double wn_quantile(const double *sorted, size_t count, double p) {
    assert(count > 0);
    double at = p * (double)(count - 1), below = floor(at);
    size_t index = (size_t)below;
    double low = sorted[index], high = sorted[index + 1 < count ? index + 1 : index];
    return low + (high - low) * (at - below);
}

double wn_sample_quantile(const struct wn_sample *sorted, double p) {
    if (!sorted->weights)
        return wn_quantile(sorted->values, sorted->count, p);
    double at = p * ((double)wn_sample_total(sorted) - 1), below = floor(at), seen = 0;
    size_t index = 0;
    while (index + 1 < sorted->count && seen + (double)sorted->weights[index] <= below)
        seen += (double)sorted->weights[index++];
    bool next = seen + (double)sorted->weights[index] <= below + 1 && index + 1 < sorted->count;
    double low = sorted->values[index], high = sorted->values[index + next];
    return low + (high - low) * (at - below);
}

struct wn_merge wn_merge_of(const struct wn_sample *x, const struct wn_sample *y) {
    return (struct wn_merge){.x = x, .y = y};
}

// How many of a sample from `at` on equal the value; moves `at` behind them.
static size_t take_equal(const struct wn_sample *sample, size_t *at, double value) {
    size_t begin = *at, end = begin, here = 0;
    while (end < sample->count && sample->values[end] == value)
        end++;
    for (size_t i = begin; i < end && sample->weights; i++)
        here += sample->weights[i];
    *at = end;
    return sample->weights ? here : end - begin;
}

bool wn_merge_next(struct wn_merge *merge) {
    const struct wn_sample *x = merge->x, *y = merge->y;
    size_t i = merge->x_at, j = merge->y_at;
    if (i == x->count && j == y->count)
        return false;
    bool from_x = j == y->count || (i < x->count && x->values[i] <= y->values[j]);
    merge->value = from_x ? x->values[i] : y->values[j];
    merge->x_here = take_equal(x, &merge->x_at, merge->value);
    merge->y_here = take_equal(y, &merge->y_at, merge->value);
    merge->x_seen += merge->x_here;
    merge->y_seen += merge->y_here;
    return true;
}
