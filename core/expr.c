// SPDX-License-Identifier: GPL-3.0-or-later
// An expression is the statement
//     SELECT (SELECT (TEXT) FROM (SELECT ?1 AS "lr", ...)) FROM (SELECT ?2 AS "beta") AS "adam",
//     ...
// on a private empty database: names are columns of one inner row, and group.name is found one
// scope further out, so that lr and adam.lr never compete. Only the names that the text mentions
// are exposed. The authorizer refuses all but SELECT and functions, so no table can be reached.
#include "core/expr.h"

#include <math.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/expr_scan.h"

enum {
    MOST_BYTES = 1000 * 1000, // of one text, read or computed
    TICK = 1000,
    MOST_TICKS = 1000, // steps of SQLite's machine for one evaluation
};

struct wn_expr {
    sqlite3 *db;
    sqlite3_stmt *statement;
    char *text;
    int *slots; // of each name: its number among the bound values, or 0
    size_t count;
    int ticks;
};

struct column {        // a name as the statement exposes it
    const char *group; // NULL: in the inner row
    const char *column;
    size_t name;
    int slot;
};

struct build {
    struct wn_expr *expr;
    const char *const *names;
    struct wn_idents idents;
    struct column *columns;
    size_t column_count, column_capacity;
    int slots;
    const char *const *sources; // of each name, in the place of a bound value; or NULL
    struct wn_err *err;
};

// ---- a database that can do nothing but compute -------------------------------------------------

// What would make the same configuration pass at one time and fail at another, or reach outside.
static bool is_barred(const char *function) {
    static const char *const barred[] = {"load_extension", "random", "randomblob",
                                         "fts3_tokenizer"};
    for (size_t i = 0; i < sizeof barred / sizeof *barred; i++)
        if (sqlite3_stricmp(function, barred[i]) == 0)
            return true;
    return false;
}

static int authorize(void *context, int action, const char *a, const char *b, const char *database,
                     const char *trigger) {
    (void)context, (void)a, (void)database, (void)trigger;
    if (action == SQLITE_SELECT || (action == SQLITE_FUNCTION && !is_barred(b)))
        return SQLITE_OK;
    return SQLITE_DENY;
}

static int tick(void *context) {
    struct wn_expr *expr = context;
    return ++expr->ticks > MOST_TICKS;
}

static enum wn_status open_database(struct wn_expr *expr, struct wn_err *err) {
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY | SQLITE_OPEN_NOMUTEX;
    if (sqlite3_open_v2(":memory:", &expr->db, flags, NULL) != SQLITE_OK)
        return wn_fail(err, WN_ENVIRONMENT, "SQLite cannot start: %s", sqlite3_errmsg(expr->db));
    sqlite3_db_config(expr->db, SQLITE_DBCONFIG_LOOKASIDE, NULL, 0,
                      0);                                          // many expressions: stay small
    sqlite3_db_config(expr->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL); // a misspelt "name" is no text
    sqlite3_limit(expr->db, SQLITE_LIMIT_LENGTH, MOST_BYTES);
    sqlite3_limit(expr->db, SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000);
    sqlite3_set_authorizer(expr->db, authorize, expr);
    sqlite3_progress_handler(expr->db, TICK, tick, expr);
    return WN_OK;
}

// ---- names --------------------------------------------------------------------------------------

// SQLite ignores the case of ASCII letters; a name in the very spelling goes first.
static bool find_name(const struct build *build, const struct wn_ident *ident, size_t *name) {
    char *whole =
        ident->group ? wn_format("%s.%s", ident->group, ident->name) : wn_strdup(ident->name);
    size_t count = build->expr->count, found = count;
    bool exact = false;
    for (size_t i = 0; i < count && !exact; i++) {
        exact = strcmp(build->names[i], whole) == 0;
        if (exact || (found == count && strcasecmp(build->names[i], whole) == 0))
            found = i;
    }
    free(whole);
    *name = found;
    return found < count;
}

static bool same_group(const char *a, const char *b) {
    return a == b || (a && b && strcasecmp(a, b) == 0);
}

static enum wn_status expose(struct build *build, const struct wn_ident *ident, size_t name) {
    int *slot = &build->expr->slots[name];
    if (*slot == 0)
        *slot = ++build->slots;
    for (size_t i = 0; i < build->column_count; i++) {
        const struct column *other = &build->columns[i];
        if (!same_group(other->group, ident->group) || strcasecmp(other->column, ident->name) != 0)
            continue;
        if (other->slot == *slot)
            return WN_OK;
        return wn_fail(build->err, WN_BAD_INPUT,
                       "%s and %s differ only in the case of letters: use one of them at a time",
                       other->column, ident->name);
    }
    *WN_PUSH(build->columns, build->column_count, build->column_capacity) =
        (struct column){ident->group, ident->name, name, *slot};
    return WN_OK;
}

