// SPDX-License-Identifier: GPL-3.0-or-later
// winnow diff: in what two trials, or two sweeps, differ.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/common.h"
#include "cli/labels.h"
#include "cli/side.h"
#include "cli/table.h"
#include "core/base/linediff.h"
#include "core/base/mem.h"
#include "core/base/text.h"

struct comparison {
    struct wn_side a, b;
    bool all;                  // equal facts and minor ones too
    struct wn_str patch, spec; // hunks; of the spec only between sweeps
    size_t differences;
};

// Two facts of the same name; one of them may be missing.
struct pair {
    const struct wn_fact *a, *b;
    bool same;
    double difference; // b - a of results; NaN: none
};

// ---- walking both sides -------------------------------------------------------------------------

static bool are_same(const struct wn_value *a, const struct wn_value *b) {
    struct wn_str left = {0}, right = {0};
    wn_value_python(&left, a); // NaN equals NaN here
    wn_value_python(&right, b);
    bool same = strcmp(wn_str_text(&left), wn_str_text(&right)) == 0 && a->type == b->type;
    wn_str_free(&left);
    wn_str_free(&right);
    return same || wn_value_equal(a, b);
}

static double subtract(const struct pair *pair) {
    double a, b;
    if (pair->a->group != WN_FACT_RESULT && pair->a->group != WN_FACT_METRIC)
        return NAN;
    return wn_value_number(&pair->a->value, &a) && wn_value_number(&pair->b->value, &b) ? b - a
                                                                                        : NAN;
}

// The next pair of both lists, from *i and *j on; false: there is none.
static bool next_pair(const struct comparison *comparison, size_t *i, size_t *j,
                      struct pair *pair) {
    const struct wn_side *a = &comparison->a, *b = &comparison->b;
    if (*i == a->count && *j == b->count)
        return false;
    int order = *i == a->count   ? 1
                : *j == b->count ? -1
                                 : wn_fact_compare(&a->facts[*i], &b->facts[*j]);
    *pair = (struct pair){.difference = NAN};
    if (order <= 0)
        pair->a = &a->facts[(*i)++];
    if (order >= 0)
        pair->b = &b->facts[(*j)++];
    if (order == 0) {
        pair->same = are_same(&pair->a->value, &pair->b->value);
        pair->difference = subtract(pair);
    }
    return true;
}

static const struct wn_fact *either(const struct pair *pair) {
    return pair->a ? pair->a : pair->b;
}

static bool is_shown(const struct comparison *comparison, const struct pair *pair) {
    return comparison->all || (!pair->same && !either(pair)->minor);
}

static void count_differences(struct comparison *comparison) {
    struct pair pair;
    for (size_t i = 0, j = 0; next_pair(comparison, &i, &j, &pair);)
        comparison->differences += !pair.same && !either(&pair)->minor;
}

// ---- for people ---------------------------------------------------------------------------------

static void add_cell(struct wn_table *table, const struct wn_fact *fact) {
    struct wn_str text = {0};
    if (fact && fact->group == WN_FACT_PARAM) // in full: it is what was run
        wn_value_python(&text, &fact->value);
    else if (fact)
        wn_value_people(&text, &fact->value);
    if (fact)
        wn_table_add(table, WN_ROLE_PLAIN, "%s", wn_str_text(&text));
    else
        wn_table_add(table, WN_ROLE_DIM, "-");
    wn_str_free(&text);
}

static char *title_of(const struct wn_side *side) {
    struct wn_str clean = {0};
    wn_text_escape(&clean, side->sweep.name, strlen(side->sweep.name), false);
    if (side->trial != WN_WHOLE_SWEEP)
        wn_str_addf(&clean, ":%lld", (long long)side->trial);
    return wn_str_take(&clean);
}

static void print_table(const struct comparison *comparison, struct wn_output *out) {
    char *a = title_of(&comparison->a), *b = title_of(&comparison->b), number[32];
    const struct wn_column columns[] = {
        {.title = ""}, {.title = a}, {.title = b}, {.title = "DIFFERENCE", .right = true}, {0}};
    struct wn_table table = {.columns = columns};
    struct pair pair;
    for (size_t i = 0, j = 0; next_pair(comparison, &i, &j, &pair);) {
        if (!is_shown(comparison, &pair))
            continue;
        wn_table_add(&table, WN_ROLE_HEAD, "%s", either(&pair)->name);
        add_cell(&table, pair.a);
        add_cell(&table, pair.b);
        bool told = !isnan(pair.difference) && !pair.same;
        wn_table_add(&table, WN_ROLE_DIM, "%s",
                     told ? wn_number_text(pair.difference, number) : "");
    }
    if (table.count)
        wn_table_print(&table, out);
    wn_table_free(&table);
    free(a);
    free(b);
}

static void print_hunks(struct wn_output *out, const char *what, const struct wn_str *hunks) {
    if (!hunks->length)
        return;
    wn_printf(out, "\n%s%s%s\n", wn_role(out, WN_ROLE_HEAD), what, wn_role(out, WN_ROLE_PLAIN));
    wn_print_text(out, hunks->text, hunks->length);
}

static void print_page(const struct comparison *comparison, struct wn_output *out) {
    print_table(comparison, out);
    print_hunks(out, "spec", &comparison->spec);
    print_hunks(out, "what was not committed (git patch)", &comparison->patch);
    wn_print_flush(out);
    if (!comparison->differences)
        wn_say("nothing differs\n");
}

// ---- JSON ---------------------------------------------------------------------------------------

static void emit_side(struct wn_emit *emit, const char *key, const struct wn_side *side) {
    wn_emit_open(emit, key, '{');
    wn_emit_text(emit, "sweep", side->sweep.name);
    if (side->trial == WN_WHOLE_SWEEP)
        wn_emit_null(emit, "trial");
    else
        wn_emit_integer(emit, "trial", side->trial);
    wn_emit_close(emit, '}');
}

