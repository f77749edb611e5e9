// SPDX-License-Identifier: GPL-3.0-or-later
// The first lines of the leaderboard say how it is going; the last one what the chosen trial tried.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/numbers.h"
#include "sweep/pace.h"
#include "sweep/standing.h"
#include "tui/screens/board_private.h"
#include "tui/widgets/bar.h"
#include "tui/widgets/spark.h"

// ---- the first line: where, and how far ---------------------------------------------------------

enum { MOST_PIECES = 6, STATE_WIDTH = 13 };

struct pieces { // the most important first
    char *texts[MOST_PIECES];
    size_t count;
};

static void add_piece(struct pieces *pieces, char *text) {
    if (pieces->count < MOST_PIECES)
        pieces->texts[pieces->count++] = text;
    else
        free(text);
}

static void add_pace(struct pieces *pieces, const struct wn_board_state *state) {
    const struct wn_board_query *model = state->model;
    long long ended = (long long)wn_sweep_ended(&model->row);
    double share = wn_sweep_share(&model->row), left = wn_sweep_left(&model->row, state->rate);
    char text[32];
    if (!isnan(share))
        add_piece(pieces, wn_format("%d%%", (int)(share * 100)));
    if (model->row.declared > 0)
        add_piece(pieces, wn_format("%lld/%lld", ended, (long long)model->row.declared));
    else
        add_piece(pieces, wn_format("%lld ended", ended));
    if (strcmp(model->state, "running") != 0)
        return;
    if (left > 0) {
        wn_duration_text(left, text, sizeof text);
        add_piece(pieces, wn_format("ETA %s", text));
    }
    add_piece(pieces, wn_format("%lld at once", (long long)model->row.parallel));
    if (state->rate > 0)
        add_piece(pieces, wn_strdup(wn_rate_text(state->rate, text)));
}

// State and pieces, at the right edge; those that do not fit are left out.
static void draw_state(const struct wn_board_state *state, const struct wn_pane *pane, int left) {
    const struct wn_board_query *model = state->model;
    struct pieces pieces = {0};
    add_pace(&pieces, state);
    int width = 2 + wn_canvas_width(pane->canvas, model->state), room = pane->columns - left - 1;
    size_t shown = 0;
    while (shown < pieces.count &&
           width + 2 + wn_canvas_width(pane->canvas, pieces.texts[shown]) <= room)
        width += 2 + wn_canvas_width(pane->canvas, pieces.texts[shown++]);
    int column = pane->columns - 1 - width;
    column = column > left ? column : left;
    wn_put_sweep_state(pane, (struct wn_span){.column = column, .columns = pane->columns - column},
                       model->state);
    column += 2 + wn_canvas_width(pane->canvas, model->state);
    for (size_t i = 0; i < shown; i++)
        column += 2 + wn_put(pane, 0, column + 2, WN_PLAIN, pieces.texts[i]);
    for (size_t i = 0; i < pieces.count; i++)
        free(pieces.texts[i]);
}

// ---- the second line: the best ------------------------------------------------------------------

static void add_tied(struct wn_str *text, const struct wn_board_query *model) {
    enum { MOST = 3 };
    size_t tied = 0;
    for (size_t i = 1; model->leaders && i < model->leaders->row_count; i++) {
        if (!wn_board_is_tied(model, &model->leaders->rows[i]))
            continue;
        if (++tied <= MOST)
            wn_str_addf(text, "%s#%lld", tied == 1 ? "  tied: " : " ",
                        (long long)model->leaders->rows[i].trial);
    }
    if (tied > MOST)
        wn_str_addf(text, " +%zu", tied - MOST);
}

static void add_best(struct wn_str *text, const struct wn_board_query *model,
                     const struct wn_canvas *canvas) {
    char best[32], se[32];
    ptrdiff_t column = wn_board_column(model->page, "se");
    double error = NAN;
    if (!model->row.has_best) {
        wn_str_addf(text, "no %s yet", model->row.objective);
        return;
    }
    wn_str_addf(text, "best %s %s", model->row.objective, wn_number_text(model->row.best, best));
    if (column >= 0 && model->leaders && model->leaders->row_count)
        wn_value_number(&model->leaders->rows[0].cells[column], &error);
    if (!isnan(error))
        wn_str_addf(text, " %s %s", wn_glyph(canvas, WN_GLYPH_PLUS_MINUS),
                    wn_number_brief(error, se));
    wn_str_addf(text, " (#%lld)", (long long)model->row.best_trial);
}

static void add_count(struct wn_str *text, const struct wn_sweep_row *row,
                      enum wn_trial_state state) {
    if (row->counts[state])
        wn_str_addf(text, "%s%s %lld", text->length ? "  " : "", wn_trial_state_name(state),
                    (long long)row->counts[state]);
}

static enum wn_look count_look(const struct wn_sweep_row *row) {
    return row->counts[WN_TRIAL_FAILED] ? WN_BAD : WN_DIM;
}

