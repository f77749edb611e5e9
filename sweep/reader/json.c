// SPDX-License-Identifier: GPL-3.0-or-later
// Metrics as a JSON object. The scanner checks the whole line against RFC 8259 (and Python's NaN,
// Infinity and -Infinity) while it goes, without a tree and without recursion: open containers are
// on a stack, and `path` is the dotted name of the member at hand.
// Bytes above 0x7f inside strings are not checked, except in names.
#include <string.h>

#include "core/base/mem.h"
#include "sweep/reader/internal.h"

struct wn_json_level { // an open object or array
    char close;        // what ends it
    bool started;      // has an element
    bool silent;       // nothing below it is a point: inside an array, or under an impossible name
    size_t prefix;     // length of the path before its members' names
};

struct path {
    char text[WN_NAME_MAX];
    size_t length;
    bool bad; // too long, or holds what no name may hold
};

struct json {
    const char *at, *end;
    struct wn_reader *reader; // owner of the stack
    struct wn_json_level *top;
    size_t depth;
    struct path path;
};

static void skip_blanks(struct json *json) {
    while (json->at < json->end &&
           (*json->at == ' ' || *json->at == '\t' || *json->at == '\r' || *json->at == '\n'))
        json->at++;
}

static bool take(struct json *json, char c) {
    if (json->at == json->end || *json->at != c)
        return false;
    json->at++;
    return true;
}

static bool take_word(struct json *json, const char *word) {
    size_t length = strlen(word);
    if ((size_t)(json->end - json->at) < length || memcmp(json->at, word, length) != 0)
        return false;
    json->at += length;
    return true;
}

// ---- names --------------------------------------------------------------------------------------

static void path_add(struct path *path, const char *bytes, size_t length) {
    if (length > WN_NAME_MAX - path->length) {
        path->bad = true;
        return;
    }
    memcpy(path->text + path->length, bytes, length);
    path->length += length;
}

// Appends a code point as UTF-8.
static void path_add_code(struct path *path, uint32_t code) {
    unsigned char bytes[4];
    size_t length = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const unsigned char lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = length; i-- > 1; code >>= 6)
        bytes[i] = (unsigned char)(0x80 | (code & 0x3f));
    bytes[0] = (unsigned char)(lead[length] | code);
    path_add(path, (const char *)bytes, length);
}

// How many bytes the UTF-8 character at `at` has (Unicode 15, table 3-7); 0 where it is none.
static size_t utf8_length(const unsigned char *at, size_t room) {
    size_t length = *at < 0x80 ? 1 : *at < 0xc2 ? 0 : *at < 0xe0 ? 2 : *at < 0xf0 ? 3 : 4;
    if (!length || *at > 0xf4 || length > room)
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((at[i] & 0xc0) != 0x80)
            return 0;
    bool overlong = (*at == 0xe0 && at[1] < 0xa0) || (*at == 0xf0 && at[1] < 0x90);
    bool outside = (*at == 0xed && at[1] > 0x9f) || (*at == 0xf4 && at[1] > 0x8f);
    return overlong || outside ? 0 : length;
}

// A metric's name is UTF-8 without control characters.
static bool is_clean(const char *text, size_t length) {
    for (size_t i = 0, step; i < length; i += step) {
        const unsigned char *at = (const unsigned char *)text + i;
        step = utf8_length(at, length - i);
        if (!step || *at < 0x20 || *at == 0x7f)
            return false;
    }
    return true;
}

// ---- strings ------------------------------------------------------------------------------------

static bool take_hex(struct json *json, uint32_t *code) {
    *code = 0;
    for (int i = 0; i < 4; i++, json->at++) {
        if (json->at == json->end)
            return false;
        char c = *json->at, lower = (char)(c | 0x20);
        if (c >= '0' && c <= '9')
            *code = *code << 4 | (uint32_t)(c - '0');
        else if (lower >= 'a' && lower <= 'f')
            *code = *code << 4 | (uint32_t)(lower - 'a' + 10);
        else
            return false;
    }
    return true;
}

// Behind \u. Two halves of a surrogate pair are one character; a lone half is allowed in JSON, but
// spoils a name (as UTF-8 it is not clean).
static bool take_unicode(struct json *json, uint32_t *code) {
    if (!take_hex(json, code))
        return false;
    const char *before = json->at;
    uint32_t low;
    if (*code < 0xd800 || *code > 0xdbff || !take_word(json, "\\u"))
        return true;
    if (!take_hex(json, &low))
        return false;
    if (low >= 0xdc00 && low <= 0xdfff)
        *code = 0x10000 + ((*code - 0xd800) << 10) + (low - 0xdc00);
    else
        json->at = before;
    return true;
}

