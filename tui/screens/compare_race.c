// SPDX-License-Identifier: GPL-3.0-or-later
// A race: who wins, or how it stands; the arms; and how the interval of the difference of two of
// them narrows from round to round.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/numbers.h"
#include "core/race_chart.h"
#include "tui/screens/compare_private.h"
#include "tui/widgets/bar.h"
#include "tui/widgets/columns.h"

enum { MOST_PLOT = 24, LEAST_PLOT = 6, LEVELS = 3, WIDE = 60 };

// ---- layout -------------------------------------------------------------------------------------

static bool is_airy(struct wn_extent extent) {
    enum { AIRY_FROM = 16 };
    return extent.rows >= AIRY_FROM;
}

// Rows of the verdict and what is said below it.
static int verdict_rows(const struct wn_compare_race *race, struct wn_extent extent) {
    struct wn_str text = {0};
    wn_race_tell_end(race->record.race, &text);
    int rows = wn_compare_put_line(
        NULL, (struct wn_compare_line){.columns = extent.columns - 2, .most = 2},
        wn_str_text(&text));
    wn_str_free(&text);
    return rows;
}

static int more_rows(struct wn_extent extent) {
    enum { ONE_FROM = 11, TWO_FROM = 20 };
    return (extent.rows >= ONE_FROM) + (extent.rows >= TWO_FROM);
}

static int arms_top(const struct wn_compare_race *race, struct wn_extent extent) {
    return 1 + verdict_rows(race, extent) + more_rows(extent) + is_airy(extent);
}

struct wn_compare_area wn_compare_race_plot_area(const struct wn_compare_race *race,
                                                 struct wn_extent extent, bool alone) {
    enum { FEWEST_ARMS = 3 };
    if (!race->record.race)
        return (struct wn_compare_area){0};
    int arms = race->record.count, top = arms_top(race, extent) + 1 + is_airy(extent);
    if (alone) {
        top = arms_top(race, extent);
        return (struct wn_compare_area){top, extent.rows > top ? extent.rows - top : 0};
    }
    int rows = extent.rows - top - arms;
    if (rows < LEAST_PLOT && arms > FEWEST_ARMS)
        rows = extent.rows - top - FEWEST_ARMS;
    if (rows < LEAST_PLOT)
        return (struct wn_compare_area){0};
    int shown = arms < extent.rows - top - rows ? arms : extent.rows - top - rows;
    return (struct wn_compare_area){top + shown, rows < MOST_PLOT ? rows : MOST_PLOT};
}

// ---- the plot -----------------------------------------------------------------------------------

static struct wn_plot plot_of(const struct wn_plot_curve *curves, size_t count, const char *title) {
    return (struct wn_plot){.curves = curves,
                            .count = count,
                            .unnamed = true,
                            .title = title,
                            .x_name = "round",
                            .low = NAN,
                            .high = NAN,
                            .cursor = -1};
}

size_t wn_compare_race_columns(const struct wn_compare_race *race, struct wn_extent extent,
                               bool alone) {
    const struct wn_compare_area area = wn_compare_race_plot_area(race, extent, alone);
    const struct wn_plot_curve curves[1] = {{.name = ""}};
    const struct wn_plot plot = plot_of(curves, 1, "");
    struct wn_canvas canvas = {0};
    if (!area.rows)
        return 0;
    wn_canvas_reset(&canvas, area.rows, extent.columns);
    const struct wn_pane pane = wn_pane_whole(&canvas);
    int columns = wn_plot_columns(&plot, &pane);
    wn_canvas_free(&canvas);
    return columns > 0 ? (size_t)columns : 0;
}

static char *plot_note(const struct wn_compare_race *race, const struct wn_canvas *canvas) {
    char mean[32], half[32];
    if (isnan(race->latest))
        return NULL;
    wn_number_brief(race->latest, mean);
    if (!isfinite(race->half_width))
        return wn_format("%s%s", race->latest > 0 ? "+" : "", mean);
    return wn_format("%s%s %s %s", race->latest > 0 ? "+" : "", mean,
                     wn_glyph(canvas, WN_GLYPH_PLUS_MINUS),
                     wn_number_brief(race->half_width, half));
}

// Zero, and where the smallest effect that matters begins.
static size_t make_levels(const struct wn_compare_race *race, struct wn_chart levels[LEVELS]) {
    double least = wn_race_rules(race->record.race)->min_effect;
    const double at[LEVELS] = {0, least, -least};
    size_t count = least > 0 ? LEVELS : 1;
    for (size_t i = 0; i < count; i++)
        wn_race_level(&race->chart, at[i], &levels[i]);
    return count;
}

