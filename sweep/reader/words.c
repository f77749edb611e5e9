// SPDX-License-Identifier: GPL-3.0-or-later
// Metrics as words: name=value between white space, perhaps with one comma or semicolon behind.
// Brackets and quotes belong to the word, so `[loss=0.3]`, `Adam(lr=0.1)` and `--lr=0.1` are log.
#include <string.h>

#include "sweep/reader/internal.h"

static bool is_blank(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool begins_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool continues_name(char c) {
    return begins_name(c) || (c >= '-' && c <= '9'); // - . / and digits
}

// The first byte of the word whose name ends before `equals`; NULL where that is no name.
static const char *name_before(const char *line, const char *equals) {
    const char *name = equals;
    while (name > line && continues_name(name[-1]))
        name--;
    bool whole_word = name == line || is_blank(name[-1]);
    return whole_word && name < equals && begins_name(*name) ? name : NULL;
}

static bool ends_word(const char *at, const char *end) {
    if (at < end && (*at == ',' || *at == ';'))
        at++;
    return at == end || is_blank(*at);
}

void wn_read_words(struct wn_reader *reader, const char *line, size_t length) {
    const char *end = line + length, *at = line, *equals;
    while (at < end && (equals = memchr(at, '=', (size_t)(end - at)))) {
        at = equals + 1;
        const char *name = name_before(line, equals);
        struct wn_number number;
        if (!name || !wn_number_read(&reader->numbers, at, end, &number))
            continue;
        at = number.end;
        size_t name_length = (size_t)(equals - name);
        if (ends_word(at, end) && !wn_captures_gave(reader, name, name_length))
            wn_points_add(&reader->points, name, name_length, number.value);
    }
}
