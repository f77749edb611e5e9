// SPDX-License-Identifier: GPL-3.0-or-later
// How many distinct values there are, about, in 4 KiB: HyperLogLog (Flajolet, Fusy, Gandouet and
// Meunier 2007) with 4096 registers, a standard error of 1.6%, and the estimator of Ertl, New
// cardinality estimation algorithms for HyperLogLog sketches (2017), which needs no tables.
#ifndef WN_DATA_DISTINCT_H
#define WN_DATA_DISTINCT_H

#include <stdbool.h>
#include <stdint.h>

enum { WN_DISTINCT_REGISTERS = 4096 };

struct wn_distinct {
    unsigned char registers[WN_DISTINCT_REGISTERS]; // 0 to 53
};

void wn_distinct_add(struct wn_distinct *distinct, uint64_t hash); // a good hash of the value
void wn_distinct_merge(struct wn_distinct *distinct, const struct wn_distinct *other);
double wn_distinct_estimate(const struct wn_distinct *distinct);

// As text, a character a register; false: this is none.
char *wn_distinct_text(const struct wn_distinct *distinct); // the caller frees
bool wn_distinct_parse(struct wn_distinct *distinct, const char *text);

#endif
