// SPDX-License-Identifier: GPL-3.0-or-later
// Two listings are compared; what was not there before is no news.
#include "tui/watch.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "sweep/standing.h"

struct reading {
    struct wn_store *store;
    struct wn_watch_list *list;
};

static bool add(void *context, const struct wn_sweep_row *row) {
    struct reading *reading = context;
    struct wn_watch_list *list = reading->list;
    struct wn_watched *watched = WN_PUSH(list->sweeps, list->count, list->capacity);
    watched->id = row->id;
    watched->name = wn_strdup(row->name);
    watched->state = wn_sweep_shown_state(reading->store, row);
    watched->reason = row->reason ? wn_strdup(row->reason) : NULL;
    for (int state = 0; state < WN_TRIAL_STATES; state++) {
        if (!wn_trial_ended(state))
            continue;
        watched->ended += row->counts[state];
        watched->failed += wn_trial_counts(state) ? 0 : row->counts[state];
    }
    return true;
}

enum wn_status wn_watch_read(struct wn_store *store, struct wn_watch_list *list,
                             struct wn_err *err) {
    struct reading reading = {store, list};
    return wn_store_each_sweep(store, add, &reading, err);
}

void wn_watch_list_free(struct wn_watch_list *list) {
    for (size_t i = 0; i < list->count; i++) {
        free(list->sweeps[i].name);
        free(list->sweeps[i].reason);
    }
    free(list->sweeps);
    *list = (struct wn_watch_list){0};
}

static const struct wn_watched *find(const struct wn_watch_list *list, int64_t id) {
    for (size_t i = 0; i < list->count; i++)
        if (list->sweeps[i].id == id)
            return &list->sweeps[i];
    return NULL;
}

static bool works(const struct wn_watched *watched) {
    return strcmp(watched->state, "running") == 0 || strcmp(watched->state, "paused") == 0;
}

bool wn_watch_works(const struct wn_watch *watch) {
    for (size_t i = 0; i < watch->last.count; i++)
        if (works(&watch->last.sweeps[i]))
            return true;
    return false;
}

bool wn_watch_differs(const struct wn_watch *watch, const struct wn_watch_list *list) {
    bool differs = watch->last.count != list->count;
    for (size_t i = 0; !differs && i < list->count; i++) {
        const struct wn_watched *was = find(&watch->last, list->sweeps[i].id);
        differs = !was || strcmp(was->state, list->sweeps[i].state) != 0;
    }
    return differs;
}

static char *tell(const struct wn_watched *was, const struct wn_watched *is, enum wn_look *look) {
    if (works(was) && !works(is)) {
        bool good = strcmp(is->state, "finished") == 0;
        *look = good ? WN_GOOD : WN_BAD;
        return wn_format("%s %s%s%s", is->name, is->state, is->reason ? ": " : "",
                         is->reason ? is->reason : "");
    }
    if (is->failed > was->failed) {
        long long more = (long long)(is->failed - was->failed);
        *look = WN_WARN;
        return wn_format("%s: %lld more trial%s without a result, %lld in all", is->name, more,
                         more == 1 ? "" : "s", (long long)is->failed);
    }
    return NULL;
}

char *wn_watch_news(struct wn_watch *watch, struct wn_watch_list *list, enum wn_look *look) {
    char *news = NULL;
    for (size_t i = 0; watch->knows && !news && i < list->count; i++) {
        const struct wn_watched *was = find(&watch->last, list->sweeps[i].id);
        news = was ? tell(was, &list->sweeps[i], look) : NULL;
    }
    wn_watch_list_free(&watch->last);
    watch->last = *list;
    watch->knows = true;
    *list = (struct wn_watch_list){0};
    return news;
}
