// SPDX-License-Identifier: GPL-3.0-or-later
// What is typed behind the dashboard's colon: how it could go on, and how it runs beside it.
#include "make_store.h"

#include "cli/candidates.h"
#include "cli/typed.h"
#include "tui/modal.h"

// The candidates of a line, parted by blanks, without their notes; "_" ends a line in a blank.
static char *go_on(struct wn_store *store, const char *line) {
    struct wn_str lines = {0}, words = {0};
    char **typed = wn_split_words(line);
    size_t count = 0;
    for (; typed[count]; count++)
        if (strcmp(typed[count], "_") == 0)
            typed[count][0] = '\0';
    wn_candidates(store, (const char *const *)typed, &lines);
    for (const char *at = wn_str_text(&lines); *at;) {
        size_t length = strcspn(at, "\t");
        wn_str_add(&words, words.length ? " " : "");
        wn_str_add_bytes(&words, at, length);
        at += strcspn(at, "\n") + 1;
    }
    for (size_t i = 0; i < count; i++)
        free(typed[i]);
    free(typed);
    wn_str_free(&lines);
    return wn_str_take(&words);
}

static void assert_goes_on(struct wn_store *store, const char *line, const char *expected) {
    char *words = go_on(store, line);
    assert_string_equal(words, expected);
    free(words);
}

static void commands_and_options_go_on(void **state) {
    (void)state;
    assert_goes_on(NULL, "un", "unpause");
    assert_goes_on(NULL, "re", "resume retry");
    assert_goes_on(NULL, "internals", ""); // not listed
    assert_goes_on(NULL, "to", "");        // this is the dashboard
    assert_goes_on(NULL, "help bo", "board");
    assert_goes_on(NULL, "run --par", "--param --parallel");
    assert_goes_on(NULL, "run --parallel 3 --par", "--param"); // once is enough
    assert_goes_on(NULL, "run -p a=1..2 --param", "--param");  // this one repeats
    assert_goes_on(NULL, "run --parallel _", "");              // a number
    assert_goes_on(NULL, "nothing _", "");
    assert_goes_on(NULL, "show --color", ""); // the terminal's, which there is none of
    assert_goes_on(NULL, "set svm bud", "budget=");
}

static void values_of_options_go_on(void **state) {
    (void)state;
    assert_goes_on(NULL, "ls --color _", "auto always never");
    assert_goes_on(NULL, "ls --color=a", "--color=auto --color=always");
    assert_goes_on(NULL, "board svm --output tests/data/gp", "tests/data/gp.json");
    assert_goes_on(NULL, "board svm --output=tests/data/gp", "--output=tests/data/gp.json");
}

static void sweeps_and_trials_go_on(void **state) {
    struct wn_store *store = open_store(*state, WN_STORE_CREATE);
    add_sweep(store, "svm");
    int64_t mlp = add_sweep(store, "mlp wide");
    add_sweep(store, "bad\tname");
    for (int i = 0; i < 130; i++)
        put_trial(store, mlp, i, WN_TRIAL_FINISHED, 130 - i);
    assert_goes_on(store, "show _", "mlp wide svm"); // newest first; what would break a line is not
    assert_goes_on(store, "show s", "svm");
    assert_goes_on(store, "show svm _", ""); // it has no trials
    assert_goes_on(store, "kill 'mlp wide' 12", "12 120 121 122 123 124 125 126 127 128 129");
    assert_goes_on(store, "kill 'mlp wide' 0", "0");
    assert_goes_on(store, "kill 'mlp wide' 999", "");
    assert_goes_on(store, "kill 'mlp wide' x", "");
    char *best = go_on(store, "kill 'mlp wide' _");
    assert_int_equal(strncmp(best, "129 128 127", 11), 0); // lower is better here
    free(best);
    assert_goes_on(store, "enqueue 'mlp wide' --like 5", "5 50 51 52 53 54 55 56 57 58 59");
    wn_store_close(store);
}

static void parameters_of_a_sweep_go_on(void **state) {
    struct wn_store *store = open_store(*state, WN_STORE_CREATE);
    struct wn_sweep_row row = {.name = wn_strdup("svm"),
                               .method = (char[]){"random"},
                               .spec =
                                   (char[]){"method: random\nparameters:\n  lr: {min: 0.0, max: "
                                            "1.0}\n  layers: {min: 1, max: 4}\n"},
                               .objective = (char[]){"loss"},
                               .cwd = (char[]){"/"},
                               .user = (char[]){"me"},
                               .host = (char[]){"here"},
                               .version = (char[]){"1"}};
    assert_good(wn_store_add_sweep(store, &row, &err));
    assert_goes_on(store, "edit svm _", "layers= lr=");
    assert_goes_on(store, "edit svm lr=0.1..1.0 la", "layers=");
    assert_goes_on(store, "enqueue svm l", "layers= lr=");
    free(row.name);
    wn_store_close(store);
}

