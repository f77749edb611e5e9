// SPDX-License-Identifier: GPL-3.0-or-later
// How the sweep under the cursor is getting on: its best trial, and the best so far over all
// trials.
#include <math.h>
#include <string.h>

#include "core/numbers.h"
#include "sweep/pace.h"
#include "tui/screens/sweeps.h"
#include "tui/widgets/plot.h"

enum { HEAD_ROWS = 3, RECENT = 20 };

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

// What it is, on the first row.
static void draw_title(const struct wn_sweep_row *sweep, const struct wn_pane *pane) {
    const char *dot = wn_glyph(pane->canvas, WN_GLYPH_DOT);
    struct wn_str text = {0};
    wn_str_addf(&text, " %s %s", sweep->maximize ? "maximize" : "minimize", sweep->objective);
    if (sweep->declared > 0)
        wn_str_addf(&text, " %s %lld of %lld trials", dot, (long long)wn_sweep_ended(sweep),
                    (long long)sweep->declared);
    else
        wn_str_addf(&text, " %s %lld trials", dot, (long long)wn_sweep_ended(sweep));
    wn_str_addf(&text, " %s %lld at once %s seed %lld", dot, (long long)sweep->parallel, dot,
                (long long)sweep->seed);
    if (sweep->git_commit)
        wn_str_addf(&text, " %s %.7s%s", dot, sweep->git_commit, sweep->git_dirty ? "*" : "");
    int column = wn_put(pane, 0, 1, WN_HEAD, sweep->name) + 2;
    wn_put(pane, 0, column, WN_DIM, text.text);
    wn_str_free(&text);
}

// How it goes: what runs, how fast, what came of the others.
static void draw_pace(const struct wn_sweeps_line *line, const struct wn_pane *pane, int row) {
    const char *dot = wn_glyph(pane->canvas, WN_GLYPH_DOT);
    const struct wn_sweep_row *sweep = &line->row;
    struct wn_str text = {0};
    int64_t running = sweep->counts[WN_TRIAL_RUNNING], failed = 0;
    char number[32];
    wn_str_addf(&text, "%s", sweep->method);
    if (running)
        wn_str_addf(&text, " %s %lld running", dot, (long long)running);
    if (line->rate > 0)
        wn_str_addf(&text, " %s %s", dot, wn_rate_text(line->rate, number));
    if (wn_sweep_left(&line->row, line->rate) > 0) {
        wn_duration_text(wn_sweep_left(&line->row, line->rate), number, sizeof number);
        wn_str_addf(&text, " %s %s to go", dot, number);
    }
    if (sweep->counts[WN_TRIAL_STOPPED])
        wn_str_addf(&text, " %s %lld stopped early", dot,
                    (long long)sweep->counts[WN_TRIAL_STOPPED]);
    if (sweep->spec_file)
        wn_str_addf(&text, " %s %s", dot, sweep->spec_file);
    for (int state = 0; state < WN_TRIAL_STATES; state++)
        if (wn_trial_ended(state) && !wn_trial_counts(state))
            failed += sweep->counts[state];
    int column = 1;
    if (failed)
        column +=
            wn_putf(pane, row, column, WN_BAD, "%lld without a result", (long long)failed) + 2;
    wn_put(pane, row, column, WN_DIM, text.text);
    wn_str_free(&text);
}

static void draw_best(const struct wn_sweeps_query *query, const struct wn_sweep_row *sweep,
                      const struct wn_pane *pane, int row) {
    if (!sweep->has_best) {
        wn_put(pane, row, 1, WN_DIM, sweep->reason ? sweep->reason : "no result yet");
        return;
    }
    int column = 1 + wn_putf(pane, row, 1, WN_GOOD, "best #%lld", (long long)sweep->best_trial);
    wn_put(pane, row, column + 2, WN_PLAIN, query->best_params ? query->best_params : "");
}

static const struct wn_sweeps_line *line_of(const struct wn_sweeps_query *query) {
    for (size_t i = 0; i < query->count; i++)
        if (query->sweeps[i].row.id == query->shown)
            return &query->sweeps[i];
    return NULL;
}

void wn_sweeps_draw_pane(const struct wn_sweeps_query *query, const struct wn_pane *pane) {
    const struct wn_sweeps_line *line = line_of(query);
    if (!line || pane->rows <= HEAD_ROWS)
        return;
    struct wn_pane plot = wn_pane_part(pane, HEAD_ROWS, 0, pane->rows - HEAD_ROWS, pane->columns);
    draw_title(&line->row, pane);
    if (line->waits)
        wn_put(pane, 1, 1, WN_WARN, line->waits);
    else
        draw_pace(line, pane, 1);
    draw_best(query, &line->row, pane, 2);
    draw_plot(query, &line->row, &plot);
}
