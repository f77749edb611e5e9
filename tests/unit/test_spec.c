// SPDX-License-Identifier: GPL-3.0-or-later
// Specs: what each key sets, which distribution a parameter means, the command line's form, and
// that what is kept of it reads back to the same. Mistakes are tested end to end (test_spec.py).
#include "tests/unit/check.h"

#include "core/base/mem.h"
#include "core/doc.h"
#include "core/spec.h"

#define SPACE "method: random\nparameters: {a: {value: 1}}\n"

static char *told(struct wn_diags *diags) {
    struct wn_str text = {0};
    wn_diags_print(diags, &text);
    wn_diags_free(diags);
    return wn_str_take(&text);
}

static struct wn_spec *parse(const char *text) {
    struct wn_diags diags = {0};
    struct wn_spec *spec;
    enum wn_status status = wn_spec_parse("f", text, strlen(text), &spec, &diags);
    char *said = told(&diags);
    if (status != WN_OK)
        fail_msg("%s\n%s", text, said);
    free(said);
    return spec;
}

static char *json_of(const struct wn_value *value) {
    struct wn_str json = {0};
    wn_value_json(&json, value, WN_JSON_COMPACT);
    return wn_str_take(&json);
}

// ---- keys ---------------------------------------------------------------------------------------

static void every_key_sets_its_field(void **state) {
    (void)state;
    struct wn_spec *spec =
        parse(SPACE "name: n\ndescription: d\nproject: p\nentity: e\n"
                    "program: t.py\nparallel: 3\nrepeats: 2\nretries: 1\n"
                    "fail_fast: 0\nseed: 7\ntimeout: 1h30m\n"
                    "budget: {trials: 9, time: 2d}\nrun_cap: 5\n"
                    "limits: {memory: 4GiB, cpu_time: 90, silence: 5m, grace: 1}\n"
                    "resources: {cpus: 0.5, gpus: 2}\n"
                    "capture: ['(?<x>.)', 'y=(?<y>.)']\noutput: line\n"
                    "artifacts: true\nexecutor: local\n"
                    "on_event: {finish: 'a b', silence: c}\n");
    assert_string_equal(spec->name, "n");
    assert_string_equal(spec->description, "d");
    assert_string_equal(spec->project, "p");
    assert_string_equal(spec->entity, "e");
    assert_string_equal(spec->method, "random");
    assert_string_equal(spec->program, "t.py");
    assert_int_equal(spec->parallel, 3);
    assert_int_equal(spec->repeats, 2);
    assert_int_equal(spec->retries, 1);
    assert_int_equal(spec->fail_fast, 0);
    assert_true(spec->has_seed && spec->seed == 7);
    assert_true(spec->limits.timeout == 5400);
    assert_int_equal(spec->max_configurations, 5); // the smaller one
    assert_true(spec->max_seconds == 2 * 86400);
    assert_true(spec->limits.memory == UINT64_C(4) << 30);
    assert_true(spec->limits.cpu_time == 90 && spec->limits.silence == 300);
    assert_true(spec->limits.grace == 1 && spec->cpus == 0.5);
    assert_int_equal(spec->gpus, 2);
    assert_int_equal(spec->capture_count, 2);
    assert_string_equal(spec->captures[1], "y=(?<y>.)");
    assert_true(spec->output_line && spec->artifacts);
    assert_string_equal(spec->executor, "local");
    assert_string_equal(spec->hooks[WN_EVENT_FINISH], "a b");
    assert_string_equal(spec->hooks[WN_EVENT_SILENCE], "c");
    assert_null(spec->hooks[WN_EVENT_BEST]);
    wn_spec_free(spec);
}

static void one_text_is_the_hook_of_every_event(void **state) {
    (void)state;
    struct wn_spec *spec = parse(SPACE "on_event: ./hook.sh\n");
    for (int event = 0; event < WN_EVENTS; event++)
        assert_string_equal(spec->hooks[event], "./hook.sh");
    wn_spec_free(spec);
}

