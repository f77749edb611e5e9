// SPDX-License-Identifier: GPL-3.0-or-later
// Slots: the GPUs and CPU slots of the next trial, leased where other sweeps share them, and what
// trials wait for. Rows of waiting trials are written when the sentence changes, at most once a
// second: that others hold a slot with one trial after another is no news.
#include "sweep/runner/internal.h"

#include <stdio.h>
#include <string.h>

#include "core/base/clock.h"

static const double tell_again_after = 1;

bool wn_runner_take_slots(struct wn_runner *runner, int64_t trial) {
    struct wn_lease *lease = &runner->lease;
    if (!runner->setup->leases)
        return wn_slots_take(&runner->slots, runner->spec->gpus, &lease->gpus);
    const struct wn_lease_want want = {
        .trial = trial,
        .cpus = runner->setup->cpus,
        .gpus = (size_t)runner->spec->gpus,
        .busy = runner->slots.held,
        .now = wn_monotonic(),
    };
    if (!wn_leases_take(runner->setup->leases, &want, lease))
        return false;
    wn_slots_hold(&runner->slots, lease->gpus);
    return true;
}

// A configuration without repeats has no row before it runs, unless it has to wait. A trial that is
// to run again has the row of its last attempt, which is not touched.
static enum wn_status tell(struct wn_runner *runner, const struct wn_waiting *waiting,
                           const char *reason, struct wn_err *err) {
    int64_t sweep = runner->setup->sweep->id;
    struct wn_trial_row row = {0};
    enum wn_status status = wn_store_get_trial(runner->store, sweep, waiting->number, &row, err);
    bool queued = row.state == WN_TRIAL_QUEUED;
    wn_trial_row_clear(&row);
    if (status == WN_NO)
        return wn_runner_put_queued(runner, waiting, reason, err);
    if (status != WN_OK || !queued)
        return status;
    return wn_store_set_reason(runner->store, sweep, waiting->number, reason, err);
}

static const char *reason_now(const struct wn_runner *runner) {
    if (runner->setup->leases)
        return wn_leases_reason(runner->setup->leases);
    return "waits for a GPU: all are held by this sweep";
}

// Whether the rows are to say something else than they do.
static bool is_news(struct wn_runner *runner, const char *reason) {
    double now = wn_monotonic();
    if (strcmp(wn_str_text(&runner->told), reason) == 0 ||
        (runner->told.length && now - runner->told_at < tell_again_after))
        return false;
    wn_str_clear(&runner->told);
    wn_str_add(&runner->told, reason);
    runner->told_at = now;
    const struct wn_leases *leases = runner->setup->leases;
    snprintf(runner->progress.waits, sizeof runner->progress.waits, "%s",
             leases && wn_leases_contended(leases) ? reason : "");
    return true;
}

enum wn_status wn_runner_tell_waiting(struct wn_runner *runner, struct wn_err *err) {
    bool news = is_news(runner, reason_now(runner));
    int64_t room = runner->setup->parallel - (int64_t)runner->live_count;
    enum wn_status status = WN_OK;
    double now = wn_monotonic();
    for (size_t i = 0; i < runner->waiting_count && room > 0 && status == WN_OK; i++) {
        struct wn_waiting *waiting = &runner->waiting[i];
        if (waiting->not_before > now)
            continue;
        room--;
        if (news || !waiting->told)
            status = tell(runner, waiting, wn_str_text(&runner->told), err);
        waiting->told = true;
    }
    return status;
}

enum wn_status wn_runner_wait_no_more(struct wn_runner *runner, struct wn_err *err) {
    enum wn_status status = WN_OK;
    wn_lease_drop(&runner->lease);
    if (runner->setup->leases)
        wn_leases_rest(runner->setup->leases);
    if (!runner->told.length)
        return WN_OK;
    wn_str_clear(&runner->told);
    runner->progress.waits[0] = '\0';
    for (size_t i = 0; i < runner->waiting_count && status == WN_OK; i++)
        if (runner->waiting[i].told) {
            runner->waiting[i].told = false;
            status = tell(runner, &runner->waiting[i], NULL, err);
        }
    return status;
}
