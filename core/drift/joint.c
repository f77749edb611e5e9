// SPDX-License-Identifier: GPL-3.0-or-later
// The classifier test. Features become bins: numbers at their quantiles, categories in the order of
// the share of current rows among those that are learned from.
#include "core/drift/joint.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/drift/boost.h"
#include "core/stats/sample.h"

enum { FOLDS = 5, LEAST_ROWS = 50, VALUE_BINS = WN_BOOST_BINS - 1 }; // bin 0: missing

const double wn_joint_threshold = 0.55;

struct table {
    const struct wn_row_sample *ref, *cur;
    size_t rows, columns;
    const bool *categories;
    unsigned char *bins, *yes, *train;
    double *values, *sorted; // of one column
};

static double cell(const struct table *table, size_t row, size_t column) {
    const struct wn_row_sample *side = row < table->ref->rows ? table->ref : table->cur;
    size_t index = row < table->ref->rows ? row : row - table->ref->rows;
    return side->cells[index * side->columns + column];
}

// ---- bins ---------------------------------------------------------------------------------------

struct seen {
    double category;
    size_t row;
};

static int by_category(const void *a, const void *b) {
    double x = ((const struct seen *)a)->category, y = ((const struct seen *)b)->category;
    return (x > y) - (x < y);
}

// Replaces categories by the share of current rows among those learned from, drawn toward a half.
static void encode(struct table *table) {
    struct seen *all = wn_malloc((table->rows + 1) * sizeof *all);
    size_t count = 0;
    for (size_t i = 0; i < table->rows; i++)
        if (!isnan(table->values[i]))
            all[count++] = (struct seen){table->values[i], i};
    qsort(all, count, sizeof *all, by_category);
    for (size_t begin = 0, end; begin < count; begin = end) {
        double yes = 5, rows = 10;
        for (end = begin; end < count && all[end].category == all[begin].category; end++) {
            rows += table->train[all[end].row];
            yes += table->train[all[end].row] & table->yes[all[end].row];
        }
        for (size_t i = begin; i < end; i++)
            table->values[all[i].row] = yes / rows;
    }
    free(all);
}

// Bins at quantiles: as many values in each, values that are equal in the same.
static void cut(struct table *table, unsigned char *bins) {
    double edges[VALUE_BINS] = {0};
    size_t count = 0, edge_count = 0;
    for (size_t i = 0; i < table->rows; i++)
        if (!isnan(table->values[i]))
            table->sorted[count++] = table->values[i];
    wn_sort(table->sorted, count);
    for (size_t k = 1; k < VALUE_BINS && count; k++) {
        double edge = table->sorted[k * count / VALUE_BINS];
        if (edge_count == 0 ? edge > table->sorted[0] : edge > edges[edge_count - 1])
            edges[edge_count++] = edge;
    }
    for (size_t i = 0; i < table->rows; i++) {
        size_t bin = 0;
        while (bin < edge_count && table->values[i] >= edges[bin])
            bin++;
        bins[i] = isnan(table->values[i]) ? 0 : (unsigned char)(bin + 1);
    }
}

static void fill_bins(struct table *table, bool first) {
    for (size_t k = 0; k < table->columns; k++) {
        if (!first && !table->categories[k]) // does not depend on what is learned from
            continue;
        for (size_t i = 0; i < table->rows; i++)
            table->values[i] = cell(table, i, k);
        if (table->categories[k])
            encode(table);
        cut(table, table->bins + k * table->rows);
    }
}

// ---- the area -----------------------------------------------------------------------------------

// The sum of squares of the structural components about their mean, over count * (count - 1).
static double spread(double squares, double sum, double count) {
    return count > 1 ? fmax(squares - sum * sum / count, 0) / (count - 1) / count : 0;
}

struct wn_auc wn_auc_of(double *no, size_t no_count, double *yes, size_t yes_count) {
    wn_sort(no, no_count);
    wn_sort(yes, yes_count);
    struct wn_sample x = {.values = no, .count = no_count}, y = {.values = yes, .count = yes_count};
    struct wn_merge merge = wn_merge_of(&x, &y);
    double n = (double)no_count, m = (double)yes_count;
    double sum_y = 0, squares_y = 0, sum_x = 0, squares_x = 0;
    while (wn_merge_next(&merge)) {
        // The share of the other side below, ties by half; above, for those of `no`.
        double x_here = (double)merge.x_here, y_here = (double)merge.y_here;
        double below = ((double)merge.x_seen - x_here / 2) / n;
        double above = 1 - ((double)merge.y_seen - y_here / 2) / m;
        sum_y += y_here * below;
        squares_y += y_here * below * below;
        sum_x += x_here * above;
        squares_x += x_here * above * above;
    }
    return (struct wn_auc){sum_y / m, spread(squares_y, sum_y, m) + spread(squares_x, sum_x, n)};
}

