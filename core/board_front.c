// SPDX-License-Identifier: GPL-3.0-or-later
// The fronts of a board with several objectives. A point dominates another that is nowhere better
// and somewhere worse; what no point dominates is the first front, the Pareto front, what only the
// first dominates is the second. Zhang, Tian, Cheng, Jin: An Efficient Approach to Nondominated
// Sorting for Evolutionary Multiobjective Optimization (2015): in order of the first value, a point
// belongs to the first front of which none dominates it, found by bisection.
#include <math.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/board_private.h"

// ---- sorting into fronts ------------------------------------------------------------------------

#define NONE UINT32_MAX

struct sorting {
    const double *values; // point by point
    size_t dimensions;
    uint32_t *last;     // of each front: the point that came last; NONE: no such front yet
    uint32_t *previous; // of each point: the one before it in its front, or NONE
    size_t fronts;
};

static int by_values(const void *left, const void *right, void *context) {
    const struct sorting *sorting = context;
    uint32_t i = *(const uint32_t *)left, j = *(const uint32_t *)right;
    const double *a = sorting->values + i * sorting->dimensions;
    const double *b = sorting->values + j * sorting->dimensions;
    for (size_t d = 0; d < sorting->dimensions; d++)
        if (a[d] != b[d])
            return a[d] < b[d] ? -1 : 1;
    return (i > j) - (i < j);
}

static bool dominates(const struct sorting *sorting, uint32_t one, uint32_t other) {
    const double *a = sorting->values + one * sorting->dimensions;
    const double *b = sorting->values + other * sorting->dimensions;
    bool better = false;
    for (size_t d = 0; d < sorting->dimensions; d++) {
        if (a[d] > b[d])
            return false;
        better = better || a[d] < b[d];
    }
    return better;
}

// Of two values the second falls along a front, so that its last point speaks for all.
static bool front_dominates(const struct sorting *sorting, size_t front, uint32_t point) {
    for (uint32_t i = sorting->last[front]; i != NONE; i = sorting->previous[i]) {
        if (dominates(sorting, i, point))
            return true;
        if (sorting->dimensions == 2)
            return false;
    }
    return false;
}

static size_t front_of(const struct sorting *sorting, uint32_t point) {
    size_t low = 0, high = sorting->fronts;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (front_dominates(sorting, middle, point))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void wn_board_fronts(const double *values, size_t dimensions, uint32_t *fronts, size_t count) {
    struct sorting sorting = {.values = values,
                              .dimensions = dimensions,
                              .last = wn_calloc(count, sizeof *sorting.last),
                              .previous = wn_calloc(count, sizeof *sorting.previous)};
    uint32_t *order = wn_calloc(count, sizeof *order);
    for (size_t i = 0; i < count; i++)
        order[i] = (uint32_t)i;
    qsort_r(order, count, sizeof *order, by_values, &sorting);
    for (size_t i = 0; i < count; i++) {
        size_t front = front_of(&sorting, order[i]);
        bool fresh = front == sorting.fronts;
        sorting.previous[order[i]] = fresh ? NONE : sorting.last[front];
        sorting.last[front] = order[i];
        sorting.fronts += fresh;
        fronts[order[i]] = (uint32_t)front + 1;
    }
    free(order);
    free(sorting.last);
    free(sorting.previous);
}

// ---- of a sweep ---------------------------------------------------------------------------------

struct points { // of rows that have all values
    const struct wn_spec *spec;
    size_t dimensions;
    uint32_t *numbers;
    size_t count, number_capacity;
    double *values;
    size_t value_count, value_capacity;
};

static bool add_point(void *context, int64_t number, const double *values) {
    struct points *points = context;
    for (size_t i = 0; i < points->dimensions; i++)
        if (isnan(values[i]))
            return true;
    *WN_PUSH(points->numbers, points->count, points->number_capacity) = (uint32_t)number;
    for (size_t i = 0; i < points->dimensions; i++)
        *WN_PUSH(points->values, points->value_count, points->value_capacity) =
            points->spec->objectives[i].maximize ? -values[i] : values[i];
    return true;
}

static enum wn_status read_points(struct wn_board_reader *reader, struct points *points) {
    char *objective = wn_board_source(reader, WN_COLUMN_OBJECTIVE);
    char *condition = wn_format("%s AND %s IS NOT NULL", wn_board_each_row(reader), objective);
    struct wn_str values = {0};
    wn_str_add(&values, objective);
    for (size_t i = 1; i < points->dimensions; i++) {
        char *source = wn_board_metric_source(reader, reader->spec->objectives[i].name);
        wn_str_addf(&values, ", %s", source);
        free(source);
    }
    const struct wn_selection selection = {.condition = condition,
                                           .order = "t.id",
                                           .limit = -1,
                                           .values = values.text,
                                           .value_count = points->dimensions};
    enum wn_status status = wn_store_each_selected(reader->store, reader->sweep->id, &selection,
                                                   add_point, points, reader->err);
    free(objective);
    free(condition);
    wn_str_free(&values);
    return status;
}

enum wn_status wn_board_find_fronts(struct wn_board_reader *reader) {
    struct points points = {.spec = reader->spec, .dimensions = reader->spec->objective_count};
    if (points.dimensions < 2)
        return WN_OK;
    enum wn_status status = wn_board_make_room(reader, &reader->fronts);
    if (status == WN_OK)
        status = read_points(reader, &points);
    uint32_t *fronts = wn_calloc(points.count, sizeof *fronts);
    if (status == WN_OK)
        wn_board_fronts(points.values, points.dimensions, fronts, points.count);
    for (size_t i = 0; i < points.count && status == WN_OK; i++)
        reader->fronts.items[points.numbers[i] / reader->repeats] = fronts[i];
    free(fronts);
    free(points.numbers);
    free(points.values);
    return status;
}
