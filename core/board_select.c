// SPDX-License-Identifier: GPL-3.0-or-later
// Filtering and sorting by the database, so that of 100,000 rows only those shown are read whole.
// Each column has a SQL expression over a configuration's first trial, `t`; it gives what the cell
// of board.c would, and where there are repeats it looks at their rows, t.id and the next ones.
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/board_private.h"
#include "core/expr.h"

// ---- sources ------------------------------------------------------------------------------------

#define EXIT(row)                                                                                  \
    "CASE WHEN " row ".exit_signal > 0 THEN 128 + " row ".exit_signal ELSE " row ".exit_code END"
#define SPOKESMAN                                                                                  \
    " ORDER BY CASE r.state WHEN 'running' THEN 0 WHEN 'queued' THEN 1 WHEN 'finished' THEN 2 "    \
    "WHEN 'stopped' THEN 2 ELSE 3 END, r.id LIMIT 1"

static const struct {
    const char *column, *alone; // of a configuration with one repeat
    const char *over;           // over all repeats, `r`; NULL: the first one has it
    const char *rest;           // of that query
} fixed_sources[] = {
    {"trial", "t.id & 4294967295", NULL, NULL},
    {"objective", "t.mean", NULL, NULL},
    {"se", "t.se", NULL, NULL},
    {"started", "nullif(t.started, 0.0)", "min(nullif(r.started, 0.0))", ""},
    {"ended", "nullif(t.ended, 0.0)", "nullif(max(r.ended), 0.0)", ""},
    {"duration", "nullif(t.ended, 0.0) - nullif(t.started, 0.0)",
     "nullif(max(r.ended), 0.0) - min(nullif(r.started, 0.0))", ""},
    {"state", "t.state", "r.state", SPOKESMAN},
    {"exit", EXIT("t"), EXIT("r"), SPOKESMAN},
    {"host", "t.host", "r.host", SPOKESMAN},
};

static char *fixed_source(const char *column, int64_t repeats) {
    for (size_t i = 0; i < sizeof fixed_sources / sizeof *fixed_sources; i++) {
        if (strcmp(fixed_sources[i].column, column) != 0)
            continue;
        if (repeats == 1 || !fixed_sources[i].over)
            return wn_strdup(fixed_sources[i].alone);
        return wn_format("(SELECT %s FROM trial AS r WHERE r.id BETWEEN t.id AND t.id + %lld%s)",
                         fixed_sources[i].over, (long long)repeats - 1, fixed_sources[i].rest);
    }
    return NULL;
}

static void add_text(struct wn_str *sql, const char *text) {
    wn_str_add_char(sql, '\'');
    for (; *text; text++) {
        wn_str_add_char(sql, *text);
        if (*text == '\'')
            wn_str_add_char(sql, '\'');
    }
    wn_str_add_char(sql, '\'');
}

// json_extract() knows a path of quoted names; a name with a quote of its own it cannot find.
static char *param_source(const struct wn_space *space, const char *name) {
    const struct wn_param *param = &space->params[wn_space_index(space, name)];
    struct wn_str path = {0}, sql = {0};
    wn_str_add_char(&path, '$');
    for (size_t i = 0; i < param->depth; i++)
        wn_str_addf(&path, ".\"%s\"", param->path[i]);
    wn_str_add(&sql, "json_extract(t.params, ");
    add_text(&sql, path.text);
    wn_str_add_char(&sql, ')');
    wn_str_free(&path);
    return wn_str_take(&sql);
}

// What board.c shows of a summary: the value that ranks of the objective, the last one of others.
static const char *shown_value(const struct wn_board_query *query, const char *metric) {
    const struct wn_objective *objective = query->spec->objectives;
    if (strcmp(metric, query->sweep->objective) != 0 || !objective || objective->summary_last)
        return "s.last";
    return query->sweep->maximize ? "coalesce(s.max, s.last)" : "coalesce(s.min, s.last)";
}

static char *metric_source(const struct wn_board_query *query, const char *metric) {
    const char *value = shown_value(query, metric);
    long long repeats = query->sweep->repeats, sweep = query->sweep->id;
    struct wn_str sql = {0};
    if (repeats == 1)
        wn_str_addf(&sql, "(SELECT %s FROM summary AS s WHERE s.trial = t.id AND ", value);
    else
        wn_str_addf(&sql,
                    "(SELECT CASE WHEN count(*) = count(%s) THEN avg(%s) END FROM summary AS s "
                    "JOIN trial AS r ON r.id = s.trial AND r.state IN ('finished', 'stopped') "
                    "WHERE s.trial BETWEEN t.id AND t.id + %lld AND ",
                    value, value, repeats - 1);
    wn_str_addf(&sql, "s.metric = (SELECT id FROM metric WHERE sweep = %lld AND name = ", sweep);
    add_text(&sql, metric);
    wn_str_add(&sql, "))");
    return wn_str_take(&sql);
}

