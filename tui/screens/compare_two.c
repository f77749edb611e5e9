// SPDX-License-Identifier: GPL-3.0-or-later
// Two sides: the verdict, what they are and in what they differ, what is known of each metric, and
// the curves.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"
#include "tui/screens/compare_private.h"
#include "tui/widgets/columns.h"

// ---- lines --------------------------------------------------------------------------------------

// Texts of the core say "±" or "+-", as the command line needs it.
static char *fit_for(const struct wn_canvas *canvas, const char *text) {
    static const char fine[] = " ± ", plain[] = " +- ";
    bool ascii = canvas && canvas->ascii;
    struct wn_str out = {0};
    while (*text) {
        const char *from = ascii ? "±" : plain, *to = ascii ? "+-" : fine;
        bool sign = wn_starts_with(text, from);
        if (sign)
            wn_str_add(&out, to);
        else
            wn_str_add_char(&out, *text);
        text += sign ? strlen(from) : 1;
    }
    return wn_str_take(&out);
}

int wn_compare_put_line(const struct wn_pane *pane, struct wn_compare_line line, const char *text) {
    struct wn_str folded = {0};
    char *fit = fit_for(pane ? pane->canvas : NULL, text);
    int rows = 0;
    if (line.columns > 0 && line.most > 0)
        wn_text_fold(&folded, fit, (struct wn_fold){.width = line.columns});
    for (char *part = wn_str_take(&folded), *at = part; at; rows++) {
        char *end = rows + 1 < line.most ? strchr(at, '\n') : NULL;
        for (char *c = at; !end && (c = strchr(c, '\n')) != NULL;)
            *c = ' '; // the last one is cut where there is more
        if (end)
            *end = '\0';
        struct wn_span span = {
            .row = line.row + rows, .column = line.column, .columns = line.columns};
        if (pane) {
            wn_put_span(pane, span, line.look, at);
            wn_mark(pane, span, WN_PLAIN, line.marks);
        }
        at = end ? end + 1 : NULL;
        if (!at)
            free(part);
    }
    free(fit);
    return rows;
}

void wn_compare_put_head(const struct wn_pane *pane, const char *place, const char *right) {
    int room = pane->columns - 2;
    int width = right ? wn_canvas_width(pane->canvas, right) : 0;
    width = width > room * 2 / 3 ? room * 2 / 3 : width;
    int left = room - width - (width ? 2 : 0);
    wn_put_span(pane, (struct wn_span){.column = 1, .columns = left}, WN_PLAIN, place);
    if (right)
        wn_put_span(
            pane, (struct wn_span){.column = 1 + room - width, .columns = width, .align = WN_RIGHT},
            WN_DIM, right);
}

static void put_place(const struct wn_compare_query *model, const struct wn_pane *pane) {
    const char *arrow = wn_glyph(pane->canvas, WN_GLYPH_ARROW);
    struct wn_str place = {0}, right = {0};
    wn_str_addf(&place, "%s %s compare", model->name, arrow);
    if (model->race)
        wn_str_addf(
            &right, "%s: %s, %lld round%s", model->race->name, model->race->state,
            model->race->record.race ? (long long)wn_race_rounds(model->race->record.race) : 0LL,
            model->race->record.race && wn_race_rounds(model->race->record.race) == 1 ? "" : "s");
    wn_compare_put_head(pane, wn_str_text(&place), right.length ? wn_str_text(&right) : NULL);
    wn_str_free(&place);
    wn_str_free(&right);
}

// ---- the verdict --------------------------------------------------------------------------------

static enum wn_look verdict_look(enum wn_verdict_kind kind) {
    switch (kind) {
    case WN_VERDICT_B_BETTER:
        return WN_GOOD;
    case WN_VERDICT_A_BETTER:
    case WN_VERDICT_VETOED:
    case WN_VERDICT_REFUSED:
        return WN_BAD;
    default:
        return WN_WARN;
    }
}

