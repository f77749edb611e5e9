// SPDX-License-Identifier: GPL-3.0-or-later
// The leaderboard of a sweep: rows of trials as they come in, and what can be done with them.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "tui/screens/board_private.h"

enum {
    OPEN = WN_ACTION_OWN,
    MARK,
    COMPARE,
    TEXT,
    FILTER,
    SORT,
    ORDER,
    COLUMNS,
    EXPORT,
    KILL,
    RETRY,
    PIN,
    GROUP,
    FRONT,
    SIDE,
    UNMARK,
    MOVE_COLUMN_LEFT,
    MOVE_COLUMN_RIGHT,
    WIDER,
    NARROWER,
    PAUSE,
    STOP,
    TAG,
    NOTE,
};

static const struct wn_binding bindings[] = {
    {OPEN, "Enter", "trial", "open the trial"},
    {MARK, "Space", "mark", "mark the trial, or unmark it"},
    {COMPARE, "a", "A/B", "compare the marked trials, or this one with the best"},
    {TEXT, "/", "search", "only rows with a text; empty: all"},
    {FILTER, "f", "filter",
     "only rows that fulfil an expression: lr < 0.01 and state = 'finished'"},
    {SORT, "S", "sort", "sort by the underlined column; again: the other way"},
    {COLUMNS, "c", "columns", "which columns, in which order, how wide"},
    {EXPORT, "e", "export", "what is shown as CSV, JSON or Markdown"},
    {KILL, "x", "kill", "end the trial, or those marked", .writes = true},
    {RETRY, "r", NULL, "run the trial once more, or those marked", .writes = true},
    {ORDER, "o", NULL, "choose what to sort by"},
    {PIN, "P", NULL, "keep the trial on top, or not"},
    {GROUP, "v", NULL, "a row per configuration, or per trial"},
    {FRONT, "F", NULL, "only the Pareto front, or all"},
    {SIDE, "w", NULL, "show or hide the pane at the right (140 columns or more)"},
    {UNMARK, "u", NULL, "unmark all trials"},
    {MOVE_COLUMN_LEFT, "<", NULL, "move the underlined column to the left"},
    {MOVE_COLUMN_RIGHT, ">", NULL, "and to the right"},
    {WIDER, "+", NULL, "make it wider"},
    {NARROWER, "-", NULL, "and narrower"},
    {PAUSE, "p", NULL, "pause the sweep, or go on where it is paused", .writes = true},
    {STOP, "s", NULL, "let running trials end and start no more", .writes = true},
    {TAG, "t", NULL, "put words on the marked trials, or on this one", .writes = true},
    {NOTE, "n", NULL, "write something about the trial", .writes = true},
    {0},
};

// ---- the state ----------------------------------------------------------------------------------

static void *open_screen(const struct wn_place *place) {
    struct wn_board_state *state = wn_calloc(1, sizeof *state);
    state->sweep = place->sweep;
    state->chosen = -1;
    state->drawn = wn_calloc(1, sizeof *state->drawn);
    state->drawn->rows = 10;
    state->cache = wn_board_cache_new();
    return state;
}

static void close_screen(void *context) {
    struct wn_board_state *state = context;
    wn_board_release(state->model);
    wn_board_look_clear(&state->look);
    wn_board_setup_free(&state->setup);
    wn_board_cache_drop(state->cache);
    free(state->marked);
    free(state->marked_text);
    free(state->pins);
    free(state->changes);
    free(state->export_format);
    free(state->drawn);
    free(state);
}

const struct wn_board_row *wn_board_at(const struct wn_board_state *state, size_t place) {
    const struct wn_board_query *model = state->model;
    bool loaded = model && place >= model->from && place - model->from < model->page->row_count;
    return loaded ? &model->page->rows[place - model->from] : NULL;
}

const struct wn_board_row *wn_board_chosen(const struct wn_board_state *state) {
    return wn_board_at(state, state->cursor);
}

bool wn_board_is_among(const uint32_t *trials, size_t count, int64_t trial) {
    for (size_t i = 0; i < count; i++)
        if (trials[i] == trial)
            return true;
    return false;
}

static struct wn_place place(const void *context) {
    const struct wn_board_state *state = context;
    return (struct wn_place){state->sweep, state->chosen, state->marked_text};
}