// NULL: there is none.
static char *source_of(const struct wn_board_query *query, size_t column) {
    const struct wn_board_column *about = &query->board->columns[column];
    if (about->group == WN_BOARD_FIXED)
        return fixed_source(about->name, query->sweep->repeats);
    const char *bare = strchr(about->name, '.') + 1;
    if (about->group == WN_BOARD_METRIC)
        return metric_source(query, bare);
    return strpbrk(bare, "\"\\") ? NULL : param_source(query->spec->space, bare);
}

// ---- the selection ------------------------------------------------------------------------------

// Columns without a source are not offered: an expression that names one is then not understood.
static enum wn_status add_condition(const struct wn_board_query *query, struct wn_str *sql,
                                    struct wn_err *err) {
    const char *where = query->options->where;
    struct wn_board_names names;
    wn_board_names_offer(&names, query->board, where);
    char **sources = wn_calloc(names.count, sizeof *sources);
    size_t kept = 0;
    for (size_t i = 0; i < names.count; i++) {
        sources[kept] = source_of(query, names.columns[i]);
        names.names[kept] = names.names[i];
        kept += sources[kept] != NULL;
    }
    enum wn_status status =
        wn_expr_sql(where, names.names, (const char *const *)sources, kept, sql, err);
    for (size_t i = 0; i < kept; i++)
        free(sources[i]);
    free(sources);
    wn_board_names_free(&names);
    return status;
}

// SQLite orders texts, numbers and truth values as wn_value_compare() does as long as they are not
// mixed; lists and mappings are texts to it.
static bool sorts_alike(const struct wn_board_query *query, size_t column) {
    const struct wn_board_column *about = &query->board->columns[column];
    if (about->group != WN_BOARD_PARAM)
        return true;
    const struct wn_space *space = query->spec->space;
    const struct wn_dist_args *args =
        &space->params[wn_space_index(space, strchr(about->name, '.') + 1)].args;
    enum wn_type common = WN_NULL;
    for (size_t i = 0; i < args->count; i++) {
        enum wn_type type = args->values[i].type == WN_FLOAT ? WN_INT : args->values[i].type;
        if (type == WN_LIST || type == WN_MAP || (type && common && type != common))
            return false;
        common = type ? type : common;
    }
    return true;
}

static enum wn_status add_order(const struct wn_board_query *query, struct wn_str *sql, bool *able,
                                struct wn_err *err) {
    struct wn_board_order order;
    if (!query->options->sort) {
        wn_str_add(sql, "t.score IS NULL, t.score, t.id");
        return WN_OK;
    }
    enum wn_status status =
        wn_board_order_parse(query->board, query->sweep, query->options->sort, &order, err);
    bool alike = status == WN_OK && sorts_alike(query, order.column);
    char *source = alike ? source_of(query, order.column) : NULL;
    *able = source != NULL;
    if (source)
        wn_str_addf(sql, "%s %s NULLS LAST, t.id", source, order.sign < 0 ? "DESC" : "ASC");
    free(source);
    return status;
}

static bool keep(void *context, int64_t number) {
    struct wn_board_query *query = context;
    *WN_PUSH(query->numbers, query->count, query->capacity) = number;
    return true;
}

enum wn_status wn_board_select(struct wn_board_query *query, bool *able, struct wn_err *err) {
    struct wn_str condition = {0}, order = {0};
    struct wn_err unknown; // a full board knows more names, and says what is wrong
    *able = !query->options->where || add_condition(query, &condition, &unknown) == WN_OK;
    enum wn_status status = WN_OK;
    if (*able)
        status = add_order(query, &order, able, err);
    const struct wn_selection selection = {
        .condition = query->options->where ? condition.text : "1",
        .order = order.text,
        .limit = query->options->top ? query->options->top : -1,
    };
    if (status == WN_OK && *able)
        status =
            wn_store_each_selected(query->store, query->sweep->id, &selection, keep, query, err);
    wn_str_free(&condition);
    wn_str_free(&order);
    return status;
}
