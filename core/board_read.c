// SPDX-License-Identifier: GPL-3.0-or-later
// Reading a board: trials are gathered into one row per configuration (or stay apart), with its
// parameters and the summaries of its metrics. Invariant: rows are read in order of their trial
// numbers.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/board_private.h"

// ---- columns ------------------------------------------------------------------------------------

static void add_column(struct wn_board *board, enum wn_board_group group, const char *prefix,
                       const char *name) {
    *WN_PUSH(board->columns, board->column_count, board->column_capacity) =
        (struct wn_board_column){.group = group, .name = wn_format("%s%s", prefix, name)};
}

// Index of the first column after parameters and metrics.
static size_t after_metrics(const struct wn_board_reader *reader) {
    return WN_COLUMNS_BEFORE + reader->params + reader->metrics;
}

static bool add_metric(void *context, int64_t id, const char *name) {
    struct wn_board_reader *reader = context;
    (void)id;
    add_column(reader->board, WN_BOARD_METRIC, "metric.", name);
    reader->metrics++;
    return true;
}

static int by_name(const void *left, const void *right) {
    const struct wn_board_column *a = left, *b = right;
    return strcmp(a->name, b->name);
}

static struct wn_board_column *metric_columns(const struct wn_board_reader *reader) {
    return reader->board->columns + WN_COLUMNS_BEFORE + reader->params;
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

static bool is_number(const struct wn_versions *versions, size_t param) {
    for (size_t i = 0; i < versions->count; i++) {
        const struct wn_param *about = &versions->items[i].spec->space->params[param];
        for (size_t v = 0; v < about->args.count && about->kind == WN_KIND_CHOICE; v++)
            if (about->args.values[v].type != WN_INT && about->args.values[v].type != WN_FLOAT)
                return false;
    }
    return true;
}

static void find_numbers(struct wn_board_reader *reader) {
    struct wn_board_column *columns = reader->board->columns;
    struct wn_board_column *after = columns + after_metrics(reader);
    for (size_t i = 0; i < reader->board->column_count; i++)
        columns[i].number = true;
    columns[WN_COLUMN_STATE].number = false;
    after[WN_COLUMN_HOST].number = after[WN_COLUMN_TAGS].number = false;
    for (size_t i = 0; i < reader->params; i++)
        columns[WN_COLUMNS_BEFORE + i].number = is_number(&reader->versions, i);
}

// By the whole sweep, so that they do not change with the rows that are asked for.
static void find_same(struct wn_board_reader *reader) {
    const struct wn_sweep_row *sweep = reader->sweep;
    struct wn_board_column *columns = reader->board->columns;
    struct wn_board_column *after = columns + after_metrics(reader);
    columns[WN_COLUMN_SE].same = reader->repeats == 1;
    for (size_t i = 0; i < reader->params; i++)
        columns[WN_COLUMNS_BEFORE + i].same = is_fixed(&reader->versions, i);
    after[WN_COLUMN_EXIT].same = !sweep->counts[WN_TRIAL_FAILED];
    after[WN_COLUMN_TAGS].same = !reader->tagged;
}

static bool is_there(const struct wn_board_reader *reader, enum wn_last_column column) {
    return column == WN_COLUMN_FRONT       ? reader->spec->objective_count > 1
           : column == WN_COLUMN_CONFIRMED ? reader->confirmed_count > 0
                                           : true;
}

static enum wn_status make_columns(struct wn_board_reader *reader) {
    static const char *const before[] = {"rank", "trial", "state", "objective", "se"};
    static const char *const after[] = {"started", "ended", "duration", "exit",
                                        "host",    "tags",  "front",    "confirmed"};
    const struct wn_space *space = reader->spec->space;
    for (size_t i = 0; i < WN_COLUMNS_BEFORE; i++)
        add_column(reader->board, WN_BOARD_FIXED, "", before[i]);
    for (size_t i = 0; i < space->count; i++)
        add_column(reader->board, WN_BOARD_PARAM, "param.", space->params[i].name);
    reader->params = space->count;
    enum wn_status status =
        wn_store_each_metric(reader->store, reader->sweep->id, add_metric, reader, reader->err);
    qsort(metric_columns(reader), reader->metrics, sizeof(struct wn_board_column), by_name);
    for (size_t i = 0; i < WN_COLUMNS_AFTER; i++)
        if (is_there(reader, (enum wn_last_column)i))
            add_column(reader->board, WN_BOARD_FIXED, "", after[i]);
    find_numbers(reader);
    find_same(reader);
    return status;
}

// ---- rows ---------------------------------------------------------------------------------------

static struct wn_value *last_cell(const struct wn_board_reader *reader, struct wn_board_row *row,
                                  enum wn_last_column column) {
    if (column == WN_COLUMN_CONFIRMED && !is_there(reader, WN_COLUMN_FRONT))
        column--;
    return &row->cells[after_metrics(reader) + column];
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

static bool read_params(struct wn_board_reader *reader, const struct wn_trial_row *trial,
                        struct wn_board_row *row) {
    const struct wn_space *space = wn_versions_of(&reader->versions, trial->number)->spec->space;
    reader->status = wn_value_parse_json(trial->params, &row->params, reader->err);
    if (reader->status == WN_OK)
        reader->status = wn_space_config_parse(space, &row->params, reader->config, reader->err);
    if (reader->status != WN_OK) {
        wn_err_prefix(reader->err, "trial %lld", (long long)trial->number);
        return false;
    }
    wn_value_clear(&row->params);
    row->params = wn_space_config_value(space, reader->config);
    for (size_t i = 0; i < space->count; i++)
        row->cells[WN_COLUMNS_BEFORE + i] = wn_space_leaf(space, reader->config, i);
    return true;
}

static void show_confirmed(const struct wn_board_reader *reader, const struct wn_trial_row *trial,
                           struct wn_board_row *row) {
    for (size_t i = reader->confirmed_count; i-- > 0;)
        if (reader->confirmed[i].params_hash == trial->params_hash) {
            set_number(last_cell(reader, row, WN_COLUMN_CONFIRMED), reader->confirmed[i].mean);
            return;
        }
}

static bool begin_row(struct wn_board_reader *reader, const struct wn_trial_row *trial) {
    struct wn_board *board = reader->board;
    struct wn_board_row *row = WN_PUSH(board->rows, board->row_count, board->row_capacity);
    row->cells = wn_calloc(board->column_count, sizeof *row->cells);
    row->trial = trial->number;
    double objective = !reader->split                  ? trial->mean
                       : wn_trial_counts(trial->state) ? trial->objective
                                                       : NAN;
    row->score = reader->sweep->maximize ? -objective : objective;
    row->cells[WN_COLUMN_TRIAL] = wn_value_int(trial->number);
    set_number(&row->cells[WN_COLUMN_OBJECTIVE], objective);
    if (!reader->split)
        set_number(&row->cells[WN_COLUMN_SE], trial->se);
    show_confirmed(reader, trial, row);
    size_t averaged = board->row_count * reader->metrics;
    if (reader->repeats > 1 && reader->metrics) {
        wn_grow(&reader->averaged, &reader->averaged_capacity, averaged, sizeof *reader->averaged);
        memset(reader->averaged + averaged - reader->metrics, 0,
               reader->metrics * sizeof *reader->averaged);
    }
    return read_params(reader, trial, row);
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

static void add_repeat(struct wn_board_reader *reader, struct wn_board_row *row,
                       const struct wn_trial_row *trial) {
    struct wn_value *state = &row->cells[WN_COLUMN_STATE];
    struct wn_value *started = last_cell(reader, row, WN_COLUMN_STARTED);
    struct wn_value *ended = last_cell(reader, row, WN_COLUMN_ENDED);
    enum wn_trial_state shown = WN_TRIAL_QUEUED;
    if (state->type == WN_NULL || (wn_trial_state_parse(state->string.text, &shown) &&
                                   weight(trial->state) > weight(shown))) {
        set_text(state, wn_trial_state_name(trial->state));
        show_exit(last_cell(reader, row, WN_COLUMN_EXIT), trial);
        set_text(last_cell(reader, row, WN_COLUMN_HOST), trial->host);
        free(row->reason);
        row->reason = trial->reason && *trial->reason ? wn_strdup(trial->reason) : NULL;
    }
    if (started->type == WN_NULL || (trial->started > 0 && trial->started < started->number))
        set_moment(started, trial->started);
    if (ended->type == WN_NULL || trial->ended > ended->number)
        set_moment(ended, trial->ended);
}

static void end_row(struct wn_board_reader *reader, struct wn_board_row *row) {
    const struct wn_value *started = last_cell(reader, row, WN_COLUMN_STARTED);
    const struct wn_value *ended = last_cell(reader, row, WN_COLUMN_ENDED);
    const struct wn_value *shown = &row->cells[WN_COLUMN_STATE];
    struct wn_value *objective = &row->cells[WN_COLUMN_OBJECTIVE];
    if (objective->type == WN_NULL && shown->type == WN_STRING &&
        strcmp(shown->string.text, wn_trial_state_name(WN_TRIAL_NAN)) == 0)
        *objective = wn_value_float(NAN); // there were values, none of them a number
    if (started->type == WN_FLOAT && ended->type == WN_FLOAT)
        *last_cell(reader, row, WN_COLUMN_DURATION) =
            wn_value_float(ended->number - started->number);
}

static bool add_trial(void *context, const struct wn_trial_row *trial) {
    struct wn_board_reader *reader = context;
    struct wn_board *board = reader->board;
    size_t at = (size_t)(trial->number - reader->first);
    if ((reader->split || trial->repeat == 0) && !begin_row(reader, trial))
        return false;
    while (reader->trial_count <= at)
        *WN_PUSH(reader->counts, reader->trial_count, reader->trial_capacity) = false;
    reader->counts[at] = reader->repeats == 1 || wn_trial_counts(trial->state);
    if (board->row_count)
        add_repeat(reader, &board->rows[board->row_count - 1], trial);
    return true;
}

// ---- metrics ------------------------------------------------------------------------------------

int wn_board_row_by_trial(const void *key, const void *element) {
    const struct wn_board_row *row = element;
    int64_t trial = *(const int64_t *)key;
    return (trial > row->trial) - (trial < row->trial);
}

static ptrdiff_t metric_index(const struct wn_board_reader *reader, const char *name) {
    const struct wn_board_column *columns = metric_columns(reader);
    size_t low = 0, high = reader->metrics;
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
static double shown_value(const struct wn_board_reader *reader, const char *name,
                          const struct wn_summary *summary) {
    const struct wn_objective *objective = reader->spec->objectives;
    if (strcmp(name, reader->sweep->objective) != 0 || !objective || objective->summary_last)
        return summary->last;
    double best = reader->sweep->maximize ? summary->max : summary->min;
    return isnan(best) ? summary->last : best;
}

static void average_in(struct wn_board_reader *reader, struct wn_board_row *row, size_t metric,
                       double value) {
    struct wn_value *cell = &row->cells[WN_COLUMNS_BEFORE + reader->params + metric];
    if (reader->repeats == 1 || cell->type == WN_NULL)
        *cell = wn_value_float(value);
    if (reader->repeats == 1)
        return;
    size_t at = (size_t)(row - reader->board->rows) * reader->metrics + metric;
    uint32_t count = ++reader->averaged[at];
    cell->number += (value - cell->number) / count;
}

static bool add_summary(void *context, int64_t trial, const char *name,
                        const struct wn_summary *summary) {
    struct wn_board_reader *reader = context;
    struct wn_board *board = reader->board;
    int64_t first = trial - trial % reader->repeats;
    if (!board->row_count)
        return true;
    struct wn_board_row *row =
        bsearch(&first, board->rows, board->row_count, sizeof *row, wn_board_row_by_trial);
    ptrdiff_t metric = metric_index(reader, name);
    size_t at = (size_t)(trial - reader->first);
    if (row && metric >= 0 && at < reader->trial_count && reader->counts[at])
        average_in(reader, row, (size_t)metric, shown_value(reader, name, summary));
    return true;
}

// ---- tags ---------------------------------------------------------------------------------------

// Those of all repeats, parted by spaces, each once.
static bool add_tag(void *context, const struct wn_label *tag) {
    struct wn_board_reader *reader = context;
    struct wn_board *board = reader->board;
    int64_t first = tag->trial - tag->trial % reader->repeats;
    struct wn_board_row *row = board->row_count ? bsearch(&first, board->rows, board->row_count,
                                                          sizeof *row, wn_board_row_by_trial)
                                                : NULL;
    if (!row)
        return true;
    struct wn_value *cell = last_cell(reader, row, WN_COLUMN_TAGS);
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

// ---- all rows, or some --------------------------------------------------------------------------

static void end_rows(struct wn_board_reader *reader) {
    struct wn_board *board = reader->board;
    for (size_t i = 0; i < board->row_count; i++) {
        end_row(reader, &board->rows[i]);
        uint32_t front = wn_board_number_of(&reader->fronts, board->rows[i].trial, reader->repeats);
        if (front)
            *last_cell(reader, &board->rows[i], WN_COLUMN_FRONT) = wn_value_int(front);
    }
}

enum wn_status wn_board_read_all(struct wn_board_reader *reader) {
    int64_t sweep = reader->sweep->id;
    enum wn_status status =
        wn_store_each_trial(reader->store, sweep, add_trial, reader, reader->err);
    if (status == WN_OK)
        status = reader->status;
    if (status == WN_OK)
        status = wn_store_each_summary(reader->store, sweep, -1, add_summary, reader, reader->err);
    if (status == WN_OK)
        status =
            wn_store_each_tag(reader->store, sweep, WN_EACH_TRIAL, add_tag, reader, reader->err);
    end_rows(reader);
    return status;
}

static enum wn_status read_trial(struct wn_board_reader *reader, int64_t number) {
    struct wn_trial_row trial = {0};
    enum wn_status status =
        wn_store_get_trial(reader->store, reader->sweep->id, number, &trial, reader->err);
    if (status == WN_OK)
        status = add_trial(reader, &trial) ? WN_OK : reader->status;
    else if (status == WN_NO)
        status = WN_OK; // a repeat that has not begun yet
    wn_trial_row_clear(&trial);
    return status;
}

static enum wn_status read_one(struct wn_board_reader *reader, int64_t first) {
    int64_t sweep = reader->sweep->id;
    enum wn_status status = WN_OK;
    reader->first = first;
    reader->trial_count = 0;
    for (int64_t number = first; number < first + reader->repeats && status == WN_OK; number++)
        status = read_trial(reader, number);
    for (int64_t number = first; number < first + reader->repeats && status == WN_OK; number++) {
        status = reader->last_metric ? wn_store_each_summary_until(reader->store, sweep, number,
                                                                   reader->last_metric, add_summary,
                                                                   reader, reader->err)
                                     : wn_store_each_summary(reader->store, sweep, number,
                                                             add_summary, reader, reader->err);
        if (status == WN_OK && reader->tagged)
            status = wn_store_each_tag(reader->store, sweep, number, add_tag, reader, reader->err);
    }
    return status;
}

static int ascending(const void *left, const void *right) {
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return (a > b) - (a < b);
}

// The rows were read in order of their numbers. One that is no longer there is left out.
static void put_in_order(struct wn_board *board, const uint32_t *numbers, size_t count) {
    struct wn_board_row *rows = wn_calloc(count, sizeof *rows);
    size_t kept = 0;
    for (size_t i = 0; i < count && board->row_count; i++) {
        int64_t number = numbers[i];
        const struct wn_board_row *row =
            bsearch(&number, board->rows, board->row_count, sizeof *row, wn_board_row_by_trial);
        if (row)
            rows[kept++] = *row;
    }
    free(board->rows);
    board->rows = rows;
    board->row_capacity = count;
}

enum wn_status wn_board_read_some(struct wn_board_reader *reader, const uint32_t *numbers,
                                  size_t count) {
    uint32_t *sorted = wn_calloc(count, sizeof *sorted);
    if (count)
        memcpy(sorted, numbers, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, ascending);
    enum wn_status status = WN_OK;
    for (size_t i = 0; i < count && status == WN_OK; i++)
        status = read_one(reader, sorted[i]);
    free(sorted);
    end_rows(reader);
    put_in_order(reader->board, numbers, count);
    return status;
}

// ---- the reader ---------------------------------------------------------------------------------

static bool see_tag(void *context, const struct wn_label *tag) {
    struct wn_board_reader *reader = context;
    (void)tag;
    reader->tagged = true;
    return false; // one is enough
}

static bool keep_confirmed(void *context, int64_t params_hash, double mean) {
    struct wn_board_reader *reader = context;
    *WN_PUSH(reader->confirmed, reader->confirmed_count, reader->confirmed_capacity) =
        (struct wn_confirmed){params_hash, mean};
    return true;
}

static struct wn_board *new_board(const struct wn_sweep_row *sweep) {
    struct wn_board *board = wn_calloc(1, sizeof *board);
    board->sweep = wn_strdup(sweep->name);
    board->objective = wn_strdup(sweep->objective);
    return board;
}

enum wn_status wn_board_reader_open(struct wn_board_reader *reader) {
    reader->repeats = reader->split ? 1 : reader->sweep->repeats;
    reader->split = reader->split && reader->sweep->repeats > 1;
    enum wn_status status =
        wn_versions_load(reader->store, reader->sweep, &reader->versions, reader->err);
    if (status != WN_OK)
        return status;
    reader->spec = wn_versions_newest(&reader->versions);
    reader->config = wn_config_new(reader->spec->space);
    reader->board = new_board(reader->sweep);
    status = wn_store_each_tag(reader->store, reader->sweep->id, WN_EACH_TRIAL, see_tag, reader,
                               reader->err);
    if (status == WN_OK)
        status = wn_store_each_confirmed(reader->store, reader->sweep->id, keep_confirmed, reader,
                                         reader->err);
    return status == WN_OK ? make_columns(reader) : status;
}

struct wn_board *wn_board_copy_columns(const struct wn_board_reader *reader, size_t metrics) {
    const struct wn_board *board = reader->board;
    struct wn_board *copy = new_board(reader->sweep);
    size_t left_out = WN_COLUMNS_BEFORE + reader->params + metrics, after = after_metrics(reader);
    for (size_t i = 0; i < board->column_count; i++) {
        if (i >= left_out && i < after)
            continue;
        add_column(copy, board->columns[i].group, "", board->columns[i].name);
        copy->columns[copy->column_count - 1].number = board->columns[i].number;
        copy->columns[copy->column_count - 1].same = board->columns[i].same;
    }
    return copy;
}

void wn_board_reader_close(struct wn_board_reader *reader) {
    wn_config_free(reader->config);
    wn_versions_free(&reader->versions);
    free(reader->counts);
    free(reader->confirmed);
    free(reader->averaged);
    free(reader->ranks.items);
    free(reader->fronts.items);
    wn_board_free(reader->board);
}
