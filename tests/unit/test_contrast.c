// SPDX-License-Identifier: GPL-3.0-or-later
// Two samples held against each other: the numbers, what there is no test for, guardrails, and what
// it all comes to in words.
#include "tests/unit/reference.h"

#include <gsl/gsl_errno.h>

#include "core/base/mem.h"
#include "core/base/rng.h"
#include "core/compare/compare.h"
#include "core/stats/anytime.h"

#define REFERENCE "../shared/stats/reference.json"

enum { MOST = 1000 };

static const struct wn_contrast_design usual = {
    .goal = WN_GOAL_MAXIMIZE, .confidence = 0.95, .plan = true};

// Of copies, for the samples are overwritten.
static struct wn_contrast contrast_of(const double *a, size_t a_count, const double *b,
                                      size_t b_count, struct wn_contrast_design design) {
    double x[MOST], y[MOST];
    struct wn_contrast contrast;
    memcpy(x, a, a_count * sizeof *a);
    memcpy(y, b, b_count * sizeof *b);
    wn_contrast_of((struct wn_sample){.values = x, .count = a_count},
                   (struct wn_sample){.values = y, .count = b_count}, &design, &contrast);
    return contrast;
}

#define CONTRAST(a, b, design) contrast_of(a, sizeof(a) / 8, b, sizeof(b) / 8, design)

static struct wn_contrast_design paired(struct wn_contrast_design design) {
    design.paired = true;
    return design;
}

static void assert_close(double got, double want, double within) {
    if (!(fabs(got - want) <= within * fmax(fabs(want), 1e-3)))
        fail_msg("%.15g, not %.15g", got, want);
}

// ---- numbers ------------------------------------------------------------------------------------

static cJSON *read_shared_reference(void) {
    FILE *file = fopen(REFERENCE, "r");
    if (!file)
        return NULL;
    fseek(file, 0, SEEK_END);
    size_t length = (size_t)ftell(file);
    rewind(file);
    char *text = wn_malloc(length + 1);
    text[fread(text, 1, length, file)] = '\0';
    fclose(file);
    cJSON *reference = cJSON_Parse(text);
    free(text);
    return reference;
}

static size_t finite_numbers(const cJSON *list, double *out) {
    const cJSON *item;
    size_t count = 0;
    cJSON_ArrayForEach(item, list) {
        assert_true(count < MOST);
        out[count++] = cJSON_IsNumber(item) ? item->valuedouble : NAN;
    }
    return count;
}

struct expectation {
    const char *fn;
    bool paired;
    const char *keys[8]; // of what a contrast has
};

static double number_of(const struct wn_contrast *contrast, const char *key) {
    const struct {
        const char *key;
        double number;
    } numbers[] = {
        {"diff", contrast->difference},
        {"p_two_sided", contrast->p},
        {"ci_low", contrast->low},
        {"ci_high", contrast->high},
        {"hedges_g_exact", contrast->hedges_g},
        {"cliffs_delta", contrast->cliffs_delta},
    };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (strcmp(numbers[i].key, key) == 0)
            return numbers[i].number;
    fail_msg("a contrast has no %s", key);
    return NAN;
}

// The reference is of x minus y: x is B.
static bool agrees(const cJSON *one, const struct expectation *expectation) {
    const cJSON *inputs = cJSON_GetObjectItem(one, "inputs");
    const cJSON *expect = cJSON_GetObjectItem(one, "expect");
    const cJSON *conf = cJSON_GetObjectItem(cJSON_GetObjectItem(one, "params"), "conf");
    double x[MOST], y[MOST];
    size_t xs = finite_numbers(cJSON_GetObjectItem(inputs, "x"), x);
    size_t ys = finite_numbers(cJSON_GetObjectItem(inputs, "y"), y);
    if (strcmp(cJSON_GetObjectItem(expect, "status")->valuestring, "ok") != 0)
        return false;
    struct wn_contrast_design design = usual;
    design.paired = expectation->paired;
    design.confidence = conf ? conf->valuedouble : 0.95;
    struct wn_contrast contrast = contrast_of(y, ys, x, xs, design);
    for (size_t i = 0; expectation->keys[i]; i++) {
        const cJSON *want = cJSON_GetObjectItem(expect, expectation->keys[i]);
        if (cJSON_IsNumber(want))
            assert_close(number_of(&contrast, expectation->keys[i]), want->valuedouble, 1e-9);
    }
    return true;
}

