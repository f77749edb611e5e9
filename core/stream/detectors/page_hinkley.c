// SPDX-License-Identifier: GPL-3.0-or-later
// Page and Hinkley's test, both ways: sums of distances from the mean so far, which wander off when
// that is not the mean any more. Page, Continuous inspection schemes (1954); with forgetting as
// river has it.
#include <math.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/stream/detector.h"

enum { LEAST = 30 };

static const double slack = 0.005, threshold = 50, forgetting = 0.9999;

struct sums {
    double n, mean;
    double up, down;        // for a mean that grew, and one that fell
    double least, greatest; // of them
    bool fired;
};

static struct sums fresh(void) {
    return (struct sums){.least = INFINITY, .greatest = -INFINITY};
}

static void *create(void) {
    struct sums *sums = wn_calloc(1, sizeof *sums);
    *sums = fresh();
    return sums;
}

static bool add(void *state, double value) {
    struct sums *sums = state;
    if (sums->fired)
        *sums = fresh();
    sums->n++;
    sums->mean += (value - sums->mean) / sums->n;
    double distance = value - sums->mean;
    sums->up = forgetting * sums->up + distance - slack;
    sums->down = forgetting * sums->down + distance + slack;
    sums->least = fmin(sums->least, sums->up);
    sums->greatest = fmax(sums->greatest, sums->down);
    sums->fired = sums->n >= LEAST &&
                  (sums->up - sums->least > threshold || sums->greatest - sums->down > threshold);
    return sums->fired;
}

const struct wn_detector_type wn_detector_page_hinkley = {
    .name = "page-hinkley",
    .summary = "the mean moved, by more than 50 in all",
    .paper = "Page 1954",
    .create = create,
    .add = add,
    .free = free,
};
