// SPDX-License-Identifier: GPL-3.0-or-later
// Fields are texts. What differs from the spec becomes an option, or what is the same to the
// parser, a setting; both come out of one walk over the fields, so the line that is shown, the one
// that is run and what was read cannot differ.
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/braces.h"
#include "sweep/searcher.h"
#include "tui/modal.h"
#include "tui/screens/launch.h"

#define SEARCH_AGAIN 5          // seconds until files are looked for once more
#define DEFAULT_METHOD "random" // of a command alone
#define BETTER_METHOD "bayes"   // what the form proposes for one

static const struct {
    const char *label, *option, *key, *help;
} facts[WN_LAUNCH_FIXED] = {
    [WN_LAUNCH_SPEC] = {"spec", NULL, NULL, "a file of the project, or a command alone"},
    [WN_LAUNCH_COMMAND] = {"command", NULL, "command", "what a trial runs: ./train --lr {lr}"},
    [WN_LAUNCH_METRIC] = {"metric", NULL, "metric", "what it prints as name=value, by its name"},
    [WN_LAUNCH_GOAL] = {"goal", NULL, "metric.goal", "which end of it is good"},
    [WN_LAUNCH_CAPTURE] = {"capture", "--capture", "capture",
                           "where it prints otherwise: 'loss is (?<loss>[0-9.]+)'"},
    [WN_LAUNCH_NAME] = {"name", "--name", "name", "what the sweep is called"},
    [WN_LAUNCH_METHOD] = {"method", "--method", "method", ""},
    [WN_LAUNCH_PARALLEL] = {"parallel", "--parallel", "parallel", "trials at once"},
    [WN_LAUNCH_TRIALS] = {"trials", "--trials", "budget.trials", "configurations in all"},
    [WN_LAUNCH_TIME] = {"time", "--time", "budget.time",
                        "start nothing new after this long: 90s, 30m, 2h"},
    [WN_LAUNCH_SEED] = {"seed", "--seed", "seed", "a number makes the search repeatable"},
    [WN_LAUNCH_FURTHER] = {"further", NULL, NULL, "any other key: repeats=3 timeout=30m"},
};

// ---- words --------------------------------------------------------------------------------------

void wn_words_add(struct wn_words *words, char *word) {
    *WN_PUSH(words->items, words->count, words->capacity) = word;
    (void)WN_PUSH(words->items, words->count, words->capacity);
    words->count--;
}

void wn_words_free(struct wn_words *words) {
    for (size_t i = 0; i < words->count; i++)
        free(words->items[i]);
    free(words->items);
    *words = (struct wn_words){0};
}

const char *const *wn_words_list(const struct wn_words *words) {
    static const char *const none[] = {NULL};
    return words->items ? (const char *const *)words->items : none;
}

static void split_into(struct wn_words *words, const char *text) {
    char **parts = wn_split_words(text);
    for (char **part = parts; *part; part++)
        wn_words_add(words, *part);
    free(parts);
}

// ---- fields -------------------------------------------------------------------------------------

bool wn_field_edited(const struct wn_launch_field *field) {
    return strcmp(field->text, field->base) != 0;
}

const char *wn_field_label(const struct wn_launch_field *field) {
    return field->name ? field->name : facts[field->kind].label;
}

static const char *method_help(const char *method) {
    const struct wn_searcher_type *type = wn_searcher_find(method);
    return type ? type->summary : "how to search";
}

const char *wn_field_help(const struct wn_launch_field *field) {
    if (field->kind == WN_LAUNCH_METHOD)
        return method_help(field->text);
    return field->name ? "a..b  log(a,b)  int log(a,b)  x|y|z  =value" : facts[field->kind].help;
}

bool wn_field_is_choice(const struct wn_launch_field *field) {
    return field->kind == WN_LAUNCH_SPEC || field->kind == WN_LAUNCH_GOAL ||
           field->kind == WN_LAUNCH_METHOD;
}

bool wn_field_is_number(const struct wn_launch_field *field) {
    return field->kind >= WN_LAUNCH_PARALLEL && field->kind <= WN_LAUNCH_SEED;
}

static void set_text(char **slot, const char *text) {
    char *copy = wn_strdup(text ? text : "");
    free(*slot);
    *slot = copy;
}

