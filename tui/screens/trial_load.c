// SPDX-License-Identifier: GPL-3.0-or-later
// What the store knows of a trial, on the thread pool. Only what is on the screen is read of curves
// and of the log.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/diag.h"
#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/numbers.h"
#include "core/spec.h"
#include "sweep/folder.h"
#include "sweep/logs.h"
#include "tui/screens/trial.h"

enum { MOST_REPEATS = 64 };

struct loading {
    struct wn_store *store;
    struct wn_trial_query *query;
    struct wn_spec *spec; // as it was when the trial began; NULL: it cannot be read
    char *spec_text;
    struct wn_trial_layout layout;
    struct wn_err *err;
};

// ---- release ------------------------------------------------------------------------------------

static void free_facts(struct wn_trial_facts *facts) {
    for (size_t i = 0; i < facts->count; i++) {
        free(facts->items[i].name);
        free(facts->items[i].value);
        free(facts->items[i].note);
    }
    free(facts->items);
}

static void free_charts(struct wn_trial_query *query) {
    for (size_t i = 0; i < query->chart_count; i++) {
        wn_chart_clear(&query->charts[i]);
        free(query->names[i]);
    }
    for (size_t i = 0; i < query->small_count; i++)
        wn_chart_clear(&query->small[i]);
}

void wn_trial_release(struct wn_trial_query *query) {
    if (!query)
        return;
    free_charts(query);
    free_facts(&query->params);
    free_facts(&query->facts);
    for (size_t i = 0; i < query->metric_count; i++)
        free(query->metrics[i].name);
    for (size_t i = 0; i < query->log.count; i++) {
        free(query->log.lines[i].text);
        free(query->log.lines[i].metrics);
    }
    free(query->metrics);
    free(query->log.lines);
    free(query->code);
    free(query->command);
    free(query->tags);
    free(query->log_path);
    free(query->wish.log_path);
    free(query->wish.metric);
    free(query->wish.x);
    free(query->wish.log.sought);
    wn_sweep_row_clear(&query->sweep);
    wn_trial_row_clear(&query->row);
    free(query);
}

// ---- the trial ----------------------------------------------------------------------------------

// More of a value is not shown in a row, and would only be measured for each frame.
static void shorten(char *text) {
    enum { MOST = 500 };
    size_t length = MOST - sizeof "...";
    if (strnlen(text, MOST) < MOST)
        return;
    while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
        length--; // not within a character
    memcpy(text + length, "...", sizeof "...");
}

struct wn_trial_fact *wn_trial_add_fact(struct wn_trial_facts *facts, const char *name,
                                        char *value) {
    struct wn_trial_fact *fact = WN_PUSH(facts->items, facts->count, facts->capacity);
    fact->name = name ? wn_strdup(name) : NULL;
    fact->value = value;
    shorten(value);
    return fact;
}

// The one that was asked for; else the best, else the last.
static enum wn_status choose(struct loading *loading, int64_t *number) {
    const struct wn_trial_query *query = loading->query;
    *number = query->wish.trial >= 0  ? query->wish.trial
              : query->sweep.has_best ? query->sweep.best_trial
                                      : -1;
    if (*number >= 0)
        return WN_OK;
    return wn_store_last_trial(loading->store, query->sweep.id, number, loading->err);
}

static enum wn_status load_row(struct loading *loading) {
    struct wn_trial_query *query = loading->query;
    int64_t number = -1;
    enum wn_status status =
        wn_store_get_sweep(loading->store, query->wish.sweep, &query->sweep, loading->err);
    if (status == WN_OK)
        status = choose(loading, &number);
    if (status != WN_OK || number < 0)
        return status;
    status = wn_store_get_trial(loading->store, query->sweep.id, number, &query->row, loading->err);
    query->found = status == WN_OK;
    return status == WN_NO ? WN_OK : status;
}

static bool take_version(void *context, const struct wn_version_row *version) {
    struct loading *loading = context;
    if (version->first_trial > loading->query->row.number)
        return false;
    free(loading->spec_text);
    loading->spec_text = wn_strdup(version->spec);
    return true;
}

static enum wn_status load_spec(struct loading *loading) {
    struct wn_diags diags = {.file = "spec"};
    enum wn_status status = wn_store_each_version(loading->store, loading->query->sweep.id,
                                                  take_version, loading, loading->err);
    if (status == WN_OK && loading->spec_text)
        wn_spec_parse("spec", loading->spec_text, strlen(loading->spec_text), &loading->spec,
                      &diags);
    wn_diags_free(&diags);
    return status;
}

