// SPDX-License-Identifier: GPL-3.0-or-later
// Documents: what texts mean, where they stand, and what happens to files that are none.
#include "tests/unit/check.h"

#include <unistd.h>

#include "core/base/mem.h"
#include "core/doc.h"

static struct wn_value read_length(const char *text, size_t length) {
    struct wn_value value;
    struct wn_diags diags = {.file = "f"};
    enum wn_status status = wn_doc_parse(text, length, &value, &diags);
    struct wn_str said = {0};
    wn_diags_print(&diags, &said);
    assert_string_equal(wn_str_text(&said), "");
    assert_int_equal(status, WN_OK);
    wn_str_free(&said);
    wn_diags_free(&diags);
    return value;
}

static struct wn_value read_text(const char *text) {
    return read_length(text, strlen(text));
}

// What a document means, as JSON.
static void assert_means(const char *text, const char *json) {
    struct wn_value value = read_text(text);
    struct wn_str got = {0};
    wn_value_json(&got, &value, WN_JSON_PYTHON);
    assert_string_equal(wn_str_text(&got), json);
    wn_str_free(&got);
    wn_value_clear(&value);
}

static void assert_refused_bytes(const char *text, size_t length, const char *message) {
    struct wn_value value;
    struct wn_diags diags = {.file = "f"};
    assert_int_equal(wn_doc_parse(text, length, &value, &diags), WN_BAD_INPUT);
    assert_int_equal(value.type, WN_NULL);
    struct wn_str said = {0};
    wn_diags_print(&diags, &said);
    if (!strstr(wn_str_text(&said), message))
        fail_msg("expected '%s' in '%s'", message, wn_str_text(&said));
    wn_str_free(&said);
    wn_diags_free(&diags);
}

static void assert_refused(const char *text, const char *message) {
    assert_refused_bytes(text, strlen(text), message);
}

static char *repeated(const char *piece, size_t times) {
    struct wn_str text = {0};
    while (times-- > 0)
        wn_str_add(&text, piece);
    return wn_str_take(&text);
}

// ---- scalars ------------------------------------------------------------------------------------

static void plain_scalars_mean_what_pyyaml_says_and_exponents_are_numbers(void **state) {
    (void)state;
    static const struct {
        const char *text;
        enum wn_type type;
        const char *python;
    } cases[] = {
        {"", WN_NULL, "None"},
        {"~", WN_NULL, "None"},
        {"null", WN_NULL, "None"},
        {"nULL", WN_STRING, "nULL"},
        {"yes", WN_BOOL, "True"},
        {"Off", WN_BOOL, "False"},
        {"y", WN_STRING, "y"},
        {"oN", WN_STRING, "oN"},
        {"0", WN_INT, "0"},
        {"-0", WN_INT, "0"},
        {"+12", WN_INT, "12"},
        {"1_000", WN_INT, "1000"},
        {"010", WN_INT, "8"},
        {"08", WN_STRING, "08"},
        {"0o10", WN_STRING, "0o10"},
        {"0x1F", WN_INT, "31"},
        {"0b101", WN_INT, "5"},
        {"1:30", WN_INT, "90"},
        {"-1:30:05", WN_INT, "-5405"},
        {"1:70", WN_STRING, "1:70"},
        {"1_0:30", WN_INT, "630"},
        {"1:30.5", WN_FLOAT, "90.5"},
        {"12:30:45", WN_INT, "45045"},
        {"9223372036854775807", WN_INT, "9223372036854775807"},
        {"-9223372036854775808", WN_INT, "-9223372036854775808"},
        {"9223372036854775808", WN_STRING, "9223372036854775808"},
        {"1.0", WN_FLOAT, "1.0"},
        {"1.", WN_FLOAT, "1.0"},
        {".5", WN_FLOAT, "0.5"},
        {"-.5", WN_FLOAT, "-0.5"},
        {".", WN_STRING, "."},
        {"1_0.5", WN_FLOAT, "10.5"},
        {"1e-5", WN_FLOAT, "1e-05"},
        {"1E5", WN_FLOAT, "100000.0"},
        {"1.5e3", WN_FLOAT, "1500.0"},
        {"+1.0e-5", WN_FLOAT, "1e-05"},
        {"e5", WN_STRING, "e5"},
        {"1e", WN_STRING, "1e"},
        {"1e5x", WN_STRING, "1e5x"},
        {"1.2.3", WN_STRING, "1.2.3"},
        {".inf", WN_FLOAT, "inf"},
        {"-.Inf", WN_FLOAT, "-inf"},
        {".nan", WN_FLOAT, "nan"},
        {"-.nan", WN_STRING, "-.nan"},
        {"inf", WN_STRING, "inf"},
        {"2024-01-01", WN_STRING, "2024-01-01"},
        {"1 2", WN_STRING, "1 2"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct wn_value value = wn_doc_scalar(cases[i].text);
        struct wn_str text = {0};
        wn_value_python(&text, &value);
        if (value.type != cases[i].type || strcmp(wn_str_text(&text), cases[i].python) != 0)
            fail_msg("'%s' became %s of type %s", cases[i].text, wn_str_text(&text),
                     wn_type_name(value.type));
        wn_str_free(&text);
        wn_value_clear(&value);
    }
}

static void quotes_make_texts(void **state) {
    (void)state;
    struct wn_value value = read_text("['1', \"yes\", 1, !!str 2]");
    static const enum wn_type types[] = {WN_STRING, WN_STRING, WN_INT, WN_STRING};
    static const bool quoted[] = {true, true, false, false};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(value.list.items[i].type, types[i]);
        assert_int_equal(value.list.items[i].quoted, quoted[i]);
    }
    wn_value_clear(&value);
}

