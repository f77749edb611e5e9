// SPDX-License-Identifier: GPL-3.0-or-later
// YAML into a tree, from libyaml's events. Invariant: every node, also one made by an alias, is
// counted against the budget, so what is small on disk stays small in memory.
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/doc_private.h"

struct anchor {
    char *name;
    struct wn_value value; // a copy
    size_t nodes;          // in it
};

struct reader {
    yaml_parser_t yaml;
    yaml_event_t event; // the current one
    const char *text;
    size_t length;
    struct wn_diags *diags;
    struct anchor *anchors;
    size_t anchor_count, anchor_capacity;
    size_t nodes; // made so far
};

#define TAG(name) "tag:yaml.org,2002:" name

// ---- mistakes -----------------------------------------------------------------------------------

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
     "this character cannot begin a value (@ ` % need quotes)"},
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
    {"did not find expected node content", "a value is missing here"},
    {"found unknown escape character",
     "no such escape within double quotes: write \\\\ for a backslash, or use single quotes"},
    {"found invalid Unicode character escape code", "\\u needs the number of a whole character"},
    {"did not find expected hexdecimal number", "\\x and \\u need hexadecimal digits"},
    {"did not find expected alphabetic or numeric character",
     "a name is missing after & or * (put a text that begins so in quotes)"},
    {"block sequence entries are not allowed in this context",
     "a '- ' where no list can begin: check the indentation"},
    {"found a tab character that violates indentation", "a tab cannot indent: use spaces"},
    {"mapping keys are not allowed in this context",
     "a '? ' where no key can be: put the text in quotes"},
    {"found a tab character where an indentation space is expected",
     "a tab cannot indent: use spaces"},
    {"found unexpected document indicator",
     "the text ends inside quotes: the closing one is missing"},
    {"found incompatible YAML document", "only YAML 1.1 and 1.2 can be read"},
    {"found undefined tag handle", "no such tag: a text that begins with ! needs quotes"},
};

static const char *reword(const char *problem) {
    for (size_t i = 0; i < sizeof rewordings / sizeof *rewordings; i++)
        if (strcmp(rewordings[i].problem, problem) == 0)
            return rewordings[i].meaning;
    return problem;
}

static bool complain_of_bytes(struct reader *reader) {
    int line, column;
    wn_doc_place(reader->text, reader->yaml.problem_offset, &line, &column);
    wn_diag_add(reader->diags, WN_ERROR, line, column, "",
                "is not valid UTF-8 text here: %s; save the file as UTF-8",
                wn_starts_with(reader->yaml.problem, "control") ? "a control character"
                                                                : "a broken character");
    return false;
}

static const char *line_of(const struct reader *reader, size_t line) {
    const char *at = reader->text, *end = reader->text + reader->length;
    while (line-- > 0 && at)
        at = (at = memchr(at, '\n', (size_t)(end - at))) ? at + 1 : NULL;
    return at;
}

// Whether the place lies in a line's indentation, and that has a tab in it.
static bool is_tab(const struct reader *reader, yaml_mark_t mark) {
    const char *line = line_of(reader, mark.line), *end = reader->text + reader->length;
    bool tab = false;
    const char *at = line;
    for (; at && at < end && (*at == ' ' || *at == '\t'); at++)
        tab |= *at == '\t';
    return tab && mark.column <= (size_t)(at - line);
}

static bool complain_of_syntax(struct reader *reader) {
    const yaml_parser_t *yaml = &reader->yaml;
    if (yaml->error == YAML_MEMORY_ERROR)
        wn_out_of_memory();
    if (yaml->error == YAML_READER_ERROR)
        return complain_of_bytes(reader);
    if (is_tab(reader, yaml->problem_mark))
        return complain(reader, yaml->problem_mark, "a tab cannot indent: use spaces");
    const char *problem = yaml->problem ? reword(yaml->problem) : "cannot be read";
    if (yaml->context && yaml->context_mark.line + 1 < yaml->problem_mark.line)
        return complain(reader, yaml->problem_mark, "%s (begun on line %zu)", problem,
                        yaml->context_mark.line + 1);
    return complain(reader, yaml->problem_mark, "%s", problem);
}

