// SPDX-License-Identifier: GPL-3.0-or-later
// One trial: what it was, its curves, its log, and what can be done with it.
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/mem.h"
#include "tui/screens/trial.h"
#include "tui/tui.h"

enum {
    LOG = WN_ACTION_OWN,
    CHART,
    FACTS,
    METRIC,
    METRIC_BACK,
    METRIC_CHOOSE,
    ZOOM_IN,
    ZOOM_OUT,
    PAN_LEFT,
    PAN_RIGHT,
    RESET,
    LOG_Y,
    AXIS_X,
    SMOOTH,
    WHOLE,
    OVERLAY,
    REPEATS,
    SEARCH,
    NEXT,
    PREVIOUS,
    FOLLOW,
    RETRY,
    KILL,
    CLONE,
    COMPARE,
    COPY,
    TRIAL_BACK,
    TRIAL_NEXT,
    LEAVE,
};

static const struct wn_binding bindings[] = {
    {LOG, "Enter", "log", "the log alone, or together with the rest"},
    {CHART, "c", "chart", "the curve alone, or together with the rest"},
    {FACTS, "i", "info", "all that is known: parameters, metrics, attempts, artifacts"},
    {METRIC, "Tab", "metric", "the next metric"},
    {METRIC_BACK, "S-Tab", NULL, "the metric before"},
    {RETRY, "r", "retry", "let it run again", .writes = true},
    {KILL, "x", "kill", "end it with all its processes", .writes = true},
    {CLONE, "e", "edit & re-run", "a new sweep from its parameters, to be edited", .writes = true},
    {COMPARE, "a", "A/B", "compare it with the trials beside it, or with the best"},
    {COPY, "y", "copy command", "its command line, into the clipboard"},
    {SEARCH, "/", "search", "find a text in the log"},
    {NEXT, "n", NULL, "the next place in the log where it is found"},
    {PREVIOUS, "N", NULL, "the place before"},
    {FOLLOW, "F", NULL, "follow the end of the log"},
    {METRIC_CHOOSE, "M", NULL, "choose the metric by its name"},
    {ZOOM_IN, "+", NULL, "closer, around the crosshair"},
    {ZOOM_OUT, "-", NULL, "less close"},
    {PAN_LEFT, "[ <", NULL, "to the left, by half of what is shown"},
    {PAN_RIGHT, "] >", NULL, "to the right"},
    {RESET, "=", NULL, "all of the curve, without crosshair"},
    {LOG_Y, "L", NULL, "a logarithmic axis for values, or a linear one"},
    {AXIS_X, "X", NULL, "what lies along the curve: steps, their logarithm, another metric"},
    {SMOOTH, "m", NULL, "smoothing: none, a mean, a median"},
    {WHOLE, "Y", NULL, "also the outermost values, which are cut off else"},
    {OVERLAY, "o", NULL, "other trials beside it, by their numbers"},
    {REPEATS, "R", NULL, "the other repeats of its configuration beside it"},
    {TRIAL_BACK, "K", NULL, "the trial before"},
    {TRIAL_NEXT, "J", NULL, "the trial after it"},
    {LEAVE, "Esc Backspace", NULL, "back: first to all parts, then to the screen before"},
    {0},
};

static const struct {
    enum wn_smoothing kind;
    double width;
    const char *text;
} smoothings[] = {
    {WN_SMOOTH_NONE, 0, NULL},
    {WN_SMOOTH_MEAN, 0.02, "mean over 2%"},
    {WN_SMOOTH_MEAN, 0.1, "mean over 10%"},
    {WN_SMOOTH_MEDIAN, 0.05, "median over 5%"},
};
enum { SMOOTHINGS = sizeof smoothings / sizeof smoothings[0] };

struct state {
    struct wn_trial_wish wish; // as it is now; the smoothing is told by `smoothing`
    size_t smoothing;
    struct wn_trial_shown shown;
    struct wn_trial_query *model; // NULL: nothing was loaded yet
    char *others;                 // its own number and theirs, as places tell them
    int64_t found;                // where the sought text was found last; -1: nowhere
};

// ---- opening ------------------------------------------------------------------------------------

