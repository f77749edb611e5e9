// SPDX-License-Identifier: GPL-3.0-or-later
// On a wide terminal the trial under the cursor is told beside the table: its parameters, the
// curves of its metrics and the end of its log.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/chart.h"
#include "core/numbers.h"
#include "sweep/folder.h"
#include "sweep/logview.h"
#include "tui/screens/board_private.h"
#include "tui/widgets/plot.h"

enum { MOST_CURVES = 4, LEAST_ROWS = 7, MOST_PARAMS = 8, MOST_BYTES = 4 /* of a glyph */ };

struct curve {
    char *name;
    struct wn_chart chart;
};

struct param {
    char *name, *value;
};

struct wn_board_side {
    int64_t trial; // -1: none
    struct wn_extent extent;
    char *title;
    struct param *params;
    size_t param_count, param_capacity;
    struct curve curves[MOST_CURVES];
    size_t count;
    char **lines; // the end of its log
    size_t line_count, line_capacity;
};

struct wn_board_side *wn_board_side_ask(struct wn_extent extent) {
    struct wn_board_side *side = wn_calloc(1, sizeof *side);
    side->trial = -1;
    side->extent = extent;
    return side;
}

void wn_board_side_free(struct wn_board_side *side) {
    if (!side)
        return;
    for (size_t i = 0; i < side->count; i++) {
        free(side->curves[i].name);
        wn_chart_clear(&side->curves[i].chart);
    }
    for (size_t i = 0; i < side->param_count; i++) {
        free(side->params[i].name);
        free(side->params[i].value);
    }
    free(side->title);
    free(side->params);
    for (size_t i = 0; i < side->line_count; i++)
        free(side->lines[i]);
    free(side->lines);
    free(side);
}

// ---- where things stand -------------------------------------------------------------------------

struct places {
    struct wn_pane params, curves, log;
};

// A third for the log, what its parameters need, the rest for curves.
static struct places places_in(const struct wn_pane *pane, size_t params) {
    int head = 2 + (int)(params < MOST_PARAMS ? params : MOST_PARAMS);
    int log = pane->rows / 4;
    return (struct places){
        .params = wn_pane_part(pane, 0, 1, head, pane->columns - 1),
        .curves = wn_pane_part(pane, head, 1, pane->rows - head - log, pane->columns - 1),
        .log = wn_pane_part(pane, pane->rows - log, 1, log, pane->columns - 1),
    };
}

static size_t curves_that_fit(const struct wn_pane *pane, size_t count) {
    size_t fit = (size_t)(pane->rows / LEAST_ROWS);
    return fit < count ? fit : count;
}

// ---- loading ------------------------------------------------------------------------------------

static bool add_curve(void *context, int64_t trial, const char *name,
                      const struct wn_summary *summary) {
    struct wn_board_side *side = context;
    (void)trial;
    if (summary->count < 2)
        return true;
    side->curves[side->count++].name = wn_strdup(name);
    return side->count < MOST_CURVES;
}

// The objective comes first.
static void order_curves(struct wn_board_side *side, const char *objective) {
    for (size_t i = 1; i < side->count; i++)
        if (strcmp(side->curves[i].name, objective) == 0) {
            struct curve curve = side->curves[i];
            side->curves[i] = side->curves[0];
            side->curves[0] = curve;
        }
}

static void load_curves(struct wn_board_side *side, struct wn_store *store, int64_t sweep) {
    struct wn_err err;
    struct wn_canvas canvas = {0};
    const struct wn_plot plot = {.count = 1, .title = "", .low = NAN, .high = NAN, .cursor = -1};
    const struct wn_pane pane = {
        .canvas = &canvas, .rows = LEAST_ROWS, .columns = side->extent.columns};
    int columns = wn_plot_columns(&plot, &pane);
    for (size_t i = 0; i < side->count; i++) {
        const struct wn_chart_query query = {.sweep = sweep,
                                             .trial = side->trial,
                                             .metric = side->curves[i].name,
                                             .columns = columns > 0 ? (size_t)columns : 1,
                                             .from = NAN,
                                             .to = NAN};
        if (wn_chart_load(store, &query, &side->curves[i].chart, &err) != WN_OK)
            wn_chart_clear(&side->curves[i].chart);
    }
}

static void read_end(struct wn_board_side *side, struct wn_logview *view) {
    struct wn_str line = {0}, plain = {0};
    int64_t at = wn_logview_back(view, wn_logview_size(view), (size_t)side->extent.rows);
    while (wn_logview_line(view, &at, &line)) {
        wn_logview_plain(&line, (size_t)side->extent.columns * MOST_BYTES, &plain);
        *WN_PUSH(side->lines, side->line_count, side->line_capacity) =
            wn_strdup(wn_str_text(&plain));
    }
    wn_str_free(&line);
    wn_str_free(&plain);
}