// ---- events -------------------------------------------------------------------------------------

static bool next(struct reader *reader) {
    yaml_event_delete(&reader->event);
    if (yaml_parser_parse(&reader->yaml, &reader->event))
        return true;
    memset(&reader->event, 0, sizeof reader->event);
    return complain_of_syntax(reader);
}

static bool count_nodes(struct reader *reader, size_t nodes) {
    reader->nodes += nodes;
    if (reader->nodes <= WN_DOC_NODES)
        return true;
    return complain(reader, reader->event.start_mark,
                    "more than %d values, aliases expanded: this is no sweep", WN_DOC_NODES);
}

static void place(struct wn_value *value, yaml_mark_t mark) {
    value->line = (int)mark.line + 1;
    value->column = (int)mark.column + 1;
}

// ---- anchors ------------------------------------------------------------------------------------

static bool keep_anchor(struct reader *reader, char *name, const struct wn_value *value,
                        size_t nodes) {
    if (!name)
        return true;
    if (reader->anchor_count == WN_DOC_ANCHORS) {
        free(name);
        return complain(reader, reader->event.start_mark, "more than %d anchors: this is no sweep",
                        WN_DOC_ANCHORS);
    }
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
    return complain(reader, reader->event.start_mark, "there is no anchor &%.64s above this alias",
                    name);
}

// ---- scalars ------------------------------------------------------------------------------------

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
        return complain(reader, reader->event.start_mark, "the tag %.64s cannot be used here", tag);
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

// ---- collections --------------------------------------------------------------------------------

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

static void add_entry(struct wn_value *map, size_t *capacity, struct wn_value key,
                      struct wn_value item) {
    size_t key_capacity = *capacity, count = map->list.count;
    wn_grow(&map->list.items, capacity, count + 1, sizeof *map->list.items);
    wn_grow(&map->list.keys, &key_capacity, count + 1, sizeof *map->list.keys);
    map->list.keys[count] = key;
    map->list.items[count] = item;
    map->list.count++;
}

static bool read_map(struct reader *reader, struct wn_value *value, int depth) {
    size_t capacity = 0;
    value->type = WN_MAP;
    while (next(reader)) {
        if (reader->event.type == YAML_MAPPING_END_EVENT) {
            wn_doc_find_duplicates(value, reader->diags);
            return wn_doc_merge(value, reader->diags);
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
    if (depth > WN_DOC_DEPTH)
        return complain(reader, mark, "nested deeper than %d levels", WN_DOC_DEPTH);
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

// ---- documents ----------------------------------------------------------------------------------

static bool read_document(struct reader *reader, struct wn_value *value) {
    bool begun = next(reader); // the stream's start
    if (!begun || !next(reader))
        return false;
    if (reader->event.type == YAML_STREAM_END_EVENT)
        return complain(reader, reader->event.start_mark,
                        "holds nothing but comments: a sweep needs method and parameters");
    if (!next(reader) || !read_node(reader, value, 0))
        return false;
    bool ended = next(reader); // the document's end
    if (!ended || !next(reader))
        return false;
    if (reader->event.type == YAML_STREAM_END_EVENT)
        return true;
    return complain(reader, reader->event.start_mark,
                    "a second document begins here; a file holds one");
}

static void free_reader(struct reader *reader) {
    yaml_event_delete(&reader->event);
    yaml_parser_delete(&reader->yaml);
    for (size_t i = 0; i < reader->anchor_count; i++) {
        free(reader->anchors[i].name);
        wn_value_clear(&reader->anchors[i].value);
    }
    free(reader->anchors);
}

bool wn_doc_read_yaml(const char *text, size_t length, struct wn_value *value,
                      struct wn_diags *diags) {
    struct reader reader = {.text = text, .length = length, .diags = diags};
    if (!yaml_parser_initialize(&reader.yaml))
        wn_out_of_memory();
    yaml_parser_set_encoding(&reader.yaml, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&reader.yaml, (const unsigned char *)text, length);
    bool good = read_document(&reader, value);
    free_reader(&reader);
    return good;
}
