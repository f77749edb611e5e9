// SPDX-License-Identifier: GPL-3.0-or-later
// Rows of trials that wait.
#include "sweep/requeue.h"

#include <math.h>
#include <stdlib.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "sweep/environment.h"
#include "sweep/session.h"

enum wn_status wn_requeue_check(const struct wn_trial_row *row, struct wn_err *err) {
    if (wn_trial_ended(row->state) && !wn_trial_counts(row->state))
        return WN_OK;
    return wn_fail(err, WN_NO, "it is %s: there is nothing to try again",
                   wn_trial_state_name(row->state));
}

enum wn_status wn_requeue(struct wn_store *store, struct wn_trial_row *row, const char *why,
                          struct wn_err *err) {
    enum wn_status status = wn_store_add_attempt(store, row, err);
    if (status == WN_OK)
        status = wn_store_drop_points(store, row->sweep, row->number, err);
    if (status != WN_OK)
        return status;
    char *reason = wn_strdup(why); // it may speak of row->reason
    free(row->reason);
    free(row->condemned);
    free(row->killed_by);
    free(row->last_line);
    free(row->imported_from);
    row->reason = reason;
    row->condemned = row->killed_by = row->last_line = row->imported_from = NULL;
    row->state = WN_TRIAL_QUEUED;
    row->attempt++;
    row->objective = row->mean = row->se = NAN;
    row->run = 0;
    row->has_exit = false;
    row->exit_code = row->exit_signal = 0;
    row->log_offset = row->metrics_offset = 0;
    row->user_cpu = row->system_cpu = 0;
    row->peak_memory = 0;
    row->started = row->ended = 0;
    return wn_store_put_trial(store, row, NAN, err);
}

static enum wn_status refuse_known(struct wn_store *store, const struct wn_enqueued *enqueued,
                                   struct wn_err *err) {
    int64_t known;
    enum wn_status status =
        wn_store_find_configuration(store, enqueued->sweep, enqueued->hash, &known, err);
    if (status != WN_OK || known < 0)
        return status;
    return wn_fail(err, WN_NO, "trial %lld has these parameters already", (long long)known);
}

// It is beyond the budget, but within the space: a search that tries all of it tries no more.
static enum wn_status declare(struct wn_store *store, const struct wn_enqueued *enqueued,
                              int64_t *more, struct wn_err *err) {
    const struct wn_begun endless = {.enqueued = INT32_MAX, .outside = enqueued->outside};
    int64_t most = wn_session_declared(enqueued->spec, &endless);
    struct wn_sweep_row sweep;
    enum wn_status status = wn_store_get_sweep(store, enqueued->sweep, &sweep, err);
    if (status != WN_OK)
        return status;
    int64_t room = most - sweep.declared;
    *more = room < enqueued->spec->repeats ? room : enqueued->spec->repeats;
    if (*more < 0 || !sweep.declared)
        *more = 0;
    wn_sweep_row_clear(&sweep);
    return wn_store_add_declared(store, enqueued->sweep, *more, err);
}

enum wn_status wn_enqueue(struct wn_store *store, const struct wn_enqueued *enqueued, int64_t *more,
                          struct wn_err *err) {
    int64_t repeats = enqueued->spec->repeats;
    enum wn_status status = refuse_known(store, enqueued, err);
    if (status == WN_OK)
        status = declare(store, enqueued, more, err);
    for (int64_t repeat = 0; repeat < repeats && status == WN_OK; repeat++) {
        struct wn_trial_row row = {
            .sweep = enqueued->sweep,
            .number = enqueued->id * repeats + repeat,
            .repeat = repeat,
            .state = WN_TRIAL_QUEUED,
            .params = wn_strdup(enqueued->params),
            .params_hash = enqueued->hash,
            .seed = wn_trial_seed(enqueued->sweep_seed, repeat),
            .created = wn_now(),
            .objective = NAN,
            .mean = NAN,
            .se = NAN,
            .enqueued_by = wn_strdup(enqueued->user),
        };
        status = wn_store_put_trial(store, &row, NAN, err);
        wn_trial_row_clear(&row);
    }
    return status;
}

enum wn_status wn_enqueue_parse(const struct wn_spec *spec, const char *json,
                                struct wn_config **config, struct wn_err *err) {
    if (spec->race.on)
        return wn_fail(err, WN_NO, "a race takes no more configurations: winnow ab begins another");
    enum wn_status status = wn_space_config_from_json(spec->space, json, config, err);
    if (status != WN_OK || wn_space_allows(spec->space, *config))
        return status;
    wn_config_free(*config);
    return wn_fail(err, WN_BAD_INPUT, "the constraints of the sweep do not allow %s", json);
}
