// SPDX-License-Identifier: GPL-3.0-or-later
// Values as text: as Python prints them (what W&B passes to programs) and as JSON.
#include <cjson/cJSON.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/value.h"

// ---- numbers ------------------------------------------------------------------------------------

// Adds one to the last digit before the exponent; a carry out of the first digit is left undone.
static void step_up(char *scientific) {
    char *digit = strchr(scientific, 'e') - 1;
    for (; digit > scientific && (*digit == '9' || *digit == '.'); digit--)
        if (*digit == '9')
            *digit = '0';
    if (*digit >= '0' && *digit < '9')
        ++*digit;
}

// The fewest digits that read back as the same double. Fewer than 15 are 15 with zeros at the end,
// except for subnormal numbers, which have less precision; 17 always do. Below a power of two the
// doubles lie closer than above, so where the nearest 16 digits fail, the next ones up may do.
static void shortest_digits(double number, char *out, size_t room) {
    int fewest = fabs(number) < DBL_MIN ? 1 : 15;
    for (int digits = fewest; digits <= 17; digits++) {
        snprintf(out, room, "%.*e", digits - 1, number);
        if (strtod(out, NULL) == number)
            return;
        if (digits != 16)
            continue;
        step_up(out);
        if (strtod(out, NULL) == number)
            return;
    }
}

// Splits "-1.2500e-05" into its digits without trailing zeros and its exponent.
static int split(const char *scientific, char *digits, bool *negative) {
    *negative = *scientific == '-';
    size_t count = 0;
    const char *at = scientific + *negative;
    for (; *at && *at != 'e'; at++)
        if (*at != '.')
            digits[count++] = *at;
    while (count > 1 && digits[count - 1] == '0')
        count--;
    digits[count] = '\0';
    return atoi(at + 1);
}

// Python's rule: positional from 1e-4 up to below 1e16, else scientific with two exponent digits.
char *wn_float_repr(double number, char *out) {
    enum { ROOM = 64 };
    char scientific[ROOM], digits[ROOM / 2], text[ROOM];
    if (!isfinite(number)) {
        snprintf(out, 32, "%s", isnan(number) ? "nan" : number > 0 ? "inf" : "-inf");
        return out;
    }
    shortest_digits(number, scientific, sizeof scientific);
    bool negative;
    int exponent = split(scientific, digits, &negative), count = (int)strlen(digits);
    const char *sign = negative ? "-" : "", *zeros = "0000000000000000";
    if (exponent < -4 || exponent >= 16)
        snprintf(text, sizeof text, "%s%c%s%se%c%02d", sign, digits[0], count > 1 ? "." : "",
                 digits + 1, exponent < 0 ? '-' : '+', abs(exponent));
    else if (exponent < 0)
        snprintf(text, sizeof text, "%s0.%.*s%s", sign, -exponent - 1, zeros, digits);
    else if (count <= exponent + 1)
        snprintf(text, sizeof text, "%s%s%.*s.0", sign, digits, exponent + 1 - count, zeros);
    else
        snprintf(text, sizeof text, "%s%.*s.%s", sign, exponent + 1, digits, digits + exponent + 1);
    return strcpy(out, text); // at most 24 characters
}

// ---- Python -------------------------------------------------------------------------------------

static void python_string(struct wn_str *out, const char *text) {
    char quote = strchr(text, '\'') && !strchr(text, '"') ? '"' : '\'';
    wn_str_add_char(out, quote);
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == (unsigned char)quote || c == '\\')
            wn_str_addf(out, "\\%c", c);
        else if (c == '\n' || c == '\r' || c == '\t')
            wn_str_addf(out, "\\%c", c == '\n' ? 'n' : c == '\r' ? 'r' : 't');
        else if (c < 0x20 || c == 0x7f)
            wn_str_addf(out, "\\x%02x", c);
        else
            wn_str_add_char(out, (char)c);
    }
    wn_str_add_char(out, quote);
}

static void python_repr(struct wn_str *out, const struct wn_value *value) {
    if (value->type == WN_STRING)
        python_string(out, value->string.text);
    else
        wn_value_python(out, value);
}

