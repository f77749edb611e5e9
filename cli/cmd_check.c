// SPDX-License-Identifier: GPL-3.0-or-later
// winnow check: is a data set as it has to be? A schema is inferred from good data, edited by
// people, and held against what comes later.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/common.h"
#include "cli/data_side.h"
#include "cli/outfile.h"
#include "cli/table.h"
#include "core/drift/schema.h"

// ---- inferring ----------------------------------------------------------------------------------

static enum wn_status read_slack(const struct wn_invocation *invocation, double *slack,
                                 struct wn_err *err) {
    const char *text = wn_args_text(invocation, "slack", "0.1");
    char *end;
    *slack = strtod(text, &end);
    if (*end || end == text || !(*slack >= 0) || !isfinite(*slack))
        return wn_fail(err, WN_BAD_INPUT, "--slack takes a number from 0 on (found %s)", text);
    return WN_OK;
}

static enum wn_status write_schema(struct wn_invocation *invocation,
                                   const struct wn_profile *profile, double slack,
                                   struct wn_err *err) {
    struct wn_outfile file;
    struct wn_str text = {0};
    const char *path = wn_args_text(invocation, "output", NULL);
    enum wn_status status = wn_outfile_open(&file, &invocation->out, path, err);
    if (status != WN_OK)
        return status;
    struct wn_schema schema = wn_schema_infer(profile, slack);
    wn_schema_write(&schema, &text);
    file.sink.write(file.sink.context, text.text, text.length);
    if (path)
        wn_say("%s: %zu columns, from %llu rows\n", path, schema.count,
               (unsigned long long)profile->rows);
    wn_schema_free(&schema);
    wn_str_free(&text);
    return wn_outfile_close(&file, WN_OK, err);
}

static enum wn_status infer(struct wn_invocation *invocation, struct wn_err *err) {
    struct wn_data_side side = {0};
    double slack;
    enum wn_status status = read_slack(invocation, &slack, err);
    if (status == WN_OK)
        status = wn_data_side_open(&side, invocation, invocation->operands[0], err);
    if (status == WN_OK)
        status = wn_data_side_read(&side, err);
    if (status == WN_OK)
        status = write_schema(invocation, &side.profile, slack, err);
    wn_data_side_free(&side);
    return status;
}

// ---- enforcing ----------------------------------------------------------------------------------

static void print_table(struct wn_output *out, const struct wn_violation *violations,
                        size_t count) {
    static const struct wn_column columns[] = {{.title = "COLUMN"},
                                               {.title = "RULE"},
                                               {.title = "ROWS", .right = true},
                                               {.title = "WHAT", .spare = 1},
                                               {.title = "FIRST", .spare = 2},
                                               {0}};
    struct wn_table table = {.columns = columns};
    for (size_t i = 0; i < count; i++) {
        wn_table_add(&table, WN_ROLE_HEAD, "%s", violations[i].column);
        wn_table_add(&table, WN_ROLE_BAD, "%s", wn_rule_names[violations[i].rule]);
        wn_table_add(&table, WN_ROLE_PLAIN, "%llu", (unsigned long long)violations[i].count);
        wn_table_add(&table, WN_ROLE_PLAIN, "%s", violations[i].what);
        wn_table_add(&table, WN_ROLE_PLAIN, "%s", violations[i].where ? violations[i].where : "");
    }
    if (count)
        wn_table_print(&table, out);
    wn_table_free(&table);
}

static void print_json(struct wn_output *out, const struct wn_violation *violations, size_t count,
                       int64_t rows) {
    struct wn_emit emit = {0};
    wn_emit_open(&emit, NULL, '{');
    wn_emit_bool(&emit, "ok", count == 0);
    wn_emit_integer(&emit, "rows", rows);
    wn_emit_open(&emit, "violations", '[');
    for (size_t i = 0; i < count; i++) {
        wn_emit_open(&emit, NULL, '{');
        wn_emit_text(&emit, "column", *violations[i].column ? violations[i].column : NULL);
        wn_emit_text(&emit, "rule", wn_rule_names[violations[i].rule]);
        wn_emit_integer(&emit, "rows", (int64_t)violations[i].count);
        wn_emit_text(&emit, "what", violations[i].what);
        wn_emit_text(&emit, "first", violations[i].where);
        wn_emit_close(&emit, '}');
    }
    wn_emit_close(&emit, ']');
    wn_emit_close(&emit, '}');
    wn_print_json(out, &emit);
}

