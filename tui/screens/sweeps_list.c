// SPDX-License-Identifier: GPL-3.0-or-later
// A row per sweep. What does not fit is left out column by column: the pane tells it of the sweep
// under the cursor.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/numbers.h"
#include "sweep/pace.h"
#include "tui/screens/sweeps.h"
#include "tui/widgets/bar.h"
#include "tui/widgets/columns.h"
#include "tui/widgets/spark.h"

enum { NAME, METHOD, STATE, PROGRESS, SHARE, RUN, METRIC, BEST, SPARK, RATE, ETA, COLUMNS };

static const struct {
    const char *title;
    enum wn_align align;
    int wanted, least, spare;
} columns[COLUMNS] = {
    [NAME] = {"SWEEP", WN_LEFT, 18, 10, 0},
    [METHOD] = {"METHOD", WN_LEFT, 7, 6, 6},
    [STATE] = {"STATE", WN_LEFT, 13, 10, 0},
    [PROGRESS] = {"PROGRESS", WN_LEFT, 10, 8, 2},
    [SHARE] = {"", WN_RIGHT, 4, 4, 1},
    [RUN] = {"RUN", WN_RIGHT, 3, 3, 8},
    [METRIC] = {"METRIC", WN_LEFT, 9, 8, 4},
    [BEST] = {"BEST", WN_RIGHT, 9, 8, 0},
    [SPARK] = {"SO FAR", WN_LEFT, WN_SWEEPS_SPARK, WN_SWEEPS_SPARK, 5},
    [RATE] = {"RATE", WN_RIGHT, 8, 8, 7},
    [ETA] = {"ETA", WN_RIGHT, 6, 6, 3},
};

struct drawing {
    const struct wn_pane *pane;
    struct wn_fit fits[COLUMNS];
};

static struct wn_span span_of(const struct drawing *drawing, int column, int row) {
    return (struct wn_span){.row = row,
                            .column = 1 + drawing->fits[column].left,
                            .columns = drawing->fits[column].width,
                            .align = columns[column].align};
}

static void put(const struct drawing *drawing, int column, int row, enum wn_look look,
                const char *text) {
    if (drawing->fits[column].width)
        wn_put_span(drawing->pane, span_of(drawing, column, row), look, text);
}

static void draw_progress(const struct drawing *drawing, const struct wn_sweep_row *sweep,
                          int row) {
    char text[32];
    double share = wn_sweep_share(sweep);
    if (isnan(share)) {
        snprintf(text, sizeof text, "%lld", (long long)wn_sweep_ended(sweep));
        put(drawing, PROGRESS, row, WN_PLAIN, text);
        return;
    }
    if (drawing->fits[PROGRESS].width)
        wn_put_bar(drawing->pane, span_of(drawing, PROGRESS, row), share);
    snprintf(text, sizeof text, "%d%%", (int)(share * 100));
    put(drawing, SHARE, row, WN_PLAIN, text);
}

// With as many digits as there is room for: the end of a number says how large it is.
static const char *number_text(double number, int width, char *out) {
    wn_number_brief(number, out);
    for (int digits = 3; digits > 0 && (int)strlen(out) > width; digits--)
        snprintf(out, 32, "%.*g", digits, number);
    return out;
}

static void draw_line(const struct drawing *drawing, const struct wn_sweeps_line *line, int row) {
    const struct wn_sweep_row *sweep = &line->row;
    bool works = strcmp(line->state, "running") == 0;
    char text[32];
    put(drawing, NAME, row, WN_PLAIN, sweep->name);
    put(drawing, METHOD, row, WN_DIM, sweep->method);
    wn_put_sweep_state(drawing->pane, span_of(drawing, STATE, row), line->state);
    draw_progress(drawing, sweep, row);
    if (sweep->counts[WN_TRIAL_RUNNING]) {
        snprintf(text, sizeof text, "%lld", (long long)sweep->counts[WN_TRIAL_RUNNING]);
        put(drawing, RUN, row, WN_PLAIN, text);
    }
    put(drawing, METRIC, row, WN_DIM, sweep->objective);
    if (sweep->has_best)
        put(drawing, BEST, row, WN_PLAIN,
            number_text(sweep->best, drawing->fits[BEST].width, text));
    if (drawing->fits[SPARK].width && sweep->has_best)
        wn_spark_draw(drawing->pane, span_of(drawing, SPARK, row), works ? WN_ACCENT : WN_DIM,
                      line->spark);
    put(drawing, RATE, row, WN_DIM, wn_rate_text(line->rate, text));
    text[0] = '\0';
    if (wn_sweep_left(&line->row, line->rate) > 0)
        wn_duration_text(wn_sweep_left(&line->row, line->rate), text, sizeof text);
    put(drawing, ETA, row, WN_PLAIN, text);
}

static size_t first_shown(size_t cursor, int rows) {
    size_t shown = rows > 1 ? (size_t)rows - 1 : 1; // without the titles
    return cursor >= shown ? cursor - shown + 1 : 0;
}

size_t wn_sweeps_at(const struct wn_sweeps_query *query, size_t cursor, int rows, int row) {
    size_t at = row >= 1 ? first_shown(cursor, rows) + (size_t)(row - 1) : 0;
    return row >= 1 && row < rows && at < query->count ? at : query->count;
}

void wn_sweeps_draw_list(const struct wn_sweeps_query *query, size_t cursor,
                         const struct wn_pane *pane) {
    struct drawing drawing = {.pane = pane};
    for (int i = 0; i < COLUMNS; i++)
        drawing.fits[i] =
            (struct wn_fit){columns[i].wanted, columns[i].least, columns[i].spare, 0, 0};
    wn_columns_fit(drawing.fits, COLUMNS, pane->columns - 2, 2);
    for (int i = 0; i < COLUMNS; i++)
        put(&drawing, i, 0, WN_HEAD, columns[i].title);
    size_t top = first_shown(cursor, pane->rows);
    for (int row = 1; row < pane->rows && top + (size_t)row - 1 < query->count; row++) {
        size_t index = top + (size_t)row - 1;
        draw_line(&drawing, &query->sweeps[index], row);
        if (index != cursor)
            continue;
        wn_put_glyph(pane, row, 0, WN_ACCENT, wn_glyph(pane->canvas, WN_GLYPH_SELECTED));
        wn_mark(pane, (struct wn_span){.row = row, .column = 1, .columns = pane->columns - 1},
                WN_PLAIN, WN_REVERSE);
    }
}
