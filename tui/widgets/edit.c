// SPDX-License-Identifier: GPL-3.0-or-later
// The cursor stands between characters, never within the bytes of one.
#include "tui/widgets/edit.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "core/base/mem.h"

void wn_edit_set(struct wn_edit *edit, const char *text) {
    wn_str_clear(&edit->text);
    wn_str_add(&edit->text, text);
    edit->cursor = edit->text.length;
}

void wn_edit_free(struct wn_edit *edit) {
    wn_str_free(&edit->text);
}

static bool continues(char c) {
    return ((unsigned char)c & 0xc0) == 0x80;
}

static size_t before(const struct wn_edit *edit, size_t at) {
    const char *text = wn_str_text(&edit->text);
    while (at > 0 && continues(text[--at]))
        ;
    return at;
}

static size_t after(const struct wn_edit *edit, size_t at) {
    const char *text = wn_str_text(&edit->text);
    if (at < edit->text.length)
        at++;
    while (at < edit->text.length && continues(text[at]))
        at++;
    return at;
}

static size_t word_before(const struct wn_edit *edit) {
    const char *text = wn_str_text(&edit->text);
    size_t at = edit->cursor;
    while (at > 0 && text[at - 1] == ' ')
        at--;
    while (at > 0 && text[at - 1] != ' ')
        at--;
    return at;
}

static void cut(struct wn_edit *edit, size_t from, size_t to) {
    if (from >= to)
        return;
    char *text = edit->text.text;
    memmove(text + from, text + to, edit->text.length - to + 1);
    edit->text.length -= to - from;
    edit->cursor = from;
}

static void insert(struct wn_edit *edit, int code) {
    char bytes[16];
    mbstate_t fresh = {0};
    size_t count = wcrtomb(bytes, (wchar_t)code, &fresh);
    if (count == (size_t)-1)
        return;
    char *rest = wn_strdup(wn_str_text(&edit->text) + edit->cursor);
    edit->text.length = edit->cursor;
    wn_str_add_bytes(&edit->text, bytes, count);
    wn_str_add(&edit->text, rest);
    edit->cursor += count;
    free(rest);
}

enum { LEFT = 1, RIGHT, FIRST, LAST, RUB_OUT, DELETE, RUB_WORD, RUB_ALL, RUB_REST };

static const struct wn_binding bindings[] = {
    {LEFT, "Left ^B", NULL, NULL},
    {RIGHT, "Right ^F", NULL, NULL},
    {FIRST, "Home ^A", NULL, NULL},
    {LAST, "End ^E", NULL, NULL},
    {RUB_OUT, "Backspace", NULL, NULL},
    {DELETE, "Delete ^D", NULL, NULL},
    {RUB_WORD, "^W M-Backspace", NULL, NULL},
    {RUB_ALL, "^U", NULL, NULL},
    {RUB_REST, "^K", NULL, NULL},
    {0},
};

bool wn_edit_key(struct wn_edit *edit, const struct wn_key *key) {
    size_t cursor = edit->cursor;
    switch (wn_binding_action(bindings, key)) {
    case LEFT:
        edit->cursor = before(edit, cursor);
        return true;
    case RIGHT:
        edit->cursor = after(edit, cursor);
        return true;
    case FIRST:
        edit->cursor = 0;
        return true;
    case LAST:
        edit->cursor = edit->text.length;
        return true;
    case RUB_OUT:
        cut(edit, before(edit, cursor), cursor);
        return true;
    case DELETE:
        cut(edit, cursor, after(edit, cursor));
        return true;
    case RUB_WORD:
        cut(edit, word_before(edit), cursor);
        return true;
    case RUB_ALL:
        cut(edit, 0, cursor);
        return true;
    case RUB_REST:
        cut(edit, cursor, edit->text.length);
        return true;
    default:
        break;
    }
    if (key->alt || key->code < WN_KEY_SPACE || key->code == WN_KEY_BACKSPACE ||
        key->code >= WN_KEY_NAMED)
        return false;
    insert(edit, key->code);
    return true;
}

void wn_edit_draw(const struct wn_edit *edit, const struct wn_pane *pane, struct wn_span span,
                  bool focus) {
    const char *text = wn_str_text(&edit->text);
    char *head = wn_strndup(text, edit->cursor);
    size_t start = 0;
    // What lies left of the room is not shown.
    while (start < edit->cursor && wn_canvas_width(pane->canvas, head + start) >= span.columns)
        start = after(edit, start);
    wn_put_span(pane, span, WN_PLAIN, text + start);
    if (focus) {
        pane->canvas->cursor_row = pane->top + span.row;
        pane->canvas->cursor_column =
            pane->left + span.column + wn_canvas_width(pane->canvas, head + start);
    }
    free(head);
}
