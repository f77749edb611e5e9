// SPDX-License-Identifier: GPL-3.0-or-later
// A spec from the command line: -p ranges, key=value settings and a command are laid over a file's
// document (or an empty one) and read like any file. The result's source is that document as YAML.
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/doc.h"
#include "core/spec_read.h"

// ---- building mappings --------------------------------------------------------------------------

static struct wn_value text_value(const char *text) {
    struct wn_value value = wn_value_string(text);
    value.quoted = true;
    return value;
}

static void append(struct wn_value *list, struct wn_value value) {
    size_t count = list->type == WN_LIST ? list->list.count : 0;
    if (list->type != WN_LIST) {
        wn_value_clear(list);
        list->type = WN_LIST;
    }
    list->list.items = wn_realloc(list->list.items, (count + 1) * sizeof *list->list.items);
    list->list.items[count] = value;
    list->list.count = count + 1;
}

// ---- -p ranges ----------------------------------------------------------------------------------

static char *trimmed(const char *text, size_t length) {
    while (length && strchr(" \t", *text))
        text++, length--;
    while (length && strchr(" \t", text[length - 1]))
        length--;
    return wn_strndup(text, length);
}

// A number spelled anyhow; takes the text over.
static bool take_number(char *text, struct wn_value *value) {
    *value = wn_doc_scalar(text);
    free(text);
    if (value->type == WN_INT || value->type == WN_FLOAT)
        return true;
    wn_value_clear(value);
    return false;
}

// "OPEN a, b )": the two numbers between the parentheses.
static bool read_pair(const char *text, const char *open, struct wn_value *a, struct wn_value *b) {
    size_t length = strlen(text), start = strlen(open);
    const char *comma = strchr(text, ',');
    if (!wn_starts_with(text, open) || !comma || text[length - 1] != ')')
        return false;
    if (!take_number(trimmed(text + start, (size_t)(comma - text) - start), a))
        return false;
    return take_number(trimmed(comma + 1, (size_t)(text + length - 1 - (comma + 1))), b);
}

// A choice or a constant: quotes make a text of what would be a number or a word such as yes.
static struct wn_value read_scalar(const char *text) {
    size_t length = strlen(text);
    if (length < 2 || (*text != '\'' && *text != '"') || text[length - 1] != *text)
        return wn_doc_scalar(text);
    char *inside = wn_strndup(text + 1, length - 2);
    struct wn_value value = text_value(inside);
    free(inside);
    return value;
}

// Takes " step q" off the end of `text`; false where there is none.
static bool take_step(char *text, struct wn_value *q) {
    char *last = NULL;
    for (char *at = text; (at = strstr(at, " step ")); at++)
        last = at;
    if (!last || !take_number(trimmed(last + 6, strlen(last + 6)), q))
        return false;
    *last = '\0';
    return true;
}

static void put_pair(struct wn_value *map, const char *low, struct wn_value a, const char *high,
                     struct wn_value b) {
    wn_value_put(map, low, a);
    wn_value_put(map, high, b);
}

// a..b
static bool read_interval(const char *text, bool step, struct wn_value *map) {
    const char *dots = strstr(text, "..");
    struct wn_value low, high;
    if (!dots || !take_number(trimmed(text, (size_t)(dots - text)), &low) ||
        !take_number(trimmed(dots + 2, strlen(dots + 2)), &high))
        return false;
    put_pair(map, "min", low, "max", high);
    if (step)
        wn_value_put(map, "distribution", text_value("q_uniform"));
    return true;
}

// log(a,b) and the like
static bool read_call(const char *text, bool step, struct wn_value *map) {
    static const struct {
        const char *open, *dist, *stepped, *first, *second;
    } calls[] = {
        {"log(", "log_uniform_values", "q_log_uniform_values", "min", "max"},
        {"int log(", "int_log_uniform_values", NULL, "min", "max"},
        {"normal(", "normal", "q_normal", "mu", "sigma"},
    };
    struct wn_value a, b;
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        const char *dist = step ? calls[i].stepped : calls[i].dist;
        if (!dist || !read_pair(text, calls[i].open, &a, &b))
            continue;
        put_pair(map, calls[i].first, a, calls[i].second, b);
        wn_value_put(map, "distribution", text_value(dist));
        return true;
    }
    return false;
}

