// SPDX-License-Identifier: GPL-3.0-or-later
// Reads a spec with what the form lays over it, as `winnow run` will, and tells what would come of
// it. On the thread pool: files may be slow, and a grid's points take time to count.
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/doc.h"
#include "core/numbers.h"
#include "core/versions.h"
#include "sweep/session.h"
#include "sweep/standing.h"
#include "tui/screens/launch.h"

void wn_launch_release(struct wn_launch_query *query) {
    if (!query)
        return;
    for (size_t i = 0; i < query->file_count; i++) {
        free(query->files[i].path);
        free(query->files[i].used);
    }
    for (size_t i = 0; i < query->param_count; i++) {
        free(query->list[i].name);
        free(query->list[i].range);
        free(query->list[i].note);
    }
    for (int i = 0; i < WN_LAUNCH_FIXED; i++)
        free(query->base[i]);
    wn_words_free(&query->settings);
    wn_words_free(&query->params);
    wn_words_free(&query->command);
    wn_diags_free(&query->diags);
    free(query->plan.method);
    free(query->plan.objective);
    free(query->plan.like);
    free(query->plan.twin);
    free(query->files);
    free(query->list);
    free(query->file);
    free(query->source);
    free(query->whole);
    free(query->sweep_name);
    free(query);
}

// ---- parameters ---------------------------------------------------------------------------------

static const char *scale_of(const struct wn_dist *dist) {
    return strstr(dist->name, "log_") ? ", log" : "";
}

static char *note_of(const struct wn_space *space, const struct wn_param *param) {
    static const char *const kinds[] = {
        [WN_KIND_FLOAT] = "float", [WN_KIND_INT] = "int", [WN_KIND_CHOICE] = "choice"};
    struct wn_str note = {0}, range = {0};
    if (!wn_spec_range(param, &range))
        wn_str_addf(&note, "%s", param->dist->name);
    else if (param->dist->required & WN_KEY_VALUE)
        wn_str_add(&note, "always the same");
    else if (param->kind == WN_KIND_CHOICE)
        wn_str_addf(&note, "choice of %zu", param->args.count);
    else
        wn_str_addf(&note, "%s%s", kinds[param->kind], scale_of(param->dist));
    for (size_t i = 0; i < param->when_count; i++)
        wn_str_addf(&note, "%s%s", i ? ", " : "; only by ",
                    space->params[param->when[i].parent].name);
    wn_str_free(&range);
    return wn_str_take(&note);
}

static void list_params(struct wn_launch_query *query, const struct wn_space *space) {
    for (size_t i = 0; i < space->count; i++) {
        struct wn_str range = {0};
        struct wn_launch_param *param =
            WN_PUSH(query->list, query->param_count, query->param_capacity);
        wn_spec_range(&space->params[i], &range);
        param->name = wn_strdup(space->params[i].name);
        param->range = wn_str_take(&range);
        param->note = note_of(space, &space->params[i]);
    }
}

// Notes follow what was edited.
static void renew_notes(struct wn_launch_query *query, const struct wn_space *space) {
    for (size_t i = 0; i < query->param_count; i++) {
        int index = wn_space_index(space, query->list[i].name);
        if (index < 0)
            continue;
        free(query->list[i].note);
        query->list[i].note = note_of(space, &space->params[index]);
    }
}

// ---- the spec -----------------------------------------------------------------------------------

static void vet(const struct wn_spec *spec, struct wn_diags *diags) {
    wn_session_vet(spec, diags);
    wn_spec_check_braces(spec, diags);
}

static char *duration(double seconds) {
    char text[32];
    wn_duration_text(seconds, text, sizeof text);
    return wn_strdup(text);
}

static void tell_base(struct wn_launch_query *query, const struct wn_spec *spec) {
    char **base = query->base;
    base[WN_LAUNCH_METHOD] = wn_strdup(spec->method);
    if (spec->name)
        base[WN_LAUNCH_NAME] = wn_strdup(spec->name);
    if (spec->parallel)
        base[WN_LAUNCH_PARALLEL] = wn_format("%lld", (long long)spec->parallel);
    if (spec->max_configurations)
        base[WN_LAUNCH_TRIALS] = wn_format("%lld", (long long)spec->max_configurations);
    if (spec->max_seconds > 0)
        base[WN_LAUNCH_TIME] = duration(spec->max_seconds);
    if (spec->has_seed)
        base[WN_LAUNCH_SEED] = wn_format("%llu", (unsigned long long)spec->seed);
    query->run_cap = query->source && strstr(query->source, "run_cap") != NULL;
}

