// SPDX-License-Identifier: GPL-3.0-or-later
// A plot from its parts: a title row, labels of y at the left, names of curves at the right, below
// them x. What is given away first where the pane is small: names, labels, then x.
#include "tui/widgets/plot.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/numbers.h"
#include "tui/widgets/plot_private.h"

enum {
    LABEL = 8,         // columns of a label of y, and one for its tick
    NAME_MAX = 10,     // of a curve at the right
    LETTER_EVERY = 14, // cells between two letters on a curve
    ROWS_OF_AXIS = 9,  // a pane as high as this has a line for x
    COLUMNS_FOR_LABELS = 30,
};

struct layout {
    struct wn_pane field; // cells of dots
    int left, right;      // columns beside it
    bool has_axis, has_x;
};

// ---- layout -------------------------------------------------------------------------------------

static int names_width(const struct wn_plot *plot, const struct wn_pane *pane) {
    int widest = 0;
    for (size_t i = 0; plot->count > 1 && !plot->unnamed && i < plot->count; i++) {
        int width = wn_canvas_width(pane->canvas, plot->curves[i].name);
        widest = width > widest ? width : widest;
    }
    widest = widest > NAME_MAX ? NAME_MAX : widest;
    return widest && pane->columns >= COLUMNS_FOR_LABELS + widest ? widest + 3 : 0;
}

static struct layout lay_out(const struct wn_plot *plot, const struct wn_pane *pane) {
    struct layout layout = {.right = names_width(plot, pane)};
    layout.left = pane->columns >= COLUMNS_FOR_LABELS ? LABEL + 1 : 0;
    layout.has_x = pane->rows >= 4;
    layout.has_axis = pane->rows >= ROWS_OF_AXIS;
    layout.field =
        wn_pane_part(pane, 1, layout.left, pane->rows - 1 - layout.has_x - layout.has_axis,
                     pane->columns - layout.left - layout.right);
    return layout;
}

int wn_plot_columns(const struct wn_plot *plot, const struct wn_pane *pane) {
    const struct layout layout = lay_out(plot, pane);
    return layout.field.rows > 0 ? 2 * layout.field.columns : 0;
}

// ---- range --------------------------------------------------------------------------------------

static void unite(double *low, double *high, double least, double greatest) {
    *low = *low <= least ? *low : least;
    *high = *high >= greatest ? *high : greatest;
}

static double width_of(double low, double high, bool log_y) {
    return log_y ? log(high) - log(low) : high / 2 - low / 2;
}

// Whether the outermost values would take more of the pane than all others.
static bool is_far(double upper, double lower, const struct wn_plot_axis *most) {
    return most->low < most->high &&
           width_of(lower, upper, most->log) > width_of(most->low, most->high, most->log);
}

// Equal ends are moved apart, those at zero as far as one.
static struct wn_plot_axis made_axis(double low, double high, bool log_y) {
    if (isnan(low) || isnan(high))
        return (struct wn_plot_axis){.high = 1, .empty = true};
    if (low < high)
        return (struct wn_plot_axis){.low = low, .high = high, .log = log_y};
    if (log_y)
        return (struct wn_plot_axis){
            .low = fmax(low / 2, DBL_TRUE_MIN), .high = fmin(low * 2, DBL_MAX), .log = true};
    double margin = low == 0 ? 1 : fmax(fabs(low) * 0.05, 1e-300);
    return (struct wn_plot_axis){.low = low - margin, .high = low + margin};
}

// Where the line crosses an edge of the window, between the point beyond it and one inside.
static double crossing(const struct wn_plot *plot, double edge, const struct wn_chart_point *beyond,
                       const struct wn_chart_point *inside) {
    const struct wn_plot_axis x = {.low = beyond->x, .high = inside->x, .log = plot->log_x};
    if (isnan(beyond->x) || isnan(inside->x) || beyond->x == inside->x)
        return NAN;
    return beyond->value + (inside->value - beyond->value) * wn_plot_place(&x, edge);
}