// ---- drawing ------------------------------------------------------------------------------------

static bool stale(const void *context, struct wn_extent extent) {
    const struct wn_board_state *state = context;
    size_t rows = (size_t)wn_board_areas(state, extent).table;
    if (!state->model)
        return false; // it is coming
    size_t last = state->top + rows < state->model->total ? state->top + rows : state->model->total;
    return state->model->looks != state->looks || state->model->pin_count != state->pin_count ||
           !(state->top >= state->model->from) ||
           last > state->model->from + state->model->page->row_count;
}

static double settles(const void *context, double now) {
    const struct wn_board_state *state = context;
    for (size_t i = 0; i < state->change_count; i++) { // the oldest first
        double left = state->changes[i].moment + WN_BOARD_MARKED - now;
        if (left > 0)
            return left;
    }
    return 0;
}

static void draw(const void *context, const struct wn_view *view) {
    const struct wn_board_state *state = context;
    const struct wn_pane *pane = &view->pane;
    if (!state->model)
        return;
    const struct wn_board_areas areas =
        wn_board_areas(state, (struct wn_extent){pane->rows, pane->columns});
    struct wn_pane table = wn_pane_part(pane, areas.head, 0, areas.table + 1, areas.left);
    state->drawn->head_row = areas.head;
    wn_board_draw_table(state, view, &table);
    wn_board_draw_head(state, pane, areas.head);
    if (areas.detail)
        wn_board_draw_detail(state, pane, pane->rows - 1);
    if (areas.left < pane->columns && state->model->side) {
        struct wn_pane side = wn_pane_part(pane, areas.head, areas.left + 1, areas.table + 1,
                                           pane->columns - areas.left - 1);
        wn_board_side_draw(state->model->side, &side);
    }
    if (state->picking)
        wn_board_draw_pick(state, pane);
}

// ---- moving -------------------------------------------------------------------------------------

// A terminal moves whole lines only. Beside the pane at the right each row is written anew, so
// there the rows go on by several at once.
static size_t rows_ahead(const struct wn_board_state *state, size_t rows) {
    return state->model && state->model->side ? rows / 4 : 0;
}

static void scroll(struct wn_board_state *state) {
    size_t rows = state->drawn->rows ? state->drawn->rows : 1, ahead = rows_ahead(state, rows);
    size_t total = state->model ? state->model->total : 0;
    if (state->cursor < state->top)
        state->top = state->cursor > ahead ? state->cursor - ahead : 0;
    if (state->cursor >= state->top + rows) {
        size_t last = state->cursor + ahead < total ? state->cursor + ahead : total - 1;
        state->top = (last > state->cursor ? last : state->cursor) - rows + 1;
    }
    const struct wn_board_row *row = wn_board_chosen(state);
    state->chosen = row ? row->trial : -1;
    state->moves++;
}

static bool is_drawn(const struct wn_board_state *state, size_t item) {
    for (size_t i = 0; i < state->drawn->layout.count; i++)
        if (state->drawn->layout.shown[i].item == item)
            return true;
    return false;
}

// The columns follow the focus: where it is out of sight they begin with it.
static void focus(struct wn_board_state *state, int by) {
    struct wn_board_setup *setup = &state->setup;
    wn_board_focus(setup, state->model->page, by);
    if (!is_drawn(state, setup->focus))
        setup->first = by > 0 || setup->focus < setup->first ? setup->focus : setup->first;
    if (setup->focus < setup->first)
        setup->first = 0;
}

static bool click_title(struct wn_board_state *state, const struct wn_key *key) {
    const struct wn_board_layout *layout = &state->drawn->layout;
    if (key->row != state->drawn->head_row)
        return false;
    for (size_t i = 0; i < layout->count; i++) {
        struct wn_span span = layout->shown[i].span;
        if (key->column < span.column || key->column >= span.column + span.columns)
            continue;
        state->setup.focus = layout->shown[i].item;
        return true;
    }
    return false;
}

static bool click_row(struct wn_board_state *state, const struct wn_key *key) {
    int first = state->drawn->head_row + state->drawn->first_row;
    size_t at = state->drawn->top + (size_t)(key->row - first);
    if (key->row < first || at >= state->model->total)
        return false;
    state->cursor = at;
    scroll(state);
    return true;
}

