// SPDX-License-Identifier: GPL-3.0-or-later
// Text becomes glyphs one by one; a glyph that does not fit whole is left out.
#include "tui/canvas.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "core/base/mem.h"

// ---- cells --------------------------------------------------------------------------------------

static const struct wn_cell blank = {.glyph = " ", .columns = 1};

void wn_canvas_reset(struct wn_canvas *canvas, int rows, int columns) {
    size_t count = (size_t)rows * (size_t)columns;
    if (rows != canvas->rows || columns != canvas->columns)
        canvas->cells = wn_realloc(canvas->cells, (count + 1) * sizeof *canvas->cells);
    canvas->rows = rows;
    canvas->columns = columns;
    canvas->cursor_row = -1;
    for (size_t i = 0; i < count; i++)
        canvas->cells[i] = blank;
}

void wn_canvas_free(struct wn_canvas *canvas) {
    free(canvas->cells);
    *canvas = (struct wn_canvas){0};
}

static const struct wn_cell *row_cells(const struct wn_canvas *canvas, int row) {
    return canvas->cells + (size_t)row * (size_t)canvas->columns;
}

void wn_canvas_text(const struct wn_canvas *canvas, int row, struct wn_str *out) {
    const struct wn_cell *cells = row_cells(canvas, row);
    int end = canvas->columns;
    while (end > 0 && strcmp(cells[end - 1].glyph, " ") == 0)
        end--;
    for (int i = 0; i < end; i++)
        wn_str_add(out, cells[i].glyph);
}

// NULL where the pane or its canvas does not reach.
static struct wn_cell *cell_at(const struct wn_pane *pane, int row, int column) {
    const struct wn_canvas *canvas = pane->canvas;
    if (row < 0 || row >= pane->rows || column < 0 || column >= pane->columns)
        return NULL;
    return canvas->cells + (size_t)(pane->top + row) * (size_t)canvas->columns + pane->left +
           column;
}

// A wide glyph of which a half is overwritten must not keep the other one.
static void clear_halves(const struct wn_pane *pane, int row, int column) {
    struct wn_cell *cell = cell_at(pane, row, column);
    struct wn_cell *next = cell_at(pane, row, column + 1);
    struct wn_cell *before = cell_at(pane, row, column - 1);
    if (cell->columns == 2 && next)
        *next = blank;
    if (cell->columns == 0 && before)
        *before = blank;
}

static void set_cell(const struct wn_pane *pane, int row, int column, const struct wn_cell *cell) {
    clear_halves(pane, row, column);
    *cell_at(pane, row, column) = *cell;
    if (cell->columns == 2) {
        clear_halves(pane, row, column + 1);
        struct wn_cell *half = cell_at(pane, row, column + 1);
        *half = *cell;
        half->columns = 0;
        half->glyph[0] = '\0';
    }
}

// ---- panes --------------------------------------------------------------------------------------

struct wn_pane wn_pane_whole(struct wn_canvas *canvas) {
    return (struct wn_pane){.canvas = canvas, .rows = canvas->rows, .columns = canvas->columns};
}

static int clamp(int value, int low, int high) {
    return value < low ? low : value > high ? high : value;
}

struct wn_pane wn_pane_part(const struct wn_pane *pane, int top, int left, int rows, int columns) {
    top = clamp(top, 0, pane->rows);
    left = clamp(left, 0, pane->columns);
    return (struct wn_pane){
        .canvas = pane->canvas,
        .top = pane->top + top,
        .left = pane->left + left,
        .rows = clamp(rows, 0, pane->rows - top),
        .columns = clamp(columns, 0, pane->columns - left),
    };
}

// ---- glyphs -------------------------------------------------------------------------------------

struct glyph {
    char text[13];
    size_t bytes; // of the source
    int columns;  // 0: joins the glyph before it
};

// Characters that make a terminal write from right to left, or forget that it does.
static bool reorders(wchar_t c) {
    return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0x200e ||
           c == 0x200f || c == 0x061c;
}

static struct glyph escaped(unsigned char byte) {
    static const char digits[] = "0123456789abcdef";
    const char text[] = {'\\', 'x', digits[byte >> 4], digits[byte & 15], '\0'};
    struct glyph glyph = {.bytes = 1, .columns = 4};
    memcpy(glyph.text, text, sizeof text);
    return glyph;
}

static struct glyph question(struct glyph glyph) {
    memcpy(glyph.text, "??", sizeof "??");
    glyph.text[glyph.columns] = '\0';
    return glyph;
}

static struct glyph next_glyph(const struct wn_canvas *canvas, const char *text) {
    mbstate_t fresh = {0};
    wchar_t wide;
    if (*text == '\t')
        return (struct glyph){.text = " ", .bytes = 1, .columns = 1};
    if (*text >= ' ' && *text <= '~') // most are
        return (struct glyph){.text = {*text}, .bytes = 1, .columns = 1};
    size_t bytes = mbrtowc(&wide, text, strlen(text), &fresh);
    int columns = bytes == 0 || bytes > 8 ? -1 : wcwidth(wide);
    if (columns < 0 || reorders(wide))
        return escaped((unsigned char)*text);
    struct glyph glyph = {.bytes = bytes, .columns = columns};
    memcpy(glyph.text, text, bytes);
    return canvas->ascii && bytes > 1 ? question(glyph) : glyph;
}

int wn_canvas_width(const struct wn_canvas *canvas, const char *text) {
    int width = 0;
    while (*text) {
        struct glyph glyph = next_glyph(canvas, text);
        width += glyph.columns;
        text += glyph.bytes;
    }
    return width;
}