static void contrasts_agree_with_the_reference(void **state) {
    (void)state;
    static const struct expectation expectations[] = {
        {"welch_t", false, {"diff", "p_two_sided", "ci_low", "ci_high"}},
        {"paired_t", true, {"diff", "p_two_sided", "ci_low", "ci_high"}},
        {"effect_size", false, {"hedges_g_exact", "cliffs_delta"}},
    };
    cJSON *reference = read_shared_reference();
    const cJSON *one;
    size_t seen = 0;
    if (!reference) {
        print_message("skipped: there is no " REFERENCE "\n");
        skip();
    }
    cJSON_ArrayForEach(one, cJSON_GetObjectItem(reference, "cases")) {
        for (size_t i = 0; i < sizeof expectations / sizeof *expectations; i++)
            if (strcmp(cJSON_GetObjectItem(one, "fn")->valuestring, expectations[i].fn) == 0)
                seen += agrees(one, &expectations[i]);
    }
    assert_true(seen > 15);
    cJSON_Delete(reference);
}

// What no reference has: one against the other.
static void a_mean_has_its_error_and_its_interval(void **state) {
    (void)state;
    const double a[] = {1, 2, 3, 4, 5}, b[] = {3, 4, 5, 6, 7, NAN, INFINITY};
    struct wn_contrast contrast = CONTRAST(a, b, usual);
    assert_int_equal(contrast.a.n, 5);
    assert_int_equal(contrast.b.n, 5);
    assert_int_equal(contrast.b.missing, 2);
    assert_close(contrast.a.se, sqrt(0.5), 1e-12);
    assert_close(contrast.a.low, 3 - 2.7764451051977987 * sqrt(0.5), 1e-9);
    assert_close(contrast.difference, 2, 1e-12);
    assert_close(contrast.better, contrast.above, 0);
    assert_true(contrast.above > 0.9 && contrast.above < 1);
}

static void the_goal_tells_which_side_is_better(void **state) {
    (void)state;
    const double a[] = {1, 2, 3, 4}, b[] = {11, 12, 13, 15};
    struct wn_contrast_design design = usual;
    struct wn_contrast more = CONTRAST(a, b, design);
    design.goal = WN_GOAL_MINIMIZE;
    struct wn_contrast less = CONTRAST(a, b, design);
    design.goal = WN_GOAL_UNKNOWN;
    struct wn_contrast unknown = CONTRAST(a, b, design);
    assert_int_equal(wn_contrast_sign(&more), 1);
    assert_int_equal(wn_contrast_sign(&less), -1);
    assert_int_equal(wn_contrast_sign(&unknown), 0);
    assert_close(more.better + less.better, 1, 1e-12);
    assert_true(isnan(unknown.better) && !isnan(unknown.above));
}

// A thousandth of the noise that both have in common decides, in pairs alone.
static void pairs_take_out_what_both_have_in_common(void **state) {
    (void)state;
    const double a[] = {10, 20, 30, 40, 50}, b[] = {11, 21.1, 31, 40.9, 51};
    struct wn_contrast apart = CONTRAST(a, b, usual), pairs = CONTRAST(a, b, paired(usual));
    assert_int_equal(apart.test, WN_CONTRAST_WELCH);
    assert_int_equal(pairs.test, WN_CONTRAST_PAIRED);
    assert_true(apart.p > 0.9 && pairs.p < 1e-4);
    assert_true(pairs.low > 0.9 && pairs.high < 1.1);
    assert_true(pairs.needed < 5 && apart.needed > 1000);
}

