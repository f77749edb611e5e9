// SPDX-License-Identifier: GPL-3.0-or-later
// Which configurations are still to be had: those that the constraints allow and that are not out
// yet. A searcher that draws tries wn_fresh_tries() draws, then asks for one of what remains.
// All of it is a function of the configurations noted, in whatever order they were.
#ifndef WN_SEARCHERS_FRESH_H
#define WN_SEARCHERS_FRESH_H

#include "sweep/searcher.h"

struct wn_fresh;

struct wn_fresh *wn_fresh_new(const struct wn_space *space);
// How many draws without a fresh one among them are enough.
int64_t wn_fresh_tries(const struct wn_fresh *fresh);
bool wn_fresh_is(const struct wn_fresh *fresh, const struct wn_config *config);
// From now on it is out.
void wn_fresh_note(struct wn_fresh *fresh, const struct wn_config *config);
// Gives a fresh configuration of a finite space, found by looking at one after the other. False
// where there is none, and in an infinite space. Does not note it.
bool wn_fresh_find(struct wn_fresh *fresh, struct wn_config *config);
void wn_fresh_free(struct wn_fresh *fresh);

#endif
