// SPDX-License-Identifier: GPL-3.0-or-later
// The tests are those of core/stats; here is which one is used, and what is made of it.
#include "core/compare/contrast.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/stats/adjust.h"
#include "core/stats/anytime.h"
#include "core/stats/bayes.h"
#include "core/stats/effect.h"
#include "core/stats/power.h"
#include "core/stats/ranks.h"
#include "core/stats/t_test.h"

static const double wanted_power = 0.8;

// ---- each side ----------------------------------------------------------------------------------

static struct wn_contrast_side side_of(struct wn_moments moments, double confidence) {
    struct wn_contrast_side side = {.n = moments.count,
                                    .mean = moments.count ? moments.mean : NAN,
                                    .sd = NAN,
                                    .se = NAN,
                                    .low = NAN,
                                    .high = NAN};
    if (moments.count < 2)
        return side;
    double n = (double)moments.count;
    side.sd = sqrt(moments.variance);
    side.se = side.sd / sqrt(n);
    double half = gsl_cdf_tdist_Qinv((1 - confidence) / 2, n - 1) * side.se;
    side.low = moments.mean - half;
    side.high = moments.mean + half;
    return side;
}

static bool is_constant(const struct wn_sample *sample) {
    for (size_t i = 1; i < sample->count; i++)
        if (sample->values[i] != sample->values[0])
            return false;
    return sample->count >= 2;
}

// Where one command heeds its seed on one side, the same number again and again on the other is a
// result like any other: a metric that cannot get better, say.
static bool is_identical(const struct wn_contrast_design *design, const struct wn_sample *a,
                         const struct wn_sample *b) {
    bool still_a = is_constant(a), still_b = is_constant(b);
    bool heeded =
        design->same_command && ((a->count >= 2 && !still_a) || (b->count >= 2 && !still_b));
    return ((design->seeded_a && still_a) || (design->seeded_b && still_b)) && !heeded;
}

static bool are_equal(const struct wn_sample *a, const struct wn_sample *b) {
    for (size_t i = 0; i < a->count; i++)
        if (a->values[i] != b->values[i])
            return false;
    return true;
}

static enum wn_contrast_doubt find_doubt(const struct wn_contrast_design *design,
                                         const struct wn_sample *a, const struct wn_sample *b) {
    if (a->count == 0 || b->count == 0)
        return WN_DOUBT_EMPTY;
    if (is_identical(design, a, b))
        return WN_DOUBT_IDENTICAL;
    if (a->count < 2 || b->count < 2)
        return WN_DOUBT_SINGLE;
    if (is_constant(a) && is_constant(b))
        return WN_DOUBT_CONSTANT;
    if (design->paired && are_equal(a, b))
        return WN_DOUBT_EQUAL;
    return design->anytime && !design->paired ? WN_DOUBT_UNPAIRED : WN_DOUBT_NONE;
}

// ---- tests --------------------------------------------------------------------------------------

// The mean difference is t-distributed around what was seen, by a flat prior: the share above 0 is
// the p-value of the other side.
static void take_test(struct wn_contrast *contrast, enum wn_contrast_test which,
                      const struct wn_t_test *test) {
    contrast->test = which;
    contrast->low = test->low;
    contrast->high = test->high;
    contrast->p = test->p;
    contrast->above = test->p_less;
}

static void test_welch(struct wn_contrast *contrast, struct wn_moments a, struct wn_moments b) {
    struct wn_t_test test;
    struct wn_better better;
    struct wn_err none;
    if (wn_welch_t(b, a, contrast->confidence, &test, &none) != WN_OK)
        return;
    take_test(contrast, WN_CONTRAST_WELCH, &test);
    if (wn_better_mean(a, b, contrast->confidence, &better, &none) == WN_OK)
        contrast->above = better.p;
}

static void test_anytime(struct wn_contrast *contrast, struct wn_moments differences) {
    struct wn_anytime test = wn_anytime_t(differences, WN_ANYTIME_SPREAD, 1 - contrast->confidence);
    contrast->test = WN_CONTRAST_ANYTIME;
    contrast->low = contrast->difference - test.half_width;
    contrast->high = contrast->difference + test.half_width;
    contrast->p = test.p;
}

