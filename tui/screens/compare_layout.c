// SPDX-License-Identifier: GPL-3.0-or-later
// Where the parts of two sides go. What there is no room for goes in this order: the curves, values
// on their scale, parameters, metrics. The verdict stays.
#include "tui/screens/compare_private.h"

enum {
    WIDE = 140,       // columns from which the curves stand at the right
    LEFT = 92,        // columns of all else then
    WIDEST = 120,     // columns of all else in any case: bars that are longer say no more
    MOST_CURVES = 18, // rows, where there is more room than needed
    LEAST_CURVES = 6,
    SPREAD = 6, // a title, two bars with their values, the scale
    BARS = 3,   // a title and two bars
    FEW = 3,    // metrics and parameters that come before the curves
};

static int least_of(int a, int b) {
    return a < b ? a : b;
}

static int most_of(int a, int b) {
    return a > b ? a : b;
}

// Takes up to `wanted` rows of those that are left, or nothing where it is fewer than `least`.
static int take(int *left, int wanted, int least) {
    int rows = least_of(*left, wanted);
    if (rows < least || rows <= 0)
        return 0;
    *left -= rows;
    return rows;
}

static struct wn_compare_layout curves_alone(struct wn_extent extent) {
    return (struct wn_compare_layout){.left = extent.columns,
                                      .verdict = 1,
                                      .curves_top = 2,
                                      .curves_rows = most_of(extent.rows - 2, 0),
                                      .curves_columns = extent.columns};
}

// Rows of each part, without the empty ones above them.
static void share(struct wn_compare_layout *layout, const struct wn_comparison *comparison,
                  int left, bool curves) {
    int gap = layout->airy;
    int params = (int)comparison->param_count + 2, metrics = (int)comparison->metric_count + 1;
    layout->spread.rows = layout->curves_rows = 0;
    layout->metrics.rows = take(&left, 2, 2);
    left -= gap;
    layout->sides.rows = take(&left, 2, 1);
    left -= gap;
    int more = take(&left, least_of(params - 2, FEW), 1);
    left -= gap;
    layout->spread.rows = take(&left, SPREAD, SPREAD);
    if (!layout->spread.rows)
        layout->spread.rows = take(&left, BARS, BARS);
    layout->metrics.rows += take(&left, least_of(metrics - 2, FEW), 1);
    left -= gap;
    layout->curves_rows = curves ? take(&left, LEAST_CURVES, LEAST_CURVES) : 0;
    left += layout->curves_rows ? 0 : gap;
    layout->sides.rows += more;
    layout->sides.rows += take(&left, params - layout->sides.rows, 1);
    layout->metrics.rows += take(&left, metrics - layout->metrics.rows, 1);
    if (layout->curves_rows)
        layout->curves_rows += take(&left, MOST_CURVES - layout->curves_rows, 1);
}

static void place(struct wn_compare_layout *layout, int row) {
    int gap = layout->airy;
    struct wn_compare_area *const areas[] = {&layout->sides, &layout->metrics, &layout->spread};
    for (size_t i = 0; i < sizeof areas / sizeof *areas; i++) {
        areas[i]->top = row;
        row += areas[i]->rows ? areas[i]->rows + gap : 0;
    }
    layout->curves_top = row;
}

// Rows of a text that is broken at blanks.
static int rows_of(const char *text, int columns, int most) {
    return wn_compare_put_line(NULL, (struct wn_compare_line){.columns = columns, .most = most},
                               text);
}

static void measure_head(struct wn_compare_layout *layout, const struct wn_comparison *comparison,
                         int rows) {
    enum { REASON_FROM = 11, LONG_FROM = 20 };
    struct wn_str reason = {0};
    int columns = layout->left - 2;
    wn_compare_reason_text(comparison, &reason);
    layout->verdict = rows_of(comparison->verdict.text, columns, rows >= REASON_FROM ? 3 : 2);
    if (rows >= REASON_FROM)
        layout->reason = rows_of(wn_str_text(&reason), columns, rows >= LONG_FROM ? 2 : 1);
    wn_str_free(&reason);
}

struct wn_compare_layout wn_compare_layout(const struct wn_comparison *comparison,
                                           struct wn_extent extent, bool curves, bool alone) {
    enum { AIRY_FROM = 20 };
    if (alone)
        return curves_alone(extent);
    bool beside = curves && extent.columns >= WIDE, below = curves && !beside;
    struct wn_compare_layout layout = {.left = beside ? LEFT : least_of(extent.columns, WIDEST),
                                       .airy = extent.rows >= AIRY_FROM};
    measure_head(&layout, comparison, extent.rows);
    int top = 1 + layout.verdict + layout.reason;
    share(&layout, comparison, most_of(extent.rows - top - layout.airy, 0), below);
    if (below && !layout.curves_rows && layout.airy) {
        layout.airy = false;
        share(&layout, comparison, most_of(extent.rows - top, 0), below);
    }
    place(&layout, top + layout.airy);
    layout.curves_columns = layout.left;
    if (beside) {
        layout.curves_top = 1;
        layout.curves_left = LEFT + 1;
        layout.curves_rows = least_of(extent.rows - 1, 2 * MOST_CURVES);
        layout.curves_columns = extent.columns - LEFT - 1;
    }
    return layout;
}
