// SPDX-License-Identifier: GPL-3.0-or-later
// winnow stat: the statistics of core/stats from the shell, on columns of CSV files, on JSON, and
// on whole files of cases.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/common.h"
#include "cli/stat_args.h"
#include "cli/stat_stream.h"
#include "cli/table.h"
#include "core/base/text.h"
#include "core/stats/case.h"

// ---- what there is ------------------------------------------------------------------------------

// "x=.. y=.. [conf=0.95]"
static void add_field(struct wn_str *out, const struct wn_stat_field *field) {
    static const char *const values[] = {
        [WN_STAT_SAMPLE] = "",  [WN_STAT_SAMPLES] = "...", [WN_STAT_LIST] = "=1,2,..",
        [WN_STAT_NUMBER] = "=", [WN_STAT_WORD] = "=",
    };
    char number[32];
    if (field->has_fallback)
        wn_str_addf(out, "[%s=%s]", field->name, wn_number_text(field->fallback, number));
    else if (field->words)
        wn_str_addf(out, "[%s=%s]", field->name, field->words);
    else
        wn_str_addf(out, field->optional ? "[%s%s]" : "%s%s", field->name, values[field->kind]);
}

static void add_fields(struct wn_str *out, const struct wn_stat *stat) {
    for (size_t i = 0; i < wn_stat_field_count(stat); i++) {
        wn_str_add(out, i ? " " : "");
        add_field(out, &stat->fields[i]);
    }
}

static void print_functions(struct wn_output *out) {
    static const struct wn_column columns[] = {
        {.title = "FUNCTION"}, {.title = "WHAT IT ANSWERS", .spare = 1}, {0}};
    struct wn_table table = {.columns = columns};
    char name[WN_STAT_NAME_MAX];
    size_t count;
    const struct wn_stat *const *stats = wn_stat_all(&count);
    for (size_t i = 0; i < count; i++) {
        wn_table_add(&table, WN_ROLE_HEAD, "%s", wn_stat_shown_name(stats[i], name));
        wn_table_add(&table, WN_ROLE_PLAIN, "%s", stats[i]->summary);
    }
    wn_table_print(&table, out);
    wn_table_free(&table);
}

static void print_function(struct wn_output *out, const struct wn_stat *stat) {
    struct wn_str line = {0};
    char name[WN_STAT_NAME_MAX];
    wn_str_addf(&line, "winnow stat %s ", wn_stat_shown_name(stat, name));
    add_fields(&line, stat);
    wn_printf(out, "%s: %s\n\n  %s\n\n", name, stat->summary, line.text);
    for (size_t i = 0; i < wn_stat_field_count(stat); i++)
        wn_printf(out, "  %-12s %s\n", stat->fields[i].name, stat->fields[i].help);
    wn_str_free(&line);
}

// ---- answers ------------------------------------------------------------------------------------

static void emit_number(struct wn_emit *emit, const char *key, double number) {
    if (isinf(number))
        wn_emit_text(emit, key, number > 0 ? "inf" : "-inf");
    else
        wn_emit_real(emit, key, number);
}

static void emit_row(struct wn_emit *emit, const struct wn_answer_row *row) {
    switch (row->kind) {
    case WN_ANSWER_NUMBER:
        emit_number(emit, row->key, row->number);
        break;
    case WN_ANSWER_NONE:
        wn_emit_null(emit, row->key);
        break;
    case WN_ANSWER_YES:
        wn_emit_bool(emit, row->key, row->yes);
        break;
    case WN_ANSWER_WORD:
        wn_emit_text(emit, row->key, row->word);
        break;
    case WN_ANSWER_LIST:
        wn_emit_open(emit, row->key, '[');
        for (size_t i = 0; i < row->count; i++)
            emit_number(emit, NULL, row->list[i]);
        wn_emit_close(emit, ']');
    }
}

static void emit_answer(struct wn_emit *emit, const char *key, const struct wn_answer *answer,
                        enum wn_status status, const struct wn_err *err) {
    wn_emit_open(emit, key, '{');
    wn_emit_text(emit, "status", wn_stat_status(status));
    if (status != WN_OK)
        wn_emit_text(emit, "reason", err->text);
    for (size_t i = 0; i < answer->count; i++)
        emit_row(emit, &answer->rows[i]);
    wn_emit_close(emit, '}');
}

