// SPDX-License-Identifier: GPL-3.0-or-later
// Requests to runners: asking, reading what is open, answering.
#include <stdlib.h>

#include "core/store/internal.h"

void wn_request_row_clear(struct wn_request_row *row) {
    free(row->verb);
    free(row->argument);
    free(row->user);
    free(row->answer);
    *row = (struct wn_request_row){0};
}

enum wn_status wn_store_add_request(struct wn_store *store, struct wn_request_row *row,
                                    struct wn_err *err) {
    sqlite3_stmt *s = wn_sql(store, WN_SQL_ADD_REQUEST, err);
    if (!s)
        return err->status;
    sqlite3_bind_int64(s, 1, row->sweep);
    sqlite3_bind_int64(s, 2, row->trial);
    wn_bind_text(s, 3, row->verb);
    wn_bind_text(s, 4, row->argument);
    wn_bind_text(s, 5, row->user);
    wn_bind_real(s, 6, row->created);
    enum wn_status status = wn_sql_run(store, s, err);
    row->id = sqlite3_last_insert_rowid(store->db);
    return status;
}

// Columns in the order of the table.
static void read_request(sqlite3_stmt *s, struct wn_request_row *row) {
    *row = (struct wn_request_row){
        .id = sqlite3_column_int64(s, 0),
        .sweep = sqlite3_column_int64(s, 1),
        .trial = sqlite3_column_int64(s, 2),
        .verb = wn_column_text(s, 3),
        .argument = wn_column_text(s, 4),
        .user = wn_column_text(s, 5),
        .created = sqlite3_column_double(s, 6),
        .answered = sqlite3_column_double(s, 7),
        .answer = wn_column_text(s, 8),
        .refused = sqlite3_column_int(s, 9) != 0,
    };
}

enum wn_status wn_store_each_request(struct wn_store *store, int64_t sweep,
                                     bool (*each)(void *context, const struct wn_request_row *row),
                                     void *context, struct wn_err *err) {
    sqlite3_stmt *s = wn_sql(store, WN_SQL_OPEN_REQUESTS, err);
    if (!s)
        return err->status;
    enum wn_status status = WN_OK;
    bool more = true;
    sqlite3_bind_int64(s, 1, sweep);
    while (more && wn_sql_row(store, s, &status, err)) {
        struct wn_request_row row;
        read_request(s, &row);
        more = each(context, &row);
        wn_request_row_clear(&row);
    }
    sqlite3_reset(s);
    return status;
}

enum wn_status wn_store_get_request(struct wn_store *store, int64_t id, struct wn_request_row *row,
                                    struct wn_err *err) {
    sqlite3_stmt *s = wn_sql(store, WN_SQL_GET_REQUEST, err);
    if (!s)
        return err->status;
    enum wn_status status = WN_OK;
    sqlite3_bind_int64(s, 1, id);
    if (wn_sql_row(store, s, &status, err)) {
        read_request(s, row);
        sqlite3_reset(s);
        return WN_OK;
    }
    return status == WN_OK ? wn_fail(err, WN_NO, "there is no request %lld", (long long)id)
                           : status;
}

enum wn_status wn_store_answer(struct wn_store *store, const struct wn_request_row *row,
                               struct wn_err *err) {
    sqlite3_stmt *s = wn_sql(store, WN_SQL_ANSWER, err);
    if (!s)
        return err->status;
    sqlite3_bind_int64(s, 1, row->id);
    wn_bind_text(s, 2, row->answer);
    wn_bind_real(s, 3, row->answered);
    sqlite3_bind_int(s, 4, row->refused);
    return wn_sql_run(store, s, err);
}

enum wn_status wn_store_is_stopping(struct wn_store *store, int64_t sweep, bool *stopping,
                                    struct wn_err *err) {
    int64_t found = 0;
    enum wn_status status = wn_sql_number(store, WN_SQL_IS_STOPPING, sweep, &found, err);
    *stopping = found != 0;
    return status;
}