static void put_plot(const struct wn_compare_race *race, const struct wn_pane *pane) {
    struct wn_chart levels[LEVELS] = {0};
    struct wn_plot_curve curves[1 + LEVELS] = {{.chart = &race->chart, .name = ""}};
    size_t count = make_levels(race, levels);
    for (size_t i = 0; i < count; i++)
        curves[1 + i] = (struct wn_plot_curve){.chart = &levels[i], .name = "", .dots = true};
    char *title = wn_format("%s of %c minus %c, after each round", race->metric,
                            wn_race_letter(race->looks[1]), wn_race_letter(race->looks[0]));
    char *note = plot_note(race, pane->canvas);
    struct wn_plot plot = plot_of(curves, 1 + count, title);
    plot.note = note;
    wn_plot_draw(&plot, pane);
    for (size_t i = 0; i < count; i++)
        wn_chart_clear(&levels[i]);
    free(title);
    free(note);
}

// ---- arms ---------------------------------------------------------------------------------------

enum { LETTER, TRIAL, MEAN, ERROR, RESULTS, ROUNDS, FATE, PARAMS, CELLS };

static void fate_text(const struct wn_race *race, int i, struct wn_str *out) {
    const struct wn_race_arm *arm = wn_race_arm(race, i);
    if (arm->failed)
        wn_str_add(out, "gave no result");
    else if (arm->beaten_by >= 0)
        wn_str_addf(out, "out, beaten by %c", wn_race_letter(arm->beaten_by));
    else if (arm->out)
        wn_str_add(out, "out");
    else if (wn_race_end(race) == WN_RACE_WON)
        wn_str_add(out, "won");
    else
        wn_str_add(out, "in");
}

static enum wn_look fate_look(const struct wn_race *race, int i) {
    const struct wn_race_arm *arm = wn_race_arm(race, i);
    return arm->failed                        ? WN_BAD
           : arm->out                         ? WN_DIM
           : wn_race_end(race) == WN_RACE_WON ? WN_GOOD
                                              : WN_PLAIN;
}

static void cell_text(const struct wn_compare_race *race, int i, int cell, struct wn_str *out) {
    const struct wn_race_entry *entry = &race->record.entries[i];
    char text[32];
    switch (cell) {
    case LETTER:
        wn_str_add_char(out, wn_race_letter(i));
        break;
    case TRIAL:
        if (race->examined && race->of_trial[i] >= 0)
            wn_str_addf(out, "%s:%lld", race->examined, (long long)race->of_trial[i]);
        else
            wn_str_addf(out, "#%lld", (long long)entry->trial);
        break;
    case MEAN:
        wn_str_add(out, isnan(entry->mean) ? "-" : wn_measure_text(entry->mean, entry->se, text));
        break;
    case ERROR:
        wn_str_add(out, isnan(entry->se) ? "-" : wn_measure_text(entry->se, entry->se, text));
        break;
    case RESULTS:
        wn_str_addf(out, "%lld", (long long)entry->results);
        break;
    case ROUNDS:
        wn_str_addf(out, "%lld", (long long)wn_race_arm(race->record.race, i)->rounds);
        break;
    case FATE:
        fate_text(race->record.race, i, out);
        break;
    default:
        wn_str_add(out, race->params[i]);
    }
}

static const char *title_of(const struct wn_compare_race *race, const struct wn_canvas *canvas,
                            int cell) {
    static const char *const titles[CELLS] = {
        [LETTER] = "",       [TRIAL] = "TRIAL", [RESULTS] = "RESULTS",
        [ROUNDS] = "ROUNDS", [FATE] = "STATE",  [PARAMS] = "PARAMETERS"};
    return cell == MEAN    ? race->metric
           : cell == ERROR ? wn_glyph(canvas, WN_GLYPH_PLUS_MINUS)
                           : titles[cell];
}

