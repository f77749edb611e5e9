// SPDX-License-Identifier: GPL-3.0-or-later
// Opening the store, statements, transactions, and errors in words.
#include "core/store/store.h"

#include <errno.h>
#include <limits.h>
#include <linux/magic.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/store/internal.h"

enum { BUSY_MS = 60000 };

// ---- errors -------------------------------------------------------------------------------------

static const struct {
    int code; // primary
    const char *advice;
} advices[] = {
    {SQLITE_FULL, "the disk is full: make room, then go on with winnow resume"},
    {SQLITE_READONLY, "it cannot be written here: check its permissions, or name another --store"},
    {SQLITE_CANTOPEN, "it cannot be opened: check that the folder exists and may be written"},
    {SQLITE_NOMEM, "out of memory"},
    {SQLITE_NOTADB, "it is no database: move it away, or name another --store"},
    {SQLITE_CORRUPT, "it is damaged: copy it away, then try sqlite3 winnow.db .recover"},
    {SQLITE_BUSY, "another process kept it locked for a minute: is one stopped in the middle?"},
    {SQLITE_IOERR, "the disk does not answer as it should: check it (dmesg tells more)"},
};

enum wn_status wn_sql_fail(struct wn_store *store, struct wn_err *err) {
    int code = sqlite3_errcode(store->db) & 0xff;
    store->full = code == SQLITE_FULL;
    if (code == SQLITE_CANTOPEN && access(store->dir, W_OK) != 0)
        code = SQLITE_READONLY;
    for (size_t i = 0; i < sizeof advices / sizeof *advices; i++)
        if (advices[i].code == code)
            return wn_fail(err, WN_ENVIRONMENT, "%s: %s", store->file, advices[i].advice);
    return wn_fail(err, WN_ENVIRONMENT, "%s: %s (SQLite error %d)", store->file,
                   sqlite3_errmsg(store->db), sqlite3_extended_errcode(store->db));
}

// ---- statements ---------------------------------------------------------------------------------

static const char *const sources[] = {
#define X(id, sql) sql,
#include "core/store/statements.def"
#undef X
};

sqlite3_stmt *wn_sql(struct wn_store *store, enum wn_statement statement, struct wn_err *err) {
    sqlite3_stmt **slot = &store->statements[statement];
    if (*slot) {
        sqlite3_reset(*slot);
        return *slot;
    }
    if (sqlite3_prepare_v3(store->db, sources[statement], -1, SQLITE_PREPARE_PERSISTENT, slot,
                           NULL) == SQLITE_OK)
        return *slot;
    wn_sql_fail(store, err);
    return NULL;
}

bool wn_sql_row(struct wn_store *store, sqlite3_stmt *statement, enum wn_status *status,
                struct wn_err *err) {
    int code = sqlite3_step(statement);
    if (code == SQLITE_ROW)
        return true;
    *status = code == SQLITE_DONE ? WN_OK : wn_sql_fail(store, err);
    sqlite3_reset(statement);
    return false;
}

enum wn_status wn_sql_run(struct wn_store *store, sqlite3_stmt *statement, struct wn_err *err) {
    enum wn_status status = WN_OK;
    if (!statement)
        return err ? err->status : WN_ENVIRONMENT;
    while (wn_sql_row(store, statement, &status, err))
        ;
    return status;
}

enum wn_status wn_sql_number(struct wn_store *store, enum wn_statement statement, int64_t sweep,
                             int64_t *number, struct wn_err *err) {
    sqlite3_stmt *s = wn_sql(store, statement, err);
    if (!s)
        return err->status;
    enum wn_status status = WN_OK;
    sqlite3_bind_int64(s, 1, sweep);
    if (wn_sql_row(store, s, &status, err))
        *number = sqlite3_column_int64(s, 0);
    sqlite3_reset(s);
    return status;
}

enum wn_status wn_sql_exec(struct wn_store *store, const char *sql, struct wn_err *err) {
    return sqlite3_exec(store->db, sql, NULL, NULL, NULL) == SQLITE_OK ? WN_OK
                                                                       : wn_sql_fail(store, err);
}

