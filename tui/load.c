// SPDX-License-Identifier: GPL-3.0-or-later
// Queries of the current screen, one at a time, on the thread pool. Where only time passed, nothing
// is read of a store that did not change. News of other sweeps are read on the way, at most once a
// second.
#include <stdlib.h>

#include "core/base/clock.h"
#include "tui/app.h"
#include "tui/terminal.h"

#define NEWS_EVERY 1.0 // seconds

// A runner that died changed nothing in the store.
static bool lives_changed(struct wn_load *load) {
    struct wn_tui *tui = load->tui;
    if (!wn_watch_works(&tui->watch))
        return false;
    load->has_news = wn_watch_read(tui->store, &load->news, &load->err) == WN_OK;
    return load->has_news && wn_watch_differs(&tui->watch, &load->news);
}

static void work(uv_work_t *request) {
    struct wn_load *load = request->data;
    struct wn_store *store = load->tui->store;
    load->changed = store && wn_store_changed(store);
    bool moved = load->query && load->screen->moved && load->screen->moved(load->query);
    if (load->gentle && !load->changed && !moved && (load->light || !lives_changed(load)))
        return;
    load->loaded = true;
    if (store) // what a screen shows is of one moment
        load->status = wn_store_begin_read(store, &load->err);
    bool reads = store && load->status == WN_OK;
    if (load->query && load->status == WN_OK)
        load->status = load->screen->load(store, load->query, &load->err);
    if (load->watches && !load->has_news && load->status == WN_OK)
        load->has_news = wn_watch_read(store, &load->news, &load->err) == WN_OK;
    if (reads)
        wn_store_rollback(store);
}

static void tell_news(struct wn_tui *tui, struct wn_load *load) {
    enum wn_look look = WN_PLAIN;
    char *news = wn_watch_news(&tui->watch, &load->news, &look);
    if (news) {
        wn_tui_say(tui, look, "%s", news);
        if (tui->options->bell)
            wn_terminal_bell();
    }
    free(news);
}

static void done(uv_work_t *request, int status) {
    struct wn_load *load = request->data;
    struct wn_tui *tui = load->tui;
    struct wn_open_screen *top = wn_tui_top(tui);
    bool asked_here = load->serial == top->serial;
    (void)status; // work is not cancelled
    tui->loading = false;
    tui->took = wn_monotonic() - tui->began;
    tui->owes_news = load->changed && !load->has_news;
    tui->dirty |= load->loaded;
    bool good = load->loaded && load->status == WN_OK && asked_here && !tui->quitting;
    if (load->query)
        load->screen->take(good ? top->state : NULL, load->query);
    if (load->status != WN_OK && asked_here)
        wn_tui_say(tui, WN_BAD, "%s", load->err.text);
    if (load->has_news)
        tell_news(tui, load);
    wn_tui_load(tui);
    // What a key waits for may only have begun now.
    tui->held = tui->loading && !tui->load.quiet && uv_is_active((uv_handle_t *)&tui->hold);
}

static void begin(struct wn_tui *tui, bool quiet) {
    struct wn_open_screen *top = wn_tui_top(tui);
    double now = wn_monotonic();
    bool asks = top->screen->ask && (tui->store || top->screen->storeless);
    struct wn_load *load = &tui->load;
    *load = (struct wn_load){
        .work.data = load,
        .tui = tui,
        .screen = top->screen,
        .serial = top->serial,
        .query = asks ? top->screen->ask(top->state, wn_tui_extent(tui)) : NULL,
        .quiet = quiet,
        .gentle = quiet && !tui->owes_news,
        .light = tui->light,
        .watches = tui->store && now - tui->last_news >= NEWS_EVERY,
    };
    if (load->watches)
        tui->last_news = now;
    tui->light = false;
    top->wanted = false;
    tui->loading = true;
    tui->began = now;
    uv_queue_work(&tui->loop, &load->work, work, done);
}

void wn_tui_load(struct wn_tui *tui) {
    struct wn_open_screen *top = wn_tui_top(tui);
    if (tui->loading || tui->quitting || !(top->wanted || tui->pulse))
        return;
    tui->pulse = false;
    if (wn_tui_open_store(tui) || (top->wanted && top->screen->storeless))
        begin(tui, !top->wanted);
}
