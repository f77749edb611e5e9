// SPDX-License-Identifier: GPL-3.0-or-later
// Listing what a trial or a sweep is.
#include "cli/side.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/common.h"
#include "cli/spec_args.h"
#include "core/base/mem.h"
#include "core/base/sha256.h"
#include "core/compare/sides.h"

// ---- finding it ---------------------------------------------------------------------------------

static enum wn_status find_run(struct wn_store *store, struct wn_side *side, struct wn_err *err) {
    int64_t id = side->row.run;
    enum wn_status status = WN_OK;
    if (side->trial == WN_WHOLE_SWEEP)
        status = wn_store_last_run(store, side->sweep.id, &id, err);
    if (status == WN_OK && id)
        status = wn_store_get_run(store, id, &side->run, err);
    return status;
}

enum wn_status wn_side_find(struct wn_store *store, const char *which, const char *trial,
                            struct wn_side *side, struct wn_err *err) {
    struct wn_compare_side named;
    *side = (struct wn_side){.trial = WN_WHOLE_SWEEP};
    if (trial && wn_read_trial(trial, &side->trial, err) != WN_OK)
        return err->status;
    enum wn_status status =
        wn_side_name(store, trial ? which : NULL, trial ? trial : which, true, &named, err);
    side->sweep = named.sweep;
    side->trial = named.trial;
    if (status == WN_OK && named.kind != WN_SIDE_SWEEP && named.kind != WN_SIDE_TRIAL)
        status = wn_fail(err, WN_BAD_INPUT,
                         "%s is neither a sweep nor a trial (winnow compare "
                         "takes groups and commits)",
                         named.title);
    named.sweep = (struct wn_sweep_row){0};
    wn_compare_side_clear(&named);
    if (status == WN_OK && side->trial != WN_WHOLE_SWEEP)
        status = wn_store_get_trial(store, side->sweep.id, side->trial, &side->row, err);
    return status == WN_OK ? find_run(store, side, err) : status;
}

void wn_side_clear(struct wn_side *side) {
    for (size_t i = 0; i < side->count; i++) {
        free(side->facts[i].name);
        wn_value_clear(&side->facts[i].value);
    }
    free(side->facts);
    wn_sweep_row_clear(&side->sweep);
    wn_trial_row_clear(&side->row);
    wn_run_row_clear(&side->run);
}

// ---- facts --------------------------------------------------------------------------------------

int wn_fact_compare(const struct wn_fact *a, const struct wn_fact *b) {
    if (a->group != b->group)
        return a->group < b->group ? -1 : 1;
    return strverscmp(a->name, b->name); // argv 2 before argv 10
}

static int by_order(const void *a, const void *b) {
    return wn_fact_compare(a, b);
}

// Takes over the value.
static struct wn_fact *add(struct wn_side *side, enum wn_fact_group group, char *name,
                           struct wn_value value) {
    struct wn_fact *fact = WN_PUSH(side->facts, side->count, side->capacity);
    *fact = (struct wn_fact){.group = group, .name = name, .value = value};
    return fact;
}

static void add_text(struct wn_side *side, enum wn_fact_group group, const char *name,
                     const char *text) {
    if (text)
        add(side, group, wn_strdup(name), wn_value_string(text));
}

static void add_integer(struct wn_side *side, enum wn_fact_group group, const char *name,
                        int64_t number) {
    add(side, group, wn_strdup(name), wn_value_int(number));
}

static void add_real(struct wn_side *side, const char *name, double number) {
    if (!isnan(number))
        add(side, WN_FACT_RESULT, wn_strdup(name), wn_value_float(number));
}

// What is compared line by line stands in the table as its length and a mark of its content.
static void add_lines(struct wn_side *side, enum wn_fact_group group, const char *name,
                      const char *text) {
    unsigned char digest[WN_SHA256_BYTES];
    size_t lines = 0;
    if (!text)
        return;
    for (const char *at = text; *at; at += strcspn(at, "\n"), at += *at == '\n')
        lines++;
    wn_sha256(text, strlen(text), digest);
    char *told = wn_format("%zu line%s, %02x%02x%02x%02x", lines, lines == 1 ? "" : "s", digest[0],
                           digest[1], digest[2], digest[3]);
    add_text(side, group, name, told);
    free(told);
}

