// SPDX-License-Identifier: GPL-3.0-or-later
// winnow profile: what there is to know of a data set, in one pass and bounded memory, to look at
// or to keep and compare later without the data.
#include <math.h>
#include <string.h>

#include "cli/common.h"
#include "cli/data_side.h"
#include "cli/outfile.h"
#include "cli/table.h"
#include "core/numbers.h"

static void add_number(struct wn_table *table, double number) {
    char text[32];
    wn_table_add(table, WN_ROLE_PLAIN, "%s", isnan(number) ? "" : wn_number_brief(number, text));
}

static void add_top(struct wn_table *table, struct wn_counts *counts) {
    struct wn_str top = {0};
    wn_counts_sort(counts);
    for (size_t i = 0; i < counts->count && i < 3; i++)
        wn_str_addf(&top, "%s%.40s (%llu)", i ? ", " : "", counts->items[i].text,
                    (unsigned long long)counts->items[i].count);
    wn_table_add(table, WN_ROLE_PLAIN, "%s", wn_str_text(&top));
    wn_str_free(&top);
}

static void add_moment(struct wn_str *out, double seconds) {
    char text[32];
    wn_str_add(out, wn_utc_text(seconds, text));
}

static void add_what(struct wn_table *table, struct wn_feature *field) {
    struct wn_str what = {0};
    if (field->type == WN_DATETIME && field->numbers.count > 0) {
        add_moment(&what, field->numbers.least);
        wn_str_add(&what, " .. ");
        add_moment(&what, field->numbers.most);
    }
    if (field->invalid)
        wn_str_addf(&what, "%s%llu no %s, such as %.40s", what.length ? ", " : "",
                    (unsigned long long)field->invalid, wn_feature_type_names[field->type],
                    field->odd);
    if (what.length || wn_feature_is_numbers(field))
        wn_table_add(table, WN_ROLE_PLAIN, "%s", wn_str_text(&what));
    else
        add_top(table, &field->counts);
    wn_str_free(&what);
}

static void add_field(struct wn_table *table, struct wn_feature *field) {
    double rows = (double)field->rows;
    bool numbers = field->type == WN_NUMERIC && field->numbers.count > 0;
    struct wn_sample sample = numbers ? wn_feature_sample(field) : (struct wn_sample){0};
    wn_table_add(table, WN_ROLE_HEAD, "%s", field->name);
    wn_table_add(table, WN_ROLE_PLAIN, "%s", wn_feature_type_names[field->type]);
    wn_table_add(table, WN_ROLE_PLAIN, "%.3g%%",
                 rows > 0 ? 100 * (double)field->missing / rows : 0);
    wn_table_add(table, WN_ROLE_PLAIN, "%.0f", wn_feature_distinct(field));
    add_number(table, numbers ? field->numbers.mean : NAN);
    add_number(table, numbers ? wn_running_deviation(&field->numbers) : NAN);
    add_number(table, numbers ? field->numbers.least : NAN);
    add_number(table, numbers ? wn_sample_quantile(&sample, 0.5) : NAN);
    add_number(table, numbers ? field->numbers.most : NAN);
    add_what(table, field);
    wn_sample_free_weighted(&sample);
}

static void print_table(struct wn_output *out, struct wn_profile *profile) {
    static const struct wn_column columns[] = {{.title = "COLUMN"},
                                               {.title = "TYPE"},
                                               {.title = "MISSING", .right = true},
                                               {.title = "DISTINCT", .right = true, .spare = 3},
                                               {.title = "MEAN", .right = true},
                                               {.title = "SD", .right = true, .spare = 2},
                                               {.title = "LEAST", .right = true, .spare = 3},
                                               {.title = "MEDIAN", .right = true},
                                               {.title = "MOST", .right = true, .spare = 3},
                                               {.title = "MOST FREQUENT", .spare = 1},
                                               {0}};
    struct wn_table table = {.columns = columns};
    for (size_t i = 0; i < profile->count; i++)
        add_field(&table, &profile->columns[i]);
    wn_table_print(&table, out);
    wn_table_free(&table);
}

static enum wn_status write_json(struct wn_invocation *invocation, struct wn_profile *profile,
                                 const char *path, struct wn_err *err) {
    struct wn_outfile file;
    struct wn_str text = {0};
    enum wn_status status = wn_outfile_open(&file, &invocation->out, path, err);
    if (status != WN_OK)
        return status;
    wn_profile_write(profile, &text);
    file.sink.write(file.sink.context, text.text, text.length);
    wn_str_free(&text);
    return wn_outfile_close(&file, WN_OK, err);
}

static enum wn_status run(struct wn_invocation *invocation, struct wn_err *err) {
    struct wn_data_side side;
    const char *path = wn_args_text(invocation, "output", NULL);
    enum wn_status status = wn_data_side_open(&side, invocation, invocation->operands[0], err);
    if (status == WN_OK)
        status = wn_data_side_read(&side, err);
    if (status == WN_OK && (path || wn_args_has(invocation, "json")))
        status = write_json(invocation, &side.profile, path, err);
    else if (status == WN_OK)
        print_table(&invocation->out, &side.profile);
    if (status == WN_OK && path)
        wn_say("%s: %llu rows, %zu columns\n", path, (unsigned long long)side.profile.rows,
               side.profile.count);
    wn_data_side_free(&side);
    return status;
}

static const struct wn_option options[] = {
    {.name = "output",
     .letter = 'o',
     .type = WN_OPTION_FILE,
     .value = "FILE",
     .help = "save the profile as JSON, for winnow drift"},
    {0},
};

static const struct wn_example examples[] = {
    {"winnow profile train.csv", "a table of its columns"},
    {"winnow profile train.csv.gz -o train.json", "keep it; the data may go"},
    {"winnow profile 'day-*.json' -o month.json", "several profiles as one"},
    {0},
};

const struct wn_command wn_command_profile = {
    .name = "profile",
    .summary = "what there is to know of a data set, to look at or to keep",
    .also = "describe summary whylogs stats",
    .options = {options, wn_data_side_options, wn_json_options},
    .operands = {{.name = "DATA", .kind = WN_OPERAND_FILE}},
    .description =
        "DATA is a CSV file (delimiter and gzip are recognised), a pattern in quotes for several "
        "files with the same columns, - for standard input, or saved profiles, which are "
        "merged.\n\n"
        "It is read once, in memory that does not grow with the number of rows. Per column: type, "
        "missing values, distinct values, moments, quantiles, the most frequent values. A saved "
        "profile is compared by winnow drift as the data would be, without the data. How exact it "
        "is "
        "is told in docs/drift.md.",
    .examples = examples,
    .run = run,
};
