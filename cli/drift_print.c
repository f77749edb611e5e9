// SPDX-License-Identifier: GPL-3.0-or-later
// Telling what drifted.
#include "cli/drift_print.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/common.h"
#include "cli/table.h"
#include "core/base/mem.h"
#include "core/export.h"
#include "core/numbers.h"

// What decides about a column: its values, or how many are missing.
struct leading {
    const char *test, *effect_name;
    double statistic, p, p_adjusted, effect;
};

static struct leading leading(const struct wn_drift_column *column) {
    const struct wn_drift_missing *missing = &column->missing;
    if (column->by_missing)
        return (struct leading){"missing-rate",      "share of rows",
                                missing->z,          missing->p,
                                missing->p_adjusted, fabs(missing->cur - missing->ref)};
    if (!column->computed)
        return (struct leading){NULL, NULL, NAN, NAN, NAN, NAN};
    return (struct leading){column->test->name,       column->result.effect_name,
                            column->result.statistic, column->result.p,
                            column->p_adjusted,       column->result.effect};
}

static const char *verdict(const struct wn_drift_column *column) {
    return column->drift ? "drift" : !column->test ? "not tested" : column->computed ? "ok" : "-";
}

static enum wn_role verdict_role(const struct wn_drift_column *column) {
    return column->drift ? WN_ROLE_BAD : column->computed ? WN_ROLE_GOOD : WN_ROLE_DIM;
}

static void add_reasons(struct wn_str *out, const struct wn_drift_column *column) {
    for (size_t i = 0; i < column->reason_count; i++)
        wn_str_addf(out, "%s%s", i ? "; " : "", column->reasons[i]);
}

static const char *brief(double number, char *out) {
    if (isnan(number)) {
        out[0] = '\0';
        return out;
    }
    return wn_number_brief(number, out);
}

// As tall as the tallest bar of both sides is full.
static void add_bars(struct wn_str *out, const struct wn_drift_column *column, const double *bars,
                     bool ascii) {
    static const char *const shapes[][9] = {{" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"},
                                            {" ", ".", ":", "-", "=", "+", "*", "%", "#"}};
    double most = 0;
    for (int i = 0; i < WN_PAIR_BARS; i++)
        most = fmax(most, fmax(column->bars_ref[i], column->bars_cur[i]));
    for (int i = 0; i < WN_PAIR_BARS && most > 0; i++) {
        int height = (int)ceil(bars[i] / most * 8);
        wn_str_add(out, shapes[ascii][height > 8 ? 8 : height]);
    }
}

// ---- for people ---------------------------------------------------------------------------------

static void add_row(struct wn_table *table, const struct wn_drift_column *column, bool ascii,
                    const char *doubt) {
    struct leading lead = leading(column);
    struct wn_str ref = {0}, cur = {0}, reasons = {0};
    char number[32];
    add_bars(&ref, column, column->bars_ref, ascii);
    add_bars(&cur, column, column->bars_cur, ascii);
    add_reasons(&reasons, column);
    wn_table_add(table, WN_ROLE_HEAD, "%s", column->name);
    wn_table_add(table, WN_ROLE_PLAIN, "%s", wn_feature_type_names[column->type]);
    wn_table_add(table, WN_ROLE_PLAIN, "%s", wn_str_text(&ref));
    wn_table_add(table, WN_ROLE_PLAIN, "%s", wn_str_text(&cur));
    wn_table_add(table, WN_ROLE_PLAIN, "%s", lead.test ? lead.test : "");
    wn_table_add(table, WN_ROLE_PLAIN, "%s", brief(lead.statistic, number));
    wn_table_add(table, WN_ROLE_PLAIN, "%s", brief(lead.p, number));
    wn_table_add(table, WN_ROLE_PLAIN, "%s", brief(lead.p_adjusted, number));
    wn_table_add(table, WN_ROLE_PLAIN, "%s", brief(lead.effect, number));
    wn_table_add(table, verdict_role(column), "%s%s", verdict(column),
                 column->computed ? doubt : "");
    wn_table_add(table, WN_ROLE_PLAIN, "%s", wn_str_text(&reasons));
    wn_str_free(&ref);
    wn_str_free(&cur);
    wn_str_free(&reasons);
}

