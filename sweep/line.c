// SPDX-License-Identifier: GPL-3.0-or-later
// Text by hand: see line.h. Digits are made and read from the right, so no power table is needed.
#include "sweep/line.h"

#include <string.h>

static void add_bytes(struct wn_line *line, const char *bytes, size_t length) {
    if (line->overflowed || length >= line->room - line->length) {
        line->overflowed = true;
        line->length = 0;
    } else {
        memcpy(line->text + line->length, bytes, length);
        line->length += length;
    }
    line->text[line->length] = '\0';
}

void wn_line_add(struct wn_line *line, const char *word) {
    add_bytes(line, word, strlen(word));
}

void wn_line_add_number(struct wn_line *line, int64_t number) {
    char digits[20]; // a sign and 19 digits
    size_t first = sizeof digits;
    uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    do {
        digits[--first] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest);
    if (number < 0)
        digits[--first] = '-';
    add_bytes(line, digits + first, sizeof digits - first);
}

bool wn_scan_word(struct wn_scan *scan, const char *word) {
    const char *at = scan->at;
    for (; *word; word++, at++)
        if (at == scan->end || *at != *word)
            return false;
    scan->at = at;
    return true;
}

bool wn_scan_number(struct wn_scan *scan, int64_t *number) {
    const char *at = scan->at;
    bool negative = at < scan->end && *at == '-';
    at += negative;
    const char *first = at;
    int64_t value = 0; // kept negative, where there is room for one more
    for (; at < scan->end && *at >= '0' && *at <= '9'; at++)
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_sub_overflow(value, *at - '0', &value))
            return false;
    if (at == first || (!negative && value == INT64_MIN))
        return false;
    *number = negative ? value : -value;
    scan->at = at;
    return true;
}
