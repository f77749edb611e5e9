// SPDX-License-Identifier: GPL-3.0-or-later
// Trials out of a CSV file: of winnow's own boards and exports, or of anything else with a column
// per parameter and one for the objective.
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/doc.h"
#include "core/export.h"
#include "sweep/import.h"

enum meaning { // of a column
    IGNORED,
    PARAM,
    METRIC,
    OBJECTIVE,
    STATE,
    REASON,
    NUMBER,
    REPEAT,
    ERROR_OF_MEAN,
    STARTED,
    ENDED,
    EXIT,
    SIGNAL,
    HOST,
    TAGS,
};

// The columns of board --csv and export --trials that are neither parameters nor metrics.
static const struct {
    const char *name;
    enum meaning meaning;
} known[] = {
    {"objective", OBJECTIVE}, {"state", STATE},        {"reason", REASON},
    {"trial", NUMBER},        {"repeat", REPEAT},      {"se", ERROR_OF_MEAN},
    {"started", STARTED},     {"ended", ENDED},        {"exit", EXIT},
    {"signal", SIGNAL},       {"host", HOST},          {"tags", TAGS},
    {"rank", IGNORED},        {"duration", IGNORED},   {"configuration", IGNORED},
    {"attempt", IGNORED},     {"seed", IGNORED},       {"created", IGNORED},
    {"user_cpu", IGNORED},    {"system_cpu", IGNORED}, {"peak_memory", IGNORED},
};
enum { KNOWN = sizeof known / sizeof *known };

struct column {
    enum meaning meaning;
    size_t index; // of the parameter, or of the metric
    char *name;
};

struct reading {
    struct wn_import *import;
    const struct wn_import_setup *setup;
    struct column *columns;
    size_t count;
    const char **metrics; // names
    double *values;       // of the row's metrics
    size_t metric_count;
    bool ranks;       // there is a column for the objective
    size_t objective; // which of the metrics it is
};

static const struct wn_space *space_of(const struct reading *reading) {
    return reading->setup->spec->space;
}

static const char *objective_of(const struct reading *reading) {
    return reading->setup->spec->objectives->name;
}

// ---- the header ---------------------------------------------------------------------------------

static void name_unknown(struct reading *reading, int line, const char *name) {
    const struct wn_space *space = space_of(reading);
    const char **names = wn_calloc(space->count + KNOWN, sizeof *names);
    for (size_t i = 0; i < space->count; i++)
        names[i] = space->params[i].name;
    for (size_t i = 0; i < KNOWN; i++)
        names[space->count + i] = known[i].name;
    const char *close = wn_closest(name, names, space->count + KNOWN);
    wn_diag_add(reading->setup->diags, WN_ERROR, line, 0, "",
                close ? "the column %s is no parameter of the sweep (did you mean %s?)"
                      : "the column %s is no parameter of the sweep; a metric is called metric.%s",
                name, close ? close : name);
    free(names);
}

static void know_column(struct reading *reading, struct column *column, int line) {
    const char *name = column->name;
    const char *bare = wn_starts_with(name, "param.") ? name + strlen("param.") : name;
    int param = wn_space_index(space_of(reading), bare);
    if (param >= 0) {
        *column = (struct column){PARAM, (size_t)param, column->name};
        return;
    }
    if (wn_starts_with(name, "metric.") && name[strlen("metric.")]) {
        *column = (struct column){METRIC, reading->metric_count++, column->name};
        return;
    }
    if (strcmp(name, objective_of(reading)) == 0) {
        column->meaning = OBJECTIVE;
        return;
    }
    for (size_t i = 0; i < KNOWN; i++)
        if (strcmp(known[i].name, name) == 0) {
            column->meaning = known[i].meaning;
            return;
        }
    if (!reading->setup->skip)
        name_unknown(reading, line, name);
}

static bool has(const struct reading *reading, enum meaning meaning, size_t index) {
    for (size_t i = 0; i < reading->count; i++)
        if (reading->columns[i].meaning == meaning &&
            (meaning != PARAM || reading->columns[i].index == index))
            return true;
    return false;
}

static void check_twins(const struct reading *reading, int line) {
    for (size_t i = 0; i < reading->count; i++)
        for (size_t k = 0; k < i; k++) {
            const struct column *a = &reading->columns[i], *b = &reading->columns[k];
            if (strcmp(a->name, b->name) == 0 ||
                (a->meaning == PARAM && b->meaning == PARAM && a->index == b->index))
                wn_diag_add(reading->setup->diags, WN_ERROR, line, 0, "",
                            "the column %s is there twice", a->name);
        }
}

