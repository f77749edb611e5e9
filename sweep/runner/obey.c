// SPDX-License-Identifier: GPL-3.0-or-later
// Requests to the runner: rows of the store, obeyed in order, each with an answer that stays as the
// record of who asked what. A verb is one function and one row of the table.
#include "sweep/runner/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/str.h"

// ---- the whole sweep ----------------------------------------------------------------------------

void wn_runner_stop_live(struct wn_runner *runner, bool now) {
    for (size_t i = 0; i < runner->live_count; i++)
        if (!runner->live[i]->gone)
            runner->executor_type->stop(runner->executor, runner->live[i]->row.number,
                                        runner->live[i]->row.attempt, now);
}

void wn_runner_drain(struct wn_runner *runner, const char *who) {
    if (runner->progress.stage != WN_STAGE_RUNNING)
        return;
    runner->progress.stage = WN_STAGE_DRAINING;
    snprintf(runner->ending, sizeof runner->ending, "stopped by %s", who);
    runner->dirty = true;
    if (runner->live_count)
        wn_runner_notice(runner, "no new trials; waiting for %zu running", runner->live_count);
}

void wn_runner_cancel(struct wn_runner *runner, const char *who) {
    wn_runner_drain(runner, who);
    if (runner->progress.stage == WN_STAGE_CANCELLING)
        return;
    runner->progress.stage = WN_STAGE_CANCELLING;
    if (runner->live_count)
        wn_runner_notice(runner, "ending %zu running trials", runner->live_count);
    wn_runner_stop_live(runner, false);
}

static void obey_stop(struct wn_runner *runner, const struct wn_request_row *request,
                      struct wn_str *answer) {
    wn_runner_drain(runner, request->user);
    wn_str_add(answer, "draining");
}

static void obey_cancel(struct wn_runner *runner, const struct wn_request_row *request,
                        struct wn_str *answer) {
    wn_runner_cancel(runner, request->user);
    wn_str_add(answer, "cancelling");
}

// ---- the table ----------------------------------------------------------------------------------

static const struct {
    const char *verb;
    void (*obey)(struct wn_runner *runner, const struct wn_request_row *request,
                 struct wn_str *answer);
} verbs[] = {
    {"stop", obey_stop},
    {"cancel", obey_cancel},
};

struct requests {
    struct wn_request_row *items;
    size_t count, capacity;
};

static bool take_request(void *context, const struct wn_request_row *row) {
    struct requests *requests = context;
    struct wn_request_row *copy = WN_PUSH(requests->items, requests->count, requests->capacity);
    *copy = (struct wn_request_row){.id = row->id,
                                    .created = row->created,
                                    .verb = wn_strdup(row->verb),
                                    .user = wn_strdup(row->user ? row->user : "a request")};
    return true;
}

static enum wn_status obey(struct wn_runner *runner, const struct wn_request_row *request,
                           struct wn_err *err) {
    struct wn_str answer = {0};
    bool late = request->created < runner->setup->begun;
    if (late)
        wn_str_add(&answer, "its runner was gone before it could obey");
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs && !late; i++)
        if (strcmp(verbs[i].verb, request->verb) == 0)
            verbs[i].obey(runner, request, &answer);
    if (!answer.length)
        wn_str_add(&answer, "this runner does not know that request");
    enum wn_status status = wn_store_answer(runner->store, request->id, answer.text, wn_now(), err);
    wn_str_free(&answer);
    return status;
}

enum wn_status wn_runner_obey(struct wn_runner *runner, struct wn_err *err) {
    struct requests requests = {0};
    runner->looked_for_requests = true;
    enum wn_status status = wn_store_each_request(runner->store, runner->setup->sweep->id,
                                                  take_request, &requests, err);
    if (status == WN_OK && requests.count)
        status = wn_store_begin(runner->store, err);
    for (size_t i = 0; i < requests.count; i++) {
        if (status == WN_OK)
            status = obey(runner, &requests.items[i], err);
        wn_request_row_clear(&requests.items[i]);
    }
    if (status == WN_OK && requests.count)
        status = wn_store_commit(runner->store, err);
    free(requests.items);
    return status;
}
