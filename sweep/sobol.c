// SPDX-License-Identifier: GPL-3.0-or-later
// GSL's coordinates have 30 binary digits.
#include "sweep/sobol.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_qrng.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

enum { DIGITS = 30 };

struct wn_sobol {
    size_t dimensions;
    uint32_t shift[WN_SOBOL_MOST];
    gsl_qrng *sequence;
    bool begun;
};

struct wn_sobol *wn_sobol_new(size_t dimensions, struct wn_rng *rng) {
    struct wn_sobol *sobol = wn_calloc(1, sizeof *sobol);
    sobol->dimensions = dimensions < WN_SOBOL_MOST ? dimensions : WN_SOBOL_MOST;
    for (size_t i = 0; i < WN_SOBOL_MOST; i++)
        sobol->shift[i] = (uint32_t)(wn_rng_next(rng) >> (64 - DIGITS));
    unsigned allocated = sobol->dimensions ? (unsigned)sobol->dimensions : 1;
    sobol->sequence = gsl_qrng_alloc(gsl_qrng_sobol, allocated);
    if (!sobol->sequence)
        wn_out_of_memory();
    return sobol;
}

// The coordinate in the middle of its interval of 2^-30, so never 0 or 1.
static double shifted(double coordinate, uint32_t shift) {
    uint32_t digits = (uint32_t)(coordinate * (1 << DIGITS)) ^ shift;
    return ((double)digits + 0.5) / (1 << DIGITS);
}

bool wn_sobol_next(struct wn_sobol *sobol, double *point) {
    double unshifted[WN_SOBOL_MOST] = {0};
    if (sobol->begun && gsl_qrng_get(sobol->sequence, unshifted) != GSL_SUCCESS)
        return false;
    sobol->begun = true;
    for (size_t i = 0; i < sobol->dimensions; i++)
        point[i] = shifted(unshifted[i], sobol->shift[i]);
    return true;
}

void wn_sobol_free(struct wn_sobol *sobol) {
    gsl_qrng_free(sobol->sequence);
    free(sobol);
}
