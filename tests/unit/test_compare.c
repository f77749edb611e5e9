// SPDX-License-Identifier: GPL-3.0-or-later
// Comparisons out of a store: how sides are named, what is a unit, what is paired, what counts.
#include "tests/unit/make_board.h"

#include <gsl/gsl_errno.h>

#include "core/compare/compare.h"
#include "core/compare/curves.h"

static const char plain[] =
    "method: grid\n"
    "metrics: [{name: loss, goal: minimize}, {name: time, goal: minimize}]\n"
    "parameters:\n  opt: {values: [adam, sgd]}\n"
    "  lr: {values: [0.1, 0.2, 0.3, 0.4]}\n";

struct trial {
    const char *opt;
    double lr, loss;
    enum wn_trial_state state; // QUEUED: finished
    int64_t seed;              // 0: that of its repeat
    int64_t run;
};

// Repeats of all configurations have their seeds in common.
static void put(struct wn_store *store, const struct wn_sweep_row *sweep, int64_t number,
                struct trial trial) {
    struct wn_trial_row row = made_trial(sweep->id, number, trial.state);
    row.state = trial.state ? trial.state : WN_TRIAL_FINISHED;
    row.repeat = number % sweep->repeats;
    row.seed = trial.seed ? trial.seed : 100 + row.repeat;
    row.params = wn_format("{\"lr\":%g,\"opt\":\"%s\"}", trial.lr, trial.opt);
    row.objective = wn_trial_counts(row.state) ? trial.loss : NAN;
    row.mean = row.repeat == 0 ? trial.loss : NAN;
    row.run = trial.run;
    assert_good(wn_store_put_trial(store, &row, row.mean, &err));
    free(row.params);
}

static struct wn_comparison *compared(struct wn_store *store, struct wn_compare_options options) {
    struct wn_comparison *comparison = NULL;
    assert_good(wn_compare(store, &options, &comparison, &err));
    return comparison;
}

static struct wn_comparison *sides(struct wn_store *store, const char *a, const char *b) {
    return compared(store, (struct wn_compare_options){.a = a, .b = b});
}

static void assert_refused(struct wn_store *store, struct wn_compare_options options,
                           const char *sentence) {
    struct wn_comparison *comparison = NULL;
    struct wn_err err = {0};
    assert_int_equal(wn_compare(store, &options, &comparison, &err), WN_BAD_INPUT);
    assert_string_equal(err.text, sentence);
}

static void assert_reason(const struct wn_comparison *comparison, const char *sentence) {
    struct wn_str text = {0};
    wn_compare_reason_text(comparison, &text);
    assert_string_equal(wn_str_text(&text), sentence);
    wn_str_free(&text);
}

static void assert_size(const struct wn_compare_side *side, const char *sentence) {
    struct wn_str text = {0};
    wn_side_size_text(side, &text);
    assert_string_equal(wn_str_text(&text), sentence);
    wn_str_free(&text);
}

static const double noise[] = {0.01, -0.02, 0.03, 0, -0.01};

// Two configurations with five seeds each: trials 0 to 4, and 5 to 9, which are better by 0.5.
static struct wn_sweep_row two_configurations(struct wn_store *store) {
    struct wn_sweep_row sweep = begin_sweep(store, plain, 5);
    for (int i = 0; i < 5; i++) {
        put(store, &sweep, i, (struct trial){"adam", 0.1, 1 + 10 * noise[i]});
        put(store, &sweep, 5 + i, (struct trial){"sgd", 0.1, 0.5 + 10 * noise[i] + noise[4 - i]});
    }
    return sweep;
}

// Each optimizer with each rate: trials 0 to 3 and 4 to 7. sgd is better by about 0.1.
static struct wn_sweep_row a_grid(struct wn_store *store) {
    struct wn_sweep_row sweep = begin_sweep(store, plain, 1);
    for (int i = 0; i < 4; i++) {
        put(store, &sweep, i, (struct trial){"adam", 0.1 * (i + 1), i});
        put(store, &sweep, 4 + i, (struct trial){"sgd", 0.1 * (i + 1), i - 0.1 + noise[i]});
    }
    return sweep;
}

