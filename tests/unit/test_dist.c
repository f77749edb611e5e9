// SPDX-License-Identifier: GPL-3.0-or-later
// The distributions: W&B's reference tables, and for every row that its CDF undoes its quantile,
// that values are finite and in order, and that nothing leaves its bounds.
#include "tests/unit/check.h"

#include <float.h>

#include <cjson/cJSON.h>
#include <gsl/gsl_errno.h>

#include "core/base/mem.h"
#include "core/base/rng.h"
#include "core/base/str.h"
#include "core/dist.h"

enum { ROUNDS = 400, DRAWS = 60, MOST_CHOICES = 9 };

static double as_double(enum wn_kind kind, struct wn_scalar x) {
    return kind == WN_KIND_FLOAT ? x.number : (double)x.integer;
}

static const struct wn_dist *dist_called(const char *name) {
    const struct wn_dist *dist = wn_dist_find(name);
    assert_non_null(dist);
    return dist;
}

// ---- random arguments ---------------------------------------------------------------------------

struct setup {
    const struct wn_dist *dist;
    struct wn_dist_args args;
    struct wn_value values[MOST_CHOICES];
    double probabilities[MOST_CHOICES];
};

static double spread(struct wn_rng *rng, double low, double high) {
    return low + (high - low) * wn_rng_uniform(rng);
}

static void random_bounds(struct setup *setup, struct wn_rng *rng) {
    struct wn_dist_args *args = &setup->args;
    bool exponents = strstr(setup->dist->name, "log_") && !setup->dist->positive_bounds;
    double size = exponents ? spread(rng, 0.1, 40) : pow(10, spread(rng, -4, 9));
    args->min =
        setup->dist->positive_bounds ? size * spread(rng, 1e-6, 1) : spread(rng, -1, 1) * size;
    args->max = args->min + size * spread(rng, 1e-3, 2);
    if (setup->dist->integer_bounds) {
        args->min = ceil(args->min);
        args->max = fmax(ceil(args->max), args->min + 1);
    }
}

static void random_choices(struct setup *setup, struct wn_rng *rng) {
    double sum = 0;
    setup->args.count =
        setup->dist->required & WN_KEY_VALUE ? 1 : 1 + wn_rng_below(rng, MOST_CHOICES);
    for (size_t i = 0; i < setup->args.count; i++) {
        setup->values[i] = wn_value_int((int64_t)i);
        setup->probabilities[i] = i && wn_rng_below(rng, 4) == 0 ? 0 : spread(rng, 1e-6, 1);
        sum += setup->probabilities[i];
    }
    for (size_t i = 0; i < setup->args.count; i++)
        setup->probabilities[i] /= sum;
    setup->args.values = setup->values;
    if (setup->dist->required & WN_KEY_PROBABILITIES)
        setup->args.probabilities = setup->probabilities;
}

static void random_setup(struct setup *setup, const struct wn_dist *dist, struct wn_rng *rng) {
    *setup = (struct setup){.dist = dist, .args = {.q = 1, .sigma = 1, .a = 1, .b = 1}};
    unsigned keys = dist->required | dist->optional;
    if (keys & (WN_KEY_VALUE | WN_KEY_VALUES))
        random_choices(setup, rng);
    if (keys & WN_KEY_MIN)
        random_bounds(setup, rng);
    if (keys & WN_KEY_SIGMA) {
        setup->args.mu = spread(rng, -50, 50);
        setup->args.sigma = wn_rng_below(rng, 10) ? pow(10, spread(rng, -3, 1)) : 0;
    }
    if (keys & WN_KEY_A) {
        setup->args.a = pow(10, spread(rng, -2, 3));
        setup->args.b = pow(10, spread(rng, -2, 3));
    }
    if (keys & WN_KEY_Q) {
        setup->args.q_is_int = wn_rng_below(rng, 2);
        setup->args.q =
            setup->args.q_is_int ? 1 + (double)wn_rng_below(rng, 64) : pow(10, spread(rng, -3, 1));
    }
}

