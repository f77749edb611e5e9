// SPDX-License-Identifier: GPL-3.0-or-later
// Trials and their attempts.
#include <math.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/store/internal.h"

void wn_trial_row_clear(struct wn_trial_row *row) {
    free(row->params);
    free(row->reason);
    free(row->condemned);
    free(row->host);
    free(row->killed_by);
    free(row->enqueued_by);
    free(row->last_line);
    free(row->imported_from);
    *row = (struct wn_trial_row){0};
}

// ---- reading ------------------------------------------------------------------------------------

static enum wn_trial_state state_at(sqlite3_stmt *s, int column) {
    const char *name = (const char *)sqlite3_column_text(s, column);
    enum wn_trial_state state;
    return name && wn_trial_state_parse(name, &state) ? state : WN_TRIAL_LOST;
}

static void read_exit(sqlite3_stmt *s, int column, struct wn_trial_row *row) {
    row->has_exit = sqlite3_column_type(s, column) != SQLITE_NULL;
    row->exit_code = sqlite3_column_int(s, column);
    row->exit_signal = sqlite3_column_int(s, column + 1);
}

// Columns in the order of the table.
static void read_row(sqlite3_stmt *s, struct wn_trial_row *row) {
    int64_t id = sqlite3_column_int64(s, 0);
    *row = (struct wn_trial_row){.sweep = id >> 32, .number = id & 0xffffffff};
    row->repeat = sqlite3_column_int64(s, 1);
    row->attempt = sqlite3_column_int64(s, 2);
    row->state = state_at(s, 3);
    row->params = wn_column_text(s, 4);
    row->params_hash = sqlite3_column_int64(s, 5);
    row->seed = sqlite3_column_int64(s, 6);
    row->reason = wn_column_text(s, 7);
    row->condemned = wn_column_text(s, 8);
    read_exit(s, 9, row);
    row->created = sqlite3_column_double(s, 11);
    row->started = sqlite3_column_double(s, 12);
    row->ended = sqlite3_column_double(s, 13);
    row->user_cpu = sqlite3_column_double(s, 14);
    row->system_cpu = sqlite3_column_double(s, 15);
    row->peak_memory = sqlite3_column_int64(s, 16);
    row->host = wn_column_text(s, 17);
    row->objective = wn_column_real(s, 18);
    row->log_offset = sqlite3_column_int64(s, 19);
    row->metrics_offset = sqlite3_column_int64(s, 20);
    row->mean = wn_column_real(s, 21);
    row->se = wn_column_real(s, 22);
    row->killed_by = wn_column_text(s, 24);
    row->enqueued_by = wn_column_text(s, 25);
    row->run = sqlite3_column_int64(s, 26);
    row->last_line = wn_column_text(s, 27);
    row->imported_from = wn_column_text(s, 28);
}

static void read_attempt(sqlite3_stmt *s, struct wn_trial_row *row) {
    int64_t id = sqlite3_column_int64(s, 0);
    *row = (struct wn_trial_row){
        .sweep = id >> 32, .number = id & 0xffffffff, .objective = NAN, .mean = NAN, .se = NAN};
    row->attempt = sqlite3_column_int64(s, 1);
    row->state = state_at(s, 2);
    row->reason = wn_column_text(s, 3);
    read_exit(s, 4, row);
    row->started = sqlite3_column_double(s, 6);
    row->ended = sqlite3_column_double(s, 7);
    row->user_cpu = sqlite3_column_double(s, 8);
    row->system_cpu = sqlite3_column_double(s, 9);
    row->peak_memory = sqlite3_column_int64(s, 10);
    row->host = wn_column_text(s, 11);
}

static enum wn_status each_row(struct wn_store *store, sqlite3_stmt *s,
                               void (*read)(sqlite3_stmt *, struct wn_trial_row *),
                               bool (*each)(void *, const struct wn_trial_row *), void *context,
                               struct wn_err *err) {
    enum wn_status status = WN_OK;
    bool more = true;
    while (more && wn_sql_row(store, s, &status, err)) {
        struct wn_trial_row row;
        read(s, &row);
        more = each(context, &row);
        wn_trial_row_clear(&row);
    }
    sqlite3_reset(s);
    return status;
}

