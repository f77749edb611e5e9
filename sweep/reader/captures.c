// SPDX-License-Identifier: GPL-3.0-or-later
// Metrics by the user's patterns: each named group that matched a number is a point. Patterns work
// on bytes. A line that lacks a text which the pattern demands is never matched, and a hopeless
// match ends early: by PCRE2's match limit, and because only lines of moderate length are tried.
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/pattern.h"
#include "sweep/reader/internal.h"
#include "sweep/reader/literal.h"

enum {
    MATCH_LIMIT = 20000, // per place to start from; `.*` may give back a whole line
    JIT_STACK_FIRST = 32 << 10,
    JIT_STACK_MOST = 1 << 20,
};

struct group {
    const char *name; // inside the compiled pattern
    size_t length;
    uint32_t number;
    bool gave; // a point on the line at hand
};

struct wn_capture {
    pcre2_code *code;
    pcre2_match_data *match;
    pcre2_match_context *context;
    pcre2_jit_stack *stack;
    char *literal;        // every match contains it; "" where none is known
    struct group *groups; // named ones, by number
    uint32_t group_count;
};

// ---- compiling ----------------------------------------------------------------------------------

static int by_number(const void *left, const void *right) {
    const struct group *a = left, *b = right;
    return a->number < b->number ? -1 : a->number > b->number;
}

// The name table: entries of fixed size, two bytes of group number and the NUL-terminated name.
static void list_groups(struct wn_capture *capture) {
    PCRE2_SPTR table;
    uint32_t size;
    pcre2_pattern_info(capture->code, PCRE2_INFO_NAMECOUNT, &capture->group_count);
    pcre2_pattern_info(capture->code, PCRE2_INFO_NAMEENTRYSIZE, &size);
    pcre2_pattern_info(capture->code, PCRE2_INFO_NAMETABLE, &table);
    capture->groups = wn_calloc(capture->group_count, sizeof *capture->groups);
    for (uint32_t i = 0; i < capture->group_count; i++, table += size) {
        const char *name = (const char *)table + 2;
        capture->groups[i] = (struct group){
            .name = name, .length = strlen(name), .number = (uint32_t)(table[0] << 8 | table[1])};
    }
    qsort(capture->groups, capture->group_count, sizeof *capture->groups, by_number);
}

// Without JIT (a machine that PCRE2 has none for) matching is slower, nothing else.
static enum wn_status prepare(struct wn_capture *capture, const char *pattern, struct wn_err *err) {
    capture->match = pcre2_match_data_create_from_pattern(capture->code, NULL);
    capture->context = pcre2_match_context_create(NULL);
    if (!capture->match || !capture->context)
        return wn_fail(err, WN_ENVIRONMENT, "out of memory for capture '%.300s'", pattern);
    pcre2_set_match_limit(capture->context, MATCH_LIMIT);
    if (pcre2_jit_compile(capture->code, PCRE2_JIT_COMPLETE) == 0) {
        capture->stack = pcre2_jit_stack_create(JIT_STACK_FIRST, JIT_STACK_MOST, NULL);
        pcre2_jit_stack_assign(capture->context, NULL, capture->stack);
    }
    capture->literal = wn_pattern_literal(pattern);
    return WN_OK;
}

static enum wn_status compile(struct wn_capture *capture, const char *pattern, struct wn_err *err) {
    enum wn_status status = wn_pattern_compile(pattern, &capture->code, err);
    if (status != WN_OK)
        return status;
    list_groups(capture);
    return prepare(capture, pattern, err);
}

enum wn_status wn_captures_compile(struct wn_reader *reader, const char *const *patterns,
                                   size_t count, struct wn_err *err) {
    reader->captures = wn_calloc(count, sizeof *reader->captures);
    enum wn_status status = WN_OK;
    for (size_t i = 0; i < count && status == WN_OK; i++)
        status = compile(&reader->captures[reader->capture_count++], patterns[i], err);
    return status;
}

void wn_captures_free(struct wn_reader *reader) {
    for (size_t i = 0; i < reader->capture_count; i++) {
        struct wn_capture *capture = &reader->captures[i];
        pcre2_match_context_free(capture->context);
        pcre2_jit_stack_free(capture->stack);
        pcre2_match_data_free(capture->match);
        pcre2_code_free(capture->code);
        free(capture->literal);
        free(capture->groups);
    }
    free(reader->captures);
}

// ---- matching -----------------------------------------------------------------------------------

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

// The text as a whole, without blanks around it, must be a number.
static bool whole_number(struct wn_numbers *numbers, const char *at, const char *end,
                         double *value) {
    struct wn_number number;
    while (at < end && is_blank(*at))
        at++;
    while (at < end && is_blank(end[-1]))
        end--;
    if (!wn_number_read(numbers, at, end, &number) || number.end != end)
        return false;
    *value = number.value;
    return true;
}

static void take_group(struct wn_reader *reader, const struct wn_capture *capture,
                       struct group *group, const char *line) {
    const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(capture->match) + (size_t)2 * group->number;
    double value;
    if (ends[0] == PCRE2_UNSET ||
        !whole_number(&reader->numbers, line + ends[0], line + ends[1], &value))
        return;
    group->gave = true;
    wn_points_add(&reader->points, group->name, group->length, value);
}

// A step inside a match is the step of this match's points, and the line's latest.
static void take_match(struct wn_reader *reader, struct wn_capture *capture, const char *line) {
    struct wn_points *points = &reader->points;
    struct wn_step before = points->step;
    size_t first = points->count;
    points->step = (struct wn_step){0};
    for (uint32_t i = 0; i < capture->group_count; i++)
        take_group(reader, capture, &capture->groups[i], line);
    wn_points_stamp(points, first);
    if (points->step.rank == WN_STEP_NONE)
        points->step = before;
}

// All matches from left to right. An error (the match limit, the stack) ends the search like no
// match.
static void match_all(struct wn_reader *reader, struct wn_capture *capture, const char *line,
                      size_t length) {
    if (!memmem(line, length, capture->literal, strlen(capture->literal)))
        return;
    const PCRE2_SIZE *whole = pcre2_get_ovector_pointer(capture->match);
    for (size_t start = 0; start <= length;) {
        int found = pcre2_match(capture->code, (PCRE2_SPTR)line, length, start, 0, capture->match,
                                capture->context);
        if (found <= 0)
            return;
        take_match(reader, capture, line);
        start = whole[1] > start ? whole[1] : start + 1;
    }
}

void wn_read_captures(struct wn_reader *reader, const char *line, size_t length) {
    for (size_t i = 0; i < reader->capture_count; i++) {
        struct wn_capture *capture = &reader->captures[i];
        for (uint32_t j = 0; j < capture->group_count; j++)
            capture->groups[j].gave = false;
        if (length <= WN_CAPTURE_LINE_MAX)
            match_all(reader, capture, line, length);
    }
}

bool wn_captures_gave(const struct wn_reader *reader, const char *name, size_t length) {
    for (size_t i = 0; i < reader->capture_count; i++) {
        const struct wn_capture *capture = &reader->captures[i];
        for (uint32_t j = 0; j < capture->group_count; j++) {
            const struct group *group = &capture->groups[j];
            if (group->gave && group->length == length && memcmp(group->name, name, length) == 0)
                return true;
        }
    }
    return false;
}
