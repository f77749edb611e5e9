// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers with few distinct values, counted exactly: codes, ratings, hours. Whoever owns it gives
// it up once it is full.
#ifndef WN_DATA_FEW_H
#define WN_DATA_FEW_H

#include <stdbool.h>
#include <stdint.h>

#include "core/stats/sample.h"

enum { WN_FEW_MOST = 64, WN_FEW_SLOTS = 256 };

struct wn_few {
    double values[WN_FEW_MOST];
    uint64_t counts[WN_FEW_MOST];
    int count;
    unsigned char slots[WN_FEW_SLOTS]; // index + 1, 0: free
};

// `times` more of a value; false: it is a new one and there is no room.
bool wn_few_add(struct wn_few *few, double value, uint64_t times);
// Upward, with weights; wn_sample_free_weighted() releases it.
struct wn_sample wn_few_sample(const struct wn_few *few);

#endif