// ---- which rows, in which order -----------------------------------------------------------------

static void look_anew(struct wn_board_state *state, struct wn_tui *tui) {
    state->looks++;
    state->moves++;
    state->cursor = state->top = 0;
    state->chosen = -1;
    wn_tui_reload(tui);
}

static void set_text(char **text, const char *to) {
    free(*text);
    *text = *to ? wn_strdup(to) : NULL;
}

static void text_entered(void *context, struct wn_tui *tui, const char *text) {
    struct wn_board_state *state = context;
    set_text(&state->look.text, text);
    look_anew(state, tui);
}

static void filter_entered(void *context, struct wn_tui *tui, const char *text) {
    struct wn_board_state *state = context;
    set_text(&state->look.where, text);
    look_anew(state, tui);
}

// By its best end first, then by the other one: what ranks best first, the rest smallest first.
static void sort_by(struct wn_board_state *state, struct wn_tui *tui, size_t index) {
    const struct wn_board_item *item = &state->setup.items[index];
    bool objective = strcmp(item->name, "objective") == 0;
    bool best = objective && state->model->row.maximize;
    char *first = objective ? NULL : wn_board_item_sort(item, best);
    char *second = wn_board_item_sort(item, !best);
    bool again =
        first ? state->look.sort && strcmp(first, state->look.sort) == 0 : state->look.sort == NULL;
    free(state->look.sort);
    state->look.sort = again ? second : first;
    free(again ? first : second);
    look_anew(state, tui);
}

static void order_entered(void *context, struct wn_tui *tui, const char *name) {
    struct wn_board_state *state = context;
    for (size_t i = 0; i < state->setup.count && state->model; i++)
        if (strcmp(state->setup.items[i].name, name) == 0) {
            state->setup.focus = i;
            sort_by(state, tui, i);
            return;
        }
}

static void choose_order(const struct wn_board_state *state, struct wn_tui *tui) {
    const char **names = wn_calloc(state->setup.count + 1, sizeof *names);
    size_t count = 0;
    for (size_t i = 0; i < state->setup.count; i++)
        if (wn_board_item_shown(&state->setup.items[i], state->model->page))
            names[count++] = state->setup.items[i].name;
    wn_tui_choose(tui, "Sort by", names, order_entered);
    free(names);
}

static void toggle_front(struct wn_board_state *state, struct wn_tui *tui) {
    if (wn_board_column(state->model->page, "front") < 0) {
        wn_tui_say(tui, WN_WARN, "the sweep has one objective: its front is the best trial");
        return;
    }
    state->look.front = !state->look.front;
    look_anew(state, tui);
}

static void toggle_repeats(struct wn_board_state *state, struct wn_tui *tui) {
    if (state->model->row.repeats < 2) {
        wn_tui_say(tui, WN_WARN, "each configuration has one trial: there is nothing to part");
        return;
    }
    state->look.trials = !state->look.trials;
    look_anew(state, tui);
}

// ---- marks and pins -----------------------------------------------------------------------------

static void remove_at(uint32_t *trials, size_t *count, size_t at) {
    memmove(trials + at, trials + at + 1, (--*count - at) * sizeof *trials);
}

static bool remove_trial(uint32_t *trials, size_t *count, int64_t trial) {
    for (size_t i = 0; i < *count; i++)
        if (trials[i] == trial) {
            remove_at(trials, count, i);
            return true;
        }
    return false;
}

static void tell_marked(struct wn_board_state *state) {
    struct wn_str text = {0};
    for (size_t i = 0; i < state->marked_count; i++)
        wn_str_addf(&text, "%s%u", i ? "," : "", (unsigned)state->marked[i]);
    free(state->marked_text);
    state->marked_text = state->marked_count ? wn_str_take(&text) : NULL;
}

static void mark(struct wn_board_state *state) {
    const struct wn_board_row *row = wn_board_chosen(state);
    if (row && !remove_trial(state->marked, &state->marked_count, row->trial))
        *WN_PUSH(state->marked, state->marked_count, state->marked_capacity) = (uint32_t)row->trial;
    if (row && state->cursor + 1 < state->model->total)
        state->cursor++;
    tell_marked(state);
    scroll(state);
}

