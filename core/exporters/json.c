// SPDX-License-Identifier: GPL-3.0-or-later
// The leaderboard as one JSON object: {"sweep", "columns", "trials"}; parameters nested as the spec
// nests them, metrics in a mapping of their own.
#include <string.h>

#include "core/base/str.h"
#include "core/export.h"

static void add_group(struct wn_str *out, const struct wn_board *board,
                      const struct wn_board_row *row, enum wn_board_group group) {
    size_t shown = 0;
    for (size_t i = 0; i < board->column_count; i++) {
        const struct wn_board_column *column = &board->columns[i];
        if (column->group != group || (group != WN_BOARD_FIXED && row->cells[i].type == WN_NULL))
            continue;
        wn_str_add(out, shown++ ? "," : "");
        wn_json_string(out, group == WN_BOARD_FIXED ? column->name : strchr(column->name, '.') + 1);
        wn_str_add_char(out, ':');
        wn_value_json(out, &row->cells[i], WN_JSON_COMPACT);
    }
}

static void add_row(struct wn_str *out, const struct wn_board *board,
                    const struct wn_board_row *row) {
    wn_str_add_char(out, '{');
    size_t before = out->length;
    add_group(out, board, row, WN_BOARD_FIXED);
    wn_str_add(out, out->length > before ? ",\"params\":" : "\"params\":");
    wn_value_json(out, &row->params, WN_JSON_COMPACT);
    wn_str_add(out, ",\"metrics\":{");
    add_group(out, board, row, WN_BOARD_METRIC);
    wn_str_add(out, "}}");
}

static bool flush(const struct wn_sink *sink, struct wn_str *out) {
    bool more = sink->write(sink->context, out->text, out->length);
    wn_str_clear(out);
    return more;
}

static bool write_board(const struct wn_board *board, const struct wn_sink *sink) {
    struct wn_str out = {0};
    wn_str_add(&out, "{\"sweep\":");
    wn_json_string(&out, board->sweep);
    wn_str_add(&out, ",\"columns\":[");
    for (size_t i = 0; i < board->column_count; i++) {
        wn_str_add(&out, i ? "," : "");
        wn_json_string(&out, board->columns[i].name);
    }
    wn_str_add(&out, "],\"trials\":[");
    bool more = flush(sink, &out);
    for (size_t row = 0; row < board->row_count && more; row++) {
        wn_str_add(&out, row ? "," : "");
        add_row(&out, board, &board->rows[row]);
        more = flush(sink, &out);
    }
    wn_str_add(&out, "]}\n");
    more = more && flush(sink, &out);
    wn_str_free(&out);
    return more;
}

const struct wn_exporter wn_exporter_json = {
    .name = "json",
    .summary = "one JSON object",
    .board = write_board,
};