// Few points in the window: where the line enters and leaves it counts, too.
static void unite_crossings(const struct wn_plot *plot, const struct wn_chart *chart, double *low,
                            double *high) {
    enum { FEW = 20 };
    const struct wn_chart_trace *trace = &chart->raw;
    struct wn_chart_point first = trace->after, last = trace->before;
    for (size_t i = 0; chart->points < FEW && i < chart->count; i++) {
        const struct wn_chart_span *span = &trace->spans[i];
        if (isnan(span->first))
            continue;
        if (last.x == trace->before.x)
            first = (struct wn_chart_point){span->x, span->first};
        last = (struct wn_chart_point){span->x, span->last};
    }
    const double values[] = {crossing(plot, chart->from, &trace->before, &first),
                             crossing(plot, chart->to, &last, &trace->after)};
    for (size_t i = 0; chart->points < FEW && i < 2; i++)
        if (!isnan(values[i]) && (values[i] > 0 || !plot->log_y))
            unite(low, high, values[i], values[i]);
}

struct wn_plot_axis wn_plot_range(const struct wn_plot *plot) {
    double min = NAN, max = NAN, low = NAN, high = NAN;
    for (size_t i = 0; i < plot->count; i++) {
        const struct wn_chart *chart = plot->curves[i].chart;
        unite_crossings(plot, chart, &min, &max);
        unite_crossings(plot, chart, &low, &high);
        if (plot->log_y ? isnan(chart->least_positive) : isnan(chart->min))
            continue;
        double least = plot->log_y ? chart->least_positive : chart->min;
        unite(&min, &max, least, chart->max);
        unite(&low, &high, chart->low > 0 || !plot->log_y ? chart->low : least,
              plot->log_y ? fmax(chart->high, least) : chart->high);
    }
    const struct wn_plot_axis most = {.low = low, .high = high, .log = plot->log_y};
    if (plot->whole || !is_far(low, min, &most))
        low = min;
    if (plot->whole || !is_far(max, high, &most))
        high = max;
    bool positive = !plot->log_y || plot->low > 0;
    low = isnan(plot->low) || !positive ? low : plot->low;
    high = isnan(plot->high) ? high : plot->high;
    return made_axis(low, high, plot->log_y);
}

// ---- curves -------------------------------------------------------------------------------------

struct drawing {
    const struct wn_plot *plot;
    struct wn_plot_axis axis;
    struct wn_plot_field field;
    int columns; // of dots
    int64_t clipped;
    char *above, *below; // per cell: 'c' clipped, 'i' infinite, 'n' NaN
};

// Where a column of the chart is among the dots, which are as many unless the pane just changed.
static int dot_column(const struct drawing *drawing, const struct wn_chart *chart, size_t column) {
    if (chart->count == (size_t)drawing->columns)
        return (int)column;
    return (int)((double)column * drawing->columns / (double)chart->count);
}

// Before the first column or beyond the last one.
static double dot_place(const struct drawing *drawing, const struct wn_chart *chart, double x) {
    const struct wn_plot_axis axis = {
        .low = chart->from, .high = chart->to, .log = drawing->plot->log_x};
    return wn_plot_place(&axis, x) * drawing->columns;
}

// From one place to another, the columns between them too; the first one is drawn already.
static void join(struct drawing *drawing, const double from[2], const double to[2],
                 enum wn_look look) {
    if (!(to[0] > from[0]) || !isfinite(from[1]) || !isfinite(to[1]))
        return;
    double slope = (to[1] - from[1]) / (to[0] - from[0]), place = from[1];
    int first = from[0] < 0 ? 0 : (int)from[0] + 1;
    if (from[0] < 0)
        place = from[1] - slope * from[0];
    for (int column = first; column < drawing->columns && column <= (int)to[0]; column++) {
        double next = from[1] + slope * (column - from[0]);
        wn_plot_field_line(&drawing->field, column, place, next, look);
        place = next;
    }
}

static void mark(char *marks, int column, char mark) {
    if (marks[column / 2] != 'i' && marks[column / 2] != 'n')
        marks[column / 2] = mark;
}

