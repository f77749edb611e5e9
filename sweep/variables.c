// SPDX-License-Identifier: GPL-3.0-or-later
// Variables on record, and the salt that keeps secrets out of it.
#include "sweep/variables.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/base/sha256.h"
#include "core/base/str.h"
#include "core/value.h"

enum { SALT_BYTES = 32 };

// ---- the salt -----------------------------------------------------------------------------------

static bool read_salt(const char *path, unsigned char *salt) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = fd < 0 ? -1 : read(fd, salt, SALT_BYTES);
    if (fd >= 0)
        close(fd);
    return got == SALT_BYTES;
}

// Written elsewhere and linked, so that of several processes that make one all read the same.
static bool make_salt(const char *path, unsigned char *salt) {
    char *made = wn_format("%s.%lld", path, (long long)getpid());
    bool good = getrandom(salt, SALT_BYTES, 0) == SALT_BYTES;
    int fd = good ? open(made, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600) : -1;
    good = fd >= 0 && write(fd, salt, SALT_BYTES) == SALT_BYTES;
    if (fd >= 0)
        close(fd);
    good = good && (link(made, path) == 0 || errno == EEXIST);
    unlink(made);
    free(made);
    return good && read_salt(path, salt);
}

static bool find_salt(const char *store_dir, unsigned char *salt) {
    char *path = wn_format("%s/salt", store_dir);
    bool found = read_salt(path, salt) || make_salt(path, salt);
    free(path);
    return found;
}

// ---- secrets ------------------------------------------------------------------------------------

bool wn_variable_is_secret(const char *name, const char *value) {
    static const char *const marks[] = {"KEY",  "TOKEN", "SECRET", "PASSW",  "PASSPHRASE",
                                        "CRED", "AUTH",  "COOKIE", "PRIVATE"};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (strcasestr(name, marks[i]))
            return true;
    const char *address = strstr(value, "://"), *at = address ? strchr(address, '@') : NULL;
    return at && memchr(address + 3, ':', (size_t)(at - address - 3));
}

// The name goes into the mark, so that equal values of two variables do not show.
static void add_mark(struct wn_str *out, const unsigned char *salt, const char *name,
                     const char *value) {
    struct wn_str all = {0};
    unsigned char digest[WN_SHA256_BYTES];
    wn_str_add_bytes(&all, salt, SALT_BYTES);
    wn_str_add_bytes(&all, name, strlen(name) + 1);
    wn_str_add(&all, value);
    wn_sha256(all.text, all.length, digest);
    wn_str_free(&all);
    wn_str_add(out, "(secret ");
    for (int i = 0; i < 8; i++)
        wn_str_addf(out, "%02x", digest[i]);
    wn_str_add(out, ")");
}

// ---- the record ---------------------------------------------------------------------------------

static int by_name(const void *left, const void *right) {
    return strcmp(*(char *const *)left, *(char *const *)right);
}

static void add_variable(struct wn_str *json, const char *entry, const unsigned char *salt) {
    const char *equals = strchr(entry, '=');
    char *name = wn_strndup(entry, (size_t)(equals - entry));
    struct wn_str value = {0};
    if (!wn_variable_is_secret(name, equals + 1))
        wn_str_add(&value, equals + 1);
    else if (salt)
        add_mark(&value, salt, name, equals + 1);
    else
        wn_str_add(&value, "(secret)");
    wn_str_add(json, json->length > 1 ? "," : "");
    wn_json_string(json, name);
    wn_str_add_char(json, ':');
    wn_json_string(json, wn_str_text(&value));
    wn_str_free(&value);
    free(name);
}

char *wn_variables_record(char *const *environment, const char *store_dir) {
    size_t count = 0;
    while (environment[count])
        count++;
    char **sorted = wn_calloc(count + 1, sizeof *sorted);
    memcpy(sorted, environment, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, by_name);
    unsigned char bytes[SALT_BYTES];
    const unsigned char *salt = find_salt(store_dir, bytes) ? bytes : NULL;
    struct wn_str json = {0};
    wn_str_add_char(&json, '{');
    for (size_t i = 0; i < count; i++)
        if (strchr(sorted[i], '='))
            add_variable(&json, sorted[i], salt);
    wn_str_add_char(&json, '}');
    free(sorted);
    return wn_str_take(&json);
}