// WN_NO: there is none.
static enum wn_status one_row(struct wn_store *store, sqlite3_stmt *s, struct wn_trial_row *row,
                              struct wn_err *err) {
    enum wn_status status = WN_OK;
    if (!wn_sql_row(store, s, &status, err))
        return status == WN_OK ? wn_fail(err, WN_NO, "there is no such trial") : status;
    read_row(s, row);
    sqlite3_reset(s);
    return WN_OK;
}

enum wn_status wn_store_get_trial(struct wn_store *store, int64_t sweep, int64_t number,
                                  struct wn_trial_row *row, struct wn_err *err) {
    sqlite3_stmt *s = wn_sql(store, WN_SQL_GET_TRIAL, err);
    if (!s)
        return err->status;
    sqlite3_bind_int64(s, 1, wn_trial_id(sweep, number));
    enum wn_status status = one_row(store, s, row, err);
    return status == WN_NO ? wn_fail(err, WN_NO, "there is no trial %lld", (long long)number)
                           : status;
}

enum wn_status wn_store_last_waiting(struct wn_store *store, int64_t sweep,
                                     struct wn_trial_row *row, struct wn_err *err) {
    sqlite3_stmt *s = wn_sql(store, WN_SQL_LAST_WAITING, err);
    if (!s)
        return err->status;
    sqlite3_bind_int64(s, 1, wn_trial_id(sweep, 0));
    sqlite3_bind_int64(s, 2, wn_trial_id(sweep, UINT32_MAX));
    return one_row(store, s, row, err);
}

// ---- all trials, a page at a time ---------------------------------------------------------------

// No statement stays open while rows are handed out: whoever takes them may be slow (a pipe into a
// pager), and an open reader would keep the write-ahead log from being emptied.
enum { PAGE_ROWS = 256 };
struct page {
    struct wn_trial_row *rows;
    int64_t count;
};

static enum wn_status read_page(struct wn_store *store, int64_t after, int64_t last,
                                struct page *page, struct wn_err *err) {
    sqlite3_stmt *s = wn_sql(store, WN_SQL_ALL_TRIALS, err);
    if (!s)
        return err->status;
    page->count = 0;
    sqlite3_bind_int64(s, 1, after);
    sqlite3_bind_int64(s, 2, last);
    sqlite3_bind_int64(s, 3, PAGE_ROWS);
    enum wn_status status = WN_OK;
    while (wn_sql_row(store, s, &status, err))
        read_row(s, &page->rows[page->count++]);
    return status;
}

enum wn_status wn_store_last_trial(struct wn_store *store, int64_t sweep, int64_t *number,
                                   struct wn_err *err) {
    *number = -1;
    return wn_sql_number(store, WN_SQL_LAST_TRIAL, sweep, number, err);
}

enum wn_status wn_store_find_configuration(struct wn_store *store, int64_t sweep, int64_t hash,
                                           int64_t *number, struct wn_err *err) {
    sqlite3_stmt *s = wn_sql(store, WN_SQL_CONFIGURATION, err);
    if (!s)
        return err->status;
    enum wn_status status = WN_OK;
    *number = -1;
    sqlite3_bind_int64(s, 1, sweep);
    sqlite3_bind_int64(s, 2, hash);
    if (wn_sql_row(store, s, &status, err))
        *number = sqlite3_column_int64(s, 0);
    sqlite3_reset(s);
    return status;
}

enum wn_status wn_store_each_trial(struct wn_store *store, int64_t sweep,
                                   bool (*each)(void *context, const struct wn_trial_row *row),
                                   void *context, struct wn_err *err) {
    struct page page = {.rows = wn_calloc(PAGE_ROWS, sizeof *page.rows)};
    int64_t after = wn_trial_id(sweep, 0) - 1, last = wn_trial_id(sweep, UINT32_MAX);
    enum wn_status status;
    bool more;
    do {
        status = read_page(store, after, last, &page, err);
        more = status == WN_OK && page.count == PAGE_ROWS;
        bool wanted = status == WN_OK;
        for (int64_t i = 0; i < page.count; i++) {
            after = wn_trial_id(sweep, page.rows[i].number);
            wanted = wanted && each(context, &page.rows[i]);
            wn_trial_row_clear(&page.rows[i]);
        }
        more = more && wanted;
    } while (more);
    free(page.rows);
    return status;
}