static void print_changes(struct wn_output *out, const struct wn_drift *drift) {
    static const struct wn_column columns[] = {
        {.title = "SCHEMA"}, {.title = "CHANGE"}, {.title = "WHAT", .spare = 1}, {0}};
    struct wn_table table = {.columns = columns};
    for (size_t i = 0; i < drift->change_count; i++) {
        const struct wn_change *change = &drift->changes[i];
        wn_table_add(&table, WN_ROLE_HEAD, "%s", change->column);
        wn_table_add(&table, change->breaking ? WN_ROLE_BAD : WN_ROLE_WARN, "%s",
                     wn_change_names[change->kind]);
        wn_table_add(&table, WN_ROLE_PLAIN, "%s", change->detail);
    }
    if (drift->change_count) {
        wn_table_print(&table, out);
        wn_print(out, "\n");
    }
    wn_table_free(&table);
}

static void print_others(struct wn_output *out, const struct wn_drift *drift) {
    static const struct wn_column columns[] = {{.title = "COLUMN"},
                                               {.title = "TEST"},
                                               {.title = "STATISTIC", .right = true},
                                               {.title = "P", .right = true},
                                               {.title = "EFFECT", .right = true},
                                               {.title = "MEASURE", .spare = 1},
                                               {0}};
    struct wn_table table = {.columns = columns};
    char number[32];
    for (size_t i = 0; i < drift->count; i++)
        for (size_t k = 0; k < drift->columns[i].other_count; k++) {
            const struct wn_drift_other *other = &drift->columns[i].others[k];
            wn_table_add(&table, WN_ROLE_HEAD, "%s", drift->columns[i].name);
            wn_table_add(&table, WN_ROLE_PLAIN, "%s", other->test->name);
            wn_table_add(&table, WN_ROLE_PLAIN, "%s", brief(other->result.statistic, number));
            wn_table_add(&table, WN_ROLE_PLAIN, "%s", brief(other->result.p, number));
            wn_table_add(&table, WN_ROLE_PLAIN, "%s", brief(other->result.effect, number));
            wn_table_add(&table, WN_ROLE_PLAIN, "%s", other->result.effect_name);
        }
    wn_print(out, "\n");
    wn_table_print(&table, out);
    wn_table_free(&table);
}

// Indices of the columns that give the sides away, the most telling first; the caller frees.
static size_t *telling(const struct wn_joint *joint) {
    size_t *order = wn_calloc(joint->columns + 1, sizeof *order);
    for (size_t i = 0; i < joint->columns; i++) {
        size_t at = i;
        for (; at > 0 && joint->shares[order[at - 1]] < joint->shares[i]; at--)
            order[at] = order[at - 1];
        order[at] = i;
    }
    return order;
}

enum { NAMES_TOLD = 5 };

static void add_joint(struct wn_str *out, const struct wn_drift_told *told) {
    const struct wn_joint *joint = told->joint;
    if (!joint)
        return;
    wn_str_addf(out,
                "all columns together: %s; a classifier tells both sides apart with AUC %.3f "
                "(%.3f to %.3f), p %.2g",
                joint->drift ? "drift" : "no drift", joint->auc, joint->low, joint->high, joint->p);
    size_t *order = telling(joint);
    for (size_t i = 0; joint->drift && i < joint->columns && i < NAMES_TOLD; i++)
        if (joint->shares[order[i]] >= 0.02)
            wn_str_addf(out, "%s%s %.0f%%", i ? ", " : "; by ", told->joint_names[order[i]],
                        100 * joint->shares[order[i]]);
    free(order);
}

static void add_verdict(struct wn_str *out, const struct wn_drift_told *told) {
    const struct wn_drift *drift = told->drift;
    wn_str_addf(out, "%zu of %zu column%s drifted", drift->drifted, drift->count,
                drift->count == 1 ? "" : "s");
    if (drift->breaking)
        wn_str_addf(out, ", %zu breaking change%s of the schema", drift->breaking,
                    drift->breaking == 1 ? "" : "s");
    wn_str_addf(out, " (%s: %llu rows, %s: %llu rows)", told->ref_name,
                (unsigned long long)told->ref->rows, told->cur_name,
                (unsigned long long)told->cur->rows);
}

static const struct wn_column result_columns[] = {{.title = "COLUMN"},
                                                  {.title = "TYPE", .spare = 3},
                                                  {.title = "REFERENCE", .spare = 4},
                                                  {.title = "CURRENT", .spare = 4},
                                                  {.title = "TEST", .spare = 2},
                                                  {.title = "STATISTIC", .right = true, .spare = 5},
                                                  {.title = "P", .right = true, .spare = 5},
                                                  {.title = "P ADJ", .right = true},
                                                  {.title = "EFFECT", .right = true},
                                                  {.title = "VERDICT"},
                                                  {.title = "WHY", .spare = 1},
                                                  {0}};

