// SPDX-License-Identifier: GPL-3.0-or-later
// Myers, "An O(ND) Difference Algorithm and Its Variations" (1986), the greedy one: V holds for
// each diagonal k = x - y the furthest x that d edits reach; the V of every d is kept for the way
// back.
#include "core/base/linediff.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

enum { MOST_EDITS = 1000 };
#define CONTEXT ((size_t)3)

struct line {
    const char *text;
    size_t length;
};

struct side {
    struct line *lines;
    size_t count, capacity;
    bool *changed; // by line: it is only on this side
};

static void split(struct side *side, const char *text) {
    while (*text) {
        size_t length = strcspn(text, "\n");
        *WN_PUSH(side->lines, side->count, side->capacity) = (struct line){text, length};
        text += length + (text[length] == '\n');
    }
    side->changed = wn_calloc(side->count + 1, sizeof *side->changed);
}

static void free_side(struct side *side) {
    free(side->lines);
    free(side->changed);
}

static bool same(const struct line *a, const struct line *b) {
    return a->length == b->length && memcmp(a->text, b->text, a->length) == 0;
}

// ---- the shortest way ---------------------------------------------------------------------------

struct search { // over the lines between the common ends
    const struct line *a, *b;
    long n, m;
    long *trace[MOST_EDITS + 1]; // V after d edits: diagonals -d..d, at index k + d
    long edits;                  // found at, -1: too many
};

// The furthest x on diagonal k with d edits, before the run of equal lines.
static long step(const struct search *search, long d, long k) {
    const long *v = search->trace[d - 1] + (d - 1);
    if (k == -d || (k != d && v[k - 1] < v[k + 1]))
        return v[k + 1];
    return v[k - 1] + 1;
}

static bool extend(struct search *search, long d) {
    long *v = search->trace[d] = wn_malloc((size_t)(2 * d + 1) * sizeof *v);
    for (long k = -d; k <= d; k += 2) {
        long x = d ? step(search, d, k) : 0, y = x - k;
        while (x < search->n && y < search->m && y >= 0 && same(&search->a[x], &search->b[y]))
            x++, y++;
        v[k + d] = x;
        if (k == search->n - search->m && x >= search->n)
            return true;
    }
    return false;
}

static void find_way(struct search *search) {
    search->edits = -1;
    for (long d = 0; d <= MOST_EDITS; d++) {
        if (!extend(search, d))
            continue;
        search->edits = d;
        return;
    }
}

// Backwards along the way: each of its edits is a line that only one side has.
static void mark_way(const struct search *search, bool *a_changed, bool *b_changed) {
    long k = search->n - search->m;
    for (long d = search->edits; d > 0; d--) {
        const long *v = search->trace[d - 1] + (d - 1);
        bool down = k == -d || (k != d && v[k - 1] < v[k + 1]);
        long before = down ? k + 1 : k - 1;
        long x = v[before], y = x - before;
        if (down)
            b_changed[y] = true;
        else
            a_changed[x] = true;
        k = before;
    }
}

static void mark_changes(struct side *a, struct side *b) {
    size_t head = 0, tail = 0;
    while (head < a->count && head < b->count && same(&a->lines[head], &b->lines[head]))
        head++;
    while (tail < a->count - head && tail < b->count - head &&
           same(&a->lines[a->count - 1 - tail], &b->lines[b->count - 1 - tail]))
        tail++;
    struct search search = {.a = a->lines + head,
                            .b = b->lines + head,
                            .n = (long)(a->count - head - tail),
                            .m = (long)(b->count - head - tail)};
    find_way(&search);
    if (search.edits >= 0) {
        mark_way(&search, a->changed + head, b->changed + head);
    } else {
        memset(a->changed + head, true, (size_t)search.n);
        memset(b->changed + head, true, (size_t)search.m);
    }
    for (size_t d = 0; d <= MOST_EDITS && search.trace[d]; d++)
        free(search.trace[d]);
}

// ---- hunks --------------------------------------------------------------------------------------

static bool at_change(const struct side *a, size_t x, const struct side *b, size_t y) {
    return (x < a->count && a->changed[x]) || (y < b->count && b->changed[y]);
}

static void add_line(struct wn_str *out, char sign, const struct line *line) {
    assert(line);
    wn_str_add_char(out, sign);
    wn_str_add_bytes(out, line->text, line->length);
    wn_str_add_char(out, '\n');
}

static void add_change(struct wn_str *body, const struct side *a, size_t *x, const struct side *b,
                       size_t *y) {
    while (*x < a->count && a->changed[*x])
        add_line(body, '-', &a->lines[(*x)++]);
    while (*y < b->count && b->changed[*y])
        add_line(body, '+', &b->lines[(*y)++]);
}

// Up to the next change if that is near, else the lines that follow the last one; false: it is far.
static bool add_common(struct wn_str *body, const struct side *a, size_t *x, const struct side *b,
                       size_t *y) {
    size_t run = 0;
    while (*x + run < a->count && !at_change(a, *x + run, b, *y + run))
        run++;
    bool near = run <= 2 * CONTEXT && at_change(a, *x + run, b, *y + run);
    size_t shown = near || run < CONTEXT ? run : CONTEXT;
    for (size_t i = 0; i < shown; i++)
        add_line(body, ' ', &a->lines[*x + i]);
    *x += shown;
    *y += shown;
    return near;
}

// As diff has it: an empty range is named by the line before it.
static void add_range(struct wn_str *out, char sign, size_t first, size_t count) {
    wn_str_addf(out, " %c%zu", sign, first + (count > 0));
    if (count != 1)
        wn_str_addf(out, ",%zu", count);
}

static void add_hunk(struct wn_str *out, const struct side *a, size_t *x, const struct side *b,
                     size_t *y) {
    size_t lead = *x < CONTEXT ? *x : CONTEXT, from_x = *x - lead, from_y = *y - lead;
    struct wn_str body = {0};
    for (size_t i = from_x; i < *x; i++)
        add_line(&body, ' ', &a->lines[i]);
    do
        add_change(&body, a, x, b, y);
    while (add_common(&body, a, x, b, y));
    wn_str_add(out, "@@");
    add_range(out, '-', from_x, *x - from_x);
    add_range(out, '+', from_y, *y - from_y);
    wn_str_add(out, " @@\n");
    wn_str_add_bytes(out, body.text, body.length);
    wn_str_free(&body);
}

void wn_line_diff(struct wn_str *out, const char *before, const char *after) {
    struct side a = {0}, b = {0};
    split(&a, before);
    split(&b, after);
    mark_changes(&a, &b);
    for (size_t x = 0, y = 0; x < a.count || y < b.count;)
        if (at_change(&a, x, &b, y))
            add_hunk(out, &a, &x, &b, &y);
        else
            x++, y++;
    free_side(&a);
    free_side(&b);
}
