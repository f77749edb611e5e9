// SPDX-License-Identifier: GPL-3.0-or-later
// KSWIN of Raab, Heusinger and Schleif, Reactive soft prototype computing for concept drift streams
// (2020): Kolmogorov and Smirnov's test of the newest values against those before them. River draws
// some of the older ones at random; here all of them are taken, so that the answer is always the
// same.
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/stats/ks.h"
#include "core/stream/detector.h"

enum { WINDOW = 100, NEW = 30, OLD = WINDOW - NEW };

static const double alpha = 0.005, least_gap = 0.1;

struct window {
    double values[WINDOW]; // in the order they came
    size_t count;
    bool fired;
};

static void *create(void) {
    return wn_calloc(1, sizeof(struct window));
}

static bool differ(const struct window *window) {
    double sorted[WINDOW];
    struct wn_sample old = {.values = sorted, .count = OLD};
    struct wn_sample new = {.values = sorted + OLD, .count = NEW};
    struct wn_ks test;
    struct wn_err err;
    memcpy(sorted, window->values, sizeof sorted);
    wn_sort(old.values, old.count);
    wn_sort(new.values, new.count);
    return wn_ks(&old, &new, &test, &err) == WN_OK && test.p_exact <= alpha && test.d > least_gap;
}

static bool add(void *state, double value) {
    struct window *window = state;
    if (window->fired)
        window->count = 0;
    if (window->count == WINDOW)
        memmove(window->values, window->values + 1, --window->count * sizeof *window->values);
    window->values[window->count++] = value;
    window->fired = window->count == WINDOW && differ(window);
    return window->fired;
}

const struct wn_detector_type wn_detector_kswin = {
    .name = "kswin",
    .summary = "the distribution of the newest 30 differs from the 70 before",
    .paper = "Raab, Heusinger and Schleif 2020",
    .create = create,
    .add = add,
    .free = free,
};
