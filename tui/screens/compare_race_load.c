// SPDX-License-Identifier: GPL-3.0-or-later
// A race as the screen shows it: its arms by what tells them apart, and the difference of two of
// them after each round as a chart.
#include <math.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/compare/params.h"
#include "core/race_chart.h"
#include "sweep/standing.h"
#include "tui/screens/compare_private.h"

void wn_compare_race_free(struct wn_compare_race *race) {
    if (!race)
        return;
    for (int i = 0; i < race->record.count; i++)
        free(race->params[i]);
    wn_race_record_clear(&race->record);
    wn_chart_clear(&race->chart);
    free(race->name);
    free(race->state);
    free(race->examined);
    free(race->metric);
    free(race);
}

// ---- what tells the arms apart ------------------------------------------------------------------

static void add_params(struct wn_param_table *table, const char *json) {
    struct wn_value params = {0};
    if (wn_value_parse_json(json, &params, NULL) == WN_OK)
        wn_param_table_add(table, &params, NULL, 0);
    wn_value_clear(&params);
}

static char *told_apart(const struct wn_param_table *all, const char *json) {
    struct wn_param_table own = {0};
    struct wn_str text = {0};
    add_params(&own, json);
    for (size_t i = 0; i < own.count; i++) {
        const struct wn_param_values *param = wn_param_table_find(all, own.items[i].name);
        if (param && wn_param_is_constant(all, param))
            continue;
        wn_str_addf(&text, "%s%s ", text.length ? "  " : "", own.items[i].name);
        wn_param_values_text(&own.items[i], &text);
    }
    wn_param_table_free(&own);
    return wn_str_take(&text);
}

static void tell_params(struct wn_compare_race *race) {
    struct wn_param_table all = {0};
    for (int i = 0; i < race->record.count; i++)
        add_params(&all, race->record.entries[i].params);
    for (int i = 0; i < race->record.count; i++)
        race->params[i] = told_apart(&all, race->record.entries[i].params);
    wn_param_table_free(&all);
}

// ---- the sweep that it examines -----------------------------------------------------------------

// Arms before `known` were found. It takes reading all trials of that sweep.
static enum wn_status find_examined(struct wn_store *store, const struct wn_sweep_row *row,
                                    int known, struct wn_compare_race *race, struct wn_err *err) {
    struct wn_sweep_row examined = {0};
    enum wn_status status =
        row->examines ? wn_store_get_sweep(store, row->examines, &examined, err) : WN_NO;
    if (status != WN_OK)
        return status == WN_NO ? WN_OK : status; // it was removed, or there never was one
    race->examined = wn_strdup(examined.name);
    for (int i = known; i < race->record.count && status == WN_OK; i++)
        status = wn_store_find_configuration(
            store, examined.id, race->record.entries[i].params_hash, &race->of_trial[i], err);
    wn_sweep_row_clear(&examined);
    return status;
}

enum wn_status wn_compare_race_load(struct wn_store *store, const struct wn_sweep_row *row,
                                    const struct wn_spec *spec, struct wn_compare_query *query,
                                    struct wn_err *err) {
    struct wn_compare_race *made = wn_calloc(1, sizeof *made);
    int known = query->known_race == row->id ? query->known_arms : 0;
    made->sweep = row->id;
    made->name = wn_strdup(row->name);
    made->state = wn_strdup(wn_sweep_shown_state(store, row));
    bool on = row->state == WN_SWEEP_RUNNING || row->state == WN_SWEEP_PAUSED;
    made->alive = on && wn_sweep_alive(store, row->id);
    made->metric = wn_strdup(row->objective);
    made->looks[0] = made->looks[1] = -1;
    made->latest = made->half_width = NAN;
    for (int i = 0; i < WN_RACE_MOST_ARMS; i++)
        made->of_trial[i] = i < known ? query->known_trials[i] : -1;
    enum wn_status status = wn_race_read(store, row->id, spec, &made->record, err);
    if (status == WN_OK)
        status = find_examined(store, row, known, made, err);
    if (status != WN_OK) {
        wn_compare_race_free(made);
        return status;
    }
    tell_params(made);
    query->race = made;
    return WN_OK;
}

// ---- what is looked at --------------------------------------------------------------------------

// Of two the second against the first, of more the one that is looked at against the leader.
static void choose(struct wn_compare_race *race, int arm) {
    const struct wn_race *runs = race->record.race;
    int leader = wn_race_leader(runs);
    if (race->record.count == 2) {
        race->looks[0] = 0;
        race->looks[1] = 1;
        return;
    }
    int other = arm >= 0 && arm != leader ? arm : wn_race_rival(runs);
    race->looks[0] = other >= 0 ? leader : -1;
    race->looks[1] = leader >= 0 ? other : -1;
}

void wn_compare_race_look(struct wn_compare_race *race, int arm, size_t columns) {
    const struct wn_race *runs = race->record.race;
    if (!runs || race->record.count < 2)
        return;
    choose(race, arm);
    if (race->looks[0] < 0)
        return;
    int64_t rounds = wn_race_rounds(runs);
    struct wn_race_look *path = wn_calloc((size_t)rounds + 1, sizeof *path);
    size_t count = wn_race_path(runs, race->looks[0], race->looks[1], path);
    if (count) {
        race->latest = path[count - 1].mean;
        race->half_width = path[count - 1].half_width;
    }
    if (columns && count >= WN_COMPARE_LEAST_ROUNDS)
        wn_race_chart(path, count, columns, &race->chart);
    free(path);
}
