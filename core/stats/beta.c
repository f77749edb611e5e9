// SPDX-License-Identifier: GPL-3.0-or-later
// Beta posteriors. GSL's distribution function gives up on large counts, so it is our own.
#include <gsl/gsl_sf_gamma.h>
#include <math.h>

#include "core/stats/bayes.h"
#include "core/stats/quadrature.h"

struct beta {
    double a, b;
    double log_norm; // log B(a, b)
    double mode, peak;
    double low, high; // all but 1e-20 of it lies between
};

static double log_density_at(const struct beta *beta, double x, double rest) {
    double left = beta->a == 1 ? 0 : (beta->a - 1) * log(x);
    double right = beta->b == 1 ? 0 : (beta->b - 1) * log(rest);
    return left + right - beta->log_norm;
}

static double log_density(const void *context, double x) {
    return log_density_at(context, x, 1 - x);
}

static struct beta beta_new(double a, double b) {
    struct beta beta = {.a = a, .b = b, .log_norm = gsl_sf_lnbeta(a, b), .low = 0, .high = 1};
    const double nothing = 46;
    if (a > 1 && b > 1) {
        beta.mode = (a - 1) / (a + b - 2);
        beta.peak = log_density(&beta, beta.mode);
        beta.low = wn_bisect(log_density, &beta, beta.peak - nothing, beta.mode, 0);
        beta.high = wn_bisect(log_density, &beta, beta.peak - nothing, beta.mode, 1);
    } else if (a > 1 && b == 1) {
        beta.low = exp((-nothing + log(a)) / a);
    } else if (b > 1 && a == 1) {
        beta.high = -expm1((-nothing + log(b)) / b);
    }
    beta.low = fmin(fmax(beta.low, 0), 1);
    beta.high = fmin(fmax(beta.high, 0), 1);
    return beta;
}

// Lentz's way (Press et al., Numerical Recipes, 5.2), as far as it takes.
static double fraction(double x, double a, double b) {
    const double tiny = 1e-300;
    double c = 1, d = 1 - (a + b) * x / (a + 1);
    d = 1 / (fabs(d) < tiny ? tiny : d);
    double product = d;
    for (int i = 1; i < 1000000; i++) {
        double m = i;
        double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        d = 1 + even * d;
        c = 1 + even / c;
        d = 1 / (fabs(d) < tiny ? tiny : d);
        c = fabs(c) < tiny ? tiny : c;
        product *= d * c;
        d = 1 + odd * d;
        c = 1 + odd / c;
        d = 1 / (fabs(d) < tiny ? tiny : d);
        c = fabs(c) < tiny ? tiny : c;
        product *= d * c;
        if (fabs(d * c - 1) < 1e-15)
            break;
    }
    return product;
}

static double cdf(const struct beta *beta, double x, double rest) {
    double a = beta->a, b = beta->b;
    if (x <= 0 || rest <= 0)
        return x > 0;
    double weight = exp(a * log(x) + b * log(rest) - beta->log_norm);
    if (x < (a + 1) / (a + b + 2))
        return weight * fraction(x, a, b) / a;
    return 1 - weight * fraction(rest, b, a) / b;
}

double wn_beta_cdf(double x, double rest, double a, double b) {
    struct beta beta = {.a = a, .b = b, .log_norm = gsl_sf_lnbeta(a, b)};
    return cdf(&beta, x, rest);
}

// ---- two of them --------------------------------------------------------------------------------

struct pair {
    const struct beta *a, *b;
    double low, high; // of the interval that is integrated over
};

static double in_interval(const struct pair *pair, double from_low, double to_high, double *rest) {
    *rest = 1 - pair->high + to_high;
    return pair->low + from_low;
}

static double b_above_a(const void *context, double from_low, double to_high) {
    const struct pair *pair = context;
    double rest, x = in_interval(pair, from_low, to_high, &rest);
    return exp(log_density_at(pair->b, x, rest)) * cdf(pair->a, x, rest);
}

static double b_below_a_above(const void *context, double from_low, double to_high) {
    const struct pair *pair = context;
    double rest, x = in_interval(pair, from_low, to_high, &rest);
    struct beta mirrored = {.a = pair->a->b, .b = pair->a->a, .log_norm = pair->a->log_norm};
    return cdf(pair->b, x, rest) * cdf(&mirrored, rest, x);
}

// E max(A - B, 0): the integral of P(B < x < A), in pieces, for each side may be narrow.
static double loss(const struct beta *a, const struct beta *b) {
    double ends[] = {a->low, a->high, b->low, b->high}, sum = 0;
    wn_sort(ends, 4);
    for (int i = 0; i < 3; i++) {
        struct pair pair = {a, b, ends[i], ends[i + 1]};
        if (pair.low >= b->low && pair.high <= a->high)
            sum +=
                wn_integrate(&(struct wn_integrand){b_below_a_above, &pair}, pair.low, pair.high);
    }
    return sum;
}

static double cdf_at(const void *context, double x) {
    return cdf(context, x, 1 - x);
}

static struct wn_posterior posterior(const struct beta *beta, double conf) {
    return (struct wn_posterior){beta->a / (beta->a + beta->b),
                                 wn_bisect(cdf_at, beta, (1 - conf) / 2, 0, 1),
                                 wn_bisect(cdf_at, beta, (1 + conf) / 2, 0, 1)};
}

enum wn_status wn_better_share(struct wn_share a, struct wn_share b, const double prior[2],
                               double conf, struct wn_better *better, struct wn_err *err) {
    if (prior[0] < 0.05 || prior[1] < 0.05)
        return wn_fail(err, WN_BAD_INPUT,
                       "a prior must be at least 0.05: all but its ends is empty");
    if (a.all > 1e9 || b.all > 1e9)
        return wn_fail(err, WN_BAD_INPUT, "more than a billion trials on one side");
    struct beta first = beta_new(prior[0] + a.hits, prior[1] + a.all - a.hits);
    struct beta second = beta_new(prior[0] + b.hits, prior[1] + b.all - b.hits);
    struct pair pair = {&first, &second, second.low, second.high};
    better->p =
        fmin(wn_integrate(&(struct wn_integrand){b_above_a, &pair}, pair.low, pair.high), 1);
    better->loss_b = loss(&first, &second);
    better->loss_a = loss(&second, &first);
    better->a = posterior(&first, conf);
    better->b = posterior(&second, conf);
    return WN_OK;
}