static void a_pair_without_a_partner_value_is_left_out(void **state) {
    (void)state;
    const double a[] = {1, 2, 3, NAN, 5}, b[] = {2, 3.5, NAN, 4, 6};
    struct wn_contrast contrast = CONTRAST(a, b, paired(usual));
    assert_int_equal(contrast.a.n, 3);
    assert_int_equal(contrast.b.n, 3);
    assert_int_equal(contrast.a.missing, 2);
    assert_close(contrast.difference, (1 + 1.5 + 1) / 3, 1e-12);
}

static void so_many_values_find_the_difference(void **state) {
    (void)state;
    double a[64], b[64];
    for (size_t i = 0; i < 64; i++) { // d = 0.5: Cohen's table has 64 for a power of 80 %
        a[i] = (i % 2 ? 1 : -1) * sqrt(63.0 / 64);
        b[i] = a[i] + 0.5;
    }
    struct wn_contrast contrast = CONTRAST(a, b, usual);
    assert_close(contrast.needed, 63.7656, 1e-4);
}

static void a_race_is_tested_so_that_looking_is_allowed(void **state) {
    (void)state;
    const double a[] = {1, 2, 3, 4, 5, 6}, b[] = {2, 3.1, 4.2, 4.9, 6, 7.1};
    double differences[6];
    for (size_t i = 0; i < 6; i++)
        differences[i] = b[i] - a[i];
    struct wn_contrast_design design = paired(usual);
    struct wn_contrast fixed = CONTRAST(a, b, design);
    design.anytime = true;
    struct wn_contrast race = CONTRAST(a, b, design);
    struct wn_anytime test = wn_anytime_t(wn_moments_of(differences, 6), WN_ANYTIME_SPREAD, 0.05);
    assert_int_equal(race.test, WN_CONTRAST_ANYTIME);
    assert_close(race.p, test.p, 1e-12);
    assert_close(race.high - race.difference, test.half_width, 1e-12);
    assert_true(race.p > fixed.p && race.low < fixed.low && race.high > fixed.high);
    design.paired = false;
    assert_int_equal(CONTRAST(a, b, design).doubt, WN_DOUBT_UNPAIRED);
}

// ---- what there is no test for ------------------------------------------------------------------

static void too_few_values_are_no_evidence(void **state) {
    (void)state;
    const double one[] = {1}, many[] = {1, 2, 3}, none[] = {NAN};
    assert_int_equal(CONTRAST(one, one, usual).doubt, WN_DOUBT_SINGLE);
    assert_int_equal(CONTRAST(one, many, usual).doubt, WN_DOUBT_SINGLE);
    assert_int_equal(CONTRAST(none, many, usual).doubt, WN_DOUBT_EMPTY);
    struct wn_contrast contrast = CONTRAST(one, many, usual);
    assert_close(contrast.difference, 1, 0);
    assert_true(isnan(contrast.p) && isnan(contrast.low) && isnan(contrast.a.se));
    assert_int_equal(contrast.test, WN_CONTRAST_NONE);
}

static void repeats_that_are_all_the_same_are_refused(void **state) {
    (void)state;
    const double same[] = {2, 2, 2}, other[] = {3, 3, 3}, varied[] = {3, 3.1, 3.2};
    struct wn_contrast_design seeded = usual;
    seeded.seeded_a = seeded.seeded_b = true;
    assert_int_equal(CONTRAST(same, other, seeded).doubt, WN_DOUBT_IDENTICAL);
    assert_int_equal(CONTRAST(varied, same, seeded).doubt, WN_DOUBT_IDENTICAL);
    assert_int_equal(CONTRAST(same, same, paired(seeded)).doubt, WN_DOUBT_IDENTICAL);
    // One command that heeds its seed on one side does so on the other.
    seeded.same_command = true;
    assert_int_equal(CONTRAST(varied, same, seeded).doubt, WN_DOUBT_NONE);
    assert_int_equal(CONTRAST(same, other, seeded).doubt, WN_DOUBT_IDENTICAL);
    // Configurations may agree by their nature.
    assert_int_equal(CONTRAST(same, other, usual).doubt, WN_DOUBT_CONSTANT);
}