// ---- others -------------------------------------------------------------------------------------

enum wn_status wn_store_get_score(struct wn_store *store, int64_t sweep, int64_t number,
                                  double *score, struct wn_err *err) {
    sqlite3_stmt *s = wn_sql(store, WN_SQL_SCORE, err);
    if (!s)
        return err->status;
    enum wn_status status = WN_OK;
    *score = NAN;
    sqlite3_bind_int64(s, 1, wn_trial_id(sweep, number));
    if (wn_sql_row(store, s, &status, err))
        *score = wn_column_real(s, 0);
    sqlite3_reset(s);
    return status;
}

enum wn_status wn_store_each_score(struct wn_store *store, int64_t sweep, int64_t limit,
                                   bool (*each)(void *context, int64_t number, double score),
                                   void *context, struct wn_err *err) {
    sqlite3_stmt *s = wn_sql(store, WN_SQL_SCORES, err);
    if (!s)
        return err->status;
    enum wn_status status = WN_OK;
    bool more = true;
    sqlite3_bind_int64(s, 1, sweep);
    sqlite3_bind_int64(s, 2, limit);
    while (more && wn_sql_row(store, s, &status, err))
        more = each(context, sqlite3_column_int64(s, 0), sqlite3_column_double(s, 1));
    sqlite3_reset(s);
    return status;
}

enum wn_status wn_store_each_result(struct wn_store *store, const struct wn_store_range *range,
                                    bool (*each)(void *context,
                                                 const struct wn_trial_result *result),
                                    void *context, struct wn_err *err) {
    sqlite3_stmt *s = wn_sql(store, WN_SQL_RESULTS, err);
    if (!s)
        return err->status;
    enum wn_status status = WN_OK;
    bool more = true;
    sqlite3_bind_int64(s, 1, wn_trial_id(range->sweep, range->first));
    sqlite3_bind_int64(s, 2, wn_trial_id(range->sweep, range->last));
    wn_bind_text(s, 3, range->commit);
    sqlite3_bind_int64(s, 4, range->sweep);
    while (more && wn_sql_row(store, s, &status, err)) {
        const struct wn_trial_result result = {
            .number = sqlite3_column_int64(s, 0),
            .state = state_at(s, 1),
            .objective = wn_column_real(s, 2),
            .seed = sqlite3_column_int64(s, 3),
            .params = (const char *)sqlite3_column_text(s, 4),
        };
        more = each(context, &result);
    }
    sqlite3_reset(s);
    return status;
}

enum wn_status wn_store_each_attempt(struct wn_store *store, int64_t sweep, int64_t number,
                                     bool (*each)(void *context, const struct wn_trial_row *row),
                                     void *context, struct wn_err *err) {
    sqlite3_stmt *s = wn_sql(store, WN_SQL_ATTEMPTS, err);
    if (!s)
        return err->status;
    sqlite3_bind_int64(s, 1, wn_trial_id(sweep, number));
    return each_row(store, s, read_attempt, each, context, err);
}

// ---- writing ------------------------------------------------------------------------------------

static void bind_exit(sqlite3_stmt *s, int column, const struct wn_trial_row *row) {
    if (!row->has_exit)
        return; // bindings were cleared: NULL
    sqlite3_bind_int(s, column, row->exit_code);
    sqlite3_bind_int(s, column + 1, row->exit_signal);
}