// ---- parameters and command ---------------------------------------------------------------------

static void add_param(struct loading *loading, const char *name, const struct wn_value *value) {
    struct wn_str text = {0}, range = {0};
    wn_value_people(&text, value);
    struct wn_trial_fact *fact =
        wn_trial_add_fact(&loading->query->params, name, wn_str_take(&text));
    int index = loading->spec ? wn_space_index(loading->spec->space, name) : -1;
    if (index >= 0)
        wn_spec_range(&loading->spec->space->params[index], &range);
    fact->note = range.length ? wn_str_take(&range) : NULL;
}

static void add_params(struct loading *loading, const char *path, const struct wn_value *value) {
    if (value->type != WN_MAP || value->list.count == 0) {
        if (*path)
            add_param(loading, path, value);
        return;
    }
    for (size_t i = 0; i < value->list.count; i++) {
        const char *key = value->list.keys[i].string.text;
        char *below = *path ? wn_format("%s.%s", path, key) : wn_strdup(key);
        add_params(loading, below, &value->list.items[i]);
        free(below);
    }
}

static void load_params(struct loading *loading) {
    struct wn_value params = {0};
    if (wn_value_parse_json(loading->query->row.params, &params, NULL) == WN_OK)
        add_params(loading, "", &params);
    wn_value_clear(&params);
}

// Variables stand by their names: what they are is known to the runner alone.
static const char *no_variable(const char *name) {
    (void)name;
    return NULL;
}

static void load_command(struct loading *loading) {
    struct wn_trial_query *query = loading->query;
    struct wn_config *config;
    struct wn_argv argv = {0};
    struct wn_str line = {0};
    struct wn_err err;
    const struct wn_argv_context context = {.trial = query->row.number,
                                            .seed = (uint64_t)query->row.seed,
                                            .json_file = "${args_json_file}",
                                            .getenv = no_variable};
    if (!loading->spec ||
        wn_space_config_from_json(loading->spec->space, query->row.params, &config, &err) != WN_OK)
        return;
    if (wn_spec_argv(loading->spec, config, &context, &argv, &err) == WN_OK) {
        for (size_t i = 0; i < argv.count; i++) {
            wn_str_add(&line, i ? " " : "");
            wn_text_quote(&line, argv.items[i]);
        }
        query->command = wn_str_take(&line);
    }
    wn_argv_free(&argv);
    wn_config_free(config);
}

// ---- metrics and curves -------------------------------------------------------------------------

static bool take_summary(void *context, int64_t trial, const char *name,
                         const struct wn_summary *summary) {
    struct wn_trial_query *query = context;
    (void)trial;
    struct wn_trial_metric *metric =
        WN_PUSH(query->metrics, query->metric_count, query->metric_capacity);
    *metric = (struct wn_trial_metric){wn_strdup(name), *summary};
    return true;
}

static void put_objective_first(struct wn_trial_query *query) {
    for (size_t i = 0; i < query->metric_count; i++)
        if (strcmp(query->metrics[i].name, query->sweep.objective) == 0) {
            struct wn_trial_metric objective = query->metrics[i];
            memmove(query->metrics + 1, query->metrics, i * sizeof *query->metrics);
            query->metrics[0] = objective;
        }
}

static enum wn_status load_metrics(struct loading *loading) {
    struct wn_trial_query *query = loading->query;
    enum wn_status status = wn_store_each_summary(
        loading->store, query->sweep.id, query->row.number, take_summary, query, loading->err);
    put_objective_first(query);
    for (size_t i = 0; query->wish.metric && i < query->metric_count; i++)
        if (strcmp(query->metrics[i].name, query->wish.metric) == 0)
            query->metric = i;
    return status;
}

static int columns_of(const struct wn_trial_query *query, const struct wn_trial_box *box,
                      size_t curves) {
    struct wn_canvas canvas = {0};
    const struct wn_pane pane = {.canvas = &canvas, .rows = box->rows, .columns = box->columns};
    struct wn_plot_curve names[WN_PLOT_CURVES];
    for (size_t i = 0; i < curves; i++)
        names[i] = (struct wn_plot_curve){.name = query->names[i]};
    return wn_plot_columns(&(struct wn_plot){.curves = names, .count = curves}, &pane);
}

