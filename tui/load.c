// SPDX-License-Identifier: GPL-3.0-or-later
// Queries of the current screen, one at a time, on the thread pool. News of other sweeps are read
// on the way, at most once a second.
#include <stdlib.h>
#include <sys/stat.h>

#include "core/base/clock.h"
#include "tui/app.h"
#include "tui/terminal.h"

#define NEWS_EVERY 1.0 // seconds

static bool store_exists(const char *dir) {
    struct stat found;
    char *file = wn_format("%s/winnow.db", dir);
    bool exists = stat(file, &found) == 0;
    free(file);
    return exists;
}

bool wn_tui_open_store(struct wn_tui *tui) {
    struct wn_err err = {0};
    const char *dir = tui->options->host.store;
    if (tui->store || !store_exists(dir))
        return tui->store != NULL;
    if (wn_store_open(dir, WN_STORE_READ, &tui->store, &err) != WN_OK)
        wn_tui_say(tui, WN_BAD, "%s", err.text);
    return tui->store != NULL;
}

struct wn_store *wn_tui_front(struct wn_tui *tui) {
    struct wn_err err = {0};
    const char *dir = tui->options->host.store;
    if (!tui->front && store_exists(dir) &&
        wn_store_open(dir, WN_STORE_READ, &tui->front, &err) != WN_OK)
        wn_tui_say(tui, WN_BAD, "%s", err.text);
    return tui->front;
}

int64_t wn_tui_find_sweep(struct wn_tui *tui, const char *name) {
    struct wn_sweep_row row;
    struct wn_err err = {0};
    struct wn_store *store = wn_tui_front(tui);
    if (!store || wn_store_find_sweep(store, name, &row, &err) != WN_OK)
        return 0;
    int64_t id = row.id;
    wn_sweep_row_clear(&row);
    return id;
}

static void work(uv_work_t *request) {
    struct wn_load *load = request->data;
    load->status = load->screen->load(load->tui->store, load->query, &load->err);
    if (load->watches && load->status == WN_OK)
        wn_watch_read(load->tui->store, &load->news, &load->err);
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
    (void)status; // work is not cancelled
    tui->loading = tui->held = false;
    tui->dirty = true;
    bool good = load->status == WN_OK && load->serial == top->serial && !tui->quitting;
    load->screen->take(good ? top->state : NULL, load->query);
    if (load->status != WN_OK && load->serial == top->serial)
        wn_tui_say(tui, WN_BAD, "%s", load->err.text);
    if (load->watches)
        tell_news(tui, load);
    wn_tui_load(tui);
}

void wn_tui_load(struct wn_tui *tui) {
    struct wn_open_screen *top = wn_tui_top(tui);
    if (tui->loading || tui->quitting || !top->wanted)
        return;
    if (!wn_tui_open_store(tui) && !top->screen->storeless)
        return;
    struct wn_pane pane = wn_tui_pane(tui);
    static double last_news;
    double now = wn_monotonic();
    struct wn_load *load = &tui->load;
    *load = (struct wn_load){
        .work.data = load,
        .tui = tui,
        .screen = top->screen,
        .serial = top->serial,
        .query = top->screen->ask(top->state, (struct wn_extent){pane.rows, pane.columns}),
        .watches = tui->store && now - last_news >= NEWS_EVERY,
    };
    if (load->watches)
        last_news = now;
    top->wanted = false;
    tui->loading = true;
    tui->loaded = now;
    uv_queue_work(&tui->loop, &load->work, work, done);
}
