// SPDX-License-Identifier: GPL-3.0-or-later
// Trials as rows, one by one. Columns are fixed, then the spec's parameters, then the metrics.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/export.h"
#include "core/versions.h"

struct trials {
    struct wn_store *store;
    const struct wn_sweep_row *sweep;
    const struct wn_sink *sink;
    bool csv;
    struct wn_versions versions;
    const struct wn_space *space; // that the configuration at hand is of
    struct wn_config *config;     // scratch
    char **metrics;               // names, sorted
    struct last {
        bool is; // it reported this metric
        double value;
    } * last; // of the trial being written, one per metric
    size_t metric_count, metric_capacity;
    struct wn_str tags; // of the trial being written, parted by spaces
    struct wn_str line; // reused
    struct wn_err *err;
    enum wn_status status;
};

// ---- metrics ------------------------------------------------------------------------------------

static bool add_metric(void *context, int64_t id, const char *name) {
    struct trials *trials = context;
    (void)id;
    *WN_PUSH(trials->metrics, trials->metric_count, trials->metric_capacity) = wn_strdup(name);
    return true;
}

static int by_text(const void *left, const void *right) {
    return strcmp(*(char *const *)left, *(char *const *)right);
}

static bool set_last(void *context, int64_t trial, const char *name,
                     const struct wn_summary *summary) {
    struct trials *trials = context;
    (void)trial;
    if (!trials->metric_count)
        return true; // it is newer than the list of metrics
    char **found =
        bsearch(&name, trials->metrics, trials->metric_count, sizeof *trials->metrics, by_text);
    if (found)
        trials->last[found - trials->metrics] = (struct last){true, summary->last};
    return true;
}

static enum wn_status read_metrics(struct trials *trials, int64_t trial) {
    for (size_t i = 0; i < trials->metric_count; i++)
        trials->last[i] = (struct last){0};
    return wn_store_each_summary(trials->store, trials->sweep->id, trial, set_last, trials,
                                 trials->err);
}

static bool add_tag(void *context, const struct wn_label *tag) {
    struct wn_str *tags = context;
    wn_str_addf(tags, "%s%s", tags->length ? " " : "", tag->text);
    return true;
}

static enum wn_status read_tags(struct trials *trials, int64_t trial) {
    wn_str_clear(&trials->tags);
    return wn_store_each_tag(trials->store, trials->sweep->id, trial, add_tag, &trials->tags,
                             trials->err);
}

// ---- a row --------------------------------------------------------------------------------------

// The plain fields of a trial, in the order of the columns; a list that CSV and JSON both walk.
enum field_type { FIELD_COUNT, FIELD_TEXT, FIELD_REAL, FIELD_NONE };
struct field {
    const char *name;
    enum field_type type;
    int64_t count;
    const char *text;
    double real;
};

enum { FIELDS = 18 };

static enum field_type moment(double seconds) {
    return seconds > 0 ? FIELD_REAL : FIELD_NONE;
}

// The objective of a trial that had nothing but NaN and infinities is NaN, of one without any none.
static enum field_type objective(const struct wn_trial_row *row) {
    return isnan(row->objective) && row->state != WN_TRIAL_NAN ? FIELD_NONE : FIELD_REAL;
}

static void list_fields(const struct trials *trials, const struct wn_trial_row *row,
                        struct field *fields) {
    const struct field all[FIELDS] = {
        {"trial", FIELD_COUNT, .count = row->number},
        {"configuration", FIELD_COUNT, .count = row->number / trials->sweep->repeats},
        {"repeat", FIELD_COUNT, .count = row->repeat},
        {"attempt", FIELD_COUNT, .count = row->attempt},
        {"state", FIELD_TEXT, .text = wn_trial_state_name(row->state)},
        {"reason", FIELD_TEXT, .text = row->reason},
        {"objective", objective(row), .real = row->objective},
        {"seed", FIELD_COUNT, .count = row->seed},
        {"exit", row->has_exit ? FIELD_COUNT : FIELD_NONE, .count = row->exit_code},
        {"signal", row->has_exit ? FIELD_COUNT : FIELD_NONE, .count = row->exit_signal},
        {"created", moment(row->created), .real = row->created},
        {"started", moment(row->started), .real = row->started},
        {"ended", moment(row->ended), .real = row->ended},
        {"user_cpu", FIELD_REAL, .real = row->user_cpu},
        {"system_cpu", FIELD_REAL, .real = row->system_cpu},
        {"peak_memory", FIELD_COUNT, .count = row->peak_memory},
        {"host", FIELD_TEXT, .text = row->host},
        {"tags", FIELD_TEXT, .text = trials->tags.length ? trials->tags.text : NULL},
    };
    memcpy(fields, all, sizeof all);
}

static void add_csv_field(struct wn_str *line, const struct field *field) {
    if (field->type == FIELD_COUNT)
        wn_str_addf(line, "%lld", (long long)field->count);
    else if (field->type == FIELD_REAL)
        wn_csv_number(line, field->real);
    else if (field->type == FIELD_TEXT && field->text)
        wn_csv_text(line, field->text);
}

static void add_csv_row(struct trials *trials, const struct field *fields) {
    struct wn_str *line = &trials->line;
    for (size_t i = 0; i < FIELDS; i++) {
        wn_str_add(line, i ? "," : "");
        add_csv_field(line, &fields[i]);
    }
    for (size_t i = 0; i < trials->space->count; i++) {
        struct wn_value value = wn_space_leaf(trials->space, trials->config, i);
        wn_str_add_char(line, ',');
        wn_csv_value(line, &value);
        wn_value_clear(&value);
    }
    for (size_t i = 0; i < trials->metric_count; i++) {
        wn_str_add_char(line, ',');
        if (trials->last[i].is)
            wn_csv_number(line, trials->last[i].value);
    }
    wn_str_add_char(line, '\n');
}

