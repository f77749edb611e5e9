// SPDX-License-Identifier: GPL-3.0-or-later
// How often a column that did not change is called drifted: pairs drawn from one distribution,
// tested as winnow drift tests a column by default, and the share with p below 0.05. Every line
// should read 5% but for chance; with 400 pairs chance is 1.1% (its standard error).
//
//     drift_calibration [PAIRS [LARGEST]]
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/rng.h"
#include "core/data/feature.h"
#include "core/drift/test.h"

enum { SIZES = 4 };

// What a row has in its column; NAN: missing.
typedef double (*draw)(struct wn_rng *rng);

static double normal(struct wn_rng *rng) {
    return sqrt(-2 * log(wn_rng_uniform(rng))) * cos(2 * M_PI * wn_rng_uniform(rng));
}

static double grid_30(struct wn_rng *rng) { // some 60 values
    return rint(10 * normal(rng));
}

static double zeros(struct wn_rng *rng) { // nine of ten are 0
    return wn_rng_uniform(rng) < 0.9 ? 0 : exp(normal(rng));
}

static double money(struct wn_rng *rng) { // two digits: dense ties at one end
    return rint(100 * exp(2 * normal(rng))) / 100;
}

static double with_gaps(struct wn_rng *rng) {
    return wn_rng_uniform(rng) < 0.2 ? NAN : normal(rng);
}

// Category j of k has a share that falls with j.
static double category(struct wn_rng *rng, int k) {
    double u = wn_rng_uniform(rng);
    return floor(k * u * u);
}

#define CATEGORY(K)                                                                                \
    static double category_##K(struct wn_rng *rng) {                                               \
        return category(rng, K);                                                                   \
    }
CATEGORY(2)
CATEGORY(5)
CATEGORY(10)
CATEGORY(50)

static double category_with_gaps(struct wn_rng *rng) {
    return wn_rng_uniform(rng) < 0.2 ? NAN : category(rng, 10);
}

static const struct {
    const char *name;
    enum wn_feature_type type;
    draw draw;
} kinds[] = {
    {"numbers, no ties", WN_NUMERIC, normal},
    {"numbers, 60 values", WN_NUMERIC, grid_30},
    {"numbers, 90% zeros", WN_NUMERIC, zeros},
    {"numbers, cents", WN_NUMERIC, money},
    {"numbers, 20% missing", WN_NUMERIC, with_gaps},
    {"2 categories", WN_CATEGORICAL, category_2},
    {"5 categories", WN_CATEGORICAL, category_5},
    {"10 categories", WN_CATEGORICAL, category_10},
    {"50 categories", WN_CATEGORICAL, category_50},
    {"10, 20% missing", WN_CATEGORICAL, category_with_gaps},
};

static struct wn_feature drawn(size_t kind, int rows, uint64_t stream) {
    struct wn_feature feature = wn_feature_new("x", kinds[kind].type);
    struct wn_rng rng = wn_rng_new(2026, stream);
    char cell[32];
    for (int i = 0; i < rows; i++) {
        double value = kinds[kind].draw(&rng);
        bool number = kinds[kind].type == WN_NUMERIC;
        snprintf(cell, sizeof cell, number ? "%.15g" : "c%g", value);
        wn_feature_add(&feature, isnan(value) ? "" : cell);
    }
    return feature;
}

static bool is_alarm(size_t kind, int rows_a, int rows_b, uint64_t stream) {
    struct wn_feature a = drawn(kind, rows_a, stream), b = drawn(kind, rows_b, stream + 1);
    struct wn_pair pair = wn_pair_new(&a, &b);
    struct wn_drift_result result = {.p = 1};
    struct wn_err err;
    bool computed = wn_drift_test_for(&pair)->run(&pair, &result, &err) == WN_OK;
    wn_pair_free(&pair);
    wn_feature_free(&a);
    wn_feature_free(&b);
    return computed && result.p < 0.05;
}

static double alarms(size_t kind, int rows_a, int rows_b, int pairs) {
    int count = 0;
    for (int k = 0; k < pairs; k++)
        count += is_alarm(kind, rows_a, rows_b, 2 * (uint64_t)k + 1000000 * kind);
    return 100.0 * count / pairs;
}

int main(int argc, char **argv) {
    static const int sizes[SIZES] = {100, 1000, 10000, 100000};
    int pairs = argc > 1 ? atoi(argv[1]) : 400, largest = argc > 2 ? atoi(argv[2]) : 100000;
    double within = 0, all = 0, sum = 0;
    printf("\n%% of %d pairs without drift with p < 0.05 (chance: %.1f)\n\n%-22s", pairs,
           100 * sqrt(0.05 * 0.95 / pairs), "rows of reference");
    for (int s = 0; s < SIZES && sizes[s] <= largest; s++)
        printf("%10d%10s", sizes[s], "");
    printf("\n%-22s", "rows of current");
    for (int s = 0; s < SIZES && sizes[s] <= largest; s++)
        printf("%10s%10s", "as many", "a third");
    printf("\n");
    for (size_t kind = 0; kind < sizeof kinds / sizeof *kinds; kind++) {
        printf("%-22s", kinds[kind].name);
        for (int s = 0; s < SIZES && sizes[s] <= largest; s++)
            for (int third = 0; third < 2; third++) {
                double share = alarms(kind, sizes[s], third ? sizes[s] / 3 : sizes[s], pairs);
                printf("%10.2f", share);
                fflush(stdout);
                within += fabs(share - 5) <= 196 * sqrt(0.05 * 0.95 / pairs);
                all++;
                sum += share;
            }
        printf("\n");
    }
    printf("\n%.0f of %.0f within 1.96 standard errors of 5; mean %.2f\n", within, all, sum / all);
    return 0;
}
