// SPDX-License-Identifier: GPL-3.0-or-later
// Trials out of a database of Optuna (RDBStorage on SQLite, versions 2 and 3). It is opened to be
// read only. A categorical value is stored as its place among the choices, which are JSON beside
// it.
#include <math.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "sweep/import.h"

struct optuna {
    sqlite3 *db;
    const char *path;
    struct wn_import *import;
    const struct wn_import_setup *setup;
    int64_t study;
    struct wn_err *err;
};

static enum wn_status fail(const struct optuna *optuna) {
    return wn_fail(optuna->err, WN_BAD_INPUT, "%s is no database of Optuna that can be read: %s",
                   optuna->path, sqlite3_errmsg(optuna->db));
}

// The caller finalizes it; NULL: it failed.
static sqlite3_stmt *prepare(const struct optuna *optuna, const char *sql, int64_t id) {
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(optuna->db, sql, -1, &statement, NULL) != SQLITE_OK)
        fail(optuna);
    else
        sqlite3_bind_int64(statement, 1, id);
    return statement;
}

// ---- the study ----------------------------------------------------------------------------------

static enum wn_status choose_study(struct optuna *optuna, const char *wanted) {
    sqlite3_stmt *s = prepare(optuna, "SELECT study_id, study_name FROM studies ORDER BY 1", 0);
    struct wn_str names = {0};
    int found = 0;
    if (!s)
        return WN_BAD_INPUT;
    while (sqlite3_step(s) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(s, 1);
        wn_str_addf(&names, "%s%s", names.length ? ", " : "", name ? name : "");
        if (wanted && (!name || strcmp(wanted, name) != 0))
            continue;
        optuna->study = sqlite3_column_int64(s, 0);
        found++;
    }
    sqlite3_finalize(s);
    enum wn_status status = WN_OK;
    if (found != 1)
        status = wn_fail(optuna->err, WN_BAD_INPUT, "%s has %s; name one with --study: %s",
                         optuna->path, found ? "several studies" : "no such study",
                         names.length ? names.text : "but there is none");
    wn_str_free(&names);
    return status;
}

static enum wn_status check_direction(struct optuna *optuna) {
    sqlite3_stmt *s =
        prepare(optuna, "SELECT count(*), max(direction) FROM study_directions WHERE study_id = ?1",
                optuna->study);
    if (!s)
        return WN_BAD_INPUT;
    int64_t count = 0;
    bool maximize = false;
    if (sqlite3_step(s) == SQLITE_ROW) {
        const char *direction = (const char *)sqlite3_column_text(s, 1);
        count = sqlite3_column_int64(s, 0);
        maximize = direction && strcmp(direction, "MAXIMIZE") == 0;
    }
    sqlite3_finalize(s);
    if (count > 1)
        return wn_fail(optuna->err, WN_BAD_INPUT,
                       "the study has %lld objectives: only one can be imported", (long long)count);
    if (maximize != optuna->setup->spec->objectives->maximize)
        return wn_fail(optuna->err, WN_BAD_INPUT, "the study %s its objective, the sweep %s it",
                       maximize ? "maximizes" : "minimizes", maximize ? "minimizes" : "maximizes");
    return WN_OK;
}

// ---- trials -------------------------------------------------------------------------------------

static struct wn_value choice_at(const struct wn_value *distribution, double place) {
    const struct wn_value *attributes = wn_value_get(distribution, "attributes");
    const struct wn_value *choices = wn_value_get(attributes, "choices");
    if (!choices || choices->type != WN_LIST || !(place >= 0) ||
        place >= (double)choices->list.count)
        return wn_value_float(place);
    return wn_value_copy(&choices->list.items[(size_t)place]);
}

static struct wn_value read_value(const char *json, double stored) {
    struct wn_value distribution = {0}, value = wn_value_float(stored);
    if (!json || wn_value_parse_json(json, &distribution, NULL) != WN_OK)
        return value;
    const struct wn_value *name = wn_value_get(&distribution, "name");
    const char *kind = name && name->type == WN_STRING ? name->string.text : "";
    if (strcmp(kind, "CategoricalDistribution") == 0)
        value = choice_at(&distribution, stored);
    else if (wn_starts_with(kind, "Int") && fabs(stored) < 0x1p53)
        value = wn_value_int((int64_t)stored);
    wn_value_clear(&distribution);
    return value;
}

