// SPDX-License-Identifier: GPL-3.0-or-later
// Whatever was drawn below a box is gone.
#include "tui/widgets/box.h"

static void put(const struct wn_pane *box, int row, int column, enum wn_glyph glyph) {
    wn_put_glyph(box, row, column, WN_DIM, wn_glyph(box->canvas, glyph));
}

void wn_put_box(const struct wn_pane *box, const char *title) {
    int right = box->columns - 1, bottom = box->rows - 1;
    for (int row = 0; row <= bottom; row++)
        wn_put_blanks(box, row);
    wn_put_rule(box, 0);
    wn_put_rule(box, bottom);
    for (int row = 1; row < bottom; row++) {
        put(box, row, 0, WN_GLYPH_BAR);
        put(box, row, right, WN_GLYPH_BAR);
    }
    put(box, 0, 0, WN_GLYPH_BOX_TOP_LEFT);
    put(box, 0, right, WN_GLYPH_BOX_TOP_RIGHT);
    put(box, bottom, 0, WN_GLYPH_BOX_BOTTOM_LEFT);
    put(box, bottom, right, WN_GLYPH_BOX_BOTTOM_RIGHT);
    wn_putf(box, 0, 2, WN_HEAD, " %s ", title);
}
