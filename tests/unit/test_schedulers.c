// SPDX-License-Identifier: GPL-3.0-or-later
// Early stopping: what every scheduler must do, and what each does. Hyperband is held against the
// decisions of W&B's own code (../shared/spec/hyperband.json, or $WINNOW_SHARED).
#include "tests/unit/check.h"

#include <cjson/cJSON.h>

#include "core/base/diag.h"
#include "core/base/rng.h"
#include "core/base/str.h"
#include "sweep/scheduler.h"

static struct wn_early_terminate settings_of(const char *type) {
    return (struct wn_early_terminate){
        .type = (char *)(uintptr_t)type, .eta = 3, .strict = true, .line = 4, .column = 3};
}

// What creating says, as the user would read it; "" where all is well. The caller frees.
static char *create_says(const struct wn_early_terminate *settings, enum wn_status expected) {
    struct wn_diags diags = {.file = "s.yaml"};
    struct wn_str text = {0};
    const struct wn_scheduler_type *type = wn_scheduler_find(settings->type);
    void *state;
    assert_int_equal(type->create(settings, &state, &diags), expected);
    if (expected == WN_OK)
        type->free(state);
    wn_diags_print(&diags, &text);
    wn_diags_free(&diags);
    return wn_str_take(&text);
}

static void *create(const struct wn_early_terminate *settings) {
    struct wn_diags diags = {0};
    void *state;
    const struct wn_scheduler_type *type = wn_scheduler_find(settings->type);
    assert_int_equal(type->create(settings, &state, &diags), WN_OK);
    wn_diags_free(&diags);
    return state;
}

// ---- all of them --------------------------------------------------------------------------------

static void each_is_found_by_its_name_and_by_a_slip_of_it(void **state) {
    (void)state;
    size_t count;
    const struct wn_scheduler_type *const *all = wn_scheduler_all(&count);
    assert_true(count >= 3);
    for (size_t i = 0; i < count; i++) {
        assert_ptr_equal(wn_scheduler_find(all[i]->name), all[i]);
        assert_true(all[i]->summary[0] && all[i]->paper[0]);
        char *slip = wn_format("%sx", all[i]->name);
        assert_string_equal(wn_scheduler_closest(slip), all[i]->name);
        free(slip);
    }
    assert_null(wn_scheduler_find("hyperbnd"));
    assert_string_equal(wn_scheduler_closest("hyperbnd"), "hyperband");
    assert_null(wn_scheduler_closest("bandit"));
}

// Trial `i` reports i + noise, 30 times; trials take turns.
static void simulate(const struct wn_scheduler_type *type, void *state, int trials,
                     struct wn_str *log) {
    struct wn_rng rng = wn_rng_new(1, 0);
    for (int64_t count = 1; count <= 30; count++)
        for (int64_t trial = 0; trial < trials; trial++) {
            double value = (double)trial + wn_rng_uniform(&rng);
            struct wn_verdict verdict = type->report(state, trial, count, value);
            assert_true(verdict.stop == (verdict.reason[0] != '\0'));
            if (verdict.stop)
                wn_str_addf(log, "%lld@%lld: %s\n", (long long)trial, (long long)count,
                            verdict.reason);
        }
}

static void each_stops_the_worst_and_never_the_best(void **state) {
    (void)state;
    size_t count;
    const struct wn_scheduler_type *const *all = wn_scheduler_all(&count);
    for (size_t i = 0; i < count; i++) {
        struct wn_early_terminate settings = settings_of(all[i]->name);
        settings.has_min_iter = true;
        settings.min_iter = 3;
        void *scheduler = create(&settings);
        struct wn_str log = {0};
        simulate(all[i], scheduler, 20, &log);
        all[i]->free(scheduler);
        assert_non_null(strstr(wn_str_text(&log), "\n19@"));
        assert_false(wn_starts_with(wn_str_text(&log), "0@"));
        assert_null(strstr(wn_str_text(&log), "\n0@"));
        assert_null(strstr(wn_str_text(&log), "@1:"));
        assert_null(strstr(wn_str_text(&log), "@2:"));
        wn_str_free(&log);
    }
}

static void the_same_reports_have_the_same_verdicts(void **state) {
    (void)state;
    size_t count;
    const struct wn_scheduler_type *const *all = wn_scheduler_all(&count);
    for (size_t i = 0; i < count; i++) {
        struct wn_early_terminate settings = settings_of(all[i]->name);
        settings.has_min_iter = true;
        settings.min_iter = 2;
        void *one = create(&settings), *other = create(&settings);
        struct wn_str said = {0}, again = {0};
        simulate(all[i], one, 12, &said);
        simulate(all[i], other, 12, &again);
        assert_string_equal(said.text, again.text);
        // A retried trial starts over: its values are known and stop nobody.
        wn_str_clear(&again);
        simulate(all[i], other, 12, &again);
        assert_string_equal(wn_str_text(&again), "");
        all[i]->free(one);
        all[i]->free(other);
        wn_str_free(&said);
        wn_str_free(&again);
    }
}

