// SPDX-License-Identifier: GPL-3.0-or-later
// Growable text and the edit distance behind "did you mean".
#include "core/base/str.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

static void reserve(struct wn_str *str, size_t more) {
    wn_grow(&str->text, &str->capacity, str->length + more + 1, 1);
}

void wn_str_add_bytes(struct wn_str *str, const void *bytes, size_t length) {
    reserve(str, length);
    if (length)
        memcpy(str->text + str->length, bytes, length);
    str->length += length;
    str->text[str->length] = '\0';
}

void wn_str_add(struct wn_str *str, const char *text) {
    wn_str_add_bytes(str, text, strlen(text));
}

void wn_str_add_char(struct wn_str *str, char c) {
    wn_str_add_bytes(str, &c, 1);
}

void wn_str_vaddf(struct wn_str *str, const char *format, va_list args) {
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    if (length > 0) {
        reserve(str, (size_t)length);
        vsnprintf(str->text + str->length, (size_t)length + 1, format, again);
        str->length += (size_t)length;
    }
    va_end(again);
}

void wn_str_addf(struct wn_str *str, const char *format, ...) {
    va_list args;
    va_start(args, format);
    wn_str_vaddf(str, format, args);
    va_end(args);
}

void wn_str_clear(struct wn_str *str) {
    str->length = 0;
    if (str->text)
        str->text[0] = '\0';
}

void wn_str_free(struct wn_str *str) {
    free(str->text);
    *str = (struct wn_str){0};
}

char *wn_str_take(struct wn_str *str) {
    char *text = str->text ? str->text : wn_strdup("");
    *str = (struct wn_str){0};
    return text;
}

const char *wn_str_text(const struct wn_str *str) {
    return str->text ? str->text : "";
}

char *wn_format(const char *format, ...) {
    struct wn_str str = {0};
    va_list args;
    va_start(args, format);
    wn_str_vaddf(&str, format, args);
    va_end(args);
    return wn_str_take(&str);
}

bool wn_starts_with(const char *text, const char *prefix) {
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

static size_t smaller(size_t a, size_t b) {
    return a < b ? a : b;
}

// Restricted Damerau-Levenshtein distance: insert, delete, replace, swap neighbours; case ignored.
static size_t edit_distance(const char *a, const char *b) {
    enum { LONGEST = 64 };
    size_t n = strlen(a), m = strlen(b);
    if (n >= LONGEST || m >= LONGEST)
        return LONGEST;
    size_t row[3][LONGEST + 1];
    for (size_t j = 0; j <= m; j++)
        row[0][j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t *now = row[i % 3], *above = row[(i + 2) % 3], *two_above = row[(i + 1) % 3];
        now[0] = i;
        for (size_t j = 1; j <= m; j++) {
            int x = tolower((unsigned char)a[i - 1]), y = tolower((unsigned char)b[j - 1]);
            now[j] = smaller(smaller(above[j], now[j - 1]) + 1, above[j - 1] + (x != y));
            if (i > 1 && j > 1 && x == tolower((unsigned char)b[j - 2]) &&
                tolower((unsigned char)a[i - 2]) == y)
                now[j] = smaller(now[j], two_above[j - 2] + 1);
        }
    }
    return row[n % 3][m];
}

const char *wn_closest(const char *word, const char *const *known, size_t count) {
    size_t length = strlen(word), best = length / 3 ? length / 3 : 1;
    const char *found = NULL;
    for (size_t i = 0; i < count; i++) {
        size_t distance = edit_distance(word, known[i]);
        if (distance <= best && (!found || distance < best)) {
            best = distance;
            found = known[i];
        }
    }
    return found;
}
