// SPDX-License-Identifier: GPL-3.0-or-later
// xoshiro256++ and SplitMix64, from the authors' published recurrences.
#include "core/base/rng.h"

#include <math.h>

uint64_t wn_mix64(uint64_t x) {
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

struct wn_rng wn_rng_new(uint64_t seed, uint64_t stream) {
    struct wn_rng rng;
    uint64_t x = wn_mix64(seed) ^ wn_mix64(stream + UINT64_C(0x632be59bd9b4e019));
    for (int i = 0; i < 4; i++)
        rng.state[i] = wn_mix64(x += UINT64_C(0x9e3779b97f4a7c15));
    return rng;
}

static uint64_t rotate(uint64_t x, int bits) {
    return (x << bits) | (x >> (64 - bits));
}

uint64_t wn_rng_next(struct wn_rng *rng) {
    uint64_t *s = rng->state, result = rotate(s[0] + s[3], 23) + s[0], t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 45);
    return result;
}

double wn_rng_uniform(struct wn_rng *rng) {
    return ((double)(wn_rng_next(rng) >> 12) + 0.5) * 0x1p-52;
}

uint64_t wn_rng_below(struct wn_rng *rng, uint64_t bound) {
    uint64_t reject_below = -bound % bound, x;
    do
        x = wn_rng_next(rng);
    while (x < reject_below);
    return x % bound;
}

// The high half of a product is in [0, bound); where the low half is small it may be one too many.
static uint32_t index_of(struct wn_rng *rng, uint32_t word, uint32_t bound) {
    uint64_t product = (uint64_t)word * bound;
    if ((uint32_t)product < bound) {
        uint32_t reject_below = -bound % bound;
        while ((uint32_t)product < reject_below)
            product = (wn_rng_next(rng) >> 32) * bound;
    }
    return (uint32_t)(product >> 32);
}

// The same of sixteen bits; `reject_below` is 2^16 mod `bound`.
static uint32_t small_index_of(struct wn_rng *rng, uint32_t word, uint32_t bound,
                               uint32_t reject_below) {
    uint32_t product = word * bound;
    while ((product & 0xffff) < reject_below)
        product = (uint32_t)(wn_rng_next(rng) >> 48) * bound;
    return product >> 16;
}

static size_t small_indices(struct wn_rng *rng, uint32_t bound, uint32_t *out, size_t count) {
    uint32_t reject_below = 0x10000 % bound;
    size_t i = 0;
    for (; i + 4 <= count; i += 4) {
        uint64_t word = wn_rng_next(rng);
        out[i] = small_index_of(rng, (uint32_t)word & 0xffff, bound, reject_below);
        out[i + 1] = small_index_of(rng, (uint32_t)(word >> 16) & 0xffff, bound, reject_below);
        out[i + 2] = small_index_of(rng, (uint32_t)(word >> 32) & 0xffff, bound, reject_below);
        out[i + 3] = small_index_of(rng, (uint32_t)(word >> 48), bound, reject_below);
    }
    return i;
}

void wn_rng_indices(struct wn_rng *rng, uint32_t bound, uint32_t *out, size_t count) {
    enum { SMALL = 1024 };      // few words are rejected
    struct wn_rng local = *rng; // in registers
    size_t i = bound <= SMALL ? small_indices(&local, bound, out, count) : 0;
    for (; i + 2 <= count; i += 2) {
        uint64_t word = wn_rng_next(&local);
        out[i] = index_of(&local, (uint32_t)(word >> 32), bound);
        out[i + 1] = index_of(&local, (uint32_t)word, bound);
    }
    if (i < count)
        out[i] = index_of(&local, (uint32_t)(wn_rng_next(&local) >> 32), bound);
    *rng = local;
}

void wn_rng_falling(struct wn_rng *rng, uint32_t bound, uint32_t *out, size_t count) {
    struct wn_rng local = *rng;
    uint64_t word = 0;
    for (size_t i = 0; i < count; i++) {
        word = i % 2 ? word << 32 : wn_rng_next(&local);
        out[i] = index_of(&local, (uint32_t)(word >> 32), bound - (uint32_t)i);
    }
    *rng = local;
}

static uint64_t count_successes(struct wn_rng *rng, uint64_t trials, double p) {
    uint64_t successes = 0;
    for (uint64_t i = 0; i < trials; i++)
        successes += wn_rng_uniform(rng) < p;
    return successes;
}

// The transformed rejection of p at most a half and a mean of ten or more.
static uint64_t rejected_binomial(struct wn_rng *rng, double n, double p) {
    double spread = sqrt(n * p * (1 - p)), b = 1.15 + 2.53 * spread;
    double a = -0.0873 + 0.0248 * b + 0.01 * p, centre = n * p + 0.5, mode = floor((n + 1) * p);
    double alpha = (2.83 + 5.1 / b) * spread, odds = log(p / (1 - p));
    double top = lgamma(mode + 1) + lgamma(n - mode + 1);
    for (;;) {
        double u = wn_rng_uniform(rng) - 0.5, v = wn_rng_uniform(rng), edge = 0.5 - fabs(u);
        double k = floor((2 * a / edge + b) * u + centre);
        if (k < 0 || k > n)
            continue;
        if (edge >= 0.07 && v <= 0.92 - 4.2 / b)
            return (uint64_t)k;
        double height = top - lgamma(k + 1) - lgamma(n - k + 1) + (k - mode) * odds;
        if (log(v * alpha / (a / (edge * edge) + b)) <= height)
            return (uint64_t)k;
    }
}

uint64_t wn_rng_binomial(struct wn_rng *rng, uint64_t trials, double p) {
    if (p > 0.5)
        return trials - wn_rng_binomial(rng, trials, 1 - p);
    if ((double)trials * p < 10)
        return count_successes(rng, trials, p);
    return rejected_binomial(rng, (double)trials, p);
}