static struct wn_sample copy_of(const struct wn_sample *sample) {
    struct wn_sample copy = *sample;
    copy.values = wn_malloc((sample->count + 1) * sizeof *copy.values);
    memcpy(copy.values, sample->values, sample->count * sizeof *copy.values);
    return copy;
}

// Returns the moments of the differences.
static struct wn_moments test_pairs(struct wn_contrast *contrast, const struct wn_sample *a,
                                    const struct wn_sample *b, bool anytime) {
    struct wn_sample scratch = copy_of(b);
    struct wn_wilcoxon ranks;
    struct wn_t_test test;
    struct wn_err none;
    contrast->alike = wn_paired_t(scratch, *a, contrast->confidence, &test, &none) != WN_OK;
    struct wn_moments differences = wn_moments_of(scratch.values, scratch.count);
    if (contrast->alike)
        differences.variance = 0; // but for rounding
    else
        take_test(contrast, WN_CONTRAST_PAIRED, &test);
    memcpy(scratch.values, b->values, b->count * sizeof *b->values);
    if (anytime)
        test_anytime(contrast, differences);
    else if (!contrast->alike && wn_wilcoxon(scratch, *a, false, &ranks, &none) == WN_OK)
        contrast->p_rank = ranks.p;
    free(scratch.values);
    return differences;
}

static void test_ranks(struct wn_contrast *contrast, struct wn_sample *a, struct wn_sample *b) {
    struct wn_mann_whitney ranks;
    struct wn_err none;
    wn_sort(a->values, a->count);
    wn_sort(b->values, b->count);
    contrast->cliffs_delta = wn_dominance(b, a).cliffs_delta;
    if (contrast->test == WN_CONTRAST_WELCH && wn_mann_whitney(b, a, &ranks, &none) == WN_OK)
        contrast->p_rank = ranks.p;
}

// ---- how many more ------------------------------------------------------------------------------

// Values on each side until the interval, should it stay around this difference, lies within
// +-least.
static double needed_for_same(const struct wn_contrast *contrast, double sd, double least) {
    double room = least - fabs(contrast->difference);
    if (!(room > 0))
        return NAN;
    double z = gsl_cdf_ugaussian_Qinv((1 - contrast->confidence) / 2);
    return fmax(2, pow(z * sd / room, 2));
}

// Of many values the t distribution is the normal one, and its noncentral kin takes long to
// compute. `effect` in standard errors of one value on each side.
static bool needs_many(const struct wn_contrast *contrast, double effect, double *needed) {
    enum { MANY = 2000 };
    double z = gsl_cdf_ugaussian_Qinv((1 - contrast->confidence) / 2) +
               gsl_cdf_ugaussian_Pinv(wanted_power);
    *needed = effect > 0 ? pow(z / effect, 2) : NAN;
    return !(*needed < MANY);
}

static double needed_welch(const struct wn_contrast *contrast, double least) {
    const struct wn_t_design design = {
        .ratio = 1, .alpha = 1 - contrast->confidence, .tails = WN_TWO_SIDED};
    double both = hypot(contrast->a.sd, contrast->b.sd), needed;
    double effect = fabs(contrast->difference) / both;
    struct wn_err none;
    if (!needs_many(contrast, effect, &needed))
        wn_t_size(&design, effect * M_SQRT2, wanted_power, &needed, &none);
    return fmin(needed, needed_for_same(contrast, both, least)); // of a NaN the other
}

static double needed_paired(const struct wn_contrast *contrast, double sd, double least) {
    double effect = fabs(contrast->difference) / sd, needed;
    struct wn_err none;
    if (!needs_many(contrast, effect, &needed))
        wn_paired_size(1 - contrast->confidence, effect, wanted_power, &needed, &none);
    return fmin(needed, needed_for_same(contrast, sd, least));
}

static double needed_anytime(const struct wn_contrast *contrast, struct wn_moments differences,
                             double least) {
    enum { MOST = 1000000 };
    size_t needed =
        wn_anytime_needed(differences, WN_ANYTIME_SPREAD, 1 - contrast->confidence, least, MOST);
    return needed ? (double)needed : NAN;
}

