// SPDX-License-Identifier: GPL-3.0-or-later
// The integral over an interval by the double exponential rule of Takahasi and Mori (1974): it does
// not mind a singular end, because the distances from both ends are told exactly.
#ifndef WN_STATS_QUADRATURE_H
#define WN_STATS_QUADRATURE_H

struct wn_integrand {
    double (*at)(const void *context, double from_low, double to_high);
    const void *context;
};

double wn_integrate(const struct wn_integrand *integrand, double low, double high);

// Where a function that falls from `inside` to `outside`, or rises, crosses `level`.
double wn_bisect(double (*at)(const void *context, double x), const void *context, double level,
                 double inside, double outside);

#endif
