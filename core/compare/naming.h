// SPDX-License-Identifier: GPL-3.0-or-later
// For sides.c alone: a way to name a side that has a file of its own.
#ifndef WN_COMPARE_NAMING_H
#define WN_COMPARE_NAMING_H

#include "core/compare/sides.h"

// The configurations of side->sweep that an expression fits.
enum wn_status wn_side_name_group(struct wn_store *store, struct wn_compare_side *side,
                                  const char *rest, struct wn_err *err);

#endif