// Squares of these are 0, or infinite.
static void the_ends_of_what_a_number_may_be_are_no_test(void **state) {
    (void)state;
    const double small[] = {1e-300, 2e-300, 3e-300}, large[] = {1e308, -1e308, 1e307};
    const double usual_ones[] = {1, 2, 3};
    struct wn_contrast_design seeded = usual;
    seeded.seeded_a = seeded.seeded_b = true;
    assert_int_equal(CONTRAST(small, small, seeded).test, WN_CONTRAST_NONE);
    assert_true(CONTRAST(small, small, seeded).doubt != WN_DOUBT_IDENTICAL);
    assert_int_equal(CONTRAST(large, usual_ones, seeded).test, WN_CONTRAST_NONE);
    assert_int_equal(CONTRAST(large, usual_ones, paired(seeded)).test, WN_CONTRAST_NONE);
    assert_int_equal(CONTRAST(small, usual_ones, seeded).test, WN_CONTRAST_WELCH);
}

static void equal_pairs_are_no_difference(void **state) {
    (void)state;
    const double a[] = {1, 2, 3}, moved[] = {2, 3, 4};
    assert_int_equal(CONTRAST(a, a, paired(usual)).doubt, WN_DOUBT_EQUAL);
    struct wn_contrast contrast = CONTRAST(a, moved, paired(usual)); // differences do not vary
    assert_true(contrast.alike);
    assert_int_equal(contrast.test, WN_CONTRAST_WELCH);
}

// ---- swapping -----------------------------------------------------------------------------------

static char *verdict_text(const struct wn_contrast *contrast, double least,
                          enum wn_verdict_kind *kind) {
    const struct wn_verdict_case about = {
        .metric = "loss", .contrast = contrast, .least = least, .what = "run"};
    struct wn_compare_verdict verdict;
    wn_verdict_of(&about, &verdict);
    *kind = verdict.kind;
    return verdict.text;
}

static void swap_letters(char *text) {
    for (; *text; text++)
        if ((*text == 'A' || *text == 'B') && (text[1] == ' ' || text[1] == '\0'))
            *text = *text == 'A' ? 'B' : 'A';
}

static enum wn_verdict_kind mirrored(enum wn_verdict_kind kind) {
    return kind == WN_VERDICT_A_BETTER   ? WN_VERDICT_B_BETTER
           : kind == WN_VERDICT_B_BETTER ? WN_VERDICT_A_BETTER
                                         : kind;
}

static void check_swap(const double *a, size_t as, const double *b, size_t bs,
                       struct wn_contrast_design design) {
    struct wn_contrast there = contrast_of(a, as, b, bs, design);
    struct wn_contrast back = contrast_of(b, bs, a, as, design);
    enum wn_verdict_kind kind, mirror;
    char *text = verdict_text(&there, design.least, &kind);
    char *other = verdict_text(&back, design.least, &mirror);
    assert_int_equal(there.doubt, back.doubt);
    assert_int_equal(mirrored(kind), mirror);
    swap_letters(other);
    assert_string_equal(text, other);
    if (there.doubt == WN_DOUBT_NONE) {
        assert_close(there.difference, -back.difference, 1e-9);
        assert_close(there.low, -back.high, 1e-9);
        assert_close(there.hedges_g, -back.hedges_g, 1e-9);
        assert_close(there.cliffs_delta, -back.cliffs_delta, 1e-9);
        assert_close(there.p, back.p, 1e-9);
        assert_close(there.p_rank, back.p_rank, 1e-9);
        assert_close(there.better + back.better, 1, 1e-9);
    }
    free(text);
    free(other);
}

