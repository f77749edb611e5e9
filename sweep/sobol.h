// SPDX-License-Identifier: GPL-3.0-or-later
// Sobol's low-discrepancy sequence (GSL's), moved by a random digital shift: each coordinate's
// binary digits are XORed with the same random ones for all points, which keeps the sequence's
// evenness and makes each single point uniformly distributed (L'Ecuyer and Lemieux 2002; in base 2
// what Cranley and Patterson 1976 did modulo 1; Owen's scrambling would also permute digits). The
// first point, the origin, belongs to it (Owen 2022), though GSL leaves it out.
#ifndef WN_SOBOL_H
#define WN_SOBOL_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/rng.h"

#define WN_SOBOL_MOST 40 // dimensions of GSL's tables; beyond, it fails without saying so

struct wn_sobol;

// Of min(dimensions, WN_SOBOL_MOST) coordinates; the shift is drawn from rng.
struct wn_sobol *wn_sobol_new(size_t dimensions, struct wn_rng *rng);
// The next point, first the origin, each coordinate within (0, 1). False after its end, 2^30
// points.
bool wn_sobol_next(struct wn_sobol *sobol, double *point);
void wn_sobol_free(struct wn_sobol *sobol);

#endif
