// SPDX-License-Identifier: GPL-3.0-or-later
// SQLite's lexical rules as far as they decide where a token ends: '...' "..." `...` with doubled
// quotes, [...], words of letters, digits, _ and bytes above 127.
#include "core/expr_scan.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

struct scan {
    const char *at;
    int depth;          // of open brackets
    const char *before; // the last identifier where a dot, or nothing yet, follows it
    bool dotted;        // a dot followed it
    struct wn_idents *idents;
    struct wn_err *err;
};

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool starts_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (unsigned char)c > 127;
}

static bool is_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static void add_ident(struct scan *scan, char *name) {
    const char *group = scan->dotted ? scan->before : NULL;
    struct wn_ident *ident =
        WN_PUSH(scan->idents->items, scan->idents->count, scan->idents->capacity);
    ident->name = name;
    ident->group = group ? wn_strdup(group) : NULL;
    scan->before = ident->name;
    scan->dotted = false;
}

static void take_word(struct scan *scan) {
    const char *end = scan->at;
    while (starts_word(*end) || is_digit(*end))
        end++;
    add_ident(scan, wn_strndup(scan->at, (size_t)(end - scan->at)));
    scan->at = end;
}

static void take_number(struct scan *scan) {
    while (starts_word(*scan->at) || is_digit(*scan->at) || *scan->at == '.')
        scan->at++;
    scan->before = NULL;
}

// One quoted token; names join the list with doubled quotes undone, texts do not.
static enum wn_status take_quoted(struct scan *scan) {
    char open = *scan->at++, close = open == '[' ? ']' : open;
    char *name = wn_malloc(strlen(scan->at) + 1);
    size_t length = 0;
    while (*scan->at && (*scan->at != close || (open != '[' && scan->at[1] == close))) {
        scan->at += *scan->at == close;
        name[length++] = *scan->at++;
    }
    name[length] = '\0';
    if (*scan->at != close) {
        free(name);
        return wn_fail(scan->err, WN_BAD_INPUT, "a %c is not closed by another %c", open, close);
    }
    scan->at++;
    if (open == '\'') {
        free(name);
        scan->before = NULL;
    } else {
        add_ident(scan, name);
    }
    return WN_OK;
}

static enum wn_status take_sign(struct scan *scan) {
    char c = *scan->at, next = scan->at[1];
    if ((c == '-' && next == '-') || (c == '/' && next == '*'))
        return wn_fail(scan->err, WN_BAD_INPUT,
                       "%c%c would begin a comment, which an expression cannot hold", c, next);
    if (strchr(";?:@$", c))
        return wn_fail(scan->err, WN_BAD_INPUT,
                       "%c has no meaning here (names that hold it go in double quotes)", c);
    scan->depth += (c == '(') - (c == ')');
    if (scan->depth < 0)
        return wn_fail(scan->err, WN_BAD_INPUT, "a ) has no ( before it");
    scan->dotted = c == '.' && scan->before;
    if (!scan->dotted)
        scan->before = NULL;
    scan->at++;
    return WN_OK;
}

static enum wn_status take(struct scan *scan) {
    char c = *scan->at;
    if (is_space(c))
        scan->at++;
    else if (starts_word(c))
        take_word(scan);
    else if (is_digit(c))
        take_number(scan);
    else if (strchr("'\"`[", c))
        return take_quoted(scan);
    else
        return take_sign(scan);
    return WN_OK;
}

enum wn_status wn_expr_scan(const char *text, struct wn_idents *idents, struct wn_err *err) {
    struct scan scan = {.at = text, .idents = idents, .err = err};
    if (text[strspn(text, " \t\r\n\f\v")] == '\0')
        return wn_fail(err, WN_BAD_INPUT, "the expression is empty");
    while (*scan.at)
        if (take(&scan) != WN_OK)
            return WN_BAD_INPUT;
    if (scan.depth > 0)
        return wn_fail(err, WN_BAD_INPUT, "a ( is not closed by a )");
    return WN_OK;
}

void wn_idents_free(struct wn_idents *idents) {
    for (size_t i = 0; i < idents->count; i++) {
        free(idents->items[i].group);
        free(idents->items[i].name);
    }
    free(idents->items);
    *idents = (struct wn_idents){0};
}
