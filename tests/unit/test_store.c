// SPDX-License-Identifier: GPL-3.0-or-later
// The store as a whole: what it refuses to open, how it is made and brought up to date, sweeps,
// transactions, and that its queries are answered by indexes.
#include "tests/unit/make_store.h"

#include <sys/wait.h>

enum { NOBODY = 65534 };

static void assert_refused(const char *folder, enum wn_store_mode mode, enum wn_status status,
                           const char *part) {
    struct wn_store *store = NULL;
    struct wn_err err = {0};
    assert_int_equal(wn_store_open(folder, mode, &store, &err), status);
    assert_null(store);
    if (!strstr(err.text, part))
        fail_msg("\"%s\" does not say \"%s\"", err.text, part);
}

static void run_raw(const char *folder, const char *sql) {
    sqlite3 *db = open_raw(folder);
    char *message = NULL;
    if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK)
        fail_msg("%s: %s", sql, message);
    sqlite3_close(db);
}

static void write_file(const char *folder, const char *name, const char *text) {
    char *path = wn_format("%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    free(path);
}

// ---- opening ------------------------------------------------------------------------------------

static void a_store_is_made_once_and_in_wal_mode(void **state) {
    wn_store_close(open_store(*state, WN_STORE_CREATE));
    assert_answer(*state, "PRAGMA journal_mode", "wal");
    assert_answer(*state, "PRAGMA user_version", "1");
    struct wn_store *store = open_store(*state, WN_STORE_CREATE);
    add_sweep(store, "kept");
    wn_store_close(store);
    wn_store_close(open_store(*state, WN_STORE_CREATE));
    assert_answer(*state, "SELECT name FROM sweep", "kept");
}

static void a_store_that_is_not_there_is_only_made_on_demand(void **state) {
    assert_refused(*state, WN_STORE_READ, WN_BAD_INPUT, "winnow run makes one");
    assert_refused(*state, WN_STORE_WRITE, WN_BAD_INPUT, "winnow run makes one");
}

static void an_empty_file_becomes_a_store_whoever_opens_it(void **state) {
    for (int mode = WN_STORE_READ; mode <= WN_STORE_CREATE; mode++) {
        write_file(*state, "winnow.db", "");
        wn_store_close(open_store(*state, (enum wn_store_mode)mode));
        assert_answer(*state, "SELECT count(*) FROM sweep", "0");
    }
}

static void a_store_of_a_newer_winnow_is_refused(void **state) {
    wn_store_close(open_store(*state, WN_STORE_CREATE));
    run_raw(*state, "PRAGMA user_version = 99");
    for (int mode = WN_STORE_READ; mode <= WN_STORE_CREATE; mode++)
        assert_refused(*state, (enum wn_store_mode)mode, WN_BAD_INPUT,
                       "written by a newer winnow (version 99 of the store; this one knows 1)");
    assert_answer(*state, "PRAGMA user_version", "99");
}

static void a_foreign_database_is_refused_and_left_alone(void **state) {
    run_raw(*state, "CREATE TABLE theirs (x)");
    for (int mode = WN_STORE_READ; mode <= WN_STORE_CREATE; mode++)
        assert_refused(*state, (enum wn_store_mode)mode, WN_BAD_INPUT, "of another program");
    assert_answer(*state, "SELECT group_concat(name) FROM sqlite_schema", "theirs");
}

static void what_is_no_database_is_refused_with_advice(void **state) {
    write_file(*state, "winnow.db",
               "this is no database, whatever its name may say: a text file\n");
    for (int mode = WN_STORE_READ; mode <= WN_STORE_CREATE; mode++)
        assert_refused(*state, (enum wn_store_mode)mode, WN_ENVIRONMENT, "move it away");
}

static void a_folder_in_place_of_the_database_is_refused(void **state) {
    char *path = wn_format("%s/winnow.db", (char *)*state);
    assert_int_equal(mkdir(path, 0755), 0);
    free(path);
    assert_refused(*state, WN_STORE_CREATE, WN_ENVIRONMENT, "cannot be opened");
}

// Runs `check` in a process that permissions hold for, also where root runs the tests.
static void as_nobody(void (*check)(const char *folder), const char *folder) {
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        if (geteuid() == 0 && (setgid(NOBODY) != 0 || setuid(NOBODY) != 0))
            _exit(9);
        check(folder);
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

static void read_but_not_write(const char *folder) {
    struct wn_store *store = NULL;
    struct wn_err err = {0};
    struct wn_sweep_row row;
    if (wn_store_open(folder, WN_STORE_READ, &store, &err) != WN_OK ||
        wn_store_find_sweep(store, "kept", &row, &err) != WN_OK)
        _exit(1);
    wn_sweep_row_clear(&row);
    wn_store_close(store);
    if (wn_store_open(folder, WN_STORE_WRITE, &store, &err) == WN_OK &&
        wn_store_begin(store, &err) == WN_OK)
        _exit(2);
    _exit(strstr(err.text, "cannot be written") || strstr(err.text, "cannot be opened") ? 0 : 3);
}

static void a_folder_that_cannot_be_written_can_be_read(void **state) {
    struct wn_store *store = open_store(*state, WN_STORE_CREATE);
    add_sweep(store, "kept");
    wn_store_close(store);
    chmod(*state, 0555);
    as_nobody(read_but_not_write, *state);
    chmod(*state, 0755);
}

static void refuse_half_a_store(const char *folder) {
    struct wn_store *store = NULL;
    struct wn_err err = {0};
    if (wn_store_open(folder, WN_STORE_READ, &store, &err) == WN_OK)
        _exit(1);
    _exit(strstr(err.text, "its last changes are in") ? 0 : 2);
}

// As after copying a folder while a runner was at work, to where nothing may be written.
static void a_log_that_cannot_be_read_is_not_passed_over(void **state) {
    wn_store_close(open_store(*state, WN_STORE_CREATE));
    write_file(*state, "winnow.db-wal", "changes that only the log has");
    chmod(*state, 0555);
    as_nobody(refuse_half_a_store, *state);
    chmod(*state, 0755);
}

// ---- made by many at once -----------------------------------------------------------------------

static void open_when_told(const char *folder, int start) {
    char byte;
    struct wn_store *store;
    struct wn_err err = {0};
    if (read(start, &byte, 1) != 0 ||
        wn_store_open(folder, WN_STORE_CREATE, &store, &err) != WN_OK) {
        fprintf(stderr, "%s\n", err.text);
        _exit(1);
    }
    wn_store_close(store);
    _exit(0);
}

static void many_may_make_the_same_store_at_once(void **state) {
    enum { ROUNDS = 10, PROCESSES = 6 };
    for (int round = 0; round < ROUNDS; round++) {
        char *folder = wn_format("%s/%d", (char *)*state, round);
        int start[2];
        assert_int_equal(pipe(start), 0);
        for (int i = 0; i < PROCESSES; i++)
            if (fork() == 0) {
                close(start[1]);
                open_when_told(folder, start[0]);
            }
        close(start[1]); // the end of file is the signal
        close(start[0]);
        for (int i = 0, status; i < PROCESSES; i++) {
            assert_true(wait(&status) > 0);
            assert_int_equal(status, 0);
        }
        free(folder);
    }
}

// ---- sweeps -------------------------------------------------------------------------------------

static void a_sweep_comes_back_as_it_was_put(void **state) {
    struct wn_store *store = open_store(*state, WN_STORE_CREATE);
    add_sweep(store, "one");
    struct wn_sweep_row row;
    assert_good(wn_store_find_sweep(store, "one", &row, &err));
    assert_int_equal(row.id, 1);
    assert_int_equal(row.state, WN_SWEEP_RUNNING);
    assert_true(row.spec_hash == INT64_MIN);
    assert_string_equal(row.spec, "method: random\n");
    assert_string_equal(row.user, "me");
    assert_string_equal(row.host, "here");
    assert_string_equal(row.cwd, "/somewhere");
    assert_string_equal(row.version, "1.2.3");
    assert_string_equal(row.git_commit, "abcdef");
    assert_true(row.git_dirty);
    assert_null(row.spec_file);
    assert_false(row.has_best);
    assert_true(row.created == 1.5 && row.started == 0 && row.ended == 0);
    wn_sweep_row_clear(&row);
    wn_store_close(store);
}

static void a_name_that_is_taken_gets_a_number(void **state) {
    struct wn_store *store = open_store(*state, WN_STORE_CREATE);
    for (int i = 0; i < 3; i++)
        add_sweep(store, "s");
    wn_store_close(store);
    assert_answer(*state,
                  "SELECT group_concat(name, ' ') FROM (SELECT name FROM sweep ORDER BY id)",
                  "s s-2 s-3");
}

static void assert_found(struct wn_store *store, const char *which, const char *name) {
    struct wn_sweep_row row;
    struct wn_err err = {0};
    assert_int_equal(wn_store_find_sweep(store, which, &row, &err), WN_OK);
    assert_string_equal(row.name, name);
    wn_sweep_row_clear(&row);
}

static void assert_not_found(struct wn_store *store, const char *which, const char *part) {
    struct wn_sweep_row row;
    struct wn_err err = {0};
    assert_int_equal(wn_store_find_sweep(store, which, &row, &err), WN_BAD_INPUT);
    if (!strstr(err.text, part))
        fail_msg("\"%s\" does not say \"%s\"", err.text, part);
}

static void a_sweep_is_found_by_name_id_or_prefix(void **state) {
    struct wn_store *store = open_store(*state, WN_STORE_CREATE);
    add_sweep(store, "forest");
    add_sweep(store, "svm-a");
    add_sweep(store, "svm-b");
    add_sweep(store, "1"); // a name goes before an id
    assert_found(store, "forest", "forest");
    assert_found(store, "f", "forest");
    assert_found(store, "2", "svm-a");
    assert_found(store, "1", "1");
    assert_found(store, "svm-b", "svm-b");
    assert_not_found(store, "svm", "svm may be any of svm-a, svm-b");
    assert_not_found(store, "svm-c", "did you mean svm-");
    assert_not_found(store, "xyzzy", "winnow ls lists them");
    assert_not_found(store, "99", "there is no sweep 99");
    assert_not_found(store, "%", "there is no sweep %");
    assert_not_found(store, "s'; DROP TABLE sweep; --", "there is no sweep s'");
    wn_store_close(store);
}

static void states_keep_the_times_of_beginning_and_end(void **state) {
    struct wn_store *store = open_store(*state, WN_STORE_CREATE);
    int64_t id = add_sweep(store, "s");
    struct wn_sweep_row row;
    assert_good(wn_store_set_sweep_state(store, id, WN_SWEEP_RUNNING, NULL, 10, &err));
    assert_good(wn_store_set_sweep_state(store, id, WN_SWEEP_STOPPED, "drained", 20, &err));
    assert_good(wn_store_add_active(store, id, 10, &err));
    assert_good(wn_store_get_sweep(store, id, &row, &err));
    assert_true(row.started == 10 && row.ended == 20 && row.active == 10);
    assert_string_equal(row.reason, "drained");
    wn_sweep_row_clear(&row);
    assert_good(wn_store_set_sweep_state(store, id, WN_SWEEP_RUNNING, NULL, 30, &err));
    assert_good(wn_store_get_sweep(store, id, &row, &err));
    assert_true(row.started == 10 && row.ended == 0);
    assert_null(row.reason);
    wn_sweep_row_clear(&row);
    wn_store_close(store);
}

// Its folder may still be there, with exit records that are not the new sweep's.
static void the_id_of_a_removed_sweep_is_never_given_again(void **state) {
    struct wn_store *store = open_store(*state, WN_STORE_CREATE);
    add_sweep(store, "a");
    int64_t last = add_sweep(store, "b");
    put_trial(store, last, 0, WN_TRIAL_FINISHED, 1);
    assert_good(wn_store_remove_sweep(store, last, &err));
    assert_true(add_sweep(store, "c") > last);
    wn_store_close(store);
    assert_answer(*state, "SELECT count(*) FROM trial", "0");
    assert_answer(*state, "SELECT count(*) FROM sweep_count", "0");
}

// ---- transactions -------------------------------------------------------------------------------

static void a_reader_sees_that_another_wrote(void **state) {
    struct wn_store *writer = open_store(*state, WN_STORE_CREATE);
    int64_t sweep = add_sweep(writer, "s");
    struct wn_store *reader = open_store(*state, WN_STORE_READ);
    assert_false(wn_store_changed(reader));
    put_trial(writer, sweep, 0, WN_TRIAL_RUNNING, NAN);
    assert_true(wn_store_changed(reader));
    assert_false(wn_store_changed(reader));
    wn_store_close(reader);
    wn_store_close(writer);
}

static bool count_trial(void *context, const struct wn_trial_row *row) {
    (void)row;
    ++*(int *)context;
    return true;
}

static void a_snapshot_stays_and_holds_no_writer_up(void **state) {
    struct wn_store *writer = open_store(*state, WN_STORE_CREATE);
    int64_t sweep = add_sweep(writer, "s");
    struct wn_store *reader = open_store(*state, WN_STORE_READ);
    int trials = 0;
    assert_good(wn_store_begin_read(reader, &err));
    assert_good(wn_store_each_trial(reader, sweep, count_trial, &trials, &err));
    put_trial(writer, sweep, 0, WN_TRIAL_RUNNING, NAN);
    assert_good(wn_store_each_trial(reader, sweep, count_trial, &trials, &err));
    assert_int_equal(trials, 0);
    assert_good(wn_store_begin_read(reader, &err)); // one within another
    wn_store_rollback(reader);
    assert_good(wn_store_each_trial(reader, sweep, count_trial, &trials, &err));
    assert_int_equal(trials, 0);
    assert_good(wn_store_commit(reader, &err));
    assert_good(wn_store_each_trial(reader, sweep, count_trial, &trials, &err));
    assert_int_equal(trials, 1);
    wn_store_close(reader);
    wn_store_close(writer);
}

static void a_rollback_leaves_nothing(void **state) {
    struct wn_store *store = open_store(*state, WN_STORE_CREATE);
    assert_good(wn_store_begin(store, &err));
    add_sweep(store, "s");
    wn_store_rollback(store);
    assert_good(wn_store_begin(store, &err));
    add_sweep(store, "t");
    assert_good(wn_store_commit(store, &err));
    wn_store_close(store);
    assert_answer(*state, "SELECT group_concat(name) FROM sweep", "t");
}

// ---- query plans --------------------------------------------------------------------------------

static char *plan_of(const char *folder, const char *sql) {
    sqlite3 *db = open_raw(folder);
    sqlite3_stmt *s;
    struct wn_str text = {0};
    char *explain = wn_format("EXPLAIN QUERY PLAN %s", sql);
    assert_int_equal(sqlite3_prepare_v2(db, explain, -1, &s, NULL), SQLITE_OK);
    while (sqlite3_step(s) == SQLITE_ROW)
        wn_str_addf(&text, "%s\n", (const char *)sqlite3_column_text(s, 3));
    sqlite3_finalize(s);
    sqlite3_close(db);
    free(explain);
    return wn_str_take(&text);
}

// Every statement finds its trials and points by a key: no table of which there may be 100,000 rows
// is walked, and no such result is sorted.
static void big_tables_are_read_by_a_key(void **state) {
    static const struct {
        const char *name, *sql;
    } statements[] = {
#define X(id, sql) {#id, sql},
#include "core/store/statements.def"
#undef X
    };
    wn_store_close(open_store(*state, WN_STORE_CREATE));
    for (size_t i = 0; i < sizeof statements / sizeof *statements; i++) {
        char *plan = plan_of(*state, statements[i].sql);
        const char *sql = statements[i].sql;
        bool small = strstr(sql, "FROM sweep ") || strstr(sql, "FROM metric WHERE sweep") ||
                     strstr(sql, "DELETE FROM request") || strstr(sql, "FROM pragma_") ||
                     strstr(sql, "FROM request WHERE sweep = ?1 AND verb"); // once per resume
        if (!small && (strstr(plan, "SCAN ") || strstr(plan, "USE TEMP B-TREE FOR ORDER BY")))
            fail_msg("%s: %s", statements[i].name, plan);
        free(plan);
    }
}

static void the_leaderboard_is_an_index(void **state) {
    wn_store_close(open_store(*state, WN_STORE_CREATE));
    char *plan = plan_of(*state, "SELECT * FROM trial WHERE id >> 32 = 1 AND score IS NOT NULL "
                                 "ORDER BY score, id LIMIT 50");
    assert_string_equal(plan, "SEARCH trial USING INDEX trial_score (<expr>=? AND score>?)\n");
    free(plan);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        STORE_TEST(a_store_is_made_once_and_in_wal_mode),
        STORE_TEST(a_store_that_is_not_there_is_only_made_on_demand),
        STORE_TEST(an_empty_file_becomes_a_store_whoever_opens_it),
        STORE_TEST(a_store_of_a_newer_winnow_is_refused),
        STORE_TEST(a_foreign_database_is_refused_and_left_alone),
        STORE_TEST(what_is_no_database_is_refused_with_advice),
        STORE_TEST(a_folder_in_place_of_the_database_is_refused),
        STORE_TEST(a_folder_that_cannot_be_written_can_be_read),
        STORE_TEST(a_log_that_cannot_be_read_is_not_passed_over),
        STORE_TEST(many_may_make_the_same_store_at_once),
        STORE_TEST(a_sweep_comes_back_as_it_was_put),
        STORE_TEST(a_name_that_is_taken_gets_a_number),
        STORE_TEST(a_sweep_is_found_by_name_id_or_prefix),
        STORE_TEST(states_keep_the_times_of_beginning_and_end),
        STORE_TEST(the_id_of_a_removed_sweep_is_never_given_again),
        STORE_TEST(a_reader_sees_that_another_wrote),
        STORE_TEST(a_snapshot_stays_and_holds_no_writer_up),
        STORE_TEST(a_rollback_leaves_nothing),
        STORE_TEST(big_tables_are_read_by_a_key),
        STORE_TEST(the_leaderboard_is_an_index),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
