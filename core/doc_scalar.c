// SPDX-License-Identifier: GPL-3.0-or-later
// What a plain scalar means: PyYAML's resolver (YAML 1.1), with one exception: numbers such as
// 1e-5, which PyYAML takes for texts, are numbers, as every author of a sweep file means them.
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/doc.h"

static bool is_one_of(const char *text, const char *const *words) {
    for (; *words; words++)
        if (strcmp(text, *words) == 0)
            return true;
    return false;
}

static size_t span(const char *text, const char *characters) {
    return strspn(text, characters);
}

// The digits without sign, prefix and underscores; the caller frees.
static char *plain_digits(const char *text) {
    struct wn_str digits = {0};
    for (; *text; text++)
        if (*text != '_')
            wn_str_add_char(&digits, *text);
    return wn_str_take(&digits);
}

// Integers that do not fit stay texts of their digits: they can still be passed on.
static bool read_integer(const char *text, bool negative, int base, struct wn_value *value) {
    char *digits = plain_digits(text);
    char *number = wn_format("%s%s", negative ? "-" : "", digits), *end;
    errno = 0;
    long long integer = strtoll(number, &end, base);
    bool good = *digits && !*end && errno == 0;
    free(number);
    free(digits);
    if (good)
        *value = wn_value_int(integer);
    return good;
}

// Digits, then one or more of :0 to :59, perhaps a fraction at the end.
static bool is_sexagesimal(const char *text) {
    text += span(text, "0123456789_");
    while (*text == ':') {
        size_t digits = span(++text, "0123456789");
        if (digits < 1 || digits > 2 || (digits == 2 && *text > '5'))
            return false;
        text += digits;
    }
    return !*text || (*text == '.' && text[1 + span(text + 1, "0123456789_")] == '\0');
}

// 1:30:00 counts in sixties, as YAML 1.1 has it; the last part may have a fraction.
static bool read_sexagesimal(const char *text, bool negative, struct wn_value *value) {
    if (*text < '0' || *text > '9' || !strchr(text, ':') || !is_sexagesimal(text))
        return false;
    char *digits = plain_digits(text), *at = digits;
    double total = strtod(at, &at);
    while (*at == ':')
        total = total * 60 + strtod(at + 1, &at);
    free(digits);
    bool fraction = strchr(text, '.');
    if (!fraction && (*text == '0' || total > 0x1p53))
        return false;
    total = negative ? -total : total;
    *value = fraction ? wn_value_float(total) : wn_value_int((int64_t)total);
    return true;
}

static bool read_int(const char *text, struct wn_value *value) {
    bool negative = *text == '-';
    const char *body = text + (*text == '-' || *text == '+');
    size_t length = strlen(body);
    if (wn_starts_with(body, "0b") && length > 2 && span(body + 2, "01_") == length - 2)
        return read_integer(body + 2, negative, 2, value);
    if (wn_starts_with(body, "0x") && length > 2 &&
        span(body + 2, "0123456789abcdefABCDEF_") == length - 2)
        return read_integer(body + 2, negative, 16, value);
    if (*body == '0' && length > 1 && span(body, "01234567_") == length)
        return read_integer(body, negative, 8, value);
    if (strcmp(body, "0") == 0 ||
        (*body >= '1' && *body <= '9' && span(body, "0123456789_") == length))
        return read_integer(body, negative, 10, value);
    return read_sexagesimal(body, negative, value);
}

// [digits][.digits][e[sign]digits] with a point or an exponent, and a digit before the exponent.
static bool looks_like_float(const char *body) {
    size_t whole = span(body, "0123456789_");
    if (*body == '_')
        return false;
    const char *at = body + whole;
    bool point = *at == '.';
    at += point;
    size_t fraction = point ? span(at, "0123456789_") : 0;
    if (!whole && (!fraction || *at == '_'))
        return false;
    at += fraction;
    bool exponent = *at == 'e' || *at == 'E';
    if (exponent) {
        at++;
        at += *at == '-' || *at == '+';
        size_t digits = span(at, "0123456789");
        if (!digits)
            return false;
        at += digits;
    }
    return !*at && (point || exponent);
}

static bool read_float(const char *text, struct wn_value *value) {
    static const char *const infinities[] = {".inf", ".Inf", ".INF", NULL};
    static const char *const nans[] = {".nan", ".NaN", ".NAN", NULL};
    bool negative = *text == '-';
    const char *body = text + (*text == '-' || *text == '+');
    if (is_one_of(body, infinities)) {
        *value = wn_value_float(negative ? -INFINITY : INFINITY);
        return true;
    }
    if (is_one_of(text, nans)) {
        *value = wn_value_float(NAN);
        return true;
    }
    if (!looks_like_float(body))
        return false;
    char *digits = plain_digits(body);
    double number = strtod(digits, NULL);
    free(digits);
    *value = wn_value_float(negative ? -number : number);
    return true;
}

struct wn_value wn_doc_scalar(const char *text) {
    static const char *const nulls[] = {"", "~", "null", "Null", "NULL", NULL};
    static const char *const yes[] = {"yes",  "Yes", "YES", "true", "True",
                                      "TRUE", "on",  "On",  "ON",   NULL};
    static const char *const no[] = {"no",    "No",  "NO",  "false", "False",
                                     "FALSE", "off", "Off", "OFF",   NULL};
    struct wn_value value = {.type = WN_NULL};
    if (is_one_of(text, nulls))
        return value;
    if (is_one_of(text, yes) || is_one_of(text, no))
        return (struct wn_value){.type = WN_BOOL, .boolean = is_one_of(text, yes)};
    if (read_int(text, &value) || read_float(text, &value))
        return value;
    return wn_value_string(text);
}
