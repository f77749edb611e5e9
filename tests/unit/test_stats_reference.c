// SPDX-License-Identifier: GPL-3.0-or-later
// Every statistic against what others say of the same numbers (tests/data/stats.json), and the
// contract of the whole table: whatever it is given, a statistic answers, or says why not.
#include "tests/unit/reference.h"

#include <gsl/gsl_errno.h>

#include "core/stats/case.h"
#include "core/stats/stat.h"

struct outcome {
    struct wn_answer answer;
    struct wn_err err;
    enum wn_status status;
};

static struct outcome run_json(const struct wn_stat *stat, const cJSON *json) {
    struct outcome outcome = {0};
    struct wn_stat_arg args[WN_STAT_FIELDS] = {0};
    struct wn_value object = wn_value_from_cjson(json);
    outcome.status = wn_case_read(stat, &object, args, &outcome.err);
    if (outcome.status == WN_OK)
        outcome.status = wn_stat_run(stat, args, &outcome.answer, &outcome.err);
    wn_stat_args_free(args);
    wn_value_clear(&object);
    return outcome;
}

static struct outcome run_text(const char *name, const char *text) {
    const struct wn_stat *stat = wn_stat_find(name);
    assert_non_null(stat);
    cJSON *json = cJSON_Parse(text);
    assert_non_null(json);
    struct outcome outcome = run_json(stat, json);
    cJSON_Delete(json);
    return outcome;
}

// ---- reference ----------------------------------------------------------------------------------

static void agree(const char *id, const char *key, double want, double got, double within) {
    if (!(fabs(want - got) <= within * fmax(fabs(want), 1e-3)))
        fail_msg("%s: %s is %.15g, not %.15g", id, key, got, want);
}

static void agree_all(const cJSON *one, const struct wn_answer *answer) {
    const cJSON *want, *item, *within = cJSON_GetObjectItem(one, "within");
    const char *id = cJSON_GetObjectItem(one, "id")->valuestring;
    double tolerance = within ? within->valuedouble : 1e-9;
    cJSON_ArrayForEach(want, cJSON_GetObjectItem(one, "expect")) {
        const struct wn_answer_row *row = wn_answer_get(answer, want->string);
        if (!row)
            fail_msg("%s: there is no %s", id, want->string);
        size_t i = 0;
        if (cJSON_IsNumber(want))
            agree(id, want->string, want->valuedouble, row->number, tolerance);
        cJSON_ArrayForEach(item, want) { // of a number there are none
            agree(id, want->string, item->valuedouble, row->list[i++], tolerance);
        }
    }
}

static void statistics_agree_with_scipy_and_with_brute_force(void **state) {
    (void)state;
    cJSON *reference = read_reference_file("tests/data/stats.json"), *one;
    cJSON_ArrayForEach(one, cJSON_GetObjectItem(reference, "cases")) {
        const char *name = cJSON_GetObjectItem(one, "fn")->valuestring;
        struct outcome outcome = run_json(wn_stat_find(name), one);
        assert_int_equal(outcome.status, WN_OK);
        agree_all(one, &outcome.answer);
        wn_answer_free(&outcome.answer);
    }
    cJSON_Delete(reference);
}

// ---- the contract -------------------------------------------------------------------------------

// What may be in a sample or a list; each field gets each of them.
static const char *const hard[] = {
    "[]",
    "[null]",
    "[1]",
    "[0,0]",
    "[2,1]",
    "[3,3,3,3,3]",
    "[\"inf\",\"-inf\",null,1]",
    "[1e308,-1e308,1e308]",
    "[1e-320,2e-320,0,5e-324]",
    "[-0.0,0.0,1]",
    "[0,1,0,1,1,0,1,1,1,0]",
    "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30]",
};
static const char *const hard_numbers[] = {"0", "1", "2", "0.5", "-1", "1e-300", "1e15", "30"};
enum { HARD = sizeof hard / sizeof *hard, HARD_NUMBERS = sizeof hard_numbers / sizeof(char *) };

// A case in which every field has the value that `pick` says; what has a default is left out.
static cJSON *hard_case(const struct wn_stat *stat, size_t pick) {
    cJSON *object = cJSON_CreateObject();
    for (size_t i = 0; i < wn_stat_field_count(stat); i++) {
        const struct wn_stat_field *field = &stat->fields[i];
        size_t other = pick * (i + 1) + i, at = i % 2 ? other / HARD % HARD : pick % HARD;
        cJSON *value = NULL;
        if (field->sized)
            at = pick % HARD;
        if (field->kind == WN_STAT_SAMPLE || field->kind == WN_STAT_LIST)
            value = cJSON_Parse(hard[at]);
        else if (field->kind == WN_STAT_NUMBER && !field->has_fallback)
            value = cJSON_Parse(hard_numbers[other % HARD_NUMBERS]);
        if (field->kind == WN_STAT_SAMPLES) {
            value = cJSON_CreateArray();
            for (size_t k = 0; k < 1 + pick % 3; k++)
                cJSON_AddItemToArray(value, cJSON_Parse(hard[(pick + k * (pick / HARD)) % HARD]));
        }
        if (value)
            cJSON_AddItemToObject(object, field->name, value);
    }
    return object;
}

