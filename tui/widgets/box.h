// SPDX-License-Identifier: GPL-3.0-or-later
// A frame with a title: a dialog, for nothing else has one.
#ifndef WN_BOX_H
#define WN_BOX_H

#include "tui/canvas.h"

// Around an empty pane.
void wn_put_box(const struct wn_pane *box, const char *title);

#endif