static enum wn_status expose_all(struct build *build) {
    enum wn_status status = WN_OK;
    size_t name;
    for (size_t i = 0; status == WN_OK && i < build->idents.count; i++)
        if (find_name(build, &build->idents.items[i], &name))
            status = expose(build, &build->idents.items[i], name);
    return status;
}

// ---- the statement ------------------------------------------------------------------------------

static void add_quoted(struct wn_str *sql, const char *name) {
    wn_str_add_char(sql, '"');
    for (; *name; name++) {
        wn_str_add_char(sql, *name);
        if (*name == '"')
            wn_str_add_char(sql, '"');
    }
    wn_str_add_char(sql, '"');
}

// (SELECT ?1 AS "a", ?2 AS "b") of one group's columns; false where it has none.
static bool add_row(const struct build *build, const char *group, struct wn_str *sql) {
    const char *before = "(SELECT ";
    bool any = false;
    for (size_t i = 0; i < build->column_count; i++) {
        const struct column *column = &build->columns[i];
        if (!same_group(column->group, group))
            continue;
        wn_str_add(sql, any ? ", " : before);
        if (build->sources)
            wn_str_addf(sql, "%s AS ", build->sources[column->name]);
        else
            wn_str_addf(sql, "?%d AS ", column->slot);
        add_quoted(sql, column->column);
        any = true;
    }
    wn_str_add(sql, any ? ")" : "");
    return any;
}

static bool is_first_of_group(const struct build *build, size_t at) {
    for (size_t i = 0; i < at; i++)
        if (same_group(build->columns[i].group, build->columns[at].group))
            return false;
    return build->columns[at].group;
}

static const char before_text[] = "SELECT (SELECT (";

static char *statement_of(const struct build *build) {
    struct wn_str sql = {0}, row = {0};
    wn_str_addf(&sql, "%s%s)", before_text, build->expr->text);
    if (add_row(build, NULL, &row))
        wn_str_addf(&sql, " FROM %s", wn_str_text(&row));
    wn_str_free(&row);
    const char *before = ") FROM ";
    for (size_t i = 0; i < build->column_count; i++) {
        if (!is_first_of_group(build, i))
            continue;
        wn_str_add(&sql, before);
        add_row(build, build->columns[i].group, &sql);
        wn_str_add(&sql, " AS ");
        add_quoted(&sql, build->columns[i].group);
        before = ", ";
    }
    wn_str_add(&sql, *before == ')' ? ")" : "");
    return wn_str_take(&sql);
}

// ---- what is wrong ------------------------------------------------------------------------------

static bool is_plain(const char *name) {
    for (; *name; name++)
        if (!(*name >= 'a' && *name <= 'z') && !(*name >= 'A' && *name <= 'Z') &&
            !(*name >= '0' && *name <= '9') && *name != '_')
            return false;
    return true;
}

// A known name that is close to `word`, or of which it is the beginning or the last part: bare
// top-1 reads as top minus 1.
static const char *suggest(const struct build *build, const char *word) {
    size_t length = strlen(word);
    for (size_t i = 0; i < build->expr->count; i++) {
        const char *name = build->names[i], *dot = strrchr(name, '.');
        char after[2] = {strlen(name) > length ? name[length] : 'x', '\0'};
        if ((dot && strcmp(dot + 1, word) == 0) ||
            (strncmp(name, word, length) == 0 && !is_plain(after)))
            return name;
    }
    return wn_closest(word, build->names, build->expr->count);
}

static enum wn_status refuse_name(const struct build *build, const char *word) {
    const char *close = suggest(build, word);
    if (!close)
        return wn_fail(build->err, WN_BAD_INPUT,
                       "no parameter or metric called %s (a text goes in single quotes: '%s')",
                       word, word);
    const char *quote = is_plain(close) ? "" : "\"";
    return wn_fail(build->err, WN_BAD_INPUT,
                   "no parameter or metric called %s; did you mean %s%s%s?", word, quote, close,
                   quote);
}

static enum wn_status explain(const struct build *build) {
    const char *message = sqlite3_errmsg(build->expr->db);
    static const char missing[] = "no such column: ";
    if (wn_starts_with(message, missing))
        return refuse_name(build, message + strlen(missing));
    if (sqlite3_errcode(build->expr->db) == SQLITE_AUTH)
        return wn_fail(build->err, WN_BAD_INPUT,
                       "the expression %s asks for more than names and functions: %s",
                       build->expr->text, message);
    int offset = sqlite3_error_offset(build->expr->db);
    size_t end = sizeof before_text - 1 + strlen(build->expr->text);
    if (offset >= 0 && (size_t)offset >= end)
        return wn_fail(build->err, WN_BAD_INPUT, "the expression %s ends too early",
                       build->expr->text);
    return wn_fail(build->err, WN_BAD_INPUT, "cannot read the expression %s: %s", build->expr->text,
                   message);
}

