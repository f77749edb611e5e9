// SPDX-License-Identifier: GPL-3.0-or-later
// The result of a confirmation: what the best of a leaderboard are worth with seeds that did not
// choose them. The best of many noisy results is too good on average (the winner's curse); a fresh
// one is not.
#include <math.h>
#include <stdlib.h>

#include "cli/common.h"
#include "cli/result.h"
#include "cli/table.h"
#include "core/base/mem.h"
#include "core/stats/t_test.h"

struct row {
    int64_t trial; // of the examined sweep, or -1
    double before; // its mean there
    struct wn_mean now;
    int64_t trial_now; // of this sweep
    char *params;
    size_t rank; // from 1 by what it is now; 0: no result
};

struct result {
    const struct wn_sweep_row *sweep;
    struct wn_sweep_row examined; // id 0: it was removed
    struct row *rows;             // in order of what they were before: as they were chosen
    size_t count, capacity;
};

// ---- reading ------------------------------------------------------------------------------------

static bool add_trial(void *context, const struct wn_trial_row *trial) {
    struct result *result = context;
    if (trial->repeat == 0)
        *WN_PUSH(result->rows, result->count, result->capacity) = (struct row){
            .trial = trial->params_hash, // until it is looked up
            .before = NAN,
            .now = {.mean = trial->mean, .se = trial->se},
            .trial_now = trial->number,
            .params = wn_strdup(trial->params),
        };
    if (result->count && wn_trial_counts(trial->state))
        result->rows[result->count - 1].now.count++;
    return true;
}

static enum wn_status look_up(struct wn_store *store, const struct result *result, struct row *row,
                              struct wn_err *err) {
    struct wn_trial_row found = {0};
    int64_t hash = row->trial;
    row->trial = -1;
    if (!result->examined.id)
        return WN_OK;
    enum wn_status status =
        wn_store_find_configuration(store, result->examined.id, hash, &row->trial, err);
    if (status == WN_OK && row->trial >= 0)
        status = wn_store_get_trial(store, result->examined.id, row->trial, &found, err);
    if (status == WN_OK && row->trial >= 0)
        row->before = found.mean;
    wn_trial_row_clear(&found);
    return status;
}

static double gain(const struct result *result, double value) {
    return result->sweep->maximize ? value : -value;
}

static void give_ranks(struct result *result) {
    for (size_t i = 0; i < result->count; i++) {
        double mine = gain(result, result->rows[i].now.mean);
        if (isnan(mine))
            continue;
        result->rows[i].rank = 1;
        for (size_t k = 0; k < result->count; k++)
            result->rows[i].rank += gain(result, result->rows[k].now.mean) > mine;
    }
}

static enum wn_status read_result(struct wn_store *store, struct result *result,
                                  struct wn_err *err) {
    enum wn_status status = wn_store_each_trial(store, result->sweep->id, add_trial, result, err);
    if (status == WN_OK) {
        status = wn_store_get_sweep(store, result->sweep->examines, &result->examined, err);
        status = status == WN_NO ? WN_OK : status;
    }
    for (size_t i = 0; i < result->count && status == WN_OK; i++)
        status = look_up(store, result, &result->rows[i], err);
    give_ranks(result);
    return status;
}

static void clear_result(struct result *result) {
    for (size_t i = 0; i < result->count; i++)
        free(result->rows[i].params);
    free(result->rows);
    wn_sweep_row_clear(&result->examined);
}

// ---- what it comes to ---------------------------------------------------------------------------

static const struct row *at_rank(const struct result *result, size_t rank) {
    for (size_t i = 0; i < result->count; i++)
        if (result->rows[i].rank == rank)
            return &result->rows[i];
    return NULL;
}

// How much worse they are now than before, on average, in the unit of the metric; NaN: not known.
static double average_loss(const struct result *result) {
    double sum = 0;
    size_t known = 0;
    for (size_t i = 0; i < result->count; i++) {
        const struct row *row = &result->rows[i];
        double loss = gain(result, row->before) - gain(result, row->now.mean);
        if (isnan(loss))
            continue;
        sum += loss;
        known++;
    }
    return known ? sum / (double)known : NAN;
}

static bool first_stays(const struct result *result) {
    return result->count && result->rows[0].rank == 1;
}

static void tell(const struct result *result, struct wn_str *out) {
    const struct row *first = &result->rows[0], *best = at_rank(result, 1);
    const struct row *second = at_rank(result, 2);
    char now[32], before[32];
    if (!best) {
        wn_str_add(out, "no configuration gave a result");
        return;
    }
    wn_str_addf(out, best == first ? "trial %lld stays first" : "trial %lld comes out first",
                (long long)best->trial);
    wn_str_addf(out, ": %s", wn_number_text(best->now.mean, now));
    if (!isnan(best->before))
        wn_str_addf(out, ", where the board says %s", wn_number_text(best->before, before));
    double p = second ? wn_welch_p(best->now, second->now) : NAN;
    if (second && !(p < 0.05))
        wn_str_addf(out, "; not told apart from trial %lld, the second", (long long)second->trial);
}

