// SPDX-License-Identifier: GPL-3.0-or-later
// Draws a trial: the head, curves, the log, and what is known.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/numbers.h"
#include "core/spec.h"
#include "tui/screens/trial.h"
#include "tui/widgets/bar.h"

static struct wn_pane pane_of(const struct wn_pane *pane, const struct wn_trial_box *box) {
    return wn_pane_part(pane, box->top, box->left, box->rows, box->columns);
}

// ---- items in a row -----------------------------------------------------------------------------

// A name and a value, two blanks after the one before; left out where there is no room.
struct flow {
    const struct wn_pane *pane;
    int row, column, end;
};

static void put_item(struct flow *flow, const char *name, enum wn_look look, const char *value) {
    const struct wn_canvas *canvas = flow->pane->canvas;
    int gap = *name ? 1 : 0;
    int width = wn_canvas_width(canvas, name) + gap + wn_canvas_width(canvas, value);
    if (!*value || flow->column + width > flow->end)
        return;
    flow->column += wn_put(flow->pane, flow->row, flow->column, WN_DIM, name) + gap;
    flow->column += wn_put(flow->pane, flow->row, flow->column, look, value) + 2;
}

static void put_number(struct flow *flow, const char *name, int64_t number) {
    char text[32];
    snprintf(text, sizeof text, "%lld", (long long)number);
    put_item(flow, name, WN_PLAIN, text);
}

// ---- parameters ---------------------------------------------------------------------------------

static int param_width(const struct wn_canvas *canvas, const struct wn_trial_fact *param,
                       bool with_range) {
    int width = wn_canvas_width(canvas, param->name) + 1 + wn_canvas_width(canvas, param->value);
    return width + (with_range && param->note ? 3 + wn_canvas_width(canvas, param->note) : 0);
}

// Rows that they take, in full.
static int rows_needed(const struct wn_trial_query *query, const struct wn_canvas *canvas,
                       int columns, bool with_range) {
    int rows = 1, column = 0;
    for (size_t i = 0; i < query->params.count; i++) {
        int width = param_width(canvas, &query->params.items[i], with_range);
        if (column > 0 && column + width > columns) {
            rows++;
            column = 0;
        }
        column += width + 3;
    }
    return rows;
}

static void draw_param(const struct wn_pane *pane, int row, int column,
                       const struct wn_trial_fact *param, bool with_range) {
    column += wn_put(pane, row, column, WN_DIM, param->name) + 1;
    column += wn_put(pane, row, column, WN_PLAIN, param->value) + 1;
    if (with_range && param->note)
        wn_putf(pane, row, column, WN_DIM, "(%s)", param->note);
}

static void draw_params(const struct wn_trial_query *query, const struct wn_pane *pane, int columns,
                        int rows, bool with_range) {
    int row = 0, column = 0;
    for (size_t i = 0; i < query->params.count; i++) {
        const struct wn_trial_fact *param = &query->params.items[i];
        int width = param_width(pane->canvas, param, with_range);
        bool breaks = column > 0 && column + width > columns;
        if (breaks && row + 1 == rows) {
            wn_put(pane, row, columns, WN_DIM, wn_glyph(pane->canvas, WN_GLYPH_ELLIPSIS));
            return;
        }
        row += breaks;
        column = breaks ? 0 : column;
        draw_param(pane, row, column, param, with_range);
        column += width + 3;
    }
}

int wn_trial_params_flow(const struct wn_trial_query *query, int columns, int rows,
                         const struct wn_pane *pane) {
    const struct wn_canvas plain = {0}, *canvas = pane ? pane->canvas : &plain;
    int with = rows_needed(query, canvas, columns, true);
    int without = rows_needed(query, canvas, columns, false);
    bool with_range = with <= rows && (with == without || rows > 2);
    if (pane)
        draw_params(query, pane, columns, rows, with_range);
    int needed = with_range ? with : without;
    return needed < rows ? needed : rows;
}

// ---- head ---------------------------------------------------------------------------------------

static void put_end(struct flow *flow, const struct wn_trial_row *row) {
    char text[64];
    if (!row->has_exit)
        return;
    snprintf(text, sizeof text, row->exit_signal ? "signal %d" : "exit %d",
             row->exit_signal ? row->exit_signal : row->exit_code);
    put_item(flow, "", row->exit_signal || row->exit_code ? WN_BAD : WN_PLAIN, text);
}

static void put_usage(struct flow *flow, const struct wn_trial_query *query) {
    char text[32];
    const struct wn_trial_row *row = &query->row;
    const struct wn_usage *usage = &query->usage;
    double cpu = usage->pid ? usage->cpu : row->user_cpu + row->system_cpu;
    if (cpu > 0) {
        wn_trial_duration_text(cpu, text, sizeof text);
        put_item(flow, "cpu", WN_PLAIN, text);
    }
    if (usage->pid)
        put_item(flow, "memory", WN_PLAIN, wn_size_text((double)usage->memory, text));
    else if (row->peak_memory)
        put_item(flow, "peak", WN_PLAIN, wn_size_text((double)row->peak_memory, text));
}

