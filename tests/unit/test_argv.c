// SPDX-License-Identifier: GPL-3.0-or-later
// Command lines: W&B's macros, placeholders in braces, and values as Python spells them.
#include "tests/unit/check.h"

#include <unistd.h>

#include "core/base/mem.h"
#include "core/spec.h"

static const char parameters[] =
    "method: random\n"
    "parameters:\n"
    "  batch-size: {value: 32}\n"
    "  flag: {value: true}\n"
    "  lr: {value: 1e-5}\n"
    "  none: {value: null}\n"
    "  off: {value: false}\n"
    "  opt: {parameters: {lr: {value: 3.0}, names: {value: [a, 'b''c', 1]}}}\n"
    "  text: {value: h\xc3\xa9 y}\n"
    "  when: {values: [x, y]}\n"
    "  z: {value: 1, when: {when: y}}\n";

static const char *search_path = "/nowhere";

static const char *variable(const char *name) {
    if (strcmp(name, "PATH") == 0)
        return search_path;
    return strcmp(name, "SET") == 0 ? "value of it" : NULL;
}

// The arguments joined by '~', or "error: ..."; `more` are further lines of the spec. Of `when` the
// first value is taken, so z is inactive.
static char *line_of(const char *more, bool to_run) {
    char *text = wn_format("%s%s", parameters, more);
    struct wn_diags diags = {0};
    struct wn_spec *spec;
    if (wn_spec_parse("f", text, strlen(text), &spec, &diags) != WN_OK)
        fail_msg("%s: %s", text, diags.items->text);
    wn_diags_free(&diags);
    free(text);
    struct wn_config *config = wn_config_new(spec->space);
    const double unit[16] = {0};
    wn_space_decode(spec->space, unit, config);
    const struct wn_argv_context context = {
        .trial = 12, .seed = 7, .json_file = "c.json", .getenv = variable, .to_run = to_run};
    struct wn_argv argv = {0};
    struct wn_err err;
    struct wn_str line = {0};
    if (wn_spec_argv(spec, config, &context, &argv, &err) != WN_OK) {
        wn_str_addf(&line, "error: %s", err.text);
    } else {
        assert_null(argv.items[argv.count]);
        for (size_t i = 0; i < argv.count; i++)
            wn_str_addf(&line, "%s%s", i ? "~" : "", argv.items[i]);
    }
    wn_argv_free(&argv);
    wn_config_free(config);
    wn_spec_free(spec);
    return wn_str_take(&line);
}

static void assert_line(const char *more, const char *expected) {
    char *line = line_of(more, false);
    assert_string_equal(line, expected);
    free(line);
}

#define EACH(before, between)                                                                      \
    before "batch-size" between "32~" before "flag" between "True~" before "lr" between            \
           "1e-05~" before "none" between "None~" before "off" between "False~" before             \
           "opt" between "{'lr': 3.0, 'names': ['a', \"b'c\", 1]}~" before "text" between          \
           "h\xc3\xa9 y~" before "when" between "x"

static void each_macro_is_what_wandb_makes_of_it(void **state) {
    (void)state;
    assert_line("program: t.py\n", "/usr/bin/env~python~t.py~" EACH("--", "="));
    assert_line("command: ['${env}', '${interpreter}', '${args}']\n",
                "/usr/bin/env~python~" EACH("--", "="));
    assert_line("command: ['${args_no_hyphens}']\n", EACH("", "="));
    assert_line("command: ['${args_no_equals}']\n", EACH("--", "~"));
    assert_line("command: ['${args_append_hydra}']\n", EACH("+", "="));
    assert_line("command: ['${args_override_hydra}']\n", EACH("++", "="));
    assert_line("command: ['${args_no_boolean_flags}']\n",
                "--batch-size=32~--flag~--lr=1e-05~--none=None~"
                "--opt={'lr': 3.0, 'names': ['a', \"b'c\", 1]}~--text=h\xc3\xa9 y~--when=x");
    assert_line(
        "command: ['${args_json}']\n",
        "{\"batch-size\": 32, \"flag\": true, \"lr\": 1e-05, \"none\": null, \"off\": false, "
        "\"opt\": {\"lr\": 3.0, \"names\": [\"a\", \"b'c\", 1]}, \"text\": \"h\\u00e9 y\", "
        "\"when\": \"x\"}");
    assert_line("command: [a, '${args_json_file}']\n", "a~c.json");
}

