// SPDX-License-Identifier: GPL-3.0-or-later
// Kolmogorov's distributions. Powers and factorials are kept as logarithms, or scaled.
#include "core/stats/kolmogorov.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

static double clip(double p) {
    return fmin(fmax(p, 0), 1);
}

double wn_kolmogorov_limit(double z) {
    if (z <= 0)
        return 1;
    double sum = 0, term = 1;
    if (z < 1) {
        for (int k = 1; k < 20; k += 2)
            sum += exp(-k * k * M_PI * M_PI / (8 * z * z));
        return clip(1 - sqrt(2 * M_PI) / z * sum);
    }
    for (int k = 1; k < 100 && term > 0; k++) {
        term = exp(-2 * k * k * z * z);
        sum += k % 2 ? term : -term;
    }
    return clip(2 * sum);
}

// ---- one-sided ----------------------------------------------------------------------------------

// What Stirling's formula leaves of log k!.
static double stirling_rest(double k) {
    if (k < 16)
        return lgamma(k + 1) - (k + 0.5) * log(k) + k - 0.5 * log(2 * M_PI);
    double square = k * k;
    return (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - 1.0 / 1680 / square) / square) / square) / k;
}

double wn_smirnov_tail(double n, double d) {
    if (d <= 0)
        return 1;
    if (d >= 1)
        return 0;
    double sum = exp(n * log1p(-d)), shift = n * d, whole = stirling_rest(n);
    size_t terms = (size_t)ceil(n - shift);
    for (size_t i = 1; i < terms; i++) { // C(n,j) by Stirling, joined with the powers
        double j = (double)i, rest = n - j;
        double power = whole - stirling_rest(j) - stirling_rest(rest) + j * log1p(shift / j) +
                       rest * log1p(-shift / rest);
        sum += shift / (shift + j) * sqrt(n / (2 * M_PI * j * rest)) * exp(power);
    }
    return clip(sum);
}

// ---- two-sided, from small tables ---------------------------------------------------------------

// A square matrix times a power of ten to `exponent`.
struct scaled {
    double *cells;
    int size, exponent;
};

static void multiply(const struct scaled *a, const struct scaled *b, struct scaled *out) {
    int m = a->size;
    memset(out->cells, 0, sizeof *out->cells * (size_t)m * (size_t)m);
    for (int i = 0; i < m; i++)
        for (int k = 0; k < m; k++)
            for (int j = 0; j < m; j++)
                out->cells[i * m + j] += a->cells[i * m + k] * b->cells[k * m + j];
    out->exponent = a->exponent + b->exponent;
    if (out->cells[m / 2 * m + m / 2] < 1e140)
        return;
    for (int i = 0; i < m * m; i++)
        out->cells[i] *= 1e-140;
    out->exponent += 140;
}

static void swap(struct scaled *a, struct scaled *b) {
    struct scaled kept = *a;
    *a = *b;
    *b = kept;
}

// Raises `base` to the n-th power into `power`, which begins as the unit matrix.
static void raise(struct scaled *base, struct scaled *power, struct scaled *spare, unsigned n) {
    for (; n; n >>= 1) {
        if (n & 1) {
            multiply(base, power, spare);
            swap(power, spare);
        }
        if (n > 1) {
            multiply(base, base, spare);
            swap(base, spare);
        }
    }
}

// The matrix H of Marsaglia, Tsang and Wang for n d = k - h.
static void fill_matrix(double *cells, int m, double h) {
    for (int i = 0; i < m; i++)
        for (int j = 0; j < m; j++)
            cells[i * m + j] = i - j + 1 >= 0;
    double *last = cells + (size_t)(m - 1) * (size_t)m;
    for (int i = 0; i < m; i++) {
        cells[(size_t)i * (size_t)m] -= pow(h, i + 1);
        last[i] -= pow(h, m - i);
    }
    last[0] += 2 * h > 1 ? pow(2 * h - 1, m) : 0;
    for (int i = 0; i < m; i++)
        for (int j = 0; j < m && j <= i; j++)
            cells[i * m + j] /= tgamma(i - j + 2);
}

static double matrix_cdf(double n, double d) {
    int k = (int)(n * d) + 1, m = 2 * k - 1;
    size_t size = (size_t)m * (size_t)m;
    double *cells = wn_calloc(3 * size, sizeof *cells);
    struct scaled base = {cells, m, 0}, power = {cells + size, m, 0},
                  spare = {cells + 2 * size, m, 0};
    fill_matrix(base.cells, m, k - n * d);
    for (int i = 0; i < m; i++)
        power.cells[i * m + i] = 1;
    raise(&base, &power, &spare, (unsigned)n);
    double middle = power.cells[(k - 1) * m + k - 1];
    double log_cdf = log(middle) + power.exponent * M_LN10 + lgamma(n + 1) - n * log(n);
    free(cells);
    return clip(exp(log_cdf));
}