static void fit_arms(const struct wn_compare_race *race, const struct wn_canvas *canvas, int room,
                     struct wn_fit fits[CELLS]) {
    static const int spares[CELLS] = {[ERROR] = 1, [RESULTS] = 2, [ROUNDS] = 3, [PARAMS] = 4};
    enum { SHORT = 8 };
    for (int cell = 0; cell < CELLS; cell++) {
        int widest = wn_canvas_width(canvas, title_of(race, canvas, cell));
        widest = cell == MEAN && widest > 2 * SHORT ? 2 * SHORT : widest;
        for (int i = 0; i < race->record.count; i++) {
            struct wn_str text = {0};
            cell_text(race, i, cell, &text);
            int width = wn_canvas_width(canvas, wn_str_text(&text));
            widest = width > widest ? width : widest;
            wn_str_free(&text);
        }
        bool shrinks = cell == TRIAL || cell == PARAMS || cell == FATE;
        fits[cell] = (struct wn_fit){.wanted = widest,
                                     .least = shrinks && widest > SHORT ? SHORT : widest,
                                     .spare = spares[cell]};
    }
    wn_columns_fit(fits, CELLS, room, 2);
}

static enum wn_align align_of(int cell) {
    return cell == MEAN || cell == ERROR || cell == RESULTS || cell == ROUNDS ? WN_RIGHT
           : cell == TRIAL                                                    ? WN_MIDDLE
                                                                              : WN_LEFT;
}

static void put_arm(const struct wn_compare_race *race, const struct wn_pane *pane,
                    const struct wn_fit fits[CELLS], int row, int i) {
    bool out = wn_race_arm(race->record.race, i)->out;
    for (int cell = 0; cell < CELLS; cell++) {
        struct wn_str text = {0};
        struct wn_span span = {.row = row,
                               .column = 1 + fits[cell].left,
                               .columns = fits[cell].width,
                               .align = align_of(cell)};
        if (!fits[cell].width)
            continue;
        cell_text(race, i, cell, &text);
        wn_put_span(pane, span,
                    cell == FATE ? fate_look(race->record.race, i)
                    : out        ? WN_DIM
                                 : WN_PLAIN,
                    wn_str_text(&text));
        wn_str_free(&text);
    }
}

static int first_arm(const struct wn_compare_state *state, int room) {
    int chosen = (int)state->row;
    return room > 0 && chosen >= room ? chosen - room + 1 : 0;
}

// Below the last arm that there is room for.
static int arms_end(const struct wn_compare_race *race, struct wn_extent extent) {
    const struct wn_compare_area area = wn_compare_race_plot_area(race, extent, false);
    return area.rows ? area.top - is_airy(extent) : extent.rows;
}

int wn_compare_arm_at(const struct wn_compare_state *state, int row) {
    const struct wn_compare_race *race = state->model->race;
    struct wn_extent extent = state->model->extent;
    if (!race->record.race || state->chart)
        return -1;
    int top = arms_top(race, extent) + 1, end = arms_end(race, extent);
    int at = row - top + first_arm(state, end - top);
    return row >= top && row < end && at < race->record.count ? at : -1;
}

static void put_arms(const struct wn_compare_state *state, const struct wn_pane *pane, int top,
                     int end) {
    const struct wn_compare_race *race = state->model->race;
    struct wn_fit fits[CELLS];
    fit_arms(race, pane->canvas, pane->columns - 2, fits);
    for (int cell = 0; cell < CELLS; cell++) {
        struct wn_span span = {.row = top,
                               .column = 1 + fits[cell].left,
                               .columns = fits[cell].width,
                               .align = align_of(cell) == WN_RIGHT ? WN_RIGHT : WN_LEFT};
        if (fits[cell].width)
            wn_put_span(pane, span, WN_HEAD, title_of(race, pane->canvas, cell));
    }
    int first = first_arm(state, end - top - 1);
    for (int i = first; i < race->record.count && ++top < end; i++) {
        put_arm(race, pane, fits, top, i);
        if (i == (int)state->row)
            wn_put_glyph(pane, top, 0, WN_ACCENT, wn_glyph(pane->canvas, WN_GLYPH_SELECTED));
    }
}

// ---- the verdict --------------------------------------------------------------------------------

enum wn_look wn_compare_race_look_of(const struct wn_compare_race *race) {
    static const enum wn_look looks[] = {
        [WN_RACE_ON] = WN_WARN,    [WN_RACE_WON] = WN_GOOD,     [WN_RACE_TIED] = WN_GOOD,
        [WN_RACE_SPENT] = WN_WARN, [WN_RACE_SEEDLESS] = WN_BAD, [WN_RACE_FAILED] = WN_BAD};
    return looks[wn_race_end(race->record.race)];
}

