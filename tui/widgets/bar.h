// SPDX-License-Identifier: GPL-3.0-or-later
// A bar of progress, and how states are told: by a glyph, a word and a colour.
#ifndef WN_BAR_H
#define WN_BAR_H

#include "core/trial.h"
#include "tui/canvas.h"

void wn_put_bar(const struct wn_pane *pane, struct wn_span span, double share);

// "● running"; `shown` is the state of a sweep as wn_sweep_shown_state() tells it.
void wn_put_sweep_state(const struct wn_pane *pane, struct wn_span span, const char *shown);
void wn_put_trial_state(const struct wn_pane *pane, struct wn_span span, enum wn_trial_state state);
enum wn_look wn_trial_state_look(enum wn_trial_state state);

#endif
