// SPDX-License-Identifier: GPL-3.0-or-later
// Putting columns side by side.
#include "core/drift/pair.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/numbers.h"

// ---- categories ---------------------------------------------------------------------------------

static void push(struct wn_pair *pair, const char *name, double in_a, double in_b) {
    pair->names[pair->count] = wn_strdup(name);
    pair->in_a[pair->count] = in_a;
    pair->in_b[pair->count++] = in_b;
}

static void make_room(struct wn_pair *pair, size_t count) {
    pair->names = wn_calloc(count + 1, sizeof *pair->names);
    pair->in_a = wn_calloc(count + 1, sizeof *pair->in_a);
    pair->in_b = wn_calloc(count + 1, sizeof *pair->in_b);
}

// Where counts are not exact, what one side does not keep may be there: it goes with the rest.
static void align_counts(struct wn_pair *pair) {
    const struct wn_counts *ref = &pair->ref->counts, *cur = &pair->cur->counts;
    bool exact = ref->short_by == 0 && cur->short_by == 0;
    double rest_a = (double)ref->all, rest_b = (double)cur->all;
    make_room(pair, ref->count + cur->count + 1);
    for (size_t i = 0; i < ref->count; i++) {
        double a = (double)ref->items[i].count;
        double b = (double)wn_counts_of(cur, ref->items[i].hash);
        if (!exact && b == 0)
            continue;
        push(pair, ref->items[i].text, a, b);
        rest_a -= a;
        rest_b -= b;
    }
    for (size_t i = 0; i < cur->count && exact; i++)
        if (wn_counts_of(ref, cur->items[i].hash) == 0)
            push(pair, cur->items[i].text, 0, (double)cur->items[i].count);
    if (!exact && wn_feature_is_categories(pair->ref))
        push(pair, "(rest)", rest_a, rest_b);
}

// Words: what one side does not keep it may still have had, up to its error.
static void align_words(struct wn_pair *pair) {
    const struct wn_counts *ref = &pair->ref->counts, *cur = &pair->cur->counts;
    make_room(pair, ref->count + cur->count);
    for (size_t i = 0; i < ref->count; i++)
        push(pair, ref->items[i].text, (double)ref->items[i].count,
             (double)wn_counts_of(cur, ref->items[i].hash));
    for (size_t i = 0; i < cur->count; i++)
        if (wn_counts_of(ref, cur->items[i].hash) == 0)
            push(pair, cur->items[i].text, 0, (double)cur->items[i].count);
    pair->spare_a = (double)ref->short_by;
    pair->spare_b = (double)cur->short_by;
}

// ---- numbers ------------------------------------------------------------------------------------

bool wn_pair_few(const struct wn_pair *pair) {
    size_t distinct = 0;
    struct wn_merge merge = wn_merge_of(&pair->a, &pair->b);
    while (distinct <= WN_PAIR_FEW && wn_merge_next(&merge))
        distinct++;
    return distinct <= WN_PAIR_FEW;
}

static void bin_by_value(struct wn_pair *pair) {
    struct wn_merge merge = wn_merge_of(&pair->a, &pair->b);
    char number[32];
    make_room(pair, WN_PAIR_FEW);
    while (wn_merge_next(&merge))
        push(pair, wn_number_text(merge.value, number), (double)merge.x_here, (double)merge.y_here);
}

static void bin_by_deciles(struct wn_pair *pair) {
    struct wn_bins bins = wn_decile_bins(&pair->a);
    struct wn_shares shares = wn_shares_by_deciles(&bins, &pair->a, &pair->b);
    make_room(pair, shares.count);
    for (size_t i = 0; i < shares.count; i++) {
        char low[32] = "", high[32] = "", name[80];
        if (i > 0)
            wn_number_text(bins.edges[i - 1], low);
        if (i < bins.count)
            wn_number_text(bins.edges[i], high);
        snprintf(name, sizeof name, "%s..%s", low, high);
        push(pair, name, shares.ref[i] * pair->rows_a, shares.cur[i] * pair->rows_b);
    }
    wn_shares_free(&shares);
    wn_bins_free(&bins);
}

void wn_pair_bin(struct wn_pair *pair) {
    if (pair->names || !wn_feature_is_numbers(pair->ref) || !pair->a.count || !pair->b.count)
        return;
    if (wn_pair_few(pair))
        bin_by_value(pair);
    else
        bin_by_deciles(pair);
}