static enum wn_status compile(struct build *build) {
    struct wn_expr *expr = build->expr;
    enum wn_status status = open_database(expr, build->err);
    if (status == WN_OK)
        status = wn_expr_scan(expr->text, &build->idents, build->err);
    if (status == WN_OK)
        status = expose_all(build);
    if (status != WN_OK)
        return status;
    char *sql = statement_of(build);
    int code =
        sqlite3_prepare_v3(expr->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &expr->statement, NULL);
    free(sql);
    return code == SQLITE_OK ? WN_OK : explain(build);
}

static struct wn_expr *new_expr(const char *text, size_t names) {
    struct wn_expr *expr = wn_calloc(1, sizeof *expr);
    expr->text = wn_strdup(text);
    expr->slots = wn_calloc(names, sizeof *expr->slots);
    expr->count = names;
    return expr;
}

static void free_build(struct build *build) {
    wn_idents_free(&build->idents);
    free(build->columns);
}

enum wn_status wn_expr_new(const char *text, const char *const *names, size_t count,
                           struct wn_expr **expr, struct wn_err *err) {
    *expr = new_expr(text, count);
    struct build build = {.expr = *expr, .names = names, .err = err};
    enum wn_status status = compile(&build);
    free_build(&build);
    if (status != WN_OK) {
        wn_expr_free(*expr);
        *expr = NULL;
    }
    return status;
}

enum wn_status wn_expr_sql(const char *text, const char *const *names, const char *const *sources,
                           size_t count, struct wn_str *sql, struct wn_err *err) {
    struct wn_expr *expr = new_expr(text, count);
    struct build build = {.expr = expr, .names = names, .err = err};
    enum wn_status status = compile(&build);
    if (status == WN_OK) {
        build.sources = sources;
        char *statement = statement_of(&build);
        wn_str_addf(sql, "(%s)", statement);
        free(statement);
    }
    free_build(&build);
    wn_expr_free(expr);
    return status;
}

// ---- using it -----------------------------------------------------------------------------------

bool wn_expr_uses(const struct wn_expr *expr, size_t name) {
    return expr->slots[name] > 0;
}

static void bind_text(struct wn_expr *expr, int slot, const char *text) {
    if (sqlite3_bind_text(expr->statement, slot, text, -1, SQLITE_TRANSIENT) != SQLITE_OK)
        sqlite3_bind_null(expr->statement, slot); // longer than MOST_BYTES
}

static void bind_json(struct wn_expr *expr, int slot, const struct wn_value *value) {
    struct wn_str json = {0};
    wn_value_json(&json, value, WN_JSON_COMPACT);
    bind_text(expr, slot, wn_str_text(&json));
    wn_str_free(&json);
}

void wn_expr_bind(struct wn_expr *expr, size_t name, const struct wn_value *value) {
    int slot = expr->slots[name];
    if (!slot)
        return;
    switch (value->type) {
    case WN_NULL:
        sqlite3_bind_null(expr->statement, slot);
        break;
    case WN_BOOL:
        sqlite3_bind_int(expr->statement, slot, value->boolean);
        break;
    case WN_INT:
        sqlite3_bind_int64(expr->statement, slot, value->integer);
        break;
    case WN_FLOAT:
        sqlite3_bind_double(expr->statement, slot, value->number); // NaN becomes NULL
        break;
    case WN_STRING:
        bind_text(expr, slot, value->string.text);
        break;
    case WN_LIST:
    case WN_MAP:
        bind_json(expr, slot, value);
        break;
    }
}

void wn_expr_bind_number(struct wn_expr *expr, size_t name, double number) {
    if (expr->slots[name])
        sqlite3_bind_double(expr->statement, expr->slots[name], number);
}

void wn_expr_reset(struct wn_expr *expr) {
    sqlite3_clear_bindings(expr->statement);
}

enum wn_truth wn_expr_test(struct wn_expr *expr) {
    enum wn_truth truth = WN_UNKNOWN;
    expr->ticks = 0;
    if (sqlite3_step(expr->statement) == SQLITE_ROW &&
        sqlite3_column_type(expr->statement, 0) != SQLITE_NULL)
        truth = sqlite3_column_double(expr->statement, 0) != 0 ? WN_TRUE : WN_FALSE;
    sqlite3_reset(expr->statement);
    return truth;
}

const char *wn_expr_text(const struct wn_expr *expr) {
    return expr->text;
}

void wn_expr_free(struct wn_expr *expr) {
    if (!expr)
        return;
    sqlite3_finalize(expr->statement);
    sqlite3_close(expr->db);
    free(expr->slots);
    free(expr->text);
    free(expr);
}
