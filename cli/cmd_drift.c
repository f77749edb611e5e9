// SPDX-License-Identifier: GPL-3.0-or-later
// winnow drift: has the data moved? Two data sets, or their profiles, compared column by column.
#include <langinfo.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/common.h"
#include "cli/data_side.h"
#include "cli/drift_live.h"
#include "cli/drift_print.h"
#include "core/base/mem.h"
#include "core/drift/joint.h"

struct job {
    struct wn_invocation *invocation;
    struct wn_data_side ref, cur;
    struct wn_drift_setup setup;
    struct wn_drift_wish *wishes;
    size_t wish_count, wish_capacity;
    char **names; // of the wishes
    size_t name_count, name_capacity;
    struct wn_drift drift;
    struct together { // what --joint looks at: columns with numbers or categories on both sides
        size_t *in_ref, *in_cur;
        bool *categories;
        const char **names;
        size_t count;
        struct wn_joint result;
        bool computed;
    } joint;
};

// ---- options ------------------------------------------------------------------------------------

static enum wn_status read_number(const char *option, const char *text, double *number,
                                  struct wn_err *err) {
    char *end;
    *number = strtod(text, &end);
    if (*end || end == text || !isfinite(*number) || *number < 0)
        return wn_fail(err, WN_BAD_INPUT, "--%s takes a number from 0 on (found %s)", option, text);
    return WN_OK;
}

// "COLUMN=VALUE", or VALUE for all columns.
static struct wn_drift_wish *add_wish(struct job *job, const char *text, const char **value) {
    struct wn_drift_wish *wish = WN_PUSH(job->wishes, job->wish_count, job->wish_capacity);
    char *name;
    *wish = (struct wn_drift_wish){.threshold = NAN};
    *value = text;
    if (wn_split_wish(text, &name, value)) {
        *WN_PUSH(job->names, job->name_count, job->name_capacity) = name;
        wish->column = name;
    }
    return wish;
}

static enum wn_status read_test(struct job *job, const char *text, struct wn_err *err) {
    const char *value;
    struct wn_drift_wish *wish = add_wish(job, text, &value);
    wish->test = wn_drift_test_find(value);
    if (wish->test)
        return WN_OK;
    const struct wn_drift_test *close = wn_drift_test_closest(value);
    return wn_fail(err, WN_BAD_INPUT, "there is no test %s%s%s%s", value,
                   close ? " (did you mean " : "; winnow drift --help lists them",
                   close ? close->name : "", close ? "?)" : "");
}

static enum wn_status read_effect(struct job *job, const char *text, struct wn_err *err) {
    const char *value;
    struct wn_drift_wish *wish = add_wish(job, text, &value);
    return read_number("effect", value, &wish->threshold, err);
}

static enum wn_status read_each(struct job *job, const char *option,
                                enum wn_status (*read)(struct job *, const char *, struct wn_err *),
                                struct wn_err *err) {
    size_t count;
    const char **texts = wn_args_texts(job->invocation, option, &count);
    enum wn_status status = WN_OK;
    for (size_t i = 0; i < count && status == WN_OK; i++)
        status = read(job, texts[i], err);
    free(texts);
    return status;
}

static void read_correction(struct job *job) {
    static const char *const names[] = {[WN_ADJUST_HOLM] = "holm",
                                        [WN_ADJUST_BH] = "bh",
                                        [WN_ADJUST_BONFERRONI] = "bonferroni",
                                        [WN_ADJUST_BY] = "by",
                                        [WN_ADJUST_HOMMEL] = "hommel",
                                        [WN_ADJUST_HOCHBERG] = "hochberg"};
    const char *word = wn_args_text(job->invocation, "correction", "bh");
    job->setup.uncorrected = strcmp(word, "none") == 0;
    for (int i = 0; i < WN_ADJUSTMENTS; i++)
        if (strcmp(names[i], word) == 0)
            job->setup.correction = (enum wn_adjustment)i;
}

static enum wn_status read_options(struct job *job, struct wn_err *err) {
    const char *alpha = wn_args_text(job->invocation, "alpha", "0.05");
    enum wn_status status = read_number("alpha", alpha, &job->setup.alpha, err);
    if (status == WN_OK && (job->setup.alpha <= 0 || job->setup.alpha >= 1))
        status = wn_fail(err, WN_BAD_INPUT, "--alpha is between 0 and 1 (found %s)", alpha);
    if (status == WN_OK)
        status = read_each(job, "test", read_test, err);
    if (status == WN_OK)
        status = read_each(job, "effect", read_effect, err);
    read_correction(job);
    job->setup.all_tests = wn_args_has(job->invocation, "all");
    job->setup.wishes = job->wishes;
    job->setup.wish_count = job->wish_count;
    return status;
}

// ---- all columns at once ------------------------------------------------------------------------

static void free_joint(struct together *joint) {
    free(joint->in_ref);
    free(joint->in_cur);
    free(joint->categories);
    free(joint->names);
    wn_joint_free(&joint->result);
}

