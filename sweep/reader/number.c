// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers in text that is not NUL-terminated. Almost all that programs print take the short way: a
// mantissa of up to 19 digits and a small power of ten, one rounding. The rest is left to strtod().
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "sweep/reader/internal.h"

enum { MOST_DIGITS = 19, MOST_TENS = 27, FAR_EXPONENT = 100000 };

struct decimal {
    uint64_t mantissa;
    int digits;         // of the mantissa, leading zeros not counted
    int exponent;       // of ten
    bool negative, cut; // cut: more digits were there than the mantissa holds
    bool json;
};

static bool is_digit(const char *at, const char *end) {
    return at < end && *at >= '0' && *at <= '9';
}

static const char *read_digits(struct decimal *decimal, const char *at, const char *end) {
    for (; is_digit(at, end); at++) {
        if (decimal->digits == MOST_DIGITS) {
            decimal->cut = true;
            continue;
        }
        decimal->mantissa = decimal->mantissa * 10 + (uint64_t)(*at - '0');
        decimal->digits += decimal->mantissa != 0;
    }
    return at;
}

// Digits with an optional point; NULL where there is no digit.
static const char *read_mantissa(struct decimal *decimal, const char *at, const char *end) {
    const char *whole = at;
    at = read_digits(decimal, at, end);
    const char *point = at;
    decimal->json = decimal->json && point > whole && (*whole != '0' || point == whole + 1);
    if (at == end || *at != '.')
        return point > whole ? at : NULL;
    at = read_digits(decimal, at + 1, end);
    ptrdiff_t places = at - point - 1;
    decimal->json = decimal->json && places > 0;
    decimal->exponent = places > FAR_EXPONENT ? -FAR_EXPONENT : -(int)places;
    return point > whole || places > 0 ? at : NULL;
}

// An exponent that is not complete is not part of the number.
static const char *read_exponent(struct decimal *decimal, const char *at, const char *end) {
    if (at == end || (*at != 'e' && *at != 'E'))
        return at;
    const char *digit = at + 1;
    bool negative = digit < end && *digit == '-';
    if (negative || (digit < end && *digit == '+'))
        digit++;
    if (!is_digit(digit, end))
        return at;
    int exponent = 0;
    for (; is_digit(digit, end); digit++)
        if (exponent < FAR_EXPONENT)
            exponent = exponent * 10 + (*digit - '0');
    decimal->exponent += negative ? -exponent : exponent;
    return digit;
}

// Exact inputs and one rounding in long double leave at most half a unit in its last place; where
// both neighbours round to the same double, so does the true value (Clinger 1990 for the idea).
// Where long double is no wider than double they never do, and strtod() has all the work.
static bool quick_value(const struct decimal *decimal, double *value) {
    static const long double tens[MOST_TENS + 1] = {
        // all exact in 64 bits
        1e0L,  1e1L,  1e2L,  1e3L,  1e4L,  1e5L,  1e6L,  1e7L,  1e8L,  1e9L,
        1e10L, 1e11L, 1e12L, 1e13L, 1e14L, 1e15L, 1e16L, 1e17L, 1e18L, 1e19L,
        1e20L, 1e21L, 1e22L, 1e23L, 1e24L, 1e25L, 1e26L, 1e27L,
    };
    if (decimal->cut || decimal->exponent < -MOST_TENS || decimal->exponent > MOST_TENS)
        return false;
    long double x = (long double)decimal->mantissa;
    x = decimal->exponent < 0 ? x / tens[-decimal->exponent] : x * tens[decimal->exponent];
    double below = (double)(x - x * LDBL_EPSILON), above = (double)(x + x * LDBL_EPSILON);
    *value = decimal->negative ? -below : below;
    return below == above;
}

static double slow_value(struct wn_numbers *numbers, const char *at, const char *end) {
    wn_str_clear(&numbers->scratch);
    wn_str_add_bytes(&numbers->scratch, at, (size_t)(end - at));
    return strtod_l(numbers->scratch.text, NULL, numbers->c_locale);
}

// nan, inf, infinity; `start` is where the sign stands, if any, and `at` the first letter.
static bool read_named(const char *start, const char *at, const char *end,
                       struct wn_number *number) {
    static const struct {
        const char *spelling; // as Python's json has it, if it does
        size_t length;
        double value;
        bool json;
    } names[] = {
        {"Infinity", 8, INFINITY, true}, {"inf", 3, INFINITY, false}, {"NaN", 3, NAN, true}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t length = names[i].length;
        if ((size_t)(end - at) < length || strncasecmp(at, names[i].spelling, length) != 0)
            continue;
        bool as_python = strncmp(at, names[i].spelling, length) == 0;
        bool sign_fits = start == at || (*start == '-' && !isnan(names[i].value));
        number->value = *start == '-' ? -names[i].value : names[i].value;
        number->json = names[i].json && as_python && sign_fits;
        number->end = at + length;
        return true;
    }
    return false;
}

bool wn_number_read(struct wn_numbers *numbers, const char *at, const char *end,
                    struct wn_number *number) {
    const char *start = at;
    struct decimal decimal = {.json = true};
    if (at < end && (*at == '-' || *at == '+')) {
        decimal.negative = *at == '-';
        decimal.json = decimal.negative;
        at++;
    }
    if (at < end && *at != '.' && !is_digit(at, end))
        return read_named(start, at, end, number);
    const char *behind = read_mantissa(&decimal, at, end);
    if (!behind)
        return false;
    number->end = read_exponent(&decimal, behind, end);
    number->json = decimal.json;
    if (!quick_value(&decimal, &number->value))
        number->value = slow_value(numbers, start, number->end);
    return true;
}
