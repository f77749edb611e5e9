// SPDX-License-Identifier: GPL-3.0-or-later
// Which one is better: two sides of a sweep, or a race, which is a sweep made by `winnow ab`; more
// trials than two side by side. Its place has the numbers of marked trials as text, and the trial
// that was under the cursor.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "tui/screens/compare_private.h"

#define MOST_TRIALS 16

enum { OPEN = WN_ACTION_OWN, SWAP, SIDE_A, SIDE_B, TEST, STOP, RACE, CHART, COPY, EXPORT };

static const struct wn_binding bindings[] = {
    {SWAP, "s", "swap", "let A and B change places"},
    {SIDE_A, "a", "pick A", "another side A; of three trials or more: all rows, or not"},
    {SIDE_B, "b", "pick B", "another side B"},
    {TEST, "t", "test it", "run fresh repeats of both until it is clear; go on with a race",
     .writes = true},
    {RACE, "r", "race", "the race of these two; in a race: its two arms as sides"},
    {STOP, "x", "stop", "stop the race that runs", .writes = true},
    {OPEN, "Enter", "trial", "open the trial of the column, or of the row"},
    {EXPORT, "e", "export", "as Markdown into a file or the clipboard"},
    {COPY, "y", "copy", "what is shown, into the clipboard"},
    {CHART, "c", "chart", "the curve alone, or together with the rest"},
    {0},
};

static const struct wn_hint hints_of_two[] = {
    {SWAP, "swap"},    {SIDE_A, "pick A"}, {SIDE_B, "pick B"},
    {TEST, "test it"}, {OPEN, "trial"},    {EXPORT, "export"},
    {COPY, "copy"},    {CHART, "chart"},   {0},
};
static const struct wn_hint hints_of_raced[] = {
    {RACE, "race"},  {SWAP, "swap"},     {SIDE_A, "pick A"}, {SIDE_B, "pick B"}, {TEST, "test it"},
    {OPEN, "trial"}, {EXPORT, "export"}, {COPY, "copy"},     {CHART, "chart"},   {0},
};
static const struct wn_hint hints_of_racing[] = {
    {RACE, "race"},  {STOP, "stop it"},  {SWAP, "swap"}, {SIDE_A, "pick A"}, {SIDE_B, "pick B"},
    {OPEN, "trial"}, {EXPORT, "export"}, {COPY, "copy"}, {CHART, "chart"},   {0},
};
static const struct wn_hint hints_of_running[] = {
    {STOP, "stop"}, {OPEN, "trial"},  {RACE, "A/B"}, {EXPORT, "export"},
    {COPY, "copy"}, {CHART, "chart"}, {0},
};
static const struct wn_hint hints_of_halted[] = {
    {TEST, "go on"}, {OPEN, "trial"},  {RACE, "A/B"}, {EXPORT, "export"},
    {COPY, "copy"},  {CHART, "chart"}, {0},
};
static const struct wn_hint hints_of_race[] = {
    {OPEN, "trial"}, {RACE, "A/B"}, {EXPORT, "export"}, {COPY, "copy"}, {CHART, "chart"}, {0},
};
static const struct wn_hint hints_of_many[] = {
    {OPEN, "trial"},
    {SIDE_A, "all rows"},
    {COPY, "copy"},
    {0},
};
static const struct wn_hint hints_of_nothing[] = {{0}};

static const struct wn_hint *hints(const void *context, bool *alone) {
    const struct wn_compare_state *state = context;
    const struct wn_compare_query *model = state->model;
    *alone = false;
    switch (model ? model->kind : WN_COMPARE_NOTHING) {
    case WN_COMPARE_TWO:
        return !model->race ? hints_of_two : model->race->alive ? hints_of_racing : hints_of_raced;
    case WN_COMPARE_RACE:
        return model->race->alive                  ? hints_of_running
               : wn_compare_is_halted(model->race) ? hints_of_halted
                                                   : hints_of_race;
    case WN_COMPARE_MANY:
        return hints_of_many;
    default:
        return hints_of_nothing;
    }
}

// ---- opening ------------------------------------------------------------------------------------

static int read_numbers(const char *text, int64_t numbers[MOST_TRIALS]) {
    int count = 0;
    while (text && *text && count < MOST_TRIALS) {
        char *end;
        numbers[count] = strtoll(text, &end, 10);
        if (end == text)
            break;
        count++;
        text = end + (*end == ',');
    }
    return count;
}

