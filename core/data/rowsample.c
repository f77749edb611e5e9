// SPDX-License-Identifier: GPL-3.0-or-later
// Samples of rows.
#include "core/data/rowsample.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/csv_column.h"

struct wn_row_sample wn_row_sample_new(size_t columns, size_t most) {
    return (struct wn_row_sample){.cells = wn_malloc((columns * most + 1) * sizeof(double)),
                                  .columns = columns,
                                  .most = most,
                                  .rng = wn_rng_new(0, 0x726f7773)};
}

double *wn_row_sample_next(struct wn_row_sample *sample) {
    sample->seen++;
    if (sample->rows < sample->most)
        return sample->cells + sample->columns * sample->rows++;
    uint64_t index = wn_rng_below(&sample->rng, sample->seen);
    return index < sample->most ? sample->cells + sample->columns * index : NULL;
}

double wn_row_sample_cell(const struct wn_feature *feature, const char *cell) {
    double number;
    if (wn_cell_missing(cell))
        return NAN;
    if (feature->type == WN_NUMERIC)
        return wn_cell_number(cell, &number) && isfinite(number) ? number : NAN;
    if (!wn_feature_is_categories(feature))
        return NAN;
    int side = feature->type == WN_BOOLEAN ? wn_cell_boolean(cell) : -1;
    return side >= 0 ? side : (double)(wn_text_hash(cell, strlen(cell)) >> 12); // 52 bits: exact
}

void wn_row_sample_free(struct wn_row_sample *sample) {
    free(sample->cells);
    *sample = (struct wn_row_sample){0};
}
