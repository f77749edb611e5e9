// SPDX-License-Identifier: GPL-3.0-or-later
// Whether an edit is allowed is judged key by key, on the two documents; the parameters and the
// metric are looked into.
#include "sweep/edit.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/doc.h"
#include "sweep/session.h"

struct comparison {
    const struct wn_spec *before, *after;
    struct wn_value old, new; // their documents
    struct wn_diags *diags;
};

__attribute__((format(printf, 3, 4))) static void
refuse(const struct comparison *comparison, const char *path, const char *format, ...) {
    struct wn_str text = {0};
    va_list args;
    va_start(args, format);
    wn_str_vaddf(&text, format, args);
    va_end(args);
    wn_diag_add(comparison->diags, WN_ERROR, 0, 0, path, "%s", wn_str_text(&text));
    wn_str_free(&text);
}

// ---- keys ---------------------------------------------------------------------------------------

static const struct {
    const char *key;
    const char *reason; // why it cannot be changed; NULL: it can
} rules[] = {
    {"parameters", NULL},
    {"parallel", NULL},
    {"budget", NULL},
    {"run_cap", NULL},
    {"timeout", NULL},
    {"limits", NULL},
    {"retries", NULL},
    {"fail_fast", NULL},
    {"until", NULL},
    {"early_terminate", NULL},
    {"constraints", NULL},
    {"forbid", NULL},
    {"resources", NULL},
    {"on_event", NULL},
    {"description", NULL},
    {"project", NULL},
    {"entity", NULL},
    {"command", "only trials of the same command can be compared"},
    {"program", "only trials of the same command can be compared"},
    {"output", "only trials of the same command can be compared"},
    {"artifacts", "only trials of the same command can be compared"},
    {"capture", "only trials whose metrics are read alike can be compared"},
    {"method", "another method makes another sweep"},
    {"repeats", "the numbers of the trials follow from it"},
    {"seed", "the seeds of the trials follow from it"},
    {"name", "a sweep keeps its name"},
    {"executor", "its trials run where they began"},
};

static void refuse_unknown(const struct comparison *comparison, const char *key) {
    size_t count;
    const struct wn_spec_key *keys = wn_spec_keys(&count);
    const char **names = wn_calloc(count, sizeof *names);
    bool known = false;
    for (size_t i = 0; i < count; i++) {
        names[i] = keys[i].name;
        known = known || strcmp(names[i], key) == 0;
    }
    const char *close = wn_closest(key, names, count);
    if (known)
        refuse(comparison, key, "cannot be changed once a sweep exists");
    else
        refuse(comparison, key, "is not a known key%s%s%s", close ? " (did you mean " : "",
               close ? close : "", close ? "?)" : "");
    free(names);
}

static void judge_metric(const struct comparison *comparison) {
    const struct wn_spec *before = comparison->before, *after = comparison->after;
    bool same = before->objective_count == after->objective_count;
    for (size_t i = 0; same && i < before->objective_count; i++) {
        const struct wn_objective *a = &before->objectives[i], *b = &after->objectives[i];
        same = strcmp(a->name, b->name) == 0 && a->maximize == b->maximize &&
               a->summary_last == b->summary_last;
    }
    if (!same)
        refuse(comparison, "metric", "cannot be changed: it ranks the trials that are there");
}

static void judge_key(const struct comparison *comparison, const char *key) {
    if (strcmp(key, "metric") == 0 || strcmp(key, "metrics") == 0) {
        judge_metric(comparison);
        return;
    }
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (strcmp(rules[i].key, key) == 0) {
            if (rules[i].reason)
                refuse(comparison, key, "cannot be changed: %s", rules[i].reason);
            return;
        }
    refuse_unknown(comparison, key);
}

static bool differs(const struct wn_value *a, const struct wn_value *b) {
    return !a || !b || !wn_value_equal(a, b);
}

static void judge_keys(const struct comparison *comparison) {
    const struct wn_value *old = &comparison->old, *new = &comparison->new;
    for (size_t i = 0; i < new->list.count; i++) {
        const char *key = new->list.keys[i].string.text;
        if (differs(wn_value_get(old, key), &new->list.items[i]))
            judge_key(comparison, key);
    }
    for (size_t i = 0; i < old->list.count; i++)
        if (!wn_value_get(new, old->list.keys[i].string.text))
            judge_key(comparison, old->list.keys[i].string.text);
}

// Whoever raises one of two bounds would wonder why nothing comes of it.
static void judge_budget(const struct comparison *comparison) {
    double old_trials = 0, old_cap = 0, trials, cap;
    const struct wn_value *old = &comparison->old, *new = &comparison->new;
    const struct wn_value *new_trials = wn_value_get(wn_value_get(new, "budget"), "trials");
    const struct wn_value *new_cap = wn_value_get(new, "run_cap");
    if (!new_trials || !new_cap || !wn_value_number(new_trials, &trials) ||
        !wn_value_number(new_cap, &cap))
        return;
    const struct wn_value *found = wn_value_get(wn_value_get(old, "budget"), "trials");
    if (found)
        wn_value_number(found, &old_trials);
    found = wn_value_get(old, "run_cap");
    if (found)
        wn_value_number(found, &old_cap);
    if (trials != old_trials && trials > cap)
        refuse(comparison, "budget.trials",
               "run_cap is %g and the smaller one holds: change it too", cap);
    if (cap != old_cap && cap > trials)
        refuse(comparison, "run_cap",
               "budget.trials is %g and the smaller one holds: change it too", trials);
}

