// SPDX-License-Identifier: GPL-3.0-or-later
// What goes where on the screen of a trial: the head, then curves above the log; in a wide pane
// what is known and the log stand at the right. A small pane gives up the curves last.
#include "tui/screens/trial.h"

enum {
    WIDE = 150,
    WIDE_ROWS = 24,
    LOW = 15, // fewer rows have no third row in the head
    TALL = 30,
    LEAST_CHART = 4,
    LEAST_LOG = 3,
    SMALL_ROWS = 8,
};

static struct wn_trial_box box(int top, int left, int rows, int columns) {
    return (struct wn_trial_box){top, left, rows > 0 ? rows : 0, columns > 0 ? columns : 0};
}

static void lay_out_head(const struct wn_trial_query *query, struct wn_extent extent,
                         struct wn_trial_layout *layout) {
    int most = extent.rows < LOW ? 1 : extent.rows < TALL ? 2 : 4;
    layout->param_rows = wn_trial_params_flow(query, extent.columns - 2, most, NULL);
    layout->has_third_row = extent.rows >= LOW;
    layout->has_reason = query->row.reason && *query->row.reason;
    layout->head = box(0, 0, 1 + layout->param_rows + layout->has_third_row + layout->has_reason,
                       extent.columns);
}

static void lay_out_narrow(const struct wn_trial_query *query, struct wn_extent extent,
                           struct wn_trial_layout *layout) {
    int top = layout->head.rows, rows = extent.rows - top, log = rows * 2 / 5;
    log = log < LEAST_LOG ? LEAST_LOG : log;
    if (query->metric_count == 0 || rows - log < LEAST_CHART)
        log = query->metric_count == 0 ? rows : 0;
    layout->chart = box(top, 0, rows - log, extent.columns);
    layout->log = box(extent.rows - log, 0, log, extent.columns);
}

static void lay_out_wide(const struct wn_trial_query *query, struct wn_extent extent,
                         struct wn_trial_layout *layout) {
    int top = layout->head.rows + 1, rows = extent.rows - top, left = extent.columns * 3 / 5;
    size_t others = query->metric_count > 1 ? query->metric_count - 1 : 0;
    int small = others == 0                            ? 0
                : others <= 2 || rows < 5 * SMALL_ROWS ? SMALL_ROWS
                                                       : 2 * SMALL_ROWS;
    int facts = (int)query->facts.count < rows / 2 ? (int)query->facts.count : rows / 2;
    layout->chart = box(top, 0, rows - small, left - 1);
    layout->small = box(extent.rows - small, 0, small, left - 1);
    layout->facts = box(top, left + 1, facts, extent.columns - left - 1);
    layout->log = box(top + facts, left + 1, rows - facts, extent.columns - left - 1);
}

struct wn_trial_layout wn_trial_lay_out(const struct wn_trial_query *query, enum wn_trial_part part,
                                        struct wn_extent extent) {
    struct wn_trial_layout layout = {0};
    lay_out_head(query, extent, &layout);
    const struct wn_trial_box rest =
        box(layout.head.rows, 0, extent.rows - layout.head.rows, extent.columns);
    if (part == WN_TRIAL_CHART)
        layout.chart = rest;
    else if (part == WN_TRIAL_LOG)
        layout.log = rest;
    else if (part == WN_TRIAL_FACTS)
        layout.facts = rest;
    else if (extent.columns >= WIDE && extent.rows >= WIDE_ROWS)
        lay_out_wide(query, extent, &layout);
    else
        lay_out_narrow(query, extent, &layout);
    return layout;
}

struct wn_trial_box wn_trial_small_box(const struct wn_trial_layout *layout, size_t count,
                                       size_t i) {
    const struct wn_trial_box *all = &layout->small;
    int across = count > 1 ? 2 : 1, down = all->rows / SMALL_ROWS;
    int row = (int)i / across, column = (int)i % across;
    if (row >= down)
        return (struct wn_trial_box){0};
    int width = (all->columns - (across - 1) * 2) / across;
    return box(all->top + row * SMALL_ROWS, all->left + column * (width + 2), SMALL_ROWS, width);
}