static void add_value(struct wn_str *out, const struct wn_answer_row *row) {
    char number[32];
    switch (row->kind) {
    case WN_ANSWER_NUMBER:
        wn_str_add(out, wn_number_text(row->number, number));
        break;
    case WN_ANSWER_NONE:
        wn_str_add(out, "not defined");
        break;
    case WN_ANSWER_YES:
        wn_str_add(out, row->yes ? "yes" : "no");
        break;
    case WN_ANSWER_WORD:
        wn_str_add(out, row->word);
        break;
    case WN_ANSWER_LIST:
        for (size_t i = 0; i < row->count; i++)
            wn_str_addf(out, "%s%s", i ? " " : "",
                        isnan(row->list[i]) ? "-" : wn_number_text(row->list[i], number));
    }
}

static void print_answer(struct wn_output *out, const struct wn_answer *answer) {
    struct wn_str line = {0};
    size_t width = 0;
    for (size_t i = 0; i < answer->count; i++)
        width = strlen(answer->rows[i].key) > width ? strlen(answer->rows[i].key) : width;
    for (size_t i = 0; i < answer->count; i++) {
        wn_str_clear(&line);
        add_value(&line, &answer->rows[i]);
        wn_printf(out, "%-*s  %s\n", (int)width, answer->rows[i].key, wn_str_text(&line));
    }
    wn_str_free(&line);
}

// ---- one function -------------------------------------------------------------------------------

static enum wn_status unknown(const char *name, struct wn_err *err) {
    const struct wn_stat *close = wn_stat_closest(name);
    char shown[WN_STAT_NAME_MAX];
    if (close)
        return wn_fail(err, WN_BAD_INPUT, "there is no function %s (did you mean %s?)", name,
                       wn_stat_shown_name(close, shown));
    return wn_fail(err, WN_BAD_INPUT, "there is no function %s; winnow stat lists them", name);
}

static enum wn_status run_json(const struct wn_stat *stat, struct wn_stat_arg *args,
                               struct wn_value *object, struct wn_err *err) {
    enum wn_status status = wn_stat_read_json("-", object, err);
    return status == WN_OK ? wn_case_read(stat, object, args, err) : status;
}

static enum wn_status run_function(struct wn_invocation *invocation, const struct wn_stat *stat,
                                   struct wn_err *err) {
    bool json = wn_args_has(invocation, "json");
    struct wn_stat_arg args[WN_STAT_FIELDS] = {0};
    struct wn_answer answer = {0};
    struct wn_value object = {0};
    enum wn_status status =
        invocation->many_count
            ? wn_stat_read_words(stat, invocation->many, invocation->many_count, args, err)
            : run_json(stat, args, &object, err);
    if (status == WN_OK)
        status = wn_stat_run(stat, args, &answer, err);
    if (json && status != WN_BAD_INPUT) {
        struct wn_emit emit = {0};
        emit_answer(&emit, NULL, &answer, status, err);
        wn_print_json(&invocation->out, &emit);
    } else if (status != WN_BAD_INPUT) {
        print_answer(&invocation->out, &answer);
    }
    if (status == WN_NO)
        wn_err_prefix(err, "not computable");
    wn_answer_free(&answer);
    wn_stat_args_free(args);
    wn_value_clear(&object);
    return status;
}

// ---- cases --------------------------------------------------------------------------------------

static const char *text_of(const struct wn_value *object, const char *key) {
    const struct wn_value *value = wn_value_get(object, key);
    return value && value->type == WN_STRING ? value->string.text : NULL;
}

static void run_case(const struct wn_value *object, struct wn_emit *emit) {
    struct wn_err err = {0};
    const char *id = text_of(object, "id"), *name = text_of(object, "fn");
    const struct wn_stat *stat = name ? wn_stat_find(name) : NULL;
    struct wn_stat_arg args[WN_STAT_FIELDS] = {0};
    struct wn_answer answer = {0};
    enum wn_status status =
        stat ? wn_case_read(stat, object, args, &err) : unknown(name ? name : "(no fn)", &err);
    if (status == WN_OK)
        status = wn_stat_run(stat, args, &answer, &err);
    emit_answer(emit, id ? id : "", &answer, status, &err);
    wn_answer_free(&answer);
    wn_stat_args_free(args);
}

static enum wn_status run_cases(struct wn_invocation *invocation, const char *path,
                                struct wn_err *err) {
    struct wn_value file = {0};
    enum wn_status status = wn_stat_read_json(path, &file, err);
    if (status != WN_OK)
        return status;
    const struct wn_value *cases = file.type == WN_MAP ? wn_value_get(&file, "cases") : &file;
    if (cases && cases->type == WN_LIST) {
        struct wn_emit emit = {0};
        wn_emit_open(&emit, NULL, '{');
        for (size_t i = 0; i < cases->list.count; i++)
            run_case(&cases->list.items[i], &emit);
        wn_emit_close(&emit, '}');
        wn_print_json(&invocation->out, &emit);
    } else {
        status = wn_fail(err, WN_BAD_INPUT, "%s has no list of cases", path);
    }
    wn_value_clear(&file);
    return status;
}

