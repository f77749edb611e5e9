// SPDX-License-Identifier: GPL-3.0-or-later
// Tags and notes: what people say about sweeps and trials.
#include "core/store/internal.h"

// The range of trial numbers that `trial` means.
static void bind_about(sqlite3_stmt *s, int64_t sweep, int64_t trial) {
    sqlite3_bind_int64(s, 1, sweep);
    sqlite3_bind_int64(s, 2, trial == WN_EACH_TRIAL ? 0 : trial);
    sqlite3_bind_int64(s, 3, trial == WN_EACH_TRIAL ? UINT32_MAX : trial);
}

static enum wn_status write_label(struct wn_store *store, enum wn_statement statement,
                                  const struct wn_label *label, struct wn_err *err) {
    sqlite3_stmt *s = wn_sql(store, statement, err);
    if (!s)
        return err->status;
    sqlite3_bind_int64(s, 1, label->sweep);
    sqlite3_bind_int64(s, 2, label->trial);
    wn_bind_text(s, 3, label->text);
    wn_bind_text(s, 4, label->user);
    wn_bind_real(s, 5, label->created);
    return wn_sql_run(store, s, err);
}

enum wn_status wn_store_add_tag(struct wn_store *store, const struct wn_label *tag,
                                struct wn_err *err) {
    return write_label(store, WN_SQL_ADD_TAG, tag, err);
}

enum wn_status wn_store_add_note(struct wn_store *store, const struct wn_label *note,
                                 struct wn_err *err) {
    return write_label(store, WN_SQL_ADD_NOTE, note, err);
}

enum wn_status wn_store_drop_tag(struct wn_store *store, const struct wn_label *tag, bool *was,
                                 struct wn_err *err) {
    sqlite3_stmt *s = wn_sql(store, WN_SQL_DROP_TAG, err);
    if (!s)
        return err->status;
    sqlite3_bind_int64(s, 1, tag->sweep);
    sqlite3_bind_int64(s, 2, tag->trial);
    wn_bind_text(s, 3, tag->text);
    enum wn_status status = wn_sql_run(store, s, err);
    *was = sqlite3_changes(store->db) > 0;
    return status;
}

enum wn_status wn_store_each_tag(struct wn_store *store, int64_t sweep, int64_t trial,
                                 bool (*each)(void *context, const struct wn_label *tag),
                                 void *context, struct wn_err *err) {
    sqlite3_stmt *s = wn_sql(store, WN_SQL_TAGS, err);
    if (!s)
        return err->status;
    enum wn_status status = WN_OK;
    bool more = true;
    bind_about(s, sweep, trial);
    while (more && wn_sql_row(store, s, &status, err)) {
        const struct wn_label tag = {.sweep = sweep,
                                     .trial = sqlite3_column_int64(s, 0),
                                     .text = (const char *)sqlite3_column_text(s, 1)};
        more = each(context, &tag);
    }
    sqlite3_reset(s);
    return status;
}

enum wn_status wn_store_each_note(struct wn_store *store, int64_t sweep, int64_t trial,
                                  bool (*each)(void *context, const struct wn_label *note),
                                  void *context, struct wn_err *err) {
    sqlite3_stmt *s = wn_sql(store, WN_SQL_NOTES, err);
    if (!s)
        return err->status;
    enum wn_status status = WN_OK;
    bool more = true;
    bind_about(s, sweep, trial);
    while (more && wn_sql_row(store, s, &status, err)) {
        const struct wn_label note = {.sweep = sweep,
                                      .trial = sqlite3_column_int64(s, 0),
                                      .text = (const char *)sqlite3_column_text(s, 1),
                                      .user = (const char *)sqlite3_column_text(s, 2),
                                      .created = sqlite3_column_double(s, 3)};
        more = each(context, &note);
    }
    sqlite3_reset(s);
    return status;
}