static void swapping_the_sides_mirrors_everything(void **state) {
    (void)state;
    struct wn_rng rng = wn_rng_new(6, 2);
    for (int round = 0; round < 200; round++) {
        double a[8], b[8], shift = 2 * wn_rng_uniform(&rng) - 1;
        size_t as = 1 + wn_rng_below(&rng, 8), bs = 1 + wn_rng_below(&rng, 8);
        struct wn_contrast_design design = usual;
        design.goal = wn_rng_below(&rng, 2) ? WN_GOAL_MAXIMIZE : WN_GOAL_MINIMIZE;
        design.paired = wn_rng_below(&rng, 2);
        design.least = wn_rng_below(&rng, 2) ? 0.3 : 0;
        bs = design.paired ? as : bs;
        for (size_t i = 0; i < 8; i++) {
            a[i] = wn_rng_uniform(&rng);
            b[i] = wn_rng_uniform(&rng) * 0.5 + shift;
        }
        check_swap(a, as, b, bs, design);
    }
}

// ---- several metrics ----------------------------------------------------------------------------

static void several_p_are_adjusted_and_what_was_not_tested_stays_out(void **state) {
    (void)state;
    struct wn_contrast contrasts[] = {{.p = 0.01}, {.p = NAN}, {.p = 0.04}, {.p = 0.03}};
    struct wn_contrast *all[] = {&contrasts[0], &contrasts[1], &contrasts[2], &contrasts[3]};
    wn_contrasts_adjust(all, 4);
    assert_close(contrasts[0].p_adjusted, 0.03, 1e-12);
    assert_true(isnan(contrasts[1].p_adjusted));
    assert_close(contrasts[2].p_adjusted, 0.06, 1e-12);
    assert_close(contrasts[3].p_adjusted, 0.06, 1e-12);
}

// ---- guardrails ---------------------------------------------------------------------------------

static enum wn_guardrail_state judged(const char *text, const double *a, const double *b,
                                      size_t count, struct wn_guardrail *guardrail) {
    struct wn_err err = {0};
    double x[MOST], y[MOST];
    memcpy(x, a, count * sizeof *a);
    memcpy(y, b, count * sizeof *b);
    const struct wn_sample left = {.values = x, .count = count},
                           right = {.values = y, .count = count};
    if (wn_guardrail_parse(text, guardrail, &err) != WN_OK)
        fail_msg("%s", err.text);
    wn_guardrail_judge(guardrail, &left, &right, &usual);
    assert_memory_equal(x, a, count * sizeof *a);
    enum wn_guardrail_state state = guardrail->state;
    wn_guardrail_clear(guardrail);
    return state;
}

static void guardrails_hold_break_or_are_not_certain(void **state) {
    (void)state;
    static const double a[] = {100, 101, 99, 100, 102, 98}, b[] = {104, 105, 103, 104, 106, 102};
    static const struct {
        const char *text;
        enum wn_guardrail_state state;
    } cases[] = {
        {"t<=+10%", WN_GUARDRAIL_HOLDS},     {"t <= +5 %", WN_GUARDRAIL_UNCERTAIN},
        {"t<=+3%", WN_GUARDRAIL_BROKEN},     {"t>=-2%", WN_GUARDRAIL_HOLDS},
        {"t>=+3%", WN_GUARDRAIL_UNCERTAIN},  {"t<=+8", WN_GUARDRAIL_HOLDS},
        {"t<=+4.5", WN_GUARDRAIL_UNCERTAIN}, {"t<=+3.5", WN_GUARDRAIL_BROKEN},
        {"t<=110", WN_GUARDRAIL_HOLDS},      {"t<=105", WN_GUARDRAIL_UNCERTAIN},
        {"t<=103", WN_GUARDRAIL_BROKEN},     {"t>=1e2", WN_GUARDRAIL_HOLDS},
    };
    struct wn_guardrail guardrail;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (judged(cases[i].text, a, b, 6, &guardrail) != cases[i].state)
            fail_msg("%s is %d", cases[i].text, judged(cases[i].text, a, b, 6, &guardrail));
    // One value each has no interval; its mean may break it all the same.
    assert_int_equal(judged("t<=+10%", a, b, 1, &guardrail), WN_GUARDRAIL_UNCERTAIN);
    assert_int_equal(judged("t<=+1%", a, b, 1, &guardrail), WN_GUARDRAIL_BROKEN);
    // What never varies is known exactly.
    static const double size[] = {12, 12, 12};
    assert_int_equal(judged("size<=+1%", size, size, 3, &guardrail), WN_GUARDRAIL_HOLDS);
    // Below 0 a share is one of the size of A.
    static const double low[] = {-100, -101, -99}, lower[] = {-110, -111, -109};
    assert_int_equal(judged("t>=-5%", low, lower, 3, &guardrail), WN_GUARDRAIL_BROKEN);
    assert_int_equal(judged("t>=-20%", low, lower, 3, &guardrail), WN_GUARDRAIL_HOLDS);
}