// Fresh repeats would tell: of two configurations.
static bool is_open(const struct wn_comparison *comparison) {
    const struct wn_compare_side *a = &comparison->a, *b = &comparison->b;
    enum wn_verdict_kind kind = comparison->verdict.kind;
    return (kind == WN_VERDICT_UNSURE || kind == WN_VERDICT_NO_EVIDENCE) && a->trial >= 0 &&
           b->trial >= 0 && a->trial / a->sweep.repeats != b->trial / b->sweep.repeats;
}

// What fresh repeats said, where the runs at hand say nothing. The letters of the race are others
// where the sides changed places.
static void add_race(const struct wn_compare_query *model, struct wn_str *out) {
    const struct wn_compare_race *race = model->race;
    const struct wn_compare_side *a = &model->comparison->a;
    bool same =
        race->record.count == 2 && race->of_trial[0] == a->trial - a->trial % a->sweep.repeats;
    wn_str_addf(out, "%s %s them again: ", race->name, race->alive ? "runs" : "ran");
    if (same)
        wn_race_tell_end(race->record.race, out);
    wn_str_addf(out, "%sr shows it", same ? "; " : "");
}

static void put_verdict(const struct wn_compare_query *model, const struct wn_view *view,
                        const struct wn_compare_layout *layout) {
    const struct wn_comparison *comparison = model->comparison;
    struct wn_compare_line line = {.row = 1,
                                   .column = 1,
                                   .columns = layout->left - 2,
                                   .most = layout->verdict,
                                   .look = verdict_look(comparison->verdict.kind),
                                   .marks = WN_BOLD};
    wn_compare_put_line(&view->pane, line, comparison->verdict.text);
    line = (struct wn_compare_line){.row = 1 + layout->verdict,
                                    .column = 1,
                                    .columns = line.columns,
                                    .most = layout->reason,
                                    .look = WN_DIM};
    struct wn_str reason = {0};
    if (model->race && model->race->record.race && is_open(comparison)) {
        add_race(model, &reason);
        line.look = wn_compare_race_look_of(model->race);
    } else {
        wn_compare_reason_text(comparison, &reason);
        if (!view->read_only && is_open(comparison))
            wn_str_add(&reason, "; t runs more");
    }
    wn_compare_put_line(&view->pane, line, wn_str_text(&reason));
    wn_str_free(&reason);
}

// ---- the sides ----------------------------------------------------------------------------------

struct columns_of_sides {
    struct wn_span name, side[2];
};

static struct columns_of_sides side_columns(const struct wn_compare_state *state,
                                            const struct wn_canvas *canvas, int left) {
    enum { LEAST = 6, GAP = 2 };
    const struct wn_comparison *comparison = state->model->comparison;
    int name = LEAST;
    for (size_t i = 0; i < comparison->param_count; i++) {
        int width = wn_canvas_width(canvas, comparison->params[i].name);
        name = width > name ? width : name;
    }
    name = name > (left - 2) / 3 ? (left - 2) / 3 : name;
    int each = (left - 2 - name) / 2 - GAP;
    int first = 1 + name + GAP;
    return (struct columns_of_sides){.name = {.column = 1, .columns = name},
                                     .side = {{.column = first, .columns = each},
                                              {.column = first + each + GAP, .columns = each}}};
}

static void put_title(const struct wn_pane *pane, struct wn_span span, int side,
                      const struct wn_compare_side *about, bool chosen) {
    struct wn_str text = {0};
    wn_str_addf(&text, "%c  %s", 'A' + side, about->title);
    int width = wn_canvas_width(pane->canvas, wn_str_text(&text));
    wn_put_span(pane, span, WN_SERIES + (enum wn_look)side, wn_str_text(&text));
    span.columns = width < span.columns ? width : span.columns;
    wn_mark(pane, span, WN_PLAIN, WN_BOLD | (chosen ? WN_REVERSE : 0));
    wn_str_free(&text);
}

static void put_size(const struct wn_pane *pane, struct wn_span span,
                     const struct wn_compare_side *side) {
    struct wn_str text = {0}, about = {0};
    wn_side_size_text(side, &text);
    wn_side_about_text(side, &about);
    if (about.length)
        wn_str_addf(&text, ", %s", wn_str_text(&about));
    wn_put_span(pane, span, WN_DIM, wn_str_text(&text));
    wn_str_free(&text);
    wn_str_free(&about);
}