static void check_outcome(const struct wn_stat *stat, const struct outcome *outcome,
                          const cJSON *object) {
    if (outcome->status != WN_OK && !outcome->err.text[0])
        fail_msg("%s says no reason", stat->name);
    if (outcome->status == WN_ENVIRONMENT)
        fail_msg("%s: %s", stat->name, outcome->err.text);
    for (size_t i = 0; i < outcome->answer.count; i++) {
        const struct wn_answer_row *row = &outcome->answer.rows[i];
        if (row->kind != WN_ANSWER_NUMBER)
            continue;
        bool share = strncmp(row->key, "p_", 2) == 0 || strcmp(row->key, "p") == 0;
        if (isnan(row->number) || (share && !(row->number >= 0 && row->number <= 1))) {
            char *text = cJSON_PrintUnformatted(object);
            fail_msg("%s of %s: %s is %g", stat->name, text, row->key, row->number);
        }
    }
}

static void whatever_is_given_there_is_an_answer_or_a_reason(void **state) {
    (void)state;
    size_t count;
    const struct wn_stat *const *stats = wn_stat_all(&count);
    for (size_t i = 0; i < count; i++)
        for (size_t pick = 0; pick < (size_t)HARD * HARD; pick++) {
            cJSON *object = hard_case(stats[i], pick);
            struct outcome outcome = run_json(stats[i], object);
            check_outcome(stats[i], &outcome, object);
            wn_answer_free(&outcome.answer);
            cJSON_Delete(object);
        }
}

static void rows_say_what_they_take(void **state) {
    (void)state;
    size_t count;
    const struct wn_stat *const *stats = wn_stat_all(&count);
    for (size_t i = 0; i < count; i++) {
        assert_ptr_equal(wn_stat_find(stats[i]->name), stats[i]);
        assert_true(stats[i]->summary[0] != '\0' && stats[i]->fields[0].name != NULL);
        for (size_t k = 0; k < wn_stat_field_count(stats[i]); k++)
            assert_true(stats[i]->fields[k].help && stats[i]->fields[k].help[0]);
    }
    assert_ptr_equal(wn_stat_find("welch-t"), wn_stat_find("welch_t"));
    assert_null(wn_stat_find("welch"));
    assert_string_equal(wn_stat_closest("welsh-t")->name, "welch_t");
}

// ---- reasons ------------------------------------------------------------------------------------

struct refusal {
    const char *name, *json;
    enum wn_status status;
    const char *text; // in the sentence
};