static void other_items_are_passed_as_they_are(void **state) {
    (void)state;
    assert_line("command: [a, 40, 1.50, true, null, 'x y', '--a b', '']\n",
                "a~40~1.5~True~None~x y~--a b~");
    assert_line("command: [a, '${lr}', '${arg}', b]\n", "a~b"); // unknown macros vanish
    assert_line("command: [a, '--lr=${lr}', 'P=${P}:./app']\n", "a~--lr=${lr}~P=${P}:./app");
    assert_line("command: [a, '${args}x']\n", "a~${args}x"); // a macro is a whole item
}

static void variables_are_replaced_also_within_an_item(void **state) {
    (void)state;
    assert_line("command: ['${envvar:SET}', 'a${envvar:SET}b${envvar:SET}']\n",
                "value of it~avalue of itbvalue of it");
    assert_line("command: ['${envvar:UNSET}', 'x=${envvar:UNSET}']\n", "UNSET~x=UNSET");
    assert_line("command: [a, '${envvar:lower}', '${envvar:OPEN']\n",
                "a~${envvar:lower}~${envvar:OPEN");
}

static void braces_stand_for_parameters(void **state) {
    (void)state;
    assert_line("command: [a, '{lr}', '--b={batch-size}', '{opt.lr}{text}', '{none}']\n",
                "a~1e-05~--b=32~3.0h\xc3\xa9 y~None");
    assert_line("command: [a, '{seed}/{trial}', '{opt.names}']\n", "a~7/12~['a', \"b'c\", 1]");
    assert_line("command: [a, '{lr}', '{z}', 'z={z}']\n", "a~1e-05~~z="); // inactive
    assert_line("command: [a, '{lr}', '{lrr}', '{}', '{ lr }', '{opt}', '{\"k\": 1}']\n",
                "a~1e-05~{lrr}~{}~{ lr }~{opt}~{\"k\": 1}");
    assert_line("command: [a, '{{lr}}', '{{{lr}}}', '{lr']\n", "a~{lr}~{1e-05}~{lr");
    assert_line("command: [a, '{lr}', '${lr}x', '$${lr}x']\n", "a~1e-05~${lr}x~$${lr}x");
    assert_line("command: [a, '{lr}', '${args_no_hyphens}']\n", "a~1e-05~" EACH("", "="));
}

static void a_command_without_placeholders_keeps_its_braces(void **state) {
    (void)state;
    assert_line("command: [a, '{{x}}', '{\"k\": {}}']\n", "a~{{x}}~{\"k\": {}}");
}

static void what_cannot_be_started_says_what_to_add(void **state) {
    (void)state;
    assert_line("", "error: the spec says what to search but not what to run: add program: SCRIPT "
                    "or command: [...] (or -- COMMAND)");
    assert_line("command: ['${program}', '${args}']\n",
                "error: the command uses ${program} but the spec names none: add program: SCRIPT");
    assert_line("command: []\n", "error: the command is empty: nothing would be run");
    assert_line("command: ['${nothing}']\n", "error: the command is empty: nothing would be run");
}

static void python3_stands_in_only_where_a_trial_runs_and_python_is_missing(void **state) {
    (void)state;
    char folder[] = "/tmp/winnow-argv-XXXXXX";
    assert_non_null(mkdtemp(folder));
    char *python3 = wn_format("%s/python3", folder), *python = wn_format("%s/python", folder);
    search_path = folder;
    static const char command[] = "command: [python, '${interpreter}', 'python x', './python']\n";
    const struct {
        const char *program, *expected;
        bool to_run;
    } steps[] = {
        {NULL, "python~python~python x~./python", true}, // neither is there
        {python3, "python3~python3~python x~./python", true},
        {NULL, "python~python~python x~./python", false}, // a plan is W&B's
        {python, "python~python~python x~./python", true},
    };
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        if (steps[i].program)
            assert_int_equal(symlink("/bin/true", steps[i].program), 0);
        char *line = line_of(command, steps[i].to_run);
        assert_string_equal(line, steps[i].expected);
        free(line);
    }
    unlink(python3);
    unlink(python);
    rmdir(folder);
    free(python3);
    free(python);
    search_path = "/nowhere";
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_macro_is_what_wandb_makes_of_it),
        cmocka_unit_test(other_items_are_passed_as_they_are),
        cmocka_unit_test(variables_are_replaced_also_within_an_item),
        cmocka_unit_test(braces_stand_for_parameters),
        cmocka_unit_test(a_command_without_placeholders_keeps_its_braces),
        cmocka_unit_test(what_cannot_be_started_says_what_to_add),
        cmocka_unit_test(python3_stands_in_only_where_a_trial_runs_and_python_is_missing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