static void mark_clipped(struct drawing *drawing, int column, double low, double high) {
    const double tolerance = 1e-9;
    if (high > 1 + tolerance)
        mark(drawing->above, column, 'c');
    if (low < -tolerance)
        mark(drawing->below, column, 'c');
    drawing->clipped += high > 1 + tolerance || low < -tolerance;
}

static void mark_others(struct drawing *drawing, int at, const struct wn_chart_column *column) {
    if (column->above)
        mark(drawing->above, at, 'i');
    if (column->below)
        mark(drawing->below, at, 'i');
    if (column->nan)
        mark(drawing->below, at, 'n');
}

static void draw_line(struct drawing *drawing, const struct wn_chart *chart,
                      const struct wn_chart_trace *trace, enum wn_look look) {
    const struct wn_plot_axis *axis = &drawing->axis;
    double before[2] = {dot_place(drawing, chart, trace->before.x),
                        wn_plot_place(axis, trace->before.value)};
    for (size_t i = 0; i < chart->count; i++) {
        const struct wn_chart_span *span = &trace->spans[i];
        if (isnan(span->first))
            continue;
        int at = dot_column(drawing, chart, i);
        double here[2] = {at, wn_plot_place(axis, span->first)};
        if (!chart->columns[i].broken)
            join(drawing, before, here, look);
        wn_plot_field_line(&drawing->field, at, wn_plot_place(axis, span->min),
                           wn_plot_place(axis, span->max), look);
        before[0] = at;
        before[1] = wn_plot_place(axis, span->last);
    }
    double after[2] = {dot_place(drawing, chart, trace->after.x),
                       wn_plot_place(axis, trace->after.value)};
    if (!chart->after_broken && !isnan(after[0]))
        join(drawing, before, after, look);
}

static void draw_dots(struct drawing *drawing, const struct wn_chart *chart) {
    for (size_t i = 0; i < chart->count; i++) {
        const struct wn_chart_span *span = &chart->raw.spans[i];
        double low = wn_plot_place(&drawing->axis, span->min);
        double high = wn_plot_place(&drawing->axis, span->max);
        int at = dot_column(drawing, chart, i);
        wn_plot_field_line(&drawing->field, at, low, low, WN_DIM);
        wn_plot_field_line(&drawing->field, at, high, high, WN_DIM);
    }
}

// Its edges as lines, and a hatching between them: it must not hide what lies within it.
static void draw_band(struct drawing *drawing, const struct wn_chart *chart) {
    enum { HATCH = 4 };
    double low[2] = {NAN, NAN}, high[2] = {NAN, NAN};
    for (size_t i = 0; i < chart->count; i++) {
        int at = dot_column(drawing, chart, i);
        double from = wn_plot_place(&drawing->axis, chart->band[i].low);
        double to = wn_plot_place(&drawing->axis, chart->band[i].high);
        if (isnan(from))
            continue;
        join(drawing, low, (double[]){at, from}, WN_DIM);
        join(drawing, high, (double[]){at, to}, WN_DIM);
        if (at % HATCH == 0)
            wn_plot_field_line(&drawing->field, at, from, to, WN_DIM);
        low[0] = high[0] = at;
        low[1] = from;
        high[1] = to;
    }
}

static void mark_edges(struct drawing *drawing, const struct wn_chart *chart) {
    for (size_t i = 0; i < chart->count; i++) {
        const struct wn_chart_span *span = &chart->raw.spans[i];
        int at = dot_column(drawing, chart, i);
        if (!isnan(span->min))
            mark_clipped(drawing, at, wn_plot_place(&drawing->axis, span->min),
                         wn_plot_place(&drawing->axis, span->max));
        mark_others(drawing, at, &chart->columns[i]);
    }
}

