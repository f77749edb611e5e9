// SPDX-License-Identifier: GPL-3.0-or-later
// A field of dots: two columns and four rows of them in each cell. In ASCII a cell shows where in
// it dots are: high, in the middle, low or all along it.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "tui/widgets/plot_private.h"

enum { DOTS_ACROSS = 2, DOTS_DOWN = 4 };

struct wn_plot_field wn_plot_field_new(int rows, int columns) {
    size_t cells = (size_t)rows * (size_t)columns;
    return (struct wn_plot_field){
        .rows = rows,
        .columns = columns,
        .dots = wn_calloc(cells, 1),
        .looks = wn_calloc(cells, sizeof(enum wn_look)),
        .letters = wn_calloc(cells, 1),
    };
}

void wn_plot_field_free(struct wn_plot_field *field) {
    free(field->dots);
    free(field->looks);
    free(field->letters);
}

static void set_dot(struct wn_plot_field *field, int column, int row, enum wn_look look) {
    static const unsigned char bits[DOTS_DOWN][DOTS_ACROSS] = {
        {0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    size_t cell =
        (size_t)(row / DOTS_DOWN) * (size_t)field->columns + (size_t)(column / DOTS_ACROSS);
    field->dots[cell] |= bits[row % DOTS_DOWN][column % DOTS_ACROSS];
    field->looks[cell] = look;
}

bool wn_plot_field_line(struct wn_plot_field *field, int column, double from, double to,
                        enum wn_look look) {
    double low = fmin(from, to), high = fmax(from, to);
    int last = field->rows * DOTS_DOWN - 1;
    if (!(high >= 0) || !(low <= 1))
        return false;
    int top = (int)lround((1 - fmin(high, 1)) * last);
    int bottom = (int)lround((1 - fmax(low, 0)) * last);
    for (int row = top; row <= bottom; row++)
        set_dot(field, column, row, look);
    return true;
}

// Which of the four rows have dots, the uppermost first.
static unsigned rows_of(unsigned char dots) {
    static const unsigned char rows[] = {0x01 | 0x08, 0x02 | 0x10, 0x04 | 0x20, 0x40 | 0x80};
    unsigned set = 0;
    for (size_t i = 0; i < sizeof rows; i++)
        if (dots & rows[i])
            set |= 8u >> i;
    return set;
}

static void put_dots(const struct wn_pane *pane, int row, int column, enum wn_look look,
                     unsigned char dots) {
    static const char shapes[] = " _.,-::|'::|\"|||"; // by rows: 8 the uppermost, 1 the lowest
    char glyph[4] = {0};
    if (pane->canvas->ascii) {
        glyph[0] = shapes[rows_of(dots)];
    } else { // U+2800 and the dots
        glyph[0] = (char)0xe2;
        glyph[1] = (char)(0xa0 | dots >> 6);
        glyph[2] = (char)(0x80 | (dots & 0x3f));
    }
    wn_put_glyph(pane, row, column, look, glyph);
}

void wn_plot_field_draw(const struct wn_plot_field *field, const struct wn_pane *pane) {
    for (int row = 0; row < field->rows; row++)
        for (int column = 0; column < field->columns; column++) {
            size_t cell = (size_t)row * (size_t)field->columns + (size_t)column;
            const char letter[] = {field->letters[cell], '\0'};
            if (*letter)
                wn_put_glyph(pane, row, column, field->looks[cell], letter);
            else if (field->dots[cell])
                put_dots(pane, row, column, field->looks[cell], field->dots[cell]);
        }
}