static void draw_best(const struct wn_board_state *state, const struct wn_pane *pane, int row,
                      bool tied) {
    const struct wn_board_query *model = state->model;
    struct wn_str best = {0}, counts = {0};
    add_best(&best, model, pane->canvas);
    if (tied)
        add_tied(&best, model);
    for (int i = WN_TRIAL_STATES - 1; i >= 0; i--)
        if (i != WN_TRIAL_FINISHED && i != WN_TRIAL_QUEUED)
            add_count(&counts, &model->row, (enum wn_trial_state)i);
    int used = 1 + wn_put(pane, row, 1, model->row.has_best ? WN_GOOD : WN_DIM, best.text);
    int right = wn_canvas_width(pane->canvas, wn_str_text(&counts));
    if (used + 2 + right < pane->columns)
        wn_put(pane, row, pane->columns - 1 - right, count_look(&model->row), wn_str_text(&counts));
    int room = pane->columns - used - right - 4;
    if (room > WN_BOARD_SPARK + 2)
        wn_spark_draw(pane,
                      (struct wn_span){.row = row, .column = used + 3, .columns = WN_BOARD_SPARK},
                      WN_SERIES, model->spark);
    wn_str_free(&best);
    wn_str_free(&counts);
}

// ---- the third line: which rows -----------------------------------------------------------------

static void add_look(struct wn_str *text, const struct wn_board_look *look) {
    wn_str_addf(text, "sort: %s", look->sort ? look->sort : "rank");
    if (look->where)
        wn_str_addf(text, "   filter: %s", look->where);
    if (look->front)
        wn_str_add(text, "   the Pareto front");
    if (look->text && *look->text)
        wn_str_addf(text, "   text: %s", look->text);
    if (look->trials)
        wn_str_add(text, "   repeats apart");
}

// "1-16/124", or that these are still the rows before.
static void place_text(const struct wn_board_state *state, char *out, size_t room) {
    const struct wn_board_query *model = state->model;
    size_t top = state->drawn->top, last = top + state->drawn->rows;
    if (model->looks != state->looks)
        snprintf(out, room, "reading");
    else
        snprintf(out, room, "%zu-%zu/%zu", model->total ? top + 1 : 0,
                 last < model->total ? last : model->total, model->total);
}

static void draw_look(const struct wn_board_state *state, const struct wn_pane *pane, int row) {
    const struct wn_board_query *model = state->model;
    struct wn_str text = {0};
    char place[64];
    place_text(state, place, sizeof place);
    int width = wn_canvas_width(pane->canvas, place);
    wn_put(pane, row, pane->columns - 1 - width, model->looks == state->looks ? WN_DIM : WN_WARN,
           place);
    add_look(&text, &state->look);
    if (model->problem) {
        wn_str_clear(&text);
        wn_str_addf(&text, "all rows: %s", model->problem);
    }
    struct wn_span span = {.row = row, .column = 1, .columns = pane->columns - width - 4};
    wn_put_span(pane, span, model->problem ? WN_BAD : WN_DIM, wn_str_text(&text));
    if (state->marked_count) {
        char marked[32];
        snprintf(marked, sizeof marked, "%zu marked  ", state->marked_count);
        int used = wn_canvas_width(pane->canvas, marked);
        wn_put(pane, row, pane->columns - 1 - width - used, WN_ACCENT, marked);
    }
    wn_str_free(&text);
}

static bool says_something(const struct wn_board_state *state) {
    const struct wn_board_look *look = &state->look;
    return look->sort || look->where || look->text || look->front || state->model->problem;
}

void wn_board_draw_head(const struct wn_board_state *state, const struct wn_pane *pane, int lines) {
    const struct wn_board_query *model = state->model;
    int room = pane->columns - STATE_WIDTH - 12;
    struct wn_span name = {.column = 1, .columns = room > 4 ? room : 4, .align = WN_MIDDLE};
    int used = 1 + wn_put_span(pane, name, WN_HEAD, model->row.name);
    if (pane->columns >= 60)
        used += wn_putf(pane, 0, used, WN_DIM, " %s board", wn_glyph(pane->canvas, WN_GLYPH_ARROW));
    draw_state(state, pane, used + 2);
    if (lines == 2 && says_something(state))
        draw_look(state, pane, 1);
    else if (lines >= 2)
        draw_best(state, pane, 1, pane->columns >= 60);
    if (lines >= 3)
        draw_look(state, pane, 2);
}

// ---- the last line: the chosen trial ------------------------------------------------------------

static bool is_in_table(const struct wn_board_state *state, size_t column) {
    const struct wn_board_layout *layout = &state->drawn->layout;
    for (size_t i = 0; i < layout->count; i++)
        if (layout->shown[i].column == (ptrdiff_t)column)
            return true;
    return false;
}

static void add_param(struct wn_str *text, const struct wn_board *page, size_t column,
                      const struct wn_value *value) {
    if (page->columns[column].group != WN_BOARD_PARAM || value->type == WN_NULL)
        return;
    wn_str_addf(text, "   %s ", wn_board_title(page, column));
    wn_value_people(text, value);
}

// What the table has no room for.
void wn_board_draw_detail(const struct wn_board_state *state, const struct wn_pane *pane, int row) {
    const struct wn_board_row *chosen = wn_board_chosen(state);
    const struct wn_board *page = state->model->page;
    struct wn_str text = {0};
    if (!chosen)
        return;
    int used = 1 + wn_putf(pane, row, 1, WN_PLAIN, "#%lld", (long long)chosen->trial);
    if (chosen->reason)
        used += wn_putf(pane, row, used, isnan(chosen->score) ? WN_BAD : WN_DIM, "   %s",
                        chosen->reason);
    for (size_t i = 0; i < page->column_count; i++)
        if (!is_in_table(state, i))
            add_param(&text, page, i, &chosen->cells[i]);
    if (used < pane->columns)
        wn_put(pane, row, used, WN_DIM, wn_str_text(&text));
    wn_str_free(&text);
}