static void emit_value(struct wn_emit *emit, const char *key, const struct wn_fact *fact) {
    struct wn_str json = {0};
    if (fact)
        wn_value_json(&json, &fact->value, WN_JSON_COMPACT);
    wn_emit_raw(emit, key, json.text);
    wn_str_free(&json);
}

static void print_json(const struct comparison *comparison, struct wn_output *out) {
    struct wn_emit emit = {0};
    struct pair pair;
    wn_emit_open(&emit, NULL, '{');
    emit_side(&emit, "a", &comparison->a);
    emit_side(&emit, "b", &comparison->b);
    wn_emit_open(&emit, "facts", '[');
    for (size_t i = 0, j = 0; next_pair(comparison, &i, &j, &pair);) {
        if (!is_shown(comparison, &pair))
            continue;
        wn_emit_open(&emit, NULL, '{');
        wn_emit_text(&emit, "name", either(&pair)->name);
        wn_emit_bool(&emit, "same", pair.same);
        emit_value(&emit, "a", pair.a);
        emit_value(&emit, "b", pair.b);
        wn_emit_real(&emit, "difference", pair.difference);
        wn_emit_close(&emit, '}');
    }
    wn_emit_close(&emit, ']');
    wn_emit_text(&emit, "spec", comparison->spec.text);
    wn_emit_text(&emit, "git_patch", comparison->patch.text);
    wn_emit_close(&emit, '}');
    wn_print_json(out, &emit);
}

// ---- the command --------------------------------------------------------------------------------

static enum wn_status find_sides(const struct wn_invocation *invocation, struct wn_store *store,
                                 struct comparison *comparison, struct wn_err *err) {
    const char *const *words = invocation->operands;
    bool trials = words[2] != NULL;
    enum wn_status status =
        wn_side_find(store, words[0], trials ? words[1] : NULL, &comparison->a, err);
    if (status == WN_OK)
        status = wn_side_find(store, trials ? words[0] : words[1], trials ? words[2] : NULL,
                              &comparison->b, err);
    bool mixed = (comparison->a.trial < 0) != (comparison->b.trial < 0);
    if (status == WN_OK && mixed)
        status = wn_fail(err, WN_BAD_INPUT,
                         "a sweep and a trial have nothing to compare: name two trials (SWEEP A B, "
                         "or SWEEP:A SWEEP:B) or two sweeps");
    return status;
}

static enum wn_status compare(struct wn_store *store, struct comparison *comparison,
                              struct wn_err *err) {
    struct wn_side *a = &comparison->a, *b = &comparison->b;
    bool runs = a->run.id && b->run.id;
    enum wn_status status = wn_side_list(store, a, runs, err);
    if (status == WN_OK)
        status = wn_side_list(store, b, runs, err);
    if (status != WN_OK)
        return status;
    count_differences(comparison);
    if (runs)
        wn_line_diff(&comparison->patch, a->run.git_patch ? a->run.git_patch : "",
                     b->run.git_patch ? b->run.git_patch : "");
    if (a->trial == WN_WHOLE_SWEEP)
        wn_line_diff(&comparison->spec, a->sweep.spec, b->sweep.spec);
    return WN_OK;
}

static enum wn_status run(struct wn_invocation *invocation, struct wn_err *err) {
    struct wn_store *store;
    struct comparison comparison = {.all = wn_args_has(invocation, "all")};
    enum wn_status status = wn_open_store(invocation, WN_STORE_READ, &store, err);
    if (status != WN_OK)
        return status;
    status = find_sides(invocation, store, &comparison, err);
    if (status == WN_OK)
        status = compare(store, &comparison, err);
    if (status == WN_OK && wn_args_has(invocation, "json"))
        print_json(&comparison, &invocation->out);
    else if (status == WN_OK)
        print_page(&comparison, &invocation->out);
    if (status == WN_OK && !comparison.differences)
        status = wn_fail(err, WN_NO, "%s", "");
    wn_side_clear(&comparison.a);
    wn_side_clear(&comparison.b);
    wn_str_free(&comparison.patch);
    wn_str_free(&comparison.spec);
    wn_store_close(store);
    return status;
}

static const struct wn_option options[] = {
    {.name = "all", .help = "what is equal too, and what always differs"},
    {0},
};

static const struct wn_example examples[] = {
    {"winnow diff svm 3 12", "why is trial 12 better than trial 3?"},
    {"winnow diff svm:3 svm-2:0", "trials of two sweeps"},
    {"winnow diff svm svm-2", "the sweeps: settings, spec, code, best results"},
    {0},
};

const struct wn_command wn_command_diff = {
    .name = "diff",
    .summary = "tell in what two trials or sweeps differ",
    .also = "changes versus",
    .options = {options, wn_json_options},
    .operands = {{.name = "SWEEP[:TRIAL]", .kind = WN_OPERAND_SWEEP},
                 {.name = "A", .kind = WN_OPERAND_SWEEP},
                 {.name = "B", .optional = true}},
    .description =
        "Compares two trials of a sweep (winnow diff SWEEP A B), trials of different sweeps "
        "(winnow diff SWEEP:A SWEEP:B), or two sweeps. Only what differs is shown: parameters, "
        "seed, how they ended, the last values of metrics and the best of the objective with "
        "their difference, the words of the command, the version of winnow, the git commit and "
        "what was not committed, and the environment, of which secrets are only known to differ. "
        "For code and environment those count that the trial was started with, of a sweep those "
        "of its last run.",
    .examples = examples,
    .no_means = "nothing differs",
    .run = run,
};