// Letters stand in the cell that the line goes through, apart from those of other curves.
static void put_letters(struct drawing *drawing, size_t curve) {
    const struct wn_chart *chart = drawing->plot->curves[curve].chart;
    const struct wn_chart_trace *trace = chart->smooth.spans ? &chart->smooth : &chart->raw;
    int next = (int)(curve * 5 + 3);
    for (size_t i = 0; i < chart->count; i++) {
        int column = dot_column(drawing, chart, i) / 2;
        double place = wn_plot_place(&drawing->axis, trace->spans[i].last);
        if (column < next || !(place >= 0 && place <= 1))
            continue;
        int row = (int)lround((1 - place) * (drawing->field.rows * 4 - 1)) / 4;
        size_t cell = (size_t)row * (size_t)drawing->field.columns + (size_t)column;
        drawing->field.letters[cell] = (char)('A' + curve);
        drawing->field.looks[cell] = WN_SERIES + curve;
        next = column + LETTER_EVERY;
    }
}

static void draw_curve(struct drawing *drawing, size_t curve) {
    const struct wn_plot_curve *shown = &drawing->plot->curves[curve];
    const struct wn_chart *chart = shown->chart;
    enum wn_look look = WN_SERIES + curve;
    mark_edges(drawing, chart);
    if (chart->band)
        draw_band(drawing, chart);
    if (shown->dots)
        draw_dots(drawing, chart);
    else
        draw_line(drawing, chart, &chart->raw, chart->smooth.spans ? WN_DIM : look);
    if (chart->smooth.spans)
        draw_line(drawing, chart, &chart->smooth, look);
}

// ---- around the field ---------------------------------------------------------------------------

static void draw_edges(const struct drawing *drawing, const struct wn_pane *field) {
    const struct wn_canvas *canvas = field->canvas;
    for (int i = 0; i < field->columns; i++) {
        char above = drawing->above[i], below = drawing->below[i];
        const char *infinite = wn_glyph(canvas, WN_GLYPH_INFINITE);
        if (above)
            wn_put_glyph(field, 0, i, above == 'c' ? WN_WARN : WN_BAD,
                         above == 'c' ? wn_glyph(canvas, WN_GLYPH_UP) : infinite);
        if (below)
            wn_put_glyph(field, field->rows - 1, i, below == 'c' ? WN_WARN : WN_BAD,
                         below == 'c'   ? wn_glyph(canvas, WN_GLYPH_DOWN)
                         : below == 'n' ? "N"
                                        : infinite);
    }
}

// Neighbours differ in their last digits: those are kept where there is no room for all.
static void put_y_label(const struct wn_pane *pane, int row, const char *label) {
    const int room = LABEL - 1, width = (int)strlen(label);
    const char *ellipsis = wn_glyph(pane->canvas, WN_GLYPH_ELLIPSIS);
    wn_put_span(pane, (struct wn_span){row, 0, room, WN_RIGHT}, WN_DIM,
                width > room ? label + width - room : label);
    if (width > room)
        wn_put_glyph(pane, row, 0, WN_DIM, ellipsis);
}

static void draw_y(const struct drawing *drawing, const struct layout *layout,
                   const struct wn_pane *pane) {
    struct wn_plot_tick ticks[WN_PLOT_TICKS];
    if (!layout->left)
        return;
    int rows = layout->field.rows, taken = -1;
    int most = rows > 2 ? (rows + 1) / 2 : rows;
    int count = wn_plot_ticks(&drawing->axis, most, ticks);
    while (count < 2 && most < rows) // one number alone tells no scale
        count = wn_plot_ticks(&drawing->axis, ++most, ticks);
    for (int i = 0; i < rows; i++)
        wn_put_glyph(pane, 1 + i, LABEL, WN_DIM, wn_glyph(pane->canvas, WN_GLYPH_BAR));
    for (int i = 0; i < count; i++) {
        double place = wn_plot_place(&drawing->axis, ticks[i].value);
        int row = 1 + (int)lround((1 - place) * (rows * 4 - 1)) / 4;
        if (row < 1 || row > rows)
            continue;
        wn_put_glyph(pane, row, LABEL, WN_DIM, wn_glyph(pane->canvas, WN_GLYPH_TICK));
        if (!*ticks[i].label || row == taken)
            continue;
        put_y_label(pane, row, ticks[i].label);
        taken = row;
    }
}

