// SPDX-License-Identifier: GPL-3.0-or-later
// What a trial finds in its environment.
#include "tests/unit/check.h"

#include "sweep/environment.h"

static const char spec_text[] = "method: random\n"
                                "parameters:\n"
                                "  lr: {value: 1.0e-5}\n"
                                "  batch-size: {value: 32}\n"
                                "  nesterov: {value: true}\n"
                                "  kernel: {values: [rbf, poly]}\n"
                                "  gamma: {value: 2, when: {kernel: poly}}\n"
                                "  opt: {parameters: {beta: {value: 0.9}}}\n"
                                "  opt_beta: {value: 7}\n";

struct fixture {
    struct wn_spec *spec;
    struct wn_config *config;
    struct wn_argv built;
};

static int prepare(void **state) {
    struct fixture *fixture = calloc(1, sizeof *fixture);
    struct wn_diags diags = {0};
    wn_spec_parse("test.yaml", spec_text, strlen(spec_text), &fixture->spec, &diags);
    struct wn_str problems = {0};
    wn_diags_print(&diags, &problems);
    print_message("%s", wn_str_text(&problems));
    wn_str_free(&problems);
    wn_diags_free(&diags);
    if (!fixture->spec)
        return -1;
    fixture->config = wn_config_new(fixture->spec->space);
    double unit[16] = {0};
    wn_space_decode(fixture->spec->space, unit, fixture->config);
    *state = fixture;
    return 0;
}

static int clean_up(void **state) {
    struct fixture *fixture = *state;
    wn_argv_free(&fixture->built);
    wn_config_free(fixture->config);
    wn_spec_free(fixture->spec);
    free(fixture);
    return 0;
}

static void build(struct fixture *fixture, char *const *base, const char *devices) {
    const struct wn_environment_setup setup = {
        .base = base,
        .space = fixture->spec->space,
        .config = fixture->config,
        .sweep = "svm",
        .trial = 12,
        .seed = 99,
        .metrics_path = "/tmp/m",
        .devices = devices,
        .key = "/s/trial/12.0",
    };
    wn_environment_build(&setup, &fixture->built);
}

// The value of `name`, "" where it is not set; fails the test where it is set twice.
static const char *value_of(const struct fixture *fixture, const char *name) {
    const char *found = "";
    size_t length = strlen(name), times = 0;
    for (size_t i = 0; i < fixture->built.count; i++) {
        const char *entry = fixture->built.items[i];
        if (strncmp(entry, name, length) != 0 || entry[length] != '=')
            continue;
        found = entry + length + 1;
        times++;
    }
    assert_true(times <= 1);
    return found;
}

static char *const nothing[] = {NULL};

static void parameters_are_spelled_as_on_the_command_line(void **state) {
    struct fixture *fixture = *state;
    build(fixture, nothing, NULL);
    assert_string_equal(value_of(fixture, "WINNOW_PARAM_LR"), "1e-05");
    assert_string_equal(value_of(fixture, "WINNOW_PARAM_BATCH_SIZE"), "32");
    assert_string_equal(value_of(fixture, "WINNOW_PARAM_NESTEROV"), "True");
    assert_string_equal(value_of(fixture, "WINNOW_PARAM_KERNEL"), "rbf");
}

static void an_inactive_parameter_is_absent(void **state) {
    struct fixture *fixture = *state;
    build(fixture, nothing, NULL);
    assert_string_equal(value_of(fixture, "WINNOW_PARAM_GAMMA"), "");
    assert_null(strstr(value_of(fixture, "WINNOW_PARAMS"), "gamma"));
}

static void names_that_collide_are_set_once(void **state) {
    struct fixture *fixture = *state;
    build(fixture, nothing, NULL);
    assert_string_equal(value_of(fixture, "WINNOW_PARAM_OPT_BETA"), "0.9");
    const char *json = value_of(fixture, "WINNOW_PARAMS");
    assert_non_null(strstr(json, "\"opt\":{\"beta\":0.9}"));
    assert_non_null(strstr(json, "\"opt_beta\":7"));
}

static void the_trial_is_told_who_it_is(void **state) {
    struct fixture *fixture = *state;
    build(fixture, nothing, NULL);
    assert_string_equal(value_of(fixture, "WINNOW_SWEEP"), "svm");
    assert_string_equal(value_of(fixture, "WINNOW_TRIAL"), "12");
    assert_string_equal(value_of(fixture, "WINNOW_SEED"), "99");
    assert_string_equal(value_of(fixture, "WINNOW_METRICS"), "/tmp/m");
    assert_string_equal(value_of(fixture, "WINNOW_TRIAL_KEY"), "/s/trial/12.0");
    assert_string_equal(value_of(fixture, "WINNOW_ARTIFACTS"), "");
    assert_null(fixture->built.items[fixture->built.count]);
}

static void what_is_inherited_stays_but_not_an_outer_trials_variables(void **state) {
    struct fixture *fixture = *state;
    char path[] = "PATH=/bin", store[] = "WINNOW_STORE=/s", outer[] = "WINNOW_PARAM_OLD=1",
         artifacts[] = "WINNOW_ARTIFACTS=/outer", seed[] = "WINNOW_SEED=1";
    char *const base[] = {path, store, outer, artifacts, seed, NULL};
    build(fixture, base, NULL);
    assert_string_equal(value_of(fixture, "PATH"), "/bin");
    assert_string_equal(value_of(fixture, "WINNOW_STORE"), "/s");
    assert_string_equal(value_of(fixture, "WINNOW_PARAM_OLD"), "");
    assert_string_equal(value_of(fixture, "WINNOW_ARTIFACTS"), "");
    assert_string_equal(value_of(fixture, "WINNOW_SEED"), "99");
}

static void devices_replace_the_inherited_ones_only_where_given(void **state) {
    struct fixture *fixture = *state;
    char cuda[] = "CUDA_VISIBLE_DEVICES=0,1,2,3";
    char *const base[] = {cuda, NULL};
    build(fixture, base, "2");
    assert_string_equal(value_of(fixture, "CUDA_VISIBLE_DEVICES"), "2");
    wn_argv_free(&fixture->built);
    fixture->built = (struct wn_argv){0};
    build(fixture, base, NULL);
    assert_string_equal(value_of(fixture, "CUDA_VISIBLE_DEVICES"), "0,1,2,3");
}

int main(void) {
#define ROW(name) cmocka_unit_test_setup_teardown(name, prepare, clean_up)
    const struct CMUnitTest tests[] = {
        ROW(parameters_are_spelled_as_on_the_command_line),
        ROW(an_inactive_parameter_is_absent),
        ROW(names_that_collide_are_set_once),
        ROW(the_trial_is_told_who_it_is),
        ROW(what_is_inherited_stays_but_not_an_outer_trials_variables),
        ROW(devices_replace_the_inherited_ones_only_where_given),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
