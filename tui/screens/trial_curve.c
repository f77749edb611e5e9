// SPDX-License-Identifier: GPL-3.0-or-later
// Keys of the curve on the screen of a trial: which metric it is, what is shown of it, and how.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "tui/screens/trial_private.h"

// ---- the window
// ----------------------------------------------------------------------------------

void wn_trial_want(struct wn_trial_page *state) {
    state->wish.serial++;
}

bool wn_trial_has_chart(const struct wn_trial_page *state) {
    return state->model && state->model->chart_count && state->model->metric_count;
}

static void choose_metric(struct wn_trial_page *state, size_t metric) {
    free(state->wish.metric);
    state->wish.metric = wn_strdup(state->model->metrics[metric].name);
    wn_trial_want(state);
}

static void step_metric(struct wn_trial_page *state, int by) {
    size_t count = state->model ? state->model->metric_count : 0;
    if (count)
        choose_metric(state,
                      (state->model->metric + count + (size_t)(by < 0 ? count - 1 : 1)) % count);
}

static double forth(const struct wn_trial_page *state, double x) {
    return state->shown.log_x ? log(x) : x;
}

static double back(const struct wn_trial_page *state, double place) {
    return state->shown.log_x ? exp(place) : place;
}

// Beyond the data there is nothing to see; a window that reaches their end goes on with them.
static void set_window(struct wn_trial_page *state, double low, double high) {
    double begin = INFINITY, end = -INFINITY, width = high - low;
    for (size_t i = 0; i < state->model->chart_count; i++) {
        begin = fmin(begin, state->model->charts[i].begin);
        end = fmax(end, state->model->charts[i].end);
    }
    begin = forth(state, begin);
    end = forth(state, end);
    if (low < begin)
        high = fmin(end, (low = begin) + width);
    if (high > end)
        low = fmax(begin, (high = end) - width);
    state->wish.from = low <= begin ? NAN : back(state, low);
    state->wish.to = high >= end ? NAN : back(state, high);
    wn_trial_want(state);
}

// Around the crosshair, which stays where it is; without one, at the right end.
void wn_trial_zoom(struct wn_trial_page *state, double factor) {
    const struct wn_chart *chart = &state->model->charts[0];
    struct wn_plot_curve curves[WN_PLOT_CURVES];
    struct wn_plot plot = wn_trial_plot(state->model, &state->shown, curves);
    double low = forth(state, chart->from), high = forth(state, chart->to);
    double x = wn_plot_cursor_x(&plot), middle = isnan(x) ? high : forth(state, x);
    set_window(state, middle - (middle - low) * factor, middle + (high - middle) * factor);
}

static void pan(struct wn_trial_page *state, double share) {
    const struct wn_chart *chart = &state->model->charts[0];
    double low = forth(state, chart->from), high = forth(state, chart->to);
    double by = (high - low) * share;
    state->shown.cursor = -1;
    set_window(state, low + by, high + by);
}

void wn_trial_reset_curve(struct wn_trial_page *state) {
    state->wish.from = state->wish.to = NAN;
    state->shown.cursor = -1;
    wn_trial_want(state);
}

// To the next column with a value; the first time, to the last one.
static void move_cursor(struct wn_trial_page *state, int by) {
    struct wn_plot_curve curves[WN_PLOT_CURVES];
    struct wn_plot plot = wn_trial_plot(state->model, &state->shown, curves);
    int count = (int)state->model->charts[0].count;
    int at = wn_plot_nearest(&plot, plot.cursor < 0 ? count - 1 : plot.cursor);
    if (plot.cursor >= 0)
        for (int i = at + by; i >= 0 && i < count; i += by)
            if (wn_plot_nearest(&plot, i) == i) {
                at = i;
                break;
            }
    state->shown.cursor = at;
}

static void chosen_metric(void *context, struct wn_tui *tui, const char *text) {
    struct wn_trial_page *state = context;
    (void)tui;
    for (size_t i = 0; state->model && i < state->model->metric_count; i++)
        if (strcmp(state->model->metrics[i].name, text) == 0)
            choose_metric(state, i);
}

static const char step_axis[] = "step", log_axis[] = "log step";

static void chosen_axis(void *context, struct wn_tui *tui, const char *text) {
    struct wn_trial_page *state = context;
    (void)tui;
    bool is_metric = strcmp(text, step_axis) != 0 && strcmp(text, log_axis) != 0;
    free(state->wish.x);
    state->wish.x = is_metric ? wn_strdup(text) : NULL;
    state->shown.log_x = strcmp(text, log_axis) == 0;
    wn_trial_reset_curve(state);
}

static void choose(struct wn_trial_page *state, struct wn_tui *tui, bool axis) {
    const struct wn_trial_query *model = state->model;
    const char **items = wn_calloc(model->metric_count + 3, sizeof *items);
    size_t count = 0;
    if (axis) {
        items[count++] = step_axis;
        items[count++] = log_axis;
    }
    for (size_t i = 0; i < model->metric_count; i++)
        if (!axis || i != model->metric)
            items[count++] = model->metrics[i].name;
    wn_tui_choose(tui, axis ? "along the curve" : "metric", items,
                  axis ? chosen_axis : chosen_metric);
    free(items);
}

static bool act_on_chart(struct wn_trial_page *state, struct wn_tui *tui, int action) {
    switch (action) {
    case METRIC:
    case METRIC_BACK:
        step_metric(state, action == METRIC ? 1 : -1);
        return true;
    case METRIC_CHOOSE:
    case AXIS_X:
        choose(state, tui, action == AXIS_X);
        return true;
    case ZOOM_IN:
    case ZOOM_OUT:
        wn_trial_zoom(state, action == ZOOM_IN ? 0.5 : 2);
        return true;
    case PAN_LEFT:
    case PAN_RIGHT:
        pan(state, action == PAN_LEFT ? -0.5 : 0.5);
        return true;
    case RESET:
        wn_trial_reset_curve(state);
        return true;
    case LOG_Y:
        state->shown.log_y = !state->shown.log_y;
        return true;
    case WHOLE:
        state->shown.whole = !state->shown.whole;
        return true;
    case SMOOTH:
        state->smoothing = (state->smoothing + 1) % WN_TRIAL_SMOOTHINGS;
        wn_trial_want(state);
        return true;
    case WN_MOVE_LEFT:
    case WN_MOVE_RIGHT:
        move_cursor(state, action == WN_MOVE_LEFT ? -1 : 1);
        return true;
    default:
        return false;
    }
}

// Where the curve has the pane, motions that else walk the log are its own.
static bool act_on_chart_alone(struct wn_trial_page *state, struct wn_tui *tui, int action) {
    switch (action) {
    case WN_MOVE_UP:
        return act_on_chart(state, tui, METRIC_BACK);
    case WN_MOVE_DOWN:
        return act_on_chart(state, tui, METRIC);
    case WN_MOVE_PAGE_UP:
        return act_on_chart(state, tui, PAN_LEFT);
    case WN_MOVE_PAGE_DOWN:
        return act_on_chart(state, tui, PAN_RIGHT);
    case WN_MOVE_FIRST:
        state->shown.cursor = 0;
        return true;
    case WN_MOVE_LAST:
        state->shown.cursor = (int)state->model->charts[0].count - 1;
        return true;
    default:
        return false;
    }
}

bool wn_trial_act_on_curve(struct wn_trial_page *state, struct wn_tui *tui, int action) {
    bool alone = state->shown.part == WN_TRIAL_CHART;
    return wn_trial_has_chart(state) &&
           (act_on_chart(state, tui, action) || (alone && act_on_chart_alone(state, tui, action)));
}
