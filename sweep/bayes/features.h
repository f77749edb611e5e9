// SPDX-License-Identifier: GPL-3.0-or-later
// What a Gaussian process sees of a configuration: a coordinate for each leaf that varies. Numbers
// lie in [0, 1] on the scale of their distribution (log where it is log), discrete ones at the
// middle of their share of it; those of unbounded distributions by how many standard deviations
// they are off, those of beta as they are. Choices among numbers are numbers by their rank, other
// choices are names. An inactive leaf is 0.5, or a name of its own: that its parent differs tells
// the rest.
#ifndef WN_BAYES_FEATURES_H
#define WN_BAYES_FEATURES_H

#include "core/space.h"

struct wn_feature {
    size_t leaf; // index in the space
    bool nominal;
    size_t level_count; // 0: continuous, or too many to be listed
    double *levels;     // coordinates of its values, rising (of names: 0, 1, ...)
    double *units;      // of the same values, their places in the unit interval
};

struct wn_features {
    const struct wn_space *space;
    size_t count;
    struct wn_feature *items;
    bool *nominal; // of each, for the kernel
};

struct wn_features *wn_features_new(const struct wn_space *space);
void wn_features_free(struct wn_features *features);

// A configuration's coordinates, to point[count].
void wn_features_encode(const struct wn_features *features, const struct wn_config *config,
                        double *point);
// The place in the leaf's unit interval (wn_space_decode) of a coordinate of a feature of numbers.
double wn_feature_unit(const struct wn_features *features, size_t feature, double coordinate);

#endif