static enum wn_status read_params(struct optuna *optuna, int64_t trial, struct wn_found *found) {
    sqlite3_stmt *s = prepare(optuna,
                              "SELECT param_name, param_value, distribution_json FROM trial_params "
                              "WHERE trial_id = ?1 ORDER BY param_id",
                              trial);
    if (!s)
        return WN_BAD_INPUT;
    while (sqlite3_step(s) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(s, 0);
        if (name)
            wn_value_put(
                &found->params, name,
                read_value((const char *)sqlite3_column_text(s, 2), sqlite3_column_double(s, 1)));
    }
    sqlite3_finalize(s);
    return WN_OK;
}

static enum wn_trial_state state_of(const char *text) {
    static const struct {
        const char *name;
        enum wn_trial_state state;
    } states[] = {{"COMPLETE", WN_TRIAL_FINISHED},
                  {"PRUNED", WN_TRIAL_STOPPED},
                  {"FAIL", WN_TRIAL_FAILED},
                  {"RUNNING", WN_TRIAL_RUNNING}};
    for (size_t i = 0; text && i < sizeof states / sizeof *states; i++)
        if (strcmp(states[i].name, text) == 0)
            return states[i].state;
    return WN_TRIAL_QUEUED;
}

// A pruned trial that reported nothing has no result.
static void judge(struct wn_found *found) {
    if (wn_trial_counts(found->state) && !isfinite(found->objective))
        found->state = found->has_objective ? WN_TRIAL_NAN : WN_TRIAL_FAILED;
    if (!wn_trial_counts(found->state))
        found->objective = NAN;
}

// Moments are local time without a zone there. A pruned trial has its last intermediate value.
static enum wn_status read_trials(struct optuna *optuna) {
    static const char sql[] =
        "SELECT t.trial_id, t.number, t.state, "
        "coalesce(strftime('%s', t.datetime_start, 'utc'), 0), "
        "coalesce(strftime('%s', t.datetime_complete, 'utc'), 0), "
        "coalesce((SELECT value FROM trial_values AS v WHERE v.trial_id = t.trial_id LIMIT 1), "
        "(SELECT intermediate_value FROM trial_intermediate_values AS i "
        "WHERE i.trial_id = t.trial_id ORDER BY step DESC LIMIT 1)) "
        "FROM trials AS t WHERE t.study_id = ?1 ORDER BY t.number";
    sqlite3_stmt *s = prepare(optuna, sql, optuna->study);
    enum wn_status status = s ? WN_OK : WN_BAD_INPUT;
    while (status == WN_OK && sqlite3_step(s) == SQLITE_ROW) {
        bool told = sqlite3_column_type(s, 5) != SQLITE_NULL;
        struct wn_found found = {.number = sqlite3_column_int64(s, 1),
                                 .repeat = -1,
                                 .params = {.type = WN_MAP},
                                 .has_state = true,
                                 .state = state_of((const char *)sqlite3_column_text(s, 2)),
                                 .has_objective = told,
                                 .objective = told ? sqlite3_column_double(s, 5) : NAN,
                                 .se = NAN,
                                 .started = sqlite3_column_double(s, 3),
                                 .ended = sqlite3_column_double(s, 4)};
        const char *name = optuna->setup->spec->objectives->name;
        found.line = (int)found.number;
        status = read_params(optuna, sqlite3_column_int64(s, 0), &found);
        judge(&found);
        const double value = found.objective;
        found.names = &name;
        found.values = &value;
        found.metric_count = 1;
        wn_import_take(optuna->import, &found);
    }
    sqlite3_finalize(s);
    return status;
}

enum wn_status wn_import_optuna(struct wn_import *import, const struct wn_import_setup *setup,
                                const char *path, const char *study, struct wn_err *err) {
    struct optuna optuna = {.path = path, .import = import, .setup = setup, .err = err};
    enum wn_status status = WN_OK;
    if (sqlite3_open_v2(path, &optuna.db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK)
        status = fail(&optuna);
    if (status == WN_OK)
        status = choose_study(&optuna, study);
    if (status == WN_OK)
        status = check_direction(&optuna);
    if (status == WN_OK)
        status = read_trials(&optuna);
    sqlite3_close(optuna.db);
    return status;
}
