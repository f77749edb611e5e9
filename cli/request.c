// SPDX-License-Identifier: GPL-3.0-or-later
// Requests and their answers.
#include "cli/request.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "sweep/provenance.h"
#include "sweep/session.h"

static const double answer_patience = 10; // seconds

// Waits until the request is answered, the runner is gone or patience ends; `row` is then as
// stored.
static enum wn_status await(struct wn_store *store, struct wn_request_row *row,
                            struct wn_err *err) {
    const struct timespec pause = {.tv_nsec = 10000000};
    double deadline = wn_monotonic() + answer_patience;
    for (;;) {
        bool alive = wn_sweep_alive(store, row->sweep);
        int64_t id = row->id;
        wn_request_row_clear(row);
        enum wn_status status = wn_store_get_request(store, id, row, err);
        if (status != WN_OK || row->answered > 0 || !alive || wn_monotonic() > deadline)
            return status;
        nanosleep(&pause, NULL);
    }
}

// ---- without a runner ---------------------------------------------------------------------------

// Called by the sweep's owner: one that is said to run or pause was left by its runner.
static enum wn_status refuse_without_runner(const struct wn_sweep_row *sweep, struct wn_err *err) {
    if (sweep->state == WN_SWEEP_RUNNING || sweep->state == WN_SWEEP_PAUSED)
        return wn_fail(err, WN_NO,
                       "no runner works on it, it is interrupted; winnow resume goes on with it");
    return wn_fail(err, WN_NO, "no runner works on it, it is %s",
                   wn_sweep_state_name(sweep->state));
}

static enum wn_status carry_out(struct wn_store *store, const struct wn_sweep_row *sweep,
                                const struct wn_wish *wish, struct wn_request_row *row,
                                struct wn_err *err) {
    struct wn_str answer = {0};
    struct wn_sweep_row now; // it may have been edited while the request waited
    enum wn_status status = wn_store_get_sweep(store, sweep->id, &now, err);
    if (status != WN_OK)
        return status;
    if (wish->still)
        status = wish->still(store, &now, row, &answer, err);
    else
        status = refuse_without_runner(sweep, err);
    row->answered = wn_now();
    row->refused = status != WN_OK;
    row->answer = status == WN_OK ? wn_str_take(&answer) : wn_strdup(err->text);
    wn_str_free(&answer);
    wn_sweep_row_clear(&now);
    return status == WN_ENVIRONMENT ? status : wn_store_answer(store, row, err);
}

// As its owner, so that no runner begins meanwhile.
static enum wn_status act_as_owner(struct wn_store *store, const struct wn_sweep_row *sweep,
                                   const struct wn_wish *wish, struct wn_request_row *row,
                                   struct wn_err *err) {
    int lock;
    enum wn_status status = wn_session_own(store, sweep->id, &lock, err);
    if (status != WN_OK)
        return status;
    status = wn_store_begin(store, err);
    if (status == WN_OK)
        status = carry_out(store, sweep, wish, row, err);
    if (status == WN_OK)
        status = wn_store_commit(store, err);
    if (status != WN_OK)
        wn_store_rollback(store);
    close(lock);
    return status;
}

// The request and what it wishes in one transaction, so that no runner sees it open.
static enum wn_status act_at_once(struct wn_store *store, const struct wn_sweep_row *sweep,
                                  const struct wn_wish *wish, struct wn_request_row *row,
                                  struct wn_err *err) {
    enum wn_status status = wn_store_begin(store, err);
    if (status == WN_OK)
        status = wn_store_add_request(store, row, err);
    if (status == WN_OK)
        status = carry_out(store, sweep, wish, row, err);
    if (status == WN_OK)
        status = wn_store_commit(store, err);
    if (status != WN_OK)
        wn_store_rollback(store);
    return status;
}

// ---- asking -------------------------------------------------------------------------------------

