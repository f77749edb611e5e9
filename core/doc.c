// SPDX-License-Identifier: GPL-3.0-or-later
// YAML and JSON into one tree, from libyaml's events. Invariant: every node, also one made by an
// alias, is counted against the budget, so what is small on disk stays small in memory.
#include "core/doc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <yaml.h>

#include "core/base/mem.h"
#include "core/base/str.h"

enum { DEPTH_MAX = 64, NODES_MAX = 200000 };

struct anchor {
    char *name;
    struct wn_value value; // a copy
    size_t nodes;          // in it
};

struct reader {
    yaml_parser_t yaml;
    yaml_event_t event; // the current one
    struct wn_diags *diags;
    struct anchor *anchors;
    size_t anchor_count, anchor_capacity;
    size_t nodes; // made so far
};

#define TAG(name) "tag:yaml.org,2002:" name

// ---- mistakes
// -------------------------------------------------------------------------------------

__attribute__((format(printf, 3, 4))) static bool complain(struct reader *reader, yaml_mark_t mark,
                                                           const char *format, ...) {
    struct wn_str text = {0};
    va_list args;
    va_start(args, format);
    wn_str_vaddf(&text, format, args);
    va_end(args);
    wn_diag_add(reader->diags, WN_ERROR, (int)mark.line + 1, (int)mark.column + 1, "", "%s",
                wn_str_text(&text));
    wn_str_free(&text);
    return false;
}

// libyaml speaks to authors of parsers; these are for authors of sweep files.
static const struct {
    const char *problem, *meaning;
} rewordings[] = {
    {"found character that cannot start any token",
     "this character cannot begin a value (a tab cannot indent, and @ ` % need quotes)"},
    {"mapping values are not allowed in this context",
     "a ': ' where none can be: put the text in quotes, or check the indentation"},
    {"could not find expected ':'", "a ':' is missing after this key"},
    {"did not find expected key", "this does not line up with the keys above it"},
    {"did not find expected '-' indicator", "this does not line up with the list above it"},
    {"did not find expected ',' or ']'", "a ',' or the closing ']' is missing"},
    {"did not find expected ',' or '}'", "a ',' or the closing '}' is missing"},
    {"found unexpected end of stream", "the text ends inside quotes: the closing one is missing"},
    {"did not find expected <document start>",
     "something follows the end of the document; a file holds one document"},
    {"found duplicate anchor", "this anchor was given twice"},
    {"found undefined alias", "there is no such anchor above"},
};

static const char *reword(const char *problem) {
    for (size_t i = 0; i < sizeof rewordings / sizeof *rewordings; i++)
        if (strcmp(rewordings[i].problem, problem) == 0)
            return rewordings[i].meaning;
    return problem;
}

static bool complain_of_syntax(struct reader *reader) {
    const yaml_parser_t *yaml = &reader->yaml;
    const char *problem = yaml->problem ? yaml->problem : "cannot be read";
    if (yaml->error == YAML_READER_ERROR) {
        yaml_mark_t mark = yaml->mark;
        return complain(reader, mark, "is not valid UTF-8 text near here (%s, byte %zu)", problem,
                        yaml->problem_offset + 1);
    }
    return complain(reader, yaml->problem_mark, "%s", reword(problem));
}

// ---- events
// ---------------------------------------------------------------------------------------

static bool next(struct reader *reader) {
    yaml_event_delete(&reader->event);
    if (yaml_parser_parse(&reader->yaml, &reader->event))
        return true;
    memset(&reader->event, 0, sizeof reader->event);
    return complain_of_syntax(reader);
}

static bool count_nodes(struct reader *reader, size_t nodes) {
    reader->nodes += nodes;
    if (reader->nodes <= NODES_MAX)
        return true;
    return complain(reader, reader->event.start_mark,
                    "more than %d values, aliases expanded: this is no sweep", NODES_MAX);
}

