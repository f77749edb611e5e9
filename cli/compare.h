// SPDX-License-Identifier: GPL-3.0-or-later
// The forms in which `winnow compare` shows a comparison.
#ifndef WN_CLI_COMPARE_H
#define WN_CLI_COMPARE_H

#include "cli/print.h"
#include "core/compare/curves.h"

enum { WN_COMPARE_WIDTH = 80, WN_COMPARE_WIDEST = 110 }; // columns of a page

// How many columns a page has in this output.
int wn_compare_width(const struct wn_output *out);
// How many columns the charts of the curves need there.
size_t wn_compare_curve_columns(int width);

// For people. `curves` not shown: left out. `ascii`: nothing else is drawn.
void wn_compare_page(const struct wn_comparison *comparison, const struct wn_compare_curves *curves,
                     bool ascii, struct wn_output *out);
// Its curves: compare_curves.c.
void wn_compare_draw(const struct wn_comparison *comparison, const struct wn_compare_curves *curves,
                     bool ascii, struct wn_output *out);
// For scripts: docs/json.md.
void wn_compare_json(const struct wn_comparison *comparison, struct wn_output *out);

#endif