static void add_json_field(struct wn_str *line, const struct field *field) {
    wn_str_addf(line, "\"%s\":", field->name);
    if (field->type == FIELD_COUNT)
        wn_str_addf(line, "%lld", (long long)field->count);
    else if (field->type == FIELD_REAL)
        wn_json_number(line, field->real);
    else if (field->type == FIELD_TEXT && field->text)
        wn_json_string(line, field->text);
    else
        wn_str_add(line, "null");
}

static void add_json_row(struct trials *trials, const struct field *fields, const char *params) {
    struct wn_str *line = &trials->line;
    for (size_t i = 0; i < FIELDS; i++) {
        wn_str_add(line, i ? "," : "{");
        add_json_field(line, &fields[i]);
    }
    wn_str_addf(line, ",\"params\":%s,\"metrics\":{", params);
    for (size_t i = 0, shown = 0; i < trials->metric_count; i++) {
        if (!trials->last[i].is)
            continue;
        wn_str_add(line, shown++ ? "," : "");
        wn_json_string(line, trials->metrics[i]);
        wn_str_add_char(line, ':');
        wn_json_number(line, trials->last[i].value);
    }
    wn_str_add(line, "}}\n");
}

static enum wn_status read_params(struct trials *trials, const struct wn_trial_row *row,
                                  const struct wn_value *params) {
    trials->space = wn_versions_of(&trials->versions, row->number)->spec->space;
    return wn_space_config_parse(trials->space, params, trials->config, trials->err);
}

// The rows are not of one moment: one that does not fit may be of a version that is new by now.
static enum wn_status read_config(struct trials *trials, const struct wn_trial_row *row) {
    struct wn_value params = {0};
    struct wn_versions newer;
    enum wn_status status = wn_value_parse_json(row->params, &params, trials->err);
    if (status == WN_OK && read_params(trials, row, &params) != WN_OK) {
        status = wn_versions_load(trials->store, trials->sweep, &newer, trials->err);
        if (status == WN_OK) {
            wn_versions_free(&trials->versions);
            trials->versions = newer;
            status = read_params(trials, row, &params);
        }
    }
    wn_value_clear(&params);
    return status;
}

static bool write_row(void *context, const struct wn_trial_row *row) {
    struct trials *trials = context;
    struct field fields[FIELDS];
    trials->status = read_metrics(trials, row->number);
    if (trials->status == WN_OK)
        trials->status = read_tags(trials, row->number);
    if (trials->status == WN_OK && trials->csv)
        trials->status = read_config(trials, row);
    if (trials->status != WN_OK)
        return false;
    wn_str_clear(&trials->line);
    list_fields(trials, row, fields);
    if (trials->csv)
        add_csv_row(trials, fields);
    else
        add_json_row(trials, fields, row->params);
    return trials->sink->write(trials->sink->context, trials->line.text, trials->line.length);
}

// ---- the whole ----------------------------------------------------------------------------------

static void add_title(struct wn_str *line, const char *group, const char *name) {
    char *title = wn_format("%s.%s", group, name);
    wn_str_add_char(line, ',');
    wn_csv_text(line, title);
    free(title);
}

static bool write_head(struct trials *trials) {
    struct wn_str *line = &trials->line;
    struct field fields[FIELDS];
    const struct wn_trial_row none = {0};
    list_fields(trials, &none, fields);
    for (size_t i = 0; i < FIELDS; i++)
        wn_str_addf(line, "%s%s", i ? "," : "", fields[i].name);
    for (size_t i = 0; i < trials->space->count; i++)
        add_title(line, "param", trials->space->params[i].name);
    for (size_t i = 0; i < trials->metric_count; i++)
        add_title(line, "metric", trials->metrics[i]);
    wn_str_add_char(line, '\n');
    return trials->sink->write(trials->sink->context, line->text, line->length);
}

static enum wn_status write_all(struct trials *trials) {
    enum wn_status status =
        wn_store_each_metric(trials->store, trials->sweep->id, add_metric, trials, trials->err);
    if (status != WN_OK)
        return status;
    if (trials->metric_count)
        qsort(trials->metrics, trials->metric_count, sizeof *trials->metrics, by_text);
    trials->last = wn_calloc(trials->metric_count, sizeof *trials->last);
    if (trials->csv && !write_head(trials))
        return WN_OK;
    status = wn_store_each_trial(trials->store, trials->sweep->id, write_row, trials, trials->err);
    return status == WN_OK ? trials->status : status;
}

enum wn_status wn_export_trials(struct wn_store *store, const struct wn_sweep_row *sweep, bool csv,
                                const struct wn_sink *sink, struct wn_err *err) {
    struct trials trials = {.store = store, .sweep = sweep, .sink = sink, .csv = csv, .err = err};
    enum wn_status status = wn_versions_load(store, sweep, &trials.versions, err);
    if (status != WN_OK)
        return status;
    trials.space = wn_versions_newest(&trials.versions)->space;
    trials.config = wn_config_new(trials.space);
    status = write_all(&trials);
    wn_config_free(trials.config);
    wn_versions_free(&trials.versions);
    for (size_t i = 0; i < trials.metric_count; i++)
        free(trials.metrics[i]);
    free(trials.metrics);
    free(trials.last);
    wn_str_free(&trials.tags);
    wn_str_free(&trials.line);
    return status;
}
