// SPDX-License-Identifier: GPL-3.0-or-later
// What the leaderboard asks of the store: a page of rows around those on the screen, the pinned
// ones, the best few, and how the sweep stands. The order of the rows is kept from one query to the
// next as long as the store does not change, for sorting 100,000 rows takes a while.
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/board_list.h"
#include "core/chart.h"
#include "sweep/pace.h"
#include "sweep/standing.h"
#include "tui/screens/board_private.h"

#define TELL_EVERY 3.0 // seconds
enum { LEADERS = 8 };

// Counted by the loop's thread; what it holds is used by one query at a time.
struct wn_board_cache {
    int references;
    struct wn_board_list *list;
    int64_t version; // of the store that the list is of
    uint64_t looks;
};

struct wn_board_cache *wn_board_cache_new(void) {
    struct wn_board_cache *cache = wn_calloc(1, sizeof *cache);
    cache->references = 1;
    return cache;
}

void wn_board_cache_drop(struct wn_board_cache *cache) {
    if (!cache || --cache->references > 0)
        return;
    wn_board_list_free(cache->list);
    free(cache);
}

void wn_board_look_clear(struct wn_board_look *look) {
    free(look->sort);
    free(look->where);
    free(look->text);
    *look = (struct wn_board_look){0};
}

static char *copy_text(const char *text) {
    return text ? wn_strdup(text) : NULL;
}

// ---- asking -------------------------------------------------------------------------------------

static void copy_pins(const struct wn_board_state *state, struct wn_board_query *query) {
    query->pins = wn_calloc(state->pin_count, sizeof *query->pins);
    query->pin_count = state->pin_count;
    for (size_t i = 0; i < state->pin_count; i++)
        query->pins[i] = state->pins[i];
}

void *wn_board_ask(const void *context, struct wn_extent extent) {
    const struct wn_board_state *state = context;
    const struct wn_board_areas areas = wn_board_areas(state, extent);
    struct wn_board_query *query = wn_calloc(1, sizeof *query);
    query->sweep = state->sweep;
    query->look = (struct wn_board_look){.sort = copy_text(state->look.sort),
                                         .where = copy_text(state->look.where),
                                         .text = copy_text(state->look.text),
                                         .trials = state->look.trials,
                                         .front = state->look.front};
    query->looks = state->looks;
    query->moves = state->moves;
    query->cursor = state->cursor;
    query->top = state->top;
    query->rows = areas.table > 0 ? (size_t)areas.table : 1;
    query->ahead = state->model ? 3 * query->rows : query->rows; // the first frame waits for it
    query->follow = state->cursor ? state->chosen : -1;          // who looks at the best goes on to
    copy_pins(state, query);
    query->cache = state->cache;
    if (query->cache)
        query->cache->references++;
    extent.columns -= areas.left + 5; // of the pane beside the table, within its frame
    if (extent.columns > 0)
        query->side = wn_board_side_ask(extent);
    return query;
}

void wn_board_release(struct wn_board_query *query) {
    if (!query)
        return;
    wn_board_look_clear(&query->look);
    wn_sweep_row_clear(&query->row);
    wn_board_sheet_free(query->sheet);
    wn_board_free(query->page);
    wn_board_free(query->pinned);
    wn_board_free(query->leaders);
    wn_board_side_free(query->side);
    wn_board_cache_drop(query->cache);
    free(query->problem);
    free(query->pins);
    free(query);
}

// ---- the order ----------------------------------------------------------------------------------

char *wn_board_look_where(const struct wn_board_look *look, const struct wn_board *columns) {
    struct wn_str where = {0};
    if (look->where)
        wn_str_addf(&where, "(%s)", look->where);
    if (look->front)
        wn_str_addf(&where, "%sfront = 1", where.length ? " AND " : "");
    if (look->text && *look->text) {
        wn_str_add(&where, where.length ? " AND " : "");
        wn_board_text_condition(&where, columns, look->text);
    }
    return where.length ? wn_str_take(&where) : NULL;
}

// The first `reach` places at least, by rank; all of any other order.
static enum wn_status make_list(struct wn_store *store, const struct wn_board_query *query,
                                size_t reach, struct wn_board_list **list, struct wn_err *err) {
    struct wn_board_options options = {
        .top = (int64_t)reach, .sort = query->look.sort, .trials = query->look.trials};
    char *where = NULL;
    if (query->look.where || query->look.front || query->look.text) {
        struct wn_board_list *columns;
        const struct wn_board_options one = {.top = 1};
        enum wn_status status = wn_board_list_new(store, query->sweep, &one, &columns, err);
        if (status != WN_OK)
            return status;
        where = wn_board_look_where(&query->look, wn_board_list_columns(columns));
        wn_board_list_free(columns);
    }
    options.where = where;
    enum wn_status status = wn_board_list_new(store, query->sweep, &options, list, err);
    free(where);
    return status;
}