static struct wn_launch_field *add_field(struct wn_form *form, enum wn_launch_kind kind,
                                         const char *name) {
    bool button = form->focus == form->count && form->count;
    struct wn_launch_field *field = WN_PUSH(form->fields, form->count, form->capacity);
    *field = (struct wn_launch_field){.kind = kind,
                                      .name = name ? wn_strdup(name) : NULL,
                                      .text = wn_strdup(""),
                                      .base = wn_strdup(""),
                                      .note = wn_strdup("")};
    if (button)
        form->focus = form->count;
    return field;
}

static void clear_field(struct wn_launch_field *field) {
    free(field->name);
    free(field->text);
    free(field->base);
    free(field->note);
}

static void remove_field(struct wn_form *form, size_t index) {
    clear_field(&form->fields[index]);
    form->count--;
    memmove(form->fields + index, form->fields + index + 1,
            (form->count - index) * sizeof *form->fields);
    if (form->focus > index)
        form->focus--;
}

static struct wn_launch_field *find_param(const struct wn_form *form, const char *name) {
    for (size_t i = WN_LAUNCH_FIXED; i < form->count; i++)
        if (strcmp(form->fields[i].name, name) == 0)
            return &form->fields[i];
    return NULL;
}

bool wn_form_edited(const struct wn_form *form) {
    for (size_t i = 0; i < form->count; i++) {
        const struct wn_launch_field *field = &form->fields[i];
        bool proposed =
            field->kind == WN_LAUNCH_METHOD && !form->file && !strcmp(field->text, BETTER_METHOD);
        if (field->kind != WN_LAUNCH_SPEC && field->kind != WN_LAUNCH_GOAL && !proposed &&
            wn_field_edited(field))
            return true;
    }
    return false;
}

// ---- beginning and end --------------------------------------------------------------------------

struct wn_form *wn_form_new(const struct wn_place *place) {
    struct wn_form *form = wn_calloc(1, sizeof *form);
    form->sweep = place->trial >= 0 ? place->sweep : 0;
    form->trial = place->trial;
    form->undecided = !place->text && !form->sweep;
    form->file = place->text ? wn_strdup(place->text) : NULL;
    form->edition = 1;
    for (int kind = 0; kind < WN_LAUNCH_FIXED; kind++)
        add_field(form, (enum wn_launch_kind)kind, NULL);
    set_text(&form->fields[WN_LAUNCH_GOAL].text, "minimize");
    form->focus = form->sweep ? form->count : WN_LAUNCH_SPEC;
    return form;
}

void wn_form_free(struct wn_form *form) {
    for (size_t i = 0; i < form->count; i++)
        clear_field(&form->fields[i]);
    wn_launch_release(form->model);
    wn_edit_free(&form->edit);
    free(form->fields);
    free(form->file);
    free(form->before);
    free(form->said);
    free(form);
}

// ---- what was read ------------------------------------------------------------------------------

static void take_base(struct wn_launch_field *field, const char *base) {
    bool edited = wn_field_edited(field);
    set_text(&field->base, base);
    if (!edited)
        set_text(&field->text, base);
}

static void take_fixed(struct wn_form *form, const struct wn_launch_query *query) {
    for (int kind = WN_LAUNCH_CAPTURE; kind < WN_LAUNCH_FIXED; kind++)
        take_base(&form->fields[kind], query->base[kind]);
}

static bool is_listed(const struct wn_launch_query *query, const char *name) {
    for (size_t i = 0; i < query->param_count; i++)
        if (strcmp(query->list[i].name, name) == 0)
            return true;
    return false;
}

// Of a command alone the parameters are those of the form, else the form's are those of the spec.
static void take_params(struct wn_form *form, const struct wn_launch_query *query) {
    bool alone = !query->file && !query->sweep;
    for (size_t i = form->count; i-- > WN_LAUNCH_FIXED && query->param_count && !alone;)
        if (!form->fields[i].own && !is_listed(query, form->fields[i].name))
            remove_field(form, i);
    for (size_t i = 0; i < query->param_count; i++) {
        const struct wn_launch_param *param = &query->list[i];
        struct wn_launch_field *field = find_param(form, param->name);
        if (!field && !alone)
            field = add_field(form, WN_LAUNCH_PARAM, param->name);
        if (!field)
            continue;
        set_text(&field->note, param->note);
        if (!alone && !field->own)
            take_base(field, param->range);
    }
}

