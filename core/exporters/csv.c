// SPDX-License-Identifier: GPL-3.0-or-later
// The leaderboard as CSV: a line of names, then a line per row; nothing is left empty but what is
// not there.
#include "core/base/str.h"
#include "core/export.h"

static bool write_line(const struct wn_sink *sink, struct wn_str *line) {
    wn_str_add_char(line, '\n');
    bool more = sink->write(sink->context, line->text, line->length);
    wn_str_clear(line);
    return more;
}

static bool write_board(const struct wn_board *board, const struct wn_sink *sink) {
    struct wn_str line = {0};
    for (size_t i = 0; i < board->column_count; i++) {
        wn_str_add(&line, i ? "," : "");
        wn_csv_text(&line, board->columns[i].name);
    }
    bool more = write_line(sink, &line);
    for (size_t row = 0; row < board->row_count && more; row++) {
        for (size_t i = 0; i < board->column_count; i++) {
            wn_str_add(&line, i ? "," : "");
            wn_csv_value(&line, &board->rows[row].cells[i]);
        }
        more = write_line(sink, &line);
    }
    wn_str_free(&line);
    return more;
}

const struct wn_exporter wn_exporter_csv = {
    .name = "csv",
    .summary = "comma-separated values",
    .board = write_board,
};