// Calls `check` with many random argument sets of every row.
static void for_many(void (*check)(const struct setup *, struct wn_rng *)) {
    size_t count;
    const struct wn_dist *const *dists = wn_dist_all(&count);
    assert_int_equal(count, 19);
    for (size_t i = 0; i < count; i++) {
        struct wn_rng rng = wn_rng_new(42, i);
        int rounds = strstr(dists[i]->name, "beta") ? ROUNDS / 10 : ROUNDS; // beta is slow
        for (int round = 0; round < rounds; round++) {
            struct setup setup;
            random_setup(&setup, dists[i], &rng);
            check(&setup, &rng);
        }
    }
}

// What a searcher may draw: the ends of the open interval first.
static double draw_u(struct wn_rng *rng, int draw) {
    static const double ends[] = {0x1p-53, 1 - 0x1p-53, 0.5};
    size_t count = sizeof ends / sizeof *ends;
    return (size_t)draw < count ? ends[draw] : wn_rng_uniform(rng);
}

// ---- properties ---------------------------------------------------------------------------------

static bool smooth(const struct setup *setup) {
    return setup->dist->kind(&setup->args) == WN_KIND_FLOAT &&
           !((setup->dist->required | setup->dist->optional) & WN_KEY_Q);
}

static void check_discrete_inverse(const struct setup *setup, struct wn_rng *rng) {
    if (smooth(setup))
        return;
    enum wn_kind kind = setup->dist->kind(&setup->args);
    for (int draw = 0; draw < DRAWS; draw++) {
        struct wn_scalar x = setup->dist->quantile(&setup->args, draw_u(rng, draw));
        double u = setup->dist->cdf(&setup->args, x);
        struct wn_scalar again = setup->dist->quantile(&setup->args, u);
        double a = as_double(kind, x), b = as_double(kind, again);
        bool fine_grained = fabs(a) > 0x1p45 * setup->args.q; // u itself cannot tell these apart
        if (!(u > 0 && u < 1) || fabs(a - b) > (fine_grained ? 1e-9 * fabs(a) : 0))
            fail_msg("%s: %.17g became %.17g by u = %.17g", setup->dist->name, a, b, u);
    }
}

static void the_cdf_undoes_the_quantile_of_every_discrete_row(void **state) {
    (void)state;
    for_many(check_discrete_inverse);
}

// Equal up to rounding, of the value or (where the curve is flat) of u.
static void check_smooth_inverse(const struct setup *setup, struct wn_rng *rng) {
    if (!smooth(setup))
        return;
    for (int draw = 0; draw < DRAWS; draw++) {
        double x = setup->dist->quantile(&setup->args, draw_u(rng, draw)).number;
        double u = setup->dist->cdf(&setup->args, (struct wn_scalar){.number = x});
        double again = setup->dist->quantile(&setup->args, u).number;
        double v = setup->dist->cdf(&setup->args, (struct wn_scalar){.number = again});
        bool near = fabs(again - x) <= 1e-9 * fmax(fabs(x), fabs(setup->args.max)) + 1e-300 ||
                    fabs(u - v) <= 1e-14 + 1e-9 * fmin(u, 1 - u);
        if (!(u > 0 && u < 1) || !near)
            fail_msg("%s: %.17g became %.17g by u = %.17g", setup->dist->name, x, again, u);
    }
}

static void the_cdf_undoes_the_quantile_of_every_smooth_row(void **state) {
    (void)state;
    for_many(check_smooth_inverse);
}

static void check_order(const struct setup *setup, struct wn_rng *rng) {
    (void)rng;
    enum wn_kind kind = setup->dist->kind(&setup->args);
    double last = -DBL_MAX;
    for (int i = 0; i <= DRAWS; i++) {
        double x = as_double(kind, setup->dist->quantile(&setup->args, (double)i / DRAWS));
        assert_true(isfinite(x));
        if (x < last)
            fail_msg("%s: %.17g after %.17g", setup->dist->name, x, last);
        last = x;
    }
}

