// SPDX-License-Identifier: GPL-3.0-or-later
// Keys are compared by their names, so that bindings are written as people read them.
#include "tui/key.h"

#include <stdio.h>
#include <string.h>
#include <wchar.h>

const struct wn_binding wn_motion_bindings[] = {
    {WN_MOVE_UP, "Up k ^P", NULL, "up"},
    {WN_MOVE_DOWN, "Down j ^N", NULL, "down"},
    {WN_MOVE_LEFT, "Left h ^B", NULL, "left"},
    {WN_MOVE_RIGHT, "Right l ^F", NULL, "right"},
    {WN_MOVE_PAGE_UP, "PgUp ^U M-v", NULL, "a page up"},
    {WN_MOVE_PAGE_DOWN, "PgDn ^D ^V", NULL, "a page down"},
    {WN_MOVE_FIRST, "Home g M-<", NULL, "to the first row"},
    {WN_MOVE_LAST, "End G M->", NULL, "to the last row"},
    {WN_CLICK, "Click", NULL, "choose the row; a column's title sorts"},
    {WN_DOUBLE_CLICK, "DoubleClick", NULL, "open the row"},
    {WN_WHEEL_UP, "WheelUp", NULL, "three rows up"},
    {WN_WHEEL_DOWN, "WheelDown", NULL, "three rows down"},
    {0},
};

static const char *named_key(int code) {
    static const char *const names[] = {"Up",   "Down", "Left", "Right",  "PgUp",
                                        "PgDn", "Home", "End",  "Delete", "S-Tab"};
    static const char *const mouse[] = {"Click", "DoubleClick", "WheelUp", "WheelDown"};
    switch (code) {
    case WN_KEY_TAB:
        return "Tab";
    case WN_KEY_ENTER:
        return "Enter";
    case WN_KEY_ESC:
        return "Esc";
    case WN_KEY_SPACE:
        return "Space";
    case WN_KEY_BACKSPACE:
        return "Backspace";
    default:
        break;
    }
    if (code >= WN_KEY_CLICK && code <= WN_KEY_WHEEL_DOWN)
        return mouse[code - WN_KEY_CLICK];
    return code > WN_KEY_NAMED && code < WN_KEY_F1 ? names[code - WN_KEY_UP] : NULL;
}

const char *wn_key_name(const struct wn_key *key, char *out) {
    const char *alt = key->alt ? "M-" : "", *name = named_key(key->code);
    char glyph[8] = "";
    if (name) {
        snprintf(out, 16, "%s%s", alt, name);
    } else if (key->code >= WN_KEY_F1 && key->code < WN_KEY_CLICK) {
        snprintf(out, 16, "%sF%d", alt, key->code - WN_KEY_F1 + 1);
    } else if (key->code < WN_KEY_SPACE) {
        snprintf(out, 16, "%s^%c", alt, key->code + '@');
    } else {
        mbstate_t fresh = {0};
        size_t bytes = wcrtomb(glyph, (wchar_t)key->code, &fresh);
        glyph[bytes == (size_t)-1 ? 0 : bytes] = '\0';
        snprintf(out, 16, "%s%s", alt, glyph);
    }
    return out;
}

static bool is_among(const char *keys, const char *name) {
    size_t length = strlen(name);
    for (const char *word = keys; *word;) {
        size_t size = strcspn(word, " ");
        if (size == length && memcmp(word, name, size) == 0)
            return true;
        word += size + (word[size] == ' ');
    }
    return false;
}

const struct wn_binding *wn_binding_find(const struct wn_binding *bindings, int action) {
    while (bindings->action && bindings->action != action)
        bindings++;
    return bindings->action ? bindings : NULL;
}

int wn_binding_action(const struct wn_binding *bindings, const struct wn_key *key) {
    char name[16];
    wn_key_name(key, name);
    for (; name[0] && bindings->action; bindings++)
        if (is_among(bindings->keys, name))
            return bindings->action;
    return WN_ACTION_NONE;
}

bool wn_move_cursor(int action, size_t page, size_t count, size_t *cursor) {
    size_t last = count ? count - 1 : 0, at = *cursor < last ? *cursor : last, by = 1;
    switch (action) {
    case WN_MOVE_PAGE_UP:
    case WN_MOVE_PAGE_DOWN:
        by = page > 1 ? page - 1 : 1;
        break;
    case WN_WHEEL_UP:
    case WN_WHEEL_DOWN:
        by = 3;
        break;
    default:
        break;
    }
    switch (action) {
    case WN_MOVE_UP:
    case WN_MOVE_PAGE_UP:
    case WN_WHEEL_UP:
        *cursor = at > by ? at - by : 0;
        return true;
    case WN_MOVE_DOWN:
    case WN_MOVE_PAGE_DOWN:
    case WN_WHEEL_DOWN:
        *cursor = last - at > by ? at + by : last;
        return true;
    case WN_MOVE_FIRST:
        *cursor = 0;
        return true;
    case WN_MOVE_LAST:
        *cursor = last;
        return true;
    default:
        return false;
    }
}
