// SPDX-License-Identifier: GPL-3.0-or-later
// Always-valid tests. The likelihood ratio is kept as a logarithm.
#include "core/stats/sequential.h"

#include <math.h>

struct wn_msprt wn_msprt_new(double tau2, double alpha, double variance) {
    return (struct wn_msprt){.tau2 = tau2,
                             .alpha = alpha,
                             .variance = variance,
                             .diff = NAN,
                             .lambda = NAN,
                             .p = 1,
                             .half_width = NAN};
}

static double variance_so_far(const struct wn_msprt *test) {
    if (!isnan(test->variance))
        return test->variance;
    double n = (double)test->n, x = test->sum_x / n, y = test->sum_y / n;
    return x * (1 - x) + y * (1 - y);
}

void wn_msprt_add(struct wn_msprt *test, double x, double y) {
    test->n++;
    test->sum_x += x;
    test->sum_y += y;
    double n = (double)test->n, v = variance_so_far(test), tau2 = test->tau2;
    test->diff = (test->sum_y - test->sum_x) / n;
    test->lambda = test->half_width = NAN;
    if (!(v > 0))
        return;
    double whole = v + n * tau2;
    double log_ratio =
        log(v / whole) / 2 + n * n * tau2 * test->diff * test->diff / (2 * v * whole);
    test->lambda = exp(log_ratio);
    test->p = fmin(test->p, exp(-log_ratio));
    test->half_width =
        sqrt(2 * v * whole / (n * n * tau2) * (log(1 / test->alpha) + log(whole / v) / 2));
    if (test->first == 0 && test->p <= test->alpha)
        test->first = test->n;
}

struct wn_sequence wn_sequence_of(struct wn_arm a, struct wn_arm b, double alpha, double tuning_n) {
    double rho2 = (-2 * log(alpha) + log(-2 * log(alpha) + 1)) / tuning_n, n = a.n + b.n;
    double variance = n * (a.variance / a.n + b.variance / b.n), grown = n * rho2 + 1;
    double half = sqrt(variance) * sqrt(2 * grown / (n * n * rho2) * log(sqrt(grown) / alpha));
    return (struct wn_sequence){sqrt(rho2), b.mean - a.mean, half};
}
