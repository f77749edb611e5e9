// SPDX-License-Identifier: GPL-3.0-or-later
// What of a board is shown: rows by an expression, their order by a column, columns by name.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/board_private.h"
#include "core/expr.h"

// ---- names --------------------------------------------------------------------------------------

static const char *bare_name(const struct wn_board_column *column) {
    if (column->group == WN_BOARD_FIXED)
        return column->name;
    return strchr(column->name, '.') + 1;
}

// The full name first; then a bare one, which a parameter has before a metric.
ptrdiff_t wn_board_column(const struct wn_board *board, const char *name) {
    for (size_t i = 0; i < board->column_count; i++)
        if (strcmp(board->columns[i].name, name) == 0)
            return (ptrdiff_t)i;
    for (size_t i = 0; i < board->column_count; i++)
        if (strcmp(bare_name(&board->columns[i]), name) == 0)
            return (ptrdiff_t)i;
    return -1;
}

bool wn_board_shows(const struct wn_board *board, size_t column) {
    static const char *const hidden[] = {"started", "ended", "host"};
    const struct wn_board_column *about = &board->columns[column];
    if (board->chosen)
        return true;
    for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++)
        if (about->group == WN_BOARD_FIXED && strcmp(about->name, hidden[i]) == 0)
            return false;
    bool twice = about->group == WN_BOARD_METRIC && strcmp(bare_name(about), board->objective) == 0;
    return !about->same && !twice; // the objective stands in its own column already
}

const char *wn_board_title(const struct wn_board *board, size_t column) {
    const char *name = bare_name(&board->columns[column]);
    bool objective = board->columns[column].group == WN_BOARD_FIXED && !strcmp(name, "objective");
    return objective ? board->objective : name;
}

static enum wn_status find(const struct wn_board *board, const char *name, size_t *column,
                           struct wn_err *err) {
    ptrdiff_t found = wn_board_column(board, name);
    if (found >= 0) {
        *column = (size_t)found;
        return WN_OK;
    }
    const char **names = wn_calloc(2 * board->column_count, sizeof *names);
    for (size_t i = 0; i < board->column_count; i++) {
        names[2 * i] = board->columns[i].name;
        names[2 * i + 1] = bare_name(&board->columns[i]);
    }
    const char *close = wn_closest(name, names, 2 * board->column_count);
    wn_fail(err, WN_BAD_INPUT, "there is no column %s%s%s%s", name, close ? " (did you mean " : "",
            close ? close : "", close ? "?)" : "");
    free(names);
    return WN_BAD_INPUT;
}

// ---- filter -------------------------------------------------------------------------------------

static bool is_known(const struct wn_board_names *names, const char *name) {
    for (size_t i = 0; i < names->count; i++)
        if (strcmp(names->names[i], name) == 0)
            return true;
    return false;
}

static void offer(struct wn_board_names *names, const char *name, size_t column) {
    if (is_known(names, name))
        return;
    names->names[names->count] = name;
    names->columns[names->count++] = column;
}

void wn_board_names_offer(struct wn_board_names *names, const struct wn_board *board,
                          const char *text) {
    enum { MOST = 900 };
    *names = (struct wn_board_names){
        .names = wn_calloc(2 * board->column_count, sizeof *names->names),
        .columns = wn_calloc(2 * board->column_count, sizeof *names->columns),
    };
    for (size_t i = 0; i < board->column_count && names->count < MOST; i++) {
        const struct wn_board_column *column = &board->columns[i];
        if (board->column_count > MOST / 2 && !strstr(text, bare_name(column)))
            continue;
        offer(names, column->name, i);
        offer(names, bare_name(column), i);
    }
}

void wn_board_names_free(struct wn_board_names *names) {
    free(names->names);
    free(names->columns);
}

static bool passes(struct wn_expr *expr, const struct wn_board_names *names,
                   const struct wn_board_row *row) {
    wn_expr_reset(expr);
    for (size_t i = 0; i < names->count; i++)
        if (wn_expr_uses(expr, i))
            wn_expr_bind(expr, i, &row->cells[names->columns[i]]);
    return wn_expr_test(expr) == WN_TRUE;
}