static void settings_that_cannot_work_are_told_with_their_place(void **state) {
    (void)state;
    static const struct {
        const char *type;
        int64_t min_iter, max_iter, s; // 0: not given, but s: -1
        enum wn_status status;
        const char *says;
    } examples[] = {
        {"hyperband", 0, 0, -1, WN_BAD_INPUT, "needs min_iter, or max_iter with s"},
        {"hyperband", 0, 27, -1, WN_BAD_INPUT, "max_iter needs s, the number of brackets"},
        {"hyperband", 3, 27, -1, WN_BAD_INPUT, "max_iter needs s, the number of brackets"},
        {"hyperband", 0, 2, 2, WN_OK,
         "warning: early_terminate: stops nothing: max_iter 2, s 2 and eta 3 leave no bracket"},
        {"hyperband", 3, 0, -1, WN_OK, NULL},
        {"hyperband", 0, 27, 2, WN_OK, NULL},
        {"median", 0, 0, -1, WN_OK, NULL},
        {"median", 0, 9, -1, WN_OK, "warning: early_terminate: max_iter has no effect"},
        {"asha", 0, 0, -1, WN_OK, NULL},
        {"asha", 9, 9, -1, WN_BAD_INPUT, "min_iter must be below max_iter (9 >= 9)"},
        {"asha", 1, 9, 2, WN_OK, "warning: early_terminate: s has no effect with type asha"},
    };
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        struct wn_early_terminate settings = settings_of(examples[i].type);
        settings.min_iter = examples[i].min_iter;
        settings.max_iter = examples[i].max_iter;
        settings.s = examples[i].s;
        settings.has_min_iter = examples[i].min_iter != 0;
        settings.has_max_iter = examples[i].max_iter != 0;
        settings.has_s = examples[i].s != -1;
        char *says = create_says(&settings, examples[i].status);
        if (examples[i].says)
            assert_non_null(strstr(says, examples[i].says));
        assert_true(examples[i].says ? wn_starts_with(says, "s.yaml:4:3: ") : !says[0]);
        free(says);
    }
}

// ---- hyperband as W&B has it --------------------------------------------------------------------

struct reference {
    struct wn_early_terminate settings;
    double sign; // to the minimised scale
    const cJSON *runs, *bands, *thresholds, *stop;
};

static cJSON *load_reference(void) {
    const char *shared = getenv("WINNOW_SHARED");
    char *path = wn_format("%s/spec/hyperband.json", shared ? shared : "../shared");
    FILE *file = fopen(path, "r");
    free(path);
    if (!file) {
        print_message("skipped: there is no ../shared/spec/hyperband.json\n");
        skip();
    }
    struct wn_str text = {0};
    char piece[4096];
    for (size_t got; (got = fread(piece, 1, sizeof piece, file)) > 0;)
        wn_str_add_bytes(&text, piece, got);
    fclose(file);
    cJSON *json = cJSON_Parse(text.text);
    wn_str_free(&text);
    assert_non_null(json);
    return json;
}

static bool count_setting(const cJSON *settings, const char *key, int64_t *value) {
    const cJSON *found = cJSON_GetObjectItem(settings, key);
    *value = found ? (int64_t)found->valuedouble : 0;
    return found != NULL;
}

static struct reference read_case(const cJSON *item) {
    const cJSON *early = cJSON_GetObjectItem(item, "early_terminate");
    const cJSON *eta = cJSON_GetObjectItem(early, "eta");
    struct wn_early_terminate settings = settings_of("hyperband");
    settings.has_min_iter = count_setting(early, "min_iter", &settings.min_iter);
    settings.has_max_iter = count_setting(early, "max_iter", &settings.max_iter);
    settings.has_s = count_setting(early, "s", &settings.s);
    settings.strict = !cJSON_IsFalse(cJSON_GetObjectItem(early, "strict"));
    settings.eta = eta ? eta->valuedouble : 3;
    bool maximize = strcmp(cJSON_GetObjectItem(item, "goal")->valuestring, "maximize") == 0;
    return (struct reference){
        .settings = settings,
        .sign = maximize ? -1 : 1,
        .runs = cJSON_GetObjectItem(item, "runs"),
        .bands = cJSON_GetObjectItem(item, "bands"),
        .thresholds = cJSON_GetObjectItem(item, "thresholds"),
        .stop = cJSON_GetObjectItem(item, "stop"),
    };
}

