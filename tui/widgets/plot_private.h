// SPDX-License-Identifier: GPL-3.0-or-later
// The parts of a plot: the range it shows, the ticks of an axis, and a field of dots.
#ifndef WN_PLOT_PRIVATE_H
#define WN_PLOT_PRIVATE_H

#include "tui/widgets/plot.h"

struct wn_plot_axis {
    double low, high; // low < high; both positive where `log`
    bool log;
    bool empty; // nothing lies on it: no ticks
};

// Where `value` lies on the axis: 0 at low, 1 at high; also beyond both.
double wn_plot_place(const struct wn_plot_axis *axis, double value);
// The range of y that is shown.
struct wn_plot_axis wn_plot_range(const struct wn_plot *plot);

struct wn_plot_tick {
    double value;
    char label[16]; // "": a minor one
};
enum { WN_PLOT_TICKS = 64 };
// Round numbers on the axis, rising; at most `most` of them have a label. Returns how many.
int wn_plot_ticks(const struct wn_plot_axis *axis, int most, struct wn_plot_tick *ticks);

// Dots of the cells of a pane; a curve's line is put into it whole.
struct wn_plot_field {
    int rows, columns; // of cells
    unsigned char *dots;
    enum wn_look *looks;
    char *letters; // of cells that a letter stands in
};
struct wn_plot_field wn_plot_field_new(int rows, int columns);
void wn_plot_field_free(struct wn_plot_field *field);
// A dot column from one place of the axis to another (0 is below); false: all of it lies outside.
bool wn_plot_field_line(struct wn_plot_field *field, int column, double from, double to,
                        enum wn_look look);
void wn_plot_field_draw(const struct wn_plot_field *field, const struct wn_pane *pane);

#endif