enum wn_status wn_board_filter(struct wn_board *board, const char *where, struct wn_err *err) {
    struct wn_board_names names;
    struct wn_expr *expr;
    wn_board_names_offer(&names, board, where);
    enum wn_status status = wn_expr_new(where, names.names, names.count, &expr, err);
    size_t kept = 0;
    for (size_t i = 0; i < board->row_count && status == WN_OK; i++)
        if (passes(expr, &names, &board->rows[i]))
            board->rows[kept++] = board->rows[i];
        else
            wn_board_row_clear(&board->rows[i], board->column_count);
    if (status == WN_OK) {
        board->row_count = kept;
        wn_expr_free(expr);
    }
    wn_board_names_free(&names);
    return status;
}

// ---- order --------------------------------------------------------------------------------------

// Nothing and NaN come last whichever way the column is sorted.
static bool is_missing(const struct wn_value *value) {
    return value->type == WN_NULL || (value->type == WN_FLOAT && isnan(value->number));
}

static int compare(const void *left, const void *right, void *context) {
    const struct wn_board_row *a = left, *b = right;
    const struct wn_board_order *order = context;
    const struct wn_value *x = &a->cells[order->column], *y = &b->cells[order->column];
    int missing = is_missing(x) - is_missing(y);
    int result = missing ? missing : is_missing(x) ? 0 : order->sign * wn_value_compare(x, y);
    return result ? result : (a->trial > b->trial) - (a->trial < b->trial);
}

// "-" asks for the largest first, "+" for the smallest. Without either the objective is sorted best
// first, any other column smallest first. A column whose own name begins so is meant by it.
enum wn_status wn_board_order_parse(const struct wn_board *board, const struct wn_sweep_row *sweep,
                                    const char *by, struct wn_board_order *order,
                                    struct wn_err *err) {
    bool named = wn_board_column(board, by) >= 0;
    char sign = !named && (*by == '-' || *by == '+') ? *by : '\0';
    order->sign = sign == '-' ? -1 : 1;
    enum wn_status status = find(board, by + (sign != '\0'), &order->column, err);
    if (status != WN_OK)
        return status;
    const char *column = board->columns[order->column].name;
    bool objective = strcmp(column, "objective") == 0 ||
                     (wn_starts_with(column, "metric.") &&
                      strcmp(column + strlen("metric."), sweep->objective) == 0);
    if (objective && !sign)
        order->sign = sweep->maximize ? -1 : 1;
    return WN_OK;
}

void wn_board_sort(struct wn_board *board, const struct wn_board_order *order) {
    struct wn_board_order copy = *order;
    if (board->row_count)
        qsort_r(board->rows, board->row_count, sizeof *board->rows, compare, &copy);
}

// ---- columns ------------------------------------------------------------------------------------

static void choose_cells(struct wn_board_row *row, const size_t *chosen, size_t count,
                         size_t before) {
    struct wn_value *cells = wn_calloc(count, sizeof *cells);
    for (size_t i = 0; i < count; i++)
        cells[i] = wn_value_copy(&row->cells[chosen[i]]);
    for (size_t i = 0; i < before; i++)
        wn_value_clear(&row->cells[i]);
    free(row->cells);
    row->cells = cells;
}

enum wn_status wn_board_choose(struct wn_board *board, const char *const *names, size_t count,
                               struct wn_err *err) {
    size_t *chosen = wn_calloc(count, sizeof *chosen);
    enum wn_status status = WN_OK;
    for (size_t i = 0; i < count && status == WN_OK; i++)
        status = find(board, names[i], &chosen[i], err);
    if (status == WN_OK) {
        struct wn_board_column *columns = wn_calloc(count, sizeof *columns);
        for (size_t i = 0; i < count; i++)
            columns[i] = (struct wn_board_column){
                .group = board->columns[chosen[i]].group,
                .name = wn_strdup(board->columns[chosen[i]].name),
                .number = board->columns[chosen[i]].number,
                .same = board->columns[chosen[i]].same,
            };
        for (size_t i = 0; i < board->row_count; i++)
            choose_cells(&board->rows[i], chosen, count, board->column_count);
        for (size_t i = 0; i < board->column_count; i++)
            free(board->columns[i].name);
        free(board->columns);
        board->chosen = true;
        board->columns = columns;
        board->column_count = count;
    }
    free(chosen);
    return status;
}
