// SPDX-License-Identifier: GPL-3.0-or-later
// The drift detection method of Gama, Medas, Castillo and Rodrigues, Learning with drift detection
// (2004): the share of errors is three standard deviations above the best one so far.
#include <math.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/stream/detector.h"

enum { WARM_UP = 30 };

struct errors {
    double n, share;
    double best_share, best_deviation; // where their sum was the least
    bool fired;
};

static struct errors fresh(void) {
    return (struct errors){.best_share = INFINITY, .best_deviation = INFINITY};
}

static void *create(void) {
    struct errors *errors = wn_calloc(1, sizeof *errors);
    *errors = fresh();
    return errors;
}

static bool add(void *state, double value) {
    struct errors *errors = state;
    if (errors->fired)
        *errors = fresh();
    errors->n++;
    errors->share += (value - errors->share) / errors->n;
    if (errors->n <= WARM_UP)
        return false;
    double deviation = sqrt(errors->share * (1 - errors->share) / errors->n);
    if (errors->share + deviation <= errors->best_share + errors->best_deviation) {
        errors->best_share = errors->share;
        errors->best_deviation = deviation;
    }
    errors->fired = errors->share + deviation > errors->best_share + 3 * errors->best_deviation;
    return errors->fired;
}

const struct wn_detector_type wn_detector_ddm = {
    .name = "ddm",
    .summary = "errors (zeros and ones) are more frequent than at their best",
    .paper = "Gama and others 2004",
    .shares = true,
    .create = create,
    .add = add,
    .free = free,
};
