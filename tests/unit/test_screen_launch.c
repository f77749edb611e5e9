// SPDX-License-Identifier: GPL-3.0-or-later
// The launch form: what is read of files, the words that the fields make, and how it looks.
#include "golden.h"

#include <fcntl.h>
#include <locale.h>

#include "make_store.h"
#include "tui/modal.h"
#include "tui/screens/launch.h"
#include "tui/tui.h"

static const char spec[] = "name: toy\n"
                           "command: [./train.sh, \"{lr}\", \"{depth}\"]\n"
                           "metric: {name: loss, goal: minimize}\n"
                           "method: random\n"
                           "budget: {trials: 40}\n"
                           "parallel: 2\n"
                           "parameters:\n"
                           "  lr: {distribution: log_uniform_values, min: 0.00001, max: 0.1}\n"
                           "  depth: {min: 2, max: 12}\n"
                           "  act: {values: [relu, \"yes\", gelu]}\n"
                           "  mix: {distribution: beta, a: 2, b: 3}\n";

static const char slips[] = "method: randm\n"
                            "command: [./train.sh, \"{lr}\"]\n"
                            "metric: {name: loss, goal: minimize}\n"
                            "parameters:\n"
                            "  lr: {min: 0.1, max: 0.01}\n";

// ---- a project ----------------------------------------------------------------------------------

static void write_in(const char *folder, const char *name, const char *text) {
    char *path = wn_format("%s/%s", folder, name), *slash = strrchr(path, '/');
    *slash = '\0';
    mkdir(path, 0755);
    *slash = '/';
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    free(path);
}

// Reads what the form asks for, with the folder as the working directory.
static void read_in(const char *folder, struct wn_store *store, struct wn_form *form) {
    struct wn_launch_query *query = wn_form_query(form);
    int here = open(".", O_RDONLY | O_DIRECTORY);
    assert_int_equal(chdir(folder), 0);
    assert_good(wn_launch_read(store, query, &err));
    assert_int_equal(fchdir(here), 0);
    close(here);
    wn_form_take(form, query);
}

static struct wn_form *form_of(const char *folder, const char *file) {
    char *copy = file ? wn_strdup(file) : NULL;
    struct wn_form *form = wn_form_new(&(struct wn_place){.trial = -1, .text = copy});
    free(copy);
    read_in(folder, NULL, form);
    return form;
}

static size_t index_of(const struct wn_form *form, const char *label) {
    for (size_t i = 0; i < form->count; i++)
        if (strcmp(wn_field_label(&form->fields[i]), label) == 0)
            return i;
    fail_msg("there is no field %s", label);
    return 0;
}

static void set(struct wn_form *form, const char *label, const char *text) {
    wn_form_set(form, index_of(form, label), text);
}

static const char *text_of(const struct wn_form *form, const char *label) {
    return form->fields[index_of(form, label)].text;
}

static void assert_line(const struct wn_form *form, const char *verb, const char *expected) {
    struct wn_words words = wn_form_words(form, verb);
    char *line = wn_tui_command_line(wn_words_list(&words));
    assert_string_equal(line, expected);
    free(line);
    wn_words_free(&words);
}

// ---- files --------------------------------------------------------------------------------------

static void spec_files_of_the_project_are_found(void **state) {
    const char *folder = *state;
    write_in(folder, "sweep.yaml", spec);
    write_in(folder, "conf/other.yml", slips);
    write_in(folder, "conf/wandb.json", "{\"method\": \"grid\", \"parameters\": {}}");
    write_in(folder, "package.json", "{\"name\": \"parameters\"}");
    write_in(folder, ".hidden/sweep.yaml", spec);
    write_in(folder, "node_modules/sweep.yaml", spec);
    write_in(folder, "openapi.yaml", "paths:\n  parameters: []\n  method: get\n");
    struct wn_form *form = form_of(folder, NULL);
    assert_int_equal(form->model->file_count, 3);
    assert_string_equal(form->model->files[0].path, "sweep.yaml");
    assert_string_equal(form->model->files[1].path, "conf/other.yml");
    assert_string_equal(form->model->files[2].path, "conf/wandb.json");
    assert_string_equal(form->file, "sweep.yaml"); // the first one is chosen
    wn_form_free(form);
}

