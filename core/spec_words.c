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

// The entry `key` of a map, made (as WN_NULL) where it is missing.
static struct wn_value *entry(struct wn_value *map, const char *key) {
    if (map->type != WN_MAP) {
        wn_value_clear(map);
        map->type = WN_MAP;
    }
    size_t count = map->list.count;
    for (size_t i = 0; i < count; i++)
        if (strcmp(map->list.keys[i].string.text, key) == 0)
            return &map->list.items[i];
    map->list.items = wn_realloc(map->list.items, (count + 1) * sizeof *map->list.items);
    map->list.keys = wn_realloc(map->list.keys, (count + 1) * sizeof *map->list.keys);
    map->list.keys[count] = text_value(key);
    map->list.items[count] = (struct wn_value){0};
    map->list.count++;
    return &map->list.items[count];
}

static void put(struct wn_value *map, const char *key, struct wn_value value) {
    struct wn_value *slot = entry(map, key);
    wn_value_clear(slot);
    *slot = value;
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

static void put_bounds(struct wn_value *map, struct wn_value low, struct wn_value high,
                       const char *dist) {
    put(map, "min", low);
    put(map, "max", high);
    if (dist)
        put(map, "distribution", text_value(dist));
}

// a..b, a..b step q
static bool read_interval(const char *text, struct wn_value *map) {
    const char *dots = strstr(text, ".."), *step = strstr(text, " step ");
    struct wn_value low, high, q;
    if (!dots || !take_number(trimmed(text, (size_t)(dots - text)), &low))
        return false;
    const char *end = step ? step : text + strlen(text);
    if (end < dots + 2 || !take_number(trimmed(dots + 2, (size_t)(end - dots - 2)), &high))
        return false;
    if (step && !take_number(trimmed(step + 6, strlen(step + 6)), &q))
        return false;
    put_bounds(map, low, high, step ? "q_uniform" : NULL);
    if (step)
        put(map, "q", q);
    return true;
}

static bool read_choices(const char *text, struct wn_value *map) {
    if (!strchr(text, '|'))
        return false;
    struct wn_value *values = entry(map, "values");
    for (;;) {
        size_t length = strcspn(text, "|");
        char *one = trimmed(text, length);
        append(values, wn_doc_scalar(one));
        free(one);
        if (!text[length])
            return true;
        text += length + 1;
    }
}

static bool read_range(const char *text, struct wn_value *map) {
    struct wn_value a, b;
    if (*text == '=') {
        put(map, "value", wn_doc_scalar(text + 1));
        return true;
    }
    if (read_pair(text, "log(", &a, &b)) {
        put_bounds(map, a, b, "log_uniform_values");
        return true;
    }
    if (read_pair(text, "int log(", &a, &b)) {
        put_bounds(map, a, b, "int_log_uniform_values");
        return true;
    }
    if (read_pair(text, "normal(", &a, &b)) {
        put(map, "mu", a);
        put(map, "sigma", b);
        put(map, "distribution", text_value("normal"));
        return true;
    }
    return read_choices(text, map) || read_interval(text, map);
}

static void complain(struct wn_diags *diags, const char *path, const char *text) {
    wn_diag_add(diags, WN_ERROR, 0, 0, path,
                "cannot be understood (found '%s'): write NAME=a..b, log(a,b), int log(a,b), "
                "normal(mu,sigma), a..b step q, x|y|z or =value",
                text);
}

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
        put(entry(document, "parameters"), name, map);
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
        at = entry(at, name);
        name = dot ? dot + 1 : NULL;
    }
    return at;
}

// A pattern is a text whatever it looks like, and each one adds to those before.
static void add_setting(struct wn_value *document, const char *text, struct wn_diags *diags) {
    const char *equals = strchr(text, '=');
    if (!equals || equals == text) {
        wn_diag_add(diags, WN_ERROR, 0, 0, "--set", "must be KEY=VALUE (found '%s')", text);
        return;
    }
    char *path = wn_strndup(text, (size_t)(equals - text));
    if (strcmp(path, "capture") == 0) {
        append(entry(document, "capture"), text_value(equals + 1));
    } else {
        struct wn_value *slot = walk(document, path);
        wn_value_clear(slot);
        *slot = wn_doc_scalar(equals + 1);
    }
    free(path);
}

static void set_command(struct wn_value *document, const struct wn_spec_words *words) {
    struct wn_value command = {.type = WN_LIST};
    for (size_t i = 0; i < words->command_count; i++)
        append(&command, text_value(words->command[i]));
    put(document, "command", command);
}

// ---- the whole ----------------------------------------------------------------------------------

// YAML: a line per key, each value as JSON.
static char *document_source(const struct wn_value *document) {
    struct wn_str text = {0};
    for (size_t i = 0; i < document->list.count; i++) {
        wn_json_string(&text, document->list.keys[i].string.text);
        wn_str_add(&text, ": ");
        wn_value_json(&text, &document->list.items[i], WN_JSON_COMPACT);
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
        wn_diag_add(diags, WN_ERROR, 1, 1, "", "must be a mapping of keys to values");
        wn_value_clear(document);
        return WN_BAD_INPUT;
    }
    return status;
}

enum wn_status wn_spec_from_words(const struct wn_spec_words *words, struct wn_spec **spec,
                                  struct wn_diags *diags) {
    struct wn_value document;
    size_t before = diags->errors;
    *spec = NULL;
    if (read_base(words, &document, diags) != WN_OK)
        return WN_BAD_INPUT;
    for (size_t i = 0; i < words->setting_count; i++)
        add_setting(&document, words->settings[i], diags);
    for (size_t i = 0; i < words->param_count; i++)
        add_param(&document, words->params[i], diags);
    if (words->command_count)
        set_command(&document, words);
    if (!wn_value_get(&document, "method"))
        put(&document, "method", text_value("random"));
    enum wn_status status =
        diags->errors > before ? WN_BAD_INPUT : wn_spec_from_value(&document, spec, diags);
    if (status == WN_OK)
        (*spec)->source = document_source(&document);
    wn_value_clear(&document);
    return status;
}
