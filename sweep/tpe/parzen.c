// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers have Gaussians that are cut off at 0 and 1, of a bandwidth for all kernels. Where there
// are few values, the logarithms of a Gaussian's shares of them are in a table; names have two such
// shares, that of the kernel's own and that of any other.
#include "sweep/tpe/parzen.h"

#include <math.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "sweep/bins.h"

enum { MOST_TABLED = 40 }; // values; more of them are like a continuum

// By bench/search.py.
static const double narrowest = 0.001;
static const double between_values = 0.3; // the least bandwidth of few values, in their distances
static const double broad = 1;            // of the broad kernel, around 0.5
static const double blur_of_names =
    0.3; // what a single kernel has for any name, beside 1 for its own
static const double least_share = 1e-12; // of a value
static const double broad_weight = 0.3;  // of the broad kernel, in kernels

struct scale { // of a feature
    size_t leaf;
    double bandwidth;
    double same, other; // of names: log shares
    size_t count;       // of values in the table
    double *table;      // [own][of]: log shares; a further row has the broad kernel's
};

struct wn_parzen {
    const struct wn_features *features;
    const struct wn_kernel *kernels;
    size_t count; // the broad one comes after the last
    struct scale *scales;
    double *places;  // [kernel][feature]: its coordinate, or its row in the table; -1: switched off
    double *norms;   // [kernel][feature]: log of the Gaussian's factor
    double *weights; // logarithms, of all together 1
    double *sums;    // of the weights up to there
    double *terms;   // scratch
};

// ---- kernels ------------------------------------------------------------------------------------

static double log_norm(double middle, double bandwidth) {
    return -log(bandwidth * sqrt(2 * M_PI) * wn_gaussian_share(middle, bandwidth, 0, 1));
}

static void fill_row(const struct wn_feature *feature, double middle, double bandwidth,
                     double *row) {
    double whole = wn_gaussian_share(middle, bandwidth, 0, 1);
    for (size_t i = 0; i < feature->level_count; i++) {
        double low = wn_bin_begin(feature, i), high = wn_bin_begin(feature, i + 1);
        row[i] = log(fmax(wn_gaussian_share(middle, bandwidth, low, high) / whole, least_share));
    }
}

static void fill_table(struct scale *scale, const struct wn_feature *feature) {
    size_t count = feature->level_count;
    scale->count = count;
    scale->table = wn_calloc((count + 1) * count, sizeof *scale->table);
    for (size_t i = 0; i < count; i++)
        fill_row(feature, feature->levels[i], scale->bandwidth, scale->table + i * count);
    fill_row(feature, 0.5, broad, scale->table + count * count);
}

static void set_scale(struct scale *scale, const struct wn_feature *feature, size_t kernels,
                      double bandwidth) {
    *scale = (struct scale){.leaf = feature->leaf, .bandwidth = bandwidth};
    if (feature->nominal) {
        double count = (double)feature->level_count;
        double blur = blur_of_names / (double)(kernels + 1);
        scale->same = log((1 + blur) / (1 + count * blur));
        scale->other = log(blur / (1 + count * blur));
    } else if (feature->level_count && feature->level_count <= MOST_TABLED) {
        scale->bandwidth = fmax(bandwidth, between_values / (double)feature->level_count);
        fill_table(scale, feature);
    }
}

static double place_of(const struct scale *scale, const struct wn_feature *feature,
                       double coordinate) {
    return scale->table ? (double)wn_bin_of(feature, coordinate) : coordinate;
}

static void set_kernel(struct wn_parzen *parzen, size_t kernel) {
    size_t d = parzen->features->count;
    const struct wn_kernel *it = kernel < parzen->count ? &parzen->kernels[kernel] : NULL;
    for (size_t k = 0; k < d; k++) {
        const struct scale *scale = &parzen->scales[k];
        const struct wn_feature *feature = &parzen->features->items[k];
        bool has = it && it->active[scale->leaf];
        double *place = &parzen->places[kernel * d + k], *norm = &parzen->norms[kernel * d + k];
        *place = has ? place_of(scale, feature, it->point[k]) : -1;
        if (!feature->nominal && !scale->table)
            *norm = has ? log_norm(*place, scale->bandwidth) : log_norm(0.5, broad);
    }
}

static void set_weights(struct wn_parzen *parzen) {
    double sum = 0, so_far = 0;
    for (size_t i = 0; i < parzen->count; i++)
        sum += parzen->kernels[i].weight;
    double mean = broad_weight * (parzen->count ? sum / (double)parzen->count : 1);
    for (size_t i = 0; i <= parzen->count; i++) {
        double weight = (i < parzen->count ? parzen->kernels[i].weight : mean) / (sum + mean);
        parzen->weights[i] = log(weight);
        parzen->sums[i] = so_far += weight;
    }
}

