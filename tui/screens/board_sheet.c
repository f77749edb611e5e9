// SPDX-License-Identifier: GPL-3.0-or-later
// How cells are written. A column of numbers has one precision: four digits of the largest result,
// more where neighbours in the order would look the same, powers of ten where the small ones would
// vanish; three digits of parameters.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/numbers.h"
#include "tui/screens/board_private.h"

enum { WIDEST = 24, CELL = 64 };

struct format {
    bool ready;
    bool whole;       // all values are integers
    bool scientific;  // 1.78e-05
    bool significant; // decimals are those after the first digit: 31.6, 0.0178
    int decimals;
    int width;
};

struct wn_board_sheet {
    const struct wn_board *page;
    const struct wn_board *pinned; // or NULL
    size_t rows, columns;
    char **texts; // NULL: not made yet
    struct format *formats;
    ptrdiff_t state, metric; // columns: the state, and the metric that is the objective; or -1
};

static ptrdiff_t metric_of(const struct wn_board *page) {
    char *name = wn_format("metric.%s", page->objective);
    ptrdiff_t column = wn_board_column(page, name);
    free(name);
    return column;
}

struct wn_board_sheet *wn_board_sheet_new(const struct wn_board *page,
                                          const struct wn_board *pinned) {
    struct wn_board_sheet *sheet = wn_calloc(1, sizeof *sheet);
    sheet->page = page;
    sheet->pinned = pinned;
    sheet->rows = page->row_count + (pinned ? pinned->row_count : 0);
    sheet->columns = page->column_count;
    sheet->texts = wn_calloc(sheet->rows * sheet->columns, sizeof *sheet->texts);
    sheet->formats = wn_calloc(sheet->columns, sizeof *sheet->formats);
    sheet->state = wn_board_column(page, "state");
    sheet->metric = metric_of(page);
    return sheet;
}

void wn_board_sheet_free(struct wn_board_sheet *sheet) {
    if (!sheet)
        return;
    for (size_t i = 0; i < sheet->rows * sheet->columns; i++)
        free(sheet->texts[i]);
    free(sheet->texts);
    free(sheet->formats);
    free(sheet);
}

const struct wn_board_row *wn_board_sheet_row(const struct wn_board_sheet *sheet, size_t row) {
    if (row < sheet->page->row_count)
        return &sheet->page->rows[row];
    return &sheet->pinned->rows[row - sheet->page->row_count];
}

static bool is_called(const struct wn_board_sheet *sheet, size_t column, const char *name) {
    return sheet->page->columns[column].group == WN_BOARD_FIXED &&
           strcmp(sheet->page->columns[column].name, name) == 0;
}

bool wn_board_sheet_is_live(const struct wn_board_sheet *sheet, size_t row, size_t column) {
    const struct wn_value *cells = wn_board_sheet_row(sheet, row)->cells;
    return is_called(sheet, column, "objective") && cells[column].type == WN_NULL &&
           sheet->metric >= 0 && sheet->state >= 0 && cells[sheet->state].type == WN_STRING &&
           strcmp(cells[sheet->state].string.text, "running") == 0;
}

static const struct wn_value *value_at(const struct wn_board_sheet *sheet, size_t row,
                                       size_t column) {
    bool live = wn_board_sheet_is_live(sheet, row, column);
    return &wn_board_sheet_row(sheet, row)->cells[live ? (size_t)sheet->metric : column];
}

// ---- precision ----------------------------------------------------------------------------------

struct range { // of the finite values of a column
    double lowest, highest;
    double smallest, largest; // magnitudes; smallest of those that are not 0
    bool whole;
};

static struct range range_of(const struct wn_board_sheet *sheet, size_t column) {
    struct range range = {.lowest = NAN, .smallest = INFINITY, .whole = true};
    for (size_t i = 0; i < sheet->rows; i++) {
        double value;
        if (!wn_value_number(value_at(sheet, i, column), &value) || !isfinite(value))
            continue;
        double size = fabs(value);
        range.highest = isnan(range.lowest) || value > range.highest ? value : range.highest;
        range.lowest = isnan(range.lowest) || value < range.lowest ? value : range.lowest;
        range.largest = size > range.largest ? size : range.largest;
        range.smallest = size > 0 && size < range.smallest ? size : range.smallest;
        range.whole = range.whole && value == floor(value) && size < 1e9;
    }
    return range;
}

static void write_number(const struct format *format, double value, char *out) {
    if (!isfinite(value))
        wn_float_repr(value, out);
    else if (format->scientific)
        snprintf(out, CELL, "%.*e", format->decimals, value);
    else if (format->significant)
        snprintf(out, CELL, "%.*g", format->decimals + 1, value);
    else
        snprintf(out, CELL, "%.*f", format->decimals, value);
}

static int magnitude(double value) {
    return value > 0 ? (int)floor(log10(value)) : 0;
}