static void end(struct wn_store *store, struct wn_sweep_row *sweep) {
    wn_sweep_row_clear(sweep);
    wn_store_close(store);
}

// ---- configurations -----------------------------------------------------------------------------

static void repeats_of_two_configurations_pair_by_their_seeds(void **state) {
    struct wn_store *store = open_store(*state, WN_STORE_CREATE);
    struct wn_sweep_row sweep = two_configurations(store);
    struct wn_comparison *comparison = sides(store, "s:1", "s:7");
    assert_true(comparison->paired && comparison->a.of_trials);
    assert_int_equal(comparison->metrics[0].contrast.test, WN_CONTRAST_PAIRED);
    assert_int_equal(comparison->verdict.kind, WN_VERDICT_B_BETTER);
    assert_int_equal(comparison->param_count, 1);
    assert_string_equal(comparison->params[0].name, "opt");
    assert_reason(comparison, "paired t test: both ran the same 5 seeds");
    assert_size(&comparison->a, "5 runs");
    wn_comparison_free(comparison);
    comparison = sides(store, "s:5", "s:0");
    assert_int_equal(comparison->verdict.kind, WN_VERDICT_A_BETTER);
    wn_comparison_free(comparison);
    end(store, &sweep);
}

// A group of a single configuration is that configuration.
static void a_group_of_one_has_its_repeats_for_units(void **state) {
    struct wn_store *store = open_store(*state, WN_STORE_CREATE);
    struct wn_sweep_row sweep = two_configurations(store);
    struct wn_comparison *comparison = compared(
        store, (struct wn_compare_options){.sweep = "s", .a = "opt=adam", .b = "opt = 'sgd'"});
    assert_true(comparison->paired && comparison->a.of_trials);
    assert_int_equal(comparison->metrics[0].contrast.b.n, 5);
    wn_comparison_free(comparison);
    end(store, &sweep);
}

static void what_did_not_count_is_left_out_and_said(void **state) {
    struct wn_store *store = open_store(*state, WN_STORE_CREATE);
    struct wn_sweep_row sweep = two_configurations(store);
    put(store, &sweep, 1, (struct trial){"adam", 0.1, 100, .state = WN_TRIAL_FAILED});
    put(store, &sweep, 3, (struct trial){"adam", 0.1, 100, .state = WN_TRIAL_RUNNING});
    struct wn_comparison *comparison = sides(store, "s:0", "s:5");
    assert_true(comparison->paired); // as it was planned
    assert_int_equal(comparison->metrics[0].contrast.a.n, 3);
    assert_int_equal(comparison->metrics[0].contrast.b.n, 3);
    assert_size(&comparison->a, "3 of 5 runs (1 running, 1 failed)");
    assert_true(comparison->metrics[0].contrast.a.mean < 2);
    wn_comparison_free(comparison);
    end(store, &sweep);
}

static void other_seeds_are_no_pairs(void **state) {
    struct wn_store *store = open_store(*state, WN_STORE_CREATE);
    struct wn_sweep_row sweep = two_configurations(store);
    put(store, &sweep, 7, (struct trial){"sgd", 0.1, 0.8, .seed = 999});
    struct wn_comparison *comparison = sides(store, "s:0", "s:5");
    assert_false(comparison->paired);
    assert_int_equal(comparison->metrics[0].contrast.test, WN_CONTRAST_WELCH);
    assert_reason(comparison, "Welch's t test: not paired, for they ran different seeds");
    wn_comparison_free(comparison);
    end(store, &sweep);
}