static void what_is_not_given_has_its_default(void **state) {
    (void)state;
    struct wn_spec *spec = parse(SPACE);
    assert_null(spec->name);
    assert_int_equal(spec->parallel, 0);
    assert_int_equal(spec->repeats, 1);
    assert_int_equal(spec->retries, 0);
    assert_int_equal(spec->fail_fast, 5);
    assert_false(spec->has_seed);
    assert_int_equal(spec->max_configurations, 0);
    assert_true(spec->limits.timeout == 0 && spec->limits.grace == 30);
    assert_int_equal(spec->objective_count, 0);
    assert_null(spec->early_terminate.type);
    assert_int_equal(spec->command.type, WN_NULL);
    assert_string_equal(spec->executor, "local");
    wn_spec_free(spec);
}

static void metrics_and_early_termination_are_read(void **state) {
    (void)state;
    struct wn_spec *spec =
        parse(SPACE "metric: {name: acc, goal: maximize, target: 0.9, summary: last}\n"
                    "early_terminate: {type: hyperband, max_iter: 27, s: 2, eta: 2.5, "
                    "strict: false}\nuntil: {plateau: 4}\n");
    assert_string_equal(spec->objectives->name, "acc");
    assert_true(spec->objectives->maximize && spec->objectives->summary_last);
    assert_true(spec->until.has_target && spec->until.target == 0.9); // the metric's
    assert_int_equal(spec->until.plateau, 4);
    const struct wn_early_terminate *early = &spec->early_terminate;
    assert_true(early->has_max_iter && early->max_iter == 27 && early->has_s && early->s == 2);
    assert_true(early->eta == 2.5 && !early->strict && !early->has_min_iter);
    wn_spec_free(spec);
    spec = parse(SPACE "metrics: [{name: a, goal: maximize}, {name: b}]\n");
    assert_int_equal(spec->objective_count, 2);
    assert_true(spec->objectives[0].maximize && !spec->objectives[1].maximize);
    wn_spec_free(spec);
}

// ---- parameters ---------------------------------------------------------------------------------