static struct wn_spec *read_words(struct wn_launch_query *query, size_t length, bool bare,
                                  struct wn_diags *diags) {
    struct wn_spec *spec = NULL;
    struct wn_spec_words words = {
        .base_text = query->source, .base_length = length, .base_file = query->file, .vet = vet};
    diags->file = query->file ? query->file : "command line";
    if (!bare) {
        words.settings = wn_words_list(&query->settings);
        words.setting_count = query->settings.count;
        words.params = wn_words_list(&query->params);
        words.param_count = query->params.count;
        words.command = wn_words_list(&query->command);
        words.command_count = query->command.count;
    }
    wn_spec_from_words(&words, &spec, diags);
    return spec;
}

// ---- the plan -----------------------------------------------------------------------------------

struct search { // for a sweep that went by the same file
    const struct wn_launch_query *query;
    struct wn_launch_plan *plan;
    double per_trial; // of it: seconds from one trial's end to the next
    int64_t parallel;
};

static bool look_at(void *context, const struct wn_sweep_row *row) {
    struct search *search = context;
    int64_t ended = 0;
    for (int state = 0; state < WN_TRIAL_STATES; state++)
        ended += wn_trial_counts(state) ? row->counts[state] : 0;
    if (!row->spec_file || strcmp(row->spec_file, search->query->file) != 0 || ended < 3 ||
        row->active <= 0)
        return true;
    search->per_trial = row->active / (double)ended;
    search->parallel = row->parallel;
    search->plan->like = wn_strdup(row->name);
    return false;
}

// What it took before is all that is known of what it will take.
static void estimate(struct wn_store *store, const struct wn_launch_query *query,
                     struct wn_launch_plan *plan) {
    struct search search = {.query = query, .plan = plan};
    struct wn_err err;
    if (!store || !query->file || plan->declared <= 0)
        return;
    wn_store_each_sweep(store, look_at, &search, &err);
    if (plan->like)
        plan->estimate = search.per_trial * (double)plan->declared * (double)search.parallel /
                         (double)(plan->parallel > 0 ? plan->parallel : 1);
    if (plan->most_seconds > 0)
        plan->estimate = fmin(plan->estimate, plan->most_seconds);
}

static void find_twin(struct wn_store *store, const struct wn_launch_query *query,
                      const struct wn_spec *spec, struct wn_launch_plan *plan) {
    struct wn_sweep_row row = {0};
    struct wn_err err;
    int64_t fitting = 0;
    char *name = wn_session_name(spec, query->file);
    if (store &&
        wn_store_unfinished(store, name, (int64_t)spec->hash, &row, &fitting, &err) == WN_OK &&
        fitting) {
        plan->twin = wn_strdup(row.name);
        plan->twin_runs = wn_sweep_alive(store, row.id);
        wn_sweep_row_clear(&row);
    }
    free(name);
}

static void make_plan(struct wn_store *store, struct wn_launch_query *query,
                      const struct wn_spec *spec) {
    struct wn_launch_plan *plan = &query->plan;
    plan->good = wn_session_check(spec, &query->diags) == WN_OK;
    if (!plan->good)
        return;
    plan->method = wn_strdup(spec->method);
    plan->configurations = wn_space_cardinality(spec->space);
    plan->declared = wn_session_declared(spec, &(struct wn_begun){0});
    plan->parallel = wn_session_parallel(spec);
    plan->repeats = spec->repeats;
    plan->most_seconds = spec->max_seconds;
    plan->objective = wn_strdup(spec->objectives->name);
    plan->maximize = spec->objectives->maximize;
    estimate(store, query, plan);
    find_twin(store, query, spec, plan);
}

// A parameter that was just added: that is no mistake yet, and nothing to be read either.
static bool lacks_a_range(const struct wn_launch_query *query) {
    for (size_t i = 0; i < query->params.count; i++) {
        const char *param = query->params.items[i];
        if (param[strlen(param) - 1] == '=')
            return !query->file;
    }
    return false;
}

