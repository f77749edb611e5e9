// SPDX-License-Identifier: GPL-3.0-or-later
// Shared by the parts of the application: app.c (the loop), stack.c (open screens), load.c (their
// queries), follow.c (the store), command.c (commands beside it), modal.c (what is asked at the
// bottom), chrome.c (tabs and keys) and watch.c (news of all sweeps).
#ifndef WN_TUI_APP_H
#define WN_TUI_APP_H

#include <uv.h>

#include "tui/modal.h"
#include "tui/tui.h"
#include "tui/views.h"
#include "tui/watch.h"

struct wn_open_screen {
    const struct wn_screen *screen;
    struct wn_place place; // its own copy
    void *state;
    uint64_t serial; // tells it from every other one that was ever open
    bool wanted;     // what it shows is to be loaded
};

struct wn_load { // a query on the thread pool
    uv_work_t work;
    struct wn_tui *tui;
    const struct wn_screen *screen;
    uint64_t serial;
    void *query;   // NULL: the screen shows nothing of the store, only news are read
    bool quiet;    // no key waits for it
    bool gentle;   // nothing is read where the store did not change
    bool light;    // and nobody asks whether runners live
    bool watches;  // reads news
    bool changed;  // set: the store did
    bool loaded;   // set: the query was filled
    bool has_news; // set: they were read
    struct wn_watch_list news;
    enum wn_status status;
    struct wn_err err;
};

struct wn_file_id { // tells a file from another one that came into its place
    bool there;
    dev_t device;
    ino_t inode;
};

struct wn_tui {
    const struct wn_tui_options *options;
    struct wn_store *store; // of the thread pool, one query at a time; NULL: there is none yet
    struct wn_store *front; // of the loop's thread: wn_tui_front()
    uv_loop_t loop;
    uv_poll_t input;
    uv_fs_event_t files;
    uv_timer_t refresh, settle, slow, hold, later;
    uv_signal_t signals[5];
    uv_prepare_t turn;
    struct wn_open_screen *stack;
    size_t depth, capacity;
    uint64_t serials;
    struct wn_load load;
    struct wn_file_id opened, watched; // the database and the store's folder
    bool loading;
    bool pulse;       // look whether the store changed
    bool light;       // files beside the store are looked at, and little else
    unsigned looks;   // of the slow timer
    bool owes_news;   // of a change that was already loaded
    double began;     // when the last load did, monotonic
    double took;      // seconds that it took
    double last_news; // when they were read
    bool held;        // nothing is drawn: what was asked for is about to come
    bool dirty;       // something is to be drawn
    bool quitting;
    bool mouse;
    struct wn_modal modal;
    struct wn_watch watch;
    struct wn_views views;
    struct wn_canvas canvas;
    char *message;
    enum wn_look message_look;
    size_t commands; // that run
};

enum { // the application's own actions
    WN_APP_QUIT = WN_ACTION_APP,
    WN_APP_BACK,
    WN_APP_HELP,
    WN_APP_COMMAND,
    WN_APP_REPAINT,
    WN_APP_MOUSE,
    WN_APP_SUSPEND,
    WN_APP_TAB, // + 0 to 8
};

struct wn_open_screen *wn_tui_top(struct wn_tui *tui);
struct wn_pane wn_tui_pane(struct wn_tui *tui);     // of the current screen
struct wn_extent wn_tui_extent(struct wn_tui *tui); // what screens are to load for
void wn_tui_close_all(struct wn_tui *tui);
void wn_tui_act(struct wn_tui *tui, int action, const struct wn_key *key);

void wn_tui_load(struct wn_tui *tui); // starts what is wanted, unless one is under way
// Looks soon whether the store changed; how soon depends on what looking costs.
void wn_tui_refresh_soon(struct wn_tui *tui);
// Looks whether the store is still the same one, and whether there is one now.
void wn_tui_follow(struct wn_tui *tui);
bool wn_tui_open_store(struct wn_tui *tui); // once there is one
// For what one key asks; opened when it is first needed. NULL: there is no store yet.
struct wn_store *wn_tui_front(struct wn_tui *tui);

// A handle of a command that is left to itself, as the dashboard is about to end.
void wn_command_leave(uv_handle_t *handle);

void wn_chrome_draw(struct wn_tui *tui, const struct wn_pane *whole);
int wn_chrome_top(const struct wn_canvas *canvas); // rows of the tabs

#endif
