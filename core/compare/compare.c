// SPDX-License-Identifier: GPL-3.0-or-later
// Putting a comparison together: sides, units and pairs, the values of their metrics, contrasts,
// guardrails, verdict.
#include "core/compare/compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/compare/pairs.h"
#include "core/compare/values.h"
#include "core/race.h"
#include "core/versions.h"

enum {
    MOST_METRICS = 200,     // that are told
    MOST_VALUES = 20000000, // of all metrics and units together, that are read
};

struct comparing {
    struct wn_store *store;
    const struct wn_compare_options *options;
    struct wn_comparison *comparison;
    const char **names; // of metrics; the first one decides
    size_t name_count, name_capacity;
    char **known; // of both sides, in order; the owners of the names
    size_t known_count, known_capacity;
    struct wn_versions versions_a, versions_b; // for the goals of metrics
    struct wn_pairs pairs;
    struct wn_unit_values values_a, values_b;
    struct wn_err *err;
};

// ---- sides --------------------------------------------------------------------------------------

static enum wn_status name_sides(struct comparing *comparing) {
    const struct wn_compare_options *options = comparing->options;
    struct wn_comparison *comparison = comparing->comparison;
    enum wn_status status = wn_side_name(comparing->store, options->sweep, options->a,
                                         options->alone, &comparison->a, comparing->err);
    if (status == WN_OK)
        status = wn_side_name(comparing->store, options->sweep, options->b, options->alone,
                              &comparison->b, comparing->err);
    return status;
}

// What the expressions speak of is compared, so no pair has it in common.
static enum wn_status gather_sides(struct comparing *comparing) {
    struct wn_compare_side *a = &comparing->comparison->a, *b = &comparing->comparison->b;
    size_t count = a->condition_count + b->condition_count;
    const char **skip = wn_calloc(count + 1, sizeof *skip);
    for (size_t i = 0; i < count; i++)
        skip[i] = i < a->condition_count ? a->conditions[i] : b->conditions[i - a->condition_count];
    enum wn_status status = wn_side_gather(comparing->store, a, skip, count, comparing->err);
    if (status == WN_OK)
        status = wn_side_gather(comparing->store, b, skip, count, comparing->err);
    if (status == WN_OK)
        status = wn_sides_apart(a, b, comparing->err);
    free(skip);
    return status;
}

// A race is held to what it was run by: its confidence, of which each pair of its arms has a part,
// and the smallest difference that matters to it.
static void take_race(struct comparing *comparing, const struct wn_versions *versions) {
    const struct wn_compare_options *options = comparing->options;
    struct wn_comparison *comparison = comparing->comparison;
    const struct wn_spec *spec = wn_versions_newest(versions);
    if (!spec->race.on)
        return;
    int arms = (int)spec->configurations.list.count;
    comparison->raced = true;
    if (!(options->confidence > 0))
        comparison->confidence = 1 - wn_race_pair_alpha(spec->race.confidence, arms);
    if (!(options->least > 0))
        comparison->least = spec->race.min_effect;
}

// ---- parameters ---------------------------------------------------------------------------------

static int by_name(const void *left, const void *right) {
    const struct wn_param_difference *a = left, *b = right;
    return strcmp(a->name, b->name);
}

static void add_difference(struct wn_comparison *comparison, const struct wn_param_values *a,
                           const struct wn_param_values *b) {
    if (wn_param_differs(a, b))
        comparison->params[comparison->param_count++] =
            (struct wn_param_difference){a ? a->name : b->name, a, b};
}

static void find_differences(struct wn_comparison *comparison) {
    const struct wn_param_table *a = &comparison->a.params, *b = &comparison->b.params;
    comparison->params = wn_calloc(a->count + b->count + 1, sizeof *comparison->params);
    for (size_t i = 0; i < a->count; i++)
        add_difference(comparison, &a->items[i], wn_param_table_find(b, a->items[i].name));
    for (size_t i = 0; i < b->count; i++)
        if (!wn_param_table_find(a, b->items[i].name))
            add_difference(comparison, NULL, &b->items[i]);
    qsort(comparison->params, comparison->param_count, sizeof *comparison->params, by_name);
}

// ---- which metrics ------------------------------------------------------------------------------

struct names {
    char **items;
    size_t count, capacity;
};

static bool take_name(void *context, int64_t id, const char *name) {
    struct names *names = context;
    (void)id;
    *WN_PUSH(names->items, names->count, names->capacity) = wn_strdup(name);
    return true;
}

