// SPDX-License-Identifier: GPL-3.0-or-later
// The likelihood of lambda has one maximum in practice; golden-section search finds it.
#include "sweep/gp/yeojohnson.h"

#include <gsl/gsl_sort.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

static const double least_lambda = -4, most_lambda = 6, golden = 0.6180339887498949;
static const double nearly_zero = 1e-9, tolerance = 1e-3;
static const double quartiles = 1.349; // of a normal, apart in standard deviations
static const double farthest = 1e4;    // in units of the scale

double wn_yeojohnson_psi(double lambda, double value) {
    if (value >= 0)
        return fabs(lambda) < nearly_zero ? log1p(value) : expm1(lambda * log1p(value)) / lambda;
    double other = 2 - lambda;
    return fabs(other) < nearly_zero ? -log1p(-value) : -expm1(other * log1p(-value)) / other;
}

static double to_unit(const struct wn_yeojohnson *transform, double value) {
    return ldexp(value, -transform->exponent);
}

static double standard(const struct wn_yeojohnson *transform, double value) {
    return fmin((to_unit(transform, value) - transform->center) / transform->scale, farthest);
}

// Sets the exponent and the center; returns the standard deviation in units of the exponent. By
// differences from the first value, so that equal ones have none, not even by rounding.
static double set_center(struct wn_yeojohnson *transform, const double *values, size_t count) {
    double largest = 0, sum = 0, squares = 0;
    for (size_t i = 0; i < count; i++)
        largest = fmax(largest, fabs(values[i]));
    frexp(largest, &transform->exponent);
    double first = to_unit(transform, values[0]);
    for (size_t i = 0; i < count; i++)
        sum += (to_unit(transform, values[i]) - first) / (double)count;
    transform->center = first + sum;
    for (size_t i = 0; i < count; i++) {
        double off = to_unit(transform, values[i]) - first - sum;
        squares += off * off / (double)count;
    }
    return sqrt(squares);
}

// The middle half of the values gives center and scale, unless it is all the same: in units of the
// standard deviation, a few values that are far off would make the others alike.
static void scale_by_middle(struct wn_yeojohnson *transform, const double *values, size_t count) {
    double *sorted = wn_calloc(count, sizeof *sorted);
    memcpy(sorted, values, count * sizeof *sorted);
    gsl_sort(sorted, 1, count);
    double low = to_unit(transform, sorted[count / 4]);
    double scale = (to_unit(transform, sorted[count - 1 - count / 4]) - low) / quartiles;
    if (scale > 0) {
        transform->center = to_unit(transform, sorted[count / 2]);
        transform->scale = scale;
    }
    free(sorted);
}

// Sets the moments of what lambda makes of the values; returns -log likelihood per value.
static double judge(struct wn_yeojohnson *transform, double lambda, const double *values,
                    size_t count) {
    double mean = 0, squares = 0, jacobian = 0;
    transform->lambda = lambda;
    for (size_t i = 0; i < count; i++) {
        double z = standard(transform, values[i]), y = wn_yeojohnson_psi(lambda, z);
        double off = y - mean;
        mean += off / (double)(i + 1);
        squares += off * (y - mean);
        jacobian += copysign(log1p(fabs(z)), z) / (double)count;
    }
    transform->mean = mean;
    transform->deviation = sqrt(squares / (double)count);
    double judged = log(transform->deviation) - (lambda - 1) * jacobian;
    return isfinite(judged) ? judged : INFINITY;
}

static double find_lambda(struct wn_yeojohnson *transform, const double *values, size_t count) {
    double low = least_lambda, high = most_lambda;
    double a = high - golden * (high - low), b = low + golden * (high - low);
    double at_a = judge(transform, a, values, count), at_b = judge(transform, b, values, count);
    while (high - low > tolerance) {
        if (at_a < at_b) {
            high = b, b = a, at_b = at_a;
            a = high - golden * (high - low);
            at_a = judge(transform, a, values, count);
        } else {
            low = a, a = b, at_a = at_b;
            b = low + golden * (high - low);
            at_b = judge(transform, b, values, count);
        }
    }
    return (low + high) / 2;
}

struct wn_yeojohnson wn_yeojohnson_fit(const double *values, size_t count) {
    struct wn_yeojohnson transform = {.scale = 1, .lambda = 1, .deviation = 1};
    if (!count)
        return transform;
    double deviation = set_center(&transform, values, count);
    if (!(deviation > 0))
        return transform;
    transform.scale = deviation;
    scale_by_middle(&transform, values, count);
    double judged = judge(&transform, find_lambda(&transform, values, count), values, count);
    if (!isfinite(judged) || !(transform.deviation > 0))
        judge(&transform, 1, values, count);
    return transform;
}

double wn_yeojohnson_apply(const struct wn_yeojohnson *transform, double value) {
    double z = standard(transform, value);
    return (wn_yeojohnson_psi(transform->lambda, z) - transform->mean) / transform->deviation;
}

double wn_yeojohnson_slope(const struct wn_yeojohnson *transform, double value) {
    double z = standard(transform, value);
    double exponent = z >= 0 ? transform->lambda - 1 : 1 - transform->lambda;
    double slope = pow(1 + fabs(z), exponent) / (transform->deviation * transform->scale);
    return to_unit(transform, slope);
}
