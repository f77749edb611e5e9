// SPDX-License-Identifier: GPL-3.0-or-later
// Checking what was found, and making trials of it.
#include "sweep/import.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "sweep/environment.h"
#include "sweep/searcher.h"

struct result { // of one repeat
    bool is;    // it was found
    enum wn_trial_state state;
    double objective, se, started, ended;
    bool has_exit;
    int exit_code, exit_signal;
    char *reason, *host, *tags;
    double *values; // of metrics, in the order of import->names
    size_t value_count;
};

struct item { // a configuration
    int64_t number, order;
    char *params;
    uint64_t hash;
    struct result *results; // one per repeat
};

struct wn_import {
    struct wn_import_setup setup;
    struct wn_seen *seen;
    struct wn_config *config; // scratch
    struct wn_import_counts counts;
    bool unnumbered; // some had no number: they stay in the order in which they came
    char **names;    // of metrics
    size_t name_count;
    struct item *items;
    size_t count, capacity;
};

struct wn_import *wn_import_new(const struct wn_import_setup *setup) {
    struct wn_import *import = wn_calloc(1, sizeof *import);
    import->setup = *setup;
    import->seen = wn_seen_new();
    import->config = wn_config_new(setup->spec->space);
    return import;
}

static void clear_result(struct result *result) {
    free(result->reason);
    free(result->host);
    free(result->tags);
    free(result->values);
}

void wn_import_free(struct wn_import *import) {
    if (!import)
        return;
    for (size_t i = 0; i < import->count; i++) {
        for (int64_t r = 0; r < import->setup.spec->repeats; r++)
            clear_result(&import->items[i].results[r]);
        free(import->items[i].results);
        free(import->items[i].params);
    }
    free(import->items);
    for (size_t i = 0; i < import->name_count; i++)
        free(import->names[i]);
    free(import->names);
    wn_config_free(import->config);
    wn_seen_free(import->seen);
    free(import);
}

const struct wn_import_counts *wn_import_counts(const struct wn_import *import) {
    return &import->counts;
}

static bool know(void *context, const struct wn_trial_row *row) {
    if (row->params_hash)
        wn_seen_add(context, (uint64_t)row->params_hash);
    return true;
}

enum wn_status wn_import_know(struct wn_import *import, struct wn_store *store, int64_t sweep,
                              struct wn_err *err) {
    return wn_store_each_trial(store, sweep, know, import->seen, err);
}

// ---- what was found -----------------------------------------------------------------------------

static void complain(struct wn_import *import, const struct wn_found *found, const char *what) {
    if (import->setup.skip)
        import->counts.outside++;
    else
        wn_diag_add(import->setup.diags, WN_ERROR, found->line, 0, "", "%s", what);
}

// Of a result that says nothing of its state.
static enum wn_trial_state presumed_state(const struct wn_found *found) {
    if (!found->has_objective)
        return WN_TRIAL_FAILED;
    return isfinite(found->objective) ? WN_TRIAL_FINISHED : WN_TRIAL_NAN;
}

// A file need not name what has one value only.
static void fill_constants(const struct wn_import *import, struct wn_found *found) {
    const struct wn_space *space = import->setup.spec->space;
    for (size_t i = 0; i < space->count; i++) {
        const struct wn_param *param = &space->params[i];
        if (param->args.count == 1 && !param->when_count &&
            !wn_value_get(&found->params, param->name))
            wn_value_put(&found->params, param->name, wn_value_copy(&param->args.values[0]));
    }
}

static bool fits(struct wn_import *import, const struct wn_found *found) {
    const struct wn_space *space = import->setup.spec->space;
    struct wn_err err;
    if (wn_space_config_parse(space, &found->params, import->config, &err) != WN_OK) {
        complain(import, found, err.text);
        return false;
    }
    if (!wn_space_allows(space, import->config)) {
        complain(import, found, "the constraints of the sweep do not allow it");
        return false;
    }
    if (wn_trial_counts(found->state) && !isfinite(found->objective)) {
        char *what = wn_format("is %s, but has no %s", wn_trial_state_name(found->state),
                               import->setup.spec->objectives->name);
        complain(import, found, what);
        free(what);
        return false;
    }
    return true;
}

static void keep_metrics(struct wn_import *import, const struct wn_found *found,
                         struct result *result) {
    if (!import->names && found->metric_count) {
        import->name_count = found->metric_count;
        import->names = wn_calloc(found->metric_count, sizeof *import->names);
        for (size_t i = 0; i < found->metric_count; i++)
            import->names[i] = wn_strdup(found->names[i]);
    }
    result->value_count = found->metric_count;
    result->values = wn_calloc(found->metric_count + 1, sizeof *result->values);
    if (found->metric_count)
        memcpy(result->values, found->values, found->metric_count * sizeof *result->values);
}

