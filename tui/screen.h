// SPDX-License-Identifier: GPL-3.0-or-later
// A screen is a row of screens.def: one file screens/NAME.c that defines wn_screen_NAME. It draws
// from its own state only. What it shows it gets by a query: made by the screen, filled on the
// thread pool from the store, taken over by the screen. So nothing on the disk ever holds up a key,
// and a test can hand a screen any query it likes.
#ifndef WN_SCREEN_H
#define WN_SCREEN_H

#include "core/store/store.h"
#include "tui/canvas.h"
#include "tui/key.h"

struct wn_tui; // the running dashboard: tui/tui.h

// What a screen is about. Screens are found again by it: going to a place that is open goes back.
struct wn_place {
    int64_t sweep; // 0: none
    int64_t trial; // -1: none
    char *text;    // more, in the screen's own words (a file, a list of trials); or NULL
};

struct wn_extent { // of the pane that a screen draws on
    int rows, columns;
};

struct wn_view { // what a screen draws on, and when
    struct wn_pane pane;
    double now;     // Unix seconds: ages
    bool loading;   // a query is under way that was not answered quickly
    bool read_only; // nothing is to be offered that writes
};

struct wn_screen {
    const char *name;                  // "board", as winnow top --screen calls it
    const char *tab;                   // its title among the tabs; NULL: it is none of them
    bool of_sweep;                     // there is nothing to show without a sweep
    const struct wn_binding *bindings; // its own keys; motions are added
    // What the footer tells of the moment, of any actions; NULL, or where it returns that: the
    // bindings' own labels. *alone: while text is typed, when the application's keys mean nothing.
    const struct wn_hint *(*hints)(const void *state, bool *alone);
    void *(*open)(const struct wn_place *place); // the place is borrowed
    void (*close)(void *state);

    // All three may be NULL: the screen shows nothing of the store.
    // It also loads where there is no store yet: `store` is then NULL.
    bool storeless;
    // A query for what is to be shown now; borrows nothing of the state.
    void *(*ask)(const void *state, struct wn_extent extent);
    // On another thread: fills the query. A failure is shown, and the query dropped.
    enum wn_status (*load)(struct wn_store *store, void *query, struct wn_err *err);
    // On another thread: whether files beside the store, as logs, hold more than what is shown.
    // They are looked at twice a second, and loaded where they do. May be NULL.
    bool (*moved)(const void *query);
    // Takes over what was loaded; state NULL: only releases it.
    void (*take)(void *state, void *query);

    // Whether the screen wants to show what it has not loaded yet, after a key.
    bool (*stale)(const void *state, struct wn_extent extent);
    // Seconds until the drawing changes by itself (a mark that fades); 0: it does not. May be NULL.
    double (*settles)(const void *state, double now);
    void (*draw)(const void *state, const struct wn_view *view);
    // An action of its bindings or a motion; the key's row and column are within its pane. False:
    // it means nothing here.
    bool (*act)(void *state, struct wn_tui *tui, int action, const struct wn_key *key);
    // A key that no binding names; for screens in which text is typed. May be NULL.
    bool (*type)(void *state, struct wn_tui *tui, const struct wn_key *key);
    // What is under the cursor, for the other tabs; its text, which stays the state's, are the
    // numbers of further trials, parted by commas. May be NULL.
    struct wn_place (*place)(const void *state);
    // What whoever looks has chosen of a sweep's screen, as an object for tui/views.h, empty where
    // that is nothing; and its way back into a state that was just opened. Both may be NULL.
    struct cJSON *(*remember)(const void *state);
    void (*restore)(void *state, const struct cJSON *view);
};

#define X(name) extern const struct wn_screen wn_screen_##name;
#include "tui/screens.def"
#undef X

// In the order of screens.def, which is that of the tabs; NULL after the last one.
const struct wn_screen *wn_screen_at(size_t index);
const struct wn_screen *wn_screen_find(const char *name); // NULL: none
// The row of an action: the screen's own, the application's or a motion; or NULL.
const struct wn_binding *wn_screen_binding(const struct wn_screen *screen, int action);

#endif