static void pin(struct wn_board_state *state, struct wn_tui *tui) {
    const struct wn_board_row *row = wn_board_chosen(state);
    if (row && !remove_trial(state->pins, &state->pin_count, row->trial))
        *WN_PUSH(state->pins, state->pin_count, state->pin_capacity) = (uint32_t)row->trial;
    wn_tui_reload(tui);
}

static void compare(const struct wn_board_state *state, struct wn_tui *tui) {
    const struct wn_screen *screen = wn_screen_find("compare");
    struct wn_place where = place(state);
    if (screen && where.trial >= 0)
        wn_tui_go(tui, screen, &where);
}

// ---- what is done to a trial --------------------------------------------------------------------

static void free_words(char **words) {
    for (size_t i = 0; words[i]; i++)
        free(words[i]);
    free(words);
}

// "VERB SWEEP TRIAL...", and words that `further` lists, parted by blanks: the marked trials, else
// the chosen one.
static char **about_trials(const struct wn_board_state *state, const char *verb, char *further) {
    char **words = NULL;
    size_t count = 0, capacity = 0;
    *WN_PUSH(words, count, capacity) = wn_strdup(verb);
    *WN_PUSH(words, count, capacity) = wn_strdup(state->model->row.name);
    for (size_t i = 0; i < state->marked_count; i++)
        *WN_PUSH(words, count, capacity) = wn_format("%u", (unsigned)state->marked[i]);
    if (!state->marked_count)
        *WN_PUSH(words, count, capacity) = wn_format("%lld", (long long)state->chosen);
    for (char *word = strtok(further, " "); word; word = strtok(NULL, " "))
        *WN_PUSH(words, count, capacity) = wn_strdup(word);
    *WN_PUSH(words, count, capacity) = NULL;
    return words;
}

// One trial is retried at once, for that takes nothing away; of several it is asked for.
static void kill_or_retry(const struct wn_board_state *state, struct wn_tui *tui, const char *verb,
                          bool asks) {
    char none[] = "", **words = about_trials(state, verb, none);
    size_t count = state->marked_count;
    char *title = wn_format("%c%s", verb[0] - 'a' + 'A', verb + 1);
    char *question = count > 1
                         ? wn_format("%s the %zu marked trials of %s?", title, count, words[1])
                         : wn_format("%s trial %s of %s?", title, words[2], words[1]);
    if (asks || count > 1)
        wn_tui_confirm(tui, question, (const char *const *)words);
    else
        wn_tui_command(tui, (const char *const *)words);
    free(title);
    free(question);
    free_words(words);
}

static void pause_sweep(const struct wn_board_state *state, struct wn_tui *tui) {
    bool paused = state->model->row.state == WN_SWEEP_PAUSED;
    wn_tui_command(tui,
                   (const char *[]){paused ? "unpause" : "pause", state->model->row.name, NULL});
}

static void stop_sweep(const struct wn_board_state *state, struct wn_tui *tui) {
    char *question = wn_format("Stop %s?", state->model->row.name);
    wn_tui_confirm(tui, question, (const char *[]){"stop", state->model->row.name, NULL});
    free(question);
}

static void tags_entered(void *context, struct wn_tui *tui, const char *text) {
    struct wn_board_state *state = context;
    char *tags = wn_strdup(text);
    if (state->model && tags[strspn(tags, " ")]) {
        char **words = about_trials(state, "tag", tags);
        wn_tui_command(tui, (const char *const *)words);
        free_words(words);
    }
    free(tags);
}

static void note_entered(void *context, struct wn_tui *tui, const char *text) {
    struct wn_board_state *state = context;
    char number[32];
    snprintf(number, sizeof number, "%lld", (long long)state->chosen);
    if (*text && state->model)
        wn_tui_command(tui, (const char *[]){"note", state->model->row.name, number, text, NULL});
}