static void put_param(const struct wn_pane *pane, const struct columns_of_sides *columns, int row,
                      const struct wn_param_difference *param) {
    const struct wn_param_values *const values[2] = {param->a, param->b};
    struct wn_span name = columns->name;
    name.row = row;
    name.align = WN_MIDDLE;
    wn_put_span(pane, name, WN_DIM, param->name);
    for (int i = 0; i < 2; i++) {
        struct wn_str text = {0};
        struct wn_span span = columns->side[i];
        span.row = row;
        wn_param_values_text(values[i], &text);
        wn_put_span(pane, span, values[i] ? WN_PLAIN : WN_DIM, wn_str_text(&text));
        wn_str_free(&text);
    }
}

static void put_sides(const struct wn_compare_state *state, const struct wn_pane *pane,
                      const struct wn_compare_layout *layout) {
    const struct wn_comparison *comparison = state->model->comparison;
    const struct wn_compare_side *const sides[2] = {&comparison->a, &comparison->b};
    const struct columns_of_sides columns = side_columns(state, pane->canvas, layout->left);
    int row = layout->sides.top, end = row + layout->sides.rows;
    for (int i = 0; i < 2; i++) {
        struct wn_span span = columns.side[i];
        span.row = row;
        put_title(pane, span, i, sides[i], state->column == (size_t)i);
        span.row++;
        if (span.row < end)
            put_size(pane, span, sides[i]);
    }
    row += 2;
    size_t count = comparison->param_count, room = row < end ? (size_t)(end - row) : 0;
    size_t skip = count > room ? state->skip : 0;
    skip = skip > count - room && count > room ? count - room : skip;
    for (size_t i = skip; i < count && row < end; i++, row++) {
        bool cut = row + 1 == end && i + 1 < count;
        if (cut)
            wn_putf(pane, row, 1, WN_DIM, "%s %zu more parameters differ: PgDn",
                    wn_glyph(pane->canvas, WN_GLYPH_ELLIPSIS), count - i);
        else
            put_param(pane, &columns, row, &comparison->params[i]);
    }
    if (!count && row < end)
        wn_put(pane, row, 1, WN_DIM, "no parameter differs");
}

// ---- metrics ------------------------------------------------------------------------------------

enum { METRIC, MEAN_A, MEAN_B, DIFFERENCE, INTERVAL, CHANCE, BETTER, EFFECT, CELLS };

static void mean_text(const struct wn_canvas *canvas, const struct wn_contrast_side *side,
                      bool error, struct wn_str *out) {
    char mean[32], se[32];
    wn_str_add(out, side->n ? wn_measure_text(side->mean, side->se, mean) : "-");
    if (error && side->n && !isnan(side->se))
        wn_str_addf(out, " %s %s", wn_glyph(canvas, WN_GLYPH_PLUS_MINUS),
                    wn_measure_text(side->se, side->se, se));
}

static void interval_text(const struct wn_contrast *contrast, struct wn_str *out) {
    double se = wn_contrast_error(contrast);
    char low[32], high[32];
    if (contrast->doubt != WN_DOUBT_NONE || !isfinite(contrast->low))
        wn_str_add(out, "-");
    else
        wn_str_addf(out, "[%s, %s]", wn_measure_text(contrast->low, se, low),
                    wn_measure_text(contrast->high, se, high));
}

static void cell_text(const struct wn_canvas *canvas, const struct wn_compare_metric *metric,
                      int cell, bool errors, struct wn_str *out) {
    const struct wn_contrast *contrast = &metric->contrast;
    char text[32];
    switch (cell) {
    case METRIC:
        wn_str_add(out, metric->name);
        break;
    case MEAN_A:
    case MEAN_B:
        mean_text(canvas, cell == MEAN_A ? &contrast->a : &contrast->b, errors, out);
        break;
    case DIFFERENCE:
        wn_str_add(out, contrast->difference > 0 ? "+" : "");
        wn_str_add(out,
                   isnan(contrast->difference)
                       ? "-"
                       : wn_measure_text(contrast->difference, wn_contrast_error(contrast), text));
        break;
    case INTERVAL:
        interval_text(contrast, out);
        break;
    case CHANCE:
        wn_str_add(out, wn_probability_text(contrast->p_adjusted, text));
        break;
    case BETTER:
        wn_str_add(out, wn_probability_text(contrast->better, text));
        break;
    default:
        wn_str_add(out, isnan(contrast->hedges_g) ? "-"
                                                  : wn_measure_text(contrast->hedges_g, 0.1, text));
    }
}

