// SPDX-License-Identifier: GPL-3.0-or-later
// Readers of single values, each with its complaint.
#include "core/spec_read.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/doc.h"

static void complain(struct wn_builder *builder, enum wn_severity severity,
                     const struct wn_value *at, const char *path, const char *format,
                     va_list args) {
    struct wn_str text = {0};
    wn_str_vaddf(&text, format, args);
    wn_diag_add(builder->diags, severity, at ? at->line : 0, at ? at->column : 0, path, "%s",
                wn_str_text(&text));
    wn_str_free(&text);
}

void wn_spec_error(struct wn_builder *builder, const struct wn_value *at, const char *path,
                   const char *format, ...) {
    va_list args;
    va_start(args, format);
    complain(builder, WN_ERROR, at, path, format, args);
    va_end(args);
}

void wn_spec_warn(struct wn_builder *builder, const struct wn_value *at, const char *path,
                  const char *format, ...) {
    va_list args;
    va_start(args, format);
    complain(builder, WN_WARNING, at, path, format, args);
    va_end(args);
}

struct wn_found wn_spec_found(const struct wn_value *value) {
    struct wn_found found;
    struct wn_str text = {0};
    if (value->type == WN_LIST)
        wn_str_addf(&text, value->list.count ? "a list of %zu" : "an empty list",
                    value->list.count);
    else if (value->type == WN_MAP)
        wn_str_add(&text, value->list.count ? "a mapping" : "an empty mapping");
    else if (value->type == WN_STRING)
        wn_str_addf(&text, "'%s'", value->string.text);
    else if (value->type == WN_NULL)
        wn_str_add(&text, "nothing");
    else
        wn_value_python(&text, value);
    bool cut = text.length >= sizeof found.text;
    snprintf(found.text, sizeof found.text, "%.*s%s", (int)sizeof found.text - 5, text.text,
             cut ? "..." : "");
    wn_str_free(&text);
    return found;
}

bool wn_read_text(struct wn_builder *builder, const char *path, const struct wn_value *value,
                  char **text) {
    if (value->type == WN_NULL)
        return false;
    if (value->type == WN_LIST || value->type == WN_MAP) {
        wn_spec_error(builder, value, path, "must be a text (found %s)", wn_spec_found(value).text);
        return false;
    }
    struct wn_str written = {0};
    wn_value_python(&written, value);
    free(*text);
    *text = wn_str_take(&written);
    return true;
}

bool wn_read_count(struct wn_builder *builder, const char *path, const struct wn_value *value,
                   int64_t least, int64_t *count) {
    double number = 0;
    bool whole = wn_value_number(value, &number) && number == floor(number) && number <= 0x1p53;
    if (!whole || number < (double)least) {
        wn_spec_error(builder, value, path, "must be a whole number of at least %lld (found %s)",
                      (long long)least, wn_spec_found(value).text);
        return false;
    }
    *count = (int64_t)number;
    return true;
}

// Digits that no integer has room for stayed a text.
static bool is_long_integer(const struct wn_value *value) {
    if (value->type != WN_STRING || value->quoted)
        return false;
    const char *digits = value->string.text + strspn(value->string.text, "+-");
    return *digits && strspn(digits, "0123456789_") == strlen(digits);
}

bool wn_read_real(struct wn_builder *builder, const char *path, const struct wn_value *value,
                  double *number) {
    if (wn_value_number(value, number) && isfinite(*number))
        return true;
    struct wn_value meant = {0};
    if (is_long_integer(value)) {
        wn_spec_error(builder, value, path, "is too long for a whole number; write it as 1e20");
        return false;
    }
    if (value->type == WN_STRING)
        meant = wn_doc_scalar(value->string.text);
    bool good = wn_value_number(&meant, number) && isfinite(*number);
    wn_value_clear(&meant);
    if (good)
        wn_spec_warn(builder, value, path, "the quoted %s is read as a number",
                     wn_spec_found(value).text);
    else
        wn_spec_error(builder, value, path, "must be a finite number (found %s)",
                      wn_spec_found(value).text);
    return good;
}

bool wn_read_flag(struct wn_builder *builder, const char *path, const struct wn_value *value,
                  bool *flag) {
    if (value->type == WN_BOOL)
        *flag = value->boolean;
    else
        wn_spec_error(builder, value, path, "must be true or false (found %s)",
                      wn_spec_found(value).text);
    return value->type == WN_BOOL;
}

bool wn_read_duration(struct wn_builder *builder, const char *path, const struct wn_value *value,
                      double *seconds) {
    bool good = value->type == WN_STRING ? wn_parse_duration(value->string.text, seconds)
                                         : wn_value_number(value, seconds);
    good = good && isfinite(*seconds) && *seconds >= 0;
    if (!good)
        wn_spec_error(builder, value, path,
                      "must be a duration such as 90, 30m or 1h30m (found %s)",
                      wn_spec_found(value).text);
    return good;
}

bool wn_read_texts(struct wn_builder *builder, const char *path, const struct wn_value *value,
                   char ***texts, size_t *count) {
    const struct wn_value *items = value->type == WN_LIST ? value->list.items : value;
    size_t more = value->type == WN_LIST ? value->list.count : 1;
    *texts = wn_realloc(*texts, (*count + more + 1) * sizeof **texts);
    bool good = true;
    for (size_t i = 0; i < more; i++) {
        char *text = NULL;
        if (wn_read_text(builder, path, &items[i], &text))
            (*texts)[(*count)++] = text;
        else
            good = false;
    }
    return good;
}

static const struct wn_key_row *find_row(const struct wn_key_row *rows, size_t count,
                                         const char *name) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(rows[i].key.name, name) == 0)
            return &rows[i];
    return NULL;
}

// W&B lets unknown keys of its own mappings pass; a mapping that is ours alone takes none.
static void judge_unknown(struct wn_builder *builder, const char *path, const struct wn_value *key,
                          const struct wn_key_row *rows, size_t count) {
    const char **names = wn_calloc(count, sizeof *names);
    struct wn_str text = {0};
    bool ours = true;
    for (size_t i = 0; i < count; i++) {
        names[i] = rows[i].key.name;
        ours = ours && !rows[i].key.wandb;
    }
    const char *close = wn_closest(key->string.text, names, count);
    wn_str_add(&text, ours ? "is not a known key" : "is not a known key and is ignored");
    if (close)
        wn_str_addf(&text, " (did you mean %s?)", close);
    for (size_t i = 0; ours && !close && i < count; i++)
        wn_str_addf(&text, "%s%s", i ? ", " : ": there are ", names[i]);
    (ours ? wn_spec_error : wn_spec_warn)(builder, key, path, "%s", wn_str_text(&text));
    wn_str_free(&text);
    free(names);
}

void wn_read_rows(struct wn_builder *builder, const char *path, const struct wn_value *map,
                  const struct wn_key_row *rows, size_t count) {
    if (map->type != WN_MAP) {
        wn_spec_error(builder, map, path, "must be a mapping (found %s)", wn_spec_found(map).text);
        return;
    }
    for (size_t i = 0; i < map->list.count; i++) {
        const struct wn_value *key = &map->list.keys[i], *value = &map->list.items[i];
        char *below = wn_format("%s%s%s", path, path[0] ? "." : "", key->string.text);
        const struct wn_key_row *row = find_row(rows, count, key->string.text);
        if (!row)
            judge_unknown(builder, below, key, rows, count);
        else if (row->read)
            row->read(builder, below, value);
        free(below);
    }
}
