// SPDX-License-Identifier: GPL-3.0-or-later
// Adjustments step through the p-values in order, upward or downward.
#include "core/stats/adjust.h"

#include <math.h>
#include <stdlib.h>

#include "core/base/mem.h"

struct entry {
    double p;
    size_t index;
};

static int by_p(const void *a, const void *b) {
    const struct entry *x = a, *y = b;
    return x->p != y->p ? (x->p > y->p) - (x->p < y->p)
                        : (x->index > y->index) - (x->index < y->index);
}

static void step_down(const struct entry *sorted, size_t m, double *out) {
    double largest = 0;
    for (size_t i = 0; i < m; i++) {
        largest = fmax(largest, sorted[i].p * (double)(m - i));
        out[sorted[i].index] = fmin(largest, 1);
    }
}

// From the largest on; the i-th smallest is multiplied by `scale` times m/i, or by m - i + 1.
static void step_up(const struct entry *sorted, size_t m, double scale, double *out) {
    double smallest = 1;
    for (size_t i = m; i-- > 0;) {
        double factor = scale > 0 ? scale * (double)m / (double)(i + 1) : (double)(m - i);
        smallest = fmin(smallest, sorted[i].p * factor);
        out[sorted[i].index] = smallest;
    }
}

static double harmonic(size_t m) {
    double sum = 0;
    for (size_t i = 1; i <= m; i++)
        sum += 1 / (double)i;
    return sum;
}

// One round of Wright's algorithm: what the hypotheses' families of `size` say.
static void hommel_round(const struct entry *sorted, size_t m, size_t size, double *best) {
    size_t low = m - size + 1; // of those, all are in the first part
    double least = (double)size * sorted[low].p / 2;
    for (size_t i = low; i < m; i++)
        least = fmin(least, (double)size * sorted[i].p / (double)(i - low + 2));
    double last = fmin(least, (double)size * sorted[m - size].p);
    for (size_t i = 0; i < m; i++)
        best[i] = fmax(best[i], i >= low ? last : fmin(least, (double)size * sorted[i].p));
}

static void hommel(const struct entry *sorted, size_t m, double *out) {
    double *best = wn_malloc((m + 1) * sizeof *best), first = 1;
    for (size_t i = 0; i < m; i++)
        first = fmin(first, (double)m * sorted[i].p / (double)(i + 1));
    for (size_t i = 0; i < m; i++)
        best[i] = first;
    for (size_t size = m - 1; m > 1 && size > 1; size--)
        hommel_round(sorted, m, size, best);
    for (size_t i = 0; i < m; i++)
        out[sorted[i].index] = fmin(1, fmax(best[i], sorted[i].p));
    free(best);
}

static void apply(const struct entry *sorted, size_t m, enum wn_adjustment method, double *out) {
    switch (method) {
    case WN_ADJUST_HOLM:
        step_down(sorted, m, out);
        break;
    case WN_ADJUST_BH:
        step_up(sorted, m, 1, out);
        break;
    case WN_ADJUST_BY:
        step_up(sorted, m, harmonic(m), out);
        break;
    case WN_ADJUST_HOCHBERG:
        step_up(sorted, m, 0, out);
        break;
    case WN_ADJUST_HOMMEL:
        hommel(sorted, m, out);
        break;
    default:
        for (size_t i = 0; i < m; i++)
            out[sorted[i].index] = fmin(1, sorted[i].p * (double)m);
    }
}

void wn_adjust(const double *p, size_t count, enum wn_adjustment method, double *adjusted) {
    struct entry *sorted = wn_malloc((count + 1) * sizeof *sorted);
    size_t m = 0;
    for (size_t i = 0; i < count; i++) {
        adjusted[i] = NAN;
        if (!isnan(p[i]))
            sorted[m++] = (struct entry){p[i], i};
    }
    qsort(sorted, m, sizeof *sorted, by_p);
    apply(sorted, m, method, adjusted);
    free(sorted);
}
