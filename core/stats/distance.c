// SPDX-License-Identifier: GPL-3.0-or-later
// Distances of samples and of shares.
#include "core/stats/distance.h"

#include <math.h>
#include <stdlib.h>

#include "core/base/mem.h"

// ---- samples as they are ------------------------------------------------------------------------

// By n; 0 of one value.
static double deviation_of(const struct wn_sample *sample) {
    double mean = 0, squares = 0, seen = 0;
    if (!sample->weights) {
        double n = (double)sample->count;
        return n > 1 ? sqrt(wn_moments_of(sample->values, sample->count).variance * (n - 1) / n)
                     : 0;
    }
    for (size_t i = 0; i < sample->count; i++) { // West (1979)
        double weight = (double)sample->weights[i], away = sample->values[i] - mean;
        seen += weight;
        mean += away * weight / seen;
        squares += weight * away * (sample->values[i] - mean);
    }
    return seen > 1 ? sqrt(squares / seen) : 0;
}

struct wn_transport wn_transport(const struct wn_sample *ref, const struct wn_sample *cur) {
    struct wn_merge merge = wn_merge_of(ref, cur);
    double area = 0, squares = 0, gap = 0, before = 0;
    double m = (double)wn_sample_total(ref), n = (double)wn_sample_total(cur);
    bool first = true;
    while (wn_merge_next(&merge)) {
        double width = first ? 0 : merge.value - before;
        area += fabs(gap) * width;
        squares += gap * gap * width;
        gap = (double)merge.x_seen / m - (double)merge.y_seen / n;
        before = merge.value;
        first = false;
    }
    return (struct wn_transport){area, area / fmax(deviation_of(ref), 0.001), sqrt(2 * squares)};
}

// ---- shares -------------------------------------------------------------------------------------

static struct wn_shares shares_new(size_t count) {
    return (struct wn_shares){wn_calloc(count + 1, sizeof(double)),
                              wn_calloc(count + 1, sizeof(double)), count};
}

void wn_shares_free(struct wn_shares *shares) {
    free(shares->ref);
    free(shares->cur);
    *shares = (struct wn_shares){0};
}

static void scale_to_one(double *values, size_t count) {
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += values[i];
    for (size_t i = 0; i < count; i++)
        values[i] /= sum;
}

struct wn_shares wn_shares_of(const double *ref, const double *cur, size_t count) {
    struct wn_shares shares = shares_new(count);
    for (size_t i = 0; i < count; i++) {
        shares.ref[i] = ref[i];
        shares.cur[i] = cur[i];
    }
    scale_to_one(shares.ref, count);
    scale_to_one(shares.cur, count);
    return shares;
}

// What a share of 0 is taken for.
static double little_of(const double *shares, size_t count) {
    double least = 1;
    for (size_t i = 0; i < count; i++)
        least = shares[i] > 0 ? fmin(least, shares[i]) : least;
    return least <= 0.0001 ? least / 1e6 : 0.0001;
}

// The shares with a little for every 0; those that neither side has are left out, or kept.
static struct wn_shares filled(const struct wn_shares *shares, bool keep) {
    struct wn_shares out = shares_new(shares->count);
    double ref = little_of(shares->ref, shares->count), cur = little_of(shares->cur, shares->count);
    out.count = 0;
    for (size_t i = 0; i < shares->count; i++) {
        if (!keep && shares->ref[i] == 0 && shares->cur[i] == 0)
            continue;
        out.ref[out.count] = shares->ref[i] > 0 ? shares->ref[i] : ref;
        out.cur[out.count++] = shares->cur[i] > 0 ? shares->cur[i] : cur;
    }
    return out;
}

double wn_psi(const struct wn_shares *shares) {
    struct wn_shares full = filled(shares, false);
    double sum = 0;
    for (size_t i = 0; i < full.count; i++)
        sum += (full.ref[i] - full.cur[i]) * log(full.ref[i] / full.cur[i]);
    wn_shares_free(&full);
    return sum;
}

double wn_kullback_leibler(const struct wn_shares *shares) {
    struct wn_shares full = filled(shares, true);
    double sum = 0;
    scale_to_one(full.ref, full.count);
    scale_to_one(full.cur, full.count);
    for (size_t i = 0; i < full.count; i++)
        sum += full.ref[i] * log(full.ref[i] / full.cur[i]);
    wn_shares_free(&full);
    return fmax(sum, 0);
}

static double divergence_part(double share, double middle) {
    return share > 0 ? share * log(share / middle) / 2 : 0;
}

double wn_jensen_shannon(const struct wn_shares *shares) {
    double sum = 0;
    for (size_t i = 0; i < shares->count; i++) {
        double middle = (shares->ref[i] + shares->cur[i]) / 2;
        sum += divergence_part(shares->ref[i], middle) + divergence_part(shares->cur[i], middle);
    }
    return sqrt(fmax(sum, 0));
}