void wn_bind_text(sqlite3_stmt *statement, int index, const char *text) {
    if (text)
        sqlite3_bind_text(statement, index, text, -1, SQLITE_STATIC);
    else
        sqlite3_bind_null(statement, index);
}

void wn_bind_real(sqlite3_stmt *statement, int index, double number) {
    sqlite3_bind_double(statement, index, number); // SQLite stores NaN as NULL
}

char *wn_column_text(sqlite3_stmt *statement, int index) {
    const unsigned char *text = sqlite3_column_text(statement, index);
    return text ? wn_strdup((const char *)text) : NULL;
}

double wn_column_real(sqlite3_stmt *statement, int index) {
    if (sqlite3_column_type(statement, index) == SQLITE_NULL)
        return NAN;
    return sqlite3_column_double(statement, index);
}

// ---- transactions -------------------------------------------------------------------------------

enum wn_status wn_store_begin(struct wn_store *store, struct wn_err *err) {
    return wn_sql_run(store, wn_sql(store, WN_SQL_BEGIN, err), err);
}

enum wn_status wn_store_begin_read(struct wn_store *store, struct wn_err *err) {
    enum wn_status status = WN_OK;
    if (store->readings == 0)
        status = wn_sql_run(store, wn_sql(store, WN_SQL_BEGIN_READ, err), err);
    store->readings += status == WN_OK;
    return status;
}

// Whether what ends is a reading within another one.
static bool ends_within(struct wn_store *store) {
    store->readings -= store->readings > 0;
    return store->readings > 0;
}

enum wn_status wn_store_commit(struct wn_store *store, struct wn_err *err) {
    return ends_within(store) ? WN_OK : wn_sql_run(store, wn_sql(store, WN_SQL_COMMIT, err), err);
}

// SQLite may have rolled back by itself, as on a full disk.
void wn_store_rollback(struct wn_store *store) {
    if (!ends_within(store) && !sqlite3_get_autocommit(store->db))
        sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
}

bool wn_store_full(struct wn_store *store) {
    bool full = store->full;
    store->full = false;
    return full;
}

int64_t wn_store_version(struct wn_store *store) {
    sqlite3_stmt *statement = wn_sql(store, WN_SQL_DATA_VERSION, NULL);
    if (!statement || sqlite3_step(statement) != SQLITE_ROW)
        return -1;
    int64_t version = sqlite3_column_int64(statement, 0);
    sqlite3_reset(statement);
    return version;
}

bool wn_store_changed(struct wn_store *store) {
    int64_t version = wn_store_version(store);
    bool changed = version < 0 || version != store->data_version;
    store->data_version = version < 0 ? store->data_version : version;
    return changed;
}

enum wn_status wn_store_check(struct wn_store *store, struct wn_err *err) {
    sqlite3_stmt *s = wn_sql(store, WN_SQL_QUICK_CHECK, err);
    if (!s)
        return err->status;
    enum wn_status status = WN_OK;
    if (!wn_sql_row(store, s, &status, err))
        return status;
    const char *finding = (const char *)sqlite3_column_text(s, 0);
    if (finding && strcmp(finding, "ok") != 0)
        status =
            wn_fail(err, WN_ENVIRONMENT,
                    "%s: it is damaged (%s): copy it away, then try sqlite3 winnow.db .recover",
                    store->file, finding);
    sqlite3_reset(s);
    return status;
}

enum wn_status wn_store_free_bytes(struct wn_store *store, int64_t *unused, int64_t *all,
                                   struct wn_err *err) {
    sqlite3_stmt *s = wn_sql(store, WN_SQL_FREE_BYTES, err);
    enum wn_status status = WN_OK;
    if (!s)
        return err->status;
    *unused = *all = 0;
    if (!wn_sql_row(store, s, &status, err))
        return status;
    *unused = sqlite3_column_int64(s, 0);
    *all = sqlite3_column_int64(s, 1);
    sqlite3_reset(s);
    return WN_OK;
}

