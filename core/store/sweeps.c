// SPDX-License-Identifier: GPL-3.0-or-later
// Sweeps: making, finding, changing and removing them.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/store/internal.h"

void wn_sweep_row_clear(struct wn_sweep_row *row) {
    char *texts[] = {row->name,      row->reason,    row->method,    row->spec,
                     row->spec_file, row->objective, row->cwd,       row->user,
                     row->host,      row->version,   row->git_commit};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        free(texts[i]);
    *row = (struct wn_sweep_row){0};
}

// ---- reading ------------------------------------------------------------------------------------

// Columns in the order of the table.
static void read_row(sqlite3_stmt *s, struct wn_sweep_row *row) {
    int i = 0;
    *row = (struct wn_sweep_row){.id = sqlite3_column_int64(s, i++)};
    row->name = wn_column_text(s, i++);
    const char *state = (const char *)sqlite3_column_text(s, i++);
    if (!state || !wn_sweep_state_parse(state, &row->state))
        row->state = WN_SWEEP_FAILED;
    row->reason = wn_column_text(s, i++);
    row->method = wn_column_text(s, i++);
    row->spec = wn_column_text(s, i++);
    row->spec_file = wn_column_text(s, i++);
    row->spec_hash = sqlite3_column_int64(s, i++);
    row->seed = sqlite3_column_int64(s, i++);
    row->parallel = sqlite3_column_int64(s, i++);
    row->repeats = sqlite3_column_int64(s, i++);
    row->declared = sqlite3_column_int64(s, i++);
    row->objective = wn_column_text(s, i++);
    row->maximize = sqlite3_column_int(s, i++) != 0;
    row->cwd = wn_column_text(s, i++);
    row->user = wn_column_text(s, i++);
    row->host = wn_column_text(s, i++);
    row->version = wn_column_text(s, i++);
    row->git_commit = wn_column_text(s, i++);
    row->git_dirty = sqlite3_column_int(s, i++) != 0;
    row->created = sqlite3_column_double(s, i++);
    row->started = sqlite3_column_double(s, i++);
    row->ended = sqlite3_column_double(s, i++);
    row->active = sqlite3_column_double(s, i++);
    row->examines = sqlite3_column_int64(s, i++);
}

static enum wn_status read_counts(struct wn_store *store, struct wn_sweep_row *row,
                                  struct wn_err *err) {
    sqlite3_stmt *s = wn_sql(store, WN_SQL_COUNTS, err);
    if (!s)
        return err->status;
    enum wn_status status;
    sqlite3_bind_int64(s, 1, row->id);
    while (wn_sql_row(store, s, &status, err)) {
        enum wn_trial_state state;
        if (wn_trial_state_parse((const char *)sqlite3_column_text(s, 0), &state))
            row->counts[state] = sqlite3_column_int64(s, 1);
    }
    return status;
}

static enum wn_status read_best(struct wn_store *store, struct wn_sweep_row *row,
                                struct wn_err *err) {
    sqlite3_stmt *s = wn_sql(store, WN_SQL_BEST, err);
    if (!s)
        return err->status;
    enum wn_status status = WN_OK;
    sqlite3_bind_int64(s, 1, row->id);
    while (wn_sql_row(store, s, &status, err)) {
        row->has_best = true;
        row->best_trial = sqlite3_column_int64(s, 0) & 0xffffffff;
        row->best = wn_column_real(s, 1);
    }
    return status;
}

static enum wn_status complete_row(struct wn_store *store, struct wn_sweep_row *row,
                                   struct wn_err *err) {
    enum wn_status status = read_counts(store, row, err);
    if (status == WN_OK)
        status = read_best(store, row, err);
    if (status != WN_OK)
        wn_sweep_row_clear(row);
    return status;
}

// The one row of a bound statement; *found says whether there is one.
static enum wn_status take_one(struct wn_store *store, sqlite3_stmt *s, struct wn_sweep_row *row,
                               bool *found, struct wn_err *err) {
    enum wn_status status = WN_OK;
    *found = wn_sql_row(store, s, &status, err);
    if (!*found)
        return status;
    read_row(s, row);
    sqlite3_reset(s);
    return complete_row(store, row, err);
}

enum wn_status wn_store_get_sweep(struct wn_store *store, int64_t id, struct wn_sweep_row *row,
                                  struct wn_err *err) {
    sqlite3_stmt *s = wn_sql(store, WN_SQL_GET_SWEEP, err);
    if (!s)
        return err->status;
    bool found;
    sqlite3_bind_int64(s, 1, id);
    enum wn_status status = take_one(store, s, row, &found, err);
    if (status == WN_OK && !found)
        return wn_fail(err, WN_BAD_INPUT, "there is no sweep %lld", (long long)id);
    return status;
}