static void keep_result(struct wn_import *import, const struct wn_found *found,
                        struct result *result) {
    *result = (struct result){.is = true,
                              .state = found->state,
                              .objective = isfinite(found->objective) ? found->objective : NAN,
                              .se = found->se,
                              .started = found->started,
                              .ended = found->ended,
                              .has_exit = found->has_exit,
                              .exit_code = found->exit_code,
                              .exit_signal = found->exit_signal,
                              .reason = found->reason ? wn_strdup(found->reason) : NULL,
                              .host = found->host ? wn_strdup(found->host) : NULL,
                              .tags = found->tags ? wn_strdup(found->tags) : NULL};
    keep_metrics(import, found, result);
    import->counts.trials++;
}

static struct item *add_item(struct wn_import *import, const struct wn_found *found,
                             uint64_t hash) {
    const struct wn_spec *spec = import->setup.spec;
    struct wn_value value = wn_space_config_value(spec->space, import->config);
    struct wn_str json = {0};
    wn_value_json(&json, &value, WN_JSON_COMPACT);
    wn_value_clear(&value);
    struct item *item = WN_PUSH(import->items, import->count, import->capacity);
    *item = (struct item){.number = found->number,
                          .order = (int64_t)import->count,
                          .params = wn_str_take(&json),
                          .hash = hash,
                          .results = wn_calloc((size_t)spec->repeats, sizeof *item->results)};
    import->unnumbered |= found->number < 0;
    import->counts.configurations++;
    return item;
}

// A further repeat follows the one before, as winnow exports them.
static struct item *item_of_repeat(struct wn_import *import, const struct wn_found *found,
                                   uint64_t hash) {
    struct item *last = import->count ? &import->items[import->count - 1] : NULL;
    bool further = last && last->hash == hash && found->repeat > 0 &&
                   found->repeat < import->setup.spec->repeats && !last->results[found->repeat].is;
    return further ? last : NULL;
}

static void take_fitting(struct wn_import *import, const struct wn_found *found) {
    uint64_t hash = wn_space_hash(import->setup.spec->space, import->config);
    struct item *item = item_of_repeat(import, found, hash);
    if (!item && !wn_seen_add(import->seen, hash)) {
        import->counts.known++;
        return;
    }
    if (!item)
        item = add_item(import, found, hash);
    int64_t repeats = import->setup.spec->repeats;
    int64_t first = found->repeat > 0 && found->repeat < repeats ? found->repeat : 0;
    int64_t end = found->repeat < 0 ? repeats : first + 1;
    for (int64_t r = first; r < end; r++)
        keep_result(import, found, &item->results[r]);
}

void wn_import_take(struct wn_import *import, struct wn_found *found) {
    if (!found->has_state)
        found->state = presumed_state(found);
    fill_constants(import, found);
    if (!wn_trial_ended(found->state))
        import->counts.unfinished++;
    else if (fits(import, found))
        take_fitting(import, found);
    wn_value_clear(&found->params);
    free(found->reason);
    free(found->host);
    free(found->tags);
}

// ---- storing it ---------------------------------------------------------------------------------

struct storing {
    struct wn_import *import;
    struct wn_store *store;
    const struct wn_sweep_row *sweep;
    int64_t *metrics; // ids, by the order of import->names; 0: not asked for yet
    double now;
    bool waiting; // some repeats are to be run
    struct wn_err *err;
};

struct mean {
    double mean, se;
    int64_t count;
};

// One row that spoke for all repeats told their mean and its error.
static struct mean mean_of(const struct wn_import *import, const struct item *item) {
    struct mean mean = {.se = NAN};
    double m2 = 0;
    for (int64_t r = 0; r < import->setup.spec->repeats; r++) {
        const struct result *result = &item->results[r];
        if (!result->is || !wn_trial_counts(result->state))
            continue;
        double off = result->objective - mean.mean;
        mean.count++;
        mean.mean += off / (double)mean.count;
        m2 += off * (result->objective - mean.mean);
    }
    double n = (double)mean.count;
    if (!isnan(item->results[0].se))
        mean.se = item->results[0].se;
    else if (mean.count > 1)
        mean.se = sqrt(m2 / (n - 1) / n);
    if (!mean.count)
        mean.mean = NAN;
    return mean;
}

static enum wn_status store_point(struct storing *storing, int64_t trial, size_t metric,
                                  double value) {
    int64_t sweep = storing->sweep->id, *id = &storing->metrics[metric];
    enum wn_status status = WN_OK;
    if (!*id)
        status = wn_store_metric(storing->store, sweep, storing->import->names[metric], id,
                                 storing->err);
    struct wn_point point = {.step = 1, .value = value};
    const struct wn_series_tail tail = {
        .sweep = sweep, .trial = trial, .metric = *id, .count = 1, .points = &point};
    double finite = isfinite(value) ? value : NAN;
    const struct wn_summary summary = {.count = 1, .last = value, .min = finite, .max = finite};
    if (status == WN_OK)
        status = wn_store_put_tail(storing->store, &tail, storing->err);
    if (status == WN_OK)
        status = wn_store_put_summary(storing->store, sweep, trial, *id, &summary, storing->err);
    return status;
}