// The rule of Scott (1992) without the spread of the kernels: good configurations that stand close
// would make the search stay there.
static double bandwidth_for(double single, size_t kernels, size_t dimensions) {
    double n = (double)kernels + 1, d = (double)dimensions;
    return fmax(single * pow(n, -1 / (d + 4)), narrowest);
}

struct wn_parzen *wn_parzen_new(const struct wn_features *features, const struct wn_kernel *kernels,
                                size_t count, double single) {
    size_t d = features->count;
    struct wn_parzen *parzen = wn_calloc(1, sizeof *parzen);
    *parzen = (struct wn_parzen){
        .features = features,
        .kernels = kernels,
        .count = count,
        .scales = wn_calloc(d, sizeof *parzen->scales),
        .places = wn_calloc((count + 1) * d, sizeof *parzen->places),
        .norms = wn_calloc((count + 1) * d, sizeof *parzen->norms),
        .weights = wn_calloc(count + 1, sizeof *parzen->weights),
        .sums = wn_calloc(count + 1, sizeof *parzen->sums),
        .terms = wn_calloc(count + 1, sizeof *parzen->terms),
    };
    double bandwidth = bandwidth_for(single, count, d);
    for (size_t k = 0; k < d; k++)
        set_scale(&parzen->scales[k], &features->items[k], count, bandwidth);
    for (size_t i = 0; i <= count; i++)
        set_kernel(parzen, i);
    set_weights(parzen);
    return parzen;
}

void wn_parzen_free(struct wn_parzen *parzen) {
    for (size_t k = 0; k < parzen->features->count; k++)
        free(parzen->scales[k].table);
    free(parzen->scales);
    free(parzen->places);
    free(parzen->norms);
    free(parzen->weights);
    free(parzen->sums);
    free(parzen->terms);
    free(parzen);
}

// ---- draws --------------------------------------------------------------------------------------

static double draw_name(const struct scale *scale, const struct wn_feature *feature,
                        struct wn_rng *rng, double place) {
    double own = exp(scale->same) - exp(scale->other);
    if (place >= 0 && wn_rng_uniform(rng) < own)
        return feature->units[(size_t)place];
    return feature->units[wn_rng_below(rng, feature->level_count)];
}

void wn_parzen_draw(const struct wn_parzen *parzen, struct wn_rng *rng, double *unit) {
    const struct wn_features *features = parzen->features;
    double u = wn_rng_uniform(rng);
    size_t kernel = 0;
    while (kernel < parzen->count && u >= parzen->sums[kernel])
        kernel++;
    for (size_t leaf = 0; leaf < features->space->count; leaf++)
        unit[leaf] = 0.5;
    for (size_t k = 0; k < features->count; k++) {
        const struct scale *scale = &parzen->scales[k];
        const struct wn_feature *feature = &features->items[k];
        double place = parzen->places[kernel * features->count + k];
        bool has = place >= 0;
        if (feature->nominal) {
            unit[scale->leaf] = draw_name(scale, feature, rng, place);
            continue;
        }
        double middle = !has ? 0.5 : scale->table ? feature->levels[(size_t)place] : place;
        double coordinate = wn_gaussian_between(rng, middle, has ? scale->bandwidth : broad, 0, 1);
        unit[scale->leaf] = wn_feature_unit(features, k, coordinate);
    }
}

// ---- the density --------------------------------------------------------------------------------

static double log_share(const struct scale *scale, const struct wn_feature *feature, double place,
                        double norm, double at) {
    if (feature->nominal)
        return place < 0     ? -log((double)feature->level_count)
               : place == at ? scale->same
                             : scale->other;
    if (scale->table)
        return scale->table[(place < 0 ? scale->count : (size_t)place) * scale->count + (size_t)at];
    double z = place < 0 ? (at - 0.5) / broad : (at - place) / scale->bandwidth;
    return norm - z * z / 2;
}

// Feature by feature over all kernels, so that what kind it is is asked once.
static void add_feature(const struct wn_parzen *parzen, size_t k, double at) {
    size_t d = parzen->features->count;
    const struct scale *scale = &parzen->scales[k];
    const struct wn_feature *feature = &parzen->features->items[k];
    for (size_t i = 0; i <= parzen->count; i++)
        parzen->terms[i] +=
            log_share(scale, feature, parzen->places[i * d + k], parzen->norms[i * d + k], at);
}

double wn_parzen_log(const struct wn_parzen *parzen, const double *point, const bool *active) {
    const struct wn_features *features = parzen->features;
    double most = -INFINITY, sum = 0;
    for (size_t i = 0; i <= parzen->count; i++)
        parzen->terms[i] = parzen->weights[i];
    for (size_t k = 0; k < features->count; k++)
        if (active[features->items[k].leaf])
            add_feature(parzen, k, place_of(&parzen->scales[k], &features->items[k], point[k]));
    for (size_t i = 0; i <= parzen->count; i++)
        most = fmax(most, parzen->terms[i]);
    for (size_t i = 0; i <= parzen->count; i++)
        sum += exp(parzen->terms[i] - most);
    return most + log(sum);
}