static void draw_title(const struct wn_trial_query *query, const struct wn_view *view) {
    const struct wn_pane *pane = &view->pane;
    const struct wn_trial_row *row = &query->row;
    char text[64], number[32];
    struct flow flow = {pane, 0, 1, pane->columns - 1};
    int most = pane->columns / 3;
    flow.column +=
        wn_put_span(pane, (struct wn_span){0, 1, most, WN_LEFT}, WN_HEAD, query->sweep.name);
    flow.column += wn_putf(pane, 0, flow.column, WN_HEAD, " %s #%lld",
                           wn_glyph(pane->canvas, WN_GLYPH_ARROW), (long long)row->number) +
                   2;
    const char *state = wn_trial_state_name(row->state);
    int width = (int)strlen(state) + 2;
    wn_put_trial_state(pane, (struct wn_span){0, flow.column, width, WN_LEFT}, row->state);
    flow.column += width + 2;
    if (!isnan(row->objective))
        put_item(&flow, query->sweep.objective, WN_GOOD, wn_number_text(row->objective, number));
    if (row->started > 0) {
        double end = row->ended > 0 ? row->ended : view->now;
        wn_trial_duration_text(end - row->started, text, sizeof text);
        put_item(&flow, "", WN_PLAIN, text);
    }
    put_end(&flow, row);
    put_usage(&flow, query);
    put_item(&flow, "", WN_DIM, row->host ? row->host : "");
}

static void draw_third_row(const struct wn_trial_query *query, const struct wn_pane *pane,
                           int row) {
    char text[64], mean[32], se[32];
    const struct wn_trial_row *trial = &query->row;
    struct flow flow = {pane, row, 1, pane->columns - 1};
    if (query->sweep.repeats > 1 && !isnan(trial->mean) && !isnan(trial->se)) {
        snprintf(text, sizeof text, "%s %s %s", wn_number_text(trial->mean, mean),
                 wn_glyph(pane->canvas, WN_GLYPH_PLUS_MINUS), wn_number_brief(trial->se, se));
        put_item(&flow, "mean", WN_PLAIN, text);
    }
    if (query->sweep.repeats > 1) {
        snprintf(text, sizeof text, "%lld of %lld", (long long)trial->repeat + 1,
                 (long long)query->sweep.repeats);
        put_item(&flow, "repeat", WN_PLAIN, text);
    }
    put_number(&flow, "seed", trial->seed);
    if (trial->attempt)
        put_number(&flow, "attempt", trial->attempt + 1);
    put_item(&flow, "code", WN_PLAIN, query->code ? query->code : "");
    if (query->usage.pid)
        put_number(&flow, "pid", query->usage.pid);
    put_item(&flow, "tags", WN_PLAIN, query->tags ? query->tags : "");
    put_item(&flow, "enqueued by", WN_PLAIN, trial->enqueued_by ? trial->enqueued_by : "");
    put_item(&flow, "from", WN_PLAIN, trial->imported_from ? trial->imported_from : "");
}

static void draw_head(const struct wn_trial_query *query, const struct wn_trial_layout *layout,
                      const struct wn_view *view) {
    const struct wn_pane *pane = &view->pane;
    const struct wn_trial_row *row = &query->row;
    int at = 1;
    draw_title(query, view);
    struct wn_pane params = wn_pane_part(pane, at, 1, layout->param_rows, pane->columns - 1);
    wn_trial_params_flow(query, pane->columns - 2, layout->param_rows, &params);
    at += layout->param_rows;
    if (layout->has_third_row)
        draw_third_row(query, pane, at++);
    if (!layout->has_reason)
        return;
    enum wn_look look = wn_trial_state_look(row->state);
    int used = 1 + wn_put(pane, at, 1, look == WN_GOOD ? WN_DIM : look, row->reason);
    if (row->last_line && !strstr(row->reason, row->last_line))
        wn_putf(pane, at, used, WN_DIM, ": %s", row->last_line);
}

// ---- curves -------------------------------------------------------------------------------------

static void describe(const struct wn_trial_query *query, const struct wn_trial_shown *shown,
                     struct wn_str *out) {
    const char *const parts[] = {
        shown->x ? "by" : NULL,
        shown->log_x ? "log x" : NULL,
        shown->log_y ? "log y" : NULL,
        shown->smoothing,
        query->wish.mean ? "95% interval" : NULL,
        shown->whole ? "whole range" : NULL,
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i])
            wn_str_addf(out, "%s%s%s%s", out->length ? ", " : "", parts[i], i == 0 ? " " : "",
                        i == 0 ? shown->x : "");
}