// ---- parameters ---------------------------------------------------------------------------------

static void refuse_new_parameter(const struct comparison *comparison, const char *name) {
    const struct wn_space *space = comparison->before->space;
    const char **names = wn_calloc(space->count, sizeof *names);
    for (size_t i = 0; i < space->count; i++)
        names[i] = space->params[i].name;
    const char *close = wn_closest(name, names, space->count);
    char *path = wn_format("parameters.%s", name);
    if (close)
        refuse(comparison, path, "there is no parameter %s (did you mean %s?)", name, close);
    else
        refuse(comparison, path,
               "there is no parameter %s, and a sweep keeps those it has: begin another one", name);
    free(path);
    free(names);
}

static void judge_parameters(const struct comparison *comparison) {
    const struct wn_space *before = comparison->before->space, *after = comparison->after->space;
    for (size_t i = 0; i < after->count; i++)
        if (wn_space_index(before, after->params[i].name) < 0)
            refuse_new_parameter(comparison, after->params[i].name);
    for (size_t i = 0; i < before->count; i++)
        if (wn_space_index(after, before->params[i].name) < 0)
            refuse(comparison, before->params[i].name,
                   "cannot be taken out: give it one value, as in %s==VALUE",
                   before->params[i].name);
}

// ---- laying words -------------------------------------------------------------------------------

// Also whether 1 became 1.0, which makes another kind of parameter.
static bool documents_differ(const struct comparison *comparison) {
    struct wn_str old = {0}, new = {0};
    wn_value_json(&old, &comparison->old, WN_JSON_YAML);
    wn_value_json(&new, &comparison->new, WN_JSON_YAML);
    bool differ = strcmp(wn_str_text(&old), wn_str_text(&new)) != 0;
    wn_str_free(&old);
    wn_str_free(&new);
    return differ;
}

static enum wn_status compare(struct comparison *comparison, bool *changed) {
    struct wn_diags *diags = comparison->diags;
    const char *old = comparison->before->source, *new = comparison->after->source;
    size_t before = diags->errors;
    if (wn_doc_parse(old, strlen(old), &comparison->old, diags) != WN_OK)
        return WN_BAD_INPUT;
    if (wn_doc_parse(new, strlen(new), &comparison->new, diags) == WN_OK) {
        judge_keys(comparison);
        judge_budget(comparison);
        judge_parameters(comparison);
        *changed = documents_differ(comparison);
        wn_value_clear(&comparison->new);
    }
    wn_value_clear(&comparison->old);
    return diags->errors > before ? WN_BAD_INPUT : WN_OK;
}

static enum wn_status judge(const struct wn_spec *before, struct wn_edited *edited,
                            struct wn_diags *diags) {
    struct comparison comparison = {.before = before, .after = edited->spec, .diags = diags};
    enum wn_status status = compare(&comparison, &edited->changed);
    if (status == WN_OK)
        status = wn_session_vet(edited->spec, diags);
    if (status == WN_OK)
        status = wn_session_check(edited->spec, diags);
    return status;
}

enum wn_status wn_edit_lay(const struct wn_sweep_row *sweep, const struct wn_edit *edit,
                           struct wn_edited *edited, struct wn_diags *diags) {
    const struct wn_spec_words words = {
        .params = edit->settings ? NULL : edit->words,
        .param_count = edit->settings ? 0 : edit->count,
        .settings = edit->settings ? edit->words : NULL,
        .setting_count = edit->settings ? edit->count : 0,
        .base_text = sweep->spec,
        .base_length = strlen(sweep->spec),
        .base_file = diags->file,
    };
    struct wn_diags ignored = {0}; // the stored spec was told of when it was read first
    struct wn_spec *before;
    *edited = (struct wn_edited){0};
    for (size_t i = 0; edit->settings && i < edit->count; i++)
        edited->parallel |= wn_starts_with(edit->words[i], "parallel=");
    enum wn_status status =
        wn_spec_parse(diags->file, sweep->spec, words.base_length, &before, &ignored);
    wn_diags_free(&ignored);
    if (status != WN_OK) {
        wn_diag_add(diags, WN_ERROR, 0, 0, "", "the stored spec cannot be read by this winnow");
        return status;
    }
    status = wn_spec_from_words(&words, &edited->spec, diags);
    if (status == WN_OK && (status = judge(before, edited, diags)) != WN_OK) {
        wn_spec_free(edited->spec);
        edited->spec = NULL;
    }
    wn_spec_free(before);
    return status;
}

// ---- the argument of a request ------------------------------------------------------------------

