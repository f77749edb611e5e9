// SPDX-License-Identifier: GPL-3.0-or-later
// The leaderboard as a Markdown table, for a pull request or a note. This one is for reading: the
// columns that people look at, numbers of six digits, times as such.
#include <math.h>
#include <string.h>

#include "core/base/str.h"
#include "core/export.h"
#include "core/numbers.h"

// A bar would end the cell, a newline the row, and a name like <b> or *x* be taken for markup.
void wn_md_text(struct wn_str *out, const char *text) {
    for (; *text; text++) {
        if (strchr("\\|<*`", *text))
            wn_str_add_char(out, '\\');
        wn_str_add_char(out, (unsigned char)*text < ' ' || *text == 0x7f ? ' ' : *text);
    }
}

static void add_number(struct wn_str *out, const struct wn_board_column *column, double number) {
    char moment[32];
    bool fixed = column->group == WN_BOARD_FIXED;
    if (fixed && (strcmp(column->name, "started") == 0 || strcmp(column->name, "ended") == 0))
        wn_str_add(out, wn_utc_text(number, moment));
    else if (fixed && strcmp(column->name, "duration") == 0)
        wn_str_addf(out, "%.2f s", number);
    else
        wn_str_addf(out, isnan(number) ? "nan" : "%.6g", number);
}

static void add_cell(struct wn_str *out, const struct wn_board_column *column,
                     const struct wn_value *value) {
    struct wn_str text = {0};
    if (value->type == WN_FLOAT)
        add_number(&text, column, value->number);
    else if (value->type != WN_NULL)
        wn_value_python(&text, value);
    wn_str_add(out, " ");
    wn_md_text(out, wn_str_text(&text));
    wn_str_add(out, " |");
    wn_str_free(&text);
}

// A table that is kept says when its trials were.
static bool is_shown(const struct wn_board *board, size_t column) {
    return wn_board_shows(board, column) || (board->columns[column].group == WN_BOARD_FIXED &&
                                             strcmp(board->columns[column].name, "ended") == 0);
}

static bool write_line(const struct wn_sink *sink, struct wn_str *line) {
    wn_str_add_char(line, '\n');
    bool more = sink->write(sink->context, line->text, line->length);
    wn_str_clear(line);
    return more;
}

static void add_head(struct wn_str *line, const struct wn_board *board) {
    wn_str_add(line, "|");
    for (size_t i = 0; i < board->column_count; i++) {
        if (!is_shown(board, i))
            continue;
        wn_str_add(line, " ");
        wn_md_text(line, wn_board_title(board, i));
        wn_str_add(line, " |");
    }
    wn_str_add(line, "\n|");
    for (size_t i = 0; i < board->column_count; i++)
        wn_str_add(line, is_shown(board, i) ? " --- |" : "");
}

static bool write_board(const struct wn_board *board, const struct wn_sink *sink) {
    struct wn_str line = {0};
    add_head(&line, board);
    bool more = write_line(sink, &line);
    for (size_t row = 0; row < board->row_count && more; row++) {
        wn_str_add(&line, "|");
        for (size_t i = 0; i < board->column_count; i++)
            if (is_shown(board, i))
                add_cell(&line, &board->columns[i], &board->rows[row].cells[i]);
        more = write_line(sink, &line);
    }
    wn_str_free(&line);
    return more;
}

const struct wn_exporter wn_exporter_md = {
    .name = "md",
    .summary = "a Markdown table",
    .board = write_board,
};