// Tells the first `most` values of a run; yields the last verdict. `best` may be NULL.
static struct wn_verdict feed(const struct reference *reference, void *scheduler, int run,
                              int64_t most, double *best) {
    const cJSON *row, *item = cJSON_GetArrayItem(reference->runs, run);
    struct wn_verdict verdict = {0};
    int64_t count = 0;
    cJSON_ArrayForEach(row, cJSON_GetObjectItem(item, "history")) {
        double value = reference->sign * cJSON_GetObjectItem(row, "m")->valuedouble;
        if (count == most)
            break;
        verdict = wn_scheduler_find("hyperband")->report(scheduler, run, ++count, value);
        if (best)
            *best = reference->settings.strict || count == 1 ? value : fmin(*best, value);
    }
    return verdict;
}

static void *feed_others(const struct reference *reference, int run) {
    void *scheduler = create(&reference->settings);
    for (int other = 0; other < cJSON_GetArraySize(reference->runs); other++)
        if (other != run)
            feed(reference, scheduler, other, INT64_MAX, NULL);
    return scheduler;
}

static void check_bands(const struct reference *reference) {
    void *scheduler = create(&reference->settings);
    int64_t at[128];
    size_t count = wn_scheduler_find("hyperband")->brackets(scheduler, at, 128), below = 0;
    while (below < count && at[below] < 1000000)
        below++;
    assert_int_equal(below, cJSON_GetArraySize(reference->bands));
    for (size_t i = 0; i < below; i++)
        assert_int_equal(at[i], cJSON_GetArrayItem(reference->bands, (int)i)->valueint);
    wn_scheduler_find("hyperband")->free(scheduler);
}

// The run that comes last to a bracket is stopped there exactly if it is above W&B's threshold.
static void check_thresholds(const struct reference *reference, int run) {
    const cJSON *item = cJSON_GetArrayItem(reference->runs, run);
    int values = cJSON_GetArraySize(cJSON_GetObjectItem(item, "history"));
    for (int i = 0; i < cJSON_GetArraySize(reference->bands); i++) {
        int at = cJSON_GetArrayItem(reference->bands, i)->valueint;
        if (at > values)
            return;
        double compared = 0;
        double threshold = cJSON_GetArrayItem(reference->thresholds, i)->valuedouble;
        void *scheduler = feed_others(reference, run);
        struct wn_verdict verdict = feed(reference, scheduler, run, at, &compared);
        assert_int_equal(verdict.stop, compared > threshold);
        wn_scheduler_find("hyperband")->free(scheduler);
    }
}

static void check_stop(const struct reference *reference, int run) {
    const cJSON *name, *item = cJSON_GetArrayItem(reference->runs, run);
    bool expected = false;
    cJSON_ArrayForEach(name, reference->stop) expected |=
        strcmp(name->valuestring, cJSON_GetObjectItem(item, "name")->valuestring) == 0;
    if (strcmp(cJSON_GetObjectItem(item, "state")->valuestring, "running") != 0)
        return;
    void *scheduler = feed_others(reference, run);
    assert_int_equal(feed(reference, scheduler, run, INT64_MAX, NULL).stop, expected);
    wn_scheduler_find("hyperband")->free(scheduler);
}

static void hyperband_decides_as_wandb_does(void **state) {
    (void)state;
    cJSON *json = load_reference();
    const cJSON *item;
    int runs = 0;
    cJSON_ArrayForEach(item, cJSON_GetObjectItem(json, "cases")) {
        struct reference reference = read_case(item);
        check_bands(&reference);
        for (int run = 0; run < cJSON_GetArraySize(reference.runs); run++, runs++) {
            check_thresholds(&reference, run);
            check_stop(&reference, run);
        }
    }
    assert_true(runs > 50);
    cJSON_Delete(json);
}

// ---- each rule, by hand -------------------------------------------------------------------------

static bool stops(const char *type, void *scheduler, int64_t trial, int64_t count, double value) {
    return wn_scheduler_find(type)->report(scheduler, trial, count, value).stop;
}

