// SPDX-License-Identifier: GPL-3.0-or-later
// The spec of the new sweep is the newest one of the examined sweep with another method: that which
// bounds a search, or ends a trial early, is taken out.
#include "cli/again.h"

#include <stdlib.h>
#include <string.h>

#include "cli/common.h"
#include "cli/make_sweep.h"
#include "cli/run_sweep.h"
#include "cli/spec_args.h"
#include "core/base/mem.h"
#include "core/board.h"
#include "sweep/session.h"

const struct wn_option wn_again_options[] = {
    {.name = "parallel",
     .type = WN_OPTION_COUNT,
     .value = "N",
     .fallback = "as the sweep has it",
     .help = "trials at once"},
    {0},
};

void wn_again_clear(struct wn_again *again) {
    wn_sweep_row_clear(&again->examined);
    for (int i = 0; i < again->count; i++)
        free(again->arms[i].params);
    again->count = 0;
}

// ---- which ones ---------------------------------------------------------------------------------

static enum wn_status add_arm(struct wn_store *store, struct wn_again *again, int64_t trial,
                              struct wn_err *err) {
    struct wn_trial_row row = {0};
    int64_t first = trial - trial % again->examined.repeats;
    for (int i = 0; i < again->count; i++)
        if (again->arms[i].trial == first)
            return wn_fail(err, WN_BAD_INPUT,
                           "trial %lld is of the same configuration as trial %lld: name another",
                           (long long)trial, (long long)first);
    if (again->count == WN_RACE_MOST_ARMS)
        return wn_fail(err, WN_BAD_INPUT, "more than %d configurations: name fewer",
                       WN_RACE_MOST_ARMS);
    enum wn_status status = wn_store_get_trial(store, again->examined.id, first, &row, err);
    if (status == WN_OK)
        again->arms[again->count++] =
            (struct wn_again_arm){.trial = first, .params = wn_strdup(row.params)};
    wn_trial_row_clear(&row);
    return status == WN_NO ? wn_fail(err, WN_BAD_INPUT, "%s has no trial %lld",
                                     again->examined.name, (long long)trial)
                           : status;
}

enum wn_status wn_again_choose(struct wn_store *store, struct wn_again *again,
                               const char *const *trials, size_t count, struct wn_err *err) {
    enum wn_status status = WN_OK;
    for (size_t i = 0; i < count && status == WN_OK; i++) {
        int64_t trial;
        status = wn_read_trial(trials[i], &trial, err);
        if (status == WN_OK)
            status = add_arm(store, again, trial, err);
    }
    return status;
}

enum wn_status wn_again_choose_top(struct wn_store *store, struct wn_again *again, int64_t top,
                                   struct wn_err *err) {
    const struct wn_board_options options = {.top = top};
    struct wn_board *board;
    enum wn_status status = wn_board_load(store, &again->examined, &options, &board, err);
    if (status != WN_OK)
        return status;
    for (size_t i = 0; i < board->row_count && status == WN_OK; i++)
        if (board->rows[i].score == board->rows[i].score) // it ranks
            status = add_arm(store, again, board->rows[i].trial, err);
    wn_board_free(board);
    return status;
}

// ---- the spec -----------------------------------------------------------------------------------

struct settings {
    char **items;
    size_t count, capacity;
};

__attribute__((format(printf, 2, 3))) static void set(struct settings *settings, const char *format,
                                                      ...) {
    struct wn_str text = {0};
    va_list args;
    va_start(args, format);
    wn_str_vaddf(&text, format, args);
    va_end(args);
    *WN_PUSH(settings->items, settings->count, settings->capacity) = wn_str_take(&text);
}

static void set_configurations(struct settings *settings, const struct wn_again *again) {
    struct wn_str list = {0};
    for (int i = 0; i < again->count; i++)
        wn_str_addf(&list, "%s%s", i ? "," : "", again->arms[i].params);
    set(settings, "configurations=[%s]", wn_str_text(&list));
    wn_str_free(&list);
}

// What decides, without a target: that is no end here, whichever way it was given.
static enum wn_status set_metric(struct settings *settings, const struct wn_again_plan *plan,
                                 const struct wn_spec *spec, struct wn_err *err) {
    const char *metric = plan->metric ? plan->metric : spec->objectives->name;
    const struct wn_objective *objective = NULL;
    for (size_t i = 0; i < spec->objective_count && !objective; i++)
        if (strcmp(spec->objectives[i].name, metric) == 0)
            objective = &spec->objectives[i];
    if (!objective && !plan->goal)
        return wn_fail(err, WN_BAD_INPUT,
                       "is it better where %s is small, or large? Add --goal minimize, or maximize",
                       metric);
    bool first = objective && objective == spec->objectives;
    if (first && !objective->has_target && !plan->goal)
        return WN_OK;
    const char *goal = objective && objective->maximize ? "maximize" : "minimize";
    struct wn_str name = {0};
    wn_json_string(&name, metric);
    set(settings, "metrics=");
    set(settings, "metric={\"name\": %s, \"goal\": \"%s\", \"summary\": \"%s\"}",
        wn_str_text(&name), plan->goal ? plan->goal : goal,
        objective && !objective->summary_last ? "best" : "last");
    wn_str_free(&name);
    return WN_OK;
}

