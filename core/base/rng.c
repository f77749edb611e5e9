// SPDX-License-Identifier: GPL-3.0-or-later
// xoshiro256++ and SplitMix64, from the authors' published recurrences.
#include "core/base/rng.h"

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

void wn_rng_indices(struct wn_rng *rng, uint32_t bound, uint32_t *out, size_t count) {
    struct wn_rng local = *rng; // in registers
    for (size_t i = 0; i + 2 <= count; i += 2) {
        uint64_t word = wn_rng_next(&local);
        out[i] = index_of(&local, (uint32_t)(word >> 32), bound);
        out[i + 1] = index_of(&local, (uint32_t)word, bound);
    }
    if (count % 2)
        out[count - 1] = index_of(&local, (uint32_t)(wn_rng_next(&local) >> 32), bound);
    *rng = local;
}