// What a query that was not asked to search does not know of files, the one before it did.
static void keep_files(struct wn_launch_query *query, struct wn_launch_query *before) {
    if (!before || query->search)
        return;
    query->files = before->files;
    query->file_count = before->file_count;
    query->file_capacity = before->file_capacity;
    before->files = NULL;
    before->file_count = before->file_capacity = 0;
}

void wn_form_take(struct wn_form *form, struct wn_launch_query *query) {
    if (form->undecided) {
        form->undecided = false;
        if (query->file)
            form->file = wn_strdup(query->file);
        else
            wn_form_choose_file(form, NULL);
    }
    bool current =
        !form->file == !query->file && (!form->file || strcmp(form->file, query->file) == 0);
    keep_files(query, form->model);
    if (query->search)
        form->searched = wn_monotonic();
    wn_launch_release(form->model);
    form->model = query;
    if (current && !query->sweep)
        take_fixed(form, query);
    bool fresh = query->sweep && form->count == WN_LAUNCH_FIXED;
    if (current)
        take_params(form, query);
    if (fresh) // not the button, before which the parameters came
        form->focus = WN_LAUNCH_FIXED;
    if (form->focus > form->count)
        form->focus = form->count;
}

// ---- changing -----------------------------------------------------------------------------------

// A name in the braces of a command is a parameter; what was made of one that is gone goes.
static void follow_command(struct wn_form *form, const char *command) {
    struct wn_space *none = wn_space_new();
    struct wn_diags diags = {0};
    wn_space_finish(none, &diags);
    for (size_t i = form->count; i-- > WN_LAUNCH_FIXED;) {
        char *braced = wn_format("{%s}", form->fields[i].name);
        if (!*form->fields[i].text && !strstr(command, braced))
            remove_field(form, i);
        free(braced);
    }
    for (char *name; (name = wn_braces_unknown(none, &command)); free(name))
        if (!find_param(form, name))
            add_field(form, WN_LAUNCH_PARAM, name)->own = true;
    wn_space_free(none);
    wn_diags_free(&diags);
}

void wn_form_set(struct wn_form *form, size_t index, const char *text) {
    struct wn_launch_field *field = &form->fields[index];
    set_text(&field->text, text);
    form->edition++;
    if (field->kind == WN_LAUNCH_COMMAND)
        follow_command(form, text);
}

void wn_form_choose_file(struct wn_form *form, const char *file) {
    char *chosen = file ? wn_strdup(file) : NULL;
    free(form->file);
    form->file = chosen;
    form->edition++;
    for (size_t i = form->count; i-- > WN_LAUNCH_FIXED;)
        remove_field(form, i);
    for (int kind = WN_LAUNCH_CAPTURE; kind < WN_LAUNCH_FIXED; kind++)
        take_base(&form->fields[kind], kind == WN_LAUNCH_METHOD ? DEFAULT_METHOD : "");
    struct wn_launch_field *method = &form->fields[WN_LAUNCH_METHOD];
    set_text(&method->text, file ? method->base : BETTER_METHOD);
    if (!file)
        follow_command(form, form->fields[WN_LAUNCH_COMMAND].text);
}

void wn_form_add_param(struct wn_form *form, const char *name) {
    struct wn_launch_field *field = find_param(form, name);
    if (!field) {
        field = add_field(form, WN_LAUNCH_PARAM, name);
        field->own = true;
        form->edition++;
    }
    form->focus = (size_t)(field - form->fields);
}

void wn_form_reset(struct wn_form *form, size_t index) {
    struct wn_launch_field *field = &form->fields[index];
    form->edition++;
    if (field->own)
        remove_field(form, index);
    else
        wn_form_set(form, index, field->kind == WN_LAUNCH_GOAL ? "minimize" : field->base);
}

// ---- choices ------------------------------------------------------------------------------------

