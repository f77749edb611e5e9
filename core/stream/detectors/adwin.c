// SPDX-License-Identifier: GPL-3.0-or-later
// ADWIN, the adaptive window of Bifet and Gavalda, Learning from time-changing data with adaptive
// windowing (2007), as river has it: an exponential histogram of the window, cut where two parts
// have means that differ by more than epsilon.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/stream/detector.h"

enum { BUCKETS = 5, ROWS = 48, CLOCK = 32, LEAST_PART = 5, GRACE = 10 };

static const double delta = 0.002;

struct row { // buckets of 2^index values each, oldest first
    int count;
    double totals[BUCKETS + 1], variances[BUCKETS + 1]; // sums of squared distances
};

struct window {
    struct row rows[ROWS]; // the newest values first
    int row_count;
    double width, total, variance;
    long ticks;
    bool fired;
};

static double spread(double n, double m, double distance) {
    return n * m * distance * distance / (n + m);
}

static void drop_first(struct row *row, int count) {
    size_t left = (size_t)(row->count - count);
    memmove(row->totals, row->totals + count, left * sizeof *row->totals);
    memmove(row->variances, row->variances + count, left * sizeof *row->variances);
    row->count -= count;
}

// Where a row is full its two oldest buckets become one of the next row.
static void compress(struct window *window) {
    for (int i = 0; i + 1 < ROWS && window->rows[i].count > BUCKETS; i++) {
        struct row *row = &window->rows[i], *next = &window->rows[i + 1];
        double size = ldexp(1, i), distance = (row->totals[0] - row->totals[1]) / size;
        if (window->row_count == i + 1)
            window->row_count++;
        next->totals[next->count] = row->totals[0] + row->totals[1];
        next->variances[next->count++] =
            row->variances[0] + row->variances[1] + spread(size, size, distance);
        drop_first(row, 2);
    }
}

static void insert(struct window *window, double value) {
    struct row *row = &window->rows[0];
    if (window->width > 0)
        window->variance += spread(1, window->width, value - window->total / window->width);
    row->totals[row->count] = value;
    row->variances[row->count++] = 0;
    window->width++;
    window->total += value;
    compress(window);
}

static void drop_oldest(struct window *window) {
    struct row *row = &window->rows[window->row_count - 1];
    double size = ldexp(1, window->row_count - 1);
    window->width -= size;
    window->total -= row->totals[0];
    double distance = row->totals[0] / size - window->total / window->width;
    window->variance -= row->variances[0] + spread(size, window->width, distance);
    drop_first(row, 1);
    while (window->row_count > 1 && !window->rows[window->row_count - 1].count)
        window->row_count--;
}

static bool differ(const struct window *window, double old, double new, double distance) {
    double reciprocal = 1 / (old - LEAST_PART + 1) + 1 / (new - LEAST_PART + 1);
    double log_delta = log(2 * log(window->width) / delta);
    double variance = window->variance / window->width;
    double epsilon = sqrt(2 * reciprocal * variance * log_delta) + 2.0 / 3 * log_delta * reciprocal;
    return fabs(distance) > epsilon;
}

// Tries the cuts from the oldest bucket on, never within the newest one of a row.
static bool has_cut(const struct window *window) {
    double old = 0, new = window->width, old_total = 0, new_total = window->total;
    for (int i = window->row_count - 1; i >= 0; i--)
        for (int k = 0; k < window->rows[i].count - 1; k++) {
            old += ldexp(1, i);
            new -= ldexp(1, i);
            old_total += window->rows[i].totals[k];
            new_total -= window->rows[i].totals[k];
            if (old >= LEAST_PART && new >= LEAST_PART &&
                differ(window, old, new, old_total / old - new_total / new))
                return true;
        }
    return false;
}

static void *create(void) {
    struct window *window = wn_calloc(1, sizeof *window);
    window->row_count = 1;
    return window;
}

static bool add(void *state, double value) {
    struct window *window = state;
    if (window->fired)
        *window = (struct window){.row_count = 1};
    insert(window, value);
    if (++window->ticks % CLOCK || window->width <= GRACE)
        return false;
    while (window->width > 0 && has_cut(window)) {
        drop_oldest(window);
        window->fired = true;
    }
    return window->fired;
}

const struct wn_detector_type wn_detector_adwin = {
    .name = "adwin",
    .summary = "the mean moved: of two parts of a window that grows",
    .paper = "Bifet and Gavalda 2007",
    .create = create,
    .add = add,
    .free = free,
};