static void tags_change_the_type_or_are_refused(void **state) {
    (void)state;
    assert_means("[!!float 3, !!int '4', !!str 5, !!bool yes]", "[3.0, 4, \"5\", true]");
    assert_refused("a: !!python/object:os.system ls", "f:1:4: ");
    assert_refused("a: !!int x", "the tag tag:yaml.org,2002:int cannot be used here");
}

// ---- places -------------------------------------------------------------------------------------

static void keys_and_values_know_their_places(void **state) {
    (void)state;
    struct wn_value value = read_text("# c\na: 1\nb:\n  - x\n  - {c: 2}\n");
    const struct wn_value *b = wn_value_get(&value, "b"), *c = &b->list.items[1];
    assert_int_equal(value.list.keys[1].line, 3);
    assert_int_equal(value.list.keys[1].column, 1);
    assert_int_equal(b->list.items[0].line, 4);
    assert_int_equal(b->list.items[0].column, 5);
    assert_int_equal(wn_value_get(c, "c")->line, 5);
    assert_int_equal(wn_value_get(c, "c")->column, 9);
    wn_value_clear(&value);
}

// ---- anchors ------------------------------------------------------------------------------------

static void aliases_stand_for_what_was_anchored(void **state) {
    (void)state;
    assert_means("a: &x {k: [1, 2]}\nb: *x\n", "{\"a\": {\"k\": [1, 2]}, \"b\": {\"k\": [1, 2]}}");
    assert_means("[&x 1, &x 2, *x]", "[1, 2, 2]");
    assert_refused("a: &x [*x]", "f:1:8: there is no anchor &x above");
    assert_refused("a: *nowhere", "there is no anchor &nowhere above");
}

static void merge_keys_fill_in_what_a_mapping_does_not_say(void **state) {
    (void)state;
    assert_means("- &x {a: 1, b: 2}\n- {b: 3, <<: *x, c: 4}\n",
                 "[{\"a\": 1, \"b\": 2}, {\"a\": 1, \"b\": 3, \"c\": 4}]");
    assert_means("- &x {a: 1}\n- &y {a: 2, b: 2}\n- {<<: [*x, *y]}\n",
                 "[{\"a\": 1}, {\"a\": 2, \"b\": 2}, {\"a\": 1, \"b\": 2}]");
    assert_means("'<<': 1", "{\"<<\": 1}");
    assert_refused("<<: 3", "f:1:5: <<: must be a mapping or a list of mappings");
    assert_refused("<<: [{a: 1}, 3]", "f:1:14: <<: must be a mapping");
}