static void files_of_sweeps_come_first(void **state) {
    const char *folder = *state;
    write_in(folder, "a.yaml", spec);
    write_in(folder, "z.yaml", spec);
    struct wn_store *store = open_store(folder, WN_STORE_CREATE);
    struct wn_sweep_row row = {.name = (char[]){"zed"},
                               .method = (char[]){"random"},
                               .spec = (char[]){""},
                               .spec_file = (char[]){"z.yaml"},
                               .objective = (char[]){"loss"},
                               .cwd = wn_strdup(folder),
                               .user = (char[]){"me"},
                               .host = (char[]){"here"},
                               .version = (char[]){"1"}};
    row.name = wn_strdup(row.name);
    assert_good(wn_store_add_sweep(store, &row, &err));
    struct wn_form *form = wn_form_new(&(struct wn_place){.trial = -1});
    read_in(folder, store, form);
    assert_string_equal(form->model->files[0].path, "z.yaml");
    assert_string_equal(form->model->files[0].used, "zed");
    assert_string_equal(form->file, "z.yaml");
    wn_form_free(form);
    free(row.name);
    free(row.cwd);
    wn_store_close(store);
}

static void without_a_file_a_command_is_asked_for(void **state) {
    struct wn_form *form = form_of(*state, NULL);
    assert_null(form->file);
    assert_string_equal(text_of(form, "method"), "bayes");
    assert_line(form, "run", "winnow run --detach --method bayes");
    wn_form_free(form);
}

// ---- words --------------------------------------------------------------------------------------

static void a_file_fills_the_form(void **state) {
    write_in(*state, "sweep.yaml", spec);
    struct wn_form *form = form_of(*state, "sweep.yaml");
    assert_string_equal(text_of(form, "name"), "toy");
    assert_string_equal(text_of(form, "method"), "random");
    assert_string_equal(text_of(form, "parallel"), "2");
    assert_string_equal(text_of(form, "trials"), "40");
    assert_string_equal(text_of(form, "lr"), "log(1e-05,0.1)");
    assert_string_equal(text_of(form, "depth"), "2..12");
    assert_string_equal(text_of(form, "act"), "relu|'yes'|gelu");
    assert_string_equal(text_of(form, "mix"), ""); // -p has no words for it
    assert_line(form, "run", "winnow run --detach sweep.yaml");
    assert_true(form->model->plan.good);
    assert_int_equal(form->model->plan.declared, 40);
    assert_false(wn_form_edited(form));
    wn_form_free(form);
}

static void what_was_edited_becomes_an_option(void **state) {
    write_in(*state, "sweep.yaml", spec);
    struct wn_form *form = form_of(*state, "sweep.yaml");
    set(form, "method", "sobol");
    set(form, "parallel", "8");
    set(form, "trials", ""); // no bound, though the file has one
    set(form, "time", "30m");
    set(form, "further", "repeats=3 'limits.memory=4 GiB'");
    set(form, "depth", "2..5");
    read_in(*state, NULL, form);
    assert_line(form, "run",
                "winnow run --detach sweep.yaml --method sobol --parallel 8 --set budget.trials= "
                "--time 30m --set repeats=3 --set 'limits.memory=4 GiB' -p depth=2..5");
    assert_line(form, "try",
                "winnow try sweep.yaml --method sobol --parallel 8 --set budget.trials= --time 30m "
                "--set repeats=3 --set 'limits.memory=4 GiB' -p depth=2..5");
    assert_true(form->model->plan.good);
    assert_int_equal(form->model->plan.declared, 0);
    assert_int_equal(form->model->plan.repeats, 3);
    assert_true(wn_form_edited(form));
    wn_form_reset(form, index_of(form, "depth"));
    assert_string_equal(text_of(form, "depth"), "2..12");
    wn_form_free(form);
}

static void wandbs_run_cap_is_what_bounds_its_trials(void **state) {
    write_in(*state, "w.yaml",
             "program: t.py\nmethod: random\nmetric: {name: a, goal: maximize}\n"
             "run_cap: 10\nparameters: {x: {min: 0, max: 1000}}\n");
    struct wn_form *form = form_of(*state, "w.yaml");
    assert_string_equal(text_of(form, "trials"), "10");
    set(form, "trials", "500");
    read_in(*state, NULL, form);
    assert_int_equal(form->model->plan.declared, 500);
    assert_line(form, "run", "winnow run --detach w.yaml --set run_cap=500");
    wn_form_free(form);
}