// Those that are named are compared with one another; a single one with the trial of the place.
static int find_trials(const struct wn_place *place, int64_t numbers[MOST_TRIALS]) {
    int count = read_numbers(place->text, numbers);
    if (count == 1 && place->trial >= 0 && place->trial != numbers[0])
        numbers[count++] = place->trial;
    return count;
}

static char *expression(const int64_t *numbers, int count) {
    struct wn_str where = {0};
    wn_str_add(&where, "trial IN (");
    for (int i = 0; i < count; i++)
        wn_str_addf(&where, "%s%lld", i ? "," : "", (long long)numbers[i]);
    wn_str_add_char(&where, ')');
    return wn_str_take(&where);
}

static void *open_screen(const struct wn_place *place) {
    struct wn_compare_state *state = wn_calloc(1, sizeof *state);
    int64_t numbers[MOST_TRIALS];
    int count = find_trials(place, numbers);
    state->sweep = place->sweep;
    state->trial = count == 1 ? numbers[0] : place->trial;
    state->named = place->text ? wn_strdup(place->text) : NULL;
    state->arm = -1;
    state->column = 1;
    state->pair = count == 2;
    for (int i = 0; i < 2 && state->pair; i++)
        state->words[i] = wn_format("%lld", (long long)numbers[i]);
    if (count > 2) {
        state->where = expression(numbers, count);
        state->many = (size_t)count;
        state->column = 0;
    }
    return state;
}

static void close_screen(void *context) {
    struct wn_compare_state *state = context;
    wn_compare_release(state->model);
    free(state->words[0]);
    free(state->words[1]);
    free(state->where);
    free(state->named);
    free(state);
}

// ---- loading ------------------------------------------------------------------------------------

static char *copy_of(const char *text) {
    return text ? wn_strdup(text) : NULL;
}

// What a race was made of does not change: it is sought once.
static void ask_race(const struct wn_compare_state *state, struct wn_compare_query *query) {
    const struct wn_compare_race *race = state->model ? state->model->race : NULL;
    if (!race)
        return;
    query->known_race = race->sweep;
    query->known_arms = race->record.count;
    memcpy(query->known_trials, race->of_trial, sizeof query->known_trials);
}

static void *ask(const void *context, struct wn_extent extent) {
    const struct wn_compare_state *state = context;
    struct wn_compare_query *query = wn_calloc(1, sizeof *query);
    query->sweep = state->sweep;
    query->trial = state->trial;
    query->words[0] = copy_of(state->words[0]);
    query->words[1] = copy_of(state->words[1]);
    query->where = copy_of(state->where);
    query->many = state->many;
    query->arm = state->arm;
    query->pair = state->pair;
    query->chart = state->chart;
    query->metric = state->row;
    query->serial = state->serial;
    query->extent = extent;
    ask_race(state, query);
    return query;
}

// The cursor is on the arm that is looked at; what was chosen for lack of a choice stays chosen.
static void take_choices(struct wn_compare_state *state, const struct wn_compare_query *query) {
    for (int i = 0; i < 2 && query->kind == WN_COMPARE_TWO; i++)
        if (!state->words[i])
            wn_compare_set_side(state, i, wn_strdup(query->words[i]));
    if (query->kind == WN_COMPARE_RACE && state->arm < 0 && query->race->looks[1] >= 0) {
        state->arm = query->arm >= 0 ? query->arm : query->race->looks[1];
        state->row = (size_t)state->arm;
    }
    size_t metrics = query->comparison ? query->comparison->metric_count : 0;
    if (query->kind == WN_COMPARE_TWO && state->row >= metrics)
        state->row = 0;
}

static void take(void *context, void *loaded) {
    struct wn_compare_state *state = context;
    struct wn_compare_query *query = loaded;
    if (!state) {
        wn_compare_release(query);
        return;
    }
    bool current = query->serial == state->serial;
    take_choices(state, query);
    if (current)
        query->serial = state->serial; // what it chose is not asked for again
    wn_compare_release(state->model);
    state->model = query;
}

static bool stale(const void *context, struct wn_extent extent) {
    const struct wn_compare_state *state = context;
    const struct wn_compare_query *model = state->model;
    return !model || model->serial != state->serial || model->extent.rows != extent.rows ||
           model->extent.columns != extent.columns;
}

