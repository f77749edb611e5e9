// SPDX-License-Identifier: GPL-3.0-or-later
// Far below zero the asymptotic series of the normal's tail (Abramowitz and Stegun 26.2.12) is
// exact to 12 digits.
#include "sweep/gp/logei.h"

#include <math.h>

static const double log_sqrt_2_pi = 0.9189385332046727, asymptotic = -25;

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

// Of one draw; the derivatives by the mean and by the deviation.
static double log_ei(double mean, double best, double deviation, double *by_mean,
                     double *by_deviation) {
    double z = (best - mean) / deviation, slope;
    double value = wn_log_improvement(z, &slope);
    *by_mean = -slope / deviation;
    *by_deviation = (1 - slope * z) / deviation;
    return log(deviation) + value;
}

// By the largest term, and shares of it that are added up as the largest one changes.
double wn_log_ei(const double *means, const double *bests, size_t draws, double deviation,
                 double *by_means, double *by_deviation) {
    double most = -INFINITY, sum = 0, slope_by_deviation = 0;
    for (size_t m = 0; m < draws; m++) {
        double by_mean, by_sd;
        double value = log_ei(means[m], bests[m], deviation, &by_mean, &by_sd);
        if (value > most) {
            double fade = exp(most - value);
            sum *= fade;
            slope_by_deviation *= fade;
            for (size_t i = 0; by_means && i < m; i++)
                by_means[i] *= fade;
            most = value;
        }
        double share = exp(value - most);
        sum += share;
        slope_by_deviation += share * by_sd;
        if (by_means)
            by_means[m] = share * by_mean;
    }
    for (size_t m = 0; by_means && m < draws; m++)
        by_means[m] /= sum;
    if (by_deviation)
        *by_deviation = slope_by_deviation / sum;
    return most + log(sum / (double)draws);
}