static void place(struct wn_value *value, yaml_mark_t mark) {
    value->line = (int)mark.line + 1;
    value->column = (int)mark.column + 1;
}

// ---- anchors
// --------------------------------------------------------------------------------------

static bool keep_anchor(struct reader *reader, char *name, const struct wn_value *value,
                        size_t nodes) {
    if (!name)
        return true;
    struct anchor *anchor = WN_PUSH(reader->anchors, reader->anchor_count, reader->anchor_capacity);
    *anchor = (struct anchor){name, wn_value_copy(value), nodes};
    return count_nodes(reader, nodes);
}

// The last anchor of that name counts, as YAML has it.
static bool read_alias(struct reader *reader, struct wn_value *value) {
    const char *name = (const char *)reader->event.data.alias.anchor;
    for (size_t i = reader->anchor_count; i-- > 0;) {
        struct anchor *anchor = &reader->anchors[i];
        if (strcmp(anchor->name, name) != 0)
            continue;
        if (!count_nodes(reader, anchor->nodes))
            return false;
        *value = wn_value_copy(&anchor->value);
        return true;
    }
    return complain(reader, reader->event.start_mark, "there is no anchor &%s above this *%s", name,
                    name);
}

// ---- scalars
// --------------------------------------------------------------------------------------

static bool read_tagged(struct reader *reader, const char *tag, const char *text,
                        struct wn_value *value) {
    if (strcmp(tag, TAG("str")) == 0 || strcmp(tag, "!") == 0) {
        *value = wn_value_string(text);
        return true;
    }
    struct wn_value plain = wn_doc_scalar(text);
    double number;
    if (strcmp(tag, TAG("float")) == 0 && wn_value_number(&plain, &number))
        *value = wn_value_float(number);
    else if ((strcmp(tag, TAG("int")) == 0 && plain.type == WN_INT) ||
             (strcmp(tag, TAG("bool")) == 0 && plain.type == WN_BOOL) ||
             (strcmp(tag, TAG("null")) == 0 && plain.type == WN_NULL))
        *value = plain;
    else {
        wn_value_clear(&plain);
        return complain(reader, reader->event.start_mark, "the tag %s cannot be used here", tag);
    }
    return true;
}

static bool read_scalar(struct reader *reader, struct wn_value *value) {
    const char *text = (const char *)reader->event.data.scalar.value;
    const char *tag = (const char *)reader->event.data.scalar.tag;
    bool quoted = reader->event.data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    if (strlen(text) != reader->event.data.scalar.length)
        return complain(reader, reader->event.start_mark, "a text cannot hold a NUL character");
    if (tag && !read_tagged(reader, tag, text, value))
        return false;
    if (!tag)
        *value = quoted ? wn_value_string(text) : wn_doc_scalar(text);
    value->quoted = quoted;
    return true;
}

// ---- collections
// ----------------------------------------------------------------------------------

static bool read_node(struct reader *reader, struct wn_value *value, int depth);

static bool read_list(struct reader *reader, struct wn_value *value, int depth) {
    size_t capacity = 0;
    value->type = WN_LIST;
    while (next(reader)) {
        if (reader->event.type == YAML_SEQUENCE_END_EVENT)
            return true;
        struct wn_value *item = WN_PUSH(value->list.items, value->list.count, capacity);
        if (!read_node(reader, item, depth))
            return false;
    }
    return false;
}

// A key is a text; numbers and the like are taken as they are written.
static bool read_key(struct reader *reader, struct wn_value *key) {
    if (reader->event.type != YAML_SCALAR_EVENT)
        return complain(reader, reader->event.start_mark, "a key must be a plain text");
    yaml_mark_t mark = reader->event.start_mark;
    const char *text = (const char *)reader->event.data.scalar.value;
    if (strlen(text) != reader->event.data.scalar.length)
        return complain(reader, mark, "a key cannot hold a NUL character");
    *key = wn_value_string(text);
    key->quoted = reader->event.data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    place(key, mark);
    return count_nodes(reader, 1);
}