static void what_is_edited_outlives_a_change_of_the_file(void **state) {
    write_in(*state, "sweep.yaml", spec);
    struct wn_form *form = form_of(*state, "sweep.yaml");
    set(form, "trials", "7");
    write_in(*state, "sweep.yaml",
             "command: [x]\nmethod: grid\nbudget: {trials: 9}\n"
             "metric: {name: loss, goal: minimize}\n"
             "parameters: {depth: {min: 1, max: 3}}\n");
    read_in(*state, NULL, form);
    assert_string_equal(text_of(form, "trials"), "7");
    assert_string_equal(text_of(form, "method"), "grid");
    assert_string_equal(text_of(form, "depth"), "1..3");
    assert_int_equal(form->count, WN_LAUNCH_FIXED + 1); // the other parameters are gone
    wn_form_free(form);
}

static void names_in_braces_are_parameters(void **state) {
    struct wn_form *form = form_of(*state, NULL);
    set(form, "command", "./train.sh {lr} --seed {seed} '{not one}' ${args} {{x}} {lr}");
    assert_int_equal(form->count, WN_LAUNCH_FIXED + 1);
    set(form, "metric", "loss");
    read_in(*state, NULL, form);
    assert_false(form->model->plan.good);           // lr has no range yet,
    assert_int_equal(form->model->diags.errors, 0); // which is no mistake so early
    set(form, "lr", "log(1e-4,1)");
    set(form, "trials", "20");
    read_in(*state, NULL, form);
    assert_true(form->model->plan.good);
    assert_line(form, "run",
                "winnow run --detach --minimize loss --method bayes --trials 20 "
                "-p 'lr=log(1e-4,1)' -- ./train.sh '{lr}' --seed '{seed}' '{not one}' '${args}' "
                "'{{x}}' '{lr}'");
    set(form, "command", "./train.sh");
    assert_int_equal(form->count, WN_LAUNCH_FIXED + 1); // it has a range, which is kept
    set(form, "lr", "");
    set(form, "command", "./train.sh {x}");
    assert_string_equal(form->fields[WN_LAUNCH_FIXED].name, "x");
    wn_form_free(form);
}

static const char *mistake_of(const struct wn_form *form, const char *label) {
    const struct wn_diag *diag = wn_form_mistake(form, &form->fields[index_of(form, label)]);
    return diag ? diag->text : "";
}

static void mistakes_stand_beside_their_fields(void **state) {
    write_in(*state, "sweep.yaml", spec);
    struct wn_form *form = form_of(*state, "sweep.yaml");
    set(form, "trials", "many");
    set(form, "time", "soon");
    set(form, "depth", "12..2");
    set(form, "act", "x|");
    set(form, "further", "what");
    read_in(*state, NULL, form);
    assert_false(form->model->plan.good);
    assert_non_null(strstr(mistake_of(form, "act"), "cannot be understood"));
    assert_non_null(strstr(mistake_of(form, "further"), "KEY=VALUE"));
    set(form, "act", "x|y");
    set(form, "further", "");
    read_in(*state, NULL, form);
    assert_non_null(strstr(mistake_of(form, "trials"), "found"));
    assert_non_null(strstr(mistake_of(form, "time"), "found"));
    assert_non_null(strstr(mistake_of(form, "depth"), "must be below max"));
    assert_string_equal(mistake_of(form, "lr"), "");
    wn_form_free(form);
}

// ---- a trial again ------------------------------------------------------------------------------

static struct wn_store *store_with_trial(const char *folder) {
    struct wn_store *store = open_store(folder, WN_STORE_CREATE);
    struct wn_sweep_row row = {
        .name = wn_strdup("svm"),
        .method = (char[]){"random"},
        .spec = (char[]){"method: random\nparameters:\n"
                         "  C: {distribution: log_uniform_values, min: 0.01, max: 1000}\n"
                         "  opt: {parameters: {kind: {values: [sgd, adam]}}}\n"},
        .objective = (char[]){"accuracy"},
        .cwd = (char[]){"/"},
        .user = (char[]){"me"},
        .host = (char[]){"here"},
        .version = (char[]){"1"}};
    assert_good(wn_store_add_sweep(store, &row, &err));
    struct wn_trial_row trial = made_trial(row.id, 7, WN_TRIAL_FINISHED);
    trial.params = (char[]){"{\"C\":31.6,\"opt\":{\"kind\":\"adam\"}}"};
    assert_good(wn_store_put_trial(store, &trial, 0.98, &err));
    free(row.name);
    return store;
}