static void a_wrong_guardrail_says_where(void **state) {
    (void)state;
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"latency", "guardrail latency, column 8: <= or >= goes after the metric"},
        {"<=+5%", "guardrail <=+5%, column 1: a metric goes first"},
        {"t<5", "guardrail t<5, column 2: <= or >= goes after the metric"},
        {"t<=", "guardrail t<=, column 4: a number goes here"},
        {"t<=inf", "guardrail t<=inf, column 4: a number goes here"},
        {"t<=0x10", "guardrail t<=0x10, column 4: a number goes here"},
        {"t<=5%", "guardrail t<=5%, column 4: a share of A has a sign: +5% or -5%"},
        {"t<=+5 ms", "guardrail t<=+5 ms, column 7: nothing goes after the limit"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct wn_guardrail guardrail;
        struct wn_err err = {0};
        assert_int_equal(wn_guardrail_parse(cases[i].text, &guardrail, &err), WN_BAD_INPUT);
        char *begin = wn_strndup(err.text, strlen(cases[i].message));
        assert_string_equal(begin, cases[i].message);
        free(begin);
    }
}

// ---- words --------------------------------------------------------------------------------------

static void assert_verdict(struct wn_verdict_case about, const struct wn_contrast *contrast,
                           enum wn_verdict_kind kind, const char *text) {
    struct wn_compare_verdict verdict;
    about.contrast = contrast;
    about.what = about.what ? about.what : "run";
    wn_verdict_of(&about, &verdict);
    assert_string_equal(verdict.text, text);
    assert_int_equal(verdict.kind, kind);
    free(verdict.text);
}

static struct wn_contrast told(double low, double high) {
    return (struct wn_contrast){.a = {.n = 5, .mean = 90, .sd = 1},
                                .b = {.n = 5, .mean = 90 + (low + high) / 2, .sd = 1},
                                .goal = WN_GOAL_MAXIMIZE,
                                .test = WN_CONTRAST_WELCH,
                                .difference = (low + high) / 2,
                                .low = low,
                                .high = high,
                                .needed = 18.3};
}

static void a_verdict_is_a_sentence(void **state) {
    (void)state;
    const struct wn_verdict_case loss = {.metric = "loss"}, accuracy = {.metric = "accuracy"};
    struct wn_contrast better = told(1.8, 3.1), worse = told(-3.1, -1.8), unsure = told(-1, 3);
    assert_verdict(loss, &better, WN_VERDICT_B_BETTER, "B is better by 1.8 to 3.1 in loss");
    assert_verdict(accuracy, &better, WN_VERDICT_B_BETTER,
                   "B is better by 1.8 to 3.1 points of accuracy");
    assert_verdict(loss, &worse, WN_VERDICT_A_BETTER, "A is better by 1.8 to 3.1 in loss");
    assert_verdict(loss, &unsure, WN_VERDICT_UNSURE,
                   "cannot tell yet: about 14 more repeats each would");
    unsure.needed = 5.5;
    assert_verdict(loss, &unsure, WN_VERDICT_UNSURE,
                   "cannot tell yet: about 1 more repeat each would");
    unsure.needed = 4000;
    assert_verdict((struct wn_verdict_case){.metric = "loss", .what = "configuration"}, &unsure,
                   WN_VERDICT_UNSURE, "cannot tell: no affordable number of configurations would");
    better.goal = WN_GOAL_UNKNOWN;
    assert_verdict(loss, &better, WN_VERDICT_DIFFERENT,
                   "they differ: B is higher by 1.8 to 3.1 in loss; whether that is better the "
                   "spec does not say");
    const struct wn_verdict_case least = {.metric = "loss", .least = 4};
    better.goal = WN_GOAL_MAXIMIZE;
    assert_verdict(least, &better, WN_VERDICT_SAME, "the same within ±4 in loss");
}

