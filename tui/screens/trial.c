// SPDX-License-Identifier: GPL-3.0-or-later
// One trial: what it was, its curves, its log, and what can be done with it.
#include <cjson/cJSON.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/mem.h"
#include "tui/screens/trial_private.h"

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
    {REPEATS, "R", NULL, "repeats of its configuration: their mean with its interval, each, none"},
    {TRIAL_BACK, "K", NULL, "the trial before"},
    {TRIAL_NEXT, "J", NULL, "the trial after it"},
    {LEAVE, "Esc Backspace", NULL, "back: first to all parts, then to the screen before"},
    {0},
};

// Where a part has the pane.
static const struct wn_hint hints_of_chart[] = {
    {CHART, "all parts"}, {WN_MOVE_LEFT, "read values"},
    {ZOOM_IN, "closer"},  {ZOOM_OUT, "less close"},
    {PAN_LEFT, "pan"},    {RESET, "all of it"},
    {SMOOTH, "smooth"},   {LOG_Y, "log"},
    {AXIS_X, "along"},    {OVERLAY, "others"},
    {METRIC, "metric"},   {0},
};
static const struct wn_hint hints_of_log[] = {
    {LOG, "all parts"},   {SEARCH, "search"},     {NEXT, "next"},
    {PREVIOUS, "before"}, {WN_MOVE_FIRST, "top"}, {FOLLOW, "follow"},
    {CHART, "chart"},     {FACTS, "info"},        {0},
};
static const struct wn_hint hints_of_facts[] = {
    {FACTS, "all parts"}, {COPY, "copy command"}, {LOG, "log"}, {CHART, "chart"}, {0},
};

const struct wn_trial_smoothing wn_trial_smoothings[WN_TRIAL_SMOOTHINGS] = {
    {WN_SMOOTH_NONE, 0, NULL},
    {WN_SMOOTH_MEAN, 0.02, "mean over 2%"},
    {WN_SMOOTH_MEAN, 0.1, "mean over 10%"},
    {WN_SMOOTH_MEDIAN, 0.05, "median over 5%"},
};

static const struct wn_hint *hints(const void *context, bool *alone) {
    static const struct wn_hint *const of_parts[] = {[WN_TRIAL_ALL] = NULL,
                                                     [WN_TRIAL_CHART] = hints_of_chart,
                                                     [WN_TRIAL_LOG] = hints_of_log,
                                                     [WN_TRIAL_FACTS] = hints_of_facts};
    const struct wn_trial_page *state = context;
    *alone = false;
    return of_parts[state->shown.part];
}

// ---- opening ------------------------------------------------------------------------------------

static void read_others(struct wn_trial_page *state, const char *text) {
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
    struct wn_trial_page *state = wn_calloc(1, sizeof *state);
    state->wish = (struct wn_trial_wish){
        .sweep = place->sweep, .trial = place->trial, .from = NAN, .to = NAN, .log.top = -1};
    state->shown = (struct wn_trial_shown){.cursor = -1, .follow = true};
    state->found = -1;
    read_others(state, place->text);
    return state;
}