static void an_alias_bomb_ends_in_a_message(void **state) {
    (void)state;
    struct wn_str text = {0};
    wn_str_add(&text, "- &a [x, x, x, x, x, x, x, x, x, x]\n");
    for (char name = 'b'; name <= 'z'; name++)
        wn_str_addf(&text, "- &%c [*%c, *%c, *%c, *%c, *%c, *%c, *%c, *%c]\n", name, name - 1,
                    name - 1, name - 1, name - 1, name - 1, name - 1, name - 1, name - 1);
    assert_refused(wn_str_text(&text), "aliases expanded: this is no sweep");
    wn_str_free(&text);
}

// ---- duplicates ---------------------------------------------------------------------------------

static void a_key_given_twice_is_an_error_with_both_places(void **state) {
    (void)state;
    assert_refused("a: 1\nb: 2\na: 3\n", "f:3:1: the key a is given twice, before on line 1");
    assert_refused("x:\n  q: {k: 1, 'k': 2}\n", "f:2:13: the key k is given twice");
    assert_refused("<<: {a: 1}\n<<: {b: 1}\n", "the key << is given twice");
}

static void all_duplicates_of_a_file_are_told_at_once(void **state) {
    (void)state;
    struct wn_value value;
    struct wn_diags diags = {0};
    static const char text[] = "a: {b: 1, b: 2}\na: {c: 1, c: 2}\n";
    assert_int_equal(wn_doc_parse(text, sizeof text - 1, &value, &diags), WN_BAD_INPUT);
    assert_int_equal(diags.errors, 3);
    wn_diags_free(&diags);
}

// ---- JSON ---------------------------------------------------------------------------------------

static void json_files_are_read_alike(void **state) {
    (void)state;
    assert_means("{\"a\": [1, 1.5, 1e-5, true, null, \"x\"], \"b\":{\"c\":-3}}",
                 "{\"a\": [1, 1.5, 1e-05, true, null, \"x\"], \"b\": {\"c\": -3}}");
}

static void tabs_may_indent_json(void **state) {
    (void)state;
    assert_means("{\n\t\"a\":\t1,\n\t\"b\": \"x\\ty\\\"\t\"\n}\n",
                 "{\"a\": 1, \"b\": \"x\\ty\\\"\\t\"}");
}

static void json_escapes_may_be_surrogate_pairs(void **state) {
    (void)state;
    assert_means("{\"a\": \"\\ud83d\\ude00 \\u00fc \\/\"}",
                 "{\"a\": \"\\ud83d\\ude00 \\u00fc /\"}");
    assert_refused("{\"a\": \"\\ud83d\"}", "f:1:");
}

static void a_byte_order_mark_is_skipped(void **state) {
    (void)state;
    assert_means("\xef\xbb\xbf"
                 "a: 1",
                 "{\"a\": 1}");
    assert_means("\xef\xbb\xbf{\n\t\"a\": 1}", "{\"a\": 1}");
}

// ---- what is no document ------------------------------------------------------------------------

static void what_is_no_text_is_refused_with_its_place(void **state) {
    (void)state;
    assert_refused("", "f: is empty");
    assert_refused("# only a comment\n", "holds nothing but comments");
    assert_refused_bytes("a: 1\nb: \0\n", 10, "f:2:4: a NUL byte");
    assert_refused("a: 1\nb: \"\\0\"\n", "f:2:4: a text cannot hold a NUL character");
    assert_refused("a: 1\nb: \x80\n", "f:2:4: is not valid UTF-8 text here");
    assert_refused("a: \xc3\x28", "f:1:5: is not valid UTF-8");
    assert_refused("a: \x01", "a control character");
}

static void a_second_document_is_an_error(void **state) {
    (void)state;
    assert_means("---\na: 1\n...\n", "{\"a\": 1}");
    assert_refused("a: 1\n---\nb: 2\n", "f:2:1: a second document begins here");
}

