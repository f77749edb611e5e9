// SPDX-License-Identifier: GPL-3.0-or-later
// How the sweep under the cursor is getting on: its best trial, and the best so far over all
// trials.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/numbers.h"
#include "core/value.h"
#include "tui/screens/sweeps.h"
#include "tui/widgets/plot.h"

enum { LEAST_PANE = 8, HEAD_ROWS = 2, RECENT = 20 };

// ---- sizes --------------------------------------------------------------------------------------

int wn_sweeps_list_rows(int rows, size_t count) {
    int list = (int)(count < (size_t)rows ? count + 1 : (size_t)rows), half = rows / 2;
    list = list > half ? half : list;
    return rows - list - 1 >= LEAST_PANE ? list : rows;
}

static int pane_rows(const struct wn_sweeps_query *query) {
    return query->extent.rows - wn_sweeps_list_rows(query->extent.rows, query->count) - 1;
}

int64_t wn_sweeps_ended(const struct wn_sweep_row *row) {
    int64_t ended = 0;
    for (int state = 0; state < WN_TRIAL_STATES; state++)
        ended += wn_trial_ended(state) ? row->counts[state] : 0;
    return ended;
}

// ---- loading ------------------------------------------------------------------------------------

static enum wn_status load_spark(struct wn_store *store, const struct wn_sweeps_query *query,
                                 struct wn_sweeps_line *line, struct wn_err *err) {
    for (size_t i = 0; i < query->known_count; i++) {
        const struct wn_sweeps_known *known = &query->known[i];
        if (known->sweep == line->row.id && known->ended == wn_sweeps_ended(&line->row)) {
            memcpy(line->spark, known->spark, sizeof line->spark);
            return WN_OK;
        }
    }
    return wn_history_best(store, &line->row, WN_SWEEPS_SPARK, line->spark, err);
}

static void add_param(struct wn_str *text, const char *path, const struct wn_value *value) {
    char number[32];
    if (value->type == WN_MAP && value->list.count) {
        for (size_t i = 0; i < value->list.count; i++) {
            const char *key = value->list.keys[i].string.text;
            char *below = *path ? wn_format("%s.%s", path, key) : wn_strdup(key);
            add_param(text, below, &value->list.items[i]);
            free(below);
        }
        return;
    }
    wn_str_addf(text, "%s%s ", text->length ? "   " : "", path);
    if (value->type == WN_FLOAT)
        wn_str_add(text, wn_number_brief(value->number, number));
    else
        wn_value_python(text, value);
}

static enum wn_status load_best(struct wn_store *store, struct wn_sweeps_query *query,
                                const struct wn_sweep_row *sweep, struct wn_err *err) {
    struct wn_trial_row row = {0};
    struct wn_value params = {0};
    struct wn_str text = {0};
    if (!sweep->has_best)
        return WN_OK;
    enum wn_status status = wn_store_get_trial(store, sweep->id, sweep->best_trial, &row, err);
    if (status == WN_OK && wn_value_parse_json(row.params, &params, NULL) == WN_OK) {
        add_param(&text, "", &params);
        query->best_params = wn_str_take(&text);
    }
    wn_value_clear(&params);
    wn_trial_row_clear(&row);
    return status;
}

static enum wn_status load_history(struct wn_store *store, struct wn_sweeps_query *query,
                                   const struct wn_sweep_row *sweep, struct wn_err *err) {
    struct wn_canvas canvas = {0};
    const struct wn_pane pane = {
        .canvas = &canvas, .rows = pane_rows(query) - HEAD_ROWS, .columns = query->extent.columns};
    int columns = wn_plot_columns(&(struct wn_plot){0}, &pane);
    if (columns <= 0)
        return WN_OK;
    query->shown = sweep->id;
    enum wn_status status = wn_history_load(store, sweep, (size_t)columns, &query->history, err);
    return status == WN_OK ? load_best(store, query, sweep, err) : status;
}

enum wn_status wn_sweeps_load_curves(struct wn_store *store, struct wn_sweeps_query *query,
                                     struct wn_err *err) {
    const struct wn_sweep_row *chosen = query->count ? &query->sweeps[0].row : NULL;
    enum wn_status status = WN_OK;
    for (size_t i = 0; status == WN_OK && i < query->count; i++) {
        struct wn_sweeps_line *line = &query->sweeps[i];
        if (line->row.id == query->chosen)
            chosen = &line->row;
        status = load_spark(store, query, line, err);
    }
    return status == WN_OK && chosen ? load_history(store, query, chosen, err) : status;
}

