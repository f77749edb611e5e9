// SPDX-License-Identifier: GPL-3.0-or-later
// Boards, trials and points as files: CSV (RFC 4180), JSON, JSON lines, Markdown. Written piece by
// piece into a sink, so that ten million points need no more memory than one chunk.
#ifndef WN_EXPORT_H
#define WN_EXPORT_H

#include "core/board.h"
#include "core/store/store.h"

struct wn_sink {
    bool (*write)(void *context, const char *bytes, size_t length); // false: stop, nobody reads
    void *context;
};

// A format of the leaderboard: one file in core/exporters/, one line in exports.def.
struct wn_exporter {
    const char *name, *summary;
    bool (*board)(const struct wn_board *board, const struct wn_sink *sink);
};
const struct wn_exporter *wn_exporter_find(const char *name); // NULL: none

// All points of a sweep: trial,step,metric,value. CSV has NaN, inf and -inf, JSON lines null.
enum wn_status wn_export_points(struct wn_store *store, int64_t sweep, bool csv,
                                const struct wn_sink *sink, struct wn_err *err);
// One row per trial (each repeat): how it ran and ended, its parameters, its metrics' last values.
enum wn_status wn_export_trials(struct wn_store *store, const struct wn_sweep_row *sweep, bool csv,
                                const struct wn_sink *sink, struct wn_err *err);

// Appends a cell of CSV, quoted where it must be.
void wn_csv_text(struct wn_str *out, const char *text);
void wn_csv_value(struct wn_str *out, const struct wn_value *value);
void wn_csv_number(struct wn_str *out, double number); // NaN, inf, -inf
// Text for a cell of a Markdown table.
void wn_md_text(struct wn_str *out, const char *text);

// Appends a text as a cell of a Markdown table has it.
void wn_md_text(struct wn_str *out, const char *text);

#endif
