// SPDX-License-Identifier: GPL-3.0-or-later
// The learning curves of a comparison as lines of text.
#include <math.h>

#include "cli/compare.h"
#include "tui/widgets/plot.h"

enum { CURVE_ROWS = 13 };

static struct wn_plot plot_of(const char *title, const struct wn_plot_curve *curves) {
    return (struct wn_plot){.curves = curves,
                            .count = 2,
                            .title = title,
                            .x_name = "step",
                            .low = NAN,
                            .high = NAN,
                            .cursor = -1};
}

static struct wn_pane new_pane(struct wn_canvas *canvas, int width) {
    wn_canvas_reset(canvas, CURVE_ROWS, width);
    return wn_pane_whole(canvas);
}

size_t wn_compare_curve_columns(int width) {
    const struct wn_plot_curve curves[] = {{.name = "A"}, {.name = "B"}};
    const struct wn_plot plot = plot_of("", curves);
    struct wn_canvas canvas = {0};
    struct wn_pane pane = new_pane(&canvas, width);
    int columns = wn_plot_columns(&plot, &pane);
    wn_canvas_free(&canvas);
    return columns > 0 ? (size_t)columns : 0;
}

void wn_compare_draw(const struct wn_comparison *comparison, const struct wn_compare_curves *curves,
                     bool ascii, struct wn_output *out) {
    const struct wn_plot_curve both[] = {{.chart = &curves->a, .name = "A"},
                                         {.chart = &curves->b, .name = "B"}};
    const struct wn_plot plot = plot_of(comparison->metrics[0].name, both);
    struct wn_canvas canvas = {.ascii = ascii};
    struct wn_pane pane = new_pane(&canvas, wn_compare_width(out));
    struct wn_str text = {0};
    wn_plot_draw(&plot, &pane);
    for (int row = 0; row < CURVE_ROWS; row++) {
        wn_str_add_char(&text, '\n');
        wn_canvas_text(&canvas, row, &text);
    }
    wn_str_add_char(&text, '\n');
    wn_print(out, wn_str_text(&text));
    wn_str_free(&text);
    wn_canvas_free(&canvas);
}