static void read_others(struct state *state, const char *text) {
    struct wn_trial_wish *wish = &state->wish;
    struct wn_str told = {0};
    wish->other_count = 0;
    while (text && *text && wish->other_count < WN_TRIAL_OTHERS) {
        char *end;
        long long number = strtoll(text, &end, 10);
        if (end != text && number >= 0 && number != wish->trial) {
            wish->others[wish->other_count++] = number;
            if (!told.length) // its own number is one of those that are compared
                wn_str_addf(&told, "%lld", (long long)wish->trial);
            wn_str_addf(&told, ",%lld", number);
        }
        text = end + (*end && (end == text || *end == ','));
    }
    free(state->others);
    state->others = told.length ? wn_str_take(&told) : NULL;
}

static void *open_screen(const struct wn_place *place) {
    struct state *state = wn_calloc(1, sizeof *state);
    state->wish = (struct wn_trial_wish){
        .sweep = place->sweep, .trial = place->trial, .from = NAN, .to = NAN, .log.top = -1};
    state->shown = (struct wn_trial_shown){.cursor = -1, .follow = true};
    state->found = -1;
    read_others(state, place->text);
    return state;
}

static void close_screen(void *context) {
    struct state *state = context;
    wn_trial_release(state->model);
    free(state->wish.metric);
    free(state->wish.x);
    free(state->wish.log.sought);
    free(state->others);
    free(state);
}

// ---- loading ------------------------------------------------------------------------------------

static char *copy_of(const char *text) {
    return text ? wn_strdup(text) : NULL;
}

static void *ask(const void *context, struct wn_extent extent) {
    const struct state *state = context;
    struct wn_trial_query *query = wn_calloc(1, sizeof *query);
    query->wish = state->wish;
    query->wish.extent = extent;
    query->wish.part = state->shown.part;
    query->wish.log_x = state->shown.log_x;
    query->wish.metric = copy_of(state->wish.metric);
    query->wish.x = copy_of(state->wish.x);
    query->wish.log.sought = copy_of(state->wish.log.sought);
    query->wish.log.from = state->found;
    query->wish.smoothing = smoothings[state->smoothing].kind;
    query->wish.width = smoothings[state->smoothing].width;
    const struct wn_trial_query *model = state->model;
    if (model && model->log.looked && model->row.state == WN_TRIAL_RUNNING) {
        query->wish.log_path = copy_of(model->log_path);
        query->wish.log_size = model->log.size;
    }
    return query;
}

static bool moved(const void *context) {
    const struct wn_trial_query *query = context;
    struct stat about;
    const char *path = query->wish.log_path;
    return path && stat(path, &about) == 0 && about.st_size != query->wish.log_size;
}

// What was done to the log since the query was made is still to be done.
static void take_log(struct state *state, const struct wn_trial_query *query) {
    struct wn_trial_log_wish *wish = &state->wish.log;
    const struct wn_trial_log_wish *asked = &query->wish.log;
    wish->move -= asked->move;
    wish->seek = asked->seek ? 0 : wish->seek;
    if (asked->seek && query->log.found >= 0)
        state->found = query->log.found;
    bool at_end = query->log.at_end && asked->move > 0 && wish->move >= 0;
    state->shown.follow = wish->top < 0 || (at_end && wish->seek == 0);
    wish->top = state->shown.follow && query->log.found < 0 ? -1 : query->log.top;
    state->shown.follow = wish->top < 0;
}

static void take(void *context, void *loaded) {
    struct state *state = context;
    struct wn_trial_query *query = loaded;
    if (!state) {
        wn_trial_release(query);
        return;
    }
    wn_trial_release(state->model);
    state->model = query;
    if (query->found && state->wish.trial < 0)
        state->wish.trial = query->row.number;
    take_log(state, query);
}

static bool stale(const void *context, struct wn_extent extent) {
    const struct state *state = context;
    const struct wn_trial_query *model = state->model;
    return !model || model->wish.serial != state->wish.serial ||
           model->wish.extent.rows != extent.rows || model->wish.extent.columns != extent.columns;
}

// ---- drawing ------------------------------------------------------------------------------------

