// SPDX-License-Identifier: GPL-3.0-or-later
// Curves on a pane: braille dots, two by four to a cell, or their ASCII twins. Several curves are
// told apart by colour and by letters on them that their names at the right edge repeat. What
// cannot be drawn is marked at the edge where it would be, and counted. Everything is borrowed.
#ifndef WN_PLOT_H
#define WN_PLOT_H

#include "core/chart.h"
#include "tui/canvas.h"

struct wn_plot_curve {
    const struct wn_chart *chart; // all of one plot are of the same window
    const char *name;
    bool dots; // least and greatest of each column by themselves, dim: no line
};

enum { WN_PLOT_CURVES = 6 }; // what can be told apart

struct wn_plot {
    const struct wn_plot_curve *curves; // at most WN_PLOT_CURVES; the first one lies on top
    size_t count;
    bool unnamed; // neither letters nor names
    const char *title;
    const char *x_name; // "step"; or NULL
    const char *about;  // dim, behind the title: how it is shown; or NULL
    const char *note;   // at the right of the title: best and now; or NULL
    bool log_x, log_y;
    bool whole;       // never leave out the outermost values; else where they take half of the pane
    double low, high; // range of y; NaN: as far as values go
    int cursor;       // dot column of the crosshair; -1: none
};

// How many columns a chart needs to fill the pane; 0: nothing can be drawn there.
int wn_plot_columns(const struct wn_plot *plot, const struct wn_pane *pane);
void wn_plot_draw(const struct wn_plot *plot, const struct wn_pane *pane);

// The nearest dot column to `column` in which the first curve has a value, or -1.
int wn_plot_nearest(const struct wn_plot *plot, int column);
// The dot column at a column of a pane so wide, or -1.
int wn_plot_column_at(const struct wn_plot *plot, const struct wn_pane *pane, int column);
// What the crosshair reads, raw: "step 120  accuracy 0.9831", and the other curves by their names.
void wn_plot_reading(const struct wn_plot *plot, struct wn_str *out);
// Where the crosshair is in x; NaN: nowhere.
double wn_plot_cursor_x(const struct wn_plot *plot);

#endif
