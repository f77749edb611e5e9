// SPDX-License-Identifier: GPL-3.0-or-later
// Reading a board: trials are gathered into one row per configuration, with its parameters and the
// summaries of its metrics. Invariant: rows are made in order of their trial numbers.
#include "core/board.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/board_private.h"
#include "core/versions.h"

struct loading {
    struct wn_store *store;
    const struct wn_sweep_row *sweep;
    struct wn_versions versions;
    const struct wn_spec *spec; // the newest
    struct wn_config *config;   // scratch
    struct wn_board *board;
    size_t params, metrics; // how many columns of each
    bool *counts;           // by trial number: its values count in a mean over repeats
    size_t trial_count, trial_capacity;
    uint32_t *averaged; // row by row, metric by metric: values in the mean so far
    size_t averaged_capacity;
    int64_t *shown; // first trials of the rows to show, in their order; only where `few`
    size_t shown_count, shown_capacity;
    bool few; // the database chose the rows: no more than these were read
    struct wn_err *err;
    enum wn_status status;
};

// ---- columns ------------------------------------------------------------------------------------

static void add_column(struct wn_board *board, enum wn_board_group group, const char *prefix,
                       const char *name) {
    *WN_PUSH(board->columns, board->column_count, board->column_capacity) =
        (struct wn_board_column){.group = group, .name = wn_format("%s%s", prefix, name)};
}

static bool add_metric(void *context, int64_t id, const char *name) {
    struct loading *loading = context;
    (void)id;
    add_column(loading->board, WN_BOARD_METRIC, "metric.", name);
    loading->metrics++;
    return true;
}

static int by_name(const void *left, const void *right) {
    const struct wn_board_column *a = left, *b = right;
    return strcmp(a->name, b->name);
}

static struct wn_board_column *metric_columns(const struct loading *loading) {
    return loading->board->columns + WN_COLUMNS_BEFORE + loading->params;
}

// Whether no version of the sweep lets the parameter take a second value, or none.
static bool is_fixed(const struct wn_versions *versions, size_t param) {
    const struct wn_param *newest = &wn_versions_newest(versions)->space->params[param];
    if (newest->when_count || newest->kind != WN_KIND_CHOICE || newest->args.count != 1)
        return false;
    for (size_t i = 0; i < versions->count; i++) {
        const struct wn_param *other = &versions->items[i].spec->space->params[param];
        if (other->when_count || other->kind != WN_KIND_CHOICE || other->args.count != 1 ||
            !wn_value_equal(other->args.values, newest->args.values))
            return false;
    }
    return true;
}

// By the whole sweep, so that they do not change with the rows that are asked for.
static void find_same(struct loading *loading) {
    const struct wn_sweep_row *sweep = loading->sweep;
    struct wn_board_column *columns = loading->board->columns;
    struct wn_board_column *after = columns + loading->board->column_count - WN_COLUMNS_AFTER;
    columns[WN_COLUMN_SE].same = sweep->repeats == 1;
    for (size_t i = 0; i < loading->params; i++)
        columns[WN_COLUMNS_BEFORE + i].same = is_fixed(&loading->versions, i);
    after[WN_COLUMN_EXIT].same = !sweep->counts[WN_TRIAL_FAILED];
    after[WN_COLUMN_TAGS].same = true; // until there is a tag
}

static enum wn_status make_columns(struct loading *loading) {
    static const char *const before[] = {"rank", "trial", "state", "objective", "se"};
    static const char *const after[] = {"started", "ended", "duration", "exit", "host", "tags"};
    const struct wn_space *space = loading->spec->space;
    for (size_t i = 0; i < WN_COLUMNS_BEFORE; i++)
        add_column(loading->board, WN_BOARD_FIXED, "", before[i]);
    for (size_t i = 0; i < space->count; i++)
        add_column(loading->board, WN_BOARD_PARAM, "param.", space->params[i].name);
    loading->params = space->count;
    enum wn_status status =
        wn_store_each_metric(loading->store, loading->sweep->id, add_metric, loading, loading->err);
    qsort(metric_columns(loading), loading->metrics, sizeof(struct wn_board_column), by_name);
    for (size_t i = 0; i < WN_COLUMNS_AFTER; i++)
        add_column(loading->board, WN_BOARD_FIXED, "", after[i]);
    find_same(loading);
    return status;
}

// ---- rows ---------------------------------------------------------------------------------------

static struct wn_value *last_cell(const struct loading *loading, struct wn_board_row *row,
                                  enum wn_last_column column) {
    return &row->cells[WN_COLUMNS_BEFORE + loading->params + loading->metrics + column];
}

