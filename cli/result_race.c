// SPDX-License-Identifier: GPL-3.0-or-later
// The result of a race.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/common.h"
#include "cli/result.h"
#include "cli/table.h"
#include "core/race_read.h"

struct result {
    const struct wn_sweep_row *sweep;
    struct wn_sweep_row examined; // id 0: none, or it was removed
    struct wn_race_record record;
    int64_t trials[WN_RACE_MOST_ARMS]; // of the examined sweep; -1: not known
    double before[WN_RACE_MOST_ARMS];  // their means there
};

// ---- what it was made of ------------------------------------------------------------------------

static enum wn_status look_up(struct wn_store *store, struct result *result, int arm,
                              struct wn_err *err) {
    struct wn_trial_row row = {0};
    result->trials[arm] = -1;
    result->before[arm] = NAN;
    if (!result->examined.id)
        return WN_OK;
    enum wn_status status = wn_store_find_configuration(store, result->examined.id,
                                                        result->record.entries[arm].params_hash,
                                                        &result->trials[arm], err);
    if (status == WN_OK && result->trials[arm] >= 0)
        status = wn_store_get_trial(store, result->examined.id, result->trials[arm], &row, err);
    if (status == WN_OK && result->trials[arm] >= 0)
        result->before[arm] = row.mean;
    wn_trial_row_clear(&row);
    return status;
}

static enum wn_status read_result(struct wn_store *store, const struct wn_sweep_row *sweep,
                                  const struct wn_spec *spec, struct result *result,
                                  struct wn_err *err) {
    *result = (struct result){.sweep = sweep};
    enum wn_status status = wn_race_read(store, sweep->id, spec, &result->record, err);
    if (status == WN_OK && sweep->examines) {
        status = wn_store_get_sweep(store, sweep->examines, &result->examined, err);
        status = status == WN_NO ? WN_OK : status; // it was removed
    }
    for (int i = 0; i < result->record.count && status == WN_OK; i++)
        status = look_up(store, result, i, err);
    return status;
}

static void clear_result(struct result *result) {
    wn_race_record_clear(&result->record);
    wn_sweep_row_clear(&result->examined);
}

// ---- for people ---------------------------------------------------------------------------------

static void add_fate(struct wn_table *table, const struct wn_race_record *record, int i) {
    const struct wn_race_arm *arm = wn_race_arm(record->race, i);
    enum wn_race_end end = wn_race_end(record->race);
    if (arm->failed)
        wn_table_add(table, WN_ROLE_BAD, "gave no result");
    else if (arm->beaten_by >= 0)
        wn_table_add(table, WN_ROLE_DIM, "beaten by %c after %lld", wn_race_letter(arm->beaten_by),
                     (long long)arm->rounds);
    else if (end == WN_RACE_WON)
        wn_table_add(table, WN_ROLE_GOOD, "better");
    else
        wn_table_add(table, WN_ROLE_PLAIN, "%s", end == WN_RACE_ON ? "in" : "");
}

static void print_table(const struct result *result, struct wn_output *out) {
    const struct wn_race_record *record = &result->record;
    bool examined = result->examined.id != 0;
    const struct wn_column columns[] = {{.title = ""},
                                        {.title = "TRIAL"},
                                        {.title = "RESULTS", .right = true},
                                        {.title = "MEAN", .right = true},
                                        {.title = "+-", .right = true},
                                        {.title = examined ? "BEFORE" : "", .right = true},
                                        {.title = ""},
                                        {0}};
    struct wn_table table = {.columns = columns};
    char number[32];
    for (int i = 0; i < record->count; i++) {
        const struct wn_race_entry *entry = &record->entries[i];
        wn_table_add(&table, WN_ROLE_HEAD, "%c", wn_race_letter(i));
        if (result->trials[i] >= 0)
            wn_table_add(&table, WN_ROLE_PLAIN, "%s:%lld", result->examined.name,
                         (long long)result->trials[i]);
        else
            wn_table_add(&table, WN_ROLE_PLAIN, "%s:%lld", result->sweep->name,
                         (long long)entry->trial);
        wn_table_add(&table, WN_ROLE_PLAIN, "%lld", (long long)entry->results);
        wn_table_add(&table, WN_ROLE_PLAIN, "%s",
                     isnan(entry->mean) ? "-" : wn_number_text(entry->mean, number));
        wn_table_add(&table, WN_ROLE_DIM, "%s",
                     isnan(entry->se) ? "-" : wn_number_brief(entry->se, number));
        wn_table_add(&table, WN_ROLE_DIM, "%s",
                     isnan(result->before[i]) ? "" : wn_number_text(result->before[i], number));
        add_fate(&table, record, i);
    }
    wn_table_print(&table, out);
    wn_table_free(&table);
}

static enum wn_role verdict_role(enum wn_race_end end) {
    return end == WN_RACE_WON ? WN_ROLE_GOOD : end == WN_RACE_FAILED ? WN_ROLE_BAD : WN_ROLE_WARN;
}

// What was promised, and where the closest two are told in full.
static void print_hint(const struct result *result, struct wn_output *out) {
    const struct wn_race_record *record = &result->record;
    int leader = wn_race_leader(record->race), rival = wn_race_rival(record->race);
    struct wn_str text = {0};
    wn_str_addf(&text, "by paired differences of %s, valid at every look with %g %% confidence",
                result->sweep->objective, wn_race_rules(record->race)->confidence * 100);
    if (rival >= 0)
        wn_str_addf(&text, "; more: winnow compare %s %lld %lld", result->sweep->name,
                    (long long)record->entries[leader < rival ? leader : rival].trial,
                    (long long)record->entries[leader < rival ? rival : leader].trial);
    wn_print(out, "\n");
    wn_print_folded(out, text.text, 0, 0);
    wn_print(out, "\n");
    wn_str_free(&text);
}

