// SPDX-License-Identifier: GPL-3.0-or-later
// Keys and what they do. A binding is a row: the keys, the action, and its words in the footer and
// in the help; both are drawn from the same rows.
#ifndef WN_KEY_H
#define WN_KEY_H

#include <stdbool.h>
#include <stddef.h>

enum wn_key_code { // others are Unicode; Ctrl-A is 1
    WN_KEY_NONE = 0,
    WN_KEY_TAB = 9,
    WN_KEY_ENTER = 13,
    WN_KEY_ESC = 27,
    WN_KEY_SPACE = 32,
    WN_KEY_BACKSPACE = 127,
    WN_KEY_NAMED = 0x110000,
    WN_KEY_UP,
    WN_KEY_DOWN,
    WN_KEY_LEFT,
    WN_KEY_RIGHT,
    WN_KEY_PAGE_UP,
    WN_KEY_PAGE_DOWN,
    WN_KEY_HOME,
    WN_KEY_END,
    WN_KEY_DELETE,
    WN_KEY_BACK_TAB,
    WN_KEY_F1, // to F12
    WN_KEY_CLICK = WN_KEY_F1 + 12,
    WN_KEY_DOUBLE_CLICK,
    WN_KEY_WHEEL_UP,
    WN_KEY_WHEEL_DOWN,
};

struct wn_key {
    int code;
    bool alt;
    bool pasted;     // text that was pasted; no key of it acts
    int row, column; // of the mouse; in a screen's action: within its pane
};

// "j", "Space", "^N", "M-x", "PgDn", "F5"; `out` holds at least 16 bytes.
const char *wn_key_name(const struct wn_key *key, char *out);

enum wn_motion { // actions that every list, text and plot understands
    WN_ACTION_NONE,
    WN_MOVE_UP,
    WN_MOVE_DOWN,
    WN_MOVE_LEFT,
    WN_MOVE_RIGHT,
    WN_MOVE_PAGE_UP,
    WN_MOVE_PAGE_DOWN,
    WN_MOVE_FIRST,
    WN_MOVE_LAST,
    WN_CLICK,
    WN_DOUBLE_CLICK,
    WN_WHEEL_UP,
    WN_WHEEL_DOWN,
    WN_ACTION_APP = 0x100, // from here on: of the application (tui/app.c)
    WN_ACTION_OWN = 0x200, // and of the screen
};

struct wn_binding {
    int action;        // 0 ends an array
    const char *keys;  // names parted by spaces; the first one is shown in the footer
    const char *label; // in the footer, where earlier rows come first; NULL: only in the help
    const char *help;  // one phrase
    bool writes;       // not there where the dashboard is read only
};

extern const struct wn_binding wn_motion_bindings[];
extern const struct wn_binding wn_app_bindings[]; // of every screen

// A key that the footer tells of the moment; action 0 ends an array.
struct wn_hint {
    int action;        // of a binding, which has the key
    const char *label; // what it does now
};

// The row of an action, or NULL.
const struct wn_binding *wn_binding_find(const struct wn_binding *bindings, int action);
// The action of a key, or WN_ACTION_NONE.
int wn_binding_action(const struct wn_binding *bindings, const struct wn_key *key);

// Where a cursor of a list goes: `page` rows a page, `count` rows in all. False: not a motion up or
// down. The cursor stays within 0 and count - 1.
bool wn_move_cursor(int action, size_t page, size_t count, size_t *cursor);

#endif