static void set_number(struct wn_value *cell, double number) {
    if (!isnan(number))
        *cell = wn_value_float(number);
}

static void set_moment(struct wn_value *cell, double moment) {
    if (moment > 0)
        *cell = wn_value_float(moment);
}

static void set_text(struct wn_value *cell, const char *text) {
    wn_value_clear(cell);
    if (text)
        *cell = wn_value_string(text);
}

static bool read_params(struct loading *loading, const struct wn_trial_row *trial,
                        struct wn_board_row *row) {
    const struct wn_space *space = wn_versions_of(&loading->versions, trial->number)->spec->space;
    loading->status = wn_value_parse_json(trial->params, &row->params, loading->err);
    if (loading->status == WN_OK)
        loading->status = wn_space_config_parse(space, &row->params, loading->config, loading->err);
    if (loading->status != WN_OK) {
        wn_err_prefix(loading->err, "trial %lld", (long long)trial->number);
        return false;
    }
    wn_value_clear(&row->params);
    row->params = wn_space_config_value(space, loading->config);
    for (size_t i = 0; i < space->count; i++)
        row->cells[WN_COLUMNS_BEFORE + i] = wn_space_leaf(space, loading->config, i);
    return true;
}

static bool begin_row(struct loading *loading, const struct wn_trial_row *trial) {
    struct wn_board *board = loading->board;
    struct wn_board_row *row = WN_PUSH(board->rows, board->row_count, board->row_capacity);
    row->cells = wn_calloc(board->column_count, sizeof *row->cells);
    row->trial = trial->number;
    row->score = loading->sweep->maximize ? -trial->mean : trial->mean;
    row->cells[WN_COLUMN_TRIAL] = wn_value_int(trial->number);
    set_number(&row->cells[WN_COLUMN_OBJECTIVE], trial->mean);
    set_number(&row->cells[WN_COLUMN_SE], trial->se);
    size_t averaged = board->row_count * loading->metrics;
    if (loading->sweep->repeats > 1 && loading->metrics) {
        wn_grow(&loading->averaged, &loading->averaged_capacity, averaged,
                sizeof *loading->averaged);
        memset(loading->averaged + averaged - loading->metrics, 0,
               loading->metrics * sizeof *loading->averaged);
    }
    return read_params(loading, trial, row);
}

static void show_exit(struct wn_value *cell, const struct wn_trial_row *trial) {
    wn_value_clear(cell);
    if (trial->has_exit && trial->exit_signal)
        *cell = wn_value_int(128 + trial->exit_signal); // as shells tell it
    else if (trial->has_exit)
        *cell = wn_value_int(trial->exit_code);
}

// What one more repeat adds: while any of them runs or waits the configuration does too; else a
// repeat that counts speaks for it before one that does not.
static int weight(enum wn_trial_state state) {
    if (state == WN_TRIAL_RUNNING)
        return 4;
    if (state == WN_TRIAL_QUEUED)
        return 3;
    return wn_trial_counts(state) ? 2 : 1;
}

static void add_repeat(struct loading *loading, struct wn_board_row *row,
                       const struct wn_trial_row *trial) {
    struct wn_value *state = &row->cells[WN_COLUMN_STATE];
    struct wn_value *started = last_cell(loading, row, WN_COLUMN_STARTED);
    struct wn_value *ended = last_cell(loading, row, WN_COLUMN_ENDED);
    enum wn_trial_state shown = WN_TRIAL_QUEUED;
    if (state->type == WN_NULL || (wn_trial_state_parse(state->string.text, &shown) &&
                                   weight(trial->state) > weight(shown))) {
        set_text(state, wn_trial_state_name(trial->state));
        show_exit(last_cell(loading, row, WN_COLUMN_EXIT), trial);
        set_text(last_cell(loading, row, WN_COLUMN_HOST), trial->host);
    }
    if (started->type == WN_NULL || (trial->started > 0 && trial->started < started->number))
        set_moment(started, trial->started);
    if (ended->type == WN_NULL || trial->ended > ended->number)
        set_moment(ended, trial->ended);
}