static enum wn_status collect_settings(const struct wn_again *again,
                                       const struct wn_again_plan *plan, const struct wn_spec *spec,
                                       struct settings *settings, struct wn_err *err) {
    static const char *const dropped[] = {"budget.trials",   "run_cap", "until",
                                          "early_terminate", "seed",    "race"};
    for (size_t i = 0; i < sizeof dropped / sizeof *dropped; i++)
        set(settings, "%s=", dropped[i]);
    set(settings, "name=%s-%s", again->examined.name, plan->suffix);
    set(settings, "method=list");
    set(settings, "repeats=%lld", (long long)plan->repeats);
    set(settings, "parallel=%lld",
        (long long)(plan->parallel ? plan->parallel : again->examined.parallel));
    if (plan->race)
        set(settings, "race=%s", plan->race);
    set_configurations(settings, again);
    return set_metric(settings, plan, spec, err);
}

static enum wn_status compose(const struct wn_again *again, const struct wn_again_plan *plan,
                              struct wn_spec **spec, struct wn_err *err) {
    struct wn_spec *before;
    struct settings settings = {0};
    enum wn_status status = wn_spec_stored(&again->examined, &before, err);
    if (status != WN_OK)
        return status;
    status = collect_settings(again, plan, before, &settings, err);
    wn_spec_free(before);
    const struct wn_spec_words words = {
        .settings = (const char *const *)settings.items,
        .setting_count = settings.count,
        .base_text = again->examined.spec,
        .base_length = strlen(again->examined.spec),
        .base_file = again->examined.name,
    };
    struct wn_diags diags = {.file = again->examined.name};
    if (status == WN_OK && wn_spec_from_words(&words, spec, &diags) != WN_OK) {
        wn_say_diags(&diags);
        status = wn_fail(err, WN_BAD_INPUT, "these configurations of %s cannot be run again",
                         again->examined.name);
    }
    wn_diags_free(&diags);
    for (size_t i = 0; i < settings.count; i++)
        free(settings.items[i]);
    free(settings.items);
    return status;
}

// ---- running it ---------------------------------------------------------------------------------

static enum wn_status refuse_unfinished(struct wn_store *store, const struct wn_spec *spec,
                                        struct wn_err *err) {
    struct wn_sweep_row twin = {0};
    int64_t fitting;
    enum wn_status status =
        wn_store_unfinished(store, spec->name, (int64_t)spec->hash, &twin, &fitting, err);
    if (status == WN_OK && fitting)
        status = wn_fail(err, WN_BAD_INPUT,
                         "%s does just that and is not finished: winnow resume %s goes on with it",
                         twin.name, twin.name);
    wn_sweep_row_clear(&twin);
    return status;
}

// Trials run where those of the examined sweep ran.
static enum wn_status make(struct wn_store *store, const struct wn_again *again,
                           const struct wn_spec *spec, struct wn_sweep_row *sweep,
                           struct wn_err *err) {
    const struct wn_session_origin origin = {.name = spec->name,
                                             .cwd = again->examined.cwd,
                                             .version = WN_VERSION,
                                             .examines = again->examined.id};
    enum wn_status status = wn_sweep_check(spec, again->examined.name, err);
    if (status == WN_OK)
        status = refuse_unfinished(store, spec, err);
    return status == WN_OK ? wn_session_create(store, spec, &origin, sweep, err) : status;
}

enum wn_status wn_again_run(struct wn_invocation *invocation, struct wn_store *store,
                            const struct wn_again *again, const struct wn_again_plan *plan,
                            struct wn_err *err) {
    struct wn_spec *spec;
    struct wn_sweep_row sweep = {0};
    if (again->count < 2 && plan->race)
        return wn_fail(err, WN_BAD_INPUT,
                       "a comparison takes two configurations, and %s has %d with a result",
                       again->examined.name, again->count);
    if (!again->count)
        return wn_fail(err, WN_BAD_INPUT, "%s has no trial with a result yet",
                       again->examined.name);
    enum wn_status status = compose(again, plan, &spec, err);
    if (status != WN_OK)
        return status;
    status = make(store, again, spec, &sweep, err);
    if (status == WN_OK)
        status = wn_run_sweep(invocation, store, &sweep, spec, false, err);
    wn_sweep_row_clear(&sweep);
    wn_spec_free(spec);
    return status;
}