static void files_go_on(void **state) {
    (void)state;
    assert_goes_on(NULL, "plan tests/data/sc", "tests/data/screens/");
    assert_goes_on(NULL, "plan tests/data/gp", "tests/data/gp.json");
    assert_goes_on(NULL, "run -p a=1..2 -- tests/data/gp", "tests/data/gp.json");
    assert_goes_on(NULL, "plan nowhere/at/all", "");
}

// ---- running ------------------------------------------------------------------------------------

static void assert_runs(const char *line, const struct wn_tui_subject *subject,
                        const char *expected) {
    const char *refusal;
    char **words = wn_split_words(line);
    char **fit = wn_typed_adapt((const char *const *)words, subject, &refusal);
    struct wn_str seen = {0};
    wn_str_add(&seen, fit ? "" : "refused");
    for (char **word = fit; word && *word; word++)
        wn_str_addf(&seen, "%s%s", word == fit ? "" : " ", *word);
    assert_string_equal(wn_str_text(&seen), expected);
    assert_int_equal(fit == NULL, refusal != NULL);
    for (char **word = fit; word && *word; word++)
        free(*word);
    for (char **word = words; *word; word++)
        free(*word);
    free(fit);
    free(words);
    wn_str_free(&seen);
}

static const struct wn_tui_subject nothing = {.trial = -1};
static const struct wn_tui_subject sweep = {.sweep = "svm", .trial = -1};
static const struct wn_tui_subject trial = {.sweep = "svm", .trial = 7};

static void what_would_stay_is_detached(void **state) {
    (void)state;
    assert_runs("run a.yaml --trials 5", &nothing, "run --detach a.yaml --trials 5");
    assert_runs("run --detach a.yaml", &nothing, "run --detach a.yaml");
    assert_runs("run -d a.yaml", &nothing, "run -d a.yaml");
    assert_runs("run -p a=1..2 -- ./x --detach", &nothing,
                "run --detach -p a=1..2 -- ./x --detach");
    assert_runs("run --help", &nothing, "run --help");
    assert_runs("resume mlp", &sweep, "resume --detach mlp");
    assert_runs("plan a.yaml", &sweep, "plan a.yaml");
    assert_runs("what is this", &sweep, "what is this"); // the program says that there is none
}

static void what_does_not_end_is_refused(void **state) {
    (void)state;
    assert_runs("ask-tell a.yaml", &nothing, "refused");
    assert_runs("ask-tell --help", &nothing, "ask-tell --help");
    assert_runs("top", &nothing, "refused");
    assert_runs("logs svm 3 --follow", &nothing, "refused");
    assert_runs("logs svm 3", &nothing, "logs svm 3");
}

static void the_sweep_that_is_looked_at_need_not_be_named(void **state) {
    (void)state;
    assert_runs("stop", &nothing, "stop");
    assert_runs("stop", &sweep, "stop svm");
    assert_runs("stop mlp", &sweep, "stop mlp");
    assert_runs("stop --now", &sweep, "stop svm --now");
    assert_runs("board --where 'lr < 1'", &sweep, "board svm --where lr < 1");
    assert_runs("set parallel=8", &sweep, "set svm parallel=8");
    assert_runs("set mlp parallel=8", &sweep, "set mlp parallel=8");
    assert_runs("kill 12", &sweep, "kill svm 12");
    assert_runs("kill", &trial, "kill svm 7");
    assert_runs("kill", &sweep, "kill svm");
    assert_runs("show 12", &sweep, "show 12"); // it may be the id of a sweep
    assert_runs("stop --help", &sweep, "stop --help");
    assert_runs("ls", &trial, "ls");
}

// All others only look.
static void commands_that_change_something_are_known(void **state) {
    (void)state;
    static const char *const writers[] = {
        "run",    "resume", "try",  "stop", "pause", "unpause", "kill", "retry", "enqueue",
        "import", "set",    "edit", "tag",  "note",  "rm",      "gc",   "ab",    "confirm"};
    size_t count;
    const struct wn_command *const *commands = wn_command_all(&count);
    for (size_t i = 0; i < count; i++) {
        bool writes = false;
        for (size_t k = 0; k < sizeof writers / sizeof *writers; k++)
            writes |= strcmp(writers[k], commands[i]->name) == 0;
        if (wn_typed_only_reads(commands[i]->name) == writes)
            fail_msg("whether %s changes something is not as it is told", commands[i]->name);
    }
    assert_false(wn_typed_only_reads("nothing"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commands_and_options_go_on),
        cmocka_unit_test(values_of_options_go_on),
        STORE_TEST(sweeps_and_trials_go_on),
        STORE_TEST(parameters_of_a_sweep_go_on),
        cmocka_unit_test(files_go_on),
        cmocka_unit_test(what_would_stay_is_detached),
        cmocka_unit_test(what_does_not_end_is_refused),
        cmocka_unit_test(the_sweep_that_is_looked_at_need_not_be_named),
        cmocka_unit_test(commands_that_change_something_are_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
