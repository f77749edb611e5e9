// SPDX-License-Identifier: GPL-3.0-or-later
// The versions of a sweep's spec: only ever added to.
#include <stdlib.h>

#include "core/store/internal.h"

enum wn_status wn_store_add_version(struct wn_store *store, const struct wn_version_row *row,
                                    struct wn_err *err) {
    sqlite3_stmt *s = wn_sql(store, WN_SQL_ADD_VERSION, err);
    if (!s)
        return err->status;
    sqlite3_bind_int64(s, 1, row->sweep);
    wn_bind_text(s, 2, row->spec);
    sqlite3_bind_int64(s, 3, row->spec_hash);
    wn_bind_text(s, 4, row->change);
    wn_bind_text(s, 5, row->user);
    wn_bind_real(s, 6, row->created);
    sqlite3_bind_int64(s, 7, row->first_trial);
    return wn_sql_run(store, s, err);
}

// Columns in the order of the table.
static void read_version(sqlite3_stmt *s, struct wn_version_row *row) {
    *row = (struct wn_version_row){
        .sweep = sqlite3_column_int64(s, 0),
        .version = sqlite3_column_int64(s, 1),
        .spec = wn_column_text(s, 2),
        .spec_hash = sqlite3_column_int64(s, 3),
        .change = wn_column_text(s, 4),
        .user = wn_column_text(s, 5),
        .created = sqlite3_column_double(s, 6),
        .first_trial = sqlite3_column_int64(s, 7),
    };
}

enum wn_status wn_store_each_version(struct wn_store *store, int64_t sweep,
                                     bool (*each)(void *context, const struct wn_version_row *row),
                                     void *context, struct wn_err *err) {
    sqlite3_stmt *s = wn_sql(store, WN_SQL_VERSIONS, err);
    if (!s)
        return err->status;
    enum wn_status status = WN_OK;
    bool more = true;
    sqlite3_bind_int64(s, 1, sweep);
    while (more && wn_sql_row(store, s, &status, err)) {
        struct wn_version_row row;
        read_version(s, &row);
        more = each(context, &row);
        free(row.spec);
        free(row.change);
        free(row.user);
    }
    sqlite3_reset(s);
    return status;
}
