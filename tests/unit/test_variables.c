// SPDX-License-Identifier: GPL-3.0-or-later
// The environment on record: secrets leave a mark and not their value. And the hash behind it.
#include "tests/unit/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/sha256.h"
#include "core/base/str.h"
#include "sweep/variables.h"

static void assert_digest(const char *text, size_t length, const char *expected) {
    unsigned char digest[WN_SHA256_BYTES];
    char hex[2 * WN_SHA256_BYTES + 1];
    wn_sha256(text, length, digest);
    for (int i = 0; i < WN_SHA256_BYTES; i++)
        snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    assert_string_equal(hex, expected);
}

// The examples of FIPS 180-4, and lengths around the padding (against sha256sum).
static void hashes_are_those_of_the_standard(void **state) {
    (void)state;
    char many[1000];
    memset(many, 'a', sizeof many);
    assert_digest("", 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_digest("abc", 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_digest("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56,
                  "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    assert_digest(many, 55, "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318");
    assert_digest(many, 64, "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb");
    assert_digest(many, 1000, "41edece42d63e8d9bf515a9ba6932e1c20cbc9f5a5d134645adb5db1b9737ea3");
}

static void what_looks_secret_is_taken_for_it(void **state) {
    (void)state;
    static const char *const secret[][2] = {
        {"AWS_SECRET_ACCESS_KEY", "x"}, {"wandb_api_key", "x"},
        {"GITHUB_TOKEN", "x"},          {"PGPASSWORD", "x"},
        {"CREDENTIALS", "x"},           {"URL", "https://a:b@c/d"},
        {"http_proxy", "http://u:p@h"}, {"DB", "x postgres://u:p@h/x"}};
    static const char *const plain[][2] = {{"HOME", "/root"},
                                           {"URL", "https://a.example/b@c"},
                                           {"MAIL", "a:b@c"},
                                           {"PATH", "/bin:/usr/bin"}};
    for (size_t i = 0; i < sizeof secret / sizeof *secret; i++)
        assert_true(wn_variable_is_secret(secret[i][0], secret[i][1]));
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        assert_false(wn_variable_is_secret(plain[i][0], plain[i][1]));
}

static char *recorded(const char *dir, const char *first, const char *second) {
    char *a = wn_format("%s", first), *b = wn_format("%s", second);
    char *environment[] = {a, b, NULL};
    char *record = wn_variables_record(environment, dir);
    free(a);
    free(b);
    return record;
}

static void a_secret_leaves_a_mark_that_changes_with_it(void **state) {
    (void)state;
    char dir[] = "/tmp/winnow-variables-XXXXXX";
    assert_non_null(mkdtemp(dir));
    char *first = recorded(dir, "Z=1", "API_KEY=sesame"),
         *again = recorded(dir, "API_KEY=sesame", "Z=1");
    char *other = recorded(dir, "Z=1", "API_KEY=Sesame"),
         *twins = recorded(dir, "A_KEY=s", "B_KEY=s");
    assert_string_equal(first, again);
    assert_string_not_equal(first, other);
    assert_null(strcasestr(first, "sesame"));
    assert_memory_equal(first, "{\"API_KEY\":\"(secret ", 20);
    assert_non_null(strstr(first, ",\"Z\":\"1\"}"));
    char *mark = strstr(twins, "(secret "), *next = strstr(mark + 1, "(secret ");
    assert_memory_not_equal(mark, next, 24); // the same value does not show in two names
    char *salt = wn_format("%s/salt", dir);
    struct stat found;
    assert_int_equal(stat(salt, &found), 0);
    assert_int_equal(found.st_mode & 0777, 0600);
    assert_int_equal(unlink(salt), 0);
    assert_int_equal(rmdir(dir), 0);
    free(salt);
    free(first), free(again), free(other), free(twins);
}

static void without_a_place_for_the_salt_nothing_is_told(void **state) {
    (void)state;
    char *record = recorded("/nonexistent", "A=\"\n", "API_KEY=sesame");
    assert_string_equal(record, "{\"A\":\"\\\"\\n\",\"API_KEY\":\"(secret)\"}");
    free(record);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hashes_are_those_of_the_standard),
        cmocka_unit_test(what_looks_secret_is_taken_for_it),
        cmocka_unit_test(a_secret_leaves_a_mark_that_changes_with_it),
        cmocka_unit_test(without_a_place_for_the_salt_nothing_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
