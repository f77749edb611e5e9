// SPDX-License-Identifier: GPL-3.0-or-later
// Asking a searcher that learns, on the thread pool: it may take its time, and the loop goes on
// collecting. Meanwhile the loop leaves the searcher alone: nothing is settled and no request is
// obeyed. The answer becomes a waiting trial before anything else happens, so that budget and ids
// are as if it had been given at once.
#include "sweep/runner/internal.h"

static void ask(uv_work_t *work) {
    struct wn_thought *thought = work->data;
    thought->answer = wn_searcher_ask(thought->searcher, &thought->id, thought->config);
}

static void on_answered(uv_work_t *work, int status) {
    (void)status; // never cancelled
    struct wn_thought *thought = work->data;
    thought->under_way = false;
    thought->answered = true;
    thought->runner->dirty = true;
}

void wn_runner_think(struct wn_runner *runner) {
    struct wn_thought *thought = &runner->thought;
    thought->runner = runner;
    thought->searcher = runner->searcher;
    thought->config = wn_config_new(runner->spec->space);
    thought->work.data = thought;
    thought->under_way = uv_queue_work(&runner->loop, &thought->work, ask, on_answered) == 0;
    if (thought->under_way)
        return;
    ask(&thought->work);
    on_answered(&thought->work, 0);
}

enum wn_status wn_runner_take_thought(struct wn_runner *runner, struct wn_err *err) {
    struct wn_thought *thought = &runner->thought;
    if (!thought->answered)
        return WN_OK;
    thought->answered = false;
    struct wn_config *config = thought->config;
    thought->config = NULL;
    return wn_runner_answered(runner, thought->answer, thought->id, config, err);
}