static void end_row(struct loading *loading, struct wn_board_row *row) {
    const struct wn_value *started = last_cell(loading, row, WN_COLUMN_STARTED);
    const struct wn_value *ended = last_cell(loading, row, WN_COLUMN_ENDED);
    const struct wn_value *shown = &row->cells[WN_COLUMN_STATE];
    struct wn_value *objective = &row->cells[WN_COLUMN_OBJECTIVE];
    if (objective->type == WN_NULL && shown->type == WN_STRING &&
        strcmp(shown->string.text, wn_trial_state_name(WN_TRIAL_NAN)) == 0)
        *objective = wn_value_float(NAN); // there were values, none of them a number
    if (started->type == WN_FLOAT && ended->type == WN_FLOAT)
        *last_cell(loading, row, WN_COLUMN_DURATION) =
            wn_value_float(ended->number - started->number);
}

static bool add_trial(void *context, const struct wn_trial_row *trial) {
    struct loading *loading = context;
    struct wn_board *board = loading->board;
    size_t number = (size_t)trial->number;
    if (trial->repeat == 0 && !begin_row(loading, trial))
        return false;
    while (loading->trial_count <= number)
        *WN_PUSH(loading->counts, loading->trial_count, loading->trial_capacity) = false;
    loading->counts[number] = loading->sweep->repeats == 1 || wn_trial_counts(trial->state);
    if (board->row_count)
        add_repeat(loading, &board->rows[board->row_count - 1], trial);
    return true;
}

// ---- metrics ------------------------------------------------------------------------------------

static int by_trial(const void *key, const void *element) {
    const struct wn_board_row *row = element;
    int64_t trial = *(const int64_t *)key;
    return (trial > row->trial) - (trial < row->trial);
}

static ptrdiff_t metric_index(const struct loading *loading, const char *name) {
    const struct wn_board_column *columns = metric_columns(loading);
    size_t low = 0, high = loading->metrics;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = strcmp(name, columns[middle].name + strlen("metric."));
        if (order == 0)
            return (ptrdiff_t)middle;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return -1;
}

// The objective shows the value that ranks; other metrics their last one.
static double shown_value(const struct loading *loading, const char *name,
                          const struct wn_summary *summary) {
    const struct wn_objective *objective = loading->spec->objectives;
    if (strcmp(name, loading->sweep->objective) != 0 || !objective || objective->summary_last)
        return summary->last;
    double best = loading->sweep->maximize ? summary->max : summary->min;
    return isnan(best) ? summary->last : best;
}

static void average_in(struct loading *loading, struct wn_board_row *row, size_t metric,
                       double value) {
    struct wn_value *cell = &row->cells[WN_COLUMNS_BEFORE + loading->params + metric];
    if (loading->sweep->repeats == 1 || cell->type == WN_NULL)
        *cell = wn_value_float(value);
    if (loading->sweep->repeats == 1)
        return;
    size_t at = (size_t)(row - loading->board->rows) * loading->metrics + metric;
    uint32_t count = ++loading->averaged[at];
    cell->number += (value - cell->number) / count;
}

static bool add_summary(void *context, int64_t trial, const char *name,
                        const struct wn_summary *summary) {
    struct loading *loading = context;
    struct wn_board *board = loading->board;
    int64_t first = trial - trial % loading->sweep->repeats;
    if (!board->row_count)
        return true;
    struct wn_board_row *row =
        bsearch(&first, board->rows, board->row_count, sizeof *row, by_trial);
    ptrdiff_t metric = metric_index(loading, name);
    if (row && metric >= 0 && (size_t)trial < loading->trial_count && loading->counts[trial])
        average_in(loading, row, (size_t)metric, shown_value(loading, name, summary));
    return true;
}

// ---- tags ---------------------------------------------------------------------------------------

// Those of all repeats, parted by spaces, each once.
static bool add_tag(void *context, const struct wn_label *tag) {
    struct loading *loading = context;
    struct wn_board *board = loading->board;
    int64_t first = tag->trial - tag->trial % loading->sweep->repeats;
    board->columns[board->column_count - WN_COLUMNS_AFTER + WN_COLUMN_TAGS].same = false;
    struct wn_board_row *row =
        board->row_count ? bsearch(&first, board->rows, board->row_count, sizeof *row, by_trial)
                         : NULL;
    if (!row)
        return true;
    struct wn_value *cell = last_cell(loading, row, WN_COLUMN_TAGS);
    char *before = wn_format(" %s ", cell->type == WN_STRING ? cell->string.text : "");
    char *word = wn_format(" %s ", tag->text);
    if (!strstr(before, word)) {
        before[strlen(before) - 1] = '\0'; // "" or " good"
        char *both = wn_format("%s %s", before, tag->text);
        set_text(cell, both + strspn(both, " "));
        free(both);
    }
    free(before);
    free(word);
    return true;
}

// ---- all rows, or the first ones ----------------------------------------------------------------

