// SPDX-License-Identifier: GPL-3.0-or-later
// A small hash table of numbers.
#include "core/data/few.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/rng.h"

bool wn_few_add(struct wn_few *few, double value, uint64_t times) {
    uint64_t bits;
    value += 0.0; // -0 is 0
    memcpy(&bits, &value, sizeof bits);
    size_t at = wn_mix64(bits) % WN_FEW_SLOTS;
    for (; few->slots[at]; at = (at + 1) % WN_FEW_SLOTS)
        if (few->values[few->slots[at] - 1] == value) {
            few->counts[few->slots[at] - 1] += times;
            return true;
        }
    if (few->count == WN_FEW_MOST)
        return false;
    few->values[few->count] = value;
    few->counts[few->count++] = times;
    few->slots[at] = (unsigned char)few->count;
    return true;
}

struct wn_sample wn_few_sample(const struct wn_few *few) {
    size_t count = (size_t)few->count;
    struct wn_sample sample = {.values = wn_malloc((count + 1) * sizeof(double)),
                               .count = count,
                               .weights = wn_calloc(count + 1, sizeof(size_t))};
    memcpy(sample.values, few->values, count * sizeof(double));
    wn_sort(sample.values, count);
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < count; j++)
            if (few->values[j] == sample.values[i])
                sample.weights[i] = few->counts[j];
    return sample;
}
