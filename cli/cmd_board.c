// SPDX-License-Identifier: GPL-3.0-or-later
// winnow board: the leaderboard, as a table for people or as CSV, JSON or Markdown.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/common.h"
#include "cli/outfile.h"
#include "cli/progress.h"
#include "cli/table.h"
#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/board.h"

static const struct wn_option options[] = {
    {.name = "top",
     .letter = 'n',
     .type = WN_OPTION_COUNT,
     .value = "N",
     .fallback = "all",
     .help = "only the first N rows"},
    {.name = "sort",
     .type = WN_OPTION_TEXT,
     .value = "COLUMN",
     .fallback = "by rank",
     .help = "order by a column; -COLUMN: largest first, +COLUMN: smallest first"},
    {.name = "where",
     .type = WN_OPTION_TEXT,
     .value = "EXPRESSION",
     .help = "only rows that fulfil it, as \"lr < 0.1 AND state = 'finished'\""},
    {.name = "columns",
     .type = WN_OPTION_TEXT,
     .value = "A,B,...",
     .help = "only these columns, in this order"},
    {.name = "trials", .help = "a row per trial, repeats apart, in place of one per configuration"},
    {.name = "csv", .help = "print CSV"},
    {.name = "md", .help = "print a Markdown table"},
    {.name = "output",
     .letter = 'o',
     .type = WN_OPTION_FILE,
     .value = "FILE",
     .help = "write to a file, which appears whole or not at all"},
    {0},
};

// ---- the table for people -----------------------------------------------------------------------

static void add_cell(struct wn_table *table, const struct wn_board *board, size_t row,
                     size_t column) {
    const struct wn_value *value = &board->rows[row].cells[column];
    const char *name = board->columns[column].name;
    enum wn_role role = WN_ROLE_PLAIN;
    enum wn_trial_state state;
    char number[32];
    if (strcmp(name, "state") == 0 && value->type == WN_STRING &&
        wn_trial_state_parse(value->string.text, &state))
        role = wn_trial_state_role(state);
    if (strcmp(name, "duration") == 0 && value->type == WN_FLOAT) {
        wn_trial_duration_text(value->number, number, sizeof number);
        wn_table_add(table, WN_ROLE_DIM, "%s", number);
    } else if (value->type == WN_FLOAT && board->columns[column].group != WN_BOARD_FIXED) {
        wn_table_add(table, role, "%s", wn_number_brief(value->number, number));
    } else if (value->type == WN_FLOAT) {
        wn_table_add(table, role, "%s", wn_number_text(value->number, number));
    } else if (value->type == WN_NULL) {
        wn_table_add(table, WN_ROLE_DIM, "-");
    } else {
        struct wn_str text = {0};
        wn_value_python(&text, value);
        wn_table_add(table, role, "%s", wn_str_text(&text));
        wn_str_free(&text);
    }
}

static bool is_number(const struct wn_board *board, size_t column) {
    for (size_t i = 0; i < board->row_count; i++) {
        enum wn_type type = board->rows[i].cells[column].type;
        if (type != WN_NULL)
            return type == WN_INT || type == WN_FLOAT;
    }
    return false;
}

// How a trial ended and how long it took is told by `winnow show` too; what was searched is what
// people compare.
static int spareness(const struct wn_board_column *column) {
    if (strcmp(column->name, "exit") == 0)
        return 4;
    if (strcmp(column->name, "duration") == 0)
        return 3;
    return column->group == WN_BOARD_METRIC ? 2 : column->group == WN_BOARD_PARAM ? 1 : 0;
}

struct shown { // columns of the table
    struct wn_column *columns;
    char **titles; // of them, escaped
    size_t *indices;
    size_t count;
    size_t left_out;
};