static enum wn_status get_answer(struct wn_store *store, const struct wn_sweep_row *sweep,
                                 const struct wn_wish *wish, struct wn_request_row *row,
                                 struct wn_err *err) {
    enum wn_status status = await(store, row, err);
    if (status != WN_OK || row->answered > 0)
        return status;
    if (wn_sweep_alive(store, sweep->id))
        return wn_fail(err, WN_ENVIRONMENT,
                       "the runner of %s has not answered yet; the request stays and it will be "
                       "obeyed",
                       sweep->name);
    return act_as_owner(store, sweep, wish, row, err);
}

enum wn_status wn_ask_sweep(struct wn_invocation *invocation, struct wn_store *store,
                            const struct wn_sweep_row *sweep, const struct wn_wish *wish,
                            struct wn_err *err) {
    struct wn_request_row row = {
        .sweep = sweep->id,
        .trial = wish->trial,
        .verb = wn_strdup(wish->verb),
        .argument = wish->argument ? wn_strdup(wish->argument) : NULL,
        .user = wn_provenance_user(),
        .created = wn_now(),
    };
    enum wn_status status;
    if (wish->at_once)
        status = act_at_once(store, sweep, wish, &row, err);
    else if ((status = wn_store_add_request(store, &row, err)) == WN_OK)
        status = get_answer(store, sweep, wish, &row, err);
    char *about = wish->trial < 0
                      ? wn_strdup(sweep->name)
                      : wn_format("trial %lld of %s", (long long)wish->trial, sweep->name);
    if (status == WN_OK && row.refused)
        status = wn_fail(err, WN_NO, "%s: %s", about, row.answer);
    else if (status == WN_OK && !wish->quiet)
        wn_printf(&invocation->out, "%s: %s\n", about, row.answer);
    free(about);
    wn_request_row_clear(&row);
    return status;
}

enum wn_status wn_ask(struct wn_invocation *invocation, const struct wn_wish *wish,
                      struct wn_err *err) {
    struct wn_store *store;
    struct wn_sweep_row sweep;
    enum wn_status status = wn_open_sweep(invocation, WN_STORE_WRITE, &store, &sweep, err);
    if (status != WN_OK)
        return status;
    status = wn_ask_sweep(invocation, store, &sweep, wish, err);
    wn_sweep_row_clear(&sweep);
    wn_store_close(store);
    return status;
}

static bool is_before(const int64_t *trials, size_t count, int64_t trial) {
    for (size_t i = 0; i < count; i++)
        if (trials[i] == trial)
            return true;
    return false;
}

// The trials of the last operand, each once, and how many.
static enum wn_status read_trials(const struct wn_invocation *invocation, int64_t *trials,
                                  size_t *count, struct wn_err *err) {
    for (size_t i = 0; i < invocation->many_count; i++) {
        enum wn_status status = wn_read_trial(invocation->many[i], &trials[*count], err);
        if (status != WN_OK)
            return status;
        *count += !is_before(trials, *count, trials[*count]);
    }
    return WN_OK;
}

// Refused for one trial, the others are still asked for; all refusals are told.
static enum wn_status ask_each(struct wn_invocation *invocation, const struct wn_wish *wish,
                               const int64_t *trials, size_t count, struct wn_err *err) {
    enum wn_status status = WN_OK, worst = WN_OK;
    struct wn_wish about = *wish;
    for (size_t i = 0; i < count && (status == WN_OK || status == WN_NO); i++) {
        if (status == WN_NO)
            wn_complain(err->text);
        about.trial = trials[i];
        status = wn_ask(invocation, &about, err);
        worst = status == WN_OK ? worst : status;
    }
    if (status == WN_OK)
        err->text[0] = '\0'; // of refusals before the last trial, which were told
    return worst;
}

enum wn_status wn_ask_about_trials(struct wn_invocation *invocation, const struct wn_wish *wish,
                                   struct wn_err *err) {
    int64_t *trials = wn_calloc(invocation->many_count + 1, sizeof *trials);
    size_t count = 0;
    enum wn_status status = read_trials(invocation, trials, &count, err);
    if (status == WN_OK)
        status = ask_each(invocation, wish, trials, count, err);
    free(trials);
    return status;
}
