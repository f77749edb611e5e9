// SPDX-License-Identifier: GPL-3.0-or-later
// The trials of a side, and the units they form.
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/compare/sides.h"

struct gathering {
    struct wn_compare_side *side;
    const char *const *skip;
    size_t skip_count;
    int64_t configuration; // of the last trial
    enum wn_status status;
    struct wn_err *err;
};

// ---- trials and units ---------------------------------------------------------------------------

// The parameters of repeats are the same: they are read once.
static bool begin_unit(struct gathering *gathering, const struct wn_trial_result *result) {
    struct wn_compare_side *side = gathering->side;
    struct wn_value params = {0};
    gathering->status = wn_value_parse_json(result->params, &params, gathering->err);
    if (gathering->status != WN_OK) {
        wn_err_prefix(gathering->err, "trial %lld", (long long)result->number);
        return false;
    }
    *WN_PUSH(side->units, side->unit_count, side->unit_capacity) = (struct wn_compare_unit){
        .first = side->trial_count,
        .key = wn_param_table_add(&side->params, &params, gathering->skip, gathering->skip_count)};
    wn_value_clear(&params);
    return true;
}

static bool add_trial(void *context, const struct wn_trial_result *result) {
    struct gathering *gathering = context;
    struct wn_compare_side *side = gathering->side;
    int64_t configuration = result->number / side->sweep.repeats;
    if (side->chosen &&
        ((size_t)configuration >= side->chosen_count || !side->chosen[configuration]))
        return true;
    if (configuration != gathering->configuration && !begin_unit(gathering, result))
        return false;
    gathering->configuration = configuration;
    *WN_PUSH(side->trials, side->trial_count, side->trial_capacity) =
        (struct wn_compare_trial){.number = result->number,
                                  .seed = result->seed,
                                  .state = result->state,
                                  .objective = result->objective};
    side->units[side->unit_count - 1].count++;
    return true;
}

// A single configuration has its repeats for units, which pair by their seeds.
static void split_units(struct wn_compare_side *side) {
    side->configurations = side->unit_count;
    if (side->unit_count != 1)
        return;
    side->of_trials = true;
    side->unit_count = 0;
    for (size_t i = 0; i < side->trial_count; i++)
        *WN_PUSH(side->units, side->unit_count, side->unit_capacity) =
            (struct wn_compare_unit){.first = i, .count = 1, .key = (uint64_t)side->trials[i].seed};
}

// ---- all of it ----------------------------------------------------------------------------------

static struct wn_store_range range_of(const struct wn_compare_side *side) {
    struct wn_store_range range = {
        .sweep = side->sweep.id, .first = 0, .last = UINT32_MAX, .commit = side->commit};
    if (side->kind == WN_SIDE_TRIAL)
        range.first = range.last = side->trial;
    if (side->kind == WN_SIDE_CONFIGURATION) {
        range.first = side->trial - side->trial % side->sweep.repeats;
        range.last = range.first + side->sweep.repeats - 1;
    }
    return range;
}

enum wn_status wn_side_gather(struct wn_store *store, struct wn_compare_side *side,
                              const char *const *skip, size_t skip_count, struct wn_err *err) {
    struct gathering gathering = {
        .side = side, .skip = skip, .skip_count = skip_count, .configuration = -1, .err = err};
    struct wn_store_range range = range_of(side);
    enum wn_status status = wn_store_each_result(store, &range, add_trial, &gathering, err);
    if (status == WN_OK)
        status = gathering.status;
    if (status == WN_OK && side->trial_count == 0)
        status = wn_fail(err, WN_BAD_INPUT, "%s has no trials yet", side->title);
    split_units(side);
    return status;
}

// ---- what counts --------------------------------------------------------------------------------

bool wn_compare_counts(const struct wn_compare_trial *trial) {
    return wn_trial_counts(trial->state);
}

void wn_side_left_out(const struct wn_compare_side *side, struct wn_str *out) {
    size_t counts[WN_TRIAL_STATES] = {0}, told = 0;
    for (size_t i = 0; i < side->trial_count; i++)
        counts[side->trials[i].state]++;
    for (int i = 0; i < WN_TRIAL_STATES; i++)
        if (counts[i] && !wn_trial_counts((enum wn_trial_state)i))
            wn_str_addf(out, "%s%zu %s", told++ ? ", " : "", counts[i],
                        wn_trial_state_name((enum wn_trial_state)i));
}

// ---- two of them --------------------------------------------------------------------------------

enum wn_status wn_sides_apart(const struct wn_compare_side *a, const struct wn_compare_side *b,
                              struct wn_err *err) {
    size_t both = 0, i = 0, k = 0;
    int64_t first = -1;
    if (a->sweep.id != b->sweep.id)
        return WN_OK;
    while (i < a->trial_count && k < b->trial_count) {
        int64_t x = a->trials[i].number, y = b->trials[k].number;
        if (x == y && both++ == 0)
            first = x;
        i += x <= y;
        k += y <= x;
    }
    if (!both)
        return WN_OK;
    if (both == a->trial_count && both == b->trial_count)
        return wn_fail(err, WN_BAD_INPUT, "%s and %s are the same trial%s: nothing to compare",
                       a->title, b->title, both == 1 ? "" : "s");
    return wn_fail(err, WN_BAD_INPUT, "%s and %s overlap: trial %lld%s on both sides", a->title,
                   b->title, (long long)first, both == 1 ? " is" : " and others are");
}