void wn_drift_print_so_far(struct wn_output *out, const struct wn_drift_told *told, size_t most) {
    struct wn_table table = {.columns = result_columns};
    for (size_t i = 0; i < told->drift->count && i < most; i++)
        add_row(&table, &told->drift->columns[i], told->ascii, "?");
    wn_table_print(&table, out);
    wn_table_free(&table);
}

void wn_drift_print_table(struct wn_output *out, const struct wn_drift_told *told) {
    struct wn_table table = {.columns = result_columns};
    struct wn_str line = {0};
    print_changes(out, told->drift);
    for (size_t i = 0; i < told->drift->count; i++)
        add_row(&table, &told->drift->columns[i], told->ascii, "");
    wn_table_print(&table, out);
    wn_table_free(&table);
    if (told->setup->all_tests)
        print_others(out, told->drift);
    wn_print(out, "\n");
    add_joint(&line, told);
    wn_str_add(&line, line.length ? "\n" : "");
    add_verdict(&line, told);
    wn_print_text(out, line.text, line.length);
    wn_print(out, "\n");
    wn_str_free(&line);
}

// ---- Markdown -----------------------------------------------------------------------------------

static void add_cell(struct wn_str *out, const char *text) {
    wn_str_add(out, " ");
    wn_md_text(out, text);
    wn_str_add(out, " |");
}

static void add_md_row(struct wn_str *out, const struct wn_drift_column *column, bool ascii) {
    struct leading lead = leading(column);
    struct wn_str text = {0};
    char number[32];
    wn_str_add(out, "|");
    add_cell(out, column->name);
    add_cell(out, wn_feature_type_names[column->type]);
    add_bars(&text, column, column->bars_ref, ascii);
    wn_str_add(&text, " / ");
    add_bars(&text, column, column->bars_cur, ascii);
    add_cell(out, text.text);
    wn_str_clear(&text);
    add_cell(out, lead.test ? lead.test : "");
    add_cell(out, brief(lead.statistic, number));
    add_cell(out, brief(lead.p, number));
    add_cell(out, brief(lead.p_adjusted, number));
    add_cell(out, brief(lead.effect, number));
    add_cell(out, verdict(column));
    add_reasons(&text, column);
    add_cell(out, wn_str_text(&text));
    wn_str_add(out, "\n");
    wn_str_free(&text);
}

void wn_drift_print_md(struct wn_output *out, const struct wn_drift_told *told) {
    const struct wn_drift *drift = told->drift;
    struct wn_str text = {0}, line = {0};
    add_verdict(&line, told);
    wn_md_text(&text, line.text);
    wn_str_add(&text, "\n\n");
    wn_str_clear(&line);
    add_joint(&line, told);
    wn_md_text(&text, wn_str_text(&line));
    wn_str_add(&text, line.length ? "\n\n" : "");
    if (drift->change_count)
        wn_str_add(&text, "| schema | change | what |\n| --- | --- | --- |\n");
    for (size_t i = 0; i < drift->change_count; i++) {
        wn_str_add(&text, "|");
        add_cell(&text, drift->changes[i].column);
        add_cell(&text, wn_change_names[drift->changes[i].kind]);
        add_cell(&text, drift->changes[i].detail);
        wn_str_add(&text, "\n");
    }
    wn_str_add(&text, drift->change_count ? "\n" : "");
    wn_str_add(&text, "| column | type | reference / current | test | statistic | p | p adjusted | "
                      "effect | verdict | why |\n"
                      "| --- | --- | --- | --- | --: | --: | --: | --: | --- | --- |\n");
    for (size_t i = 0; i < drift->count; i++)
        add_md_row(&text, &drift->columns[i], told->ascii);
    wn_print(out, text.text);
    wn_str_free(&text);
    wn_str_free(&line);
}

// ---- JSON ---------------------------------------------------------------------------------------

static void emit_missing(struct wn_emit *emit, const struct wn_drift_missing *missing) {
    wn_emit_open(emit, "missing", '{');
    wn_emit_real(emit, "reference", missing->ref);
    wn_emit_real(emit, "current", missing->cur);
    wn_emit_real(emit, "p", missing->p);
    wn_emit_real(emit, "p_adjusted", missing->p_adjusted);
    wn_emit_close(emit, '}');
}

static void emit_others(struct wn_emit *emit, const struct wn_drift_column *column) {
    wn_emit_open(emit, "tests", '[');
    for (size_t i = 0; i < column->other_count; i++) {
        const struct wn_drift_other *other = &column->others[i];
        wn_emit_open(emit, NULL, '{');
        wn_emit_text(emit, "test", other->test->name);
        wn_emit_real(emit, "statistic", other->result.statistic);
        wn_emit_real(emit, "p", other->result.p);
        wn_emit_real(emit, "effect", other->result.effect);
        wn_emit_text(emit, "effect_name", other->result.effect_name);
        wn_emit_close(emit, '}');
    }
    wn_emit_close(emit, ']');
}

