// SPDX-License-Identifier: GPL-3.0-or-later
// Bringing a database up to date: migration i makes version i + 1 of version i. They are only ever
// added to. A database of a newer winnow, or of another program, is refused.
#include <stdio.h>

#include "core/store/internal.h"

enum { APPLICATION = 0x776e6f77 }; // "wnow", PRAGMA application_id

static const char *const migrations[] = {
// Version 1: schema.sql, which the Makefile turns into a string.
#include "schema.inc"
};
enum { NEWEST = sizeof migrations / sizeof *migrations };

struct identity {
    int64_t application, version, tables;
};

// In one statement, for another process may be making the store at this moment.
static enum wn_status identify(struct wn_store *store, struct identity *identity,
                               struct wn_err *err) {
    static const char sql[] = "SELECT (SELECT application_id FROM pragma_application_id), "
                              "(SELECT user_version FROM pragma_user_version), "
                              "(SELECT count(*) FROM sqlite_schema)";
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL) != SQLITE_OK)
        return wn_sql_fail(store, err);
    enum wn_status status = WN_OK;
    if (wn_sql_row(store, statement, &status, err)) {
        identity->application = sqlite3_column_int64(statement, 0);
        identity->version = sqlite3_column_int64(statement, 1);
        identity->tables = sqlite3_column_int64(statement, 2);
    }
    sqlite3_finalize(statement);
    return status;
}

static enum wn_status judge(const struct wn_store *store, const struct identity *identity,
                            struct wn_err *err) {
    bool empty = !identity->tables && !identity->application && !identity->version;
    if (!empty && identity->application != APPLICATION)
        return wn_fail(err, WN_BAD_INPUT, "%s is a database of another program", store->file);
    if (identity->version > NEWEST)
        return wn_fail(err, WN_BAD_INPUT,
                       "%s was written by a newer winnow (version %lld of the store; this one "
                       "knows %d): use that one",
                       store->file, (long long)identity->version, NEWEST);
    return WN_OK;
}

// New databases get their journal mode once; it is stored in the file. SQLite does not wait for the
// lock that this takes, so that of several processes that make one store the others come back.
static enum wn_status use_wal(struct wn_store *store, struct wn_err *err) {
    enum { TRIES = 3000, PAUSE_MS = 10 };
    int code = SQLITE_BUSY;
    for (int i = 0; i < TRIES && (code & 0xff) == SQLITE_BUSY; i++) {
        if (i)
            sqlite3_sleep(PAUSE_MS);
        code = sqlite3_exec(store->db, "PRAGMA journal_mode = WAL", NULL, NULL, NULL);
    }
    return code == SQLITE_OK ? WN_OK : wn_sql_fail(store, err);
}

// In one transaction, so that of several processes that open an old store one migrates it and the
// others find it done.
static enum wn_status migrate(struct wn_store *store, struct wn_err *err) {
    struct identity identity = {0};
    enum wn_status status = wn_store_begin(store, err);
    if (status == WN_OK)
        status = identify(store, &identity, err);
    for (int64_t version = identity.version; version < NEWEST && status == WN_OK; version++)
        status = wn_sql_exec(store, migrations[version], err);
    char stamp[128];
    snprintf(stamp, sizeof stamp, "PRAGMA application_id = %d; PRAGMA user_version = %d",
             APPLICATION, NEWEST);
    if (status == WN_OK)
        status = wn_sql_exec(store, stamp, err);
    if (status == WN_OK)
        status = wn_store_commit(store, err);
    if (status != WN_OK)
        wn_store_rollback(store);
    return status;
}

enum wn_status wn_store_judge(struct wn_store *store, bool *old, struct wn_err *err) {
    struct identity identity = {0};
    enum wn_status status = identify(store, &identity, err);
    *old = identity.version < NEWEST;
    return status == WN_OK ? judge(store, &identity, err) : status;
}

enum wn_status wn_store_migrate(struct wn_store *store, struct wn_err *err) {
    enum wn_status status = use_wal(store, err);
    return status == WN_OK ? migrate(store, err) : status;
}
