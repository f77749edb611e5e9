// SPDX-License-Identifier: GPL-3.0-or-later
// Asking a searcher that learns, on the thread pool: it may take its time, and the loop goes on
// collecting. Meanwhile the loop leaves the searcher alone: nothing is settled and no request is
// obeyed. What it proposes is nowhere but in memory, and the searcher does not know of it, until a
// slot takes it: then it gets its id. So it can be dropped at any time, as if it had not been.
//
// Where trials are short, the next configuration is thought of while all slots are busy, so that
// none waits for it. Such a proposal knows of one result less. Where trials are long that costs
// more than the wait; and where they run one at a time, what it lacks would be the latest result,
// always, and the same history would not lead to the same configurations.
#include "sweep/runner/internal.h"

#include "core/base/clock.h"

static const double short_trial = 20; // times what thinking takes
static const double latest = 0.2;     // its part in what is so of late

static void think(uv_work_t *work) {
    struct wn_thought *thought = work->data;
    double begun = wn_monotonic();
    thought->answer = wn_searcher_think(thought->searcher, &thought->id, thought->config);
    thought->seconds = wn_monotonic() - begun;
}

static void on_ready(uv_work_t *work, int status) {
    (void)status; // never cancelled
    struct wn_thought *thought = work->data;
    thought->under_way = false;
    thought->ready = true;
    thought->runner->dirty = true;
}

static void begin(struct wn_runner *runner) {
    struct wn_thought *thought = &runner->thought;
    thought->runner = runner;
    thought->searcher = runner->searcher;
    thought->config = wn_config_new(runner->spec->space);
    thought->work.data = thought;
    thought->under_way = uv_queue_work(&runner->loop, &thought->work, think, on_ready) == 0;
    if (thought->under_way)
        return;
    think(&thought->work);
    on_ready(&thought->work, 0);
}

void wn_runner_drop_thought(struct wn_runner *runner) {
    wn_config_free(runner->thought.config);
    runner->thought.config = NULL;
    runner->thought.ready = false;
}

enum wn_status wn_runner_ask_thinker(struct wn_runner *runner, struct wn_err *err) {
    struct wn_thought *thought = &runner->thought;
    if (!thought->ready) {
        begin(runner);
        return WN_OK;
    }
    struct wn_config *config = thought->config;
    thought->config = NULL;
    thought->ready = false;
    if (thought->answer == WN_ASK_OK)
        wn_searcher_adopt(runner->searcher, thought->id, config);
    return wn_runner_answered(runner, thought->answer, thought->id, config, err);
}

void wn_runner_note_duration(struct wn_runner *runner, double seconds) {
    struct wn_thought *thought = &runner->thought;
    bool is_short = seconds < short_trial * thought->seconds;
    thought->short_trials += latest * (is_short - thought->short_trials);
}

void wn_runner_think_ahead(struct wn_runner *runner) {
    const struct wn_thought *thought = &runner->thought;
    bool pays = runner->setup->parallel > 1 && thought->short_trials > 0.5;
    if (pays && !thought->ready && wn_searcher_learns(runner->searcher) &&
        wn_runner_will_ask(runner))
        begin(runner);
}