static struct wn_chart_query question(const struct loading *loading, int64_t trial, size_t metric,
                                      int columns) {
    const struct wn_trial_query *query = loading->query;
    const struct wn_trial_wish *wish = &query->wish;
    return (struct wn_chart_query){
        .sweep = query->sweep.id,
        .trial = trial,
        .metric = query->metrics[metric].name,
        .x = wish->x,
        .columns = (size_t)columns,
        .from = wish->from,
        .to = wish->to,
        .log_x = wish->log_x,
        .smoothing = wish->smoothing,
        .width = wish->width,
    };
}

// A window that was chosen for a longer trial may lie beyond this one's data, which are shown whole
// then; it holds again for the next trial that reaches into it.
static enum wn_status load_own(struct loading *loading, struct wn_chart_query *own) {
    struct wn_chart *chart = &loading->query->charts[0];
    struct wn_trial_wish *wish = &loading->query->wish;
    enum wn_status status = wn_chart_load(loading->store, own, chart, loading->err);
    if (status != WN_OK || !(own->from > chart->end || own->to < chart->begin))
        return status;
    own->from = own->to = wish->from = wish->to = NAN;
    wn_chart_clear(chart);
    return wn_chart_load(loading->store, own, chart, loading->err);
}

// All are shown in one window: as far as the longest goes.
static enum wn_status align(struct loading *loading, const struct wn_chart_query *questions) {
    struct wn_trial_query *query = loading->query;
    double from = INFINITY, to = -INFINITY;
    enum wn_status status = WN_OK;
    for (size_t i = 0; i < query->chart_count; i++)
        if (!isnan(query->charts[i].begin)) {
            from = fmin(from, query->charts[i].from);
            to = fmax(to, query->charts[i].to);
        }
    for (size_t i = 0; status == WN_OK && from < to && i < query->chart_count; i++) {
        struct wn_chart *chart = &query->charts[i];
        if (chart->from == from && chart->to == to)
            continue;
        struct wn_chart_query again = questions[i];
        again.from = from;
        again.to = to;
        wn_chart_clear(chart);
        status = wn_chart_load(loading->store, &again, chart, loading->err);
    }
    return status;
}

// The mean over the repeats takes the place of the second curve.
static enum wn_status load_mean(struct loading *loading, const struct wn_chart_query *own) {
    struct wn_trial_query *query = loading->query;
    int64_t repeats = query->sweep.repeats < MOST_REPEATS ? query->sweep.repeats : MOST_REPEATS;
    int64_t first = query->row.number - query->row.repeat;
    struct wn_chart *charts = wn_calloc((size_t)repeats, sizeof *charts);
    enum wn_status status = WN_OK;
    size_t count = 0;
    for (; status == WN_OK && (int64_t)count < repeats; count += status == WN_OK) {
        struct wn_chart_query one = *own;
        one.trial = first + (int64_t)count;
        one.from = query->charts[0].from;
        one.to = query->charts[0].to;
        status = wn_chart_load(loading->store, &one, &charts[count], loading->err);
    }
    wn_chart_clear(&query->charts[1]);
    if (status == WN_OK)
        wn_chart_mean(charts, count, &query->charts[1]);
    for (size_t i = 0; i < count; i++)
        wn_chart_clear(&charts[i]);
    free(charts);
    return status;
}

static size_t list_trials(struct wn_trial_query *query, int64_t *trials) {
    const struct wn_trial_wish *wish = &query->wish;
    size_t count = 0;
    trials[count++] = query->row.number;
    if (wish->mean)
        trials[count++] = query->row.number; // its window; the mean replaces it
    for (size_t i = 0; i < wish->other_count && count < WN_PLOT_CURVES; i++)
        if (wish->others[i] != query->row.number)
            trials[count++] = wish->others[i];
    for (size_t i = 0; i < count; i++)
        query->names[i] = wish->mean && i == 1
                              ? wn_format("mean of %lld", (long long)query->sweep.repeats)
                              : wn_format("#%lld", (long long)trials[i]);
    query->chart_count = count; // those not loaded are empty
    return count;
}