static void close_screen(void *context) {
    struct wn_trial_page *state = context;
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
    const struct wn_trial_page *state = context;
    struct wn_trial_query *query = wn_calloc(1, sizeof *query);
    query->wish = state->wish;
    query->wish.extent = extent;
    query->wish.part = state->shown.part;
    query->wish.log_x = state->shown.log_x;
    query->wish.metric = copy_of(state->wish.metric);
    query->wish.x = copy_of(state->wish.x);
    query->wish.log.sought = copy_of(state->wish.log.sought);
    query->wish.log.from = state->found;
    query->wish.smoothing = wn_trial_smoothings[state->smoothing].kind;
    query->wish.width = wn_trial_smoothings[state->smoothing].width;
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
static void take_log(struct wn_trial_page *state, const struct wn_trial_query *query) {
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
    struct wn_trial_page *state = context;
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
    const struct wn_trial_page *state = context;
    const struct wn_trial_query *model = state->model;
    return !model || model->wish.serial != state->wish.serial ||
           model->wish.extent.rows != extent.rows || model->wish.extent.columns != extent.columns;
}

// ---- drawing ------------------------------------------------------------------------------------

static void draw(const void *context, const struct wn_view *view) {
    const struct wn_trial_page *state = context;
    if (!state->model || !state->model->found) {
        if (!view->loading)
            wn_put(&view->pane, 2, 2, WN_HEAD, state->model ? "There is no such trial." : "");
        return;
    }
    struct wn_trial_shown shown = state->shown;
    shown.x = state->wish.x;
    shown.smoothing = wn_trial_smoothings[state->smoothing].text;
    shown.sought = state->wish.log.sought;
    shown.waits = view->loading && state->model->wish.serial != state->wish.serial;
    wn_trial_draw(state->model, &shown, view);
}

// ---- the log ------------------------------------------------------------------------------------

static void scroll(struct wn_trial_page *state, int64_t by) {
    struct wn_trial_log_wish *wish = &state->wish.log;
    if (wish->top < 0 && state->model)
        wish->top = state->model->log.top;
    wish->move += by;
    state->shown.follow = false;
    wn_trial_want(state);
}

static void jump(struct wn_trial_page *state, bool end) {
    struct wn_trial_log_wish *wish = &state->wish.log;
    wish->top = end ? -1 : 0;
    wish->move = 0;
    state->shown.follow = end;
    wn_trial_want(state);
}

static void seek(struct wn_trial_page *state, int direction) {
    state->wish.log.seek = direction;
    if (state->wish.log.sought)
        wn_trial_want(state);
}

static void entered_search(void *context, struct wn_tui *tui, const char *text) {
    struct wn_trial_page *state = context;
    (void)tui;
    free(state->wish.log.sought);
    state->wish.log.sought = *text ? wn_strdup(text) : NULL;
    state->found = -1;
    seek(state, 1);
    wn_trial_want(state);
}

static bool act_on_log(struct wn_trial_page *state, struct wn_tui *tui, int action) {
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
    struct wn_trial_page *state = context;
    (void)tui;
    read_others(state, text);
    wn_trial_want(state);
}

// First their mean, then each of them, then it alone.
static void show_repeats(struct wn_trial_page *state, struct wn_tui *tui) {
    const struct wn_trial_query *model = state->model;
    struct wn_str numbers = {0};
    int64_t first = model->row.number - model->row.repeat, end = first + model->sweep.repeats;
    if (model->sweep.repeats < 2) {
        wn_tui_say(tui, WN_WARN, "its configuration runs once");
        return;
    }
    for (int64_t number = first; state->wish.mean && number < end; number++)
        wn_str_addf(&numbers, "%lld,", (long long)number);
    bool alone = !state->wish.mean && state->wish.other_count == 0;
    entered_others(state, tui, wn_str_text(&numbers));
    state->wish.mean = alone;
    wn_str_free(&numbers);
}

static void go_to_trial(struct wn_trial_page *state, int by) {
    if (state->wish.trial + by < 0)
        return;
    state->wish.trial += by;
    state->found = -1;
    wn_trial_reset_curve(state);
    jump(state, true);
}

static void compare(const struct wn_trial_page *state, struct wn_tui *tui) {
    const struct wn_screen *screen = wn_screen_find("compare");
    const struct wn_place place = {state->wish.sweep, state->wish.trial, state->others};
    if (screen)
        wn_tui_go(tui, screen, &place);
}

// ---- doing something ----------------------------------------------------------------------------

static void command(const struct wn_trial_page *state, struct wn_tui *tui, int action) {
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

static void clone(const struct wn_trial_page *state, struct wn_tui *tui) {
    const struct wn_screen *launch = wn_screen_find("launch");
    const struct wn_place place = {.sweep = state->wish.sweep, .trial = state->wish.trial};
    if (launch)
        wn_tui_go(tui, launch, &place);
}

static bool act_on_trial(struct wn_trial_page *state, struct wn_tui *tui, int action) {
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
        show_repeats(state, tui);
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

static void give_pane(struct wn_trial_page *state, enum wn_trial_part part) {
    state->shown.part = state->shown.part == part ? WN_TRIAL_ALL : part;
    state->shown.cursor = -1; // a column of another width
    wn_trial_want(state);
}

static bool act_on_parts(struct wn_trial_page *state, struct wn_tui *tui, int action) {
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
static bool act_on_mouse(struct wn_trial_page *state, int action, const struct wn_key *key) {
    bool wheel = action == WN_WHEEL_UP || action == WN_WHEEL_DOWN;
    if ((!wheel && action != WN_CLICK) || !wn_trial_has_chart(state))
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
        wn_trial_zoom(state, action == WN_WHEEL_UP ? 0.8 : 1.25);
    return true;
}

static bool act(void *context, struct wn_tui *tui, int action, const struct wn_key *key) {
    struct wn_trial_page *state = context;
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
    if (wn_trial_act_on_curve(state, tui, action))
        return true;
    return act_on_log(state, tui, action);
}

static struct wn_place place(const void *context) {
    const struct wn_trial_page *state = context;
    return (struct wn_place){state->wish.sweep, state->wish.trial, state->others};
}

// ---- from one dashboard to the next -------------------------------------------------------------

static void keep_end(cJSON *view, const char *name, double x) {
    if (!isnan(x))
        cJSON_AddNumberToObject(view, name, x);
}

// How curves are shown, whichever trial they are of.
static cJSON *remember(const void *context) {
    const struct wn_trial_page *state = context;
    cJSON *view = cJSON_CreateObject();
    if (state->wish.metric)
        cJSON_AddStringToObject(view, "metric", state->wish.metric);
    if (state->wish.x)
        cJSON_AddStringToObject(view, "x", state->wish.x);
    keep_end(view, "from", state->wish.from);
    keep_end(view, "to", state->wish.to);
    if (state->shown.log_x)
        cJSON_AddTrueToObject(view, "log_x");
    if (state->shown.log_y)
        cJSON_AddTrueToObject(view, "log_y");
    if (state->shown.whole)
        cJSON_AddTrueToObject(view, "whole");
    if (state->smoothing)
        cJSON_AddStringToObject(view, "smoothing", wn_trial_smoothings[state->smoothing].text);
    return view;
}

static const char *kept_text(const cJSON *view, const char *name) {
    const cJSON *found = cJSON_GetObjectItemCaseSensitive(view, name);
    return cJSON_IsString(found) ? found->valuestring : NULL;
}

// NaN: the window reaches as far as the data, as it does where what was kept is none.
static void restore_window(struct wn_trial_wish *wish, const cJSON *view) {
    wish->from = cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(view, "from"));
    wish->to = cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(view, "to"));
    if (!(wish->from < wish->to) && !isnan(wish->from) && !isnan(wish->to))
        wish->from = wish->to = NAN;
}

static void restore(void *context, const cJSON *view) {
    struct wn_trial_page *state = context;
    const char *smoothing = kept_text(view, "smoothing");
    state->wish.metric = copy_of(kept_text(view, "metric"));
    state->wish.x = copy_of(kept_text(view, "x"));
    restore_window(&state->wish, view);
    state->shown.log_x = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(view, "log_x"));
    state->shown.log_y = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(view, "log_y"));
    state->shown.whole = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(view, "whole"));
    for (size_t i = 1; i < WN_TRIAL_SMOOTHINGS && smoothing; i++)
        if (strcmp(wn_trial_smoothings[i].text, smoothing) == 0)
            state->smoothing = i;
}

const struct wn_screen wn_screen_trial = {
    .name = "trial",
    .tab = "Trial",
    .of_sweep = true,
    .bindings = bindings,
    .hints = hints,
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
    .remember = remember,
    .restore = restore,
};
