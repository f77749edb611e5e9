// SPDX-License-Identifier: GPL-3.0-or-later
// The table of the leaderboard: which columns fit, their titles, pinned rows, rows.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/numbers.h"
#include "core/stats/t_test.h"
#include "tui/screens/board_private.h"
#include "tui/widgets/bar.h"

enum { MARGIN = 2, GAP = 2, WIDE = 140, LEAST_TEXT = 6 };

// ---- areas --------------------------------------------------------------------------------------

struct wn_board_areas wn_board_areas(const struct wn_board_state *state, struct wn_extent extent) {
    int head = extent.rows < 12 ? 1 : extent.rows < 16 ? 2 : 3;
    int detail = extent.rows >= 14;
    bool side = extent.columns >= WIDE && extent.rows >= 20 && !state->side_hidden;
    return (struct wn_board_areas){.head = head,
                                   .table = extent.rows - head - 1 - detail,
                                   .detail = detail,
                                   .left = side ? extent.columns * 3 / 5 : extent.columns};
}

size_t wn_board_pinned_rows(const struct wn_board_state *state, int table) {
    const struct wn_board *pinned = state->model ? state->model->pinned : NULL;
    size_t most = table > 6 ? (size_t)table / 3 : 0;
    size_t count = pinned ? pinned->row_count : 0;
    count = count < most ? count : most;
    return count ? count + 1 : 0;
}

// ---- which columns fit --------------------------------------------------------------------------

// What goes first where there is no room: the age and how it ran, then other metrics, parameters.
static int spareness(const char *name) {
    static const struct {
        const char *name;
        int spare;
    } spares[] = {{"objective", 0}, {"trial", 0},  {"se", 200},    {"state", 100},
                  {"front", 200},   {"rank", 400}, {"tags", 500},  {"duration", 700},
                  {"exit", 800},    {"age", 900},  {"host", 1000}, {"started", 1000},
                  {"ended", 1000}};
    for (size_t i = 0; i < sizeof spares / sizeof *spares; i++)
        if (strcmp(spares[i].name, name) == 0)
            return spares[i].spare;
    return wn_starts_with(name, "metric.") ? 600 : 300;
}

struct fitting {
    const struct wn_board_state *state;
    const struct wn_pane *pane;
    struct wn_board_layout *layout;
    struct wn_fit fits[WN_BOARD_MOST_SHOWN];
};

static bool is_sorted_by(const struct wn_board_state *state, const struct wn_board_item *item,
                         bool *descending) {
    const char *sort = state->look.sort ? state->look.sort : "+rank";
    const char *name = sort + (*sort == '+' || *sort == '-');
    *descending = *sort == '-';
    if (strcmp(item->name, "age") == 0) {
        *descending = !*descending;
        return strcmp(name, "started") == 0;
    }
    if (strcmp(name, "rank") != 0)
        return strcmp(name, item->name) == 0;
    *descending ^= state->model->row.maximize; // the rank shows at the objective
    return strcmp(item->name, "objective") == 0;
}

static int wanted_width(const struct fitting *fitting, const struct wn_board_item *item,
                        ptrdiff_t column) {
    const struct wn_board_query *model = fitting->state->model;
    const struct wn_canvas *canvas = fitting->pane->canvas;
    bool descending;
    int title = wn_canvas_width(canvas, wn_board_item_title(item, model->page, canvas));
    int sorted = is_sorted_by(fitting->state, item, &descending) ? 2 : 0;
    int cells = column < 0 ? 6 : wn_board_sheet_width(model->sheet, (size_t)column);
    cells = cells > item->grown ? cells : item->grown;
    return title + sorted > cells ? title + sorted : cells;
}