char *wn_edit_argument(const struct wn_edit *edit) {
    struct wn_str json = {0};
    for (size_t i = 0; i < edit->count; i++) {
        wn_str_add_char(&json, i ? ',' : '[');
        wn_json_string(&json, edit->words[i]);
    }
    wn_str_add_char(&json, ']');
    return wn_str_take(&json);
}

static enum wn_status read_argument(const struct wn_request_row *request, struct wn_value *list,
                                    struct wn_err *err) {
    const char *argument = request->argument ? request->argument : "";
    enum wn_status status = wn_value_parse_json(argument, list, err);
    bool good = status == WN_OK && list->type == WN_LIST && list->list.count;
    for (size_t i = 0; good && i < list->list.count; i++)
        good = list->list.items[i].type == WN_STRING;
    if (status == WN_OK && !good) {
        wn_value_clear(list);
        return wn_fail(err, WN_BAD_INPUT, "%s: a list of words is needed", request->verb);
    }
    return status;
}

static enum wn_status lay_request(const struct wn_sweep_row *sweep,
                                  const struct wn_request_row *request, struct wn_edited *edited,
                                  struct wn_err *err) {
    struct wn_value list;
    enum wn_status status = read_argument(request, &list, err);
    if (status != WN_OK)
        return status;
    const char **words = wn_calloc(list.list.count, sizeof *words);
    for (size_t i = 0; i < list.list.count; i++)
        words[i] = list.list.items[i].string.text;
    const struct wn_edit edit = {
        .words = words, .count = list.list.count, .settings = strcmp(request->verb, "set") == 0};
    struct wn_diags diags = {.file = sweep->name};
    status = wn_edit_lay(sweep, &edit, edited, &diags);
    if (status != WN_OK) {
        struct wn_str text = {0};
        wn_diags_print(&diags, &text);
        wn_fail(err, status, "%.*s", (int)strcspn(wn_str_text(&text), "\n"), wn_str_text(&text));
        wn_str_free(&text);
    }
    wn_diags_free(&diags);
    free(words);
    wn_value_clear(&list);
    return status;
}

enum wn_status wn_edit_lay_request(struct wn_store *store, const struct wn_request_row *request,
                                   struct wn_edited *edited, struct wn_err *err) {
    struct wn_sweep_row sweep;
    *edited = (struct wn_edited){0};
    enum wn_status status = wn_store_get_sweep(store, request->sweep, &sweep, err);
    if (status != WN_OK)
        return status;
    status = lay_request(&sweep, request, edited, err);
    wn_sweep_row_clear(&sweep);
    return status;
}

// ---- storing ------------------------------------------------------------------------------------

static enum wn_status store_version(struct wn_store *store, struct wn_sweep_row *sweep,
                                    const struct wn_request_row *request,
                                    const struct wn_spec *spec, struct wn_str *answer,
                                    struct wn_err *err) {
    struct wn_begun begun;
    int64_t last;
    enum wn_status status = wn_session_count_begun(store, sweep->id, spec, &begun, err);
    if (status == WN_OK)
        status = wn_store_last_trial(store, sweep->id, &last, err);
    if (status != WN_OK)
        return status;
    const struct wn_version_row version = {
        .sweep = sweep->id,
        .spec = spec->source,
        .spec_hash = (int64_t)spec->hash,
        .change = request->argument,
        .user = request->user,
        .created = wn_now(),
        .first_trial = (last + spec->repeats) / spec->repeats * spec->repeats,
    };
    free(sweep->spec);
    sweep->spec = wn_strdup(spec->source);
    sweep->spec_hash = version.spec_hash;
    sweep->declared = wn_session_declared(spec, &begun);
    status = wn_store_add_version(store, &version, err);
    wn_str_addf(answer, "holds from trial %lld on", (long long)version.first_trial);
    return status;
}

static enum wn_status store_edit(struct wn_store *store, struct wn_sweep_row *sweep,
                                 const struct wn_request_row *request,
                                 const struct wn_edited *edited, struct wn_str *answer,
                                 struct wn_err *err) {
    enum wn_status status = WN_OK;
    if (edited->changed)
        status = store_version(store, sweep, request, edited->spec, answer, err);
    if (edited->parallel) {
        sweep->parallel = wn_session_parallel(edited->spec);
        wn_str_addf(answer, "%s%lld at once", answer->length ? "; " : "",
                    (long long)sweep->parallel);
    }
    if (!answer->length)
        wn_str_add(answer, "is so already");
    return status == WN_OK ? wn_store_set_spec(store, sweep, err) : status;
}

enum wn_status wn_edit_store(struct wn_store *store, const struct wn_request_row *request,
                             const struct wn_edited *edited, struct wn_str *answer,
                             struct wn_err *err) {
    struct wn_sweep_row sweep;
    enum wn_status status = wn_store_get_sweep(store, request->sweep, &sweep, err);
    if (status != WN_OK)
        return status;
    status = store_edit(store, &sweep, request, edited, answer, err);
    wn_sweep_row_clear(&sweep);
    return status;
}
