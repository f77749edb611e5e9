// SPDX-License-Identifier: GPL-3.0-or-later
// A store in a folder of its own for each test, and the database as SQLite sees it.
#ifndef WN_TEST_MAKE_STORE_H
#define WN_TEST_MAKE_STORE_H

#include "tests/unit/check.h"

#include <ftw.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/store/store.h"

static inline int make_folder(void **state) {
    char *folder = wn_strdup("/tmp/winnow-store-XXXXXX");
    *state = folder;
    return mkdtemp(folder) && chmod(folder, 0755) == 0 ? 0 : -1;
}

static inline int remove_entry(const char *path, const struct stat *found, int type,
                               struct FTW *walk) {
    (void)found, (void)type, (void)walk;
    return remove(path);
}

static inline int remove_folder(void **state) {
    int failed = nftw(*state, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    free(*state);
    return failed;
}

static inline struct wn_store *open_store(const char *folder, enum wn_store_mode mode) {
    struct wn_store *store = NULL;
    struct wn_err err = {0};
    if (wn_store_open(folder, mode, &store, &err) != WN_OK)
        fail_msg("cannot open: %s", err.text);
    return store;
}

#define assert_good(call)                                                                          \
    do {                                                                                           \
        struct wn_err err = {0};                                                                   \
        if ((call) != WN_OK)                                                                       \
            fail_msg("%s: %s", #call, err.text);                                                   \
    } while (0)

// The database as SQLite sees it, past winnow.
static inline sqlite3 *open_raw(const char *folder) {
    sqlite3 *db;
    char *file = wn_format("%s/winnow.db", folder);
    assert_int_equal(sqlite3_open(file, &db), SQLITE_OK);
    free(file);
    return db;
}

// First column of the first row, as text; the caller frees.
static inline char *ask_raw(const char *folder, const char *sql) {
    sqlite3 *db = open_raw(folder);
    sqlite3_stmt *s;
    char *answer = NULL;
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &s, NULL), SQLITE_OK);
    if (sqlite3_step(s) == SQLITE_ROW && sqlite3_column_text(s, 0))
        answer = wn_strdup((const char *)sqlite3_column_text(s, 0));
    sqlite3_finalize(s);
    sqlite3_close(db);
    return answer;
}

static inline void assert_answer(const char *folder, const char *sql, const char *expected) {
    char *answer = ask_raw(folder, sql);
    assert_non_null(answer);
    assert_string_equal(answer, expected);
    free(answer);
}

static inline int64_t add_sweep(struct wn_store *store, const char *name) {
    struct wn_sweep_row row = {.name = wn_strdup(name),
                               .state = WN_SWEEP_RUNNING,
                               .method = wn_strdup("random"),
                               .spec = wn_strdup("method: random\n"),
                               .spec_hash = INT64_MIN,
                               .seed = 7,
                               .parallel = 2,
                               .repeats = 1,
                               .objective = wn_strdup("loss"),
                               .cwd = wn_strdup("/somewhere"),
                               .user = wn_strdup("me"),
                               .host = wn_strdup("here"),
                               .version = wn_strdup("1.2.3"),
                               .git_commit = wn_strdup("abcdef"),
                               .git_dirty = true,
                               .created = 1.5};
    assert_good(wn_store_add_sweep(store, &row, &err));
    int64_t id = row.id;
    wn_sweep_row_clear(&row);
    return id;
}

static inline struct wn_trial_row made_trial(int64_t sweep, int64_t number,
                                             enum wn_trial_state state) {
    return (struct wn_trial_row){.sweep = sweep,
                                 .number = number,
                                 .state = state,
                                 .params = (char[]){"{}"},
                                 .objective = NAN,
                                 .mean = NAN,
                                 .se = NAN};
}

static inline void put_trial(struct wn_store *store, int64_t sweep, int64_t number,
                             enum wn_trial_state state, double score) {
    struct wn_trial_row row = made_trial(sweep, number, state);
    row.params = wn_strdup("{}");
    row.objective = row.mean = score;
    assert_good(wn_store_put_trial(store, &row, score, &err));
    free(row.params);
}

#define STORE_TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

#endif
