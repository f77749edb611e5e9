// SPDX-License-Identifier: GPL-3.0-or-later
// HyperLogLog.
#include "core/data/distinct.h"

#include <math.h>
#include <string.h>

#include "core/base/mem.h"

enum { BITS = 12, MOST = 64 - BITS + 1, FIRST = '#' }; // FIRST + MOST is before the backslash

void wn_distinct_add(struct wn_distinct *distinct, uint64_t hash) {
    size_t index = hash >> (64 - BITS);
    uint64_t rest = hash << BITS | UINT64_C(1) << (BITS - 1); // so that there is a one to find
    unsigned char rank = (unsigned char)(__builtin_clzll(rest) + 1);
    if (rank > distinct->registers[index])
        distinct->registers[index] = rank;
}

void wn_distinct_merge(struct wn_distinct *distinct, const struct wn_distinct *other) {
    for (int i = 0; i < WN_DISTINCT_REGISTERS; i++)
        if (other->registers[i] > distinct->registers[i])
            distinct->registers[i] = other->registers[i];
}

// Ertl, algorithms 5 and 6: what registers of 0 and of MOST tell beyond the others.
static double sigma(double x) {
    double sum = x, y = 1, before;
    if (x == 1)
        return INFINITY;
    do {
        x *= x;
        before = sum;
        sum += x * y;
        y += y;
    } while (sum != before);
    return sum;
}

static double tau(double x) {
    double sum = 1 - x, y = 1, before;
    if (x == 0 || x == 1)
        return 0;
    do {
        x = sqrt(x);
        before = sum;
        y /= 2;
        sum -= (1 - x) * (1 - x) * y;
    } while (sum != before);
    return sum / 3;
}

double wn_distinct_estimate(const struct wn_distinct *distinct) {
    double counts[MOST + 1] = {0}, m = WN_DISTINCT_REGISTERS;
    for (int i = 0; i < WN_DISTINCT_REGISTERS; i++)
        counts[distinct->registers[i]]++;
    double z = m * tau(1 - counts[MOST] / m);
    for (int k = MOST - 1; k >= 1; k--)
        z = (z + counts[k]) / 2;
    z += m * sigma(counts[0] / m);
    return m * m / (2 * M_LN2) / z;
}

char *wn_distinct_text(const struct wn_distinct *distinct) {
    char *text = wn_malloc(WN_DISTINCT_REGISTERS + 1);
    for (int i = 0; i < WN_DISTINCT_REGISTERS; i++)
        text[i] = (char)(FIRST + distinct->registers[i]);
    text[WN_DISTINCT_REGISTERS] = '\0';
    return text;
}

bool wn_distinct_parse(struct wn_distinct *distinct, const char *text) {
    if (strlen(text) != WN_DISTINCT_REGISTERS)
        return false;
    for (int i = 0; i < WN_DISTINCT_REGISTERS; i++) {
        int rank = (unsigned char)text[i] - FIRST;
        if (rank < 0 || rank > MOST)
            return false;
        distinct->registers[i] = (unsigned char)rank;
    }
    return true;
}
