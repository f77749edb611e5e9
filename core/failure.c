// SPDX-License-Identifier: GPL-3.0-or-later
// Reading the end of a failed program's log.
#include "core/failure.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/str.h"
#include "core/value.h"

enum { LINE_MOST = 160 };

struct line { // borrowed, without its newline
    const char *text;
    size_t length;
};

// ---- lines --------------------------------------------------------------------------------------

static bool next_line(const char **at, const char *end, struct line *line) {
    if (*at >= end)
        return false;
    const char *newline = memchr(*at, '\n', (size_t)(end - *at));
    const char *stop = newline ? newline : end;
    *line = (struct line){*at, (size_t)(stop - *at)};
    *at = stop + 1;
    return true;
}

static bool is_blank(const struct line *line) {
    for (size_t i = 0; i < line->length; i++)
        if (!isspace((unsigned char)line->text[i]))
            return false;
    return true;
}

// Bytes of the escape sequence that begins here: colours and the like.
static size_t escape_length(const char *text, size_t length) {
    size_t i = 2;
    if (length < 2 || text[0] != '\033' || text[1] != '[')
        return 0;
    while (i < length && (text[i] < '@' || text[i] > '~'))
        i++;
    return i < length ? i + 1 : length;
}

// A character that the limit cut in two is left out; text that is no UTF-8 keeps its ASCII.
static void mend(struct wn_str *clean, bool cut) {
    for (int tries = 0; cut && tries < 3 && clean->length && !wn_is_utf8(clean->text); tries++)
        clean->text[--clean->length] = '\0';
    if (wn_is_utf8(wn_str_text(clean)))
        return;
    for (size_t i = 0; i < clean->length; i++)
        if ((unsigned char)clean->text[i] >= 0x80)
            clean->text[i] = '?';
}

static void add_clean(struct wn_str *out, const struct line *line, size_t most) {
    struct wn_str clean = {0};
    wn_str_add(&clean, "");
    for (size_t i = 0; i < line->length && clean.length < most;) {
        size_t skipped = escape_length(line->text + i, line->length - i);
        if (!skipped) {
            unsigned char byte = (unsigned char)line->text[i];
            wn_str_add_char(&clean, byte < ' ' || byte == 0x7f ? ' ' : (char)byte);
        }
        i += skipped ? skipped : 1;
    }
    mend(&clean, clean.length >= most);
    while (clean.length && clean.text[clean.length - 1] == ' ')
        clean.text[--clean.length] = '\0';
    wn_str_add(out, clean.text + strspn(clean.text, " "));
    wn_str_free(&clean);
}

// ---- tracebacks ---------------------------------------------------------------------------------

// "  File "/a/train.py", line 12, in fit"
static bool is_frame(const struct line *line) {
    static const char opening[] = "  File \"";
    return line->length > sizeof opening && memcmp(line->text, opening, sizeof opening - 1) == 0;
}

struct traceback {
    struct line frame, exception;
};

// The last traceback that is whole: what follows its frames and their indented source lines is the
// exception.
static bool find_traceback(const char *text, size_t length, struct traceback *found) {
    struct line line, frame = {0};
    const char *at = text;
    *found = (struct traceback){0};
    while (next_line(&at, text + length, &line)) {
        if (is_frame(&line)) {
            frame = line;
        } else if (frame.text && line.length && line.text[0] != ' ') {
            *found = (struct traceback){frame, line};
            frame = (struct line){0};
        }
    }
    return found->exception.text != NULL;
}

// " (train.py:12 in fit)"
static void add_place(struct wn_str *out, const struct line *frame) {
    static const char opening[] = "File \"", middle[] = "\", line ", function[] = ", in ";
    enum { FRAME_MOST = 4096, PLACE_MOST = 120 };
    struct wn_str whole = {0}, place = {0};
    add_clean(&whole, frame, FRAME_MOST);
    char *path = whole.text + strlen(opening), *end = strstr(path, middle);
    if (end) {
        *end = '\0';
        const char *slash = strrchr(path, '/'), *number = end + strlen(middle);
        const char *in = strstr(number, function);
        wn_str_addf(&place, "%s:%.*s", slash ? slash + 1 : path, (int)strspn(number, "0123456789"),
                    number);
        if (in)
            wn_str_addf(&place, " in %s", in + strlen(function));
        wn_str_add(out, " (");
        add_clean(out, &(struct line){place.text, place.length}, PLACE_MOST);
        wn_str_add_char(out, ')');
    }
    wn_str_free(&whole);
    wn_str_free(&place);
}

char *wn_failure_line(const char *text, size_t length) {
    struct wn_str out = {0};
    struct traceback traceback;
    struct line line, last = {0};
    if (find_traceback(text, length, &traceback)) {
        add_clean(&out, &traceback.exception, LINE_MOST);
        add_place(&out, &traceback.frame);
        return wn_str_take(&out);
    }
    for (const char *at = text; next_line(&at, text + length, &line);)
        if (!is_blank(&line))
            last = line;
    add_clean(&out, &last, LINE_MOST);
    return wn_str_take(&out);
}

// ---- signatures ---------------------------------------------------------------------------------

static bool is_word(char c) {
    return isalnum((unsigned char)c) || c == '_';
}

// Bytes of a number that begins here, as 12, 1e-05, 0x7f3a or 3f2a9c01 (eight or more hexadecimal
// digits); 0: none does.
static size_t number_length(const char *text) {
    size_t digits = strspn(text, "0123456789");
    if (text[0] == '0' && (text[1] | 0x20) == 'x')
        return 2 + strspn(text + 2, "0123456789abcdefABCDEF");
    size_t hex = strspn(text, "0123456789abcdefABCDEF");
    if (hex >= 8 && hex > strspn(text, "abcdefABCDEF") && !is_word(text[hex]))
        return hex;
    if (!digits)
        return 0;
    size_t length = digits + strspn(text + digits, "0123456789.");
    size_t exponent = (text[length] | 0x20) == 'e';
    size_t sign = exponent && (text[length + 1] == '-' || text[length + 1] == '+');
    size_t power = exponent ? strspn(text + length + 1 + sign, "0123456789") : 0;
    return power ? length + 1 + sign + power : length;
}

// Bytes of a path up to its last slash, where it has at least two parts.
static size_t folder_length(const char *text) {
    size_t length = 0;
    if (*text != '/' && strncmp(text, "./", 2) != 0 && strncmp(text, "~/", 2) != 0)
        return 0;
    for (size_t i = 0; text[i] && !strchr(" \t\"'`:,;()[]{}<>=", text[i]); i++)
        if (text[i] == '/')
            length = i + 1;
    return length;
}

char *wn_failure_signature(const char *line) {
    struct wn_str out = {0};
    while (*line) {
        char before = out.length ? out.text[out.length - 1] : ' ';
        size_t folder = is_word(before) ? 0 : folder_length(line);
        size_t number =
            folder || (isalpha((unsigned char)*line) && is_word(before)) ? 0 : number_length(line);
        if (number)
            wn_str_add_char(&out, '#');
        else if (!folder)
            wn_str_add_char(&out, *line);
        line += folder ? folder : number ? number : 1;
    }
    return wn_str_take(&out);
}
