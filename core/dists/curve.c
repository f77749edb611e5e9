// SPDX-License-Identifier: GPL-3.0-or-later
// Rounding to multiples of q, and the exact inverse of any discrete row. W&B's rule is
// rnd(X/q)*q with rnd half to even; values that only a single point of the curve would round to are
// left out, so that every value has an interval of u of its own.
#include "core/dists/curve.h"

#include <float.h>
#include <math.h>
#include <string.h>

double wn_dist_clip(double x, double low, double high) {
    return fmin(fmax(x, low), high);
}

double wn_dist_lerp(double low, double high, double u) {
    double width = high - low;
    double x = isfinite(width) ? low + u * width : low * (1 - u) + high * u;
    return wn_dist_clip(x, low, high);
}

double wn_dist_open_unit(double u) {
    return wn_dist_clip(u, DBL_MIN, 1 - DBL_EPSILON / 2);
}

uint64_t wn_dist_pick(uint64_t count, double u) {
    double n = (double)count, i = wn_dist_clip(ceil(u * n) - 1, 0, n - 1);
    if (i > 0 && i / n >= u) // the product's rounding crossed a step
        i--;
    else if (i < n - 1 && (i + 1) / n < u)
        i++;
    return (uint64_t)i;
}

enum wn_kind wn_kind_float(const struct wn_dist_args *args) {
    (void)args;
    return WN_KIND_FLOAT;
}

enum wn_kind wn_kind_int(const struct wn_dist_args *args) {
    (void)args;
    return WN_KIND_INT;
}

enum wn_kind wn_kind_choice(const struct wn_dist_args *args) {
    (void)args;
    return WN_KIND_CHOICE;
}

enum wn_kind wn_kind_step(const struct wn_dist_args *args) {
    return args->q_is_int ? WN_KIND_INT : WN_KIND_FLOAT;
}

static double as_double(enum wn_kind kind, struct wn_scalar x) {
    return kind == WN_KIND_FLOAT ? x.number : (double)x.integer;
}

// Doubles in [0, 1] in order are also the integers that their bits spell in order: halving those
// takes 62 rounds and finds a step also where it is at 1e-300.
static double from_bits(uint64_t bits) {
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

double wn_dist_first(bool (*reached)(const void *what, double x), const void *what) {
    uint64_t low = 0, high = UINT64_C(0x3ff0000000000000); // 0.0 and 1.0
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (reached(what, from_bits(middle)))
            high = middle;
        else
            low = middle + 1;
    }
    return from_bits(low);
}

struct step {
    const struct wn_dist_args *args;
    enum wn_kind kind;
    wn_dist_quantile *quantile;
    double x;
};

static double step_at(const struct step *step, double u) {
    return as_double(step->kind, step->quantile(step->args, u));
}

static bool step_begun(const void *what, double u) {
    const struct step *step = what;
    return step_at(step, u) >= step->x;
}

static bool step_over(const void *what, double u) {
    const struct step *step = what;
    return step_at(step, u) > step->x;
}

double wn_dist_exact(const struct wn_dist_args *args, enum wn_kind kind, wn_dist_quantile *quantile,
                     struct wn_scalar x, double guess) {
    struct step step = {args, kind, quantile, as_double(kind, x)};
    guess = wn_dist_open_unit(guess);
    if (step_at(&step, guess) == step.x)
        return guess;
    double low = wn_dist_first(step_begun, &step), high = wn_dist_first(step_over, &step);
    double middle = low + (high - low) / 2;
    return wn_dist_open_unit(middle < high ? middle : low);
}

uint64_t wn_curve_points(const struct wn_curve *curve, const struct wn_dist_args *args) {
    return curve->at(args, 0) == curve->at(args, 1) ? 1 : 0;
}

struct steps { // multiples of q, counted in q
    double first, last;
};

// The steps k whose interval ((k - 1/2) q, (k + 1/2) q) overlaps the curve's range.
static struct steps steps_of(const struct wn_curve *curve, const struct wn_dist_args *args) {
    double low = curve->at(args, 0) / args->q, high = curve->at(args, 1) / args->q;
    struct steps steps = {.first = floor(low + 0.5), .last = ceil(high - 0.5)};
    if (steps.first > steps.last)
        steps.first = steps.last;
    double most = args->q_is_int ? floor(WN_DIST_INT_MAX / args->q) : DBL_MAX;
    steps.first = wn_dist_clip(steps.first, -most, most);
    steps.last = wn_dist_clip(steps.last, -most, most);
    return steps;
}

struct wn_scalar wn_curve_step(const struct wn_curve *curve, const struct wn_dist_args *args,
                               double u) {
    struct steps steps = steps_of(curve, args);
    double k = wn_dist_clip(rint(curve->at(args, u) / args->q), steps.first, steps.last);
    double x = wn_dist_clip(k * args->q, -DBL_MAX, DBL_MAX);
    if (args->q_is_int)
        return (struct wn_scalar){.integer = (int64_t)x};
    return (struct wn_scalar){.number = x + 0.0}; // no negative zero
}

double wn_curve_step_below(const struct wn_curve *curve, const struct wn_dist_args *args,
                           struct wn_scalar x) {
    double k = rint(as_double(wn_kind_step(args), x) / args->q);
    return (curve->below(args, (k - 0.5) * args->q) + curve->below(args, (k + 0.5) * args->q)) / 2;
}

uint64_t wn_curve_step_count(const struct wn_curve *curve, const struct wn_dist_args *args) {
    if (curve->unbounded && curve->at(args, 0) < curve->at(args, 1))
        return 0;
    struct steps steps = steps_of(curve, args);
    double count = steps.last - steps.first + 1;
    return count <= WN_DIST_INT_MAX ? (uint64_t)count : 0;
}