static enum wn_status find_named(struct wn_store *store, const char *name, struct wn_sweep_row *row,
                                 bool *found, struct wn_err *err) {
    sqlite3_stmt *s = wn_sql(store, WN_SQL_NAMED_SWEEP, err);
    if (!s)
        return err->status;
    wn_bind_text(s, 1, name);
    return take_one(store, s, row, found, err);
}

static enum wn_status find_numbered(struct wn_store *store, const char *text,
                                    struct wn_sweep_row *row, bool *found, struct wn_err *err) {
    char *end;
    long long id = strtoll(text, &end, 10);
    *found = false;
    if (!*text || *end)
        return WN_OK;
    sqlite3_stmt *s = wn_sql(store, WN_SQL_GET_SWEEP, err);
    if (!s)
        return err->status;
    sqlite3_bind_int64(s, 1, id);
    return take_one(store, s, row, found, err);
}

static bool collect_name(void *context, const struct wn_sweep_row *row) {
    struct wn_str *names = context;
    wn_str_addf(names, "%s%s", names->length ? "\n" : "", row->name);
    return true;
}

static enum wn_status name_closest(struct wn_store *store, const char *which, struct wn_err *err) {
    struct wn_str names = {0};
    wn_store_each_sweep(store, collect_name, &names, NULL);
    const char *list[256];
    size_t count = 0;
    for (char *name = strtok(names.text ? names.text : (char[]){""}, "\n");
         name && count < sizeof list / sizeof *list; name = strtok(NULL, "\n"))
        list[count++] = name;
    const char *close = wn_closest(which, list, count);
    if (close)
        wn_fail(err, WN_BAD_INPUT, "there is no sweep %s (did you mean %s?)", which, close);
    else
        wn_fail(err, WN_BAD_INPUT, "there is no sweep %s; winnow ls lists them", which);
    wn_str_free(&names);
    return WN_BAD_INPUT;
}

// A prefix must be of one sweep only.
static enum wn_status find_prefixed(struct wn_store *store, const char *prefix,
                                    struct wn_sweep_row *row, struct wn_err *err) {
    sqlite3_stmt *s = wn_sql(store, WN_SQL_PREFIXED_SWEEPS, err);
    if (!s)
        return err->status;
    struct wn_str names = {0};
    int found = 0;
    enum wn_status status;
    wn_bind_text(s, 1, prefix);
    while (wn_sql_row(store, s, &status, err)) {
        if (found++)
            wn_sweep_row_clear(row);
        read_row(s, row);
        wn_str_addf(&names, "%s%s", names.length ? ", " : "", row->name);
    }
    if (status == WN_OK && found > 1)
        status = wn_fail(err, WN_BAD_INPUT, "%s may be any of %s: write more of its name", prefix,
                         wn_str_text(&names));
    else if (status == WN_OK && !found)
        status = name_closest(store, prefix, err);
    wn_str_free(&names);
    if (status != WN_OK) {
        wn_sweep_row_clear(row);
        return status;
    }
    return complete_row(store, row, err);
}

enum wn_status wn_store_find_sweep(struct wn_store *store, const char *which,
                                   struct wn_sweep_row *row, struct wn_err *err) {
    bool found = false;
    *row = (struct wn_sweep_row){0};
    enum wn_status status = find_named(store, which, row, &found, err);
    if (status == WN_OK && !found)
        status = find_numbered(store, which, row, &found, err);
    if (status == WN_OK && !found)
        status = find_prefixed(store, which, row, err);
    return status;
}

enum wn_status wn_store_unfinished(struct wn_store *store, const char *name, int64_t spec_hash,
                                   struct wn_sweep_row *row, int64_t *fitting, struct wn_err *err) {
    sqlite3_stmt *s = wn_sql(store, WN_SQL_UNFINISHED, err);
    *fitting = 0;
    if (!s)
        return err->status;
    wn_bind_text(s, 1, name);
    sqlite3_bind_int64(s, 2, spec_hash);
    enum wn_status status = WN_OK;
    if (!wn_sql_row(store, s, &status, err))
        return status;
    read_row(s, row);
    *fitting = sqlite3_column_int64(s, sqlite3_column_count(s) - 1);
    sqlite3_reset(s);
    return complete_row(store, row, err);
}