static int by_key(const void *left, const void *right) {
    const struct wn_value *const *a = left, *const *b = right;
    int order = strcmp((*a)->string.text, (*b)->string.text);
    return order ? order : (*a > *b) - (*a < *b);
}

static void find_duplicates(struct reader *reader, const struct wn_value *map) {
    const struct wn_value **keys = wn_calloc(map->list.count, sizeof *keys);
    for (size_t i = 0; i < map->list.count; i++)
        keys[i] = &map->list.keys[i];
    qsort(keys, map->list.count, sizeof *keys, by_key);
    for (size_t i = 1; i < map->list.count; i++)
        if (strcmp(keys[i - 1]->string.text, keys[i]->string.text) == 0)
            wn_diag_add(reader->diags, WN_ERROR, keys[i]->line, keys[i]->column, "",
                        "the key %s stands already at line %d; keep one of them",
                        keys[i]->string.text, keys[i - 1]->line);
    free(keys);
}

static void add_entry(struct wn_value *map, size_t *capacity, struct wn_value key,
                      struct wn_value item) {
    size_t key_capacity = *capacity, count = map->list.count;
    wn_grow(&map->list.items, capacity, count + 1, sizeof *map->list.items);
    wn_grow(&map->list.keys, &key_capacity, count + 1, sizeof *map->list.keys);
    map->list.keys[count] = key;
    map->list.items[count] = item;
    map->list.count++;
}

static bool is_merge_key(const struct wn_value *key) {
    return !key->quoted && strcmp(key->string.text, "<<") == 0;
}

// Adds the entries of `from` whose keys `map` does not have.
static bool merge_map(struct reader *reader, struct wn_value *map, size_t *capacity,
                      const struct wn_value *from) {
    if (from->type != WN_MAP) {
        wn_diag_add(reader->diags, WN_ERROR, from->line, from->column, "<<",
                    "must be a mapping or a list of mappings");
        return false;
    }
    for (size_t i = 0; i < from->list.count; i++)
        if (!wn_value_get(map, from->list.keys[i].string.text))
            add_entry(map, capacity, wn_value_copy(&from->list.keys[i]),
                      wn_value_copy(&from->list.items[i]));
    return count_nodes(reader, from->list.count);
}

// Replaces a `<<` entry by the entries of what it names; the map's own entries win.
static bool merge(struct reader *reader, struct wn_value *map, size_t *capacity) {
    size_t at = 0;
    while (at < map->list.count && !is_merge_key(&map->list.keys[at]))
        at++;
    if (at == map->list.count)
        return true;
    struct wn_value key = map->list.keys[at], from = map->list.items[at];
    size_t after = map->list.count - at - 1;
    memmove(&map->list.keys[at], &map->list.keys[at + 1], after * sizeof key);
    memmove(&map->list.items[at], &map->list.items[at + 1], after * sizeof from);
    map->list.count--;
    bool good = true;
    if (from.type == WN_LIST)
        for (size_t i = 0; i < from.list.count && good; i++)
            good = merge_map(reader, map, capacity, &from.list.items[i]);
    else
        good = merge_map(reader, map, capacity, &from);
    wn_value_clear(&key);
    wn_value_clear(&from);
    return good;
}

static bool read_map(struct reader *reader, struct wn_value *value, int depth) {
    size_t capacity = 0;
    value->type = WN_MAP;
    while (next(reader)) {
        if (reader->event.type == YAML_MAPPING_END_EVENT) {
            find_duplicates(reader, value);
            return merge(reader, value, &capacity);
        }
        struct wn_value key = {0}, item = {0};
        bool good = read_key(reader, &key) && next(reader) && read_node(reader, &item, depth);
        if (key.type == WN_STRING)
            add_entry(value, &capacity, key, item);
        if (!good)
            return false;
    }
    return false;
}