static void choose_columns(struct shown *shown, const struct wn_board *board, int width) {
    shown->columns = wn_calloc(board->column_count + 1, sizeof *shown->columns);
    shown->titles = wn_calloc(board->column_count, sizeof *shown->titles);
    shown->indices = wn_calloc(board->column_count, sizeof *shown->indices);
    for (size_t i = 0; i < board->column_count; i++) {
        const struct wn_board_column *column = &board->columns[i];
        if (!wn_board_shows(board, i))
            continue;
        // There may be 10,000 metrics: no more than could fit are laid out.
        if (column->group == WN_BOARD_METRIC && width && shown->count >= (size_t)width) {
            shown->left_out++;
            continue;
        }
        struct wn_str clean = {0};
        const char *name = wn_board_title(board, i);
        wn_text_escape(&clean, name, strlen(name), false);
        shown->titles[shown->count] = wn_str_take(&clean);
        shown->columns[shown->count] = (struct wn_column){
            .title = shown->titles[shown->count],
            .right = is_number(board, i),
            .spare = spareness(column),
        };
        shown->indices[shown->count++] = i;
    }
}

static void print_table(struct wn_output *out, const struct wn_board *board) {
    struct shown shown = {0};
    choose_columns(&shown, board, out->width);
    struct wn_table table = {.columns = shown.columns};
    for (size_t row = 0; row < board->row_count; row++)
        for (size_t i = 0; i < shown.count; i++)
            add_cell(&table, board, row, shown.indices[i]);
    if (shown.count)
        shown.left_out += wn_table_print(&table, out);
    wn_print_flush(out);
    if (shown.left_out)
        wn_say("%zu column%s left out: --columns chooses, --csv has all\n", shown.left_out,
               shown.left_out == 1 ? " is" : "s are");
    wn_table_free(&table);
    for (size_t i = 0; i < shown.count; i++)
        free(shown.titles[i]);
    free(shown.titles);
    free(shown.indices);
    free(shown.columns);
}

// Says so where not every row is in the table.
static void tell_hidden(const struct wn_board *board, const struct wn_sweep_row *sweep,
                        bool apart) {
    int64_t trials = 0;
    for (int i = 0; i < WN_TRIAL_STATES; i++)
        trials += sweep->counts[i];
    int64_t rows = apart ? trials : (trials + sweep->repeats - 1) / sweep->repeats;
    if ((int64_t)board->row_count < rows)
        wn_say("%zu of %lld %s\n", board->row_count, (long long)rows,
               apart ? "trials" : "configurations");
}

static void tell_reason(struct wn_store *store, const struct wn_sweep_row *sweep, int64_t number) {
    struct wn_trial_row trial = {0};
    struct wn_err err;
    if (wn_store_get_trial(store, sweep->id, number, &trial, &err) == WN_OK &&
        trial.state == WN_TRIAL_RUNNING && trial.reason)
        wn_say("trial %lld: %s\n", (long long)number, trial.reason);
    wn_trial_row_clear(&trial);
}

// A running trial has a reason only where its processes were killed and do not end.
static void tell_undying(struct wn_store *store, const struct wn_board *board,
                         const struct wn_sweep_row *sweep, int64_t repeats) {
    ptrdiff_t state = wn_board_column(board, "state");
    for (size_t i = 0; i < board->row_count && state >= 0; i++) {
        const struct wn_board_row *row = &board->rows[i];
        if (row->cells[state].type != WN_STRING ||
            strcmp(row->cells[state].string.text, wn_trial_state_name(WN_TRIAL_RUNNING)) != 0)
            continue;
        for (int64_t repeat = 0; repeat < repeats; repeat++)
            tell_reason(store, sweep, row->trial + repeat);
    }
}

// ---- the command --------------------------------------------------------------------------------

struct names {
    char *text; // cut at the commas
    const char **items;
    size_t count, capacity;
};

static void split_names(struct names *names, const char *list) {
    *names = (struct names){.text = wn_strdup(list ? list : "")};
    for (char *name = strtok(names->text, ","); name; name = strtok(NULL, ","))
        *WN_PUSH(names->items, names->count, names->capacity) = name;
}

