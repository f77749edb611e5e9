// SPDX-License-Identifier: GPL-3.0-or-later
// What is believed of the objective and of failures, from the observations so far. A pure function
// of them: nothing of an earlier fit comes in, so that a resumed search believes the same.
#ifndef WN_BAYES_MODEL_H
#define WN_BAYES_MODEL_H

#include "core/base/rng.h"
#include "sweep/bayes/acquisition.h"

struct wn_belief_data { // points: of a coordinate per dimension, point after point
    size_t dimensions;
    const bool *nominal;
    size_t count;                  // of observations
    const double *points, *values; // values: less is better, finite
    const double *errors;          // standard errors; NaN: unknown
    size_t pending_count;
    const double *pending;
    size_t failure_count;
    const double *failures; // points where trials failed
};

struct wn_belief;

// NULL where no model can be had: fewer than two observations.
struct wn_belief *wn_belief_new(const struct wn_belief_data *data, struct wn_rng rng);
const struct wn_acquisition *wn_belief_acquisition(const struct wn_belief *belief);
void wn_belief_free(struct wn_belief *belief);

#endif