static void one_trial_alone_is_no_evidence(void **state) {
    struct wn_store *store = open_store(*state, WN_STORE_CREATE);
    struct wn_sweep_row sweep = two_configurations(store);
    struct wn_comparison *comparison =
        compared(store, (struct wn_compare_options){.a = "s:1", .b = "s:7", .alone = true});
    assert_int_equal(comparison->verdict.kind, WN_VERDICT_NO_EVIDENCE);
    assert_string_equal(comparison->verdict.text,
                        "one run each is no evidence: winnow ab s 1 7 runs more");
    wn_comparison_free(comparison);
    end(store, &sweep);
}

static const char race[] =
    "method: list\nmetrics: [{name: loss, goal: minimize}, {name: time, goal: minimize}]\n"
    "repeats: 5\nrace: {confidence: 0.9, min_effect: 0.01}\n"
    "parameters:\n  opt: {values: [adam, sgd]}\n  lr: {values: [0.1, 0.2]}\n"
    "configurations: [{opt: adam, lr: 0.1}, {opt: sgd, lr: 0.1}, {opt: sgd, lr: 0.2}]\n";

// At the level that a pair of three arms has.
static void a_race_is_tested_by_what_may_be_watched(void **state) {
    struct wn_store *store = open_store(*state, WN_STORE_CREATE);
    struct wn_sweep_row sweep = begin_sweep(store, race, 5);
    for (int i = 0; i < 10; i++) {
        put(store, &sweep, i,
            (struct trial){i < 5 ? "adam" : "sgd", 0.1, i < 5 ? 1 + noise[i] : noise[9 - i]});
        report(store, &sweep, i, "time", (double)(i * i % 7));
    }
    struct wn_comparison *comparison = sides(store, "s:0", "s:5");
    assert_int_equal(comparison->metrics[0].contrast.test, WN_CONTRAST_ANYTIME);
    assert_int_equal(comparison->metrics[1].contrast.test, WN_CONTRAST_PAIRED);
    assert_reason(comparison, "always-valid paired t test, for the race was watched: both ran the "
                              "same 5 seeds");
    assert_true(fabs(comparison->confidence - 0.95) < 1e-12 && comparison->least == 0.01);
    wn_comparison_free(comparison);
    comparison =
        compared(store, (struct wn_compare_options){.a = "s:0", .b = "s:5", .confidence = 0.8});
    assert_true(comparison->confidence == 0.8);
    wn_comparison_free(comparison);
    end(store, &sweep);
}

// ---- groups -------------------------------------------------------------------------------------

static void groups_pair_by_all_that_they_are_not_told_apart_by(void **state) {
    struct wn_store *store = open_store(*state, WN_STORE_CREATE);
    struct wn_sweep_row sweep = a_grid(store);
    struct wn_comparison *comparison = sides(store, "s:opt=adam", "s:opt=sgd");
    assert_true(comparison->paired && !comparison->a.of_trials);
    assert_int_equal(comparison->metrics[0].contrast.a.n, 4);
    assert_int_equal(comparison->param_count, 1);
    assert_int_equal(comparison->verdict.kind, WN_VERDICT_B_BETTER);
    assert_reason(comparison, "paired t test: 4 pairs of configurations that differ only in opt");
    assert_size(&comparison->a, "4 configurations, 4 runs");
    wn_comparison_free(comparison);
    // What the expressions speak of is in no key, also where it has several values.
    comparison = sides(store, "s:opt = 'adam' AND lr < 0.25", "s:opt = 'sgd' AND lr > 0.25");
    assert_false(comparison->paired);
    assert_reason(comparison, "Welch's t test: not paired, for they ran different configurations");
    wn_comparison_free(comparison);
    end(store, &sweep);
}