static void quantiles_are_finite_and_never_go_down(void **state) {
    (void)state;
    for_many(check_order);
}

static void check_bounds(const struct setup *setup, struct wn_rng *rng) {
    bool plain = setup->dist->integer_bounds || setup->dist->positive_bounds ||
                 setup->dist == wn_dist_find("uniform");
    if (!plain || (setup->dist->optional & WN_KEY_Q))
        return;
    enum wn_kind kind = setup->dist->kind(&setup->args);
    for (int draw = 0; draw < DRAWS; draw++) {
        double x = as_double(kind, setup->dist->quantile(&setup->args, draw_u(rng, draw)));
        assert_true(x >= setup->args.min && x <= setup->args.max);
    }
}

static void values_stay_between_min_and_max(void **state) {
    (void)state;
    for_many(check_bounds);
}

static void check_steps(const struct setup *setup, struct wn_rng *rng) {
    if (!((setup->dist->optional) & WN_KEY_Q))
        return;
    enum wn_kind kind = setup->dist->kind(&setup->args);
    for (int draw = 0; draw < DRAWS; draw++) {
        double x = as_double(kind, setup->dist->quantile(&setup->args, draw_u(rng, draw)));
        double k = x / setup->args.q;
        assert_true(fabs(k - rint(k)) <= 1e-9 * fmax(1, fabs(k)));
    }
}

static void quantised_values_are_multiples_of_q(void **state) {
    (void)state;
    for_many(check_steps);
}

// Walks from value to value: each is counted where the next larger one begins.
static void check_cardinality(const struct setup *setup, struct wn_rng *rng) {
    (void)rng;
    uint64_t count = setup->dist->cardinality(&setup->args), found = 1;
    enum wn_kind kind = setup->dist->kind(&setup->args);
    if (count == 0 || count > 60)
        return;
    double last = as_double(kind, setup->dist->quantile(&setup->args, 0));
    for (int i = 0; i <= 2000; i++) {
        double x = as_double(kind, setup->dist->quantile(&setup->args, i / 2000.0));
        found += x != last;
        last = x;
    }
    assert_true(found <= count);
    if (setup->dist->integer_bounds && setup->args.min > 20)
        assert_int_equal(found, count);
}

static void no_row_yields_more_values_than_its_cardinality(void **state) {
    (void)state;
    for_many(check_cardinality);
}

static void check_grid(const struct setup *setup, struct wn_rng *rng) {
    if (!setup->dist->grid)
        return;
    uint64_t count = setup->dist->grid_count(&setup->args);
    enum wn_kind kind = setup->dist->kind(&setup->args);
    assert_true(count > 0);
    uint64_t i = wn_rng_below(rng, count);
    double x = as_double(kind, setup->dist->grid_value(&setup->args, i));
    if (i > 0)
        assert_true(as_double(kind, setup->dist->grid_value(&setup->args, i - 1)) < x ||
                    kind == WN_KIND_INT);
    double u = setup->dist->cdf(&setup->args, setup->dist->grid_value(&setup->args, i));
    assert_true(u > 0 && u < 1);
}

static void grid_values_rise(void **state) {
    (void)state;
    for_many(check_grid);
}

// ---- single cases -------------------------------------------------------------------------------

static void steps_that_only_a_point_would_round_to_are_left_out(void **state) {
    (void)state;
    const struct wn_dist *dist = dist_called("q_uniform");
    struct wn_dist_args args = {.min = 0.5, .max = 2.5, .q = 1, .q_is_int = true};
    assert_int_equal(dist->quantile(&args, 0).integer, 1);
    assert_int_equal(dist->quantile(&args, 1).integer, 2);
    assert_int_equal(dist->cardinality(&args), 2);
}

static void a_quantised_value_may_leave_its_bounds(void **state) {
    (void)state;
    const struct wn_dist *dist = dist_called("q_uniform");
    struct wn_dist_args args = {.min = 3, .max = 9, .q = 5};
    assert_true(dist->quantile(&args, 0).number == 5);
    assert_true(dist->quantile(&args, 1).number == 10);
}

