// SPDX-License-Identifier: GPL-3.0-or-later
// A line of text being typed, with the keys of Emacs that every shell has.
#ifndef WN_EDIT_H
#define WN_EDIT_H

#include "core/base/str.h"
#include "tui/canvas.h"
#include "tui/key.h"

struct wn_edit {
    struct wn_str text; // valid UTF-8
    size_t cursor;      // bytes before it
};

void wn_edit_set(struct wn_edit *edit, const char *text); // the cursor goes to its end
void wn_edit_free(struct wn_edit *edit);
// False: the key does nothing to a line of text.
bool wn_edit_key(struct wn_edit *edit, const struct wn_key *key);
// Draws the part around the cursor, and puts the terminal's cursor there where it has the focus.
void wn_edit_draw(const struct wn_edit *edit, const struct wn_pane *pane, struct wn_span span,
                  bool focus);

#endif
