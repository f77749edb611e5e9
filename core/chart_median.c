// SPDX-License-Identifier: GPL-3.0-or-later
// A running median: the last points in a ring, their values beside it in order. A point's median is
// known when `around` further points came.
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/chart_private.h"

struct wn_median {
    size_t around, size;         // size: 2 x around + 1
    struct wn_chart_point *ring; // point i is at i % size
    double *sorted;
    size_t count;  // of sorted
    size_t added;  // points that came
    size_t oldest; // of those in sorted
    size_t next;   // whose median is due
};

struct wn_median *wn_median_new(size_t around) {
    struct wn_median *median = wn_calloc(1, sizeof *median);
    median->around = around;
    median->size = 2 * around + 1;
    median->ring = wn_calloc(median->size, sizeof *median->ring);
    median->sorted = wn_calloc(median->size, sizeof *median->sorted);
    return median;
}

void wn_median_free(struct wn_median *median) {
    if (!median)
        return;
    free(median->ring);
    free(median->sorted);
    free(median);
}

// The first place in order that is not below `value`.
static size_t find(const struct wn_median *median, double value) {
    size_t low = 0, high = median->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (median->sorted[middle] < value)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void drop_oldest(struct wn_median *median) {
    size_t at = find(median, median->ring[median->oldest++ % median->size].value);
    median->count--;
    memmove(median->sorted + at, median->sorted + at + 1,
            (median->count - at) * sizeof *median->sorted);
}

static void insert(struct wn_median *median, double value) {
    size_t at = find(median, value);
    memmove(median->sorted + at + 1, median->sorted + at,
            (median->count - at) * sizeof *median->sorted);
    median->sorted[at] = value;
    median->count++;
}

static struct wn_chart_point middle(struct wn_median *median) {
    size_t half = median->count / 2;
    double value = median->count % 2 ? median->sorted[half]
                                     : (median->sorted[half - 1] + median->sorted[half]) / 2;
    return (struct wn_chart_point){median->ring[median->next++ % median->size].x, value};
}

bool wn_median_add(struct wn_median *median, struct wn_chart_point point,
                   struct wn_chart_point *smooth) {
    if (median->count == median->size)
        drop_oldest(median);
    median->ring[median->added++ % median->size] = point;
    insert(median, point.value);
    if (median->added <= median->around)
        return false;
    *smooth = middle(median);
    return true;
}

bool wn_median_rest(struct wn_median *median, struct wn_chart_point *smooth) {
    if (median->next == median->added)
        return false;
    if (median->next > median->oldest + median->around)
        drop_oldest(median);
    *smooth = middle(median);
    return true;
}