static enum wn_status store_tags(struct storing *storing, int64_t trial, char *tags) {
    enum wn_status status = WN_OK;
    for (char *tag = strtok(tags ? tags : (char[]){""}, " "); tag && status == WN_OK;
         tag = strtok(NULL, " ")) {
        const struct wn_label label = {.sweep = storing->sweep->id,
                                       .trial = trial,
                                       .text = tag,
                                       .user = storing->import->setup.user,
                                       .created = storing->now};
        status = wn_store_add_tag(storing->store, &label, storing->err);
    }
    return status;
}

static char *copy(const char *text) {
    return text ? wn_strdup(text) : NULL;
}

// A repeat that was not found waits to be run.
static struct wn_trial_row make_row(const struct storing *storing, const struct item *item,
                                    int64_t id, int64_t repeat) {
    const struct result *result = &item->results[repeat];
    const struct wn_import_setup *setup = &storing->import->setup;
    bool killed = result->is && result->state == WN_TRIAL_KILLED;
    return (struct wn_trial_row){
        .sweep = storing->sweep->id,
        .number = id * setup->spec->repeats + repeat,
        .repeat = repeat,
        .state = result->is ? result->state : WN_TRIAL_QUEUED,
        .params = wn_strdup(item->params),
        .params_hash = (int64_t)item->hash,
        .seed = wn_trial_seed(storing->sweep->seed, repeat),
        .reason = copy(result->reason),
        .has_exit = result->has_exit,
        .exit_code = result->exit_code,
        .exit_signal = result->exit_signal,
        .created = storing->now,
        .started = result->started,
        .ended = result->ended,
        .host = copy(result->host),
        .objective = result->is ? result->objective : NAN,
        .mean = NAN,
        .se = NAN,
        .killed_by = killed ? copy(setup->user) : NULL,
        .enqueued_by = copy(setup->user),
        .imported_from = result->is ? copy(setup->from) : NULL,
    };
}

static enum wn_status store_trial(struct storing *storing, const struct item *item, int64_t id,
                                  int64_t repeat) {
    struct wn_trial_row row = make_row(storing, item, id, repeat);
    const struct result *result = &item->results[repeat];
    double score = NAN;
    if (repeat == 0) {
        struct mean mean = mean_of(storing->import, item);
        row.mean = mean.mean;
        row.se = mean.se;
        score = storing->sweep->maximize ? -mean.mean : mean.mean;
    }
    storing->waiting |= !result->is;
    enum wn_status status = wn_store_put_trial(storing->store, &row, score, storing->err);
    for (size_t i = 0; i < result->value_count && status == WN_OK; i++)
        if (!isnan(result->values[i]))
            status = store_point(storing, row.number, i, result->values[i]);
    if (status == WN_OK)
        status = store_tags(storing, row.number, result->tags);
    wn_trial_row_clear(&row);
    return status;
}

static int by_number(const void *left, const void *right) {
    const struct item *a = left, *b = right;
    if (a->number != b->number)
        return a->number < b->number ? -1 : 1;
    return (a->order > b->order) - (a->order < b->order);
}

// A grid leaves out the points that are there; any other search runs as many as before besides.
static enum wn_status declare(const struct storing *storing) {
    const struct wn_import *import = storing->import;
    if (strcmp(import->setup.spec->method, "grid") == 0)
        return WN_OK;
    return wn_store_add_declared(storing->store, storing->sweep->id,
                                 import->counts.configurations * import->setup.spec->repeats,
                                 storing->err);
}

static enum wn_status store_items(struct storing *storing) {
    struct wn_import *import = storing->import;
    int64_t last, repeats = import->setup.spec->repeats;
    enum wn_status status =
        wn_store_last_trial(storing->store, storing->sweep->id, &last, storing->err);
    int64_t id = (last + repeats) / repeats;
    import->counts.first = id * repeats;
    for (size_t i = 0; i < import->count && status == WN_OK; i++, id++)
        for (int64_t r = 0; r < repeats && status == WN_OK; r++)
            status = store_trial(storing, &import->items[i], id, r);
    return status;
}

enum wn_status wn_import_store(struct wn_import *import, struct wn_store *store,
                               const struct wn_sweep_row *sweep, struct wn_err *err) {
    struct storing storing = {.import = import,
                              .store = store,
                              .sweep = sweep,
                              .metrics = wn_calloc(import->name_count + 1, sizeof(int64_t)),
                              .now = wn_now(),
                              .err = err};
    if (import->count && !import->unnumbered)
        qsort(import->items, import->count, sizeof *import->items, by_number);
    enum wn_status status = declare(&storing);
    if (status == WN_OK)
        status = store_items(&storing);
    if (status == WN_OK && storing.waiting)
        status = wn_store_set_sweep_state(store, sweep->id, WN_SWEEP_STOPPED,
                                          "has trials that wait", storing.now, err);
    free(storing.metrics);
    return status;
}
