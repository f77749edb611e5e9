// SPDX-License-Identifier: GPL-3.0-or-later
// p-values of several tests, adjusted so that they can be held against one level.
#ifndef WN_STATS_ADJUST_H
#define WN_STATS_ADJUST_H

#include <stddef.h>

// Family-wise: Bonferroni; Holm (1979); Hochberg (1988); Hommel (1988), as Wright (1992) computes
// it. False discoveries: Benjamini and Hochberg (1995), and Benjamini and Yekutieli (2001) for
// tests that depend on each other in any way.
enum wn_adjustment {
    WN_ADJUST_HOLM,
    WN_ADJUST_BH,
    WN_ADJUST_BONFERRONI,
    WN_ADJUST_BY,
    WN_ADJUST_HOMMEL,
    WN_ADJUST_HOCHBERG,
    WN_ADJUSTMENTS
};

// A NaN is no test: left out of the family, and NaN in `adjusted` too.
void wn_adjust(const double *p, size_t count, enum wn_adjustment method, double *adjusted);

#endif
