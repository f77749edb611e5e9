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

static enum wn_status read_pragma(struct wn_store *store, const char *sql, int64_t *value,
                                  struct wn_err *err) {
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL) != SQLITE_OK)
        return wn_sql_fail(store, err);
    enum wn_status status = WN_OK;
    if (wn_sql_row(store, statement, &status, err))
        *value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return status;
}

struct identity {
    int64_t application, version, tables;
};

static enum wn_status identify(struct wn_store *store, struct identity *identity,
                               struct wn_err *err) {
    enum wn_status status =
        read_pragma(store, "PRAGMA application_id", &identity->application, err);
    if (status == WN_OK)
        status = read_pragma(store, "PRAGMA user_version", &identity->version, err);
    if (status == WN_OK)
        status = read_pragma(store, "SELECT count(*) FROM sqlite_schema", &identity->tables, err);
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

enum wn_status wn_store_migrate(struct wn_store *store, bool may_write, struct wn_err *err) {
    struct identity identity = {0};
    enum wn_status status = identify(store, &identity, err);
    if (status == WN_OK)
        status = judge(store, &identity, err);
    if (status != WN_OK || identity.version == NEWEST)
        return status;
    if (!may_write)
        return wn_fail(err, WN_BAD_INPUT,
                       "%s is of an older version of the store: any command that writes, such as "
                       "winnow resume, brings it up to date",
                       store->file);
    if (!identity.version)
        status = wn_sql_exec(store, "PRAGMA journal_mode = WAL", err);
    return status == WN_OK ? migrate(store, err) : status;
}