static struct wn_form *form_again(const char *folder) {
    struct wn_store *store = store_with_trial(folder);
    struct wn_form *form = wn_form_new(&(struct wn_place){.sweep = 1, .trial = 7});
    read_in(folder, store, form);
    wn_store_close(store);
    return form;
}

static void a_trial_runs_again_with_other_values(void **state) {
    struct wn_form *form = form_again(*state);
    assert_string_equal(text_of(form, "C"), "31.6");
    assert_string_equal(text_of(form, "opt.kind"), "adam");
    assert_line(form, "enqueue", "winnow enqueue svm --like 7");
    set(form, "opt.kind", "sgd");
    assert_line(form, "enqueue", "winnow enqueue svm --like 7 opt.kind=sgd");
    wn_form_free(form);
}

// ---- looks --------------------------------------------------------------------------------------

static void draw(struct wn_form *form, struct wn_extent extent, bool ascii, const char *name) {
    golden_screen(&wn_screen_launch, form, extent, ascii, name);
    wn_form_free(form);
}

static void test_file(void **state) {
    write_in(*state, "sweep.yaml", spec);
    draw(form_of(*state, "sweep.yaml"), (struct wn_extent){22, 80}, false, "launch");
    draw(form_of(*state, "sweep.yaml"), (struct wn_extent){22, 80}, true, "launch");
    draw(form_of(*state, "sweep.yaml"), (struct wn_extent){9, 40}, false, "launch");
    draw(form_of(*state, "sweep.yaml"), (struct wn_extent){9, 40}, true, "launch");
    draw(form_of(*state, "sweep.yaml"), (struct wn_extent){58, 200}, false, "launch");
    draw(form_of(*state, "sweep.yaml"), (struct wn_extent){58, 200}, true, "launch");
}

static void test_edited(void **state) {
    write_in(*state, "sweep.yaml", spec);
    struct wn_form *form = form_of(*state, "sweep.yaml");
    set(form, "trials", "100");
    set(form, "depth", "12..2");
    form->focus = index_of(form, "depth");
    read_in(*state, NULL, form);
    draw(form, (struct wn_extent){22, 80}, false, "launch-edited");
}

static void test_slips(void **state) {
    write_in(*state, "slips.yaml", slips);
    draw(form_of(*state, "slips.yaml"), (struct wn_extent){22, 80}, false, "launch-slips");
    draw(form_of(*state, "slips.yaml"), (struct wn_extent){58, 200}, false, "launch-slips");
}

static void test_command(void **state) {
    struct wn_form *form = form_of(*state, NULL);
    set(form, "command", "./train.sh --lr {lr} --depth {depth}");
    set(form, "metric", "loss");
    set(form, "lr", "log(1e-5,0.1)");
    set(form, "trials", "50");
    form->focus = index_of(form, "depth");
    read_in(*state, NULL, form);
    draw(form, (struct wn_extent){22, 80}, false, "launch-command");
}

static void test_again(void **state) {
    draw(form_again(*state), (struct wn_extent){22, 80}, false, "launch-again");
}

static void a_hostile_file_is_harmless(void **state) {
    write_in(*state, "\033[31mred.yaml", "method: random\n\033]0;x\007parameters: {}\n");
    draw(form_of(*state, "\033[31mred.yaml"), (struct wn_extent){22, 80}, false, "launch-hostile");
}

int main(void) {
    setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        STORE_TEST(spec_files_of_the_project_are_found),
        STORE_TEST(files_of_sweeps_come_first),
        STORE_TEST(without_a_file_a_command_is_asked_for),
        STORE_TEST(a_file_fills_the_form),
        STORE_TEST(what_was_edited_becomes_an_option),
        STORE_TEST(wandbs_run_cap_is_what_bounds_its_trials),
        STORE_TEST(what_is_edited_outlives_a_change_of_the_file),
        STORE_TEST(names_in_braces_are_parameters),
        STORE_TEST(mistakes_stand_beside_their_fields),
        STORE_TEST(a_trial_runs_again_with_other_values),
        STORE_TEST(test_file),
        STORE_TEST(test_edited),
        STORE_TEST(test_slips),
        STORE_TEST(test_command),
        STORE_TEST(test_again),
        STORE_TEST(a_hostile_file_is_harmless),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