static void find_gap(struct wn_pair *pair) {
    struct wn_merge merge = wn_merge_of(&pair->a, &pair->b);
    while (wn_merge_next(&merge)) {
        double in_a = (double)merge.x_seen / pair->rows_a,
               in_b = (double)merge.y_seen / pair->rows_b;
        if (fabs(in_a - in_b) > pair->shift.gap) {
            pair->shift.gap = fabs(in_a - in_b);
            pair->shift.where = merge.value;
        }
    }
}

const struct wn_pair_shift *wn_pair_shift(struct wn_pair *pair) {
    if (!pair->shift.known) {
        find_gap(pair);
        pair->shift.moved = wn_transport(&pair->a, &pair->b);
        pair->shift.known = true;
    }
    return &pair->shift;
}

// ---- the pair -----------------------------------------------------------------------------------

struct wn_pair wn_pair_new(const struct wn_feature *ref, const struct wn_feature *cur) {
    struct wn_pair pair = {.ref = ref, .cur = cur};
    pair.rows_a = (double)wn_feature_values(ref);
    pair.rows_b = (double)wn_feature_values(cur);
    if (wn_feature_is_numbers(ref)) {
        pair.a = wn_feature_sample(ref);
        pair.b = wn_feature_sample(cur);
        pair.error = wn_feature_error(ref) + wn_feature_error(cur);
    } else if (wn_feature_is_categories(ref)) {
        align_counts(&pair);
    } else if (ref->type == WN_FREE_TEXT) {
        align_words(&pair);
    }
    return pair;
}

void wn_pair_free(struct wn_pair *pair) {
    wn_sample_free_weighted(&pair->a);
    wn_sample_free_weighted(&pair->b);
    for (size_t i = 0; i < pair->count; i++)
        free(pair->names[i]);
    free(pair->names);
    free(pair->in_a);
    free(pair->in_b);
    *pair = (struct wn_pair){0};
}

// ---- bars ---------------------------------------------------------------------------------------

static void fill_bars(const struct wn_sample *sample, double low, double high, double *bars) {
    double total = (double)wn_sample_total(sample);
    for (size_t i = 0; i < sample->count; i++) {
        double at = (sample->values[i] / 2 - low / 2) / (high / 2 - low / 2) * WN_PAIR_BARS;
        if (at >= 0 && sample->values[i] <= high)
            bars[at >= WN_PAIR_BARS ? WN_PAIR_BARS - 1 : (int)at] +=
                (sample->weights ? (double)sample->weights[i] : 1) / total;
    }
}

static void bars_of_numbers(const struct wn_pair *pair, double *ref, double *cur) {
    const struct wn_sample *a = pair->a.count ? &pair->a : &pair->b,
                           *b = pair->b.count ? &pair->b : a;
    if (a->count == 0)
        return;
    double low = fmin(wn_sample_quantile(a, 0.01), wn_sample_quantile(b, 0.01));
    double high = fmax(wn_sample_quantile(a, 0.99), wn_sample_quantile(b, 0.99));
    if (!(high > low)) { // one value
        low -= 1;
        high += 1;
    }
    fill_bars(&pair->a, low, high, ref);
    fill_bars(&pair->b, low, high, cur);
}

struct bar {
    double a, b;
};

static int falling(const void *x, const void *y) {
    double a = ((const struct bar *)x)->a + ((const struct bar *)x)->b;
    double b = ((const struct bar *)y)->a + ((const struct bar *)y)->b;
    return (a < b) - (a > b);
}

static void bars_of_categories(const struct wn_pair *pair, double *ref, double *cur) {
    struct bar *bars = wn_calloc(pair->count + 1, sizeof *bars);
    for (size_t i = 0; i < pair->count; i++)
        bars[i] = (struct bar){pair->rows_a > 0 ? pair->in_a[i] / pair->rows_a : 0,
                               pair->rows_b > 0 ? pair->in_b[i] / pair->rows_b : 0};
    qsort(bars, pair->count, sizeof *bars, falling);
    for (size_t i = 0; i < pair->count && i < WN_PAIR_BARS; i++) {
        ref[i] = bars[i].a;
        cur[i] = bars[i].b;
    }
    free(bars);
}

void wn_pair_bars(struct wn_pair *pair, double *ref, double *cur) {
    memset(ref, 0, WN_PAIR_BARS * sizeof *ref);
    memset(cur, 0, WN_PAIR_BARS * sizeof *cur);
    if (wn_feature_is_numbers(pair->ref))
        bars_of_numbers(pair, ref, cur);
    else
        bars_of_categories(pair, ref, cur);
}