static void sweeps_pair_by_their_configurations(void **state) {
    struct wn_store *store = open_store(*state, WN_STORE_CREATE);
    struct wn_sweep_row first = begin_sweep(store, plain, 2), second = begin_sweep(store, plain, 2);
    for (int i = 0; i < 8; i++) { // in another order
        int configuration = i / 2;
        put(store, &first, i, (struct trial){"adam", 0.1 * (configuration + 1), i});
        put(store, &second, i,
            (struct trial){"adam", 0.1 * (4 - configuration), 7 - i + 0.3 + noise[i % 5]});
    }
    struct wn_comparison *comparison = sides(store, "s", "s-2");
    assert_true(comparison->paired);
    assert_int_equal(comparison->metrics[0].contrast.a.n, 4);
    assert_int_equal(comparison->verdict.kind, WN_VERDICT_A_BETTER);
    assert_int_equal(comparison->param_count, 0);
    assert_reason(comparison, "paired t test: 4 pairs of configurations");
    wn_comparison_free(comparison);
    wn_sweep_row_clear(&first);
    end(store, &second);
}

static void a_configuration_against_a_group_is_not_paired(void **state) {
    struct wn_store *store = open_store(*state, WN_STORE_CREATE);
    struct wn_sweep_row sweep = begin_sweep(store, plain, 2);
    for (int i = 0; i < 8; i++) {
        int configuration = i / 2;
        put(store, &sweep, i, (struct trial){"adam", 0.1 * (configuration + 1), i % 3});
    }
    struct wn_comparison *comparison = sides(store, "s:lr=0.1", "s:lr > 0.1");
    assert_false(comparison->paired);
    assert_int_equal(comparison->metrics[0].contrast.a.n, 2);
    assert_int_equal(comparison->metrics[0].contrast.b.n, 3);
    assert_reason(comparison, "Welch's t test: A is a single configuration, B several");
    wn_comparison_free(comparison);
    end(store, &sweep);
}

// ---- commits ------------------------------------------------------------------------------------

static int64_t add_run(struct wn_store *store, int64_t sweep, const char *commit) {
    struct wn_run_row run = {.sweep = sweep,
                             .user = wn_strdup("me"),
                             .host = wn_strdup("here"),
                             .version = wn_strdup("1"),
                             .git_commit = wn_strdup(commit),
                             .environment = wn_strdup("{}")};
    assert_good(wn_store_add_run(store, &run, &err));
    int64_t id = run.id;
    wn_run_row_clear(&run);
    return id;
}

static void commits_are_the_trials_that_ran_with_them(void **state) {
    struct wn_store *store = open_store(*state, WN_STORE_CREATE);
    struct wn_sweep_row sweep = begin_sweep(store, plain, 1);
    int64_t old = add_run(store, sweep.id, "abcd1111"), new = add_run(store, sweep.id, "abcd2222");
    add_run(store, sweep.id, "ffff0000");
    for (int i = 0; i < 8; i++)
        put(store, &sweep, i,
            (struct trial){"adam", 0.1 * (i % 4 + 1), i % 4 + (i < 4 ? 0 : 1 + noise[i % 4]),
                           .run = i < 4 ? old : new});
    struct wn_comparison *comparison =
        compared(store, (struct wn_compare_options){.sweep = "s", .a = "@abcd1", .b = "@ABCD2"});
    assert_true(comparison->paired);
    assert_string_equal(comparison->a.commit, "abcd1111");
    assert_string_equal(comparison->b.title, "s@abcd222");
    assert_int_equal(comparison->metrics[0].contrast.a.n, 4);
    assert_int_equal(comparison->verdict.kind, WN_VERDICT_A_BETTER);
    wn_comparison_free(comparison);
    comparison = sides(store, "s@abcd1", "s:trial > 3");
    assert_int_equal(comparison->b.trial_count, 4);
    wn_comparison_free(comparison);
    assert_refused(store, (struct wn_compare_options){.a = "s@abcd", .b = "s@abcd2"},
                   "2 commits of s begin with abcd: write more of it");
    assert_refused(store, (struct wn_compare_options){.a = "s@abc", .b = "s@abcd2"},
                   "a commit is named by at least 4 of its hexadecimal digits (found @abc)");
    assert_refused(store, (struct wn_compare_options){.a = "s@dddd", .b = "s@abcd2"},
                   "no run of s was made with a commit dddd");
    assert_refused(store, (struct wn_compare_options){.a = "s@ffff", .b = "s@abcd2"},
                   "s@ffff000 has no trials yet");
    end(store, &sweep);
}