// The format asked for, else what the name of the output file says, else CSV for a file and NULL
// for standard output.
static enum wn_status choose_format(const struct wn_invocation *invocation, const char **format,
                                    struct wn_err *err) {
    static const char *const formats[] = {"csv", "json", "md"};
    const char *path = wn_args_text(invocation, "output", NULL);
    const char *ending = path ? strrchr(path, '.') : NULL;
    *format = NULL;
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        if (!wn_args_has(invocation, formats[i]))
            continue;
        if (*format)
            return wn_fail(err, WN_BAD_INPUT, "--%s and --%s exclude each other", *format,
                           formats[i]);
        *format = formats[i];
    }
    for (size_t i = 0; i < sizeof formats / sizeof *formats && !*format; i++)
        if (ending && strcmp(ending + 1, formats[i]) == 0)
            *format = formats[i];
    if (!*format && path)
        *format = formats[0];
    return WN_OK;
}

static enum wn_status print(struct wn_invocation *invocation, const char *format,
                            const struct wn_board *board, const struct wn_sweep_row *sweep,
                            struct wn_err *err) {
    if (!format && !board->row_count)
        wn_say("%s has no trials to show\n", sweep->name);
    else if (!format)
        print_table(&invocation->out, board);
    if (!format) {
        tell_hidden(board, sweep, wn_args_has(invocation, "trials"));
        return WN_OK;
    }
    struct wn_outfile file;
    const char *path = wn_args_text(invocation, "output", NULL);
    enum wn_status status = wn_outfile_open(&file, &invocation->out, path, err);
    if (status != WN_OK)
        return status;
    wn_exporter_find(format)->board(board, &file.sink);
    return wn_outfile_close(&file, WN_OK, err);
}

static enum wn_status run(struct wn_invocation *invocation, struct wn_err *err) {
    struct wn_store *store;
    struct wn_sweep_row sweep;
    struct wn_board *board;
    const char *format;
    if (choose_format(invocation, &format, err) != WN_OK)
        return err->status;
    enum wn_status status = wn_open_sweep(invocation, WN_STORE_READ, &store, &sweep, err);
    if (status != WN_OK)
        return status;
    struct names names;
    split_names(&names, wn_args_text(invocation, "columns", NULL));
    const struct wn_board_options wanted = {
        .top = wn_args_integer(invocation, "top", 0),
        .sort = wn_args_text(invocation, "sort", NULL),
        .where = wn_args_text(invocation, "where", NULL),
        .columns = names.items,
        .column_count = names.count,
        .trials = wn_args_has(invocation, "trials"),
    };
    status = wn_board_load(store, &sweep, &wanted, &board, err);
    if (status == WN_OK) {
        status = print(invocation, format, board, &sweep, err);
        if (!format)
            tell_undying(store, board, &sweep, wanted.trials ? 1 : sweep.repeats);
        wn_board_free(board);
    }
    free(names.items);
    free(names.text);
    wn_sweep_row_clear(&sweep);
    wn_store_close(store);
    return status;
}

static const struct wn_example examples[] = {
    {"winnow board svm --top 10", "the ten best"},
    {"winnow board svm --where 'C < 10' --sort gamma", "a part of the space, in another order"},
    {"winnow board svm --csv -o svm.csv", "all of it, for a spreadsheet"},
    {0},
};

const struct wn_command wn_command_board = {
    .name = "board",
    .summary = "show the leaderboard of a sweep",
    .also = "leaderboard results best rank table top",
    .options = {options, wn_json_options},
    .operands = {{.name = "SWEEP", .kind = WN_OPERAND_SWEEP}},
    .description =
        "A row per configuration, best first; with repeats the mean of the objective and its "
        "standard error. Configurations without a result follow. The table, and Markdown, "
        "leave out what is the same in all of the sweep, whichever rows are asked for; CSV and "
        "JSON have every column: rank, trial, state, objective, "
        "se, param.NAME, metric.NAME, started, ended, duration, exit, host, tags, with times in "
        "Unix seconds. A sweep of several objectives has a column front too: 1 for what no other "
        "row beats in all of them (the Pareto front), 2 for what only those beat, and so on.\n\n"
        "Columns may be named bare (lr) or in full (param.lr, metric.loss), in --sort, --columns "
        "and "
        "--where. --where takes any SQLite expression.",
    .examples = examples,
    .run = run,
};