// ---- printing -----------------------------------------------------------------------------------

static void add_number(struct wn_table *table, enum wn_role role, double number, bool brief) {
    char text[32];
    wn_table_add(table, isnan(number) ? WN_ROLE_DIM : role, "%s",
                 isnan(number) ? "-"
                 : brief       ? wn_number_brief(number, text)
                               : wn_number_text(number, text));
}

static void print_table(const struct result *result, struct wn_output *out) {
    static const struct wn_column columns[] = {{.title = "BEFORE"},
                                               {.title = "NOW"},
                                               {.title = "TRIAL", .right = true},
                                               {.title = "ON THE BOARD", .right = true},
                                               {.title = "CONFIRMED", .right = true},
                                               {.title = "+-", .right = true},
                                               {.title = "CHANGE", .right = true},
                                               {.title = "RESULTS", .right = true},
                                               {0}};
    struct wn_table table = {.columns = columns};
    for (size_t i = 0; i < result->count; i++) {
        const struct row *row = &result->rows[i];
        wn_table_add(&table, WN_ROLE_PLAIN, "%zu", i + 1);
        if (row->rank)
            wn_table_add(&table, row->rank == 1 ? WN_ROLE_GOOD : WN_ROLE_PLAIN, "%zu", row->rank);
        else
            wn_table_add(&table, WN_ROLE_BAD, "-");
        wn_table_add(&table, WN_ROLE_PLAIN, "%lld", (long long)row->trial);
        add_number(&table, WN_ROLE_DIM, row->before, false);
        add_number(&table, WN_ROLE_HEAD, row->now.mean, false);
        add_number(&table, WN_ROLE_DIM, row->now.se, true);
        add_number(&table, WN_ROLE_PLAIN, row->now.mean - row->before, true);
        wn_table_add(&table, WN_ROLE_PLAIN, "%lld", (long long)row->now.count);
    }
    wn_table_print(&table, out);
    wn_table_free(&table);
}

static void print_page(const struct result *result, struct wn_output *out) {
    struct wn_str text = {0};
    char number[32];
    double loss = average_loss(result);
    tell(result, &text);
    wn_printf(out, "%s%s%s\n\n", wn_role(out, first_stays(result) ? WN_ROLE_GOOD : WN_ROLE_WARN),
              wn_str_text(&text), wn_role(out, WN_ROLE_PLAIN));
    wn_str_free(&text);
    print_table(result, out);
    if (isnan(loss))
        return;
    wn_number_brief(fabs(loss), number);
    wn_printf(out, "\nwith fresh seeds %s is %s %s on average than on the board of ",
              result->sweep->objective, number, loss >= 0 ? "worse" : "better");
    wn_printf(out, "%s, which chose these as its best\n", result->examined.name);
}

static void print_json(const struct result *result, struct wn_output *out) {
    struct wn_emit emit = {0};
    struct wn_str text = {0};
    tell(result, &text);
    wn_emit_open(&emit, NULL, '{');
    wn_emit_text(&emit, "sweep", result->sweep->name);
    wn_emit_text(&emit, "examines", result->examined.name);
    wn_emit_text(&emit, "verdict", wn_str_text(&text));
    wn_emit_bool(&emit, "first_stays", first_stays(result));
    wn_emit_text(&emit, "metric", result->sweep->objective);
    wn_emit_real(&emit, "average_loss", average_loss(result));
    wn_emit_open(&emit, "configurations", '[');
    for (size_t i = 0; i < result->count; i++) {
        const struct row *row = &result->rows[i];
        wn_emit_open(&emit, NULL, '{');
        wn_emit_integer(&emit, "trial", row->trial_now);
        wn_emit_integer(&emit, "of_trial", row->trial);
        wn_emit_integer(&emit, "rank_before", (int64_t)i + 1);
        wn_emit_integer(&emit, "rank", (int64_t)row->rank);
        wn_emit_real(&emit, "before", row->before);
        wn_emit_real(&emit, "mean", row->now.mean);
        wn_emit_real(&emit, "se", row->now.se);
        wn_emit_integer(&emit, "results", row->now.count);
        wn_emit_raw(&emit, "params", row->params);
        wn_emit_close(&emit, '}');
    }
    wn_emit_close(&emit, ']');
    wn_emit_close(&emit, '}');
    wn_print_json(out, &emit);
    wn_str_free(&text);
}

enum wn_status wn_result_of_confirmation(struct wn_invocation *invocation, struct wn_store *store,
                                         const struct wn_sweep_row *sweep, struct wn_err *err) {
    struct result result = {.sweep = sweep};
    enum wn_status status = read_result(store, &result, err);
    if (status == WN_OK && !result.count)
        status = wn_fail(err, WN_NO, "no trial has begun");
    if (status == WN_OK && wn_args_has(invocation, "json"))
        print_json(&result, &invocation->out);
    else if (status == WN_OK)
        print_page(&result, &invocation->out);
    if (status == WN_OK && !first_stays(&result))
        status = wn_fail(err, WN_NO, "%s", "");
    clear_result(&result);
    return status;
}
