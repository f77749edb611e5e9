// SPDX-License-Identifier: GPL-3.0-or-later
// What a screen draws on: a grid of cells that knows no terminal. The terminal shows it, `winnow
// top --once` prints it, tests compare it. Whatever text is put, only printable glyphs get in:
// control characters, text that would reorder a line and bytes that are no UTF-8 become \xNN.
#ifndef WN_CANVAS_H
#define WN_CANVAS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/str.h"

enum wn_look { // colour by role, never by screen
    WN_PLAIN,
    WN_DIM,    // metadata
    WN_HEAD,   // titles of columns
    WN_ACCENT, // focus, keys
    WN_GOOD,   // best, finished
    WN_WARN,   // late, retried, drifting
    WN_BAD,    // failed
    WN_SERIES, // WN_SERIES + 0 to 5: curves
    WN_LOOKS = WN_SERIES + 6,
};

enum wn_mark { WN_BOLD = 1, WN_REVERSE = 2, WN_UNDERLINE = 4 };

struct wn_cell {
    char glyph[13];  // UTF-8 with its combining marks; "": the right half of a wide one
    uint8_t columns; // 1 or 2; 0: the right half
    uint8_t look, marks;
};

struct wn_canvas {
    int rows, columns;
    bool ascii; // nothing else may be shown
    struct wn_cell *cells;
    int cursor_row, cursor_column; // where text is being typed; row -1: nowhere
};

// Blanks of the new size.
void wn_canvas_reset(struct wn_canvas *canvas, int rows, int columns);
void wn_canvas_free(struct wn_canvas *canvas);
// Appends a row's text without the blanks at its end, no newline.
void wn_canvas_text(const struct wn_canvas *canvas, int row, struct wn_str *out);

// A part of the canvas; what is put outside of it is cut off.
struct wn_pane {
    struct wn_canvas *canvas;
    int top, left, rows, columns;
};
struct wn_pane wn_pane_whole(struct wn_canvas *canvas);
struct wn_pane wn_pane_part(const struct wn_pane *pane, int top, int left, int rows, int columns);

enum wn_align {
    WN_LEFT,   // cut at the end
    WN_RIGHT,  // numbers
    WN_MIDDLE, // left, but cut in the middle: paths, both ends matter
};

struct wn_span { // cells of one row of a pane
    int row, column, columns;
    enum wn_align align;
};

// Both return the columns used. What does not fit ends in an ellipsis.
int wn_put(const struct wn_pane *pane, int row, int column, enum wn_look look, const char *text);
int wn_put_span(const struct wn_pane *pane, struct wn_span span, enum wn_look look,
                const char *text);
int wn_putf(const struct wn_pane *pane, int row, int column, enum wn_look look, const char *format,
            ...) __attribute__((format(printf, 5, 6)));
// One glyph of one column.
void wn_put_glyph(const struct wn_pane *pane, int row, int column, enum wn_look look,
                  const char *glyph);
// Adds marks to cells that are drawn already; `look` WN_PLAIN leaves theirs.
void wn_mark(const struct wn_pane *pane, struct wn_span span, enum wn_look look, unsigned marks);
void wn_put_rule(const struct wn_pane *pane, int row);   // a thin line over the whole width
void wn_put_blanks(const struct wn_pane *pane, int row); // nothing over the whole width

// Columns that wn_put() would take.
int wn_canvas_width(const struct wn_canvas *canvas, const char *text);

// Glyphs with an ASCII twin: tui/glyphs.def.
enum wn_glyph {
#define X(name, glyph, twin) WN_GLYPH_##name,
#include "tui/glyphs.def"
#undef X
};
const char *wn_glyph(const struct wn_canvas *canvas, enum wn_glyph glyph);

#endif