static void bind_row(sqlite3_stmt *s, const struct wn_trial_row *row, double score) {
    sqlite3_clear_bindings(s);
    sqlite3_bind_int64(s, 1, wn_trial_id(row->sweep, row->number));
    sqlite3_bind_int64(s, 2, row->repeat);
    sqlite3_bind_int64(s, 3, row->attempt);
    wn_bind_text(s, 4, wn_trial_state_name(row->state));
    wn_bind_text(s, 5, row->params);
    sqlite3_bind_int64(s, 6, row->params_hash);
    sqlite3_bind_int64(s, 7, row->seed);
    wn_bind_text(s, 8, row->reason);
    wn_bind_text(s, 9, row->condemned);
    bind_exit(s, 10, row);
    wn_bind_real(s, 12, row->created);
    wn_bind_real(s, 13, row->started);
    wn_bind_real(s, 14, row->ended);
    wn_bind_real(s, 15, row->user_cpu);
    wn_bind_real(s, 16, row->system_cpu);
    sqlite3_bind_int64(s, 17, row->peak_memory);
    wn_bind_text(s, 18, row->host);
    wn_bind_real(s, 19, row->objective);
    sqlite3_bind_int64(s, 20, row->log_offset);
    sqlite3_bind_int64(s, 21, row->metrics_offset);
    wn_bind_real(s, 22, row->mean);
    wn_bind_real(s, 23, row->se);
    wn_bind_real(s, 24, score);
    wn_bind_text(s, 25, row->killed_by);
    wn_bind_text(s, 26, row->enqueued_by);
    if (row->run)
        sqlite3_bind_int64(s, 27, row->run);
    wn_bind_text(s, 28, row->last_line);
    wn_bind_text(s, 29, row->imported_from);
}

enum wn_status wn_store_put_trial(struct wn_store *store, const struct wn_trial_row *row,
                                  double score, struct wn_err *err) {
    sqlite3_stmt *s = wn_sql(store, WN_SQL_PUT_TRIAL, err);
    if (!s)
        return err->status;
    bind_row(s, row, score);
    return wn_sql_run(store, s, err);
}

enum wn_status wn_store_set_offsets(struct wn_store *store, int64_t sweep, int64_t number,
                                    int64_t log_offset, int64_t metrics_offset,
                                    struct wn_err *err) {
    sqlite3_stmt *s = wn_sql(store, WN_SQL_OFFSETS, err);
    if (!s)
        return err->status;
    sqlite3_bind_int64(s, 1, wn_trial_id(sweep, number));
    sqlite3_bind_int64(s, 2, log_offset);
    sqlite3_bind_int64(s, 3, metrics_offset);
    return wn_sql_run(store, s, err);
}

static enum wn_status set_text(struct wn_store *store, enum wn_statement statement, int64_t trial,
                               const char *text, struct wn_err *err) {
    sqlite3_stmt *s = wn_sql(store, statement, err);
    if (!s)
        return err->status;
    sqlite3_bind_int64(s, 1, trial);
    wn_bind_text(s, 2, text);
    return wn_sql_run(store, s, err);
}

enum wn_status wn_store_set_reason(struct wn_store *store, int64_t sweep, int64_t number,
                                   const char *reason, struct wn_err *err) {
    return set_text(store, WN_SQL_TRIAL_REASON, wn_trial_id(sweep, number), reason, err);
}

enum wn_status wn_store_set_condemned(struct wn_store *store, int64_t sweep, int64_t number,
                                      const char *reason, struct wn_err *err) {
    return set_text(store, WN_SQL_CONDEMN, wn_trial_id(sweep, number), reason, err);
}

enum wn_status wn_store_set_killed_by(struct wn_store *store, int64_t sweep, int64_t number,
                                      const char *user, struct wn_err *err) {
    return set_text(store, WN_SQL_KILLED_BY, wn_trial_id(sweep, number), user, err);
}

enum wn_status wn_store_add_attempt(struct wn_store *store, const struct wn_trial_row *row,
                                    struct wn_err *err) {
    sqlite3_stmt *s = wn_sql(store, WN_SQL_ADD_ATTEMPT, err);
    if (!s)
        return err->status;
    sqlite3_clear_bindings(s);
    sqlite3_bind_int64(s, 1, wn_trial_id(row->sweep, row->number));
    sqlite3_bind_int64(s, 2, row->attempt);
    wn_bind_text(s, 3, wn_trial_state_name(row->state));
    wn_bind_text(s, 4, row->reason);
    bind_exit(s, 5, row);
    wn_bind_real(s, 7, row->started);
    wn_bind_real(s, 8, row->ended);
    wn_bind_real(s, 9, row->user_cpu);
    wn_bind_real(s, 10, row->system_cpu);
    sqlite3_bind_int64(s, 11, row->peak_memory);
    wn_bind_text(s, 12, row->host);
    return wn_sql_run(store, s, err);
}
