// SPDX-License-Identifier: GPL-3.0-or-later
// Whole rows, a random sample of bounded size: what it takes to see columns together. Reservoir
// sampling (Vitter's algorithm R, 1985). Numbers are kept as they are, categories as a number that
// tells them apart, what cannot be compared as NaN.
#ifndef WN_DATA_ROWSAMPLE_H
#define WN_DATA_ROWSAMPLE_H

#include "core/base/rng.h"
#include "core/data/feature.h"

struct wn_row_sample {
    double *cells; // row by row
    size_t columns, rows, most;
    uint64_t seen;
    struct wn_rng rng;
};

struct wn_row_sample wn_row_sample_new(size_t columns, size_t most);
// Where the next row belongs: its cells, to be filled in; NULL: it is not part of the sample.
double *wn_row_sample_next(struct wn_row_sample *sample);
double wn_row_sample_cell(const struct wn_feature *feature, const char *cell);
void wn_row_sample_free(struct wn_row_sample *sample);

#endif
