// SPDX-License-Identifier: GPL-3.0-or-later
// Trials chosen by SQL that core/board_select.c makes: the only statements that are not rows of
// statements.def. Such a statement lives for one call, as do the functions that it may call.
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/store/internal.h"

static void look_up(sqlite3_context *context, int count, sqlite3_value **arguments) {
    const struct wn_lookup *lookup = sqlite3_user_data(context);
    (void)count;
    int64_t number = sqlite3_value_int64(arguments[0]) & 0xffffffff;
    size_t at = (size_t)(number / lookup->repeats);
    if (at < lookup->count && lookup->items[at])
        sqlite3_result_int64(context, lookup->items[at]);
}

// With NULL in the place of look_up() they are forgotten.
static bool set_functions(struct wn_store *store, const struct wn_selection *selection,
                          void (*function)(sqlite3_context *, int, sqlite3_value **)) {
    enum { FLAGS = SQLITE_UTF8 | SQLITE_DETERMINISTIC };
    for (size_t i = 0; i < selection->lookup_count; i++) {
        struct wn_lookup *lookup = &selection->lookups[i];
        if (sqlite3_create_function(store->db, lookup->name, 1, FLAGS, lookup, function, NULL,
                                    NULL) != SQLITE_OK)
            return false;
    }
    return true;
}

static sqlite3_stmt *prepare(struct wn_store *store, const struct wn_selection *selection) {
    sqlite3_stmt *s = NULL;
    char *sql =
        wn_format("SELECT t.id & 4294967295%s%s FROM trial AS t WHERE t.id BETWEEN ?1 AND ?2 "
                  "AND (%s) ORDER BY %s LIMIT ?3",
                  selection->values ? ", " : "", selection->values ? selection->values : "",
                  selection->condition, selection->order);
    if (set_functions(store, selection, look_up))
        sqlite3_prepare_v2(store->db, sql, -1, &s, NULL);
    free(sql);
    return s;
}

enum wn_status
wn_store_each_selected(struct wn_store *store, int64_t sweep, const struct wn_selection *selection,
                       bool (*each)(void *context, int64_t number, const double *values),
                       void *context, struct wn_err *err) {
    sqlite3_stmt *s = prepare(store, selection);
    if (!s)
        return wn_sql_fail(store, err);
    double *values = wn_calloc(selection->value_count, sizeof *values);
    sqlite3_bind_int64(s, 1, wn_trial_id(sweep, 0));
    sqlite3_bind_int64(s, 2, wn_trial_id(sweep, UINT32_MAX));
    sqlite3_bind_int64(s, 3, selection->limit);
    enum wn_status status = WN_OK;
    bool more = true;
    while (more && wn_sql_row(store, s, &status, err)) {
        for (size_t i = 0; i < selection->value_count; i++)
            values[i] = wn_column_real(s, (int)i + 1);
        more = each(context, sqlite3_column_int64(s, 0), selection->values ? values : NULL);
    }
    sqlite3_finalize(s);
    set_functions(store, selection, NULL);
    free(values);
    return status;
}
