// SPDX-License-Identifier: GPL-3.0-or-later
// What the comparison shows, on the thread pool: which two sides where nobody named them, what
// there is to say of them, the curves as wide as they are drawn, and the race that both take part
// in.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/versions.h"
#include "tui/screens/compare_private.h"

enum { BEST = 9 }; // that one may choose from

struct loading {
    struct wn_store *store;
    struct wn_compare_query *query;
    struct wn_sweep_row sweep;
    struct wn_err *err;
};

void wn_compare_release(struct wn_compare_query *query) {
    if (!query)
        return;
    wn_board_free(query->board);
    wn_comparison_free(query->comparison);
    wn_compare_curves_clear(&query->curves);
    wn_compare_race_free(query->race);
    free(query->words[0]);
    free(query->words[1]);
    free(query->where);
    free(query->name);
    free(query->refusal);
    free(query);
}

// ---- which two ----------------------------------------------------------------------------------

static int64_t configuration(const struct loading *loading, int64_t trial) {
    return trial - trial % loading->sweep.repeats;
}

// The first two of the leaderboard, -1 where there is none.
static enum wn_status load_best(struct loading *loading, int64_t best[2]) {
    struct wn_compare_query *query = loading->query;
    const struct wn_board_options options = {.top = BEST};
    best[0] = best[1] = -1;
    enum wn_status status =
        wn_board_load(loading->store, &loading->sweep, &options, &query->board, loading->err);
    for (size_t i = 0; status == WN_OK && i < 2 && i < query->board->row_count; i++)
        best[i] = query->board->rows[i].trial;
    return status;
}

// A trial is compared with the best one, the best one with the one after it. A is what there was.
static void choose_sides(struct loading *loading, const int64_t best[2]) {
    struct wn_compare_query *query = loading->query;
    int64_t a = best[0], b = best[1];
    if (query->words[0] || query->words[1])
        return;
    if (query->trial >= 0 && a >= 0 && configuration(loading, query->trial) != a)
        b = query->trial;
    if (a < 0 || b < 0)
        return;
    query->words[0] = wn_format("%lld", (long long)a);
    query->words[1] = wn_format("%lld", (long long)b);
}

static bool is_number(const char *word) {
    return *word && strspn(word, "0123456789") == strlen(word);
}

// Two repeats of one configuration are compared as trials.
static bool are_repeats(const struct loading *loading) {
    char *const *words = loading->query->words;
    return is_number(words[0]) && is_number(words[1]) &&
           configuration(loading, strtoll(words[0], NULL, 10)) ==
               configuration(loading, strtoll(words[1], NULL, 10));
}

// ---- a race of both -----------------------------------------------------------------------------

struct seeking {
    struct wn_store *store;
    int64_t sweep, hashes[2];
    int64_t found; // the sweep of the race; 0: none
    enum wn_status status;
    struct wn_err *err;
};

static bool is_single(const struct wn_compare_side *side) {
    return side->kind == WN_SIDE_CONFIGURATION || side->kind == WN_SIDE_TRIAL;
}

static enum wn_status hash_of(const struct seeking *seeking, int64_t trial, int64_t *hash) {
    struct wn_trial_row row = {0};
    enum wn_status status =
        wn_store_get_trial(seeking->store, seeking->sweep, trial, &row, seeking->err);
    *hash = row.params_hash;
    wn_trial_row_clear(&row);
    return status;
}

static bool see_sweep(void *context, const struct wn_sweep_row *row) {
    struct seeking *seeking = context;
    int64_t trials[2] = {-1, -1};
    if (row->examines != seeking->sweep)
        return true;
    for (int i = 0; i < 2 && seeking->status == WN_OK; i++)
        seeking->status = wn_store_find_configuration(seeking->store, row->id, seeking->hashes[i],
                                                      &trials[i], seeking->err);
    if (seeking->status == WN_OK && trials[0] >= 0 && trials[1] >= 0)
        seeking->found = row->id;
    return !seeking->found && seeking->status == WN_OK;
}

static enum wn_status load_race(struct loading *loading, const struct wn_sweep_row *row) {
    struct wn_versions versions;
    enum wn_status status = wn_versions_load(loading->store, row, &versions, loading->err);
    if (status != WN_OK)
        return status;
    const struct wn_spec *spec = wn_versions_newest(&versions);
    if (spec->race.on)
        status = wn_compare_race_load(loading->store, row, spec, loading->query, loading->err);
    wn_versions_free(&versions);
    return status;
}

static enum wn_status seek_race(struct loading *loading) {
    const struct wn_comparison *comparison = loading->query->comparison;
    struct seeking seeking = {
        .store = loading->store, .sweep = loading->sweep.id, .err = loading->err};
    struct wn_sweep_row row = {0};
    if (!is_single(&comparison->a) || !is_single(&comparison->b))
        return WN_OK;
    enum wn_status status = hash_of(&seeking, comparison->a.trial, &seeking.hashes[0]);
    if (status == WN_OK)
        status = hash_of(&seeking, comparison->b.trial, &seeking.hashes[1]);
    if (status == WN_OK)
        status = wn_store_each_sweep(loading->store, see_sweep, &seeking, loading->err);
    status = status == WN_OK ? seeking.status : status;
    if (status == WN_OK && seeking.found)
        status = wn_store_get_sweep(loading->store, seeking.found, &row, loading->err);
    if (status == WN_OK && seeking.found)
        status = load_race(loading, &row);
    wn_sweep_row_clear(&row);
    return status;
}

