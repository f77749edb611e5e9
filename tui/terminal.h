// SPDX-License-Identifier: GPL-3.0-or-later
// The terminal: shows a canvas by curses, which writes only what changed, and reads keys. Whatever
// ends the process, the terminal is as it was before. There is one at a time.
#ifndef WN_TERMINAL_H
#define WN_TERMINAL_H

#include <stdio.h>

#include "core/base/err.h"
#include "tui/canvas.h"
#include "tui/key.h"

struct wn_terminal_options { // all optional
    const char *type;        // of the terminal; NULL: by TERM
    FILE *in, *out;          // NULL: stdin, stdout
    int rows, columns;       // 0: by asking the terminal
    bool no_mouse, no_colour;
};

// WN_ENVIRONMENT where the terminal cannot show screens (TERM=dumb, not a terminal).
enum wn_status wn_terminal_open(const struct wn_terminal_options *options, struct wn_err *err);
void wn_terminal_close(void);
void wn_terminal_size(int *rows, int *columns);
// Takes over the size that the kernel tells; after SIGWINCH. False: it is the same.
bool wn_terminal_resize(void);
void wn_terminal_show(const struct wn_canvas *canvas);
// Whether it has shown most of what it was sent; else what is shown now would come late.
bool wn_terminal_ready(void);
// Draws everything anew with the next show.
void wn_terminal_repaint(void);
// The next key that was pressed; false: none is waiting.
bool wn_terminal_key(struct wn_key *key);
// Leaves the screen to the shell, and comes back.
void wn_terminal_suspend(void);
void wn_terminal_resume(void);
// Turns the mouse over to the terminal's own selection, or takes it back.
void wn_terminal_mouse(bool ours);
void wn_terminal_bell(void);
// Puts text into the clipboard of whoever looks (OSC 52), through tmux and screen as well. False:
// it is too long for terminals to take.
bool wn_terminal_copy(const char *text, size_t length);
// Whether braille and boxes can be shown: a UTF-8 locale and a font that has them.
bool wn_terminal_is_ascii(const char *type);

#endif