static void q_makes_integers_only_when_written_as_one(void **state) {
    (void)state;
    const struct wn_dist *dist = dist_called("q_normal");
    assert_int_equal(dist->kind(&(struct wn_dist_args){.q = 2, .q_is_int = true}), WN_KIND_INT);
    assert_int_equal(dist->kind(&(struct wn_dist_args){.q = 2}), WN_KIND_FLOAT);
}

static void huge_quantised_integers_stop_at_2_to_the_53(void **state) {
    (void)state;
    const struct wn_dist *dist = dist_called("q_log_normal");
    struct wn_dist_args args = {.mu = 300, .sigma = 100, .q = 3, .q_is_int = true};
    int64_t largest = dist->quantile(&args, 1).integer;
    assert_true(largest <= INT64_C(1) << 53);
    assert_int_equal(largest % 3, 0);
    double u = dist->cdf(&args, (struct wn_scalar){.integer = largest});
    assert_int_equal(dist->quantile(&args, u).integer, largest);
}

static void absurd_arguments_still_give_finite_values(void **state) {
    (void)state;
    size_t count;
    const struct wn_dist *const *dists = wn_dist_all(&count);
    static const double wild[] = {-DBL_MAX, -1e300, -1, 0, 5e-324, 1e-300, 1, 1e17, DBL_MAX};
    struct wn_rng rng = wn_rng_new(7, 7);
    for (size_t i = 0; i < count * 300; i++) {
        const struct wn_dist *dist = dists[i % count];
        if (dist->required & (WN_KEY_VALUE | WN_KEY_VALUES))
            continue;
        double pick[7];
        for (size_t k = 0; k < 7; k++)
            pick[k] = wild[wn_rng_below(&rng, sizeof wild / sizeof *wild)];
        struct wn_dist_args args = {.min = fmin(pick[0], pick[1]),
                                    .max = fmax(pick[0], pick[1]),
                                    .mu = pick[2],
                                    .sigma = fabs(pick[3]),
                                    .a = fabs(pick[4]),
                                    .b = fabs(pick[5]),
                                    .q = pick[6] > 0 ? pick[6] : 1};
        if (dist->positive_bounds && args.min < 1)
            continue;
        struct wn_scalar x = dist->quantile(&args, wn_rng_uniform(&rng));
        assert_true(isfinite(as_double(dist->kind(&args), x)));
        double u = dist->cdf(&args, x);
        assert_true(u > 0 && u < 1);
        dist->cardinality(&args);
    }
}

static void a_value_without_probability_never_comes(void **state) {
    (void)state;
    const struct wn_dist *dist = dist_called("categorical_w_probabilities");
    double probabilities[] = {0, 0.3, 0, 0.7, 0};
    struct wn_dist_args args = {.probabilities = probabilities, .count = 5};
    assert_int_equal(dist->quantile(&args, 0).integer, 1);
    assert_int_equal(dist->quantile(&args, 1).integer, 3);
    assert_int_equal(dist->cardinality(&args), 2);
}

static void a_value_written_twice_comes_twice_as_often(void **state) {
    (void)state;
    size_t picks[] = {0, 1, 0, 2}; // a, b, a, c
    double probabilities[] = {0, 0.5, 0.25, 0.25};
    struct wn_dist_args args = {.count = 3, .picks = picks, .pick_count = 4};
    const struct wn_dist *equal = dist_called("categorical");
    assert_int_equal(equal->quantile(&args, 0.1).integer, 0);
    assert_int_equal(equal->quantile(&args, 0.6).integer, 0);
    assert_int_equal(equal->quantile(&args, 0.9).integer, 2);
    assert_int_equal(equal->cardinality(&args), 3);
    args.probabilities = probabilities;
    const struct wn_dist *weighted = dist_called("categorical_w_probabilities");
    assert_int_equal(weighted->quantile(&args, 0.1).integer, 1);
    assert_int_equal(weighted->quantile(&args, 0.6).integer, 0);
    assert_int_equal(weighted->cardinality(&args), 3);
    for (int64_t i = 0; i < 3; i++) {
        struct wn_scalar x = {.integer = i};
        assert_int_equal(equal->quantile(&args, equal->cdf(&args, x)).integer, i);
        assert_int_equal(weighted->quantile(&args, weighted->cdf(&args, x)).integer, i);
    }
}

