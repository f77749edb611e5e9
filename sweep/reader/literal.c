// SPDX-License-Identifier: GPL-3.0-or-later
// Finds a demanded text by reading the pattern's outermost level from left to right. It knows
// little on purpose: alternatives, options and verbs anywhere make it give up, groups and classes
// are passed over, and whatever a quantifier could drop is not counted.
#include "sweep/reader/literal.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "core/base/str.h"

struct literal {
    struct wn_str run, best;
};

static void end_run(struct literal *literal) {
    if (literal->run.length > literal->best.length) {
        wn_str_clear(&literal->best);
        wn_str_add_bytes(&literal->best, literal->run.text, literal->run.length);
    }
    wn_str_clear(&literal->run);
}

// Anything but a named group or (?:...) may change what the pattern's texts mean.
static bool is_simple(const char *pattern) {
    if (strchr(pattern, '|') || strstr(pattern, "(*") || strstr(pattern, "\\Q"))
        return false;
    for (const char *at = pattern; (at = strstr(at, "(?")); at += 2) {
        bool named = (at[2] == '<' && at[3] != '=' && at[3] != '!') || wn_starts_with(at, "(?P<");
        if (!named && at[2] != ':')
            return false;
    }
    return true;
}

// Past a class; a ] that comes first stands for itself.
static const char *skip_class(const char *at) {
    at += at[1] == '^' ? 2 : 1;
    for (const char *first = at; *at && (*at != ']' || at == first); at++) {
        if (*at == '\\' && at[1])
            at++;
        else if (*at == '[' && at[1] == ':' && strstr(at, ":]"))
            at = strstr(at, ":]") + 1;
    }
    return *at ? at + 1 : at;
}

static const char *skip_group(const char *at) {
    int depth = 0;
    do {
        if (*at == '[') {
            at = skip_class(at);
            continue;
        }
        depth += (*at == '(') - (*at == ')');
        at += *at == '\\' && at[1] ? 2 : 1;
    } while (*at && depth);
    return at;
}

// {2}, {2,} or {2,3}; another brace stands for itself. Returns what follows, or NULL.
static const char *skip_braces(const char *at) {
    const char *close = *at == '{' ? at + 1 + strspn(at + 1, "0123456789,") : at;
    return *at == '{' && *close == '}' ? close + 1 : NULL;
}

// One plain character, unless what follows it lets it be absent.
static const char *take_character(struct literal *literal, char c, const char *next) {
    if (*next == '*' || *next == '?' || skip_braces(next))
        end_run(literal);
    else
        wn_str_add_char(&literal->run, c);
    return next;
}

// Past one item of the outermost level; NULL where it is an escape that is not understood.
static const char *take_item(struct literal *literal, const char *at) {
    if (*at == '\\' && at[1] && !isalnum((unsigned char)at[1]))
        return take_character(literal, at[1], at + 2);
    const char *past_braces = skip_braces(at);
    if (!past_braces && !strchr("\\[(.^$*+?", *at))
        return take_character(literal, *at, at + 1);
    end_run(literal);
    if (past_braces)
        return past_braces;
    switch (*at) {
    case '[':
        return skip_class(at);
    case '(':
        return skip_group(at);
    case '\\':
        return at[1] && strchr("dDsSwWbBhHvVR", at[1]) ? at + 2 : NULL;
    default:
        return at + 1;
    }
}

char *wn_pattern_literal(const char *pattern) {
    struct literal literal = {0};
    const char *at = is_simple(pattern) ? pattern : NULL;
    while (at && *at)
        at = take_item(&literal, at);
    end_run(&literal);
    wn_str_free(&literal.run);
    return wn_str_take(&literal.best);
}