static char *anchor_of(const yaml_event_t *event) {
    const yaml_char_t *name =
        event->type == YAML_SCALAR_EVENT           ? event->data.scalar.anchor
        : event->type == YAML_SEQUENCE_START_EVENT ? event->data.sequence_start.anchor
        : event->type == YAML_MAPPING_START_EVENT  ? event->data.mapping_start.anchor
                                                   : NULL;
    return name ? wn_strdup((const char *)name) : NULL;
}

static bool read_content(struct reader *reader, struct wn_value *value, int depth) {
    switch (reader->event.type) {
    case YAML_ALIAS_EVENT:
        return read_alias(reader, value);
    case YAML_SCALAR_EVENT:
        return read_scalar(reader, value);
    case YAML_SEQUENCE_START_EVENT:
        return read_list(reader, value, depth + 1);
    case YAML_MAPPING_START_EVENT:
        return read_map(reader, value, depth + 1);
    default:
        return complain(reader, reader->event.start_mark, "a value is missing here");
    }
}

// Reads the node that begins with the current event.
static bool read_node(struct reader *reader, struct wn_value *value, int depth) {
    yaml_mark_t mark = reader->event.start_mark;
    size_t before = reader->nodes;
    if (depth > DEPTH_MAX)
        return complain(reader, mark, "nested deeper than %d levels", DEPTH_MAX);
    if (!count_nodes(reader, 1))
        return false;
    char *anchor = anchor_of(&reader->event);
    bool good = read_content(reader, value, depth);
    place(value, mark);
    if (good)
        return keep_anchor(reader, anchor, value, reader->nodes - before);
    free(anchor);
    return false;
}

// ---- documents
// ------------------------------------------------------------------------------------

static bool read_document(struct reader *reader, struct wn_value *value) {
    if (!next(reader) || !next(reader)) // the stream's start, and what follows it
        return false;
    if (reader->event.type == YAML_STREAM_END_EVENT)
        return complain(reader, reader->event.start_mark, "holds nothing but comments");
    if (!next(reader) || !read_node(reader, value, 0) || !next(reader) || !next(reader))
        return false;
    if (reader->event.type == YAML_STREAM_END_EVENT)
        return true;
    return complain(reader, reader->event.start_mark,
                    "a second document begins here; a file holds one");
}

static enum wn_status read_all(const char *text, size_t length, struct wn_value *value,
                               struct wn_diags *diags) {
    struct reader reader = {.diags = diags};
    size_t errors = diags->errors;
    if (!yaml_parser_initialize(&reader.yaml))
        return wn_diag_add(diags, WN_ERROR, 0, 0, "", "no memory for a YAML parser"), WN_BAD_INPUT;
    yaml_parser_set_encoding(&reader.yaml, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&reader.yaml, (const unsigned char *)text, length);
    read_document(&reader, value);
    yaml_event_delete(&reader.event);
    yaml_parser_delete(&reader.yaml);
    for (size_t i = 0; i < reader.anchor_count; i++) {
        free(reader.anchors[i].name);
        wn_value_clear(&reader.anchors[i].value);
    }
    free(reader.anchors);
    return diags->errors == errors ? WN_OK : WN_BAD_INPUT;
}

// ---- JSON
// ----------------------------------------------------------------------------------------

static bool is_json(const char *text, size_t length) {
    size_t at = 0;
    while (at < length && strchr(" \t\r\n", text[at]))
        at++;
    return at < length && text[at] == '{';
}

static bool read_hex4(const char *text, unsigned *code) {
    char digits[5] = {text[0], text[1], text[2], text[3], '\0'}, *end;
    *code = (unsigned)strtoul(digits, &end, 16);
    return end == digits + 4;
}

