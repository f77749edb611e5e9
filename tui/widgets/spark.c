// SPDX-License-Identifier: GPL-3.0-or-later
// Equal values are drawn at half height: there is nothing to compare them with.
#include "tui/widgets/spark.h"

#include <math.h>

enum { HEIGHTS = 8 };

static const char *shape(const struct wn_canvas *canvas, int height) {
    static const char *const blocks[][HEIGHTS] = {{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"},
                                                  {"_", ".", ":", "-", "=", "+", "*", "#"}};
    return blocks[canvas->ascii][height];
}

static int height_of(double value, double low, double high) {
    double width = high / 2 - low / 2;
    if (!(width > 0))
        return isfinite(value) || isnan(low) ? HEIGHTS / 2 - 1 : value > 0 ? HEIGHTS - 1 : 0;
    double at = (value / 2 - low / 2) / width * HEIGHTS;
    return at >= HEIGHTS ? HEIGHTS - 1 : at > 0 ? (int)at : 0;
}

void wn_spark_draw(const struct wn_pane *pane, struct wn_span span, enum wn_look look,
                   const double *values) {
    double low = NAN, high = NAN;
    for (int i = 0; i < span.columns; i++)
        if (isfinite(values[i])) {
            low = values[i] >= low ? low : values[i];
            high = values[i] <= high ? high : values[i];
        }
    for (int i = 0; i < span.columns; i++)
        wn_put_glyph(pane, span.row, span.column + i, look,
                     isnan(values[i]) ? " " : shape(pane->canvas, height_of(values[i], low, high)));
}