// ---- names --------------------------------------------------------------------------------------

static void assert_group(struct wn_store *store, const char *word, size_t trials) {
    struct wn_compare_side side;
    assert_good(wn_side_name(store, NULL, word, false, &side, &err));
    assert_int_equal(side.kind, WN_SIDE_GROUP);
    assert_good(wn_side_gather(store, &side, NULL, 0, &err));
    if (side.trial_count != trials)
        fail_msg("%s has %zu trials, not %zu", word, side.trial_count, trials);
    wn_compare_side_clear(&side);
}

static void a_bare_word_is_a_text_and_a_number(void **state) {
    struct wn_store *store = open_store(*state, WN_STORE_CREATE);
    struct wn_sweep_row sweep =
        begin_sweep(store,
                    "method: random\nmetric: {name: loss, goal: minimize}\nparameters:\n"
                    "  size: {values: ['16', 32, 3.2e1]}\n  flag: {values: [true, false]}\n"
                    "  path: {values: [a/b.csv, c-d+e]}\n"
                    "  opt: {parameters: {lr: {values: [0.1, 0.5]}}}\n",
                    1);
    const char *const params[] = {
        "{\"flag\":true,\"opt\":{\"lr\":0.1},\"path\":\"a/b.csv\",\"size\":\"16\"}",
        "{\"flag\":false,\"opt\":{\"lr\":0.5},\"path\":\"c-d+e\",\"size\":32}",
        "{\"flag\":true,\"opt\":{\"lr\":0.5},\"path\":\"a/b.csv\",\"size\":32}"};
    for (int i = 0; i < 3; i++)
        end_trial(store, &sweep, i, WN_TRIAL_FINISHED, params[i], i);
    assert_group(store, "s:size=16", 1);
    assert_group(store, "s:size=32", 2);
    assert_group(store, "s:flag=true", 2);
    assert_group(store, "s:flag=false", 1);
    assert_group(store, "s:path=a/b.csv", 2);
    assert_group(store, "s:path=c-d+e", 1);
    assert_group(store, "s:opt.lr=0.5", 2);
    assert_group(store, "s:opt.lr < 0.3 OR path LIKE 'c:%' OR flag = 0", 2);
    assert_group(store, "s:objective < 1.5", 2);
    end(store, &sweep);
}

static void a_sweep_may_have_marks_in_its_name(void **state) {
    struct wn_store *store = open_store(*state, WN_STORE_CREATE);
    struct wn_sweep_row sweep = a_grid(store);
    sqlite3 *db = open_raw(*state);
    sqlite3_exec(db, "UPDATE sweep SET name = 'a:b@cafe'", NULL, NULL, NULL);
    sqlite3_close(db);
    const struct {
        const char *word;
        enum wn_side_kind kind;
    } cases[] = {{"a:b@cafe", WN_SIDE_SWEEP},
                 {"a:b@cafe:3", WN_SIDE_TRIAL},
                 {"a:b@cafe:opt=adam", WN_SIDE_GROUP},
                 {"a:b@cafe:opt IN ('a:b', 'adam')", WN_SIDE_GROUP}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct wn_compare_side side;
        assert_good(wn_side_name(store, NULL, cases[i].word, false, &side, &err));
        assert_int_equal(side.kind, cases[i].kind);
        wn_compare_side_clear(&side);
    }
    end(store, &sweep);
}