// x|y|z; an empty choice is a slip.
static bool read_choices(const char *text, struct wn_value *map) {
    if (!strchr(text, '|'))
        return false;
    struct wn_value *values = wn_value_entry(map, "values");
    for (;;) {
        size_t length = strcspn(text, "|");
        char *one = trimmed(text, length);
        bool empty = !*one;
        if (!empty)
            append(values, read_scalar(one));
        free(one);
        if (empty || !text[length])
            return !empty;
        text += length + 1;
    }
}

static bool read_range(const char *text, struct wn_value *map) {
    struct wn_value q;
    if (*text == '=') {
        wn_value_put(map, "value", read_scalar(text + 1));
        return true;
    }
    if (read_choices(text, map))
        return true;
    char *range = wn_strdup(text);
    bool step = take_step(range, &q);
    char *plain = trimmed(range, strlen(range));
    bool good = read_call(plain, step, map) || read_interval(plain, step, map);
    if (good && step)
        wn_value_put(map, "q", q);
    free(plain);
    free(range);
    return good;
}

static void complain(struct wn_diags *diags, const char *path, const char *text) {
    wn_diag_add(diags, WN_ERROR, 0, 0, path,
                "cannot be understood (found '%s'): write NAME=a..b, log(a,b) or "
                "normal(mu,sigma), each perhaps with step q, or int log(a,b), x|y|z or =value",
                text);
}

// Where a name stands: `opt.lr` is lr within the group opt where the file has one, else just a
// name.
static struct wn_value *param_entry(struct wn_value *document, const char *name) {
    struct wn_value *params = wn_value_entry(document, "parameters");
    for (const char *dot = name; (dot = strchr(dot, '.')); dot++) {
        char *group = wn_strndup(name, (size_t)(dot - name));
        const struct wn_value *members = wn_value_get(wn_value_get(params, group), "parameters");
        if (members && members->type == WN_MAP) {
            params = wn_value_entry(wn_value_entry(params, group), "parameters");
            name = dot + 1;
        }
        free(group);
    }
    return wn_value_entry(params, name);
}

// A range says nothing of the condition under which it counts: that stays.
static void add_param(struct wn_value *document, const char *text, struct wn_diags *diags) {
    const char *equals = strchr(text, '=');
    if (!equals || equals == text) {
        complain(diags, "-p", text);
        return;
    }
    char *name = trimmed(text, (size_t)(equals - text));
    char *range = trimmed(equals + 1, strlen(equals + 1));
    struct wn_value map = {.type = WN_MAP};
    if (read_range(range, &map)) {
        struct wn_value *slot = param_entry(document, name);
        const struct wn_value *when = wn_value_get(slot, "when");
        if (when)
            wn_value_put(&map, "when", wn_value_copy(when));
        wn_value_clear(slot);
        *slot = map;
    } else {
        char *path = wn_format("-p %s", name);
        complain(diags, path, range);
        wn_value_clear(&map);
        free(path);
    }
    free(name);
    free(range);
}

// ---- settings -----------------------------------------------------------------------------------

static struct wn_value *walk(struct wn_value *document, char *path) {
    struct wn_value *at = document;
    for (char *name = path; name;) {
        char *dot = strchr(name, '.');
        if (dot)
            *dot = '\0';
        at = wn_value_entry(at, name);
        name = dot ? dot + 1 : NULL;
    }
    return at;
}

// A scalar, or a list or mapping in the notation of YAML and JSON.
static struct wn_value read_setting(const char *key, const char *text, struct wn_diags *diags) {
    struct wn_value value = {0};
    struct wn_diags own = {0};
    if (*text != '[' && *text != '{')
        return wn_doc_scalar(text);
    wn_doc_parse(text, strlen(text), &value, &own);
    for (size_t i = 0; i < own.count; i++)
        wn_diag_add(diags, own.items[i].severity, 0, 0, key, "%s", own.items[i].text);
    wn_diags_free(&own);
    return value;
}

// Takes out what the path names, if it is there.
static void drop(struct wn_value *map, const char *path) {
    const char *dot = strchr(path, '.');
    char *name = dot ? wn_strndup(path, (size_t)(dot - path)) : wn_strdup(path);
    if (!dot)
        wn_value_drop(map, name);
    else if (wn_value_get(map, name))
        drop(wn_value_entry(map, name), dot + 1);
    free(name);
}