static void draw_axis_line(const struct layout *layout, const struct wn_pane *pane) {
    const struct wn_pane *field = &layout->field;
    for (int i = 0; i < field->columns; i++)
        wn_put_glyph(pane, 1 + field->rows, layout->left + i, WN_DIM,
                     wn_glyph(pane->canvas, WN_GLYPH_RULE));
    if (layout->left)
        wn_put_glyph(pane, 1 + field->rows, LABEL, WN_DIM, wn_glyph(pane->canvas, WN_GLYPH_CORNER));
}

static void draw_x(const struct drawing *drawing, const struct layout *layout,
                   const struct wn_pane *pane) {
    enum { EVERY = 10 }; // cells for a label
    struct wn_plot_tick ticks[WN_PLOT_TICKS];
    const struct wn_plot *plot = drawing->plot;
    const struct wn_chart *chart = plot->curves[0].chart;
    const struct wn_plot_axis axis = {.low = chart->from, .high = chart->to, .log = plot->log_x};
    int cells = layout->field.columns, free_from = 0, row = pane->rows - 1;
    int count = wn_plot_ticks(&axis, cells / EVERY > 2 ? cells / EVERY : 2, ticks);
    if (layout->has_axis)
        draw_axis_line(layout, pane);
    if (plot->x_name && layout->left) {
        wn_put_span(pane, (struct wn_span){row, 0, LABEL - 1, WN_RIGHT}, WN_DIM, plot->x_name);
        free_from = LABEL;
    }
    for (int i = 0; i < count; i++) {
        int at = (int)(wn_plot_place(&axis, ticks[i].value) * cells);
        at = layout->left + (at < cells ? at : cells - 1);
        if (layout->has_axis)
            wn_put_glyph(pane, row - 1, at, WN_DIM, wn_glyph(pane->canvas, WN_GLYPH_AXIS));
        int width = (int)strlen(ticks[i].label), column = at - width / 2;
        column = column + width > pane->columns ? pane->columns - width : column;
        column = column < 0 ? 0 : column;
        if (!width || column < free_from)
            continue;
        wn_put(pane, row, column, WN_DIM, ticks[i].label);
        free_from = column + width + 1;
    }
}

// The nearest row to `row` that is not taken, or -1.
static int free_row(uint64_t taken, int row, int rows) {
    for (int away = 0; away < rows; away++) {
        int above = row - away, below = row + away;
        if (above >= 0 && !(taken >> above & 1))
            return above;
        if (below < rows && !(taken >> below & 1))
            return below;
    }
    return -1;
}

// Names where the curves end.
static void draw_names(const struct drawing *drawing, const struct layout *layout,
                       const struct wn_pane *pane) {
    uint64_t taken = 0; // rows
    int rows = layout->field.rows < 64 ? layout->field.rows : 64;
    for (size_t i = 0; layout->right && i < drawing->plot->count; i++) {
        const struct wn_plot_curve *curve = &drawing->plot->curves[i];
        double place = NAN;
        for (size_t k = curve->chart->count; k > 0 && isnan(place); k--)
            place = wn_plot_place(&drawing->axis, curve->chart->raw.spans[k - 1].last);
        place = isnan(place) ? 0 : fmin(1, fmax(0, place));
        int row = free_row(taken, (int)lround((1 - place) * (rows - 1)), rows);
        if (row < 0)
            return;
        taken |= UINT64_C(1) << row;
        int column = pane->columns - layout->right + 1;
        wn_putf(pane, 1 + row, column, WN_SERIES + i, "%c", (char)('A' + i));
        wn_put(pane, 1 + row, column + 2, WN_SERIES + i, curve->name);
    }
}

// ---- title --------------------------------------------------------------------------------------

static void add_count(struct wn_str *text, int64_t count, const char *what) {
    if (count)
        wn_str_addf(text, "%s%lld %s", text->length ? ", " : "", (long long)count, what);
}