static void python_container(struct wn_str *out, const struct wn_value *value) {
    bool map = value->type == WN_MAP;
    wn_str_add_char(out, map ? '{' : '[');
    for (size_t i = 0; i < value->list.count; i++) {
        wn_str_add(out, i ? ", " : "");
        if (map) {
            python_repr(out, &value->list.keys[i]);
            wn_str_add(out, ": ");
        }
        python_repr(out, &value->list.items[i]);
    }
    wn_str_add_char(out, map ? '}' : ']');
}

void wn_value_python(struct wn_str *out, const struct wn_value *value) {
    char number[32];
    switch (value->type) {
    case WN_NULL:
        wn_str_add(out, "None");
        break;
    case WN_BOOL:
        wn_str_add(out, value->boolean ? "True" : "False");
        break;
    case WN_INT:
        wn_str_addf(out, "%lld", (long long)value->integer);
        break;
    case WN_FLOAT:
        wn_str_add(out, wn_float_repr(value->number, number));
        break;
    case WN_STRING:
        wn_str_add(out, value->string.text);
        break;
    default:
        python_container(out, value);
    }
}

// ---- JSON ---------------------------------------------------------------------------------------

enum { replacement = 0xfffd };

// Reads one UTF-8 sequence; what is none (also overlong, a surrogate, beyond Unicode) stands for
// the replacement character.
static unsigned next_code_point(const char **text) {
    static const unsigned least[] = {0x80, 0x80, 0x800, 0x10000};
    const unsigned char *s = (const unsigned char *)*text;
    unsigned lead = s[0];
    size_t more = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : lead >= 0xc0 ? 1 : 0;
    unsigned point = more ? lead & (0x3fu >> more) : 0;
    for (size_t i = 1; i <= more; i++) {
        if ((s[i] & 0xc0) != 0x80) {
            *text += i;
            return replacement;
        }
        point = point << 6 | (s[i] & 0x3fu);
    }
    *text += more + 1;
    bool surrogate = point >= 0xd800 && point < 0xe000;
    return point < least[more] || point > 0x10ffff || surrogate ? replacement : point;
}

bool wn_is_utf8(const char *text) {
    while (*text) {
        const char *start = text;
        if ((unsigned char)*text < 0x80)
            text++;
        else if (next_code_point(&text) == replacement && !wn_starts_with(start, "\xef\xbf\xbd"))
            return false;
    }
    return true;
}

static void escape_point(struct wn_str *out, unsigned point) {
    if (point < 0x10000) {
        wn_str_addf(out, "\\u%04x", point);
        return;
    }
    point -= 0x10000;
    wn_str_addf(out, "\\u%04x\\u%04x", 0xd800 + (point >> 10), 0xdc00 + (point & 0x3ff));
}

// Control characters, line ends beyond ASCII and marks, which readers of YAML refuse or fold.
static bool is_awkward(unsigned point) {
    return point <= 0xa0 || point == 0x2028 || point == 0x2029 || point == 0xfeff ||
           point == 0xfffe || point == 0xffff;
}

// Appends the sequence that begins at `text`; returns what comes after it.
static const char *add_sequence(struct wn_str *out, const char *text, bool ascii) {
    const char *start = text;
    unsigned point = next_code_point(&text);
    if (ascii || is_awkward(point))
        escape_point(out, point);
    else if (point == replacement)
        wn_str_add(out, "\xef\xbf\xbd");
    else
        wn_str_add_bytes(out, start, (size_t)(text - start));
    return text;
}

static void json_string(struct wn_str *out, const char *text, bool ascii) {
    wn_str_add_char(out, '"');
    while (*text) {
        unsigned char c = (unsigned char)*text;
        const char *escape = c == '"'    ? "\\\""
                             : c == '\\' ? "\\\\"
                             : c == '\n' ? "\\n"
                             : c == '\r' ? "\\r"
                             : c == '\t' ? "\\t"
                                         : NULL;
        if (c >= 0x80) {
            text = add_sequence(out, text, ascii);
            continue;
        }
        if (escape)
            wn_str_add(out, escape);
        else if (c < 0x20 || c == 0x7f)
            wn_str_addf(out, "\\u%04x", c);
        else
            wn_str_add_char(out, (char)c);
        text++;
    }
    wn_str_add_char(out, '"');
}

void wn_json_string(struct wn_str *out, const char *text) {
    json_string(out, text, false);
}