static void read_spec(struct wn_store *store, struct wn_launch_query *query) {
    size_t length = 0;
    struct wn_err err = {0};
    struct wn_diags own = {0};
    query->diags.file = query->file ? query->file : "command line";
    if (query->file && wn_doc_read_file(query->file, &query->source, &length, &err) != WN_OK) {
        wn_diag_add(&query->diags, WN_ERROR, 0, 0, "", "%s", err.text);
        return;
    }
    if (lacks_a_range(query))
        return;
    struct wn_spec *base = query->file ? read_words(query, length, true, &own) : NULL;
    struct wn_spec *spec = NULL;
    if (query->file || query->params.count)
        spec = read_words(query, length, false, &query->diags);
    if (base) {
        tell_base(query, base);
        list_params(query, base->space);
    } else if (!query->file) {
        query->base[WN_LAUNCH_METHOD] = wn_strdup("random");
    }
    if (spec && base)
        renew_notes(query, spec->space);
    else if (spec)
        list_params(query, spec->space);
    if (spec) {
        query->whole = wn_strdup(spec->source);
        make_plan(store, query, spec);
    }
    wn_diags_free(&own);
    wn_spec_free(base);
    wn_spec_free(spec);
}

// ---- a trial to run again -----------------------------------------------------------------------

static void list_values(struct wn_launch_query *query, const struct wn_value *map,
                        const char *prefix) {
    for (size_t i = 0; i < map->list.count; i++) {
        const struct wn_value *value = &map->list.items[i];
        char *name = wn_format("%s%s", prefix, map->list.keys[i].string.text);
        if (value->type == WN_MAP) {
            char *group = wn_format("%s.", name);
            list_values(query, value, group);
            free(group);
            free(name);
            continue;
        }
        struct wn_str text = {0};
        struct wn_launch_param *param =
            WN_PUSH(query->list, query->param_count, query->param_capacity);
        if (value->type == WN_STRING)
            wn_str_add(&text, value->string.text);
        else
            wn_value_json(&text, value, WN_JSON_YAML);
        param->name = name;
        param->range = wn_str_take(&text);
        param->note = wn_strdup("");
    }
}

// Where a parameter may lie, as its note.
static void note_ranges(struct wn_launch_query *query, const struct wn_space *space) {
    for (size_t i = 0; i < query->param_count; i++) {
        int index = wn_space_index(space, query->list[i].name);
        struct wn_str range = {0};
        if (index >= 0 && wn_spec_range(&space->params[index], &range)) {
            free(query->list[i].note);
            query->list[i].note = wn_strdup(wn_str_text(&range));
        }
        wn_str_free(&range);
    }
}

static enum wn_status read_trial(struct wn_store *store, struct wn_launch_query *query,
                                 struct wn_err *err) {
    struct wn_sweep_row sweep;
    struct wn_trial_row trial = {0};
    struct wn_versions versions = {0};
    struct wn_value params = {0};
    enum wn_status status = wn_store_get_sweep(store, query->sweep, &sweep, err);
    if (status != WN_OK)
        return status;
    status = wn_store_get_trial(store, sweep.id, query->trial, &trial, err);
    if (status == WN_OK)
        status = wn_value_parse_json(trial.params, &params, err);
    if (status == WN_OK)
        status = wn_versions_load(store, &sweep, &versions, err);
    if (status == WN_OK) {
        list_values(query, &params, "");
        note_ranges(query, wn_versions_newest(&versions)->space);
        wn_versions_free(&versions);
        query->sweep_name = wn_strdup(sweep.name);
        query->sweep_runs = wn_sweep_alive(store, sweep.id);
    }
    wn_value_clear(&params);
    wn_trial_row_clear(&trial);
    wn_sweep_row_clear(&sweep);
    return status;
}

enum wn_status wn_launch_read(struct wn_store *store, struct wn_launch_query *query,
                              struct wn_err *err) {
    if (query->sweep)
        return store ? read_trial(store, query, err)
                     : wn_fail(err, WN_BAD_INPUT, "there is no such sweep");
    if (query->search)
        wn_launch_find_files(store, query);
    if (query->undecided && query->file_count && !query->file)
        query->file = wn_strdup(query->files[0].path);
    read_spec(store, query);
    return WN_OK;
}