static char *told_counts(const struct drawing *drawing) {
    struct wn_str text = {0};
    int64_t nan = 0, infinite = 0, unplaced = 0, not_positive = 0;
    for (size_t i = 0; i < drawing->plot->count; i++) {
        const struct wn_chart *chart = drawing->plot->curves[i].chart;
        nan += chart->nan;
        infinite += chart->above + chart->below;
        unplaced += chart->unplaced;
        not_positive += drawing->plot->log_y ? chart->not_positive : 0;
    }
    add_count(&text, nan, "NaN");
    add_count(&text, infinite, "infinite");
    add_count(&text, not_positive, "not above 0");
    add_count(&text, not_positive ? 0 : drawing->clipped, "cut off");
    add_count(&text, unplaced, "without x");
    return wn_str_take(&text);
}

// The end of `text` is at column `end`, if there is room from `start` on. Returns where it begins.
static int put_right(const struct wn_pane *pane, int start, enum wn_look look, const char *text) {
    int width = wn_canvas_width(pane->canvas, text), end = pane->columns;
    int column = end - width > start ? end - width : start;
    if (*text && column < end) {
        wn_put_span(pane, (struct wn_span){0, column - 1, 1, WN_LEFT}, WN_PLAIN, " ");
        wn_put_span(pane, (struct wn_span){0, column, end - column, WN_LEFT}, look, text);
    }
    return column;
}

static int width_after(const struct wn_pane *pane, const char *text) {
    return text && *text ? 2 + wn_canvas_width(pane->canvas, text) : 0;
}

static int put_part(const struct wn_pane *pane, int column, enum wn_look look, const char *text) {
    if (!*text)
        return column;
    wn_put(pane, 0, column, WN_PLAIN, "  ");
    return column + 2 + wn_put(pane, 0, column + 2, look, text);
}

// How it is shown gives way to what is to be read.
static void draw_title(const struct drawing *drawing, const struct wn_pane *pane) {
    const struct wn_plot *plot = drawing->plot;
    struct wn_str reading = {0};
    char *counts = told_counts(drawing);
    wn_plot_reading(plot, &reading);
    const char *right = reading.length ? reading.text : plot->note ? plot->note : "";
    int room = pane->columns - wn_canvas_width(pane->canvas, plot->title) - 1;
    room -= width_after(pane, right) + width_after(pane, counts);
    wn_put_rule(pane, 0);
    int column = wn_put(pane, 0, 0, WN_HEAD, plot->title);
    if (plot->about && width_after(pane, plot->about) <= room)
        column = put_part(pane, column, WN_DIM, plot->about);
    if (room >= 0)
        column = put_part(pane, column, WN_WARN, counts);
    wn_put(pane, 0, column, WN_PLAIN, " ");
    put_right(pane, column + 2, reading.length ? WN_ACCENT : WN_PLAIN, right);
    wn_str_free(&reading);
    free(counts);
}

// ---- crosshair ----------------------------------------------------------------------------------

int wn_plot_nearest(const struct wn_plot *plot, int column) {
    if (!plot->count || column < 0)
        return -1;
    const struct wn_chart *chart = plot->curves[0].chart;
    int count = (int)chart->count;
    for (int away = 0; away < count; away++)
        for (int side = -1; side <= 1; side += 2) {
            int at = column + side * away;
            if (at >= 0 && at < count && chart->columns[at].count)
                return at;
        }
    return -1;
}

int wn_plot_column_at(const struct wn_plot *plot, const struct wn_pane *pane, int column) {
    const struct layout layout = lay_out(plot, pane);
    int at = 2 * (column - layout.left);
    return at >= 0 && at < 2 * layout.field.columns ? at : -1;
}

double wn_plot_cursor_x(const struct wn_plot *plot) {
    int at = wn_plot_nearest(plot, plot->cursor);
    return at < 0 ? NAN : plot->curves[0].chart->raw.spans[at].x;
}