enum wn_status wn_store_each_sweep(struct wn_store *store,
                                   bool (*each)(void *context, const struct wn_sweep_row *row),
                                   void *context, struct wn_err *err) {
    sqlite3_stmt *s = wn_sql(store, WN_SQL_ALL_SWEEPS, err);
    if (!s)
        return WN_ENVIRONMENT;
    enum wn_status status = WN_OK;
    bool more = true;
    while (more && wn_sql_row(store, s, &status, err)) {
        struct wn_sweep_row row;
        read_row(s, &row);
        status = complete_row(store, &row, err);
        more = status == WN_OK && each(context, &row);
        wn_sweep_row_clear(&row);
    }
    sqlite3_reset(s);
    return status;
}

// ---- writing ------------------------------------------------------------------------------------

static enum wn_status is_taken(struct wn_store *store, const char *name, bool *taken,
                               struct wn_err *err) {
    sqlite3_stmt *s = wn_sql(store, WN_SQL_NAME_TAKEN, err);
    if (!s)
        return err->status;
    enum wn_status status = WN_OK;
    wn_bind_text(s, 1, name);
    *taken = wn_sql_row(store, s, &status, err);
    sqlite3_reset(s);
    return status;
}

// NAME, NAME-2, NAME-3, ...: the first that is free.
static enum wn_status make_unique(struct wn_store *store, struct wn_sweep_row *row,
                                  struct wn_err *err) {
    char *wanted = wn_strdup(row->name);
    bool taken = true;
    enum wn_status status = WN_OK;
    for (int suffix = 2; status == WN_OK; suffix++) {
        status = is_taken(store, row->name, &taken, err);
        if (!taken)
            break;
        free(row->name);
        row->name = wn_format("%s-%d", wanted, suffix);
    }
    free(wanted);
    return status;
}

static void bind_row(sqlite3_stmt *s, const struct wn_sweep_row *row) {
    int i = 1;
    wn_bind_text(s, i++, row->name);
    wn_bind_text(s, i++, wn_sweep_state_name(row->state));
    wn_bind_text(s, i++, row->reason);
    wn_bind_text(s, i++, row->method);
    wn_bind_text(s, i++, row->spec);
    wn_bind_text(s, i++, row->spec_file);
    sqlite3_bind_int64(s, i++, row->spec_hash);
    sqlite3_bind_int64(s, i++, row->seed);
    sqlite3_bind_int64(s, i++, row->parallel);
    sqlite3_bind_int64(s, i++, row->repeats);
    sqlite3_bind_int64(s, i++, row->declared);
    wn_bind_text(s, i++, row->objective);
    sqlite3_bind_int(s, i++, row->maximize);
    wn_bind_text(s, i++, row->cwd);
    wn_bind_text(s, i++, row->user);
    wn_bind_text(s, i++, row->host);
    wn_bind_text(s, i++, row->version);
    wn_bind_text(s, i++, row->git_commit);
    sqlite3_bind_int(s, i++, row->git_dirty);
    wn_bind_real(s, i++, row->created);
    wn_bind_real(s, i++, row->started);
    wn_bind_real(s, i++, row->ended);
    wn_bind_real(s, i++, row->active);
    if (row->examines)
        sqlite3_bind_int64(s, i++, row->examines);
    else
        sqlite3_bind_null(s, i++);
}

enum wn_status wn_store_add_sweep(struct wn_store *store, struct wn_sweep_row *row,
                                  struct wn_err *err) {
    enum wn_status status = make_unique(store, row, err);
    if (status != WN_OK)
        return status;
    sqlite3_stmt *s = wn_sql(store, WN_SQL_ADD_SWEEP, err);
    if (!s)
        return err->status;
    bind_row(s, row);
    status = wn_sql_run(store, s, err);
    row->id = sqlite3_last_insert_rowid(store->db);
    if (status != WN_OK)
        return status;
    const struct wn_version_row first = {
        .sweep = row->id,
        .spec = row->spec,
        .spec_hash = row->spec_hash,
        .user = row->user,
        .created = row->created,
    };
    return wn_store_add_version(store, &first, err);
}

enum wn_status wn_store_set_spec(struct wn_store *store, const struct wn_sweep_row *row,
                                 struct wn_err *err) {
    sqlite3_stmt *s = wn_sql(store, WN_SQL_SET_SPEC, err);
    if (!s)
        return err->status;
    sqlite3_bind_int64(s, 1, row->id);
    wn_bind_text(s, 2, row->spec);
    sqlite3_bind_int64(s, 3, row->spec_hash);
    sqlite3_bind_int64(s, 4, row->parallel);
    sqlite3_bind_int64(s, 5, row->declared);
    return wn_sql_run(store, s, err);
}

