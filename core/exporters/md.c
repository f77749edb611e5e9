// SPDX-License-Identifier: GPL-3.0-or-later
// The leaderboard as a Markdown table, for a pull request or a note. Numbers are shortened to six
// digits: this one is for reading.
#include <math.h>
#include <string.h>

#include "core/base/str.h"
#include "core/export.h"

// A bar would end the cell, a newline the row, and a name like <b> or *x* be taken for markup.
static void add_text(struct wn_str *out, const char *text) {
    for (; *text; text++) {
        if (strchr("\\|<*`", *text))
            wn_str_add_char(out, '\\');
        wn_str_add_char(out, (unsigned char)*text < ' ' || *text == 0x7f ? ' ' : *text);
    }
}

static void add_cell(struct wn_str *out, const struct wn_value *value) {
    struct wn_str text = {0};
    if (value->type == WN_FLOAT) // moments are seconds by the billion
        wn_str_addf(&text,
                    isnan(value->number)        ? "nan"
                    : fabs(value->number) < 1e9 ? "%.6g"
                                                : "%.12g",
                    value->number);
    else if (value->type != WN_NULL)
        wn_value_python(&text, value);
    wn_str_add(out, " ");
    add_text(out, wn_str_text(&text));
    wn_str_add(out, " |");
    wn_str_free(&text);
}

static bool write_line(const struct wn_sink *sink, struct wn_str *line) {
    wn_str_add_char(line, '\n');
    bool more = sink->write(sink->context, line->text, line->length);
    wn_str_clear(line);
    return more;
}

static bool write_board(const struct wn_board *board, const struct wn_sink *sink) {
    struct wn_str line = {0};
    wn_str_add(&line, "|");
    for (size_t i = 0; i < board->column_count; i++) {
        wn_str_add(&line, " ");
        add_text(&line, board->columns[i].name);
        wn_str_add(&line, " |");
    }
    bool more = write_line(sink, &line);
    wn_str_add(&line, "|");
    for (size_t i = 0; i < board->column_count; i++)
        wn_str_add(&line, " --- |");
    more = more && write_line(sink, &line);
    for (size_t row = 0; row < board->row_count && more; row++) {
        wn_str_add(&line, "|");
        for (size_t i = 0; i < board->column_count; i++)
            add_cell(&line, &board->rows[row].cells[i]);
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