static void syntax_errors_are_said_in_plain_words(void **state) {
    (void)state;
    assert_refused("a:\n\tb: 1\n", "f:2:1: a tab cannot indent: use spaces");
    assert_refused("a: b: c\n", "f:1:5: a ': ' where none can be");
    assert_refused("a: [1, 2\nb: 3\n", "a ',' or the closing ']' is missing");
    assert_refused("a: {b: 1\n", "a ',' or the closing '}' is missing");
    assert_refused("a: \"x\n", "the closing one is missing");
    assert_refused("a:\n  b: 1\n c: 2\n", "f:3:2: this does not line up");
    assert_refused("? [a]\n: b\n", "a key must be a plain text");
    assert_refused("a: @x\n", "need quotes");
}

static void deep_nesting_ends_in_a_message_at_once(void **state) {
    (void)state;
    static const char *const pieces[] = {"[", "{a: ", "- ", "? "};
    for (size_t i = 0; i < 4; i++) {
        char *text = repeated(pieces[i], 200000);
        assert_refused(text, i < 3 ? "nested deeper than 64 levels" : "a key must be a plain text");
        free(text);
    }
}

static void large_files_are_refused_by_size(void **state) {
    (void)state;
    char *text = repeated("#23456789012345\n", WN_DOC_MAX_BYTES / 16 + 1);
    assert_refused(text, "is larger than 8 MiB");
    free(text);
    text = repeated("- 1\n", 250000);
    assert_refused(text, "more than 200000 values");
    free(text);
    text = repeated("- &a 1\n", 2000);
    assert_refused(text, "more than 1000 anchors");
    free(text);
}

// ---- files --------------------------------------------------------------------------------------

static void files_are_read_whole_or_refused_with_their_name(void **state) {
    (void)state;
    char path[] = "/tmp/winnow-doc-XXXXXX", *text = NULL;
    size_t length = 0;
    struct wn_err err;
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "a: 1\n", 5), 5);
    assert_int_equal(wn_doc_read_file(path, &text, &length, &err), WN_OK);
    assert_int_equal(length, 5);
    assert_string_equal(text, "a: 1\n");
    free(text);
    assert_int_equal(ftruncate(fd, 100 << 20), 0);
    assert_int_equal(wn_doc_read_file(path, &text, &length, &err), WN_BAD_INPUT);
    assert_non_null(strstr(err.text, "is larger than 8 MiB"));
    close(fd);
    unlink(path);
    assert_int_equal(wn_doc_read_file(path, &text, &length, &err), WN_BAD_INPUT);
    assert_non_null(strstr(err.text, path));
    assert_int_equal(wn_doc_read_file("/", &text, &length, &err), WN_BAD_INPUT);
    assert_non_null(strstr(err.text, "cannot read /"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_scalars_mean_what_pyyaml_says_and_exponents_are_numbers),
        cmocka_unit_test(quotes_make_texts),
        cmocka_unit_test(tags_change_the_type_or_are_refused),
        cmocka_unit_test(keys_and_values_know_their_places),
        cmocka_unit_test(aliases_stand_for_what_was_anchored),
        cmocka_unit_test(merge_keys_fill_in_what_a_mapping_does_not_say),
        cmocka_unit_test(an_alias_bomb_ends_in_a_message),
        cmocka_unit_test(a_key_given_twice_is_an_error_with_both_places),
        cmocka_unit_test(all_duplicates_of_a_file_are_told_at_once),
        cmocka_unit_test(json_files_are_read_alike),
        cmocka_unit_test(tabs_may_indent_json),
        cmocka_unit_test(json_escapes_may_be_surrogate_pairs),
        cmocka_unit_test(a_byte_order_mark_is_skipped),
        cmocka_unit_test(what_is_no_text_is_refused_with_its_place),
        cmocka_unit_test(a_second_document_is_an_error),
        cmocka_unit_test(syntax_errors_are_said_in_plain_words),
        cmocka_unit_test(deep_nesting_ends_in_a_message_at_once),
        cmocka_unit_test(large_files_are_refused_by_size),
        cmocka_unit_test(files_are_read_whole_or_refused_with_their_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
