// SPDX-License-Identifier: GPL-3.0-or-later
// The values of a discrete leaf, one after the other: numbers in rising order, choices as written.
#ifndef WN_SEARCHERS_LEVELS_H
#define WN_SEARCHERS_LEVELS_H

#include "core/space.h"

struct wn_scalar wn_level_first(const struct wn_param *param);
// Steps to the next value; false where it is at the last one.
bool wn_level_next(const struct wn_param *param, struct wn_scalar *scalar);

#endif