static bool act_on_trial(struct wn_board_state *state, struct wn_tui *tui, int action) {
    const struct wn_screen *trial = wn_screen_find("trial");
    struct wn_place where = place(state);
    if (state->chosen < 0)
        return false;
    switch (action) {
    case OPEN:
        if (trial)
            wn_tui_go(tui, trial, &where);
        return true;
    case KILL:
        kill_or_retry(state, tui, "kill", true);
        return true;
    case RETRY:
        kill_or_retry(state, tui, "retry", false);
        return true;
    case TAG:
        wn_tui_prompt(tui, "tags", "", tags_entered);
        return true;
    case NOTE:
        wn_tui_prompt(tui, "note", "", note_entered);
        return true;
    default:
        return false;
    }
}

// ---- acting -------------------------------------------------------------------------------------

static bool act_on_rows(struct wn_board_state *state, struct wn_tui *tui, int action) {
    switch (action) {
    case MARK:
        mark(state);
        return true;
    case UNMARK:
        state->marked_count = 0;
        tell_marked(state);
        return true;
    case PIN:
        pin(state, tui);
        return true;
    case COMPARE:
        compare(state, tui);
        return true;
    case TEXT:
        wn_tui_prompt_live(tui, "text", state->look.text, text_entered);
        return true;
    case FILTER:
        wn_tui_prompt(tui, "filter", state->look.where, filter_entered);
        return true;
    case SORT:
        sort_by(state, tui, state->setup.focus);
        return true;
    case ORDER:
        choose_order(state, tui);
        return true;
    case GROUP:
        toggle_repeats(state, tui);
        return true;
    case FRONT:
        toggle_front(state, tui);
        return true;
    default:
        return false;
    }
}

static bool act_on_columns(struct wn_board_state *state, int action) {
    struct wn_board_setup *setup = &state->setup;
    switch (action) {
    case WN_MOVE_LEFT:
        focus(state, -1);
        return true;
    case WN_MOVE_RIGHT:
        focus(state, 1);
        return true;
    case MOVE_COLUMN_LEFT:
        wn_board_move_item(setup, state->model->page, -1);
        return true;
    case MOVE_COLUMN_RIGHT:
        wn_board_move_item(setup, state->model->page, 1);
        return true;
    case WIDER:
    case NARROWER:
        wn_board_widen(state, setup->focus, action == WIDER ? 1 : -1);
        return true;
    case COLUMNS:
        state->picking = true;
        state->pick = setup->focus;
        return true;
    case SIDE:
        state->side_hidden = !state->side_hidden;
        return true;
    default:
        return false;
    }
}

static bool act_on_sweep(struct wn_board_state *state, struct wn_tui *tui, int action) {
    if (action == PAUSE)
        pause_sweep(state, tui);
    else if (action == STOP)
        stop_sweep(state, tui);
    else if (action == EXPORT)
        wn_board_export(state, tui);
    else
        return false;
    return true;
}

static bool act_by_mouse(struct wn_board_state *state, struct wn_tui *tui, int action,
                         const struct wn_key *key) {
    if (action == WN_CLICK && click_title(state, key))
        sort_by(state, tui, state->setup.focus);
    else if (click_row(state, key) && action == WN_DOUBLE_CLICK)
        act_on_trial(state, tui, OPEN);
    return true;
}

static bool act(void *context, struct wn_tui *tui, int action, const struct wn_key *key) {
    struct wn_board_state *state = context;
    if (!state->model)
        return false;
    if (action == WN_CLICK || action == WN_DOUBLE_CLICK)
        return act_by_mouse(state, tui, action, key);
    if (wn_move_cursor(action, state->drawn->rows, state->model->total, &state->cursor)) {
        scroll(state);
        if (state->model->side && tui)
            wn_tui_reload_later(tui);
        return true;
    }
    return act_on_columns(state, action) || act_on_rows(state, tui, action) ||
           act_on_trial(state, tui, action) || act_on_sweep(state, tui, action);
}

static bool type(void *context, struct wn_tui *tui, const struct wn_key *key) {
    (void)tui;
    return wn_board_pick_key(context, key);
}

const struct wn_screen wn_screen_board = {
    .name = "board",
    .tab = "Board",
    .of_sweep = true,
    .bindings = bindings,
    .open = open_screen,
    .close = close_screen,
    .ask = wn_board_ask,
    .load = wn_board_load_query,
    .take = wn_board_take,
    .stale = stale,
    .settles = settles,
    .draw = draw,
    .act = act,
    .type = type,
    .place = place,
    .remember = wn_board_remember,
    .restore = wn_board_restore,
};