const char *const *wn_form_choices(const struct wn_form *form, const struct wn_launch_field *field,
                                   struct wn_words *room) {
    size_t count;
    if (field->kind == WN_LAUNCH_GOAL) {
        wn_words_add(room, wn_strdup("minimize"));
        wn_words_add(room, wn_strdup("maximize"));
    } else if (field->kind == WN_LAUNCH_METHOD) {
        const struct wn_searcher_type *const *types = wn_searcher_all(&count);
        for (size_t i = 0; i < count; i++)
            wn_words_add(room, wn_strdup(types[i]->name));
    } else if (field->kind == WN_LAUNCH_SPEC) {
        for (size_t i = 0; form->model && i < form->model->file_count; i++)
            wn_words_add(room, wn_strdup(form->model->files[i].path));
        wn_words_add(room, wn_strdup(WN_LAUNCH_ALONE));
    } else {
        return NULL;
    }
    return wn_words_list(room);
}

// ---- mistakes -----------------------------------------------------------------------------------

static bool is_below(const char *path, const char *key) {
    size_t length = strlen(key);
    return strncmp(path, key, length) == 0 && (path[length] == '\0' || path[length] == '.');
}

static bool is_of(const struct wn_diag *diag, const struct wn_launch_field *field) {
    const char *path = diag->path;
    if (field->name) {
        if (wn_starts_with(path, "parameters."))
            path += strlen("parameters.");
        else if (wn_starts_with(path, "-p "))
            path += strlen("-p ");
        else
            return false;
        return is_below(path, field->name);
    }
    if (field->kind == WN_LAUNCH_COMMAND && strcmp(path, "program") == 0)
        return true;
    if (field->kind == WN_LAUNCH_TRIALS && strcmp(path, "run_cap") == 0)
        return true;
    if (field->kind == WN_LAUNCH_FURTHER && strcmp(path, "--set") == 0)
        return true;
    return facts[field->kind].key && is_below(path, facts[field->kind].key);
}

const struct wn_diag *wn_form_mistake(const struct wn_form *form,
                                      const struct wn_launch_field *field) {
    const struct wn_diags *diags = form->model ? &form->model->diags : NULL;
    for (size_t i = 0; diags && i < diags->count; i++)
        if (diags->items[i].severity == WN_ERROR && is_of(&diags->items[i], field))
            return &diags->items[i];
    return NULL;
}

// ---- rows ---------------------------------------------------------------------------------------

static bool is_shown(const struct wn_form *form, const struct wn_launch_field *field) {
    if (form->sweep)
        return field->name != NULL;
    return field->kind < WN_LAUNCH_COMMAND || field->kind > WN_LAUNCH_CAPTURE || !form->file;
}

size_t *wn_form_rows(const struct wn_form *form, size_t *count) {
    size_t *rows = wn_calloc(form->count + 2, sizeof *rows);
    *count = 0;
    for (size_t i = 0; i < form->count; i++) {
        if (i == WN_LAUNCH_FIXED)
            rows[(*count)++] = WN_FORM_TITLES;
        if (is_shown(form, &form->fields[i]))
            rows[(*count)++] = i;
    }
    rows[(*count)++] = form->count;
    return rows;
}

void wn_form_move(struct wn_form *form, int action) {
    size_t count, at = 0, places = 0;
    size_t *rows = wn_form_rows(form, &count);
    for (size_t i = 0; i < count; i++)
        if (rows[i] != WN_FORM_TITLES)
            rows[places++] = rows[i];
    for (size_t i = 0; i < places; i++)
        if (rows[i] == form->focus)
            at = i;
    if (wn_move_cursor(action, 8, places, &at))
        form->focus = rows[at];
    free(rows);
}

// ---- the words of a command ---------------------------------------------------------------------

struct walk {                      // over the fields
    struct wn_words *words;        // as typed
    struct wn_launch_query *query; // as parsed; either may be NULL
};

static void put_setting(const struct walk *walk, const char *option, const char *key,
                        const char *text) {
    char *setting = wn_format("%s=%s", key, text);
    if (walk->words && option && *text) {
        wn_words_add(walk->words, wn_strdup(option));
        wn_words_add(walk->words, wn_strdup(text));
    } else if (walk->words) {
        wn_words_add(walk->words, wn_strdup("--set"));
        wn_words_add(walk->words, wn_strdup(setting));
    }
    if (walk->query)
        wn_words_add(&walk->query->settings, wn_strdup(setting));
    free(setting);
}

