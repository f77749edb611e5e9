// SPDX-License-Identifier: GPL-3.0-or-later
// The table sqlar(name, mode, mtime, sz, data): data is compressed where it is shorter than sz. A
// rollback journal rather than a WAL, so that between transactions the archive is one file.
#define ZLIB_CONST // what is compressed is not changed
#include "core/archive.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

#include "core/base/mem.h"
#include "core/base/str.h"

struct wn_archive {
    sqlite3 *db;
    char *path;
    sqlite3_stmt *put, *get;
    struct wn_str packed; // of the member at hand
    z_stream deflate;
    bool deflates;
};

struct wn_unpacking {
    char *bytes; // as stored
    size_t length, at;
    z_stream inflate;
    bool compressed;
};

// Little is cached: what a batch touches is spread over the whole index, and nobody waits for it.
static const char begin[] = "PRAGMA cache_size = -256; BEGIN IMMEDIATE; CREATE TABLE IF NOT EXISTS "
                            "sqlar(name TEXT PRIMARY KEY, mode INT, mtime INT, "
                            "sz INT, data BLOB)";

static enum wn_status fail(struct wn_archive *archive, struct wn_err *err) {
    return wn_fail(err, WN_ENVIRONMENT, "cannot use the archive %s: %s", archive->path,
                   archive->db ? sqlite3_errmsg(archive->db) : "out of memory");
}

static enum wn_status run(struct wn_archive *archive, const char *sql, struct wn_err *err) {
    return sqlite3_exec(archive->db, sql, NULL, NULL, NULL) == SQLITE_OK ? WN_OK
                                                                         : fail(archive, err);
}

static enum wn_status prepare(struct wn_archive *archive, const char *sql, sqlite3_stmt **statement,
                              struct wn_err *err) {
    int code = sqlite3_prepare_v3(archive->db, sql, -1, SQLITE_PREPARE_PERSISTENT, statement, NULL);
    return code == SQLITE_OK ? WN_OK : fail(archive, err);
}

enum wn_status wn_archive_open(const char *path, enum wn_archive_mode mode,
                               struct wn_archive **archive, struct wn_err *err) {
    enum { BUSY_MS = 10000 };
    bool write = mode == WN_ARCHIVE_WRITE;
    struct stat about;
    if (!write && (stat(path, &about) != 0 || about.st_size == 0)) // as a killed writer leaves it
        return wn_fail(err, WN_NO, "there is no %s", path);
    struct wn_archive *made = wn_calloc(1, sizeof *made);
    made->path = wn_strdup(path);
    // A reader too may have to roll back what a killed writer left; else it needs no permission.
    int flags = SQLITE_OPEN_READWRITE | (write ? SQLITE_OPEN_CREATE : 0);
    enum wn_status status =
        sqlite3_open_v2(path, &made->db, flags, NULL) == SQLITE_OK ? WN_OK : fail(made, err);
    if (status == WN_OK)
        sqlite3_busy_timeout(made->db, BUSY_MS);
    if (status == WN_OK && write)
        status = run(made, begin, err);
    if (status == WN_OK && write)
        status = prepare(made, "REPLACE INTO sqlar VALUES (?, ?, ?, ?, ?)", &made->put, err);
    if (status == WN_OK)
        status = prepare(made, "SELECT sz, data FROM sqlar WHERE name = ?", &made->get, err);
    if (status == WN_OK)
        *archive = made;
    else
        wn_archive_close(made);
    return status;
}

void wn_archive_close(struct wn_archive *archive) {
    if (!archive)
        return;
    sqlite3_finalize(archive->put);
    sqlite3_finalize(archive->get);
    sqlite3_close(archive->db);
    if (archive->deflates)
        deflateEnd(&archive->deflate);
    wn_str_free(&archive->packed);
    free(archive->path);
    free(archive);
}

enum wn_status wn_archive_commit(struct wn_archive *archive, struct wn_err *err) {
    return run(archive, "COMMIT", err);
}

// ---- writing ------------------------------------------------------------------------------------

// One compressor for all members: making one costs more than most logs do.
static bool reset_deflate(struct wn_archive *archive) {
    if (archive->deflates)
        return deflateReset(&archive->deflate) == Z_OK;
    archive->deflates = deflateInit(&archive->deflate, Z_DEFAULT_COMPRESSION) == Z_OK;
    return archive->deflates;
}