struct prefix {
    struct wn_side *side;
    const char *text;
};

static void add_param(void *context, const char *path, const struct wn_value *value) {
    const struct prefix *prefix = context;
    add(prefix->side, WN_FACT_PARAM, wn_format("%s%s%s", prefix->text, *path ? "." : "", path),
        wn_value_copy(value));
}

static void add_params(struct wn_side *side, const char *prefix, const struct wn_value *value) {
    wn_value_each_leaf(value, add_param, &(struct prefix){side, prefix});
}

// ---- a trial ------------------------------------------------------------------------------------

static bool add_metric(void *context, int64_t trial, const char *name,
                       const struct wn_summary *summary) {
    struct wn_side *side = context;
    (void)trial;
    add(side, WN_FACT_METRIC, wn_format("metric.%s", name), wn_value_float(summary->last));
    if (strcmp(name, side->sweep.objective) == 0)
        add(side, WN_FACT_METRIC, wn_format("metric.%s best", name),
            wn_value_float(side->sweep.maximize ? summary->max : summary->min));
    return true;
}

static bool take_spec(void *context, const struct wn_version_row *version) {
    struct wn_side *side = context;
    if (version->first_trial > side->trial)
        return false;
    free(side->sweep.spec);
    side->sweep.spec = wn_strdup(version->spec);
    return true;
}

// Variables differ by themselves in the list of variables: here they stand by their names.
static const char *no_variable(const char *name) {
    (void)name;
    return NULL;
}

static enum wn_status add_words(struct wn_side *side, const struct wn_spec *spec,
                                struct wn_err *err) {
    struct wn_config *config;
    struct wn_argv argv = {0};
    const struct wn_argv_context context = {.trial = side->trial,
                                            .seed = (uint64_t)side->row.seed,
                                            .json_file = "${args_json_file}",
                                            .getenv = no_variable};
    enum wn_status status = wn_space_config_from_json(spec->space, side->row.params, &config, err);
    if (status != WN_OK)
        return status;
    status = wn_spec_argv(spec, config, &context, &argv, err);
    for (size_t i = 0; i < argv.count; i++)
        if (argv.items[i])
            add(side, WN_FACT_COMMAND, wn_format("argv %zu", i), wn_value_string(argv.items[i]));
    wn_argv_free(&argv);
    wn_config_free(config);
    return status;
}

// As the spec was when the trial began.
static enum wn_status add_command(struct wn_store *store, struct wn_side *side,
                                  struct wn_err *err) {
    struct wn_spec *spec;
    enum wn_status status = wn_store_each_version(store, side->sweep.id, take_spec, side, err);
    if (status == WN_OK)
        status = wn_spec_stored(&side->sweep, &spec, err);
    if (status != WN_OK)
        return status;
    status = add_words(side, spec, err);
    wn_spec_free(spec);
    return status;
}

static enum wn_status add_trial(struct wn_store *store, struct wn_side *side, struct wn_err *err) {
    const struct wn_trial_row *row = &side->row;
    struct wn_value params = {0};
    enum wn_status status = wn_value_parse_json(row->params, &params, err);
    if (status != WN_OK)
        return status;
    add_params(side, "param", &params);
    wn_value_clear(&params);
    add_integer(side, WN_FACT_SETTING, "seed", row->seed);
    add_text(side, WN_FACT_RESULT, "state", wn_trial_state_name(row->state));
    add_text(side, WN_FACT_RESULT, "reason", row->reason);
    add_real(side, "objective", row->objective);
    if (row->ended > 0 && row->started > 0) {
        add_real(side, "duration", row->ended - row->started);
        side->facts[side->count - 1].minor = true;
    }
    status = wn_store_each_summary(store, side->sweep.id, side->trial, add_metric, side, err);
    return status == WN_OK ? add_command(store, side, err) : status;
}

// ---- a sweep ------------------------------------------------------------------------------------

