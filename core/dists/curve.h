// SPDX-License-Identifier: GPL-3.0-or-later
// What the rows of the distributions share. A curve is a continuous distribution: its inverse CDF
// and its CDF. A smooth row yields the curve's value, a quantised one rounds it to multiples of q;
// both are made from a curve by one macro, since a row's functions are given its arguments alone.
#ifndef WN_DISTS_CURVE_H
#define WN_DISTS_CURVE_H

#include "core/dist.h"

// Integers are kept to +-2^53, where doubles still tell neighbours apart.
#define WN_DIST_INT_MAX 0x1p53

struct wn_curve {
    double (*at)(const struct wn_dist_args *args, double u);    // u in [0, 1]; always finite
    double (*below)(const struct wn_dist_args *args, double x); // P(X <= x), in [0, 1]
    bool unbounded; // at(0) and at(1) are where u is cut off, not ends of the support
};

double wn_dist_clip(double x, double low, double high); // NaN becomes low
double wn_dist_lerp(double low, double high, double u); // low + u (high - low), within both
double wn_dist_open_unit(double u);                     // cut to where 0 < u < 1

// The index in 0..count-1 whose share (i/count, (i+1)/count] of the unit interval holds u.
uint64_t wn_dist_pick(uint64_t count, double u);

// The smallest x in [0, 1] for which the monotone `reached` is true; 1 where it never is.
double wn_dist_first(bool (*reached)(const void *what, double x), const void *what);

// A u with quantile(u) == x for an attainable x of a discrete row: `guess` where that is one, else
// the middle of the interval, found by bisection.
typedef struct wn_scalar wn_dist_quantile(const struct wn_dist_args *args, double u);
double wn_dist_exact(const struct wn_dist_args *args, enum wn_kind kind, wn_dist_quantile *quantile,
                     struct wn_scalar x, double guess);

enum wn_kind wn_kind_float(const struct wn_dist_args *args);
enum wn_kind wn_kind_int(const struct wn_dist_args *args);
enum wn_kind wn_kind_choice(const struct wn_dist_args *args);
enum wn_kind wn_kind_step(const struct wn_dist_args *args); // integer where q is

uint64_t wn_curve_points(const struct wn_curve *curve, const struct wn_dist_args *args);
struct wn_scalar wn_curve_step(const struct wn_curve *curve, const struct wn_dist_args *args,
                               double u);
double wn_curve_step_below(const struct wn_curve *curve, const struct wn_dist_args *args,
                           struct wn_scalar x);
uint64_t wn_curve_step_count(const struct wn_curve *curve, const struct wn_dist_args *args);

// Defines ID_quantile, ID_cdf and ID_cardinality over a curve.
#define WN_SMOOTH(id, curve)                                                                       \
    static struct wn_scalar id##_quantile(const struct wn_dist_args *args, double u) {             \
        return (struct wn_scalar){.number = (curve).at(args, u)};                                  \
    }                                                                                              \
    static double id##_cdf(const struct wn_dist_args *args, struct wn_scalar x) {                  \
        return wn_dist_open_unit((curve).below(args, x.number));                                   \
    }                                                                                              \
    static uint64_t id##_cardinality(const struct wn_dist_args *args) {                            \
        return wn_curve_points(&(curve), args);                                                    \
    }

#define WN_QUANTISED(id, curve)                                                                    \
    static struct wn_scalar id##_quantile(const struct wn_dist_args *args, double u) {             \
        return wn_curve_step(&(curve), args, u);                                                   \
    }                                                                                              \
    static double id##_cdf(const struct wn_dist_args *args, struct wn_scalar x) {                  \
        return wn_dist_exact(args, wn_kind_step(args), id##_quantile, x,                           \
                             wn_curve_step_below(&(curve), args, x));                              \
    }                                                                                              \
    static uint64_t id##_cardinality(const struct wn_dist_args *args) {                            \
        return wn_curve_step_count(&(curve), args);                                                \
    }

#endif