static enum wn_status load_all(struct loading *loading) {
    enum wn_status status =
        wn_store_each_trial(loading->store, loading->sweep->id, add_trial, loading, loading->err);
    if (status == WN_OK)
        status = loading->status;
    if (status == WN_OK)
        status = wn_store_each_summary(loading->store, loading->sweep->id, -1, add_summary, loading,
                                       loading->err);
    return status;
}

static bool keep_number(void *context, const struct wn_trial_row *trial) {
    struct loading *loading = context;
    *WN_PUSH(loading->shown, loading->shown_count, loading->shown_capacity) = trial->number;
    return true;
}

static int ascending(const void *left, const void *right) {
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

static enum wn_status load_one(struct loading *loading, int64_t first) {
    enum wn_status status = WN_OK;
    for (int64_t repeat = 0; repeat < loading->sweep->repeats && status == WN_OK; repeat++) {
        struct wn_trial_row trial = {0};
        status = wn_store_get_trial(loading->store, loading->sweep->id, first + repeat, &trial,
                                    loading->err);
        if (status == WN_OK)
            status = add_trial(loading, &trial) ? WN_OK : loading->status;
        else if (status == WN_NO)
            status = WN_OK; // a repeat that has not begun yet
        wn_trial_row_clear(&trial);
    }
    for (int64_t repeat = 0; repeat < loading->sweep->repeats && status == WN_OK; repeat++)
        status = wn_store_each_summary(loading->store, loading->sweep->id, first + repeat,
                                       add_summary, loading, loading->err);
    return status;
}

// Reads the rows to show, in order of their numbers.
static enum wn_status load_shown(struct loading *loading) {
    int64_t *sorted = wn_calloc(loading->shown_count, sizeof *sorted);
    if (loading->shown_count) {
        memcpy(sorted, loading->shown, loading->shown_count * sizeof *sorted);
        qsort(sorted, loading->shown_count, sizeof *sorted, ascending);
    }
    enum wn_status status = WN_OK;
    for (size_t i = 0; i < loading->shown_count && status == WN_OK; i++)
        status = load_one(loading, sorted[i]);
    free(sorted);
    return status;
}

// The first rows by the index; `few` is false where fewer have a result than are asked for.
static enum wn_status choose_top(struct loading *loading, int64_t top) {
    enum wn_status status = wn_store_each_ranked(loading->store, loading->sweep->id, top,
                                                 keep_number, loading, loading->err);
    loading->few = (int64_t)loading->shown_count >= top;
    return status;
}

static enum wn_status choose_some(struct loading *loading, const struct wn_board_options *options) {
    struct wn_board_query query = {.store = loading->store,
                                   .sweep = loading->sweep,
                                   .spec = loading->spec,
                                   .board = loading->board,
                                   .options = options};
    enum wn_status status = wn_board_select(&query, &loading->few, loading->err);
    loading->shown = query.numbers;
    loading->shown_count = query.count;
    return status;
}

static enum wn_status load_rows(struct loading *loading, const struct wn_board_options *options) {
    enum wn_status status = WN_OK;
    if (options->top && (options->sort || options->where))
        status = choose_some(loading, options);
    else if (options->top)
        status = choose_top(loading, options->top);
    if (status == WN_OK)
        status = loading->few ? load_shown(loading) : load_all(loading);
    for (size_t i = 0; i < loading->board->row_count; i++)
        end_row(loading, &loading->board->rows[i]);
    if (status == WN_OK)
        status = wn_store_each_tag(loading->store, loading->sweep->id, WN_EACH_TRIAL, add_tag,
                                   loading, loading->err);
    return status;
}

// ---- ranks --------------------------------------------------------------------------------------

static int by_score(const void *left, const void *right) {
    const struct wn_board_row *a = left, *b = right;
    if (isnan(a->score) || isnan(b->score)) {
        int order = isnan(a->score) - isnan(b->score);
        return order ? order : (a->trial > b->trial) - (a->trial < b->trial);
    }
    if (a->score != b->score)
        return a->score < b->score ? -1 : 1;
    return (a->trial > b->trial) - (a->trial < b->trial);
}

static void rank(struct wn_board *board) {
    if (board->row_count)
        qsort(board->rows, board->row_count, sizeof *board->rows, by_score);
    for (size_t i = 0; i < board->row_count && !isnan(board->rows[i].score); i++)
        board->rows[i].cells[WN_COLUMN_RANK] = wn_value_int((int64_t)i + 1);
}

static struct wn_board_row *find_row(const struct wn_board *board, int64_t trial) {
    if (!board->row_count)
        return NULL;
    return bsearch(&trial, board->rows, board->row_count, sizeof *board->rows, by_trial);
}

struct ranking {
    struct wn_board *board;
    int64_t rank;
};

static bool give_rank(void *context, int64_t trial) {
    struct ranking *ranking = context;
    struct wn_board_row *row = find_row(ranking->board, trial);
    ranking->rank++;
    if (row)
        row->cells[WN_COLUMN_RANK] = wn_value_int(ranking->rank);
    return true;
}

// The rows in the order in which they were chosen, with their ranks among all, also those not read.
static enum wn_status rank_shown(struct loading *loading, const struct wn_board_options *options) {
    struct wn_board *board = loading->board;
    struct ranking ranking = {.board = board};
    enum wn_status status = WN_OK;
    if (options->sort || options->where)
        status = wn_store_each_rank(loading->store, loading->sweep->id, give_rank, &ranking,
                                    loading->err);
    else // the first ones
        for (size_t i = 0; i < loading->shown_count; i++)
            give_rank(&ranking, loading->shown[i]);
    struct wn_board_row *rows = wn_calloc(board->row_count, sizeof *rows);
    for (size_t i = 0; i < board->row_count; i++)
        rows[i] = *find_row(board, loading->shown[i]);
    free(board->rows);
    board->rows = rows;
    board->row_capacity = board->row_count;
    return status;
}

// ---- the whole ----------------------------------------------------------------------------------

static void cut(struct wn_board *board, int64_t top) {
    while (top && board->row_count > (size_t)top)
        wn_board_row_clear(&board->rows[--board->row_count], board->column_count);
}

// Ranks, filter and order of a board that was read whole.
static enum wn_status arrange(struct loading *loading, const struct wn_board_options *options) {
    struct wn_board *board = loading->board;
    struct wn_board_order order;
    enum wn_status status = WN_OK;
    rank(board);
    if (options->where)
        status = wn_board_filter(board, options->where, loading->err);
    if (status == WN_OK && options->sort)
        status = wn_board_order_parse(board, loading->sweep, options->sort, &order, loading->err);
    if (status == WN_OK && options->sort)
        wn_board_sort(board, &order);
    if (status == WN_OK)
        cut(board, options->top);
    return status;
}

// Versions, columns and rows of one moment.
static enum wn_status read_board(struct loading *loading, const struct wn_board_options *options) {
    enum wn_status status =
        wn_versions_load(loading->store, loading->sweep, &loading->versions, loading->err);
    if (status != WN_OK)
        return status;
    loading->spec = wn_versions_newest(&loading->versions);
    loading->config = wn_config_new(loading->spec->space);
    status = make_columns(loading);
    if (status == WN_OK)
        status = load_rows(loading, options);
    if (status == WN_OK)
        status = loading->few ? rank_shown(loading, options) : arrange(loading, options);
    if (status == WN_OK && options->column_count)
        status =
            wn_board_choose(loading->board, options->columns, options->column_count, loading->err);
    return status;
}

enum wn_status wn_board_load(struct wn_store *store, const struct wn_sweep_row *sweep,
                             const struct wn_board_options *options, struct wn_board **board,
                             struct wn_err *err) {
    struct loading loading = {.store = store, .sweep = sweep, .err = err};
    enum wn_status status = wn_store_begin_read(store, err);
    if (status != WN_OK)
        return status;
    loading.board = wn_calloc(1, sizeof *loading.board);
    loading.board->sweep = wn_strdup(sweep->name);
    loading.board->objective = wn_strdup(sweep->objective);
    status = read_board(&loading, options);
    wn_store_rollback(store); // it only read
    wn_config_free(loading.config);
    wn_versions_free(&loading.versions);
    free(loading.counts);
    free(loading.averaged);
    free(loading.shown);
    if (status == WN_OK)
        *board = loading.board;
    else
        wn_board_free(loading.board);
    return status;
}

void wn_board_row_clear(struct wn_board_row *row, size_t columns) {
    for (size_t i = 0; i < columns; i++)
        wn_value_clear(&row->cells[i]);
    free(row->cells);
    wn_value_clear(&row->params);
}

void wn_board_free(struct wn_board *board) {
    if (!board)
        return;
    for (size_t i = 0; i < board->row_count; i++)
        wn_board_row_clear(&board->rows[i], board->column_count);
    for (size_t i = 0; i < board->column_count; i++)
        free(board->columns[i].name);
    free(board->rows);
    free(board->columns);
    free(board->sweep);
    free(board->objective);
    free(board);
}
