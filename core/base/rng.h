// SPDX-License-Identifier: GPL-3.0-or-later
// Explicit random streams. A stream is a pure function of (seed, stream), so the k-th draw of a
// searcher can be recomputed from the history alone. xoshiro256++ of Blackman and Vigna (2019),
// seeded by SplitMix64 of Steele, Lea and Flood (2014).
#ifndef WN_RNG_H
#define WN_RNG_H

#include <stddef.h>
#include <stdint.h>

struct wn_rng {
    uint64_t state[4];
};

struct wn_rng wn_rng_new(uint64_t seed, uint64_t stream);
uint64_t wn_rng_next(struct wn_rng *rng);
double wn_rng_uniform(struct wn_rng *rng);                 // in (0, 1), both ends excluded
uint64_t wn_rng_below(struct wn_rng *rng, uint64_t bound); // in [0, bound), unbiased; bound > 0
// `count` numbers in [0, bound), unbiased, two from each word or four of small ones; bound > 0.
// Lemire (2019).
void wn_rng_indices(struct wn_rng *rng, uint32_t bound, uint32_t *out, size_t count);
// The i-th of `count` numbers is in [0, bound - i), as a shuffle needs them; bound >= count.
void wn_rng_falling(struct wn_rng *rng, uint32_t bound, uint32_t *out, size_t count);
// How many of `trials` succeed that each do with probability `p`, in (0, 1): BTRS of Hoermann
// (1993).
uint64_t wn_rng_binomial(struct wn_rng *rng, uint64_t trials, double p);
uint64_t wn_mix64(uint64_t x); // SplitMix64's finaliser: a good hash of x

#endif
