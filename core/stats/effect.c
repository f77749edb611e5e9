// SPDX-License-Identifier: GPL-3.0-or-later
// Effect sizes.
#include "core/stats/effect.h"

#include <math.h>

enum wn_status wn_effect(struct wn_moments x, struct wn_moments y, struct wn_effect *effect,
                         struct wn_err *err) {
    *effect = (struct wn_effect){NAN, NAN, NAN, NAN};
    if (x.count == 0 || y.count == 0)
        return wn_fail(err, WN_NO, "no values in %s", x.count == 0 ? "x" : "y");
    double df = (double)x.count + (double)y.count - 2;
    if (df <= 0)
        return wn_fail(err, WN_NO, "one value on each side: no standard deviation");
    double squares = x.count > 1 ? (double)(x.count - 1) * x.variance : 0;
    squares += y.count > 1 ? (double)(y.count - 1) * y.variance : 0;
    if (squares == 0)
        return wn_fail(err, WN_NO, "zero pooled standard deviation");
    effect->cohens_d = (x.mean - y.mean) / sqrt(squares / df);
    effect->hedges_g = effect->cohens_d * exp(lgamma(df / 2) - lgamma((df - 1) / 2)) / sqrt(df / 2);
    effect->hedges_near = effect->cohens_d * (1 - 3 / (4 * df - 1));
    if (y.count > 1 && y.variance > 0)
        effect->glass_delta = (x.mean - y.mean) / sqrt(y.variance);
    return WN_OK;
}

struct wn_dominance wn_dominance(const struct wn_sample *x, const struct wn_sample *y) {
    double above = 0, pairs = (double)x->count * (double)y->count;
    struct wn_merge merge = wn_merge_of(x, y);
    while (wn_merge_next(&merge))
        above += (double)merge.x_here *
                 ((double)(merge.y_seen - merge.y_here) + (double)merge.y_here / 2);
    return (struct wn_dominance){2 * above / pairs - 1, above / pairs};
}