static void draw(const void *context, const struct wn_view *view) {
    const struct state *state = context;
    if (!state->model || !state->model->found) {
        if (!view->loading)
            wn_put(&view->pane, 2, 2, WN_HEAD, state->model ? "There is no such trial." : "");
        return;
    }
    struct wn_trial_shown shown = state->shown;
    shown.x = state->wish.x;
    shown.smoothing = smoothings[state->smoothing].text;
    shown.sought = state->wish.log.sought;
    shown.waits = view->loading && state->model->wish.serial != state->wish.serial;
    wn_trial_draw(state->model, &shown, view);
}

// ---- the curve ----------------------------------------------------------------------------------

static void want(struct state *state) {
    state->wish.serial++;
}

static bool has_chart(const struct state *state) {
    return state->model && state->model->chart_count && state->model->metric_count;
}

static void choose_metric(struct state *state, size_t metric) {
    free(state->wish.metric);
    state->wish.metric = wn_strdup(state->model->metrics[metric].name);
    want(state);
}

static void step_metric(struct state *state, int by) {
    size_t count = state->model ? state->model->metric_count : 0;
    if (count)
        choose_metric(state,
                      (state->model->metric + count + (size_t)(by < 0 ? count - 1 : 1)) % count);
}

static double forth(const struct state *state, double x) {
    return state->shown.log_x ? log(x) : x;
}

static double back(const struct state *state, double place) {
    return state->shown.log_x ? exp(place) : place;
}

// Beyond the data there is nothing to see; a window that reaches their end goes on with them.
static void set_window(struct state *state, double low, double high) {
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
    want(state);
}

// Around the crosshair, which stays where it is; without one, at the right end.
static void zoom(struct state *state, double factor) {
    const struct wn_chart *chart = &state->model->charts[0];
    struct wn_plot_curve curves[WN_PLOT_CURVES];
    struct wn_plot plot = wn_trial_plot(state->model, &state->shown, curves);
    double low = forth(state, chart->from), high = forth(state, chart->to);
    double x = wn_plot_cursor_x(&plot), middle = isnan(x) ? high : forth(state, x);
    set_window(state, middle - (middle - low) * factor, middle + (high - middle) * factor);
}

static void pan(struct state *state, double share) {
    const struct wn_chart *chart = &state->model->charts[0];
    double low = forth(state, chart->from), high = forth(state, chart->to);
    double by = (high - low) * share;
    state->shown.cursor = -1;
    set_window(state, low + by, high + by);
}

static void reset(struct state *state) {
    state->wish.from = state->wish.to = NAN;
    state->shown.cursor = -1;
    want(state);
}

// To the next column with a value; the first time, to the last one.
static void move_cursor(struct state *state, int by) {
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
    struct state *state = context;
    (void)tui;
    for (size_t i = 0; state->model && i < state->model->metric_count; i++)
        if (strcmp(state->model->metrics[i].name, text) == 0)
            choose_metric(state, i);
}

static const char step_axis[] = "step", log_axis[] = "log step";

static void chosen_axis(void *context, struct wn_tui *tui, const char *text) {
    struct state *state = context;
    (void)tui;
    bool is_metric = strcmp(text, step_axis) != 0 && strcmp(text, log_axis) != 0;
    free(state->wish.x);
    state->wish.x = is_metric ? wn_strdup(text) : NULL;
    state->shown.log_x = strcmp(text, log_axis) == 0;
    reset(state);
}

static void choose(struct state *state, struct wn_tui *tui, bool axis) {
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

static bool act_on_chart(struct state *state, struct wn_tui *tui, int action) {
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
        zoom(state, action == ZOOM_IN ? 0.5 : 2);
        return true;
    case PAN_LEFT:
    case PAN_RIGHT:
        pan(state, action == PAN_LEFT ? -0.5 : 0.5);
        return true;
    case RESET:
        reset(state);
        return true;
    case LOG_Y:
        state->shown.log_y = !state->shown.log_y;
        return true;
    case WHOLE:
        state->shown.whole = !state->shown.whole;
        return true;
    case SMOOTH:
        state->smoothing = (state->smoothing + 1) % SMOOTHINGS;
        want(state);
        return true;
    case WN_MOVE_LEFT:
    case WN_MOVE_RIGHT:
        move_cursor(state, action == WN_MOVE_LEFT ? -1 : 1);
        return true;
    default:
        return false;
    }
}

// ---- the log ------------------------------------------------------------------------------------

