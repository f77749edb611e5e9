// SPDX-License-Identifier: GPL-3.0-or-later
// Tidying after each commit: logs are kept within limits.log as far as they were read and that is
// committed, what attempts that ended left goes to the packer, and hooks are told what happened.
#include "sweep/runner/internal.h"

#include <stdlib.h>

#include "sweep/logs.h"
#include "sweep/logtrim.h"

static void notice(void *context, const char *text) {
    wn_runner_notice(context, "%s", text);
}

void wn_runner_begin_tidying(struct wn_runner *runner) {
    const struct wn_packer_setup setup = {
        .loop = &runner->loop,
        .store_dir = wn_store_dir(runner->store),
        .sweep_dir = runner->setup->sweep_dir,
        .sweep = runner->setup->sweep->id,
        .cap = (int64_t)runner->spec->limits.log,
        .notice = notice,
        .context = runner,
    };
    runner->packer = wn_packer_new(&setup);
    if (runner->asked) // by an earlier runner
        wn_packer_search(runner->packer);
}

static void trim(struct wn_runner *runner, struct wn_live *live) {
    char *path = wn_log_file(runner->setup->sweep_dir, live->row.number, live->row.attempt);
    struct wn_logtrim trim = {
        .path = path,
        .cap = (int64_t)runner->spec->limits.log,
        .read = wn_collector_stored(live->collector),
        .hole_end = live->hole_end,
    };
    if (!wn_logtrim(&trim, false))
        wn_packer_tell_no_holes(runner->packer);
    live->hole_end = trim.hole_end;
    free(path);
}

void wn_runner_tidy(struct wn_runner *runner) {
    int64_t cap = (int64_t)runner->spec->limits.log;
    for (size_t i = 0; i < runner->live_count && cap; i++) {
        struct wn_live *live = runner->live[i];
        if (live->collector && wn_collector_stored(live->collector) > cap)
            trim(runner, live);
    }
    wn_packer_committed(runner->packer);
    wn_events_committed(runner->setup->carried->events);
}