static const char *title_text(const struct wn_comparison *comparison, int cell, char out[32]) {
    static const char *const titles[CELLS] = {"METRIC", "A", "B",           "B - A",
                                              NULL,     "p", "P(B better)", "Hedges' g"};
    if (cell == INTERVAL)
        snprintf(out, 32, "%g%% INTERVAL", 100 * comparison->confidence);
    return cell == INTERVAL ? out : titles[cell];
}

static void fit_metrics(const struct wn_comparison *comparison, const struct wn_canvas *canvas,
                        int room, bool errors, struct wn_fit fits[CELLS]) {
    static const int spares[CELLS] = {[INTERVAL] = 1, [CHANCE] = 2, [BETTER] = 3, [EFFECT] = 4};
    for (int cell = 0; cell < CELLS; cell++) {
        char title[32];
        int widest = wn_canvas_width(canvas, title_text(comparison, cell, title));
        for (size_t i = 0; i < comparison->metric_count; i++) {
            struct wn_str text = {0};
            cell_text(canvas, &comparison->metrics[i], cell, errors, &text);
            int width = wn_canvas_width(canvas, wn_str_text(&text));
            widest = width > widest ? width : widest;
            wn_str_free(&text);
        }
        bool name = cell == METRIC;
        fits[cell] = (struct wn_fit){
            .wanted = widest, .least = name && widest > 6 ? 6 : widest, .spare = spares[cell]};
    }
    wn_columns_fit(fits, CELLS, room, 2);
}

static enum wn_look difference_look(const struct wn_contrast *contrast) {
    bool apart = contrast->low > 0 || contrast->high < 0;
    int sign = wn_contrast_sign(contrast);
    return !apart || sign == 0 ? WN_PLAIN : sign > 0 ? WN_GOOD : WN_BAD;
}

static void put_metric(const struct wn_pane *pane, const struct wn_fit fits[CELLS], int row,
                       const struct wn_compare_metric *metric, bool errors) {
    const struct wn_contrast *contrast = &metric->contrast;
    for (int cell = 0; cell < CELLS; cell++) {
        struct wn_str text = {0};
        struct wn_span span = {.row = row,
                               .column = 1 + fits[cell].left,
                               .columns = fits[cell].width,
                               .align = cell == METRIC ? WN_MIDDLE : WN_RIGHT};
        if (!fits[cell].width)
            continue;
        cell_text(pane->canvas, metric, cell, errors, &text);
        enum wn_look look = cell == DIFFERENCE || cell == INTERVAL ? difference_look(contrast)
                            : cell == EFFECT                       ? WN_DIM
                                                                   : WN_PLAIN;
        wn_put_span(pane, span, look, wn_str_text(&text));
        wn_str_free(&text);
    }
}

static size_t first_metric(const struct wn_compare_state *state, size_t room) {
    return state->row >= room ? state->row - room + 1 : 0;
}

static void put_metrics(const struct wn_compare_state *state, const struct wn_pane *pane,
                        const struct wn_compare_layout *layout) {
    enum { ERRORS_FROM = 60 };
    const struct wn_comparison *comparison = state->model->comparison;
    struct wn_fit fits[CELLS];
    bool errors = layout->left >= ERRORS_FROM;
    fit_metrics(comparison, pane->canvas, layout->left - 2, errors, fits);
    int row = layout->metrics.top, end = row + layout->metrics.rows;
    for (int cell = 0; cell < CELLS; cell++) {
        char title[32];
        struct wn_span span = {.row = row,
                               .column = 1 + fits[cell].left,
                               .columns = fits[cell].width,
                               .align = cell == METRIC ? WN_LEFT : WN_RIGHT};
        if (fits[cell].width)
            wn_put_span(pane, span, WN_HEAD, title_text(comparison, cell, title));
    }
    size_t room = end > row + 1 ? (size_t)(end - row - 1) : 1;
    for (size_t i = first_metric(state, room); i < comparison->metric_count && ++row < end; i++) {
        put_metric(pane, fits, row, &comparison->metrics[i], errors);
        if (i == state->row && comparison->metric_count > 1)
            wn_put_glyph(pane, row, 0, WN_ACCENT, wn_glyph(pane->canvas, WN_GLYPH_SELECTED));
    }
}