static void offer(struct fitting *fitting, size_t index, int spare) {
    const struct wn_board_item *item = &fitting->state->setup.items[index];
    const struct wn_board *page = fitting->state->model->page;
    struct wn_board_layout *layout = fitting->layout;
    ptrdiff_t column = wn_board_column(page, item->name);
    bool number = column < 0 || page->columns[column].number;
    bool firm = number || item->width || strcmp(item->name, "state") == 0;
    int wanted = item->width ? item->width : wanted_width(fitting, item, column);
    int least = firm || wanted < LEAST_TEXT ? wanted : LEAST_TEXT;
    fitting->fits[layout->count] =
        (struct wn_fit){.wanted = wanted, .least = least, .spare = spare};
    layout->shown[layout->count++] = (struct wn_board_shown){
        .item = index,
        .column = column,
        .span = {.align = number ? WN_RIGHT : WN_LEFT},
    };
}

static bool stays(const char *name) {
    return strcmp(name, "rank") == 0 || strcmp(name, "trial") == 0 ||
           strcmp(name, "objective") == 0;
}

// Columns by their importance; or, where whoever looks went to the right, those from there on.
static void offer_all(struct fitting *fitting) {
    const struct wn_board_setup *setup = &fitting->state->setup;
    const struct wn_board *page = fitting->state->model->page;
    for (size_t i = 0; i < setup->count && fitting->layout->count < WN_BOARD_MOST_SHOWN; i++) {
        const struct wn_board_item *item = &setup->items[i];
        bool left_out = setup->first && i < setup->first && !stays(item->name);
        if (left_out || !wn_board_item_shown(item, page))
            continue;
        int spare = setup->first ? (int)i : spareness(item->name);
        offer(fitting, i, stays(item->name) && setup->first ? 0 : spare);
    }
}

static void drop_hidden(struct wn_board_layout *layout, const struct wn_fit *fits) {
    size_t kept = 0;
    for (size_t i = 0; i < layout->count; i++) {
        if (!fits[i].width)
            continue;
        layout->shown[kept] = layout->shown[i];
        layout->shown[kept].span.column = MARGIN + fits[i].left;
        layout->shown[kept++].span.columns = fits[i].width;
    }
    layout->count = kept;
}

static void lay_out(const struct wn_board_state *state, const struct wn_pane *pane,
                    struct wn_board_layout *layout) {
    struct fitting fitting = {.state = state, .pane = pane, .layout = layout};
    layout->count = 0;
    offer_all(&fitting);
    wn_columns_fit(fitting.fits, layout->count, pane->columns - MARGIN, GAP);
    drop_hidden(layout, fitting.fits);
    for (size_t i = 0; i < layout->count; i++) {
        struct wn_board_item *item = &state->setup.items[layout->shown[i].item];
        ptrdiff_t column = layout->shown[i].column;
        int needed = column < 0 ? 0 : wn_board_sheet_width(state->model->sheet, (size_t)column);
        item->grown = needed > item->grown ? needed : item->grown;
    }
}

// ---- titles -------------------------------------------------------------------------------------

static void draw_titles(const struct wn_board_state *state, const struct wn_pane *pane, int row,
                        const struct wn_board_layout *layout) {
    for (size_t i = 0; i < layout->count; i++) {
        const struct wn_board_shown *shown = &layout->shown[i];
        const struct wn_board_item *item = &state->setup.items[shown->item];
        const char *title = wn_board_item_title(item, state->model->page, pane->canvas);
        struct wn_span span = shown->span;
        bool descending;
        bool sorted = is_sorted_by(state, item, &descending);
        span.row = row;
        char *text =
            sorted ? wn_format("%s %s", title,
                               wn_glyph(pane->canvas, descending ? WN_GLYPH_DOWN : WN_GLYPH_UP))
                   : wn_strdup(title);
        wn_put_span(pane, span, WN_HEAD, text);
        if (shown->item == state->setup.focus)
            wn_mark(pane, span, WN_ACCENT, WN_UNDERLINE);
        free(text);
    }
}

// ---- rows ---------------------------------------------------------------------------------------

