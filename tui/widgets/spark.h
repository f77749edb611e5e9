// SPDX-License-Identifier: GPL-3.0-or-later
// A curve in one row: eight heights of a block, or their ASCII twins.
#ifndef WN_SPARK_H
#define WN_SPARK_H

#include <stddef.h>

#include "tui/canvas.h"

// One column per value, from the least to the greatest of them; NaN: a blank. Infinite values are
// drawn as the least and the greatest.
void wn_spark_draw(const struct wn_pane *pane, struct wn_span span, enum wn_look look,
                   const double *values);

#endif