static void put_objective(const struct wn_form *form, const struct walk *walk) {
    const char *metric = form->fields[WN_LAUNCH_METRIC].text;
    const char *goal = form->fields[WN_LAUNCH_GOAL].text;
    if (!*metric)
        return;
    if (walk->words) {
        wn_words_add(walk->words, wn_format("--%s", goal));
        wn_words_add(walk->words, wn_strdup(metric));
    }
    if (walk->query) {
        wn_words_add(&walk->query->settings, wn_format("metric.name=%s", metric));
        wn_words_add(&walk->query->settings, wn_format("metric.goal=%s", goal));
    }
}

static void put_further(const struct wn_launch_field *field, const struct walk *walk) {
    struct wn_words parts = {0};
    split_into(&parts, field->text);
    for (size_t i = 0; i < parts.count; i++) {
        size_t length = strcspn(parts.items[i], "=");
        char *key = wn_strndup(parts.items[i], length);
        const char *rest = parts.items[i] + length;
        if (*rest)
            put_setting(walk, NULL, key, rest + 1);
        else if (walk->query) // it is told that this is a slip
            wn_words_add(&walk->query->settings, wn_strdup(key));
        free(key);
    }
    wn_words_free(&parts);
}

static void put_fixed(const struct wn_form *form, const struct wn_launch_field *field,
                      const struct walk *walk) {
    bool capped = form->model && form->model->run_cap;
    if (field->kind == WN_LAUNCH_METRIC && !form->file)
        put_objective(form, walk);
    else if (field->kind == WN_LAUNCH_FURTHER)
        put_further(field, walk);
    else if (field->kind == WN_LAUNCH_TRIALS && capped && wn_field_edited(field))
        put_setting(walk, NULL, "run_cap", field->text);
    else if (facts[field->kind].option && is_shown(form, field) && wn_field_edited(field))
        put_setting(walk, facts[field->kind].option, facts[field->kind].key, field->text);
}

static void put_param(const struct wn_launch_field *field, const struct walk *walk) {
    if (!wn_field_edited(field) && !field->own)
        return;
    if (walk->words) {
        wn_words_add(walk->words, wn_strdup("-p"));
        wn_words_add(walk->words, wn_format("%s=%s", field->name, field->text));
    }
    if (walk->query)
        wn_words_add(&walk->query->params, wn_format("%s=%s", field->name, field->text));
}

static void put_all(const struct wn_form *form, const struct walk *walk) {
    for (size_t i = 0; i < form->count; i++)
        if (form->fields[i].name)
            put_param(&form->fields[i], walk);
        else
            put_fixed(form, &form->fields[i], walk);
}

static void put_again(const struct wn_form *form, struct wn_words *words) {
    const char *name = form->model ? form->model->sweep_name : NULL;
    wn_words_add(words, wn_strdup(name ? name : ""));
    wn_words_add(words, wn_strdup("--like"));
    wn_words_add(words, wn_format("%lld", (long long)form->trial));
    for (size_t i = WN_LAUNCH_FIXED; i < form->count; i++)
        if (wn_field_edited(&form->fields[i]))
            wn_words_add(words, wn_format("%s=%s", form->fields[i].name, form->fields[i].text));
}

struct wn_words wn_form_words(const struct wn_form *form, const char *verb) {
    struct wn_words words = {0};
    wn_words_add(&words, wn_strdup(verb));
    if (form->sweep) {
        put_again(form, &words);
        return words;
    }
    if (strcmp(verb, "run") == 0)
        wn_words_add(&words, wn_strdup("--detach"));
    if (form->file)
        wn_words_add(&words, wn_strdup(form->file));
    put_all(form, &(struct walk){.words = &words});
    const char *command = form->fields[WN_LAUNCH_COMMAND].text;
    if (!form->file && command[strspn(command, " ")]) {
        wn_words_add(&words, wn_strdup("--"));
        split_into(&words, command);
    }
    return words;
}

struct wn_launch_query *wn_form_query(const struct wn_form *form) {
    struct wn_launch_query *query = wn_calloc(1, sizeof *query);
    query->edition = form->edition;
    query->undecided = form->undecided;
    query->search =
        !form->sweep && (!form->model || wn_monotonic() - form->searched > SEARCH_AGAIN);
    query->file = form->file ? wn_strdup(form->file) : NULL;
    query->sweep = form->sweep;
    query->trial = form->trial;
    if (!form->sweep)
        put_all(form, &(struct walk){.query = query});
    if (!form->file)
        split_into(&query->command, form->fields[WN_LAUNCH_COMMAND].text);
    return query;
}
