// SPDX-License-Identifier: GPL-3.0-or-later
// What the first screen shows, read on the thread pool. Of very many trials only the newest and the
// best are read, and a sparkline is kept until another trial ends.
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/numbers.h"
#include "core/value.h"
#include "sweep/pace.h"
#include "sweep/standing.h"
#include "tui/screens/sweeps.h"
#include "tui/widgets/plot.h"

enum {
    HEAD_FROM = 12, // rows: the line of the project
    LEAST_PANE = 9,
    PANE_HEAD = 3,     // rows of it above its plot
    BESIDE_FROM = 150, // columns
    LIST_WIDTH = 118,  // of all columns
    PANE_WIDTH = 64,   // at the least, beside
    MOST_RATES = 30,   // sweeps
};

void wn_sweeps_release(struct wn_sweeps_query *query) {
    if (!query)
        return;
    for (size_t i = 0; i < query->count; i++) {
        wn_sweep_row_clear(&query->sweeps[i].row);
        free(query->sweeps[i].waits);
    }
    free(query->sweeps);
    wn_history_clear(&query->history);
    free(query->known);
    free(query->filter);
    free(query->folder);
    free(query->best_params);
    free(query);
}

// ---- sizes --------------------------------------------------------------------------------------

struct wn_sweeps_layout wn_sweeps_lay_out(struct wn_extent extent, size_t count) {
    struct wn_sweeps_layout layout = {.head = extent.rows >= HEAD_FROM};
    int rows = extent.rows - layout.head, wanted = count < (size_t)rows ? (int)count + 1 : rows;
    layout.list = (struct wn_sweeps_box){layout.head, 0, rows, extent.columns};
    if (extent.columns >= BESIDE_FROM) {
        int left =
            extent.columns - PANE_WIDTH < LIST_WIDTH ? extent.columns - PANE_WIDTH : LIST_WIDTH;
        layout.beside = true;
        layout.list.columns = left;
        layout.pane =
            (struct wn_sweeps_box){layout.head, left + 2, rows, extent.columns - left - 2};
        return layout;
    }
    int list = wanted > rows / 2 ? rows / 2 : wanted;
    if (rows - list - 1 < LEAST_PANE)
        return layout;
    layout.list.rows = list;
    layout.pane =
        (struct wn_sweeps_box){layout.head + list + 1, 0, rows - list - 1, extent.columns};
    return layout;
}

// ---- how fast it goes, and what it waits for ----------------------------------------------------

static void load_waits(struct wn_store *store, struct wn_sweeps_line *line) {
    struct wn_trial_row trial = {0};
    struct wn_err err;
    if (strcmp(line->state, "paused") == 0 && line->row.state == WN_SWEEP_RUNNING)
        line->waits = wn_strdup("its disk is nearly full: no trial starts until there is room");
    if (strcmp(line->state, "running") != 0 || !line->row.counts[WN_TRIAL_QUEUED] ||
        wn_store_last_waiting(store, line->row.id, &trial, &err) != WN_OK)
        return;
    line->waits = trial.reason ? wn_strdup(trial.reason) : NULL;
    if (line->waits && !line->row.counts[WN_TRIAL_RUNNING])
        line->state = "waiting";
    wn_trial_row_clear(&trial);
}

static void load_pace(struct wn_store *store, struct wn_sweeps_query *query) {
    int rates = 0;
    for (size_t i = 0; i < query->count; i++) {
        struct wn_sweeps_line *line = &query->sweeps[i];
        bool works = strcmp(line->state, "running") == 0;
        load_waits(store, line);
        if (works && (rates++ < MOST_RATES || line->row.id == query->chosen))
            line->rate = wn_sweep_rate(store, &line->row, wn_now());
    }
}

// ---- the sweeps ---------------------------------------------------------------------------------

struct reading {
    struct wn_store *store;
    struct wn_sweeps_query *query;
};

static bool has_text(const struct wn_sweep_row *row, const char *state, const char *text) {
    const char *const texts[] = {row->name, row->method, row->objective, row->spec_file, state};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (texts[i] && strcasestr(texts[i], text))
            return true;
    return false;
}

static bool add(void *context, const struct wn_sweep_row *row) {
    struct reading *reading = context;
    struct wn_sweeps_query *query = reading->query;
    struct wn_err err;
    const char *state = wn_sweep_shown_state(reading->store, row);
    query->all++;
    query->running += strcmp(state, "running") == 0;
    query->trials += row->counts[WN_TRIAL_RUNNING];
    if (query->filter && !has_text(row, state, query->filter))
        return true;
    struct wn_sweeps_line *line = WN_PUSH(query->sweeps, query->count, query->capacity);
    // A copy of its own: the row is borrowed.
    if (wn_store_get_sweep(reading->store, row->id, &line->row, &err) != WN_OK) {
        query->count--;
        return true;
    }
    line->state = state;
    return true;
}

static void tell_folder(const struct wn_store *store, struct wn_sweeps_query *query) {
    char real[PATH_MAX];
    const char *home = getenv("HOME");
    size_t length = home ? strlen(home) : 0;
    if (!realpath(wn_store_dir(store), real))
        return;
    char *slash = strrchr(real, '/');
    if (slash && slash > real && strcmp(slash, "/.winnow") == 0)
        *slash = '\0';
    bool below = length > 1 && strncmp(real, home, length) == 0 &&
                 (real[length] == '/' || real[length] == '\0');
    query->folder = below ? wn_format("~%s", real + length) : wn_strdup(real);
}

// ---- curves -------------------------------------------------------------------------------------

static enum wn_status load_spark(struct wn_store *store, const struct wn_sweeps_query *query,
                                 struct wn_sweeps_line *line, struct wn_err *err) {
    for (size_t i = 0; i < query->known_count; i++) {
        const struct wn_sweeps_known *known = &query->known[i];
        if (known->sweep == line->row.id && known->ended == wn_sweep_ended(&line->row)) {
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
    const struct wn_sweeps_layout layout = wn_sweeps_lay_out(query->extent, query->count);
    const struct wn_pane pane = {
        .canvas = &canvas, .rows = layout.pane.rows - PANE_HEAD, .columns = layout.pane.columns};
    int columns = wn_plot_columns(&(struct wn_plot){0}, &pane);
    if (columns <= 0)
        return WN_OK;
    query->shown = sweep->id;
    enum wn_status status = wn_history_load(store, sweep, (size_t)columns, &query->history, err);
    return status == WN_OK ? load_best(store, query, sweep, err) : status;
}

static enum wn_status load_curves(struct wn_store *store, struct wn_sweeps_query *query,
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

enum wn_status wn_sweeps_load(struct wn_store *store, struct wn_sweeps_query *query,
                              struct wn_err *err) {
    struct reading reading = {store, query};
    enum wn_status status = wn_store_each_sweep(store, add, &reading, err);
    if (status != WN_OK)
        return status;
    tell_folder(store, query);
    load_pace(store, query);
    return load_curves(store, query, err);
}
