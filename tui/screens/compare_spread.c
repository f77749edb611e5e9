// SPDX-License-Identifier: GPL-3.0-or-later
// A metric of both sides on one scale: the mean with its interval as a bar, and below it each
// value as a dot, or a box of quartiles where dots would have to be piled too high.
#include <math.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/numbers.h"
#include "core/stats/sample.h"
#include "tui/screens/compare_private.h"

enum { FROM = 3, PILE = 4 }; // where the scale begins; the dots of a cell

struct scale {
    double low, high;
    int columns; // of cells
};

static void widen(struct scale *scale, double value) {
    if (!isfinite(value))
        return;
    scale->low = scale->low <= value ? scale->low : value;
    scale->high = scale->high >= value ? scale->high : value;
}

static struct scale scale_of(const struct wn_compare_metric *metric, int columns) {
    const struct wn_contrast_side *const sides[2] = {&metric->contrast.a, &metric->contrast.b};
    struct scale scale = {NAN, NAN, columns};
    for (int i = 0; i < 2; i++) {
        widen(&scale, sides[i]->mean);
        widen(&scale, sides[i]->low);
        widen(&scale, sides[i]->high);
    }
    for (size_t i = 0; i < metric->a_count; i++)
        widen(&scale, metric->a[i]);
    for (size_t i = 0; i < metric->b_count; i++)
        widen(&scale, metric->b[i]);
    return scale;
}

// Of `places` equally wide ones; a scale without width has only its middle.
static int place_on(const struct scale *scale, double value, int places) {
    if (!(scale->low < scale->high))
        return places / 2;
    double share = value / (scale->high - scale->low) - scale->low / (scale->high - scale->low);
    return (int)lround(fmin(1, fmax(0, share)) * (places - 1));
}

// ---- the bar ------------------------------------------------------------------------------------

static void put_bar(const struct wn_pane *pane, int row, const struct scale *scale,
                    const struct wn_contrast_side *side, enum wn_look look) {
    const struct wn_canvas *canvas = pane->canvas;
    if (!isfinite(side->mean)) {
        wn_put(pane, row, FROM, WN_DIM, "no result");
        return;
    }
    int mean = place_on(scale, side->mean, scale->columns), low = mean, high = mean;
    if (isfinite(side->low) && isfinite(side->high)) {
        low = place_on(scale, side->low, scale->columns);
        high = place_on(scale, side->high, scale->columns);
    }
    for (int i = low; i <= high; i++) {
        enum wn_glyph glyph = i == mean   ? WN_GLYPH_MEAN
                              : i == low  ? WN_GLYPH_BAR_FROM
                              : i == high ? WN_GLYPH_BAR_TO
                                          : WN_GLYPH_RULE;
        wn_put_glyph(pane, row, FROM + i, look, wn_glyph(canvas, glyph));
    }
}

// ---- dots ---------------------------------------------------------------------------------------

// How many values are in each half cell; false: more somewhere than a pile holds.
static bool count_piles(const double *values, size_t count, const struct scale *scale,
                        unsigned char *piles) {
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(values[i]))
            continue;
        unsigned char *pile = &piles[place_on(scale, values[i], 2 * scale->columns)];
        if (*pile == PILE)
            return false;
        ++*pile;
    }
    return true;
}

// Two piles side by side as a character of braille, which is three bytes of UTF-8.
static void braille(const unsigned char piles[2], char glyph[4]) {
    static const unsigned char dots[2][PILE] = {{0x40, 0x04, 0x02, 0x01}, {0x80, 0x20, 0x10, 0x08}};
    unsigned bits = 0;
    for (int side = 0; side < 2; side++)
        for (int i = 0; i < piles[side]; i++)
            bits |= dots[side][i];
    glyph[0] = (char)0xe2;
    glyph[1] = (char)(0xa0 | bits >> 6);
    glyph[2] = (char)(0x80 | (bits & 0x3f));
    glyph[3] = '\0';
}

static void put_dots(const struct wn_pane *pane, int row, const struct scale *scale,
                     const unsigned char *piles, enum wn_look look) {
    static const char *const plain[] = {" ", ".", ":", "+", "#"};
    for (int i = 0; i < scale->columns; i++) {
        const unsigned char *pair = &piles[(size_t)i * 2];
        int most = pair[0] + pair[1] < PILE ? pair[0] + pair[1] : PILE;
        char glyph[4];
        braille(pair, glyph);
        if (most)
            wn_put_glyph(pane, row, FROM + i, look, pane->canvas->ascii ? plain[most] : glyph);
    }
}

// ---- the box ------------------------------------------------------------------------------------

static size_t sorted_values(const double *values, size_t count, double *sorted) {
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (isfinite(values[i]))
            sorted[kept++] = values[i];
    wn_sort(sorted, kept);
    return kept;
}