enum wn_status wn_store_compact(struct wn_store *store, struct wn_err *err) {
    return wn_sql_exec(store, "VACUUM; PRAGMA wal_checkpoint(TRUNCATE)", err);
}

// ---- where it lies ------------------------------------------------------------------------------

static const struct {
    unsigned long type;
    const char *name;
} network_systems[] = {
    {NFS_SUPER_MAGIC, "NFS"}, {SMB_SUPER_MAGIC, "SMB"}, {0xff534d42, "CIFS"},
    {0xfe534d42, "SMB2"},     {AFS_SUPER_MAGIC, "AFS"}, {0x5346414f, "OpenAFS"},
    {0x65735546, "FUSE"},     {0x01021997, "9P"},       {0x00c36400, "Ceph"},
    {0x0bd00bd0, "Lustre"},   {0x47504653, "GPFS"},     {CODA_SUPER_MAGIC, "Coda"},
};

// WAL needs memory that all its processes share, which no network file system offers.
static enum wn_status refuse_network(const char *dir, struct wn_err *err) {
    struct statfs system;
    if (statfs(dir, &system) != 0)
        return WN_OK;
    for (size_t i = 0; i < sizeof network_systems / sizeof *network_systems; i++)
        if ((unsigned long)system.f_type == network_systems[i].type)
            return wn_fail(err, WN_ENVIRONMENT,
                           "%s lies on a network file system (%s), where SQLite is not safe: "
                           "choose a local folder with --store or WINNOW_STORE",
                           dir, network_systems[i].name);
    return WN_OK;
}

char *wn_store_locate(const char *named) {
    char cwd[PATH_MAX];
    if (named)
        return wn_strdup(named);
    if (!getcwd(cwd, sizeof cwd))
        return wn_strdup(".winnow");
    for (char *end = cwd + strlen(cwd); end;) {
        *end = '\0';
        char *candidate = wn_format("%s/.winnow", cwd);
        struct stat found;
        if (stat(candidate, &found) == 0 && S_ISDIR(found.st_mode))
            return candidate;
        free(candidate);
        end = strrchr(cwd, '/');
    }
    return wn_strdup(".winnow");
}

const char *wn_store_dir(const struct wn_store *store) {
    return store->dir;
}

// ---- opening ------------------------------------------------------------------------------------

static enum wn_status open_file(struct wn_store *store, enum wn_store_mode mode,
                                struct wn_err *err) {
    int flags = mode == WN_STORE_READ    ? SQLITE_OPEN_READONLY
                : mode == WN_STORE_WRITE ? SQLITE_OPEN_READWRITE
                                         : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    flags |= SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    // Nobody asks SQLite how much memory it has, and counting it takes a lock with each allocation.
    // Refused once a store is open, as it was set then.
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    if (sqlite3_open_v2(store->file, &store->db, flags, NULL) != SQLITE_OK)
        return store->db ? wn_sql_fail(store, err)
                         : wn_fail(err, WN_ENVIRONMENT, "no memory to open %s", store->file);
    sqlite3_busy_timeout(store->db, BUSY_MS);
    return WN_OK;
}

// A WAL database in a folder that cannot be written can be read only by declaring that nobody
// writes; what has not come from the log into the file yet would be missing then.
static enum wn_status open_immutable(struct wn_store *store, struct wn_err *err) {
    char *log = wn_format("%s-wal", store->file);
    struct stat found;
    bool complete = stat(log, &found) != 0 || found.st_size == 0;
    free(log);
    if (!complete)
        return wn_fail(err, WN_ENVIRONMENT,
                       "%s cannot be read where nothing may be written, for its last changes are "
                       "in %s-wal: copy the folder, or ask for permission to write",
                       store->file, store->file);
    struct wn_str name = {0};
    wn_str_add(&name, "file:");
    for (const char *at = store->file; *at; at++)
        wn_str_addf(&name, strchr("%?#", *at) ? "%%%02X" : "%c", (unsigned char)*at);
    wn_str_add(&name, "?immutable=1");
    sqlite3_close(store->db);
    store->db = NULL;
    int code = sqlite3_open_v2(name.text, &store->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL);
    wn_str_free(&name);
    return code == SQLITE_OK ? WN_OK : wn_sql_fail(store, err);
}

