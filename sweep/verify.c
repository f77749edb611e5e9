// SPDX-License-Identifier: GPL-3.0-or-later
// The trials are read once, in order; configurations are known by their hashes. What was never
// begun is found by walking the grid, or told by the number of configurations.
#include "sweep/verify.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "sweep/outcome.h"
#include "sweep/searcher.h"

struct proof {
    struct wn_store *store;
    const struct wn_sweep_row *sweep;
    const struct wn_spec *spec;
    struct wn_verify *verify;
    struct wn_seen *begun; // hashes of configurations that have a trial
    int64_t next;          // the trial number that comes next where none is left out
    int64_t skipped;       // configurations without any row among those that have one
    int64_t enqueued;      // of those begun, how many a person put in
    bool repeated;         // the configuration at hand was begun before
};

__attribute__((format(printf, 2, 3))) static void name_fault(struct proof *proof,
                                                             const char *format, ...) {
    struct wn_verify *verify = proof->verify;
    if (verify->named == WN_VERIFY_NAMED)
        return;
    struct wn_str text = {0};
    va_list args;
    va_start(args, format);
    wn_str_vaddf(&text, format, args);
    va_end(args);
    verify->faults[verify->named++] = wn_str_take(&text);
}

// ---- what was begun -----------------------------------------------------------------------------

// Configurations that are left out whole count among those that were never begun. A race owes no
// repeat but those that it began.
static void miss_rows_before(struct proof *proof, int64_t number) {
    int64_t repeats = proof->spec->repeats;
    if (proof->spec->race.on && number % repeats == 0)
        proof->next = number;
    while (proof->next < number) {
        if (proof->next % repeats == 0 && proof->next + repeats <= number) {
            proof->skipped++;
            proof->next += repeats;
            continue;
        }
        proof->verify->missing++;
        name_fault(proof, "trial %lld has no row", (long long)proof->next++);
    }
}

static bool check_trial(void *context, const struct wn_trial_row *row) {
    struct proof *proof = context;
    struct wn_verify *verify = proof->verify;
    bool accepted = wn_outcome_is_accepted(row->state, row->killed_by);
    miss_rows_before(proof, row->number);
    proof->next = row->number + 1;
    if (row->repeat == 0) {
        proof->repeated = !wn_seen_add(proof->begun, (uint64_t)row->params_hash);
        proof->enqueued += row->enqueued_by != NULL;
    }
    if (proof->repeated) {
        verify->duplicate += accepted;
        name_fault(proof, "trial %lld has the parameters of an earlier one: %s",
                   (long long)row->number, row->params);
    } else if (accepted) {
        verify->accepted++;
    } else {
        verify->missing++;
        name_fault(proof, "trial %lld has no result: it is %s%s%s", (long long)row->number,
                   wn_trial_state_name(row->state), row->reason ? ", " : "",
                   row->reason ? row->reason : "");
    }
    return true;
}

static enum wn_status check_trials(struct proof *proof, struct wn_err *err) {
    enum wn_status status =
        wn_store_each_trial(proof->store, proof->sweep->id, check_trial, proof, err);
    int64_t repeats = proof->spec->repeats;
    if (status == WN_OK)
        miss_rows_before(proof, (proof->next + repeats - 1) / repeats * repeats);
    return status;
}

// ---- what was not -------------------------------------------------------------------------------

// A rule of the spec may have ended the sweep before its space or its budget did.
static bool ended_early(const struct proof *proof) {
    const struct wn_spec *spec = proof->spec;
    return proof->sweep->state == WN_SWEEP_FINISHED &&
           (spec->until.has_target || spec->until.plateau || spec->max_seconds > 0 ||
            spec->race.on);
}

// Constraints make the size of a space unknown beforehand: then a finished sweep tried all.
static bool is_exhausted(const struct proof *proof) {
    const struct wn_space *space = proof->spec->space;
    return proof->sweep->state == WN_SWEEP_FINISHED &&
           (space->constraint_count || space->forbidden_count);
}