// ---- drawing ------------------------------------------------------------------------------------

// What was gained lately, or for how long nothing was.
static void add_gain(const struct wn_sweeps_query *query, const struct wn_sweep_row *sweep,
                     struct wn_str *out) {
    const struct wn_history *history = &query->history;
    int64_t repeats = sweep->repeats > 0 ? sweep->repeats : 1;
    int64_t since = (int64_t)history->best.to - RECENT * repeats;
    char number[32];
    double before = NAN;
    for (size_t i = 0; i < history->record_count; i++)
        if (history->records[i].trial <= since)
            before = history->records[i].value;
    double gain = sweep->best - before;
    if (gain == 0)
        wn_str_addf(out, " for %lld trials",
                    (long long)(((int64_t)history->best.to - sweep->best_trial) / repeats));
    else if (!isnan(gain))
        wn_str_addf(out, "  %s%s in the last %d trials", gain > 0 ? "+" : "",
                    wn_number_brief(gain, number), RECENT);
}

static void draw_plot(const struct wn_sweeps_query *query, const struct wn_sweep_row *sweep,
                      const struct wn_pane *pane) {
    char number[32];
    struct wn_str note = {0};
    const struct wn_plot_curve curves[] = {{.chart = &query->history.best, .name = "best"},
                                           {.chart = &query->history.all, .dots = true}};
    if (sweep->has_best) {
        wn_str_addf(&note, "best %s", wn_number_text(sweep->best, number));
        add_gain(query, sweep, &note);
    }
    const struct wn_plot plot = {.curves = curves,
                                 .count = 2,
                                 .unnamed = true,
                                 .title = sweep->objective,
                                 .about = "by trial, and the best so far",
                                 .x_name = "trial",
                                 .note = note.text,
                                 .low = NAN,
                                 .high = NAN,
                                 .cursor = -1};
    wn_plot_draw(&plot, pane);
    wn_str_free(&note);
}

static void draw_head(const struct wn_sweeps_query *query, const struct wn_sweep_row *sweep,
                      const struct wn_pane *pane) {
    const char *dot = wn_glyph(pane->canvas, WN_GLYPH_DOT);
    int64_t ended = wn_sweeps_ended(sweep);
    struct wn_str text = {0};
    wn_str_addf(&text, "  %s %s %s ", sweep->maximize ? "maximize" : "minimize", sweep->objective,
                dot);
    if (sweep->declared > 0)
        wn_str_addf(&text, "%lld of %lld trials", (long long)ended, (long long)sweep->declared);
    else
        wn_str_addf(&text, "%lld trials", (long long)ended);
    wn_str_addf(&text, " %s %lld at once %s seed %lld", dot, (long long)sweep->parallel, dot,
                (long long)sweep->seed);
    if (sweep->git_commit)
        wn_str_addf(&text, " %s %.7s%s", dot, sweep->git_commit, sweep->git_dirty ? "*" : "");
    int column = wn_put(pane, 0, 1, WN_HEAD, sweep->name) + 1;
    wn_put(pane, 0, column, WN_DIM, text.text);
    wn_str_free(&text);
    if (!sweep->has_best) {
        wn_put(pane, 1, 1, WN_DIM, sweep->reason ? sweep->reason : "no result yet");
        return;
    }
    column = 1 + wn_putf(pane, 1, 1, WN_GOOD, "best #%lld", (long long)sweep->best_trial);
    wn_put(pane, 1, column + 2, WN_PLAIN, query->best_params ? query->best_params : "");
}

void wn_sweeps_draw_pane(const struct wn_sweeps_query *query, const struct wn_pane *pane) {
    const struct wn_sweep_row *sweep = NULL;
    for (size_t i = 0; i < query->count; i++)
        if (query->sweeps[i].row.id == query->shown)
            sweep = &query->sweeps[i].row;
    if (!sweep || pane->rows < LEAST_PANE)
        return;
    struct wn_pane plot = wn_pane_part(pane, HEAD_ROWS, 0, pane->rows - HEAD_ROWS, pane->columns);
    draw_head(query, sweep, pane);
    draw_plot(query, sweep, &plot);
}