// ---- drawing ------------------------------------------------------------------------------------

static void draw_nothing(const struct wn_compare_state *state, const struct wn_pane *pane) {
    wn_putf(pane, 0, 1, WN_PLAIN, "%s %s compare", state->model->name,
            wn_glyph(pane->canvas, WN_GLYPH_ARROW));
    wn_put(pane, 2, 2, WN_HEAD, "Nothing to compare yet.");
    struct wn_compare_line line = {
        .row = 4, .column = 2, .columns = pane->columns - 4, .most = 3, .look = WN_PLAIN};
    line.row += wn_compare_put_line(pane, line,
                                    "It takes two configurations with a result. Mark trials on the "
                                    "board with Space, then press a there.");
    wn_compare_put_line(pane, line,
                        "Of one configuration with several repeats, v on the board shows each of "
                        "them.");
}

static void draw(const void *context, const struct wn_view *view) {
    const struct wn_compare_state *state = context;
    switch (state->model ? (int)state->model->kind : -1) {
    case WN_COMPARE_TWO:
        wn_compare_draw_two(state, view);
        break;
    case WN_COMPARE_RACE:
        wn_compare_draw_race(state, view);
        break;
    case WN_COMPARE_MANY:
        wn_compare_draw_many(state, view);
        break;
    case WN_COMPARE_NOTHING:
        draw_nothing(state, &view->pane);
        break;
    default: // it is coming
        break;
    }
}

// ---- where one is -------------------------------------------------------------------------------

static int64_t trial_at(const struct wn_compare_state *state) {
    const struct wn_compare_query *model = state->model;
    switch (model ? model->kind : WN_COMPARE_NOTHING) {
    case WN_COMPARE_TWO:
        return !model->comparison ? -1
               : state->column    ? model->comparison->b.trial
                                  : model->comparison->a.trial;
    case WN_COMPARE_RACE:
        return state->row < (size_t)model->race->record.count
                   ? model->race->record.entries[state->row].trial
                   : -1;
    case WN_COMPARE_MANY:
        return state->column < model->board->row_count ? model->board->rows[state->column].trial
                                                       : -1;
    default:
        return -1;
    }
}

static struct wn_place place(const void *context) {
    const struct wn_compare_state *state = context;
    return (struct wn_place){.sweep = state->sweep, .trial = trial_at(state), .text = state->named};
}

static size_t columns_of(const struct wn_compare_query *model) {
    return model->kind == WN_COMPARE_TWO    ? 2
           : model->kind == WN_COMPARE_MANY ? model->board->row_count
                                            : 0;
}

static size_t rows_of(const struct wn_compare_state *state) {
    const struct wn_compare_query *model = state->model;
    return model->kind == WN_COMPARE_MANY   ? wn_compare_many_rows(state)
           : model->kind == WN_COMPARE_RACE ? (size_t)model->race->record.count
           : model->comparison              ? model->comparison->metric_count
                                            : 0;
}

// ---- acting -------------------------------------------------------------------------------------

static void open_trial(const struct wn_compare_state *state, struct wn_tui *tui) {
    const struct wn_screen *trial = wn_screen_find("trial");
    struct wn_place where = place(state);
    if (trial && where.trial >= 0)
        wn_tui_go(tui, trial, &where);
    else if (state->model && state->model->kind == WN_COMPARE_TWO)
        wn_tui_say(tui, WN_WARN, "this side is no single trial: the board has its trials");
}

static void swap(struct wn_compare_state *state) {
    char *b = state->words[1];
    if (!state->words[0] || !b)
        return;
    state->words[1] = state->words[0];
    state->words[0] = NULL; // it goes to B
    wn_compare_set_side(state, 0, b);
}

// From two sides to the race of both, and from a race to two arms as sides.
static void change_view(const struct wn_compare_state *state, struct wn_tui *tui) {
    const struct wn_screen *screen = wn_screen_find("compare");
    const struct wn_compare_race *race = state->model->race;
    if (!race || !screen) {
        wn_tui_say(tui, WN_WARN, "there is no race of these two yet: t begins one");
        return;
    }
    char *text = NULL;
    if (state->model->kind == WN_COMPARE_RACE) {
        if (race->looks[0] < 0)
            return;
        text = wn_format("%lld,%lld", (long long)race->record.entries[race->looks[0]].trial,
                         (long long)race->record.entries[race->looks[1]].trial);
    }
    wn_tui_go(tui, screen, &(struct wn_place){.sweep = race->sweep, .trial = -1, .text = text});
    free(text);
}

