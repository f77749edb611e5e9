// SPDX-License-Identifier: GPL-3.0-or-later
// Reading cells.
#include "core/data/cell.h"

#include <ctype.h>
#include <math.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "core/csv_column.h"

const char *const wn_feature_type_names[] = {
    [WN_NUMERIC] = "numeric",   [WN_CATEGORICAL] = "categorical", [WN_BOOLEAN] = "boolean",
    [WN_DATETIME] = "datetime", [WN_FREE_TEXT] = "text",          [WN_ID] = "id",
    [WN_FEATURE_TYPES] = NULL};

bool wn_cell_missing(const char *text) {
    double number;
    text += strspn(text, " \t");
    if (!*text)
        return true;
    // Only words beginning with an n can be one.
    return (*text | 0x20) == 'n' && wn_cell_number(text, &number) && isnan(number);
}

int wn_cell_boolean(const char *text) {
    static const char *const words[][2] = {{"false", "true"}, {"no", "yes"}, {"0", "1"},
                                           {"0.0", "1.0"},    {"f", "t"},    {"n", "y"},
                                           {"off", "on"}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        for (int side = 0; side < 2; side++)
            if (strcasecmp(text, words[i][side]) == 0)
                return side;
    return -1;
}

// ---- moments ------------------------------------------------------------------------------------

// Digits, at least one and at most `most`; -1: none.
static int digits(const char **text, int most) {
    int number = 0, count = 0;
    while (count < most && isdigit((unsigned char)**text)) {
        number = number * 10 + (*(*text)++ - '0');
        count++;
    }
    return count ? number : -1;
}

static bool skip(const char **text, const char *any) {
    if (!**text || !strchr(any, **text))
        return false;
    (*text)++;
    return true;
}

// Days since 1970-01-01, by Howard Hinnant's days_from_civil.
static double days_of(int year, int month, int day) {
    year -= month <= 2;
    int era = (year >= 0 ? year : year - 399) / 400, of_era = year - era * 400;
    int of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int leap_days = of_era / 4 - of_era / 100;
    return (double)era * 146097 + of_era * 365 + leap_days + of_year - 719468;
}

static bool read_day(const char **text, double *seconds) {
    int parts[3];
    char mark = 0;
    for (int i = 0; i < 3; i++) {
        parts[i] = digits(text, 4);
        if (i == 0)
            mark = **text;
        if (parts[i] < 0 || (i < 2 && (**text != mark || !skip(text, "-/."))))
            return false;
    }
    bool year_first = parts[0] > 31;
    bool month_first = !year_first && mark == '/' && parts[0] <= 12;
    int year = year_first ? parts[0] : parts[2];
    int month = year_first || !month_first ? parts[1] : parts[0];
    int day = year_first ? parts[2] : month_first ? parts[1] : parts[0];
    *seconds = days_of(year, month, day) * 86400;
    return year >= 1000 && month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

static bool read_zone(const char **text, double *seconds) {
    skip(text, " ");
    char sign = **text;
    if (skip(text, "zZ") || !skip(text, "+-"))
        return true;
    int hours = digits(text, 2), minutes = 0;
    skip(text, ":");
    if (**text)
        minutes = digits(text, 2);
    *seconds -= (sign == '-' ? -1 : 1) * (hours * 3600.0 + minutes * 60.0);
    return hours >= 0 && minutes >= 0;
}

static bool read_clock(const char **text, double *seconds) {
    int hours = digits(text, 2), minutes = skip(text, ":") ? digits(text, 2) : -1, whole = 0;
    if (hours < 0 || hours > 24 || minutes < 0 || minutes > 59)
        return false;
    if (skip(text, ":"))
        whole = digits(text, 2);
    if (whole < 0 || whole > 60)
        return false;
    *seconds += hours * 3600.0 + minutes * 60.0 + whole;
    double part = 0.1;
    for (bool fraction = skip(text, ".,"); fraction && isdigit((unsigned char)**text); part /= 10)
        *seconds += part * (*(*text)++ - '0');
    return read_zone(text, seconds);
}

bool wn_cell_moment(const char *text, double *seconds) {
    text += strspn(text, " ");
    if (!isdigit((unsigned char)*text) || !read_day(&text, seconds))
        return false;
    if (*text && (!skip(&text, "T ") || !read_clock(&text, seconds)))
        return false;
    return !text[strspn(text, " ")];
}

// ---- words --------------------------------------------------------------------------------------

static bool in_word(char c) {
    return isalnum((unsigned char)c) || (unsigned char)c >= 0x80;
}

size_t wn_cell_word(const char **text, char *word, size_t room) {
    size_t length = 0;
    const char *at = *text;
    while (*at && !in_word(*at))
        at++;
    for (; in_word(*at); at++)
        if (length + 1 < room)
            word[length++] = (char)tolower((unsigned char)*at);
    word[length] = '\0';
    *text = at;
    return length;
}
