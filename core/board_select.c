// SPDX-License-Identifier: GPL-3.0-or-later
// Filtering and sorting by the database, so that of 100,000 rows only those shown are read whole.
// Each column has a SQL expression over a configuration's first trial, `t`; it gives what the cell
// of board_read.c would, and where there are repeats it looks at their rows, t.id and the next
// ones.
#include <math.h>
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

#define RANK "winnow_rank" // functions of a row's first trial
#define FRONT "winnow_front"

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
    {"rank", RANK "(t.id)", NULL, NULL},
    {"front", FRONT "(t.id)", NULL, NULL},
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

// Where repeats are rows of their own, the first one has no mean for them.
static const char *apart_source(const char *column) {
    if (strcmp(column, "objective") == 0)
        return "CASE WHEN t.state IN ('finished', 'stopped') THEN t.objective END";
    return strcmp(column, "se") == 0 ? "NULL" : NULL;
}

// Those of all repeats, in the order of board_read.c.
static char *tags_source(const struct wn_board_reader *reader) {
    return wn_format("(SELECT group_concat(name, ' ') FROM (SELECT name FROM tag WHERE sweep = "
                     "%lld AND trial BETWEEN (t.id & 4294967295) AND (t.id & 4294967295) + %lld "
                     "GROUP BY name ORDER BY min(trial), name))",
                     (long long)reader->sweep->id, (long long)reader->repeats - 1);
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

// What board_read.c shows of a summary: the value that ranks of the objective, the last one of
// others.
static const char *shown_value(const struct wn_board_reader *reader, const char *metric) {
    const struct wn_objective *objective = reader->spec->objectives;
    if (strcmp(metric, reader->sweep->objective) != 0 || !objective || objective->summary_last)
        return "s.last";
    return reader->sweep->maximize ? "coalesce(s.max, s.last)" : "coalesce(s.min, s.last)";
}

char *wn_board_metric_source(const struct wn_board_reader *reader, const char *metric) {
    const char *value = shown_value(reader, metric);
    long long repeats = reader->repeats, sweep = reader->sweep->id;
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

char *wn_board_source(const struct wn_board_reader *reader, size_t column) {
    const struct wn_board_column *about = &reader->board->columns[column];
    const char *apart = reader->split ? apart_source(about->name) : NULL;
    if (about->group == WN_BOARD_FIXED && strcmp(about->name, "tags") == 0)
        return tags_source(reader);
    if (about->group == WN_BOARD_FIXED)
        return apart ? wn_strdup(apart) : fixed_source(about->name, reader->repeats);
    const char *bare = strchr(about->name, '.') + 1;
    if (about->group == WN_BOARD_METRIC)
        return wn_board_metric_source(reader, bare);
    return strpbrk(bare, "\"\\") ? NULL : param_source(reader->spec->space, bare);
}

const char *wn_board_each_row(const struct wn_board_reader *reader) {
    return reader->split ? "1" : "t.repeat = 0";
}

// ---- the selection ------------------------------------------------------------------------------

// Columns without a source are not offered: an expression that names one is then not understood.
static enum wn_status add_condition(const struct wn_board_reader *reader, const char *where,
                                    struct wn_str *sql, struct wn_err *err) {
    struct wn_board_names names;
    wn_board_names_offer(&names, reader->board, where);
    char **sources = wn_calloc(names.count, sizeof *sources);
    size_t kept = 0;
    for (size_t i = 0; i < names.count; i++) {
        sources[kept] = wn_board_source(reader, names.columns[i]);
        names.names[kept] = names.names[i];
        kept += sources[kept] != NULL;
    }
    wn_str_addf(sql, "%s AND (", wn_board_each_row(reader));
    enum wn_status status =
        wn_expr_sql(where, names.names, (const char *const *)sources, kept, sql, err);
    wn_str_add_char(sql, ')');
    for (size_t i = 0; i < kept; i++)
        free(sources[i]);
    free(sources);
    wn_board_names_free(&names);
    return status;
}

// SQLite orders texts, numbers and truth values as wn_value_compare() does as long as they are not
// mixed; lists and mappings are texts to it.
static bool sorts_alike(const struct wn_board_reader *reader, size_t column) {
    const struct wn_board_column *about = &reader->board->columns[column];
    if (about->group != WN_BOARD_PARAM)
        return true;
    const struct wn_space *space = reader->spec->space;
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

struct selecting {
    struct wn_board_order order;
    struct wn_str condition, source;
    struct wn_board_rows *rows;
    double *keys; // what a row is sorted by, at number / repeats; NULL: the database sorts
    int64_t repeats;
};

static enum wn_status find_order(const struct wn_board_reader *reader, const char *sort,
                                 struct selecting *selecting, bool *able) {
    struct wn_board_order *order = &selecting->order;
    enum wn_status status = WN_OK;
    *order = (struct wn_board_order){.column = WN_COLUMN_RANK, .sign = 1};
    if (sort)
        status = wn_board_order_parse(reader->board, reader->sweep, sort, order, reader->err);
    bool alike = status == WN_OK && sorts_alike(reader, order->column);
    char *source = alike ? wn_board_source(reader, order->column) : NULL;
    *able = source != NULL;
    if (source)
        wn_str_add(&selecting->source, source);
    free(source);
    return status;
}

static bool keep(void *context, int64_t number, const double *keys) {
    struct selecting *selecting = context;
    struct wn_board_rows *rows = selecting->rows;
    if (keys)
        selecting->keys[number / selecting->repeats] = selecting->order.sign * keys[0];
    *WN_PUSH(rows->numbers, rows->count, rows->capacity) = (uint32_t)number;
    return true;
}

// What has no key comes last, whichever way the column is sorted.
static int by_key(const void *left, const void *right, void *context) {
    const struct selecting *selecting = context;
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    double x = selecting->keys[a / selecting->repeats], y = selecting->keys[b / selecting->repeats];
    int missing = isnan(x) - isnan(y);
    if (missing)
        return missing;
    if (x != y && !isnan(x))
        return x < y ? -1 : 1;
    return (a > b) - (a < b);
}

static enum wn_status ask(struct wn_board_reader *reader, struct selecting *selecting,
                          const char *order, int64_t top) {
    struct wn_lookup lookups[] = {
        {RANK, reader->ranks.items, reader->ranks.count, reader->repeats},
        {FRONT, reader->fronts.items, reader->fronts.count, reader->repeats},
    };
    const struct wn_selection selection = {
        .condition = selecting->condition.text,
        .order = order,
        .limit = top ? top : -1,
        .values = selecting->keys ? selecting->source.text : NULL,
        .value_count = selecting->keys != NULL,
        .lookups = lookups,
        .lookup_count = sizeof lookups / sizeof *lookups,
    };
    return wn_store_each_selected(reader->store, reader->sweep->id, &selection, keep, selecting,
                                  reader->err);
}

// All rows of a column of numbers are sorted here, which takes a third of the memory that the
// sorter of SQLite does.
static enum wn_status select_rows(struct wn_board_reader *reader, struct selecting *selecting,
                                  int64_t top) {
    struct wn_board_rows *rows = selecting->rows;
    enum wn_status status;
    if (top || !reader->board->columns[selecting->order.column].number) {
        char *order = wn_format("%s %s NULLS LAST, t.id", selecting->source.text,
                                selecting->order.sign < 0 ? "DESC" : "ASC");
        status = ask(reader, selecting, order, top);
        free(order);
        return status;
    }
    selecting->repeats = reader->repeats;
    selecting->keys = wn_calloc(reader->ranks.count, sizeof *selecting->keys);
    status = ask(reader, selecting, "t.id", 0);
    if (rows->count)
        qsort_r(rows->numbers, rows->count, sizeof *rows->numbers, by_key, selecting);
    free(selecting->keys);
    return status;
}

enum wn_status wn_board_select(struct wn_board_reader *reader,
                               const struct wn_board_options *options, struct wn_board_rows *rows,
                               bool *able) {
    struct selecting selecting = {.rows = rows};
    struct wn_err unknown; // a full board knows more names, and says what is wrong
    const char *where = options->where ? options->where : "1";
    *able = add_condition(reader, where, &selecting.condition, &unknown) == WN_OK;
    enum wn_status status = WN_OK;
    if (*able)
        status = find_order(reader, options->sort, &selecting, able);
    if (status == WN_OK && *able)
        status = select_rows(reader, &selecting, options->top);
    wn_str_free(&selecting.condition);
    wn_str_free(&selecting.source);
    return status;
}
