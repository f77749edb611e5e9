// SPDX-License-Identifier: GPL-3.0-or-later
// Two proportions: z, intervals, Fisher's test.
#include "core/stats/proportions.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdbool.h>

// ---- intervals ----------------------------------------------------------------------------------

static double share_of(struct wn_share side) {
    return side.hits / side.all;
}

static double variance_of(struct wn_share side) { // of its share
    double share = share_of(side);
    return share * (1 - share) / side.all;
}

static struct wn_interval wald(struct wn_share a, struct wn_share b, double z) {
    double diff = share_of(a) - share_of(b), half = z * sqrt(variance_of(a) + variance_of(b));
    return (struct wn_interval){diff - half, diff + half};
}

static struct wn_interval agresti_caffo(struct wn_share a, struct wn_share b, double z) {
    return wald((struct wn_share){a.hits + 1, a.all + 2}, (struct wn_share){b.hits + 1, b.all + 2},
                z);
}

static struct wn_interval wilson(struct wn_share side, double z) {
    double share = share_of(side), n = side.all, middle = share + z * z / (2 * n);
    double half = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n));
    return (struct wn_interval){(middle - half) / (1 + z * z / n),
                                (middle + half) / (1 + z * z / n)};
}

static struct wn_interval newcombe(struct wn_share a, struct wn_share b, double z) {
    struct wn_interval one = wilson(a, z), two = wilson(b, z);
    double p1 = share_of(a), p2 = share_of(b);
    return (struct wn_interval){p1 - p2 - hypot(p1 - one.low, two.high - p2),
                                p1 - p2 + hypot(one.high - p1, p2 - two.low)};
}

// Miettinen and Nurminen's z of a difference `delta`: the likeliest shares that differ by it are
// the root of a cubic (their appendix).
static double score_of(struct wn_share one, struct wn_share two, double delta) {
    double p1 = share_of(one), p2 = share_of(two), theta = two.all / one.all;
    double a = 1 + theta, b = -(1 + theta + p1 + theta * p2 + delta * (theta + 2));
    double c = delta * delta + delta * (2 * p1 + theta + 1) + p1 + theta * p2;
    double d = -p1 * delta * (1 + delta), third = b / (3 * a);
    double v = third * third * third - b * c / (6 * a * a) + d / (2 * a);
    double u = copysign(sqrt(fmax(third * third - c / (3 * a), 0)), v);
    double cosine = u == 0 ? 0 : fmin(fmax(v / (u * u * u), -1), 1);
    double share1 = 2 * u * cos((M_PI + acos(cosine)) / 3) - third;
    share1 = fmin(fmax(share1, fmax(delta, 0)), fmin(1, 1 + delta));
    double share2 = share1 - delta, all = one.all + two.all;
    double variance = share1 * (1 - share1) / one.all + share2 * (1 - share2) / two.all;
    double away = p1 - p2 - delta;
    return away == 0 ? 0 : away / sqrt(variance * all / (all - 1));
}

// The difference between `inside` and `outside` whose |z| is as given; it grows outward.
static double score_end(struct wn_share a, struct wn_share b, double z, double inside,
                        double outside) {
    for (int i = 0; i < 200 && inside != outside; i++) {
        double middle = inside + (outside - inside) / 2;
        if (middle == inside || middle == outside)
            break;
        if (fabs(score_of(a, b, middle)) > z)
            outside = middle;
        else
            inside = middle;
    }
    return inside;
}

static struct wn_interval score(struct wn_share a, struct wn_share b, double z) {
    double diff = share_of(a) - share_of(b);
    return (struct wn_interval){score_end(a, b, z, diff, -1), score_end(a, b, z, diff, 1)};
}

// ---- the test -----------------------------------------------------------------------------------

static double odds_ratio(struct wn_share a, struct wn_share b) {
    return a.hits * (b.all - b.hits) / (b.hits * (a.all - a.hits));
}

