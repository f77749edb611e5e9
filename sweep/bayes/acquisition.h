// SPDX-License-Identifier: GPL-3.0-or-later
// What the next configuration is chosen by: log expected improvement, plus the logarithm of the
// probability that a trial there does not fail (Gelbart, Snoek and Adams 2014, eq. 6).
#ifndef WN_BAYES_ACQUISITION_H
#define WN_BAYES_ACQUISITION_H

#include "sweep/gp/posterior.h"

struct wn_acquisition {
    const struct wn_posterior *objective;
    const struct wn_posterior
        *failure; // of a number that is high where trials fail; NULL: none did
    double most;  // of that number, where a trial still succeeds
    double noise; // of that number, a variance
};

// Of `count` points, point after point; over so many draws of the objective at most.
void wn_acquisition_all(const struct wn_acquisition *acquisition, size_t most_draws,
                        const double *points, size_t count, double *values);

struct wn_acquisition_at; // scratch for one thread
struct wn_acquisition_at *wn_acquisition_at_new(const struct wn_acquisition *acquisition);
// At one point, with its gradient, which is 0 in dimensions of names.
double wn_acquisition_look(struct wn_acquisition_at *at, const double *point, double *gradient);
void wn_acquisition_at_free(struct wn_acquisition_at *at);

#endif
