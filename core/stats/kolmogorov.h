// SPDX-License-Identifier: GPL-3.0-or-later
// The distributions of Kolmogorov's statistic: how far an empirical distribution function strays.
#ifndef WN_STATS_KOLMOGOROV_H
#define WN_STATS_KOLMOGOROV_H

#include <stddef.h>

// P(sqrt(n) D_n > z) as n grows: Kolmogorov (1933), for small z in the form of Jacobi's theta
// function.
double wn_kolmogorov_limit(double z);

// P(D_n > d) of a sample of n, as Simard and L'Ecuyer, Computing the two-sided Kolmogorov-Smirnov
// distribution (2011), choose the way: Ruben and Gambino's closed forms at the ends, the matrix of
// Marsaglia, Tsang and Wang (2003), twice the one-sided probability where the tail is small, and
// beyond n = 140 the expansion of Pelz and Good (1976).
double wn_kolmogorov_tail(double n, double d);

// P(D_n+ > d), one-sided: Birnbaum and Tingey (1951).
double wn_smirnov_tail(double n, double d);

// The limit where values are tied: P(|B| >= z at any of the `count` times) of a Brownian bridge B,
// times upward in (0, 1] (Wood and Altavela, Large-sample results for Kolmogorov-Smirnov statistics
// for discrete distributions, 1978). Integrated step by step; times closer to each other than the
// grid count as one.
double wn_kolmogorov_steps(double z, const double *times, size_t count);

#endif
