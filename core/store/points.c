// SPDX-License-Identifier: GPL-3.0-or-later
// Metrics: names, packed points and summaries.
#include <endian.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/store/internal.h"

// ---- names --------------------------------------------------------------------------------------

enum wn_status wn_store_find_metric(struct wn_store *store, int64_t sweep, const char *name,
                                    int64_t *metric, struct wn_err *err) {
    sqlite3_stmt *s = wn_sql(store, WN_SQL_GET_METRIC, err);
    if (!s)
        return err->status;
    enum wn_status status = WN_OK;
    *metric = 0;
    sqlite3_bind_int64(s, 1, sweep);
    wn_bind_text(s, 2, name);
    if (wn_sql_row(store, s, &status, err))
        *metric = sqlite3_column_int64(s, 0);
    sqlite3_reset(s);
    return status;
}

enum wn_status wn_store_metric(struct wn_store *store, int64_t sweep, const char *name,
                               int64_t *metric, struct wn_err *err) {
    enum wn_status status = wn_store_find_metric(store, sweep, name, metric, err);
    if (status != WN_OK || *metric)
        return status;
    sqlite3_stmt *s = wn_sql(store, WN_SQL_ADD_METRIC, err);
    if (!s)
        return err->status;
    sqlite3_bind_int64(s, 1, sweep);
    wn_bind_text(s, 2, name);
    status = wn_sql_run(store, s, err);
    *metric = sqlite3_last_insert_rowid(store->db);
    return status;
}

enum wn_status wn_store_each_metric(struct wn_store *store, int64_t sweep,
                                    bool (*each)(void *context, int64_t id, const char *name),
                                    void *context, struct wn_err *err) {
    sqlite3_stmt *s = wn_sql(store, WN_SQL_METRICS, err);
    if (!s)
        return err->status;
    enum wn_status status = WN_OK;
    bool more = true;
    sqlite3_bind_int64(s, 1, sweep);
    while (more && wn_sql_row(store, s, &status, err))
        more = each(context, sqlite3_column_int64(s, 0), (const char *)sqlite3_column_text(s, 1));
    sqlite3_reset(s);
    return status;
}

// ---- points -------------------------------------------------------------------------------------

enum { POINT_BYTES = 16 };

static void pack_number(unsigned char *bytes, double number) {
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    bits = htole64(bits);
    memcpy(bytes, &bits, sizeof bits);
}

static double unpack_number(const unsigned char *bytes) {
    uint64_t bits;
    double number;
    memcpy(&bits, bytes, sizeof bits);
    bits = le64toh(bits);
    memcpy(&number, &bits, sizeof number);
    return number;
}

// Reads a BLOB of another size than winnow writes as far as it has whole points.
static size_t unpack(sqlite3_stmt *s, int column, struct wn_point *points) {
    const unsigned char *bytes = sqlite3_column_blob(s, column);
    size_t count = (size_t)sqlite3_column_bytes(s, column) / POINT_BYTES;
    count = count < WN_CHUNK ? count : WN_CHUNK;
    for (size_t i = 0; i < count; i++) {
        points[i].step = unpack_number(bytes + i * POINT_BYTES);
        points[i].value = unpack_number(bytes + i * POINT_BYTES + 8);
    }
    return count;
}

enum wn_status wn_store_load_tail(struct wn_store *store, struct wn_series_tail *tail,
                                  struct wn_err *err) {
    sqlite3_stmt *s = wn_sql(store, WN_SQL_LAST_CHUNK, err);
    if (!s)
        return err->status;
    enum wn_status status = WN_OK;
    tail->chunk = 0;
    tail->count = 0;
    sqlite3_bind_int64(s, 1, wn_trial_id(tail->sweep, tail->trial));
    sqlite3_bind_int64(s, 2, tail->metric);
    if (wn_sql_row(store, s, &status, err)) {
        tail->chunk = sqlite3_column_int64(s, 0);
        tail->count = unpack(s, 1, tail->points);
    }
    if (tail->count == WN_CHUNK) {
        tail->chunk++;
        tail->count = 0;
    }
    sqlite3_reset(s);
    return status;
}

