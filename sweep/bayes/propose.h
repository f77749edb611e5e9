// SPDX-License-Identifier: GPL-3.0-or-later
// Finds the configuration where the acquisition is highest: a screening of evenly spread points and
// of neighbours of the best ones, then climbs from several starts: L-BFGS over what is continuous,
// and exchanges of single values over what is not, so that what is compared is always what would
// run.
#ifndef WN_BAYES_PROPOSE_H
#define WN_BAYES_PROPOSE_H

#include "core/base/rng.h"
#include "sweep/bayes/acquisition.h"
#include "sweep/bayes/features.h"

struct wn_propose {
    const struct wn_features *features;
    const struct wn_acquisition *acquisition;
    const struct wn_config *const *incumbents; // the best configurations so far
    size_t incumbent_count;
    // Whether a configuration may be proposed: it is allowed and not out.
    bool (*is_fresh)(void *context, const struct wn_config *config);
    void *context;
    struct wn_rng rng;
};

// False where no fresh configuration was met.
bool wn_propose(const struct wn_propose *setup, struct wn_config *config);

#endif
