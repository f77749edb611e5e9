// SPDX-License-Identifier: GPL-3.0-or-later
// Differences of texts: written as diff -u writes them, and true, which patching shows.
#include "tests/unit/check.h"

#include "core/base/linediff.h"
#include "core/base/mem.h"
#include "core/base/rng.h"

static void assert_diff(const char *before, const char *after, const char *expected) {
    struct wn_str out = {0};
    wn_line_diff(&out, before, after);
    assert_string_equal(wn_str_text(&out), expected);
    wn_str_free(&out);
}

static void it_looks_as_diff_makes_it(void **state) {
    (void)state;
    assert_diff("", "", "");
    assert_diff("a\nb\n", "a\nb\n", "");
    assert_diff("", "a\n", "@@ -0,0 +1 @@\n+a\n");
    assert_diff("a\nb\n", "", "@@ -1,2 +0,0 @@\n-a\n-b\n");
    assert_diff("a\nb\nc\n", "a\nx\nc\n", "@@ -1,3 +1,3 @@\n a\n-b\n+x\n c\n");
    assert_diff("1\n2\n3\n4\n5\n6\n", "1\n2\n3\n4\n5\n6\n7\n", "@@ -4,3 +4,4 @@\n 4\n 5\n 6\n+7\n");
}

static void near_changes_share_a_hunk_and_far_ones_do_not(void **state) {
    (void)state;
    assert_diff("a\n1\n2\n3\n4\n5\n6\nb\n", "A\n1\n2\n3\n4\n5\n6\nB\n",
                "@@ -1,8 +1,8 @@\n-a\n+A\n 1\n 2\n 3\n 4\n 5\n 6\n-b\n+B\n");
    assert_diff("a\n1\n2\n3\n4\n5\n6\n7\nb\n", "A\n1\n2\n3\n4\n5\n6\n7\nB\n",
                "@@ -1,4 +1,4 @@\n-a\n+A\n 1\n 2\n 3\n"
                "@@ -6,4 +6,4 @@\n 5\n 6\n 7\n-b\n+B\n");
}

// Applies hunks to `before` as patch would; fails where a line is not what the hunk says.
static char *patched(const char *before, const char *diff) {
    struct wn_str out = {0};
    long line = 1, start, count;
    while (*diff) {
        if (sscanf(diff, "@@ -%ld,%ld", &start, &count) < 2)
            count = 1;
        if (diff[0] == '@') {
            for (start += count == 0; line < start; line++) {
                size_t length = strcspn(before, "\n") + 1;
                wn_str_add_bytes(&out, before, length);
                before += length;
            }
            diff += strcspn(diff, "\n") + 1;
            continue;
        }
        size_t length = strcspn(diff, "\n"); // with its sign, without its newline
        if (*diff != '+') {
            assert_memory_equal(before, diff + 1, length);
            before += length;
            line++;
        }
        if (*diff != '-')
            wn_str_add_bytes(&out, diff + 1, length);
        diff += length + 1;
    }
    wn_str_add(&out, before);
    return wn_str_take(&out);
}

static char *random_text(struct wn_rng *rng, size_t most) {
    struct wn_str text = {0};
    size_t lines = wn_rng_below(rng, most + 1);
    for (size_t i = 0; i < lines; i++)
        wn_str_addf(&text, "%c\n", 'a' + (char)wn_rng_below(rng, 4));
    return wn_str_take(&text);
}

static void a_difference_leads_from_one_text_to_the_other(void **state) {
    (void)state;
    struct wn_rng rng = wn_rng_new(7, 0);
    for (int i = 0; i < 3000; i++) {
        char *before = random_text(&rng, 30), *after = random_text(&rng, 30);
        struct wn_str diff = {0};
        wn_line_diff(&diff, before, after);
        char *reached = patched(before, wn_str_text(&diff));
        assert_string_equal(reached, after);
        free(reached), free(before), free(after);
        wn_str_free(&diff);
    }
}

static void texts_with_nothing_in_common_are_one_change(void **state) {
    (void)state;
    enum { LINES = 20000 };
    struct wn_str before = {0}, after = {0}, diff = {0};
    for (int i = 0; i < LINES; i++) {
        wn_str_addf(&before, "a%d\n", i);
        wn_str_addf(&after, "b%d\n", i);
    }
    wn_line_diff(&diff, before.text, after.text);
    char *reached = patched(before.text, diff.text);
    assert_string_equal(reached, after.text);
    assert_memory_equal(diff.text, "@@ -1,20000 +1,20000 @@\n", 24);
    free(reached);
    wn_str_free(&before), wn_str_free(&after), wn_str_free(&diff);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_looks_as_diff_makes_it),
        cmocka_unit_test(near_changes_share_a_hunk_and_far_ones_do_not),
        cmocka_unit_test(a_difference_leads_from_one_text_to_the_other),
        cmocka_unit_test(texts_with_nothing_in_common_are_one_change),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