static void a_broken_guardrail_takes_the_win_from_b_alone(void **state) {
    (void)state;
    struct wn_guardrail guardrails[] = {
        {.text = "latency_ms<=+5%", .value = 12, .state = WN_GUARDRAIL_BROKEN},
        {.text = "auc>=0.9", .value = 0.95, .state = WN_GUARDRAIL_HOLDS},
    };
    const struct wn_verdict_case about = {
        .metric = "loss", .guardrails = guardrails, .guardrail_count = 2};
    struct wn_contrast better = told(1.8, 3.1), worse = told(-3.1, -1.8);
    assert_verdict(about, &better, WN_VERDICT_VETOED,
                   "B is better but breaks the guardrail latency_ms<=+5% (+12%)");
    assert_verdict(about, &worse, WN_VERDICT_A_BETTER, "A is better by 1.8 to 3.1 in loss");
    guardrails[0].state = WN_GUARDRAIL_UNCERTAIN;
    assert_verdict(about, &better, WN_VERDICT_B_BETTER, "B is better by 1.8 to 3.1 in loss");
}

static void what_is_no_evidence_is_said(void **state) {
    (void)state;
    const double one[] = {1}, many[] = {1, 2, 3}, none[] = {NAN}, same[] = {2, 2};
    struct wn_contrast_design seeded = usual;
    seeded.seeded_a = seeded.seeded_b = true;
    struct wn_contrast each = CONTRAST(one, one, usual), a = CONTRAST(one, many, usual);
    struct wn_contrast empty = CONTRAST(none, many, usual), dull = CONTRAST(same, many, seeded);
    const struct wn_verdict_case loss = {
        .metric = "loss", .more = "winnow ab s 1 2", .empty_a = "1 failed"};
    assert_verdict(loss, &each, WN_VERDICT_NO_EVIDENCE,
                   "one run each is no evidence: winnow ab s 1 2 runs more");
    assert_verdict((struct wn_verdict_case){.metric = "loss"}, &a, WN_VERDICT_NO_EVIDENCE,
                   "one run of A is no evidence");
    assert_verdict(loss, &empty, WN_VERDICT_NO_EVIDENCE, "A has no loss yet (1 failed)");
    assert_verdict(loss, &dull, WN_VERDICT_REFUSED,
                   "no evidence: all runs of A gave the very same loss, so the command seems to "
                   "ignore its seed (pass {seed}, or read WINNOW_SEED)");
}

int main(void) {
    gsl_set_error_handler_off(); // as main() does
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(contrasts_agree_with_the_reference),
        cmocka_unit_test(a_mean_has_its_error_and_its_interval),
        cmocka_unit_test(the_goal_tells_which_side_is_better),
        cmocka_unit_test(pairs_take_out_what_both_have_in_common),
        cmocka_unit_test(a_pair_without_a_partner_value_is_left_out),
        cmocka_unit_test(so_many_values_find_the_difference),
        cmocka_unit_test(a_race_is_tested_so_that_looking_is_allowed),
        cmocka_unit_test(too_few_values_are_no_evidence),
        cmocka_unit_test(repeats_that_are_all_the_same_are_refused),
        cmocka_unit_test(the_ends_of_what_a_number_may_be_are_no_test),
        cmocka_unit_test(equal_pairs_are_no_difference),
        cmocka_unit_test(swapping_the_sides_mirrors_everything),
        cmocka_unit_test(several_p_are_adjusted_and_what_was_not_tested_stays_out),
        cmocka_unit_test(guardrails_hold_break_or_are_not_certain),
        cmocka_unit_test(a_wrong_guardrail_says_where),
        cmocka_unit_test(a_verdict_is_a_sentence),
        cmocka_unit_test(a_broken_guardrail_takes_the_win_from_b_alone),
        cmocka_unit_test(what_is_no_evidence_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
