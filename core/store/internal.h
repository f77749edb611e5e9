// SPDX-License-Identifier: GPL-3.0-or-later
// What the files of the store share: the handle, its prepared statements (one row each in
// statements.def, prepared when first used, reset after each use) and small readers of columns.
#ifndef WN_STORE_INTERNAL_H
#define WN_STORE_INTERNAL_H

#include <sqlite3.h>

#include "core/store/store.h"

enum wn_statement {
#define X(id, sql) WN_SQL_##id,
#include "core/store/statements.def"
#undef X
    WN_SQL_STATEMENTS
};

struct wn_store {
    sqlite3 *db;
    char *dir, *file;
    int64_t data_version;
    int readings; // wn_store_begin_read() within one another
    bool full;    // the last failure was for want of disk
    sqlite3_stmt *statements[WN_SQL_STATEMENTS];
};

// The statement, reset and without bindings; NULL and `err` where it cannot be prepared.
sqlite3_stmt *wn_sql(struct wn_store *store, enum wn_statement statement, struct wn_err *err);
// Runs a statement that yields no rows, and resets it.
enum wn_status wn_sql_run(struct wn_store *store, sqlite3_stmt *statement, struct wn_err *err);
// One step: true where there is a row. At the end or on an error the statement is reset, and
// *status says which.
bool wn_sql_row(struct wn_store *store, sqlite3_stmt *statement, enum wn_status *status,
                struct wn_err *err);
// The number that a statement over one sweep (its first parameter) yields; *number stays where it
// yields none.
enum wn_status wn_sql_number(struct wn_store *store, enum wn_statement statement, int64_t sweep,
                             int64_t *number, struct wn_err *err);
// The last error of the database as a sentence that says what to do.
enum wn_status wn_sql_fail(struct wn_store *store, struct wn_err *err);
enum wn_status wn_sql_exec(struct wn_store *store, const char *sql, struct wn_err *err);

void wn_bind_text(sqlite3_stmt *statement, int index, const char *text); // NULL: NULL
void wn_bind_real(sqlite3_stmt *statement, int index, double number);    // NaN: NULL
char *wn_column_text(sqlite3_stmt *statement, int index);                // a copy; NULL: NULL
double wn_column_real(sqlite3_stmt *statement, int index);               // NULL: NaN

static inline int64_t wn_trial_id(int64_t sweep, int64_t number) {
    return sweep << 32 | number;
}

// migrate.c. Refuses a database that is newer or not winnow's; *old: it must be migrated.
enum wn_status wn_store_judge(struct wn_store *store, bool *old, struct wn_err *err);
// Brings the schema up to date.
enum wn_status wn_store_migrate(struct wn_store *store, struct wn_err *err);

#endif