// "best 0.9831 at 120  now 0.97"; best by the direction of the objective. Of others, the end that
// they came closer to.
static void note_best(const struct wn_trial_query *query, size_t metric,
                      const struct wn_chart *chart, struct wn_str *out) {
    char best[32], x[32], now[32];
    bool ranks = strcmp(query->metrics[metric].name, query->sweep.objective) == 0;
    bool low =
        ranks ? !query->sweep.maximize
              : chart->last.value - chart->lowest.value < chart->highest.value - chart->last.value;
    const struct wn_chart_point *point = low ? &chart->lowest : &chart->highest;
    if (!isnan(point->x))
        wn_str_addf(out, "%s %s at %s  ",
                    ranks ? "best"
                    : low ? "min"
                          : "max",
                    wn_number_text(point->value, best), wn_step_text(point->x, x));
    if (!isnan(chart->last.x))
        wn_str_addf(out, "%s %s", query->row.state == WN_TRIAL_RUNNING ? "now" : "last",
                    wn_number_text(chart->last.value, now));
}

struct wn_plot wn_trial_plot(const struct wn_trial_query *query, const struct wn_trial_shown *shown,
                             struct wn_plot_curve *curves) {
    for (size_t i = 0; i < query->chart_count; i++)
        curves[i] = (struct wn_plot_curve){.chart = &query->charts[i], .name = query->names[i]};
    if (query->chart_count == 1)
        curves[0].name = query->metrics[query->metric].name;
    return (struct wn_plot){
        .curves = curves,
        .count = query->chart_count,
        .title = query->metrics[query->metric].name,
        .x_name = shown->x ? shown->x : "step",
        .log_x = shown->log_x,
        .log_y = shown->log_y,
        .whole = shown->whole,
        .low = NAN,
        .high = NAN,
        .cursor = shown->cursor,
    };
}

static void draw_chart(const struct wn_trial_query *query, const struct wn_trial_shown *shown,
                       const struct wn_pane *pane) {
    struct wn_plot_curve curves[WN_PLOT_CURVES];
    struct wn_str about = {0}, note = {0};
    char *title;
    if (query->metric_count == 0 || query->chart_count == 0) {
        wn_put_rule(pane, 0);
        wn_put(pane, 0, 0, WN_HEAD, "no metrics yet ");
        return;
    }
    struct wn_plot plot = wn_trial_plot(query, shown, curves);
    describe(query, shown, &about);
    note_best(query, query->metric, &query->charts[0], &note);
    title = query->metric_count > 1
                ? wn_format("%s %zu/%zu", plot.title, query->metric + 1, query->metric_count)
                : wn_strdup(plot.title);
    plot.title = title;
    plot.about = about.text;
    plot.note = note.text;
    wn_plot_draw(&plot, pane);
    wn_str_free(&about);
    wn_str_free(&note);
    free(title);
}

static void draw_small(const struct wn_trial_query *query, const struct wn_trial_shown *shown,
                       const struct wn_trial_layout *layout, const struct wn_pane *pane) {
    for (size_t i = 0; i < query->small_count; i++) {
        const struct wn_trial_box box = wn_trial_small_box(layout, query->small_count, i);
        struct wn_pane part = pane_of(pane, &box);
        struct wn_str note = {0};
        size_t metric = query->small_metrics[i];
        const char *name = query->metrics[metric].name;
        const struct wn_plot_curve curve = {.chart = &query->small[i], .name = name};
        note_best(query, metric, curve.chart, &note);
        const struct wn_plot plot = {.curves = &curve,
                                     .count = 1,
                                     .title = name,
                                     .note = note.text,
                                     .log_x = shown->log_x,
                                     .low = NAN,
                                     .high = NAN,
                                     .cursor = -1};
        if (part.rows > 0)
            wn_plot_draw(&plot, &part);
        wn_str_free(&note);
    }
}

// ---- log ----------------------------------------------------------------------------------------

static void draw_log_head(const struct wn_trial_query *query, const struct wn_trial_shown *shown,
                          const struct wn_pane *pane) {
    const struct wn_trial_log *log = &query->log;
    char size[32];
    wn_put_rule(pane, 0);
    int column = wn_put(pane, 0, 0, WN_HEAD, "log");
    if (log->exists)
        column += wn_putf(pane, 0, column, WN_DIM, "  %s", wn_size_text((double)log->size, size));
    if (log->exists && shown->follow)
        column += wn_put(pane, 0, column, WN_DIM, ", following");
    else if (log->exists && log->size > 0)
        column += wn_putf(pane, 0, column, WN_DIM, ", at %d%%",
                          log->at_end ? 100 : (int)(100 * (double)log->top / (double)log->size));
    if (shown->sought)
        column += wn_putf(pane, 0, column, log->none_there ? WN_WARN : WN_DIM, "  /%s%s",
                          shown->sought, log->none_there ? ": not found" : "");
    wn_put(pane, 0, column, WN_PLAIN, " ");
}