static enum wn_status make_readable(struct wn_store *store, struct wn_err *err) {
    int code = sqlite3_exec(store->db, "SELECT 1 FROM sqlite_schema LIMIT 1", NULL, NULL, NULL);
    code &= 0xff;
    if (code == SQLITE_READONLY || code == SQLITE_CANTOPEN)
        return open_immutable(store, err);
    return code == SQLITE_OK ? WN_OK : wn_sql_fail(store, err);
}

// Who only reads brings an old store up to date too, where that is possible.
static enum wn_status update(struct wn_store *store, enum wn_store_mode mode, struct wn_err *err) {
    if (mode != WN_STORE_READ)
        return wn_store_migrate(store, err);
    sqlite3_close(store->db);
    enum wn_status status = open_file(store, WN_STORE_WRITE, err);
    if (status == WN_OK)
        status = wn_store_migrate(store, err);
    if (status == WN_OK)
        return WN_OK;
    return wn_err_prefix(err, "%s is of an older version of the store and cannot be updated",
                         store->file);
}

// A checkpoint waits for the disk, which may be busy with what trials write: every 16 MiB of WAL is
// often enough. Small caches, so that a runner's memory is the same after a hundred thousand
// trials, and a dashboard's is little: what is not in them is in the system's. Who writes keeps
// what changes.
static const char writer_settings[] =
    "PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 4096; PRAGMA temp_store = MEMORY; "
    "PRAGMA cache_size = -800";
static const char reader_settings[] = "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -256";

static enum wn_status prepare_file(struct wn_store *store, enum wn_store_mode mode,
                                   struct wn_err *err) {
    bool old = false;
    enum wn_status status = mode == WN_STORE_READ ? make_readable(store, err) : WN_OK;
    if (status == WN_OK)
        status = wn_store_judge(store, &old, err);
    if (status == WN_OK && old)
        status = update(store, mode, err);
    if (status == WN_OK)
        status = wn_sql_exec(store, mode == WN_STORE_READ ? reader_settings : writer_settings, err);
    return status;
}

static enum wn_status make_dir(const char *dir, struct wn_err *err) {
    if (mkdir(dir, 0755) == 0 || errno == EEXIST)
        return WN_OK;
    return wn_fail(err, WN_ENVIRONMENT, "cannot make the folder %s: %s", dir, strerror(errno));
}

enum wn_status wn_store_open(const char *dir, enum wn_store_mode mode, struct wn_store **store,
                             struct wn_err *err) {
    enum wn_status status = mode == WN_STORE_CREATE ? make_dir(dir, err) : WN_OK;
    if (status == WN_OK)
        status = refuse_network(dir, err);
    if (status != WN_OK)
        return status;
    struct wn_store *made = wn_calloc(1, sizeof *made);
    made->dir = wn_strdup(dir);
    made->file = wn_format("%s/winnow.db", dir);
    if (mode != WN_STORE_CREATE && access(made->file, F_OK) != 0)
        status = wn_fail(err, WN_BAD_INPUT,
                         "there are no sweeps here: no store in %s (winnow run makes one)", dir);
    if (status == WN_OK)
        status = open_file(made, mode, err);
    if (status == WN_OK)
        status = prepare_file(made, mode, err);
    if (status != WN_OK) {
        wn_store_close(made);
        return status;
    }
    wn_store_changed(made);
    *store = made;
    return WN_OK;
}

void wn_store_close(struct wn_store *store) {
    if (!store)
        return;
    for (size_t i = 0; i < WN_SQL_STATEMENTS; i++)
        sqlite3_finalize(store->statements[i]);
    sqlite3_close(store->db);
    free(store->dir);
    free(store->file);
    free(store);
}