static void a_parameter_means_wandbs_distribution(void **state) {
    (void)state;
    static const struct {
        const char *map, *dist;
    } cases[] = {
        {"{value: 3}", "constant"},
        {"{value: null}", "constant"},
        {"{values: [1]}", "categorical"},
        {"{values: [1, 2], probabilities: [0.5, 0.5]}", "categorical_w_probabilities"},
        {"{min: 0, max: 5}", "int_uniform"},
        {"{min: 0, max: 5.0}", "uniform"},
        {"{min: 1e-5, max: 1}", "uniform"},
        {"{distribution: uniform, min: 0, max: 5}", "uniform"},
        {"{distribution: q_uniform, min: 0, max: 5}", "q_uniform"},
        {"{distribution: normal}", "normal"},
        {"{distribution: int_log_uniform_values, min: 1, max: 5}", "int_log_uniform_values"},
        {"{distribution: constant, value: 5}", "constant"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *text = wn_format("method: random\nparameters: {a: %s}\n", cases[i].map);
        struct wn_spec *spec = parse(text);
        assert_string_equal(spec->space->params[0].dist->name, cases[i].dist);
        wn_spec_free(spec);
        free(text);
    }
}

static void integers_come_of_a_q_that_is_one(void **state) {
    (void)state;
    struct wn_spec *spec = parse("method: random\nparameters:\n"
                                 "  a: {distribution: q_uniform, min: 0, max: 9, q: 2}\n"
                                 "  b: {distribution: q_uniform, min: 0, max: 9, q: 2.0}\n"
                                 "  c: {distribution: q_uniform, min: 0, max: 9}\n");
    assert_int_equal(spec->space->params[0].kind, WN_KIND_INT);
    assert_int_equal(spec->space->params[1].kind, WN_KIND_FLOAT);
    assert_int_equal(spec->space->params[2].kind, WN_KIND_FLOAT);
    wn_spec_free(spec);
}

// ---- the hash -----------------------------------------------------------------------------------

static uint64_t hash_of(const char *text) {
    struct wn_spec *spec = parse(text);
    uint64_t hash = spec->hash;
    wn_spec_free(spec);
    return hash;
}

static void the_hash_is_that_of_the_meaning(void **state) {
    (void)state;
    uint64_t hash = hash_of("method: random\nparameters: {a: {min: 1, max: 2}}\n");
    assert_true(hash == hash_of("parameters:\n  a:\n    max: 2.0\n    min: 1\nmethod: 'random'\n"
                                "name: other\nparallel: 3 # no matter\n"));
    assert_true(hash ==
                hash_of("{\"method\":\"random\",\"parameters\":{\"a\":{\"min\":1,\"max\":2}}}"));
    assert_true(hash != hash_of("method: random\nparameters: {a: {min: 1, max: 3}}\n"));
    assert_true(hash == hash_of("method: random\nparameters: {a: {min: 1, max: 2}}\n"
                                "on_event: {finish: ./page-me.sh}\n")); // who is told of it
    assert_true(hash != hash_of("method: sobol\nparameters: {a: {min: 1, max: 2}}\n"));
    assert_true(hash != hash_of("method: random\nparameters: {b: {min: 1, max: 2}}\n"));
}

// ---- the command line's form --------------------------------------------------------------------

static struct wn_spec *from_words(const struct wn_spec_words *words, char **said) {
    struct wn_diags diags = {.file = "words"};
    struct wn_spec *spec;
    wn_spec_from_words(words, &spec, &diags);
    *said = told(&diags);
    return spec;
}

// The spec of one -p, which must also come of the text that is kept.
static struct wn_spec *from_param(const char *param) {
    char *said;
    struct wn_spec *spec =
        from_words(&(struct wn_spec_words){.params = &param, .param_count = 1}, &said);
    if (!spec)
        fail_msg("%s: %s", param, said);
    struct wn_spec *again = parse(spec->source);
    assert_true(spec->hash == again->hash);
    wn_spec_free(again);
    free(said);
    return spec;
}

static void each_range_of_p_is_a_distribution(void **state) {
    (void)state;
    static const struct {
        const char *param, *dist;
        double first, second, q; // min and max, or mu and sigma
    } cases[] = {
        {"a=1..5", "int_uniform", 1, 5, 1},
        {"a=-5..-1", "int_uniform", -5, -1, 1},
        {" a = 1 .. 5 ", "int_uniform", 1, 5, 1},
        {"a=1..5.0", "uniform", 1, 5, 1},
        {"a=0.0..1.0", "uniform", 0, 1, 1},
        {"a=.5..1.", "uniform", 0.5, 1, 1},
        {"a=1e-5..1e-1", "uniform", 1e-5, 0.1, 1},
        {"a=0..10 step 2", "q_uniform", 0, 10, 2},
        {"a=0.0..1.0 step 0.25", "q_uniform", 0, 1, 0.25},
        {"a=log(1e-5,0.1)", "log_uniform_values", 1e-5, 0.1, 1},
        {"a=log( 1e-5 , 0.1 )", "log_uniform_values", 1e-5, 0.1, 1},
        {"a=log(8,512) step 8", "q_log_uniform_values", 8, 512, 8},
        {"a=int log(1,1000)", "int_log_uniform_values", 1, 1000, 1},
        {"a=normal(0,2)", "normal", 0, 2, 1},
        {"a=normal(-1.5, 2) step 0.5", "q_normal", -1.5, 2, 0.5},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct wn_spec *spec = from_param(cases[i].param);
        const struct wn_param *param = &spec->space->params[0];
        bool normal = param->dist->optional & WN_KEY_MU;
        assert_string_equal(param->name, "a");
        assert_string_equal(param->dist->name, cases[i].dist);
        assert_true((normal ? param->args.mu : param->args.min) == cases[i].first);
        assert_true((normal ? param->args.sigma : param->args.max) == cases[i].second);
        assert_true(param->args.q == cases[i].q);
        wn_spec_free(spec);
    }
}

static void choices_and_constants_of_p_are_scalars(void **state) {
    (void)state;
    static const struct {
        const char *param, *values;
    } cases[] = {
        {"a=x|y|z", "[\"x\",\"y\",\"z\"]"},
        {"a= x y | z ", "[\"x y\",\"z\"]"},
        {"a=1|2.5|1e-5|true|null", "[1,2.5,1e-05,true,null]"},
        {"a='1'|\"yes\"|''", "[\"1\",\"yes\",\"\"]"},
        {"a=1..2|log(1,2)", "[\"1..2\",\"log(1,2)\"]"},
        {"a==0.5", "[0.5]"},
        {"a==a=b|c", "[\"a=b|c\"]"},
        {"a=='7'", "[\"7\"]"},
        {"a==", "[null]"},
        {"a=\x7f|\xc2\x85\u2028|\ufeff|\U0001f600", // all of which the kept text must bear
         "[\"\\u007f\",\"\\u0085\\u2028\",\"\\ufeff\",\"\U0001f600\"]"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct wn_spec *spec = from_param(cases[i].param);
        const struct wn_dist_args *args = &spec->space->params[0].args;
        struct wn_value list = {.type = WN_LIST,
                                .list = {.items = args->values, .count = args->count}};
        char *json = json_of(&list);
        assert_string_equal(json, cases[i].values);
        free(json);
        wn_spec_free(spec);
    }
}

// What -p means is told in the words of -p, and means the same then.
static void a_range_is_told_as_p_takes_it(void **state) {
    (void)state;
    static const char *const ranges[][2] = {
        {"1..5", "1..5"},
        {"1..5.0", "1.0..5.0"},
        {"1e-5..1e-1", "1e-05..0.1"},
        {"0..10 step 2", "0.0..10.0 step 2"},
        {"0.0..1.0 step 0.25", "0.0..1.0 step 0.25"},
        {"log( 1e-5 , 0.1 )", "log(1e-05,0.1)"},
        {"log(8,512) step 8", "log(8.0,512.0) step 8"},
        {"int log(1,1000)", "int log(1,1000)"},
        {"normal(-1.5, 2) step 0.5", "normal(-1.5,2.0) step 0.5"},
        {"x | y z", "x|y z"},
        {"1|2.5|true|null", "1|2.5|true|null"},
        {"'1'|\"yes\"|''|\"it's\"", "'1'|'yes'|''|it's"},
        {".inf|.nan", "inf|nan"},
        {"=0.5", "=0.5"},
        {"='7'", "='7'"},
    };
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
        char *param = wn_format("a=%s", ranges[i][0]);
        struct wn_spec *spec = from_param(param);
        struct wn_str told_as = {0};
        assert_true(wn_spec_range(&spec->space->params[0], &told_as));
        assert_string_equal(wn_str_text(&told_as), ranges[i][1]);
        free(param);
        wn_spec_free(spec);
        wn_str_free(&told_as);
    }
}

static void what_p_has_no_words_for_is_not_told(void **state) {
    (void)state;
    static const char *const texts[] = {
        "parameters: {a: {distribution: beta}}",
        "parameters: {a: {values: [x, y], probabilities: [0.2, 0.8]}}",
        "parameters: {a: {values: [[1, 2], [3]]}}",
        "parameters: {a: {values: ['x|y', z]}}",
        "parameters: {a: {distribution: log_uniform, min: -3, max: 0}}",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char *text = wn_format("method: random\n%s\n", texts[i]);
        struct wn_spec *spec = parse(text);
        struct wn_str told_as = {0};
        assert_false(wn_spec_range(&spec->space->params[0], &told_as));
        assert_string_equal(wn_str_text(&told_as), "");
        wn_str_free(&told_as);
        wn_spec_free(spec);
        free(text);
    }
}

static void numbers_that_are_not_finite_are_kept(void **state) {
    (void)state;
    struct wn_spec *spec = from_param("a=.inf|-.inf|.nan");
    assert_non_null(strstr(spec->source, "[.inf,-.inf,.nan]"));
    wn_spec_free(spec);
}

static void a_slip_in_p_is_told(void **state) {
    (void)state;
    static const char *const slips[] = {"a",          "=1..2",        "a=",
                                        "a=x",        "a=lg(1,2)",    "a=1..",
                                        "a=x..y",     "a=log(1)",     "a=x|",
                                        "a=|",        "a=log(1,2,3)", "a=1..2 step",
                                        "a=log(0,1)", "a=5..1",       "a=normal(0,-1)",
                                        "a=\xff|b"};
    for (size_t i = 0; i < sizeof slips / sizeof *slips; i++) {
        char *said;
        assert_null(
            from_words(&(struct wn_spec_words){.params = &slips[i], .param_count = 1}, &said));
        assert_true(strncmp(said, "words: ", 7) == 0);
        free(said);
    }
    const char *twice[] = {"a=1..2", "a=3..4"};
    char *said;
    assert_null(from_words(&(struct wn_spec_words){.params = twice, .param_count = 2}, &said));
    assert_string_equal(said, "words: -p: gives a twice; keep one of them\n");
    free(said);
}

static void words_are_laid_over_a_file(void **state) {
    (void)state;
    static const char base[] = "method: grid\nname: file\nmetric: {name: loss, goal: maximize}\n"
                               "capture: '(?<a>.)'\n"
                               "parameters: {a: {value: 1}, opt: {parameters: {lr: {value: 2}}}}\n";
    const char *params[] = {"opt.lr=1..5", "x.y=2..3"};
    const char *settings[] = {"name=words", "metric.goal=minimize", "budget.trials=4",
                              "capture=(?<b>.)", "limits.memory=1GiB"};
    const char *command[] = {"./t", "--lr={opt.lr}", "*x"};
    char *said;
    struct wn_spec *spec = from_words(&(struct wn_spec_words){.params = params,
                                                              .param_count = 2,
                                                              .settings = settings,
                                                              .setting_count = 5,
                                                              .command = command,
                                                              .command_count = 3,
                                                              .base_text = base,
                                                              .base_length = sizeof base - 1,
                                                              .base_file = "base.yaml"},
                                      &said);
    assert_string_equal(said, "");
    assert_string_equal(spec->name, "words");
    assert_string_equal(spec->method, "grid");
    assert_false(spec->objectives->maximize);
    assert_int_equal(spec->max_configurations, 4);
    assert_int_equal(spec->capture_count, 1); // the command line's pattern takes the file's place
    assert_int_equal(spec->space->count, 3);
    assert_string_equal(spec->space->params[wn_space_index(spec->space, "opt.lr")].dist->name,
                        "int_uniform");
    assert_int_equal(spec->space->params[wn_space_index(spec->space, "opt.lr")].depth, 2);
    assert_int_equal(spec->space->params[wn_space_index(spec->space, "x.y")].depth, 1);
    assert_true(spec->placeholders);
    struct wn_spec *again = parse(spec->source);
    assert_true(again->hash == spec->hash && again->placeholders);
    wn_spec_free(again);
    wn_spec_free(spec);
    free(said);
}

static void a_range_keeps_its_condition_and_a_key_can_be_taken_out(void **state) {
    (void)state;
    static const char base[] =
        "method: random\nmetric: {name: m}\nrun_cap: 3\nuntil: {plateau: 4}\nparameters:\n"
        "  a: {values: [x, y]}\n  b: {min: 1, max: 2, when: {a: x}}\n";
    const char *params[] = {"b=1..9"};
    const char *settings[] = {"run_cap=", "until.plateau=", "limits.memory=", "timeout=5"};
    char *said;
    struct wn_spec *spec = from_words(&(struct wn_spec_words){.params = params,
                                                              .param_count = 1,
                                                              .settings = settings,
                                                              .setting_count = 4,
                                                              .base_text = base,
                                                              .base_length = sizeof base - 1},
                                      &said);
    assert_string_equal(said, "");
    const struct wn_param *b = &spec->space->params[wn_space_index(spec->space, "b")];
    assert_true(b->args.max == 9);
    assert_int_equal(b->when_count, 1);
    assert_int_equal(spec->max_configurations, 0);
    assert_int_equal(spec->until.plateau, 0);
    assert_true(spec->limits.memory == 0 && spec->limits.timeout == 5);
    wn_spec_free(spec);
    free(said);
}

static void a_setting_may_be_a_list_or_a_mapping(void **state) {
    (void)state;
    const char *params[] = {"a=1..5"},
               *good[] = {"constraints=[a <> 2, 'a < 5']", "budget={trials: 3}"};
    const char *bad[] = {"constraints=[a <> 2"};
    char *said;
    struct wn_spec_words words = {
        .params = params, .param_count = 1, .settings = good, .setting_count = 2};
    struct wn_spec *spec = from_words(&words, &said);
    assert_string_equal(said, "");
    assert_int_equal(spec->space->constraint_count, 2);
    assert_int_equal(spec->max_configurations, 3);
    wn_spec_free(spec);
    free(said);
    words.settings = bad;
    words.setting_count = 1;
    assert_null(from_words(&words, &said));
    assert_non_null(strstr(said, "constraints: a ',' or the closing ']' is missing"));
    free(said);
}

// ---- units --------------------------------------------------------------------------------------

static void durations_and_sizes_have_units(void **state) {
    (void)state;
    static const struct {
        const char *text;
        double seconds; // -1: none
    } durations[] = {{"90", 90},     {"1.5h", 5400}, {"30m", 1800}, {"1h30m", 5400}, {"500ms", 0.5},
                     {"2d", 172800}, {"3x", -1},     {"", -1},      {"h", -1},       {"1h30", -1},
                     {"-3", -1},     {"1e400", -1},  {"1 h", -1},   {"0", 0}};
    static const struct {
        const char *text;
        double bytes;
    } sizes[] = {{"4GiB", 0x1p32}, {"512MB", 512e6}, {"1e9", 1e9}, {"1.5 KiB", 1536}, {"7", 7},
                 {"4 gigs", -1},   {"", -1},         {"-1GB", -1}, {"1e30", -1},      {"GB", -1}};
    double seconds;
    uint64_t bytes;
    for (size_t i = 0; i < sizeof durations / sizeof *durations; i++)
        assert_true((wn_parse_duration(durations[i].text, &seconds) ? seconds : -1) ==
                    durations[i].seconds);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        assert_true((wn_parse_size(sizes[i].text, &bytes) ? (double)bytes : -1) == sizes[i].bytes);
}

// ---- docs/spec.md -------------------------------------------------------------------------------

static void assert_documented(const char *text, const char *word) {
    char *code = wn_format("`%s`", word);
    if (!strstr(text, code))
        fail_msg("docs/spec.md does not name %s", code);
    free(code);
}

static void the_manual_names_every_key_and_distribution(void **state) {
    (void)state;
    char *text;
    size_t length, count;
    struct wn_err err;
    assert_int_equal(wn_doc_read_file("docs/spec.md", &text, &length, &err), WN_OK);
    const struct wn_spec_key *keys = wn_spec_keys(&count);
    for (size_t i = 0; i < count; i++)
        assert_documented(text, keys[i].name);
    const struct wn_dist *const *dists = wn_dist_all(&count);
    for (size_t i = 0; i < count; i++)
        assert_documented(text, dists[i]->name);
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_manual_names_every_key_and_distribution),
        cmocka_unit_test(every_key_sets_its_field),
        cmocka_unit_test(one_text_is_the_hook_of_every_event),
        cmocka_unit_test(what_is_not_given_has_its_default),
        cmocka_unit_test(metrics_and_early_termination_are_read),
        cmocka_unit_test(a_parameter_means_wandbs_distribution),
        cmocka_unit_test(integers_come_of_a_q_that_is_one),
        cmocka_unit_test(the_hash_is_that_of_the_meaning),
        cmocka_unit_test(each_range_of_p_is_a_distribution),
        cmocka_unit_test(choices_and_constants_of_p_are_scalars),
        cmocka_unit_test(a_range_is_told_as_p_takes_it),
        cmocka_unit_test(what_p_has_no_words_for_is_not_told),
        cmocka_unit_test(numbers_that_are_not_finite_are_kept),
        cmocka_unit_test(a_slip_in_p_is_told),
        cmocka_unit_test(words_are_laid_over_a_file),
        cmocka_unit_test(a_range_keeps_its_condition_and_a_key_can_be_taken_out),
        cmocka_unit_test(a_setting_may_be_a_list_or_a_mapping),
        cmocka_unit_test(durations_and_sizes_have_units),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
