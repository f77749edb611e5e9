// SPDX-License-Identifier: GPL-3.0-or-later
// What whoever looks has chosen for the screens of a sweep, and the command lines that were typed:
// kept in STORE/views.json from one dashboard to the next. Nothing of it is a result; a file that
// cannot be read is as good as none.
#ifndef WN_VIEWS_H
#define WN_VIEWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cJSON;

struct wn_views {
    char *file;            // NULL: nothing is kept
    struct cJSON *known;   // views by "SCREEN SWEEP": of the file, and what was chosen since
    struct cJSON *changed; // since, alone
};

// Reads the file of a store. False: there is one, and it is damaged.
bool wn_views_open(struct wn_views *views, const char *store);
// The view of a screen; NULL: none was kept.
const struct cJSON *wn_views_get(const struct wn_views *views, const char *screen, int64_t sweep);
// Keeps one, which is the callee's from now on. NULL: nothing is to be kept.
void wn_views_put(struct wn_views *views, const char *screen, int64_t sweep, struct cJSON *view);
// Hands over the kept command lines, oldest first.
void wn_views_each_line(const struct wn_views *views, void (*each)(void *context, const char *line),
                        void *context);
// Writes what changed into the file as it is by now, so that of several dashboards each keeps its
// own sweeps, and adds further command lines to those that are there. False: it cannot be written.
bool wn_views_save(struct wn_views *views, char *const *lines, size_t count);
void wn_views_close(struct wn_views *views);

#endif