// ---- the command --------------------------------------------------------------------------------

static enum wn_status run(struct wn_invocation *invocation, struct wn_err *err) {
    const char *cases = wn_args_text(invocation, "cases", NULL), *name = invocation->operands[0];
    const char *detector = wn_args_text(invocation, "stream", NULL);
    if (detector && !name)
        return wn_fail(err, WN_BAD_INPUT, "--stream takes a FILE, or FILE:COLUMN");
    if (detector)
        return wn_stat_stream(invocation, detector, name, err);
    if (cases && name)
        return wn_fail(err, WN_BAD_INPUT, "--cases takes no function: each case names its own");
    if (cases)
        return run_cases(invocation, cases, err);
    if (!name) {
        print_functions(&invocation->out);
        return WN_OK;
    }
    const struct wn_stat *stat = wn_stat_find(name);
    if (!stat)
        return unknown(name, err);
    if (invocation->many_count == 0 && !wn_args_has(invocation, "json")) {
        print_function(&invocation->out, stat);
        return WN_OK;
    }
    return run_function(invocation, stat, err);
}

static bool term(size_t index, struct wn_term *term) {
    size_t count;
    const struct wn_stat *const *stats = wn_stat_all(&count);
    if (index >= count)
        return false;
    wn_stat_shown_name(stats[index], term->name);
    term->meaning = stats[index]->summary;
    return true;
}

static const struct wn_option options[] = {
    {.name = "cases",
     .type = WN_OPTION_FILE,
     .value = "FILE",
     .help = "answer all cases of a JSON file, each with its id, fn, inputs and params"},
    {.name = "stream",
     .type = WN_OPTION_CHOICE,
     .value = "DETECTOR",
     .choices = "adwin|page-hinkley|ddm|kswin|seasonal",
     .help = "the rows of FILE[:COLUMN] at which this detector says that something changed"},
    {.name = "baseline",
     .type = WN_OPTION_COUNT,
     .value = "N",
     .help = "with --stream: in deviations of the first N values from their mean"},
    {0},
};

static const struct wn_example examples[] = {
    {"winnow stat welch-t a.csv:loss b.csv:loss", "do the means of two columns differ?"},
    {"winnow stat two-proportions x1=45 n1=500 x2=68 n2=510", "do two shares?"},
    {"winnow stat power-t2 d=0.5 power=0.8", "how many values does it take?"},
    {"winnow stat --stream seasonal cpu.csv:load", "since when is the load another?"},
    {"winnow stat p-adjust 0.01,0.04,0.03 --json", "three tests, one level"},
    {"echo '{\"x\": [1, 2, null], \"y\": [3, 4, 5]}' | winnow stat ks-2samp --json",
     "a case from standard input"},
    {0},
};

const struct wn_command wn_command_stat = {
    .name = "stat",
    .summary = "the statistics behind comparisons, on files or numbers of your own",
    .also = "stats test ttest statistics pvalue power",
    .options = {options, wn_json_options},
    .operands = {{.name = "FUNCTION", .kind = WN_OPERAND_STAT, .optional = true},
                 {.name = "INPUT", .kind = WN_OPERAND_FILE, .optional = true, .many = true}},
    .description =
        "Without a word: the functions. With a function alone: what it takes. An INPUT is "
        "NAME=VALUE, or VALUE alone for the first input that has none yet. A VALUE is a number, a "
        "list like 1,2,3, or FILE:COLUMN, a column of a CSV file by its name or its number; a FILE "
        "of - is standard input, as in x=-:loss. Empty cells, NA, NaN and null are missing values, "
        "which are "
        "dropped and counted, as infinities are.\n\n"
        "With --json and no INPUT the case is read from standard input: one object with all "
        "inputs, or {\"inputs\": {...}, \"params\": {...}}. --cases prints {\"ID\": {\"KEY\": "
        "VALUE, "
        "..., \"status\": \"ok\"}} for a file of them; a status of not_computable or error comes "
        "with a reason.\n\n"
        "--stream prints the rows of a column, counted from 0, at which a detector fires, each as "
        "it comes; the column is value, else the last one, unless FILE:COLUMN names it. What each "
        "function computes, and after whom, is in docs/stats.md.",
    .term = term,
    .terms = "Functions",
    .examples = examples,
    .no_means = "the statistic cannot be computed from these values, and stderr says why; or "
                "nothing changed",
    .run = run,
};