static void hyperband_judges_again_as_the_threshold_moves(void **state) {
    (void)state;
    struct wn_early_terminate settings = settings_of("hyperband");
    settings.has_min_iter = true;
    settings.min_iter = 2;
    void *scheduler = create(&settings);
    assert_false(stops("hyperband", scheduler, 0, 1, 9));
    assert_false(stops("hyperband", scheduler, 0, 2, 5)); // alone: its own value is the threshold
    assert_false(stops("hyperband", scheduler, 1, 1, 9));
    assert_false(stops("hyperband", scheduler, 1, 2, 4));
    struct wn_verdict verdict = wn_scheduler_find("hyperband")->report(scheduler, 0, 3, 1);
    assert_true(verdict.stop); // what counts is the 5 at the bracket, not the 1 now
    assert_string_equal(verdict.reason,
                        "hyperband: number 2 of 2 at iteration 2, only the best 1 go on");
    wn_scheduler_find("hyperband")->free(scheduler);
    settings.strict = false;
    scheduler = create(&settings);
    stops("hyperband", scheduler, 0, 2, 5);
    stops("hyperband", scheduler, 1, 2, 4);
    assert_false(stops("hyperband", scheduler, 0, 3, 1)); // not strict: the best so far
    wn_scheduler_find("hyperband")->free(scheduler);
}

static void asha_lets_the_best_third_pass_each_rung(void **state) {
    (void)state;
    struct wn_early_terminate settings = settings_of("asha");
    settings.has_max_iter = true;
    settings.max_iter = 9;
    void *scheduler = create(&settings);
    int64_t at[8];
    assert_int_equal(wn_scheduler_find("asha")->brackets(scheduler, at, 8), 2);
    assert_int_equal(at[0], 1);
    assert_int_equal(at[1], 3);
    assert_false(stops("asha", scheduler, 0, 1, 5)); // the first
    assert_true(stops("asha", scheduler, 1, 1, 6));
    assert_false(stops("asha", scheduler, 2, 1, 5)); // equal to the best
    assert_false(stops("asha", scheduler, 3, 1, 4));
    assert_true(stops("asha", scheduler, 4, 1, 4.5));
    assert_false(stops("asha", scheduler, 5, 1, 4.2)); // six came, two pass
    assert_false(stops("asha", scheduler, 0, 2, 99));  // between rungs nobody is judged
    assert_false(stops("asha", scheduler, 0, 3, 99));
    assert_false(stops("asha", scheduler, 0, 9, 99));
    wn_scheduler_find("asha")->free(scheduler);
}

static void median_compares_the_best_with_the_means_of_five_others(void **state) {
    (void)state;
    struct wn_early_terminate settings = settings_of("median");
    settings.has_min_iter = true;
    settings.min_iter = 2;
    void *scheduler = create(&settings);
    for (int64_t trial = 0; trial < 4; trial++) { // means at 2: 1, 2, 3, 4
        stops("median", scheduler, trial, 1, (double)trial);
        stops("median", scheduler, trial, 2, (double)trial + 2);
    }
    assert_false(stops("median", scheduler, 4, 1, 50));
    assert_false(stops("median", scheduler, 4, 2, 50));  // only four others
    assert_false(stops("median", scheduler, 5, 1, 3.5)); // before min_iter
    assert_true(stops("median", scheduler, 5, 2, 3.5));  // the median of 1 2 3 4 50 is 3
    assert_false(stops("median", scheduler, 6, 1, 3));
    assert_false(stops("median", scheduler, 6, 2, 99)); // its best is below 3.25
    wn_scheduler_find("median")->free(scheduler);
}

static void twenty_thousand_trials_are_judged(void **state) {
    (void)state;
    size_t count;
    const struct wn_scheduler_type *const *all = wn_scheduler_all(&count);
    for (size_t i = 0; i < count; i++) {
        struct wn_early_terminate settings = settings_of(all[i]->name);
        settings.has_min_iter = true;
        settings.min_iter = 1;
        void *scheduler = create(&settings);
        struct wn_str log = {0};
        simulate(all[i], scheduler, 20000, &log);
        assert_true(log.length > 0);
        wn_str_free(&log);
        all[i]->free(scheduler);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_is_found_by_its_name_and_by_a_slip_of_it),
        cmocka_unit_test(each_stops_the_worst_and_never_the_best),
        cmocka_unit_test(the_same_reports_have_the_same_verdicts),
        cmocka_unit_test(settings_that_cannot_work_are_told_with_their_place),
        cmocka_unit_test(hyperband_decides_as_wandb_does),
        cmocka_unit_test(hyperband_judges_again_as_the_threshold_moves),
        cmocka_unit_test(asha_lets_the_best_third_pass_each_rung),
        cmocka_unit_test(median_compares_the_best_with_the_means_of_five_others),
        cmocka_unit_test(twenty_thousand_trials_are_judged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