enum wn_status wn_two_shares(struct wn_share a, struct wn_share b, double conf,
                             struct wn_two_shares *test, struct wn_err *err) {
    const struct wn_interval none = {NAN, NAN};
    *test = (struct wn_two_shares){NAN, NAN, NAN, NAN, NAN, none, none, none, none};
    if (a.all == 0 || b.all == 0)
        return wn_fail(err, WN_NO, "no trials on the %s side", a.all == 0 ? "first" : "second");
    double p1 = share_of(a), p2 = share_of(b), z = gsl_cdf_ugaussian_Qinv((1 - conf) / 2);
    double pooled = (a.hits + b.hits) / (a.all + b.all);
    test->diff = p1 - p2;
    test->odds_ratio = odds_ratio(a, b);
    test->cohens_h = 2 * asin(sqrt(p1)) - 2 * asin(sqrt(p2));
    test->wald = wald(a, b, z);
    test->newcombe = newcombe(a, b, z);
    test->agresti_caffo = agresti_caffo(a, b, z);
    test->score = score(a, b, z);
    if (pooled == 0 || pooled == 1)
        return wn_fail(err, WN_NO, "no %s on either side: z is not defined",
                       pooled == 0 ? "successes" : "failures");
    test->z = test->diff / sqrt(pooled * (1 - pooled) * (1 / a.all + 1 / b.all));
    test->p = 2 * gsl_cdf_ugaussian_Q(fabs(test->z));
    return WN_OK;
}

// ---- Fisher -------------------------------------------------------------------------------------

// Tables with the margins of the one seen: `hits` in the first cell, weighed so that the likeliest
// has 1.
struct tables {
    double rows, hits, others; // trials of a, hits of both, trials of b
    double low, high, mode;
};

// The weight of the table above `k` over that of `k`.
static double step(const struct tables *tables, double k) {
    return (tables->rows - k) * (tables->hits - k) /
           ((k + 1) * (tables->others - tables->hits + k + 1));
}

// Smaller weights add nothing, and would stop shrinking where doubles end.
static const double nothing = 1e-300;

struct weights {
    double seen, seen_weight; // the first cell of the table that was seen
    double limit;             // of what counts as no more probable
    double all, less, greater, likely;
};

static void take(struct weights *sums, double k, double weight) {
    sums->all += weight;
    sums->less += k <= sums->seen ? weight : 0;
    sums->greater += k >= sums->seen ? weight : 0;
    sums->likely += weight <= sums->limit ? weight : 0;
    if (k == sums->seen)
        sums->seen_weight = weight;
}

static void walk(const struct tables *tables, struct weights *sums) {
    double weight = 1;
    take(sums, tables->mode, 1);
    for (double k = tables->mode; k < tables->high && weight > nothing; k++)
        take(sums, k + 1, weight *= step(tables, k));
    weight = 1;
    for (double k = tables->mode; k > tables->low && weight > nothing; k--)
        take(sums, k - 1, weight /= step(tables, k - 1));
}

struct wn_fisher wn_fisher(struct wn_share a, struct wn_share b) {
    if (a.all + b.all > 1e11)
        return (struct wn_fisher){NAN, NAN, NAN};
    double hits = a.hits + b.hits, all = a.all + b.all;
    struct tables tables = {a.all, hits, b.all, fmax(0, hits - b.all), fmin(hits, a.all), 0};
    tables.mode = floor((hits + 1) * (a.all + 1) / (all + 2));
    tables.mode = fmin(fmax(tables.mode, tables.low), tables.high);
    struct weights first = {.seen = a.hits};
    walk(&tables, &first);
    struct weights sums = {.seen = a.hits, .limit = first.seen_weight * (1 + 1e-7)};
    walk(&tables, &sums);
    return (struct wn_fisher){fmin(sums.likely / sums.all, 1), fmin(sums.less / sums.all, 1),
                              fmin(sums.greater / sums.all, 1)};
}