static enum wn_status tell(struct wn_invocation *invocation, struct wn_check *check, int64_t rows,
                           struct wn_err *err) {
    size_t count;
    const struct wn_violation *violations = wn_check_violations(check, &count);
    if (wn_args_has(invocation, "json"))
        print_json(&invocation->out, violations, count, rows);
    else
        print_table(&invocation->out, violations, count);
    if (count)
        return wn_fail(err, WN_NO, "%zu rule%s violated in %lld rows", count,
                       count == 1 ? " is" : "s are", (long long)rows);
    return WN_OK;
}

static bool go_on(void *context, size_t rows) {
    return wn_check_go(context, rows);
}

static enum wn_status hold_against(struct wn_invocation *invocation, const struct wn_schema *schema,
                                   struct wn_err *err) {
    struct wn_data_side side;
    struct wn_check *check = NULL;
    enum wn_status status = wn_data_side_open_rows(&side, invocation, invocation->operands[0], err);
    if (status == WN_OK) {
        check = wn_check_new(schema, side.data, side.missing);
        status = wn_data_side_walk(&side, go_on, check, err);
    }
    if (status == WN_OK)
        status = tell(invocation, check, wn_dataset_rows(side.data), err);
    wn_check_free(check);
    wn_data_side_free(&side);
    return status;
}

static enum wn_status enforce(struct wn_invocation *invocation, const char *path,
                              struct wn_err *err) {
    struct wn_str text = {0};
    struct wn_schema schema = {0};
    enum wn_status status = wn_data_side_text(path, &text, err);
    if (status == WN_OK && wn_schema_parse(wn_str_text(&text), &schema, err) != WN_OK)
        status = wn_err_prefix(err, "%s", path);
    if (status == WN_OK)
        status = hold_against(invocation, &schema, err);
    wn_schema_free(&schema);
    wn_str_free(&text);
    return status;
}

// ---- the command --------------------------------------------------------------------------------

static enum wn_status run(struct wn_invocation *invocation, struct wn_err *err) {
    const char *schema = wn_args_text(invocation, "schema", NULL);
    if (wn_args_has(invocation, "infer") == (schema != NULL))
        return wn_fail(err, WN_BAD_INPUT,
                       "say what to do: --schema FILE holds the data against a schema, --infer "
                       "makes one of the data");
    return schema ? enforce(invocation, schema, err) : infer(invocation, err);
}

static const struct wn_option options[] = {
    {.name = "schema",
     .type = WN_OPTION_FILE,
     .value = "FILE",
     .help = "the schema that the data must satisfy"},
    {.name = "infer", .help = "print a schema of the data"},
    {.name = "output",
     .letter = 'o',
     .type = WN_OPTION_FILE,
     .value = "FILE",
     .help = "with --infer: write it to a file"},
    {.name = "slack",
     .type = WN_OPTION_TEXT,
     .value = "SHARE",
     .fallback = "0.1",
     .help = "with --infer: how much of the range more is allowed on either side"},
    {0},
};

static const struct wn_example examples[] = {
    {"winnow check train.csv --infer -o schema.json", "what good data look like; edit it"},
    {"winnow check today.csv --schema schema.json", "a gate: exit code 1 on a violation"},
    {"zcat today.csv.gz | winnow check - --schema schema.json --json", "for scripts"},
    {0},
};

const struct wn_command wn_command_check = {
    .name = "check",
    .summary = "whether a data set is as it has to be",
    .also = "validate schema expectations great-expectations",
    .options = {options, wn_data_side_options, wn_json_options},
    .operands = {{.name = "DATA", .kind = WN_OPERAND_FILE}},
    .description =
        "A schema is a JSON file: per column its type, perhaps min and max, allowed values, "
        "max_missing (a share of the rows), unique, optional; of the whole min_rows and "
        "extra_columns. A key that is left out is no rule.\n\n"
        "Every violation is told with the number of rows and the line of the first. DATA is read "
        "as "
        "by winnow drift, row by row; memory grows with the rows only for columns that must be "
        "unique. With --schema, --columns and --type do nothing: the schema has both.",
    .examples = examples,
    .no_means = "the data violate the schema; stdout says how",
    .run = run,
};
