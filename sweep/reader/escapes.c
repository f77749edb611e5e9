// SPDX-License-Identifier: GPL-3.0-or-later
// Colours: a program that thinks it prints to a terminal wraps its words in escape sequences
// (ECMA-48), which are no part of what it says.
#include <string.h>

#include "sweep/reader/internal.h"

enum { ESCAPE = 27, BELL = 7 };

static const char *skip_while(const char *at, const char *end, char low, char high) {
    while (at < end && *at >= low && *at <= high)
        at++;
    return at;
}

// ESC ] ... up to BEL or ESC backslash: titles and links.
static const char *skip_command(const char *at, const char *end) {
    while (at < end && *at != BELL && *at != ESCAPE)
        at++;
    if (at < end && *at == ESCAPE && at + 1 < end && at[1] == '\\')
        at++;
    return at < end && *at != ESCAPE ? at + 1 : at;
}

// Past the sequence whose ESC is at `at`; one that is cut off ends with the line.
static const char *skip_sequence(const char *at, const char *end) {
    at++;
    if (at == end)
        return at;
    if (*at == ']')
        return skip_command(at + 1, end);
    if (*at == '[')
        at = skip_while(at + 1, end, '0', '?');
    at = skip_while(at, end, ' ', '/');
    return at < end && *at >= '0' && *at <= '~' ? at + 1 : at;
}

void wn_strip_escapes(struct wn_str *plain, const char *line, size_t length) {
    const char *end = line + length;
    wn_str_clear(plain);
    while (line < end) {
        const char *escape = memchr(line, ESCAPE, (size_t)(end - line));
        const char *stop = escape ? escape : end;
        wn_str_add_bytes(plain, line, (size_t)(stop - line));
        line = escape ? skip_sequence(escape, end) : end;
    }
}