const char *wn_glyph(const struct wn_canvas *canvas, enum wn_glyph glyph) {
    static const char *const glyphs[][2] = {
#define X(name, shape, twin) {shape, twin},
#include "tui/glyphs.def"
#undef X
    };
    return glyphs[glyph][canvas->ascii];
}

// ---- putting text -------------------------------------------------------------------------------

struct pen {
    const struct wn_pane *pane;
    int row, column, end; // it stops before column `end`
    enum wn_look look;
};

static void join(const struct pen *pen, const struct glyph *glyph) {
    struct wn_cell *cell = cell_at(pen->pane, pen->row, pen->column - 1);
    if (cell && cell->columns == 0)
        cell = cell_at(pen->pane, pen->row, pen->column - 2);
    if (cell && strlen(cell->glyph) + strlen(glyph->text) < sizeof cell->glyph)
        strcat(cell->glyph, glyph->text);
}

static void put_wide(struct pen *pen, const struct glyph *glyph) {
    struct wn_cell cell = {.columns = (uint8_t)glyph->columns, .look = (uint8_t)pen->look};
    memcpy(cell.glyph, glyph->text, sizeof cell.glyph);
    bool inside = pen->column >= 0 && pen->column + glyph->columns <= pen->pane->columns;
    if (inside && cell_at(pen->pane, pen->row, pen->column))
        set_cell(pen->pane, pen->row, pen->column, &cell);
    pen->column += glyph->columns;
}

static void put_glyph(struct pen *pen, const struct glyph *glyph) {
    if (glyph->columns == 0) {
        join(pen, glyph);
        return;
    }
    if (glyph->columns == 1 || glyph->text[0] & 0x80) {
        put_wide(pen, glyph);
        return;
    }
    for (const char *c = glyph->text; *c; c++) {
        struct glyph one = {.text = {*c}, .columns = 1};
        put_wide(pen, &one);
    }
}

// Puts glyphs of `text` as long as they fit; returns what is left of it.
static const char *put_some(struct pen *pen, const char *text) {
    while (*text) {
        struct glyph glyph = next_glyph(pen->pane->canvas, text);
        if (pen->column + glyph.columns > pen->end)
            break;
        put_glyph(pen, &glyph);
        text += glyph.bytes;
    }
    return text;
}

// The end of `text` that fits into so many columns.
static const char *tail_of(const struct wn_canvas *canvas, const char *text, int columns) {
    int width = wn_canvas_width(canvas, text);
    while (width > columns) {
        struct glyph glyph = next_glyph(canvas, text);
        width -= glyph.columns;
        text += glyph.bytes;
    }
    return text;
}

static void put_cut(struct pen *pen, const char *text, enum wn_align align) {
    const struct wn_canvas *canvas = pen->pane->canvas;
    const char *ellipsis = wn_glyph(canvas, WN_GLYPH_ELLIPSIS);
    int end = pen->end, room = end - pen->column - wn_canvas_width(canvas, ellipsis);
    if (room < 0)
        return;
    int tail = align == WN_MIDDLE ? room / 2 : 0;
    pen->end = end - tail - wn_canvas_width(canvas, ellipsis);
    put_some(pen, text);
    pen->end = end;
    put_some(pen, ellipsis);
    put_some(pen, tail_of(canvas, text, tail));
}

int wn_put_span(const struct wn_pane *pane, struct wn_span span, enum wn_look look,
                const char *text) {
    int width = wn_canvas_width(pane->canvas, text);
    struct pen pen = {pane, span.row, span.column, span.column + span.columns, look};
    if (span.align == WN_RIGHT && width < span.columns)
        pen.column = pen.end - width;
    int start = pen.column;
    if (width <= span.columns)
        put_some(&pen, text);
    else
        put_cut(&pen, text, span.align);
    return pen.column - start;
}

int wn_put(const struct wn_pane *pane, int row, int column, enum wn_look look, const char *text) {
    struct wn_span span = {.row = row, .column = column, .columns = pane->columns - column};
    return span.columns > 0 ? wn_put_span(pane, span, look, text) : 0;
}

int wn_putf(const struct wn_pane *pane, int row, int column, enum wn_look look, const char *format,
            ...) {
    struct wn_str text = {0};
    va_list args;
    va_start(args, format);
    wn_str_vaddf(&text, format, args);
    va_end(args);
    int used = wn_put(pane, row, column, look, wn_str_text(&text));
    wn_str_free(&text);
    return used;
}

void wn_put_glyph(const struct wn_pane *pane, int row, int column, enum wn_look look,
                  const char *glyph) {
    if (!cell_at(pane, row, column))
        return;
    struct wn_cell cell = {.columns = 1, .look = (uint8_t)look};
    memcpy(cell.glyph, glyph, strnlen(glyph, sizeof cell.glyph - 1));
    set_cell(pane, row, column, &cell);
}

void wn_mark(const struct wn_pane *pane, struct wn_span span, enum wn_look look, unsigned marks) {
    for (int i = 0; i < span.columns; i++) {
        struct wn_cell *cell = cell_at(pane, span.row, span.column + i);
        if (!cell)
            continue;
        cell->marks |= (uint8_t)marks;
        if (look != WN_PLAIN)
            cell->look = (uint8_t)look;
    }
}

static void fill_row(const struct wn_pane *pane, int row, enum wn_look look, const char *glyph) {
    for (int i = 0; i < pane->columns; i++)
        wn_put_glyph(pane, row, i, look, glyph);
}

void wn_put_rule(const struct wn_pane *pane, int row) {
    fill_row(pane, row, WN_DIM, wn_glyph(pane->canvas, WN_GLYPH_RULE));
}

void wn_put_blanks(const struct wn_pane *pane, int row) {
    fill_row(pane, row, WN_PLAIN, " ");
}