// Compresses into archive->packed; false: that makes it no smaller, or there is no memory for it.
static bool compress_member(struct wn_archive *archive, const char *bytes, size_t length) {
    enum { TOO_SHORT = 48, PIECE = 1 << 30 };
    if (length < TOO_SHORT || length > PIECE || !reset_deflate(archive))
        return false;
    z_stream *stream = &archive->deflate;
    wn_str_clear(&archive->packed);
    stream->next_in = (const Bytef *)bytes;
    stream->avail_in = (uInt)length;
    char block[16384];
    int code;
    do {
        stream->next_out = (Bytef *)block;
        stream->avail_out = sizeof block;
        code = deflate(stream, Z_FINISH);
        wn_str_add_bytes(&archive->packed, block, sizeof block - stream->avail_out);
    } while (code == Z_OK && archive->packed.length < length);
    return code == Z_STREAM_END && archive->packed.length < length;
}

size_t wn_archive_size(struct wn_archive *archive, const char *bytes, size_t length) {
    return compress_member(archive, bytes, length) ? archive->packed.length : length;
}

enum wn_status wn_archive_put(struct wn_archive *archive, const struct wn_member *member,
                              size_t *stored, struct wn_err *err) {
    bool smaller = compress_member(archive, member->bytes, member->length);
    const char *bytes = smaller ? archive->packed.text : member->bytes;
    *stored = smaller ? archive->packed.length : member->length;
    sqlite3_bind_text(archive->put, 1, member->name, -1, SQLITE_STATIC);
    sqlite3_bind_int64(archive->put, 2, member->mode);
    sqlite3_bind_int64(archive->put, 3, member->mtime);
    sqlite3_bind_int64(archive->put, 4, (int64_t)member->length);
    sqlite3_bind_blob64(archive->put, 5, *stored ? bytes : "", *stored, SQLITE_STATIC);
    int code = sqlite3_step(archive->put);
    enum wn_status status = code == SQLITE_DONE ? WN_OK : fail(archive, err);
    sqlite3_reset(archive->put);
    return status;
}

// ---- reading ------------------------------------------------------------------------------------

// NULL: no memory.
static struct wn_unpacking *unpacking_of(sqlite3_stmt *row) {
    struct wn_unpacking *made = wn_calloc(1, sizeof *made);
    int64_t size = sqlite3_column_int64(row, 0);
    const void *data = sqlite3_column_blob(row, 1);
    made->length = (size_t)sqlite3_column_bytes(row, 1);
    made->bytes = wn_malloc(made->length);
    if (made->length)
        memcpy(made->bytes, data, made->length);
    bool compressed = (int64_t)made->length < size;
    made->compressed = compressed && inflateInit(&made->inflate) == Z_OK;
    if (compressed && !made->compressed) {
        wn_unpacking_free(made);
        return NULL;
    }
    made->inflate.next_in = (Bytef *)made->bytes;
    made->inflate.avail_in = (uInt)made->length;
    return made;
}

enum wn_status wn_archive_get(struct wn_archive *archive, const char *name,
                              struct wn_unpacking **unpacking, struct wn_err *err) {
    sqlite3_bind_text(archive->get, 1, name, -1, SQLITE_STATIC);
    int code = sqlite3_step(archive->get);
    enum wn_status status = WN_OK;
    if (code == SQLITE_ROW && (*unpacking = unpacking_of(archive->get)) == NULL)
        status = wn_fail(err, WN_ENVIRONMENT, "no memory to unpack %s", name);
    else if (code == SQLITE_DONE)
        status = wn_fail(err, WN_NO, "%s has no %s", archive->path, name);
    else if (code != SQLITE_ROW)
        status = fail(archive, err);
    sqlite3_reset(archive->get);
    return status;
}

static size_t copy_plain(struct wn_unpacking *unpacking, char *bytes, size_t room) {
    size_t left = unpacking->length - unpacking->at, length = left < room ? left : room;
    memcpy(bytes, unpacking->bytes + unpacking->at, length);
    unpacking->at += length;
    return length;
}

size_t wn_unpacking_read(struct wn_unpacking *unpacking, char *bytes, size_t room) {
    if (!unpacking->compressed)
        return copy_plain(unpacking, bytes, room);
    z_stream *stream = &unpacking->inflate;
    stream->next_out = (Bytef *)bytes;
    stream->avail_out = (uInt)room;
    inflate(stream, Z_SYNC_FLUSH);
    return room - stream->avail_out;
}

void wn_unpacking_free(struct wn_unpacking *unpacking) {
    if (!unpacking)
        return;
    if (unpacking->compressed)
        inflateEnd(&unpacking->inflate);
    free(unpacking->bytes);
    free(unpacking);
}