// ---- two-sided, by expansion --------------------------------------------------------------------

// Pelz and Good, eq. 5 to 8: K0(z) + K1(z)/n^(1/2) + K2(z)/n + K3(z)/n^(3/2), theta functions all.
static double expansion_cdf(double n, double d) {
    const double pi2 = M_PI * M_PI, pi4 = pi2 * pi2, pi6 = pi4 * pi2;
    double z = sqrt(n) * d, z2 = z * z, z4 = z2 * z2, z6 = z4 * z2, sums[4] = {0};
    for (int k = (int)ceil(16 * z / M_PI); k > 0; k--) {
        double odd = 2 * k - 1, o2 = odd * odd, o4 = o2 * o2, o6 = o4 * o2;
        double weight = exp(-pi2 / 8 / z2 * o2), even = pi2 * k * k,
               weight_even = exp(-pi2 / 2 / z2 * k * k);
        sums[0] += weight;
        sums[1] += weight * (-z2 + pi2 / 4 * o2);
        sums[2] += weight * (6 * z6 + 2 * z4 + (2 * z4 - 5 * z2) * pi2 / 4 * o2 +
                             pi4 * (1 - 2 * z2) / 16 * o4);
        sums[2] -= weight_even * 2 * z4 * even;
        sums[3] += weight * (-30 * z6 - 90 * z6 * z2 + pi2 * (135 * z4 - 96 * z6) / 4 * o2 +
                             pi4 * (212 * z4 - 60 * z2) / 16 * o4 + pi6 * (5 - 30 * z2) / 64 * o6);
        sums[3] += weight_even * 30 * z4 * (3 * z2 - even) * even;
    }
    double root = sqrt(n);
    return clip(sqrt(2 * M_PI) *
                (sums[0] / z + sums[1] / (6 * z4 * root) + sums[2] / (72 * z6 * z * n) +
                 sums[3] / (6480 * z6 * z4 * n * root)));
}

double wn_kolmogorov_tail(double n, double d) {
    double t = n * d, square = t * d;
    if (d >= 1)
        return 0;
    if (t <= 0.5)
        return 1;
    if (t <= 1)
        return clip(1 - exp(lgamma(n + 1) - n * log(n) + n * log(2 * t - 1)));
    if (t >= n - 1)
        return 2 * exp(n * log1p(-d));
    if (d >= 0.5 || square >= (n <= 140 ? 4 : 2.2))
        return clip(2 * wn_smirnov_tail(n, d));
    bool small = n <= 140 || (n <= 10000 && t * sqrt(d) <= 1.4);
    return clip(1 - (small ? matrix_cdf(n, d) : expansion_cdf(n, d)));
}

// ---- with ties ----------------------------------------------------------------------------------

enum { CELLS = 200 };

static double gauss(double x, double variance) {
    return exp(-x * x / (2 * variance)) / sqrt(2 * M_PI * variance);
}

// The density of a Brownian motion that stayed within (-z, z) so far, after `time` more, at the
// middles of the cells.
static void spread(double *density, double width, double time) {
    double kernel[CELLS] = {0}, next[CELLS];
    int reach = (int)fmin(CELLS - 1, ceil(7 * sqrt(time) / width));
    for (int i = 0; i <= reach; i++)
        kernel[i] = gauss(i * width, time) * width;
    for (int i = 0; i < CELLS; i++) {
        next[i] = 0;
        for (int j = i > reach ? i - reach : 0; j <= i + reach && j < CELLS; j++)
            next[i] += density[j] * kernel[i > j ? i - j : j - i];
    }
    memcpy(density, next, sizeof next);
}

double wn_kolmogorov_steps(double z, const double *times, size_t count) {
    double density[CELLS] = {0}, width = 2 * z / CELLS, at = 0, closed = 0;
    if (!(z > 0))
        return 1;
    for (size_t k = 0; k < count && times[k] < 1; k++) {
        double time = times[k] - at;
        if (time < width * width || 1 - times[k] < width * width)
            continue;
        if (at > 0)
            spread(density, width, time);
        for (int i = 0; i < CELLS && at == 0; i++)
            density[i] = gauss(-z + (i + 0.5) * width, time);
        at = times[k];
    }
    if (at == 0)
        return 0; // one value only
    // Given that it ends at 0: its density there over that of all paths.
    for (int i = 0; i < CELLS; i++)
        closed += density[i] * gauss(-z + (i + 0.5) * width, 1 - at) * width;
    return fmin(fmax(1 - closed / gauss(0, 1), 0), 1);
}
