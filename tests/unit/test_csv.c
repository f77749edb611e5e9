// SPDX-License-Identifier: GPL-3.0-or-later
// CSV: what RFC 4180 allows, what people have instead, and what is wrong with either.
#include "tests/unit/check.h"

#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/csv.h"
#include "core/export.h"

struct text {
    const char *at;
    size_t left, step; // bytes handed out at once
};

static size_t read_text(void *context, char *bytes, size_t room) {
    struct text *text = context;
    size_t length = text->left < text->step ? text->left : text->step;
    length = length < room ? length : room;
    if (length)
        memcpy(bytes, text->at, length);
    text->at += length;
    text->left -= length;
    return length;
}

// Rows as "1[a|b]3[c|d]": lines, cells; quoted ones in quotes; what is wrong after a '!'.
static char *told(const char *bytes, size_t length, size_t step) {
    struct text text = {bytes, length, step};
    struct wn_csv *csv = wn_csv_new(&(struct wn_csv_source){read_text, &text});
    struct wn_csv_row row;
    struct wn_str out = {0};
    while (wn_csv_next(csv, &row)) {
        wn_str_addf(&out, "%lld[", (long long)row.line);
        for (size_t i = 0; i < row.count && !row.wrong; i++)
            wn_str_addf(&out, row.cells[i].quoted ? "%s\"%s\"" : "%s%s", i ? "|" : "",
                        row.cells[i].text);
        wn_str_addf(&out, "%s%s]", row.wrong ? "!" : "", row.wrong ? row.wrong : "");
    }
    wn_csv_free(csv);
    return wn_str_take(&out);
}

// However the bytes come.
static void assert_read(const char *bytes, size_t length, const char *expected) {
    for (size_t step = 1; step < 8; step++) {
        char *rows = told(bytes, length, step == 7 ? 100000 : step);
        assert_string_equal(rows, expected);
        free(rows);
    }
}

static void assert_rows(const char *text, const char *expected) {
    assert_read(text, strlen(text), expected);
}

static void rows_are_cells_between_commas(void **state) {
    (void)state;
    assert_rows("", "");
    assert_rows("a,b\n1,2\n", "1[a|b]2[1|2]");
    assert_rows("a,b\r\n1,2\r\n", "1[a|b]2[1|2]");
    assert_rows("a,b\n1,2", "1[a|b]2[1|2]");
    assert_rows("a,b\r\n1,2\r", "1[a|b]2[1|2]");
    assert_rows("a,,\n,\n", "1[a||]2[|]");
    assert_rows("\n\r\na\n\n\nb\n", "3[a]6[b]");
    assert_rows(" a , b \n", "1[ a | b ]");
    assert_rows("a\rb,c\n", "1[a\rb|c]");
}

static void quotes_keep_commas_newlines_and_quotes(void **state) {
    (void)state;
    assert_rows("\"a,b\",\"c\"\"d\"\n", "1[\"a,b\"|\"c\"d\"]");
    assert_rows("\"a\nb\r\nc\"\nd\n", "1[\"a\nb\r\nc\"]4[d]");
    assert_rows("\"\",\n", "1[\"\"|]");
    assert_rows("a\"b\",c\n", "1[a\"b\"|c]");
    assert_rows("\"a\"\r\n\"b\"", "1[\"a\"]2[\"b\"]");
}

static void a_byte_order_mark_is_no_name(void **state) {
    (void)state;
    assert_rows("\xef\xbb\xbf"
                "a,b\n",
                "1[a|b]");
}

static void a_mistake_spoils_its_row_only(void **state) {
    (void)state;
    assert_rows("a\n\"b\"c,d\ne\n", "1[a]2[!has something behind a closing quote]3[e]");
    assert_rows("a\nb\xff\nc\n", "1[a]2[!is not UTF-8]3[c]");
    assert_rows("a\n\"b,c\nd\n", "1[a]2[!has a quote that is never closed]");
    assert_read("a\nb\0c\nd\n", 8, "1[a]2[!has a NUL byte]3[d]");
}

static void what_is_too_large_is_refused_in_bounded_memory(void **state) {
    (void)state;
    size_t length = 3 * WN_CSV_CELL_MAX;
    char *bytes = wn_malloc(length);
    memset(bytes, 'a', length);
    memcpy(bytes + length - 3, "\nb\n", 3);
    char *rows = told(bytes, length, 65536);
    assert_string_equal(rows, "1[!has a cell of more than a MiB]2[b]");
    free(rows);
    memset(bytes, ',', length - 3);
    rows = told(bytes, length, 65536);
    assert_string_equal(rows, "1[!has more than 65536 cells]2[b]");
    free(rows);
    free(bytes);
}

static void the_delimiter_is_found_in_the_first_line(void **state) {
    (void)state;
    static const struct {
        const char *text;
        char delimiter;
        size_t cells; // of the first line
    } cases[] = {{"a,b\n", ',', 2},    {"a;b;c,d\n", ';', 3},
                 {"a\tb", '\t', 2},    {"\n\na|b\nc,d,e\n", '|', 2},
                 {"a\n1;2\n", ',', 1}, {"\"x,y,z\";b\n", ';', 2},
                 {"", ',', 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct text text = {cases[i].text, strlen(cases[i].text), 3};
        struct wn_csv *csv = wn_csv_new(&(struct wn_csv_source){read_text, &text});
        struct wn_csv_row row;
        assert_int_equal(wn_csv_detect(csv), cases[i].delimiter);
        if (wn_csv_next(csv, &row))
            assert_int_equal(row.count, cases[i].cells);
        wn_csv_free(csv);
    }
}

static void what_is_written_is_read_back(void **state) {
    (void)state;
    static const char *const cells[] = {"a",      "",   "a,b", "\"",      "a\nb",
                                        "a\r\nb", "\r", " ",   "\xc3\xa9"};
    enum { CELLS = sizeof cells / sizeof *cells };
    struct wn_str line = {0};
    for (size_t i = 0; i < CELLS; i++) {
        wn_str_add(&line, i ? "," : "");
        wn_csv_text(&line, cells[i]);
    }
    wn_str_add_char(&line, '\n');
    struct text text = {line.text, line.length, 5};
    struct wn_csv *csv = wn_csv_new(&(struct wn_csv_source){read_text, &text});
    struct wn_csv_row row;
    assert_true(wn_csv_next(csv, &row));
    assert_int_equal(row.count, CELLS);
    for (size_t i = 0; i < CELLS; i++)
        assert_string_equal(row.cells[i].text, cells[i]);
    assert_false(wn_csv_next(csv, &row));
    wn_csv_free(csv);
    wn_str_free(&line);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_cells_between_commas),
        cmocka_unit_test(quotes_keep_commas_newlines_and_quotes),
        cmocka_unit_test(a_byte_order_mark_is_no_name),
        cmocka_unit_test(a_mistake_spoils_its_row_only),
        cmocka_unit_test(what_is_too_large_is_refused_in_bounded_memory),
        cmocka_unit_test(the_delimiter_is_found_in_the_first_line),
        cmocka_unit_test(what_is_written_is_read_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