// Constants and parameters with a condition need no column.
static void check_missing(const struct reading *reading, int line) {
    const struct wn_space *space = space_of(reading);
    for (size_t i = 0; i < space->count; i++) {
        const struct wn_param *param = &space->params[i];
        if (param->args.count != 1 && !param->when_count && !has(reading, PARAM, i))
            wn_diag_add(reading->setup->diags, WN_ERROR, line, 0, "",
                        "there is no column for the parameter %s", param->name);
    }
    if (!reading->ranks && !has(reading, STATE, 0))
        wn_diag_add(reading->setup->diags, WN_ERROR, line, 0, "",
                    "there is no column for the result: call it objective, or %s",
                    objective_of(reading));
}

// It is a metric too, of its own where no column says so.
static void find_objective(struct reading *reading) {
    const char *name = objective_of(reading);
    while (reading->objective < reading->metric_count &&
           strcmp(reading->metrics[reading->objective], name) != 0)
        reading->objective++;
    reading->ranks = has(reading, OBJECTIVE, 0) || reading->objective < reading->metric_count;
    if (reading->objective == reading->metric_count)
        reading->metrics[reading->metric_count++] = name;
}

static void read_header(struct reading *reading, const struct wn_csv_row *row) {
    reading->count = row->count;
    reading->columns = wn_calloc(row->count, sizeof *reading->columns);
    for (size_t i = 0; i < row->count; i++) {
        reading->columns[i].name = wn_strdup(row->cells[i].text);
        know_column(reading, &reading->columns[i], (int)row->line);
    }
    reading->metrics = wn_calloc(reading->metric_count + 1, sizeof *reading->metrics);
    reading->values = wn_calloc(reading->metric_count + 1, sizeof *reading->values);
    for (size_t i = 0; i < row->count; i++)
        if (reading->columns[i].meaning == METRIC)
            reading->metrics[reading->columns[i].index] =
                reading->columns[i].name + strlen("metric.");
    find_objective(reading);
    check_twins(reading, (int)row->line);
    check_missing(reading, (int)row->line);
}

// ---- cells --------------------------------------------------------------------------------------

// A choice is found by how winnow writes it; anything else is read as a spec file would read it.
static struct wn_value read_value(const struct wn_param *param, const char *text) {
    for (size_t i = 0; i < param->args.count; i++) {
        const struct wn_value *choice = &param->args.values[i];
        struct wn_str written = {0};
        if (choice->type == WN_STRING)
            wn_str_add(&written, choice->string.text);
        else if (choice->type == WN_FLOAT)
            wn_csv_number(&written, choice->number);
        else
            wn_value_json(&written, choice, WN_JSON_COMPACT);
        bool same = strcmp(wn_str_text(&written), text) == 0;
        wn_str_free(&written);
        if (same)
            return wn_value_copy(choice);
    }
    struct wn_value value = wn_doc_scalar(text);
    bool whole = value.type == WN_FLOAT && value.number == floor(value.number) &&
                 fabs(value.number) < 0x1p53;
    if (whole && param->kind == WN_KIND_INT)
        return wn_value_int((int64_t)value.number);
    return value;
}

static bool read_number(struct reading *reading, const struct wn_found *found,
                        const struct column *column, const char *text, double *number) {
    char *end;
    *number = strtod(text, &end);
    if (*text && !*end)
        return true;
    *number = NAN;
    if (*text)
        wn_diag_add(reading->setup->diags, WN_ERROR, found->line, 0, column->name,
                    "is no number (found %s)", text);
    return false;
}

static void read_state(struct reading *reading, struct wn_found *found, const char *text) {
    found->has_state = *text && wn_trial_state_parse(text, &found->state);
    if (*text && !found->has_state)
        wn_diag_add(reading->setup->diags, WN_ERROR, found->line, 0, "state",
                    "is none of winnow's (found %s)", text);
}

static void set_text(char **to, const char *text) {
    free(*to);
    *to = *text ? wn_strdup(text) : NULL;
}

static void put_param(struct reading *reading, struct wn_found *found, size_t index,
                      const struct wn_csv_cell *cell) {
    const struct wn_param *param = &space_of(reading)->params[index];
    if (*cell->text || cell->quoted)
        wn_value_put(&found->params, param->name, read_value(param, cell->text));
}

static void read_objective(struct reading *reading, struct wn_found *found,
                           const struct column *column, const char *text) {
    double number;
    if (!read_number(reading, found, column, text, &number))
        return;
    found->has_objective = true;
    found->objective = number;
}

// An exit as the board tells it, 128 + the signal, where no column of its own tells the signal.
static void read_exit(const struct reading *reading, struct wn_found *found, double code) {
    bool signal = code > 128 && !has(reading, SIGNAL, 0);
    found->has_exit = true;
    found->exit_code = signal ? 0 : (int)code;
    if (signal)
        found->exit_signal = (int)code - 128;
}