static void a_grid_over_q_uniform_is_numpys_arange(void **state) {
    (void)state;
    const struct wn_dist *dist = dist_called("q_uniform");
    struct wn_dist_args ints = {.min = 1, .max = 11, .q = 5, .q_is_int = true};
    assert_int_equal(dist->grid_count(&ints), 2);
    assert_int_equal(dist->grid_value(&ints, 1).integer, 6);
    struct wn_dist_args floats = {.min = 1, .max = 2, .q = 0.1};
    assert_int_equal(dist->grid_count(&floats), 10);
    assert_true(dist->grid_value(&floats, 9).number == 1.9000000000000008);
    struct wn_dist_args odd = {.min = 1, .max = 1.3, .q = 0.1}; // arange passes its end here
    assert_int_equal(dist->grid_count(&odd), 4);
}

static void integers_on_a_log_scale_split_the_line_at_halves(void **state) {
    (void)state;
    const struct wn_dist *dist = dist_called("int_log_uniform_values");
    struct wn_dist_args args = {.min = 1, .max = 4};
    double edge = (log(1.5) - log(0.5)) / (log(4.5) - log(0.5));
    assert_int_equal(dist->quantile(&args, edge - 1e-9).integer, 1);
    assert_int_equal(dist->quantile(&args, edge + 1e-9).integer, 2);
    assert_int_equal(dist->cardinality(&args), 4);
    double middle = (edge + (log(2.5) - log(0.5)) / (log(4.5) - log(0.5))) / 2;
    assert_true(fabs(dist->cdf(&args, (struct wn_scalar){.integer = 2}) - middle) < 1e-12);
}

static void names_are_found_and_suggested(void **state) {
    (void)state;
    assert_null(wn_dist_find("loguniform"));
    assert_string_equal(wn_dist_closest("log_unifrom"), "log_uniform");
    assert_null(wn_dist_closest("zzzzzzzz"));
}

// ---- W&B's reference tables ---------------------------------------------------------------------

static char *shared_text(const char *name) {
    const char *folder = getenv("WINNOW_SHARED");
    char *path = wn_format("%s/%s", folder ? folder : "../shared", name);
    FILE *file = fopen(path, "rb");
    free(path);
    if (!file)
        return NULL;
    struct wn_str text = {0};
    char buffer[4096];
    for (size_t got; (got = fread(buffer, 1, sizeof buffer, file)) > 0;)
        wn_str_add_bytes(&text, buffer, got);
    fclose(file);
    return wn_str_take(&text);
}

static double number_at(const cJSON *object, const char *key, double fallback) {
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
    return cJSON_IsNumber(item) ? item->valuedouble : fallback;
}

static void fill_setup(struct setup *setup, const cJSON *test) {
    const cJSON *filled = cJSON_GetObjectItemCaseSensitive(test, "filled"), *item;
    const char *type = cJSON_GetObjectItemCaseSensitive(test, "value_type")->valuestring;
    const char *name = cJSON_GetObjectItemCaseSensitive(test, "distribution")->valuestring;
    *setup = (struct setup){.dist = dist_called(name),
                            .args = {.min = number_at(filled, "min", 0),
                                     .max = number_at(filled, "max", 1),
                                     .mu = number_at(filled, "mu", 0),
                                     .sigma = number_at(filled, "sigma", 1),
                                     .a = number_at(filled, "a", 1),
                                     .b = number_at(filled, "b", 1),
                                     .q = number_at(filled, "q", 1),
                                     .q_is_int = strcmp(type, "int") == 0}};
    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(filled, "values"))
        setup->values[setup->args.count++] = wn_value_from_cjson(item);
    if ((item = cJSON_GetObjectItemCaseSensitive(filled, "value")))
        setup->values[setup->args.count++] = wn_value_from_cjson(item);
    size_t i = 0;
    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(filled, "probabilities"))
        setup->probabilities[i++] = item->valuedouble;
    setup->args.values = setup->values;
    setup->args.probabilities = i ? setup->probabilities : NULL;
}