enum wn_status wn_store_set_sweep_state(struct wn_store *store, int64_t id,
                                        enum wn_sweep_state state, const char *reason, double now,
                                        struct wn_err *err) {
    sqlite3_stmt *s = wn_sql(store, WN_SQL_SWEEP_STATE, err);
    if (!s)
        return err->status;
    sqlite3_bind_int64(s, 1, id);
    wn_bind_text(s, 2, wn_sweep_state_name(state));
    wn_bind_text(s, 3, reason);
    wn_bind_real(s, 4, now);
    return wn_sql_run(store, s, err);
}

enum wn_status wn_store_add_active(struct wn_store *store, int64_t id, double seconds,
                                   struct wn_err *err) {
    sqlite3_stmt *s = wn_sql(store, WN_SQL_ADD_ACTIVE, err);
    if (!s)
        return err->status;
    sqlite3_bind_int64(s, 1, id);
    wn_bind_real(s, 2, seconds);
    return wn_sql_run(store, s, err);
}

enum wn_status wn_store_add_declared(struct wn_store *store, int64_t id, int64_t trials,
                                     struct wn_err *err) {
    sqlite3_stmt *s = wn_sql(store, WN_SQL_ADD_DECLARED, err);
    if (!s)
        return err->status;
    sqlite3_bind_int64(s, 1, id);
    sqlite3_bind_int64(s, 2, trials);
    return wn_sql_run(store, s, err);
}

static enum wn_status remove_rows(struct wn_store *store, int64_t id, struct wn_err *err) {
    static const enum wn_statement by_trial[] = {WN_SQL_DROP_CHUNKS, WN_SQL_DROP_SUMMARIES,
                                                 WN_SQL_DROP_ATTEMPTS, WN_SQL_DROP_TRIALS};
    static const enum wn_statement by_sweep[] = {
        WN_SQL_DROP_METRICS, WN_SQL_DROP_COUNTS, WN_SQL_DROP_REQUESTS, WN_SQL_DROP_VERSIONS,
        WN_SQL_DROP_RUNS,    WN_SQL_DROP_TAGS,   WN_SQL_DROP_NOTES,    WN_SQL_DROP_SWEEP};
    enum wn_status status = WN_OK;
    for (size_t i = 0; i < sizeof by_trial / sizeof *by_trial && status == WN_OK; i++) {
        sqlite3_stmt *s = wn_sql(store, by_trial[i], err);
        if (!s)
            return err->status;
        sqlite3_bind_int64(s, 1, wn_trial_id(id, 0));
        sqlite3_bind_int64(s, 2, wn_trial_id(id, UINT32_MAX));
        status = wn_sql_run(store, s, err);
    }
    for (size_t i = 0; i < sizeof by_sweep / sizeof *by_sweep && status == WN_OK; i++) {
        sqlite3_stmt *s = wn_sql(store, by_sweep[i], err);
        if (!s)
            return err->status;
        sqlite3_bind_int64(s, 1, id);
        status = wn_sql_run(store, s, err);
    }
    return status;
}

enum wn_status wn_store_remove_sweep(struct wn_store *store, int64_t id, struct wn_err *err) {
    bool own = sqlite3_get_autocommit(store->db) != 0;
    enum wn_status status = own ? wn_store_begin(store, err) : WN_OK;
    if (status == WN_OK)
        status = remove_rows(store, id, err);
    if (own && status == WN_OK)
        status = wn_store_commit(store, err);
    if (own && status != WN_OK)
        wn_store_rollback(store);
    return status;
}

enum wn_status wn_store_each_confirmed(struct wn_store *store, int64_t sweep,
                                       bool (*each)(void *context, int64_t params_hash,
                                                    double mean),
                                       void *context, struct wn_err *err) {
    sqlite3_stmt *s = wn_sql(store, WN_SQL_CONFIRMED, err);
    if (!s)
        return err->status;
    enum wn_status status = WN_OK;
    sqlite3_bind_int64(s, 1, sweep);
    while (wn_sql_row(store, s, &status, err))
        if (!each(context, sqlite3_column_int64(s, 0), sqlite3_column_double(s, 1)))
            break;
    sqlite3_reset(s);
    return status;
}
