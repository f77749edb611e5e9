// SPDX-License-Identifier: GPL-3.0-or-later
// From cells to profiles: what a cell is, of which type a column is, and profiles as JSON, read
// back, damaged, merged.
#include "tests/unit/check.h"

#include "core/base/mem.h"
#include "core/base/rng.h"
#include "core/csv_column.h"
#include "core/data/guess.h"
#include "core/data/profile.h"

// ---- cells --------------------------------------------------------------------------------------

static void numbers_are_read_as_strtod_reads_them(void **state) {
    (void)state;
    static const char *const texts[] = {"0",
                                        "-0",
                                        "1",
                                        "-1.5",
                                        "+2",
                                        "1e5",
                                        "1E-5",
                                        "123456789012345",
                                        ".5",
                                        "5.",
                                        "1e22",
                                        "1e-22",
                                        "1e23",
                                        "9.9e9",
                                        "-1e-3",
                                        "0.1",
                                        "1e",
                                        "1e+",
                                        "0x10",
                                        "inf",
                                        "-inf",
                                        "1.2.3",
                                        "12a",
                                        "-",
                                        ".",
                                        "1e400",
                                        "0.3",
                                        "2.5e-8",
                                        "1 ",
                                        " 1",
                                        "1e-400",
                                        "123456789.123456789",
                                        "1000000",
                                        "1e05",
                                        "99999999999999999999",
                                        "4.35",
                                        "0.000001",
                                        "1.7976931348623157e308"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char *end;
        double got, want = strtod(texts[i], &end);
        bool is = *texts[i] && end != texts[i] && end[strspn(end, " ")] == '\0';
        assert_int_equal(wn_cell_number(texts[i], &got), is);
        if (is)
            assert_memory_equal(&got, &want, sizeof got);
    }
}

static void random_decimals_are_read_as_strtod_reads_them(void **state) {
    (void)state;
    struct wn_rng rng = wn_rng_new(3, 3);
    for (int i = 0; i < 200000; i++) {
        char text[64];
        double got, value = ldexp(wn_rng_uniform(&rng) - 0.5, (int)wn_rng_below(&rng, 120) - 60);
        snprintf(text, sizeof text, "%.*g", 1 + (int)wn_rng_below(&rng, 17), value);
        double want = strtod(text, NULL);
        assert_true(wn_cell_number(text, &got));
        assert_memory_equal(&got, &want, sizeof got);
    }
}

static void cells_of_nothing_are_missing(void **state) {
    (void)state;
    static const char *const missing[] = {"",    " ",    "NA",   "N/A", "nan",
                                          "NaN", "null", "None", " na"};
    static const char *const there[] = {"0", "-", "no", "n", "nancy", "inf", "unknown"};
    for (size_t i = 0; i < sizeof missing / sizeof *missing; i++)
        assert_true(wn_cell_missing(missing[i]));
    for (size_t i = 0; i < sizeof there / sizeof *there; i++)
        assert_false(wn_cell_missing(there[i]));
}