bool wn_board_is_tied(const struct wn_board_query *model, const struct wn_board_row *row) {
    const struct wn_board *leaders = model->leaders;
    ptrdiff_t objective = wn_board_column(model->page, "objective");
    ptrdiff_t se = wn_board_column(model->page, "se");
    if (model->row.repeats < 2 || !leaders || !leaders->row_count || objective < 0 || se < 0)
        return false;
    const struct wn_board_row *best = &leaders->rows[0];
    double values[4];
    if (row->trial == best->trial || model->look.trials ||
        !wn_value_number(&row->cells[objective], &values[0]) ||
        !wn_value_number(&row->cells[se], &values[1]) ||
        !wn_value_number(&best->cells[objective], &values[2]) ||
        !wn_value_number(&best->cells[se], &values[3]))
        return false;
    return wn_welch_p((struct wn_mean){values[0], values[1], model->row.repeats},
                      (struct wn_mean){values[2], values[3], model->row.repeats}) > 0.05;
}

static double number_of(const struct wn_board *board, const struct wn_board_row *row,
                        const char *name) {
    ptrdiff_t column = wn_board_column(board, name);
    double number;
    return column >= 0 && wn_value_number(&row->cells[column], &number) ? number : NAN;
}

// Since it ended, or since it began where it runs.
static void age_text(const struct wn_board_state *state, const struct wn_board_row *row, char *out,
                     int room) {
    double ended = number_of(state->model->page, row, "ended");
    double since = isnan(ended) ? number_of(state->model->page, row, "started") : ended;
    *out = '\0';
    if (!isnan(since))
        wn_duration_text(state->moment - since, out, room);
}

static enum wn_trial_state state_of(const struct wn_board *board, const struct wn_board_row *row) {
    ptrdiff_t column = wn_board_column(board, "state");
    enum wn_trial_state state = WN_TRIAL_QUEUED;
    if (column >= 0 && row->cells[column].type == WN_STRING)
        wn_trial_state_parse(row->cells[column].string.text, &state);
    return state;
}

static bool is_changed(const struct wn_board_state *state, int64_t trial, ptrdiff_t column,
                       double now) {
    for (size_t i = 0; i < state->change_count; i++) {
        const struct wn_board_change *change = &state->changes[i];
        if (change->trial == trial && (ptrdiff_t)change->column == column &&
            now < change->moment + WN_BOARD_MARKED)
            return true;
    }
    return false;
}

struct line { // a row that is drawn
    const struct wn_board_state *state;
    const struct wn_board_row *row;
    size_t sheet_row;
    double now;
    bool cursor;
    enum wn_look look;
};

static void draw_cell(const struct line *line, const struct wn_pane *pane,
                      const struct wn_board_shown *shown, int row) {
    const struct wn_board_state *state = line->state;
    const struct wn_board *page = state->model->page;
    struct wn_span span = shown->span;
    char age[32];
    span.row = row;
    if (shown->column < 0) {
        age_text(state, line->row, age, sizeof age);
        wn_put_span(pane, span, WN_DIM, age);
        return;
    }
    size_t column = (size_t)shown->column;
    const char *name = page->columns[column].name;
    bool live = wn_board_sheet_is_live(state->model->sheet, line->sheet_row, column);
    if (strcmp(name, "state") == 0)
        wn_put_trial_state(pane, span, state_of(page, line->row));
    else
        wn_put_span(pane, span, live ? WN_DIM : line->look,
                    wn_board_sheet_text(state->model->sheet, line->sheet_row, column));
    if (is_changed(state, line->row->trial, shown->column, line->now))
        wn_mark(pane, span, WN_ACCENT, WN_BOLD);
}

static void draw_margin(const struct line *line, const struct wn_pane *pane, int row) {
    const struct wn_board_state *state = line->state;
    const struct wn_canvas *canvas = pane->canvas;
    int64_t trial = line->row->trial;
    if (line->cursor)
        wn_put_glyph(pane, row, 0, WN_PLAIN, wn_glyph(canvas, WN_GLYPH_SELECTED));
    else if (wn_board_is_tied(state->model, line->row))
        wn_put_glyph(pane, row, 0, WN_GOOD, "=");
    if (wn_board_is_among(state->marked, state->marked_count, trial))
        wn_put_glyph(pane, row, 1, WN_ACCENT, wn_glyph(canvas, WN_GLYPH_MARKED));
    else if (wn_board_is_among(state->pins, state->pin_count, trial))
        wn_put_glyph(pane, row, 1, WN_DIM, wn_glyph(canvas, WN_GLYPH_PINNED));
}