static int by_text(const void *left, const void *right) {
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static bool has_name(const struct names *names, const char *name) {
    for (size_t i = 0; i < names->count; i++)
        if (strcmp(names->items[i], name) == 0)
            return true;
    return false;
}

// The objective may have no series yet.
static enum wn_status list_names(struct wn_store *store, const struct wn_compare_side *side,
                                 struct names *names, struct wn_err *err) {
    enum wn_status status = wn_store_each_metric(store, side->sweep.id, take_name, names, err);
    if (!has_name(names, side->sweep.objective))
        take_name(names, 0, side->sweep.objective);
    qsort(names->items, names->count, sizeof *names->items, by_text);
    return status;
}

static void free_names(struct names *names) {
    for (size_t i = 0; i < names->count; i++)
        free(names->items[i]);
    free(names->items);
}

static void keep_common(struct comparing *comparing, struct names *a, const struct names *b) {
    for (size_t i = 0; i < a->count; i++)
        if (bsearch(&a->items[i], b->items, b->count, sizeof *b->items, by_text))
            *WN_PUSH(comparing->known, comparing->known_count, comparing->known_capacity) =
                wn_strdup(a->items[i]);
}

static enum wn_status find_common(struct comparing *comparing) {
    const struct wn_comparison *comparison = comparing->comparison;
    struct names a = {0}, b = {0};
    enum wn_status status = list_names(comparing->store, &comparison->a, &a, comparing->err);
    if (status == WN_OK)
        status = list_names(comparing->store, &comparison->b, &b, comparing->err);
    if (status == WN_OK)
        keep_common(comparing, &a, &b);
    free_names(&a);
    free_names(&b);
    return status;
}

static const char *known_name(const struct comparing *comparing, const char *name) {
    if (!comparing->known_count)
        return NULL;
    char **found =
        bsearch(&name, comparing->known, comparing->known_count, sizeof *comparing->known, by_text);
    return found ? *found : NULL;
}

static enum wn_status refuse_metric(const struct comparing *comparing, const char *name) {
    const char *close =
        wn_closest(name, (const char *const *)comparing->known, comparing->known_count);
    for (size_t i = 0; i < comparing->known_count && !close; i++)
        if (wn_starts_with(comparing->known[i], name))
            close = comparing->known[i];
    return wn_fail(comparing->err, WN_BAD_INPUT, "no metric %s on both sides%s%s%s", name,
                   close ? "; did you mean " : "", close ? close : "", close ? "?" : "");
}

static void add_metric(struct comparing *comparing, const char *name) {
    for (size_t i = 0; i < comparing->name_count; i++)
        if (strcmp(comparing->names[i], name) == 0)
            return;
    *WN_PUSH(comparing->names, comparing->name_count, comparing->name_capacity) = name;
}

// The objective decides, where it is asked for, else the first metric that is.
static enum wn_status choose_named(struct comparing *comparing, const char *objective) {
    const struct wn_compare_options *options = comparing->options;
    for (size_t i = 0; i < options->metric_count; i++)
        if (!known_name(comparing, options->metrics[i]))
            return refuse_metric(comparing, options->metrics[i]);
        else if (objective && strcmp(options->metrics[i], objective) == 0)
            add_metric(comparing, objective);
    for (size_t i = 0; i < options->metric_count; i++)
        add_metric(comparing, options->metrics[i]);
    return WN_OK;
}

static const char *common_objective(const struct comparing *comparing) {
    const struct wn_comparison *comparison = comparing->comparison;
    const char *name = known_name(comparing, comparison->a.sweep.objective);
    return name ? name : known_name(comparing, comparison->b.sweep.objective);
}

static enum wn_status choose_metrics(struct comparing *comparing) {
    const struct wn_comparison *comparison = comparing->comparison;
    const char *objective = common_objective(comparing);
    if (comparing->options->metric_count)
        return choose_named(comparing, objective);
    if (!objective)
        return wn_fail(comparing->err, WN_BAD_INPUT,
                       "%s has %s for its objective and %s has %s: name one with --metric",
                       comparison->a.title, comparison->a.sweep.objective, comparison->b.title,
                       comparison->b.sweep.objective);
    size_t units = comparison->a.unit_count + comparison->b.unit_count;
    size_t most = MOST_VALUES / units + 1;
    add_metric(comparing, objective);
    for (size_t i = 0; i < comparing->known_count && comparing->name_count < most; i++)
        add_metric(comparing, comparing->known[i]);
    return WN_OK;
}

// Guardrails may be about any metric of both sides: theirs are read with the others.
static enum wn_status read_guardrails(struct comparing *comparing) {
    const struct wn_compare_options *options = comparing->options;
    struct wn_comparison *comparison = comparing->comparison;
    comparison->guardrails =
        wn_calloc(options->guardrail_count + 1, sizeof *comparison->guardrails);
    for (size_t i = 0; i < options->guardrail_count; i++) {
        struct wn_guardrail *guardrail = &comparison->guardrails[i];
        enum wn_status status =
            wn_guardrail_parse(options->guardrails[i], guardrail, comparing->err);
        if (status != WN_OK)
            return status;
        comparison->guardrail_count++;
        if (!known_name(comparing, guardrail->metric))
            return refuse_metric(comparing, guardrail->metric);
    }
    return WN_OK;
}

static void add_guardrail_metrics(struct comparing *comparing) {
    struct wn_comparison *comparison = comparing->comparison;
    for (size_t i = 0; i < comparison->guardrail_count; i++)
        add_metric(comparing, known_name(comparing, comparison->guardrails[i].metric));
    if (!comparing->options->metric_count)
        comparison->metrics_left_out = comparing->known_count - comparing->name_count;
}

// ---- goals --------------------------------------------------------------------------------------

static enum wn_goal goal_on(const struct wn_compare_side *side, const struct wn_spec *spec,
                            const char *metric) {
    if (strcmp(side->sweep.objective, metric) == 0)
        return side->sweep.maximize ? WN_GOAL_MAXIMIZE : WN_GOAL_MINIMIZE;
    for (size_t i = 0; i < spec->objective_count; i++)
        if (strcmp(spec->objectives[i].name, metric) == 0)
            return spec->objectives[i].maximize ? WN_GOAL_MAXIMIZE : WN_GOAL_MINIMIZE;
    return WN_GOAL_UNKNOWN;
}

// Where the sides want opposite things, nothing is better.
static enum wn_goal goal_of(const struct comparing *comparing, const char *metric) {
    const struct wn_comparison *comparison = comparing->comparison;
    enum wn_goal a = goal_on(&comparison->a, wn_versions_newest(&comparing->versions_a), metric);
    enum wn_goal b = goal_on(&comparison->b, wn_versions_newest(&comparing->versions_b), metric);
    if (a == WN_GOAL_UNKNOWN || b == WN_GOAL_UNKNOWN)
        return a == WN_GOAL_UNKNOWN ? b : a;
    return a == b ? a : WN_GOAL_UNKNOWN;
}

// ---- contrasts ----------------------------------------------------------------------------------

static double *picked(const double *values, const size_t *units, size_t count) {
    double *picked = wn_malloc((count + 1) * sizeof *picked);
    for (size_t i = 0; i < count; i++)
        picked[i] = values[units ? units[i] : i];
    return picked;
}

static bool has_value(const double *values, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (!isnan(values[i]))
            return true;
    return false;
}

// Pairs of which too few are left with a result are no pairs.
static void check_pairs(struct comparing *comparing) {
    const double *a = comparing->values_a.metrics[0], *b = comparing->values_b.metrics[0];
    struct wn_pairs *pairs = &comparing->pairs;
    size_t whole = 0;
    for (size_t i = 0; i < pairs->count; i++)
        whole += isfinite(a[pairs->a[i]]) && isfinite(b[pairs->b[i]]);
    if (whole < 2)
        wn_pairs_free(pairs);
    comparing->comparison->paired = pairs->count > 0;
}

static bool varies(const double *values, size_t count) {
    for (size_t i = 1; i < count; i++)
        if (isfinite(values[i]) && isfinite(values[0]) && values[i] != values[0])
            return true;
    return false;
}

// What the seeds do is told by the metric that decides: another that never varies, like the size of
// a model, is then known exactly.
static struct wn_contrast_design design_of(const struct comparing *comparing, size_t metric) {
    const struct wn_comparison *comparison = comparing->comparison;
    const struct wn_compare_side *a = &comparison->a, *b = &comparison->b;
    return (struct wn_contrast_design){
        .goal = goal_of(comparing, comparing->names[metric]),
        .confidence = comparison->confidence,
        .paired = comparison->paired,
        .anytime = comparison->raced && metric == 0,
        .least = metric == 0 ? comparison->least : 0,
        .plan = metric == 0,
        .seeded_a =
            a->of_trials && (metric == 0 || !varies(comparing->values_a.metrics[0], a->unit_count)),
        .seeded_b =
            b->of_trials && (metric == 0 || !varies(comparing->values_b.metrics[0], b->unit_count)),
        .same_command = a->sweep.id == b->sweep.id,
    };
}

static void contrast(const struct comparing *comparing, struct wn_compare_metric *metric,
                     const struct wn_contrast_design *design) {
    const struct wn_comparison *comparison = comparing->comparison;
    struct wn_sample a = {.values = picked(metric->a, NULL, metric->a_count),
                          .count = metric->a_count};
    struct wn_sample b = {.values = picked(metric->b, NULL, metric->b_count),
                          .count = metric->b_count};
    const struct wn_sample own_a = {.values = metric->a, .count = metric->a_count};
    const struct wn_sample own_b = {.values = metric->b, .count = metric->b_count};
    wn_contrast_of(a, b, design, &metric->contrast);
    for (size_t i = 0; i < comparison->guardrail_count; i++)
        if (strcmp(comparison->guardrails[i].metric, metric->name) == 0)
            wn_guardrail_judge(&comparison->guardrails[i], &own_a, &own_b, design);
    free(a.values);
    free(b.values);
}

// By its name, or for a guardrail.
static bool is_asked_for(const struct comparing *comparing, size_t index) {
    const struct wn_comparison *comparison = comparing->comparison;
    for (size_t i = 0; i < comparison->guardrail_count; i++)
        if (strcmp(comparison->guardrails[i].metric, comparing->names[index]) == 0)
            return true;
    return comparing->options->metric_count > 0;
}

static void add_contrast(struct comparing *comparing, size_t index) {
    struct wn_comparison *comparison = comparing->comparison;
    const struct wn_pairs *pairs = &comparing->pairs;
    const double *a = comparing->values_a.metrics[index], *b = comparing->values_b.metrics[index];
    bool both = has_value(a, comparison->a.unit_count) && has_value(b, comparison->b.unit_count);
    if (index && !both && !comparing->options->metric_count)
        return;
    if (comparison->metric_count >= MOST_METRICS && !is_asked_for(comparing, index)) {
        comparison->metrics_left_out++;
        return;
    }
    struct wn_compare_metric *metric = &comparison->metrics[comparison->metric_count++];
    metric->name = wn_strdup(comparing->names[index]);
    metric->a_count = pairs->count ? pairs->count : comparison->a.unit_count;
    metric->b_count = pairs->count ? pairs->count : comparison->b.unit_count;
    metric->a = picked(a, pairs->a, metric->a_count);
    metric->b = picked(b, pairs->b, metric->b_count);
    const struct wn_contrast_design design = design_of(comparing, index);
    contrast(comparing, metric, &design);
}

// The metric that decides is the one question that was asked; what else is looked at is held to a
// level of its own together.
static void adjust(struct wn_comparison *comparison) {
    size_t others = comparison->metric_count - 1;
    struct wn_contrast **contrasts = wn_calloc(others + 1, sizeof *contrasts);
    for (size_t i = 0; i < others; i++)
        contrasts[i] = &comparison->metrics[i + 1].contrast;
    wn_contrasts_adjust(contrasts, others);
    free(contrasts);
}

static enum wn_status read_values(struct comparing *comparing) {
    struct wn_comparison *comparison = comparing->comparison;
    enum wn_status status =
        wn_unit_values_read(comparing->store, &comparison->a, comparing->names,
                            comparing->name_count, &comparing->values_a, comparing->err);
    if (status == WN_OK)
        status = wn_unit_values_read(comparing->store, &comparison->b, comparing->names,
                                     comparing->name_count, &comparing->values_b, comparing->err);
    return status;
}

static void find_contrasts(struct comparing *comparing) {
    struct wn_comparison *comparison = comparing->comparison;
    wn_pairs_find(&comparison->a, &comparison->b, &comparing->pairs);
    check_pairs(comparing);
    comparison->metrics = wn_calloc(comparing->name_count, sizeof *comparison->metrics);
    for (size_t i = 0; i < comparing->name_count; i++)
        add_contrast(comparing, i);
    adjust(comparison);
}

// ---- the verdict --------------------------------------------------------------------------------

static int64_t configuration(const struct wn_compare_side *side) {
    return side->trials[0].number / side->sweep.repeats;
}

// "winnow ab svm 3 12", where that can help; the caller frees.
static char *command_for_more(const struct wn_comparison *comparison) {
    const struct wn_compare_side *a = &comparison->a, *b = &comparison->b;
    struct wn_str command = {0};
    if (!a->of_trials || !b->of_trials || a->sweep.id != b->sweep.id ||
        configuration(a) == configuration(b))
        return NULL;
    wn_str_add(&command, "winnow ab ");
    wn_text_quote(&command, a->sweep.name);
    wn_str_addf(&command, " %lld %lld", (long long)a->trials[0].number,
                (long long)b->trials[0].number);
    return wn_str_take(&command);
}

static void find_verdict(struct wn_comparison *comparison) {
    struct wn_str a = {0}, b = {0};
    char *more = command_for_more(comparison);
    wn_side_left_out(&comparison->a, &a);
    wn_side_left_out(&comparison->b, &b);
    bool runs = comparison->a.of_trials || comparison->b.of_trials;
    const struct wn_verdict_case about = {
        .metric = comparison->metrics[0].name,
        .contrast = &comparison->metrics[0].contrast,
        .guardrails = comparison->guardrails,
        .guardrail_count = comparison->guardrail_count,
        .least = comparison->least,
        .what = runs ? "run" : "configuration",
        .empty_a = a.text,
        .empty_b = b.text,
        .more = more,
    };
    wn_verdict_of(&about, &comparison->verdict);
    wn_str_free(&a);
    wn_str_free(&b);
    free(more);
}

// ---- all of it ----------------------------------------------------------------------------------

static enum wn_status read_all(struct comparing *comparing) {
    struct wn_comparison *comparison = comparing->comparison;
    enum wn_status status = gather_sides(comparing);
    if (status == WN_OK)
        status = find_common(comparing);
    if (status == WN_OK)
        status = choose_metrics(comparing);
    if (status == WN_OK)
        status = read_guardrails(comparing);
    if (status != WN_OK)
        return status;
    add_guardrail_metrics(comparing);
    status = wn_versions_load(comparing->store, &comparison->a.sweep, &comparing->versions_a,
                              comparing->err);
    if (status == WN_OK)
        status = wn_versions_load(comparing->store, &comparison->b.sweep, &comparing->versions_b,
                                  comparing->err);
    return status == WN_OK ? read_values(comparing) : status;
}

static void clear(struct comparing *comparing) {
    for (size_t i = 0; i < comparing->known_count; i++)
        free(comparing->known[i]);
    free(comparing->known);
    free(comparing->names);
    wn_versions_free(&comparing->versions_a);
    wn_versions_free(&comparing->versions_b);
    wn_pairs_free(&comparing->pairs);
    wn_unit_values_free(&comparing->values_a);
    wn_unit_values_free(&comparing->values_b);
}

enum wn_status wn_compare(struct wn_store *store, const struct wn_compare_options *options,
                          struct wn_comparison **comparison, struct wn_err *err) {
    struct wn_comparison *made = wn_calloc(1, sizeof *made);
    struct comparing comparing = {
        .store = store, .options = options, .comparison = made, .err = err};
    made->confidence = options->confidence > 0 ? options->confidence : 0.95;
    made->least = options->least;
    enum wn_status status = name_sides(&comparing);
    if (status == WN_OK)
        status = wn_store_begin_read(store, err);
    if (status == WN_OK) {
        status = read_all(&comparing);
        wn_store_rollback(store); // it only read
    }
    if (status == WN_OK) {
        take_race(&comparing, &comparing.versions_a);
        take_race(&comparing, &comparing.versions_b);
        find_differences(made);
        find_contrasts(&comparing);
        find_verdict(made);
        *comparison = made;
    } else {
        wn_comparison_free(made);
    }
    clear(&comparing);
    return status;
}

void wn_comparison_free(struct wn_comparison *comparison) {
    if (!comparison)
        return;
    wn_compare_side_clear(&comparison->a);
    wn_compare_side_clear(&comparison->b);
    for (size_t i = 0; i < comparison->metric_count; i++) {
        free(comparison->metrics[i].name);
        free(comparison->metrics[i].a);
        free(comparison->metrics[i].b);
    }
    free(comparison->metrics);
    free(comparison->params);
    for (size_t i = 0; i < comparison->guardrail_count; i++)
        wn_guardrail_clear(&comparison->guardrails[i]);
    free(comparison->guardrails);
    free(comparison->verdict.text);
    free(comparison);
}