static void mark_found(const struct wn_pane *pane, int row, const char *line, const char *sought) {
    const char *at = sought && *sought ? strcasestr(line, sought) : NULL;
    if (!at)
        return;
    char *before = wn_strndup(line, (size_t)(at - line));
    const struct wn_span span = {.row = row,
                                 .column = wn_canvas_width(pane->canvas, before),
                                 .columns = wn_canvas_width(pane->canvas, sought)};
    wn_mark(pane, span, WN_WARN, WN_REVERSE);
    free(before);
}

static void draw_log_line(const struct wn_trial_line *line, const struct wn_trial_shown *shown,
                          const struct wn_pane *pane, int row) {
    const int arrow = 3; // with the blanks around it
    int width = line->metrics ? wn_canvas_width(pane->canvas, line->metrics) + arrow : 0;
    if (width > pane->columns / 2)
        width = 0;
    struct wn_pane text = wn_pane_part(pane, row, 0, 1, pane->columns - width);
    wn_put(&text, 0, 0, WN_PLAIN, line->text);
    mark_found(&text, 0, line->text, shown->sought);
    if (width)
        wn_putf(pane, row, pane->columns - width + 1, WN_DIM, "%s %s",
                wn_glyph(pane->canvas, WN_GLYPH_ARROW), line->metrics);
}

static void draw_log(const struct wn_trial_query *query, const struct wn_trial_shown *shown,
                     const struct wn_pane *pane) {
    const struct wn_trial_log *log = &query->log;
    draw_log_head(query, shown, pane);
    if (!log->exists)
        wn_put(pane, 1, 0, WN_DIM,
               query->row.imported_from              ? "it did not run here"
               : query->row.state == WN_TRIAL_QUEUED ? "it waits for a slot"
                                                     : "there is no log");
    else if (log->count == 0)
        wn_put(pane, 1, 0, WN_DIM, "it printed nothing yet");
    for (size_t i = 0; i < log->count && (int)i + 1 < pane->rows; i++)
        draw_log_line(&log->lines[i], shown, pane, (int)i + 1);
}

// ---- facts --------------------------------------------------------------------------------------

static int widest_name(const struct wn_trial_facts *facts, const struct wn_pane *pane) {
    int widest = 0;
    for (size_t i = 0; i < facts->count; i++) {
        int width = facts->items[i].name ? wn_canvas_width(pane->canvas, facts->items[i].name) : 0;
        widest = width > widest ? width : widest;
    }
    int most = pane->columns / 3;
    return widest < most ? widest : most;
}

static void draw_fact(const struct wn_trial_fact *fact, const struct wn_pane *pane, int row,
                      int names) {
    if (!fact->name) {
        wn_put_rule(pane, row);
        int used = wn_put(pane, row, 0, WN_HEAD, fact->value);
        wn_put(pane, row, used, WN_PLAIN, " ");
        return;
    }
    wn_put_span(pane, (struct wn_span){row, 1, names, WN_LEFT}, WN_DIM, fact->name);
    int column = names + 3 + wn_put(pane, row, names + 3, fact->look, fact->value);
    if (fact->note)
        wn_put(pane, row, column + 2, WN_DIM, fact->note);
}

static void draw_facts(const struct wn_trial_facts *facts, size_t top, const struct wn_pane *pane) {
    int names = widest_name(facts, pane);
    for (int row = 0; row < pane->rows && top + (size_t)row < facts->count; row++)
        draw_fact(&facts->items[top + (size_t)row], pane, row, names);
}

// ---- all of it ----------------------------------------------------------------------------------

void wn_trial_draw(const struct wn_trial_query *query, const struct wn_trial_shown *shown,
                   const struct wn_view *view) {
    const struct wn_pane *pane = &view->pane;
    const struct wn_trial_layout layout = wn_trial_lay_out(
        query, shown->part, (struct wn_extent){.rows = pane->rows, .columns = pane->columns});
    draw_head(query, &layout, view);
    if (shown->waits)
        wn_put_span(pane, (struct wn_span){0, pane->columns - 9, 8, WN_RIGHT}, WN_WARN, "reading");
    struct wn_pane chart = pane_of(pane, &layout.chart), small = pane_of(pane, &layout.small);
    struct wn_pane log = pane_of(pane, &layout.log), facts = pane_of(pane, &layout.facts);
    if (chart.rows)
        draw_chart(query, shown, &chart);
    if (small.rows)
        draw_small(query, shown, &layout, pane);
    if (log.rows)
        draw_log(query, shown, &log);
    if (facts.rows)
        draw_facts(&query->facts, shown->facts_top, &facts);
}
