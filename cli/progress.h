// SPDX-License-Identifier: GPL-3.0-or-later
// The progress of a running sweep on stderr: one line redrawn in place on a terminal, a plain line
// now and then elsewhere. Lost terminals are ignored: the sweep goes on.
#ifndef WN_CLI_PROGRESS_H
#define WN_CLI_PROGRESS_H

#include "core/numbers.h"
#include "sweep/runner.h"

struct wn_progress_view {
    const char *objective; // borrowed
    bool terminal;         // stderr is one that knows escape sequences: redraw in place
    bool quiet;            // --quiet: nothing but notices
    double next_draw;      // monotonic seconds
    bool line_open;        // a line was drawn and not ended
};

// "[=====>    ] 23/60  4 running  1 failed  best accuracy 0.842 (trial 12)  3.1/s  eta 12s
// waits for a GPU: ...", at
// most `width` columns: what matters less is left out first. `out` is emptied first.
struct wn_str;
void wn_progress_line(const struct wn_progress *progress, const char *objective, int width,
                      struct wn_str *out);

// For struct wn_runner_watch; `context` is the view.
void wn_progress_show(void *context, const struct wn_progress *progress);
void wn_progress_notice(void *context, const char *sentence);
// Draws the last state and ends the line.
void wn_progress_end(struct wn_progress_view *view, const struct wn_progress *progress);

#endif