// ---- two sides ----------------------------------------------------------------------------------

static size_t curve_columns(const struct wn_compare_query *query) {
    const struct wn_compare_layout layout =
        wn_compare_layout(query->comparison, query->extent, true, query->chart);
    const struct wn_plot_curve curves[2] = {{.name = "A"}, {.name = "B"}};
    const struct wn_plot plot = wn_compare_plot("", curves);
    struct wn_canvas canvas = {0};
    if (!layout.curves_rows || layout.curves_columns <= 0)
        return 0;
    wn_canvas_reset(&canvas, layout.curves_rows, layout.curves_columns);
    const struct wn_pane pane = wn_pane_whole(&canvas);
    int columns = wn_plot_columns(&plot, &pane);
    wn_canvas_free(&canvas);
    return columns > 0 ? (size_t)columns : 0;
}

// Of the metric under the cursor; where that has none of the one that decides.
static enum wn_status load_curves(struct loading *loading) {
    struct wn_compare_query *query = loading->query;
    struct wn_curves_wish wish = {.metric = query->metric, .columns = curve_columns(query)};
    if (wish.metric >= query->comparison->metric_count)
        wish.metric = 0;
    enum wn_status status =
        wn_compare_curves(loading->store, query->comparison, wish, &query->curves, loading->err);
    if (status == WN_OK && !query->curves.shown && wish.metric) {
        wish.metric = 0;
        status = wn_compare_curves(loading->store, query->comparison, wish, &query->curves,
                                   loading->err);
    }
    query->curved = wish.metric;
    return status;
}

static enum wn_status compare(struct loading *loading) {
    struct wn_compare_query *query = loading->query;
    const struct wn_compare_options options = {.sweep = loading->sweep.name,
                                               .a = query->words[0],
                                               .b = query->words[1],
                                               .alone = are_repeats(loading)};
    query->kind = WN_COMPARE_TWO;
    enum wn_status status = wn_compare(loading->store, &options, &query->comparison, loading->err);
    if (status == WN_BAD_INPUT || status == WN_NO) {
        query->refusal = wn_strdup(loading->err->text);
        return WN_OK;
    }
    if (status == WN_OK)
        status = load_curves(loading);
    return status == WN_OK ? seek_race(loading) : status;
}

static enum wn_status load_two(struct loading *loading) {
    int64_t best[2];
    enum wn_status status = load_best(loading, best);
    if (status != WN_OK)
        return status;
    choose_sides(loading, best);
    return loading->query->words[0] && loading->query->words[1] ? compare(loading) : WN_OK;
}

// ---- the query ----------------------------------------------------------------------------------

// Configurations, as the board has them; where a repeat was named, each trial by itself.
static enum wn_status load_many(struct loading *loading) {
    struct wn_compare_query *query = loading->query;
    struct wn_board_options options = {.where = query->where};
    query->kind = WN_COMPARE_MANY;
    enum wn_status status =
        wn_board_load(loading->store, &loading->sweep, &options, &query->board, loading->err);
    if (status != WN_OK || query->board->row_count >= query->many || loading->sweep.repeats < 2)
        return status;
    options.trials = true;
    wn_board_free(query->board);
    query->board = NULL;
    return wn_board_load(loading->store, &loading->sweep, &options, &query->board, loading->err);
}

// The arm that the place was about, where none was chosen.
static int arm_of(const struct loading *loading) {
    const struct wn_compare_query *query = loading->query;
    const struct wn_race_record *record = &query->race->record;
    if (query->arm >= 0)
        return query->arm < record->count ? query->arm : -1;
    for (int i = 0; i < record->count && query->trial >= 0; i++)
        if (record->entries[i].trial == configuration(loading, query->trial))
            return i;
    return -1;
}

static enum wn_status load_any(struct loading *loading) {
    struct wn_compare_query *query = loading->query;
    if (query->where)
        return load_many(loading);
    enum wn_status status = query->pair ? WN_OK : load_race(loading, &loading->sweep);
    if (status != WN_OK || !query->race)
        return status == WN_OK ? load_two(loading) : status;
    query->kind = WN_COMPARE_RACE;
    wn_compare_race_look(query->race, arm_of(loading),
                         wn_compare_race_columns(query->race, query->extent, query->chart));
    return WN_OK;
}

enum wn_status wn_compare_load(struct wn_store *store, void *context, struct wn_err *err) {
    struct wn_compare_query *query = context;
    struct loading loading = {.store = store, .query = query, .err = err};
    enum wn_status status = wn_store_get_sweep(store, query->sweep, &loading.sweep, err);
    if (status != WN_OK)
        return status;
    query->name = wn_strdup(loading.sweep.name);
    status = load_any(&loading);
    wn_sweep_row_clear(&loading.sweep);
    return status;
}
