// SPDX-License-Identifier: GPL-3.0-or-later
// Runs: which runner worked on a sweep when, and with which code and environment.
#include <stdlib.h>

#include "core/store/internal.h"

void wn_run_row_clear(struct wn_run_row *row) {
    char *texts[] = {row->user,      row->host,          row->version,    row->git_commit,
                     row->git_patch, row->git_untracked, row->environment};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        free(texts[i]);
    *row = (struct wn_run_row){0};
}

static enum wn_status tell_sweep(struct wn_store *store, const struct wn_run_row *row,
                                 struct wn_err *err) {
    sqlite3_stmt *s = wn_sql(store, WN_SQL_FIRST_CODE, err);
    if (!s)
        return err->status;
    sqlite3_bind_int64(s, 1, row->sweep);
    wn_bind_text(s, 2, row->git_commit);
    sqlite3_bind_int(s, 3, row->git_patch != NULL);
    return wn_sql_run(store, s, err);
}

enum wn_status wn_store_add_run(struct wn_store *store, struct wn_run_row *row,
                                struct wn_err *err) {
    sqlite3_stmt *s = wn_sql(store, WN_SQL_ADD_RUN, err);
    if (!s)
        return err->status;
    sqlite3_bind_int64(s, 1, row->sweep);
    wn_bind_real(s, 2, row->started);
    wn_bind_text(s, 3, row->user);
    wn_bind_text(s, 4, row->host);
    sqlite3_bind_int64(s, 5, row->pid);
    wn_bind_text(s, 6, row->version);
    wn_bind_text(s, 7, row->git_commit);
    wn_bind_text(s, 8, row->git_patch);
    wn_bind_text(s, 9, row->git_untracked);
    wn_bind_text(s, 10, row->environment);
    enum wn_status status = wn_sql_run(store, s, err);
    if (status != WN_OK)
        return status;
    row->id = sqlite3_last_insert_rowid(store->db);
    return tell_sweep(store, row, err);
}

enum wn_status wn_store_end_run(struct wn_store *store, int64_t id, double now,
                                struct wn_err *err) {
    sqlite3_stmt *s = wn_sql(store, WN_SQL_END_RUN, err);
    if (!s)
        return err->status;
    sqlite3_bind_int64(s, 1, id);
    wn_bind_real(s, 2, now);
    return wn_sql_run(store, s, err);
}

enum wn_status wn_store_get_run(struct wn_store *store, int64_t id, struct wn_run_row *row,
                                struct wn_err *err) {
    sqlite3_stmt *s = wn_sql(store, WN_SQL_GET_RUN, err);
    if (!s)
        return err->status;
    enum wn_status status = WN_OK;
    sqlite3_bind_int64(s, 1, id);
    if (!wn_sql_row(store, s, &status, err))
        return status == WN_OK ? wn_fail(err, WN_NO, "there is no run %lld", (long long)id)
                               : status;
    *row = (struct wn_run_row){
        .id = id,
        .sweep = sqlite3_column_int64(s, 1),
        .started = sqlite3_column_double(s, 2),
        .ended = sqlite3_column_double(s, 3),
        .user = wn_column_text(s, 4),
        .host = wn_column_text(s, 5),
        .pid = sqlite3_column_int64(s, 6),
        .version = wn_column_text(s, 7),
        .git_commit = wn_column_text(s, 8),
        .git_patch = wn_column_text(s, 9),
        .git_untracked = wn_column_text(s, 10),
        .environment = wn_column_text(s, 11),
    };
    sqlite3_reset(s);
    return WN_OK;
}

enum wn_status wn_store_each_commit(struct wn_store *store, int64_t sweep,
                                    bool (*each)(void *context, const char *commit, bool patched),
                                    void *context, struct wn_err *err) {
    sqlite3_stmt *s = wn_sql(store, WN_SQL_COMMITS, err);
    if (!s)
        return err->status;
    enum wn_status status = WN_OK;
    bool more = true;
    sqlite3_bind_int64(s, 1, sweep);
    while (more && wn_sql_row(store, s, &status, err))
        more = each(context, (const char *)sqlite3_column_text(s, 0), sqlite3_column_int(s, 1));
    sqlite3_reset(s);
    return status;
}

enum wn_status wn_store_last_run(struct wn_store *store, int64_t sweep, int64_t *id,
                                 struct wn_err *err) {
    *id = 0;
    return wn_sql_number(store, WN_SQL_LAST_RUN, sweep, id, err);
}