static void every_mistake_has_its_sentence(void **state) {
    struct wn_store *store = open_store(*state, WN_STORE_CREATE);
    struct wn_sweep_row sweep = two_configurations(store);
    const struct {
        const char *a, *b, *sentence;
    } cases[] = {
        {"t:1", "s:7", "there is no sweep t (did you mean s?)"},
        {"s:1", "s:70", "s has no trial 70"},
        {"s:1", "s:99999999999999999999", "s has no trial 99999999999999999999"},
        {"s:1", "s:opd=sgd", "no parameter or metric called opd; did you mean opt?"},
        {"s:1", "s:opt=adamw", "no configuration of s fits opt=adamw"},
        {"s:1", "s:3", "s:1 and s:3 are the same trials: nothing to compare"},
        {"s", "s", "s and s are the same trials: nothing to compare"},
        {"s", "s:3", "s and s:3 overlap: trial 0 and others are on both sides"},
        {"s@abcd", "s:3",
         "no run of s was made with a commit abcd: none was made inside of a git repository"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_refused(store, (struct wn_compare_options){.a = cases[i].a, .b = cases[i].b},
                       cases[i].sentence);
    const char *metric = "lost", *guardrail = "latency<=+5%";
    assert_refused(
        store,
        (struct wn_compare_options){.a = "s:1", .b = "s:7", .metrics = &metric, .metric_count = 1},
        "no metric lost on both sides; did you mean loss?");
    assert_refused(store,
                   (struct wn_compare_options){
                       .a = "s:1", .b = "s:7", .guardrails = &guardrail, .guardrail_count = 1},
                   "no metric latency on both sides");
    end(store, &sweep);
}

// ---- metrics ------------------------------------------------------------------------------------

static void the_objective_goes_first_then_what_both_sides_have(void **state) {
    struct wn_store *store = open_store(*state, WN_STORE_CREATE);
    struct wn_sweep_row sweep = two_configurations(store);
    for (int64_t i = 0; i < 10; i++) {
        report(store, &sweep, i, "time", (double)(i % 5) + (i < 5 ? 0 : 0.1 * (double)(i % 3)));
        report(store, &sweep, i, "loss", 77); // the objective is what ranks, not this
        report(store, &sweep, i, "acc", (double)(i * i % 7));
        if (i < 5)
            report(store, &sweep, i, "only-a", 1);
    }
    struct wn_comparison *comparison = sides(store, "s:0", "s:5");
    assert_int_equal(comparison->metric_count, 3);
    assert_string_equal(comparison->metrics[0].name, "loss");
    assert_true(comparison->metrics[0].contrast.a.mean < 2);
    assert_string_equal(comparison->metrics[1].name, "acc");
    assert_int_equal(comparison->metrics[1].contrast.goal, WN_GOAL_UNKNOWN);
    assert_string_equal(comparison->metrics[2].name, "time");
    assert_int_equal(comparison->metrics[2].contrast.goal, WN_GOAL_MINIMIZE);
    // The objective stands for itself, the two others together.
    const struct wn_contrast *loss = &comparison->metrics[0].contrast;
    assert_true(loss->p_adjusted == loss->p);
    double least = fmin(comparison->metrics[1].contrast.p, comparison->metrics[2].contrast.p);
    assert_true(fmin(comparison->metrics[1].contrast.p_adjusted,
                     comparison->metrics[2].contrast.p_adjusted) == fmin(1, 2 * least));
    wn_comparison_free(comparison);
    const char *metrics[] = {"time", "loss"};
    comparison = compared(
        store,
        (struct wn_compare_options){.a = "s:0", .b = "s:5", .metrics = metrics, .metric_count = 2});
    assert_int_equal(comparison->metric_count, 2);
    assert_string_equal(comparison->metrics[0].name, "loss");
    wn_comparison_free(comparison);
    comparison = compared(
        store,
        (struct wn_compare_options){.a = "s:0", .b = "s:5", .metrics = metrics, .metric_count = 1});
    assert_string_equal(comparison->metrics[0].name, "time");
    wn_comparison_free(comparison);
    end(store, &sweep);
}

static void of_very_many_metrics_the_first_ones_are_told(void **state) {
    struct wn_store *store = open_store(*state, WN_STORE_CREATE);
    struct wn_sweep_row sweep = begin_sweep(store, plain, 2);
    for (int i = 0; i < 6; i++)
        put(store, &sweep, i, (struct trial){"adam", 0.1 * (i + 1), i % 2 + noise[i % 5]});
    assert_good(wn_store_begin(store, &err));
    for (int64_t i = 0; i < 4; i++)
        for (int m = 0; m < 250; m++) {
            char name[16];
            snprintf(name, sizeof name, "m%03d", m);
            report(store, &sweep, i, name, (double)(i + m));
        }
    report(store, &sweep, 4, "a", 1);
    report(store, &sweep, 5, "a", 2);
    assert_good(wn_store_commit(store, &err));
    const char *guardrail = "m249<=1000";
    struct wn_comparison *comparison = compared(
        store, (struct wn_compare_options){
                   .a = "s:0", .b = "s:2", .guardrails = &guardrail, .guardrail_count = 1});
    assert_int_equal(comparison->metric_count, 201);
    assert_int_equal(comparison->metrics_left_out, 50); // "a" is on no side
    assert_string_equal(comparison->metrics[200].name, "m249");
    assert_int_equal(comparison->guardrails[0].state, WN_GUARDRAIL_HOLDS);
    wn_comparison_free(comparison);
    end(store, &sweep);
}

static void sweeps_of_different_objectives_must_be_told_by_which(void **state) {
    struct wn_store *store = open_store(*state, WN_STORE_CREATE);
    struct wn_sweep_row first = a_grid(store), second = a_grid(store);
    sqlite3 *db = open_raw(*state);
    sqlite3_exec(db, "UPDATE sweep SET objective = 'acc', maximize = 1 WHERE name = 's-2'", NULL,
                 NULL, NULL);
    sqlite3_close(db);
    assert_refused(store, (struct wn_compare_options){.a = "s", .b = "s-2"},
                   "s has loss for its objective and s-2 has acc: name one with --metric");
    for (int64_t i = 0; i < 8; i++)
        report(store, &second, i, "loss", (double)i);
    struct wn_comparison *comparison = sides(store, "s", "s-2");
    assert_string_equal(comparison->metrics[0].name, "loss");
    wn_comparison_free(comparison);
    wn_sweep_row_clear(&first);
    end(store, &second);
}

static void repeats_of_a_command_that_ignores_its_seed_are_refused(void **state) {
    struct wn_store *store = open_store(*state, WN_STORE_CREATE);
    struct wn_sweep_row sweep = begin_sweep(store, plain, 3);
    for (int i = 0; i < 6; i++)
        put(store, &sweep, i, (struct trial){i < 3 ? "adam" : "sgd", 0.1, i < 3 ? 1 : 0.5});
    struct wn_comparison *comparison = sides(store, "s:0", "s:3");
    assert_int_equal(comparison->verdict.kind, WN_VERDICT_REFUSED);
    assert_true(isnan(comparison->metrics[0].contrast.p));
    wn_comparison_free(comparison);
    end(store, &sweep);
}

// Where the seed is heeded, what never varies is known exactly, and a guardrail on it is certain.
static void a_metric_that_never_varies_is_exact(void **state) {
    struct wn_store *store = open_store(*state, WN_STORE_CREATE);
    struct wn_sweep_row sweep = two_configurations(store);
    for (int64_t i = 0; i < 10; i++)
        report(store, &sweep, i, "size", i < 5 ? 100 : 103);
    const char *guardrails[] = {"size<=+5%", "size<=101"};
    struct wn_comparison *comparison = compared(
        store, (struct wn_compare_options){
                   .a = "s:0", .b = "s:5", .guardrails = guardrails, .guardrail_count = 2});
    assert_int_equal(comparison->metrics[1].contrast.doubt, WN_DOUBT_CONSTANT);
    assert_int_equal(comparison->guardrails[0].state, WN_GUARDRAIL_HOLDS);
    assert_int_equal(comparison->guardrails[1].state, WN_GUARDRAIL_BROKEN);
    assert_int_equal(comparison->verdict.kind, WN_VERDICT_VETOED);
    assert_string_equal(comparison->verdict.text,
                        "B is better but breaks the guardrail size<=101 (103)");
    wn_comparison_free(comparison);
    end(store, &sweep);
}

// ---- curves -------------------------------------------------------------------------------------

static void put_curve(struct wn_store *store, const struct wn_sweep_row *sweep, int64_t trial,
                      size_t count) {
    struct wn_point points[8];
    struct wn_series_tail tail = {
        .sweep = sweep->id, .trial = trial, .count = count, .points = points};
    for (size_t i = 0; i < count; i++)
        points[i] = (struct wn_point){(double)i, 1 / (1 + (double)i)};
    assert_good(wn_store_metric(store, sweep->id, "loss", &tail.metric, &err));
    assert_good(wn_store_put_tail(store, &tail, &err));
}

static void curves_are_of_one_window(void **state) {
    struct wn_store *store = open_store(*state, WN_STORE_CREATE);
    struct wn_sweep_row sweep = two_configurations(store);
    struct wn_compare_curves curves;
    const struct wn_curves_wish wish = {.columns = 20};
    struct wn_comparison *comparison = sides(store, "s:0", "s:5");
    for (int64_t i = 0; i < 10; i++)
        put_curve(store, &sweep, i, 2);
    assert_good(wn_compare_curves(store, comparison, wish, &curves, &err));
    assert_false(curves.shown); // two points are no curve
    for (int64_t i = 0; i < 10; i++)
        put_curve(store, &sweep, i, i < 5 ? 8 : 4);
    assert_good(wn_compare_curves(store, comparison, wish, &curves, &err));
    assert_true(curves.shown);
    assert_true(curves.a.from == 0 && curves.a.to == 7);
    assert_true(curves.b.from == 0 && curves.b.to == 7);
    assert_true(curves.b.end == 3);
    wn_compare_curves_clear(&curves);
    wn_comparison_free(comparison);
    end(store, &sweep);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        STORE_TEST(repeats_of_two_configurations_pair_by_their_seeds),
        STORE_TEST(a_group_of_one_has_its_repeats_for_units),
        STORE_TEST(what_did_not_count_is_left_out_and_said),
        STORE_TEST(other_seeds_are_no_pairs),
        STORE_TEST(one_trial_alone_is_no_evidence),
        STORE_TEST(a_race_is_tested_by_what_may_be_watched),
        STORE_TEST(groups_pair_by_all_that_they_are_not_told_apart_by),
        STORE_TEST(sweeps_pair_by_their_configurations),
        STORE_TEST(a_configuration_against_a_group_is_not_paired),
        STORE_TEST(commits_are_the_trials_that_ran_with_them),
        STORE_TEST(a_bare_word_is_a_text_and_a_number),
        STORE_TEST(a_sweep_may_have_marks_in_its_name),
        STORE_TEST(every_mistake_has_its_sentence),
        STORE_TEST(the_objective_goes_first_then_what_both_sides_have),
        STORE_TEST(of_very_many_metrics_the_first_ones_are_told),
        STORE_TEST(sweeps_of_different_objectives_must_be_told_by_which),
        STORE_TEST(repeats_of_a_command_that_ignores_its_seed_are_refused),
        STORE_TEST(a_metric_that_never_varies_is_exact),
        STORE_TEST(curves_are_of_one_window),
    };
    gsl_set_error_handler_off(); // as main() does
    return cmocka_run_group_tests(tests, NULL, NULL);
}