enum wn_status wn_store_put_tail(struct wn_store *store, const struct wn_series_tail *tail,
                                 struct wn_err *err) {
    unsigned char bytes[WN_CHUNK * POINT_BYTES];
    sqlite3_stmt *s = wn_sql(store, WN_SQL_PUT_CHUNK, err);
    if (!s)
        return err->status;
    for (size_t i = 0; i < tail->count; i++) {
        pack_number(bytes + i * POINT_BYTES, tail->points[i].step);
        pack_number(bytes + i * POINT_BYTES + 8, tail->points[i].value);
    }
    sqlite3_bind_int64(s, 1, wn_trial_id(tail->sweep, tail->trial));
    sqlite3_bind_int64(s, 2, tail->metric);
    sqlite3_bind_int64(s, 3, tail->chunk);
    sqlite3_bind_blob(s, 4, bytes, (int)(tail->count * POINT_BYTES), SQLITE_STATIC);
    return wn_sql_run(store, s, err);
}

static void bind_range(sqlite3_stmt *s, int64_t sweep, int64_t trial) {
    sqlite3_bind_int64(s, 1, wn_trial_id(sweep, trial < 0 ? 0 : trial));
    sqlite3_bind_int64(s, 2, wn_trial_id(sweep, trial < 0 ? UINT32_MAX : trial));
}

// Chunks are handed out a page at a time, with no statement open meanwhile (see trials.c).
enum { PAGE_CHUNKS = 64 };
struct chunk {
    int64_t trial, metric, chunk; // the key; the trial with its sweep
    char *name;
    size_t count;
    struct wn_point points[WN_CHUNK];
};

static enum wn_status read_chunks(struct wn_store *store, const struct chunk *after, int64_t last,
                                  const char *metric, struct chunk *page, size_t *count,
                                  struct wn_err *err) {
    sqlite3_stmt *s = wn_sql(store, WN_SQL_CHUNKS, err);
    if (!s)
        return err->status;
    enum wn_status status = WN_OK;
    sqlite3_bind_int64(s, 1, after->trial);
    sqlite3_bind_int64(s, 2, after->metric);
    sqlite3_bind_int64(s, 3, after->chunk);
    sqlite3_bind_int64(s, 4, last);
    wn_bind_text(s, 5, metric);
    sqlite3_bind_int64(s, 6, PAGE_CHUNKS);
    while (wn_sql_row(store, s, &status, err)) {
        struct chunk *chunk = &page[(*count)++];
        chunk->trial = sqlite3_column_int64(s, 0);
        chunk->metric = sqlite3_column_int64(s, 1);
        chunk->chunk = sqlite3_column_int64(s, 2);
        chunk->count = unpack(s, 3, chunk->points);
        chunk->name = wn_column_text(s, 4);
    }
    return status;
}

enum wn_status wn_store_each_chunk(struct wn_store *store, int64_t sweep, int64_t trial,
                                   const char *metric,
                                   bool (*each)(void *context, int64_t trial, const char *name,
                                                const struct wn_point *points, size_t count),
                                   void *context, struct wn_err *err) {
    struct chunk *page = wn_malloc(PAGE_CHUNKS * sizeof *page);
    struct chunk after = {.trial = wn_trial_id(sweep, trial < 0 ? 0 : trial), .metric = -1};
    int64_t last = wn_trial_id(sweep, trial < 0 ? UINT32_MAX : trial);
    enum wn_status status;
    bool more;
    do {
        size_t count = 0;
        status = read_chunks(store, &after, last, metric, page, &count, err);
        bool wanted = status == WN_OK;
        for (size_t i = 0; i < count; i++) {
            const struct chunk *chunk = &page[i];
            wanted = wanted && each(context, chunk->trial & UINT32_MAX, chunk->name, chunk->points,
                                    chunk->count);
            free(chunk->name);
        }
        if (count)
            after = page[count - 1];
        more = wanted && count == PAGE_CHUNKS;
    } while (more);
    free(page);
    return status;
}

enum wn_status wn_store_read_series(struct wn_store *store, struct wn_series_place *place,
                                    struct wn_point *points, size_t room, size_t *count,
                                    struct wn_err *err) {
    sqlite3_stmt *s = wn_sql(store, WN_SQL_SERIES, err);
    if (!s)
        return err->status;
    enum wn_status status = WN_OK;
    *count = 0;
    sqlite3_bind_int64(s, 1, wn_trial_id(place->sweep, place->trial));
    sqlite3_bind_int64(s, 2, place->metric);
    sqlite3_bind_int64(s, 3, place->chunk);
    sqlite3_bind_int64(s, 4, (int64_t)(room / WN_CHUNK));
    for (; wn_sql_row(store, s, &status, err); place->chunk++)
        *count += unpack(s, 0, points + *count);
    return status;
}

// ---- summaries ----------------------------------------------------------------------------------