static enum wn_status add_sweep(struct wn_store *store, struct wn_side *side, struct wn_err *err) {
    const struct wn_sweep_row *sweep = &side->sweep;
    struct wn_trial_row best = {0};
    struct wn_value params = {0};
    add_text(side, WN_FACT_SETTING, "method", sweep->method);
    add_text(side, WN_FACT_SETTING, "objective", sweep->objective);
    add_text(side, WN_FACT_SETTING, "goal", sweep->maximize ? "maximize" : "minimize");
    add_integer(side, WN_FACT_SETTING, "seed", sweep->seed);
    add_integer(side, WN_FACT_SETTING, "parallel", sweep->parallel);
    add_integer(side, WN_FACT_SETTING, "repeats", sweep->repeats);
    add_text(side, WN_FACT_SETTING, "cwd", sweep->cwd);
    add_lines(side, WN_FACT_SETTING, "spec", sweep->spec);
    add_text(side, WN_FACT_RESULT, "state", wn_sweep_shown_state(store, sweep));
    for (int i = 0; i < WN_TRIAL_STATES; i++)
        if (sweep->counts[i])
            add(side, WN_FACT_RESULT,
                wn_format("trials %s", wn_trial_state_name((enum wn_trial_state)i)),
                wn_value_int(sweep->counts[i]));
    if (!sweep->has_best)
        return WN_OK;
    add_real(side, "best", sweep->best);
    enum wn_status status = wn_store_get_trial(store, sweep->id, sweep->best_trial, &best, err);
    if (status == WN_OK)
        status = wn_value_parse_json(best.params, &params, err);
    if (status == WN_OK)
        add_params(side, "best", &params);
    wn_value_clear(&params);
    wn_trial_row_clear(&best);
    return status;
}

// ---- its run ------------------------------------------------------------------------------------

// Of the shell and the terminal it was started from.
static bool is_noise(const char *variable) {
    static const char *const noise[] = {"_",       "SHLVL",          "OLDPWD",
                                        "COLUMNS", "LINES",          "WINDOWID",
                                        "TERM",    "XDG_SESSION_ID", "TERM_SESSION_ID"};
    for (size_t i = 0; i < sizeof noise / sizeof *noise; i++)
        if (strcmp(noise[i], variable) == 0)
            return true;
    return wn_starts_with(variable, "SSH_") || wn_starts_with(variable, "TMUX");
}

static enum wn_status add_run(struct wn_side *side, struct wn_err *err) {
    const struct wn_run_row *run = &side->run;
    struct wn_value variables = {0};
    add_text(side, WN_FACT_CODE, "winnow", run->version);
    add_text(side, WN_FACT_CODE, "user", run->user);
    add_text(side, WN_FACT_CODE, "host", run->host);
    add_text(side, WN_FACT_CODE, "git commit", run->git_commit);
    add_lines(side, WN_FACT_CODE, "git patch", run->git_patch);
    add_lines(side, WN_FACT_CODE, "git untracked", run->git_untracked);
    enum wn_status status = wn_value_parse_json(run->environment, &variables, err);
    if (status != WN_OK || variables.type != WN_MAP)
        return status;
    for (size_t i = 0; i < variables.list.count; i++) {
        const char *name = variables.list.keys[i].string.text;
        struct wn_fact *fact = add(side, WN_FACT_VARIABLE, wn_format("env.%s", name),
                                   wn_value_copy(&variables.list.items[i]));
        fact->minor = is_noise(name);
    }
    wn_value_clear(&variables);
    return WN_OK;
}

enum wn_status wn_side_list(struct wn_store *store, struct wn_side *side, bool runs,
                            struct wn_err *err) {
    enum wn_status status =
        side->trial == WN_WHOLE_SWEEP ? add_sweep(store, side, err) : add_trial(store, side, err);
    if (status == WN_OK && runs)
        status = add_run(side, err);
    else if (status == WN_OK)
        add_text(side, WN_FACT_CODE, "begun", side->run.id ? "yes" : "no");
    if (side->count)
        qsort(side->facts, side->count, sizeof *side->facts, by_order);
    return status;
}