// A pattern is a text whatever it looks like, and each one adds to those before. KEY= alone takes
// the key out.
static void add_setting(struct wn_value *document, const char *text, struct wn_diags *diags) {
    const char *equals = strchr(text, '=');
    if (!equals || equals == text) {
        wn_diag_add(diags, WN_ERROR, 0, 0, "--set", "must be KEY=VALUE (found '%s')", text);
        return;
    }
    char *path = wn_strndup(text, (size_t)(equals - text));
    if (!equals[1]) {
        drop(document, path);
    } else if (strcmp(path, "capture") == 0) {
        append(wn_value_entry(document, "capture"), text_value(equals + 1));
    } else {
        struct wn_value *slot = walk(document, path);
        wn_value_clear(slot);
        *slot = read_setting(path, equals + 1, diags);
    }
    free(path);
}

static void set_command(struct wn_value *document, const struct wn_spec_words *words) {
    struct wn_value command = {.type = WN_LIST};
    for (size_t i = 0; i < words->command_count; i++)
        append(&command, text_value(words->command[i]));
    wn_value_put(document, "command", command);
}

// ---- the whole ----------------------------------------------------------------------------------

// YAML: a line per key, each value as JSON.
static char *document_source(const struct wn_value *document) {
    struct wn_str text = {0};
    for (size_t i = 0; i < document->list.count; i++) {
        wn_json_string(&text, document->list.keys[i].string.text);
        wn_str_add(&text, ": ");
        wn_value_json(&text, &document->list.items[i], WN_JSON_YAML);
        wn_str_add_char(&text, '\n');
    }
    return wn_str_take(&text);
}

static enum wn_status read_base(const struct wn_spec_words *words, struct wn_value *document,
                                struct wn_diags *diags) {
    if (!words->base_text) {
        *document = (struct wn_value){.type = WN_MAP};
        return WN_OK;
    }
    diags->file = words->base_file;
    enum wn_status status = wn_doc_parse(words->base_text, words->base_length, document, diags);
    if (status == WN_OK && document->type != WN_MAP) {
        wn_diag_add(diags, WN_ERROR, document->line, document->column, "",
                    "must be a mapping (found %s)", wn_spec_found(document).text);
        wn_value_clear(document);
        return WN_BAD_INPUT;
    }
    return status;
}

// The spec is kept as a text, which bytes that are none would not survive.
static void refuse_bytes(const char *path, const char *const *words, size_t count,
                         struct wn_diags *diags) {
    for (size_t i = 0; i < count; i++)
        if (!wn_is_utf8(words[i]))
            wn_diag_add(diags, WN_ERROR, 0, 0, path, "is not valid UTF-8 text in word %zu", i + 1);
}

static void check_words(const struct wn_spec_words *words, struct wn_diags *diags) {
    refuse_bytes("-p", words->params, words->param_count, diags);
    refuse_bytes("--set", words->settings, words->setting_count, diags);
    refuse_bytes("command", words->command, words->command_count, diags);
    for (size_t i = 0; i < words->param_count; i++)
        for (size_t k = 0; k < i; k++) {
            size_t length = strcspn(words->params[i], "=");
            if (strcspn(words->params[k], "=") == length &&
                memcmp(words->params[i], words->params[k], length) == 0)
                wn_diag_add(diags, WN_ERROR, 0, 0, "-p", "gives %.*s twice; keep one of them",
                            (int)length, words->params[i]);
        }
}

// All that overrides a file, or stands alone.
static void lay_over(const struct wn_spec_words *words, struct wn_value *document,
                     struct wn_diags *diags) {
    for (size_t i = 0; i < words->setting_count; i++)
        add_setting(document, words->settings[i], diags);
    for (size_t i = 0; i < words->param_count; i++)
        add_param(document, words->params[i], diags);
    if (words->command_count)
        set_command(document, words);
    if (!wn_value_get(document, "method"))
        wn_value_put(document, "method", text_value("random"));
}

enum wn_status wn_spec_from_words(const struct wn_spec_words *words, struct wn_spec **spec,
                                  struct wn_diags *diags) {
    struct wn_value document;
    size_t before = diags->errors;
    bool bare =
        words->base_text && !words->setting_count && !words->param_count && !words->command_count;
    *spec = NULL;
    if (read_base(words, &document, diags) != WN_OK)
        return WN_BAD_INPUT;
    check_words(words, diags);
    if (!bare)
        lay_over(words, &document, diags);
    enum wn_status status = WN_BAD_INPUT;
    if (diags->errors == before)
        status = wn_spec_from_value(&document, words->vet, spec, diags);
    if (status == WN_OK)
        (*spec)->source =
            bare ? wn_strndup(words->base_text, words->base_length) : document_source(&document);
    wn_value_clear(&document);
    return status;
}
