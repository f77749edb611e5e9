// SPDX-License-Identifier: GPL-3.0-or-later
// The store that is looked at: opened once there is one, watched for changes, and left where it is
// removed or another one is in its place.
#include <stdlib.h>
#include <sys/stat.h>

#include "tui/app.h"

static bool find_file(const char *path, struct wn_file_id *id) {
    struct stat found;
    *id = (struct wn_file_id){0};
    if (stat(path, &found) != 0)
        return false;
    *id = (struct wn_file_id){.there = true, .device = found.st_dev, .inode = found.st_ino};
    return true;
}

static bool find_store(const struct wn_tui *tui, struct wn_file_id *id) {
    char *file = wn_format("%s/winnow.db", tui->options->host.store);
    bool there = find_file(file, id);
    free(file);
    return there;
}

static bool is_same(const struct wn_file_id *a, const struct wn_file_id *b) {
    return a->there == b->there && a->device == b->device && a->inode == b->inode;
}

// ---- opening ------------------------------------------------------------------------------------

static struct wn_store *open_store(struct wn_tui *tui) {
    struct wn_store *store = NULL;
    struct wn_err err = {0};
    if (wn_store_open(tui->options->host.store, WN_STORE_READ, &store, &err) != WN_OK)
        wn_tui_say(tui, WN_BAD, "%s", err.text);
    return store;
}

bool wn_tui_open_store(struct wn_tui *tui) {
    if (!tui->store && find_store(tui, &tui->opened))
        tui->store = open_store(tui);
    return tui->store != NULL;
}

struct wn_store *wn_tui_front(struct wn_tui *tui) {
    struct wn_file_id found;
    if (!tui->front && find_store(tui, &found))
        tui->front = open_store(tui);
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

// ---- watching -----------------------------------------------------------------------------------

// Logs of trials and other files are no change of the store.
static void on_file(uv_fs_event_t *event, const char *name, int events, int status) {
    (void)events;
    if (status == 0 && (!name || wn_starts_with(name, "winnow.db")))
        wn_tui_refresh_soon(event->data);
}

static void watch(struct wn_tui *tui) {
    struct wn_file_id folder;
    find_file(tui->options->host.store, &folder);
    if (is_same(&folder, &tui->watched))
        return;
    uv_fs_event_stop(&tui->files);
    tui->watched = folder;
    if (folder.there && uv_fs_event_start(&tui->files, on_file, tui->options->host.store, 0) != 0)
        tui->watched = (struct wn_file_id){0}; // tried again with the next look
}

// No screen may go on to show what is no more.
static void leave(struct wn_tui *tui, bool gone) {
    wn_store_close(tui->store);
    wn_store_close(tui->front);
    tui->store = tui->front = NULL;
    wn_modal_close(&tui->modal);
    wn_tui_close_all(tui);
    wn_tui_go(tui, &wn_screen_sweeps, NULL);
    if (gone)
        wn_tui_say(tui, WN_WARN, "the store was removed: %s", tui->options->host.store);
}

void wn_tui_follow(struct wn_tui *tui) {
    struct wn_file_id found;
    watch(tui);
    if (!tui->store || tui->loading)
        return;
    bool there = find_store(tui, &found);
    if (!is_same(&found, &tui->opened))
        leave(tui, !there);
}