void wn_json_number(struct wn_str *out, double number) {
    char text[32];
    wn_str_add(out, isfinite(number) ? wn_float_repr(number, text) : "null");
}

static void json_number(struct wn_str *out, double number, enum wn_json_style style) {
    static const struct {
        const char *nan, *infinity; // what stands for them
    } names[] = {
        [WN_JSON_COMPACT] = {"null", "null"},
        [WN_JSON_PYTHON] = {"NaN", "Infinity"},
        [WN_JSON_YAML] = {".nan", ".inf"},
    };
    if (isfinite(number))
        wn_json_number(out, number);
    else if (isnan(number) || style == WN_JSON_COMPACT)
        wn_str_add(out, names[style].nan);
    else
        wn_str_addf(out, "%s%s", number < 0 ? "-" : "", names[style].infinity);
}

static void json_container(struct wn_str *out, const struct wn_value *value,
                           enum wn_json_style style) {
    bool map = value->type == WN_MAP, spaced = style == WN_JSON_PYTHON;
    wn_str_add_char(out, map ? '{' : '[');
    for (size_t i = 0; i < value->list.count; i++) {
        if (i)
            wn_str_add(out, spaced ? ", " : ",");
        if (map) {
            json_string(out, value->list.keys[i].string.text, spaced);
            wn_str_add(out, spaced ? ": " : ":");
        }
        wn_value_json(out, &value->list.items[i], style);
    }
    wn_str_add_char(out, map ? '}' : ']');
}

void wn_value_json(struct wn_str *out, const struct wn_value *value, enum wn_json_style style) {
    switch (value->type) {
    case WN_NULL:
        wn_str_add(out, "null");
        break;
    case WN_BOOL:
        wn_str_add(out, value->boolean ? "true" : "false");
        break;
    case WN_INT:
        wn_str_addf(out, "%lld", (long long)value->integer);
        break;
    case WN_FLOAT:
        json_number(out, value->number, style);
        break;
    case WN_STRING:
        json_string(out, value->string.text, style == WN_JSON_PYTHON);
        break;
    default:
        json_container(out, value, style);
    }
}

// ---- from cJSON ---------------------------------------------------------------------------------

static struct wn_value number_from_cjson(double number) {
    if (number == floor(number) && fabs(number) <= 0x1p53)
        return wn_value_int((int64_t)number);
    return wn_value_float(number);
}

static struct wn_value container_from_cjson(const cJSON *json) {
    struct wn_value value = {.type = cJSON_IsObject(json) ? WN_MAP : WN_LIST};
    size_t count = (size_t)cJSON_GetArraySize(json);
    value.list.items = wn_calloc(count, sizeof *value.list.items);
    if (value.type == WN_MAP)
        value.list.keys = wn_calloc(count, sizeof *value.list.keys);
    const cJSON *item;
    cJSON_ArrayForEach(item, json) {
        if (value.type == WN_MAP)
            value.list.keys[value.list.count] = wn_value_string(item->string);
        value.list.items[value.list.count++] = wn_value_from_cjson(item);
    }
    return value;
}

struct wn_value wn_value_from_cjson(const cJSON *json) {
    if (cJSON_IsBool(json))
        return (struct wn_value){.type = WN_BOOL, .boolean = cJSON_IsTrue(json)};
    if (cJSON_IsNumber(json))
        return number_from_cjson(json->valuedouble);
    if (cJSON_IsString(json))
        return wn_value_string(json->valuestring);
    if (cJSON_IsObject(json) || cJSON_IsArray(json))
        return container_from_cjson(json);
    return (struct wn_value){.type = WN_NULL};
}

enum wn_status wn_value_parse_json(const char *text, struct wn_value *value, struct wn_err *err) {
    const char *end = NULL;
    cJSON *json = cJSON_ParseWithOpts(text, &end, true);
    if (!json && end && !*end)
        return wn_fail(err, WN_BAD_INPUT, "is not valid JSON at character %td, where it ends",
                       end - text + 1);
    if (!json)
        return wn_fail(err, WN_BAD_INPUT, "is not valid JSON at character %td (found %.40s)",
                       end ? end - text + 1 : 1, end ? end : text);
    *value = wn_value_from_cjson(json);
    cJSON_Delete(json);
    return WN_OK;
}