// ---- all of it ----------------------------------------------------------------------------------

struct wn_plot wn_compare_plot(const char *metric, const struct wn_plot_curve curves[2]) {
    return (struct wn_plot){.curves = curves,
                            .count = 2,
                            .title = metric,
                            .x_name = "step",
                            .low = NAN,
                            .high = NAN,
                            .cursor = -1};
}

static void put_curves(const struct wn_compare_query *model, const struct wn_pane *pane,
                       const struct wn_compare_layout *layout) {
    const struct wn_plot_curve curves[2] = {{.chart = &model->curves.a, .name = "A"},
                                            {.chart = &model->curves.b, .name = "B"}};
    const struct wn_plot plot =
        wn_compare_plot(model->comparison->metrics[model->curved].name, curves);
    if (layout->curves_rows <= 0)
        return;
    const struct wn_pane part = wn_pane_part(pane, layout->curves_top, layout->curves_left,
                                             layout->curves_rows, layout->curves_columns);
    wn_plot_draw(&plot, &part);
}

static void put_refusal(const struct wn_compare_query *model, const struct wn_pane *pane) {
    struct wn_compare_line line = {
        .row = 2, .column = 2, .columns = pane->columns - 4, .most = 3, .look = WN_BAD};
    wn_compare_put_head(pane, "compare", NULL);
    line.row += wn_compare_put_line(pane, line, model->refusal) + 1;
    for (int i = 0; i < 2; i++)
        wn_putf(pane, line.row++, 2, WN_PLAIN, "%c  %s", 'A' + i, model->words[i]);
    wn_put(pane, line.row + 1, 2, WN_PLAIN, "a and b take another side.");
}

static bool is_alone(const struct wn_compare_state *state) {
    return state->chart && state->model->curves.shown;
}

int wn_compare_metric_at(const struct wn_compare_state *state, int row) {
    const struct wn_compare_query *model = state->model;
    if (!model->comparison)
        return -1;
    const struct wn_compare_layout layout =
        wn_compare_layout(model->comparison, model->extent, model->curves.shown, is_alone(state));
    const struct wn_compare_area *area = &layout.metrics;
    size_t room = area->rows > 1 ? (size_t)area->rows - 1 : 1;
    int at = row - area->top - 1 + (int)first_metric(state, room);
    bool there = row > area->top && row < area->top + area->rows;
    return there && at < (int)model->comparison->metric_count ? at : -1;
}

void wn_compare_draw_two(const struct wn_compare_state *state, const struct wn_view *view) {
    const struct wn_compare_query *model = state->model;
    const struct wn_pane *pane = &view->pane;
    if (model->refusal) {
        put_refusal(model, pane);
        return;
    }
    const struct wn_extent extent = {pane->rows, pane->columns};
    bool curves = model->curves.shown, alone = is_alone(state);
    const struct wn_compare_layout layout =
        wn_compare_layout(model->comparison, extent, curves, alone);
    put_place(model, pane);
    put_verdict(model, view, &layout);
    if (curves)
        put_curves(model, pane, &layout);
    if (alone)
        return;
    const struct wn_pane left = wn_pane_part(pane, 0, 0, pane->rows, layout.left);
    if (layout.sides.rows)
        put_sides(state, &left, &layout);
    if (layout.metrics.rows)
        put_metrics(state, &left, &layout);
    if (layout.spread.rows) {
        size_t metric = state->row < model->comparison->metric_count ? state->row : 0;
        const struct wn_pane part =
            wn_pane_part(&left, layout.spread.top, 1, layout.spread.rows, layout.left - 2);
        wn_compare_draw_spread(&model->comparison->metrics[metric], &part);
    }
}