// Between the cells too: each change of colour costs bytes.
static void fill_row(const struct line *line, const struct wn_pane *pane, int row) {
    const struct wn_board_layout *layout = &line->state->drawn->layout;
    if (line->look == WN_PLAIN || !layout->count)
        return;
    struct wn_span last = layout->shown[layout->count - 1].span;
    for (int column = MARGIN; column < last.column + last.columns; column++)
        wn_put_glyph(pane, row, column, line->look, " ");
}

// To the end of the pane; beside another one no further than there are cells, for the blanks after
// them would be written twice for each movement of the cursor.
static struct wn_span bar_of(const struct line *line, const struct wn_pane *pane, int row) {
    const struct wn_board_layout *layout = &line->state->drawn->layout;
    int end = pane->columns;
    if (pane->columns < pane->canvas->columns && layout->count) {
        struct wn_span last = layout->shown[layout->count - 1].span;
        end = last.column + last.columns + 1;
    }
    return (struct wn_span){.row = row, .column = 1, .columns = end - 1};
}

static void draw_row(struct line *line, const struct wn_pane *pane, int row) {
    const struct wn_board_query *model = line->state->model;
    const struct wn_board_layout *layout = &line->state->drawn->layout;
    line->row = wn_board_sheet_row(model->sheet, line->sheet_row);
    bool best = model->row.has_best && line->row->trial == model->row.best_trial;
    line->look = best ? WN_GOOD : isnan(line->row->score) ? WN_DIM : WN_PLAIN;
    fill_row(line, pane, row);
    for (size_t i = 0; i < layout->count; i++)
        draw_cell(line, pane, &layout->shown[i], row);
    draw_margin(line, pane, row);
    if (line->cursor)
        wn_mark(pane, bar_of(line, pane, row), WN_PLAIN, WN_REVERSE);
}

static int draw_pinned(struct line *line, const struct wn_pane *pane, int row, size_t count) {
    const struct wn_board *page = line->state->model->page;
    for (size_t i = 0; i + 1 < count; i++) {
        line->sheet_row = page->row_count + i;
        draw_row(line, pane, row++);
    }
    if (count)
        wn_put_rule(pane, row++);
    return row;
}

static void draw_nothing(const struct wn_board_state *state, const struct wn_pane *pane, int row) {
    const struct wn_board_look *look = &state->look;
    bool filtered = look->where || look->text || look->front;
    wn_put(pane, row + 1, MARGIN, WN_HEAD,
           filtered ? "No row passes the filter." : "No trials yet.");
    if (filtered)
        wn_put(pane, row + 3, MARGIN, WN_PLAIN,
               "f changes the filter, / the text; empty: all rows");
}

void wn_board_draw_table(const struct wn_board_state *state, const struct wn_view *view,
                         const struct wn_pane *pane) {
    const struct wn_board_query *model = state->model;
    struct wn_board_drawn *drawn = state->drawn;
    struct line line = {.state = state, .now = view->now};
    size_t pinned = wn_board_pinned_rows(state, pane->rows - 1);
    lay_out(state, pane, &drawn->layout);
    draw_titles(state, pane, 0, &drawn->layout);
    int row = draw_pinned(&line, pane, 1, pinned);
    drawn->first_row = row;
    drawn->rows = pane->rows > row ? (size_t)(pane->rows - row) : 1;
    bool below = state->cursor >= state->top + drawn->rows;
    drawn->top = below ? state->cursor - drawn->rows + 1 : state->top;
    for (size_t place = drawn->top; row < pane->rows && place < model->total; place++, row++) {
        if (!wn_board_at(state, place))
            continue; // about to come
        line.sheet_row = place - model->from;
        line.cursor = place == state->cursor;
        draw_row(&line, pane, row);
    }
    if (!model->total)
        draw_nothing(state, pane, 1);
}