static void read_curve(const struct wn_chart *chart, size_t at, struct wn_str *out) {
    char text[32], other[32];
    const struct wn_chart_span *span = &chart->raw.spans[at];
    double half = chart->band ? (chart->band[at].high - chart->band[at].low) / 2 : NAN;
    if (!chart->columns[at].count)
        wn_str_add(out, "-");
    else if (!isnan(half))
        wn_str_addf(out, "%s +-%s", wn_number_text(span->last, text), wn_number_brief(half, other));
    else if (span->min == span->max)
        wn_str_add(out, wn_number_text(span->last, text));
    else
        wn_str_addf(out, "%s..%s", wn_number_brief(span->min, text),
                    wn_number_brief(span->max, other));
}

void wn_plot_reading(const struct wn_plot *plot, struct wn_str *out) {
    char text[32];
    int at = wn_plot_nearest(plot, plot->cursor);
    if (at < 0)
        return;
    wn_str_addf(out, "%s %s", plot->x_name ? plot->x_name : "at",
                wn_step_text(plot->curves[0].chart->raw.spans[at].x, text));
    for (size_t i = 0; i < plot->count; i++) {
        const struct wn_plot_curve *curve = &plot->curves[i];
        wn_str_addf(out, "  %s ", curve->name);
        if ((size_t)at < curve->chart->count)
            read_curve(curve->chart, (size_t)at, out);
    }
}

// A line of its own where there are no dots, and dots reversed where there are.
static void draw_cursor(const struct drawing *drawing, const struct wn_pane *field) {
    int at = wn_plot_nearest(drawing->plot, drawing->plot->cursor) / 2;
    if (at >= field->columns)
        return;
    for (int row = 0; row < field->rows; row++)
        if (drawing->field.dots[row * field->columns + at])
            wn_mark(field, (struct wn_span){row, at, 1, WN_LEFT}, WN_PLAIN, WN_REVERSE);
        else
            wn_put_glyph(field, row, at, WN_ACCENT, wn_glyph(field->canvas, WN_GLYPH_BAR));
}

// ---- all of it ----------------------------------------------------------------------------------

static bool has_points(const struct wn_plot *plot) {
    for (size_t i = 0; i < plot->count; i++)
        if (plot->curves[i].chart->points || !isnan(plot->curves[i].chart->begin))
            return true;
    return false;
}

static void draw_field(struct drawing *drawing, const struct layout *layout,
                       const struct wn_pane *pane) {
    const struct wn_plot *plot = drawing->plot;
    const struct wn_pane *field = &layout->field;
    drawing->field = wn_plot_field_new(field->rows, field->columns);
    for (size_t i = plot->count; i > 0; i--)
        draw_curve(drawing, i - 1);
    for (size_t i = plot->count; i > 0 && layout->right; i--)
        if (!plot->curves[i - 1].dots)
            put_letters(drawing, i - 1);
    wn_plot_field_draw(&drawing->field, field);
    if (wn_plot_nearest(plot, plot->cursor) >= 0)
        draw_cursor(drawing, field);
    wn_plot_field_free(&drawing->field);
    draw_edges(drawing, field);
    draw_y(drawing, layout, pane);
    if (layout->has_x)
        draw_x(drawing, layout, pane);
    draw_names(drawing, layout, pane);
}

void wn_plot_draw(const struct wn_plot *plot, const struct wn_pane *pane) {
    assert(plot->count <= WN_PLOT_CURVES);
    const struct layout layout = lay_out(plot, pane);
    size_t cells = (size_t)layout.field.columns + 1;
    struct drawing drawing = {
        .plot = plot,
        .axis = wn_plot_range(plot),
        .columns = 2 * layout.field.columns,
        .above = wn_calloc(cells, 1),
        .below = wn_calloc(cells, 1),
    };
    if (has_points(plot) && layout.field.rows > 0 && layout.field.columns > 0)
        draw_field(&drawing, &layout, pane);
    else if (pane->rows > 1)
        wn_put(pane, 1 + (pane->rows - 1) / 2, layout.left, WN_DIM, "no points yet");
    if (pane->rows > 0)
        draw_title(&drawing, pane);
    free(drawing.above);
    free(drawing.below);
}
