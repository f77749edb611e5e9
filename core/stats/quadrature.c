// SPDX-License-Identifier: GPL-3.0-or-later
// Integrals and crossings.
#include "core/stats/quadrature.h"

#include <math.h>

enum { LEVELS = 7 };
static const double reach = 6; // of t: a node there is 1e-275 of the way from an end

static double node(const struct wn_integrand *integrand, double width, double t) {
    double stretch = M_PI * sinh(t), low = 1 / (1 + exp(-stretch)), high = 1 / (1 + exp(stretch));
    double weight = M_PI * cosh(t) * low * high;
    return weight > 0 ? weight * integrand->at(integrand->context, width * low, width * high) : 0;
}

// The nodes lie `step` apart, the first one at `begin`.
static double nodes(const struct wn_integrand *integrand, double width, double begin, double step) {
    double sum = 0;
    int count = (int)floor((reach - begin) / step) + 1;
    for (int i = 0; i < count; i++)
        sum += node(integrand, width, begin + i * step);
    return sum;
}

double wn_integrate(const struct wn_integrand *integrand, double low, double high) {
    double width = high - low, step = 0.125, sum, before;
    if (!(width > 0))
        return 0;
    sum = nodes(integrand, width, -reach, step) * step;
    for (int level = 0; level < LEVELS; level++) { // every level halves the step
        before = sum;
        sum = sum / 2 + nodes(integrand, width, -reach + step / 2, step) * step / 2;
        step /= 2;
        if (fabs(sum - before) <= 1e-13 * fabs(sum))
            break;
    }
    return sum * width;
}

double wn_bisect(double (*at)(const void *context, double x), const void *context, double level,
                 double inside, double outside) {
    double sign = at(context, inside) > level ? 1 : -1;
    for (int i = 0; i < 200; i++) {
        double middle = inside + (outside - inside) / 2;
        if (middle == inside || middle == outside)
            break;
        if (sign * (at(context, middle) - level) > 0)
            inside = middle;
        else
            outside = middle;
    }
    return inside + (outside - inside) / 2;
}