// Whether two neighbours that differ would be written alike.
static bool hides(const struct wn_board_sheet *sheet, size_t column, const struct format *format) {
    for (size_t i = 1; i < sheet->page->row_count; i++) {
        double a, b;
        char one[CELL], other[CELL];
        if (!wn_value_number(&sheet->page->rows[i - 1].cells[column], &a) ||
            !wn_value_number(&sheet->page->rows[i].cells[column], &b) || a == b)
            continue;
        write_number(format, a, one);
        write_number(format, b, other);
        if (strcmp(one, other) == 0)
            return true;
    }
    return false;
}

// Parameters may span many powers of ten: then each value has three digits of its own.
static void choose_for_param(const struct range *range, struct format *format) {
    enum { DIGITS = 3 };
    int decimals = DIGITS - 1 - magnitude(range->largest);
    int needed = isfinite(range->smallest) ? 1 - magnitude(range->smallest) : 0;
    format->decimals = needed > decimals ? needed : decimals < 0 ? 0 : decimals;
    format->significant =
        format->decimals + magnitude(range->largest) > DIGITS + 1 || range->largest >= 1e6;
    if (format->significant)
        format->decimals = DIGITS - 1;
}

static void choose_for_result(const struct wn_board_sheet *sheet, size_t column,
                              const struct range *range, struct format *format) {
    enum { DIGITS = 4, MOST_DECIMALS = 8 };
    int decimals = DIGITS - 1 - magnitude(range->largest);
    format->decimals = decimals < 0 ? 0 : decimals;
    bool objective = is_called(sheet, column, "objective");
    if (objective && hides(sheet, column, format))
        format->decimals++;
    format->scientific = format->decimals > MOST_DECIMALS || range->largest >= 1e7 ||
                         range->largest > 1e5 * range->smallest;
    if (format->scientific)
        format->decimals = DIGITS - 1;
}

static int number_width(const struct format *format, const struct range *range) {
    char low[CELL], high[CELL];
    write_number(format, isnan(range->lowest) ? 0 : range->lowest, low);
    write_number(format, range->highest, high);
    size_t width = strlen(low) > strlen(high) ? strlen(low) : strlen(high);
    return format->significant && width < sizeof "0.000178" - 1 ? (int)sizeof "0.000178" - 1
                                                                : (int)width;
}

static bool is_moment(const struct wn_board_sheet *sheet, size_t column) {
    return is_called(sheet, column, "started") || is_called(sheet, column, "ended");
}

static int text_width(struct wn_board_sheet *sheet, size_t column) {
    static const struct wn_canvas wide;
    int width = 0;
    for (size_t i = 0; i < sheet->rows; i++) {
        int needed = wn_canvas_width(&wide, wn_board_sheet_text(sheet, i, column));
        width = needed > width ? needed : width;
    }
    return width > WIDEST ? WIDEST : width;
}

static const struct format *format_of(struct wn_board_sheet *sheet, size_t column) {
    struct format *format = &sheet->formats[column];
    if (format->ready)
        return format;
    if (is_called(sheet, column, "se")) { // as the objective beside it
        *format = *format_of(sheet, (size_t)wn_board_column(sheet->page, "objective"));
        return format;
    }
    struct range range = range_of(sheet, column);
    format->ready = true;
    format->whole = range.whole;
    if (!range.whole && sheet->page->columns[column].group == WN_BOARD_PARAM)
        choose_for_param(&range, format);
    else if (!range.whole)
        choose_for_result(sheet, column, &range, format);
    format->width = number_width(format, &range);
    return format;
}

int wn_board_sheet_width(struct wn_board_sheet *sheet, size_t column) {
    if (is_moment(sheet, column))
        return (int)sizeof "2026-11-23 08:47:19" - 1;
    if (is_called(sheet, column, "duration"))
        return (int)sizeof "59.99s" - 1;
    if (is_called(sheet, column, "state"))
        return (int)sizeof "* finished" - 1;
    if (!sheet->page->columns[column].number)
        return text_width(sheet, column);
    return format_of(sheet, column)->width;
}

// ---- texts --------------------------------------------------------------------------------------

static char *make_text(struct wn_board_sheet *sheet, const struct wn_value *value, size_t column) {
    struct wn_str text = {0};
    char number[CELL] = "";
    double real;
    if (value->type == WN_NULL)
        return wn_strdup("");
    if (is_moment(sheet, column) && value->type == WN_FLOAT)
        wn_moment_text(value->number, number);
    else if (is_called(sheet, column, "duration") && value->type == WN_FLOAT)
        wn_trial_duration_text(value->number, number, sizeof number);
    else if (value->type == WN_INT && format_of(sheet, column)->whole)
        snprintf(number, sizeof number, "%lld", (long long)value->integer);
    else if (wn_value_number(value, &real))
        write_number(format_of(sheet, column), real, number);
    else
        wn_value_python(&text, value);
    wn_str_add(&text, number);
    return wn_str_take(&text);
}

const char *wn_board_sheet_text(struct wn_board_sheet *sheet, size_t row, size_t column) {
    char **text = &sheet->texts[row * sheet->columns + column];
    if (!*text)
        *text = make_text(sheet, value_at(sheet, row, column), column);
    return *text;
}