static void add_outlook(const struct wn_race *race, struct wn_str *out) {
    int64_t expected = wn_race_expected(race), rounds = wn_race_rounds(race);
    if (wn_race_end(race) != WN_RACE_ON)
        return;
    wn_race_tell_standing(race, out);
    if (rounds < 2)
        return;
    wn_str_add(out, out->length ? ", " : "");
    if (expected > rounds)
        wn_str_addf(out, "about %lld more rounds decide", (long long)(expected - rounds));
    else if (!expected)
        wn_str_addf(out, "%lld rounds may not decide", (long long)wn_race_rules(race)->most);
    else
        wn_str_add(out, "about to be decided");
}

static void add_terms(const struct wn_compare_race *race, struct wn_str *out) {
    const struct wn_race_rules *rules = wn_race_rules(race->record.race);
    char least[32];
    int64_t results = 0;
    for (int i = 0; i < race->record.count; i++)
        results += race->record.entries[i].results;
    wn_str_addf(out, "%s, %s is better; %g%% sure at every look", race->metric,
                rules->maximize ? "higher" : "lower", 100 * rules->confidence);
    if (rules->min_effect > 0)
        wn_str_addf(out, "; below %s it does not matter", wn_number_text(rules->min_effect, least));
    wn_str_addf(out, "; %lld results", (long long)results);
}

// While it is on: what is to be expected, then its terms.
static void put_verdict(const struct wn_compare_race *race, const struct wn_pane *pane,
                        struct wn_extent extent) {
    struct wn_str text = {0}, outlook = {0}, terms = {0};
    struct wn_compare_line line = {.row = 1,
                                   .column = 1,
                                   .columns = pane->columns - 2,
                                   .most = verdict_rows(race, extent),
                                   .look = wn_compare_race_look_of(race),
                                   .marks = WN_BOLD};
    wn_race_tell_end(race->record.race, &text);
    add_outlook(race->record.race, &outlook);
    add_terms(race, &terms);
    int end = line.row + line.most + more_rows(extent);
    line.row += wn_compare_put_line(pane, line, wn_str_text(&text));
    line.marks = 0;
    line.look = WN_PLAIN;
    line.most = outlook.length && line.row < end;
    line.row += wn_compare_put_line(pane, line, wn_str_text(&outlook));
    line.look = WN_DIM;
    line.most = end - line.row;
    wn_compare_put_line(pane, line, wn_str_text(&terms));
    wn_str_free(&text);
    wn_str_free(&outlook);
    wn_str_free(&terms);
}

// The state stands before how far it is, at the right.
static void put_place(const struct wn_compare_race *race, const struct wn_pane *pane) {
    struct wn_str place = {0}, right = {0};
    const struct wn_race *runs = race->record.race;
    int state = 2 + wn_canvas_width(pane->canvas, race->state);
    wn_str_addf(&place, "%s %s race", race->name, wn_glyph(pane->canvas, WN_GLYPH_ARROW));
    if (runs)
        wn_str_addf(&right, pane->columns < WIDE ? "  %lld/%lld" : "  round %lld of at most %lld",
                    (long long)wn_race_rounds(runs), (long long)wn_race_rules(runs)->most);
    int width = wn_canvas_width(pane->canvas, wn_str_text(&right));
    struct wn_span span = {.column = pane->columns - 1 - width - state, .columns = state};
    const struct wn_pane left = wn_pane_part(pane, 0, 0, 1, span.column - 1);
    wn_compare_put_head(&left, wn_str_text(&place), NULL);
    wn_put_sweep_state(pane, span, race->state);
    wn_put(pane, 0, span.column + state, WN_DIM, wn_str_text(&right));
    wn_str_free(&place);
    wn_str_free(&right);
}

void wn_compare_draw_race(const struct wn_compare_state *state, const struct wn_view *view) {
    const struct wn_compare_race *race = state->model->race;
    const struct wn_pane *pane = &view->pane;
    const struct wn_extent extent = {pane->rows, pane->columns};
    put_place(race, pane);
    if (!race->record.race) {
        wn_put(pane, 2, 2, WN_PLAIN, "No run has begun yet.");
        return;
    }
    const struct wn_compare_area area = wn_compare_race_plot_area(race, extent, state->chart);
    put_verdict(race, pane, extent);
    if (!state->chart)
        put_arms(state, pane, arms_top(race, extent), arms_end(race, extent));
    const struct wn_pane part = wn_pane_part(pane, area.top, 0, area.rows, pane->columns);
    if (area.rows && race->chart.columns)
        put_plot(race, &part);
    else if (area.rows)
        wn_putf(&part, 0, 1, WN_DIM, "The difference is drawn from round %d on.",
                WN_COMPARE_LEAST_ROUNDS);
}
