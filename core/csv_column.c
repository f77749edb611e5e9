// SPDX-License-Identifier: GPL-3.0-or-later
// A column of a CSV file.
#include "core/csv_column.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/mem.h"
#include "core/base/str.h"

// Plain decimals of up to 15 digits: both factors are exact, so that the result is rounded once, as
// strtod() rounds it (Clinger, How to read floating point numbers accurately, 1990).
static bool plain_number(const char *text, double *number) {
    static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                    1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                    1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    uint64_t digits = 0;
    int count = 0, behind = 0, exponent = 0;
    bool minus = *text == '-', point = false;
    for (text += minus; (*text >= '0' && *text <= '9') || (*text == '.' && !point); text++) {
        point |= *text == '.';
        if (*text == '.')
            continue;
        digits = digits * 10 + (uint64_t)(*text - '0');
        count++;
        behind += point;
    }
    if ((*text | 0x20) == 'e' && count) {
        bool negative = *++text == '-';
        text += *text == '-' || *text == '+';
        if (*text < '0' || *text > '9')
            return false;
        for (; *text >= '0' && *text <= '9' && exponent < 1000; text++)
            exponent = exponent * 10 + (*text - '0');
        exponent = negative ? -exponent : exponent;
    }
    exponent -= behind;
    if (count == 0 || count > 15 || *text || exponent < -22 || exponent > 22)
        return false;
    double whole = (double)digits;
    whole = exponent < 0 ? whole / powers[-exponent] : whole * powers[exponent];
    *number = minus ? -whole : whole;
    return true;
}

bool wn_cell_number(const char *text, double *number) {
    if (plain_number(text, number))
        return true;
    static const char *const missing[] = {"", "NA", "N/A", "NaN", "null", "None"};
    while (isspace((unsigned char)*text))
        text++;
    *number = NAN;
    for (size_t i = 0; i < sizeof missing / sizeof *missing; i++)
        if (strcasecmp(text, missing[i]) == 0)
            return true;
    char *end;
    *number = strtod(text, &end);
    while (isspace((unsigned char)*end))
        end++;
    return end != text && *end == '\0';
}

static size_t index_of_name(const struct wn_csv_row *head, const char *column) {
    size_t index = 0;
    while (index < head->count && strcmp(head->cells[index].text, column) != 0)
        index++;
    return index;
}

static enum wn_status no_column(const struct wn_csv_row *head, const char *column,
                                struct wn_err *err) {
    struct wn_str names = {0};
    for (size_t i = 0; i < head->count && names.length < 300; i++)
        wn_str_addf(&names, "%s%s", i ? ", " : "", head->cells[i].text);
    wn_fail(err, WN_BAD_INPUT, "there is no column %s: the first row has %s", column,
            wn_str_text(&names));
    wn_str_free(&names);
    return WN_BAD_INPUT;
}

// Finds the column in the first row; `first` is set to its number where the row is no header.
static enum wn_status find_column(const struct wn_csv_row *head, const char *column, size_t *index,
                                  double *first, struct wn_err *err) {
    char *end;
    *first = NAN;
    *index = index_of_name(head, column);
    if (*index < head->count)
        return WN_OK;
    unsigned long number = strtoul(column, &end, 10);
    if (!isdigit((unsigned char)*column) || *end || number < 1 || number > head->count)
        return no_column(head, column, err);
    *index = number - 1;
    if (!wn_cell_number(head->cells[*index].text, first))
        *first = NAN;
    return WN_OK;
}

static enum wn_status add_rows(struct wn_csv *csv, size_t index, struct wn_sample *sample,
                               size_t *capacity, struct wn_err *err) {
    struct wn_csv_row row;
    while (wn_csv_next(csv, &row)) {
        double number = NAN;
        if (row.wrong)
            return wn_fail(err, WN_BAD_INPUT, "line %lld %s", (long long)row.line, row.wrong);
        if (index < row.count && !wn_cell_number(row.cells[index].text, &number))
            return wn_fail(err, WN_BAD_INPUT, "line %lld: %.60s is no number", (long long)row.line,
                           row.cells[index].text);
        *WN_PUSH(sample->values, sample->count, *capacity) = number;
    }
    return WN_OK;
}

enum wn_status wn_csv_column(const struct wn_csv_source *source, const char *column,
                             struct wn_sample *sample, struct wn_err *err) {
    struct wn_csv *csv = wn_csv_new(source);
    struct wn_csv_row head;
    size_t index, capacity = 0;
    double first;
    enum wn_status status = WN_OK;
    *sample = (struct wn_sample){0};
    wn_csv_detect(csv);
    if (!wn_csv_next(csv, &head))
        status = wn_fail(err, WN_BAD_INPUT, "the file is empty");
    else if (head.wrong)
        status = wn_fail(err, WN_BAD_INPUT, "line %lld %s", (long long)head.line, head.wrong);
    if (status == WN_OK)
        status = find_column(&head, column, &index, &first, err);
    if (status == WN_OK && !isnan(first))
        *WN_PUSH(sample->values, sample->count, capacity) = first;
    if (status == WN_OK)
        status = add_rows(csv, index, sample, &capacity, err);
    wn_csv_free(csv);
    return status;
}