static void put_box(const struct wn_pane *pane, int row, const struct scale *scale,
                    const double *sorted, size_t count, enum wn_look look) {
    static const double shares[] = {0, 0.25, 0.5, 0.75, 1};
    int at[5];
    for (int i = 0; i < 5; i++)
        at[i] = place_on(scale, wn_quantile(sorted, count, shares[i]), scale->columns);
    for (int i = at[0]; i <= at[4]; i++) {
        enum wn_glyph glyph = i == at[2]                 ? WN_GLYPH_FULL
                              : i >= at[1] && i <= at[3] ? WN_GLYPH_SHADE
                              : i == at[0]               ? WN_GLYPH_BAR_FROM
                              : i == at[4]               ? WN_GLYPH_BAR_TO
                                                         : WN_GLYPH_RULE;
        wn_put_glyph(pane, row, FROM + i, look, wn_glyph(pane->canvas, glyph));
    }
}

static void put_values(const struct wn_pane *pane, int row, const struct scale *scale,
                       const double *values, size_t count, enum wn_look look) {
    unsigned char *piles = wn_calloc((size_t)scale->columns * 2, sizeof *piles);
    if (count_piles(values, count, scale, piles)) {
        put_dots(pane, row, scale, piles, look);
    } else {
        double *sorted = wn_malloc((count + 1) * sizeof *sorted);
        size_t kept = sorted_values(values, count, sorted);
        put_box(pane, row, scale, sorted, kept, look);
        free(sorted);
    }
    free(piles);
}

// ---- around them --------------------------------------------------------------------------------

static void put_title(const struct wn_pane *pane, const struct wn_compare_metric *metric) {
    static const char *const goals[] = {[WN_GOAL_UNKNOWN] = "",
                                        [WN_GOAL_MAXIMIZE] = ", higher is better",
                                        [WN_GOAL_MINIMIZE] = ", lower is better"};
    const struct wn_contrast *contrast = &metric->contrast;
    char g[32], delta[32], p[32];
    int column = wn_put(pane, 0, 0, WN_HEAD, metric->name);
    column += wn_put(pane, 0, column, WN_DIM, goals[contrast->goal]) + 3;
    if (contrast->doubt != WN_DOUBT_NONE)
        return;
    struct wn_str text = {0};
    wn_str_addf(&text, "Hedges' g %s, Cliff's delta %s",
                wn_measure_text(contrast->hedges_g, 0.1, g),
                wn_measure_text(contrast->cliffs_delta, 0.1, delta));
    if (!isnan(contrast->p_rank))
        wn_str_addf(&text, ", by ranks p %s", wn_probability_text(contrast->p_rank, p));
    struct wn_span span = {
        .row = 0, .column = column, .columns = pane->columns - column, .align = WN_RIGHT};
    if (span.columns >= wn_canvas_width(pane->canvas, wn_str_text(&text)))
        wn_put_span(pane, span, WN_DIM, wn_str_text(&text));
    wn_str_free(&text);
}

static void put_scale(const struct wn_pane *pane, int row, const struct scale *scale) {
    char low[32], high[32];
    struct wn_span span = {.row = row, .column = FROM, .columns = scale->columns};
    if (!(scale->low <= scale->high))
        return;
    if (scale->low == scale->high) {
        wn_put(pane, row, FROM + scale->columns / 2, WN_DIM, wn_number_brief(scale->low, low));
        return;
    }
    wn_put_span(pane, span, WN_DIM, wn_number_brief(scale->low, low));
    int width = wn_canvas_width(pane->canvas, wn_number_brief(scale->high, high));
    span.column = FROM + scale->columns - width;
    span.columns = width;
    wn_put_span(pane, span, WN_DIM, high);
}

void wn_compare_draw_spread(const struct wn_compare_metric *metric, const struct wn_pane *pane) {
    enum { WITH_VALUES = 6, LEAST = 8 };
    const struct wn_contrast_side *const sides[2] = {&metric->contrast.a, &metric->contrast.b};
    const double *const values[2] = {metric->a, metric->b};
    const size_t counts[2] = {metric->a_count, metric->b_count};
    const struct scale scale = scale_of(metric, pane->columns - FROM);
    bool full = pane->rows >= WITH_VALUES;
    if (scale.columns < LEAST)
        return;
    put_title(pane, metric);
    for (int i = 0; i < 2; i++) {
        int row = 1 + i * (1 + full);
        enum wn_look look = WN_SERIES + (enum wn_look)i;
        wn_putf(pane, row, 0, look, "%c", 'A' + i);
        put_bar(pane, row, &scale, sides[i], look);
        if (full && sides[i]->n)
            put_values(pane, row + 1, &scale, values[i], counts[i], look);
    }
    if (full)
        put_scale(pane, WITH_VALUES - 1, &scale);
}
