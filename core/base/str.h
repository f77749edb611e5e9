// SPDX-License-Identifier: GPL-3.0-or-later
// A growable text buffer. `text` is always NUL-terminated once anything was appended (NULL before);
// it may hold NUL bytes of its own, `length` counts. wn_str_free() releases, wn_str_take() hands
// over.
#ifndef WN_STR_H
#define WN_STR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct wn_str {
    char *text;
    size_t length, capacity;
};

void wn_str_add(struct wn_str *str, const char *text);
void wn_str_add_bytes(struct wn_str *str, const void *bytes, size_t length);
void wn_str_add_char(struct wn_str *str, char c);
void wn_str_addf(struct wn_str *str, const char *format, ...) __attribute__((format(printf, 2, 3)));
void wn_str_vaddf(struct wn_str *str, const char *format, va_list args);
void wn_str_clear(struct wn_str *str);           // empties, keeps the memory
void wn_str_free(struct wn_str *str);            // releases, leaves an empty buffer
char *wn_str_take(struct wn_str *str);           // the text (never NULL); the caller frees
const char *wn_str_text(const struct wn_str *s); // the text, "" while nothing was appended

// A formatted string; the caller frees.
char *wn_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

bool wn_starts_with(const char *text, const char *prefix);

// The entry of `known` (`count` of them) that `word` most likely means, by Damerau-Levenshtein
// distance at most a third of its length (at least 1), or NULL: for "did you mean".
const char *wn_closest(const char *word, const char *const *known, size_t count);

#endif