// Where filter or order are not understood: all rows, by rank, and why.
static enum wn_status make_some_list(struct wn_store *store, struct wn_board_query *query,
                                     size_t reach, struct wn_board_list **list,
                                     struct wn_err *err) {
    enum wn_status status = make_list(store, query, reach, list, err);
    if (status != WN_BAD_INPUT)
        return status;
    query->problem = wn_strdup(err->text);
    const struct wn_board_options options = {.top = (int64_t)reach, .trials = query->look.trials};
    return wn_board_list_new(store, query->sweep, &options, list, err);
}

static bool reaches(const struct wn_board_list *list, size_t reach) {
    size_t known = wn_board_list_known(list);
    return known >= reach || known == wn_board_list_count(list);
}

// The kept list where it still holds, else a new one.
static enum wn_status get_list(struct wn_store *store, struct wn_board_query *query, size_t reach,
                               struct wn_err *err) {
    struct wn_board_cache *cache = query->cache;
    int64_t version = wn_store_version(store);
    if (cache->list && version >= 0 && cache->version == version && cache->looks == query->looks &&
        !query->problem && reaches(cache->list, reach))
        return WN_OK;
    wn_board_list_free(cache->list); // first, for both together may be large
    cache->list = NULL;
    free(query->problem);
    query->problem = NULL;
    enum wn_status status = make_some_list(store, query, reach, &cache->list, err);
    if (status != WN_OK)
        return status;
    cache->looks = query->looks;
    cache->version = query->problem ? -1 : version; // so that the problem is told each time
    return WN_OK;
}

// Puts the cursor on its trial and the window around it.
static enum wn_status place_window(struct wn_store *store, struct wn_board_query *query,
                                   struct wn_err *err) {
    size_t offset = query->cursor > query->top ? query->cursor - query->top : 0;
    offset = offset < query->rows ? offset : query->rows - 1; // the screen became smaller
    ptrdiff_t place = -1;
    enum wn_status status = get_list(store, query, query->top + query->ahead, err);
    if (status == WN_OK && query->follow >= 0) {
        place = wn_board_list_place(query->cache->list, query->follow);
        if (place < 0 && !reaches(query->cache->list, SIZE_MAX)) {
            status = get_list(store, query, SIZE_MAX / 2, err);
            place = status == WN_OK ? wn_board_list_place(query->cache->list, query->follow) : -1;
        }
    }
    if (status != WN_OK)
        return status;
    query->total = wn_board_list_count(query->cache->list);
    if (place >= 0)
        query->cursor = (size_t)place;
    if (query->cursor >= query->total)
        query->cursor = query->total ? query->total - 1 : 0;
    query->top = query->cursor > offset ? query->cursor - offset : 0;
    query->from = query->top > query->rows ? query->top - query->rows : 0;
    return get_list(store, query, query->from + query->ahead, err);
}

// ---- the rest -----------------------------------------------------------------------------------

static enum wn_status load_rows(struct wn_store *store, struct wn_board_query *query,
                                struct wn_err *err) {
    struct wn_board_list *list = query->cache->list;
    const struct wn_board_span page = {.from = query->from, .count = query->ahead};
    const struct wn_board_span pins = {.trials = query->pins, .count = query->pin_count};
    enum wn_status status = wn_board_list_page(list, store, page, &query->page, err);
    if (status == WN_OK && query->pin_count)
        status = wn_board_list_page(list, store, pins, &query->pinned, err);
    return status;
}