static bool agrees(const struct setup *setup, double u, const cJSON *expected) {
    enum wn_kind kind = setup->dist->kind(&setup->args);
    struct wn_scalar x = setup->dist->quantile(&setup->args, u);
    if (kind == WN_KIND_CHOICE) {
        struct wn_value value = wn_value_from_cjson(expected);
        bool equal = wn_value_equal(&value, &setup->values[x.integer]);
        wn_value_clear(&value);
        return equal;
    }
    double found = as_double(kind, x), wanted = expected->valuedouble;
    return smooth(setup) ? fabs(found - wanted) <= 1e-9 * fabs(wanted) + 1e-15 : found == wanted;
}

static void every_reference_quantile_agrees(void **state) {
    (void)state;
    char *text = shared_text("spec/distributions.json");
    if (!text) {
        print_message("skipped: ../shared/spec/distributions.json is not there\n");
        skip();
    }
    cJSON *root = cJSON_Parse(text), *test;
    assert_non_null(root);
    const cJSON *quantiles = cJSON_GetObjectItemCaseSensitive(root, "quantiles");
    int compared = 0;
    cJSON_ArrayForEach(test, cJSON_GetObjectItemCaseSensitive(root, "cases")) {
        struct setup setup;
        fill_setup(&setup, test);
        const cJSON *expected = cJSON_GetObjectItemCaseSensitive(test, "values")->child;
        for (const cJSON *u = quantiles->child; u; u = u->next, expected = expected->next) {
            bool near = agrees(&setup, u->valuedouble, expected) ||
                        agrees(&setup, nextafter(u->valuedouble, 0), expected) || // on a step
                        agrees(&setup, nextafter(u->valuedouble, 1), expected);
            if (!near)
                fail_msg("%s at %g", setup.dist->name, u->valuedouble);
            compared++;
        }
        for (size_t i = 0; i < setup.args.count; i++)
            wn_value_clear(&setup.values[i]);
    }
    assert_int_equal(compared, 24 * 99);
    cJSON_Delete(root);
    free(text);
}

// GSL must have nothing to report, for its default answer to an error is to abort.
static void report(const char *reason, const char *file, int line, int code) {
    fail_msg("GSL: %s (%s:%d, %d)", reason, file, line, code);
}

int main(void) {
    gsl_set_error_handler(report);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_cdf_undoes_the_quantile_of_every_discrete_row),
        cmocka_unit_test(the_cdf_undoes_the_quantile_of_every_smooth_row),
        cmocka_unit_test(quantiles_are_finite_and_never_go_down),
        cmocka_unit_test(values_stay_between_min_and_max),
        cmocka_unit_test(quantised_values_are_multiples_of_q),
        cmocka_unit_test(no_row_yields_more_values_than_its_cardinality),
        cmocka_unit_test(grid_values_rise),
        cmocka_unit_test(steps_that_only_a_point_would_round_to_are_left_out),
        cmocka_unit_test(a_quantised_value_may_leave_its_bounds),
        cmocka_unit_test(q_makes_integers_only_when_written_as_one),
        cmocka_unit_test(huge_quantised_integers_stop_at_2_to_the_53),
        cmocka_unit_test(absurd_arguments_still_give_finite_values),
        cmocka_unit_test(a_value_without_probability_never_comes),
        cmocka_unit_test(a_value_written_twice_comes_twice_as_often),
        cmocka_unit_test(a_grid_over_q_uniform_is_numpys_arange),
        cmocka_unit_test(integers_on_a_log_scale_split_the_line_at_halves),
        cmocka_unit_test(names_are_found_and_suggested),
        cmocka_unit_test(every_reference_quantile_agrees),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