static void emit_column(struct wn_emit *emit, const struct wn_drift_column *column, bool others) {
    struct leading lead = leading(column);
    wn_emit_open(emit, NULL, '{');
    wn_emit_text(emit, "name", column->name);
    wn_emit_text(emit, "type", wn_feature_type_names[column->type]);
    wn_emit_text(emit, "test", lead.test);
    wn_emit_real(emit, "statistic", lead.statistic);
    wn_emit_real(emit, "p", lead.p);
    wn_emit_real(emit, "p_adjusted", lead.p_adjusted);
    wn_emit_real(emit, "effect", lead.effect);
    wn_emit_bool(emit, "drift", column->drift);
    wn_emit_open(emit, "reasons", '[');
    for (size_t i = 0; i < column->reason_count; i++)
        wn_emit_text(emit, NULL, column->reasons[i]);
    wn_emit_close(emit, ']');
    wn_emit_text(emit, "effect_name", lead.effect_name);
    wn_emit_real(emit, "threshold", column->by_missing ? NAN : column->threshold);
    wn_emit_real(emit, "error", column->by_missing ? 0 : column->result.error);
    wn_emit_text(emit, "method", column->by_missing ? NULL : column->result.method);
    emit_missing(emit, &column->missing);
    if (others)
        emit_others(emit, column);
    wn_emit_close(emit, '}');
}

static void emit_change(struct wn_emit *emit, const struct wn_change *change) {
    wn_emit_open(emit, NULL, '{');
    wn_emit_text(emit, "column", change->column);
    wn_emit_text(emit, "change", wn_change_names[change->kind]);
    wn_emit_text(emit, "detail", change->detail);
    wn_emit_bool(emit, "breaking", change->breaking);
    wn_emit_close(emit, '}');
}

static void emit_joint(struct wn_emit *emit, const struct wn_drift_told *told) {
    const struct wn_joint *joint = told->joint;
    size_t *order = telling(joint);
    wn_emit_open(emit, "joint", '{');
    wn_emit_real(emit, "auc", joint->auc);
    wn_emit_real(emit, "low", joint->low);
    wn_emit_real(emit, "high", joint->high);
    wn_emit_real(emit, "p", joint->p);
    wn_emit_bool(emit, "drift", joint->drift);
    wn_emit_open(emit, "columns", '[');
    for (size_t i = 0; i < joint->columns; i++) {
        wn_emit_open(emit, NULL, '{');
        wn_emit_text(emit, "name", told->joint_names[order[i]]);
        wn_emit_real(emit, "share", joint->shares[order[i]]);
        wn_emit_close(emit, '}');
    }
    wn_emit_close(emit, ']');
    wn_emit_close(emit, '}');
    free(order);
}

void wn_drift_print_json(struct wn_output *out, const struct wn_drift_told *told) {
    const struct wn_drift *drift = told->drift;
    struct wn_emit emit = {0};
    wn_emit_open(&emit, NULL, '{');
    wn_emit_open(&emit, "columns", '[');
    for (size_t i = 0; i < drift->count; i++)
        emit_column(&emit, &drift->columns[i], told->setup->all_tests);
    wn_emit_close(&emit, ']');
    wn_emit_open(&emit, "schema", '[');
    for (size_t i = 0; i < drift->change_count; i++)
        emit_change(&emit, &drift->changes[i]);
    wn_emit_close(&emit, ']');
    if (told->joint)
        emit_joint(&emit, told);
    wn_emit_bool(&emit, "drift", drift->drifted > 0 || (told->joint && told->joint->drift));
    wn_emit_integer(&emit, "drifted", (int64_t)drift->drifted);
    wn_emit_integer(&emit, "breaking", (int64_t)drift->breaking);
    wn_emit_real(&emit, "alpha", told->setup->alpha);
    wn_emit_open(&emit, "rows", '{');
    wn_emit_integer(&emit, "reference", (int64_t)told->ref->rows);
    wn_emit_integer(&emit, "current", (int64_t)told->cur->rows);
    wn_emit_integer(&emit, "reference_bad", (int64_t)told->ref->bad);
    wn_emit_integer(&emit, "current_bad", (int64_t)told->cur->bad);
    wn_emit_close(&emit, '}');
    wn_emit_close(&emit, '}');
    wn_print_json(out, &emit);
}