enum wn_status wn_board_load_query(struct wn_store *store, void *context, struct wn_err *err) {
    struct wn_board_query *query = context;
    const struct wn_board_options leaders = {.top = LEADERS};
    enum wn_status status = wn_store_get_sweep(store, query->sweep, &query->row, err);
    if (status == WN_OK)
        status = place_window(store, query, err);
    if (status == WN_OK)
        status = load_rows(store, query, err);
    if (status == WN_OK && query->row.repeats > 1) // else nothing is known of ties
        status = wn_board_load(store, &query->row, &leaders, &query->leaders, err);
    if (status == WN_OK)
        status = wn_history_best(store, &query->row, WN_BOARD_SPARK, query->spark, err);
    if (status != WN_OK)
        return status;
    query->moment = wn_now();
    query->state = wn_sweep_shown_state(store, &query->row);
    if (strcmp(query->state, "running") == 0) // else nobody is told
        query->rate = wn_sweep_rate(store, &query->row, query->moment);
    size_t at = query->cursor - query->from;
    if (query->side && at < query->page->row_count)
        wn_board_side_load(query->side, store, query->sweep, query->page, &query->page->rows[at]);
    return WN_OK;
}

// ---- taking over --------------------------------------------------------------------------------

static const struct wn_board_row *find_row(const struct wn_board *board, int64_t trial) {
    for (size_t i = 0; i < board->row_count; i++)
        if (board->rows[i].trial == trial)
            return &board->rows[i];
    return NULL;
}

// What others do moves a row's rank; that is no news of the row.
static bool tells_news(const struct wn_board_column *column) {
    return column->group == WN_BOARD_METRIC ||
           (column->group == WN_BOARD_FIXED && strcmp(column->name, "rank") != 0 &&
            strcmp(column->name, "front") != 0);
}

static void compare_rows(struct wn_board_state *state, const struct wn_board_query *query,
                         const struct wn_board_row *before, const struct wn_board_row *now) {
    const struct wn_board *board = query->page;
    for (size_t i = 0; i < board->column_count; i++) {
        bool same = before && wn_value_compare(&before->cells[i], &now->cells[i]) == 0;
        if (!same && now->cells[i].type != WN_NULL && tells_news(&board->columns[i]))
            *WN_PUSH(state->changes, state->change_count, state->change_capacity) =
                (struct wn_board_change){.trial = now->trial, .column = i, .moment = query->moment};
    }
}

static void forget_changes(struct wn_board_state *state, double now) {
    size_t kept = 0;
    for (size_t i = 0; i < state->change_count; i++)
        if (state->changes[i].moment + WN_BOARD_MARKED > now)
            state->changes[kept++] = state->changes[i];
    state->change_count = kept;
}

static bool has_changed_at(const struct wn_board_state *state, double moment) {
    return state->change_count && state->changes[state->change_count - 1].moment == moment;
}

// Rows that came into view because the window moved are not new.
static void find_changes(struct wn_board_state *state, const struct wn_board_query *query) {
    const struct wn_board_query *old = state->model;
    bool same_window =
        old && old->from == query->from && old->ahead == query->ahead && old->looks == query->looks;
    if (!old || old->page->column_count != query->page->column_count)
        return;
    forget_changes(state, query->moment);
    for (size_t i = 0; i < query->page->row_count; i++) {
        const struct wn_board_row *row = &query->page->rows[i];
        const struct wn_board_row *was = find_row(old->page, row->trial);
        if (was || same_window)
            compare_rows(state, query, was, row);
    }
}

// Ages and the pace are told anew only where something else is, so that a quiet sweep draws
// nothing; and not with every trial, so that a fast one draws little.
static bool is_time_to_tell(const struct wn_board_state *state,
                            const struct wn_board_query *query) {
    const struct wn_board_query *old = state->model;
    if (!old || strcmp(old->state, query->state) != 0)
        return true;
    bool news = has_changed_at(state, query->moment) || old->total != query->total ||
                memcmp(old->row.counts, query->row.counts, sizeof old->row.counts) != 0;
    return news && query->moment - state->moment >= TELL_EVERY;
}

void wn_board_take(void *context, void *answer) {
    struct wn_board_state *state = context;
    struct wn_board_query *query = answer;
    if (!state || query->looks != state->looks) {
        wn_board_release(query);
        return;
    }
    wn_board_setup_merge(&state->setup, query->page);
    find_changes(state, query);
    if (is_time_to_tell(state, query)) {
        state->moment = query->moment;
        state->rate = query->rate;
    }
    wn_board_release(state->model);
    state->model = query;
    query->sheet = wn_board_sheet_new(query->page, query->pinned);
    if (query->moves == state->moves) {
        state->cursor = query->cursor;
        state->top = query->top;
    } else if (state->cursor >= query->total) {
        state->cursor = query->total ? query->total - 1 : 0;
    }
    const struct wn_board_row *row = wn_board_chosen(state);
    state->chosen = row ? row->trial : state->chosen;
}