static void choose_columns(struct together *joint, const struct wn_profile *ref,
                           const struct wn_profile *cur) {
    joint->in_ref = wn_calloc(ref->count + 1, sizeof *joint->in_ref);
    joint->in_cur = wn_calloc(ref->count + 1, sizeof *joint->in_cur);
    joint->categories = wn_calloc(ref->count + 1, sizeof *joint->categories);
    joint->names = wn_calloc(ref->count + 1, sizeof *joint->names);
    for (size_t i = 0; i < ref->count; i++) {
        const struct wn_feature *feature = &ref->columns[i];
        const struct wn_feature *other = wn_profile_find(cur, feature->name);
        bool categories = wn_feature_is_categories(feature);
        if (!other || feature->unwanted || (!categories && feature->type != WN_NUMERIC))
            continue;
        joint->in_ref[joint->count] = i;
        joint->in_cur[joint->count] = (size_t)(other - cur->columns);
        joint->names[joint->count] = feature->name;
        joint->categories[joint->count++] = categories;
    }
}

static enum wn_status keep_rows(struct job *job, struct wn_err *err) {
    struct together *joint = &job->joint;
    if (!wn_args_has(job->invocation, "joint"))
        return WN_OK;
    if (job->ref.settled || job->cur.settled)
        return wn_fail(err, WN_BAD_INPUT, "--joint needs rows, and %s is a profile",
                       wn_data_side_name(job->ref.settled ? &job->ref : &job->cur));
    choose_columns(joint, wn_data_side_profile(&job->ref), wn_data_side_profile(&job->cur));
    wn_reading_keep_rows(job->ref.reading, joint->in_ref, joint->count, WN_JOINT_ROWS);
    wn_reading_keep_rows(job->cur.reading, joint->in_cur, joint->count, WN_JOINT_ROWS);
    return WN_OK;
}

static void run_joint(struct job *job) {
    struct together *joint = &job->joint;
    struct wn_err err;
    if (!wn_args_has(job->invocation, "joint"))
        return;
    joint->computed = wn_joint_test(&job->ref.rows, &job->cur.rows, joint->categories,
                                    job->setup.alpha, &joint->result, &err) == WN_OK;
    if (!joint->computed)
        wn_say("--joint: %s\n", err.text);
}

// ---- what is known so far -----------------------------------------------------------------------

enum { WORST_TOLD = 4 };

// The columns that drifted by the rows read so far, the worst first.
static void remark(void *context, struct wn_str *line) {
    struct job *job = context;
    struct wn_drift drift;
    struct wn_err err;
    const struct wn_profile *cur = wn_data_side_profile(&job->cur);
    if (wn_drift_run(&job->ref.profile, cur, &job->setup, &drift, &err) == WN_OK)
        wn_str_addf(line, "  so far %zu of %zu columns drifted", drift.drifted, drift.count);
    for (size_t i = 0; i < drift.drifted && i < WORST_TOLD; i++)
        wn_str_addf(line, "%s %s", i ? "," : ":", drift.columns[i].name);
    wn_drift_free(&drift);
}

// ---- the comparison -----------------------------------------------------------------------------

// Whether people look at where the table will be.
static bool is_watched(const struct job *job) {
    return !wn_args_has(job->invocation, "json") && !wn_args_has(job->invocation, "md") &&
           wn_takes_escapes(fileno(job->invocation->out.file));
}

static enum wn_status compare(struct job *job, struct wn_err *err) {
    struct wn_drift_live live = wn_drift_live_new(&job->invocation->out);
    const char *ref = job->invocation->operands[0], *cur = job->invocation->operands[1];
    if (strcmp(ref, "-") == 0 && strcmp(cur, "-") == 0)
        return wn_fail(err, WN_BAD_INPUT, "standard input can be one of both sides only");
    enum wn_status status = wn_data_side_open(&job->ref, job->invocation, ref, err);
    if (status == WN_OK)
        status = wn_data_side_open(&job->cur, job->invocation, cur, err);
    if (status != WN_OK)
        return status;
    wn_drift_agree(wn_data_side_profile(&job->ref), job->ref.settled,
                   wn_data_side_profile(&job->cur), job->cur.settled);
    status = keep_rows(job, err);
    if (status == WN_OK && is_watched(job))
        wn_drift_live_read(&live, &job->ref, &job->cur, &job->setup);
    if (status == WN_OK)
        status = wn_data_side_read(&job->ref, err);
    job->cur.remark = remark;
    job->cur.remark_context = job;
    if (status == WN_OK)
        status = wn_data_side_read(&job->cur, err);
    if (status == WN_OK)
        status = wn_drift_run(&job->ref.profile, &job->cur.profile, &job->setup, &job->drift, err);
    if (status == WN_OK)
        run_joint(job);
    return status;
}

