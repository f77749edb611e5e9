// SPDX-License-Identifier: GPL-3.0-or-later
// CUPED: a regression on what was known before.
#include "core/stats/cuped.h"

#include <math.h>

struct covariance { // sums of products of distances from the means of both arms together
    double mean_x, mean_y, xx, xy, yy;
};

static void add_sums(struct covariance *sums, const struct wn_sample *x,
                     const struct wn_sample *y) {
    for (size_t i = 0; i < x->count; i++) {
        double dx = x->values[i] - sums->mean_x, dy = y->values[i] - sums->mean_y;
        sums->xx += dx * dx;
        sums->xy += dx * dy;
        sums->yy += dy * dy;
    }
}

static double joint_mean(const struct wn_sample *a, const struct wn_sample *b) {
    double all = (double)(a->count + b->count), mean = 0;
    if (a->count)
        mean += wn_moments_of(a->values, a->count).mean * ((double)a->count / all);
    if (b->count)
        mean += wn_moments_of(b->values, b->count).mean * ((double)b->count / all);
    return mean;
}

static void adjust(struct wn_sample *y, const struct wn_sample *x, double theta, double mean_x) {
    for (size_t i = 0; i < y->count; i++)
        y->values[i] -= theta * (x->values[i] - mean_x);
}

enum wn_status wn_cuped(struct wn_sample y_a, struct wn_sample x_a, struct wn_sample y_b,
                        struct wn_sample x_b, struct wn_cuped *cuped, struct wn_err *err) {
    *cuped = (struct wn_cuped){.theta = NAN, .variance_left = NAN};
    struct covariance sums = {joint_mean(&x_a, &x_b), joint_mean(&y_a, &y_b), 0, 0, 0};
    add_sums(&sums, &x_a, &y_a);
    add_sums(&sums, &x_b, &y_b);
    if (sums.xx > 0) {
        cuped->theta = sums.xy / sums.xx;
        cuped->variance_left = sums.yy > 0 ? 1 - sums.xy * sums.xy / (sums.xx * sums.yy) : NAN;
        adjust(&y_a, &x_a, cuped->theta, sums.mean_x);
        adjust(&y_b, &x_b, cuped->theta, sums.mean_x);
    }
    struct wn_moments a = wn_moments_of(y_a.values, y_a.count);
    struct wn_moments b = wn_moments_of(y_b.values, y_b.count);
    cuped->mean_a = a.mean;
    cuped->mean_b = b.mean;
    if (a.count < 2 || b.count < 2)
        return wn_fail(err, WN_NO, "fewer than two pairs in %s", a.count < 2 ? "a" : "b");
    if (!(sums.xx > 0))
        return wn_fail(err, WN_NO, "x does not vary: nothing to adjust by");
    return wn_welch_t(b, a, 0.95, &cuped->test, err);
}