static void scroll_params(struct wn_compare_state *state, bool down) {
    enum { PAGE = 3 };
    const struct wn_comparison *comparison = state->model->comparison;
    size_t most = comparison ? comparison->param_count : 0;
    if (down)
        state->skip = state->skip + PAGE < most ? state->skip + PAGE : most;
    else
        state->skip = state->skip > PAGE ? state->skip - PAGE : 0;
}

static bool act_on_two(struct wn_compare_state *state, struct wn_tui *tui, int action) {
    switch (action) {
    case SWAP:
        swap(state);
        return true;
    case SIDE_A:
    case SIDE_B:
        wn_compare_pick(state, tui, action == SIDE_B);
        return true;
    case WN_MOVE_PAGE_UP:
    case WN_MOVE_PAGE_DOWN:
        scroll_params(state, action == WN_MOVE_PAGE_DOWN);
        return true;
    default:
        return false;
    }
}

static bool act_on_any(struct wn_compare_state *state, struct wn_tui *tui, int action) {
    switch (action) {
    case OPEN:
    case WN_DOUBLE_CLICK:
        open_trial(state, tui);
        return true;
    case COPY:
        wn_compare_copy(state, tui);
        return true;
    case EXPORT:
        wn_compare_export(state, tui);
        return true;
    case TEST:
        wn_compare_test(state, tui);
        return true;
    case STOP:
        wn_compare_stop(state, tui);
        return true;
    case RACE:
        change_view(state, tui);
        return true;
    case CHART:
        state->chart = !state->chart;
        wn_compare_want(state);
        return true;
    default:
        return false;
    }
}

// The curves of the metric, the difference of the arm.
static void look_at_row(struct wn_compare_state *state) {
    const struct wn_compare_query *model = state->model;
    bool arm = model->kind == WN_COMPARE_RACE && (int)state->row != state->arm;
    bool metric = model->kind == WN_COMPARE_TWO && state->row != model->metric;
    if (arm)
        state->arm = (int)state->row;
    if (arm || metric)
        wn_compare_want(state);
}

static bool click(struct wn_compare_state *state, const struct wn_key *key) {
    int at = state->model->kind == WN_COMPARE_TWO    ? wn_compare_metric_at(state, key->row)
             : state->model->kind == WN_COMPARE_RACE ? wn_compare_arm_at(state, key->row)
                                                     : -1;
    if (at < 0)
        return false;
    state->row = (size_t)at;
    look_at_row(state);
    return true;
}

static bool move(struct wn_compare_state *state, int action, const struct wn_key *key) {
    if (action == WN_CLICK)
        return click(state, key);
    if (action == WN_MOVE_LEFT)
        state->column -= state->column > 0;
    else if (action == WN_MOVE_RIGHT)
        state->column += state->column + 1 < columns_of(state->model);
    else if (wn_move_cursor(action, 10, rows_of(state), &state->row))
        look_at_row(state);
    else
        return false;
    return true;
}

static bool act(void *context, struct wn_tui *tui, int action, const struct wn_key *key) {
    struct wn_compare_state *state = context;
    if (!state->model || state->model->kind == WN_COMPARE_NOTHING)
        return false;
    bool two = state->model->kind == WN_COMPARE_TWO, many = state->model->kind == WN_COMPARE_MANY;
    if (many && action == SIDE_A) {
        state->all = !state->all;
        return true;
    }
    if (many &&
        (action == TEST || action == RACE || action == CHART || action == EXPORT || action == STOP))
        return false;
    return (two && act_on_two(state, tui, action)) || act_on_any(state, tui, action) ||
           move(state, action, key);
}

const struct wn_screen wn_screen_compare = {
    .name = "compare",
    .tab = "Compare",
    .of_sweep = true,
    .bindings = bindings,
    .hints = hints,
    .open = open_screen,
    .close = close_screen,
    .ask = ask,
    .load = wn_compare_load,
    .take = take,
    .stale = stale,
    .draw = draw,
    .act = act,
    .place = place,
};