static void read_numeric(struct reading *reading, struct wn_found *found,
                         const struct column *column, const char *text) {
    double number;
    if (!read_number(reading, found, column, text, &number))
        return;
    bool counts = number >= 0 && number < 0x1p53;
    if (column->meaning == NUMBER && counts)
        found->number = (int64_t)number;
    else if (column->meaning == REPEAT && counts)
        found->repeat = (int64_t)number;
    else if (column->meaning == ERROR_OF_MEAN)
        found->se = number;
    else if (column->meaning == STARTED && counts)
        found->started = number;
    else if (column->meaning == ENDED && counts)
        found->ended = number;
    else if (column->meaning == EXIT && number >= 0 && number < 1000)
        read_exit(reading, found, number);
    else if (column->meaning == SIGNAL && number >= 0 && number < 1000)
        found->exit_signal = (int)number;
}

static void read_cell(struct reading *reading, struct wn_found *found, const struct column *column,
                      const struct wn_csv_cell *cell) {
    switch (column->meaning) {
    case IGNORED:
        break;
    case PARAM:
        put_param(reading, found, column->index, cell);
        break;
    case METRIC:
        read_number(reading, found, column, cell->text, &reading->values[column->index]);
        break;
    case OBJECTIVE:
        read_objective(reading, found, column, cell->text);
        break;
    case STATE:
        read_state(reading, found, cell->text);
        break;
    case REASON:
        set_text(&found->reason, cell->text);
        break;
    case HOST:
        set_text(&found->host, cell->text);
        break;
    case TAGS:
        set_text(&found->tags, cell->text);
        break;
    default:
        read_numeric(reading, found, column, cell->text);
    }
}

// ---- rows ---------------------------------------------------------------------------------------

// Of a file that has it as the objective only, or as a metric only.
static void share_objective(const struct reading *reading, struct wn_found *found) {
    assert(reading->values); // the header was read
    double *metric = &reading->values[reading->objective];
    if (isnan(*metric)) {
        *metric = found->objective;
    } else if (!found->has_objective && !has(reading, OBJECTIVE, 0)) {
        found->has_objective = true;
        found->objective = *metric;
    }
}

static void read_row(struct reading *reading, const struct wn_csv_row *row) {
    struct wn_diags *diags = reading->setup->diags;
    size_t errors = diags->errors;
    if (row->wrong || row->count != reading->count) {
        if (row->wrong)
            wn_diag_add(diags, WN_ERROR, (int)row->line, 0, "", "the row %s", row->wrong);
        else
            wn_diag_add(diags, WN_ERROR, (int)row->line, 0, "",
                        "the row has %zu cells, but there are %zu columns", row->count,
                        reading->count);
        return;
    }
    struct wn_found found = {.line = (int)row->line,
                             .number = -1,
                             .repeat = -1,
                             .params = {.type = WN_MAP},
                             .objective = NAN,
                             .se = NAN,
                             .names = reading->metrics,
                             .values = reading->values,
                             .metric_count = reading->metric_count};
    for (size_t i = 0; i < reading->metric_count; i++)
        reading->values[i] = NAN;
    for (size_t i = 0; i < row->count; i++)
        read_cell(reading, &found, &reading->columns[i], &row->cells[i]);
    share_objective(reading, &found);
    if (diags->errors > errors) // told already
        found = (struct wn_found){.params = found.params,
                                  .reason = found.reason,
                                  .host = found.host,
                                  .tags = found.tags,
                                  .has_state = true,
                                  .state = WN_TRIAL_QUEUED};
    wn_import_take(reading->import, &found);
}

void wn_import_csv(struct wn_import *import, const struct wn_import_setup *setup,
                   const struct wn_csv_source *source) {
    struct reading reading = {.import = import, .setup = setup};
    struct wn_csv *csv = wn_csv_new(source);
    struct wn_csv_row row;
    size_t before = setup->diags->errors;
    if (!wn_csv_next(csv, &row))
        wn_diag_add(setup->diags, WN_ERROR, 1, 0, "", "the file is empty");
    else if (row.wrong)
        wn_diag_add(setup->diags, WN_ERROR, (int)row.line, 0, "", "the header %s", row.wrong);
    else
        read_header(&reading, &row);
    bool readable = setup->diags->errors == before;
    while (readable && wn_csv_next(csv, &row))
        read_row(&reading, &row);
    for (size_t i = 0; i < reading.count; i++)
        free(reading.columns[i].name);
    free(reading.columns);
    free(reading.metrics);
    free(reading.values);
    wn_csv_free(csv);
}