static void scroll(struct state *state, int64_t by) {
    struct wn_trial_log_wish *wish = &state->wish.log;
    if (wish->top < 0 && state->model)
        wish->top = state->model->log.top;
    wish->move += by;
    state->shown.follow = false;
    want(state);
}

static void jump(struct state *state, bool end) {
    struct wn_trial_log_wish *wish = &state->wish.log;
    wish->top = end ? -1 : 0;
    wish->move = 0;
    state->shown.follow = end;
    want(state);
}

static void seek(struct state *state, int direction) {
    state->wish.log.seek = direction;
    if (state->wish.log.sought)
        want(state);
}

static void entered_search(void *context, struct wn_tui *tui, const char *text) {
    struct state *state = context;
    (void)tui;
    free(state->wish.log.sought);
    state->wish.log.sought = *text ? wn_strdup(text) : NULL;
    state->found = -1;
    seek(state, 1);
    want(state);
}

static bool act_on_log(struct state *state, struct wn_tui *tui, int action) {
    int page = state->model ? (int)state->model->log.count - 1 : 1;
    switch (action) {
    case WN_MOVE_UP:
    case WN_MOVE_DOWN:
        scroll(state, action == WN_MOVE_UP ? -1 : 1);
        return true;
    case WN_WHEEL_UP:
    case WN_WHEEL_DOWN:
        scroll(state, action == WN_WHEEL_UP ? -3 : 3);
        return true;
    case WN_MOVE_PAGE_UP:
    case WN_MOVE_PAGE_DOWN:
        scroll(state, action == WN_MOVE_PAGE_UP ? -page : page);
        return true;
    case WN_MOVE_FIRST:
    case WN_MOVE_LAST:
    case FOLLOW:
        jump(state, action != WN_MOVE_FIRST);
        return true;
    case SEARCH:
        wn_tui_prompt(tui, "search the log", state->wish.log.sought ? state->wish.log.sought : "",
                      entered_search);
        return true;
    case NEXT:
    case PREVIOUS:
        seek(state, action == NEXT ? 1 : -1);
        return true;
    default:
        return false;
    }
}

// ---- other trials -------------------------------------------------------------------------------

static void entered_others(void *context, struct wn_tui *tui, const char *text) {
    struct state *state = context;
    (void)tui;
    read_others(state, text);
    want(state);
}

static void overlay_repeats(struct state *state, struct wn_tui *tui) {
    const struct wn_trial_query *model = state->model;
    struct wn_str numbers = {0};
    int64_t first = model->row.number - model->row.repeat;
    int64_t end = first + model->sweep.repeats;
    for (int64_t number = first; number < end; number++)
        wn_str_addf(&numbers, "%lld,", (long long)number);
    if (model->sweep.repeats < 2)
        wn_tui_say(tui, WN_WARN, "its configuration runs once");
    else
        entered_others(state, tui, numbers.text);
    wn_str_free(&numbers);
}

static void go_to_trial(struct state *state, int by) {
    if (state->wish.trial + by < 0)
        return;
    state->wish.trial += by;
    state->found = -1;
    reset(state);
    jump(state, true);
}

static void compare(const struct state *state, struct wn_tui *tui) {
    const struct wn_screen *screen = wn_screen_find("compare");
    const struct wn_place place = {state->wish.sweep, state->wish.trial, state->others};
    if (screen)
        wn_tui_go(tui, screen, &place);
}

// ---- doing something ----------------------------------------------------------------------------

static void command(const struct state *state, struct wn_tui *tui, int action) {
    const struct wn_trial_query *model = state->model;
    char *number = wn_format("%lld", (long long)model->row.number);
    char *question = wn_format("Kill trial %s of %s?", number, model->sweep.name);
    if (action == KILL)
        wn_tui_confirm(tui, question, (const char *[]){"kill", model->sweep.name, number, NULL});
    else
        wn_tui_command(tui, (const char *[]){"retry", model->sweep.name, number, NULL});
    free(number);
    free(question);
}

static void clone(const struct state *state, struct wn_tui *tui) {
    const struct wn_screen *launch = wn_screen_find("launch");
    const struct wn_place place = {.sweep = state->wish.sweep, .trial = state->wish.trial};
    if (launch)
        wn_tui_go(tui, launch, &place);
}