static struct wn_auc fold_auc(const struct table *table, const double *scores) {
    double *no = wn_malloc((table->rows + 1) * sizeof *no);
    double *yes = wn_malloc((table->rows + 1) * sizeof *yes);
    size_t no_count = 0, yes_count = 0;
    for (size_t i = 0; i < table->rows; i++) {
        if (table->train[i])
            continue;
        if (table->yes[i])
            yes[yes_count++] = scores[i];
        else
            no[no_count++] = scores[i];
    }
    struct wn_auc auc = wn_auc_of(no, no_count, yes, yes_count);
    free(no);
    free(yes);
    return auc;
}

// ---- the test -----------------------------------------------------------------------------------

static struct table table_new(const struct wn_row_sample *ref, const struct wn_row_sample *cur,
                              const bool *categories) {
    struct table table = {.ref = ref,
                          .cur = cur,
                          .rows = ref->rows + cur->rows,
                          .columns = ref->columns,
                          .categories = categories};
    table.bins = wn_calloc(table.rows * table.columns + 1, 1);
    table.yes = wn_calloc(table.rows + 1, 1);
    table.train = wn_calloc(table.rows + 1, 1);
    table.values = wn_calloc(table.rows + 1, sizeof *table.values);
    table.sorted = wn_calloc(table.rows + 1, sizeof *table.sorted);
    for (size_t i = ref->rows; i < table.rows; i++)
        table.yes[i] = 1;
    return table;
}

static void table_free(struct table *table) {
    free(table->bins);
    free(table->yes);
    free(table->train);
    free(table->values);
    free(table->sorted);
}

static struct wn_auc cross_validate(struct table *table, double *gains) {
    struct wn_auc mean = {0, 0};
    double *scores = wn_malloc((table->rows + 1) * sizeof *scores);
    const struct wn_boost_data data = {table->bins, table->yes, table->rows, table->columns};
    for (size_t fold = 0; fold < FOLDS; fold++) {
        for (size_t i = 0; i < table->rows; i++)
            table->train[i] = (i < table->ref->rows ? i : i - table->ref->rows) % FOLDS != fold;
        fill_bins(table, fold == 0);
        wn_boost(&data, table->train, scores, gains);
        struct wn_auc auc = fold_auc(table, scores);
        mean.auc += auc.auc / FOLDS;
        mean.variance += auc.variance / (FOLDS * FOLDS);
    }
    free(scores);
    // Folds share what they learn from: Nadeau and Bengio, Inference for the generalization error
    // (2003), eq. 7: 1 / FOLDS becomes 1 / FOLDS + tested / learned.
    mean.variance *= 1 + FOLDS * 1.0 / (FOLDS - 1);
    return mean;
}

static void conclude(struct wn_joint *joint, struct wn_auc auc, double alpha) {
    double se = sqrt(auc.variance), away = auc.auc - 0.5, sum = 0;
    joint->auc = auc.auc;
    joint->low = fmax(auc.auc - 1.959964 * se, 0);
    joint->high = fmin(auc.auc + 1.959964 * se, 1);
    joint->p = se > 0 ? gsl_cdf_ugaussian_Q(away / se) : away > 0 ? 0 : 1;
    joint->drift = joint->p < alpha && joint->auc >= wn_joint_threshold;
    for (size_t k = 0; k < joint->columns; k++)
        sum += joint->shares[k];
    for (size_t k = 0; k < joint->columns && sum > 0; k++)
        joint->shares[k] /= sum;
}

enum wn_status wn_joint_test(const struct wn_row_sample *ref, const struct wn_row_sample *cur,
                             const bool *categories, double alpha, struct wn_joint *joint,
                             struct wn_err *err) {
    *joint = (struct wn_joint){0};
    if (ref->rows < LEAST_ROWS || cur->rows < LEAST_ROWS)
        return wn_fail(err, WN_NO, "a classifier needs %d rows on either side", LEAST_ROWS);
    if (ref->columns == 0)
        return wn_fail(err, WN_NO, "no column has numbers or categories on both sides");
    struct table table = table_new(ref, cur, categories);
    joint->columns = ref->columns;
    joint->shares = wn_calloc(joint->columns, sizeof *joint->shares);
    struct wn_auc auc = cross_validate(&table, joint->shares);
    conclude(joint, auc, alpha);
    table_free(&table);
    return WN_OK;
}

void wn_joint_free(struct wn_joint *joint) {
    free(joint->shares);
    *joint = (struct wn_joint){0};
}