// A surrogate pair \uD83D\uDE00 at `text`: its code point, or 0.
static unsigned surrogate_pair(const char *text, size_t length) {
    unsigned high, low;
    if (length < 12 || text[0] != '\\' || text[1] != 'u' || text[6] != '\\' || text[7] != 'u')
        return 0;
    if (!read_hex4(text + 2, &high) || !read_hex4(text + 8, &low))
        return 0;
    if (high < 0xd800 || high > 0xdbff || low < 0xdc00 || low > 0xdfff)
        return 0;
    return 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
}

// What JSON allows and YAML does not: tabs between tokens, and surrogate pairs in texts.
static char *yaml_of_json(const char *text, size_t *length) {
    struct wn_str yaml = {0};
    bool inside = false;
    for (size_t i = 0; i < *length; i++) {
        unsigned point = inside ? surrogate_pair(text + i, *length - i) : 0;
        if (point) {
            wn_str_addf(&yaml, "\\U%08x", point);
            i += 11;
        } else if (inside && text[i] == '\\' && i + 1 < *length) {
            wn_str_add_bytes(&yaml, text + i++, 2);
        } else {
            inside ^= text[i] == '"';
            wn_str_add_char(&yaml, !inside && text[i] == '\t' ? ' ' : text[i]);
        }
    }
    *length = yaml.length;
    return wn_str_take(&yaml);
}

// ---- entry points
// --------------------------------------------------------------------------------

static void place_of(const char *text, size_t offset, int *line, int *column) {
    *line = *column = 1;
    for (size_t i = 0; i < offset; i++) {
        *column = text[i] == '\n' ? 1 : *column + 1;
        *line += text[i] == '\n';
    }
}

enum wn_status wn_doc_parse(const char *text, size_t length, struct wn_value *value,
                            struct wn_diags *diags) {
    *value = (struct wn_value){0};
    const char *nul = length ? memchr(text, '\0', length) : NULL;
    if (nul) {
        int line, column;
        place_of(text, (size_t)(nul - text), &line, &column);
        wn_diag_add(diags, WN_ERROR, line, column, "", "a NUL byte: this is not a text file");
        return WN_BAD_INPUT;
    }
    if (length > WN_DOC_MAX_BYTES) {
        wn_diag_add(diags, WN_ERROR, 0, 0, "", "is larger than %zu MiB", WN_DOC_MAX_BYTES >> 20);
        return WN_BAD_INPUT;
    }
    if (!length) {
        wn_diag_add(diags, WN_ERROR, 0, 0, "", "is empty");
        return WN_BAD_INPUT;
    }
    char *yaml = is_json(text, length) ? yaml_of_json(text, &length) : NULL;
    enum wn_status status = read_all(yaml ? yaml : text, length, value, diags);
    free(yaml);
    if (status != WN_OK)
        wn_value_clear(value);
    return status;
}

static enum wn_status read_fd(int fd, const char *path, struct wn_str *text, struct wn_err *err) {
    char piece[65536];
    ssize_t got;
    while ((got = read(fd, piece, sizeof piece)) != 0) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return wn_fail(err, WN_BAD_INPUT, "cannot read %s: %s", path, strerror(errno));
        if (text->length + (size_t)got > WN_DOC_MAX_BYTES)
            return wn_fail(err, WN_BAD_INPUT, "%s is larger than %zu MiB: is it a sweep file?",
                           path, WN_DOC_MAX_BYTES >> 20);
        wn_str_add_bytes(text, piece, (size_t)got);
    }
    return WN_OK;
}

enum wn_status wn_doc_read_file(const char *path, char **text, size_t *length, struct wn_err *err) {
    bool standard = strcmp(path, "-") == 0;
    int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return wn_fail(err, WN_BAD_INPUT, "cannot open %s: %s", path, strerror(errno));
    struct wn_str read = {0};
    enum wn_status status = read_fd(fd, standard ? "standard input" : path, &read, err);
    if (!standard)
        close(fd);
    if (status != WN_OK) {
        wn_str_free(&read);
        return status;
    }
    *length = read.length;
    *text = wn_str_take(&read);
    return WN_OK;
}