static void tell(struct job *job) {
    const struct wn_drift_told told = {
        .drift = &job->drift,
        .ref_name = wn_data_side_name(&job->ref),
        .cur_name = wn_data_side_name(&job->cur),
        .ref = &job->ref.profile,
        .cur = &job->cur.profile,
        .setup = &job->setup,
        .joint = job->joint.computed ? &job->joint.result : NULL,
        .joint_names = job->joint.names,
        .ascii = strcmp(nl_langinfo(CODESET), "UTF-8") != 0,
    };
    if (wn_args_has(job->invocation, "json"))
        wn_drift_print_json(&job->invocation->out, &told);
    else if (wn_args_has(job->invocation, "md"))
        wn_drift_print_md(&job->invocation->out, &told);
    else
        wn_drift_print_table(&job->invocation->out, &told);
}

static enum wn_status run(struct wn_invocation *invocation, struct wn_err *err) {
    struct job job = {.invocation = invocation};
    enum wn_status status = read_options(&job, err);
    if (status == WN_OK)
        status = compare(&job, err);
    if (status == WN_OK)
        tell(&job);
    bool moved = job.drift.drifted || job.drift.breaking || job.joint.result.drift;
    if (status == WN_OK && moved)
        status = wn_fail(err, WN_NO, "%s", "");
    free_joint(&job.joint);
    wn_drift_free(&job.drift);
    wn_data_side_free(&job.ref);
    wn_data_side_free(&job.cur);
    for (size_t i = 0; i < job.name_count; i++)
        free(job.names[i]);
    free(job.names);
    free(job.wishes);
    return status;
}

static bool term(size_t index, struct wn_term *term) {
    size_t count;
    const struct wn_drift_test *const *tests = wn_drift_tests(&count);
    if (index >= count)
        return false;
    snprintf(term->name, sizeof term->name, "%s", tests[index]->name);
    term->meaning = tests[index]->summary;
    return true;
}

static const struct wn_option options[] = {
    {.name = "test",
     .type = WN_OPTION_TEXT,
     .repeats = true,
     .value = "[COLUMN=]TEST",
     .help = "which test decides about a column, or about all that it takes"},
    {.name = "effect",
     .type = WN_OPTION_TEXT,
     .repeats = true,
     .value = "[COLUMN=]NUMBER",
     .help = "from which effect on a difference matters, in place of the test's own threshold"},
    {.name = "alpha",
     .type = WN_OPTION_TEXT,
     .value = "P",
     .fallback = "0.05",
     .help = "the rate of false alarms"},
    {.name = "correction",
     .type = WN_OPTION_CHOICE,
     .value = "METHOD",
     .choices = "bh|by|holm|hommel|hochberg|bonferroni|none",
     .fallback = "bh",
     .help = "how p is corrected for many columns"},
    {.name = "all", .help = "every test of every column, beside the one that decides"},
    {.name = "joint", .help = "also whether a classifier can tell the rows of both sides apart"},
    {.name = "md", .help = "print Markdown"},
    {0},
};

static const struct wn_example examples[] = {
    {"winnow drift train.csv today.csv", "has the data moved?"},
    {"winnow drift train.json 'logs/2026-11-*.csv.gz'", "a saved profile against several files"},
    {"zcat today.csv.gz | winnow drift train.csv - --json", "for scripts"},
    {"winnow drift north.csv south.csv --test price=anderson-darling --type zip=categorical",
     "your choice of test and type"},
    {0},
};

const struct wn_command wn_command_drift = {
    .name = "drift",
    .summary = "has the data moved? two data sets column by column",
    .also = "compare-data datadrift evidently monitor psi ks",
    .options = {options, wn_data_side_options, wn_json_options},
    .operands = {{.name = "REFERENCE", .kind = WN_OPERAND_FILE},
                 {.name = "CURRENT", .kind = WN_OPERAND_FILE}},
    .description =
        "Each is a CSV file (delimiter and gzip are recognised), a pattern in quotes for several "
        "files with the same columns, - for standard input, or a profile that winnow profile "
        "saved.\n\n"
        "A column drifted where its p-value, corrected for the number of columns, is below --alpha "
        "and the effect is at least the threshold of its test: with a million rows every "
        "difference "
        "is significant, and few of them matter. Numbers are tested by ks, categories and numbers "
        "with up to ten distinct values by chi-squared, texts by their words; identifiers and "
        "datetimes are not tested unless --type or --test says so. Whether more values are missing "
        "than before is tested for every column. Changes of the schema are told first: missing and "
        "new columns, other types, other units, values that do not fit, new categories.\n\n"
        "Up to 200,000 rows a side are compared as they are; beyond, numbers are kept as a sketch, "
        "whose error is told and counted against drift. With --joint a small model learns to tell "
        "rows of both sides apart, on up to 5,000 of each: if it can, columns moved together "
        "though "
        "each may look the same, and those that gave it away are named. docs/drift.md says which "
        "test is chosen "
        "when, "
        "after whom it is computed, and how often it is wrong.",
    .term = term,
    .terms = "Tests",
    .examples = examples,
    .no_means = "a column drifted, or the schema changed so that whoever relies on it would fail",
    .run = run,
};