static enum wn_status load_charts(struct loading *loading) {
    struct wn_trial_query *query = loading->query;
    struct wn_chart_query questions[WN_PLOT_CURVES];
    int64_t trials[WN_PLOT_CURVES];
    size_t count = list_trials(query, trials);
    int columns = columns_of(query, &loading->layout.chart, count);
    enum wn_status status = WN_OK;
    for (size_t i = 0; status == WN_OK && i < count; i++) {
        questions[i] = question(loading, trials[i], query->metric, columns > 0 ? columns : 1);
        status =
            i == 0 ? load_own(loading, &questions[i])
                   : wn_chart_load(loading->store, &questions[i], &query->charts[i], loading->err);
    }
    if (status == WN_OK)
        status = align(loading, questions);
    return status == WN_OK && query->wish.mean ? load_mean(loading, questions) : status;
}

static enum wn_status load_small(struct loading *loading) {
    struct wn_trial_query *query = loading->query;
    size_t count = query->metric_count - 1;
    enum wn_status status = WN_OK;
    count = count < WN_TRIAL_SMALL ? count : WN_TRIAL_SMALL;
    for (size_t i = 0; status == WN_OK && i < count; i++) {
        struct wn_trial_box box = wn_trial_small_box(&loading->layout, count, i);
        int columns = columns_of(query, &box, 1);
        if (columns <= 0)
            break;
        query->small_metrics[i] = (query->metric + 1 + i) % query->metric_count;
        struct wn_chart_query one =
            question(loading, query->row.number, query->small_metrics[i], columns);
        status = wn_chart_load(loading->store, &one, &query->small[i], loading->err);
        query->small_count += status == WN_OK;
    }
    return status;
}

// ---- all of it ----------------------------------------------------------------------------------

static enum wn_status load_run(struct loading *loading) {
    struct wn_trial_query *query = loading->query;
    struct wn_run_row run = {0};
    if (query->row.run == 0)
        return WN_OK;
    enum wn_status status = wn_store_get_run(loading->store, query->row.run, &run, loading->err);
    if (status == WN_OK && run.git_commit)
        query->code =
            wn_format("%.7s%s", run.git_commit, run.git_patch || run.git_untracked ? "*" : "");
    wn_run_row_clear(&run);
    return status == WN_NO ? WN_OK : status;
}

static bool add_tag(void *context, const struct wn_label *tag) {
    struct wn_str *text = context;
    wn_str_addf(text, "%s%s", text->length ? " " : "", tag->text);
    return true;
}

static enum wn_status load_tags(struct loading *loading) {
    struct wn_trial_query *query = loading->query;
    struct wn_str text = {0};
    enum wn_status status = wn_store_each_tag(loading->store, query->sweep.id, query->row.number,
                                              add_tag, &text, loading->err);
    query->tags = text.length ? wn_str_take(&text) : NULL;
    return status;
}

static void load_usage(struct wn_trial_query *query, const char *dir) {
    query->log_path = wn_log_file(dir, query->row.number, query->row.attempt);
    if (query->row.state == WN_TRIAL_RUNNING)
        wn_usage_read(query->log_path, &query->usage);
}

// The head may take its place only once the parameters are known, and the curves theirs after it.
static enum wn_status load_shown(struct loading *loading, const char *dir) {
    struct wn_trial_query *query = loading->query;
    enum wn_status status = wn_trial_word_facts(loading->store, query, dir, loading->err);
    loading->layout = wn_trial_lay_out(query, query->wish.part, query->wish.extent);
    if (status == WN_OK && query->metric_count && loading->layout.chart.rows)
        status = load_charts(loading);
    if (status == WN_OK && query->metric_count > 1 && loading->layout.small.rows)
        status = load_small(loading);
    if (status == WN_OK)
        wn_trial_load_log(query, dir, loading->spec, loading->layout.log.rows - 1);
    return status;
}

static enum wn_status load_known(struct loading *loading) {
    enum wn_status status = load_spec(loading);
    if (status == WN_OK)
        status = load_run(loading);
    if (status == WN_OK)
        status = load_tags(loading);
    return status == WN_OK ? load_metrics(loading) : status;
}

enum wn_status wn_trial_load(struct wn_store *store, void *query, struct wn_err *err) {
    struct loading loading = {.store = store, .query = query, .err = err};
    enum wn_status status = load_row(&loading);
    if (status != WN_OK || !loading.query->found)
        return status;
    status = load_known(&loading);
    char *dir = wn_sweep_folder(store, loading.query->sweep.id);
    if (status == WN_OK) {
        load_params(&loading);
        load_command(&loading);
        load_usage(loading.query, dir);
        status = load_shown(&loading, dir);
    }
    free(dir);
    free(loading.spec_text);
    wn_spec_free(loading.spec);
    return status;
}
