// SPDX-License-Identifier: GPL-3.0-or-later
// Charts of one window: each is loaded as wide as it is, and once more where others are wider.
#include "core/compare/curves.h"

#include <math.h>
#include <stdlib.h>

#include "core/base/mem.h"

enum { FEWEST_POINTS = 3 };

struct drawing {
    struct wn_store *store;
    const struct wn_comparison *comparison;
    struct wn_curves_wish wish;
    struct wn_chart *charts; // those of A, then those of B
    size_t count, of_a;
    struct wn_err *err;
};

static size_t count_trials(const struct wn_compare_side *side) {
    size_t count = 0;
    for (size_t i = 0; i < side->trial_count; i++)
        count += wn_compare_counts(&side->trials[i]);
    return count;
}

static enum wn_status load_side(struct drawing *drawing, const struct wn_compare_side *side,
                                double from, double to, struct wn_chart *charts) {
    size_t count = 0;
    enum wn_status status = WN_OK;
    for (size_t i = 0; i < side->trial_count && status == WN_OK; i++) {
        if (!wn_compare_counts(&side->trials[i]))
            continue;
        const struct wn_chart_query query = {
            .sweep = side->sweep.id,
            .trial = side->trials[i].number,
            .metric = drawing->comparison->metrics[drawing->wish.metric].name,
            .columns = drawing->wish.columns,
            .from = from,
            .to = to};
        struct wn_chart *chart = &charts[count++];
        if (chart->columns && chart->from == from && chart->to == to)
            continue;
        wn_chart_clear(chart);
        status = wn_chart_load(drawing->store, &query, chart, drawing->err);
    }
    return status;
}

static enum wn_status load(struct drawing *drawing, double from, double to) {
    const struct wn_comparison *comparison = drawing->comparison;
    enum wn_status status = load_side(drawing, &comparison->a, from, to, drawing->charts);
    if (status == WN_OK)
        status = load_side(drawing, &comparison->b, from, to, drawing->charts + drawing->of_a);
    return status;
}

static bool is_curve(const struct wn_chart *charts, size_t count) {
    int64_t most = 0;
    for (size_t i = 0; i < count; i++)
        most = charts[i].points > most ? charts[i].points : most;
    return most >= FEWEST_POINTS;
}

static void take(struct wn_chart *charts, size_t count, struct wn_chart *side) {
    if (count > 1) {
        wn_chart_mean(charts, count, side);
        return;
    }
    *side = charts[0];
    charts[0] = (struct wn_chart){0};
}

static enum wn_status load_all(struct drawing *drawing, struct wn_compare_curves *curves) {
    double from = INFINITY, to = -INFINITY;
    size_t of_b = drawing->count - drawing->of_a;
    enum wn_status status = load(drawing, NAN, NAN);
    for (size_t i = 0; i < drawing->count && status == WN_OK; i++)
        if (!isnan(drawing->charts[i].begin)) {
            from = fmin(from, drawing->charts[i].from);
            to = fmax(to, drawing->charts[i].to);
        }
    if (status != WN_OK || !is_curve(drawing->charts, drawing->of_a) ||
        !is_curve(drawing->charts + drawing->of_a, of_b))
        return status;
    status = load(drawing, from, to);
    if (status != WN_OK)
        return status;
    take(drawing->charts, drawing->of_a, &curves->a);
    take(drawing->charts + drawing->of_a, of_b, &curves->b);
    curves->shown = true;
    return WN_OK;
}

enum wn_status wn_compare_curves(struct wn_store *store, const struct wn_comparison *comparison,
                                 struct wn_curves_wish wish, struct wn_compare_curves *curves,
                                 struct wn_err *err) {
    size_t a = count_trials(&comparison->a), b = count_trials(&comparison->b);
    *curves = (struct wn_compare_curves){0};
    if (a == 0 || b == 0 || a > WN_CURVES_TRIALS || b > WN_CURVES_TRIALS || wish.columns == 0)
        return WN_OK;
    struct drawing drawing = {.store = store,
                              .comparison = comparison,
                              .wish = wish,
                              .charts = wn_calloc(a + b, sizeof *drawing.charts),
                              .count = a + b,
                              .of_a = a,
                              .err = err};
    enum wn_status status = load_all(&drawing, curves);
    for (size_t i = 0; i < drawing.count; i++)
        wn_chart_clear(&drawing.charts[i]);
    free(drawing.charts);
    return status;
}

void wn_compare_curves_clear(struct wn_compare_curves *curves) {
    wn_chart_clear(&curves->a);
    wn_chart_clear(&curves->b);
    curves->shown = false;
}