enum wn_status wn_store_put_summary(struct wn_store *store, int64_t sweep, int64_t trial,
                                    int64_t metric, const struct wn_summary *summary,
                                    struct wn_err *err) {
    sqlite3_stmt *s = wn_sql(store, WN_SQL_PUT_SUMMARY, err);
    if (!s)
        return err->status;
    sqlite3_bind_int64(s, 1, wn_trial_id(sweep, trial));
    sqlite3_bind_int64(s, 2, metric);
    sqlite3_bind_int64(s, 3, summary->count);
    wn_bind_real(s, 4, summary->last);
    wn_bind_real(s, 5, summary->min);
    wn_bind_real(s, 6, summary->max);
    return wn_sql_run(store, s, err);
}

static enum wn_status each_summary(struct wn_store *store, sqlite3_stmt *s,
                                   bool (*each)(void *context, int64_t trial, const char *name,
                                                const struct wn_summary *summary),
                                   void *context, struct wn_err *err) {
    enum wn_status status = WN_OK;
    bool more = true;
    while (more && wn_sql_row(store, s, &status, err)) {
        const struct wn_summary summary = {
            .count = sqlite3_column_int64(s, 2),
            .last = wn_column_real(s, 3),
            .min = wn_column_real(s, 4),
            .max = wn_column_real(s, 5),
        };
        more = each(context, sqlite3_column_int64(s, 0), (const char *)sqlite3_column_text(s, 1),
                    &summary);
    }
    sqlite3_reset(s);
    return status;
}

enum wn_status wn_store_each_summary(struct wn_store *store, int64_t sweep, int64_t trial,
                                     bool (*each)(void *context, int64_t trial, const char *name,
                                                  const struct wn_summary *summary),
                                     void *context, struct wn_err *err) {
    sqlite3_stmt *s = wn_sql(store, WN_SQL_SUMMARIES, err);
    if (!s)
        return err->status;
    bind_range(s, sweep, trial);
    return each_summary(store, s, each, context, err);
}

enum wn_status wn_store_each_summary_until(
    struct wn_store *store, int64_t sweep, int64_t trial, const char *last,
    bool (*each)(void *context, int64_t trial, const char *name, const struct wn_summary *summary),
    void *context, struct wn_err *err) {
    sqlite3_stmt *s = wn_sql(store, WN_SQL_SUMMARIES_UNTIL, err);
    if (!s)
        return err->status;
    sqlite3_bind_int64(s, 1, wn_trial_id(sweep, trial));
    sqlite3_bind_int64(s, 2, sweep);
    wn_bind_text(s, 3, last);
    return each_summary(store, s, each, context, err);
}

enum wn_status wn_store_each_last(struct wn_store *store, const struct wn_store_range *range,
                                  bool (*each)(void *context, int64_t trial, int64_t metric,
                                               double last),
                                  void *context, struct wn_err *err) {
    sqlite3_stmt *s = wn_sql(store, WN_SQL_LASTS, err);
    if (!s)
        return err->status;
    enum wn_status status = WN_OK;
    bool more = true;
    sqlite3_bind_int64(s, 1, wn_trial_id(range->sweep, range->first));
    sqlite3_bind_int64(s, 2, wn_trial_id(range->sweep, range->last));
    while (more && wn_sql_row(store, s, &status, err))
        more = each(context, sqlite3_column_int64(s, 0), sqlite3_column_int64(s, 1),
                    wn_column_real(s, 2));
    sqlite3_reset(s);
    return status;
}

enum wn_status wn_store_each_torn(struct wn_store *store, int64_t sweep,
                                  bool (*each)(void *context, int64_t trial, const char *metric),
                                  void *context, struct wn_err *err) {
    sqlite3_stmt *s = wn_sql(store, WN_SQL_TORN, err);
    if (!s)
        return err->status;
    enum wn_status status = WN_OK;
    bool more = true;
    bind_range(s, sweep, -1);
    while (more && wn_sql_row(store, s, &status, err))
        more = each(context, sqlite3_column_int64(s, 0), (const char *)sqlite3_column_text(s, 1));
    sqlite3_reset(s);
    return status;
}

enum wn_status wn_store_drop_points(struct wn_store *store, int64_t sweep, int64_t trial,
                                    struct wn_err *err) {
    static const enum wn_statement drops[] = {WN_SQL_DROP_CHUNKS, WN_SQL_DROP_SUMMARIES};
    enum wn_status status = WN_OK;
    for (size_t i = 0; i < sizeof drops / sizeof *drops && status == WN_OK; i++) {
        sqlite3_stmt *s = wn_sql(store, drops[i], err);
        if (!s)
            return err->status;
        bind_range(s, sweep, trial);
        status = wn_sql_run(store, s, err);
    }
    return status;
}