static void load_log(struct wn_board_side *side, struct wn_store *store, int64_t sweep) {
    struct wn_trial_row row;
    struct wn_logview *view;
    struct wn_err err;
    if (wn_store_get_trial(store, sweep, side->trial, &row, &err) != WN_OK)
        return;
    char *folder = wn_sweep_folder(store, sweep);
    struct wn_logs *logs = wn_logs_new(folder);
    if (wn_logview_open(logs, side->trial, row.attempt, &view, &err) == WN_OK) {
        read_end(side, view);
        wn_logview_close(view);
    }
    wn_logs_free(logs);
    free(folder);
    wn_trial_row_clear(&row);
}

static void add_param(struct wn_board_side *side, const char *name, const struct wn_value *value) {
    struct param *param = WN_PUSH(side->params, side->param_count, side->param_capacity);
    struct wn_str text = {0};
    wn_value_people(&text, value);
    param->name = wn_strdup(name);
    param->value = wn_str_take(&text);
}

static void tell_row(struct wn_board_side *side, const struct wn_board *page,
                     const struct wn_board_row *row) {
    char number[32];
    const struct wn_value *value = &row->cells[wn_board_column(page, "objective")];
    side->title = value->type == WN_FLOAT
                      ? wn_format("%s %s", page->objective, wn_number_text(value->number, number))
                      : wn_strdup(row->reason ? row->reason : "");
    for (size_t i = 0; i < page->column_count; i++)
        if (page->columns[i].group == WN_BOARD_PARAM && row->cells[i].type != WN_NULL)
            add_param(side, wn_board_title(page, i), &row->cells[i]);
}

void wn_board_side_load(struct wn_board_side *side, struct wn_store *store, int64_t sweep,
                        const struct wn_board *page, const struct wn_board_row *row) {
    struct wn_err err;
    side->trial = row->trial;
    tell_row(side, page, row);
    wn_store_each_summary(store, sweep, side->trial, add_curve, side, &err);
    order_curves(side, page->objective);
    load_curves(side, store, sweep);
    load_log(side, store, sweep);
}

// ---- drawing ------------------------------------------------------------------------------------

static void draw_params(const struct wn_board_side *side, const struct wn_pane *pane) {
    for (size_t i = 0; i < side->param_count; i++) {
        struct wn_span name = {.row = 1 + (int)i, .columns = 20};
        wn_put_span(pane, name, WN_DIM, side->params[i].name);
        wn_put(pane, name.row, 22, WN_PLAIN, side->params[i].value);
    }
}

static void draw_curves(const struct wn_board_side *side, const struct wn_pane *pane) {
    size_t count = curves_that_fit(pane, side->count);
    int rows = count ? pane->rows / (int)count : 0;
    for (size_t i = 0; i < count; i++) {
        const struct wn_plot_curve curve = {.chart = &side->curves[i].chart,
                                            .name = side->curves[i].name};
        const struct wn_plot plot = {.curves = &curve,
                                     .count = 1,
                                     .title = side->curves[i].name,
                                     .low = NAN,
                                     .high = NAN,
                                     .cursor = -1};
        struct wn_pane part = wn_pane_part(pane, (int)i * rows, 0, rows, pane->columns);
        if (side->curves[i].chart.count)
            wn_plot_draw(&plot, &part);
    }
}

static void draw_log(const struct wn_board_side *side, const struct wn_pane *pane) {
    size_t room = pane->rows > 1 ? (size_t)pane->rows - 1 : 0;
    size_t from = side->line_count > room ? side->line_count - room : 0;
    wn_put_rule(pane, 0);
    wn_put(pane, 0, 1, WN_HEAD, " log ");
    for (size_t i = from; i < side->line_count; i++)
        wn_put(pane, 1 + (int)(i - from), 0, WN_PLAIN, side->lines[i]);
}

void wn_board_side_draw(const struct wn_board_side *side, const struct wn_pane *pane) {
    for (int i = 0; i < pane->rows; i++)
        wn_put_glyph(pane, i, 0, WN_DIM, wn_glyph(pane->canvas, WN_GLYPH_BAR));
    struct wn_pane inner = wn_pane_part(pane, 0, 2, pane->rows, pane->columns - 3);
    struct places places = places_in(&inner, side->param_count);
    if (side->trial < 0)
        return;
    int used = wn_putf(&places.params, 0, 0, WN_ACCENT, "#%lld", (long long)side->trial);
    wn_put(&places.params, 0, used + 2, WN_PLAIN, side->title);
    draw_params(side, &places.params);
    draw_curves(side, &places.curves);
    if (side->line_count)
        draw_log(side, &places.log);
}