static void print_page(const struct result *result, struct wn_output *out) {
    const struct wn_race *race = result->record.race;
    struct wn_str text = {0};
    wn_race_tell_end(race, &text);
    wn_printf(out, "%s%s%s\n\n", wn_role(out, verdict_role(wn_race_end(race))), wn_str_text(&text),
              wn_role(out, WN_ROLE_PLAIN));
    wn_str_free(&text);
    print_table(result, out);
    print_hint(result, out);
}

// ---- JSON ---------------------------------------------------------------------------------------

static void emit_letter(struct wn_emit *emit, const char *key, int arm) {
    const char text[] = {wn_race_letter(arm), '\0'};
    wn_emit_text(emit, key, arm < 0 ? NULL : text);
}

static void emit_arm(struct wn_emit *emit, const struct result *result, int i) {
    const struct wn_race_entry *entry = &result->record.entries[i];
    const struct wn_race_arm *arm = wn_race_arm(result->record.race, i);
    wn_emit_open(emit, NULL, '{');
    emit_letter(emit, "arm", i);
    wn_emit_integer(emit, "trial", entry->trial);
    if (result->trials[i] >= 0)
        wn_emit_integer(emit, "of_trial", result->trials[i]);
    else
        wn_emit_null(emit, "of_trial");
    wn_emit_raw(emit, "params", entry->params);
    wn_emit_integer(emit, "rounds", arm->rounds);
    wn_emit_integer(emit, "results", entry->results);
    wn_emit_real(emit, "mean", entry->mean);
    wn_emit_real(emit, "se", entry->se);
    wn_emit_real(emit, "before", result->before[i]);
    wn_emit_bool(emit, "out", arm->out);
    wn_emit_bool(emit, "failed", arm->failed);
    emit_letter(emit, "beaten_by", arm->beaten_by);
    wn_emit_close(emit, '}');
}

static void emit_pair(struct wn_emit *emit, const struct wn_race *race, int a, int b) {
    struct wn_moments difference = wn_race_difference(race, a, b);
    struct wn_anytime test = wn_race_test(race, a, b);
    wn_emit_open(emit, NULL, '{');
    emit_letter(emit, "a", a);
    emit_letter(emit, "b", b);
    wn_emit_integer(emit, "pairs", (int64_t)difference.count);
    wn_emit_real(emit, "difference", difference.count ? difference.mean : NAN);
    wn_emit_real(emit, "low", difference.mean - test.half_width);
    wn_emit_real(emit, "high", difference.mean + test.half_width);
    wn_emit_real(emit, "p", test.p);
    wn_emit_close(emit, '}');
}

static void print_json(const struct result *result, struct wn_output *out) {
    const struct wn_race *race = result->record.race;
    const struct wn_race_rules *rules = wn_race_rules(race);
    struct wn_emit emit = {0};
    struct wn_str text = {0};
    wn_race_tell_end(race, &text);
    wn_emit_open(&emit, NULL, '{');
    wn_emit_text(&emit, "sweep", result->sweep->name);
    wn_emit_text(&emit, "examines", result->examined.name);
    wn_emit_text(&emit, "end", wn_race_end_name(wn_race_end(race)));
    wn_emit_text(&emit, "verdict", wn_str_text(&text));
    emit_letter(&emit, "winner", wn_race_end(race) == WN_RACE_WON ? wn_race_leader(race) : -1);
    wn_emit_text(&emit, "metric", result->sweep->objective);
    wn_emit_integer(&emit, "rounds", wn_race_rounds(race));
    wn_emit_integer(&emit, "most_rounds", rules->most);
    wn_emit_real(&emit, "confidence", rules->confidence);
    wn_emit_real(&emit, "min_effect", rules->min_effect);
    wn_emit_open(&emit, "arms", '[');
    for (int i = 0; i < result->record.count; i++)
        emit_arm(&emit, result, i);
    wn_emit_close(&emit, ']');
    wn_emit_open(&emit, "pairs", '[');
    for (int a = 0; a < result->record.count; a++)
        for (int b = a + 1; b < result->record.count; b++)
            emit_pair(&emit, race, a, b);
    wn_emit_close(&emit, ']');
    wn_emit_close(&emit, '}');
    wn_print_json(out, &emit);
    wn_str_free(&text);
}

enum wn_status wn_result_of_race(struct wn_invocation *invocation, struct wn_store *store,
                                 const struct wn_sweep_row *sweep, const struct wn_spec *spec,
                                 struct wn_err *err) {
    struct result result;
    enum wn_status status = read_result(store, sweep, spec, &result, err);
    const struct wn_race *race = result.record.race;
    if (status == WN_OK && !race)
        status = wn_fail(err, WN_NO, "no trial has begun");
    if (status == WN_OK && wn_args_has(invocation, "json"))
        print_json(&result, &invocation->out);
    else if (status == WN_OK)
        print_page(&result, &invocation->out);
    if (status == WN_OK && (wn_race_end(race) != WN_RACE_WON ||
                            (result.record.count == 2 && wn_race_leader(race) == 0)))
        status = wn_fail(err, WN_NO, "%s", "");
    clear_result(&result);
    return status;
}
