// SPDX-License-Identifier: GPL-3.0-or-later
// The learning curves of a comparison: a metric of it, one chart per side, the mean over
// its trials that count where there are several.
#ifndef WN_COMPARE_CURVES_H
#define WN_COMPARE_CURVES_H

#include "core/chart.h"
#include "core/compare/compare.h"

enum { WN_CURVES_TRIALS = 64 }; // of a side: of more the curves are not drawn

struct wn_compare_curves {
    bool shown; // both sides have curves of more than two points; else there are no charts
    struct wn_chart a, b; // of one window
};

struct wn_curves_wish {
    size_t metric; // of the comparison; 0: the one that decides
    size_t columns;
};

enum wn_status wn_compare_curves(struct wn_store *store, const struct wn_comparison *comparison,
                                 struct wn_curves_wish wish, struct wn_compare_curves *curves,
                                 struct wn_err *err);
void wn_compare_curves_clear(struct wn_compare_curves *curves);

#endif