double wn_hellinger(const struct wn_shares *shares) {
    // Eight sums beside each other, joined in pairs: what rounding leaves where nothing differs is
    // rooted, so it had better be little (Higham 1993).
    double sums[8] = {0};
    size_t whole = shares->count & ~(size_t)7;
    for (size_t i = 0; i < whole; i++)
        sums[i & 7] += sqrt(shares->ref[i] * shares->cur[i]);
    double sum =
        ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
    for (size_t i = whole; i < shares->count; i++)
        sum += sqrt(shares->ref[i] * shares->cur[i]);
    return sqrt(fmax(1 - sum, 0));
}

double wn_total_variation(const struct wn_shares *shares) {
    double sum = 0;
    for (size_t i = 0; i < shares->count; i++)
        sum += fabs(shares->ref[i] - shares->cur[i]);
    return sum / 2;
}

// ---- bins ---------------------------------------------------------------------------------------

void wn_bins_free(struct wn_bins *bins) {
    free(bins->edges);
    *bins = (struct wn_bins){0};
}

struct wn_bins wn_decile_bins(const struct wn_sample *ref) {
    struct wn_bins bins = {wn_malloc(9 * sizeof(double)), 0};
    for (int i = 1; i < 10; i++) {
        double edge = wn_sample_quantile(ref, i / 10.0);
        if (bins.count == 0 || edge > bins.edges[bins.count - 1])
            bins.edges[bins.count++] = edge;
    }
    return bins;
}

static double weight_of(const struct wn_sample *sample, size_t index) {
    return sample->weights ? (double)sample->weights[index] : 1;
}

// Adds what a sorted sample has in each bin that is closed on the right.
static void add_right_closed(const struct wn_bins *bins, const struct wn_sample *sorted,
                             double *out) {
    size_t bin = 0;
    for (size_t i = 0; i < sorted->count; i++) {
        while (bin < bins->count && sorted->values[i] > bins->edges[bin])
            bin++;
        out[bin] += weight_of(sorted, i);
    }
    double all = (double)wn_sample_total(sorted);
    for (size_t i = 0; i <= bins->count; i++)
        out[i] /= all;
}

struct wn_shares wn_shares_by_deciles(const struct wn_bins *bins, const struct wn_sample *ref,
                                      const struct wn_sample *cur) {
    struct wn_shares shares = shares_new(bins->count + 1);
    add_right_closed(bins, ref, shares.ref);
    add_right_closed(bins, cur, shares.cur);
    return shares;
}

struct wn_bins wn_sturges_bins(double least, double most, size_t n) {
    struct wn_bins bins = {0};
    double width = (most - least) / (log2((double)n) + 1), count = ceil((most - least) / width);
    if (!(width > 0) || !isfinite(width))
        return bins;
    bins.count = (size_t)count + 1;
    bins.edges = wn_malloc(bins.count * sizeof *bins.edges);
    for (size_t i = 0; i < bins.count; i++)
        bins.edges[i] = least + (double)i * ((most - least) / count);
    bins.edges[bins.count - 1] = most;
    return bins;
}

static void add_left_closed(const struct wn_bins *bins, const struct wn_sample *sorted,
                            double *out) {
    size_t bin = 0, last = bins->count - 2;
    for (size_t i = 0; i < sorted->count; i++) {
        while (bin < last && sorted->values[i] >= bins->edges[bin + 1])
            bin++;
        out[bin] += weight_of(sorted, i);
    }
    double all = (double)wn_sample_total(sorted);
    for (size_t i = 0; i <= last; i++)
        out[i] /= all;
}

struct wn_shares wn_shares_by_width(const struct wn_bins *bins, const struct wn_sample *ref,
                                    const struct wn_sample *cur) {
    struct wn_shares shares = shares_new(bins->count - 1);
    add_left_closed(bins, ref, shares.ref);
    add_left_closed(bins, cur, shares.cur);
    return shares;
}

struct wn_shares wn_shares_by_value(const struct wn_sample *ref, const struct wn_sample *cur) {
    struct wn_merge merge = wn_merge_of(ref, cur);
    struct wn_shares shares = shares_new(ref->count + cur->count);
    double m = (double)wn_sample_total(ref), n = (double)wn_sample_total(cur);
    shares.count = 0;
    while (wn_merge_next(&merge)) {
        shares.ref[shares.count] = (double)merge.x_here / m;
        shares.cur[shares.count++] = (double)merge.y_here / n;
    }
    return shares;
}

size_t wn_distinct(const struct wn_sample *sorted) {
    size_t count = sorted->count > 0;
    for (size_t i = 1; i < sorted->count; i++)
        count += sorted->values[i] != sorted->values[i - 1];
    return count;
}
