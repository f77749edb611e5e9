// SPDX-License-Identifier: GPL-3.0-or-later
// Boosting. Rows are in one of the nodes of the level that is being split; a histogram per node and
// feature has the sums of gradients of each bin, from which the best split is read off.
#include "core/drift/boost.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

enum { TREES = 40, DEPTH = 3, LEAVES = 1 << DEPTH };

static const double rate = 0.2, penalty = 1, least_weight = 3;

struct sums {
    double gradient, weight;
};

struct split {
    double gain;
    size_t feature;
    int bin; // up to it left
};

struct tree {
    const struct wn_boost_data *data;
    const unsigned char *train;
    struct sums *rows;       // of each row
    unsigned char *node;     // within the level
    struct sums *histograms; // node, feature, bin
};

static struct sums *histogram(const struct tree *tree, size_t node, size_t feature) {
    return tree->histograms + (node * tree->data->features + feature) * WN_BOOST_BINS;
}

static void fill(const struct tree *tree, size_t nodes) {
    const struct wn_boost_data *data = tree->data;
    memset(tree->histograms, 0, nodes * data->features * WN_BOOST_BINS * sizeof(struct sums));
    for (size_t f = 0; f < data->features; f++) {
        const unsigned char *bins = data->bins + f * data->rows;
        for (size_t i = 0; i < data->rows; i++) {
            struct sums *bar = histogram(tree, tree->node[i], f) + bins[i];
            bar->gradient += tree->rows[i].gradient; // 0 of rows that are not learned from
            bar->weight += tree->rows[i].weight;
        }
    }
}

static double score(struct sums sums) {
    return sums.gradient * sums.gradient / (sums.weight + penalty);
}

static struct split best_of(const struct tree *tree, size_t node, size_t feature) {
    const struct sums *bars = histogram(tree, node, feature);
    struct sums all = {0, 0}, left = {0, 0};
    struct split best = {0, feature, WN_BOOST_BINS};
    for (int b = 0; b < WN_BOOST_BINS; b++) {
        all.gradient += bars[b].gradient;
        all.weight += bars[b].weight;
    }
    for (int b = 0; b + 1 < WN_BOOST_BINS; b++) {
        left.gradient += bars[b].gradient;
        left.weight += bars[b].weight;
        struct sums right = {all.gradient - left.gradient, all.weight - left.weight};
        double gain = score(left) + score(right) - score(all);
        if (left.weight >= least_weight && right.weight >= least_weight && gain > best.gain)
            best = (struct split){gain, feature, b};
    }
    return best;
}

static void split_level(struct tree *tree, size_t nodes, double *gains) {
    struct split splits[LEAVES] = {0};
    const struct wn_boost_data *data = tree->data;
    fill(tree, nodes);
    for (size_t node = 0; node < nodes; node++) {
        splits[node].bin = WN_BOOST_BINS; // all to the left
        for (size_t f = 0; f < data->features; f++) {
            struct split here = best_of(tree, node, f);
            if (here.gain > splits[node].gain)
                splits[node] = here;
        }
        gains[splits[node].feature] += splits[node].gain;
    }
    for (size_t i = 0; i < data->rows; i++) {
        struct split split = splits[tree->node[i]];
        bool right = data->bins[split.feature * data->rows + i] > split.bin;
        tree->node[i] = (unsigned char)(2 * tree->node[i] + right);
    }
}

static void grow(struct tree *tree, double *scores, double *gains) {
    const struct wn_boost_data *data = tree->data;
    struct sums leaves[LEAVES] = {0};
    for (size_t i = 0; i < data->rows; i++) {
        double p = 1 / (1 + exp(-scores[i])), weight = tree->train[i] ? p * (1 - p) : 0;
        tree->rows[i] = (struct sums){tree->train[i] ? data->yes[i] - p : 0, weight};
        tree->node[i] = 0;
    }
    for (size_t level = 0; level < DEPTH; level++)
        split_level(tree, (size_t)1 << level, gains);
    for (size_t i = 0; i < data->rows; i++) {
        leaves[tree->node[i]].gradient += tree->rows[i].gradient;
        leaves[tree->node[i]].weight += tree->rows[i].weight;
    }
    for (size_t i = 0; i < data->rows; i++) {
        struct sums leaf = leaves[tree->node[i]];
        scores[i] += rate * leaf.gradient / (leaf.weight + penalty);
    }
}

void wn_boost(const struct wn_boost_data *data, const unsigned char *train, double *scores,
              double *gains) {
    struct tree tree = {.data = data,
                        .train = train,
                        .rows = wn_calloc(data->rows + 1, sizeof *tree.rows),
                        .node = wn_calloc(data->rows + 1, 1),
                        .histograms = wn_calloc(LEAVES * data->features * WN_BOOST_BINS + 1,
                                                sizeof *tree.histograms)};
    memset(scores, 0, data->rows * sizeof *scores);
    for (int i = 0; i < TREES; i++)
        grow(&tree, scores, gains);
    free(tree.rows);
    free(tree.node);
    free(tree.histograms);
}