static void miss_configuration(struct proof *proof, const struct wn_config *config) {
    proof->verify->missing += proof->spec->repeats;
    struct wn_value value = wn_space_config_value(proof->spec->space, config);
    struct wn_str json = {0};
    wn_value_json(&json, &value, WN_JSON_COMPACT);
    name_fault(proof, "never begun: %s", wn_str_text(&json));
    wn_str_free(&json);
    wn_value_clear(&value);
}

static void miss_number(struct proof *proof, int64_t configurations) {
    proof->verify->missing += configurations * proof->spec->repeats;
    name_fault(proof, "%lld configurations were never begun", (long long)configurations);
}

// How many configurations the budget has left for.
static int64_t budget_left(const struct proof *proof) {
    int64_t budget = proof->spec->max_configurations;
    int64_t left = budget - ((int64_t)wn_seen_count(proof->begun) - proof->enqueued);
    return budget ? left > 0 ? left : 0 : INT64_MAX;
}

// The grid is that of the newest spec; what was begun by an older one counts against the budget.
static enum wn_status check_grid(struct proof *proof, struct wn_err *err) {
    const struct wn_spec *spec = proof->spec;
    struct wn_grid *grid;
    struct wn_diags diags = {0};
    enum wn_status status = wn_grid_new(spec->space, &grid, &diags);
    wn_diags_free(&diags);
    if (status != WN_OK)
        return wn_fail(err, status, "the stored spec has a parameter that no grid can enumerate");
    struct wn_config *config = wn_config_new(spec->space);
    int64_t left = budget_left(proof), lost = proof->skipped;
    while (left && wn_grid_next(grid, config)) {
        if (wn_seen_has(proof->begun, wn_space_hash(spec->space, config)) ||
            !wn_space_allows(spec->space, config))
            continue;
        left--;
        lost--;
        miss_configuration(proof, config);
    }
    if (lost > 0)
        miss_number(proof, lost);
    wn_config_free(config);
    wn_grid_free(grid);
    return WN_OK;
}

static void check_number(struct proof *proof) {
    int64_t repeats = proof->spec->repeats, begun = (int64_t)wn_seen_count(proof->begun);
    int64_t owed = proof->sweep->declared / repeats;
    if (!owed || ended_early(proof) || is_exhausted(proof))
        owed = begun + proof->skipped;
    if (owed <= begun)
        return;
    miss_number(proof, owed - begun);
}

static enum wn_status check_unbegun(struct proof *proof, struct wn_err *err) {
    if (strcmp(proof->spec->method, "grid") == 0 && !ended_early(proof))
        return check_grid(proof, err);
    check_number(proof);
    return WN_OK;
}

// ---- points -------------------------------------------------------------------------------------

static bool check_series(void *context, int64_t trial, const char *metric) {
    struct proof *proof = context;
    proof->verify->torn++;
    name_fault(proof, "trial %lld: %s has not the points that its summary counts", (long long)trial,
               metric);
    return true;
}

// ---- all of it ----------------------------------------------------------------------------------

enum wn_status wn_verify_run(struct wn_store *store, const struct wn_sweep_row *sweep,
                             const struct wn_spec *spec, struct wn_verify *verify,
                             struct wn_err *err) {
    *verify = (struct wn_verify){0};
    struct proof proof = {
        .store = store, .sweep = sweep, .spec = spec, .verify = verify, .begun = wn_seen_new()};
    enum wn_status status = wn_store_check(store, err);
    if (status == WN_OK)
        status = check_trials(&proof, err);
    if (status == WN_OK)
        status = check_unbegun(&proof, err);
    if (status == WN_OK)
        status = wn_store_each_torn(store, sweep->id, check_series, &proof, err);
    verify->declared = verify->accepted + verify->missing;
    wn_seen_free(proof.begun);
    return status;
}

bool wn_verify_good(const struct wn_verify *verify) {
    return !verify->missing && !verify->duplicate && !verify->torn;
}

void wn_verify_clear(struct wn_verify *verify) {
    for (size_t i = 0; i < verify->named; i++)
        free(verify->faults[i]);
    *verify = (struct wn_verify){0};
}
