// SPDX-License-Identifier: GPL-3.0-or-later
// News of all sweeps, whatever screen is open: one that ended, trials that failed.
#ifndef WN_WATCH_H
#define WN_WATCH_H

#include "core/store/store.h"
#include "tui/canvas.h"

struct wn_watched {
    int64_t id;
    char *name;
    const char *state; // as shown
    char *reason;
    int64_t failed, ended;
};

struct wn_watch_list {
    struct wn_watched *sweeps;
    size_t count, capacity;
};

struct wn_watch {
    bool knows; // what was before
    struct wn_watch_list last;
};

// On the thread pool.
enum wn_status wn_watch_read(struct wn_store *store, struct wn_watch_list *list,
                             struct wn_err *err);
void wn_watch_list_free(struct wn_watch_list *list);
// Whether any sweep was at work.
bool wn_watch_works(const struct wn_watch *watch);
// Whether a sweep came, went or is in another state than before.
bool wn_watch_differs(const struct wn_watch *watch, const struct wn_watch_list *list);
// Takes the list over. Returns what is new since the last one as one sentence (the caller frees),
// or NULL.
char *wn_watch_news(struct wn_watch *watch, struct wn_watch_list *list, enum wn_look *look);

#endif
