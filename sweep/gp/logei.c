// SPDX-License-Identifier: GPL-3.0-or-later
// Far below zero the asymptotic series of the normal's tail (Abramowitz and Stegun 26.2.12) is
// exact to 12 digits.
#include "sweep/gp/logei.h"

#include <math.h>
#include <stdbool.h>

static const double log_sqrt_2_pi = 0.9189385332046727, asymptotic = -25, near = -20;

static double log_improvement_far_below(double z, double *slope) {
    double v = 1 / (z * z);
    // phi (1 - |z| Phi / phi) = phi v (1 - 3 v + 15 v^2 - ...); Phi = phi / |z| (1 - v + 3 v^2 -
    // ...)
    double series = 1 - v * (3 - v * (15 - v * (105 - v * (945 - v * 10395))));
    double tail = 1 - v * (1 - v * (3 - v * (15 - v * (105 - v * 945))));
    if (slope)
        *slope = -z * tail / series;
    return -0.5 * z * z - log_sqrt_2_pi + log(v * series);
}

double wn_log_improvement(double z, double *slope) {
    if (z < asymptotic)
        return log_improvement_far_below(z, slope);
    double below = 0.5 * erfc(-z * M_SQRT1_2);
    double improvement = exp(-0.5 * z * z - log_sqrt_2_pi) + z * below;
    if (slope)
        *slope = below / improvement;
    return log(improvement);
}

static double largest_z(const double *means, const double *bests, size_t draws, double deviation) {
    double largest = -INFINITY;
    for (size_t m = 0; m < draws; m++)
        largest = fmax(largest, bests[m] - means[m]);
    return largest / deviation;
}

struct term { // phi(z) + z Phi(z), Phi(z) and phi(z), perhaps all of them scaled
    double improvement, below, density;
};

static struct term term_at(double z) {
    if (z < asymptotic)
        return (struct term){0};
    struct term term = {.below = 0.5 * erfc(-z * M_SQRT1_2),
                        .density = exp(-0.5 * z * z - log_sqrt_2_pi)};
    term.improvement = term.density + z * term.below;
    return term;
}

static struct term scaled_term_at(double z, double log_scale) {
    double slope, improvement = exp(wn_log_improvement(z, &slope) - log_scale);
    return (struct term){.improvement = improvement,
                         .below = slope * improvement,
                         .density = (1 - slope * z) * improvement};
}

// Logarithms of each draw's term are taken where all are far below only: otherwise those that are
// add nothing to the sum.
double wn_log_ei(const double *means, const double *bests, size_t draws, double deviation,
                 double *by_means, double *by_deviation) {
    double largest = largest_z(means, bests, draws, deviation);
    bool scaled = !(largest > near);
    double log_scale = scaled ? wn_log_improvement(largest, NULL) : 0;
    double sum = 0, density_sum = 0;
    for (size_t m = 0; m < draws; m++) {
        double z = (bests[m] - means[m]) / deviation;
        struct term term = scaled ? scaled_term_at(z, log_scale) : term_at(z);
        sum += term.improvement;
        density_sum += term.density;
        if (by_means)
            by_means[m] = -term.below / deviation;
    }
    for (size_t m = 0; by_means && m < draws; m++)
        by_means[m] /= sum;
    if (by_deviation)
        *by_deviation = density_sum / (sum * deviation);
    return log_scale + log(deviation * sum / (double)draws);
}
