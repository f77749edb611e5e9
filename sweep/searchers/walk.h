// SPDX-License-Identifier: GPL-3.0-or-later
// Visits every configuration of a finite space once, whatever its distributions are. The order is
// fixed but has no meaning; what has an order that users know is wn_grid (core/space.h).
#ifndef WN_SEARCHERS_WALK_H
#define WN_SEARCHERS_WALK_H

#include "core/space.h"

struct wn_walk; // stands at a configuration, first at the first one

struct wn_walk *wn_walk_new(const struct wn_space *space);
// The configuration it stands at; valid until the next step.
const struct wn_config *wn_walk_at(const struct wn_walk *walk);
// Steps on; false where it stands at the last configuration.
bool wn_walk_step(struct wn_walk *walk);
void wn_walk_free(struct wn_walk *walk);

#endif