static bool act_on_trial(struct state *state, struct wn_tui *tui, int action) {
    switch (action) {
    case RETRY:
    case KILL:
        command(state, tui, action);
        return true;
    case CLONE:
        clone(state, tui);
        return true;
    case COMPARE:
        compare(state, tui);
        return true;
    case COPY:
        if (state->model->command)
            wn_tui_copy(tui, state->model->command, "the command line");
        else
            wn_tui_say(tui, WN_WARN, "its command line is not known");
        return true;
    case OVERLAY:
        wn_tui_prompt(tui, "trials beside it, by number", state->others, entered_others);
        return true;
    case REPEATS:
        overlay_repeats(state, tui);
        return true;
    case TRIAL_BACK:
    case TRIAL_NEXT:
        go_to_trial(state, action == TRIAL_BACK ? -1 : 1);
        return true;
    default:
        return false;
    }
}

// ---- parts --------------------------------------------------------------------------------------

static void give_pane(struct state *state, enum wn_trial_part part) {
    state->shown.part = state->shown.part == part ? WN_TRIAL_ALL : part;
    state->shown.cursor = -1; // a column of another width
    want(state);
}

static bool act_on_parts(struct state *state, struct wn_tui *tui, int action) {
    if (action == LEAVE && state->shown.part == WN_TRIAL_ALL)
        wn_tui_back(tui);
    else if (action == LEAVE)
        give_pane(state, WN_TRIAL_ALL);
    else if (action >= LOG && action <= FACTS)
        give_pane(state, action == LOG     ? WN_TRIAL_LOG
                         : action == CHART ? WN_TRIAL_CHART
                                           : WN_TRIAL_FACTS);
    else
        return false;
    return true;
}

static bool is_within(const struct wn_trial_box *box, const struct wn_key *key) {
    return key->row >= box->top && key->row < box->top + box->rows && key->column >= box->left &&
           key->column < box->left + box->columns;
}

// Over the curve the wheel zooms around the pointer, and a click puts the crosshair there.
static bool act_on_mouse(struct state *state, int action, const struct wn_key *key) {
    bool wheel = action == WN_WHEEL_UP || action == WN_WHEEL_DOWN;
    if ((!wheel && action != WN_CLICK) || !has_chart(state))
        return false;
    const struct wn_trial_layout layout =
        wn_trial_lay_out(state->model, state->shown.part, state->model->wish.extent);
    if (!is_within(&layout.chart, key))
        return false;
    struct wn_plot_curve curves[WN_PLOT_CURVES];
    struct wn_plot plot = wn_trial_plot(state->model, &state->shown, curves);
    struct wn_canvas canvas = {0}; // for the widths of names
    const struct wn_pane pane = {
        .canvas = &canvas, .rows = layout.chart.rows, .columns = layout.chart.columns};
    int column = wn_plot_column_at(&plot, &pane, key->column - layout.chart.left);
    state->shown.cursor = wn_plot_nearest(&plot, column);
    if (wheel)
        zoom(state, action == WN_WHEEL_UP ? 0.8 : 1.25);
    return true;
}

static bool act(void *context, struct wn_tui *tui, int action, const struct wn_key *key) {
    struct state *state = context;
    bool known = state->model && state->model->found;
    if (act_on_parts(state, tui, action))
        return true;
    if (!known)
        return false;
    if (state->shown.part == WN_TRIAL_FACTS &&
        wn_move_cursor(action, (size_t)state->model->wish.extent.rows / 2,
                       state->model->facts.count, &state->shown.facts_top))
        return true;
    if (act_on_mouse(state, action, key) || act_on_trial(state, tui, action))
        return true;
    if (has_chart(state) && act_on_chart(state, tui, action))
        return true;
    return act_on_log(state, tui, action);
}

static struct wn_place place(const void *context) {
    const struct state *state = context;
    return (struct wn_place){state->wish.sweep, state->wish.trial, state->others};
}

const struct wn_screen wn_screen_trial = {
    .name = "trial",
    .tab = "Trial",
    .of_sweep = true,
    .bindings = bindings,
    .open = open_screen,
    .close = close_screen,
    .ask = ask,
    .load = wn_trial_load,
    .moved = moved,
    .take = take,
    .stale = stale,
    .draw = draw,
    .act = act,
    .place = place,
};