// ---- all of it ----------------------------------------------------------------------------------

static void plan(struct wn_contrast *contrast, struct wn_moments differences, double least) {
    if (contrast->test == WN_CONTRAST_ANYTIME)
        contrast->needed = needed_anytime(contrast, differences, least);
    else if (contrast->test == WN_CONTRAST_PAIRED)
        contrast->needed = needed_paired(contrast, sqrt(differences.variance), least);
    else
        contrast->needed = needed_welch(contrast, least);
}

// Numbers near the ends of what a double holds have a variance of 0, or none.
static void judge(struct wn_contrast *contrast, struct wn_sample *a, struct wn_sample *b,
                  const struct wn_contrast_design *design) {
    struct wn_moments differences = {0};
    if (design->paired)
        differences = test_pairs(contrast, a, b, design->anytime);
    if (contrast->test == WN_CONTRAST_NONE)
        test_welch(contrast, wn_moments_of(a->values, a->count),
                   wn_moments_of(b->values, b->count));
    if (isnan(contrast->p)) {
        contrast->test = WN_CONTRAST_NONE;
        contrast->doubt = WN_DOUBT_CONSTANT;
        return;
    }
    contrast->p_adjusted = contrast->p;
    if (design->plan)
        plan(contrast, differences, design->least);
}

void wn_contrast_of(struct wn_sample a, struct wn_sample b, const struct wn_contrast_design *design,
                    struct wn_contrast *contrast) {
    size_t all_a = a.count, all_b = b.count;
    if (design->paired) {
        wn_sample_clean_pairs(&a, &b);
    } else {
        wn_sample_clean(&a);
        wn_sample_clean(&b);
    }
    struct wn_moments x = wn_moments_of(a.values, a.count), y = wn_moments_of(b.values, b.count);
    *contrast = (struct wn_contrast){.a = side_of(x, design->confidence),
                                     .b = side_of(y, design->confidence),
                                     .goal = design->goal,
                                     .confidence = design->confidence,
                                     .low = NAN,
                                     .high = NAN,
                                     .p = NAN,
                                     .p_adjusted = NAN,
                                     .p_rank = NAN,
                                     .hedges_g = NAN,
                                     .cliffs_delta = NAN,
                                     .above = NAN,
                                     .better = NAN,
                                     .needed = NAN};
    contrast->a.missing = all_a - a.count;
    contrast->b.missing = all_b - b.count;
    contrast->difference = contrast->b.mean - contrast->a.mean;
    contrast->doubt = find_doubt(design, &a, &b);
    if (contrast->doubt != WN_DOUBT_NONE)
        return;
    struct wn_effect effect;
    struct wn_err none;
    if (wn_effect(y, x, &effect, &none) == WN_OK)
        contrast->hedges_g = effect.hedges_g;
    judge(contrast, &a, &b, design);
    test_ranks(contrast, &a, &b);
    if (contrast->goal != WN_GOAL_UNKNOWN)
        contrast->better =
            contrast->goal == WN_GOAL_MAXIMIZE ? contrast->above : 1 - contrast->above;
}

void wn_contrasts_adjust(struct wn_contrast *const *contrasts, size_t count) {
    double *p = wn_malloc((2 * count + 1) * sizeof *p), *adjusted = p + count;
    for (size_t i = 0; i < count; i++)
        p[i] = contrasts[i]->p;
    wn_adjust(p, count, WN_ADJUST_HOLM, adjusted);
    for (size_t i = 0; i < count; i++)
        contrasts[i]->p_adjusted = adjusted[i];
    free(p);
}

double wn_contrast_error(const struct wn_contrast *contrast) {
    return (contrast->high - contrast->low) / 4;
}

int wn_contrast_sign(const struct wn_contrast *contrast) {
    int sign = (contrast->difference > 0) - (contrast->difference < 0);
    if (contrast->goal == WN_GOAL_UNKNOWN)
        return 0;
    return contrast->goal == WN_GOAL_MAXIMIZE ? sign : -sign;
}
