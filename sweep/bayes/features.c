// SPDX-License-Identifier: GPL-3.0-or-later
// A coordinate is a monotone function of the place in the unit interval, and mostly the same.
#include "sweep/bayes/features.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "sweep/searchers/levels.h"

enum { MOST_LEVELS = 1000, FEWEST_RANKED = 3 };
static const double sigmas = 4; // from the middle to either end of the coordinate
static const double inactive_number = 0.5, inactive_name = -1;

// ---- scales -------------------------------------------------------------------------------------

static bool has_key(const struct wn_param *param, unsigned key) {
    return (param->dist->required | param->dist->optional) & key;
}

static double clip(double x) {
    return fmin(fmax(x, 0), 1);
}

static double coordinate_of_unit(const struct wn_param *param, double unit) {
    if (has_key(param, WN_KEY_SIGMA))
        return clip(0.5 + gsl_cdf_ugaussian_Pinv(unit) / (2 * sigmas));
    if (has_key(param, WN_KEY_A) && !has_key(param, WN_KEY_Q))
        return clip(param->dist->quantile(&param->args, unit).number);
    return unit;
}

static double unit_of_coordinate(const struct wn_param *param, double coordinate) {
    if (has_key(param, WN_KEY_SIGMA))
        return gsl_cdf_ugaussian_P((coordinate - 0.5) * 2 * sigmas);
    if (has_key(param, WN_KEY_A) && !has_key(param, WN_KEY_Q))
        return param->dist->cdf(&param->args, (struct wn_scalar){.number = coordinate});
    return coordinate;
}

double wn_feature_unit(const struct wn_features *features, size_t feature, double coordinate) {
    const struct wn_feature *item = &features->items[feature];
    const struct wn_param *param = &features->space->params[item->leaf];
    if (param->kind != WN_KIND_CHOICE)
        return unit_of_coordinate(param, coordinate);
    size_t rank = (size_t)(coordinate * (double)item->level_count);
    return item->units[rank < item->level_count ? rank : item->level_count - 1];
}

// ---- levels -------------------------------------------------------------------------------------

static bool is_ranked(const struct wn_param *param) {
    double number;
    if (param->kind != WN_KIND_CHOICE || param->args.count < FEWEST_RANKED)
        return false;
    for (size_t i = 0; i < param->args.count; i++)
        if (param->args.values[i].type == WN_BOOL ||
            !wn_value_number(&param->args.values[i], &number) || isnan(number))
            return false;
    return true;
}

// Of values that are the same as doubles the earlier comes first.
static size_t rank_of(const struct wn_param *param, int64_t choice) {
    double number = 0, other = 0;
    wn_value_number(&param->args.values[choice], &number);
    size_t rank = 0;
    for (size_t i = 0; i < param->args.count; i++)
        if (wn_value_number(&param->args.values[i], &other))
            rank += other < number || (other == number && i < (size_t)choice);
    return rank;
}

static void list_numbers(struct wn_feature *feature, const struct wn_param *param) {
    struct wn_scalar value = wn_level_first(param);
    size_t capacity = 0, same = 0;
    do {
        wn_grow(&feature->units, &capacity, feature->level_count + 1, sizeof *feature->units);
        wn_grow(&feature->levels, &same, feature->level_count + 1, sizeof *feature->levels);
        double unit = param->dist->cdf(&param->args, value);
        feature->units[feature->level_count] = unit;
        feature->levels[feature->level_count++] = coordinate_of_unit(param, unit);
    } while (wn_level_next(param, &value));
}

static void list_choices(struct wn_feature *feature, const struct wn_param *param) {
    feature->level_count = param->args.count;
    feature->levels = wn_calloc(feature->level_count, sizeof *feature->levels);
    feature->units = wn_calloc(feature->level_count, sizeof *feature->units);
    for (size_t i = 0; i < feature->level_count; i++) {
        size_t at = feature->nominal ? i : rank_of(param, (int64_t)i);
        feature->units[at] =
            param->dist->cdf(&param->args, (struct wn_scalar){.integer = (int64_t)i});
        feature->levels[at] =
            feature->nominal ? (double)i : ((double)at + 0.5) / (double)feature->level_count;
    }
}

static void list_levels(struct wn_feature *feature, const struct wn_param *param,
                        uint64_t cardinality) {
    feature->nominal = param->kind == WN_KIND_CHOICE && !is_ranked(param);
    if (param->kind == WN_KIND_CHOICE)
        list_choices(feature, param);
    else if (cardinality && cardinality <= MOST_LEVELS)
        list_numbers(feature, param);
}

struct wn_features *wn_features_new(const struct wn_space *space) {
    struct wn_features *features = wn_calloc(1, sizeof *features);
    features->space = space;
    features->items = wn_calloc(space->count, sizeof *features->items);
    features->nominal = wn_calloc(space->count, sizeof *features->nominal);
    for (size_t i = 0; i < space->count; i++) {
        const struct wn_param *param = &space->params[i];
        uint64_t cardinality = param->dist->cardinality(&param->args);
        if (cardinality == 1)
            continue;
        struct wn_feature *feature = &features->items[features->count];
        feature->leaf = i;
        list_levels(feature, param, cardinality);
        features->nominal[features->count++] = feature->nominal;
    }
    return features;
}

void wn_features_free(struct wn_features *features) {
    for (size_t i = 0; i < features->count; i++) {
        free(features->items[i].levels);
        free(features->items[i].units);
    }
    free(features->items);
    free(features->nominal);
    free(features);
}

// ---- coordinates --------------------------------------------------------------------------------

static double coordinate_of(const struct wn_feature *feature, const struct wn_param *param,
                            struct wn_scalar value) {
    if (feature->nominal)
        return (double)value.integer;
    if (param->kind == WN_KIND_CHOICE)
        return feature->levels[rank_of(param, value.integer)];
    return coordinate_of_unit(param, param->dist->cdf(&param->args, value));
}

void wn_features_encode(const struct wn_features *features, const struct wn_config *config,
                        double *point) {
    for (size_t k = 0; k < features->count; k++) {
        const struct wn_feature *feature = &features->items[k];
        const struct wn_param *param = &features->space->params[feature->leaf];
        if (config->active[feature->leaf])
            point[k] = coordinate_of(feature, param, config->values[feature->leaf]);
        else
            point[k] = feature->nominal ? inactive_name : inactive_number;
    }
}
