// SPDX-License-Identifier: GPL-3.0-or-later
// With n values, df = n - 1 and r = 1 + n spread, the Bayes factor is
// r^(-1/2) ((1 + t^2 / df) / (1 + t^2 / (df r)))^(n/2): it is compared with 1 / alpha, and solved
// for t where the interval is wanted.
#include "core/stats/anytime.h"

#include <math.h>

static double evidence_of(struct wn_moments moments, double ratio) {
    double n = (double)moments.count, df = n - 1;
    if (moments.mean == 0)
        return -log(ratio) / 2;
    if (moments.variance == 0)
        return df * log(ratio) / 2; // t is infinite
    double t2 = n * moments.mean * moments.mean / moments.variance;
    return n / 2 * (log1p(t2 / df) - log1p(t2 / (df * ratio))) - log(ratio) / 2;
}

// The root of the t^2 at which the evidence is just enough; infinite where no t is.
static double critical_t(double n, double ratio, double alpha) {
    double factor = exp((log(ratio) - 2 * log(alpha)) / n);
    return factor < ratio ? sqrt((n - 1) * (factor - 1) / (1 - factor / ratio)) : INFINITY;
}

struct wn_anytime wn_anytime_t(struct wn_moments moments, double spread, double alpha) {
    struct wn_anytime test = {.p = 1, .half_width = INFINITY};
    if (moments.count < 2)
        return test;
    double n = (double)moments.count, ratio = 1 + n * spread;
    double t = critical_t(n, ratio, alpha);
    test.evidence = evidence_of(moments, ratio);
    test.p = fmin(1, exp(-test.evidence));
    test.half_width = isinf(t) ? INFINITY : t * sqrt(moments.variance / n);
    return test;
}

static bool is_decided(struct wn_moments moments, double spread, double alpha, double least) {
    double half = wn_anytime_t(moments, spread, alpha).half_width, off = fabs(moments.mean);
    return off > half || off + half < least;
}

size_t wn_anytime_needed(struct wn_moments moments, double spread, double alpha, double least,
                         size_t most) {
    size_t low = moments.count; // not decided
    if (moments.count < 2 || is_decided(moments, spread, alpha, least))
        return moments.count < 2 ? 0 : moments.count;
    moments.count = most;
    if (most <= low || !is_decided(moments, spread, alpha, least))
        return 0;
    while (most - low > 1) { // the interval only narrows
        moments.count = low + (most - low) / 2;
        if (is_decided(moments, spread, alpha, least))
            most = moments.count;
        else
            low = moments.count;
    }
    return most;
}