static void moments_are_read_in_the_ways_people_write_them(void **state) {
    (void)state;
    static const struct {
        const char *text;
        double seconds; // -1: none
    } cases[] = {
        {"1970-01-01", 0},
        {"1970-01-01T00:00:00Z", 0},
        {"1970-01-01 01:00:00+01:00", 0},
        {"1970-01-01 00:00:00.5 -0030", 1800.5},
        {"2026-11-24 17:30", 1795541400},
        {"2026/11/24 17:30", 1795541400},
        {"24.11.2026", 1795478400},
        {"11/24/2026", 1795478400},
        {"24/11/2026", 1795478400},
        {"1969-12-31", -86400},
        {"2024-02-29", 1709164800},
        {"2026-13-01", -1},
        {"2026-11", -1},
        {"2026-11-24x", -1},
        {"2026-11/24", -1},
        {"1.2.3", -1},
        {"12", -1},
        {"", -1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double got = -1;
        bool is = wn_cell_moment(cases[i].text, &got);
        assert_int_equal(is, cases[i].seconds != -1);
        if (is)
            assert_double(got, cases[i].seconds, 1e-6);
    }
}

// ---- types --------------------------------------------------------------------------------------

// Cells parted by bars, over and over to `count`; a # becomes the number of the row.
static struct wn_guess guess(const char *name, const char *cells, size_t count) {
    const char **all = wn_malloc(count * sizeof *all), *at = cells;
    for (size_t i = 0; i < count; i++) {
        size_t length = strcspn(at, "|"), mark = strcspn(at, "#|");
        all[i] = at[mark] == '#' ? wn_format("%.*s%zu%.*s", (int)mark, at, i,
                                             (int)(length - mark - 1), at + mark + 1)
                                 : wn_strndup(at, length);
        at = at[length] ? at + length + 1 : cells;
    }
    struct wn_guess found = wn_guess_type(name, all, count);
    for (size_t i = 0; i < count; i++)
        free((char *)(uintptr_t)all[i]);
    free(all);
    return found;
}

static void types_are_guessed_from_cells(void **state) {
    (void)state;
    static const struct {
        const char *name, *cells;
        enum wn_feature_type type;
        bool mixed;
    } cases[] = {
        {"x", "1.5|2|-3e4", WN_NUMERIC, false},
        {"x", "1|2|3|1", WN_NUMERIC, false},
        {"x", "0|1|1", WN_BOOLEAN, false},
        {"x", "1|1|1", WN_NUMERIC, false}, // perhaps a constant, perhaps not
        {"x", "true|true", WN_BOOLEAN, false},
        {"x", "Yes|no", WN_BOOLEAN, false},
        {"x", "a|b|c", WN_CATEGORICAL, false},
        {"x", "1|2|x", WN_CATEGORICAL, true},
        {"x", "2026-01-02|2026-01-03 04:05", WN_DATETIME, false},
        {"x", "user#", WN_ID, false},
        {"x", "#", WN_ID, false}, // consecutive
        {"x", "#.25", WN_NUMERIC, false},
        {"order_id", "9#7", WN_ID, false},
        {"paid", "9#7", WN_NUMERIC, false},
        {"x", "the quick brown fox number #", WN_FREE_TEXT, false},
        {"x", "bachelor of science|master of arts", WN_CATEGORICAL, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct wn_guess found = guess(cases[i].name, cases[i].cells, 300);
        if (found.type != cases[i].type || found.mixed != cases[i].mixed || !found.known)
            fail_msg("%s: %s is %s", cases[i].name, cases[i].cells,
                     wn_feature_type_names[found.type]);
    }
    assert_false(guess("x", "", 0).known);
}

static void a_few_odd_cells_do_not_change_a_type(void **state) {
    (void)state;
    const char *cells[100];
    for (int i = 0; i < 100; i++)
        cells[i] = i == 50 ? "unknown" : i % 2 ? "1.5" : "2.25";
    struct wn_guess found = wn_guess_type("x", cells, 100);
    assert_true(found.type == WN_NUMERIC && found.mixed);
}

// ---- profiles -----------------------------------------------------------------------------------

// One column of each type; `rows` rows that depend on the seed.
static struct wn_profile make(uint64_t seed, int rows) {
    struct wn_profile profile = {.columns = wn_calloc(6, sizeof(struct wn_feature)), .count = 6};
    struct wn_rng rng = wn_rng_new(seed, 0);
    char cell[64];
    for (int i = 0; i < 6; i++) {
        profile.columns[i] = wn_feature_new(wn_feature_type_names[i], (enum wn_feature_type)i);
        profile.columns[i].known = true;
    }
    for (int row = 0; row < rows; row++) {
        snprintf(cell, sizeof cell, "%.6f", wn_rng_uniform(&rng));
        wn_feature_add(&profile.columns[WN_NUMERIC], row % 7 == 0    ? ""
                                                     : row % 50 == 1 ? "odd"
                                                                     : cell);
        snprintf(cell, sizeof cell, "c%d", (int)wn_rng_below(&rng, 5));
        wn_feature_add(&profile.columns[WN_CATEGORICAL], cell);
        wn_feature_add(&profile.columns[WN_BOOLEAN], wn_rng_below(&rng, 2) ? "yes" : "0");
        snprintf(cell, sizeof cell, "2026-01-%02d", 1 + (int)wn_rng_below(&rng, 28));
        wn_feature_add(&profile.columns[WN_DATETIME], cell);
        snprintf(cell, sizeof cell, "word%d and \"more\" \xc3\xa9", (int)wn_rng_below(&rng, 9));
        wn_feature_add(&profile.columns[WN_FREE_TEXT], cell);
        snprintf(cell, sizeof cell, "id%d", row);
        wn_feature_add(&profile.columns[WN_ID], cell);
        profile.rows++;
    }
    return profile;
}

static char *written(struct wn_profile *profile) {
    struct wn_str text = {0};
    wn_profile_write(profile, &text);
    return wn_str_take(&text);
}

static void a_profile_is_read_back_as_it_was(void **state) {
    (void)state;
    static const int sizes[] = {0, 1, 1000, 30000};
    for (int i = 0; i < 4; i++) {
        struct wn_profile profile = make(1, sizes[i]), again;
        struct wn_err err = {0};
        char *once = written(&profile);
        assert_true(wn_profile_looks_like(once, strlen(once)));
        if (wn_profile_parse(once, &again, &err) != WN_OK)
            fail_msg("%s", err.text);
        char *twice = written(&again);
        assert_string_equal(once, twice);
        assert_true(strlen(once) < 500000);
        free(once);
        free(twice);
        wn_profile_free(&profile);
        wn_profile_free(&again);
    }
}

static void profiles_merged_know_what_both_knew(void **state) {
    (void)state;
    struct wn_profile a = make(1, 3000), b = make(2, 4000);
    struct wn_err err;
    assert_int_equal(wn_profile_merge(&a, &b, &err), WN_OK);
    assert_int_equal(a.rows, 7000);
    const struct wn_feature *numeric = &a.columns[WN_NUMERIC], *text = &a.columns[WN_FREE_TEXT];
    assert_int_equal(wn_feature_values(numeric), 7000 - numeric->missing - numeric->invalid);
    assert_int_equal(numeric->numbers.count, wn_feature_values(numeric));
    assert_string_equal(numeric->odd, "odd");
    assert_int_equal(a.columns[WN_CATEGORICAL].counts.all, 7000);
    assert_int_equal(wn_counts_of(&text->counts, wn_text_hash("more", 4)), 7000);
    wn_profile_free(&b);
    b = make(1, 10);
    b.count--;
    assert_int_equal(wn_profile_merge(&a, &b, &err), WN_BAD_INPUT);
    b.count++;
    b.columns[0].type = WN_CATEGORICAL;
    assert_int_equal(wn_profile_merge(&a, &b, &err), WN_BAD_INPUT);
    assert_non_null(strstr(err.text, "numeric"));
    wn_profile_free(&a);
    wn_profile_free(&b);
}

// A digit one more, or a character gone, somewhere: refused, or at least nothing breaks.
static void a_damaged_profile_is_refused(void **state) {
    (void)state;
    struct wn_profile profile = make(1, 40), again;
    struct wn_err err;
    char *text = written(&profile);
    size_t length = strlen(text), refused = 0;
    for (size_t i = 0; i < length; i += 7) {
        char before = text[i];
        text[i] = before >= '0' && before < '9' ? (char)(before + 1) : '0';
        if (wn_profile_parse(text, &again, &err) == WN_OK)
            wn_profile_free(&again);
        else
            refused++;
        text[i] = before;
    }
    assert_true(refused > length / 7 / 20);
    assert_int_equal(wn_profile_parse("{}", &again, &err), WN_BAD_INPUT);
    assert_int_equal(wn_profile_parse("{\"winnow_profile\":2}", &again, &err), WN_BAD_INPUT);
    assert_non_null(strstr(err.text, "version 2"));
    assert_int_equal(wn_profile_parse("[", &again, &err), WN_BAD_INPUT);
    free(text);
    wn_profile_free(&profile);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_read_as_strtod_reads_them),
        cmocka_unit_test(random_decimals_are_read_as_strtod_reads_them),
        cmocka_unit_test(cells_of_nothing_are_missing),
        cmocka_unit_test(moments_are_read_in_the_ways_people_write_them),
        cmocka_unit_test(types_are_guessed_from_cells),
        cmocka_unit_test(a_few_odd_cells_do_not_change_a_type),
        cmocka_unit_test(a_profile_is_read_back_as_it_was),
        cmocka_unit_test(profiles_merged_know_what_both_knew),
        cmocka_unit_test(a_damaged_profile_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