static const struct refusal refusals[] = {
    {"welch_t", "{\"x\":[],\"y\":[1,2]}", WN_NO, "no values in x"},
    {"welch_t", "{\"x\":[1,2],\"y\":[1]}", WN_NO, "y has one value"},
    {"welch_t", "{\"x\":[0.1,0.1,0.1],\"y\":[0.3,0.3]}", WN_NO, "zero variance"},
    {"welch_t", "{\"x\":[1,2]}", WN_BAD_INPUT, "y is missing"},
    {"welch_t", "{\"x\":[1,2],\"y\":\"3\"}", WN_BAD_INPUT, "y must be a list"},
    {"welch_t", "{\"x\":[1,\"a\"],\"y\":[1,2]}", WN_BAD_INPUT, "x must be made of numbers"},
    {"welch_t", "{\"x\":[1,2],\"y\":[1,2],\"conf\":1}", WN_BAD_INPUT, "conf must be between 0 and"},
    {"welch_t", "{\"x\":[1,2],\"y\":[1,2],\"z\":1}", WN_BAD_INPUT, "takes no z: it takes x, y"},
    {"welch_t", "[1,2]", WN_BAD_INPUT, "must be an object"},
    {"welch_t", "{\"x\":[1e308,-1e308],\"y\":[1,2]}", WN_NO, "too large"},
    {"paired_t", "{\"x\":[0.1,0.2,0.3],\"y\":[1.1,1.2,1.3]}", WN_NO, "zero variance of diff"},
    {"paired_t", "{\"x\":[1,2],\"y\":[1]}", WN_BAD_INPUT, "differ in length (2 and 1)"},
    {"wilcoxon_signed_rank", "{\"x\":[1],\"y\":[2],\"zero_method\":\"x\"}", WN_BAD_INPUT,
     "zero_method must be one of wilcox|pratt (found x)"},
    {"two_proportions", "{\"x1\":3,\"n1\":2,\"x2\":1,\"n2\":2}", WN_BAD_INPUT, "3 of 2"},
    {"two_proportions", "{\"x1\":0.5,\"n1\":2,\"x2\":1,\"n2\":2}", WN_BAD_INPUT, "whole number"},
    {"two_proportions", "{\"x1\":2,\"n1\":2,\"x2\":3,\"n2\":3}", WN_NO, "no failures"},
    {"p_adjust", "{\"p\":[0.1,1.5]}", WN_BAD_INPUT, "in [0, 1] (found 1.5)"},
    {"chi2_homogeneity", "{\"counts_a\":[1,2],\"counts_b\":[1]}", WN_BAD_INPUT, "differ in length"},
    {"chi2_homogeneity", "{\"counts_a\":[1,null],\"counts_b\":[1,2]}", WN_BAD_INPUT, "missing"},
    {"bootstrap_ci", "{\"samples\":[[1,2],[3]],\"statistic\":\"mean\"}", WN_BAD_INPUT,
     "one sample (found 2)"},
    {"bootstrap_ci", "{\"samples\":[[1,2]],\"B\":0}", WN_BAD_INPUT, "B must be"},
    {"anderson_ksamp", "{\"samples\":[[1,2,3,4]]}", WN_BAD_INPUT, "at least two samples"},
    {"power_t2", "{\"d\":1}", WN_BAD_INPUT, "two of d, n1 and power"},
    {"power_t2", "{\"d\":1,\"power\":0.01}", WN_NO, "above alpha"},
    {"power_t2", "{\"d\":-1,\"power\":0.8,\"alternative\":\"larger\"}", WN_NO, "the other way"},
    {"power_t2", "{\"n1\":1,\"power\":0.8}", WN_NO, "no variance"},
    {"power_p2", "{\"p1\":0.1,\"p2\":0.1}", WN_NO, "difference of 0"},
    {"beta_binomial", "{\"x_a\":2,\"n_a\":1,\"x_b\":0,\"n_b\":1}", WN_BAD_INPUT, "side A"},
    {"msprt_bernoulli", "{\"x\":[2],\"y\":[0],\"tau2\":1}", WN_BAD_INPUT, "zeros and ones"},
    {"missing_rate", "{\"missing_ref\":0,\"n_ref\":9,\"missing_cur\":0,\"n_cur\":9}", WN_NO,
     "no values are missing"},
};

static void what_cannot_be_computed_says_why(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        const struct refusal *refusal = &refusals[i];
        struct outcome outcome = run_text(refusal->name, refusal->json);
        if (outcome.status != refusal->status || !strstr(outcome.err.text, refusal->text))
            fail_msg("%s of %s: %d, %s", refusal->name, refusal->json, (int)outcome.status,
                     outcome.err.text);
        wn_answer_free(&outcome.answer);
    }
}

// What is known is told even where the test itself has no answer.
static void a_difference_is_told_without_a_test_of_it(void **state) {
    (void)state;
    struct outcome outcome = run_text("welch_t", "{\"x\":[2,2,2],\"y\":[3,3]}");
    assert_int_equal(outcome.status, WN_NO);
    assert_double(wn_answer_get(&outcome.answer, "diff")->number, -1, 0);
    assert_null(wn_answer_get(&outcome.answer, "p_two_sided"));
    wn_answer_free(&outcome.answer);
}

static void what_is_dropped_is_counted(void **state) {
    (void)state;
    struct outcome outcome =
        run_text("ks_2samp", "{\"x\":[1,null,\"inf\",2,null],\"y\":[\"-inf\",3]}");
    assert_int_equal(outcome.status, WN_OK);
    assert_double(wn_answer_get(&outcome.answer, "n_x")->number, 2, 0);
    assert_double(wn_answer_get(&outcome.answer, "missing_x")->number, 2, 0);
    assert_double(wn_answer_get(&outcome.answer, "dropped_inf_x")->number, 1, 0);
    assert_double(wn_answer_get(&outcome.answer, "dropped_inf_y")->number, 1, 0);
    assert_null(wn_answer_get(&outcome.answer, "missing_y"));
    wn_answer_free(&outcome.answer);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(statistics_agree_with_scipy_and_with_brute_force),
        cmocka_unit_test(whatever_is_given_there_is_an_answer_or_a_reason),
        cmocka_unit_test(rows_say_what_they_take),
        cmocka_unit_test(what_cannot_be_computed_says_why),
        cmocka_unit_test(a_difference_is_told_without_a_test_of_it),
        cmocka_unit_test(what_is_dropped_is_counted),
    };
    gsl_set_error_handler_off();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
