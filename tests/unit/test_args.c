// SPDX-License-Identifier: GPL-3.0-or-later
// Words of the command line become an invocation, or one sentence.
#include "tests/unit/check.h"

#include "cli/args.h"

enum { WORDS_MAX = 16 };

struct line {
    char *words[WORDS_MAX]; // the invocation borrows them
    struct wn_invocation invocation;
    struct wn_err err;
    enum wn_status status;
};

// Parses "winnow" and the words, which are parted by single spaces.
static void parse(struct line *line, char *text) {
    char program[] = "winnow";
    int count = 1;
    line->words[0] = program;
    for (char *word = strtok(text, " "); word && count < WORDS_MAX; word = strtok(NULL, " "))
        line->words[count++] = word;
    line->status = wn_args_parse(count, line->words, &line->invocation, &line->err);
}

#define PARSE(line, text)                                                                          \
    char words_of_##line[] = text;                                                                 \
    struct line line = {0};                                                                        \
    parse(&line, words_of_##line)

static void an_empty_line_names_no_command(void **state) {
    (void)state;
    PARSE(line, "");
    assert_int_equal(line.status, WN_OK);
    assert_null(line.invocation.command);
    wn_args_free(&line.invocation);
}

static void values_come_attached_or_as_the_next_word(void **state) {
    (void)state;
    PARSE(line, "plan --limit=3 --method random -pa=1..2 -p b=x|y spec.yaml");
    assert_int_equal(line.status, WN_OK);
    assert_int_equal(wn_args_integer(&line.invocation, "limit", 0), 3);
    assert_string_equal(wn_args_text(&line.invocation, "method", ""), "random");
    assert_string_equal(line.invocation.operands[0], "spec.yaml");
    size_t count;
    const char **params = wn_args_texts(&line.invocation, "param", &count);
    assert_int_equal(count, 2);
    assert_string_equal(params[0], "a=1..2");
    assert_string_equal(params[1], "b=x|y");
    free(params);
    wn_args_free(&line.invocation);
}

static void an_equals_sign_may_end_in_an_empty_value(void **state) {
    (void)state;
    PARSE(line, "plan --name= spec.yaml");
    assert_int_equal(line.status, WN_OK);
    assert_string_equal(wn_args_text(&line.invocation, "name", "none"), "");
    wn_args_free(&line.invocation);
}

static void the_last_of_repeated_values_counts(void **state) {
    (void)state;
    PARSE(line, "plan --limit 3 --limit 4 spec.yaml");
    assert_int_equal(wn_args_integer(&line.invocation, "limit", 0), 4);
    wn_args_free(&line.invocation);
}

static void what_was_not_given_has_its_fallback(void **state) {
    (void)state;
    PARSE(line, "plan spec.yaml");
    assert_int_equal(wn_args_integer(&line.invocation, "limit", 20), 20);
    assert_null(wn_args_text(&line.invocation, "store", NULL));
    assert_false(wn_args_has(&line.invocation, "json"));
    wn_args_free(&line.invocation);
}

static void words_after_two_dashes_belong_to_the_command_to_run(void **state) {
    (void)state;
    PARSE(line, "plan -p a=1|2 -- ./train --json -x {a}");
    assert_int_equal(line.status, WN_OK);
    assert_null(line.invocation.operands[0]);
    assert_false(wn_args_has(&line.invocation, "json"));
    assert_int_equal(line.invocation.word_count, 4);
    assert_string_equal(line.invocation.words[0], "./train");
    wn_args_free(&line.invocation);
}

static void after_two_dashes_other_commands_take_operands(void **state) {
    (void)state;
    PARSE(line, "show -- -odd-name 3");
    assert_int_equal(line.status, WN_OK);
    assert_string_equal(line.invocation.operands[0], "-odd-name");
    assert_string_equal(line.invocation.operands[1], "3");
    wn_args_free(&line.invocation);
}

static void a_single_dash_is_an_operand(void **state) {
    (void)state;
    PARSE(line, "plan -");
    assert_int_equal(line.status, WN_OK);
    assert_string_equal(line.invocation.operands[0], "-");
    wn_args_free(&line.invocation);
}

static void global_options_may_stand_before_the_command(void **state) {
    (void)state;
    PARSE(line, "--store there ls --json");
    assert_int_equal(line.status, WN_OK);
    assert_string_equal(line.invocation.command->name, "ls");
    assert_string_equal(wn_args_text(&line.invocation, "store", ""), "there");
    assert_true(wn_args_has(&line.invocation, "json"));
    wn_args_free(&line.invocation);
}

static void flags_are_bundled_with_an_option_that_takes_a_value_last(void **state) {
    (void)state;
    PARSE(line, "logs -ff s 1");
    assert_int_equal(line.status, WN_OK);
    assert_true(wn_args_has(&line.invocation, "follow"));
    wn_args_free(&line.invocation);
}

static void help_ends_reading(void **state) {
    (void)state;
    PARSE(line, "show -h --nonsense");
    assert_int_equal(line.status, WN_OK);
    assert_true(wn_args_has(&line.invocation, "help"));
    wn_args_free(&line.invocation);
}

static void check_mistake(char *text, const char *expected) {
    struct line line = {0};
    parse(&line, text);
    assert_int_equal(line.status, WN_BAD_INPUT);
    if (!strstr(line.err.text, expected))
        fail_msg("expected \"%s\" in \"%s\"", expected, line.err.text);
    wn_args_free(&line.invocation);
}

static void each_mistake_has_its_sentence(void **state) {
    (void)state;
    static const char *const rows[][2] = {
        {"plna", "did you mean plan?"},
        {"plan --quantile 1", "did you mean --quantiles?"},
        {"plan --quantiles", "--quantiles needs a value: --quantiles Q,..."},
        {"plan --limit 0", "1 or more (found 0)"},
        {"plan --limit -3", "1 or more (found -3)"},
        {"plan --limit 3x", "found 3x"},
        {"plan --limit 99999999999999999999", "found 99999999999999999999"},
        {"plan --limit=", "found nothing"},
        {"plan --seed -1", "0 or more (found -1)"},
        {"plan --list=yes", "--list takes no value"},
        {"ls -q", "ls has no option -q"},
        {"ls --color never --color sometimes", "auto|always|never (found sometimes)"},
        {"ls --color auto|always", "found auto|always"},
        {"ls --color=", "one of auto|always|never"},
        {"show a 1 2", "2 is one word too many"},
        {"logs a", "TRIAL is missing"},
        {"--list plan", "come after its name"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *text = strdup(rows[i][0]);
        check_mistake(text, rows[i][1]);
        free(text);
    }
}

// A name that is listed twice or an option without help would be found by nobody but users.
static void every_row_of_the_table_is_complete(void **state) {
    (void)state;
    size_t count;
    const struct wn_command *const *commands = wn_command_all(&count);
    for (size_t i = 0; i < count; i++) {
        assert_ptr_equal(wn_command_find(commands[i]->name), commands[i]);
        assert_non_null(commands[i]->summary);
        assert_non_null(commands[i]->description);
        assert_non_null(commands[i]->run);
        assert_non_null(commands[i]->examples);
        assert_non_null(commands[i]->examples->command);
        const struct wn_option *option;
        for (size_t k = 0; (option = wn_command_option(commands[i], k)); k++) {
            assert_non_null(option->help);
            assert_int_equal(option->value != NULL, option->type != WN_OPTION_FLAG);
            assert_int_equal(option->choices != NULL, option->type == WN_OPTION_CHOICE);
        }
    }
}

static void no_option_of_a_command_hides_another(void **state) {
    (void)state;
    size_t count;
    const struct wn_command *const *commands = wn_command_all(&count);
    for (size_t i = 0; i < count; i++) {
        const struct wn_option *one, *other;
        for (size_t k = 0; (one = wn_command_option(commands[i], k)); k++) {
            for (size_t l = 0; l < k; l++) {
                other = wn_command_option(commands[i], l);
                assert_string_not_equal(one->name, other->name);
                assert_true(!one->letter || one->letter != other->letter);
            }
            for (other = wn_global_options; other->name; other++)
                assert_string_not_equal(one->name, other->name);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_line_names_no_command),
        cmocka_unit_test(values_come_attached_or_as_the_next_word),
        cmocka_unit_test(an_equals_sign_may_end_in_an_empty_value),
        cmocka_unit_test(the_last_of_repeated_values_counts),
        cmocka_unit_test(what_was_not_given_has_its_fallback),
        cmocka_unit_test(words_after_two_dashes_belong_to_the_command_to_run),
        cmocka_unit_test(after_two_dashes_other_commands_take_operands),
        cmocka_unit_test(a_single_dash_is_an_operand),
        cmocka_unit_test(global_options_may_stand_before_the_command),
        cmocka_unit_test(flags_are_bundled_with_an_option_that_takes_a_value_last),
        cmocka_unit_test(help_ends_reading),
        cmocka_unit_test(each_mistake_has_its_sentence),
        cmocka_unit_test(every_row_of_the_table_is_complete),
        cmocka_unit_test(no_option_of_a_command_hides_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