// Behind a backslash; adds the character to `into` unless that is NULL.
static bool take_escape(struct json *json, struct path *into) {
    static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
    uint32_t code;
    if (json->at == json->end)
        return false;
    char c = *json->at++;
    const char *letter = c ? strchr(letters, c) : NULL;
    if (letter)
        code = (unsigned char)meanings[letter - letters];
    else if (c != 'u' || !take_unicode(json, &code))
        return false;
    if (into)
        path_add_code(into, code);
    return true;
}

// Behind the opening quote, up to and with the closing one.
static bool take_string(struct json *json, struct path *into) {
    for (;;) {
        const char *run = json->at, *at = run;
        while (at < json->end && (unsigned char)*at >= 0x20 && *at != '"' && *at != '\\')
            at++;
        json->at = at;
        if (into)
            path_add(into, run, (size_t)(at - run));
        if (take(json, '"'))
            return true;
        if (!take(json, '\\') || !take_escape(json, into))
            return false;
    }
}

static bool take_key(struct json *json) {
    struct path *path = &json->path;
    struct wn_json_level *level = json->top;
    path->bad = level->silent;
    path->length = level->prefix;
    if (!take(json, '"') || !take_string(json, level->silent ? NULL : path))
        return false;
    if (!path->bad && !is_clean(path->text + level->prefix, path->length - level->prefix))
        path->bad = true;
    skip_blanks(json);
    return take(json, ':');
}

// ---- values -------------------------------------------------------------------------------------

static void open_container(struct json *json, char close) {
    bool is_array = close == ']', outermost = !json->depth;
    bool silent = is_array || (!outermost && (json->top->silent || json->path.bad));
    struct wn_reader *reader = json->reader;
    wn_grow(&reader->levels, &reader->level_capacity, json->depth + 1, sizeof *reader->levels);
    if (!silent && !outermost) {
        path_add(&json->path, ".", 1);
        silent = json->path.bad;
    }
    json->top = &reader->levels[json->depth++];
    *json->top =
        (struct wn_json_level){.close = close, .silent = silent, .prefix = json->path.length};
}

static void close_container(struct json *json) {
    json->depth--;
    json->top = json->depth ? json->top - 1 : NULL;
}

static bool take_number(struct json *json) {
    struct wn_reader *reader = json->reader;
    struct wn_number number;
    if (!wn_number_read(&reader->numbers, json->at, json->end, &number) || !number.json)
        return false;
    json->at = number.end;
    if (!json->top->silent && !json->path.bad)
        wn_points_add(&reader->points, json->path.text, json->path.length, number.value);
    return true;
}

static bool take_value(struct json *json) {
    if (json->at == json->end)
        return false;
    switch (*json->at) {
    case '{':
        json->at++;
        open_container(json, '}');
        return true;
    case '[':
        json->at++;
        open_container(json, ']');
        return true;
    case '"':
        json->at++;
        return take_string(json, NULL);
    case 't':
        return take_word(json, "true");
    case 'f':
        return take_word(json, "false");
    case 'n':
        return take_word(json, "null");
    default:
        return take_number(json);
    }
}

// One element of the innermost container (its beginning, if it is a container itself), or its end.
static bool take_element(struct json *json) {
    skip_blanks(json);
    if (take(json, json->top->close)) {
        close_container(json);
        return true;
    }
    if (json->top->started && !take(json, ','))
        return false;
    json->top->started = true;
    skip_blanks(json);
    if (json->top->close == '}' && !take_key(json))
        return false;
    skip_blanks(json);
    return take_value(json);
}

bool wn_read_json(struct wn_reader *reader, const char *line, size_t length) {
    struct json json = {.reader = reader};
    json.at = line;
    json.end = line + length;
    skip_blanks(&json);
    if (!take(&json, '{'))
        return false;
    open_container(&json, '}');
    bool valid = true;
    while (valid && json.depth)
        valid = take_element(&json);
    skip_blanks(&json);
    if (valid && json.at == json.end)
        return true;
    wn_points_cut(&reader->points, 0);
    return false;
}
